package io.jacinth.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RandomSourceTest {
  @Test
  void theSameSeedGivesTheSameNumbers() {
    RandomSource first = new RandomSource(42);
    RandomSource second = new RandomSource(42);
    for (int i = 0; i < 100; i++) {
      assertEquals(first.nextLong(), second.nextLong());
    }
    assertNotEquals(first.nextLong(), new RandomSource(43).nextLong());
    assertNotEquals(first.fork().nextLong(), second.nextLong());
    assertNotEquals(
        RandomSource.seededBySystem().nextLong(), RandomSource.seededBySystem().nextLong());
  }

  /** Each value of a small range about equally often: 10 sigma around the expected count. */
  @Test
  void boundedNumbersAreEven() {
    RandomSource random = new RandomSource(7);
    int[] counts = new int[10];
    int tries = 100_000;
    for (int i = 0; i < tries; i++) {
      counts[random.nextInt(counts.length)]++;
    }
    for (int count : counts) {
      assertTrue(Math.abs(count - tries / counts.length) < 1000, () -> "count " + count);
    }
  }

  /** Every bit is set half of the time. */
  @Test
  void bitsAreEven() {
    RandomSource random = new RandomSource(7);
    int[] counts = new int[Long.SIZE];
    int tries = 100_000;
    for (int i = 0; i < tries; i++) {
      long bits = random.nextLong();
      for (int bit = 0; bit < Long.SIZE; bit++) {
        counts[bit] += (int) (bits >>> bit & 1);
      }
    }
    for (int count : counts) {
      assertTrue(Math.abs(count - tries / 2) < 1600, () -> "count " + count);
    }
  }

  @Test
  void doublesAreBelowOne() {
    RandomSource random = new RandomSource(7);
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      double next = random.nextDouble();
      assertTrue(next >= 0 && next < 1);
      sum += next;
    }
    assertEquals(0.5, sum / 10_000, 0.03);
  }

  @Test
  void aManualClockMovesWhenTold() {
    ManualClock clock = new ManualClock(1_000);
    assertEquals(1_000, clock.millis());
    clock.advanceMillis(5);
    clock.advanceNanos(999_999);
    assertEquals(1_005, clock.millis());
    assertEquals(1_005_999, clock.micros());
    assertEquals(1_005_999_999L, clock.nanos());
    assertTrue(Clock.SYSTEM.micros() / 1_000 - Clock.SYSTEM.millis() <= 1);
  }
}
