package io.jacinth.keyspace;

import io.jacinth.base.RandomSource;
import io.jacinth.structure.Record;

/**
 * What one thread evicts with: it chooses keys and removes them.
 *
 * <p>The key that has not been used for the longest time is not known, as this would need a list of
 * all keys. Like Redis, the evictor looks at some records near a random place of a random shard
 * ({@code maxmemory-samples}), adds those that the policy would rather see go to a small pool of
 * candidates, and evicts the best one of the pool. The pool outlives the call, so the choice is
 * made among many more records than those of one sample.
 *
 * <p>A candidate is remembered by the hash of its key: its record may have moved or gone by the
 * time that it is evicted, its block may be another's. It is looked up again then, and let go if it
 * has been used since.
 */
public final class Evictor {
  private static final int POOL_SIZE = 16;

  /** Of this many records in a sample at least one should expire to sample the table for them. */
  private static final int MAX_RECORDS_PER_EXPIRING = 4;

  private final Keyspace keyspace;
  private final RandomSource random;
  private final int[] refs = new int[Eviction.MAX_SAMPLES * MAX_RECORDS_PER_EXPIRING];

  /** The candidates by rising rank. */
  private final long[] hashes = new long[POOL_SIZE];

  private final int[] databases = new int[POOL_SIZE];
  private final long[] ranks = new long[POOL_SIZE];
  private int candidates;

  /** What the candidates were chosen for. */
  private EvictionPolicy policy = EvictionPolicy.NOEVICTION;

  public Evictor(Keyspace keyspace, RandomSource random) {
    this.keyspace = keyspace;
    this.random = random;
  }

  /**
   * Frees the memory of one key, or of some flushed ones or a part of a large one that are gone
   * already.
   *
   * @return false when no shard has any that may go
   */
  boolean evictOne(Eviction eviction, long nowMillis) {
    EvictionPolicy current = eviction.policy();
    if (policy != current) {
      policy = current;
      candidates = 0;
    }
    int samples = eviction.samples();
    int shards = keyspace.shardCount();
    int first = random.nextInt(shards);
    for (int i = 0; i < shards; i++) {
      if (freeSomeGarbage((first + i) % shards)) {
        return true;
      }
    }
    for (int i = 0; i < shards; i++) {
      int number = (first + i) % shards;
      Shard shard = keyspace.shard(number);
      keyspace.lock(1L << number);
      try {
        for (int database = 0; database < shard.databases(); database++) {
          if (shard.count(database) > 0) {
            sample(shard, database, samples, nowMillis);
          }
        }
      } finally {
        keyspace.unlock(1L << number);
      }
      while (candidates > 0) {
        if (evictBest(nowMillis)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Looks without the lock first: most of the time there is none. */
  private boolean freeSomeGarbage(int number) {
    Shard shard = keyspace.shard(number);
    if (!shard.hasGarbage()) {
      return false;
    }
    keyspace.lock(1L << number);
    try {
      boolean has = shard.hasGarbage();
      shard.freeSomeGarbage();
      return has;
    } finally {
      keyspace.unlock(1L << number);
    }
  }

  /** Adds records of a shard to the candidates. */
  private void sample(Shard shard, int database, int samples, long nowMillis) {
    if (policy == EvictionPolicy.VOLATILE_TTL) {
      int ref = shard.nearest(database);
      if (ref != 0) {
        add(shard, database, ref, nowMillis);
      }
      return;
    }
    int found;
    if (!policy.onlyExpiring()) {
      found = shard.sample(database, random.nextLong(), refs, samples);
    } else if (shard.countExpiring(database) * MAX_RECORDS_PER_EXPIRING >= shard.count(database)) {
      // the wheel would choose those rather that expire soon
      found = shard.sample(database, random.nextLong(), refs, samples * MAX_RECORDS_PER_EXPIRING);
      found = keepExpiring(shard, found, samples);
    } else {
      found = 0;
    }
    if (found == 0 && policy.onlyExpiring()) {
      found = shard.sampleExpiring(database, random.nextLong(), refs, samples);
    }
    for (int i = 0; i < found; i++) {
      add(shard, database, refs[i], nowMillis);
    }
  }

  private int keepExpiring(Shard shard, int found, int max) {
    int kept = 0;
    for (int i = 0; i < found && kept < max; i++) {
      if (Record.hasExpiry(shard.address(refs[i]))) {
        refs[kept++] = refs[i];
      }
    }
    return kept;
  }

  /** Adds a record to the candidates if it is better than one of them or there is room. */
  private void add(Shard shard, int database, int ref, long nowMillis) {
    long record = shard.address(ref);
    long rank = policy.isByChance() ? random.nextLong() : rank(record, nowMillis);
    if (candidates == POOL_SIZE && rank <= ranks[0]) {
      return;
    }
    long hash = shard.hash(record);
    for (int i = 0; i < candidates; i++) {
      if (hashes[i] == hash && databases[i] == database) {
        return;
      }
    }
    if (candidates == POOL_SIZE) {
      candidates--;
      move(1, 0, candidates);
    }
    int place = candidates;
    while (place > 0 && ranks[place - 1] > rank) {
      place--;
    }
    move(place, place + 1, candidates - place);
    hashes[place] = hash;
    databases[place] = database;
    ranks[place] = rank;
    candidates++;
  }

  private void move(int from, int to, int count) {
    System.arraycopy(hashes, from, hashes, to, count);
    System.arraycopy(databases, from, databases, to, count);
    System.arraycopy(ranks, from, ranks, to, count);
  }

  private long rank(long record, long nowMillis) {
    return policy == EvictionPolicy.VOLATILE_TTL
        ? -Shard.expireAtMillis(record)
        : keyspace.accessClock().evictionRank(record, nowMillis);
  }

  /**
   * Evicts the best candidate.
   *
   * @return false when it was not to be evicted any more
   */
  private boolean evictBest(long nowMillis) {
    candidates--;
    long hash = hashes[candidates];
    int database = databases[candidates];
    int number = keyspace.shardNumber(hash);
    Shard shard = keyspace.shard(number);
    keyspace.lock(1L << number);
    try {
      int ref = shard.find(database, hash);
      if (ref == 0) {
        return false;
      }
      long record = shard.address(ref);
      if ((policy.onlyExpiring() && !Record.hasExpiry(record))
          || (!policy.isByChance() && rank(record, nowMillis) < ranks[candidates])) {
        return false;
      }
      shard.evict(database, hash, ref);
      return true;
    } finally {
      keyspace.unlock(1L << number);
    }
  }
}
