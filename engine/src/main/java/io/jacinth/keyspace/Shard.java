package io.jacinth.keyspace;

import io.jacinth.base.Hash;
import io.jacinth.base.TimeSlice;
import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.HashTable;
import io.jacinth.structure.Record;
import io.jacinth.structure.RefVisitor;
import io.jacinth.structure.TimerWheel;
import io.jacinth.value.Home;
import io.jacinth.value.Kind;
import io.jacinth.value.MemberExpiry;
import io.jacinth.value.Value;
import java.util.Arrays;

/**
 * A part of the keyspace under one lock: those keys of every database whose hash begins with the
 * shard's number, their memory, their expiry, and their counters.
 *
 * <p>Nothing here locks: who calls holds the lock ({@link Keyspace#lock}). A key's record is named
 * by a ref of the shard's slab, 0 for none. A database costs nothing here until it has a key in
 * this shard.
 */
public final class Shard {
  /** No expiry. */
  public static final long NEVER = -1;

  /** No end of a slice. */
  static final long NO_DEADLINE = Long.MAX_VALUE;

  /** Flushed records freed between two looks at the clock. */
  private static final int RECORDS_PER_SLICE = 128;

  /** Fields or members of a key that are expired before it is another key's turn. */
  private static final int MEMBERS_PER_VISIT = 8;

  /** Records of a database looked at to judge how many have expired and are still there. */
  private static final int STALE_SAMPLES = 16;

  final int number;
  private final Keyspace keyspace;
  private final Slab slab;
  private final Home home;
  private final HashTable index;
  private final TimerWheel wheel;
  private final MemberWheel memberWheel;

  /**
   * By database: the table of its keys, the wheel of those that expire, and the wheel of those of
   * which fields or members expire; 0 where there are none yet.
   */
  private final long[] tables;

  private final long[] wheels;
  private final long[] memberWheels;

  /** Tables of flushed databases, whose records are still to be freed. */
  private long[] garbage = new long[4];

  private int garbageCount;

  /** Records without a key whose large values are still to be freed. */
  private int[] largeGarbage = new int[4];

  private int largeGarbageCount;

  private final RefVisitor freeing = this::freeRecord;
  private final RefVisitor expiring = this::expireRecord;
  private final RefVisitor expiringMembers = this::expireSomeMembers;

  /** The key whose fields or members are being expired; null before the first one. */
  private Key visited;

  private int expiringDatabase;
  private long expiringMillis;
  private AwaitedKeys awaited;

  /**
   * How many values of its keys live in other shards, by their numbers, with those that are still
   * to be freed; null as long as there were none.
   */
  private int[] movedValues;

  /** The shards that have a count there. */
  private long homes;

  /** The keys that clients watch; null while there are none. */
  private WatchedKeys watched;

  /** Used again when the next one is watched. */
  private WatchedKeys idleWatched;

  /** What {@link #anyRecord} and {@link #randomRecord} look for and find. */
  private final RefVisitor finding = this::keepLive;

  private final int[] stalenessSample = new int[STALE_SAMPLES];
  private final int[] sampled = new int[1];
  private long findMillis;
  private int found;

  /** Counters, read by others without the lock; changes are those that no command has made. */
  long dirty;

  long expired;
  long expiredMembers;
  long evicted;
  long expireCycleNanos;
  long expireCutShort;

  /** Which part of the records with an expiry had expired and was left by the last turn. */
  double staleShare;

  long lazyFreed;

  Shard(Keyspace keyspace, int number, int shardBits, PageSource pages, long seed, int databases) {
    this.keyspace = keyspace;
    this.number = number;
    slab = new Slab(pages, number);
    home = new Home(number, slab, seed);
    index = new HashTable(slab, seed, shardBits);
    wheel = new TimerWheel(slab);
    memberWheel = new MemberWheel(slab);
    tables = new long[databases];
    wheels = new long[databases];
    memberWheels = new long[databases];
  }

  public int number() {
    return number;
  }

  public Slab slab() {
    return slab;
  }

