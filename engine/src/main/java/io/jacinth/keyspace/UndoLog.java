package io.jacinth.keyspace;

import io.jacinth.base.Hash;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.Record;
import io.jacinth.value.Home;
import io.jacinth.value.Kind;
import io.jacinth.value.StringValue;
import io.jacinth.value.Undo;
import io.jacinth.value.Value;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * What the keyspace was before a script changed it, so that the changes of one that is killed are
 * undone.
 *
 * <p>The first change of a key keeps what it was: nothing, a copy of its record with a small value,
 * or the very record when a large value is removed or replaced; then the key is covered and costs
 * no more. A large value that is changed in place is not copied: its parts are taken down one by
 * one, see {@link Undo}, until it is removed or the script ends. Databases that are flushed are
 * kept as they are, and covered in whole. Everything is undone from the last entry to the first.
 *
 * <p>Entries stand in chunks, each behind the one that was made before:
 *
 * <pre>
 *   chunk    0                 8            12            16
 *            | chunk before: 8 | capacity: 4 | last entry: 4 | entries
 *   entry    0                      4         5
 *            | bytes of the entry before: 4 | type: 1 | state: 1 | shard: 1 | home: 1 |
 *   key      8             12     16               20
 *            | database: 4 | ref: 4 | name length: 4 | name |
 *   others   8               16     24              28              32
 *            | its key: 8 | word: 8 | name bytes: 4 | data bytes: 4 | name | data |
 * </pre>
 *
 * <p>'Its key' is the address of the key's entry, 0 if the entry is not of one key; the ref is that
 * of the record that is kept, 0 if there was none. A hash table finds keys by database and name,
 * and what fields and members of a key were by their names.
 *
 * <p>One for each thread, used by one script after the other, which has locked all that it changes.
 * Memory is used only while a script changes something.
 */
public final class UndoLog implements Undo {
  private static final int CHUNK_BEFORE = 0;
  private static final int CHUNK_CAPACITY = 8;
  private static final int CHUNK_LAST = 12;
  private static final int ENTRIES = 16;

  private static final int BYTES_BEFORE = 0;
  private static final int TYPE = 4;
  private static final int STATE = 5;
  private static final int SHARD = 6;
  private static final int HOME = 7;
  private static final int DATABASE = 8;
  private static final int REF = 12;
  private static final int NAME_LENGTH = 16;
  private static final int NAME = 20;

  private static final int OWNER = 8;
  private static final int WORD = Undo.WORD_OFFSET;
  private static final int DATA = Undo.NAME_OFFSET;

  // Types of entries.
  private static final int KEY = 1;

  /** The word says when the key expired. */
  private static final int EXPIRY = 2;

  /** The value went from the key to the one whose entry is the word. */
  private static final int MOVED = 3;

  /** The word is the database; the data are table and wheels of each shard. */
  private static final int FLUSHED = 4;

  /** The word is both databases. */
  private static final int SWAPPED = 5;

  // States of keys.

  /** All that it was is kept. */
  private static final int COVERED = 1;

  /** It is taken down when it expired. */
  private static final int EXPIRY_KNOWN = 2;

  /** A string up to here is copied as a whole; others in pages. */
  static final int MAX_COPIED_STRING_BYTES = 16 << 10;

  static final int PAGE_BYTES = 256;

  private static final int SCRATCH_BYTES = 32;
  private static final int FIRST_CHUNK_BYTES = 1 << 10;
  private static final int CHUNK_BYTES = 64 << 10;

  /** Table, wheel and wheel of members. */
  private static final int FLUSHED_BYTES = 3 * Long.BYTES;

  // Slots of the table: | hash: 8 | entry: 8 |, the latter 0 if there is none.
  private static final int SLOT_BYTES = 2 * Long.BYTES;
  private static final int SLOT_ENTRY = Long.BYTES;
  private static final int FIRST_SLOTS = 32;

  /** In place of an entry that was taken out of the table. */
  private static final long REMOVED = 1;

  private final Keyspace keyspace;
  private final Tally tally;

  /** Databases that are kept as a whole. */
  private final boolean[] covered;

  private boolean coversAny;

  private Slab slab;
  private boolean active;
  private long limitBytes;
  private BooleanSupplier mayEnd;

