package io.jacinth.value;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.PackedList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListValueTest {
  private static final int MAX_TEXT_BYTES = 20_000;

  /** How the elements of a test are. */
  enum Elements {
    SMALL,
    MEDIUM,
    LARGE,
    MIXED
  }

  /** A list beside one of Java's that must hold the same. */
  private static final class Checked implements AutoCloseable {
    final BlockHolder holder = new BlockHolder();
    final ListValue list = new ListValue(holder, holder.limits());
    final List<byte[]> model = new ArrayList<>();
    final long text = holder.slab().allocate(MAX_TEXT_BYTES, Tag.ARGUMENT);

    Checked(int maxListpackSize) {
      holder.limits().list(maxListpackSize);
    }

    private int write(byte[] value) {
      Memory.write(value, 0, value.length, text);
      return value.length;
    }

    void reserve(byte[] value) {
      if (!holder.exists()) {
        list.create();
      }
      list.reserve(value.length, 1);
    }

    void pushFirst(byte[] value) {
      reserve(value);
      list.pushFirst(text, write(value));
      model.addFirst(value);
    }

    void pushLast(byte[] value) {
      reserve(value);
      list.pushLast(text, write(value));
      model.addLast(value);
    }

    void insert(int index, boolean behind, byte[] value) {
      reserve(value);
      long entry = list.seek(index);
      list.insert(behind ? PackedList.next(entry) : entry, text, write(value));
      model.add(behind ? index + 1 : index, value);
    }

    void replace(int index, byte[] value) {
      reserve(value);
      list.replace(list.seek(index), text, write(value));
      model.set(index, value);
      shrink();
    }

    void remove(byte[] value, int limit) {
      int most = limit == 0 ? Integer.MAX_VALUE : Math.abs(limit);
      int removed = 0;
      for (int i = 0; i < model.size() && removed < most; i++) {
        int index = limit < 0 ? model.size() - 1 - i : i;
        if (Arrays.equals(model.get(index), value)) {
          model.remove(index);
          removed++;
          i--;
        }
      }
      assertEquals(removed, list.remove(text, write(value), limit));
      shrink();
    }

    void removeFirst(int count) {
      if (count == 1) {
        list.removeFirst();
      } else {
        list.removeFirst((long) count);
      }
      model.subList(0, count).clear();
      shrink();
    }

    void removeLast(int count) {
      if (count == 1) {
        list.removeLast();
      } else {
        list.removeLast((long) count);
      }
      model.subList(model.size() - count, model.size()).clear();
      shrink();
    }

    void shrink() {
      if (model.isEmpty()) {
        free(1);
      } else {
        list.shrink();
      }
    }

    void free(int budget) {
      holder.delete(budget);
      model.clear();
    }

    void check() {
      if (model.isEmpty()) {
        assertFalse(holder.exists());
        return;
      }
      list.validate();
      assertEquals(model.size(), list.count());
      assertArrayEquals(model.getFirst(), bytes(list.first()));
      assertArrayEquals(model.getLast(), bytes(list.last()));
      checkForwards();
      checkBackwards();
    }

    private void checkForwards() {
      long entry = list.seek(0);
      for (byte[] value : model) {
        if (entry == list.runEnd()) {
          assertTrue(list.nextRun());
          entry = list.runBegin();
        }
        assertArrayEquals(value, bytes(entry));
        entry = PackedList.next(entry);
      }
      assertEquals(list.runEnd(), entry);
      assertFalse(list.nextRun());
    }

    private void checkBackwards() {
      long entry = PackedList.next(list.seek(model.size() - 1L));
      for (byte[] value : model.reversed()) {
        if (entry == list.runBegin()) {
          assertTrue(list.previousRun());
          entry = list.runEnd();
        }
        entry = PackedList.previous(entry);
        assertArrayEquals(value, bytes(entry));
      }
      assertEquals(list.runBegin(), entry);
      assertFalse(list.previousRun());
    }

    void checkAt(int index) {
      assertArrayEquals(model.get(index), bytes(list.seek(index)));
    }

    private byte[] bytes(long entry) {
      long copy = holder.slab().allocate(MAX_TEXT_BYTES, Tag.ARGUMENT);
      int length = PackedList.copyText(entry, copy);
      byte[] bytes = Memory.bytes(copy, length);
      holder.slab().free(copy, MAX_TEXT_BYTES, Tag.ARGUMENT);
      return bytes;
    }

    @Override
    public void close() {
      if (holder.exists()) {
        free(100);
      }
      holder.slab().free(text, MAX_TEXT_BYTES, Tag.ARGUMENT);
      assertEquals(0, holder.slab().usedBytes());
      holder.close();
    }
  }

  private static byte[] value(Random random, Elements elements) {
    return switch (elements) {
      case SMALL ->
          random.nextBoolean()
              ? Integer.toString(random.nextInt(20)).getBytes(StandardCharsets.US_ASCII)
              : filled(random, random.nextInt(70));
      case MEDIUM -> filled(random, 100 + random.nextInt(900));
      case LARGE -> filled(random, 1_000 + random.nextInt(5_000));
      case MIXED ->
          random.nextInt(60) == 0
              ? filled(random, random.nextInt(MAX_TEXT_BYTES))
              : value(random, random.nextInt(4) == 0 ? Elements.MEDIUM : Elements.SMALL);
    };
  }

  /** One of four texts of a length. */
  private static byte[] filled(Random random, int length) {
    byte[] text = new byte[length];
    Arrays.fill(text, (byte) ('a' + random.nextInt(4)));
    return text;
  }

  @Property(tries = 300)
  void behavesLikeAList(
      @ForAll Elements elements,
      @ForAll boolean chunked,
      @ForAll boolean grows,
      @ForAll long seed) {
    Random random = new Random(seed);
    int[] sizes = {-1, -2, -5, 3, 128};
    int setting = chunked ? 1 : sizes[random.nextInt(sizes.length)];
    try (Checked checked = new Checked(setting)) {
      // 0: as always; else chunks are small, and even short elements too large for one
      checked.holder.limits().listElement(random.nextInt(3) * (long) random.nextInt(100));
      for (int i = random.nextInt(grows ? 400 : 10); i > 0; i--) {
        checked.pushLast(value(random, elements));
      }
      for (int step = 0; step < 300; step++) {
        step(checked, random, elements, grows);
        if (step % 16 == 0) {
          checked.check();
        }
      }
      checked.check();
    }
  }

  private static void step(Checked checked, Random random, Elements elements, boolean grows) {
    byte[] value = value(random, elements);
    int size = checked.model.size();
    if (size == 0 || random.nextInt(10) < (grows ? 6 : 4)) {
      switch (random.nextInt(size == 0 ? 2 : 6)) {
        case 0 -> checked.pushFirst(value);
        case 1 -> checked.pushLast(value);
        case 2 -> checked.insert(Math.min(size - 1, 5), random.nextBoolean(), value);
        default -> checked.insert(random.nextInt(size), random.nextBoolean(), value);
      }
      return;
    }
    int index = random.nextInt(size);
    switch (random.nextInt(8)) {
      case 0 -> checked.removeFirst(1);
      case 1 -> checked.removeLast(1);
      case 2 -> checked.removeFirst(random.nextInt(Math.min(size, random.nextInt(4, 60))));
      case 3 -> checked.removeLast(random.nextInt(Math.min(size, random.nextInt(4, 60))));
      case 4 -> checked.remove(checked.model.get(index), random.nextInt(9) - 4);
      case 5 -> checked.remove(value, random.nextInt(9) - 4);
      case 6 -> checked.replace(index, value);
      default -> checked.checkAt(index);
    }
  }

  /** As a queue, in either direction, and as a stack. */
  @Property(tries = 40)
  void endsMoveNothing(@ForAll Elements elements, @ForAll boolean forwards, @ForAll long seed) {
    Random random = new Random(seed);
    try (Checked checked = new Checked(1)) {
      for (int round = 0; round < 6; round++) {
        int pushes = random.nextInt(600);
        for (int i = 0; i < pushes; i++) {
          if (forwards == (random.nextInt(round + 1) == 0)) {
            checked.pushLast(value(random, elements));
          } else {
            checked.pushFirst(value(random, elements));
          }
        }
        checked.check();
        int pops = random.nextInt(checked.model.size() + 1);
        for (int i = 0; i < pops && checked.model.size() > 1; i++) {
          if (forwards == random.nextBoolean()) {
            checked.removeFirst(1);
          } else {
            checked.removeLast(1);
          }
        }
        checked.check();
      }
    }
  }

  @Property(tries = 60)
  void copiesAreIndependent(@ForAll Elements elements, @ForAll long seed) {
    Random random = new Random(seed);
    try (Checked checked = new Checked(1)) {
      int count = 1 + random.nextInt(500);
      for (int i = 0; i < count; i++) {
        checked.pushFirst(value(random, elements));
      }
      if (checked.holder.kind() == Kind.LIST_PACKED) {
        return;
      }
      long original = checked.holder.payload();
      byte[] saved = Memory.bytes(original, ListValue.PAYLOAD_BYTES);
      Slab slab = checked.holder.slab();
      long kept = slab.allocate(ListValue.PAYLOAD_BYTES, Tag.ENTRY);
      Memory.copy(original, kept, ListValue.PAYLOAD_BYTES);
      checked.list.copyChunks();
      checked.check();
      checked.pushLast(value(random, elements));
      checked.replace(0, value(random, elements));
      assertArrayEquals(saved, Memory.bytes(kept, ListValue.PAYLOAD_BYTES));
      while (!ListValue.free(checked.holder.home(), kept, 50)) {}
      slab.free(kept, ListValue.PAYLOAD_BYTES, Tag.ENTRY);
      checked.check();
    }
  }

  /** Where Redis changes the encoding: sizes are those of its listpacks, in bytes or elements. */
  @ParameterizedTest
  @CsvSource({
    // setting, length of texts, longest listpack, longest one when it shrinks
    "-2, 10, 682, 340",
    "-1, 10, 340, 170",
    "-3, 10, 1364, 682",
    "-5, 10, 5460, 2730",
    "-9, 10, 5460, 2730",
    "5, 10, 5, 2",
    "1, 10, 1, 0",
    "0, 10, 1, 0",
    "1000, 10, 682, 500",
    "100, 100, 79, 50"
  })
  void convertsWhereRedisDoes(int setting, int length, int longest, int shrunk) {
    byte[] value = new byte[length];
    Arrays.fill(value, (byte) 'v');
    try (Checked checked = new Checked(setting)) {
      while (!checked.holder.exists() || checked.holder.kind() == Kind.LIST_PACKED) {
        checked.pushLast(value);
      }
      assertEquals(longest + 1, checked.model.size());
      while (checked.model.size() > 1 && checked.holder.kind() == Kind.LIST_CHUNKED) {
        checked.removeLast(1);
      }
      assertEquals(Math.max(1, shrunk), checked.model.size());
      assertEquals(shrunk == 0 ? Kind.LIST_CHUNKED : Kind.LIST_PACKED, checked.holder.kind());
      checked.check();
    }
  }

  /** The budget of memory: 34.8 bytes for 32. */
  @Test
  void wastesLittle() {
    try (Checked checked = new Checked(-2)) {
      byte[] value = new byte[32];
      Arrays.fill(value, (byte) 'v');
      int count = 50_000;
      for (int i = 0; i < count; i++) {
        checked.pushLast(value);
      }
      checked.check();
      long outsideBytes = ListValue.outsideBytes(checked.holder.home(), checked.holder.payload());
      assertTrue(outsideBytes < 34.5 * count, outsideBytes + " bytes");
    }
  }
}