  /** What the large values of its keys live in, but those that have come from other shards. */
  public Home home() {
    return home;
  }

  /** Other shards in which values of its keys live: whoever locks this one locks them, too. */
  long homes() {
    return homes;
  }

  /** What the value of a record lives in, which {@linkplain Kind#hasHome has a home}. */
  Home homeOf(int kind, long payload) {
    return keyspace.hasMovedValues() && Kind.hasHome(kind)
        ? keyspace.shard(Value.homeNumber(payload)).home()
        : home;
  }

  /** What the value of a record lives in. */
  Home homeOf(long record) {
    return homeOf(Record.kind(record), Record.payloadAddress(record));
  }

  /** A key's value has come from another shard and stays in its home. */
  void movedIn(Home owner) {
    int other = owner.number();
    if (other == number) {
      return;
    }
    if (movedValues == null) {
      movedValues = new int[keyspace.shardCount()];
    }
    movedValues[other]++;
    homes |= 1L << other;
    keyspace.countMovedValue(1);
  }

  /** A key's value has gone to another shard, or has been freed. */
  void movedOut(Home owner) {
    int other = owner.number();
    if (other == number) {
      return;
    }
    movedValues[other]--;
    if (movedValues[other] == 0) {
      homes &= ~(1L << other);
    }
    keyspace.countMovedValue(-1);
  }

  /** The keys that blocked clients wait for; null as long as there have been none. */
  public AwaitedKeys awaited() {
    return awaited;
  }

  /** Like {@link #awaited}, never null. */
  public AwaitedKeys await() {
    if (awaited == null) {
      awaited = new AwaitedKeys(keyspace.readyNumbers());
    }
    return awaited;
  }

  /** A key of this shard begins to be watched. */
  void watch(Watches.Watch watch) {
    if (watched == null) {
      watched = idleWatched == null ? new WatchedKeys(this) : idleWatched;
    }
    watched.add(watch);
  }

  /** A key of this shard is watched no longer. */
  void unwatch(Watches.Watch watch) {
    watched.remove(watch);
    if (watched.isEmpty()) {
      idleWatched = watched;
      watched = null;
    }
  }

  /** How many keys are watched; any thread. */
  int watchedKeys() {
    WatchedKeys keys = watched;
    return keys == null ? 0 : keys.keys();
  }

  /** A key has been changed: who waits for that will look at it. */
  void awake(int database, long hash) {
    if (awaited != null) {
      awaited.changed(database, hash);
    }
  }

  /** A key has been changed: who watches it is told. */
  void touch(int database, long hash) {
    if (watched != null) {
      watched.changed(database, hash);
    }
  }

  // ---- look-up ----

  /**
   * The live record of a key, or 0: an expired one is removed on the way.
   *
   * @param hint where the record may be, from {@link #hint}; 0 for no idea
   */
  int find(int database, long hash, long key, int keyLength, long nowMillis, long hint) {
    int ref = (int) hint;
    if (ref == 0 || !isOfNow(hint) || !Record.keyEquals(slab.address(ref), key, keyLength)) {
      long table = tables[database];
      if (table == 0) {
        return 0;
      }
      ref = index.find(table, hash, key, keyLength);
    }
    if (ref != 0) {
      long record = slab.address(ref);
      if (isExpired(record, nowMillis)) {
        if (keyspace.removesExpired()) {
          expire(database, hash, ref);
        }
        return 0;
      }
    }
    return ref;
  }

  /** Whether a record is out of sight. */
  public static boolean isExpired(long record, long nowMillis) {
    return Record.hasExpiry(record) && Record.expireAtMillis(record) < nowMillis;
  }

  /** Removes a record that has been found expired, unless expired ones stay for now. */
  public void removeExpired(int database, int ref) {
    if (keyspace.removesExpired()) {
      expire(database, hash(slab.address(ref)), ref);
    }
  }

  private void expire(int database, long hash, int ref) {
    expired++;
    if (watched != null) {
      watched.expired(database, hash);
    }
    leave(database, hash, ref, Event.EXPIRED);
  }

