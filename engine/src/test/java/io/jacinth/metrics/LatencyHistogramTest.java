package io.jacinth.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  private static final double[] PERCENTS = {0, 1, 50, 90, 99, 99.9, 100};

  @Test
  void percentilesAreCloseToThoseOfTheSortedValues() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      LatencyHistogram first = new LatencyHistogram();
      LatencyHistogram second = new LatencyHistogram();
      long[] nanos = new long[1 + random.nextInt(2000)];
      for (int i = 0; i < nanos.length; i++) {
        nanos[i] = random.nextLong(1L << random.nextInt(34));
        (random.nextBoolean() ? first : second).record(nanos[i]);
      }
      first.add(second);
      Arrays.sort(nanos);
      assertEquals(nanos.length, first.count());
      for (double percent : PERCENTS) {
        int rank = (int) Math.max(1, Math.ceil(nanos.length * percent / 100));
        long exact = nanos[rank - 1];
        long found = first.percentileNanos(percent);
        assertTrue(
            found >= exact && found <= exact + exact / 64 + 1,
            () -> "seed " + seed + ": " + percent + "% is " + exact + ", found " + found);
      }
    }
  }

  @Test
  void emptyAndEndless() {
    LatencyHistogram histogram = new LatencyHistogram();
    assertEquals(0, histogram.percentileNanos(50));
    histogram.record(Long.MAX_VALUE);
    histogram.record(-5);
    assertEquals(0, histogram.percentileNanos(50));
    assertTrue(histogram.percentileNanos(100) > 10_000_000_000L);
  }
}
