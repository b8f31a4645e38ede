package io.jacinth.keyspace;

import io.jacinth.structure.Glance;

/**
 * A look into a shard whose lock the thread does not have. Belongs to one thread, which has entered
 * the {@link io.jacinth.memory.Readers}: what is found stays readable until it leaves.
 */
final class ShardGlance implements Glance {
  private final ShardLocks locks;
  private int shard;
  private long version;

  ShardGlance(ShardLocks locks) {
    this.locks = locks;
  }

  /**
   * Begins to look.
   *
   * @return false if somebody has the lock
   */
  boolean begin(int number) {
    return again(number, locks.version(number));
  }

  /** Goes on looking at a shard that had a version. */
  boolean again(int number, long seen) {
    shard = number;
    version = seen;
    return !ShardLocks.isHeld(seen);
  }

  long version() {
    return version;
  }

  @Override
  public boolean holds() {
    return locks.isStill(shard, version);
  }
}
