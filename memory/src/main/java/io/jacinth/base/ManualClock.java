package io.jacinth.base;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is told to move: for tests. */
public final class ManualClock implements Clock {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;

  /** Since the epoch; both times are derived from it, so they move together. */
  private final AtomicLong nanos;

  public ManualClock(long millis) {
    nanos = new AtomicLong(Math.multiplyExact(millis, NANOS_PER_MILLI));
  }

  @Override
  public long millis() {
    return nanos.get() / NANOS_PER_MILLI;
  }

  @Override
  public long micros() {
    return nanos.get() / NANOS_PER_MICRO;
  }

  @Override
  public long nanos() {
    return nanos.get();
  }

  public void advanceMillis(long millis) {
    advanceNanos(Math.multiplyExact(millis, NANOS_PER_MILLI));
  }

  public void advanceNanos(long duration) {
    nanos.addAndGet(duration);
  }
}
