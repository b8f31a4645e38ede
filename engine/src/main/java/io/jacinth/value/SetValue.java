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
 * A set: members without an order.
 *
 * <p>One of nothing but integers is a {@link Packed} run of them in ascending order, all with the
 * bytes that the widest one needs; bytes and count of the run tell how many these are:
 *
 * <pre>
 *   1, 2, 300        | 01 00 | 02 00 | 2c 01 |                      2 bytes each
 *   and then 70000   | 01 00 00 00 | 02 00 00 00 | 2c 01 00 00 | 70 11 01 00 |
 * </pre>
 *
 * <p>Another small one is a run of {@link PackedList} entries, in the order in which they came.
 * Larger ones, and those with members that expire, are a {@link MemberTable} of records, which have
 * the member as their key and nothing else. What has expired is out of sight at once; {@link
 * #removeExpired} takes it out, when the keyspace finds the time.
 *
 * <p>A flyweight over its holder. It knows one member, which {@link #find}, {@link #choose} and
 * {@link #first} come to; a change of the set makes it forget that one.
 */
public final class SetValue {
  /** No expiry. */
  public static final long NEVER = MemberExpiry.NEVER;

  /** Flags of a record: no access clock, no expiry. */
  private static final int RECORD_FLAGS = 0;

  /**
   * A random member is drawn so often; if all that were met have expired, they are gone through.
   */
  private static final int MAX_DRAWS = 64;

  /** A run never becomes longer, whatever the limits say. */
  private static final int MAX_RUN_BYTES = 1 << 30;

  /** The longest entry of an integer in a packed list: head, 8 bytes, back length. */
  private static final int MAX_INTEGER_ENTRY_BYTES = 10;

  /** So many members of a table, about, are read ahead. */
  private static final int STEP_MEMBERS = 64;

  private final Holder holder;
  private final Limits limits;
  private final Packed packed;
  private final MemberTable table;
  private final int[] chosen = new int[1];

  /** The member: its entry, its integer or its record; 0 if there is none. */
  private long element;

  /** How the member is kept: the set's kind when it was come to. */
  private int elementKind;

  /** The member's ref and hash, if it is a record that was found or chosen. */
  private int ref;

  private long hash;

  /** Bytes of each integer, if these are what the set is. */
  private int width;

  // Going through a table: refs that are read ahead, and where to read on.
  private int[] refs = new int[2 * STEP_MEMBERS];
  private int refCount;
  private int refIndex;
  private long cursor;
  private final RefVisitor collector = this::collect;

  public SetValue(Holder holder, Limits limits) {
    this.holder = holder;
    this.limits = limits;
    packed = new Packed(holder);
    table = new MemberTable(holder);
  }

  public boolean exists() {
    return holder.exists();
  }

  /** Its {@link Kind}. */
  public int kind() {
    return holder.kind();
  }

  /** Whether it is neither packed nor integers. */
  public boolean isTable() {
    return holder.kind() == Kind.SET_TABLE;
  }

  /** How many members it has, without expired ones; 0 if it does not exist. */
  public long count() {
    if (!holder.exists()) {
      return 0;
    }
    return isTable() ? table.count() - table.countExpired() : packed.count();
  }

  // ---- integers in a run ----

  private static int widthOf(long value) {
    if (value == (short) value) {
      return Short.BYTES;
    }
    return value == (int) value ? Integer.BYTES : Long.BYTES;
  }

  private static long get(long address, int width) {
    return switch (width) {
      case Short.BYTES -> Memory.getShort(address);
      case Integer.BYTES -> Memory.getInt(address);
      default -> Memory.getLong(address);
    };
  }

  private static void put(long address, int width, long value) {
    switch (width) {
      case Short.BYTES -> Memory.putShort(address, (int) value);
      case Integer.BYTES -> Memory.putInt(address, (int) value);
      default -> Memory.putLong(address, value);
    }
  }

  /** Where the first integer that is not less than a value stands, or the end of the run. */
  private static long lowerBound(long begin, int count, int width, long value) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(begin + (long) middle * width, width) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return begin + (long) low * width;
  }

  private static boolean isInteger(long value, long member, int length) {
    return value != Decimal.NOT_A_LONG || Decimal.isLong(member, length);
  }

  // ---- the member ----

  /** Comes to a member; returns whether it is there. */
  public boolean find(long member, int length) {
    elementKind = holder.kind();
    element =
        switch (elementKind) {
          case Kind.SET_TABLE -> findLiveRecord(member, length);
          case Kind.SET_PACKED -> PackedList.find(packed.begin(), packed.end(), member, length, 1);
          default -> findInteger(member, length);
        };
    return element != 0;
  }

  private long findLiveRecord(long member, int length) {
    long record = findRecord(member, length);
    return record == 0 || table.isExpired(record) ? 0 : record;
  }

  /** The record of a member, also of one that has expired; 0 if there is none. */
  private long findRecord(long member, int length) {
    Home home = holder.home();
    hash = home.hash(member, length);
    ref = home.members().find(table.table(), hash, member, length);
    return ref == 0 ? 0 : home.slab().address(ref);
  }

  private long findInteger(long member, int length) {
    long value = Decimal.parseLong(member, length);
    int count = packed.count();
    if (count == 0 || !isInteger(value, member, length)) {
      return 0;
    }
    int bytes = packed.sizeBytes();
    long begin = packed.begin();
    width = bytes / count;
    long at = lowerBound(begin, count, width, value);
    return at < begin + bytes && get(at, width) == value ? at : 0;
  }

  /** Comes to any member of a set that has some, each with equal chances. */
  public void choose(RandomSource random) {
    if (!isTable()) {
      seek(random.nextInt(packed.count()));
      return;
    }
    elementKind = Kind.SET_TABLE;
    Home home = holder.home();
    element = 0;
    for (int draw = 0; draw < MAX_DRAWS && element == 0; draw++) {
      home.members().sample(table.table(), random.nextLong(), chosen, 1);
      ref = chosen[0];
      element = liveRecord(ref);
    }
    if (element == 0) {
      long number = random.nextLong(count());
      first();
      for (; number > 0; number--) {
        next();
      }
      ref = refs[refIndex];
    }
    hash = home.hash(Record.keyAddress(element), Record.keyLength(element));
  }

  /** The address of a record, 0 if it has expired. */
  private long liveRecord(int ref) {
    long record = holder.home().slab().address(ref);
    return table.isExpired(record) ? 0 : record;
  }

  /** Comes to the member at an index of a set that {@linkplain #isTable is no table}. */
  public void seek(int index) {
    elementKind = holder.kind();
    int count = packed.count();
    if (elementKind == Kind.SET_PACKED) {
      element = PackedList.seek(packed.begin(), packed.end(), count, index);
    } else {
      width = packed.sizeBytes() / count;
      element = packed.begin() + (long) index * width;
    }
  }

  /**
   * Comes to the first member, if there is one. While it is gone on with {@link #next}, the set may
   * not change.
   */
  public boolean first() {
    elementKind = holder.kind();
    if (elementKind == Kind.SET_TABLE) {
      cursor = 0;
      readAhead();
      stopAtLive();
    } else if (packed.count() == 0) {
      element = 0;
    } else {
      seek(0);
    }
    return element != 0;
  }

  /** Comes to the next member, if there is one. */
  public boolean next() {
    if (elementKind == Kind.SET_TABLE) {
      refIndex++;
      stopAtLive();
    } else {
      element = elementKind == Kind.SET_PACKED ? PackedList.next(element) : element + width;
      if (element == packed.end()) {
        element = 0;
      }
    }
    return element != 0;
  }

  private void readAhead() {
    refCount = 0;
    refIndex = 0;
    cursor = holder.home().members().scan(table.table(), cursor, collector, STEP_MEMBERS);
  }

  private void stopAtLive() {
    element = 0;
    while (element == 0 && (refIndex < refCount || cursor != 0)) {
      if (refIndex == refCount) {
        readAhead();
      } else {
        element = liveRecord(refs[refIndex]);
        refIndex += element == 0 ? 1 : 0;
      }
    }
  }

  private void collect(int visited) {
    if (refCount == refs.length) {
      refs = Arrays.copyOf(refs, 2 * refCount);
    }
    refs[refCount++] = visited;
  }

  /** Names the member, for {@link #comeTo} while the set does not change. */
  public long element() {
    return element;
  }

  /** Comes to a member again, after {@link #element}, to read it. */
  public void comeTo(long element) {
    elementKind = holder.kind();
    this.element = element;
    if (elementKind == Kind.SET_INTEGERS) {
      width = packed.sizeBytes() / packed.count();
    }
  }

  /** Whether the member is kept as an integer; else its bytes are in memory. */
  public boolean isInteger() {
    return elementKind == Kind.SET_INTEGERS
        || (elementKind == Kind.SET_PACKED && PackedList.isInteger(element));
  }

  /** The member that {@linkplain #isInteger is an integer}. */
  public long integer() {
    return elementKind == Kind.SET_INTEGERS ? get(element, width) : PackedList.integer(element);
  }

  /** Where the member's bytes are, if it {@linkplain #isInteger is no integer}. */
  public long memberAddress() {
    return elementKind == Kind.SET_TABLE ? Record.keyAddress(element) : PackedList.address(element);
  }

  /** Length of the member's text. */
  public int memberLength() {
    return switch (elementKind) {
      case Kind.SET_TABLE -> Record.keyLength(element);
      case Kind.SET_PACKED -> PackedList.length(element);
      default -> Decimal.length(get(element, width));
    };
  }

  /** Copies the member's text to where there is room for {@link #memberLength} bytes. */
  public void copyMember(long target) {
    if (isInteger()) {
      Decimal.writeLong(target, integer());
    } else {
      Memory.copy(memberAddress(), target, memberLength());
    }
  }

  /**
   * Where the member's text is.
   *
   * @param room where that of an integer is written: {@link Decimal#MAX_LONG_LENGTH} bytes
   */
  public long text(long room) {
    if (!isInteger()) {
      return memberAddress();
    }
    Decimal.writeLong(room, integer());
    return room;
  }

  // ---- changes ----

  /**
   * Makes an empty set where there is no value, as it suits a first member.
   *
   * @param expectedCount so many members will soon be in it
   */
  public void create(long member, int length, long expectedCount) {
    boolean integer = isInteger(Decimal.parseLong(member, length), member, length);
    if (integer && expectedCount <= limits.setIntegers()) {
      packed.create(Kind.SET_INTEGERS, 0);
    } else if (expectedCount <= limits.setEntries()) {
      packed.create(Kind.SET_PACKED, 0);
    } else {
      createTable();
    }
  }

  /** Makes an empty set of integers where there is no value. */
  void createIntegers() {
    packed.create(Kind.SET_INTEGERS, 0);
  }

  /** Makes an empty packed set where there is no value. */
  void createPacked() {
    packed.create(Kind.SET_PACKED, 0);
  }

  /** Makes an empty set in a table where there is no value. */
  void createTable() {
    table.create(Kind.SET_TABLE);
  }

  /** Makes a copy of another set, in its encoding, where there is no value. */
  public void copy(SetValue other) {
    if (other.isTable()) {
      createTable();
      for (boolean more = other.first(); more; more = other.next()) {
        addToTable(other.memberAddress(), other.memberLength());
        if (other.expireAtMillis() != NEVER) {
          expireAt(other.expireAtMillis());
        }
      }
      return;
    }
    int bytes = other.packed.sizeBytes();
    int count = other.packed.count();
    packed.create(other.kind(), bytes);
    long run = packed.open(packed.begin(), bytes);
    Memory.copy(other.packed.begin(), run, bytes);
    packed.count(count);
  }

  /** Prepares an existing set for so many members to be added, if that says what it will be. */
  public void expect(long count) {
    int kind = holder.kind();
    if ((kind == Kind.SET_PACKED && count > limits.setEntries())
        || (kind == Kind.SET_INTEGERS && count > limits.setIntegers())) {
      holder.beginChange();
      becomeTable();
    }
  }

  /** Adds a member; returns whether it was not there. */
  public boolean add(long member, int length) {
    return switch (holder.kind()) {
      case Kind.SET_TABLE -> addToTable(member, length);
      case Kind.SET_PACKED -> addToRun(member, length);
      default -> addToIntegers(member, length);
    };
  }

  /** Comes to the member, too. */
  private boolean addToTable(long member, int length) {
    elementKind = Kind.SET_TABLE;
    element = findRecord(member, length);
    if (element == 0) {
      holder.beginChange();
      keepAbsent(member, length);
      ref = create(RECORD_FLAGS, member, length);
      element = holder.home().slab().address(ref);
      holder.home().members().insert(table.table(), hash, ref);
      return true;
    }
    if (table.isExpired(element)) {
      expireAt(NEVER); // what has expired is added anew
      return true;
    }
    return false;
  }

  /** Makes a record; it remains to be put into the table. */
  private int create(int flags, long member, int length) {
    Slab slab = holder.home().slab();
    int bytes = Record.headBytes(flags, length);
    int newRef = slab.allocateRef(bytes, Tag.VALUE);
    Record.writeHead(slab.address(newRef), flags, member, length);
    table.addRecordBytes(Slab.usableBytes(bytes));
    return newRef;
  }

  private void free(int freedRef, long record) {
    long bytes = recordBytes(record);
    holder.home().slab().freeRef(freedRef, bytes, Tag.VALUE);
    table.addRecordBytes(-bytes);
  }

  private static long recordBytes(long record) {
    return Slab.usableBytes(Record.payloadAddress(record) - record);
  }

  private boolean addToRun(long member, int length) {
    if (PackedList.find(packed.begin(), packed.end(), member, length, 1) != 0) {
      return false;
    }
    holder.beginChange();
    if (packed.count() < limits.setEntries()
        && length <= limits.setMemberBytes()
        && packed.sizeBytes() + (long) length <= MAX_RUN_BYTES) {
      append(member, length);
    } else {
      becomeTable();
      addToTable(member, length);
    }
    return true;
  }

  private void append(long member, int length) {
    long entry = packed.open(packed.end(), PackedList.sizeBytes(member, length));
    PackedList.write(entry, member, length);
    packed.count(packed.count() + 1);
  }

  private boolean addToIntegers(long member, int length) {
    long value = Decimal.parseLong(member, length);
    if (isInteger(value, member, length)) {
      return addInteger(value);
    }
    holder.beginChange();
    int count = packed.count();
    if (count < limits.setEntries()
        && length <= limits.setMemberBytes()
        && longestInteger(count) <= limits.setMemberBytes()
        && (long) count * MAX_INTEGER_ENTRY_BYTES + length <= MAX_RUN_BYTES) {
      becomePacked();
      append(member, length);
    } else {
      becomeTable();
      addToTable(member, length);
    }
    return true;
  }

  /** Length of the longest text of all integers: the first or the last one. */
  private int longestInteger(int count) {
    if (count == 0) {
      return 0;
    }
    int bytes = packed.sizeBytes() / count;
    return Math.max(
        Decimal.length(get(packed.begin(), bytes)),
        Decimal.length(get(packed.end() - bytes, bytes)));
  }

  private boolean addInteger(long value) {
    int count = packed.count();
    int bytes = packed.sizeBytes();
    int valueWidth = widthOf(value);
    int oldWidth = count == 0 ? valueWidth : bytes / count;
    if (valueWidth > oldWidth) {
      holder.beginChange();
      addWider(value, count, oldWidth, valueWidth);
    } else {
      long begin = packed.begin();
      long at = lowerBound(begin, count, oldWidth, value);
      if (at < begin + bytes && get(at, oldWidth) == value) {
        return false;
      }
      holder.beginChange();
      put(packed.open(at, oldWidth), oldWidth, value);
    }
    packed.count(count + 1);
    if (count + 1 > limits.setIntegers()) {
      becomeTable();
    }
    return true;
  }

  /** Adds an integer that is less than all others, or greater, as it needs more bytes than they. */
  private void addWider(long value, int count, int oldWidth, int newWidth) {
    packed.open(packed.end(), count * (newWidth - oldWidth) + newWidth);
    long begin = packed.begin();
    long first = value < 0 ? begin + newWidth : begin;
    for (int i = count - 1; i >= 0; i--) {
      put(first + (long) i * newWidth, newWidth, get(begin + (long) i * oldWidth, oldWidth));
    }
    put(value < 0 ? begin : begin + (long) count * newWidth, newWidth, value);
  }

  /** Removes the member that {@link #find} or {@link #choose} came to. */
  public void remove() {
    holder.beginChange();
    if (elementKind == Kind.SET_TABLE) {
      removeRecord();
      forgetExpiry();
    } else {
      packed.close(element, elementKind == Kind.SET_PACKED ? PackedList.sizeBytes(element) : width);
      packed.count(packed.count() - 1);
    }
  }

  /** Takes down that a member is not there, in case that its addition is undone. */
  private void keepAbsent(long member, int length) {
    Undo undo = holder.undo();
    if (undo != null && undo.find(Undo.MEMBER, member, length) == 0) {
      undo.know(Undo.MEMBER, 0, member, length, 0, 0);
    }
  }

  /** Takes down what the member is, in case that a change is undone. */
  private void keepPresent() {
    Undo undo = holder.undo();
    if (undo != null) {
      long member = Record.keyAddress(element);
      int length = Record.keyLength(element);
      if (undo.find(Undo.MEMBER, member, length) == 0) {
        long millis = MemberTable.expireAtMillis(element);
        long entry = undo.know(Undo.MEMBER, 0, member, length, 0, Long.BYTES);
        if (entry != 0) {
          Memory.putLong(Undo.data(entry), millis);
        }
      }
    }
  }

  /** Makes a member of a {@linkplain #isTable table} what it was. */
  public void undo(long entry) {
    long member = Undo.name(entry);
    int length = Undo.nameLength(entry);
    elementKind = Kind.SET_TABLE;
    element = findRecord(member, length);
    if (Undo.dataLength(entry) != 0) {
      addToTable(member, length);
      expireAt(Memory.getLong(Undo.data(entry)));
    } else if (element != 0) {
      remove();
    }
  }

  private void removeRecord() {
    keepPresent();
    if (Record.hasExpiry(element)) {
      table.removeExpiry(ref, element);
    }
    holder.home().members().remove(table.table(), hash, ref);
    free(ref, element);
  }

  // ---- expiry ----

  /** Prepares an existing set for members that expire. */
  public void allowExpiry() {
    if (!isTable()) {
      holder.beginChange();
      becomeTable();
    }
  }

  /** When the member expires, {@link #NEVER} if it does not. */
  public long expireAtMillis() {
    return elementKind == Kind.SET_TABLE ? MemberTable.expireAtMillis(element) : NEVER;
  }

  /**
   * Sets when the member expires that {@link #find} came to, after {@link #allowExpiry}.
   *
   * @param millis or {@link #NEVER}
   */
  public void expireAt(long millis) {
    if (millis == NEVER && expireAtMillis() == NEVER) {
      return;
    }
    holder.beginChange();
    keepPresent();
    boolean expired = Record.hasExpiry(element);
    boolean expires = millis != NEVER;
    if (expired) {
      table.removeExpiry(ref, element);
    }
    if (expired != expires) {
      int newRef =
          create(
              expires ? Record.EXPIRY : RECORD_FLAGS,
              Record.keyAddress(element),
              Record.keyLength(element));
      holder.home().members().replace(table.table(), hash, ref, newRef);
      free(ref, element);
      ref = newRef;
      element = holder.home().slab().address(newRef);
    }
    if (expires) {
      Record.setExpireAtMillis(element, millis);
      table.addExpiry(ref, element);
      long next = MemberExpiry.millis(expiryHead());
      if (next == NEVER || millis < next) {
        holder.expireMembersAt(millis);
      }
    } else {
      forgetExpiry();
    }
  }

  private long expiryHead() {
    return MemberExpiry.head(holder.kind(), holder.payload());
  }

  /** When the first member expires, {@link #NEVER} if none does. */
  public long nextExpiryMillis() {
    return isTable() ? table.nextExpiryMillis() : NEVER;
  }

  /** Nobody needs to look after what does not expire. */
  private void forgetExpiry() {
    long head = expiryHead();
    if (head != 0 && MemberExpiry.millis(head) != NEVER && nextExpiryMillis() == NEVER) {
      holder.expireMembersAt(NEVER);
    }
  }

  /**
   * Takes expired members out.
   *
   * @param budget how many at most
   * @return how many were
   */
  public int removeExpired(int budget) {
    int removed = 0;
    while (removed < budget && firstExpired()) {
      holder.beginChange();
      removeRecord();
      removed++;
    }
    if (expiryHead() != 0) {
      holder.expireMembersAt(nextExpiryMillis());
    }
    return removed;
  }

  private boolean firstExpired() {
    ref = isTable() ? table.firstToExpire() : 0;
    if (ref == 0) {
      return false;
    }
    elementKind = Kind.SET_TABLE;
    Home home = holder.home();
    element = home.slab().address(ref);
    hash = home.hash(Record.keyAddress(element), Record.keyLength(element));
    return table.isExpired(element);
  }

  // ---- from one kind to another ----

  /** Integers become a packed list. */
  private void becomePacked() {
    int count = packed.count();
    int capacity = Math.max(1, count * MAX_INTEGER_ENTRY_BYTES);
    Slab slab = holder.slab();
    long entries = slab.allocate(capacity, Tag.SCRATCH);
    int bytes = 0;
    for (boolean more = first(); more; more = next()) {
      bytes += PackedList.writeInteger(entries + bytes, integer());
    }
    packed.release();
    packed.restart(Kind.SET_PACKED);
    Memory.copy(entries, packed.open(packed.begin(), bytes), bytes);
    packed.count(count);
    slab.free(entries, capacity, Tag.SCRATCH);
  }

  /** A run becomes a table. */
  private void becomeTable() {
    int bytes = packed.sizeBytes();
    int count = packed.count();
    int width = count == 0 ? 0 : bytes / count;
    boolean integers = holder.kind() == Kind.SET_INTEGERS;
    Slab slab = holder.slab();
    // the payload is about to become another one
    int capacity = bytes + Decimal.MAX_LONG_LENGTH;
    long text = slab.allocate(capacity, Tag.SCRATCH);
    long run = text + Decimal.MAX_LONG_LENGTH;
    Memory.copy(packed.begin(), run, bytes);
    packed.release();
    table.become(Kind.SET_TABLE);
    for (long entry = run; entry != run + bytes; ) {
      if (integers || PackedList.isInteger(entry)) {
        long value = integers ? get(entry, width) : PackedList.integer(entry);
        addToTable(text, Decimal.writeLong(text, value));
      } else {
        addToTable(PackedList.address(entry), PackedList.length(entry));
      }
      entry = integers ? entry + width : PackedList.next(entry);
    }
    slab.free(text, capacity, Tag.SCRATCH);
  }

  /** Whatever it is kept as, it becomes integers, which its members are, if these are few. */
  void becomeIntegers() {
    long count = count();
    if (holder.kind() == Kind.SET_INTEGERS || count > limits.setIntegers()) {
      return;
    }
    long[] values = new long[(int) count];
    int filled = 0;
    for (boolean more = first(); more; more = next()) {
      values[filled++] =
          isInteger() ? integer() : Decimal.parseLong(memberAddress(), memberLength());
    }
    Arrays.sort(values);
    if (isTable()) {
      free(holder.home(), holder.payload(), Integer.MAX_VALUE);
    } else {
      packed.release();
    }
    packed.restart(Kind.SET_INTEGERS);
    if (filled > 0) {
      int bytes = Math.max(widthOf(values[0]), widthOf(values[filled - 1]));
      long run = packed.open(packed.begin(), filled * bytes);
      for (int i = 0; i < filled; i++) {
        put(run + (long) i * bytes, bytes, values[i]);
      }
      packed.count(filled);
    }
  }

  // ---- going through a table's members in steps ----

  /** Takes each member that {@link #scan} comes to. */
  public interface Visitor {
    /** The member is the set's. */
    void accept(SetValue set);
  }

  /**
   * Goes through a part of the members of a {@linkplain #isTable table}, in the order of their
   * hashes, see {@link HashTable#scan}.
   *
   * @return the cursor of the next part, 0 if there is none
   */
  public long scan(long from, int minimumMembers, Visitor visitor) {
    elementKind = Kind.SET_TABLE;
    Home home = holder.home();
    return home.members()
        .scan(
            table.table(),
            from,
            visited -> {
              element = home.slab().address(visited);
              if (!table.isExpired(element)) {
                visitor.accept(this);
              }
            },
            minimumMembers);
  }

  // ---- by payload ----

  /** Frees what is outside the record in slices. */
  static boolean free(Home home, long payload, int budget) {
    Slab slab = home.slab();
    return MemberTable.freeTree(home, payload, budget)
        && home.members()
            .drain(
                MemberTable.table(payload),
                freed -> slab.freeRef(freed, recordBytes(slab.address(freed)), Tag.VALUE),
                budget);
  }

  /** Checks everything that must hold and throws an {@link AssertionError} if it does not. */
  public void validate() {
    switch (holder.kind()) {
      case Kind.SET_TABLE -> table.validate(SetValue::recordBytes);
      case Kind.SET_PACKED -> PackedList.validate(packed.begin(), packed.end(), packed.count());
      default -> validateIntegers();
    }
  }

  private void validateIntegers() {
    int count = packed.count();
    if (count > 0 && packed.sizeBytes() % count != 0) {
      throw new AssertionError(count + " integers in " + packed.sizeBytes() + " bytes");
    }
    boolean more = first();
    while (more) {
      long value = integer();
      more = next();
      if (more && integer() <= value) {
        throw new AssertionError(integer() + " after " + value);
      }
    }
  }
}
