package io.jacinth.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.base.Hash;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Readers;
import io.jacinth.memory.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashTableTest {
  private static final long SEED = 0x0123_4567_89ab_cdefL;

  /** How a test's hashes are spread: as they should be, and as no seeded hash ever is. */
  enum Spread {
    EVEN,
    /** All in one bucket. */
    CONSTANT,
    /** Three values: homes that are full many times over. */
    THREE_VALUES,
    /** Different only in bits that the order does not know. */
    LAST_BITS,
    /** The first 12 bits of the position are equal: one deep path through the directory. */
    LONG_PREFIX,
    /** Nine of ten in one 64th of the positions. */
    UNEVEN;

    long hash(long even, int skipBits) {
      long position = even << skipBits;
      long spread =
          switch (this) {
            case EVEN -> position;
            case CONSTANT -> 0x5555_5555_5555_5555L;
            case THREE_VALUES -> Long.remainderUnsigned(position, 3) * 0x5555_5555_5555_5555L;
            case LAST_BITS -> 0x1234_5678_9ab0_0000L | position >>> 48;
            case LONG_PREFIX -> 0xabc0_0000_0000_0000L | position >>> 12;
            case UNEVEN -> Long.remainderUnsigned(position, 10) == 0 ? position : position >>> 6;
          };
      return spread >>> skipBits;
    }
  }

  /** A table with the same contents as a map. */
  private static final class Checked implements AutoCloseable {
    final Records records = new Records();
    final Map<Integer, Integer> model = new HashMap<>();
    final List<Integer> numbers = new ArrayList<>();
    final Spread spread;
    final int skipBits;
    final HashTable tables;
    final long table;
    long hashes;

    Checked(Spread spread, int skipBits) {
      this.spread = spread;
      this.skipBits = skipBits;
      this.tables =
          new HashTable(records.slab, SEED, skipBits) {
            @Override
            long hash(long record) {
              hashes++;
              return spread.hash(super.hash(record), skipBits);
            }
          };
      this.table = tables.create();
    }

    /** The hash of the key that was written last. */
    long hash(int keyLength) {
      return spread.hash(Hash.hash(SEED, records.keyAddress(), keyLength), skipBits);
    }

    int find(int number) {
      int keyLength = records.key(number);
      return tables.find(table, hash(keyLength), records.keyAddress(), keyLength);
    }

    void insert(int number) {
      int ref = records.create(number, 0);
      tables.insert(table, hash(records.key(number)), ref);
      model.put(number, ref);
      numbers.add(number);
    }

    void replace(int number) {
      int newRef = records.create(number, Record.ACCESS_CLOCK);
      int oldRef = model.put(number, newRef);
      tables.replace(table, hash(records.key(number)), oldRef, newRef);
      records.free(oldRef);
    }

    void remove(int number) {
      int ref = model.remove(number);
      assertTrue(tables.remove(table, hash(records.key(number)), ref));
      assertFalse(tables.remove(table, hash(records.key(number)), ref));
      records.free(ref);
    }

    /** Removes a random record. */
    void removeAny(Random random) {
      int index = random.nextInt(numbers.size());
      int number = numbers.get(index);
      numbers.set(index, numbers.getLast());
      numbers.removeLast();
      remove(number);
    }

    void check() {
      tables.validate(table);
      assertEquals(model.size(), tables.count(table));
      assertEquals(records.slab.usedBytes(Tag.TABLE), tables.sizeBytes(table));
    }

    void checkAll() {
      check();
      Set<Integer> refs = new HashSet<>(model.values());
      model.forEach(
          (number, ref) -> {
            assertEquals(ref, find(number));
            // Keys with equal hashes stand for each other; the hook's hash is compared.
            int byHash = tables.findByHash(table, hash(records.key(number)));
            assertTrue(spread == Spread.EVEN ? byHash == ref : refs.contains(byHash));
          });
    }

    @Override
    public void close() {
      int[] drained = {0};
      int[] last = {0};
      boolean done = false;
      while (!done) {
        done =
            tables.drain(
                table,
                ref -> {
                  drained[0]++;
                  records.free(ref);
                },
                10);
        assertTrue(done || drained[0] >= last[0] + 10);
        last[0] = drained[0];
      }
      assertEquals(model.size(), drained[0]);
      assertEquals(0, records.slab.usedBytes(Tag.TABLE));
      records.close();
    }
  }

  /** Random steps on few keys, everything checked after each one. */
  @Property(tries = 200)
  void behavesLikeAMap(
      @ForAll Spread spread,
      @ForAll @IntRange(max = 20) int skipBits,
      @ForAll @IntRange(min = 1, max = 400) int keys,
      @ForAll long seed) {
    Random random = new Random(seed);
    try (Checked checked = new Checked(spread, skipBits)) {
      for (int step = 0; step < 600; step++) {
        int number = random.nextInt(keys);
        // Phases of growth and of shrinking.
        boolean growing = step % 300 < 180;
        Integer ref = checked.model.get(number);
        assertEquals(ref == null ? 0 : ref, checked.find(number));
        if (ref == null && (growing || random.nextInt(4) == 0)) {
          checked.insert(number);
        } else if (ref != null && growing && random.nextInt(3) == 0) {
          checked.replace(number);
        } else if (ref != null && !growing) {
          checked.remove(number);
          assertEquals(0, checked.find(number));
        }
        checked.check();
      }
      checked.checkAll();
    }
  }

  @ParameterizedTest
  @EnumSource(Spread.class)
  void growsAndShrinksBack(Spread spread) {
    // With equal hashes each step visits all records.
    int most =
        switch (spread) {
          case EVEN -> 120_000;
          case UNEVEN -> 30_000;
          default -> 3_000;
        };
    Random random = new Random(most);
    try (Checked checked = new Checked(spread, 6)) {
      long emptyBytes = checked.tables.sizeBytes(checked.table);
      for (int number = 0; number < most; number++) {
        checked.insert(number);
        if (number % (most / 50) == 0) {
          checked.check();
        }
      }
      checked.checkAll();
      assertEquals(0, checked.find(most));
      while (!checked.numbers.isEmpty()) {
        checked.removeAny(random);
        if (checked.model.size() % (most / 50) == 0) {
          checked.check();
        }
        if (checked.model.size() % (most / 5) == 0) {
          checked.checkAll();
        }
      }
      assertEquals(emptyBytes, checked.tables.sizeBytes(checked.table));
    }
  }

  @Test
  void indexTakesLessThan8BytesPerRecordAtEverySize() {
    try (Checked checked = new Checked(Spread.EVEN, 6)) {
      double sum = 0;
      int sizes = 0;
      for (int number = 0; number < 200_000; number++) {
        checked.insert(number);
        if (number >= 10_000 && number % 101 == 0) {
          double bytes = (double) checked.tables.sizeBytes(checked.table) / (number + 1);
          assertTrue(bytes < 8, () -> bytes + " bytes with " + checked.model.size() + " records");
          sum += bytes;
          sizes++;
        }
      }
      double average = sum / sizes;
      assertTrue(average < 7.5, () -> average + " bytes");
    }
  }

  @Test
  void smallTablesAreSmall() {
    try (Checked checked = new Checked(Spread.EVEN, 0)) {
      assertEquals(112, checked.tables.sizeBytes(checked.table));
      for (int number = 0; number < 1000; number++) {
        checked.insert(number);
        int count = number + 1;
        long limit = count <= 10 ? 112 : 240 + 64 * (count / 8);
        assertTrue(checked.tables.sizeBytes(checked.table) <= limit, () -> count + " records");
      }
    }
  }

  /** After many replacements look-ups are as quick as in a table that only grew. */
  @Test
  void strayRecordsStayFewWhenRecordsComeAndGo() {
    Random random = new Random(7);
    try (Checked checked = new Checked(Spread.EVEN, 6)) {
      for (int number = 0; number < 20_000; number++) {
        checked.insert(number);
      }
      double fresh = strayShare(checked);
      for (int number = 20_000; number < 100_000; number++) {
        checked.removeAny(random);
        checked.insert(number);
      }
      double used = strayShare(checked);
      assertTrue(fresh < 0.15, () -> fresh + " of the records are strays");
      assertTrue(used < 0.15, () -> used + " of the records are strays");
      checked.checkAll();
    }
  }

  /** The share of records that are not in their home. */
  private static double strayShare(Checked checked) {
    long strays = checked.tables.countStrays(checked.table);
    return (double) strays / checked.model.size();
  }

  /** One insertion or removal reads no more keys than one segment has. */
  @Test
  void noStepReadsMoreKeysThanOneSegmentHas() {
    Random random = new Random(3);
    try (Checked checked = new Checked(Spread.EVEN, 6)) {
      for (int number = 0; number < 50_000; number++) {
        checked.hashes = 0;
        checked.insert(number);
        assertTrue(checked.hashes <= 1200, () -> checked.hashes + " keys");
      }
      while (!checked.numbers.isEmpty()) {
        checked.hashes = 0;
        checked.removeAny(random);
        assertEquals(0, checked.hashes);
      }
    }
  }

  @Test
  void insertingAndRemovingAtALimitDoesNotRebuildEachTime() {
    try (Checked checked = new Checked(Spread.EVEN, 6)) {
      for (int number = 0; number < 20_000; number++) {
        checked.insert(number);
        long bytes = checked.tables.sizeBytes(checked.table);
        int changes = 0;
        for (int again = 0; again < 3; again++) {
          checked.remove(number);
          changes += checked.tables.sizeBytes(checked.table) == bytes ? 0 : 1;
          checked.insert(number);
        }
        int count = number + 1;
        int changed = changes;
        assertTrue(changes == 0, () -> changed + " changes at " + count + " records");
      }
    }
  }

  @Test
  void replacingWhatIsNotThereFails() {
    try (Checked checked = new Checked(Spread.EVEN, 6)) {
      checked.insert(1);
      int ref = checked.model.get(1);
      long otherHash = checked.hash(checked.records.key(2));
      assertThrows(
          IllegalStateException.class,
          () -> checked.tables.replace(checked.table, otherHash, ref + 1, ref));
    }
  }

  /** What a look-up without the lock finds while nothing changes is what the other one finds. */
  @ParameterizedTest
  @EnumSource
  void looksFindWhatIsThere(Spread spread) {
    int count = spread == Spread.EVEN ? 20_000 : 500;
    try (Checked checked = new Checked(spread, 3)) {
      for (int i = 0; i < count; i++) {
        checked.insert(i);
      }
      int found = 0;
      for (int i = 0; i < count; i++) {
        long hash = checked.hash(checked.records.key(i));
        long place = checked.tables.place(checked.table, hash, () -> true);
        assertEquals(checked.tables.place(checked.table, hash), place);
        int likely = HashTable.likely(place);
        int ref =
            likely == 0
                ? checked.tables.likelyStray(checked.table, hash, place, () -> true)
                : likely;
        found += ref == checked.model.get(i) ? 1 : 0;
      }
      // records of the same tag stand for each other
      assertTrue(spread != Spread.EVEN || found > count - count / 50, "found " + found);
    }
  }

  /**
   * Another thread changes the table in the middle of a look, at any of its steps, and what it
   * frees is used for something else at once: the look finds nothing then, and follows no address
   * that it should not.
   */
  @Property(tries = 300)
  void looksSurviveChanges(@ForAll @IntRange(min = 1, max = 12) int step, @ForAll long seed) {
    Random random = new Random(seed);
    try (Checked checked = new Checked(Spread.EVEN, 3);
        Readers.Reader reader = checked.records.readers().add()) {
      int count = 1 + random.nextInt(4000);
      for (int i = 0; i < count; i++) {
        checked.insert(i);
      }
      for (int i = 0; i < 20 && !checked.numbers.isEmpty(); i++) {
        long hash = checked.hash(checked.records.key(random.nextInt(count)));
        ChangingGlance glance = new ChangingGlance(checked, (i + 1) * 100_000, step, random);
        reader.enter();
        Memory.beginLooking();
        long place = checked.tables.place(checked.table, hash, glance);
        int ref = place == 0 ? 0 : checked.tables.likelyStray(checked.table, hash, place, glance);
        Memory.endLooking();
        reader.leave();
        assertTrue(glance.holds || ref == 0, "a ref from a look that did not hold");
        assertTrue(glance.heldAtFirst(place), "a place from a look that did not hold");
        checked.records.freeRubbish();
      }
      checked.check();
    }
  }

  /** Changes the table when it is asked the n-th time. */
  private static final class ChangingGlance implements Glance {
    private static final int MAX_CHANGES = 3000;
    private final Checked checked;
    private final Random random;
    private int nextNumber;
    private int asked;
    private final int step;
    boolean holds = true;
    private int lastHeld;

    ChangingGlance(Checked checked, int firstNumber, int step, Random random) {
      nextNumber = firstNumber;
      this.checked = checked;
      this.step = step;
      this.random = random;
    }

    @Override
    public boolean holds() {
      asked++;
      if (asked == step) {
        holds = false;
        Memory.endLooking();
        boolean removes = random.nextBoolean();
        for (int i = random.nextInt(MAX_CHANGES); i > 0; i--) {
          if (!removes) {
            checked.insert(nextNumber++);
          } else if (!checked.numbers.isEmpty()) {
            checked.removeAny(random);
          }
        }
        checked.records.allocateRubbish(random);
        Memory.beginLooking();
      }
      if (holds) {
        lastHeld = asked;
      }
      return holds;
    }

    /** Whether the look at a place had ended before the change, if it found one. */
    boolean heldAtFirst(long place) {
      return place == 0 || lastHeld >= HOLDS_PER_PLACE;
    }

    /** How often a look at a place asks. */
    private static final int HOLDS_PER_PLACE = 4;
  }

  /** What stays in the table is visited exactly once, whatever happens between the calls. */
  @Property(tries = 300)
  void scanVisitsWhatStaysExactlyOnce(
      @ForAll Spread spread,
      @ForAll @IntRange(max = 20) int skipBits,
      @ForAll @IntRange(max = 4_000) int before,
      @ForAll @IntRange(max = 4_000) int most,
      @ForAll @IntRange(min = 1, max = 60) int minimum,
      @ForAll long seed) {
    // With equal hashes each step visits all records.
    int divisor =
        switch (spread) {
          case EVEN, UNEVEN -> 1;
          case LONG_PREFIX -> 2;
          default -> 8;
        };
    int first = before / divisor;
    int bound = most / divisor;
    Random random = new Random(seed);
    try (Checked checked = new Checked(spread, skipBits)) {
      int next = 0;
      while (next < first) {
        checked.insert(next++);
      }
      Set<Integer> stays = new HashSet<>(checked.model.keySet());
      Map<Integer, Integer> visits = new HashMap<>();
      long cursor = 0;
      do {
        long from = cursor;
        int[] visited = {0};
        cursor =
            checked.tables.scan(
                checked.table,
                from,
                ref -> {
                  visits.merge(checked.records.number(ref), 1, Integer::sum);
                  visited[0]++;
                },
                minimum);
        assertTrue(cursor == 0 || cursor > from);
        assertTrue(cursor < 1L << HashTable.CURSOR_BITS);
        assertTrue(cursor == 0 || visited[0] >= minimum);
        // Grow or shrink by up to half.
        int changes = random.nextInt(bound + 1) / 4;
        boolean grow = random.nextBoolean();
        for (int i = 0; i < changes; i++) {
          if (grow) {
            checked.insert(next++);
          } else if (!checked.numbers.isEmpty()) {
            checked.removeAny(random);
          }
        }
        stays.retainAll(checked.model.keySet());
        if (next > 20_000) {
          bound = 0;
        }
      } while (cursor != 0);
      visits.forEach((number, count) -> assertEquals(1, count, () -> "visits of " + number));
      assertTrue(visits.keySet().containsAll(stays));
    }
  }

  /**
   * A cursor of a large table goes on in a small one, where its place may be between two records
   * with equal tags; and the other way round.
   */
  @Property(tries = 60)
  void scanGoesOnInATableOfAnotherSize(
      @ForAll Spread spread, @ForAll boolean shrink, @ForAll long seed) {
    int large = spread == Spread.EVEN || spread == Spread.UNEVEN ? 6_000 : 2_000;
    Random random = new Random(seed);
    try (Checked checked = new Checked(spread, 6)) {
      for (int number = 0; number < (shrink ? large : 60); number++) {
        checked.insert(number);
      }
      Map<Integer, Integer> visits = new HashMap<>();
      RefVisitor visitor = ref -> visits.merge(checked.records.number(ref), 1, Integer::sum);
      Set<Integer> stays = new HashSet<>(checked.model.keySet());
      long cursor = 0;
      int goal = random.nextInt(stays.size());
      do {
        cursor = checked.tables.scan(checked.table, cursor, visitor, 1);
      } while (cursor != 0 && visits.size() < goal);
      while (checked.model.size() > 60) {
        checked.removeAny(random);
      }
      for (int number = large; !shrink && number < 2 * large; number++) {
        checked.insert(number);
      }
      while (cursor != 0) {
        cursor = checked.tables.scan(checked.table, cursor, visitor, 5);
      }
      stays.retainAll(checked.model.keySet());
      assertTrue(visits.keySet().containsAll(stays));
      visits.forEach((number, count) -> assertEquals(1, count, () -> "visits of " + number));
    }
  }

  @Test
  void scanStopsSoonAfterTheMinimum() {
    try (Checked checked = new Checked(Spread.EVEN, 6)) {
      for (int number = 0; number < 30_000; number++) {
        checked.insert(number);
      }
      long cursor = 0;
      do {
        int[] visited = {0};
        cursor = checked.tables.scan(checked.table, cursor, ref -> visited[0]++, 10);
        assertTrue(visited[0] < 10 + 30, () -> visited[0] + " visited");
      } while (cursor != 0);
    }
  }

  @Property(tries = 100)
  void anyCursorLeadsToTheEnd(@ForAll long cursor, @ForAll @IntRange(max = 3_000) int count) {
    try (Checked checked = new Checked(Spread.EVEN, 3)) {
      for (int number = 0; number < count; number++) {
        checked.insert(number);
      }
      Set<Integer> visited = new HashSet<>();
      long next = cursor;
      do {
        next = checked.tables.scan(checked.table, next, ref -> assertTrue(visited.add(ref)), 100);
      } while (next != 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9, 11, 40, 700, 5_000})
  void samplesAreNearlyUniform(int count) {
    try (Checked checked = new Checked(Spread.EVEN, 6)) {
      for (int number = 0; number < count; number++) {
        checked.insert(number);
      }
      int[] drawn = new int[count];
      int[] refs = new int[1];
      Random random = new Random(count);
      int draws = 400 * count;
      for (int i = 0; i < draws; i++) {
        assertEquals(1, checked.tables.sample(checked.table, random.nextLong(), refs, 1));
        drawn[checked.records.number(refs[0])]++;
      }
      // 400 expected each; the standard deviation of a fair draw is 20. Buckets of different
      // segments differ in their share of the hash range by up to a seventh.
      for (int one : drawn) {
        assertTrue(one > 200 && one < 600, () -> one + " draws instead of 400");
      }
    }
  }

  @Property(tries = 200)
  void samplesAreDifferentRecordsOfTheTable(
      @ForAll Spread spread,
      @ForAll @IntRange(max = 300) int count,
      @ForAll @IntRange(min = 1, max = 40) int wanted,
      @ForAll long random) {
    try (Checked checked = new Checked(spread, 6)) {
      for (int number = 0; number < count; number++) {
        checked.insert(number);
      }
      int[] refs = new int[wanted];
      int found = checked.tables.sample(checked.table, random, refs, wanted);
      assertEquals(Math.min(wanted, count), found);
      Set<Integer> different = new HashSet<>();
      for (int ref : Arrays.copyOf(refs, found)) {
        assertTrue(checked.model.containsValue(ref));
        assertTrue(different.add(ref));
      }
    }
  }

  /** Everything is removed in the order of the hash, as with SCAN and DEL. */
  @Test
  void samplesAreFoundInATableThatIsEmptyInItsFirstPart() {
    try (Checked checked = new Checked(Spread.EVEN, 6)) {
      for (int number = 0; number < 20_000; number++) {
        checked.insert(number);
      }
      List<Integer> order = new ArrayList<>();
      long cursor = 0;
      do {
        cursor =
            checked.tables.scan(
                checked.table, cursor, ref -> order.add(checked.records.number(ref)), 1000);
      } while (cursor != 0);
      int[] refs = new int[5];
      Random random = new Random(1);
      for (int number : order) {
        assertNotEquals(0, checked.tables.sample(checked.table, random.nextLong(), refs, 5));
        checked.remove(number);
      }
      checked.check();
      assertEquals(112, checked.tables.sizeBytes(checked.table));
      assertEquals(0, checked.tables.sample(checked.table, random.nextLong(), refs, 5));
    }
  }

  @Test
  void tablesOfOneSlabAreIndependent() {
    try (Checked checked = new Checked(Spread.EVEN, 6)) {
      long other = checked.tables.create();
      for (int number = 0; number < 3_000; number++) {
        checked.insert(number);
        if (number % 2 == 0) {
          int keyLength = checked.records.key(number);
          checked.tables.insert(other, checked.hash(keyLength), checked.model.get(number));
        }
      }
      assertEquals(1_500, checked.tables.count(other));
      for (int number = 0; number < 3_000; number++) {
        int keyLength = checked.records.key(number);
        long hash = checked.hash(keyLength);
        int ref = checked.tables.find(other, hash, checked.records.keyAddress(), keyLength);
        assertEquals(number % 2 == 0 ? checked.model.get(number) : 0, ref);
      }
      checked.tables.validate(other);
      checked.tables.destroy(other);
      checked.checkAll();
    }
  }
}
