package io.jacinth.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
  private static final long START_MILLIS = 1_700_000_000_000L;
  private static final long SLOT_MILLIS = 64;
  private static final long DAY_MILLIS = 86_400_000;
  private static final long YEAR_MILLIS = 365 * DAY_MILLIS;

  /** A wheel with the same records as a sorted map. */
  private static final class Checked implements AutoCloseable {
    final Records records = new Records();
    final TimerWheel wheels = new TimerWheel(records.slab);

    /** By the time of their expiry; if that was past when they were added, by the time of that. */
    final TreeMap<Long, Set<Integer>> refsByMillis = new TreeMap<>();

    final Map<Integer, Long> millisOfRefs = new HashMap<>();
    final List<Integer> refs = new ArrayList<>();
    final Map<Integer, Integer> indexes = new HashMap<>();
    final long wheel;
    long nowMillis = START_MILLIS;
    long maxLateMillis;
    int visited;
    private int numbers;

    /** What the keyspace does with an expired record. */
    final RefVisitor visitor =
        ref -> {
          long expireAtMillis = records.expireAtMillis(ref);
          assertTrue(expireAtMillis <= nowMillis, "too early");
          maxLateMillis = Math.max(maxLateMillis, nowMillis - expireAtMillis);
          visited++;
          remove(ref);
        };

    Checked() {
      wheel = wheels.create(nowMillis);
    }

    int add(long expireAtMillis) {
      int ref = records.createExpiring(numbers++, expireAtMillis);
      wheels.add(wheel, ref);
      know(ref, Math.max(expireAtMillis, nowMillis));
      return ref;
    }

    void remove(int ref) {
      wheels.remove(wheel, ref);
      forget(ref);
      records.free(ref);
    }

    /** Copies a record to another block, as when its value no longer fits. */
    void move(int oldRef) {
      long oldRecord = records.slab.address(oldRef);
      int number = records.number(oldRef);
      int newRef = records.create(number, Record.EXPIRY | Record.ACCESS_CLOCK);
      Record.copyExpiry(oldRecord, records.slab.address(newRef));
      wheels.moved(wheel, oldRef, newRef);
      know(newRef, forget(oldRef));
      Memory.fill(Record.linksAddress(oldRecord), RecordLayout.EXPIRY_BYTES / 2, 0xee);
      records.free(oldRef);
    }

    private void know(int ref, long millis) {
      millisOfRefs.put(ref, millis);
      indexes.put(ref, refs.size());
      refs.add(ref);
      refsByMillis.computeIfAbsent(millis, m -> new HashSet<>()).add(ref);
    }

    private long forget(int ref) {
      int index = indexes.remove(ref);
      int last = refs.removeLast();
      if (last != ref) {
        refs.set(index, last);
        indexes.put(last, index);
      }
      long millis = millisOfRefs.remove(ref);
      Set<Integer> same = refsByMillis.get(millis);
      assertTrue(same.remove(ref));
      if (same.isEmpty()) {
        refsByMillis.remove(millis);
      }
      return millis;
    }

    /** Goes on to a time; returns whether all work was done. */
    boolean advance(long toMillis, int budget) {
      nowMillis = toMillis;
      visited = 0;
      int handled = wheels.advance(wheel, nowMillis, budget, visitor);
      assertTrue(handled <= budget);
      assertTrue(visited <= handled);
      boolean done = handled < budget;
      if (done && !refs.isEmpty()) {
        assertTrue(refsByMillis.firstKey() / SLOT_MILLIS >= nowMillis / SLOT_MILLIS);
      }
      return done;
    }

    void check() {
      wheels.validate(wheel);
      assertEquals(refs.size(), wheels.count(wheel));
      int nearest = wheels.nearest(wheel);
      if (refs.isEmpty()) {
        assertEquals(0, nearest);
        assertEquals(Long.MAX_VALUE, wheels.nextMillis(wheel));
      } else {
        assertTrue(indexes.containsKey(nearest));
      }
    }

    @Override
    public void close() {
      for (int ref : List.copyOf(refs)) {
        remove(ref);
      }
      check();
      wheels.destroy(wheel);
      assertEquals(0, records.slab.usedBytes(Tag.EXPIRY));
      records.close();
    }
  }

  private static long randomMillis(Random random, long nowMillis) {
    return switch (random.nextInt(8)) {
      case 0 -> nowMillis + random.nextInt(200);
      case 1 -> nowMillis + random.nextInt(5_000);
      case 2 -> nowMillis + random.nextInt(1_000_000);
      case 3 -> nowMillis + random.nextLong(3 * DAY_MILLIS);
      case 4 -> nowMillis + random.nextLong(YEAR_MILLIS);
      case 5 -> nowMillis - random.nextInt(1_000_000);
      case 6 -> random.nextBoolean() ? Long.MAX_VALUE : random.nextLong(Long.MAX_VALUE);
      default -> nowMillis + (1L << random.nextInt(42));
    };
  }

  @Property(tries = 300)
  void behavesLikeASortedMap(@ForAll long seed) {
    Random random = new Random(seed);
    try (Checked checked = new Checked()) {
      for (int step = 0; step < 300; step++) {
        switch (random.nextInt(6)) {
          case 0, 1 -> checked.add(randomMillis(random, checked.nowMillis));
          case 2 -> {
            if (!checked.refs.isEmpty()) {
              int ref = checked.refs.get(random.nextInt(checked.refs.size()));
              if (random.nextBoolean()) {
                checked.remove(ref);
              } else {
                checked.move(ref);
              }
            }
          }
          case 3 -> {
            int[] refs = new int[1 + random.nextInt(10)];
            int found = checked.wheels.sample(checked.wheel, random.nextLong(), refs, refs.length);
            assertEquals(Math.min(refs.length, checked.refs.size()), found);
            Set<Integer> different = new HashSet<>();
            for (int ref : Arrays.copyOf(refs, found)) {
              assertTrue(checked.indexes.containsKey(ref));
              assertTrue(different.add(ref));
            }
          }
          default -> {
            long millis =
                switch (random.nextInt(12)) {
                  case 0 -> -random.nextLong(2 * DAY_MILLIS);
                  case 1 -> random.nextLong(YEAR_MILLIS);
                  case 2 -> random.nextLong(DAY_MILLIS);
                  case 3, 4 -> random.nextInt(100_000);
                  default -> random.nextInt(1_000);
                };
            checked.advance(checked.nowMillis + millis, 1 + random.nextInt(20));
          }
        }
        checked.check();
      }
    }
  }

  /** With a clock that only goes on and enough calls, nothing expires late. */
  @Property(tries = 100)
  void expiresInTime(@ForAll long seed) {
    Random random = new Random(seed);
    try (Checked checked = new Checked()) {
      for (int i = 0; i < 300; i++) {
        checked.add(START_MILLIS + (1L << random.nextInt(30)) + random.nextInt(3_000));
      }
      while (!checked.refs.isEmpty()) {
        long nextMillis = checked.wheels.nextMillis(checked.wheel);
        long firstMillis = checked.refsByMillis.firstKey();
        assertTrue(nextMillis <= firstMillis + SLOT_MILLIS);
        int nearest = checked.wheels.nearest(checked.wheel);
        assertTrue(checked.records.expireAtMillis(nearest) >= firstMillis);
        // A timer that sleeps as long as it may.
        long toMillis = Math.max(nextMillis, checked.nowMillis + 1);
        while (!checked.advance(toMillis, 50)) {
          checked.check();
        }
        if (random.nextInt(10) == 0) {
          checked.check();
        }
      }
      long lateMillis = checked.maxLateMillis;
      assertTrue(lateMillis <= SLOT_MILLIS, () -> lateMillis + " ms late");
    }
  }

  /** Many records of one coarse slot: they move down long before, a few at a time. */
  @ParameterizedTest
  @ValueSource(longs = {3_600_000, 90_000_000, 60 * DAY_MILLIS})
  void aFullCoarseSlotIsWorkedOffInTime(long timeToLiveMillis) {
    int count = 100_000;
    int spreadMillis = 60_000;
    Random random = new Random(1);
    try (Checked checked = new Checked()) {
      for (int i = 0; i < count; i++) {
        checked.add(START_MILLIS + timeToLiveMillis + random.nextInt(spreadMillis));
      }
      // Ten calls a second, but what has nothing to do is skipped. Per second 17 times as many
      // records as the wheel has to expire.
      int budget = 3 * 17 * count / (spreadMillis / 100) / 10;
      while (!checked.refs.isEmpty()) {
        long nextMillis = checked.wheels.nextMillis(checked.wheel);
        checked.advance(Math.max(nextMillis, checked.nowMillis + 100), budget);
      }
      long lateMillis = checked.maxLateMillis;
      assertTrue(lateMillis <= 200, () -> lateMillis + " ms late");
    }
  }

  /** All at the same instant: then only visiting them takes time. */
  @Test
  void recordsOfOneInstantAreReadyThen() {
    int count = 50_000;
    long instantMillis = START_MILLIS + DAY_MILLIS + 12_345;
    try (Checked checked = new Checked()) {
      for (int i = 0; i < count; i++) {
        checked.add(instantMillis);
      }
      while (checked.nowMillis < instantMillis) {
        long nextMillis = checked.wheels.nextMillis(checked.wheel);
        checked.advance(
            Math.min(instantMillis, Math.max(nextMillis, checked.nowMillis + 100)), 2_000);
      }
      assertEquals(count, checked.refs.size());
      int calls = 0;
      while (!checked.refs.isEmpty()) {
        checked.advance(instantMillis + SLOT_MILLIS, 1_000);
        calls++;
      }
      assertEquals(count / 1_000, calls);
    }
  }

  @Test
  void aJumpForwardIsWorkedOffInSlices() {
    Random random = new Random(2);
    try (Checked checked = new Checked()) {
      for (int i = 0; i < 20_000; i++) {
        checked.add(START_MILLIS + random.nextLong(40 * YEAR_MILLIS));
      }
      checked.add(Long.MAX_VALUE);
      long toMillis = START_MILLIS + 50 * YEAR_MILLIS;
      int calls = 0;
      while (!checked.advance(toMillis, 100)) {
        calls++;
        assertTrue(calls < 100_000);
      }
      checked.check();
      assertEquals(1, checked.refs.size());
      assertEquals(0, checked.wheels.advance(checked.wheel, toMillis, 100, checked.visitor));
    }
  }

  @Test
  void afterAJumpBackRecordsExpireInTime() {
    try (Checked checked = new Checked()) {
      Random random = new Random(3);
      for (int i = 0; i < 1_000; i++) {
        checked.add(START_MILLIS + random.nextInt(10_000_000));
      }
      checked.advance(START_MILLIS + 5_000_000, 10_000);
      int left = checked.refs.size();
      // An hour back.
      long backMillis = START_MILLIS + 1_400_000;
      checked.advance(backMillis, 10_000);
      assertEquals(left, checked.refs.size());
      for (int i = 0; i < 1_000; i++) {
        checked.add(backMillis + random.nextInt(2_000_000));
      }
      checked.check();
      checked.maxLateMillis = 0;
      while (!checked.refs.isEmpty()) {
        while (!checked.advance(checked.nowMillis + 100, 100)) {
          checked.check();
        }
      }
      long lateMillis = checked.maxLateMillis;
      assertTrue(lateMillis <= 100 + SLOT_MILLIS, () -> lateMillis + " ms late");
    }
  }

  @Test
  void samplesDiffer() {
    try (Checked checked = new Checked()) {
      for (int i = 0; i < 100; i++) {
        checked.add(START_MILLIS + 50_000);
      }
      Set<Integer> seen = new HashSet<>();
      int[] refs = new int[5];
      for (int i = 0; i < 20; i++) {
        assertEquals(5, checked.wheels.sample(checked.wheel, i, refs, 5));
        for (int ref : refs) {
          assertTrue(seen.add(ref), "again before all others");
        }
        checked.check();
      }
      assertEquals(100, seen.size());
    }
  }

  @Test
  void samplesComeFromManySlots() {
    try (Checked checked = new Checked()) {
      int few = checked.add(START_MILLIS + 300);
      for (int i = 0; i < 1_000; i++) {
        checked.add(START_MILLIS + 1_000_000);
      }
      int[] refs = new int[3];
      Random random = new Random(1);
      int withFew = 0;
      for (int i = 0; i < 100; i++) {
        assertEquals(3, checked.wheels.sample(checked.wheel, random.nextLong(), refs, 3));
        withFew += Arrays.stream(refs).anyMatch(ref -> ref == few) ? 1 : 0;
      }
      assertEquals(100, withFew);
    }
  }

  @Test
  void nearestIsAmongTheNext() {
    Random random = new Random(5);
    try (Checked checked = new Checked()) {
      for (int i = 0; i < 5_000; i++) {
        checked.add(START_MILLIS + random.nextInt(10_000_000));
      }
      for (int i = 0; i < 4_000; i++) {
        int nearest = checked.wheels.nearest(checked.wheel);
        long laterMillis =
            checked.records.expireAtMillis(nearest) - checked.refsByMillis.firstKey();
        long soonMillis = Math.max(checked.refsByMillis.firstKey() - START_MILLIS, 2_048);
        assertTrue(laterMillis <= soonMillis, () -> laterMillis + " ms after the first");
        checked.remove(nearest);
      }
    }
  }

  @Test
  void wrongUseIsNoticed() {
    try (Checked checked = new Checked()) {
      int first = checked.add(START_MILLIS);
      int second = checked.add(START_MILLIS + 10_000);
      assertThrows(
          IllegalStateException.class, () -> checked.wheels.moved(checked.wheel, second, first));
    }
  }

  @Test
  void aVisitorMayAddARecordAgain() {
    try (Checked checked = new Checked()) {
      int ref = checked.add(START_MILLIS);
      checked.add(START_MILLIS + 10_000);
      List<Integer> seen = new ArrayList<>();
      RefVisitor twice =
          visited -> {
            seen.add(visited);
            checked.wheels.remove(checked.wheel, visited);
            if (seen.size() < 3) {
              checked.wheels.add(checked.wheel, visited);
            } else {
              checked.forget(visited);
              checked.records.free(visited);
            }
          };
      assertEquals(2, checked.wheels.advance(checked.wheel, START_MILLIS + 1_000, 2, twice));
      assertEquals(1, checked.wheels.advance(checked.wheel, START_MILLIS + 1_000, 2, twice));
      assertEquals(List.of(ref, ref, ref), seen);
      checked.check();
    }
  }

  @Test
  void aRecordCanBeInAWheelByOtherLinks() {
    try (Checked checked = new Checked()) {
      Map<Long, Long> timesOfRecords = new HashMap<>();
      Map<Long, Long> linksOfRecords = new HashMap<>();
      TimerWheel others =
          new TimerWheel(checked.records.slab) {
            @Override
            protected long expireAtMillis(long record) {
              return timesOfRecords.get(record);
            }

            @Override
            protected long linksAddress(long record) {
              return linksOfRecords.get(record);
            }
          };
      long wheel = others.create(START_MILLIS);
      for (int i = 0; i < 100; i++) {
        int ref = checked.add(START_MILLIS + 1_000_000 - i * 10_000L);
        long record = checked.records.slab.address(ref);
        timesOfRecords.put(record, START_MILLIS + i * 10_000L);
        linksOfRecords.put(record, checked.records.slab.allocate(Long.BYTES, Tag.SCRATCH));
        others.add(wheel, ref);
      }
      checked.check();
      others.validate(wheel);
      List<Integer> seen = new ArrayList<>();
      RefVisitor visitor =
          ref -> {
            others.remove(wheel, ref);
            seen.add(ref);
          };
      while (others.advance(wheel, START_MILLIS + 500_000, 10, visitor) == 10) {
        others.validate(wheel);
      }
      assertEquals(checked.refs.subList(0, 50), seen);
      checked.check();
      assertEquals(50, others.count(wheel));
      others.destroy(wheel);
      linksOfRecords
          .values()
          .forEach(links -> checked.records.slab.free(links, Long.BYTES, Tag.SCRATCH));
    }
  }

  @Test
  void anEmptyWheelGoesAnywhereAtOnce() {
    try (Checked checked = new Checked()) {
      for (long millis : new long[] {0, START_MILLIS, 50 * YEAR_MILLIS, 1, Long.MAX_VALUE / 2, 7}) {
        assertTrue(checked.advance(millis, 1));
        checked.check();
        int ref = checked.add(millis + 100);
        assertTrue(checked.advance(millis + 99, 2));
        assertEquals(1, checked.refs.size());
        while (!checked.refs.isEmpty()) {
          checked.advance(millis + 200, 2);
        }
        assertEquals(-1, checked.refs.indexOf(ref));
      }
    }
  }

  @Test
  void theBytesAreThoseOfTheDrawing() {
    try (Checked checked = new Checked()) {
      assertEquals(0x44, TimerWheelLayout.FIRST_SLOT + 1 * 64 + 3);
      // The slot of level 1 that is current, plus 2: the first that a record is put in.
      long slotTime = (START_MILLIS >> 6 >> 5) + 2;
      int first = checked.add(slotTime << 5 << 6);
      int second = checked.add(slotTime << 5 << 6 | 1);
      int slot = TimerWheelLayout.FIRST_SLOT + 64 + (int) (slotTime & 63);
      assertEquals(0, Memory.getInt(checked.wheel + TimerWheelLayout.LEVEL_REFS));
      int level = Memory.getInt(checked.wheel + TimerWheelLayout.LEVEL_REFS + 4);
      long slotLinks = checked.records.slab.address(level) + (slotTime & 63) * 8;
      assertEquals(first, Memory.getInt(slotLinks + RecordLayout.NEXT));
      assertEquals(second, Memory.getInt(slotLinks + RecordLayout.PREVIOUS));
      long firstLinks = Record.linksAddress(checked.records.slab.address(first));
      long secondLinks = Record.linksAddress(checked.records.slab.address(second));
      assertEquals(second, Memory.getInt(firstLinks + RecordLayout.NEXT));
      assertEquals(slot, Memory.getInt(firstLinks + RecordLayout.PREVIOUS));
      assertEquals(slot, Memory.getInt(secondLinks + RecordLayout.NEXT));
      assertEquals(first, Memory.getInt(secondLinks + RecordLayout.PREVIOUS));
    }
  }
}