  /** Removes a key that no command has removed. */
  private void leave(int database, long hash, int ref, Event event) {
    long record = slab.address(ref);
    ChangeListener listener = keyspace.listener();
    if (listener != null) {
      long key = Record.keyAddress(record);
      int keyLength = Record.keyLength(record);
      listener.beforeChange(this, database, hash, key, keyLength, record);
      listener.changed(this, database, hash, key, keyLength, event);
    }
    awake(database, hash);
    remove(database, hash, ref);
  }

  public long address(int ref) {
    return slab.address(ref);
  }

  /** Where a look-up will begin, see {@link HashTable#place}; 0 if there is no key. */
  long place(int database, long hash) {
    long table = tables[database];
    return table == 0 ? 0 : index.place(table, hash);
  }

  /** The same without the shard's lock; 0 also if the glance holds no longer. */
  long place(int database, long hash, ShardGlance glance) {
    long table = tables[database];
    return table == 0 ? 0 : index.place(table, hash, glance);
  }

  /**
   * What a look-up that begins at a place will probably find; 0 if nothing:
   *
   * <pre>
   *   | 32 bits: generation of the table | 32 bits: ref |
   * </pre>
   */
  long hint(long place) {
    return place == 0 ? 0 : hintOf(HashTable.likely(place));
  }

  /** The same for a look-up without the shard's lock, which also finds what is in other buckets. */
  long hint(long place, int database, long hash, ShardGlance glance) {
    int ref = HashTable.likely(place);
    if (ref == 0) {
      long table = tables[database];
      ref = table == 0 ? 0 : index.likelyStray(table, hash, place, glance);
    }
    return hintOf(ref);
  }

  private long hintOf(int ref) {
    return ref == 0 ? 0 : (long) index.generation() << Integer.SIZE | Integer.toUnsignedLong(ref);
  }

  /** Whether a hint is one of the table as it is. */
  boolean isOfNow(long hint) {
    return (int) (hint >>> Integer.SIZE) == index.generation();
  }

  // ---- records ----

  private static int flags(int kind, boolean expires) {
    return Record.ACCESS_CLOCK | (expires ? Record.EXPIRY : 0) | kind << Record.KIND_SHIFT;
  }

  /**
   * Makes a record for a key that does not exist; its payload is the caller's to write.
   *
   * @param expireAtMillis {@link #NEVER} or when
   */
  int create(
      int database,
      long hash,
      long key,
      int keyLength,
      int kind,
      long payloadBytes,
      long expireAtMillis,
      int clock) {
    if (!keyspace.removesExpired()) {
      removeLeftOver(database, hash, key, keyLength);
    }
    boolean expires = expireAtMillis != NEVER;
    int flags = flags(kind, expires);
    long sizeBytes = Record.headBytes(flags, keyLength) + payloadBytes;
    int ref = slab.allocateRef(Slab.usableBytes(sizeBytes), Tag.ENTRY);
    long record = slab.address(ref);
    Record.writeHead(record, flags, key, keyLength);
    Record.setAccessClock(record, clock);
    if (expires) {
      Record.setExpireAtMillis(record, expireAtMillis);
      wheel.add(wheelOf(database), ref);
    }
    long table = tables[database];
    if (table == 0) {
      table = tables[database] = index.create();
    }
    index.insert(table, hash, ref);
    return ref;
  }

  /**
   * Removes an expired record that stayed out of sight: writes have been paused since the command
   * that is about to create its key began.
   */
  private void removeLeftOver(int database, long hash, long key, int keyLength) {
    long table = tables[database];
    int ref = table == 0 ? 0 : index.find(table, hash, key, keyLength);
    if (ref != 0) {
      expire(database, hash, ref);
    }
  }

