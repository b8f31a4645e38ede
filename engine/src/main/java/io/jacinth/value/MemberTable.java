package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.structure.Record;
import java.util.function.LongUnaryOperator;

/**
 * The payload of a large hash or set, which is a hash table of records:
 *
 * <pre>
 *   0         1                    9                         17
 *   | home: 1 | header of table: 8 | bytes of all records: 8 |
 * </pre>
 *
 * <p>As soon as one of its records expires there is more of it, and the highest bit of the first
 * byte is set:
 *
 * <pre>
 *   17                                    25                  41
 *   | header of {@link ExpiryTree}: 8     | {@link MemberExpiry}: 16 |
 * </pre>
 *
 * <p>A flyweight over a {@link Holder}. What records there are and how they are made is the
 * collection's matter.
 */
final class MemberTable {
  private static final int HOME = 0;
  private static final int TABLE = HOME + Value.HOME_BYTES;
  private static final int RECORD_BYTES = TABLE + Long.BYTES;
  private static final int PLAIN_PAYLOAD_BYTES = RECORD_BYTES + Long.BYTES;
  private static final int TREE = PLAIN_PAYLOAD_BYTES;
  private static final int EXPIRY_HEAD = TREE + Long.BYTES;
  private static final int EXPIRING_PAYLOAD_BYTES = EXPIRY_HEAD + MemberExpiry.HEAD_BYTES;

  private static final int EXPIRING_BIT = 0x80;

  private final Holder holder;

  MemberTable(Holder holder) {
    this.holder = holder;
  }

  // ---- reading ----

  /** The name of the table, for {@link Home#members}. */
  long table() {
    return Memory.getLong(holder.payload() + TABLE);
  }

  private static boolean isExpiring(long payload) {
    return Memory.getByte(payload + HOME) < 0;
  }

  /** Whether its records may expire. */
  boolean isExpiring() {
    return isExpiring(holder.payload());
  }

  /**
   * The name of the tree of an {@linkplain #isExpiring expiring} one, for {@link Home#expiries}.
   */
  private long tree() {
    return Memory.getLong(holder.payload() + TREE);
  }

  /** Bytes of all records. */
  long recordBytes() {
    return Memory.getLong(holder.payload() + RECORD_BYTES);
  }

  /** All records, expired ones too. */
  long count() {
    return holder.home().members().count(table());
  }

  /** How many records have expired and are still there. */
  long countExpired() {
    return isExpiring() ? holder.home().expiries().countBefore(tree(), holder.nowMillis()) : 0;
  }

  /** When the first record expires, {@link MemberExpiry#NEVER} if none does. */
  long nextExpiryMillis() {
    long entry = isExpiring() ? holder.home().expiries().first(tree()) : 0;
    return entry == 0 ? MemberExpiry.NEVER : ExpiryTree.millis(entry);
  }

  /** The record that expires first, 0 if none does. */
  int firstToExpire() {
    long entry = isExpiring() ? holder.home().expiries().first(tree()) : 0;
    return entry == 0 ? 0 : ExpiryTree.ref(entry);
  }

  /** Whether a record has expired. */
  boolean isExpired(long record) {
    return Record.hasExpiry(record) && Record.expireAtMillis(record) < holder.nowMillis();
  }

  static long expireAtMillis(long record) {
    return Record.hasExpiry(record) ? Record.expireAtMillis(record) : MemberExpiry.NEVER;
  }

  // ---- changing ----

  /** Makes a value with an empty table where there is none. */
  void create(int kind) {
    Home home = holder.home();
    long table = home.members().create();
    write(holder.create(kind, PLAIN_PAYLOAD_BYTES), home, table);
  }

  /** Gives a value, whatever it was, an empty table; what it owned is the caller's matter. */
  void become(int kind) {
    Home home = holder.home();
    long table = home.members().create();
    write(holder.reshape(kind, PLAIN_PAYLOAD_BYTES), home, table);
  }

