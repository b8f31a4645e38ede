package io.jacinth.base;

import io.jacinth.memory.Memory;
import java.math.BigInteger;

/**
 * A register that holds an 80-bit x87 number, C's {@code long double}: a 64-bit fraction and a
 * 15-bit exponent.
 *
 * <p>INCRBYFLOAT is defined by what such a number does: it reads the text into one, adds, and
 * writes 17 decimals. The sums are stored and replicated as text, so they have to be the same to
 * the last digit; a {@code double} has 11 bits too few and {@code BigDecimal} does not round. This
 * class rounds every step as the hardware does: to nearest, ties to even.
 *
 * <p>The value is {@code fraction * 2^exponent}, the fraction unsigned. Texts of up to 19
 * significant digits and a small exponent, and sums below 2^64, are handled without allocation; the
 * rest goes through {@link BigInteger}.
 *
 * <p>Mutable and not thread-safe: the owner keeps one and uses it over and over.
 */
public final class ExtendedFloat {
  /**
   * The longest text that {@link #write} produces: the 4933 digits of the largest number and a
   * sign.
   */
  public static final int MAX_LENGTH = 4934;

  /** A text of this length or more is no number for {@link #parse}. */
  private static final int TEXT_LENGTH_LIMIT = 5 * 1024;

  private static final int DECIMALS = 17;
  private static final long DECIMAL_UNIT = 100_000_000_000_000_000L;

  /**
   * The format in which a number is to be held: how many bits, and between which exponents of its
   * last bit.
   */
  private enum Format {
    EXTENDED(64, -16445, 16320),
    DOUBLE(53, -1074, 971);

    final int fractionBits;
    final int minExponent;
    final int maxExponent;

    Format(int fractionBits, int minExponent, int maxExponent) {
      this.fractionBits = fractionBits;
      this.minExponent = minExponent;
      this.maxExponent = maxExponent;
    }
  }

  /**
   * Beyond this many decimal places to either side every number is an infinity or zero, in both
   * formats.
   */
  private static final int MAX_DECIMAL_EXPONENT = 5_100;

  /** No two neighbours of either format have a middle with more decimal digits than this. */
  private static final int MAX_SIGNIFICANT_DIGITS = 12_000;

  /** So many digits fit the unsigned 64 bits of a fraction. */
  private static final int FRACTION_DIGITS = 19;

  /** The largest power of five that fits 64 bits. */
  private static final int MAX_POWER_OF_FIVE = 27;

  private static final long[] POWERS_OF_FIVE = new long[MAX_POWER_OF_FIVE + 1];

  static {
    long power = 1;
    for (int i = 0; i <= MAX_POWER_OF_FIVE; i++, power *= 5) {
      POWERS_OF_FIVE[i] = power;
    }
  }

  /** Exponents written in a text are followed up to here, far beyond what any format holds. */
  private static final long MAX_WRITTEN_EXPONENT = 1_000_000_000_000L;

  /** What was cut off below the last bit of the fraction. */
  private static final int NOTHING = 0;

  private static final int LESS_THAN_HALF = 1;
  private static final int HALF = 2;
  private static final int MORE_THAN_HALF = 3;

  private boolean negative;
  private boolean infinite;
  private boolean notANumber;
  private long fraction;
  private int exponent;

  /** One of the four above; {@link #NOTHING} except while a result is being rounded. */
  private int cutOff;

  /**
   * Becomes the number that a text is, in the forms of {@link Decimal#parseDouble}; false if it is
   * none.
   */
  public boolean parse(long address, int length) {
    return length < TEXT_LENGTH_LIMIT && scan(address, length) && roundParsed(Format.EXTENDED);
  }

