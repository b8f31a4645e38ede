package io.jacinth.structure;

import io.jacinth.base.Decimal;
import io.jacinth.memory.LittleEndian;
import io.jacinth.memory.Memory;

/**
 * A run of entries one behind the other in memory, each a text or an integer, that can be walked
 * from both ends. Every small collection is one, and every leaf of a large list or stream.
 *
 * <p>Only the entries are of this class; who owns the run knows where it begins and ends and how
 * many they are, and moves bytes to make room. An entry is named by its address; {@link
 * PackedListLayout} draws it. A text that is the decimal form of a 64-bit integer is kept as one,
 * which takes half the bytes or less and is compared at once; it reads as the same text.
 */
public final class PackedList {
  /** More than this a text makes no entry: sizes are positive ints. */
  public static final int MAX_TEXT_BYTES =
      Integer.MAX_VALUE
          - PackedListLayout.TEXT_32_HEAD_BYTES
          - PackedListLayout.MAX_BACK_LENGTH_BYTES;

  private PackedList() {}

  // ---- walking ----

  /** Where the entry behind this one begins, or the run's end. */
  public static long next(long entry) {
    return entry + sizeBytes(entry);
  }

  /**
   * The entry before this one.
   *
   * @param entry not the first; the run's end leads to the last
   */
  public static long previous(long entry) {
    long at = entry - 1;
    int part = Memory.getUnsignedByte(at);
    int bodyBytes = part & PackedListLayout.BACK_LENGTH_MASK;
    for (int shift = PackedListLayout.BACK_LENGTH_BITS;
        (part & PackedListLayout.BACK_LENGTH_MORE) != 0;
        shift += PackedListLayout.BACK_LENGTH_BITS) {
      part = Memory.getUnsignedByte(--at);
      bodyBytes |= (part & PackedListLayout.BACK_LENGTH_MASK) << shift;
    }
    return at - bodyBytes;
  }

  /**
   * The entry at an index, found from the nearer end.
   *
   * @param index from 0 on, or from -1 down counted from the end
   * @return 0 if there is none
   */
  public static long seek(long begin, long end, long count, long index) {
    long position = index < 0 ? index + count : index;
    if (position < 0 || position >= count) {
      return 0;
    }
    if (position <= count >>> 1) {
      return skip(begin, position);
    }
    long entry = end;
    for (long i = count; i > position; i--) {
      entry = previous(entry);
    }
    return entry;
  }

  /** The entry so many entries behind this one, or the run's end. */
  public static long skip(long entry, long count) {
    long at = entry;
    for (long i = 0; i < count; i++) {
      at = next(at);
    }
    return at;
  }

  // ---- reading ----

  /** Bytes of the whole entry. */
  public static int sizeBytes(long entry) {
    int head = Memory.getUnsignedByte(entry);
    if (head < PackedListLayout.TEXT_6) {
      return PackedListLayout.INTEGER_7_BYTES + 1;
    }
    if (head < PackedListLayout.INTEGER_13) { // no body of this kind has a longer back length
      return PackedListLayout.TEXT_6_HEAD_BYTES + (head & PackedListLayout.TEXT_6_MASK) + 1;
    }
    int bodyBytes = bodyBytes(entry, head);
    return bodyBytes + backLengthBytes(bodyBytes);
  }

  private static int bodyBytes(long entry, int head) {
    if (head < PackedListLayout.TEXT_6) {
      return PackedListLayout.INTEGER_7_BYTES;
    }
    if (isText(head)) {
      return textHeadBytes(head) + textLength(entry, head);
    }
    return integerBytes(head);
  }

  private static boolean isText(int head) {
    return (head >= PackedListLayout.TEXT_6 && head < PackedListLayout.INTEGER_13)
        || (head >= PackedListLayout.TEXT_12 && head <= PackedListLayout.TEXT_32);
  }

  private static int textHeadBytes(int head) {
    if (head < PackedListLayout.INTEGER_13) {
      return PackedListLayout.TEXT_6_HEAD_BYTES;
    }
    return head < PackedListLayout.TEXT_32
        ? PackedListLayout.TEXT_12_HEAD_BYTES
        : PackedListLayout.TEXT_32_HEAD_BYTES;
  }

  private static int textLength(long entry, int head) {
    if (head < PackedListLayout.INTEGER_13) {
      return head & PackedListLayout.TEXT_6_MASK;
    }
    return head < PackedListLayout.TEXT_32
        ? (head & PackedListLayout.TEXT_12_MASK) << Byte.SIZE | Memory.getUnsignedByte(entry + 1)
        : LittleEndian.getInt(entry + 1);
  }