  /** How many changes had been counted. */
  private long changesBefore;

  /** The last chunk, 0 if there is none. */
  private long chunk;

  private long chunkEnd;

  /** The last entry, and where the next one will be. */
  private long last;

  private long next;

  /** Bytes of all chunks and the table. */
  private long bytes;

  /** Bytes of the copies of records. */
  private long copiedBytes;

  private long table;
  private int slots;

  /** Slots that are not empty. */
  private int used;

  /** The entry of the key that {@link Undo} is about. */
  private long owner;

  private long scratch;

  /** What undoes; null before the first time. */
  private Key first;

  private Key second;

  UndoLog(Keyspace keyspace, Tally tally) {
    this.keyspace = keyspace;
    this.tally = tally;
    covered = new boolean[keyspace.databases()];
  }

  /** Whether changes are taken down. */
  public boolean isActive() {
    return active;
  }

  /**
   * A script begins.
   *
   * @param limitBytes beyond this the log gives up
   * @param mayEnd asked before it does: from then on the script cannot be undone
   */
  public void begin(Slab slab, long limitBytes, BooleanSupplier mayEnd) {
    this.slab = slab;
    this.limitBytes = limitBytes;
    this.mayEnd = mayEnd;
    changesBefore = tally.changes();
    active = true;
  }

  /** The script has ended, and what it has done stays: frees what was kept. */
  public void end() {
    active = false;
    for (long entry = last; entry != 0; entry = last) {
      release(entry);
      removeLast(entry);
    }
    close();
  }

  /** Undoes all that was done since the log began, and ends it. */
  public void undo() {
    active = false;
    if (last != 0 && first == null) {
      first = new Key(keyspace, new Tally(keyspace)).silent();
      second = new Key(keyspace, new Tally(keyspace)).silent();
    }
    for (long entry = last; entry != 0; entry = last) {
      undo(entry);
      removeLast(entry);
    }
    close();
    tally.countChanges(changesBefore - tally.changes());
  }

  private void close() {
    forgetNames();
    if (coversAny) {
      Arrays.fill(covered, false);
      coversAny = false;
    }
    copiedBytes = 0;
    if (scratch != 0) {
      slab.free(scratch, SCRATCH_BYTES, Tag.UNDO);
      scratch = 0;
    }
    bytes = 0;
  }

  // ---- entries ----

  private long append(int type, int state, int entryBytes) {
    int size = (entryBytes + 7) & ~7;
    if (chunkEnd - next < size) {
      addChunk(size);
    }
    long entry = next;
    Memory.putInt(
        entry + BYTES_BEFORE, last >= chunk && last < chunkEnd ? (int) (entry - last) : 0);
    Memory.putInt(entry + TYPE, 0);
    Memory.putByte(entry + TYPE, type);
    Memory.putByte(entry + STATE, state);
    last = entry;
    next = entry + size;
    return entry;
  }

  private void addChunk(int entryBytes) {
    if (chunk != 0) {
      Memory.putInt(chunk + CHUNK_LAST, (int) (last - chunk));
    }
    int capacity =
        (int)
            Slab.usableBytes(
                Math.max(ENTRIES + entryBytes, chunk == 0 ? FIRST_CHUNK_BYTES : CHUNK_BYTES));
    long added = slab.allocate(capacity, Tag.UNDO);
    Memory.putLong(added + CHUNK_BEFORE, chunk);
    Memory.putInt(added + CHUNK_CAPACITY, capacity);
    Memory.putInt(added + CHUNK_LAST, 0);
    bytes += capacity;
    open(added);
    next = added + ENTRIES;
  }

  private void open(long opened) {
    chunk = opened;
    chunkEnd = opened == 0 ? 0 : opened + Memory.getInt(opened + CHUNK_CAPACITY);
  }

  private void removeLast(long entry) {
    int before = Memory.getInt(entry + BYTES_BEFORE);
    if (before != 0) {
      last = entry - before;
      return;
    }
    long previous = Memory.getLong(chunk + CHUNK_BEFORE);
    slab.free(chunk, Memory.getInt(chunk + CHUNK_CAPACITY), Tag.UNDO);
    open(previous);
    last = previous == 0 ? 0 : previous + Memory.getInt(previous + CHUNK_LAST);
    next = chunkEnd;
  }

