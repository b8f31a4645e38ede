package io.jacinth.lua.library;

/**
 * The random numbers of C's lrand48, which Redis gives its scripts: a linear congruence of 48 bits,
 * of which the upper 31 count.
 */
final class Random48 {
  private static final long MULTIPLIER = 0x5_DEEC_E66DL;
  private static final long INCREMENT = 0xB;
  private static final long MASK = (1L << 48) - 1;

  /** The low bits that seeding sets. */
  private static final int SEED_LOW = 0x330E;

  private static final int SEED_SHIFT = 16;
  private static final int RESULT_SHIFT = 17;

  /** What it is before anybody has seeded it. */
  private long state = 0x1234_ABCD_330EL;

  void seed(int seed) {
    state = Integer.toUnsignedLong(seed) << SEED_SHIFT | SEED_LOW;
  }

  /** From 0 to below 1, in steps of 1 / (2^31 - 1). */
  double next() {
    state = state * MULTIPLIER + INCREMENT & MASK;
    return (state >>> RESULT_SHIFT) % Integer.MAX_VALUE / (double) Integer.MAX_VALUE;
  }
}
