package io.jacinth.keyspace;

import io.jacinth.base.Clock;
import io.jacinth.memory.PageSource;
import java.util.concurrent.TimeUnit;

/**
 * Keeps memory under {@code maxmemory}: before a command runs, keys are removed until the limit is
 * kept, or for as long as {@code maxmemory-eviction-tenacity} says, if memory does not grow.
 *
 * <p>What takes long is a value of many elements, or a limit that has been lowered. Memory that was
 * over its limit only falls from then on, until it is under it.
 *
 * <p>All settings are shared by the threads; what they work with is in an {@link Evictor} of each.
 */
public final class Eviction {
  /** How memory stands to its limit. */
  public enum Room {
    /** Under it. */
    ENOUGH,
    /** Over it, and falling. */
    COMING,
    /** Over it, and nothing may be evicted. */
    NONE
  }

  static final int MAX_SAMPLES = 64;

  private static final int NO_TENACITY_LIMIT = 100;

  private final Keyspace keyspace;
  private final PageSource pages;
  private volatile EvictionPolicy policy = EvictionPolicy.NOEVICTION;
  private volatile long maxBytes;
  private volatile int samples = 5;
  private volatile long timeLimitNanos;

  /** What was in use when memory was over its limit last; 0 while it is under it. */
  private volatile long toleratedBytes;

  public Eviction(Keyspace keyspace) {
    this.keyspace = keyspace;
    pages = keyspace.pages();
    tenacity(10);
  }

  public EvictionPolicy policy() {
    return policy;
  }

  public void policy(EvictionPolicy policy) {
    this.policy = policy;
    keyspace.accessClock().mode(policy.clockMode());
  }

  /** {@code maxmemory}, 0 for no limit. */
  public long maxBytes() {
    return maxBytes;
  }

  public void maxBytes(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** {@code maxmemory-samples}. */
  public int samples() {
    return samples;
  }

  public void samples(int samples) {
    this.samples = Math.clamp(samples, 1, MAX_SAMPLES);
  }

  /**
   * {@code maxmemory-eviction-tenacity}: 0 to 10 is up to half a millisecond, each step beyond that
   * 15 % more, and 100 means without end.
   */
  public void tenacity(int tenacity) {
    double micros = tenacity <= 10 ? 50.0 * tenacity : 500 * Math.pow(1.15, tenacity - 10.0);
    timeLimitNanos =
        tenacity == NO_TENACITY_LIMIT
            ? TimeUnit.DAYS.toNanos(1)
            : TimeUnit.MICROSECONDS.toNanos((long) micros);
  }

  /** Whether values that many keys could share are counted for each: then nothing is shared. */
  public boolean countsSharedValues() {
    return maxBytes != 0 && !policy.isByChance() && policy != EvictionPolicy.VOLATILE_TTL;
  }

  /**
   * Whether memory is over its limit. The pages that are taken from the system are looked at first:
   * while they are under the limit, what is used of them needs not be added up.
   */
  private boolean isOverLimit() {
    long limit = maxBytes;
    return limit != 0 && pages.committedBytes() > limit && pages.usedBytes() > limit;
  }

  /**
   * Evicts until memory is under the limit or time is over, unless writes are paused: then all keys
   * stay. The calling thread holds no lock.
   *
   * @param evictor the calling thread's own
   * @param clock tells the time
   * @param sinceNanos when the time began that this may take
   */
  public Room makeRoom(Evictor evictor, Clock clock, long nowMillis, long sinceNanos) {
    if (!isOverLimit()) {
      if (toleratedBytes != 0) {
        toleratedBytes = 0;
      }
      return Room.ENOUGH;
    }
    if (!keyspace.removesExpired()) {
      return Room.ENOUGH;
    }
    if (policy == EvictionPolicy.NOEVICTION) {
      return Room.NONE;
    }
    if (toleratedBytes == 0) {
      toleratedBytes = pages.usedBytes();
    }
    do {
      if (!evictor.evictOne(this, nowMillis)) {
        toleratedBytes = 0;
        return Room.NONE;
      }
      if (!isOverLimit()) {
        toleratedBytes = 0;
        return Room.ENOUGH;
      }
    } while (clock.nanos() - sinceNanos < timeLimitNanos || !hasFallen());
    return Room.COMING;
  }

  /** Whether no more memory is in use than last time. */
  private boolean hasFallen() {
    long usedBytes = pages.usedBytes();
    long tolerated = toleratedBytes;
    if (tolerated != 0 && usedBytes > tolerated) {
      return false;
    }
    toleratedBytes = usedBytes;
    return true;
  }
}
