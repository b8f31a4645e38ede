package io.jacinth.memory;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Ranges of memory on their way back to the operating system, which go in slices: unmapping what is
 * resident takes some 40 microseconds per MiB, too long for the thread that frees. Thread-safe; who
 * gives a slice back takes the range out meanwhile, so that nobody waits for the system.
 */
final class Retirement {
  /** What is given back at a time at most, in some 0.2 ms. */
  static final long SLICE_BYTES = 4 << 20;

  /** While more than this waits to be given back, whoever frees does some of it. */
  private static final long MAX_BYTES = 1L << 30;

  /** Used by one thread at a time. */
  private static final class Range {
    final FreedRange freed;

    /** How much of it may be resident. */
    long residentBytes;

    /** How much of it, from its begin on, is discarded. */
    long discardedBytes;

    Range(FreedRange freed, long residentBytes) {
      this.freed = freed;
      this.residentBytes = residentBytes;
    }
  }

  private final AtomicLong committedBytes;
  private final Consumer<FreedRange> release;

  /** Guarded by this. */
  private final ArrayDeque<Range> ranges = new ArrayDeque<>();

  /** How much of them may be resident, also of those taken out. Guarded by this. */
  private long residentBytes;

  /**
   * @param committedBytes of what the ranges are part, as far as they are resident
   * @param release has the system take back a whole range
   */
  Retirement(AtomicLong committedBytes, Consumer<FreedRange> release) {
    this.committedBytes = committedBytes;
    this.release = release;
  }

  void add(FreedRange freed, long resident) {
    synchronized (this) {
      ranges.add(new Range(freed, resident));
      residentBytes += resident;
    }
    while (isTooMuch() && giveBackSlice()) {
      // one more
    }
  }

  private synchronized boolean isTooMuch() {
    return residentBytes > MAX_BYTES;
  }

  synchronized boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Gives back a slice; returns whether there was one. */
  boolean giveBackSlice() {
    Range range;
    synchronized (this) {
      range = ranges.poll();
    }
    if (range == null) {
      return false;
    }
    FreedRange freed = range.freed;
    long sliceBytes = Math.min(SLICE_BYTES, freed.sizeBytes() - range.discardedBytes);
    boolean isLast = range.discardedBytes + sliceBytes == freed.sizeBytes();
    if (isLast) {
      release.accept(freed);
    } else {
      freed.system().discard(freed.address() + range.discardedBytes, sliceBytes);
      range.discardedBytes += sliceBytes;
    }
    long givenBackBytes = isLast ? range.residentBytes : Math.min(sliceBytes, range.residentBytes);
    range.residentBytes -= givenBackBytes;
    committedBytes.addAndGet(-givenBackBytes);
    synchronized (this) {
      residentBytes -= givenBackBytes;
      if (!isLast) {
        ranges.addFirst(range);
      }
    }
    return true;
  }

  /**
   * Checks the sums while nobody gives back.
   *
   * @return how much may be resident
   */
  synchronized long validate() {
    long sum = ranges.stream().mapToLong(range -> range.residentBytes).sum();
    if (sum != residentBytes) {
      throw new IllegalStateException("retired bytes: " + residentBytes + " instead of " + sum);
    }
    return sum;
  }
}
