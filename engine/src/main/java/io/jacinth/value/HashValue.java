package io.jacinth.value;

import io.jacinth.base.Decimal;
import io.jacinth.base.RandomSource;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.HashTable;
import io.jacinth.structure.PackedList;
import io.jacinth.structure.Record;
import io.jacinth.structure.RefVisitor;
import java.util.Arrays;

/**
 * A hash: fields, each with a value.
 *
 * <p>Small ones are a {@link Packed} run: field, value, field, value and so on, in the order in
 * which the fields came. Larger ones have a hash table of {@link FieldRecords}:
 *
 * <pre>
 *   payload   0         1                   9
 *             | home: 1 | header of table:8 | bytes of all records: 8 |
 * </pre>
 *
 * <p>A flyweight over its holder. It knows one element, a field with its value, which {@link #find}
 * and the methods that go from one to the next come to; a change of the hash makes it forget that
 * one, but for the change of its value.
 */
public final class HashValue {
  private static final int TABLE = Value.HOME_BYTES;
  private static final int RECORD_BYTES = TABLE + Long.BYTES;
  static final int PAYLOAD_BYTES = RECORD_BYTES + Long.BYTES;

  /** A field and its value. */
  private static final int STRIDE = 2;

  /** A longer run becomes a table, whatever the settings say. */
  private static final long MAX_RUN_BYTES = 1 << 30;

  /** Records of a table that are looked at in one go. */
  private static final int BATCH_RECORDS = 64;

  private final Holder holder;
  private final Limits limits;
  private final Packed packed;

  /** The element: the entry of its field in the run, or its record; 0 if there is none. */
  private long element;

  /** The element's ref, if it is a record. */
  private int ref;

  private boolean inRun;

  /** The records that the last part of a table had. */
  private int[] batch = new int[BATCH_RECORDS * 2];

  private final RefVisitor collecting = this::collect;
  private int batchCount;
  private int batchIndex;

  /** Where in the table the next part begins; 0 after the last. */
  private long cursor;

  /** Where a new run is filled on. */
  private long fillAt;

  private int fillCount;

  public HashValue(Holder holder, Limits limits) {
    this.holder = holder;
    this.limits = limits;
    packed = new Packed(holder);
  }

  private boolean isPacked() {
    return holder.kind() != Kind.HASH_TABLE;
  }

  private long table() {
    return Memory.getLong(holder.payload() + TABLE);
  }

  public boolean exists() {
    return holder.exists();
  }

  /** Whether it is not packed. */
  public boolean isTable() {
    return holder.kind() == Kind.HASH_TABLE;
  }

  /** How many fields it has; 0 if it does not exist. */
  public long count() {
    if (!holder.exists()) {
      return 0;
    }
    return isPacked() ? packed.count() : holder.home().members().count(table());
  }

  // ---- the element ----

  /** Comes to a field; returns whether it is there. */
  public boolean find(long field, int length) {
    inRun = isPacked();
    if (inRun) {
      element = PackedList.find(packed.begin(), packed.end(), field, length, STRIDE);
      return element != 0;
    }
    Home home = holder.home();
    ref = home.members().find(table(), home.hash(field, length), field, length);
    element = home.slab().address(ref);
    return ref != 0;
  }

  /** Comes to the first field, if there is one. */
  public boolean first() {
    inRun = isPacked();
    if (inRun) {
      element = packed.begin();
      return stopAtEnd();
    }
    scan(0, BATCH_RECORDS);
    return nextRecord();
  }

  /** From a field that {@link #first} came to, goes to the next one, if there is one. */
  public boolean next() {
    if (inRun) {
      element = PackedList.skip(element, STRIDE);
      return stopAtEnd();
    }
    return nextRecord();
  }

  private boolean stopAtEnd() {
    if (element == packed.end()) {
      element = 0;
    }
    return element != 0;
  }

  private boolean nextRecord() {
    while (batchIndex == batchCount) {
      if (cursor == 0) {
        element = 0;
        return false;
      }
      scan(cursor, BATCH_RECORDS);
    }
    return nextScanned();
  }

  /**
   * Looks at a part of the records of a {@linkplain #isTable table}, in the order of their hashes,
   * see {@link HashTable#scan}; {@link #nextScanned} comes to them.
   *
   * @return the cursor of the next part, 0 if there is none
   */
  public long scan(long cursor, int minimumFields) {
    batchCount = 0;
    batchIndex = 0;
    inRun = false;
    this.cursor = holder.home().members().scan(table(), cursor, collecting, minimumFields);
    return this.cursor;
  }

