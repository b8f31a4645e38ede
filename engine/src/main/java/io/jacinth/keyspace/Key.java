package io.jacinth.keyspace;

import io.jacinth.base.Decimal;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.Record;
import io.jacinth.value.HashValue;
import io.jacinth.value.Holder;
import io.jacinth.value.Home;
import io.jacinth.value.HyperLogLog;
import io.jacinth.value.Kind;
import io.jacinth.value.ListValue;
import io.jacinth.value.Packed;
import io.jacinth.value.SetValue;
import io.jacinth.value.SortedSetValue;
import io.jacinth.value.StreamValue;
import io.jacinth.value.StringValue;
import io.jacinth.value.Undo;
import io.jacinth.value.Value;

/**
 * One key of a command while it is executed: the only way to a value, and the gate that every
 * change passes.
 *
 * <p>A flyweight of its thread, pointed at one key after the other by {@link #bind}. Looking up
 * ({@link #read}, {@link #peek}, {@link #locate}) finds the record if there is a live one; the
 * methods that change it tell the keyspace's {@link ChangeListener} first, so that no change
 * escapes a snapshot, WATCH or a notification. After a change the command calls {@link #changed}.
 * The caller holds the lock of the key's shard all the time.
 */
public final class Key implements Holder {
  /** In place of an expiry: as it was. */
  public static final long KEEP = -2;

  /** In place of an expiry: none. */
  public static final long NEVER = Shard.NEVER;

  /** In place of a length. */
  public static final int NOT_SEEN = -1;

  private static final int NO_VALUE = -1;

  /**
   * Tables up to this are copied when they come to another shard, which takes some microseconds,
   * rather than tie two shards together.
   */
  private static final int MAX_COPIED_MEMBERS = 256;

  private final Keyspace keyspace;
  private final Tally tally;
  private final UndoLog undo;
  private final ShardGlance glance;
  private Shard shard;
  private int database;
  private long hash;
  private long address;
  private int length;
  private long nowMillis;
  private boolean touches;

  /** Where the record may be. */
  private long hint;

  /** The record, 0 when the key does not exist. */
  private int ref;

  private long record;

  /** Whether the listener knows of the change that is going on. */
  private boolean announced;

  /** Whether the name stands in the record, which may move. */
  private boolean nameInRecord;

  /** Whether what it does is undone: nobody is notified of it. */
  private boolean silent;

  /** The key's entry in the log of the script that changes it; 0 before the first change. */
  private long undoEntry;

  /** What kind of value there was when it was told, {@link #NO_VALUE} if none. */
  private int kindBefore = NO_VALUE;

  /** State of a small generator for sampling decisions. */
  private long random = System.identityHashCode(this) | 1L;

  private final ListValue list;
  private final SetValue set;
  private final HashValue hashValue;
  private final SortedSetValue sortedSet;
  private final StreamValue stream;
  private final HyperLogLog hyperLogLog = new HyperLogLog();

  /**
   * @param tally of the thread that uses it
   */
  public Key(Keyspace keyspace, Tally tally) {
    this.keyspace = keyspace;
    this.tally = tally;
    undo = tally.undo();
    glance = keyspace.newGlance();
    list = new ListValue(this, keyspace.limits());
    set = new SetValue(this, keyspace.limits());
    hashValue = new HashValue(this, keyspace.limits());
    sortedSet = new SortedSetValue(this, keyspace.limits());
    stream = new StreamValue(this, keyspace.limits());
  }

  /**
   * Points at a key, without looking it up.
   *
   * @param address where its name stands, as long as it is in use
   * @param touches whether reads count for eviction
   * @param hint of {@link Foresight#hint}, or 0
   */
  public void bind(
      int database,
      long hash,
      long address,
      int length,
      long nowMillis,
      boolean touches,
      long hint) {
    this.shard = keyspace.shardOf(hash);
    this.database = database;
    this.hash = hash;
    this.address = address;
    this.length = length;
    this.nowMillis = nowMillis;
    this.touches = touches;
    this.hint = hint;
    ref = 0;
    record = 0;
    announced = false;
    undoEntry = 0;
    nameInRecord = false;
    kindBefore = NO_VALUE;
  }

