package io.jacinth.checks.sample.higher;

import io.jacinth.checks.sample.lower.Lower;

/** A class of a higher layer, which may know the lower one. */
public final class Higher {
  public static final StringBuilder NAME = new StringBuilder("higher");

  private final Lower lower;

  public Higher(Lower lower) {
    this.lower = lower;
  }

  public long checksum() {
    return lower.checksum();
  }
}
