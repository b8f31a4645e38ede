package io.jacinth.structure;

import io.jacinth.memory.Memory;
import java.nio.ByteOrder;

/**
 * Access to the head of a record by its address. The structures know records by their head alone,
 * so that they need no call-back to compare a key or to link a record; see {@link RecordLayout}.
 */
@SuppressWarnings(
    "AvoidCommonTypeNames") // The noun; java.lang's is only ever written by compilers.
public final class Record {
  /** Flag of a record with an expiry time. */
  public static final int EXPIRY = RecordLayout.EXPIRY_BIT;

  /** Flag of a record with an access clock. */
  public static final int ACCESS_CLOCK = RecordLayout.ACCESS_CLOCK_BIT;

  /** The flags that this package does not use begin at this bit. */
  public static final int KIND_SHIFT = 4;

  /** An access clock has this many bits. */
  public static final int ACCESS_CLOCK_BITS = 24;

  /** The longest head, without the key. */
  public static final int MAX_HEAD_BYTES =
      keyOffset(
          RecordLayout.EXPIRY_BIT
              | RecordLayout.ACCESS_CLOCK_BIT
              | RecordLayout.KEY_LENGTH_CODE_MASK);

  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Record() {}

  // Sizes.

  /**
   * Bytes of the head with its key: the offset of the payload.
   *
   * @param flags {@link #EXPIRY} and {@link #ACCESS_CLOCK}; the other bits do not matter
   */
  public static int headBytes(int flags, int keyLength) {
    return keyOffset((flags & ~RecordLayout.KEY_LENGTH_CODE_MASK) | keyLengthCode(keyLength))
        + keyLength;
  }

  private static int keyLengthCode(int keyLength) {
    return keyLength <= 0xff ? 0 : keyLength <= 0xffff ? 1 : 2;
  }

  private static int keyLengthOffset(int flags) {
    return RecordLayout.FLAGS_BYTES
        + ((flags & RecordLayout.ACCESS_CLOCK_BIT) != 0 ? RecordLayout.ACCESS_CLOCK_BYTES : 0);
  }

  private static int expiryOffset(int flags) {
    return keyLengthOffset(flags) + (1 << (flags & RecordLayout.KEY_LENGTH_CODE_MASK));
  }

  private static int keyOffset(int flags) {
    return expiryOffset(flags)
        + ((flags & RecordLayout.EXPIRY_BIT) != 0 ? RecordLayout.EXPIRY_BYTES : 0);
  }

  // The whole head.

  /**
   * Writes a head: flags, key length and key. Access clock and expiry, if there are, remain to be
   * set.
   *
   * @param flags all but the key length's bits, which follow from the length
   */
  public static void writeHead(long record, int flags, long key, int keyLength) {
    int code = keyLengthCode(keyLength);
    int all = (flags & ~RecordLayout.KEY_LENGTH_CODE_MASK) | code;
    Memory.putByte(record + RecordLayout.FLAGS, all);
    long lengthAddress = record + keyLengthOffset(all);
    switch (code) {
      case 0 -> Memory.putByte(lengthAddress, keyLength);
      case 1 -> Memory.putShort(lengthAddress, keyLength);
      default -> Memory.putInt(lengthAddress, keyLength);
    }
    Memory.copy(key, record + keyOffset(all), keyLength);
  }

  /** All eight flags, those of the kind too. */
  public static int flags(long record) {
    return Memory.getUnsignedByte(record + RecordLayout.FLAGS);
  }

  /** Sets the flags from {@link #KIND_SHIFT} on. */
  public static void setKind(long record, int kind) {
    int mask = (1 << KIND_SHIFT) - 1;
    Memory.putByte(record + RecordLayout.FLAGS, (flags(record) & mask) | kind << KIND_SHIFT);
  }

  /** The flags from {@link #KIND_SHIFT} on. */
  public static int kind(long record) {
    return kindOf(flags(record));
  }

  /** The kind that is part of all flags. */
  public static int kindOf(int flags) {
    return flags >>> KIND_SHIFT;
  }

  // The key.

  public static int keyLength(long record) {
    return keyLength(record, flags(record));
  }

  private static int keyLength(long record, int flags) {
    long address = record + keyLengthOffset(flags);
    return switch (flags & RecordLayout.KEY_LENGTH_CODE_MASK) {
      case 0 -> Memory.getUnsignedByte(address);
      case 1 -> Memory.getUnsignedShort(address);
      default -> Memory.getInt(address);
    };
  }

  public static long keyAddress(long record) {
    return record + keyOffset(flags(record));
  }

  public static boolean keyEquals(long record, long key, int keyLength) {
    int flags = flags(record);
    return keyLength(record, flags) == keyLength
        && Memory.equal(record + keyOffset(flags), key, keyLength);
  }

  /** Where the payload begins. */
  public static long payloadAddress(long record) {
    int flags = flags(record);
    return record + keyOffset(flags) + keyLength(record, flags);
  }

  // The expiry.

  public static boolean hasExpiry(long record) {
    return (flags(record) & RecordLayout.EXPIRY_BIT) != 0;
  }

  /** Of a record with an expiry. */
  public static long expireAtMillis(long record) {
    return Memory.getLong(record + expiryOffset(flags(record)) + RecordLayout.EXPIRE_AT);
  }

  /** Of a record with an expiry that is not in a timer wheel: the time decides its list. */
  public static void setExpireAtMillis(long record, long expireAtMillis) {
    Memory.putLong(record + expiryOffset(flags(record)) + RecordLayout.EXPIRE_AT, expireAtMillis);
  }

  /** Copies expiry time and links to a record that takes this one's place. */
  public static void copyExpiry(long from, long to) {
    Memory.copy(
        from + expiryOffset(flags(from)), to + expiryOffset(flags(to)), RecordLayout.EXPIRY_BYTES);
  }

  /** Where the links of a record with an expiry are. */
  static long linksAddress(long record) {
    return record + expiryOffset(flags(record)) + RecordLayout.LINKS;
  }

  // The access clock.

  public static boolean hasAccessClock(long record) {
    return (flags(record) & RecordLayout.ACCESS_CLOCK_BIT) != 0;
  }

  /** The 24 bits that the keyspace keeps to choose what to evict; of a record that has them. */
  public static int accessClock(long record) {
    // One load: the clock follows the flags, so it is the rest of an int.
    int word = Memory.getInt(record + RecordLayout.FLAGS);
    return LITTLE_ENDIAN ? word >>> Byte.SIZE : word & (1 << ACCESS_CLOCK_BITS) - 1;
  }

  public static void setAccessClock(long record, int accessClock) {
    int flags = flags(record);
    int clock = accessClock & (1 << ACCESS_CLOCK_BITS) - 1;
    Memory.putInt(
        record + RecordLayout.FLAGS,
        LITTLE_ENDIAN ? clock << Byte.SIZE | flags : flags << ACCESS_CLOCK_BITS | clock);
  }
}