  /** Bytes of the body of an integer with this head. */
  private static int integerBytes(int head) {
    if (head < PackedListLayout.TEXT_6) {
      return PackedListLayout.INTEGER_7_BYTES;
    }
    return switch (head) {
      case PackedListLayout.INTEGER_16 -> PackedListLayout.INTEGER_16_BYTES;
      case PackedListLayout.INTEGER_24 -> PackedListLayout.INTEGER_24_BYTES;
      case PackedListLayout.INTEGER_32 -> PackedListLayout.INTEGER_32_BYTES;
      case PackedListLayout.INTEGER_64 -> PackedListLayout.INTEGER_64_BYTES;
      default -> PackedListLayout.INTEGER_13_BYTES;
    };
  }

  private static int backLengthBytes(int bodyBytes) {
    if (bodyBytes <= PackedListLayout.MAX_BODY_1) {
      return 1;
    }
    if (bodyBytes <= PackedListLayout.MAX_BODY_2) {
      return 2;
    }
    if (bodyBytes <= PackedListLayout.MAX_BODY_3) {
      return 3;
    }
    return bodyBytes <= PackedListLayout.MAX_BODY_4 ? 4 : 5;
  }

  /** Whether the entry is an integer. */
  public static boolean isInteger(long entry) {
    return !isText(Memory.getUnsignedByte(entry));
  }

  /** The value of an entry that {@linkplain #isInteger is an integer}. */
  public static long integer(long entry) {
    int head = Memory.getUnsignedByte(entry);
    return head < PackedListLayout.TEXT_6 ? head : integer(entry, head);
  }

  private static long integer(long entry, int head) {
    return switch (head) {
      case PackedListLayout.INTEGER_16 -> (short) LittleEndian.getUnsignedShort(entry + 1);
      case PackedListLayout.INTEGER_24 ->
          Memory.getByte(entry + 3) << Short.SIZE | LittleEndian.getUnsignedShort(entry + 1);
      case PackedListLayout.INTEGER_32 -> LittleEndian.getInt(entry + 1);
      case PackedListLayout.INTEGER_64 -> LittleEndian.getLong(entry + 1);
      default -> {
        int high = head & PackedListLayout.INTEGER_13_MASK;
        int unsigned = high << Byte.SIZE | Memory.getUnsignedByte(entry + 1);
        yield unsigned > PackedListLayout.MAX_INTEGER_13
            ? unsigned - 2 * (PackedListLayout.MAX_INTEGER_13 + 1)
            : unsigned;
      }
    };
  }

  /** Where the bytes stand of an entry that is {@linkplain #isInteger no integer}. */
  public static long address(long entry) {
    return entry + textHeadBytes(Memory.getUnsignedByte(entry));
  }

  /** Bytes of the entry's text; of an integer's decimal form. */
  public static int length(long entry) {
    int head = Memory.getUnsignedByte(entry);
    return isText(head) ? textLength(entry, head) : Decimal.length(integer(entry));
  }

  /**
   * Copies the entry's text, or the decimal form of its integer, to memory that has room for {@link
   * #length} bytes.
   *
   * @return its length
   */
  public static int copyText(long entry, long target) {
    int head = Memory.getUnsignedByte(entry);
    if (!isText(head)) {
      return Decimal.writeLong(target, integer(entry));
    }
    int length = textLength(entry, head);
    Memory.copy(entry + textHeadBytes(head), target, length);
    return length;
  }

  /** Whether the entry reads as this text. */
  public static boolean equals(long entry, long address, int length) {
    int head = Memory.getUnsignedByte(entry);
    if (isText(head)) {
      return textLength(entry, head) == length
          && Memory.equal(entry + textHeadBytes(head), address, length);
    }
    long value = integer(entry);
    return Decimal.parseLong(address, length) == value
        && (value != Decimal.NOT_A_LONG || Decimal.isLong(address, length));
  }

  /**
   * The first entry that reads as this text.
   *
   * @param stride only every so-manieth entry is looked at, beginning with the first
   * @return 0 if there is none
   */
  public static long find(long begin, long end, long address, int length, int stride) {
    long value = Decimal.parseLong(address, length);
    return isInteger(value, address, length)
        ? findInteger(begin, end, value, address, length, stride)
        : findText(begin, end, address, length, stride);
  }

