package io.jacinth.metrics;

/**
 * How fast a counter grows: the mean of its latest samples, as Redis computes its {@code
 * instantaneous_} figures.
 *
 * <p>One thread samples; others may read.
 */
public final class Rate {
  private static final int SAMPLES = 16;

  private final double[] perSecond = new double[SAMPLES];
  private int next;
  private long lastNanos;
  private long lastCount;
  private boolean started;

  /** Notes the counter's value at a time. */
  public void sample(long nanos, long count) {
    if (started && nanos > lastNanos) {
      // a counter that has been reset counts from zero
      long growth = count >= lastCount ? count - lastCount : count;
      perSecond[next] = growth * 1e9 / (nanos - lastNanos);
      next = (next + 1) % SAMPLES;
    }
    started = true;
    lastNanos = nanos;
    lastCount = count;
  }

  public double perSecond() {
    double sum = 0;
    for (double each : perSecond) {
      sum += each;
    }
    return sum / SAMPLES;
  }
}