  private static int type(long entry) {
    return Memory.getByte(entry + TYPE);
  }

  private static int state(long entry) {
    return Memory.getByte(entry + STATE);
  }

  private static void addState(long entry, int state) {
    Memory.putByte(entry + STATE, state(entry) | state);
  }

  private Shard shard(long keyEntry) {
    return keyspace.shard(Memory.getUnsignedByte(keyEntry + SHARD));
  }

  /** Where the value lives that is changed in place. */
  private Home home(long keyEntry) {
    return keyspace.shard(Memory.getUnsignedByte(keyEntry + HOME)).home();
  }

  private long append(
      int type, long keyEntry, long word, long name, int nameLength, long data, int dataLength) {
    long entry = append(type, 0, Math.addExact(DATA + nameLength, dataLength));
    Memory.putLong(entry + OWNER, keyEntry);
    Memory.putLong(entry + WORD, word);
    Memory.putInt(entry + Undo.NAME_LENGTH_OFFSET, nameLength);
    Memory.putInt(entry + Undo.DATA_LENGTH_OFFSET, dataLength);
    if (name != 0) {
      Memory.copy(name, entry + DATA, nameLength);
    }
    if (data != 0) {
      Memory.copy(data, entry + DATA + nameLength, dataLength);
    }
    return entry;
  }

  /** After an entry has been made: gives up if that was too much. */
  private void ensureLimit() {
    if (bytes + copiedBytes > limitBytes && mayEnd.getAsBoolean()) {
      end();
    }
  }

  @Override
  public void giveUp() {
    if (mayEnd.getAsBoolean()) {
      end();
    }
  }

  // ---- the table of names ----

  private void forgetNames() {
    if (table != 0) {
      slab.free(table, (long) slots * SLOT_BYTES, Tag.UNDO);
      bytes -= (long) slots * SLOT_BYTES;
      table = slots = used = 0;
    }
  }

  private void enter(long hash, long entry) {
    if (used >= slots - (slots >> 2)) {
      grow();
    }
    insert(hash, entry);
    used++;
  }

  private void insert(long hash, long entry) {
    long at = slot(hash);
    while (Memory.getLong(at + SLOT_ENTRY) != 0) {
      at = nextSlot(at);
    }
    Memory.putLong(at, hash);
    Memory.putLong(at + SLOT_ENTRY, entry);
  }

  private long slot(long hash) {
    return table + (Hash.mix(hash) & slots - 1) * SLOT_BYTES;
  }

  private long nextSlot(long at) {
    long following = at + SLOT_BYTES;
    return following == table + (long) slots * SLOT_BYTES ? table : following;
  }

  private void grow() {
    long old = table;
    int oldSlots = slots;
    slots = Math.max(FIRST_SLOTS, 2 * oldSlots);
    table = slab.allocate((long) slots * SLOT_BYTES, Tag.UNDO);
    Memory.fill(table, (long) slots * SLOT_BYTES, 0);
    bytes += (long) slots * SLOT_BYTES;
    used = 0;
    for (long at = old; at < old + (long) oldSlots * SLOT_BYTES; at += SLOT_BYTES) {
      long entry = Memory.getLong(at + SLOT_ENTRY);
      if (entry != 0 && entry != REMOVED) {
        insert(Memory.getLong(at), entry);
        used++;
      }
    }
    if (old != 0) {
      slab.free(old, (long) oldSlots * SLOT_BYTES, Tag.UNDO);
      bytes -= (long) oldSlots * SLOT_BYTES;
    }
  }

  private static long hashOfKey(int database, long hash) {
    return hash + database;
  }

  /** The first slot of a hash that has an entry; 0 if there is none. */
  private long firstSlot(long hash) {
    return table == 0 ? 0 : seek(slot(hash), hash);
  }

  /** The slot of the same hash after another one; 0 if there is none. */
  private long slotAfter(long at, long hash) {
    return seek(nextSlot(at), hash);
  }