  /**
   * Gives a record room for another payload, or an expiry, or takes it away; the payload is the
   * caller's to write, and what the old one owned outside the record has been taken care of.
   *
   * @param expireAtMillis {@link #NEVER} or when
   * @return the record's ref, a new one if it had to move
   */
  int reshape(int database, long hash, int ref, int kind, long payloadBytes, long expireAtMillis) {
    forgetMembers(database, ref);
    return refit(database, hash, ref, kind, payloadBytes, 0, expireAtMillis);
  }

  /** Like {@link #reshape}, but keeps as much of the payload as there is room for. */
  int extend(int database, long hash, int ref, int kind, long payloadBytes, long expireAtMillis) {
    long record = slab.address(ref);
    long keptBytes =
        Math.min(
            payloadBytes, Value.payloadBytes(Record.kind(record), Record.payloadAddress(record)));
    return refit(database, hash, ref, kind, payloadBytes, keptBytes, expireAtMillis);
  }

  private int refit(
      int database,
      long hash,
      int ref,
      int kind,
      long payloadBytes,
      long keptBytes,
      long expireAtMillis) {
    long record = slab.address(ref);
    boolean expires = expireAtMillis != NEVER;
    long oldPayloadBytes = Value.payloadBytes(Record.kind(record), Record.payloadAddress(record));
    if (expires != Record.hasExpiry(record) || payloadBytes != oldPayloadBytes) {
      int flags = flags(kind, expires);
      long newBytes =
          Slab.usableBytes(Record.headBytes(flags, Record.keyLength(record)) + payloadBytes);
      if (expires != Record.hasExpiry(record) || newBytes != recordBytes(record)) {
        return move(database, hash, ref, flags, newBytes, keptBytes, expireAtMillis);
      }
    }
    Record.setKind(record, kind);
    if (expires && expireAtMillis != Record.expireAtMillis(record)) {
      wheel.remove(wheels[database], ref);
      Record.setExpireAtMillis(record, expireAtMillis);
      wheel.add(wheels[database], ref);
    }
    return ref;
  }

  /** Makes a new record in place of another and copies the beginning of its payload. */
  private int move(
      int database,
      long hash,
      int ref,
      int flags,
      long newBytes,
      long keptBytes,
      long expireAtMillis) {
    long record = slab.address(ref);
    long oldBytes = recordBytes(record);
    boolean membersExpire = MemberWheel.isLinked(record);
    if (Record.hasExpiry(record)) {
      wheel.remove(wheels[database], ref);
    }
    int newRef = slab.allocateRef(newBytes, Tag.ENTRY);
    long newRecord = slab.address(newRef);
    Record.writeHead(newRecord, flags, Record.keyAddress(record), Record.keyLength(record));
    Record.setAccessClock(newRecord, Record.accessClock(record));
    Memory.copy(Record.payloadAddress(record), Record.payloadAddress(newRecord), keptBytes);
    index.replace(tables[database], hash, ref, newRef);
    if (expireAtMillis != NEVER) {
      Record.setExpireAtMillis(newRecord, expireAtMillis);
      wheel.add(wheelOf(database), newRef);
    }
    if (membersExpire) {
      memberWheel.moved(memberWheels[database], ref, newRef);
    }
    slab.freeRef(ref, oldBytes, Tag.ENTRY);
    return newRef;
  }

  /** Takes a key out and frees all it holds. */
  void remove(int database, long hash, int ref) {
    long record = slab.address(ref);
    index.remove(tables[database], hash, ref);
    if (Record.hasExpiry(record)) {
      wheel.remove(wheels[database], ref);
    }
    forgetMembers(database, ref);
    freeRecord(ref);
  }

  /** Takes a key out whose value has passed to another owner. */
  void removeEmptied(int database, long hash, int ref) {
    long record = slab.address(ref);
    index.remove(tables[database], hash, ref);
    if (Record.hasExpiry(record)) {
      wheel.remove(wheels[database], ref);
    }
    forgetMembers(database, ref);
    slab.freeRef(ref, recordBytes(record), Tag.ENTRY);
  }

  // ---- records of an {@link UndoLog} ----

