package io.jacinth.keyspace;

import io.jacinth.memory.PageSource;

/**
 * Keeps memory under {@code maxmemory}: before a command runs, keys are removed until the limit is
 * kept.
 *
 * <p>All settings are shared by the threads; what they work with is in an {@link Evictor} of each.
 */
public final class Eviction {
  static final int MAX_SAMPLES = 64;

  private final Keyspace keyspace;
  private final PageSource pages;
  private volatile EvictionPolicy policy = EvictionPolicy.NOEVICTION;
  private volatile long maxBytes;
  private volatile int samples = 5;

  public Eviction(Keyspace keyspace) {
    this.keyspace = keyspace;
    pages = keyspace.pages();
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

  /** Whether values that many keys could share are counted for each: then nothing is shared. */
  public boolean countsSharedValues() {
    return maxBytes != 0 && !policy.isByChance() && policy != EvictionPolicy.VOLATILE_TTL;
  }

  /**
   * Whether memory is over its limit. The pages that are taken from the system are looked at first:
   * while they are under the limit, what is used of them needs not be added up.
   */
  boolean isOverLimit() {
    long limit = maxBytes;
    return limit != 0 && pages.committedBytes() > limit && pages.usedBytes() > limit;
  }

  /**
   * Evicts until memory is under the limit, unless writes are paused: then all keys stay. The
   * calling thread holds no lock.
   *
   * @param evictor the calling thread's own
   * @return false when it is not: nothing (more) may be evicted
   */
  public boolean makeRoom(Evictor evictor, long nowMillis) {
    return !isOverLimit()
        || !keyspace.removesExpired()
        || (policy != EvictionPolicy.NOEVICTION && evictor.makeRoom(this, nowMillis));
  }
}