  private long seek(long from, long hash) {
    long at = from;
    long entry;
    while ((entry = Memory.getLong(at + SLOT_ENTRY)) != 0) {
      if (entry != REMOVED && Memory.getLong(at) == hash) {
        return at;
      }
      at = nextSlot(at);
    }
    return 0;
  }

  /** The slot of a key's entry, 0 if there is none. */
  private long findKey(int database, long hash, long name, int length) {
    long wanted = hashOfKey(database, hash);
    for (long at = firstSlot(wanted); at != 0; at = slotAfter(at, wanted)) {
      long entry = Memory.getLong(at + SLOT_ENTRY);
      if (type(entry) == KEY
          && Memory.getInt(entry + DATABASE) == database
          && Memory.getInt(entry + NAME_LENGTH) == length
          && Memory.equal(entry + NAME, name, length)) {
        return at;
      }
    }
    return 0;
  }

  private long hashOfPart(int part, long name, int length) {
    return keyspace.hash(name, length) ^ Hash.mix(owner + part);
  }

  private long hashOfPart(int part, long number) {
    return Hash.mix(number) ^ Hash.mix(owner + part);
  }

  @Override
  public long find(int part, long name, int length) {
    long wanted = hashOfPart(part, name, length);
    for (long at = firstSlot(wanted); at != 0; at = slotAfter(at, wanted)) {
      long entry = Memory.getLong(at + SLOT_ENTRY);
      if (isPart(entry, part)
          && Undo.nameLength(entry) == length
          && Memory.equal(Undo.name(entry), name, length)) {
        return entry;
      }
    }
    return 0;
  }

  @Override
  public long find(int part, long number) {
    long wanted = hashOfPart(part, number);
    for (long at = firstSlot(wanted); at != 0; at = slotAfter(at, wanted)) {
      long entry = Memory.getLong(at + SLOT_ENTRY);
      if (isPart(entry, part) && Undo.word(entry) == number) {
        return entry;
      }
    }
    return 0;
  }

  private boolean isPart(long entry, int part) {
    return type(entry) == part && Memory.getLong(entry + OWNER) == owner;
  }

  // ---- what is taken down of keys ----

  /** Whether all that a database was is kept. */
  boolean covers(int database) {
    return covered[database];
  }

  /**
   * A key is about to be changed: keeps what it is, unless that is large.
   *
   * @param record 0 if it does not exist
   * @return its entry; 0 if the log has come to its end
   */
  long keep(Shard shard, int database, long hash, long name, int nameLength, int ref, long record) {
    long at = findKey(database, hash, name, nameLength);
    boolean large = isLarge(record);
    if (at != 0) {
      long entry = Memory.getLong(at + SLOT_ENTRY);
      if (isCovered(entry) || large) {
        return entry;
      }
      // a list that has become short
      Memory.putLong(at + SLOT_ENTRY, REMOVED);
    }
    long entry = append(KEY, large ? 0 : COVERED, NAME + nameLength);
    Memory.putByte(entry + SHARD, shard.number);
    Memory.putInt(entry + DATABASE, database);
    Memory.putByte(entry + HOME, large ? shard.homeOf(record).number() : shard.number);
    Memory.putInt(entry + REF, 0);
    if (record != 0 && !large) {
      Memory.putInt(entry + REF, shard.copy(ref));
      copiedBytes += shard.sizeBytes(record);
    }
    Memory.putInt(entry + NAME_LENGTH, nameLength);
    Memory.copy(name, entry + NAME, nameLength);
    enter(hashOfKey(database, hash), entry);
    ensureLimit();
    return active ? entry : 0;
  }

  /** Whether a record has a value that is not copied; 0 has none. */
  static boolean isLarge(long record) {
    if (record == 0) {
      return false;
    }
    int kind = Record.kind(record);
    return Value.isLarge(kind)
        || (kind == Kind.STRING_BLOCK
            && StringValue.length(kind, Record.payloadAddress(record)) > MAX_COPIED_STRING_BYTES);
  }

  /** Whether all that a key was is kept. */
  static boolean isCovered(long entry) {
    return (state(entry) & COVERED) != 0;
  }

