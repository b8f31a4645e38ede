package io.jacinth.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.util.Set;

/**
 * Access to any address, never checked: what {@link Memory} is built on, and what the allocator
 * itself uses for the bytes that checked mode forbids to everybody else (page headers, links in
 * free blocks).
 *
 * <p>There are two ways to the same bytes. One segment spans the whole address space; the compiler
 * knows it and the layouts as constants, so that in the end an access is a compare with a constant
 * and a load. But it gets there through some twenty small methods, which it has to inline at each
 * access: that is most of what it does in the first seconds, and where code is large it gives up
 * inlining. {@code sun.misc.Unsafe} is a single instruction from the start. The JVM warns of it
 * unless it was started with {@code --sun-misc-unsafe-memory-access=allow}, so it is used only
 * where the property {@code jacinth.memory.unsafe} says that this is so: the server's own start
 * script does. See docs/decisions/0005.
 */
@SuppressWarnings("removal") // Where Unsafe is gone, the segment remains.
final class Raw {
  /** The whole address space. */
  @SuppressWarnings("restricted") // It is the purpose of this class.
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** Processors that read and write at any alignment, as {@code Unsafe} needs it here. */
  private static final Set<String> UNALIGNED = Set.of("amd64", "x86_64", "aarch64");

  /** The direct way, or null where only the segment may be used. */
  private static final sun.misc.Unsafe UNSAFE =
      Boolean.getBoolean("jacinth.memory.unsafe") ? unsafe() : null;

  private static final long ARRAY_OFFSET =
      UNSAFE == null ? 0 : UNSAFE.arrayBaseOffset(byte[].class);

  private Raw() {}

  private static sun.misc.Unsafe unsafe() {
    if (!UNALIGNED.contains(System.getProperty("os.arch"))) {
      return null;
    }
    try {
      Field field = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (sun.misc.Unsafe) field.get(null);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      return null; // A JVM that has it no longer, or keeps it to itself.
    }
  }

  /** Whether memory can be allocated here. */
  static boolean hasHeap() {
    return UNSAFE != null;
  }

  /** A block of undefined content. */
  static long allocate(long sizeBytes) {
    return UNSAFE.allocateMemory(sizeBytes);
  }

  static void free(long address) {
    UNSAFE.freeMemory(address);
  }

  static byte getByte(long address) {
    return UNSAFE != null ? UNSAFE.getByte(address) : ALL.get(ValueLayout.JAVA_BYTE, address);
  }

  static short getShort(long address) {
    return UNSAFE != null
        ? UNSAFE.getShort(address)
        : ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
  }

  static int getInt(long address) {
    return UNSAFE != null
        ? UNSAFE.getInt(address)
        : ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  static long getLong(long address) {
    return UNSAFE != null
        ? UNSAFE.getLong(address)
        : ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  static void putByte(long address, byte value) {
    if (UNSAFE != null) {
      UNSAFE.putByte(address, value);
    } else {
      ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }
  }

  static void putShort(long address, short value) {
    if (UNSAFE != null) {
      UNSAFE.putShort(address, value);
    } else {
      ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
    }
  }

  static void putInt(long address, int value) {
    if (UNSAFE != null) {
      UNSAFE.putInt(address, value);
    } else {
      ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }
  }

  static void putLong(long address, long value) {
    if (UNSAFE != null) {
      UNSAFE.putLong(address, value);
    } else {
      ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
    }
  }

  static void fill(long address, long sizeBytes, byte value) {
    if (UNSAFE != null) {
      UNSAFE.setMemory(address, sizeBytes, value);
    } else {
      ALL.asSlice(address, sizeBytes).fill(value);
    }
  }

  /** Copies bytes; the ranges may overlap. */
  static void copy(long source, long destination, long sizeBytes) {
    if (UNSAFE != null) {
      UNSAFE.copyMemory(source, destination, sizeBytes);
    } else {
      MemorySegment.copy(ALL, source, ALL, destination, sizeBytes);
    }
  }

  /** Copies bytes from memory into an array. */
  static void read(long address, byte[] target, int from, int count) {
    if (UNSAFE != null) {
      UNSAFE.copyMemory(null, address, target, ARRAY_OFFSET + from, count);
    } else {
      MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, address, target, from, count);
    }
  }

  /** Copies bytes of an array into memory. */
  static void write(byte[] source, int from, int count, long address) {
    if (UNSAFE != null) {
      UNSAFE.copyMemory(source, ARRAY_OFFSET + from, null, address, count);
    } else {
      MemorySegment.copy(source, from, ALL, ValueLayout.JAVA_BYTE, address, count);
    }
  }
}
