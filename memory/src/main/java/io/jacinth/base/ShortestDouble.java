package io.jacinth.base;

import io.jacinth.memory.Memory;
import java.math.BigInteger;

/**
 * Grisu2: the digits of a double, few but enough to read the same double back.
 *
 * <p>From Florian Loitsch, "Printing Floating-Point Numbers Quickly and Accurately with Integers"
 * (PLDI 2010), section 5. In one case of a thousand its digits are not the fewest possible. Redis
 * prints doubles this way, and the same digits are wanted here: hence not {@link Double#toString},
 * which is always shortest. The one liberty that the paper leaves, which of two usable powers of
 * ten scales a number, is taken as Redis takes it, because the digits can depend on it.
 *
 * <p>A number here is {@code fraction * 2^exponent} with an unsigned 64-bit fraction.
 */
final class ShortestDouble {
  private static final int FRACTION_BITS = 52;
  private static final long HIDDEN_BIT = 1L << FRACTION_BITS;
  private static final int EXPONENT_MASK = 0x7FF;
  private static final int EXPONENT_BIAS = 1023 + FRACTION_BITS;

  /**
   * The scaled number's exponent is kept in this range: its integer part then has at most 32 bits.
   */
  private static final int MIN_SCALED_EXPONENT = -60;

  private static final int MAX_SCALED_EXPONENT = -32;

  private static final int FIRST_POWER = -348;
  private static final int POWER_STEP = 8;
  private static final int POWER_COUNT = 87;

  /**
   * 10 to the powers from {@link #FIRST_POWER} in steps of {@link #POWER_STEP}, each rounded to 64
   * bits.
   */
  private static final long[] POWER_FRACTIONS = new long[POWER_COUNT];

  private static final int[] POWER_EXPONENTS = new int[POWER_COUNT];

  private static final int[] SMALL_POWERS_OF_TEN = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  /**
   * A number with this many digits more than its significant ones is still written without an
   * exponent.
   */
  private static final int MAX_TRAILING_ZEROS = 6;

  private static final int MAX_DECIMALS = 6;
  private static final int MAX_POINT_EXPONENT = 3;

  static {
    for (int i = 0; i < POWER_COUNT; i++) {
      int power = FIRST_POWER + i * POWER_STEP;
      BigInteger magnitude = BigInteger.TEN.pow(Math.abs(power));
      // enough fraction bits that a division loses nothing that the rounding to 64 bits could see
      int scale = power < 0 ? magnitude.bitLength() + 2 * Long.SIZE : 0;
      BigInteger value = power < 0 ? BigInteger.ONE.shiftLeft(scale).divide(magnitude) : magnitude;
      int shift = value.bitLength() - Long.SIZE;
      BigInteger fraction = value.shiftRight(shift);
      if (shift > 0 && value.testBit(shift - 1)) {
        fraction = fraction.add(BigInteger.ONE); // none of the 87 carries into a 65th bit
      }
      POWER_FRACTIONS[i] = fraction.longValue();
      POWER_EXPONENTS[i] = shift - scale;
    }
  }

  private ShortestDouble() {}

  /** Writes a finite double other than zero and returns the length. */
  static int write(long address, double value) {
    long bits = Double.doubleToRawLongBits(value);
    long at = address;
    if (bits < 0) {
      Memory.putByte(at++, (byte) '-');
    }
    int biasedExponent = (int) (bits >>> FRACTION_BITS) & EXPONENT_MASK;
    long fraction = bits & HIDDEN_BIT - 1;
    if (biasedExponent != 0) {
      fraction |= HIDDEN_BIT;
    } else {
      biasedExponent = 1;
    }
    return (int) (at - address) + writePositive(at, fraction, biasedExponent - EXPONENT_BIAS);
  }

  private static int writePositive(long address, long fraction, int exponent) {
    // the number and the middles to its neighbours, all with the exponent of the upper one
    long upper = (fraction << 1) + 1;
    int shift = Long.numberOfLeadingZeros(upper);
    int commonExponent = exponent - 1 - shift;
    upper <<= shift;
    long number = fraction << (shift + 1);
    boolean nearerBelow =
        fraction == HIDDEN_BIT; // the gap below a power of two is half the gap above
    long lower =
        nearerBelow ? ((fraction << 2) - 1) << (shift - 1) : ((fraction << 1) - 1) << shift;

    int power = scalingPower(commonExponent);
    long scale = POWER_FRACTIONS[power];
    long high = multiplyRounded(upper, scale) - 1;
    long low = multiplyRounded(lower, scale) + 1;
    long middle = multiplyRounded(number, scale);
    int scaledExponent = commonExponent + POWER_EXPONENTS[power] + Long.SIZE;
    int decimalExponent = -(FIRST_POWER + power * POWER_STEP);
    return generate(address, high, high - low, high - middle, -scaledExponent, decimalExponent);
  }

