package io.jacinth.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SlabTest {
  private static final Tag TAG = Tag.VALUE;

  /** What a step of a random test does. */
  enum Action {
    ALLOCATE,
    ALLOCATE_REF,
    FREE,
    FREE_BY_ANOTHER_SLAB,
    REALLOCATE,
    DRAIN,
    TRIM
  }

  /** One step: {@code pick} chooses among the blocks there are. */
  record Step(Action action, int sizeBytes, int pick, Tag tag) {}

  /** A block as the test knows it. */
  private static final class Block {
    final long address;
    final int ref;
    final int sizeBytes;
    final Tag tag;
    final long seed;

    Block(long address, int ref, int sizeBytes, Tag tag, long seed) {
      this.address = address;
      this.ref = ref;
      this.sizeBytes = sizeBytes;
      this.tag = tag;
      this.seed = seed;
    }

    long usableBytes() {
      return Slab.usableBytes(sizeBytes);
    }

    void write() {
      byte[] contents = new byte[sizeBytes];
      new Random(seed).nextBytes(contents);
      Memory.write(contents, 0, sizeBytes, address);
    }

    void check(int upToBytes) {
      byte[] contents = new byte[sizeBytes];
      new Random(seed).nextBytes(contents);
      byte[] found = Memory.bytes(address, Math.min(upToBytes, sizeBytes));
      for (int i = 0; i < found.length; i++) {
        assertEquals(contents[i], found[i], "byte " + i + " of " + sizeBytes);
      }
    }
  }

  /** Two slabs beside a model that knows where every block is and what is in it. */
  private static final class Model implements AutoCloseable {
    private final PageSource source;
    private final Slab slab;
    private final Slab other;
    private final TreeMap<Long, Block> byAddress = new TreeMap<>();
    private final List<Block> blocks = new ArrayList<>();
    private final Map<Tag, Long> usedBytes = new EnumMap<>(Tag.class);
    private final Map<Tag, Long> largeBytes = new EnumMap<>(Tag.class);
    private final Map<Tag, Long> remoteBytes = new EnumMap<>(Tag.class);
    private long seeds;

    Model(BackEnd backEnd) {
      source = backEnd.open();
      slab = new Slab(source, 3);
      other = new Slab(source, 1);
    }

    void run(Step step) {
      switch (step.action) {
        case ALLOCATE -> add(slab.allocate(step.sizeBytes, step.tag), 0, step);
        case ALLOCATE_REF -> {
          int ref = slab.allocateRef(step.sizeBytes, step.tag);
          assertNotEquals(0, ref);
          add(slab.address(ref), ref, step);
        }
        case FREE -> {
          if (!blocks.isEmpty()) {
            free(pick(step));
          }
        }
        case FREE_BY_ANOTHER_SLAB -> {
          if (!blocks.isEmpty()) {
            freeByAnother(pick(step));
          }
        }
        case REALLOCATE -> {
          if (!blocks.isEmpty()) {
            reallocate(pick(step), step.sizeBytes);
          }
        }
        case DRAIN -> {
          slab.drainRemoteFrees();
          settleRemoteFrees();
        }
        case TRIM -> {
          slab.trim();
          settleRemoteFrees();
        }
      }
    }

    private Block pick(Step step) {
      return blocks.get(step.pick % blocks.size());
    }

    private void add(long address, int ref, Step step) {
      add(new Block(address, ref, step.sizeBytes, step.tag, seeds++));
    }

    private void add(Block block) {
      Map.Entry<Long, Block> below = byAddress.floorEntry(block.address);
      if (below != null) {
        assertTrue(below.getKey() + below.getValue().usableBytes() <= block.address, "overlap");
      }
      Long above = byAddress.ceilingKey(block.address);
      if (above != null) {
        assertTrue(block.address + block.usableBytes() <= above, "overlap");
      }
      assertEquals(0, block.address % 8);
      if (block.usableBytes() % 64 == 0) {
        assertEquals(0, block.address % 64);
      }
      byAddress.put(block.address, block);
      blocks.add(block);
      count(block, block.usableBytes());
      block.write();
    }

    private void remove(Block block) {
      block.check(Integer.MAX_VALUE);
      byAddress.remove(block.address);
      int index = blocks.indexOf(block);
      Collections.swap(blocks, index, blocks.size() - 1);
      blocks.removeLast();
    }

    private void count(Block block, long bytes) {
      (block.sizeBytes > Slab.MAX_MEDIUM ? largeBytes : usedBytes)
          .merge(block.tag, bytes, Long::sum);
    }

    private void free(Block block) {
      remove(block);
      if (block.ref != 0) {
        assertEquals(block.address, slab.address(block.ref));
        slab.freeRef(block.ref, block.sizeBytes, block.tag);
      } else {
        slab.free(block.address, block.sizeBytes, block.tag);
      }
      count(block, -block.usableBytes());
    }

    private void freeByAnother(Block block) {
      if (block.ref != 0) {
        free(block);
        return;
      }
      remove(block);
      other.free(block.address, block.sizeBytes, block.tag);
      if (block.sizeBytes > Slab.MAX_MEDIUM) {
        count(block, -block.usableBytes());
      } else {
        remoteBytes.merge(block.tag, block.usableBytes(), Long::sum);
      }
    }

    private void reallocate(Block block, int sizeBytes) {
      if (block.ref != 0) {
        return;
      }
      remove(block);
      count(block, -block.usableBytes());
      long moved = slab.reallocate(block.address, block.sizeBytes, sizeBytes, block.tag);
      int keptBytes = Math.min(sizeBytes, block.sizeBytes);
      new Block(moved, 0, block.sizeBytes, block.tag, block.seed).check(keptBytes);
      add(new Block(moved, 0, sizeBytes, block.tag, seeds++));
    }

    private void settleRemoteFrees() {
      remoteBytes.forEach((tag, bytes) -> usedBytes.merge(tag, -bytes, Long::sum));
      remoteBytes.clear();
    }

    /** Frees of other slabs may be done or not: they are settled first. */
    void check() {
      slab.validate();
      other.validate();
      slab.drainRemoteFrees();
      settleRemoteFrees();
      slab.validate();
      source.validate();
      long used = 0;
      long large = 0;
      for (Tag tag : Tag.values()) {
        assertEquals(usedBytes.getOrDefault(tag, 0L), slab.usedBytes(tag), tag.name());
        assertEquals(largeBytes.getOrDefault(tag, 0L), source.largeBytes(tag), tag.name());
        used += usedBytes.getOrDefault(tag, 0L);
        large += largeBytes.getOrDefault(tag, 0L);
      }
      assertEquals(used, slab.usedBytes());
      assertEquals(large, source.largeBytes());
      assertEquals(0, other.usedBytes());
      assertTrue(slab.pageBytes() >= used);
      assertTrue(source.committedBytes() >= slab.pageBytes() + large);
    }

    /** Frees everything; then nothing may be left. */
    @Override
    public void close() {
      while (!blocks.isEmpty()) {
        free(blocks.getLast());
      }
      check();
      slab.trim();
      assertEquals(0, slab.pageBytes());
      slab.close();
      other.close();
      source.trim();
      while (source.giveBackSome()) {
        // until nothing is left
      }
      assertEquals(0, source.committedBytes());
      source.close();
    }
  }

  @Provide
  Arbitrary<Step> steps() {
    Arbitrary<Action> actions =
        Arbitraries.frequency(
            Tuple.of(6, Action.ALLOCATE),
            Tuple.of(4, Action.ALLOCATE_REF),
            Tuple.of(6, Action.FREE),
            Tuple.of(2, Action.FREE_BY_ANOTHER_SLAB),
            Tuple.of(2, Action.REALLOCATE),
            Tuple.of(1, Action.DRAIN),
            Tuple.of(1, Action.TRIM));
    Arbitrary<Integer> sizes =
        Arbitraries.frequencyOf(
            Tuple.of(10, Arbitraries.integers().between(1, 300)),
            Tuple.of(4, Arbitraries.integers().between(1, Slab.MAX_SMALL)),
            Tuple.of(2, Arbitraries.integers().between(Slab.MAX_SMALL + 1, Slab.MAX_MEDIUM)),
            Tuple.of(1, Arbitraries.integers().between(Slab.MAX_MEDIUM + 1, 300_000)),
            Tuple.of(1, Arbitraries.of(16, Slab.MAX_SMALL, Slab.MAX_SMALL + 1, Slab.MAX_MEDIUM)));
    Arbitrary<Integer> picks = Arbitraries.integers().between(0, Integer.MAX_VALUE);
    return Combinators.combine(actions, sizes, picks, Arbitraries.of(Tag.class)).as(Step::new);
  }

  @Provide
  Arbitrary<List<Step>> stepLists() {
    return steps().list().ofMinSize(1).ofMaxSize(60);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void blocksAreApartAndKeepTheirContents(
      @ForAll("stepLists") List<Step> steps, @ForAll BackEnd backEnd) {
    try (Model model = new Model(backEnd)) {
      for (Step step : steps) {
        model.run(step);
        model.check();
      }
    }
  }

  /** Few sizes and many blocks, so that pages fill, move between their lists, and empty. */
  @Property(tries = 8)
  void pagesFillAndEmpty(@ForAll long seed, @ForAll BackEnd backEnd) {
    Random random = new Random(seed);
    int[] sizes = {24 + random.nextInt(40), 900 + random.nextInt(200), 3000, 30_000};
    try (Model model = new Model(backEnd)) {
      for (int wave = 0; wave < 4; wave++) {
        boolean growing = (wave & 1) == 0;
        for (int i = 0; i < 4000; i++) {
          boolean grow = random.nextInt(10) < (growing ? 8 : 2);
          Action action =
              grow
                  ? random.nextBoolean() ? Action.ALLOCATE : Action.ALLOCATE_REF
                  : random.nextInt(8) == 0 ? Action.FREE_BY_ANOTHER_SLAB : Action.FREE;
          int size = sizes[Math.min(3, random.nextInt(8) / 2 + random.nextInt(3) / 2)];
          if (size == 30_000 && random.nextInt(20) != 0) {
            size = sizes[0];
          }
          model.run(new Step(action, size, random.nextInt(1 << 30), TAG));
          if (i % 500 == 0) {
            model.check();
          }
        }
        model.check();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyClassHasRefs(BackEnd backEnd) {
    try (PageSource source = backEnd.open();
        Slab slab = new Slab(source, 0)) {
      Map<Integer, Integer> sizes = new HashMap<>();
      for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
        int size = SizeClass.sizeBytes(sizeClass);
        for (int i = 0; i < 3; i++) {
          int ref = slab.allocateRef(size, TAG);
          long address = slab.address(ref);
          Memory.putLong(address, ref);
          Memory.putLong(address + size - 8, ref);
          assertEquals(null, sizes.put(ref, size));
          if (size <= Slab.MAX_SMALL) {
            assertEquals(ref, slab.refOf(address));
            assertTrue(slab.owns(address));
          }
        }
      }
      int large = slab.allocateRef(1_000_000, TAG);
      Memory.putLong(slab.address(large) + 999_992, large);
      Memory.putLong(slab.address(large), large);
      sizes.put(large, 1_000_000);
      slab.validate();
      sizes.forEach(
          (ref, size) -> {
            assertEquals((long) ref, Memory.getLong(slab.address(ref)));
            assertEquals((long) ref, Memory.getLong(slab.address(ref) + size - 8));
            slab.freeRef(ref, size, TAG);
          });
      assertEquals(0, slab.usedBytes());
      slab.validate();
    }
  }

  @Test
  void noRefHasNoAddress() {
    try (PageSource source = new PageSource();
        Slab slab = new Slab(source, 0)) {
      assertEquals(0, slab.address(0));
    }
  }

  /** A page table of one entry more than it began with: allocating the block makes it grow. */
  @Test
  void thePageTableGrowsWhileABlockIsEntered() {
    try (PageSource source = new PageSource();
        Slab slab = new Slab(source, 0)) {
      List<Integer> refs = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int size = 5000 + i % 40 * 3000;
        int ref = slab.allocateRef(size, TAG);
        Memory.putInt(slab.address(ref), i);
        refs.add(ref);
        slab.validate();
      }
      for (int i = 0; i < 200; i++) {
        assertEquals(i, Memory.getInt(slab.address(refs.get(i))));
        slab.freeRef(refs.get(i), 5000 + i % 40 * 3000, TAG);
      }
    }
  }

  @Test
  void refsAreUsedAgain() {
    try (PageSource source = new PageSource();
        Slab slab = new Slab(source, 0)) {
      int highest = 0;
      for (int i = 0; i < 1000; i++) {
        int ref = slab.allocateRef(10_000, TAG);
        highest = Math.max(highest, ref);
        slab.freeRef(ref, 10_000, TAG);
      }
      assertTrue(highest >>> 13 < 4, "entry " + (highest >>> 13));
    }
  }

  /** What a page was, it need not stay: a page that was freed serves another size. */
  @ParameterizedTest
  @EnumSource
  void emptyPagesServeAnySize(BackEnd backEnd) {
    try (PageSource source = backEnd.open();
        Slab slab = new Slab(source, 0)) {
      long highest = 0;
      for (int sizeClass = 0; sizeClass < SizeClass.SMALL_COUNT; sizeClass++) {
        int size = SizeClass.sizeBytes(sizeClass);
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 3 * SizeClass.capacity(sizeClass); i++) {
          blocks.add(slab.allocate(size, TAG));
        }
        highest = Math.max(highest, slab.pageBytes());
        slab.validate();
        blocks.forEach(block -> slab.free(block, size, TAG));
        assertTrue(slab.pageBytes() <= PageSource.PAGE_BYTES);
        slab.validate();
      }
      assertEquals(3 * PageSource.PAGE_BYTES, highest);
    }
  }

  /**
   * Fuller pages are used first: after frees at random, a page's worth of new blocks needs none.
   */
  @Test
  void emptierPagesAreLeftToEmpty() {
    try (PageSource source = new PageSource();
        Slab slab = new Slab(source, 0)) {
      Random random = new Random(7);
      int size = 64;
      List<Long> blocks = new ArrayList<>();
      for (int i = 0; i < 20 * 1023; i++) {
        blocks.add(slab.allocate(size, TAG));
      }
      long fullBytes = slab.pageBytes();
      // Nearly all blocks of the first ten pages go, few of the others.
      List<Long> kept = new ArrayList<>();
      for (int i = 0; i < blocks.size(); i++) {
        if (random.nextInt(20) < (i < blocks.size() / 2 ? 19 : 3)) {
          slab.free(blocks.get(i), size, TAG);
        } else {
          kept.add(blocks.get(i));
        }
      }
      slab.validate();
      assertEquals(fullBytes, slab.pageBytes());
      Set<Long> emptierPages = new HashSet<>();
      for (long block : blocks.subList(0, blocks.size() / 2)) {
        emptierPages.add(block & -PageSource.PAGE_BYTES);
      }
      // Fewer than are free in the fuller half.
      int room = blocks.size() / 16;
      int inEmptierPages = 0;
      for (int i = 0; i < room; i++) {
        long block = slab.allocate(size, TAG);
        inEmptierPages += emptierPages.contains(block & -PageSource.PAGE_BYTES) ? 1 : 0;
        kept.add(block);
      }
      assertTrue(inEmptierPages < room / 20, inEmptierPages + " of " + room);
      kept.forEach(block -> slab.free(block, size, TAG));
    }
  }

  @Test
  void aBlockOfTheSameClassStaysWhereItIs() {
    try (PageSource source = new PageSource();
        Slab slab = new Slab(source, 0)) {
      long block = slab.allocate(50, TAG);
      assertEquals(block, slab.reallocate(block, 50, 56, TAG));
      long moved = slab.reallocate(block, 56, 57, TAG);
      assertNotEquals(block, moved);
      assertEquals(64, slab.usedBytes());
      slab.free(moved, 64, TAG);
    }
  }

  @Test
  void slabsOfOneSourceHaveDifferentNumbers() {
    try (PageSource source = new PageSource();
        Slab slab = new Slab(source, 5)) {
      assertEquals(0, slab.usedBytes());
      assertThrows(IllegalStateException.class, () -> new Slab(source, 5));
    }
    // ...but another source may use the same.
    try (PageSource source = new PageSource();
        Slab slab = new Slab(source, 5);
        PageSource otherSource = new PageSource();
        Slab otherSlab = new Slab(otherSource, 5)) {
      long block = slab.allocate(100, TAG);
      slab.free(block, 100, TAG);
      assertEquals(0, otherSlab.pageBytes());
    }
  }

  @Test
  void aClosedSlabCanBeReplaced() {
    try (PageSource source = new PageSource()) {
      for (int i = 0; i < 3; i++) {
        try (Slab slab = new Slab(source, 5)) {
          slab.free(slab.allocate(100, TAG), 100, TAG);
        }
      }
    }
  }
}
