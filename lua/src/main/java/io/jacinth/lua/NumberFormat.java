package io.jacinth.lua;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * Numbers as C's printf writes them, to the last digit: {@code tostring} and {@code ..} are {@code
 * %.14g}, and {@code string.format} knows the rest.
 *
 * <p>Up to 17 digits come from one multiplication by a 128-bit power of ten. Where its error could
 * decide on the rounding (never seen, but possible), and for more digits, the exact decimal
 * expansion is made.
 *
 * <p>C shows the sign of a NaN, and what a processor makes of 0/0 on the machines where Redis is
 * compared is negative; Java does not say which NaN an operation gives. So every NaN is shown as
 * {@code -nan} but {@link #POSITIVE_NAN}, which the few operations give that make {@code nan}.
 */
public final class NumberFormat {
  /** The NaN that is shown as {@code nan}. */
  public static final double POSITIVE_NAN = Double.longBitsToDouble(0x7ff8_0000_0000_0001L);

  /** The NaN that is shown as {@code -nan}. */
  public static final double NEGATIVE_NAN = Double.longBitsToDouble(0xfff8_0000_0000_0000L);

  /** No number is longer in {@link #write}. */
  public static final int MAX_LENGTH = 32;

  /** No number is longer in {@link #format}: 309 digits, a point and 99 more. */
  public static final int MAX_FORMATTED_LENGTH = 512;

  /** printf's flags. */
  public static final int LEFT = 1;

  public static final int PLUS = 2;
  public static final int SPACE = 4;
  public static final int ALTERNATE = 8;
  public static final int ZERO = 16;

  /** A precision that was not given. */
  public static final int NO_PRECISION = -1;

  private static final int TOSTRING_DIGITS = 14;
  private static final int DEFAULT_DIGITS = 6;

  /** So many digits fit a long, with room for the one more that rounding may give. */
  private static final int MAX_FAST_DIGITS = 17;

  /** From this power of ten down, %g has an exponent. */
  private static final int MIN_PLAIN_EXPONENT = -4;

  private static final int MIN_EXPONENT_DIGITS = 2;
  private static final int FRACTION_BITS = 52;
  private static final int WORD_BITS = 64;
  private static final double LOG10_2 = Math.log10(2);
  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private NumberFormat() {}

  /** Writes a number as {@code %.14g}, and returns where it ends. */
  public static int write(double number, byte[] out, int at) {
    return write(number, TOSTRING_DIGITS, out, at);
  }

  /** Writes a number as {@code %.<digits>g}, 1 to 17 digits, and returns where it ends. */
  public static int write(double number, int digits, byte[] out, int at) {
    long whole = (long) number;
    if (whole == number
        && whole < POWERS[digits]
        && whole > -POWERS[digits]
        && (whole != 0 || Double.doubleToRawLongBits(number) == 0)) {
      return writeLong(whole, out, at);
    }
    if (isNegative(number)) {
      out[at++] = '-';
    }
    double magnitude = Math.abs(number);
    if (!(magnitude <= Double.MAX_VALUE)) {
      return ascii(magnitude == Double.POSITIVE_INFINITY ? "inf" : "nan", out, at);
    }
    if (magnitude == 0) {
      out[at++] = '0';
      return at;
    }
    int exponent = leastExponent(magnitude);
    long significand = scaled(magnitude, digits - 1 - exponent);
    if (significand >= POWERS[digits]) {
      exponent++;
      significand = scaled(magnitude, digits - 1 - exponent);
    }
    if (significand < 0) {
      return writeExactly(magnitude, digits, out, at);
    }
    return layOut(significand, digits, exponent, digits, out, at);
  }

  /** A decimal integer. Returns where it ends. */
  public static int writeLong(long number, byte[] out, int at) {
    if (number < 0) {
      out[at++] = '-';
      if (number == Long.MIN_VALUE) {
        return ascii("9223372036854775808", out, at);
      }
      number = -number;
    }
    return digits(number, digitCount(number), out, at);
  }

  /**
   * Lays out {@code significand * 10^(exponent - digits + 1)} as %g does with that precision:
   * trailing zeros away.
   */
  private static int layOut(
      long significand, int digits, int exponent, int precision, byte[] out, int at) {
    while (significand % 10 == 0) {
      significand /= 10;
      digits--;
    }
    if (exponent < MIN_PLAIN_EXPONENT || exponent >= precision) {
      long divisor = POWERS[digits - 1];
      at = digits(significand / divisor, 1, out, at);
      if (digits > 1) {
        out[at++] = '.';
        at = digits(significand % divisor, digits - 1, out, at);
      }
      return exponent(exponent, 'e', out, at);
    }
    if (exponent < 0) {
      out[at++] = '0';
      out[at++] = '.';
      for (int i = exponent + 1; i < 0; i++) {
        out[at++] = '0';
      }
      return digits(significand, digits, out, at);
    }
    int places = digits - 1 - exponent;
    if (places <= 0) {
      at = digits(significand, digits, out, at);
      for (int i = places; i < 0; i++) {
        out[at++] = '0';
      }
      return at;
    }
    at = digits(significand / POWERS[places], exponent + 1, out, at);
    out[at++] = '.';
    return digits(significand % POWERS[places], places, out, at);
  }

  private static int writeExactly(double magnitude, int digits, byte[] out, int at) {
    BigDecimal rounded = rounded(magnitude, digits);
    int count = rounded.precision();
    return layOut(
        rounded.unscaledValue().longValueExact(),
        count,
        count - 1 - rounded.scale(),
        digits,
        out,
        at);
  }

  private static BigDecimal rounded(double magnitude, int digits) {
    return new BigDecimal(magnitude).round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  /** The decimal exponent of a number, or one less. */
  private static int leastExponent(double magnitude) {
    int binary =
        magnitude >= Double.MIN_NORMAL
            ? Math.getExponent(magnitude)
            : WORD_BITS
                - 1
                - Long.numberOfLeadingZeros(Double.doubleToRawLongBits(magnitude))
                + (Double.MIN_EXPONENT - FRACTION_BITS);
    return (int) Math.floor(binary * LOG10_2);
  }

  /**
   * {@code magnitude * 10^power}, rounded to the nearest integer, half to even; or a negative
   * number where it does not fit or this is not exact enough to say.
   */
  private static long scaled(double magnitude, int power) {
    if (power < PowersOfTen.MIN || power > PowersOfTen.MAX) {
      return -1;
    }
    long bits = Double.doubleToRawLongBits(magnitude);
    int biased = (int) (bits >>> FRACTION_BITS);
    long fraction = bits & ((1L << FRACTION_BITS) - 1);
    int exponent = Double.MIN_EXPONENT - FRACTION_BITS;
    if (biased != 0) {
      fraction |= 1L << FRACTION_BITS;
      exponent += biased - 1;
    }
    int zeros = Long.numberOfLeadingZeros(fraction);
    fraction <<= zeros;
    exponent -= zeros;

    // fraction * (high, low) = (product2, product1, product0)
    long high = PowersOfTen.high(power);
    long low = PowersOfTen.low(power);
    long product0 = fraction * low;
    long middle = fraction * high;
    long product1 = Math.unsignedMultiplyHigh(fraction, low) + middle;
    long product2 = Math.unsignedMultiplyHigh(fraction, high);
    if (Long.compareUnsigned(product1, middle) < 0) {
      product2++;
    }

    // The point is so many bits left of the product's end; the integer part lies in product2.
    int point = -(exponent + PowersOfTen.exponent(power));
    if (point > 3 * WORD_BITS) {
      return 0;
    }
    int shift = point - 2 * WORD_BITS;
    if (shift <= 0) {
      return -1;
    }
    long whole = shift == WORD_BITS ? 0 : product2 >>> shift;
    long part = product2 << -shift;
    long rest;
    if (shift == WORD_BITS) {
      part = product2;
      rest = product1 | product0;
    } else {
      part |= product1 >>> shift;
      rest = product1 << -shift | product0;
    }
    boolean exact = PowersOfTen.isExact(power);
    if (part == Long.MIN_VALUE) {
      return whole + (exact && rest == 0 ? whole & 1 : 1);
    }
    if (part == Long.MAX_VALUE && !exact) {
      return -1;
    }
    return part < 0 ? whole + 1 : whole;
  }

  /**
   * Writes a number as printf does with one of {@code e E f g G}, and returns where it ends.
   *
   * @param precision at most 99, or {@link #NO_PRECISION}
   * @param width at most 99
   */
  public static int format(
      double number, char conversion, int flags, int width, int precision, byte[] out, int at) {
    boolean upper = conversion < 'a';
    byte[] body = new byte[MAX_FORMATTED_LENGTH];
    double magnitude = Math.abs(number);
    int length;
    if (!(magnitude <= Double.MAX_VALUE)) {
      flags &= ~ZERO;
      boolean infinite = magnitude == Double.POSITIVE_INFINITY;
      length = ascii(upper ? infinite ? "INF" : "NAN" : infinite ? "inf" : "nan", body, 0);
    } else {
      int digits = precision == NO_PRECISION ? DEFAULT_DIGITS : precision;
      boolean alternate = (flags & ALTERNATE) != 0;
      length =
          switch (conversion) {
            case 'f' -> fixed(magnitude, digits, alternate, body);
            case 'e', 'E' -> scientific(magnitude, digits, alternate, conversion, body);
            default -> general(magnitude, Math.max(digits, 1), alternate, upper ? 'E' : 'e', body);
          };
    }
    return pad(isNegative(number), body, length, flags, width, out, at);
  }

  private static int fixed(double magnitude, int places, boolean alternate, byte[] out) {
    long scaled = places <= MAX_FAST_DIGITS ? scaled(magnitude, places) : -1;
    int at;
    if (scaled >= 0) {
      at = writeLong(scaled / POWERS[places], out, 0);
      if (places > 0) {
        out[at++] = '.';
        return digits(scaled % POWERS[places], places, out, at);
      }
    } else {
      at =
          ascii(
              new BigDecimal(magnitude).setScale(places, RoundingMode.HALF_EVEN).toPlainString(),
              out,
              0);
    }
    if (places == 0 && alternate) {
      out[at++] = '.';
    }
    return at;
  }

  private static int scientific(
      double magnitude, int places, boolean alternate, char letter, byte[] out) {
    byte[] digits = new byte[places + 1];
    int exponent = significantDigits(magnitude, digits);
    return scientific(digits, places, exponent, alternate, letter, out);
  }

  private static int scientific(
      byte[] digits, int places, int exponent, boolean alternate, char letter, byte[] out) {
    int at = 0;
    out[at++] = digits[0];
    if (places > 0 || alternate) {
      out[at++] = '.';
    }
    System.arraycopy(digits, 1, out, at, places);
    return exponent(exponent, letter, out, at + places);
  }

  private static int general(
      double magnitude, int precision, boolean alternate, char letter, byte[] out) {
    byte[] digits = new byte[precision];
    int exponent = significantDigits(magnitude, digits);
    int count = precision;
    if (!alternate) {
      while (count > 1 && digits[count - 1] == '0') {
        count--;
      }
    }
    if (exponent < MIN_PLAIN_EXPONENT || exponent >= precision) {
      return scientific(digits, count - 1, exponent, alternate, letter, out);
    }
    int at = 0;
    int next = 0;
    for (int place = Math.max(exponent, 0); place >= 0; place--) {
      out[at++] = place > exponent || next >= count ? (byte) '0' : digits[next++];
    }
    if (next < count || alternate) {
      out[at++] = '.';
    }
    for (int place = -1; next < count; place--) {
      out[at++] = place > exponent ? (byte) '0' : digits[next++];
    }
    return at;
  }

  /** Fills an array with the first digits of a number, rounded, and returns its exponent. */
  private static int significantDigits(double magnitude, byte[] digits) {
    int count = digits.length;
    if (magnitude == 0) {
      java.util.Arrays.fill(digits, (byte) '0');
      return 0;
    }
    if (count <= MAX_FAST_DIGITS) {
      int exponent = leastExponent(magnitude);
      long significand = scaled(magnitude, count - 1 - exponent);
      if (significand >= POWERS[count]) {
        exponent++;
        significand = scaled(magnitude, count - 1 - exponent);
      }
      if (significand >= 0) {
        digits(significand, count, digits, 0);
        return exponent;
      }
    }
    BigDecimal rounded = rounded(magnitude, count);
    BigInteger significand = rounded.unscaledValue();
    int length = ascii(significand.toString(), digits, 0);
    java.util.Arrays.fill(digits, length, count, (byte) '0');
    return rounded.precision() - 1 - rounded.scale();
  }

  /**
   * Writes an integer as printf does with one of {@code d i u o x X}, and returns where it ends.
   * The last four take it as unsigned.
   */
  public static int formatLong(
      long number, char conversion, int flags, int width, int precision, byte[] out, int at) {
    boolean signed = conversion == 'd' || conversion == 'i';
    boolean negative = signed && number < 0;
    String digits =
        switch (conversion) {
          case 'd', 'i' -> negative ? Long.toString(number).substring(1) : Long.toString(number);
          case 'u' -> Long.toUnsignedString(number);
          case 'o' -> Long.toOctalString(number);
          case 'x' -> Long.toHexString(number);
          default -> Long.toHexString(number).toUpperCase(java.util.Locale.ROOT);
        };
    if (number == 0 && precision == 0) {
      digits = "";
    }
    byte[] body = new byte[MAX_FORMATTED_LENGTH];
    int length = 0;
    int zeros = precision - digits.length();
    if ((flags & ALTERNATE) != 0) {
      if (conversion == 'o') {
        zeros = Math.max(zeros, digits.startsWith("0") ? 0 : 1);
      } else if ((conversion == 'x' || conversion == 'X') && number != 0) {
        body[length++] = '0';
        body[length++] = (byte) conversion;
      }
    }
    int prefix = length;
    if (precision != NO_PRECISION) {
      flags &= ~ZERO;
    }
    boolean signShown = negative || (signed && (flags & (PLUS | SPACE)) != 0);
    if ((flags & (ZERO | LEFT)) == ZERO) {
      zeros = Math.max(zeros, width - digits.length() - prefix - (signShown ? 1 : 0));
    }
    for (int i = 0; i < zeros; i++) {
      body[length++] = '0';
    }
    length = ascii(digits, body, length);
    flags &= ~ZERO;
    return pad(negative, body, length, signed ? flags : flags & LEFT, width, out, at);
  }

  /** Writes sign, padding and body. */
  private static int pad(
      boolean negative, byte[] body, int length, int flags, int width, byte[] out, int at) {
    int sign = negative ? '-' : (flags & PLUS) != 0 ? '+' : (flags & SPACE) != 0 ? ' ' : 0;
    int padding = width - length - (sign == 0 ? 0 : 1);
    boolean left = (flags & LEFT) != 0;
    boolean zero = !left && (flags & ZERO) != 0;
    if (!left && !zero) {
      at = fill(' ', padding, out, at);
    }
    if (sign != 0) {
      out[at++] = (byte) sign;
    }
    if (zero) {
      at = fill('0', padding, out, at);
    }
    System.arraycopy(body, 0, out, at, length);
    at += length;
    return left ? fill(' ', padding, out, at) : at;
  }

  private static int fill(char c, int count, byte[] out, int at) {
    for (int i = 0; i < count; i++) {
      out[at++] = (byte) c;
    }
    return at;
  }

  private static int exponent(int exponent, char letter, byte[] out, int at) {
    out[at++] = (byte) letter;
    out[at++] = (byte) (exponent < 0 ? '-' : '+');
    int magnitude = Math.abs(exponent);
    return digits(magnitude, Math.max(digitCount(magnitude), MIN_EXPONENT_DIGITS), out, at);
  }

  private static int digitCount(long number) {
    int count = 1;
    while (count < POWERS.length && number >= POWERS[count]) {
      count++;
    }
    return count;
  }

  /** Writes so many last digits of a number. */
  private static int digits(long number, int count, byte[] out, int at) {
    int i = at + count;
    while ((int) number != number && i > at) {
      out[--i] = (byte) ('0' + number % 10);
      number /= 10;
    }
    int rest = (int) number;
    while (i > at) {
      out[--i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return at + count;
  }

  private static int ascii(String text, byte[] out, int at) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, out, at, bytes.length);
    return at + bytes.length;
  }

  /** The NaN of the other sign. */
  static double negateNan(double nan) {
    return isNegative(nan) ? POSITIVE_NAN : NEGATIVE_NAN;
  }

  private static boolean isNegative(double number) {
    long bits = Double.doubleToRawLongBits(number);
    return Double.isNaN(number) ? bits != Double.doubleToRawLongBits(POSITIVE_NAN) : bits < 0;
  }
}