  private static void write(long payload, Home home, long table) {
    Memory.putByte(payload + HOME, home.number());
    Memory.putLong(payload + TABLE, table);
    Memory.putLong(payload + RECORD_BYTES, 0);
  }

  void addRecordBytes(long delta) {
    long address = holder.payload() + RECORD_BYTES;
    Memory.putLong(address, Memory.getLong(address) + delta);
  }

  /** Enters a record with an expiry, which is in the table. */
  void addExpiry(int ref, long record) {
    if (!isExpiring()) {
      long tree = holder.home().expiries().create();
      long payload = holder.reshape(holder.kind(), EXPIRING_PAYLOAD_BYTES);
      Memory.putByte(payload + HOME, Memory.getByte(payload + HOME) | EXPIRING_BIT);
      Memory.putLong(payload + TREE, tree);
      MemberExpiry.setMillis(payload + EXPIRY_HEAD, MemberExpiry.NEVER);
    }
    holder.home().expiries().add(tree(), Record.expireAtMillis(record), ref);
  }

  /** Forgets a record with an expiry. */
  void removeExpiry(int ref, long record) {
    holder.home().expiries().remove(tree(), Record.expireAtMillis(record), ref);
  }

  /**
   * Checks everything that must hold and throws an {@link AssertionError} if it does not.
   *
   * @param sizeOfRecord all bytes of a record
   */
  void validate(LongUnaryOperator sizeOfRecord) {
    Home home = holder.home();
    home.members().validate(table());
    long[] bytesAndExpiring = new long[2];
    long cursor = 0;
    do {
      cursor =
          home.members()
              .scan(
                  table(),
                  cursor,
                  ref -> {
                    long record = home.slab().address(ref);
                    bytesAndExpiring[0] += sizeOfRecord.applyAsLong(record);
                    bytesAndExpiring[1] += Record.hasExpiry(record) ? 1 : 0;
                  },
                  1);
    } while (cursor != 0);
    if (bytesAndExpiring[0] != recordBytes()) {
      throw new AssertionError("records of a table have " + bytesAndExpiring[0] + " bytes");
    }
    long timed = 0;
    if (isExpiring()) {
      home.expiries().validate(tree());
      timed = home.expiries().count(tree());
      for (long entry = home.expiries().first(tree()); entry != 0; entry = home.expiries().next()) {
        if (expireAtMillis(home.slab().address(ExpiryTree.ref(entry)))
            != ExpiryTree.millis(entry)) {
          throw new AssertionError("a record expires at another time than in the tree");
        }
      }
    }
    if (timed != bytesAndExpiring[1]) {
      throw new AssertionError(bytesAndExpiring[1] + " records expire, in the tree are " + timed);
    }
  }

  // ---- by payload ----

  static int payloadBytes(long payload) {
    return isExpiring(payload) ? EXPIRING_PAYLOAD_BYTES : PLAIN_PAYLOAD_BYTES;
  }

  /** Where the {@link MemberExpiry} is, 0 if nothing expires. */
  static long expiryHead(long payload) {
    return isExpiring(payload) ? payload + EXPIRY_HEAD : 0;
  }

  /** Bytes outside the payload. */
  static long outsideBytes(Home home, long payload) {
    long bytes =
        home.members().sizeBytes(Memory.getLong(payload + TABLE))
            + Memory.getLong(payload + RECORD_BYTES);
    return isExpiring(payload)
        ? bytes + home.expiries().sizeBytes(Memory.getLong(payload + TREE))
        : bytes;
  }

  static long table(long payload) {
    return Memory.getLong(payload + TABLE);
  }

  /** Frees a slice of the tree of a value that is being freed; returns whether it is gone. */
  static boolean freeTree(Home home, long payload, int budget) {
    if (!isExpiring(payload) || Memory.getLong(payload + TREE) == 0) {
      return true;
    }
    boolean done = home.expiries().drain(Memory.getLong(payload + TREE), null, budget);
    if (done) {
      Memory.putLong(payload + TREE, 0);
    }
    return done;
  }
}
