package io.jacinth.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class MemoryTest {
  private static final int BLOCK_BYTES = 4096;

  private static PageSource source;
  private static long block;

  @BeforeContainer
  static void open() {
    source = new PageSource();
    block = source.allocateLarge(BLOCK_BYTES, Tag.SCRATCH);
  }

  @AfterContainer
  static void close() {
    source.freeLarge(block, BLOCK_BYTES, Tag.SCRATCH);
    source.close();
  }

  @Property
  void numbersAreStoredInNativeOrderAtAnyAddress(
      @ForAll long value, @ForAll @IntRange(max = 64) int offset) {
    long address = block + offset;
    ByteBuffer expected = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());

    Memory.putLong(address, value);
    assertEquals(value, Memory.getLong(address));
    assertArrayEquals(expected.putLong(0, value).array(), Memory.bytes(address, 8));

    Memory.putInt(address, (int) value);
    assertEquals((int) value, Memory.getInt(address));
    assertEquals(value & 0xffff_ffffL, Memory.getUnsignedInt(address));
    assertArrayEquals(expected.putInt(0, (int) value).array(), Memory.bytes(address, 8));

    Memory.putShort(address, (int) value);
    assertEquals((short) value, Memory.getShort(address));
    assertEquals((int) value & 0xffff, Memory.getUnsignedShort(address));
    assertArrayEquals(expected.putShort(0, (short) value).array(), Memory.bytes(address, 8));

    Memory.putByte(address, (int) value);
    assertEquals((byte) value, Memory.getByte(address));
    assertEquals((int) value & 0xff, Memory.getUnsignedByte(address));
    assertArrayEquals(expected.put(0, (byte) value).array(), Memory.bytes(address, 8));

    Memory.putDouble(address, Double.longBitsToDouble(value));
    assertEquals(Double.longBitsToDouble(value), Memory.getDouble(address));
  }

  @Property
  void orderedAccessesDoWhatPlainOnesDo(@ForAll long before, @ForAll long after) {
    Memory.putLongVolatile(block, before);
    assertEquals(before, Memory.getLongAcquire(block));
    assertEquals(before == after, Memory.compareAndSetLong(block, after, after));
    assertTrue(Memory.compareAndSetLong(block, before, after));
    assertEquals(after, Memory.getLongVolatile(block));
    assertEquals(after, Memory.getAndAddLong(block, before));
    assertEquals(after + before, Memory.getLong(block));
    Memory.putLongRelease(block, before);
    assertEquals(before, Memory.getLong(block));

    int intBefore = (int) before;
    int intAfter = (int) after;
    Memory.putIntVolatile(block, intBefore);
    assertEquals(intBefore, Memory.getIntAcquire(block));
    assertEquals(intBefore == intAfter, Memory.compareAndSetInt(block, intAfter, intAfter));
    assertTrue(Memory.compareAndSetInt(block, intBefore, intAfter));
    assertEquals(intAfter, Memory.getIntVolatile(block));
    assertEquals(intAfter, Memory.getAndAddInt(block, intBefore));
    assertEquals(intAfter + intBefore, Memory.getInt(block));
    Memory.putIntRelease(block, intBefore);
    assertEquals(intBefore, Memory.getInt(block));
  }

  /** Every small size, and some larger, at overlapping distances. */
  @Property(tries = 200)
  void copyMovesLikeAnArrayCopy(
      @ForAll long seed,
      @ForAll @IntRange(max = 300) int from,
      @ForAll @IntRange(max = 300) int to) {
    byte[] model = new byte[BLOCK_BYTES];
    for (int size = 0; size < 200; size++) {
      new Random(seed + size).nextBytes(model);
      Memory.write(model, 0, BLOCK_BYTES, block);
      Memory.copy(block + from, block + to, size);
      System.arraycopy(model, from, model, to, size);
      assertArrayEquals(model, Memory.bytes(block, BLOCK_BYTES), "size " + size);
    }
    int large = BLOCK_BYTES - 300;
    Memory.copy(block + from, block + to, large);
    System.arraycopy(model, from, model, to, large);
    assertArrayEquals(model, Memory.bytes(block, BLOCK_BYTES));
  }

  @Property(tries = 100)
  void fillSetsTheRangeAndNoMore(
      @ForAll byte value, @ForAll byte around, @ForAll @IntRange(max = 20) int from) {
    for (int size = 0; size < 150; size++) {
      byte[] model = new byte[256];
      Arrays.fill(model, around);
      Memory.write(model, 0, model.length, block);
      Memory.fill(block + from, size, value);
      Arrays.fill(model, from, from + size, value);
      assertArrayEquals(model, Memory.bytes(block, model.length), "size " + size);
    }
  }

  @Property(tries = 50)
  void equalSeesEachByte(@ForAll long seed, @ForAll @IntRange(max = 20) int offset) {
    byte[] bytes = new byte[256];
    new Random(seed).nextBytes(bytes);
    long a = block;
    long b = block + 1024 + offset;
    Memory.write(bytes, 0, bytes.length, a);
    Memory.write(bytes, 0, bytes.length, b);
    for (int size = 0; size < 150; size++) {
      assertTrue(Memory.equal(a, b, size));
      for (int i = 0; i < size; i++) {
        Memory.putByte(b + i, bytes[i] ^ 0x80);
        assertFalse(Memory.equal(a, b, size), "size " + size + ", difference at " + i);
        Memory.putByte(b + i, bytes[i]);
      }
    }
  }

  @Property
  void compareIsUnsignedAndLexicographic(
      @ForAll @Size(max = 100) byte[] a, @ForAll @Size(max = 100) byte[] b) {
    compareAsArrays(a, b);
    compareAsArrays(a, a);
    compareAsArrays(a, Arrays.copyOf(a, a.length / 2));
    byte[] concatenated = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, concatenated, a.length, b.length);
    compareAsArrays(a, concatenated);
    if (a.length > 0) {
      byte[] changed = a.clone();
      changed[a.length / 2] ^= (byte) 0x81;
      compareAsArrays(a, changed);
    }
  }

  private static void compareAsArrays(byte[] a, byte[] b) {
    long aAddress = block;
    long bAddress = block + 2003;
    Memory.write(a, 0, a.length, aAddress);
    Memory.write(b, 0, b.length, bAddress);
    int expected = Integer.signum(Arrays.compareUnsigned(a, b));
    assertEquals(expected, Integer.signum(Memory.compare(aAddress, a.length, bAddress, b.length)));
    assertEquals(-expected, Integer.signum(Memory.compare(bAddress, b.length, aAddress, a.length)));
    if (a.length == b.length) {
      assertEquals(expected == 0, Memory.equal(aAddress, bAddress, a.length));
    }
  }

  @Property
  void arraysAndBuffersSeeTheSameBytes(@ForAll @Size(min = 10, max = 100) byte[] bytes) {
    Memory.write(bytes, 3, bytes.length - 5, block + 1);
    byte[] expected = Arrays.copyOfRange(bytes, 3, bytes.length - 2);
    assertArrayEquals(expected, Memory.bytes(block + 1, expected.length));
    byte[] read = new byte[bytes.length + 10];
    Memory.read(block + 1, read, 7, expected.length);
    assertArrayEquals(expected, Arrays.copyOfRange(read, 7, 7 + expected.length));
    byte[] buffered = new byte[expected.length];
    Memory.buffer(block + 1, expected.length).get(buffered);
    assertArrayEquals(expected, buffered);
  }
}
