package io.jacinth.keyspace;

import java.util.Arrays;

/**
 * The keys that one client watches (WATCH), and whether one of them has been changed since.
 *
 * <p>Whoever changes a key breaks the watches of it, on its own thread, while it holds the shard's
 * lock. A key is known by its hash: if two had the same one, a transaction would be given up for
 * nothing.
 */
public final class Watches {
  private static final int MIN_CAPACITY = 4;

  /** More than so many are not kept for the next time. */
  private static final int MAX_KEPT = 64;

  /** One watched key: a link in the chain of those that begin at the same place of the table. */
  static final class Watch {
    final Watches owner;
    int database;
    long hash;

    /** It had expired when the watch began and has not been removed: its removal is no change. */
    boolean expired;

    Watch next;

    private Watch(Watches owner) {
      this.owner = owner;
    }
  }

  private final Keyspace keyspace;
  private Watch[] watches = new Watch[MIN_CAPACITY];
  private volatile int count;
  private long shards;

  /** Written under the lock of a watched key's shard. */
  private volatile boolean broken;

  public Watches(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /** Watches one more key; its shard is locked. */
  public void add(int database, long hash, long nowMillis) {
    int used = count;
    for (int i = 0; i < used; i++) {
      if (watches[i].hash == hash && watches[i].database == database) {
        return;
      }
    }
    if (used == watches.length) {
      watches = Arrays.copyOf(watches, used * 2);
    }
    Watch watch = watches[used];
    if (watch == null) {
      watch = watches[used] = new Watch(this);
    }
    watch.database = database;
    watch.hash = hash;
    Shard shard = keyspace.shardOf(hash);
    watch.expired = shard.isExpired(database, hash, nowMillis);
    shard.watch(watch);
    shards |= 1L << shard.number();
    count = used + 1;
  }

  /** The shards of the watched keys; none when nothing is watched. */
  public long shards() {
    return shards;
  }

  /** Watches nothing any more; {@link #shards} are locked. */
  public void clear() {
    int used = count;
    for (int i = 0; i < used; i++) {
      keyspace.shardOf(watches[i].hash).unwatch(watches[i]);
    }
    if (used > MAX_KEPT) {
      watches = new Watch[MIN_CAPACITY];
    }
    if (used > 0) {
      count = 0;
      shards = 0;
      broken = false;
    }
  }

  /** Whether a watched key has been changed; any thread, but then perhaps a moment late. */
  public boolean isBroken() {
    return broken;
  }

  /** Whether a watched key has been changed, or expired; {@link #shards} are locked. */
  public boolean isBroken(long nowMillis) {
    if (broken) {
      return true;
    }
    int used = count;
    for (int i = 0; i < used; i++) {
      Watch watch = watches[i];
      if (!watch.expired
          && keyspace.shardOf(watch.hash).isExpired(watch.database, watch.hash, nowMillis)) {
        return true;
      }
    }
    return false;
  }

  void breakOff() {
    broken = true;
  }

  /** How many keys are watched; any thread. */
  public int count() {
    return count;
  }
}
