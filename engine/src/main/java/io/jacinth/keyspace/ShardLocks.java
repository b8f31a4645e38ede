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
 *   | line before the first | version: 8 | fetched: 8 | unused ... | next lock ...
 * </pre>
 *
 * <p>A version is odd while the lock is held and another one after each time. So a thread may also
 * read without the lock, which writes no line that others want, and see afterwards whether somebody
 * had it meanwhile ({@link #isStill}; a sequence lock).
 *
 * <p>As no fence stands between the release and the look at who waits, a thread that begins to wait
 * at this very moment may be overlooked. Therefore nobody sleeps for longer than {@link
 * #MAX_SLEEP_NANOS} without looking again.
 */
public final class ShardLocks {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  /** The bit of a version that says that somebody has the lock. */
  private static final long HELD = 1;

  /** The longs of two cache lines, as processors fetch lines in pairs. */
  private static final int STRIDE = 16;

  /** The longs of a cache line, on either side of what is seldom written. */
  private static final int LINE = 8;

  /** From a lock's version to what is only written to have the line. */
  private static final int FETCHED = 1;

  /**
   * How often a thread looks again before it sleeps: commands hold a shard for well under a
   * microsecond.
   */
  private static final int SPINS = 64;

  private static final long MAX_SLEEP_NANOS = 50_000;

  private final long[] words;

  /** How many wait for a lock, from {@link #LINE} on: as each release reads it, in other lines. */
  private final long[] waiting;

  /** The set of those released with a lock, from {@link #LINE} on; written by who holds it. */
  private final long[] along;

  private final Queue<Thread> sleepers = new ConcurrentLinkedQueue<>();

  /** Whether nobody waits, as a lock may be held for very long. */
  private volatile boolean busy;

  public ShardLocks(int count) {
    words = new long[(count + 1) * STRIDE];
    waiting = new long[LINE + count + LINE];
    along = new long[LINE + count + LINE];
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
   * Has the processor fetch the lines of some locks, all at a time, that will be taken: each
   * compare-and-set would wait for its line, but plain stores do not wait for each other's.
   */
  void fetch(long mask) {
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      words[word(Long.numberOfTrailingZeros(rest)) + FETCHED] = 0;
    }
  }

  boolean tryLock(int lock) {
    int word = word(lock);
    // so that the line comes to be written, and not a second time after it was read
    words[word + FETCHED] = 0;
    long version = (long) WORD.getOpaque(words, word);
    if ((version & HELD) != 0 || !WORD.compareAndSet(words, word, version, version + 1)) {
      return false;
    }
    VarHandle.storeStoreFence();
    return true;
  }

  /**
   * Releases some locks of the calling thread together with another one of its, which had none so
   * far.
   */
  void holdAlong(int lock, long others) {
    along[LINE + lock] = others;
  }

  public void unlock(int lock) {
    if (along[LINE + lock] != 0) {
      unlockAlong(lock);
    }
    int word = word(lock);
    WORD.setRelease(words, word, words[word] + 1);
    if ((long) WORD.getOpaque(waiting, LINE + lock) != 0) {
      wake();
    }
  }

  private void unlockAlong(int lock) {
    long others = along[LINE + lock];
    along[LINE + lock] = 0;
    for (long rest = others; rest != 0; rest &= rest - 1) {
      unlock(Long.numberOfTrailingZeros(rest));
    }
  }

  // ---- reading without a lock ----

  /** What a reader without the lock takes before it reads. */
  long version(int lock) {
    return (long) WORD.getAcquire(words, word(lock));
  }

  static boolean isHeld(long version) {
    return (version & HELD) != 0;
  }

  /** Whether nobody has had the lock since it was free and had this version. */
  boolean isStill(int lock, long version) {
    VarHandle.acquireFence();
    return (long) WORD.getOpaque(words, word(lock)) == version;
  }

  // ---- waiting ----

  private boolean await(int lock) {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
      if (!isHeld((long) WORD.getOpaque(words, word(lock))) && tryLock(lock)) {
        return true;
      }
    }
    return sleep(lock);
  }

  private boolean sleep(int lock) {
    Thread thread = Thread.currentThread();
    boolean interrupted = false;
    sleepers.add(thread);
    WORD.getAndAdd(waiting, LINE + lock, 1L);
    boolean taken = tryLock(lock);
    while (!taken && !busy) {
      LockSupport.parkNanos(this, MAX_SLEEP_NANOS);
      interrupted |= Thread.interrupted();
      taken = tryLock(lock);
    }
    WORD.getAndAdd(waiting, LINE + lock, -1L);
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
