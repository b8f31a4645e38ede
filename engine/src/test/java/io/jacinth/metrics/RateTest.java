package io.jacinth.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RateTest {
  private static final long TENTH_NANOS = 100_000_000;

  @Test
  void isTheMeanOfTheLatestSamples() {
    Rate rate = new Rate();
    assertEquals(0, rate.perSecond());
    for (int i = 0; i <= 16; i++) {
      rate.sample(i * TENTH_NANOS, i * 50L);
    }
    assertEquals(500, rate.perSecond(), 0.001);
    for (int i = 17; i <= 32; i++) {
      rate.sample(i * TENTH_NANOS, 800);
    }
    assertEquals(0, rate.perSecond(), 0.001);
  }

  @Test
  void aCounterMayBeReset() {
    Rate rate = new Rate();
    rate.sample(0, 1_000_000);
    rate.sample(TENTH_NANOS, 160);
    assertEquals(100, rate.perSecond(), 0.001);
  }
}
