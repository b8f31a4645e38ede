package io.jacinth.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BPlusTreeTest {
  private static final int KEY = 0;
  private static final int WEIGHT = 8;
  private static final int ENTRY_BYTES = 12;

  /** The trees of the three types, and one whose nodes have few items so that it soon is high. */
  enum Kind {
    ORDERED(false, true),
    WEIGHTED(true, true),
    POSITIONS(true, false);

    final boolean weighted;
    final boolean ordered;

    Kind(boolean weighted, boolean ordered) {
      this.weighted = weighted;
      this.ordered = ordered;
    }
  }

  enum Nodes {
    /** Leaves of 5 entries, inner nodes of 4 or 7 children. */
    SMALL,
    USUAL
  }

  /** Entries of a long, which is their order if they have one, and an int, which is the weight. */
  private static final class LongTree extends BPlusTree {
    final Kind kind;
    long key;
    int weight;
    long comparisons;

    LongTree(Slab slab, Kind kind, Nodes nodes) {
      super(
          slab,
          ENTRY_BYTES,
          kind.weighted ? WEIGHT : UNIT_WEIGHT,
          kind.ordered,
          nodes == Nodes.SMALL ? 64 : BPlusTreeLayout.leafBytes(ENTRY_BYTES),
          nodes == Nodes.SMALL ? 120 : BPlusTreeLayout.INNER_BYTES);
      this.kind = kind;
    }

    LongTree probe(long key, int weight) {
      this.key = key;
      this.weight = weight;
      return this;
    }

    @Override
    protected int compare(long entry) {
      comparisons++;
      return kind.ordered ? Long.compare(key, Memory.getLong(entry + KEY)) : super.compare(entry);
    }

    @Override
    protected void write(long entry) {
      Memory.putLong(entry + KEY, key);
      Memory.putInt(entry + WEIGHT, weight);
    }

    @Override
    protected void read(long entry) {
      key = Memory.getLong(entry + KEY);
      weight = Memory.getInt(entry + WEIGHT);
    }
  }

  /** A tree with the same contents as two lists. */
  private static final class Checked implements AutoCloseable {
    final PageSource pages = new PageSource();
    final Slab slab = new Slab(pages, 0);
    final LongTree trees;
    final Random random;
    final List<Long> keys = new ArrayList<>();
    final List<Integer> weights = new ArrayList<>();
    final long tree;

    Checked(Kind kind, Nodes nodes, long seed) {
      this.trees = new LongTree(slab, kind, nodes);
      this.random = new Random(seed);
      this.tree = trees.create();
    }

    int randomWeight() {
      return trees.kind.weighted ? 1 + random.nextInt(20) : 1;
    }

    long rankOf(int index) {
      long rank = 0;
      for (int i = 0; i < index; i++) {
        rank += weights.get(i);
      }
      return rank;
    }

    /** Puts the cursor at an index, by one of the ways that lead there. */
    long seek(int index) {
      if (index < keys.size() && trees.kind.ordered && random.nextBoolean()) {
        return trees.probe(keys.get(index), 0).seekLower(tree);
      }
      return trees.seekRank(tree, rankOf(index));
    }

    /** A key for a place in the order, or -1 if there is none. */
    long keyAt(int index) {
      if (!trees.kind.ordered) {
        return random.nextLong();
      }
      long low = index == 0 ? 0 : keys.get(index - 1) + 1;
      long high = index == keys.size() ? low + (1L << 33) : keys.get(index);
      return low < high ? low + (high - low) / 2 : -1;
    }

    void insert(int index) {
      long key = keyAt(index);
      if (key < 0 && trees.kind.ordered) {
        return;
      }
      int weight = randomWeight();
      if (!trees.kind.ordered) {
        seek(index);
      } else if (random.nextBoolean()) {
        trees.probe(key, 0).seekLower(tree);
      } else {
        trees.probe(key, 0).seekUpper(tree);
      }
      long entry = trees.probe(key, weight).insert();
      keys.add(index, key);
      weights.add(index, weight);
      assertEquals(key, Memory.getLong(entry + KEY));
      checkCursor(index);
    }

    void remove(int index) {
      seek(index);
      long next = trees.remove();
      keys.remove(index);
      weights.remove(/* index */ index);
      assertEquals(next, trees.entry());
      checkCursor(index);
    }

    void remove(int index, int count) {
      seek(index);
      List<Long> visited = new ArrayList<>();
      long next = trees.remove(count, entry -> visited.add(Memory.getLong(entry + KEY)));
      List<Long> removed = keys.subList(index, Math.min(index + count, keys.size()));
      assertEquals(removed, visited);
      weights.subList(index, index + removed.size()).clear();
      removed.clear();
      assertEquals(next, trees.entry());
      checkCursor(index);
    }

    void change(int index) {
      seek(index);
      int weight = randomWeight();
      if (trees.kind.weighted && random.nextBoolean()) {
        trees.setWeight(weight);
      } else {
        long key = keyAt(index);
        if (key >= 0 || !trees.kind.ordered) {
          keys.set(index, key);
        }
        trees.probe(keys.get(index), weight).replace();
      }
      weights.set(index, weight);
      checkCursor(index);
    }

    /** The cursor is at an index, and finds its neighbours. */
    void checkCursor(int index) {
      assertEquals(rankOf(index), trees.rank());
      if (index == keys.size()) {
        assertEquals(0, trees.entry());
        assertEquals(0, trees.next());
      } else {
        assertEquals(keys.get(index), Memory.getLong(trees.entry() + KEY));
      }
      if (index > 0) {
        assertEquals(keys.get(index - 1), Memory.getLong(trees.previous() + KEY));
        long entry = trees.next();
        assertEquals(entry, trees.entry());
        assertEquals(index == keys.size(), entry == 0);
      } else if (!keys.isEmpty()) {
        assertEquals(0, trees.previous());
        assertEquals(keys.getFirst(), Memory.getLong(trees.entry() + KEY));
      }
    }

    void checkBounds() {
      if (!trees.kind.ordered || keys.isEmpty()) {
        return;
      }
      long key = keys.get(random.nextInt(keys.size())) + random.nextInt(3) - 1;
      TreeMap<Long, Integer> index = new TreeMap<>();
      for (int i = 0; i < keys.size(); i++) {
        index.put(keys.get(i), i);
      }
      trees.probe(key, 0).seekLower(tree);
      var lower = index.ceilingEntry(key);
      checkCursor(lower == null ? keys.size() : lower.getValue());
      trees.probe(key, 0).seekUpper(tree);
      var upper = index.higherEntry(key);
      checkCursor(upper == null ? keys.size() : upper.getValue());
    }

    void checkRank() {
      long total = rankOf(keys.size());
      assertEquals(total, trees.weight(tree));
      if (total > 0) {
        long rank = random.nextLong(total);
        int index = 0;
        long before = 0;
        while (before + weights.get(index) <= rank) {
          before += weights.get(index);
          index++;
        }
        trees.seekRank(tree, rank);
        assertEquals(rank - before, trees.offset());
        checkCursor(index);
      }
      assertEquals(0, trees.seekRank(tree, total + random.nextInt(2)));
      checkCursor(keys.size());
    }

    void check() {
      trees.validate(tree);
      assertEquals(keys.size(), trees.count(tree));
      assertEquals(slab.usedBytes(Tag.TREE), trees.sizeBytes(tree));
    }

    void checkAll() {
      check();
      List<Long> forward = new ArrayList<>();
      for (long entry = trees.first(tree); entry != 0; entry = trees.next()) {
        forward.add(Memory.getLong(entry + KEY));
      }
      assertEquals(keys, forward);
      List<Long> backward = new ArrayList<>();
      for (long entry = trees.last(tree); entry != 0; entry = trees.previous()) {
        backward.add(Memory.getLong(entry + KEY));
      }
      assertEquals(keys.reversed(), backward);
    }

    @Override
    public void close() {
      List<Long> drained = new ArrayList<>();
      boolean done = false;
      while (!done) {
        int before = drained.size();
        done = trees.drain(tree, entry -> drained.add(Memory.getLong(entry + KEY)), 7);
        int slice = drained.size() - before;
        assertTrue(done || (slice >= 7 && slice < 7 + 85), () -> slice + " entries");
        if (!done) {
          assertEquals(slab.usedBytes(Tag.TREE), trees.sizeBytes(tree));
          assertEquals(keys.size() - drained.size(), trees.count(tree));
        }
      }
      drained.sort(null);
      assertEquals(keys.stream().sorted().toList(), drained);
      assertEquals(0, slab.usedBytes(Tag.TREE));
      slab.validate();
      slab.close();
      pages.close();
    }
  }

  /** Random steps, everything checked after each one. */
  @Property(tries = 300)
  void behavesLikeAList(@ForAll Kind kind, @ForAll Nodes nodes, @ForAll long seed) {
    try (Checked checked = new Checked(kind, nodes, seed)) {
      Random random = checked.random;
      int steps = nodes == Nodes.SMALL ? 400 : 700;
      int often = 5 + random.nextInt(5);
      int place = 0;
      for (int step = 0; step < steps; step++) {
        int size = checked.keys.size();
        // Phases of growth and of shrinking, at random places or at one where it goes on.
        boolean growing = step % 300 < 200;
        if (random.nextInt(20) == 0) {
          place = random.nextInt(3);
        }
        int index =
            switch (place) {
              case 0 -> 0;
              case 1 -> size;
              default -> random.nextInt(size + 1);
            };
        int choice = random.nextInt(10);
        boolean inserts = growing ? choice < often : choice >= often;
        if (size == 0 || inserts) {
          checked.insert(index);
        } else {
          index = Math.min(index, size - 1);
          switch (random.nextInt(growing ? 6 : 3)) {
            case 0 -> checked.remove(index, random.nextInt(30));
            case 1, 2 -> checked.remove(index);
            default -> checked.change(index);
          }
        }
        checked.check();
        checked.checkBounds();
        checked.checkRank();
      }
      checked.checkAll();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void growsAndShrinksBack(Kind kind) {
    try (Checked checked = new Checked(kind, Nodes.SMALL, 5)) {
      long emptyBytes = checked.trees.sizeBytes(checked.tree);
      for (int i = 0; i < 3000; i++) {
        checked.insert(checked.random.nextInt(checked.keys.size() + 1));
      }
      checked.checkAll();
      while (!checked.keys.isEmpty()) {
        checked.remove(checked.random.nextInt(checked.keys.size()));
        if (checked.keys.size() % 97 == 0) {
          checked.checkAll();
        }
      }
      checked.checkAll();
      assertEquals(emptyBytes, checked.trees.sizeBytes(checked.tree));
    }
  }

  @Test
  void removesAllAtOnce() {
    try (Checked checked = new Checked(Kind.ORDERED, Nodes.SMALL, 5)) {
      for (int i = 0; i < 1000; i++) {
        checked.insert(checked.random.nextInt(checked.keys.size() + 1));
      }
      checked.remove(0, Integer.MAX_VALUE);
      checked.checkAll();
      checked.insert(0);
      checked.checkAll();
    }
  }

  /** Bytes per entry of a tree of many, by the order of insertion. */
  private static double bytesPerEntry(long[] keys) {
    try (PageSource pages = new PageSource();
        Slab slab = new Slab(pages, 0)) {
      LongTree trees = new LongTree(slab, Kind.ORDERED, Nodes.USUAL);
      long tree = trees.create();
      for (long key : keys) {
        trees.probe(key, 1).seekLower(tree);
        trees.insert();
      }
      trees.validate(tree);
      double bytes = (double) trees.sizeBytes(tree) / keys.length;
      trees.destroy(tree);
      return bytes;
    }
  }

  @Test
  void randomOrderFillsNodesWell() {
    double bytes = bytesPerEntry(new Random(1).longs(200_000).distinct().toArray());
    assertTrue(bytes < 15.2, () -> bytes + " bytes");
  }

  @Test
  void ascendingOrderFillsNodes() {
    long[] keys = new long[200_000];
    Arrays.setAll(keys, i -> i);
    double bytes = bytesPerEntry(keys);
    assertTrue(bytes < 12.6, () -> bytes + " bytes");
  }

  @Test
  void descendingOrderFillsNodes() {
    long[] keys = new long[200_000];
    Arrays.setAll(keys, i -> -i);
    double bytes = bytesPerEntry(keys);
    assertTrue(bytes < 12.6, () -> bytes + " bytes");
  }

  @Test
  void smallTreesAreSmall() {
    try (Checked checked = new Checked(Kind.POSITIONS, Nodes.USUAL, 1)) {
      assertEquals(72, checked.trees.sizeBytes(checked.tree));
      for (int count = 1; count <= 85; count++) {
        checked.insert(checked.keys.size());
        long limit = 72 + 19L * count;
        assertTrue(checked.trees.sizeBytes(checked.tree) <= limit);
      }
      assertEquals(40 + 1024, checked.trees.sizeBytes(checked.tree));
      checked.remove(2, 83);
      assertTrue(checked.trees.sizeBytes(checked.tree) <= 40 + 56);
      checked.checkAll();
    }
  }

  /** A search looks at no more entries than their logarithm needs, by level one more. */
  @Test
  void searchesAreBinary() {
    try (PageSource pages = new PageSource();
        Slab slab = new Slab(pages, 0)) {
      LongTree trees = new LongTree(slab, Kind.ORDERED, Nodes.USUAL);
      long tree = trees.create();
      Random random = new Random(2);
      for (int i = 0; i < 100_000; i++) {
        trees.probe(random.nextLong(), 1).seekLower(tree);
        trees.insert();
      }
      for (int i = 0; i < 1000; i++) {
        trees.comparisons = 0;
        trees.probe(random.nextLong(), 1).seekLower(tree);
        assertTrue(trees.comparisons <= 17 + 4, () -> trees.comparisons + " comparisons");
      }
      trees.destroy(tree);
    }
  }

  @Test
  void positionsHaveNoOrderToSeekBy() {
    try (Checked checked = new Checked(Kind.POSITIONS, Nodes.USUAL, 1)) {
      checked.insert(0);
      assertThrows(IllegalStateException.class, () -> checked.trees.seekLower(checked.tree));
    }
  }

  @Test
  void aLeafFillsItsBlock() {
    assertEquals(1024, BPlusTreeLayout.leafBytes(12));
    assertEquals(85, BPlusTreeLayout.leafCapacity(1024, 12));
    assertEquals(72, BPlusTreeLayout.innerCapacity(BPlusTreeLayout.INNER_BYTES, 12));
    for (int entryBytes = 8; entryBytes <= 32; entryBytes += 4) {
      int leafBytes = BPlusTreeLayout.leafBytes(entryBytes);
      assertEquals(leafBytes, Slab.usableBytes(leafBytes));
    }
    assertEquals(BPlusTreeLayout.INNER_BYTES, Slab.usableBytes(BPlusTreeLayout.INNER_BYTES));
  }
}
