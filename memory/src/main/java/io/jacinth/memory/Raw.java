package io.jacinth.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Access to any address, never checked: what {@link Memory} is built on, and what the allocator
 * itself uses for the bytes that checked mode forbids to everybody else (page headers, links in
 * free blocks).
 *
 * <p>One segment spans the whole address space. The compiler knows it and the layouts as constants,
 * so that an access is a compare with a constant and a load.
 */
final class Raw {
  /** The whole address space. */
  @SuppressWarnings("restricted") // It is the purpose of this class.
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Raw() {}

  static byte getByte(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address);
  }

  static short getShort(long address) {
    return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
  }

  static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  static long getLong(long address) {
    return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  static void putByte(long address, byte value) {
    ALL.set(ValueLayout.JAVA_BYTE, address, value);
  }

  static void putShort(long address, short value) {
    ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
  }

  static void putInt(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }

  static void putLong(long address, long value) {
    ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  static void fill(long address, long sizeBytes, byte value) {
    ALL.asSlice(address, sizeBytes).fill(value);
  }
}
