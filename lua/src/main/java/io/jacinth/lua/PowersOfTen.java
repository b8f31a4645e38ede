package io.jacinth.lua;

import java.math.BigInteger;

/**
 * Powers of ten as 128-bit fractions, with which a double is brought to a whole number of decimal
 * digits: {@code 10^k} is {@code (high * 2^64 + low) * 2^exponent(k)}, its top bit set, truncated
 * where 128 bits do not hold it.
 */
final class PowersOfTen {
  /** As many digits of the greatest double as are asked for lie this far from the point. */
  static final int MIN = -310;

  /** The smallest double has its first digit at 10^-324. */
  static final int MAX = 344;

  /** 10^55 is the last whose odd part, 5^55, has 128 bits. */
  private static final int MAX_EXACT = 55;

  private static final double LOG2_10 = Math.log(10) / Math.log(2);
  private static final int WORD_BITS = 64;
  private static final int BITS = 2 * WORD_BITS;

  private static final long[] HIGH = new long[MAX - MIN + 1];
  private static final long[] LOW = new long[MAX - MIN + 1];

  static {
    BigInteger power = BigInteger.ONE;
    for (int k = 0; k <= Math.max(MAX, -MIN); k++) {
      int bits = power.bitLength();
      if (k <= MAX) {
        set(k, power.shiftLeft(BITS).shiftRight(bits));
      }
      if (k > 0 && k <= -MIN) {
        set(-k, BigInteger.ONE.shiftLeft(BITS - 1 + bits).divide(power));
      }
      power = power.multiply(BigInteger.TEN);
    }
  }

  private PowersOfTen() {}

  private static void set(int k, BigInteger fraction) {
    HIGH[k - MIN] = fraction.shiftRight(WORD_BITS).longValue();
    LOW[k - MIN] = fraction.longValue();
  }

  static boolean isExact(int k) {
    return k >= 0 && k <= MAX_EXACT;
  }

  static long high(int k) {
    return HIGH[k - MIN];
  }

  static long low(int k) {
    return LOW[k - MIN];
  }

  static int exponent(int k) {
    return (int) Math.floor(k * LOG2_10) - (BITS - 1);
  }
}