  /** Points at a record that has been found otherwise. */
  public void comeTo(Shard shard, int database, int ref, long nowMillis) {
    this.nowMillis = nowMillis;
    this.shard = shard;
    this.database = database;
    this.ref = ref;
    record = shard.address(ref);
    address = Record.keyAddress(record);
    length = Record.keyLength(record);
    hash = shard.hash(record);
    touches = false;
    announced = false;
    undoEntry = 0;
    kindBefore = NO_VALUE;
    nameInRecord = true;
  }

  public Shard shard() {
    return shard;
  }

  public int database() {
    return database;
  }

  public long hash() {
    return hash;
  }

  /** Where the name stands. */
  public long nameAddress() {
    return address;
  }

  public int nameLength() {
    return length;
  }

  /** Whether another key has the same name, in whatever database. */
  public boolean hasNameOf(Key other) {
    return length == other.length && Memory.equal(address, other.address, length);
  }

  // ---- looking up ----

  /**
   * Looks up to read: counts as a hit or miss and as a use.
   *
   * @return whether the key exists
   */
  public boolean read() {
    if (!peek()) {
      return false;
    }
    touch();
    return true;
  }

  /**
   * Looks up to read something about the key: counts as a hit or miss but not as a use.
   *
   * @return whether the key exists
   */
  public boolean peek() {
    if (inspect()) {
      return true;
    }
    changedToo(Event.MISS);
    return false;
  }

  /**
   * Looks up to read how the key is kept: like {@link #peek}, but nobody is told of a miss.
   *
   * @return whether the key exists
   */
  public boolean inspect() {
    if (find()) {
      tally.countHit();
      return true;
    }
    tally.countMiss();
    return false;
  }

  /**
   * Looks up in order to change: counts as a use.
   *
   * @return whether the key exists
   */
  public boolean locate() {
    if (!find()) {
      return false;
    }
    touch();
    return true;
  }

  /**
   * Looks up without any trace, but for the removal of an expired key.
   *
   * @return whether the key exists
   */
  public boolean find() {
    ref = shard.find(database, hash, address, length, nowMillis, hint);
    record = ref == 0 ? 0 : shard.address(ref);
    return ref != 0;
  }

  /**
   * Copies the string that the key holds, if it is a short one, without its shard's lock: in place
   * of a look-up that counts as a hit and a use. The thread {@linkplain Foresight#isLooking looks}.
   *
   * @param target has room for {@link StringValue#MAX_EMBEDDED_BYTES}
   * @return its length in bytes, or {@link #NOT_SEEN} if that takes the lock: there is no such
   *     string, something is to be noted besides, or another thread is changing the shard
   */
  public int look(long target) {
    Memory.beginLooking();
    try {
      return lookAt(target);
    } finally {
      Memory.endLooking();
    }
  }

  private int lookAt(long target) {
    int seen = (int) hint;
    if (!Slab.isSmall(seen)
        || !glance.begin(shard.number())
        || !shard.isOfNow(hint)
        || !glance.holds()) {
      return NOT_SEEN;
    }
    long at = shard.address(seen);
    // there is a record, and what is read from now on is in its page
    long room = Slab.roomInPage(at);
    if (!glance.holds() || Record.MAX_HEAD_BYTES + length + Long.BYTES > room) {
      return NOT_SEEN;
    }
    int flags = Record.flags(at);
    if (!Record.keyEquals(at, address, length)
        || Shard.isExpired(at, nowMillis)
        || (touches && !keyspace.accessClock().isNoted(Record.accessClock(at), nowMillis))) {
      return NOT_SEEN;
    }
    int headBytes = Record.headBytes(flags, length);
    int copied = StringValue.look(Record.kindOf(flags), at + headBytes, room - headBytes, target);
    if (copied < 0 || !glance.holds()) {
      return NOT_SEEN;
    }
    tally.countHit();
    return copied;
  }

  /** Counts the key that the last look-up found as used, whatever {@link #bind} was told. */
  public void use() {
    keyspace.accessClock().read(record, nowMillis, nextRandom());
  }

  private void touch() {
    if (touches) {
      use();
    }
  }

  private long nextRandom() {
    // xorshift64, Marsaglia 2003
    long x = random;
    x ^= x << 13;
    x ^= x >>> 7;
    x ^= x << 17;
    random = x;
    return x;
  }

  // ---- what the last look-up found ----

  @Override
  public boolean exists() {
    return ref != 0;
  }

  /** From now on it is for changes that are undone. */
  Key silent() {
    silent = true;
    return this;
  }