  private static long findText(long begin, long end, long address, int length, int stride) {
    long entry = begin;
    while (entry < end) {
      int head = Memory.getUnsignedByte(entry);
      if (isText(head)
          && textLength(entry, head) == length
          && Memory.equal(entry + textHeadBytes(head), address, length)) {
        return entry;
      }
      entry = next(entry);
      for (int i = 1; i < stride; i++) {
        entry = next(entry);
      }
    }
    return 0;
  }

  /** The text is known to be this integer; entries from elsewhere may have it as text. */
  private static long findInteger(
      long begin, long end, long value, long address, int length, int stride) {
    long entry = begin;
    while (entry < end) {
      int head = Memory.getUnsignedByte(entry);
      if (isText(head)) {
        if (textLength(entry, head) == length
            && Memory.equal(entry + textHeadBytes(head), address, length)) {
          return entry;
        }
      } else if (integer(entry) == value) {
        return entry;
      }
      entry = next(entry);
      for (int i = 1; i < stride; i++) {
        entry = next(entry);
      }
    }
    return 0;
  }

  // ---- writing ----

  /** Whether the text is the integer that {@link Decimal#parseLong} made of it. */
  private static boolean isInteger(long value, long address, int length) {
    return value != Decimal.NOT_A_LONG
        || (length == Decimal.MAX_LONG_LENGTH && Decimal.isLong(address, length));
  }

  /** Bytes of the entry that {@link #write} makes of a text. */
  public static int sizeBytes(long address, int length) {
    long value = Decimal.parseLong(address, length);
    return isInteger(value, address, length) ? sizeBytesOfInteger(value) : sizeBytesOfText(length);
  }

  private static int sizeBytesOfText(int length) {
    int bodyBytes = length + headBytesOfText(length);
    return bodyBytes + backLengthBytes(bodyBytes);
  }

  private static int headBytesOfText(int length) {
    if (length <= PackedListLayout.MAX_TEXT_6) {
      return PackedListLayout.TEXT_6_HEAD_BYTES;
    }
    return length <= PackedListLayout.MAX_TEXT_12
        ? PackedListLayout.TEXT_12_HEAD_BYTES
        : PackedListLayout.TEXT_32_HEAD_BYTES;
  }

  /** Bytes of the entry that {@link #writeInteger} makes of an integer. */
  public static int sizeBytesOfInteger(long value) {
    return integerBytes(headOfInteger(value)) + 1;
  }

  /** The first byte of an integer's entry; of one of 13 bits without those of the number. */
  private static int headOfInteger(long value) {
    if (value >= 0 && value <= PackedListLayout.MAX_INTEGER_7) {
      return (int) value;
    }
    long magnitude = value ^ (value >> (Long.SIZE - 1)); // -1 has that of 0, as its bits do
    if (magnitude <= PackedListLayout.MAX_INTEGER_13) {
      return PackedListLayout.INTEGER_13;
    }
    if (magnitude <= Short.MAX_VALUE) {
      return PackedListLayout.INTEGER_16;
    }
    if (magnitude <= PackedListLayout.MAX_INTEGER_24) {
      return PackedListLayout.INTEGER_24;
    }
    return magnitude <= Integer.MAX_VALUE
        ? PackedListLayout.INTEGER_32
        : PackedListLayout.INTEGER_64;
  }

  /**
   * Writes the entry of a text, at most {@link #MAX_TEXT_BYTES} long: as an integer if it is the
   * decimal form of one.
   *
   * @return its size, which {@link #sizeBytes(long, int)} tells before
   */
  public static int write(long target, long address, int length) {
    long value = Decimal.parseLong(address, length);
    return isInteger(value, address, length)
        ? writeInteger(target, value)
        : writeText(target, address, length);
  }

  private static int writeText(long target, long address, int length) {
    int headBytes = headBytesOfText(length);
    switch (headBytes) {
      case PackedListLayout.TEXT_6_HEAD_BYTES ->
          Memory.putByte(target, PackedListLayout.TEXT_6 | length);
      case PackedListLayout.TEXT_12_HEAD_BYTES -> {
        Memory.putByte(target, PackedListLayout.TEXT_12 | length >>> Byte.SIZE);
        Memory.putByte(target + 1, length);
      }
      default -> {
        Memory.putByte(target, PackedListLayout.TEXT_32);
        LittleEndian.putInt(target + 1, length);
      }
    }
    Memory.copy(address, target + headBytes, length);
    return writeBackLength(target, headBytes + length);
  }

