package io.jacinth.keyspace;

import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * A shard's lock: mutual exclusion, not reentrant, first come first served once there is a queue.
 *
 * <p>Taken and released once per command, so it does no more than one compare-and-set and one store
 * when nobody waits.
 */
final class ShardLock extends AbstractQueuedSynchronizer {
  private static final long serialVersionUID = 1;

  private static final int FREE = 0;
  private static final int HELD = 1;

  /**
   * How often a thread looks again before it queues: commands hold a shard for well under a
   * microsecond.
   */
  private static final int SPINS = 64;

  void lock() {
    if (compareAndSetState(FREE, HELD)) {
      return;
    }
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
      if (getState() == FREE && compareAndSetState(FREE, HELD)) {
        return;
      }
    }
    acquire(1);
  }

  boolean tryLock() {
    return compareAndSetState(FREE, HELD);
  }

  void unlock() {
    release(1);
  }

  @Override
  protected boolean tryAcquire(int ignored) {
    return compareAndSetState(FREE, HELD);
  }

  @Override
  protected boolean tryRelease(int ignored) {
    setState(FREE);
    return true;
  }
}