  private void collect(int visited) {
    if (batchCount == batch.length) {
      batch = Arrays.copyOf(batch, 2 * batchCount);
    }
    batch[batchCount++] = visited;
  }

  /** Comes to the next record that {@link #scan} has found; returns whether there is one. */
  public boolean nextScanned() {
    if (batchIndex == batchCount) {
      element = 0;
      return false;
    }
    ref = batch[batchIndex++];
    element = holder.home().slab().address(ref);
    return true;
  }

  /** Goes through what {@link #scan} has found once more. */
  public void rewindScanned() {
    batchIndex = 0;
  }

  /** Comes to a field of an existing hash, each with about the same chance. */
  public void random(RandomSource random) {
    inRun = isPacked();
    if (inRun) {
      element =
          PackedList.seek(
              packed.begin(),
              packed.end(),
              (long) packed.count() * STRIDE,
              random.nextLong(packed.count()) * STRIDE);
      return;
    }
    Home home = holder.home();
    home.members().sample(table(), random.nextLong(), batch, 1);
    ref = batch[0];
    element = home.slab().address(ref);
  }

  /** Names the element, while the hash does not change. */
  public long element() {
    return element;
  }

  // ---- its field ----

  /** Whether the field is kept as an integer; else its bytes are in memory. */
  public boolean isIntegerField() {
    return inRun && PackedList.isInteger(element);
  }

  /** The field that {@linkplain #isIntegerField is an integer}. */
  public long integerField() {
    return PackedList.integer(element);
  }

  /** Where the field's bytes are, if it {@linkplain #isIntegerField is no integer}. */
  public long fieldAddress() {
    return inRun ? PackedList.address(element) : Record.keyAddress(element);
  }

  /** Length of the field's text. */
  public int fieldLength() {
    return inRun ? PackedList.length(element) : Record.keyLength(element);
  }

  // ---- its value ----

  /** Whether the value is kept as an integer; else its bytes are in memory. */
  public boolean isIntegerValue() {
    return inRun
        ? PackedList.isInteger(PackedList.next(element))
        : Record.kind(element) == Kind.STRING_INTEGER;
  }

  /** The value that {@linkplain #isIntegerValue is an integer}. */
  public long integerValue() {
    return inRun
        ? PackedList.integer(PackedList.next(element))
        : StringValue.integer(Record.payloadAddress(element));
  }

  /** Where the value's bytes are, if it {@linkplain #isIntegerValue is no integer}. */
  public long valueAddress() {
    return inRun
        ? PackedList.address(PackedList.next(element))
        : StringValue.bytes(Record.kind(element), Record.payloadAddress(element));
  }

  /** Length of the value's text. */
  public int valueLength() {
    return inRun
        ? PackedList.length(PackedList.next(element))
        : StringValue.length(Record.kind(element), Record.payloadAddress(element));
  }

  // ---- a new hash ----

  /**
   * Makes a hash where there is no value. If it is packed, {@link #fill} is to be called for each
   * of its fields, and {@link #endFill}; else {@link #put}.
   *
   * @param fields so many fields will be in it, if they are all different
   * @param longestBytes the longest of fields and values
   * @param runBytes what {@link #entryBytes} says of all of them
   * @return whether it is packed
   */
  public boolean create(long fields, int longestBytes, long runBytes) {
    if (fields > limits.hashEntries()
        || longestBytes > limits.hashValueBytes()
        || runBytes > MAX_RUN_BYTES) {
      createTable();
      return false;
    }
    packed.createFilled(Kind.HASH_PACKED, (int) runBytes);
    fillAt = packed.begin();
    fillCount = 0;
    return true;
  }

  /** How long a field with its value is in a run. */
  public static long entryBytes(long field, int fieldLength, long value, int valueLength) {
    return (long) PackedList.sizeBytes(field, fieldLength)
        + PackedList.sizeBytes(value, valueLength);
  }

  /**
   * Adds the next field of a new packed hash.
   *
   * @return false if it is there already
   */
  public boolean fill(long field, int fieldLength, long value, int valueLength) {
    if (fillCount > 0 && PackedList.find(packed.begin(), fillAt, field, fieldLength, STRIDE) != 0) {
      return false;
    }
    fillAt += PackedList.write(fillAt, field, fieldLength);
    fillAt += PackedList.write(fillAt, value, valueLength);
    fillCount++;
    return true;
  }