  /** Makes a copy of a record with a value that is not large; it is in no table. */
  int copy(int ref) {
    long bytes = recordBytes(slab.address(ref));
    int copied = slab.allocateRef(bytes, Tag.ENTRY);
    long record = slab.address(ref);
    long copy = slab.address(copied);
    long payload = Record.payloadAddress(record);
    int kind = Record.kind(record);
    Memory.copy(record, copy, payload - record + Value.payloadBytes(kind, payload));
    Value.copyOutside(slab, kind, Record.payloadAddress(copy));
    return copied;
  }

  /** Takes a key out with all that it holds, which is not freed. */
  void detach(int database, long hash, int ref) {
    long record = slab.address(ref);
    index.remove(tables[database], hash, ref);
    if (Record.hasExpiry(record)) {
      wheel.remove(wheels[database], ref);
    }
    if (MemberWheel.isLinked(record)) {
      memberWheel.remove(memberWheels[database], ref);
    }
  }

  /** Puts a record that was copied or detached in the place of a key that is not there. */
  void restore(int database, long hash, int ref) {
    if (tables[database] == 0) {
      tables[database] = index.create();
    }
    index.insert(tables[database], hash, ref);
    if (Record.hasExpiry(slab.address(ref))) {
      wheel.add(wheelOf(database), ref);
    }
    linkMembers(database, ref);
  }

  /** Frees a record that was copied or detached. */
  void release(int ref) {
    freeRecord(ref);
  }

  private static final int DETACHED_TABLE = 0;
  private static final int DETACHED_WHEEL = Long.BYTES;
  private static final int DETACHED_MEMBER_WHEEL = 2 * Long.BYTES;

  /** Empties a database, of which nothing is freed: writes where all of it is. */
  void detachDatabase(int database, long target) {
    Memory.putLong(target + DETACHED_TABLE, tables[database]);
    Memory.putLong(target + DETACHED_WHEEL, wheels[database]);
    Memory.putLong(target + DETACHED_MEMBER_WHEEL, memberWheels[database]);
    if (tables[database] != 0) {
      tellOfFlush(database);
    }
    tables[database] = 0;
    wheels[database] = 0;
    memberWheels[database] = 0;
  }

  /** Gives a database what was detached; what it has is freed. */
  void restoreDatabase(int database, long source) {
    flush(database);
    tables[database] = Memory.getLong(source + DETACHED_TABLE);
    wheels[database] = Memory.getLong(source + DETACHED_WHEEL);
    memberWheels[database] = Memory.getLong(source + DETACHED_MEMBER_WHEEL);
    index.newGeneration();
  }

  /** Frees what was detached. */
  void releaseDatabase(long source) {
    freeDatabase(
        Memory.getLong(source + DETACHED_TABLE),
        Memory.getLong(source + DETACHED_WHEEL),
        Memory.getLong(source + DETACHED_MEMBER_WHEEL));
  }

  // ---- fields and members that expire ----

  /** Sets when to look after the fields or members of a key, {@link #NEVER} if none expires. */
  void expireMembersAt(int database, int ref, long millis) {
    long record = slab.address(ref);
    if (MemberWheel.isLinked(record)) {
      memberWheel.remove(memberWheels[database], ref);
    }
    MemberExpiry.setMillis(MemberWheel.head(record), millis);
    linkMembers(database, ref);
  }

  private void forgetMembers(int database, int ref) {
    if (MemberWheel.isLinked(slab.address(ref))) {
      expireMembersAt(database, ref, MemberExpiry.NEVER);
    }
  }

  /** After a value has come to a record: looks after its fields or members if some expire. */
  void linkMembers(int database, int ref) {
    if (MemberWheel.isLinked(slab.address(ref))) {
      if (memberWheels[database] == 0) {
        memberWheels[database] = memberWheel.create(keyspace.clock().millis());
      }
      memberWheel.add(memberWheels[database], ref);
    }
  }

  /** Number of keys of which fields or members expire. */
  public long countWithExpiringMembers(int database) {
    long at = memberWheels[database];
    return at == 0 ? 0 : memberWheel.count(at);
  }

