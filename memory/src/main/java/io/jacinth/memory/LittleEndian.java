package io.jacinth.memory;

import java.nio.ByteOrder;

/**
 * Numbers in raw memory with their low byte first, whatever the processor's order: those of formats
 * that are also files and messages.
 */
public final class LittleEndian {
  private static final boolean NATIVE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private LittleEndian() {}

  public static int getUnsignedShort(long address) {
    short value = Memory.getShort(address);
    return (NATIVE ? value : Short.reverseBytes(value)) & 0xffff;
  }

  public static int getInt(long address) {
    int value = Memory.getInt(address);
    return NATIVE ? value : Integer.reverseBytes(value);
  }

  public static long getLong(long address) {
    long value = Memory.getLong(address);
    return NATIVE ? value : Long.reverseBytes(value);
  }

  /**
   * A number of few bytes.
   *
   * @param sizeBytes less than 8
   */
  public static long getUnsigned(long address, int sizeBytes) {
    long at = address;
    long value = 0;
    int shift = 0;
    if ((sizeBytes & Integer.BYTES) != 0) {
      value = getInt(at) & 0xffff_ffffL;
      at += Integer.BYTES;
      shift = Integer.SIZE;
    }
    if ((sizeBytes & Short.BYTES) != 0) {
      value |= (long) getUnsignedShort(at) << shift;
      at += Short.BYTES;
      shift += Short.SIZE;
    }
    if ((sizeBytes & 1) != 0) {
      value |= (long) Memory.getUnsignedByte(at) << shift;
    }
    return value;
  }

  /** Writes the low 16 bits of {@code value}. */
  public static void putShort(long address, int value) {
    Memory.putShort(address, NATIVE ? value : Short.reverseBytes((short) value));
  }

  public static void putInt(long address, int value) {
    Memory.putInt(address, NATIVE ? value : Integer.reverseBytes(value));
  }

  public static void putLong(long address, long value) {
    Memory.putLong(address, NATIVE ? value : Long.reverseBytes(value));
  }
}