  /** The double that a text is, or NaN; see {@link Decimal#parseDouble}. */
  double parseDouble(long address, int length) {
    if (!scan(address, length) || !roundParsed(Format.DOUBLE)) {
      return Double.NaN;
    }
    if (infinite) {
      return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    double magnitude =
        Math.scalb((double) fraction, exponent); // exact: the fraction has at most 53 bits
    return negative ? -magnitude : magnitude;
  }

  /** Becomes an integer. */
  public void set(long value) {
    clear();
    negative = value < 0;
    fraction = Math.abs(value); // the smallest number, taken as unsigned, is its own absolute value
  }

  /** Becomes the same number as another one. */
  public void set(ExtendedFloat other) {
    negative = other.negative;
    infinite = other.infinite;
    notANumber = other.notANumber;
    fraction = other.fraction;
    exponent = other.exponent;
    cutOff = other.cutOff;
  }

  /** Becomes the largest finite number. */
  public void setLargest() {
    clear();
    fraction = -1L;
    exponent = Format.EXTENDED.maxExponent;
  }

  public void negate() {
    negative = !negative;
  }

  /**
   * Compares with another number; neither is the sum of opposite infinities.
   *
   * @return negative, 0 or positive
   */
  public int compare(ExtendedFloat other) {
    int sign = sign();
    if (sign != other.sign()) {
      return sign - other.sign();
    }
    return sign * compareMagnitude(other);
  }

  private int sign() {
    return fraction == 0 && !infinite ? 0 : negative ? -1 : 1;
  }

  private int compareMagnitude(ExtendedFloat other) {
    if (infinite || other.infinite) {
      return Boolean.compare(infinite, other.infinite);
    }
    if (fraction == 0 || other.fraction == 0) {
      return Boolean.compare(fraction != 0, other.fraction != 0);
    }
    int shift = Long.numberOfLeadingZeros(fraction);
    int otherShift = Long.numberOfLeadingZeros(other.fraction);
    int byExponent = Integer.compare(exponent - shift, other.exponent - otherShift);
    return byExponent != 0
        ? byExponent
        : Long.compareUnsigned(fraction << shift, other.fraction << otherShift);
  }

  /** Whether this is neither infinite nor the sum of opposite infinities. */
  public boolean isFinite() {
    return !infinite && !notANumber;
  }

  private void clear() {
    negative = false;
    infinite = false;
    notANumber = false;
    fraction = 0;
    exponent = 0;
    cutOff = NOTHING;
  }

  // ---- addition

  /** Becomes the sum of this and another number. */
  public void add(ExtendedFloat other) {
    if (!isFinite() || !other.isFinite()) {
      addInfinite(other);
    } else if (other.fraction == 0) {
      negative &= fraction != 0 || other.negative;
    } else if (fraction == 0) {
      negative = other.negative;
      fraction = other.fraction;
      exponent = other.exponent;
    } else {
      addFinite(other.negative, other.fraction, other.exponent);
    }
  }

  private void addInfinite(ExtendedFloat other) {
    notANumber |= other.notANumber || (infinite && other.infinite && negative != other.negative);
    if (other.infinite && !infinite) {
      negative = other.negative;
      infinite = true;
    }
  }

  /**
   * Adds or subtracts in 128 bits. The larger number stands in bits 63 to 126, so that a carry has
   * room; the smaller one is shifted to its place, and what falls off the end is remembered as one
   * bit.
   */
  private void addFinite(boolean otherNegative, long otherFraction, int otherExponent) {
    int shift = Long.numberOfLeadingZeros(fraction);
    int otherShift = Long.numberOfLeadingZeros(otherFraction);
    long large = fraction << shift;
    int largeExponent = exponent - shift;
    long small = otherFraction << otherShift;
    int smallExponent = otherExponent - otherShift;
    boolean subtract = negative != otherNegative;
    boolean swap =
        smallExponent > largeExponent
            || (smallExponent == largeExponent && Long.compareUnsigned(small, large) > 0);
    if (swap) {
      negative = otherNegative;
      long keptFraction = large;
      large = small;
      small = keptFraction;
      int keptExponent = largeExponent;
      largeExponent = smallExponent;
      smallExponent = keptExponent;
    }

    long high = large >>> 1;
    long low = large << 63;
    int distance = largeExponent - smallExponent + 1;
    long smallHigh = shiftRight(small, distance);
    long smallLow =
        distance <= 64 ? shiftLeft(small, 64 - distance) : shiftRight(small, distance - 64);
    boolean fellOff = distance > 64 && shiftLeft(small, 128 - distance) != 0;
    if (subtract) {
      long borrow = Long.compareUnsigned(low, smallLow) < 0 ? 1 : 0;
      low -= smallLow;
      high -= smallHigh + borrow;
      if (fellOff) { // the true difference lies just above the one that is one smaller
        high -= low == 0 ? 1 : 0;
        low--;
      }
    } else {
      low += smallLow;
      high += smallHigh + (Long.compareUnsigned(low, smallLow) < 0 ? 1 : 0);
    }
    if (high == 0 && low == 0 && !fellOff) {
      clear();
      return;
    }
    setTruncated(high, low, fellOff, largeExponent + 1 - 64);
    round(Format.EXTENDED);
  }

  private static long shiftRight(long value, int distance) {
    return distance < 64 ? value >>> distance : 0;
  }

  /** Left, or right if the distance is negative; nothing is left beyond 63 places. */
  private static long shiftLeft(long value, int distance) {
    if (distance < 0) {
      return shiftRight(value, -distance);
    }
    return distance < 64 ? value << distance : 0;
  }

  // ---- rounding

  /**
   * Becomes the upper 64 significant bits of {@code (high, low) * 2^lowExponent}, not zero; the
   * rest is cut off.
   */
  private void setTruncated(long high, long low, boolean moreBelow, int lowExponent) {
    long top = high;
    long below = low;
    int topExponent = lowExponent + 64;
    if (top == 0) {
      top = low;
      below = 0;
      topExponent = lowExponent;
    }
    int shift = Long.numberOfLeadingZeros(top);
    if (shift > 0) {
      top = top << shift | below >>> (64 - shift);
      below <<= shift;
    }
    fraction = top;
    exponent = topExponent - shift;
    cutOff = cutOffOf(below, moreBelow);
  }

  /** Classifies the 64 bits below a fraction. */
  private static int cutOffOf(long below, boolean moreBelow) {
    if (below == Long.MIN_VALUE) {
      return moreBelow ? MORE_THAN_HALF : HALF;
    }
    if (below < 0) {
      return MORE_THAN_HALF;
    }
    return below != 0 || moreBelow ? LESS_THAN_HALF : NOTHING;
  }

  /**
   * Rounds what a text said; false if a finite number became infinite, or one that is not zero
   * became zero.
   */
  private boolean roundParsed(Format format) {
    if (infinite || fraction == 0) {
      return true;
    }
    round(format);
    return !infinite && fraction != 0;
  }

  /** Brings a fraction whose top bit is set, and what was cut off below it, into a format. */
  private void round(Format format) {
    int drop = Math.max(64 - format.fractionBits, format.minExponent - exponent);
    if (drop > 64) {
      fraction = 0;
      exponent = 0;
      cutOff = NOTHING;
      return;
    }
    if (drop > 0) {
      cutOff = cutOffOf(fraction << (64 - drop), cutOff != NOTHING);
      fraction = shiftRight(fraction, drop);
      exponent += drop;
    }
    if (cutOff == MORE_THAN_HALF || (cutOff == HALF && (fraction & 1) != 0)) {
      fraction++;
      if (fraction == 0) { // a carry out of 64 bits
        fraction = Long.MIN_VALUE;
        exponent++;
      } else if (fraction >>> 1 >>> (format.fractionBits - 1)
          != 0) { // in two steps, as a shift by 64 would be none
        fraction >>>= 1;
        exponent++;
      }
    }
    cutOff = NOTHING;
    if (exponent > format.maxExponent) {
      infinite = true;
    }
  }

  // ---- reading

  /** Sets sign and magnitude, truncated to 64 bits, of a text; false if the text is no number. */
  private boolean scan(long address, int length) {
    clear();
    if (length <= 0) {
      return false;
    }
    long at = address;
    long end = address + length;
    byte first = Memory.getByte(at);
    if (first == '-' || first == '+') {
      negative = first == '-';
      at++;
    }
    int rest = (int) (end - at);
    if (rest > 2
        && Memory.getByte(at) == '0'
        && Latin1.lowerCase(Memory.getUnsignedByte(at + 1)) == 'x') {
      return scanHexadecimal(at + 2, end);
    }
    if (Latin1.equalIgnoringCase("inf", at, rest)
        || Latin1.equalIgnoringCase("infinity", at, rest)) {
      infinite = true;
      return true;
    }
    return scanDecimal(at, end);
  }

  private boolean scanDecimal(long start, long end) {
    long significand = 0;
    int significantDigits = 0; // from the first that is not zero
    long scale = 0; // power of ten of the last significant digit
    boolean anyDigit = false;
    boolean point = false;
    long at = start;
    for (; at < end; at++) {
      int character = Memory.getByte(at);
      if (character == '.' && !point) {
        point = true;
        continue;
      }
      int digit = character - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      anyDigit = true;
      if (significantDigits > 0 || digit != 0) {
        if (significantDigits < FRACTION_DIGITS) {
          significand = significand * 10 + digit;
        }
        significantDigits++;
      }
      scale -= point ? 1 : 0;
    }
    if (!anyDigit) {
      return false;
    }
    long digitsEnd = at;
    if (at < end) {
      long written = scanExponent(at, end, 'e');
      if (written == NO_EXPONENT) {
        return false;
      }
      scale += written;
    }
    if (significantDigits == 0) {
      return true;
    }
    if (scale + significantDigits > MAX_DECIMAL_EXPONENT) {
      setLargerThanAll();
    } else if (scale + significantDigits < -MAX_DECIMAL_EXPONENT) {
      setSmallerThanAll();
    } else if (significantDigits <= FRACTION_DIGITS && Math.abs(scale) <= MAX_POWER_OF_FIVE) {
      scaleBySmallPower(significand, (int) scale);
    } else {
      scaleByAnyPower(start, digitsEnd, significantDigits, scale);
    }
    return true;
  }

  private static final long NO_EXPONENT = Long.MIN_VALUE;

  /** The number after {@code e} or {@code p}, which has to be the rest of the text. */
  private static long scanExponent(long start, long end, int letter) {
    long at = start;
    if (Latin1.lowerCase(Memory.getUnsignedByte(at++)) != letter || at == end) {
      return NO_EXPONENT;
    }
    int sign = Memory.getByte(at);
    if (sign == '-' || sign == '+') {
      at++;
    }
    if (at == end) {
      return NO_EXPONENT;
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = Memory.getByte(at) - '0';
      if (digit < 0 || digit > 9) {
        return NO_EXPONENT;
      }
      if (value < MAX_WRITTEN_EXPONENT) {
        value = value * 10 + digit;
      }
    }
    return sign == '-' ? -value : value;
  }

  /** {@code significand * 10^power}, that is {@code significand * 5^power * 2^power}. */
  private void scaleBySmallPower(long significand, int power) {
    if (power >= 0) {
      long five = POWERS_OF_FIVE[power];
      setTruncated(Math.unsignedMultiplyHigh(significand, five), significand * five, false, power);
      return;
    }
    // a 128-bit number by a 64-bit one whose top bit is set, arranged so that the quotient has
    // exactly 64 bits
    long divisor = POWERS_OF_FIVE[-power];
    int divisorShift = Long.numberOfLeadingZeros(divisor);
    divisor <<= divisorShift;
    int shift = Long.numberOfLeadingZeros(significand);
    long high = significand << shift;
    long low = 0;
    int resultExponent = power - shift - 64 + divisorShift;
    if (Long.compareUnsigned(high, divisor) >= 0) {
      low = high << 63;
      high >>>= 1;
      resultExponent++;
    }
    long upperHalf = quotientDigit(high, low >>> 32, divisor);
    long remainder = (high << 32 | low >>> 32) - upperHalf * divisor;
    long lowerHalf = quotientDigit(remainder, low & 0xFFFF_FFFFL, divisor);
    remainder = (remainder << 32 | (low & 0xFFFF_FFFFL)) - lowerHalf * divisor;
    fraction = upperHalf << 32 | lowerHalf;
    exponent = resultExponent;
    if (remainder == 0) {
      cutOff = NOTHING;
    } else {
      int half = Long.compareUnsigned(remainder, divisor - remainder);
      cutOff = half < 0 ? LESS_THAN_HALF : half == 0 ? HALF : MORE_THAN_HALF;
    }
  }

  /**
   * One 32-bit digit of {@code (high, next) / divisor} (Knuth, The Art of Computer Programming 2,
   * 4.3.1, algorithm D): estimated from the upper half of the divisor, then corrected at most
   * twice.
   */
  private static long quotientDigit(long high, long next, long divisor) {
    long divisorHigh = divisor >>> 32;
    long divisorLow = divisor & 0xFFFF_FFFFL;
    long digit = Long.divideUnsigned(high, divisorHigh);
    long rest = high - digit * divisorHigh;
    while (digit >>> 32 != 0 || Long.compareUnsigned(digit * divisorLow, rest << 32 | next) > 0) {
      digit--;
      rest += divisorHigh;
      if (rest >>> 32 != 0) {
        break;
      }
    }
    return digit;
  }

  /** The same with exact integers, for texts with many digits or a large exponent. */
  private void scaleByAnyPower(long start, long end, int significantDigits, long scale) {
    int kept = Math.min(significantDigits, MAX_SIGNIFICANT_DIGITS);
    char[] digits = new char[kept + 1];
    boolean moreBelow = false;
    int count = 0;
    for (long at = start; at < end; at++) {
      char character = (char) Memory.getByte(at);
      if (character == '.' || (count == 0 && character == '0')) {
        continue;
      }
      if (count < kept) {
        digits[count] = character;
      } else {
        moreBelow |= character != '0';
      }
      count++;
    }
    digits[kept] = moreBelow ? '1' : '0'; // stands for all digits beyond those kept
    int power = (int) (scale + significantDigits - kept - 1);
    BigInteger significand = new BigInteger(new String(digits));
    BigInteger ten = BigInteger.TEN.pow(Math.abs(power));
    if (power >= 0) {
      setRatio(significand.multiply(ten), BigInteger.ONE, 0);
    } else {
      setRatio(significand, ten, 0);
    }
  }

  private boolean scanHexadecimal(long start, long end) {
    StringBuilder digits = new StringBuilder();
    long scale = 0; // power of two of the last digit kept
    boolean moreBelow = false;
    boolean anyDigit = false;
    boolean point = false;
    long at = start;
    for (; at < end; at++) {
      char character = (char) Memory.getUnsignedByte(at);
      if (character == '.' && !point) {
        point = true;
        continue;
      }
      if (Character.digit(character, 16) < 0 || character > 'f') {
        break;
      }
      anyDigit = true;
      if (digits.length() < MAX_SIGNIFICANT_DIGITS) {
        if (character != '0' || !digits.isEmpty()) {
          digits.append(character);
        }
        scale -= point ? 4 : 0;
      } else {
        moreBelow |= character != '0';
        scale += point ? 0 : 4;
      }
    }
    if (!anyDigit) {
      return false;
    }
    if (at < end) {
      long written = scanExponent(at, end, 'p');
      if (written == NO_EXPONENT) {
        return false;
      }
      scale += written;
    }
    if (digits.isEmpty()) {
      return true;
    }
    long size = scale + 4L * digits.length();
    if (size > 4L * MAX_DECIMAL_EXPONENT) {
      setLargerThanAll();
    } else if (size < -4L * MAX_DECIMAL_EXPONENT) {
      setSmallerThanAll();
    } else {
      digits.append(moreBelow ? '1' : '0');
      setRatio(new BigInteger(digits.toString(), 16), BigInteger.ONE, (int) scale - 4);
    }
    return true;
  }

  private void setLargerThanAll() {
    fraction = Long.MIN_VALUE;
    exponent = Format.EXTENDED.maxExponent + 1;
  }

  private void setSmallerThanAll() {
    fraction = Long.MIN_VALUE;
    exponent = Format.EXTENDED.minExponent - 2 * Long.SIZE;
  }

  /** Becomes {@code numerator / denominator * 2^power}, truncated to 64 bits. */
  private void setRatio(BigInteger numerator, BigInteger denominator, int power) {
    // two bits more than the fraction: the difference of the lengths may be one off
    int shift = Long.SIZE + 2 - (numerator.bitLength() - denominator.bitLength());
    BigInteger dividend = shift > 0 ? numerator.shiftLeft(shift) : numerator;
    BigInteger divisor = shift < 0 ? denominator.shiftLeft(-shift) : denominator;
    BigInteger[] quotient = dividend.divideAndRemainder(divisor);
    long high = quotient[0].shiftRight(Long.SIZE).longValue();
    setTruncated(high, quotient[0].longValue(), quotient[1].signum() != 0, power - shift);
  }

  // ---- writing

  /**
   * Writes the number with up to 17 decimals and no zeros behind the last one, and returns the
   * length, at most {@link #MAX_LENGTH}. The number is finite.
   */
  public int write(long address) {
    if (exponent > 0) {
      return writeLarge(address);
    }
    long integer = exponent > -64 ? fraction >>> -exponent : 0;
    long decimals = exponent == 0 ? 0 : decimals();
    if (decimals == DECIMAL_UNIT) {
      integer++;
      decimals = 0;
    }
    long at = address;
    if (negative && (integer != 0 || decimals != 0)) {
      Memory.putByte(at++, (byte) '-');
    }
    at += Decimal.writeUnsigned(at, integer);
    if (decimals != 0) {
      Memory.putByte(at++, (byte) '.');
      Decimal.writeDigits(at, decimals, DECIMALS);
      at += DECIMALS;
      while (Memory.getByte(at - 1) == '0') {
        at--;
      }
    }
    return (int) (at - address);
  }

  /** The part behind the point in units of 10^-17, rounded; the exponent is negative. */
  private long decimals() {
    int bits = -exponent;
    if (bits >= 128) {
      return 0; // less than 2^-64, which is far below half a unit
    }
    long part = bits < 64 ? fraction & (1L << bits) - 1 : fraction;
    long high = Math.unsignedMultiplyHigh(part, DECIMAL_UNIT);
    long low = part * DECIMAL_UNIT;
    long units;
    long below; // the bits below the units, from the top
    boolean moreBelow = false;
    if (bits < 64) {
      units = high << (64 - bits) | low >>> bits;
      below = low << (64 - bits);
    } else if (bits == 64) {
      units = high;
      below = low;
    } else {
      units = high >>> (bits - 64);
      below = high << (128 - bits) | low >>> (bits - 64);
      moreBelow = low << (128 - bits) != 0;
    }
    int rest = cutOffOf(below, moreBelow);
    return rest == MORE_THAN_HALF || (rest == HALF && (units & 1) != 0) ? units + 1 : units;
  }

  private int writeLarge(long address) {
    BigInteger magnitude = new BigInteger(Long.toUnsignedString(fraction)).shiftLeft(exponent);
    return Latin1.write(address, (negative ? magnitude.negate() : magnitude).toString());
  }
}
