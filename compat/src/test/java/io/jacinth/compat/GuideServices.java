package io.jacinth.compat;

import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** The guide's services, in Java. */
final class GuideServices {
  private GuideServices() {}

  /** Keeps what is expensive to find out for a while. */
  record CacheService(GuideClient client) {
    String getCachedData(String key, long timeToLiveSeconds, Supplier<String> source) {
      String data = client.get(key);
      if (data == null) {
        data = source.get();
        client.setex(key, timeToLiveSeconds, data);
      }
      return data;
    }

    void invalidateCache(String pattern) {
      List<String> keys = client.keys(pattern);
      if (!keys.isEmpty()) {
        client.del(keys.toArray(String[]::new));
      }
    }
  }

  /** Lets one of many do something at a time. */
  record DistributedLock(GuideClient client) {
    /** The value that the lock was taken with; null if somebody else has it. */
    String acquireLock(String lockKey, long timeToLiveMillis) {
      String lockValue = UUID.randomUUID().toString();
      return client.setIfAbsent(lockKey, lockValue, timeToLiveMillis) ? lockValue : null;
    }
  }
}