  private void expireSomeMembers(int ref) {
    if (visited == null) {
      visited = new Key(keyspace, new Tally(keyspace));
    }
    visited.comeTo(this, expiringDatabase, ref, expiringMillis);
    visited.removeExpiredMembers(MEMBERS_PER_VISIT);
  }

  private void freeRecord(int ref) {
    long record = slab.address(ref);
    long bytes = recordBytes(record);
    long payload = Record.payloadAddress(record);
    Home owner = homeOf(Record.kind(record), payload);
    if (Value.free(owner, Record.kind(record), payload, Value.SLICE)) {
      movedOut(owner);
      slab.freeRef(ref, bytes, Tag.ENTRY);
      return;
    }
    if (largeGarbageCount == largeGarbage.length) {
      largeGarbage = Arrays.copyOf(largeGarbage, largeGarbageCount * 2);
    }
    largeGarbage[largeGarbageCount++] = ref;
  }

  /** Frees a slice of a large value. */
  private void freeSomeLargeGarbage() {
    largeGarbageCount--;
    freeRecord(largeGarbage[largeGarbageCount]);
  }

  /** When a record's key expires, {@link #NEVER} if it does not. */
  public static long expireAtMillis(long record) {
    return Record.hasExpiry(record) ? Record.expireAtMillis(record) : NEVER;
  }

  /** Bytes that a record takes with its value. */
  long sizeBytes(long record) {
    return recordBytes(record)
        + Value.outsideBytes(
            homeOf(Record.kind(record), Record.payloadAddress(record)),
            Record.kind(record),
            Record.payloadAddress(record));
  }

  /** Bytes that a record takes in its slab. */
  static long recordBytes(long record) {
    long payload = Record.payloadAddress(record);
    return Slab.usableBytes(payload - record + Value.payloadBytes(Record.kind(record), payload));
  }

  private long wheelOf(int database) {
    long at = wheels[database];
    if (at == 0) {
      at = wheels[database] = wheel.create(keyspace.clock().millis());
    }
    return at;
  }

  // ---- whole databases ----

  /** Number of keys. */
  public long count(int database) {
    long table = tables[database];
    return table == 0 ? 0 : index.count(table);
  }

  /** Number of keys that expire. */
  public long countExpiring(int database) {
    long at = wheels[database];
    return at == 0 ? 0 : wheel.count(at);
  }

  /** Passes records from {@code cursor} on, also expired ones, see {@link HashTable#scan}. */
  public long scan(int database, long cursor, RefVisitor visitor, int minRecords) {
    long table = tables[database];
    return table == 0 ? 0 : index.scan(table, cursor, visitor, minRecords);
  }

  /**
   * A record, each with about the same chance.
   *
   * @return its address; 0 if it had expired, or there is none
   */
  long randomRecord(int database, long random, long nowMillis) {
    if (sample(database, random, sampled, 1) == 0) {
      return 0;
    }
    int ref = sampled[0];
    long record = slab.address(ref);
    if (isExpired(record, nowMillis)) {
      removeExpired(database, ref);
      return 0;
    }
    return record;
  }

  /**
   * The first live record.
   *
   * @return its address; 0 if there is none
   */
  long anyRecord(int database, long nowMillis) {
    found = 0;
    findMillis = nowMillis;
    long cursor = 0;
    do {
      cursor = scan(database, cursor, finding, 1);
    } while (found == 0 && cursor != 0);
    return found == 0 ? 0 : slab.address(found);
  }

  private void keepLive(int ref) {
    if (!isExpired(slab.address(ref), findMillis)) {
      found = ref;
    }
  }

  /** Some records near a random place. */
  int sample(int database, long random, int[] refs, int count) {
    long table = tables[database];
    return table == 0 ? 0 : index.sample(table, random, refs, count);
  }

  int databases() {
    return tables.length;
  }

  /** The hash of a record's key. */
  long hash(long record) {
    return keyspace.hash(Record.keyAddress(record), Record.keyLength(record));
  }