  /** Ends a new packed hash: gives back the room of fields that came twice. */
  public void endFill() {
    int restBytes = (int) (packed.end() - fillAt);
    if (restBytes > 0) {
      packed.close(fillAt, restBytes);
    }
    packed.count(fillCount);
  }

  private void createTable() {
    Home home = holder.home();
    long table = home.members().create();
    writeTable(holder.create(Kind.HASH_TABLE, PAYLOAD_BYTES), home, table, 0);
  }

  private static void writeTable(long payload, Home home, long table, long recordBytes) {
    Memory.putByte(payload, home.number());
    Memory.putLong(payload + TABLE, table);
    Memory.putLong(payload + RECORD_BYTES, recordBytes);
  }

  /** Makes a copy of a {@linkplain #isTable table} where there is no value. */
  public void copyTable(HashValue other) {
    createTable();
    Home home = holder.home();
    long table = table();
    long recordBytes = 0;
    for (boolean more = other.first(); more; more = other.next()) {
      int copy = home.fields().copy(other.element);
      insert(home, table, copy);
      recordBytes += FieldRecords.sizeBytes(home.slab().address(copy));
    }
    addRecordBytes(recordBytes);
  }

  // ---- changes ----

  /**
   * Prepares an existing hash for so many fields, of which some may be there already.
   *
   * @param longestBytes the longest of fields and values
   */
  public void expect(long fields, int longestBytes) {
    if (isPacked() && (fields > limits.hashEntries() || longestBytes > limits.hashValueBytes())) {
      holder.beginChange();
      becomeTable();
    }
  }

  private void addRecordBytes(long delta) {
    long address = holder.payload() + RECORD_BYTES;
    Memory.putLong(address, Memory.getLong(address) + delta);
  }

  /**
   * Sets the value of a field, which is added if it is not there.
   *
   * @return whether it was added
   */
  public boolean put(long field, int fieldLength, long value, int valueLength) {
    holder.beginChange();
    ensureFits(fieldLength, valueLength);
    boolean found = find(field, fieldLength);
    if (found) {
      replaceValue(value, valueLength);
    } else {
      add(field, fieldLength, value, valueLength);
    }
    ensureCount();
    return !found;
  }

  /** Like {@link #put}, for a value that is an integer. */
  public void putInteger(long field, int fieldLength, long value) {
    holder.beginChange();
    ensureFits(fieldLength, Decimal.length(value));
    if (find(field, fieldLength)) {
      replaceValueByInteger(value);
    } else {
      addInteger(field, fieldLength, value);
    }
    ensureCount();
  }

  private void ensureFits(int fieldLength, int valueLength) {
    if (isPacked()
        && (fieldLength > limits.hashValueBytes()
            || valueLength > limits.hashValueBytes()
            || (long) packed.sizeBytes() + fieldLength + valueLength > MAX_RUN_BYTES)) {
      becomeTable();
    }
  }

  private void ensureCount() {
    if (isPacked() && packed.count() > limits.hashEntries()) {
      becomeTable();
    }
  }

  private void replaceValue(long value, int length) {
    if (inRun) {
      PackedList.write(resizeValue(PackedList.sizeBytes(value, length)), value, length);
      return;
    }
    FieldRecords fields = holder.home().fields();
    int kind = StringValue.kindFor(value, length);
    long oldBytes = FieldRecords.sizeBytes(element);
    refit(kind, StringValue.payloadBytes(kind, length));
    fields.write(kind, Record.payloadAddress(element), value, length);
    addRecordBytes(FieldRecords.sizeBytes(element) - oldBytes);
  }

  private void replaceValueByInteger(long value) {
    if (inRun) {
      PackedList.writeInteger(resizeValue(PackedList.sizeBytesOfInteger(value)), value);
      return;
    }
    if (Record.kind(element) != Kind.STRING_INTEGER) {
      long oldBytes = FieldRecords.sizeBytes(element);
      refit(Kind.STRING_INTEGER, StringValue.INTEGER_PAYLOAD_BYTES);
      addRecordBytes(FieldRecords.sizeBytes(element) - oldBytes);
    }
    StringValue.putInteger(Record.payloadAddress(element), value);
  }

  private long resizeValue(int newBytes) {
    long entry = PackedList.next(element);
    int oldBytes = PackedList.sizeBytes(entry);
    int fieldBytes = (int) (entry - element);
    long at = packed.resize(entry, oldBytes, newBytes);
    element = at - fieldBytes;
    return at;
  }