  /** The record's ref. */
  int ref() {
    return ref;
  }

  /** Address of the record, for {@link Record}. */
  public long record() {
    return record;
  }

  /** The value's {@link Kind}. */
  @Override
  public int kind() {
    return Record.kind(record);
  }

  public boolean isString() {
    return Kind.isString(Record.kind(record));
  }

  @Override
  public long payload() {
    return Record.payloadAddress(record);
  }

  /** When it expires, {@link #NEVER} if it does not. */
  public long expireAtMillis() {
    return Shard.expireAtMillis(record);
  }

  public boolean isInteger() {
    return kind() == Kind.STRING_INTEGER;
  }

  /** The value, of {@link Kind#STRING_INTEGER}. */
  public long integer() {
    return StringValue.integer(payload());
  }

  /** Length of the string in bytes. */
  public int stringLength() {
    return StringValue.length(kind(), payload());
  }

  /** Where the string's bytes stand, if it {@linkplain #isInteger is no integer}. */
  public long stringBytes() {
    return StringValue.bytes(kind(), payload());
  }

  /** Bytes of memory that the key and its value take, without their share of the table. */
  public long sizeBytes() {
    return shard.sizeBytes(record);
  }

  // ---- collections ----

  /** A HyperLogLog to open on the string that the key holds, or will. */
  public HyperLogLog hyperLogLog() {
    return hyperLogLog;
  }

  /** The list that the key holds, or will. */
  public ListValue list() {
    return list;
  }

  public boolean isList() {
    return Kind.isList(kind());
  }

  /** The set that the key holds, or will. */
  public SetValue set() {
    return set;
  }

  public boolean isSet() {
    return Kind.isSet(kind());
  }

  /** The hash that the key holds, or will. */
  public HashValue hashValue() {
    return hashValue;
  }

  public boolean isHash() {
    return Kind.isHash(kind());
  }

  /** The sorted set that the key holds, or will. */
  public SortedSetValue sortedSet() {
    return sortedSet;
  }

  public boolean isSortedSet() {
    return Kind.isSortedSet(kind());
  }

  /** The stream that the key holds, or will. */
  public StreamValue stream() {
    return stream;
  }

  public boolean isStream() {
    return Kind.isStream(kind());
  }

  @Override
  public Slab slab() {
    return shard.slab();
  }

  @Override
  public Home home() {
    return keyspace.hasMovedValues() && ref != 0 ? shard.homeOf(kind(), payload()) : shard.home();
  }

  @Override
  public long nowMillis() {
    return nowMillis;
  }

  @Override
  public void expireMembersAt(long millis) {
    shard.expireMembersAt(database, ref, millis);
  }

  /**
   * Takes out fields or members that have expired, which no command has done, and removes the key
   * if none is left.
   *
   * @param budget how many at most
   */
  public void removeExpiredMembers(int budget) {
    if (!keyspace.removesExpired()) {
      return;
    }
    boolean isHash = isHash();
    int removed = isHash ? hashValue.removeExpired(budget) : set.removeExpired(budget);
    if (removed > 0) {
      expired(removed, isHash);
    }
  }

  /** Takes out the field that {@link #hashValue} has come to, which has expired. */
  public void removeExpiredField() {
    if (keyspace.removesExpired()) {
      hashValue.remove();
      expired(1, true);
    }
  }

  private void expired(int removed, boolean isHash) {
    boolean empty = (isHash ? hashValue.count() : set.count()) == 0;
    shard.expiredMembers += removed;
    // before the record goes, which may have the name
    changedToo(isHash ? Event.HEXPIRED : Event.SEXPIRED);
    if (empty) {
      changedToo(Event.DEL);
    }
    shard.awake(database, hash);
    shard.touch(database, hash);
    if (empty) {
      delete();
    }
  }

  @Override
  public void beginChange() {
    announce();
  }

  @Override
  public long create(int kind, int payloadBytes) {
    announce();
    create(kind, payloadBytes, NEVER);
    return payload();
  }

  @Override
  public long reshape(int kind, int payloadBytes) {
    extend(kind, payloadBytes, expireAtMillis());
    return payload();
  }

  // ---- changing ----