  /** Whether there is a key with this hash, expired or not. */
  public boolean has(int database, long hash) {
    return find(database, hash) != 0;
  }

  /** Whether the key with this hash is there but has expired. */
  boolean isExpired(int database, long hash, long nowMillis) {
    int ref = find(database, hash);
    return ref != 0 && isExpired(slab.address(ref), nowMillis);
  }

  /** The record of the key with this hash, expired or not; 0 if there is none. */
  int find(int database, long hash) {
    long table = tables[database];
    return table == 0 ? 0 : index.findByHash(table, hash);
  }

  /** Removes a key because memory is full. */
  void evict(int database, long hash, int ref) {
    evicted++;
    touch(database, hash);
    leave(database, hash, ref, Event.EVICTED);
  }

  /** Frees a slice of what is flushed or large. */
  void freeSomeGarbage() {
    freeGarbage(System.nanoTime());
  }

  /** Some records that expire. */
  int sampleExpiring(int database, long random, int[] refs, int count) {
    long at = wheels[database];
    return at == 0 ? 0 : wheel.sample(at, random, refs, count);
  }

  /** A record that expires among the first, or 0. */
  int nearest(int database) {
    long at = wheels[database];
    return at == 0 ? 0 : wheel.nearest(at);
  }

  void swap(int first, int second) {
    if (awaited != null) {
      awaited.allChanged(first);
      awaited.allChanged(second);
    }
    if (watched != null) {
      watched.swapped(first, second, keyspace.clock().millis());
    }
    index.newGeneration();
    long table = tables[first];
    tables[first] = tables[second];
    tables[second] = table;
    long at = wheels[first];
    wheels[first] = wheels[second];
    wheels[second] = at;
    long memberWheelOfFirst = memberWheels[first];
    memberWheels[first] = memberWheels[second];
    memberWheels[second] = memberWheelOfFirst;
  }

  /** Empties a database; its records are freed by {@link #freeGarbage}. */
  void flush(int database) {
    if (tables[database] != 0) {
      tellOfFlush(database);
    }
    freeDatabase(tables[database], wheels[database], memberWheels[database]);
    tables[database] = 0;
    wheels[database] = 0;
    memberWheels[database] = 0;
  }

  private void tellOfFlush(int database) {
    if (awaited != null) {
      awaited.allChanged(database);
    }
    if (watched != null) {
      watched.flushed(database);
    }
    index.newGeneration();
  }

  private void freeDatabase(long table, long wheelOfKeys, long wheelOfMembers) {
    if (table != 0) {
      if (garbageCount == garbage.length) {
        garbage = Arrays.copyOf(garbage, garbageCount * 2);
      }
      garbage[garbageCount++] = table;
    }
    if (wheelOfKeys != 0) {
      wheel.destroy(wheelOfKeys);
    }
    if (wheelOfMembers != 0) {
      memberWheel.destroy(wheelOfMembers);
    }
  }

  /** Whether something is still to be freed. */
  boolean hasGarbage() {
    return garbageCount > 0 || largeGarbageCount > 0;
  }

  /** Records that are flushed, or have large values, and are not yet freed. */
  long garbageRecords() {
    long count = largeGarbageCount;
    for (int i = 0; i < garbageCount; i++) {
      count += index.count(garbage[i]);
    }
    return count;
  }

  /**
   * Frees flushed records and large values, a segment or so at a time, until there are none or the
   * time is over.
   */
  void freeGarbage(long deadlineNanos) {
    TimeSlice slice = new TimeSlice(System.nanoTime(), deadlineNanos);
    boolean hasTime = true;
    while (hasTime && hasGarbage()) {
      if (largeGarbageCount > 0) {
        freeSomeLargeGarbage();
      } else if (index.drain(garbage[garbageCount - 1], freeing, RECORDS_PER_SLICE)) {
        garbageCount--;
      }
      hasTime = deadlineNanos == NO_DEADLINE || slice.hasTimeForAnother(System.nanoTime());
    }
  }

