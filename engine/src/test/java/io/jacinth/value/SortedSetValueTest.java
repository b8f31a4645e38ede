package io.jacinth.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.base.Latin1;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Tag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedSetValueTest {
  private static final int MAX_MEMBER_BYTES = 400;

  private record Element(String member, double score) {}

  private static final Comparator<Element> ORDER =
      Comparator.comparingDouble((Element e) -> e.score == 0 ? 0 : e.score)
          .thenComparing(Element::member);

  /** A sorted set with the same contents as a list in order. */
  private static final class Checked implements AutoCloseable {
    final BlockHolder holder = new BlockHolder();
    final SortedSetValue set = new SortedSetValue(holder, holder.limits());
    final List<Element> model = new ArrayList<>();
    final long text = holder.slab().allocate(MAX_MEMBER_BYTES, Tag.SCRATCH);

    Checked(int maxEntries, int maxMemberBytes) {
      holder.limits().sortedSet(maxEntries, maxMemberBytes);
    }

    int write(String member) {
      return Latin1.write(text, member);
    }

    boolean find(String member) {
      return set.exists() && set.find(text, write(member));
    }

    void put(String member, double score) {
      if (!set.exists()) {
        set.create(1, member.length());
      }
      if (find(member)) {
        model.removeIf(each -> each.member.equals(member));
        set.rescore(text, member.length(), score);
      } else {
        set.add(text, write(member), score);
      }
      model.add(new Element(member, score));
      model.sort(ORDER);
    }

    void remove(String member) {
      boolean found = find(member);
      assertEquals(model.removeIf(each -> each.member.equals(member)), found);
      if (found) {
        set.remove();
      }
      deleteIfEmpty();
    }

    void remove(int rank, int count) {
      set.remove(rank, count);
      model.subList(rank, rank + count).clear();
      deleteIfEmpty();
    }

    private void deleteIfEmpty() {
      if (set.exists() && set.count() == 0) {
        holder.delete(100);
      }
    }

    String member() {
      int length = set.memberLength();
      set.copyMember(text);
      String copied = Latin1.string(text, length);
      if (!set.isInteger()) {
        assertEquals(copied, Latin1.string(set.memberAddress(), length));
      }
      return copied;
    }

    Element element() {
      return new Element(member(), set.score());
    }

    void check() {
      assertEquals(model.size(), set.count());
      if (!set.exists()) {
        return;
      }
      set.validate();
      List<Element> forward = new ArrayList<>();
      for (boolean more = set.seek(0); more; more = set.next()) {
        forward.add(element());
      }
      assertEquals(model, forward);
      List<Element> backward = new ArrayList<>();
      for (boolean more = set.seek(set.count() - 1); more; more = set.previous()) {
        backward.add(element());
      }
      assertEquals(model.reversed(), backward);
      assertFalse(set.seek(set.count()));
      if (set.isTree()) {
        long scratchBytes = holder.slab().usedBytes(Tag.SCRATCH);
        long outside = SortedSetValue.outsideBytes(holder.home(), holder.payload());
        assertEquals(holder.outsideBytes() - scratchBytes, outside);
      }
    }

    void checkMember(String member) {
      int rank = -1;
      for (int i = 0; i < model.size(); i++) {
        rank = model.get(i).member.equals(member) ? i : rank;
      }
      assertEquals(rank >= 0, find(member));
      if (rank >= 0) {
        assertEquals(model.get(rank).score, set.score());
        assertEquals(rank, set.rank());
        assertTrue(set.seek(rank));
        assertEquals(member, member());
      }
    }

    void checkScore(double score) {
      if (!set.exists()) {
        return;
      }
      assertEquals(model.stream().filter(e -> e.score < score).count(), rank(score, false));
      assertEquals(model.stream().filter(e -> e.score <= score).count(), rank(score, true));
      boolean found = set.seekScore(score);
      int first = (int) rank(score, false);
      assertEquals(first < model.size(), found);
      if (first < model.size()) {
        set.seekScore(score);
        assertEquals(model.get(first), element());
      }
    }

    private long rank(double score, boolean after) {
      return set.rankOfScore(score, after);
    }

    /** All scores are equal. */
    void checkOrder(String member) {
      if (!set.exists()) {
        return;
      }
      long before = model.stream().filter(e -> e.member.compareTo(member) < 0).count();
      long notAfter = model.stream().filter(e -> e.member.compareTo(member) <= 0).count();
      int length = write(member);
      assertEquals(before, set.rankOfMember(text, length, false));
      assertEquals(notAfter, set.rankOfMember(text, length, true));
    }

    @Override
    public void close() {
      holder.slab().free(text, MAX_MEMBER_BYTES, Tag.SCRATCH);
      holder.close();
    }
  }

  private static String randomMember(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Integer.toString(random.nextInt(40) - 20);
      case 1 -> Long.toString(random.nextLong() >> random.nextInt(64));
      case 2 -> "x".repeat(random.nextInt(3) * 100) + random.nextInt(5);
      case 3 -> "\u00e4\u00ff\u0000".repeat(random.nextInt(3));
      default -> "m" + random.nextInt(60);
    };
  }

  private static double randomScore(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextGaussian();
      case 1 -> random.nextLong();
      case 2 -> random.nextBoolean() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      case 3 -> random.nextInt(100) / 4.0;
      default -> random.nextInt(10) - 5;
    };
  }

  /** Random steps across both encodings, everything checked after each one. */
  @Property(tries = 150)
  void behavesLikeAListInOrder(@ForAll long seed) {
    Random random = new Random(seed);
    int maxEntries = random.nextInt(3) == 0 ? 1000 : random.nextInt(20);
    try (Checked checked = new Checked(maxEntries, random.nextBoolean() ? 64 : 1000)) {
      boolean equalScores = random.nextInt(4) == 0;
      for (int step = 0; step < 150; step++) {
        String member = randomMember(random);
        int size = checked.model.size();
        if (step % 100 < 70 || size == 0) {
          checked.put(member, equalScores ? 1.5 : randomScore(random));
        } else if (random.nextInt(10) == 0) {
          int rank = random.nextInt(size);
          checked.remove(rank, 1 + random.nextInt(size - rank));
        } else if (random.nextBoolean()) {
          checked.remove(member);
        } else {
          checked.remove(checked.model.get(random.nextInt(size)).member);
        }
        checked.check();
        checked.checkMember(member);
        if (!checked.model.isEmpty()) {
          checked.checkMember(checked.model.get(random.nextInt(checked.model.size())).member);
        }
        if (equalScores) {
          checked.checkOrder(randomMember(random));
        } else {
          checked.checkScore(randomScore(random));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 3})
  void changesItsEncodingAtTheLimits(int maxEntries) {
    try (Checked checked = new Checked(maxEntries, 64)) {
      for (int i = 0; i < maxEntries; i++) {
        checked.put("m" + i, i);
        assertFalse(checked.set.isTree());
      }
      checked.put("m0", 5);
      assertFalse(checked.set.isTree());
      checked.put("one more", 1);
      assertTrue(checked.set.isTree());
      checked.check();
      checked.remove(0, maxEntries);
      assertTrue(checked.set.isTree());
      checked.check();
    }
    try (Checked checked = new Checked(maxEntries, 64)) {
      checked.put("x".repeat(64), 1);
      assertFalse(checked.set.isTree());
      checked.put("x".repeat(65), 1);
      assertTrue(checked.set.isTree());
      checked.check();
    }
    try (Checked checked = new Checked(maxEntries, 64)) {
      checked.set.create(maxEntries + 1, 1);
      assertTrue(checked.set.isTree());
      checked.holder.delete(1);
      checked.set.create(1, 65);
      assertTrue(checked.set.isTree());
    }
  }

  @Test
  void negativeZeroIsKeptInATreeAlone() {
    try (Checked checked = new Checked(10, 64)) {
      checked.put("a", -0.0);
      checked.find("a");
      assertEquals(0.0, checked.set.score());
    }
    try (Checked checked = new Checked(0, 64)) {
      checked.put("a", -0.0);
      checked.find("a");
      assertEquals(-0.0, checked.set.score());
      checked.put("b", 0.0);
      assertEquals(0, checked.set.rankOfScore(0, false));
      assertEquals(2, checked.set.rankOfScore(-0.0, true));
    }
  }

  @Test
  void goesThroughATreeInSteps() {
    try (Checked checked = new Checked(0, 64)) {
      for (int i = 0; i < 3000; i++) {
        checked.put("m" + i, i);
      }
      Set<String> seen = new HashSet<>();
      int[] steps = {0};
      long cursor = 0;
      do {
        cursor =
            checked.set.scan(
                cursor,
                10,
                set -> {
                  String member = Latin1.string(set.memberAddress(), set.memberLength());
                  assertEquals("m" + (int) set.score(), member);
                  seen.add(member);
                });
        steps[0]++;
      } while (cursor != 0);
      assertEquals(3000, seen.size());
      assertTrue(steps[0] > 50, () -> steps[0] + " steps");
    }
  }

  /** 19 bytes a member, as in the comparison with the peers. */
  @Test
  void aMemberOfALargeSetTakesLessThan58Bytes() {
    try (Checked checked = new Checked(128, 64)) {
      Random random = new Random(1);
      int count = 100_000;
      checked.set.create(1, 19);
      for (int i = 0; i < count; i++) {
        int length = checked.write(String.format("member:%012d", i));
        checked.set.add(checked.text, length, random.nextDouble());
      }
      double bytes = (double) checked.holder.outsideBytes() / count;
      assertTrue(bytes < 57.5, () -> bytes + " bytes");
    }
  }

  @Test
  void isFreedInSlices() {
    try (Checked checked = new Checked(0, 64)) {
      checked.set.create(1, 1);
      for (int i = 0; i < 5000; i++) {
        checked.set.add(checked.text, checked.write("m" + i), i);
      }
      long before = checked.holder.slab().usedBytes(Tag.VALUE);
      long payload = checked.holder.payload();
      assertFalse(Value.free(checked.holder.home(), Kind.SORTED_SET_TREE, payload, 100));
      long after = checked.holder.slab().usedBytes(Tag.VALUE);
      assertTrue(before - after >= 100 * 16 && before - after <= 200 * 24);
      assertTrue(Memory.getLong(payload) != 0);
    }
  }
}
