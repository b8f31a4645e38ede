package io.jacinth.base;

/**
 * Time for work that is done in steps of unknown length. It is over when another step, as long as
 * the one before, would not end in time: how long steps are depends on the data, on the machine and
 * on whether the code is compiled yet. Times are those of one clock, in nanoseconds; they may wrap.
 */
public final class TimeSlice {
  private final long deadlineNanos;
  private long stepBeginNanos;

  /**
   * @param nowNanos when the first step begins
   */
  public TimeSlice(long nowNanos, long deadlineNanos) {
    stepBeginNanos = nowNanos;
    this.deadlineNanos = deadlineNanos;
  }

  /** A step has ended: whether there is time for one more. */
  public boolean hasTimeForAnother(long nowNanos) {
    long stepNanos = nowNanos - stepBeginNanos;
    stepBeginNanos = nowNanos;
    return nowNanos + stepNanos - deadlineNanos <= 0;
  }
}