  /**
   * Removes expired records of a database, and expired fields and members, {@code budget} steps of
   * each at most.
   *
   * @return whether more are due
   */
  boolean expireDue(int database, long nowMillis, int budget) {
    expiringDatabase = database;
    expiringMillis = nowMillis;
    long at = wheels[database];
    boolean more = at != 0 && wheel.advance(at, nowMillis, budget, expiring) >= budget;
    long ofMembers = memberWheels[database];
    return (ofMembers != 0
            && memberWheel.advance(ofMembers, nowMillis, budget, expiringMembers) >= budget)
        || more;
  }

  private void expireRecord(int ref) {
    expire(expiringDatabase, hash(slab.address(ref)), ref);
  }

  /**
   * A slice of what is to be done without a command: removes expired records, frees flushed ones.
   *
   * @return whether more is due
   */
  public boolean care(long nowMillis, long deadlineNanos, boolean expires, int stepsPerLook) {
    boolean more = false;
    if (expires) {
      long startNanos = System.nanoTime();
      for (int database = 0; database < wheels.length; database++) {
        while (expireDue(database, nowMillis, stepsPerLook)) {
          if (System.nanoTime() - deadlineNanos > 0) {
            more = true;
            break;
          }
        }
      }
      if (more) {
        expireCutShort++;
      }
      staleShare = more ? sampleStale(nowMillis) : 0;
      expireCycleNanos += System.nanoTime() - startNanos;
    }
    if (hasGarbage()) {
      long pending = garbageRecords();
      freeGarbage(deadlineNanos);
      lazyFreed += pending - garbageRecords();
    }
    slab.drainRemoteFrees();
    return more || hasGarbage();
  }

  /** The share of expired ones among some records with an expiry. */
  private double sampleStale(long nowMillis) {
    int expiring = 0;
    int stale = 0;
    for (int database = 0; database < tables.length; database++) {
      int count = sample(database, Hash.mix(nowMillis + database), stalenessSample, STALE_SAMPLES);
      for (int i = 0; i < count; i++) {
        long record = slab.address(stalenessSample[i]);
        expiring += Record.hasExpiry(record) ? 1 : 0;
        stale += isExpired(record, nowMillis) ? 1 : 0;
      }
    }
    return expiring == 0 ? 0 : (double) stale / expiring;
  }

  /** For how long, at most, a record has been expired and not removed. */
  public long overdueMillis(long nowMillis) {
    long overdue = 0;
    for (long at : wheels) {
      if (at != 0) {
        overdue = Math.max(overdue, nowMillis - wheel.nextMillis(at));
      }
    }
    for (long at : memberWheels) {
      // a key with more than could be taken out stands in the wheel as if its time came just now
      int nearest = at == 0 ? 0 : memberWheel.nearest(at);
      if (nearest != 0) {
        overdue = Math.max(overdue, nowMillis - memberWheel.expireAtMillis(slab.address(nearest)));
      }
    }
    return overdue;
  }

  /** Memory of a database's table. */
  long tableBytes(int database) {
    return tables[database] == 0 ? 0 : index.sizeBytes(tables[database]);
  }

  /** Memory of a database's timers. */
  long timerBytes(int database) {
    return (wheels[database] == 0 ? 0 : wheel.sizeBytes(wheels[database]))
        + (memberWheels[database] == 0 ? 0 : memberWheel.sizeBytes(memberWheels[database]));
  }

  /** Throws an {@link AssertionError} if a structure is damaged or counts do not fit together. */
  public void validate() {
    for (int database = 0; database < tables.length; database++) {
      if (tables[database] != 0) {
        index.validate(tables[database]);
      }
      if (wheels[database] != 0) {
        wheel.validate(wheels[database]);
      }
      if (memberWheels[database] != 0) {
        memberWheel.validate(memberWheels[database]);
      }
    }
    slab.validate();
  }

  void close() {
    for (int database = 0; database < tables.length; database++) {
      flush(database);
    }
    freeGarbage(NO_DEADLINE);
    slab.close();
  }
}