  /**
   * The index of a power of ten that brings a number with this exponent into the range of scaled
   * exponents.
   */
  private static int scalingPower(int exponent) {
    int power = (int) (-(exponent + POWER_COUNT) * LOG10_OF_2);
    int index = (power - FIRST_POWER) / POWER_STEP;
    while (true) {
      int scaled = exponent + POWER_EXPONENTS[index] + Long.SIZE;
      if (scaled < MIN_SCALED_EXPONENT) {
        index++;
      } else if (scaled > MAX_SCALED_EXPONENT) {
        index--;
      } else {
        return index;
      }
    }
  }

  private static final double LOG10_OF_2 = 0.30102999566398114;

  /** The upper half of the product, rounded. */
  private static long multiplyRounded(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b) + ((a * b) >>> (Long.SIZE - 1));
  }

  /**
   * Takes digits from {@code high} until what is left is within {@code delta}, the width of the
   * interval; then moves the last digit towards the number itself, which is {@code distance} below
   * {@code high}.
   */
  private static int generate(
      long address, long high, long delta, long distance, int fractionBits, int decimalExponent) {
    long one = 1L << fractionBits;
    int integerPart = (int) (high >>> fractionBits); // an unsigned 32-bit number at most
    long rest = high & one - 1;
    long digits = 0;
    int integerDigits = SMALL_POWERS_OF_TEN.length;
    while (integerDigits > 0) {
      int unit = SMALL_POWERS_OF_TEN[integerDigits - 1];
      int digit = Integer.divideUnsigned(integerPart, unit);
      integerPart -= digit * unit;
      digits = digits * 10 + digit;
      integerDigits--;
      long left = (Integer.toUnsignedLong(integerPart) << fractionBits) + rest;
      if (Long.compareUnsigned(left, delta) <= 0) {
        digits -= stepsTowards(distance, delta, left, (long) unit << fractionBits);
        return layOut(address, digits, decimalExponent + integerDigits);
      }
    }
    long widening = 1;
    int decimals = 0;
    long width = delta;
    while (true) {
      rest *= 10;
      width *= 10;
      widening *= 10;
      digits = digits * 10 + (rest >>> fractionBits);
      rest &= one - 1;
      decimals++;
      if (Long.compareUnsigned(rest, width) < 0) {
        digits -= stepsTowards(distance * widening, width, rest, one);
        return layOut(address, digits, decimalExponent - decimals);
      }
    }
  }

  /**
   * How often the last digit can be lowered so that the result comes closer to the number and stays
   * in the interval.
   */
  private static int stepsTowards(long distance, long width, long left, long unit) {
    int steps = 0;
    long at = left;
    while (Long.compareUnsigned(at, distance) < 0
        && Long.compareUnsigned(width - at, unit) >= 0
        && (Long.compareUnsigned(at + unit, distance) < 0
            || Long.compareUnsigned(distance - at, at + unit - distance) > 0)) {
      at += unit;
      steps++;
    }
    return steps;
  }

  /**
   * Writes {@code digits * 10^exponent} as an integer, with a decimal point, or with an exponent.
   */
  private static int layOut(long address, long digits, int exponent) {
    int count = Decimal.digitCount(digits);
    int pointExponent = exponent + count - 1; // of the first digit
    if (exponent >= 0 && pointExponent <= count + MAX_TRAILING_ZEROS) {
      Decimal.writeDigits(address, digits, count);
      writeZeros(address + count, exponent);
      return count + exponent;
    }
    if (exponent < 0
        && (exponent >= -MAX_DECIMALS || Math.abs(pointExponent) <= MAX_POINT_EXPONENT)) {
      int integerDigits = count + exponent;
      if (integerDigits <= 0) {
        int zeros = -integerDigits;
        Latin1.write(address, "0.");
        writeZeros(address + 2, zeros);
        Decimal.writeDigits(address + 2 + zeros, digits, count);
        return 2 + zeros + count;
      }
      return writeWithPoint(address, digits, count, integerDigits);
    }
    return writeScientific(address, digits, count, pointExponent);
  }

  private static int writeScientific(long address, long digits, int count, int pointExponent) {
    long at = address;
    if (count == 1) {
      Memory.putByte(at++, (byte) ('0' + digits));
    } else {
      at += writeWithPoint(at, digits, count, 1);
    }
    Memory.putByte(at++, (byte) 'e');
    Memory.putByte(at++, (byte) (pointExponent < 0 ? '-' : '+'));
    at += Decimal.writeLong(at, Math.abs(pointExponent));
    return (int) (at - address);
  }

  /**
   * Writes all digits one place to the right, then moves the integer ones back and puts the point
   * between.
   */
  private static int writeWithPoint(long address, long digits, int count, int integerDigits) {
    Decimal.writeDigits(address + 1, digits, count);
    for (int i = 0; i < integerDigits; i++) {
      Memory.putByte(address + i, Memory.getByte(address + i + 1));
    }
    Memory.putByte(address + integerDigits, (byte) '.');
    return count + 1;
  }

  private static void writeZeros(long address, int count) {
    for (int i = 0; i < count; i++) {
      Memory.putByte(address + i, (byte) '0');
    }
  }
}