  /** Every change begins here. */
  private void announce() {
    if (undo.isActive() && !undo.covers(database)) {
      keep();
    }
    ChangeListener listener = keyspace.listener();
    if (listener != null && !announced) {
      announced = true;
      kindBefore = ref == 0 ? NO_VALUE : kind();
      listener.beforeChange(shard, database, hash, address, length, record);
    }
  }

  /** Keeps what the key was before the script that changes it. */
  private void keep() {
    if (undoEntry == 0 || (!UndoLog.isCovered(undoEntry) && !UndoLog.isLarge(record))) {
      undoEntry = undo.keep(shard, database, hash, address, length, ref, record);
    }
  }

  /** Whether the value that is there must stay as it is, or be taken down part by part. */
  private boolean mustKeep() {
    return undo.isActive() && undoEntry != 0 && !UndoLog.isCovered(undoEntry);
  }

  @Override
  public Undo undo() {
    return mustKeep() ? undo.of(undoEntry) : null;
  }

  /** Makes a part of the value what it was, as an entry of the log says. */
  void undoPart(int part, long entry) {
    switch (part) {
      case Undo.FIELD -> hashValue.undo(entry);
      case Undo.MEMBER -> set.undo(entry);
      case Undo.SCORED -> sortedSet.undo(entry);
      case Undo.ENDS, Undo.INSERTED, Undo.REMOVED, Undo.REPLACED -> list.undo(part, entry);
      case Undo.EXTENT -> {
        long extent = Undo.data(entry);
        resizeBlock(Memory.getInt(extent), Memory.getInt(extent + Integer.BYTES));
      }
      case Undo.PAGE ->
          Memory.copy(
              Undo.data(entry),
              stringBytes() + Undo.word(entry) * UndoLog.PAGE_BYTES,
              Undo.dataLength(entry));
      default -> stream.undo(part, entry);
    }
  }

  private void resizeBlock(int lengthBytes, int newCapacity) {
    long block = stringBytes();
    int capacity = StringValue.blockCapacity(payload());
    if (newCapacity != capacity) {
      block = shard.slab().reallocate(block, capacity, newCapacity, Tag.VALUE);
    }
    StringValue.putBlock(payload(), block, lengthBytes, newCapacity);
  }

  /** Takes the record out; what it holds is freed, or kept if it must be. */
  private void remove() {
    if (mustKeep()) {
      undoEntry = undo.detach(undoEntry, hash, ref);
    } else {
      shard.remove(database, hash, ref);
    }
    ref = 0;
    record = 0;
  }

  /** Sets the key to an integer. */
  public void setInteger(long value, long expireAtMillis) {
    StringValue.putInteger(
        set(Kind.STRING_INTEGER, StringValue.INTEGER_PAYLOAD_BYTES, expireAtMillis), value);
  }

  /**
   * Sets the key to a string, in the encoding that suits it.
   *
   * @param source where its bytes stand, not in this key's own value
   * @param expireAtMillis when it expires, {@link #NEVER} or {@link #KEEP}
   */
  public void setString(long source, int lengthBytes, long expireAtMillis) {
    int kind = StringValue.kindFor(source, lengthBytes);
    if (kind == Kind.STRING_INTEGER) {
      setInteger(Decimal.parseLong(source, lengthBytes), expireAtMillis);
    } else {
      setBytes(kind, source, lengthBytes, expireAtMillis);
    }
  }

  /** Sets the key to a string of raw encoding, as the result of an operation on its bytes. */
  public void setRaw(long source, int lengthBytes, long expireAtMillis) {
    setBytes(
        lengthBytes <= StringValue.MAX_EMBEDDED_BYTES
            ? Kind.STRING_EMBEDDED_RAW
            : Kind.STRING_BLOCK,
        source,
        lengthBytes,
        expireAtMillis);
  }

  /** Sets the key to a string that is kept as text even if it is a number. */
  public void setText(long source, int lengthBytes, long expireAtMillis) {
    setBytes(
        lengthBytes <= StringValue.MAX_EMBEDDED_BYTES ? Kind.STRING_EMBEDDED : Kind.STRING_BLOCK,
        source,
        lengthBytes,
        expireAtMillis);
  }

  private void setBytes(int kind, long source, int lengthBytes, long expireAtMillis) {
    if (kind != Kind.STRING_BLOCK) {
      StringValue.putEmbedded(
          set(kind, StringValue.payloadBytes(kind, lengthBytes), expireAtMillis),
          source,
          lengthBytes);
      return;
    }
    long block = shard.slab().allocate(lengthBytes, Tag.VALUE);
    Memory.copy(source, block, lengthBytes);
    setBlock(block, lengthBytes, lengthBytes, expireAtMillis);
  }

