package io.jacinth.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.base.Decimal;
import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackedListTest {
  /** Blocks without a byte to spare; closing it fails if one was not freed. */
  private static final class Blocks implements AutoCloseable {
    final PageSource pages = new PageSource();
    final Slab slab = new Slab(pages, 0);
    private final List<long[]> blocks = new ArrayList<>();

    long allocate(int sizeBytes) {
      int atLeastOne = Math.max(sizeBytes, 1);
      long address = slab.allocate(atLeastOne, Tag.SCRATCH);
      blocks.add(new long[] {address, atLeastOne});
      return address;
    }

    long of(byte[] bytes) {
      long address = allocate(bytes.length);
      Memory.write(bytes, 0, bytes.length, address);
      return address;
    }

    /** The bytes at the very end of memory that may be read. */
    long atTheEnd(byte[] bytes) {
      int padding = -bytes.length & 7;
      long address = allocate(bytes.length + padding) + padding;
      Memory.write(bytes, 0, bytes.length, address);
      return address;
    }

    @Override
    public void close() {
      for (long[] block : blocks) {
        slab.free(block[0], block[1], Tag.SCRATCH);
      }
      slab.close();
      pages.close();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Texts of every encoding, near its limits. */
  private static byte[] randomText(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> bytes(Long.toString(random.nextInt(300) - 150));
      case 1 -> { // an integer near a power of two
        long value = (1L << random.nextInt(64)) + random.nextInt(5) - 2;
        yield bytes(Long.toString(random.nextBoolean() ? value : -value));
      }
      case 2 -> { // nearly an integer
        String[] near = {"", "-", "-0", "01", "+1", "1 ", " 1", "1.0", "9223372036854775808"};
        yield bytes(near[random.nextInt(near.length)]);
      }
      case 3 -> bytes(Long.toString(Decimal.NOT_A_LONG + random.nextInt(3) - 1));
      case 4 -> bytes("member:" + random.nextInt(10)); // one of few, to be found
      default -> {
        int[] lengths = {0, 1, 62, 63, 64, 65, 125, 126, 127, 128, 4095, 4096, 16_380, 16_385};
        byte[] text = new byte[lengths[random.nextInt(random.nextInt(lengths.length) + 1)]];
        random.nextBytes(text);
        yield text;
      }
    };
  }

  /** What {@link PackedList#write} makes of a text. */
  private static byte[] entryOf(byte[] text) {
    try (Blocks blocks = new Blocks()) {
      long source = blocks.of(text);
      int sizeBytes = PackedList.sizeBytes(source, text.length);
      long entry = blocks.allocate(sizeBytes);
      assertEquals(sizeBytes, PackedList.write(entry, source, text.length));
      return Memory.bytes(entry, sizeBytes);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "packed, 867061636b656407",
    "'', 8001",
    "7, 0701",
    "0, 0001",
    "127, 7f01",
    "128, c08002",
    "-1, dfff02",
    "1024, c40002",
    "4095, cfff02",
    "-4096, d00002",
    "4096, f1001003",
    "-4097, f1ffef03",
    "32767, f1ff7f03",
    "32768, f200800004",
    "-32769, f2ff7fff04",
    "8388607, f2ffff7f04",
    "-8388608, f200008004",
    "8388608, f30000800005",
    "2147483647, f3ffffff7f05",
    "-2147483649, f4ffffff7fffffffff09",
    "9223372036854775807, f4ffffffffffffff7f09",
    "-9223372036854775808, f4000000000000008009",
    "9223372036854775808, 933932323333373230333638353437373538303814",
    "007, 8330303704",
    "-0, 822d3003"
  })
  void theBytesAreThoseOfAListpack(String text, String expected) {
    assertEquals(expected, HexFormat.of().formatHex(entryOf(bytes(text))));
  }

  /** Head and back length of texts at the limits of their forms. */
  @ParameterizedTest
  @CsvSource({
    "63, bf, 40",
    "64, e040, 42",
    "125, e07d, 7f",
    "126, e07e, 0180",
    "4095, efff, 2081",
    "4096, f000100000, 2085",
    "16377, f0f93f0000, 7ffe",
    "16378, f0fa3f0000, 00ffff",
    "2097145, f0f9ff1f00, 7ffffe",
    "2097146, f0faff1f00, 00ffffff",
  })
  void theFormsOfTextsAreThoseOfAListpack(int length, String head, String backLength) {
    byte[] text = new byte[length];
    Arrays.fill(text, (byte) 'a');
    String filling = "61".repeat(length);
    assertEquals(head + filling + backLength, HexFormat.of().formatHex(entryOf(text)));
  }

  @Test
  void theDrawnBytes() {
    String all = "";
    for (String text : List.of("packed", "7", "-1", "1024")) {
      all += HexFormat.of().formatHex(entryOf(bytes(text)));
    }
    assertEquals("867061636b656407" + "0701" + "dfff02" + "c40002", all);
  }

  @Property(tries = 300)
  void behavesLikeAList(@ForAll @IntRange(max = 60) int count, @ForAll long seed) {
    Random random = new Random(seed);
    try (Blocks blocks = new Blocks()) {
      List<byte[]> model = new ArrayList<>();
      int totalBytes = 0;
      for (int i = 0; i < count; i++) {
        byte[] text = randomText(random);
        model.add(text);
        totalBytes += PackedList.sizeBytes(blocks.of(text), text.length);
      }
      long begin = blocks.allocate(totalBytes);
      long end = begin + totalBytes;
      List<Long> entries = new ArrayList<>();
      long at = begin;
      for (byte[] text : model) {
        entries.add(at);
        at += PackedList.write(at, blocks.of(text), text.length);
      }
      assertEquals(end, at);
      PackedList.validate(begin, end, count);
      assertEquals(count, PackedList.isValid(begin, end));

      long forwards = begin;
      long backwards = end;
      for (int i = 0; i < count; i++) {
        check(blocks, entries.get(i), model.get(i));
        assertEquals(entries.get(i), forwards);
        forwards = PackedList.next(forwards);
        backwards = PackedList.previous(backwards);
        assertEquals(entries.get(count - 1 - i), backwards);
        assertEquals(entries.get(i), PackedList.seek(begin, end, count, i));
        assertEquals(entries.get(i), PackedList.seek(begin, end, count, i - count));
      }
      assertEquals(end, forwards);
      assertEquals(begin, backwards);
      assertEquals(0, PackedList.seek(begin, end, count, count));
      assertEquals(0, PackedList.seek(begin, end, count, -1 - count));
      find(blocks, random, begin, end, model, entries);
    }
  }

  private static void check(Blocks blocks, long entry, byte[] text) {
    String latin = new String(text, StandardCharsets.ISO_8859_1);
    boolean integer = latin.matches("0|-?[1-9][0-9]{0,18}") && isLong(latin);
    assertEquals(integer, PackedList.isInteger(entry), latin);
    assertEquals(text.length, PackedList.length(entry));
    assertEquals(entry + PackedList.sizeBytes(entry), PackedList.next(entry));
    long copy = blocks.allocate(text.length);
    assertEquals(text.length, PackedList.copyText(entry, copy));
    assertArrayEquals(text, Memory.bytes(copy, text.length));
    assertTrue(PackedList.equals(entry, blocks.of(text), text.length));
    if (integer) {
      long value = Long.parseLong(latin);
      assertEquals(value, PackedList.integer(entry));
      assertEquals(PackedList.sizeBytes(entry), PackedList.sizeBytesOfInteger(value));
      long other = blocks.allocate(PackedList.sizeBytes(entry));
      assertEquals(PackedList.sizeBytes(entry), PackedList.writeInteger(other, value));
      assertTrue(Memory.equal(entry, other, PackedList.sizeBytes(entry)));
    } else {
      assertArrayEquals(text, Memory.bytes(PackedList.address(entry), text.length));
    }
  }

  private static boolean isLong(String text) {
    try {
      return Long.toString(Long.parseLong(text)).equals(text);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static void find(
      Blocks blocks, Random random, long begin, long end, List<byte[]> model, List<Long> entries) {
    for (int stride = 1; stride <= 3; stride++) {
      if (model.size() % stride != 0) {
        continue; // a run of pairs has no half ones
      }
      for (int trial = 0; trial < 20; trial++) {
        byte[] text =
            model.isEmpty() || random.nextBoolean()
                ? randomText(random)
                : model.get(random.nextInt(model.size()));
        long expected = 0;
        for (int i = 0; i < model.size() && expected == 0; i += stride) {
          boolean equal = Arrays.equals(model.get(i), text);
          assertEquals(equal, PackedList.equals(entries.get(i), blocks.of(text), text.length));
          expected = equal ? entries.get(i) : 0;
        }
        assertEquals(expected, PackedList.find(begin, end, blocks.of(text), text.length, stride));
      }
    }
  }

  /** Another program may have written an integer as text, or a short text in a long form. */
  @ParameterizedTest
  @ValueSource(strings = {"823132" + "03", "e002" + "3132" + "04", "f002000000" + "3132" + "07"})
  void aTextInALongerFormReadsTheSame(String hex) {
    try (Blocks blocks = new Blocks()) {
      byte[] run = HexFormat.of().parseHex("0501" + hex);
      long begin = blocks.of(run);
      long end = begin + run.length;
      assertEquals(2, PackedList.isValid(begin, end));
      long entry = begin + 2;
      assertEquals(entry, PackedList.previous(end));
      assertFalse(PackedList.isInteger(entry));
      check(blocks, entry, 2, "12");
      assertEquals(entry, PackedList.find(begin, end, blocks.of(bytes("12")), 2, 1));
      assertEquals(0, PackedList.find(begin, end, blocks.of(bytes("13")), 2, 1));
      assertEquals(0, PackedList.find(begin, end, blocks.of(bytes("12")), 2, 2));
    }
  }

  private static void check(Blocks blocks, long entry, int length, String text) {
    assertEquals(length, PackedList.length(entry));
    assertArrayEquals(bytes(text), Memory.bytes(PackedList.address(entry), length));
    assertTrue(PackedList.equals(entry, blocks.of(bytes(text)), length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "05", // ends before the back length
        "0502", // a back length that is not the body's
        "0581", // a back length of more bytes
        "8261", // ends within the text
        "826162", // ends before the back length
        "e0", // ends within the head
        "f0020000", // ends within the head
        "f0ffffffff6104", // longer than everything
        "f0ffffff7f6104",
        "f104", // ends within the integer
        "f500", // no head
        "ff", // the end of a listpack, which is none of a run
        "0501ff", // one that is followed by it
        "e07e" // a back length of two bytes with the second one broken
      })
  void brokenBytesAreFound(String hex) {
    try (Blocks blocks = new Blocks()) {
      byte[] run = HexFormat.of().parseHex(hex);
      long begin = blocks.atTheEnd(run);
      assertEquals(-1, PackedList.isValid(begin, begin + run.length));
      assertThrows(AssertionError.class, () -> PackedList.validate(begin, begin + run.length, 1));
    }
  }

  @Test
  void anEmptyRunIsValid() {
    try (Blocks blocks = new Blocks()) {
      long begin = blocks.allocate(1);
      assertEquals(0, PackedList.isValid(begin, begin));
      assertEquals(0, PackedList.seek(begin, begin, 0, 0));
      assertEquals(0, PackedList.seek(begin, begin, 0, -1));
      assertThrows(AssertionError.class, () -> PackedList.validate(begin, begin, 1));
    }
  }

  /**
   * Whatever the bytes are: they are read to their last one at most, and what is found valid can be
   * walked, read and searched within them.
   */
  @Property(tries = 2_000)
  void noBytesLeadOutside(@ForAll @IntRange(max = 12) int count, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] run = randomRun(random, count);
    mutate(random, run);
    byte[] cut = random.nextInt(3) == 0 ? Arrays.copyOf(run, random.nextInt(run.length + 1)) : run;
    try (Blocks blocks = new Blocks()) {
      long begin = blocks.atTheEnd(cut);
      long end = begin + cut.length;
      int found = PackedList.isValid(begin, end);
      // The same, whatever stands behind.
      byte[] followed = Arrays.copyOf(cut, cut.length + 16);
      for (int i = cut.length; i < followed.length; i++) {
        followed[i] = (byte) random.nextInt();
      }
      long other = blocks.of(followed);
      assertEquals(found, PackedList.isValid(other, other + cut.length));
      if (found >= 0) {
        walk(blocks, begin, end, found);
      }
    }
  }

  private static byte[] randomRun(Random random, int count) {
    byte[] run = new byte[0];
    for (int i = 0; i < count; i++) {
      byte[] entry = entryOf(randomText(random));
      int oldLength = run.length;
      run = Arrays.copyOf(run, oldLength + entry.length);
      System.arraycopy(entry, 0, run, oldLength, entry.length);
    }
    return run;
  }

  private static void mutate(Random random, byte[] run) {
    for (int i = random.nextInt(4); i > 0 && run.length > 0; i--) {
      int at = random.nextInt(run.length);
      run[at] =
          random.nextBoolean()
              ? (byte) (run[at] ^ 1 << random.nextInt(8))
              : (byte) (0xe0 + random.nextInt(32));
    }
  }

  private static void walk(Blocks blocks, long begin, long end, int count) {
    long entry = begin;
    int entries = 0;
    while (entry < end) {
      int length = PackedList.length(entry);
      long copy = blocks.allocate(length);
      assertEquals(length, PackedList.copyText(entry, copy));
      assertTrue(PackedList.equals(entry, copy, length));
      long found = PackedList.find(begin, end, copy, length, 1);
      assertTrue(found != 0 && found <= entry);
      long next = PackedList.next(entry);
      assertEquals(entry, PackedList.previous(next));
      entry = next;
      entries++;
    }
    assertEquals(end, entry);
    assertEquals(count, entries);
  }
}
