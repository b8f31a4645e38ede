package io.jacinth.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The one door to raw memory: bytes outside the Java heap, by absolute address, in native byte
 * order, at any alignment.
 *
 * <p>In checked mode ({@link #CHECKED}) each access inside memory of this package's allocator is
 * looked up in the {@link Shadow} first, and one that touches a byte which nobody owns throws. With
 * the mode off the check is not even compiled.
 */
public final class Memory {
  /** Whether accesses are checked: the system property {@code jacinth.memory.checked}. */
  public static final boolean CHECKED = Boolean.getBoolean("jacinth.memory.checked");

  static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  /** Up to this size a copy goes through registers; above it a call is cheaper. */
  private static final int SMALL_COPY_BYTES = 64;

  /** Up to this size a comparison is a loop of words; above it a vector loop is cheaper. */
  private static final int SMALL_EQUAL_BYTES = 64;

  /** Up to this size a fill is a loop of words. */
  private static final int SMALL_FILL_BYTES = 64;

  private Memory() {}

  private static void check(long address, long sizeBytes) {
    if (CHECKED) {
      Shadow.check(address, sizeBytes);
    }
  }

  /**
   * From now on this thread looks at memory that others may free meanwhile ({@link Readers}): what
   * it reads need not belong to a block.
   */
  public static void beginLooking() {
    if (CHECKED) {
      Shadow.looking(true);
    }
  }

  public static void endLooking() {
    if (CHECKED) {
      Shadow.looking(false);
    }
  }

  public static byte getByte(long address) {
    check(address, Byte.BYTES);
    return Raw.getByte(address);
  }

  public static short getShort(long address) {
    check(address, Short.BYTES);
    return Raw.getShort(address);
  }

  public static int getInt(long address) {
    check(address, Integer.BYTES);
    return Raw.getInt(address);
  }

  public static long getLong(long address) {
    check(address, Long.BYTES);
    return Raw.getLong(address);
  }

  public static int getUnsignedByte(long address) {
    return getByte(address) & 0xff;
  }

  public static int getUnsignedShort(long address) {
    return getShort(address) & 0xffff;
  }

  public static long getUnsignedInt(long address) {
    return getInt(address) & 0xffff_ffffL;
  }

  public static double getDouble(long address) {
    return Double.longBitsToDouble(getLong(address));
  }

  public static void putByte(long address, byte value) {
    check(address, Byte.BYTES);
    Raw.putByte(address, value);
  }

  /** Writes the low 8 bits of {@code value}. */
  public static void putByte(long address, int value) {
    putByte(address, (byte) value);
  }

  /** Writes the low 16 bits of {@code value}. */
  public static void putShort(long address, int value) {
    check(address, Short.BYTES);
    Raw.putShort(address, (short) value);
  }

  public static void putInt(long address, int value) {
    check(address, Integer.BYTES);
    Raw.putInt(address, value);
  }

  public static void putLong(long address, long value) {
    check(address, Long.BYTES);
    Raw.putLong(address, value);
  }

  public static void putDouble(long address, double value) {
    putLong(address, Double.doubleToRawLongBits(value));
  }

  /**
   * Accesses that other threads see in order. Their addresses are aligned to their size. Apart from
   * the others because few processes need them at start, and each handle costs time.
   */
  private static final class Ordered {
    static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private Ordered() {}
  }

  public static int getIntAcquire(long address) {
    check(address, Integer.BYTES);
    return (int) Ordered.INT.getAcquire(Raw.ALL, address);
  }

  public static int getIntVolatile(long address) {
    check(address, Integer.BYTES);
    return (int) Ordered.INT.getVolatile(Raw.ALL, address);
  }

  public static void putIntRelease(long address, int value) {
    check(address, Integer.BYTES);
    Ordered.INT.setRelease(Raw.ALL, address, value);
  }

  public static void putIntVolatile(long address, int value) {
    check(address, Integer.BYTES);
    Ordered.INT.setVolatile(Raw.ALL, address, value);
  }

  public static boolean compareAndSetInt(long address, int expected, int value) {
    check(address, Integer.BYTES);
    return Ordered.INT.compareAndSet(Raw.ALL, address, expected, value);
  }

  /** Adds to an int and returns what it was before. */
  public static int getAndAddInt(long address, int delta) {
    check(address, Integer.BYTES);
    return (int) Ordered.INT.getAndAdd(Raw.ALL, address, delta);
  }

  public static long getLongAcquire(long address) {
    check(address, Long.BYTES);
    return (long) Ordered.LONG.getAcquire(Raw.ALL, address);
  }

  public static long getLongVolatile(long address) {
    check(address, Long.BYTES);
    return (long) Ordered.LONG.getVolatile(Raw.ALL, address);
  }

  public static void putLongRelease(long address, long value) {
    check(address, Long.BYTES);
    Ordered.LONG.setRelease(Raw.ALL, address, value);
  }

  public static void putLongVolatile(long address, long value) {
    check(address, Long.BYTES);
    Ordered.LONG.setVolatile(Raw.ALL, address, value);
  }

  public static boolean compareAndSetLong(long address, long expected, long value) {
    check(address, Long.BYTES);
    return Ordered.LONG.compareAndSet(Raw.ALL, address, expected, value);
  }

  /** Adds to a long and returns what it was before. */
  public static long getAndAddLong(long address, long delta) {
    check(address, Long.BYTES);
    return (long) Ordered.LONG.getAndAdd(Raw.ALL, address, delta);
  }

  /**
   * Copies bytes; the ranges may overlap.
   *
   * <p>A small copy loads everything before it stores anything: two words from the front and two
   * from the end cover each size between one and two of them, without a loop or a branch per byte.
   */
  public static void copy(long source, long destination, long sizeBytes) {
    check(source, sizeBytes);
    check(destination, sizeBytes);
    if (sizeBytes > SMALL_COPY_BYTES) {
      Raw.copy(source, destination, sizeBytes);
    } else if (sizeBytes > 32) {
      copyUpTo64(source, destination, sizeBytes);
    } else if (sizeBytes > 16) {
      copyUpTo32(source, destination, sizeBytes);
    } else {
      copyUpTo16(source, destination, sizeBytes);
    }
  }

  private static void copyUpTo64(long source, long destination, long sizeBytes) {
    long sourceTail = source + sizeBytes - 32;
    long head0 = Raw.getLong(source);
    long head1 = Raw.getLong(source + 8);
    long head2 = Raw.getLong(source + 16);
    long head3 = Raw.getLong(source + 24);
    long tail0 = Raw.getLong(sourceTail);
    long tail1 = Raw.getLong(sourceTail + 8);
    long tail2 = Raw.getLong(sourceTail + 16);
    long tail3 = Raw.getLong(sourceTail + 24);
    long destinationTail = destination + sizeBytes - 32;
    Raw.putLong(destination, head0);
    Raw.putLong(destination + 8, head1);
    Raw.putLong(destination + 16, head2);
    Raw.putLong(destination + 24, head3);
    Raw.putLong(destinationTail, tail0);
    Raw.putLong(destinationTail + 8, tail1);
    Raw.putLong(destinationTail + 16, tail2);
    Raw.putLong(destinationTail + 24, tail3);
  }

  private static void copyUpTo32(long source, long destination, long sizeBytes) {
    long sourceTail = source + sizeBytes - 16;
    long head0 = Raw.getLong(source);
    long head1 = Raw.getLong(source + 8);
    long tail0 = Raw.getLong(sourceTail);
    long tail1 = Raw.getLong(sourceTail + 8);
    long destinationTail = destination + sizeBytes - 16;
    Raw.putLong(destination, head0);
    Raw.putLong(destination + 8, head1);
    Raw.putLong(destinationTail, tail0);
    Raw.putLong(destinationTail + 8, tail1);
  }

  private static void copyUpTo16(long source, long destination, long sizeBytes) {
    if (sizeBytes >= 8) {
      long head = Raw.getLong(source);
      long tail = Raw.getLong(source + sizeBytes - 8);
      Raw.putLong(destination, head);
      Raw.putLong(destination + sizeBytes - 8, tail);
    } else if (sizeBytes >= 4) {
      int head = Raw.getInt(source);
      int tail = Raw.getInt(source + sizeBytes - 4);
      Raw.putInt(destination, head);
      Raw.putInt(destination + sizeBytes - 4, tail);
    } else if (sizeBytes >= 2) {
      short head = Raw.getShort(source);
      short tail = Raw.getShort(source + sizeBytes - 2);
      Raw.putShort(destination, head);
      Raw.putShort(destination + sizeBytes - 2, tail);
    } else if (sizeBytes == 1) {
      Raw.putByte(destination, Raw.getByte(source));
    }
  }

  /** Sets each byte of a range to the low 8 bits of {@code value}. */
  public static void fill(long address, long sizeBytes, int value) {
    check(address, sizeBytes);
    if (sizeBytes > SMALL_FILL_BYTES) {
      Raw.fill(address, sizeBytes, (byte) value);
      return;
    }
    long word = (value & 0xff) * 0x0101_0101_0101_0101L;
    if (sizeBytes >= 8) {
      long last = address + sizeBytes - 8;
      for (long a = address; a < last; a += 8) {
        Raw.putLong(a, word);
      }
      Raw.putLong(last, word);
    } else if (sizeBytes >= 4) {
      Raw.putInt(address, (int) word);
      Raw.putInt(address + sizeBytes - 4, (int) word);
    } else {
      for (long a = address; a < address + sizeBytes; a++) {
        Raw.putByte(a, (byte) word);
      }
    }
  }

  /** Whether two ranges hold the same bytes. */
  public static boolean equal(long a, long b, long sizeBytes) {
    check(a, sizeBytes);
    check(b, sizeBytes);
    if (sizeBytes >= 8) {
      if (sizeBytes > SMALL_EQUAL_BYTES) {
        return MemorySegment.mismatch(Raw.ALL, a, a + sizeBytes, Raw.ALL, b, b + sizeBytes) < 0;
      }
      long last = sizeBytes - 8;
      for (long i = 0; i < last; i += 8) {
        if (Raw.getLong(a + i) != Raw.getLong(b + i)) {
          return false;
        }
      }
      return Raw.getLong(a + last) == Raw.getLong(b + last);
    }
    if (sizeBytes >= 4) {
      long last = sizeBytes - 4;
      return Raw.getInt(a) == Raw.getInt(b) && Raw.getInt(a + last) == Raw.getInt(b + last);
    }
    if (sizeBytes >= 2) {
      long last = sizeBytes - 2;
      return Raw.getShort(a) == Raw.getShort(b) && Raw.getShort(a + last) == Raw.getShort(b + last);
    }
    return sizeBytes == 0 || Raw.getByte(a) == Raw.getByte(b);
  }

  /**
   * Compares two ranges byte by byte, unsigned; a range that begins another one is the smaller.
   *
   * @return negative, 0 or positive
   */
  public static int compare(long a, long aSizeBytes, long b, long bSizeBytes) {
    check(a, aSizeBytes);
    check(b, bSizeBytes);
    long common = Math.min(aSizeBytes, bSizeBytes);
    long i = 0;
    for (; i + 8 <= common; i += 8) {
      long aWord = Raw.getLong(a + i);
      long bWord = Raw.getLong(b + i);
      if (aWord != bWord) {
        return Long.compareUnsigned(bigEndian(aWord), bigEndian(bWord));
      }
    }
    for (; i < common; i++) {
      int difference = (Raw.getByte(a + i) & 0xff) - (Raw.getByte(b + i) & 0xff);
      if (difference != 0) {
        return difference;
      }
    }
    return Long.compare(aSizeBytes, bSizeBytes);
  }

  private static long bigEndian(long nativeWord) {
    return LITTLE_ENDIAN ? Long.reverseBytes(nativeWord) : nativeWord;
  }

  /** Copies bytes from memory into an array. */
  public static void read(long address, byte[] target, int from, int count) {
    Objects.checkFromIndexSize(from, count, target.length);
    check(address, count);
    Raw.read(address, target, from, count);
  }

  /** Copies bytes of an array into memory. */
  public static void write(byte[] source, int from, int count, long address) {
    Objects.checkFromIndexSize(from, count, source.length);
    check(address, count);
    Raw.write(source, from, count, address);
  }

  /** A copy of a range on the Java heap. */
  public static byte[] bytes(long address, int count) {
    byte[] copy = new byte[count];
    read(address, copy, 0, count);
    return copy;
  }

  /** A range as a buffer, for libraries; what is done through it is not checked. */
  public static ByteBuffer buffer(long address, int sizeBytes) {
    check(address, sizeBytes);
    return Raw.ALL.asSlice(address, sizeBytes).asByteBuffer();
  }
}
