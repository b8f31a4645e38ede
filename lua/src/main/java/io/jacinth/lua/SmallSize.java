package io.jacinth.lua;

/**
 * The sizes of a constructor's table as an instruction holds them: a floating number of 8 bits,
 * rounded up. A table so gets more places than elements, and what {@code #} says of a table with
 * holes depends on that.
 *
 * <pre>
 *   eeeeexxx: 1xxx * 2^(eeeee - 1), or xxx if eeeee is 0
 * </pre>
 */
final class SmallSize {
  private static final int MANTISSA_BITS = 3;
  private static final int HIDDEN_BIT = 1 << MANTISSA_BITS;

  private SmallSize() {}

  static int encode(int size) {
    if (size < HIDDEN_BIT) {
      return size;
    }
    int mantissa = size;
    int exponent = 1;
    while (mantissa >= 2 * HIDDEN_BIT) {
      mantissa = (mantissa + 1) >> 1;
      exponent++;
    }
    return exponent << MANTISSA_BITS | (mantissa - HIDDEN_BIT);
  }

  static int decode(int encoded) {
    int exponent = encoded >> MANTISSA_BITS;
    int mantissa = encoded & (HIDDEN_BIT - 1);
    return exponent == 0 ? mantissa : (mantissa + HIDDEN_BIT) << (exponent - 1);
  }
}