  /**
   * Sets the key to a string in a block, allocated with {@link Tag#VALUE}, which belongs to the key
   * from now on.
   */
  public void setBlock(long block, int lengthBytes, int capacityBytes, long expireAtMillis) {
    long payload = set(Kind.STRING_BLOCK, StringValue.BLOCK_PAYLOAD_BYTES, expireAtMillis);
    StringValue.putBlock(payload, block, lengthBytes, capacityBytes);
  }

  /** Replaces or creates the value; the returned payload must be written at once. */
  private long set(int kind, int payloadBytes, long expireAtMillis) {
    announce();
    if (ref == 0) {
      create(kind, payloadBytes, expireAtMillis);
    } else {
      replace(kind, payloadBytes, expireAtMillis);
    }
    return payload();
  }

  /** Gives an existing key another value, whose payload is still to be written. */
  private void replace(int kind, int payloadBytes, long expireAtMillis) {
    if (!Value.isLarge(kind()) && !mustKeep()) {
      Value.free(shard.home(), kind(), payload(), Value.SLICE);
      reshape(kind, payloadBytes, expireAtMillis);
      return;
    }
    // The old value is freed in slices, in its record.
    long expiry = expireAtMillis == KEEP ? expireAtMillis() : expireAtMillis;
    int clock = Record.accessClock(record);
    remove();
    ref = shard.create(database, hash, address, length, kind, payloadBytes, expiry, clock);
    record = shard.address(ref);
  }

  private void create(int kind, int payloadBytes, long expireAtMillis) {
    int clock = keyspace.accessClock().initial(nowMillis);
    long expiry = expireAtMillis == KEEP ? NEVER : expireAtMillis;
    ref = shard.create(database, hash, address, length, kind, payloadBytes, expiry, clock);
    record = shard.address(ref);
    shard.touch(database, hash);
    if (kindBefore == NO_VALUE) {
      changedToo(Event.NEW);
    }
  }

  private void reshape(int kind, int payloadBytes, long expireAtMillis) {
    long expiry = expireAtMillis == KEEP ? expireAtMillis() : expireAtMillis;
    ref = shard.reshape(database, hash, ref, kind, payloadBytes, expiry);
    record = shard.address(ref);
  }

  /** Changes the integer of an existing key that is one, in place. */
  public void putInteger(long value) {
    announce();
    StringValue.putInteger(payload(), value);
  }

  /**
   * Prepares a string for a change of single bytes: creates it, makes it raw, and extends it with
   * zeros.
   *
   * @param minLengthBytes the length it has afterwards, if it is not longer already
   * @param from the first byte that will be written
   * @param count how many will be, of those that are there
   * @return where its bytes stand, for writing
   */
  public long edit(int minLengthBytes, int from, int count) {
    announce();
    if (mustKeep()) {
      int capacity = StringValue.blockCapacity(payload());
      undo.keepString(undoEntry, stringBytes(), stringLength(), capacity, from, count);
    }
    if (ref == 0) {
      long bytes = createRaw(minLengthBytes);
      Memory.fill(bytes, minLengthBytes, 0);
      return bytes;
    }
    int kind = kind();
    if (kind == Kind.STRING_BLOCK) {
      return editBlock(minLengthBytes);
    }
    int oldLength = stringLength();
    int newLength = Math.max(oldLength, minLengthBytes);
    if (newLength <= StringValue.MAX_EMBEDDED_BYTES) {
      return editEmbedded(kind, oldLength, newLength);
    }
    int capacity = StringValue.growthBytes(newLength);
    long block = shard.slab().allocate(capacity, Tag.VALUE);
    copyString(block);
    Memory.fill(block + oldLength, newLength - oldLength, 0);
    reshape(Kind.STRING_BLOCK, StringValue.BLOCK_PAYLOAD_BYTES, KEEP);
    StringValue.putBlock(payload(), block, newLength, capacity);
    return block;
  }

