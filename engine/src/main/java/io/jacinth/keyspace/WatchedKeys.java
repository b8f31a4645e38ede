package io.jacinth.keyspace;

import io.jacinth.keyspace.Watches.Watch;

/**
 * The keys of one shard that clients watch: a hash table of chains.
 *
 * <p>Guarded by the shard's lock, but for the counts. On the Java heap: there are no more than
 * clients ask for.
 */
final class WatchedKeys {
  private static final int MIN_BUCKETS = 16;

  private final Shard shard;
  private Watch[] buckets = new Watch[MIN_BUCKETS];
  private int count;
  private int keys;

  WatchedKeys(Shard shard) {
    this.shard = shard;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** How many different keys are watched. */
  int keys() {
    return keys;
  }

  private int bucket(long hash) {
    // the first bits of all hashes here are the shard's number
    return (int) hash & buckets.length - 1;
  }

  private boolean has(int database, long hash) {
    for (Watch watch = buckets[bucket(hash)]; watch != null; watch = watch.next) {
      if (watch.hash == hash && watch.database == database) {
        return true;
      }
    }
    return false;
  }

  void add(Watch watch) {
    if (count == buckets.length) {
      grow();
    }
    if (!has(watch.database, watch.hash)) {
      keys++;
    }
    count++;
    link(watch);
  }

  private void link(Watch watch) {
    int bucket = bucket(watch.hash);
    watch.next = buckets[bucket];
    buckets[bucket] = watch;
  }

  private void grow() {
    Watch[] old = buckets;
    buckets = new Watch[old.length * 2];
    for (Watch first : old) {
      Watch watch = first;
      while (watch != null) {
        Watch next = watch.next;
        link(watch);
        watch = next;
      }
    }
  }

  void remove(Watch watch) {
    int bucket = bucket(watch.hash);
    if (buckets[bucket] == watch) {
      buckets[bucket] = watch.next;
    } else {
      Watch before = buckets[bucket];
      while (before.next != watch) {
        before = before.next;
      }
      before.next = watch.next;
    }
    watch.next = null;
    count--;
    if (!has(watch.database, watch.hash)) {
      keys--;
    }
  }

  /** A key has been changed. */
  void changed(int database, long hash) {
    for (Watch watch = buckets[bucket(hash)]; watch != null; watch = watch.next) {
      if (watch.hash == hash && watch.database == database) {
        watch.owner.breakOff();
      }
    }
  }

  /** An expired key is removed. */
  void expired(int database, long hash) {
    for (Watch watch = buckets[bucket(hash)]; watch != null; watch = watch.next) {
      if (watch.hash == hash && watch.database == database) {
        removed(watch);
      }
    }
  }

  private static void removed(Watch watch) {
    if (watch.expired) {
      watch.expired = false;
    } else {
      watch.owner.breakOff();
    }
  }

  /** All keys of a database are about to go. */
  void flushed(int database) {
    for (Watch first : buckets) {
      for (Watch watch = first; watch != null; watch = watch.next) {
        if (watch.database == database && shard.has(database, watch.hash)) {
          removed(watch);
        }
      }
    }
  }

  /** Two databases are about to change places. */
  void swapped(int first, int second, long nowMillis) {
    for (Watch begin : buckets) {
      for (Watch watch = begin; watch != null; watch = watch.next) {
        if (watch.database == first) {
          replaced(watch, second, nowMillis);
        } else if (watch.database == second) {
          replaced(watch, first, nowMillis);
        }
      }
    }
  }

  /** The database of a watched key is replaced by another one. */
  private void replaced(Watch watch, int database, long nowMillis) {
    boolean existed = shard.has(watch.database, watch.hash);
    boolean exists = shard.has(database, watch.hash);
    boolean expired = exists && shard.isExpired(database, watch.hash, nowMillis);
    if (watch.expired && (!exists || expired)) {
      watch.expired = expired;
    } else if (!existed && expired) {
      watch.expired = true;
    } else if (existed || exists) {
      watch.owner.breakOff();
    }
  }
}
