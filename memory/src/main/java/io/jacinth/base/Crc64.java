package io.jacinth.base;

import io.jacinth.memory.LittleEndian;
import io.jacinth.memory.Memory;

/**
 * CRC-64 with the polynomial of David T. Jones, the checksum of RDB files and DUMP payloads: least
 * significant bit first, starting from 0, no inversion. The check value of {@code "123456789"} is
 * 0xE9C6D914C4B8D9CA.
 *
 * <p>Eight bytes at a time ("slicing by 8"): table {@code n} holds the checksums of a byte that
 * {@code n} zero bytes follow.
 */
public final class Crc64 {
  /** The polynomial 0xAD93D23594C935A9 with its bits reversed. */
  private static final long POLYNOMIAL = Long.reverse(0xAD93_D235_94C9_35A9L);

  private static final int SLICES = Long.BYTES;

  private static final long[][] TABLES = new long[SLICES][256];

  static {
    for (int i = 0; i < 256; i++) {
      long crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
      }
      TABLES[0][i] = crc;
    }
    for (int slice = 1; slice < SLICES; slice++) {
      for (int i = 0; i < 256; i++) {
        long shorter = TABLES[slice - 1][i];
        TABLES[slice][i] = shorter >>> 8 ^ TABLES[0][(int) shorter & 0xFF];
      }
    }
  }

  private Crc64() {}

  public static long of(long address, long length) {
    return update(0, address, length);
  }

  /** The checksum of bytes on the heap. */
  public static long of(byte[] bytes) {
    long crc = 0;
    for (byte each : bytes) {
      crc = TABLES[0][(int) (crc ^ each) & 0xff] ^ crc >>> Byte.SIZE;
    }
    return crc;
  }

  /** The checksum of a text that these bytes continue, given the checksum of what came before. */
  public static long update(long before, long address, long length) {
    long crc = before;
    long at = address;
    long end = address + length;
    for (; end - at >= SLICES; at += SLICES) {
      crc ^= LittleEndian.getLong(at);
      crc =
          TABLES[7][(int) crc & 0xFF]
              ^ TABLES[6][(int) (crc >>> 8) & 0xFF]
              ^ TABLES[5][(int) (crc >>> 16) & 0xFF]
              ^ TABLES[4][(int) (crc >>> 24) & 0xFF]
              ^ TABLES[3][(int) (crc >>> 32) & 0xFF]
              ^ TABLES[2][(int) (crc >>> 40) & 0xFF]
              ^ TABLES[1][(int) (crc >>> 48) & 0xFF]
              ^ TABLES[0][(int) (crc >>> 56)];
    }
    for (; at < end; at++) {
      crc = crc >>> 8 ^ TABLES[0][((int) crc ^ Memory.getByte(at)) & 0xFF];
    }
    return crc;
  }
}
