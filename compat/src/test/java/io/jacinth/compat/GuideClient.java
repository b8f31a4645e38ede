package io.jacinth.compat;

import java.util.List;

/** What the guide's services need of a client, whichever library it is. */
interface GuideClient extends AutoCloseable {
  /** A library and the protocol it speaks. */
  enum Library {
    JEDIS_RESP2,
    JEDIS_RESP3,
    LETTUCE_RESP2,
    LETTUCE_RESP3;

    GuideClient connect(int port) {
      return switch (this) {
        case JEDIS_RESP2 -> new JedisGuideClient(port, false);
        case JEDIS_RESP3 -> new JedisGuideClient(port, true);
        case LETTUCE_RESP2 -> new LettuceGuideClient(port, false);
        case LETTUCE_RESP3 -> new LettuceGuideClient(port, true);
      };
    }
  }

  String ping();

  String get(String key);

  void set(String key, String value);

  void setex(String key, long seconds, String value);

  /** SET with PX and NX. */
  boolean setIfAbsent(String key, String value, long timeToLiveMillis);

  List<String> mget(String... keys);

  List<String> keys(String pattern);

  long del(String... keys);

  long incr(String key);

  long decr(String key);

  long incrBy(String key, long increment);

  double incrByFloat(String key, double increment);

  long ttl(String key);

  /** All keys that a whole SCAN finds. */
  List<String> scan(String pattern);

  /** Sends all of it at once: INCR of each key. */
  List<Long> incrementPipelined(List<String> keys);

  @Override
  void close();
}