  private long createRaw(int lengthBytes) {
    if (lengthBytes <= StringValue.MAX_EMBEDDED_BYTES) {
      int kind = Kind.STRING_EMBEDDED_RAW;
      create(kind, StringValue.payloadBytes(kind, lengthBytes), NEVER);
      StringValue.putEmbeddedLength(payload(), lengthBytes);
    } else {
      long block = shard.slab().allocate(lengthBytes, Tag.VALUE);
      create(Kind.STRING_BLOCK, StringValue.BLOCK_PAYLOAD_BYTES, NEVER);
      StringValue.putBlock(payload(), block, lengthBytes, lengthBytes);
    }
    return stringBytes();
  }

  private long editEmbedded(int kind, int oldLength, int newLength) {
    int newBytes = StringValue.payloadBytes(Kind.STRING_EMBEDDED_RAW, newLength);
    if (kind == Kind.STRING_INTEGER) {
      long value = integer();
      reshape(Kind.STRING_EMBEDDED_RAW, newBytes, KEEP);
      StringValue.putEmbeddedLength(payload(), newLength);
      Decimal.writeLong(stringBytes(), value);
    } else {
      extend(Kind.STRING_EMBEDDED_RAW, newBytes, expireAtMillis());
      StringValue.putEmbeddedLength(payload(), newLength);
    }
    long bytes = stringBytes();
    Memory.fill(bytes + oldLength, newLength - oldLength, 0);
    return bytes;
  }

  private long editBlock(int minLengthBytes) {
    long payload = payload();
    long block = stringBytes();
    int oldLength = stringLength();
    if (minLengthBytes <= oldLength) {
      return block;
    }
    int capacity = StringValue.blockCapacity(payload);
    if (minLengthBytes > capacity) {
      int newCapacity = StringValue.growthBytes(minLengthBytes);
      block = shard.slab().reallocate(block, capacity, newCapacity, Tag.VALUE);
      capacity = newCapacity;
    }
    Memory.fill(block + oldLength, minLengthBytes - oldLength, 0);
    StringValue.putBlock(payload, block, minLengthBytes, capacity);
    return block;
  }

  /** Gives the payload more room, or the record an expiry, and keeps the payload. */
  private void extend(int kind, int payloadBytes, long expireAtMillis) {
    ref = shard.extend(database, hash, ref, kind, payloadBytes, expireAtMillis);
    record = shard.address(ref);
    if (nameInRecord) {
      address = Record.keyAddress(record);
    }
  }

  /**
   * Copies the string, of any kind, to memory that has room for {@link #stringLength} bytes.
   *
   * @return its length in bytes
   */
  public int copyString(long target) {
    if (isInteger()) {
      return Decimal.writeLong(target, integer());
    }
    int lengthBytes = stringLength();
    Memory.copy(stringBytes(), target, lengthBytes);
    return lengthBytes;
  }

  /** Sets when the existing key expires; {@link #NEVER}: it does not. */
  public void expireAt(long expireAtMillis) {
    announce();
    if (expireAtMillis != expireAtMillis()) {
      if (mustKeep()) {
        undo.keepExpiry(undoEntry, expireAtMillis());
      }
      int kind = kind();
      extend(kind, Value.payloadBytes(kind, payload()), expireAtMillis);
    }
  }

  /** Removes the existing key. */
  public void delete() {
    announce();
    remove();
  }

  /**
   * Gives this key the value and expiry of another, which ceases to exist; what this key had is
   * freed. Takes the same time for a value of any size: where it would have to be copied, a large
   * one stays in its home, and from then on who locks this key's shard locks that one, too.
   */
  public void takeOver(Key other) {
    boolean moves = Kind.hasHome(other.kind()) && shard != other.shard;
    announce();
    other.announce();
    if ((moves && other.members() <= MAX_COPIED_MEMBERS)
        || (other.mustKeep() && undo.covers(database))) {
      copyOf(other);
      other.delete();
      return;
    }
    Home owner = other.home();
    long expiry = other.expireAtMillis();
    int kind = other.kind();
    int payloadBytes = Value.payloadBytes(kind, other.payload());
    int clock = Record.accessClock(other.record);
    if (ref != 0) {
      remove();
    }
    ref = shard.create(database, hash, address, length, kind, payloadBytes, expiry, clock);
    record = shard.address(ref);
    if (!silent) {
      changedToo(Event.NEW);
    }
    Memory.copy(other.payload(), payload(), payloadBytes);
    if (moves) {
      shard.movedIn(owner);
      other.shard.movedOut(owner);
    }
    shard.linkMembers(database, ref);
    other.shard.removeEmptied(other.database, other.hash, other.ref);
    if (other.mustKeep()) {
      undo.moved(other.undoEntry, other.hash, undoEntry, hash);
      undoEntry = 0;
      other.undoEntry = 0;
    }
    other.ref = 0;
    other.record = 0;
  }

