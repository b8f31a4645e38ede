package io.jacinth.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The locks of the shards, of the keyspace or of another table that several threads use: mutual
 * exclusion, not reentrant.
 *
 * <p>They are taken and released for every command, most of the time by a thread that finds them
 * free. So taking one is a compare-and-set and releasing it a plain store, and each has a cache
 * line to itself:
 *
 * <pre>
 *   | line before the first | FREE or HELD: 8 | threads that wait: 8 | held along: 8 | fetched: 8 | unused ... | next lock ...
 * </pre>
 *
 * <p>As no fence stands between that store and the look at who waits, a thread that begins to wait
 * at this very moment may be overlooked. Therefore nobody sleeps for longer than {@link
 * #MAX_SLEEP_NANOS} without looking again.
 */
public final class ShardLocks {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private static final long FREE = 0;
  private static final long HELD = 1;

  /** The longs of two cache lines, as processors fetch lines in pairs. */
  private static final int STRIDE = 16;

  /** From a lock's word to the number of those that wait. */
  private static final int WAITING = 1;

  /** From a lock's word to the set of those that are released with it; written by who holds it. */
  private static final int ALONG = 2;

  /** From a lock's word to one that is only written to have the line. */
  private static final int FETCHED = 3;

  /**
   * How often a thread looks again before it sleeps: commands hold a shard for well under a
   * microsecond.
   */
  private static final int SPINS = 64;

  private static final long MAX_SLEEP_NANOS = 50_000;

  private final long[] words;
  private final Queue<Thread> sleepers = new ConcurrentLinkedQueue<>();

  /** Whether nobody waits, as a lock may be held for very long. */
  private volatile boolean busy;

  public ShardLocks(int count) {
    words = new long[(count + 1) * STRIDE];
  }

  private static int word(int lock) {
    return (lock + 1) * STRIDE;
  }

  public void lock(int lock) {
    while (!lockUnlessBusy(lock)) {
      Thread.onSpinWait();
    }
  }

  /** Whether those that would wait, or do, go away without the lock. */
  void busy(boolean busy) {
    this.busy = busy;
  }

  /**
   * Takes a lock.
   *
   * @return false if it was not to be had because of {@link #busy}
   */
  boolean lockUnlessBusy(int lock) {
    return tryLock(lock) || await(lock);
  }

  /**
   * Has the processor fetch the lines of some locks, all at a time, that will be tried for: each
   * compare-and-set would wait for its line, but plain stores do not wait for each other's.
   */
  void fetch(long mask) {
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      words[word(Long.numberOfTrailingZeros(rest)) + FETCHED] = 0;
    }
  }

  boolean tryLock(int lock) {
    return WORD.compareAndSet(words, word(lock), FREE, HELD);
  }

  /**
   * Releases some locks of the calling thread together with another one of its, which had none so
   * far.
   */
  void holdAlong(int lock, long others) {
    words[word(lock) + ALONG] = others;
  }

  public void unlock(int lock) {
    int word = word(lock);
    if (words[word + ALONG] != 0) {
      unlockAlong(word);
    }
    WORD.setRelease(words, word, FREE);
    if ((long) WORD.getOpaque(words, word + WAITING) != 0) {
      wake();
    }
  }

  private void unlockAlong(int word) {
    long others = words[word + ALONG];
    words[word + ALONG] = 0;
    for (long rest = others; rest != 0; rest &= rest - 1) {
      unlock(Long.numberOfTrailingZeros(rest));
    }
  }

  private boolean await(int lock) {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
      if ((long) WORD.getOpaque(words, word(lock)) == FREE && tryLock(lock)) {
        return true;
      }
    }
    return sleep(lock);
  }

  private boolean sleep(int lock) {
    Thread thread = Thread.currentThread();
    boolean interrupted = false;
    int waiting = word(lock) + WAITING;
    sleepers.add(thread);
    WORD.getAndAdd(words, waiting, 1L);
    boolean taken = tryLock(lock);
    while (!taken && !busy) {
      LockSupport.parkNanos(this, MAX_SLEEP_NANOS);
      interrupted |= Thread.interrupted();
      taken = tryLock(lock);
    }
    WORD.getAndAdd(words, waiting, -1L);
    sleepers.remove(thread);
    if (interrupted) {
      thread.interrupt();
    }
    return taken;
  }

  /** Lets those that wait look again; seldom more than one does, as there are more shards. */
  private void wake() {
    for (Thread thread : sleepers) {
      LockSupport.unpark(thread);
    }
  }
}
