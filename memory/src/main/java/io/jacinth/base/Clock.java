package io.jacinth.base;

/**
 * Where time comes from: a parameter of everything that depends on it, so that a test can set it.
 *
 * <p>Two times that have nothing to do with each other: what the wall clock shows, which users see
 * and expiry is told in, and may jump; and a count of nanoseconds that never goes back, by which
 * durations are measured.
 */
public interface Clock {
  /** The computer's own clocks. */
  Clock SYSTEM = new SystemClock();

  /** Milliseconds since the epoch. */
  long millis();

  /** Microseconds since the epoch, for TIME and SLOWLOG. */
  long micros();

  /** Nanoseconds since some moment; only differences mean anything. */
  long nanos();
}