  /** How many fields or members the table has that it holds. */
  private long members() {
    return switch (kind()) {
      case Kind.HASH_TABLE -> hashValue.count();
      case Kind.SET_TABLE -> set.count();
      default -> sortedSet.count();
    };
  }

  /**
   * Gives this key a copy of the value of another, with its expiry; what this key had is freed, it
   * is a new one.
   */
  public void copyOf(Key other) {
    announce();
    boolean replaces = ref != 0;
    if (replaces) {
      remove();
    }
    copyValueOf(other);
    if (replaces) {
      changedToo(Event.NEW);
    }
  }

  private void copyValueOf(Key other) {
    long expiry = other.expireAtMillis();
    int kind = other.kind();
    if (Kind.isPacked(kind)) {
      int payloadBytes = Value.payloadBytes(kind, other.payload());
      create(kind, payloadBytes, expiry);
      Memory.copy(other.payload(), payload(), payloadBytes);
      Packed.copyBlock(shard.slab(), kind, payload());
      shard.linkMembers(database, ref);
    } else if (kind == Kind.HASH_TABLE) {
      hashValue.copyTable(other.hashValue);
      keepExpiry(expiry);
    } else if (kind == Kind.LIST_CHUNKED) {
      int payloadBytes = Value.payloadBytes(kind, other.payload());
      create(kind, payloadBytes, expiry);
      Memory.copy(other.payload(), payload(), payloadBytes);
      list.copyChunks();
    } else if (kind == Kind.SORTED_SET_TREE || kind == Kind.SET_TABLE) {
      if (kind == Kind.SET_TABLE) {
        set.copy(other.set);
      } else {
        sortedSet.copyTree(other.sortedSet);
      }
      if (expiry != NEVER) {
        expireAt(expiry);
      }
    } else if (kind == Kind.STREAM) {
      stream.copyOf(other.stream);
      if (expiry != NEVER) {
        expireAt(expiry);
      }
    } else if (other.isInteger()) {
      setInteger(other.integer(), expiry);
    } else {
      setBytes(other.kind(), other.stringBytes(), other.stringLength(), expiry);
    }
  }

  private void keepExpiry(long expireAtMillis) {
    if (expireAtMillis != NEVER) {
      expireAt(expireAtMillis);
    }
  }

  /** Tells that the command has changed the key. */
  public void changed(Event event) {
    changed(event, 1);
  }

  /** Tells that the command has changed so much in the key. */
  public void changed(Event event, long changes) {
    tally.countChanges(changes);
    if (ref != 0) {
      keyspace.accessClock().written(record, nowMillis);
    }
    shard.awake(database, hash);
    if (event.changesValue()) {
      shard.touch(database, hash);
    }
    if (kindBefore != NO_VALUE && event.replaces()) {
      changedByReplacing(event);
    } else {
      changedToo(event);
    }
  }

  private void changedByReplacing(Event event) {
    if (event.isToldFirst()) {
      changedToo(event);
    }
    changedToo(Event.OVERWRITTEN);
    if (!Kind.typeName(kindBefore).equals(Kind.typeName(kind()))) {
      changedToo(Event.TYPE_CHANGED);
    }
    if (!event.isToldFirst()) {
      changedToo(event);
    }
  }

  /** Tells that the command has changed something beside the key's value, which no one awaits. */
  public void changedSilently(long changes) {
    tally.countChanges(changes);
  }

  /** The same, except that clients which wait for the key look at it again. */
  public void changedForWaiters(long changes) {
    changedSilently(changes);
    shard.awake(database, hash);
  }

  /** Tells that the command has changed so much in the key, which nobody is notified of. */
  public void changedWithoutEvent(long changes) {
    tally.countChanges(changes);
    shard.touch(database, hash);
  }

  /** Tells one more thing of the change that {@link #changed} has been called for. */
  public void changedToo(Event event) {
    ChangeListener listener = keyspace.listener();
    if (listener != null) {
      listener.changed(shard, database, hash, address, length, event);
    }
  }
}