  /**
   * A key that is not covered is about to be removed or replaced: takes its record out, which is
   * kept.
   *
   * @return its new entry; 0 if the log has come to its end
   */
  long detach(long oldEntry, long hash, int ref) {
    Shard shard = shard(oldEntry);
    int database = Memory.getInt(oldEntry + DATABASE);
    int nameLength = Memory.getInt(oldEntry + NAME_LENGTH);
    shard.detach(database, hash, ref);
    removeName(oldEntry, hash);
    long entry = append(KEY, COVERED, NAME + nameLength);
    Memory.putByte(entry + SHARD, shard.number);
    Memory.putInt(entry + DATABASE, database);
    Memory.putInt(entry + REF, ref);
    Memory.putInt(entry + NAME_LENGTH, nameLength);
    Memory.copy(oldEntry + NAME, entry + NAME, nameLength);
    enter(hashOfKey(database, hash), entry);
    ensureLimit();
    return active ? entry : 0;
  }

  private void removeName(long entry, long hash) {
    int database = Memory.getInt(entry + DATABASE);
    long at = findKey(database, hash, entry + NAME, Memory.getInt(entry + NAME_LENGTH));
    if (at != 0) {
      Memory.putLong(at + SLOT_ENTRY, REMOVED);
    }
  }

  /** The expiry of a key that is not covered is about to be changed. */
  void keepExpiry(long entry, long expireAtMillis) {
    if ((state(entry) & EXPIRY_KNOWN) == 0) {
      addState(entry, EXPIRY_KNOWN);
      append(EXPIRY, entry, expireAtMillis, 0, 0, 0, 0);
      ensureLimit();
    }
  }

  /**
   * A string that is not covered is about to be changed in place.
   *
   * @param from the first byte that is changed
   * @param count how many are, perhaps beyond its end
   */
  void keepString(long entry, long string, int length, int capacity, int from, int count) {
    owner = entry;
    long extent = find(Undo.EXTENT, 0);
    int oldLength = length;
    if (extent == 0) {
      extent = know(Undo.EXTENT, 0, 0, 2 * Integer.BYTES);
      if (extent == 0) {
        return;
      }
      Memory.putInt(Undo.data(extent), length);
      Memory.putInt(Undo.data(extent) + Integer.BYTES, capacity);
    } else {
      oldLength = Memory.getInt(Undo.data(extent));
    }
    int end = (int) Math.min((long) from + count, oldLength);
    for (int page = from / PAGE_BYTES; page * PAGE_BYTES < end && active; page++) {
      if (find(Undo.PAGE, page) == 0) {
        int begin = page * PAGE_BYTES;
        know(Undo.PAGE, page, string + begin, Math.min(PAGE_BYTES, oldLength - begin));
      }
    }
  }

  /**
   * The value of a key that is not covered has gone to another one. What is taken down of either is
   * about another value from now on.
   */
  void moved(long from, long fromHash, long to, long toHash) {
    removeName(from, fromHash);
    removeName(to, toHash);
    append(MOVED, from, to, 0, 0, 0, 0);
    ensureLimit();
  }

  // ---- what is taken down of databases ----

  /** A database that is not covered is flushed: keeps it, and covers what will be in it. */
  void flush(int database) {
    int shards = keyspace.shardCount();
    long entry = append(FLUSHED, 0, DATA + shards * FLUSHED_BYTES);
    Memory.putLong(entry + WORD, database);
    for (int i = 0; i < shards; i++) {
      keyspace.shard(i).detachDatabase(database, entry + DATA + (long) i * FLUSHED_BYTES);
    }
    covered[database] = true;
    coversAny = true;
    ensureLimit();
  }

  /** Two databases have changed places: names mean something else from now on. */
  void swapped(int firstDatabase, int secondDatabase) {
    forgetNames();
    boolean wasCovered = covered[firstDatabase];
    covered[firstDatabase] = covered[secondDatabase];
    covered[secondDatabase] = wasCovered;
    long both = databases(firstDatabase, secondDatabase);
    if (last != 0 && type(last) == SWAPPED && Memory.getLong(last + WORD) == both) {
      removeLast(last);
    } else {
      append(SWAPPED, 0, both, 0, 0, 0, 0);
      ensureLimit();
    }
  }

  private static long databases(int one, int other) {
    return (long) Math.min(one, other) << Integer.SIZE | Math.max(one, other);
  }

