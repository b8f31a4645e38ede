package io.jacinth.value;

import io.jacinth.memory.Memory;

/**
 * Bits of a string: counted, searched, read and written as fields, and combined.
 *
 * <p>Bit 0 is the highest bit of byte 0, so that the bits read from left to right as the bytes do:
 *
 * <pre>
 *   byte   |       0         |       1         |
 *   bit    | 0 1 2 3 4 5 6 7 | 8 9 ...         |
 * </pre>
 *
 * <p>Whatever is long is done eight bytes a step. All static, on addresses.
 */
public final class Bitmap {
  private static final int UNROLLED_BYTES = 4 * Long.BYTES;

  private Bitmap() {}

  // ---- counting ----

  /** Number of ones in the bits {@code [from, to)}. */
  public static long count(long address, long from, long to) {
    if (from >= to) {
      return 0;
    }
    long first = from >>> 3;
    long last = (to - 1) >>> 3;
    int firstByte = Memory.getByte(address + first) & headMask(from);
    if (first == last) {
      return Integer.bitCount(firstByte & tailMask(to));
    }
    return Integer.bitCount(firstByte)
        + countBytes(address + first + 1, last - first - 1)
        + Integer.bitCount(Memory.getByte(address + last) & tailMask(to));
  }

  private static long countBytes(long address, long lengthBytes) {
    long count = 0;
    long at = address;
    long end = address + lengthBytes;
    for (; end - at >= UNROLLED_BYTES; at += UNROLLED_BYTES) {
      count +=
          Long.bitCount(Memory.getLong(at))
              + Long.bitCount(Memory.getLong(at + 8))
              + Long.bitCount(Memory.getLong(at + 16))
              + Long.bitCount(Memory.getLong(at + 24));
    }
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      count += Long.bitCount(Memory.getLong(at));
    }
    for (; at < end; at++) {
      count += Integer.bitCount(Memory.getUnsignedByte(at));
    }
    return count;
  }

  /** Of the byte that bit {@code from} is in: this bit and those behind it. */
  private static int headMask(long from) {
    return 0xff >>> (from & 7);
  }

  /** Of the byte that bit {@code to - 1} is in: this bit and those before it. */
  private static int tailMask(long to) {
    return 0xff << (-to & 7) & 0xff;
  }

  // ---- searching ----

  /** The first bit among {@code [from, to)} that is {@code bit}, or -1. */
  public static long find(long address, long from, long to, int bit) {
    if (from >= to) {
      return -1;
    }
    // with these bits turned over a one is looked for
    int flip = bit == 1 ? 0 : 0xff;
    long first = from >>> 3;
    long last = (to - 1) >>> 3;
    int found = (Memory.getByte(address + first) ^ flip) & headMask(from);
    long at = first;
    if (found == 0 && first < last) {
      at = skip(address, first + 1, last, bit == 1 ? 0 : -1L);
      found = (Memory.getByte(address + at) ^ flip) & 0xff;
    }
    if (at == last) {
      found &= tailMask(to);
    }
    return found == 0 ? -1 : at * 8 + Integer.numberOfLeadingZeros(found) - 24;
  }

  /** The first byte in {@code [from, last)} that is not as {@code word} is full of, or last. */
  private static long skip(long address, long from, long last, long word) {
    long at = from;
    while (last - at >= Long.BYTES && Memory.getLong(address + at) == word) {
      at += Long.BYTES;
    }
    while (at < last && Memory.getByte(address + at) == (byte) word) {
      at++;
    }
    return at;
  }

  // ---- fields ----

  /**
   * The unsigned number in {@code bits} bits from {@code offset} on, its highest bit first; what
   * lies beyond the string's end is 0.
   */
  public static long get(long address, long lengthBytes, long offset, int bits) {
    long value = 0;
    long at = offset;
    for (int rest = bits; rest > 0; ) {
      int bitInByte = (int) (at & 7);
      int taken = Math.min(8 - bitInByte, rest);
      long index = at >>> 3;
      int octet = index < lengthBytes ? Memory.getUnsignedByte(address + index) : 0;
      value = value << taken | (octet >>> (8 - bitInByte - taken) & ((1 << taken) - 1));
      at += taken;
      rest -= taken;
    }
    return value;
  }

  /** Writes the low {@code bits} bits of a number at {@code offset}. */
  public static void set(long address, long offset, int bits, long value) {
    long at = offset;
    for (int rest = bits; rest > 0; ) {
      int bitInByte = (int) (at & 7);
      int taken = Math.min(8 - bitInByte, rest);
      int shift = 8 - bitInByte - taken;
      int mask = ((1 << taken) - 1) << shift;
      long target = address + (at >>> 3);
      rest -= taken;
      int part = (int) (value >>> rest) << shift & mask;
      Memory.putByte(target, (Memory.getByte(target) & ~mask) | part);
      at += taken;
    }
  }

  // ---- combining ----

  /** {@code target = ~target}. */
  public static void not(long target, int lengthBytes) {
    int i = 0;
    for (; i <= lengthBytes - Long.BYTES; i += Long.BYTES) {
      Memory.putLong(target + i, ~Memory.getLong(target + i));
    }
    for (; i < lengthBytes; i++) {
      Memory.putByte(target + i, ~Memory.getByte(target + i));
    }
  }

  /** {@code target &= source}. */
  public static void and(long target, long source, int lengthBytes) {
    int i = 0;
    for (; i <= lengthBytes - Long.BYTES; i += Long.BYTES) {
      Memory.putLong(target + i, Memory.getLong(target + i) & Memory.getLong(source + i));
    }
    for (; i < lengthBytes; i++) {
      Memory.putByte(target + i, Memory.getByte(target + i) & Memory.getByte(source + i));
    }
  }

  /** {@code target &= ~source}. */
  public static void andNot(long target, long source, int lengthBytes) {
    int i = 0;
    for (; i <= lengthBytes - Long.BYTES; i += Long.BYTES) {
      Memory.putLong(target + i, Memory.getLong(target + i) & ~Memory.getLong(source + i));
    }
    for (; i < lengthBytes; i++) {
      Memory.putByte(target + i, Memory.getByte(target + i) & ~Memory.getByte(source + i));
    }
  }

  /** {@code target |= source}. */
  public static void or(long target, long source, int lengthBytes) {
    int i = 0;
    for (; i <= lengthBytes - Long.BYTES; i += Long.BYTES) {
      Memory.putLong(target + i, Memory.getLong(target + i) | Memory.getLong(source + i));
    }
    for (; i < lengthBytes; i++) {
      Memory.putByte(target + i, Memory.getByte(target + i) | Memory.getByte(source + i));
    }
  }

  /** {@code target ^= source}. */
  public static void xor(long target, long source, int lengthBytes) {
    int i = 0;
    for (; i <= lengthBytes - Long.BYTES; i += Long.BYTES) {
      Memory.putLong(target + i, Memory.getLong(target + i) ^ Memory.getLong(source + i));
    }
    for (; i < lengthBytes; i++) {
      Memory.putByte(target + i, Memory.getByte(target + i) ^ Memory.getByte(source + i));
    }
  }

  /** {@code target |= a & b}. */
  public static void orBoth(long target, long a, long b, int lengthBytes) {
    int i = 0;
    for (; i <= lengthBytes - Long.BYTES; i += Long.BYTES) {
      Memory.putLong(
          target + i, Memory.getLong(target + i) | (Memory.getLong(a + i) & Memory.getLong(b + i)));
    }
    for (; i < lengthBytes; i++) {
      Memory.putByte(
          target + i, Memory.getByte(target + i) | (Memory.getByte(a + i) & Memory.getByte(b + i)));
    }
  }
}
