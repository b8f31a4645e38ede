package io.jacinth.command;

import io.jacinth.base.TimeSlice;
import io.jacinth.keyspace.Eviction.Room;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.Shard;

/**
 * What an I/O thread does besides commands, in slices: expiry, freeing flushed databases, time-outs
 * of clients.
 *
 * <p>Shards are divided among the threads; a shard that another thread is using is left for the
 * next turn.
 */
final class Housekeeping {
  /** Between two turns. */
  static final long INTERVAL_MILLIS = 100;

  /** Between two turns while there is more to do than fits in one. */
  private static final long BUSY_INTERVAL_MILLIS = 4;

  /** The same when expired keys have not been removed for {@link #MAX_OVERDUE_MILLIS}. */
  private static final long HURRIED_INTERVAL_MILLIS = 1;

  private static final long MAX_OVERDUE_MILLIS = 200;

  /** How long one turn may take. */
  private static final long SLICE_NANOS = 1_000_000;

  /** Steps of a timer wheel between two looks at the clock. */
  private static final int EXPIRY_STEPS = 64;

  private final Worker worker;
  private final Engine engine;
  private final Keyspace keyspace;
  private int nextShard;
  private long clientsCheckedMillis;

  /** For how long, in this turn, an expired key was found to have been waiting. */
  private long overdueMillis;

  /** Whether a shard had more to do, in this turn, than there was time for. */
  private boolean cutShort;

  Housekeeping(Worker worker) {
    this.worker = worker;
    engine = worker.engine();
    keyspace = engine.keyspace();
  }

  long run() {
    if (engine.isHousekeepingPaused()) {
      return INTERVAL_MILLIS;
    }
    long nowMillis = engine.clock().millis();
    long deadlineNanos = System.nanoTime() + SLICE_NANOS;
    boolean more = false;
    overdueMillis = 0;
    cutShort = false;
    int shards = keyspace.shardCount();
    int threads = engine.workerCount();
    for (int turn = 0; turn < shards; turn++) {
      int number = nextShard;
      nextShard = (nextShard + 1) % shards;
      if (number % threads == worker.number() % threads) {
        more |= care(keyspace.shard(number), nowMillis, deadlineNanos);
        if (cutShort || System.nanoTime() - deadlineNanos > 0) {
          more = true;
          break;
        }
      }
    }
    keyspace.pages().retireIdle(nowMillis);
    more |= giveBack(deadlineNanos);
    more |= worker.makeRoom(nowMillis, engine.clock().nanos()) == Room.COMING;
    if (worker.hasWaiting() && !engine.isPaused(nowMillis)) {
      worker.resumeWaiting();
    }
    if (nowMillis - clientsCheckedMillis >= INTERVAL_MILLIS) {
      clientsCheckedMillis = nowMillis;
      engine.checkClients(worker, nowMillis);
      if (worker.number() == 0) {
        engine.samples().run(engine.clock().nanos(), nowMillis);
      }
      worker.trimScratch();
    }
    if (worker.hasWaiting()) {
      return Math.clamp(engine.pauseEndMillis() - nowMillis, 1, INTERVAL_MILLIS);
    }
    if (more) {
      return overdueMillis > MAX_OVERDUE_MILLIS ? HURRIED_INTERVAL_MILLIS : BUSY_INTERVAL_MILLIS;
    }
    return INTERVAL_MILLIS;
  }

  private boolean care(Shard shard, long nowMillis, long deadlineNanos) {
    if (!keyspace.tryLock(shard.number())) {
      return true;
    }
    long locked = 1L << shard.number();
    try {
      boolean expires = engine.isActiveExpireEnabled() && !engine.isPaused(nowMillis);
      boolean more = shard.care(nowMillis, deadlineNanos, expires, EXPIRY_STEPS);
      if (more && expires) {
        overdueMillis = Math.max(overdueMillis, shard.overdueMillis(nowMillis));
      }
      locked = worker.wakeBlocked(locked);
      cutShort |= more;
      return more;
    } finally {
      keyspace.unlock(locked);
    }
  }

  /**
   * Gives memory back until there is no more, or the time is over.
   *
   * @return whether there may be more
   */
  private boolean giveBack(long deadlineNanos) {
    long beginNanos = System.nanoTime();
    TimeSlice slice = new TimeSlice(beginNanos, deadlineNanos);
    boolean more = true;
    boolean hasTime = beginNanos - deadlineNanos <= 0;
    while (more && hasTime) {
      more = keyspace.pages().giveBackSome();
      hasTime = slice.hasTimeForAnother(System.nanoTime());
    }
    return more;
  }
}
