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
 * which the fields came. Larger ones are a {@link MemberTable} of {@link FieldRecords}.
 *
 * <p><b>Expiry.</b> Once a field has been given a time, the elements of a run are field, value,
 * time, those that expire first in front and at the end those that do not, whose time is 0:
 *
 * <pre>
 *   payload   | {@link MemberExpiry}: 16 | run |
 * </pre>
 *
 * <p>What has expired is out of sight at once, except that {@link #count} counts it; {@link
 * #removeExpired} takes it out, when the keyspace finds the time.
 *
 * <p>A flyweight over its holder. It knows one element, a field with its value, which {@link #find}
 * and the methods that go from one to the next come to; a change of the hash makes it forget that
 * one, but for the change of its value.
 */
public final class HashValue {
  /** No expiry. */
  public static final long NEVER = MemberExpiry.NEVER;

  /** Entries of a field and its value. */
  private static final int STRIDE = 2;

  /** The same with the time. */
  private static final int EXPIRING_STRIDE = 3;

  /** In place of the time of a field that does not expire. */
  private static final long NO_TIME = 0;

  /** A random field is drawn so often; if all have expired that were met, they are gone through. */
  private static final int MAX_DRAWS = 64;

  /** A longer run becomes a table, whatever the settings say. */
  private static final long MAX_RUN_BYTES = 1 << 30;

  /** Records of a table that are looked at in one go. */
  private static final int BATCH_RECORDS = 64;

  private final Holder holder;
  private final Limits limits;
  private final Packed packed;
  private final Packed expiringPacked;
  private final MemberTable table;

  /** The element: the entry of its field in the run, or its record; 0 if there is none. */
  private long element;

  /** The element's ref, if it is a record. */
  private int ref;

  /** The run that it is in, null if it is a record. */
  private Packed run;

  /** Entries of an element of the run. */
  private int stride;

  /** Whether {@link #find} has come to a field that has expired. */
  private boolean expired;

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
    expiringPacked = Packed.expiring(holder);
    table = new MemberTable(holder);
  }

  private boolean isPacked() {
    return holder.kind() != Kind.HASH_TABLE;
  }

  /** The run of a hash that {@link #isPacked}. */
  private Packed run() {
    return holder.kind() == Kind.HASH_PACKED ? packed : expiringPacked;
  }

  /** Learns how the hash is kept. */
  private void look() {
    switch (holder.kind()) {
      case Kind.HASH_PACKED -> {
        run = packed;
        stride = STRIDE;
      }
      case Kind.HASH_PACKED_EXPIRING -> {
        run = expiringPacked;
        stride = EXPIRING_STRIDE;
      }
      default -> run = null;
    }
  }

  public boolean exists() {
    return holder.exists();
  }

  /** Whether it is not packed. */
  public boolean isTable() {
    return holder.kind() == Kind.HASH_TABLE;
  }

  /** How many fields it has, with expired ones that are still there; 0 if it does not exist. */
  public long count() {
    if (!holder.exists()) {
      return 0;
    }
    return isPacked() ? run().count() : table.count();
  }

  /** How many fields it has, without expired ones; 0 if it does not exist. */
  public long countLive() {
    if (!holder.exists()) {
      return 0;
    }
    return switch (holder.kind()) {
      case Kind.HASH_PACKED -> packed.count();
      case Kind.HASH_TABLE -> table.count() - table.countExpired();
      default -> expiringPacked.count() - countExpiredInRun(Integer.MAX_VALUE);
    };
  }

  // ---- the element ----

  /** Comes to a field; returns whether it is there. */
  public boolean find(long field, int length) {
    expired = false;
    if (holder.kind() == Kind.HASH_PACKED) {
      run = packed;
      stride = STRIDE;
      element = PackedList.find(packed.begin(), packed.end(), field, length, STRIDE);
      return element != 0;
    }
    expired = findWithExpired(field, length) && isExpired();
    return element != 0 && !expired;
  }

  /** Whether the last {@link #find} has come to a field that has expired. */
  public boolean hasFoundExpired() {
    return expired;
  }

  private boolean findWithExpired(long field, int length) {
    look();
    if (run != null) {
      element = PackedList.find(run.begin(), run.end(), field, length, stride);
    } else {
      Home home = holder.home();
      ref = home.members().find(table.table(), home.hash(field, length), field, length);
      element = ref == 0 ? 0 : home.slab().address(ref);
    }
    return element != 0;
  }

  /** Whether the element has expired. */
  private boolean isExpired() {
    if (run == null) {
      return table.isExpired(element);
    }
    return stride == EXPIRING_STRIDE && isOver(PackedList.integer(time(element)));
  }

  private boolean isOver(long time) {
    return time != NO_TIME && time < holder.nowMillis();
  }

  /** The entry of the time of an element of a run. */
  private static long time(long element) {
    return PackedList.skip(element, STRIDE);
  }

  /** When the element's field expires, {@link #NEVER} if it does not. */
  public long expireAtMillis() {
    if (run == null) {
      return MemberTable.expireAtMillis(element);
    }
    return stride == STRIDE ? NEVER : orNever(PackedList.integer(time(element)));
  }

  private static long orNever(long time) {
    return time == NO_TIME ? NEVER : time;
  }

  /** Comes to the first field, if there is one. */
  public boolean first() {
    look();
    if (run != null) {
      element = run.begin();
      return stopAtLive();
    }
    scan(0, BATCH_RECORDS);
    return nextRecord();
  }

  /** From a field that {@link #first} came to, goes to the next one, if there is one. */
  public boolean next() {
    if (run != null) {
      element = PackedList.skip(element, stride);
      return stopAtLive();
    }
    return nextRecord();
  }

  private boolean stopAtLive() {
    long end = run.end();
    while (element != end && isExpired()) {
      element = PackedList.skip(element, stride);
    }
    if (element == end) {
      element = 0;
    }
    return element != 0;
  }

  private boolean nextRecord() {
    while (!nextScanned()) {
      if (cursor == 0) {
        return false;
      }
      scan(cursor, BATCH_RECORDS);
    }
    return true;
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
    run = null;
    this.cursor = holder.home().members().scan(table.table(), cursor, collecting, minimumFields);
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
    while (batchIndex < batchCount) {
      ref = batch[batchIndex++];
      element = holder.home().slab().address(ref);
      if (!table.isExpired(element)) {
        return true;
      }
    }
    element = 0;
    return false;
  }

  /** Goes through what {@link #scan} has found once more. */
  public void rewindScanned() {
    batchIndex = 0;
  }

  /** Comes to a field of a hash that has some, each with about the same chance. */
  public void random(RandomSource random) {
    look();
    for (int draw = 0; draw < MAX_DRAWS; draw++) {
      drawWithExpired(random);
      if (!isExpired()) {
        return;
      }
    }
    long number = random.nextLong(countLive());
    first();
    for (; number > 0; number--) {
      next();
    }
  }

  private void drawWithExpired(RandomSource random) {
    if (run != null) {
      long entries = (long) run.count() * stride;
      long index = random.nextLong(run.count()) * stride;
      element = PackedList.seek(run.begin(), run.end(), entries, index);
      return;
    }
    Home home = holder.home();
    home.members().sample(table.table(), random.nextLong(), batch, 1);
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
    return run != null && PackedList.isInteger(element);
  }

  /** The field that {@linkplain #isIntegerField is an integer}. */
  public long integerField() {
    return PackedList.integer(element);
  }

  /** Where the field's bytes are, if it {@linkplain #isIntegerField is no integer}. */
  public long fieldAddress() {
    return run != null ? PackedList.address(element) : Record.keyAddress(element);
  }

  /** Length of the field's text. */
  public int fieldLength() {
    return run != null ? PackedList.length(element) : Record.keyLength(element);
  }

  // ---- its value ----

  /** Whether the value is kept as an integer; else its bytes are in memory. */
  public boolean isIntegerValue() {
    return run != null
        ? PackedList.isInteger(PackedList.next(element))
        : Record.kind(element) == Kind.STRING_INTEGER;
  }

  /** The value that {@linkplain #isIntegerValue is an integer}. */
  public long integerValue() {
    return run != null
        ? PackedList.integer(PackedList.next(element))
        : StringValue.integer(Record.payloadAddress(element));
  }

  /** Where the value's bytes are, if it {@linkplain #isIntegerValue is no integer}. */
  public long valueAddress() {
    return run != null
        ? PackedList.address(PackedList.next(element))
        : StringValue.bytes(Record.kind(element), Record.payloadAddress(element));
  }

  /** Length of the value's text. */
  public int valueLength() {
    return run != null
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
    table.create(Kind.HASH_TABLE);
  }

  /** Makes a copy of a {@linkplain #isTable table} where there is no value. */
  public void copyTable(HashValue other) {
    createTable();
    FieldRecords fields = holder.home().fields();
    for (boolean more = other.first(); more; more = other.next()) {
      enter(fields.copy(other.element));
    }
    scheduleNext();
  }

  /** Puts a record into the table, which it may change the payload for. */
  private void enter(int newRef) {
    Home home = holder.home();
    long record = home.slab().address(newRef);
    home.members().insert(table.table(), hash(home, record), newRef);
    table.addRecordBytes(FieldRecords.sizeBytes(record));
    if (Record.hasExpiry(record)) {
      table.addExpiry(newRef, record);
    }
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

  /**
   * Sets the value of a field, which is added if it is not there.
   *
   * @param keepsExpiry whether a field that is there expires when it would have; else never
   * @return whether it was added
   */
  public boolean put(
      long field, int fieldLength, long value, int valueLength, boolean keepsExpiry) {
    holder.beginChange();
    ensureFits(fieldLength, valueLength);
    boolean found = find(field, fieldLength);
    if (found || expired) {
      replaceValue(value, valueLength);
      loseExpiry(!keepsExpiry);
    } else {
      add(field, fieldLength, value, valueLength);
    }
    ensureCount();
    return !found;
  }

  /** Like {@link #put}, for a value that is an integer, and keeps the expiry. */
  public void putInteger(long field, int fieldLength, long value) {
    holder.beginChange();
    ensureFits(fieldLength, Decimal.length(value));
    boolean found = find(field, fieldLength);
    if (found || expired) {
      replaceValueByInteger(value);
      loseExpiry(false);
    } else {
      addInteger(field, fieldLength, value);
    }
    ensureCount();
  }

  /** What has expired and is set again is a new field. */
  private void loseExpiry(boolean always) {
    if (always || expired) {
      setExpiry(NEVER);
    }
  }

  private void ensureFits(int fieldLength, int valueLength) {
    if (isPacked()
        && (fieldLength > limits.hashValueBytes()
            || valueLength > limits.hashValueBytes()
            || (long) run().sizeBytes() + fieldLength + valueLength > MAX_RUN_BYTES)) {
      becomeTable();
    }
  }

  private void ensureCount() {
    if (isPacked() && run().count() > limits.hashEntries()) {
      becomeTable();
    }
  }

  private void replaceValue(long value, int length) {
    if (run != null) {
      PackedList.write(resizeValue(PackedList.sizeBytes(value, length)), value, length);
      return;
    }
    FieldRecords fields = holder.home().fields();
    int kind = StringValue.kindFor(value, length);
    long oldBytes = FieldRecords.sizeBytes(element);
    refit(kind, StringValue.payloadBytes(kind, length));
    fields.write(kind, Record.payloadAddress(element), value, length);
    table.addRecordBytes(FieldRecords.sizeBytes(element) - oldBytes);
  }

  private void replaceValueByInteger(long value) {
    if (run != null) {
      PackedList.writeInteger(resizeValue(PackedList.sizeBytesOfInteger(value)), value);
      return;
    }
    if (Record.kind(element) != Kind.STRING_INTEGER || mustKeep()) {
      long oldBytes = FieldRecords.sizeBytes(element);
      refit(Kind.STRING_INTEGER, StringValue.INTEGER_PAYLOAD_BYTES);
      table.addRecordBytes(FieldRecords.sizeBytes(element) - oldBytes);
    }
    StringValue.putInteger(Record.payloadAddress(element), value);
  }

  private long resizeValue(int newBytes) {
    long entry = PackedList.next(element);
    int oldBytes = PackedList.sizeBytes(entry);
    int fieldBytes = (int) (entry - element);
    long at = run.resize(entry, oldBytes, newBytes);
    element = at - fieldBytes;
    return at;
  }

  private void refit(int kind, int payloadBytes) {
    boolean expires = Record.hasExpiry(element);
    if (expires) {
      table.removeExpiry(ref, element);
    }
    FieldRecords fields = holder.home().fields();
    if (mustKeep()) {
      int kept = ref;
      moveTo(fields.renew(ref, kind, payloadBytes));
      keep(kept);
    } else {
      moveTo(fields.refit(ref, kind, payloadBytes));
    }
    if (expires) {
      table.addExpiry(ref, element);
    }
  }

  /** The element's record has another ref. */
  private void moveTo(int newRef) {
    if (newRef != ref) {
      Home home = holder.home();
      long record = home.slab().address(newRef);
      home.members().replace(table.table(), hash(home, record), ref, newRef);
      ref = newRef;
      element = record;
    }
  }

  private static long hash(Home home, long record) {
    return home.hash(Record.keyAddress(record), Record.keyLength(record));
  }

  private void add(long field, int fieldLength, long value, int valueLength) {
    if (run != null) {
      int fieldBytes = PackedList.sizeBytes(field, fieldLength);
      openLast(fieldBytes + PackedList.sizeBytes(value, valueLength));
      PackedList.write(element, field, fieldLength);
      PackedList.write(element + fieldBytes, value, valueLength);
    } else {
      insertNew(holder.home().fields().create(field, fieldLength, value, valueLength));
    }
  }

  private void addInteger(long field, int fieldLength, long value) {
    if (run != null) {
      int fieldBytes = PackedList.sizeBytes(field, fieldLength);
      openLast(fieldBytes + PackedList.sizeBytesOfInteger(value));
      PackedList.write(element, field, fieldLength);
      PackedList.writeInteger(element + fieldBytes, value);
    } else {
      insertNew(holder.home().fields().createInteger(field, fieldLength, value));
    }
  }

  /** Makes room in the run for one more element, whose field and value are to be written. */
  private void openLast(int bytes) {
    int timeBytes = stride == STRIDE ? 0 : PackedList.sizeBytesOfInteger(NO_TIME);
    element = run.open(run.end(), bytes + timeBytes);
    if (timeBytes > 0) {
      PackedList.writeInteger(element + bytes, NO_TIME);
    }
    run.count(run.count() + 1);
  }

  private void insertNew(int newRef) {
    Undo undo = holder.undo();
    if (undo != null) {
      long record = holder.home().slab().address(newRef);
      long field = Record.keyAddress(record);
      int length = Record.keyLength(record);
      if (undo.find(Undo.FIELD, field, length) == 0) {
        undo.know(Undo.FIELD, 0, field, length, 0, 0);
      }
    }
    enter(newRef);
    ref = newRef;
    element = holder.home().slab().address(newRef);
  }

  /** Removes the field that {@link #find} came to, expired or not. */
  public void remove() {
    holder.beginChange();
    if (run != null) {
      closeElements(element, 1);
    } else {
      removeRecord();
    }
    forgetExpiry();
  }

  private void closeElements(long at, int count) {
    run.close(at, (int) (PackedList.skip(at, (long) count * stride) - at));
    run.count(run.count() - count);
  }

  private void removeRecord() {
    Home home = holder.home();
    table.addRecordBytes(-FieldRecords.sizeBytes(element));
    if (Record.hasExpiry(element)) {
      table.removeExpiry(ref, element);
    }
    home.members().remove(table.table(), hash(home, element), ref);
    if (mustKeep()) {
      keep(ref);
    } else {
      home.fields().accept(ref);
    }
  }

  /** Whether the element's record must be kept, in case that what is done is undone. */
  private boolean mustKeep() {
    Undo undo = holder.undo();
    return undo != null
        && undo.find(Undo.FIELD, Record.keyAddress(element), Record.keyLength(element)) == 0;
  }

  /** Keeps a record that is not in the table. */
  private void keep(int kept) {
    long record = holder.home().slab().address(kept);
    long field = Record.keyAddress(record);
    holder.undo().know(Undo.FIELD, kept, field, Record.keyLength(record), 0, 0);
  }

  /** Makes a field of a {@linkplain #isTable table} what it was. */
  public void undo(long entry) {
    if (findWithExpired(Undo.name(entry), Undo.nameLength(entry))) {
      removeRecord();
    }
    int kept = (int) Undo.word(entry);
    if (kept != 0) {
      enter(kept);
    }
    scheduleNext();
  }

  /** Frees the record that was kept of a field. */
  static void release(Home home, long entry) {
    int kept = (int) Undo.word(entry);
    if (kept != 0) {
      home.fields().accept(kept);
    }
  }

  private void becomeTable() {
    look();
    Packed old = run;
    long from = old.begin();
    long end = old.end();
    int step = stride;
    // The payload is about to become another one, so the run goes into a block of its own first.
    int bytes = Math.max(1, (int) (end - from));
    Slab slab = holder.slab();
    long entries = slab.allocate(bytes, Tag.SCRATCH);
    Memory.copy(from, entries, end - from);
    long last = entries + (end - from);
    if (step == EXPIRING_STRIDE) {
      holder.expireMembersAt(NEVER);
    }
    old.release();
    table.become(Kind.HASH_TABLE);
    run = null;
    long text = slab.allocate(Decimal.MAX_LONG_LENGTH, Tag.SCRATCH);
    for (long entry = entries; entry != last; entry = PackedList.skip(entry, step)) {
      long time = step == STRIDE ? NO_TIME : PackedList.integer(time(entry));
      enter(record(entry, time, text));
    }
    slab.free(text, Decimal.MAX_LONG_LENGTH, Tag.SCRATCH);
    slab.free(entries, bytes, Tag.SCRATCH);
    if (step == EXPIRING_STRIDE) {
      scheduleNext();
    }
  }

  /** Makes a record of an element of a run. */
  private int record(long entry, long time, long text) {
    FieldRecords fields = holder.home().fields();
    int fieldLength = PackedList.length(entry);
    long field = text;
    if (PackedList.isInteger(entry)) {
      Decimal.writeLong(text, PackedList.integer(entry));
    } else {
      field = PackedList.address(entry);
    }
    long value = PackedList.next(entry);
    int record =
        PackedList.isInteger(value)
            ? fields.createInteger(field, fieldLength, PackedList.integer(value))
            : fields.create(
                field, fieldLength, PackedList.address(value), PackedList.length(value));
    if (time == NO_TIME) {
      return record;
    }
    int expiring = fields.withExpiry(record, true);
    Record.setExpireAtMillis(holder.home().slab().address(expiring), time);
    return expiring;
  }

  // ---- expiry ----

  /** Prepares an existing hash for fields that expire: a run gets room for their times. */
  public void allowExpiry() {
    if (holder.kind() != Kind.HASH_PACKED) {
      return;
    }
    holder.beginChange();
    int timeBytes = PackedList.sizeBytesOfInteger(NO_TIME);
    int count = packed.count();
    int bytes = Math.addExact(packed.sizeBytes(), Math.multiplyExact(count, timeBytes));
    Slab slab = holder.slab();
    long entries = slab.allocate(Math.max(1, bytes), Tag.SCRATCH);
    long at = entries;
    long end = packed.end();
    for (long entry = packed.begin(); entry != end; ) {
      long next = PackedList.skip(entry, STRIDE);
      Memory.copy(entry, at, next - entry);
      at += next - entry;
      at += PackedList.writeInteger(at, NO_TIME);
      entry = next;
    }
    packed.release();
    expiringPacked.restart(Kind.HASH_PACKED_EXPIRING);
    MemberExpiry.setMillis(expiryHead(), NEVER);
    Memory.copy(entries, expiringPacked.open(expiringPacked.begin(), bytes), bytes);
    expiringPacked.count(count);
    slab.free(entries, Math.max(1, bytes), Tag.SCRATCH);
  }

  private long expiryHead() {
    return MemberExpiry.head(holder.kind(), holder.payload());
  }

  /**
   * Sets when the field expires that {@link #find} came to, after {@link #allowExpiry}.
   *
   * @param millis or {@link #NEVER}
   */
  public void expireAt(long millis) {
    holder.beginChange();
    setExpiry(millis);
  }

  private void setExpiry(long millis) {
    if (millis == NEVER && expireAtMillis() == NEVER) {
      return;
    }
    if (run != null) {
      setExpiryInRun(millis == NEVER ? NO_TIME : millis);
    } else {
      setExpiryOfRecord(millis);
    }
    if (millis == NEVER) {
      forgetExpiry();
    } else {
      long next = MemberExpiry.millis(expiryHead());
      if (next == NEVER || millis < next) {
        holder.expireMembersAt(millis);
      }
    }
  }

  /** The element goes to where its time belongs: before those with the same one. */
  private void setExpiryInRun(long time) {
    int oldBytes = (int) (PackedList.skip(element, EXPIRING_STRIDE) - element);
    int textBytes = (int) (time(element) - element);
    Slab slab = holder.slab();
    long text = slab.allocate(textBytes, Tag.SCRATCH);
    Memory.copy(element, text, textBytes);
    run.close(element, oldBytes);
    long at = run.end();
    if (time != NO_TIME) {
      at = run.begin();
      while (at != run.end() && isBefore(PackedList.integer(time(at)), time)) {
        at = PackedList.skip(at, EXPIRING_STRIDE);
      }
    }
    element = run.open(at, textBytes + PackedList.sizeBytesOfInteger(time));
    Memory.copy(text, element, textBytes);
    PackedList.writeInteger(element + textBytes, time);
    slab.free(text, textBytes, Tag.SCRATCH);
  }

  private static boolean isBefore(long time, long other) {
    return time != NO_TIME && time < other;
  }

  private void setExpiryOfRecord(long millis) {
    boolean expired = Record.hasExpiry(element);
    boolean expires = millis != NEVER;
    if (mustKeep()) {
      keep(holder.home().fields().copy(element));
    }
    if (expired) {
      table.removeExpiry(ref, element);
    }
    if (expired != expires) {
      long oldBytes = FieldRecords.sizeBytes(element);
      moveTo(holder.home().fields().withExpiry(ref, expires));
      table.addRecordBytes(FieldRecords.sizeBytes(element) - oldBytes);
    }
    if (expires) {
      Record.setExpireAtMillis(element, millis);
      table.addExpiry(ref, element);
    }
  }

  /** When the first field expires, {@link #NEVER} if none does. */
  public long nextExpiryMillis() {
    return switch (holder.kind()) {
      case Kind.HASH_PACKED -> NEVER;
      case Kind.HASH_TABLE -> table.nextExpiryMillis();
      default -> {
        long first = expiringPacked.begin();
        yield first == expiringPacked.end() ? NEVER : orNever(PackedList.integer(time(first)));
      }
    };
  }

  /** After a field has lost its expiry: nobody needs to look after what does not expire. */
  private void forgetExpiry() {
    long head = expiryHead();
    if (head != 0 && MemberExpiry.millis(head) != NEVER && nextExpiryMillis() == NEVER) {
      holder.expireMembersAt(NEVER);
    }
  }

  private void scheduleNext() {
    if (expiryHead() != 0) {
      holder.expireMembersAt(nextExpiryMillis());
    }
  }

  /**
   * Takes expired fields out.
   *
   * @param budget how many at most
   * @return how many were
   */
  public int removeExpired(int budget) {
    look();
    int removed = 0;
    if (run != null) {
      removed = stride == STRIDE ? 0 : countExpiredInRun(budget);
      if (removed > 0) {
        holder.beginChange();
        closeElements(run.begin(), removed);
      }
    } else {
      while (removed < budget && firstExpired()) {
        holder.beginChange();
        removeRecord();
        removed++;
      }
    }
    scheduleNext();
    return removed;
  }

  /** How many of the first elements of a run with times have expired. */
  private int countExpiredInRun(int limit) {
    int count = 0;
    long end = expiringPacked.end();
    for (long at = expiringPacked.begin();
        count < limit && at != end && isOver(PackedList.integer(time(at)));
        at = PackedList.skip(at, EXPIRING_STRIDE)) {
      count++;
    }
    return count;
  }

  private boolean firstExpired() {
    ref = table.firstToExpire();
    element = ref == 0 ? 0 : holder.home().slab().address(ref);
    return ref != 0 && table.isExpired(element);
  }

  // ---- by payload ----

  /** Frees what is outside the record in slices. */
  static boolean free(Home home, long payload, int budget) {
    return MemberTable.freeTree(home, payload, budget)
        && home.members().drain(MemberTable.table(payload), home.fields(), budget);
  }

  /** Checks everything that must hold and throws an {@link AssertionError} if it does not. */
  public void validate() {
    look();
    if (run != null) {
      PackedList.validate(run.begin(), run.end(), (long) run.count() * stride);
      if (stride == EXPIRING_STRIDE) {
        validateOrder();
      }
    } else {
      table.validate(FieldRecords::sizeBytes);
    }
    long head = expiryHead();
    long next = nextExpiryMillis();
    if (head != 0 && (next == NEVER) != (MemberExpiry.millis(head) == NEVER)) {
      throw new AssertionError("the next field expires at " + next);
    }
    if (head != 0 && next < MemberExpiry.millis(head)) {
      throw new AssertionError("a field expires earlier: " + next);
    }
  }

  private void validateOrder() {
    long before = 1;
    for (long at = run.begin(); at != run.end(); at = PackedList.skip(at, EXPIRING_STRIDE)) {
      long time = PackedList.integer(time(at));
      if (before == NO_TIME ? time != NO_TIME : isBefore(time, before)) {
        throw new AssertionError("time " + time + " after " + before);
      }
      before = time;
    }
  }
}
