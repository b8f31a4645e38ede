package io.jacinth.keyspace;

import io.jacinth.base.Clock;
import io.jacinth.base.Hash;
import io.jacinth.base.RandomSource;
import io.jacinth.memory.PageSource;
import io.jacinth.value.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All databases: their keys spread over shards by hash, each shard with its own lock and memory.
 *
 * <p>A set of shards is a bit mask. A thread locks every shard that it will touch, in ascending
 * order and at once ({@link #lock(long)}), and so sees and makes each change as if it were alone:
 * commands are strictly serializable. With one thread nothing is locked.
 */
public final class Keyspace implements AutoCloseable {
  public static final int MAX_SHARDS = 64;

  /** Keys looked at in each shard to find out how long keys live. */
  private static final int TTL_SAMPLES_PER_SHARD = 16;

  /** In place of a database's number. */
  public static final int ALL_DATABASES = -1;

  /** How often {@link #randomRecord} draws before it takes the first record that it finds. */
  private static final int MAX_DRAWS = 100;

  private final PageSource pages;
  private final Shard[] shards;
  private final ShardLocks locks;
  private final int shardShift;
  private final long allShards;
  private final long seed;
  private final int databases;
  private final boolean concurrent;
  private final Clock clock;
  private final AccessClock accessClock;
  private final Limits limits = new Limits();

  private final List<Tally> tallies = new CopyOnWriteArrayList<>();

  /** What the threads had counted when the counters were reset. */
  private long hitsAtReset;

  private long missesAtReset;

  /**
   * The thread that has locked all shards and executes commands that may lock some: for it nothing
   * is to be locked. Only this thread itself ever finds itself here, so no fence is needed.
   */
  private Thread alone;

  /** Null as long as nobody wants to know: the gate then costs one look at this field. */
  private volatile ChangeListener listener;

  /**
   * How many values live in another shard than their key. Who changes it holds the locks of both
   * shards: so who has locked a key's shard sees that its value may be one.
   */
  private final AtomicInteger movedValues = new AtomicInteger();

  /** Awaited keys are numbered when they are changed. */
  private final AtomicLong readyNumbers = new AtomicLong();

  /** False while writes are paused: expired keys are then out of sight but stay. */
  private volatile boolean removesExpired = true;

  /**
   * @param shardBits the base 2 logarithm of the number of shards, 0 to 6
   * @param seed of the key hash; secret, so that nobody can make keys collide
   * @param concurrent whether several threads use it
   */
  public Keyspace(
      PageSource pages, int shardBits, int databases, long seed, boolean concurrent, Clock clock) {
    if (shardBits < 0 || 1 << shardBits > MAX_SHARDS) {
      throw new IllegalArgumentException("shard bits " + shardBits);
    }
    this.pages = pages;
    this.databases = databases;
    this.seed = seed;
    this.concurrent = concurrent;
    this.clock = clock;
    accessClock = new AccessClock();
    shardShift = Long.SIZE - shardBits;
    shards = new Shard[1 << shardBits];
    locks = new ShardLocks(shards.length);
    allShards = -1L >>> (Long.SIZE - shards.length);
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new Shard(this, i, shardBits, pages, seed, databases);
    }
  }

  public PageSource pages() {
    return pages;
  }

  public int databases() {
    return databases;
  }

  public Clock clock() {
    return clock;
  }

  public AccessClock accessClock() {
    return accessClock;
  }

  /** Whether several threads use it, so that locks are taken. */
  public boolean isConcurrent() {
    return concurrent;
  }

  public ChangeListener listener() {
    return listener;
  }

  /**
   * Sets who sees all changes, from each thread's next one on; who must not miss one that is going
   * on locks all shards.
   */
  public void listener(ChangeListener listener) {
    this.listener = listener;
  }

  /** Up to where collections are packed. */
  public Limits limits() {
    return limits;
  }

  AtomicLong readyNumbers() {
    return readyNumbers;
  }

  boolean removesExpired() {
    return removesExpired;
  }

  public void removesExpired(boolean removes) {
    removesExpired = removes;
  }

  // ---- shards and locks ----

  public long hash(long key, int keyLength) {
    return Hash.hash(seed, key, keyLength);
  }

  public int shardCount() {
    return shards.length;
  }

  public Shard shard(int number) {
    return shards[number];
  }

  public Shard shardOf(long hash) {
    return shards[shardNumber(hash)];
  }

  /** The number of the shard that keys of this hash belong to. */
  public int shardNumber(long hash) {
    // a shift by 64 would be one by 0
    return (int) (hash >>> 1 >>> (shardShift - 1));
  }

  /** The mask of all shards. */
  public long allShards() {
    return allShards;
  }

  /**
   * The calling thread, which has locked all shards, takes and gives no locks until {@link
   * #endAlone}.
   */
  public void beginAlone() {
    alone = Thread.currentThread();
  }

  public void endAlone() {
    alone = null;
  }

  private boolean locks() {
    return concurrent && (alone == null || alone != Thread.currentThread());
  }

  /** Whether those that would wait for a lock, or do, get an exception instead. */
  public void busy(boolean busy) {
    locks.busy(busy);
  }

  /**
   * Takes the locks of a set of shards.
   *
   * @throws ShardsBusyException if one is not to be had, see {@link #busy}; then none is taken
   */
  public void lock(long mask) {
    if (locks()) {
      lockAll(mask);
      if (hasMovedValues()) {
        lockHomes(mask);
      }
    }
  }

  private void lockAll(long mask) {
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      if (!locks.lockUnlessBusy(Long.numberOfTrailingZeros(rest))) {
        unlock(mask & ~rest);
        throw new ShardsBusyException();
      }
    }
  }

  /** Takes also the locks of the shards in which values live whose keys are in the locked ones. */
  private void lockHomes(long mask) {
    long along = 0;
    long missing;
    while ((missing = homes(mask) & ~(mask | along)) != 0) {
      // in ascending order, so from the beginning; meanwhile there may be others
      unlock(mask | along);
      along |= missing;
      lockAll(mask | along);
    }
    if (along != 0) {
      locks.holdAlong(Long.numberOfTrailingZeros(mask), along);
    }
  }

  private long homes(long mask) {
    long homes = 0;
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      homes |= shards[Long.numberOfTrailingZeros(rest)].homes();
    }
    return homes;
  }

  /** Takes the lock of one shard if it is free, with those of the {@link Shard#homes}. */
  public boolean tryLock(int number) {
    if (!locks()) {
      return true;
    }
    return locks.tryLock(number) && (!hasMovedValues() || tryLockHomes(number));
  }

  private boolean tryLockHomes(int number) {
    long homes = shards[number].homes();
    for (long rest = homes; rest != 0; rest &= rest - 1) {
      if (!locks.tryLock(Long.numberOfTrailingZeros(rest))) {
        unlock(homes & ~rest);
        locks.unlock(number);
        return false;
      }
    }
    locks.holdAlong(number, homes);
    return true;
  }

  /**
   * Takes the locks of a set of shards if all of them are free; in this way also by a thread that
   * holds others.
   */
  public boolean tryLockAll(long mask) {
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      if (!tryLock(Long.numberOfTrailingZeros(rest))) {
        unlock(mask & ~rest);
        return false;
      }
    }
    return true;
  }

  /** Begins to fetch the locks of a set of shards, which will be taken soon. */
  public void fetchLocks(long mask) {
    if (locks()) {
      locks.fetch(mask);
    }
  }

  /** For a thread that looks into shards without their locks. */
  ShardGlance newGlance() {
    return new ShardGlance(locks);
  }

  public void unlock(long mask) {
    if (locks()) {
      for (long rest = mask; rest != 0; rest &= rest - 1) {
        locks.unlock(Long.numberOfTrailingZeros(rest));
      }
    }
  }

  // ---- values that live in another shard than their key ----

  /** Whether there are any. */
  boolean hasMovedValues() {
    return movedValues.get() != 0;
  }

  /** How many there are, with those that are still to be freed. */
  public int movedValues() {
    return movedValues.get();
  }

  void countMovedValue(int delta) {
    movedValues.addAndGet(delta);
  }

  // ---- whole databases ----

  /** Number of keys; exact when all shards are locked. */
  public long count(int database) {
    long count = 0;
    for (Shard shard : shards) {
      count += shard.count(database);
    }
    return count;
  }

  /** Number of keys that expire; exact when all shards are locked. */
  public long countExpiring(int database) {
    long count = 0;
    for (Shard shard : shards) {
      count += shard.countExpiring(database);
    }
    return count;
  }

  /** Number of keys of which fields or members expire; exact when all shards are locked. */
  public long countWithExpiringMembers(int database) {
    long count = 0;
    for (Shard shard : shards) {
      count += shard.countWithExpiringMembers(database);
    }
    return count;
  }

  /**
   * A record of a live key, each with about the same chance; all shards must be locked. Expired
   * ones that it meets are removed.
   *
   * @return its address, 0 if there is none
   */
  public long randomRecord(int database, RandomSource random, long nowMillis) {
    for (int draw = 0; draw < MAX_DRAWS; draw++) {
      long count = count(database);
      if (count == 0) {
        return 0;
      }
      long number = random.nextLong(count);
      int i = 0;
      while (number >= shards[i].count(database)) {
        number -= shards[i].count(database);
        i++;
      }
      long record = shards[i].randomRecord(database, random.nextLong(), nowMillis);
      if (record != 0) {
        return record;
      }
    }
    // nearly all have expired
    int first = random.nextInt(shards.length);
    for (int i = 0; i < shards.length; i++) {
      long record = shards[(first + i) % shards.length].anyRecord(database, nowMillis);
      if (record != 0) {
        return record;
      }
    }
    return 0;
  }

  /**
   * Two databases change places; all shards must be locked.
   *
   * @param tally of the thread
   */
  public void swap(int first, int second, Tally tally) {
    tally.countChanges(1);
    if (first == second) {
      return;
    }
    for (Shard shard : shards) {
      shard.swap(first, second);
    }
    if (tally.undo().isActive()) {
      tally.undo().swapped(first, second);
    }
    if (listener != null) {
      listener.swapped(first, second);
    }
  }

  /**
   * Empties a database, or {@link #ALL_DATABASES}; all shards must be locked.
   *
   * @param wait whether memory is freed before this returns; else it is in slices by {@link
   *     Shard#freeGarbage}
   * @param tally of the thread; what its log keeps is freed when its script ends
   * @return how many keys there were
   */
  public long flush(int database, boolean wait, Tally tally) {
    if (listener != null) {
      listener.beforeFlush(database);
    }
    long count = 0;
    for (int each = 0; each < databases; each++) {
      if (database == each || database == ALL_DATABASES) {
        count += count(each);
        flush(each, tally.undo());
      }
    }
    if (wait) {
      for (Shard shard : shards) {
        shard.freeGarbage(Shard.NO_DEADLINE);
      }
    }
    tally.countChanges(count);
    return count;
  }

  private void flush(int database, UndoLog undo) {
    if (undo.isActive() && !undo.covers(database) && count(database) > 0) {
      undo.flush(database);
      return;
    }
    for (Shard shard : shards) {
      shard.flush(database);
    }
  }

  // ---- figures ----

  /** Bytes in use by keys, values and their structures, without large blocks. */
  public long usedBytes() {
    long used = 0;
    for (Shard shard : shards) {
      used += shard.slab().usedBytes();
    }
    return used;
  }

  /** Records that are removed and not yet freed; locks each shard for a moment. */
  public long garbageRecords() {
    long count = 0;
    for (Shard shard : shards) {
      lock(1L << shard.number());
      try {
        count += shard.garbageRecords();
      } finally {
        unlock(1L << shard.number());
      }
    }
    return count;
  }

  /** Memory of tables and timers; all shards must be locked. */
  public long overheadBytes() {
    long bytes = 0;
    for (int database = 0; database < databases; database++) {
      bytes += overheadBytes(database);
    }
    return bytes;
  }

  /** Memory of tables and timers of a database; all shards must be locked. */
  public long overheadBytes(int database) {
    return tableBytes(database) + timerBytes(database);
  }

  /** Memory of the tables of a database; all shards must be locked. */
  public long tableBytes(int database) {
    long bytes = 0;
    for (Shard shard : shards) {
      bytes += shard.tableBytes(database);
    }
    return bytes;
  }

  /** Memory of the timers of a database; all shards must be locked. */
  public long timerBytes(int database) {
    long bytes = 0;
    for (Shard shard : shards) {
      bytes += shard.timerBytes(database);
    }
    return bytes;
  }

  /**
   * In how many milliseconds the keys of a database that expire do so on average, judged by some of
   * them; all shards must be locked.
   */
  public long meanTimeToLiveMillis(int database, long nowMillis) {
    int[] refs = new int[TTL_SAMPLES_PER_SHARD];
    double sum = 0;
    long count = 0;
    for (Shard shard : shards) {
      int found = shard.sampleExpiring(database, nowMillis, refs, refs.length);
      for (int i = 0; i < found; i++) {
        sum += Math.max(0, Shard.expireAtMillis(shard.address(refs[i])) - nowMillis);
      }
      count += found;
    }
    return count == 0 ? 0 : (long) (sum / count);
  }

  /** Which part of the keys with an expiry has expired and is still there, about. */
  public double staleShare() {
    double sum = 0;
    for (Shard shard : shards) {
      sum += shard.staleShare;
    }
    return sum / shards.length;
  }

  /** How many keys clients watch. */
  public int watchedKeys() {
    int count = 0;
    for (Shard shard : shards) {
      count += shard.watchedKeys();
    }
    return count;
  }

  /** How many keys blocked clients wait for. */
  public int awaitedKeys() {
    int count = 0;
    for (Shard shard : shards) {
      AwaitedKeys awaited = shard.awaited();
      count += awaited == null ? 0 : awaited.count();
    }
    return count;
  }

  /** How many of these keys are awaited by clients that also want to know when they are gone. */
  public int awaitedRemovals() {
    int count = 0;
    for (Shard shard : shards) {
      AwaitedKeys awaited = shard.awaited();
      count += awaited == null ? 0 : awaited.removals();
    }
    return count;
  }

  /** Begins the counters of one thread. */
  public Tally newTally() {
    Tally tally = new Tally(this);
    tallies.add(tally);
    return tally;
  }

  /** A counter summed over the shards and threads. */
  public long sum(Counter counter) {
    long sum = 0;
    for (Tally tally : tallies) {
      sum +=
          switch (counter) {
            case DIRTY -> tally.changes();
            case HITS -> tally.hits();
            case MISSES -> tally.misses();
            default -> 0;
          };
    }
    sum -=
        switch (counter) {
          case HITS -> hitsAtReset;
          case MISSES -> missesAtReset;
          default -> 0;
        };
    for (Shard shard : shards) {
      sum +=
          switch (counter) {
            case DIRTY -> shard.dirty;
            case HITS, MISSES -> 0;
            case EXPIRED -> shard.expired;
            case EXPIRED_MEMBERS -> shard.expiredMembers;
            case EVICTED -> shard.evicted;
            case EXPIRE_CYCLE_NANOS -> shard.expireCycleNanos;
            case EXPIRE_CUT_SHORT -> shard.expireCutShort;
            case LAZY_FREED -> shard.lazyFreed;
          };
    }
    return sum;
  }

  /** Sets the counters of CONFIG RESETSTAT to zero; all shards must be locked. */
  public void resetCounters() {
    hitsAtReset += sum(Counter.HITS);
    missesAtReset += sum(Counter.MISSES);
    for (Shard shard : shards) {
      shard.expired = shard.expiredMembers = shard.evicted = 0;
      shard.expireCycleNanos = shard.expireCutShort = shard.lazyFreed = 0;
    }
  }

  /** What the shards count. */
  public enum Counter {
    DIRTY,
    HITS,
    MISSES,
    EXPIRED,
    /** Fields of hashes and members of sets. */
    EXPIRED_MEMBERS,
    EVICTED,
    EXPIRE_CYCLE_NANOS,
    /** Turns of expiry that ended before all was done. */
    EXPIRE_CUT_SHORT,
    /** Records freed after the command that removed them. */
    LAZY_FREED
  }

  /** Throws an {@link AssertionError} if a structure is damaged; all shards must be locked. */
  public void validate() {
    Arrays.stream(shards).forEach(Shard::validate);
  }

  @Override
  public void close() {
    for (Shard shard : shards) {
      for (int database = 0; database < databases; database++) {
        shard.flush(database);
      }
      shard.freeGarbage(Shard.NO_DEADLINE);
    }
    for (Shard shard : shards) {
      shard.close();
    }
  }
}
