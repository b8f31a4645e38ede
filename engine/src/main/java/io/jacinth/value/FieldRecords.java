package io.jacinth.value;

import io.jacinth.base.Decimal;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.Record;
import io.jacinth.structure.RefVisitor;

/**
 * The records of large hashes' fields, in one slab:
 *
 * <pre>
 *   | head without access clock; the field is its key, its kind is the value's | value |
 * </pre>
 *
 * <p>The value is encoded as a string of its own would be, see {@link StringValue}. A field that
 * expires has the time in the head; what the head has for links is not used. As a visitor it frees
 * the records that it is given.
 */
final class FieldRecords implements RefVisitor {
  private final Slab slab;

  FieldRecords(Slab slab) {
    this.slab = slab;
  }

  /** Makes a record; its value is the caller's to write. */
  int create(int kind, boolean expires, long field, int fieldLength, int payloadBytes) {
    int flags = kind << Record.KIND_SHIFT | (expires ? Record.EXPIRY : 0);
    int ref =
        slab.allocateRef(
            Slab.usableBytes((long) Record.headBytes(flags, fieldLength) + payloadBytes),
            Tag.VALUE);
    Record.writeHead(slab.address(ref), flags, field, fieldLength);
    return ref;
  }

  /** Makes a record of a field with its value. */
  int create(long field, int fieldLength, long value, int valueLength) {
    int kind = StringValue.kindFor(value, valueLength);
    int payloadBytes = StringValue.payloadBytes(kind, valueLength);
    int ref = create(kind, false, field, fieldLength, payloadBytes);
    write(kind, Record.payloadAddress(slab.address(ref)), value, valueLength);
    return ref;
  }

  /** Makes a record of a field whose value is an integer. */
  int createInteger(long field, int fieldLength, long value) {
    int ref =
        create(Kind.STRING_INTEGER, false, field, fieldLength, StringValue.INTEGER_PAYLOAD_BYTES);
    StringValue.putInteger(Record.payloadAddress(slab.address(ref)), value);
    return ref;
  }

  /** Writes a value of the kind that suits it. */
  void write(int kind, long payload, long value, int valueLength) {
    switch (kind) {
      case Kind.STRING_INTEGER ->
          StringValue.putInteger(payload, Decimal.parseLong(value, valueLength));
      case Kind.STRING_BLOCK -> {
        long block = slab.allocate(valueLength, Tag.VALUE);
        Memory.copy(value, block, valueLength);
        StringValue.putBlock(payload, block, valueLength, valueLength);
      }
      default -> StringValue.putEmbedded(payload, value, valueLength);
    }
  }

  /**
   * Gives a record room for another value, which is the caller's to write; the old one is freed.
   *
   * @return the record's ref, a new one if it had to move
   */
  int refit(int ref, int kind, int payloadBytes) {
    long record = slab.address(ref);
    long payload = Record.payloadAddress(record);
    StringValue.free(slab, Record.kind(record), payload);
    long oldBytes = blockBytes(record);
    long newBytes = Slab.usableBytes(payload - record + payloadBytes);
    int newRef = ref;
    if (newBytes != oldBytes) {
      newRef = slab.allocateRef(newBytes, Tag.VALUE);
      Memory.copy(record, slab.address(newRef), payload - record);
      slab.freeRef(ref, oldBytes, Tag.VALUE);
    }
    Record.setKind(slab.address(newRef), kind);
    return newRef;
  }

  /** Makes another record of a field, with its expiry and room for a value. */
  int renew(int ref, int kind, int payloadBytes) {
    long record = slab.address(ref);
    boolean expires = Record.hasExpiry(record);
    int newRef =
        create(kind, expires, Record.keyAddress(record), Record.keyLength(record), payloadBytes);
    if (expires) {
      Record.setExpireAtMillis(slab.address(newRef), Record.expireAtMillis(slab.address(ref)));
    }
    return newRef;
  }

  /**
   * Makes a copy of a record with an expiry, which remains to be set, or without one, and frees the
   * record.
   */
  int withExpiry(int ref, boolean expires) {
    long record = slab.address(ref);
    long payload = Record.payloadAddress(record);
    int kind = Record.kind(record);
    int payloadBytes = StringValue.payloadBytes(kind, payload);
    int newRef =
        create(kind, expires, Record.keyAddress(record), Record.keyLength(record), payloadBytes);
    Memory.copy(payload, Record.payloadAddress(slab.address(newRef)), payloadBytes);
    slab.freeRef(ref, blockBytes(record), Tag.VALUE);
    return newRef;
  }

  /** Makes a copy of a record of another slab, with its expiry. */
  int copy(long other) {
    long payload = Record.payloadAddress(other);
    int kind = Record.kind(other);
    int payloadBytes = StringValue.payloadBytes(kind, payload);
    boolean expires = Record.hasExpiry(other);
    int ref =
        create(kind, expires, Record.keyAddress(other), Record.keyLength(other), payloadBytes);
    if (expires) {
      Record.setExpireAtMillis(slab.address(ref), Record.expireAtMillis(other));
    }
    long copy = Record.payloadAddress(slab.address(ref));
    if (kind == Kind.STRING_BLOCK) {
      write(kind, copy, StringValue.bytes(kind, payload), StringValue.length(kind, payload));
    } else {
      Memory.copy(payload, copy, payloadBytes);
    }
    return ref;
  }

  private static long blockBytes(long record) {
    long payload = Record.payloadAddress(record);
    return Slab.usableBytes(
        payload - record + StringValue.payloadBytes(Record.kind(record), payload));
  }

  /** All bytes of memory that a record takes, with its value. */
  static long sizeBytes(long record) {
    return blockBytes(record)
        + StringValue.outsideBytes(Record.kind(record), Record.payloadAddress(record));
  }

  /** Frees a record with its value. */
  @Override
  public void accept(int ref) {
    long record = slab.address(ref);
    StringValue.free(slab, Record.kind(record), Record.payloadAddress(record));
    slab.freeRef(ref, blockBytes(record), Tag.VALUE);
  }
}
