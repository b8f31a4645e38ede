package io.jacinth.base;

import io.jacinth.memory.Memory;

/**
 * CRC-16/XMODEM, by which a key finds its cluster slot: polynomial x^16 + x^12 + x^5 + 1, most
 * significant bit first, no inversion. The check value of {@code "123456789"} is 0x31C3.
 */
public final class Crc16 {
  /** How many slots the keys of a cluster are divided into: the lower 14 bits of the checksum. */
  public static final int SLOTS = 1 << 14;

  private static final int POLYNOMIAL = 0x1021;

  private static final char[] TABLE = new char[256];

  static {
    for (int i = 0; i < TABLE.length; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? crc << 1 ^ POLYNOMIAL : crc << 1;
      }
      TABLE[i] = (char) crc;
    }
  }

  private Crc16() {}

  public static int of(long address, int length) {
    int crc = 0;
    for (int i = 0; i < length; i++) {
      crc = (crc << 8 & 0xFFFF) ^ TABLE[crc >>> 8 ^ Memory.getUnsignedByte(address + i)];
    }
    return crc;
  }

  /**
   * The cluster slot of a key. Keys that have the same text between their first <code>{</code> and
   * the next <code>}</code> are in the same slot, unless that text is empty.
   */
  public static int slot(long key, int length) {
    long end = key + length;
    long open = find(key, end, '{') + 1;
    if (open <= end) {
      long close = find(open, end, '}');
      if (close < end && close > open) {
        return of(open, (int) (close - open)) & SLOTS - 1;
      }
    }
    return of(key, length) & SLOTS - 1;
  }

  private static long find(long from, long end, char wanted) {
    long at = from;
    while (at < end && Memory.getByte(at) != wanted) {
      at++;
    }
    return at;
  }
}