  /**
   * Writes the entry of an integer.
   *
   * @return its size, which {@link #sizeBytesOfInteger} tells before
   */
  public static int writeInteger(long target, long value) {
    int head = headOfInteger(value);
    int bodyBytes = integerBytes(head);
    int bits = (int) value;
    switch (head) {
      case PackedListLayout.INTEGER_13 -> {
        Memory.putByte(target, head | (bits >>> Byte.SIZE & PackedListLayout.INTEGER_13_MASK));
        Memory.putByte(target + 1, bits);
      }
      case PackedListLayout.INTEGER_16 -> {
        Memory.putByte(target, head);
        LittleEndian.putShort(target + 1, bits);
      }
      case PackedListLayout.INTEGER_24 -> {
        Memory.putByte(target, head);
        LittleEndian.putShort(target + 1, bits);
        Memory.putByte(target + 3, bits >>> Short.SIZE);
      }
      case PackedListLayout.INTEGER_32 -> {
        Memory.putByte(target, head);
        LittleEndian.putInt(target + 1, bits);
      }
      case PackedListLayout.INTEGER_64 -> {
        Memory.putByte(target, head);
        LittleEndian.putLong(target + 1, value);
      }
      default -> Memory.putByte(target, bits);
    }
    Memory.putByte(target + bodyBytes, bodyBytes);
    return bodyBytes + 1;
  }

  /** Writes the back length behind a body and returns the size of the whole entry. */
  private static int writeBackLength(long entry, int bodyBytes) {
    int bytes = backLengthBytes(bodyBytes);
    long first = entry + bodyBytes;
    int rest = bodyBytes;
    for (long at = first + bytes - 1; at > first; at--) {
      Memory.putByte(at, PackedListLayout.BACK_LENGTH_MORE | rest);
      rest >>>= PackedListLayout.BACK_LENGTH_BITS;
    }
    Memory.putByte(first, rest);
    return bodyBytes + bytes;
  }

  // ---- checking ----

  /**
   * Checks a run that this class has written.
   *
   * @throws AssertionError if it is broken
   */
  public static void validate(long begin, long end, long count) {
    int found = isValid(begin, end);
    if (found < 0) {
      throw new AssertionError("broken entry in a packed list of " + (end - begin) + " bytes");
    }
    if (found != count) {
      throw new AssertionError(found + " entries in a packed list of " + count);
    }
  }

  /**
   * Whether bytes from elsewhere are a run of entries that the other methods can work on. Nothing
   * outside of it is read, whatever it holds.
   *
   * @return how many entries they are, -1 if they are none
   */
  public static int isValid(long begin, long end) {
    int count = 0;
    long entry = begin;
    while (entry < end) {
      long sizeBytes = validSizeBytes(entry, end - entry);
      if (sizeBytes < 0) {
        return -1;
      }
      entry += sizeBytes;
      count++;
    }
    return count;
  }

  /** Bytes of the entry at the begin of the bytes that are left, -1 if there is none. */
  private static long validSizeBytes(long entry, long leftBytes) {
    int head = Memory.getUnsignedByte(entry);
    if (head > PackedListLayout.INTEGER_64) {
      return -1;
    }
    long bodyBytes;
    if (isText(head)) {
      int headBytes = textHeadBytes(head);
      if (headBytes > leftBytes) {
        return -1;
      }
      bodyBytes = headBytes + Integer.toUnsignedLong(textLength(entry, head));
    } else {
      bodyBytes = integerBytes(head);
    }
    if (bodyBytes >= leftBytes || bodyBytes > MAX_TEXT_BYTES) {
      return -1;
    }
    return validBackLength(entry + bodyBytes, (int) bodyBytes, leftBytes - bodyBytes);
  }

  /** Bytes of the whole entry if its back length stands where it should, else -1. */
  private static long validBackLength(long backLength, int bodyBytes, long leftBytes) {
    int bytes = backLengthBytes(bodyBytes);
    if (bytes > leftBytes) {
      return -1;
    }
    int rest = bodyBytes;
    for (long at = backLength + bytes - 1; at >= backLength; at--) {
      int more = at > backLength ? PackedListLayout.BACK_LENGTH_MORE : 0;
      if (Memory.getUnsignedByte(at) != (more | (rest & PackedListLayout.BACK_LENGTH_MASK))) {
        return -1;
      }
      rest >>>= PackedListLayout.BACK_LENGTH_BITS;
    }
    return (long) bodyBytes + bytes;
  }
}
