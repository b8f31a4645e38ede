package io.jacinth.keyspace;

/**
 * Keeps memory under {@code maxmemory}: before a command runs, keys are removed until the limit is
 * kept.
 *
 * <p>Like Redis it approximates: of some records near a random place of a random shard the one that
 * its policy ranks first goes. Called by any thread while it holds no lock.
 */
public final class Eviction {
  private static final int MAX_SAMPLES = 64;

  /** Shards looked at in vain before giving up. */
  private static final int MAX_FAILURES_PER_SHARD = 4;

  private final Keyspace keyspace;
  private volatile EvictionPolicy policy = EvictionPolicy.NOEVICTION;
  private volatile long maxBytes;
  private volatile int samples = 5;

  public Eviction(Keyspace keyspace) {
    this.keyspace = keyspace;
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

  public void samples(int samples) {
    this.samples = Math.clamp(samples, 1, MAX_SAMPLES);
  }

  /**
   * Evicts until memory is under the limit.
   *
   * @param evictor the calling thread's own
   * @param otherBytes memory in use besides the keyspace, which counts too
   * @return false when it is not: nothing (more) may be evicted
   */
  public boolean makeRoom(Evictor evictor, long otherBytes, long nowMillis) {
    long limit = maxBytes;
    if (limit == 0 || keyspace.usedBytes() + otherBytes <= limit) {
      return true;
    }
    if (policy == EvictionPolicy.NOEVICTION) {
      return false;
    }
    int failures = 0;
    while (keyspace.usedBytes() + otherBytes > limit) {
      int number = evictor.nextInt(keyspace.shardCount());
      Shard shard = keyspace.shard(number);
      keyspace.lock(1L << number);
      boolean evicted;
      try {
        evicted =
            shard.hasGarbage()
                ? shard.freeSomeGarbage()
                : evictor.evictOne(shard, policy, samples, nowMillis);
      } finally {
        keyspace.unlock(1L << number);
      }
      if (evicted) {
        failures = 0;
      } else if (++failures > keyspace.shardCount() * MAX_FAILURES_PER_SHARD
          && !evictAnywhere(evictor, nowMillis)) {
        return false;
      }
    }
    return true;
  }

  /** The last resort: looks at every shard in turn. */
  private boolean evictAnywhere(Evictor evictor, long nowMillis) {
    for (int number = 0; number < keyspace.shardCount(); number++) {
      keyspace.lock(1L << number);
      try {
        if (evictor.evictOne(keyspace.shard(number), policy, samples, nowMillis)) {
          return true;
        }
      } finally {
        keyspace.unlock(1L << number);
      }
    }
    return false;
  }

  /** What one thread evicts with. */
  public static final class Evictor {
    private final int[] refs = new int[MAX_SAMPLES];
    private long random = System.nanoTime() | 1;

    private long next() {
      long x = random;
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      random = x;
      return x;
    }

    int nextInt(int bound) {
      return (int) ((next() >>> 33) % bound);
    }

    /**
     * Evicts the best of a sample of each database.
     *
     * @return false when the shard has nothing to evict
     */
    boolean evictOne(Shard shard, EvictionPolicy policy, int samples, long nowMillis) {
      int best = 0;
      int bestDatabase = 0;
      long bestRank = Long.MIN_VALUE;
      for (int database = 0; database < shard.databases(); database++) {
        if (policy == EvictionPolicy.VOLATILE_TTL) {
          int ref = shard.nearest(database);
          if (ref != 0 && -Shard.expireAtMillis(shard.address(ref)) > bestRank) {
            best = ref;
            bestDatabase = database;
            bestRank = -Shard.expireAtMillis(shard.address(ref));
          }
          continue;
        }
        int wanted = policy.isRandom() ? 1 : samples;
        int found =
            policy.onlyExpiring()
                ? shard.sampleExpiring(database, next(), refs, wanted)
                : shard.sample(database, next(), refs, wanted);
        for (int i = 0; i < found; i++) {
          long rank = policy.isRandom() ? next() >>> 1 : shard.evictionRank(refs[i], nowMillis);
          if (rank > bestRank) {
            best = refs[i];
            bestDatabase = database;
            bestRank = rank;
          }
        }
      }
      if (best == 0) {
        return false;
      }
      shard.evict(bestDatabase, best);
      return true;
    }
  }
}
