package io.jacinth.metrics;

/**
 * How often which duration occurred, to within 1/64 of it.
 *
 * <p>Buckets as of HdrHistogram (Gil Tene): below 64 ns one per nanosecond, above that 64 per
 * doubling, so that recording is a shift and an addition, and the memory does not depend on what is
 * recorded.
 *
 * <pre>
 * duration in binary   1xxxxxx yyyy    bucket = doublings * 64 + xxxxxx, the y are dropped
 * </pre>
 *
 * <p>One thread records; others may read and see a moment ago.
 */
public final class LatencyHistogram {
  private static final int STEP_BITS = 6;
  private static final int STEPS = 1 << STEP_BITS;

  /** Longer durations count as this one, 17 seconds. */
  private static final long MAX_NANOS = (1L << 34) - 1;

  private static final int BUCKETS = bucket(MAX_NANOS) + 1;

  private final long[] counts = new long[BUCKETS];
  private long count;

  public void record(long nanos) {
    record(nanos, 1);
  }

  /** Records a duration that occurred several times. */
  public void record(long nanos, int times) {
    counts[bucket(Math.clamp(nanos, 0, MAX_NANOS))] += times;
    count += times;
  }

  /** How many durations have been recorded. */
  public long count() {
    return count;
  }

  /** Adds what another one has recorded. */
  public void add(LatencyHistogram other) {
    for (int i = 0; i < BUCKETS; i++) {
      counts[i] += other.counts[i];
    }
    count += other.count;
  }

  /** The duration that {@code percent} of all do not exceed; 0 when there are none. */
  public long percentileNanos(double percent) {
    long rank = Math.max(1, (long) Math.ceil(count * percent / 100));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return highest(i);
      }
    }
    return 0;
  }

  private static int bucket(long nanos) {
    int doublings = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - 1 - STEP_BITS);
    return doublings * STEPS + (int) (nanos >>> doublings);
  }

  /** The longest duration of a bucket. */
  private static long highest(int bucket) {
    int doublings = Math.max(0, bucket / STEPS - 1);
    long steps = bucket - (long) doublings * STEPS;
    return ((steps + 1) << doublings) - 1;
  }
}
