package io.jacinth.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.math.BigInteger;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Against strings of the digits 0 and 1. */
final class BitmapTest {
  /** Bytes in memory that is exactly as long, so that reading beyond it fails. */
  private static final class Bytes implements AutoCloseable {
    final PageSource pages = new PageSource();
    final Slab slab = new Slab(pages, 0);
    final long sizeBytes;
    final long address;

    Bytes(byte[] bytes) {
      sizeBytes = Math.max(1, bytes.length);
      address = slab.allocate(sizeBytes, Tag.SCRATCH);
      Memory.write(bytes, 0, bytes.length, address);
    }

    @Override
    public void close() {
      slab.free(address, sizeBytes, Tag.SCRATCH);
      slab.close();
      pages.close();
    }
  }

  private static String digits(byte[] bytes) {
    StringBuilder digits = new StringBuilder();
    for (byte each : bytes) {
      digits.append(Integer.toBinaryString((each & 0xff) | 0x100).substring(1));
    }
    return digits.toString();
  }

  /** Bytes with long runs, which the loops over words have to cross. */
  private static byte[] runs(byte[] bytes, int runBytes) {
    byte[] runs = new byte[bytes.length * runBytes];
    for (int i = 0; i < bytes.length; i++) {
      byte filling = (byte) (bytes[i] >= 0 ? 0 : -1);
      Arrays.fill(runs, i * runBytes, (i + 1) * runBytes, filling);
      runs[i * runBytes] = bytes[i];
    }
    return runs;
  }

  @Property(tries = 500)
  void countsAndFinds(
      @ForAll @Size(min = 1, max = 8) byte[] some,
      @ForAll @IntRange(min = 1, max = 40) int runBytes,
      @ForAll @IntRange(max = 2600) int a,
      @ForAll @IntRange(max = 2600) int b) {
    byte[] bytes = runs(some, runBytes);
    String digits = digits(bytes);
    int from = Math.min(a % digits.length(), b % digits.length());
    int to = Math.max(a % digits.length(), b % digits.length()) + 1;
    String range = digits.substring(from, to);
    try (Bytes memory = new Bytes(bytes)) {
      assertEquals(
          range.chars().filter(c -> c == '1').count(), Bitmap.count(memory.address, from, to));
      for (int bit = 0; bit <= 1; bit++) {
        int found = range.indexOf('0' + bit);
        assertEquals(found < 0 ? -1 : from + found, Bitmap.find(memory.address, from, to, bit));
      }
      assertEquals(0, Bitmap.count(memory.address, from, from));
      assertEquals(-1, Bitmap.find(memory.address, to, from, 1));
    }
  }

  @Property(tries = 1000)
  void readsAndWritesFields(
      @ForAll @Size(min = 1, max = 24) byte[] bytes,
      @ForAll @IntRange(max = 200) int offset,
      @ForAll @IntRange(min = 1, max = 64) int bits,
      @ForAll long value) {
    String digits = digits(bytes) + "0".repeat(300);
    String binary = "0".repeat(64) + Long.toBinaryString(value);
    String valueDigits = binary.substring(binary.length() - bits);
    try (Bytes memory = new Bytes(bytes)) {
      assertEquals(
          new BigInteger(digits.substring(offset, offset + bits), 2).longValue(),
          Bitmap.get(memory.address, bytes.length, offset, bits));
      if (offset + bits <= bytes.length * 8) {
        Bitmap.set(memory.address, offset, bits, value);
        String expected =
            digits.substring(0, offset) + valueDigits + digits.substring(offset + bits);
        assertEquals(
            expected.substring(0, bytes.length * 8),
            digits(Memory.bytes(memory.address, bytes.length)));
      }
    }
  }

  @Property(tries = 300)
  void combines(
      @ForAll @Size(max = 70) byte[] a, @ForAll @Size(max = 70) byte[] b, @ForAll byte c) {
    int length = Math.min(a.length, b.length);
    byte[] both = Arrays.copyOf(a, length);
    Arrays.fill(both, c);
    try (Bytes source = new Bytes(b);
        Bytes third = new Bytes(both)) {
      expect(a, length, (x, i) -> x & b[i], t -> Bitmap.and(t, source.address, length));
      expect(a, length, (x, i) -> x & ~b[i], t -> Bitmap.andNot(t, source.address, length));
      expect(a, length, (x, i) -> x | b[i], t -> Bitmap.or(t, source.address, length));
      expect(a, length, (x, i) -> x ^ b[i], t -> Bitmap.xor(t, source.address, length));
      expect(a, length, (x, i) -> ~x, t -> Bitmap.not(t, length));
      expect(
          a,
          length,
          (x, i) -> x | (b[i] & c),
          t -> Bitmap.orBoth(t, source.address, third.address, length));
    }
  }

  private interface ByteOperation {
    int apply(byte target, int index);
  }

  private interface MemoryOperation {
    void apply(long target);
  }

  /** The operation changes the first {@code length} bytes and leaves the others as they are. */
  private static void expect(
      byte[] target, int length, ByteOperation expected, MemoryOperation operation) {
    byte[] result = target.clone();
    for (int i = 0; i < length; i++) {
      result[i] = (byte) expected.apply(target[i], i);
    }
    try (Bytes memory = new Bytes(target)) {
      operation.apply(memory.address);
      assertArrayEquals(result, Memory.bytes(memory.address, target.length));
    }
  }
}