  private void refit(int kind, int payloadBytes) {
    Home home = holder.home();
    int newRef = home.fields().refit(ref, kind, payloadBytes);
    if (newRef != ref) {
      long record = home.slab().address(newRef);
      home.members().replace(table(), hash(home, record), ref, newRef);
      ref = newRef;
      element = record;
    }
  }

  private static long hash(Home home, long record) {
    return home.hash(Record.keyAddress(record), Record.keyLength(record));
  }

  private void add(long field, int fieldLength, long value, int valueLength) {
    if (inRun) {
      int fieldBytes = PackedList.sizeBytes(field, fieldLength);
      int bytes = fieldBytes + PackedList.sizeBytes(value, valueLength);
      element = packed.open(packed.end(), bytes);
      PackedList.write(element, field, fieldLength);
      PackedList.write(element + fieldBytes, value, valueLength);
      packed.count(packed.count() + 1);
    } else {
      insertNew(holder.home().fields().create(field, fieldLength, value, valueLength));
    }
  }

  private void addInteger(long field, int fieldLength, long value) {
    if (inRun) {
      int fieldBytes = PackedList.sizeBytes(field, fieldLength);
      element = packed.open(packed.end(), fieldBytes + PackedList.sizeBytesOfInteger(value));
      PackedList.write(element, field, fieldLength);
      PackedList.writeInteger(element + fieldBytes, value);
      packed.count(packed.count() + 1);
    } else {
      insertNew(holder.home().fields().createInteger(field, fieldLength, value));
    }
  }

  private void insertNew(int newRef) {
    Home home = holder.home();
    insert(home, table(), newRef);
    ref = newRef;
    element = home.slab().address(newRef);
    addRecordBytes(FieldRecords.sizeBytes(element));
  }

  private static void insert(Home home, long table, int ref) {
    home.members().insert(table, hash(home, home.slab().address(ref)), ref);
  }

  /** Removes the field that {@link #find} came to. */
  public void remove() {
    holder.beginChange();
    if (inRun) {
      int bytes = (int) (PackedList.skip(element, STRIDE) - element);
      packed.close(element, bytes);
      packed.count(packed.count() - 1);
      return;
    }
    Home home = holder.home();
    addRecordBytes(-FieldRecords.sizeBytes(element));
    home.members().remove(table(), hash(home, element), ref);
    home.fields().accept(ref);
  }

  private void becomeTable() {
    Home home = holder.home();
    FieldRecords fields = home.fields();
    long table = home.members().create();
    long recordBytes = 0;
    Slab slab = holder.slab();
    long text = slab.allocate(Decimal.MAX_LONG_LENGTH, Tag.SCRATCH);
    for (boolean more = first(); more; more = next()) {
      int fieldLength = fieldLength();
      long field = text;
      if (isIntegerField()) {
        Decimal.writeLong(text, integerField());
      } else {
        field = fieldAddress();
      }
      int record =
          isIntegerValue()
              ? fields.createInteger(field, fieldLength, integerValue())
              : fields.create(field, fieldLength, valueAddress(), valueLength());
      insert(home, table, record);
      recordBytes += FieldRecords.sizeBytes(home.slab().address(record));
    }
    slab.free(text, Decimal.MAX_LONG_LENGTH, Tag.SCRATCH);
    packed.release();
    writeTable(holder.reshape(Kind.HASH_TABLE, PAYLOAD_BYTES), home, table, recordBytes);
  }

  // ---- by payload ----

  /** Bytes outside the record. */
  static long outsideBytes(Home home, long payload) {
    return home.members().sizeBytes(Memory.getLong(payload + TABLE))
        + Memory.getLong(payload + RECORD_BYTES);
  }

  /** Frees what is outside the record in slices. */
  static boolean free(Home home, long payload, int budget) {
    return home.members().drain(Memory.getLong(payload + TABLE), home.fields(), budget);
  }

  /** Checks everything that must hold and throws an {@link AssertionError} if it does not. */
  public void validate() {
    if (isPacked()) {
      PackedList.validate(packed.begin(), packed.end(), (long) packed.count() * STRIDE);
      return;
    }
    holder.home().members().validate(table());
    long recordBytes = 0;
    for (boolean more = first(); more; more = next()) {
      recordBytes += FieldRecords.sizeBytes(element);
    }
    if (recordBytes != Memory.getLong(holder.payload() + RECORD_BYTES)) {
      throw new AssertionError("records of a hash have " + recordBytes + " bytes");
    }
  }
}