  // ---- what is taken down of parts of values ----

  /** The log of the parts of a key's value, which is not covered. */
  Undo of(long entry) {
    owner = entry;
    return this;
  }

  @Override
  public long scratch() {
    if (scratch == 0) {
      scratch = slab.allocate(SCRATCH_BYTES, Tag.UNDO);
    }
    return scratch;
  }

  @Override
  public long know(int part, long word, long name, int nameLength, long data, int dataLength) {
    long entry = append(part, owner, word, name, nameLength, data, dataLength);
    enter(hashOfPart(part, name, nameLength), entry);
    ensureLimit();
    return active ? entry : 0;
  }

  @Override
  public long know(int part, long number, long data, int dataLength) {
    long entry = append(part, owner, number, 0, 0, data, dataLength);
    enter(hashOfPart(part, number), entry);
    ensureLimit();
    return active ? entry : 0;
  }

  @Override
  public long add(int part, long word, long other, long data, int dataLength) {
    long entry = append(part, 0, Math.addExact(DATA + Long.BYTES, dataLength));
    Memory.putLong(entry + OWNER, owner);
    Memory.putLong(entry + WORD, word);
    Memory.putInt(entry + Undo.NAME_LENGTH_OFFSET, Long.BYTES);
    Memory.putInt(entry + Undo.DATA_LENGTH_OFFSET, dataLength);
    Memory.putLong(Undo.name(entry), other);
    if (data != 0) {
      Memory.copy(data, Undo.data(entry), dataLength);
    }
    ensureLimit();
    return active ? entry : 0;
  }

  // ---- the end ----

  /** Frees what an entry keeps. */
  private void release(long entry) {
    switch (type(entry)) {
      case KEY -> {
        int ref = Memory.getInt(entry + REF);
        if (isCovered(entry) && ref != 0) {
          shard(entry).release(ref);
        }
      }
      case FLUSHED -> {
        for (int i = 0; i < keyspace.shardCount(); i++) {
          keyspace.shard(i).releaseDatabase(entry + DATA + (long) i * FLUSHED_BYTES);
        }
      }
      case EXPIRY, MOVED, SWAPPED -> {}
      default -> Value.releasePart(type(entry), home(Memory.getLong(entry + OWNER)), entry);
    }
  }

  private void undo(long entry) {
    switch (type(entry)) {
      case KEY -> undoKey(entry);
      case EXPIRY ->
          comeTo(first, Memory.getLong(entry + OWNER)).expireAt(Memory.getLong(entry + WORD));
      case MOVED ->
          comeTo(second, Memory.getLong(entry + OWNER))
              .takeOver(comeTo(first, Memory.getLong(entry + WORD)));
      case FLUSHED -> {
        int database = (int) Memory.getLong(entry + WORD);
        for (int i = 0; i < keyspace.shardCount(); i++) {
          keyspace.shard(i).restoreDatabase(database, entry + DATA + (long) i * FLUSHED_BYTES);
        }
      }
      case SWAPPED -> {
        long both = Memory.getLong(entry + WORD);
        keyspace.swap((int) (both >>> Integer.SIZE), (int) both, tally);
      }
      default -> comeTo(first, Memory.getLong(entry + OWNER)).undoPart(type(entry), entry);
    }
  }

  private void undoKey(long entry) {
    if (!isCovered(entry)) {
      return;
    }
    Shard shard = shard(entry);
    int database = Memory.getInt(entry + DATABASE);
    long hash = keyspace.hash(entry + NAME, Memory.getInt(entry + NAME_LENGTH));
    comeTo(first, entry);
    if (first.exists()) {
      shard.remove(database, hash, first.ref());
    }
    int ref = Memory.getInt(entry + REF);
    if (ref != 0) {
      shard.restore(database, hash, ref);
    }
  }

  /** Points at the key of an entry, whether it has expired or not. */
  private Key comeTo(Key key, long entry) {
    long name = entry + NAME;
    int length = Memory.getInt(entry + NAME_LENGTH);
    int database = Memory.getInt(entry + DATABASE);
    key.bind(database, keyspace.hash(name, length), name, length, Long.MIN_VALUE, false, 0);
    key.find();
    return key;
  }
}
