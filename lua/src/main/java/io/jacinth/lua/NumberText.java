package io.jacinth.lua;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Numbers as text and back, as C's {@code %.14g} and {@code strtod} have them. */
public final class NumberText {
  private static final MathContext DIGITS = new MathContext(14, RoundingMode.HALF_EVEN);

  /** Below this power of ten, and from that of the digits on, there is an exponent. */
  private static final int MIN_PLAIN_EXPONENT = -4;

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?");

  private static final Pattern HEXADECIMAL =
      Pattern.compile("[+-]?0[xX]([0-9a-fA-F]+[.]?[0-9a-fA-F]*|[.][0-9a-fA-F]+)([pP][+-]?[0-9]+)?");

  private static final double INTEGER_LIMIT = 1e14;

  private NumberText() {}

  /** The text of a number with 14 digits. */
  public static LuaString of(double number) {
    return LuaString.of(text(number));
  }

  private static String text(double number) {
    long integer = (long) number;
    if (integer == number && Math.abs(number) < INTEGER_LIMIT) {
      return integer == 0 && 1 / number < 0 ? "-0" : Long.toString(integer);
    } else if (Double.isNaN(number)) {
      return Double.doubleToRawLongBits(number) < 0 ? "-nan" : "nan";
    } else if (Double.isInfinite(number)) {
      return number < 0 ? "-inf" : "inf";
    }
    BigDecimal rounded = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= MIN_PLAIN_EXPONENT && exponent < DIGITS.getPrecision()) {
      return rounded.toPlainString();
    }
    StringBuilder text = new StringBuilder();
    String digits = rounded.unscaledValue().abs().toString();
    text.append(number < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      text.append('.').append(digits, 1, digits.length());
    }
    String power = Integer.toString(Math.abs(exponent));
    text.append(exponent < 0 ? "e-" : "e+").append(power.length() < 2 ? "0" : "").append(power);
    return text.toString();
  }

  /** What {@link #parse} gives for text that is no number: a NaN that no number in a script is. */
  public static final double NO_NUMBER = Double.longBitsToDouble(0x7ff8_dead_beef_0000L);

  /** Whether {@link #parse} found no number. */
  public static boolean isNoNumber(double parsed) {
    return parsed != parsed
        && Double.doubleToRawLongBits(parsed) == Double.doubleToRawLongBits(NO_NUMBER);
  }

  /**
   * Reads text as a number, decimal or hexadecimal, with white space around it.
   *
   * @return {@link #NO_NUMBER} if it is none
   */
  public static double parse(byte[] text, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && isSpace(text[start])) {
      start++;
    }
    while (end > start && isSpace(text[end - 1])) {
      end--;
    }
    String trimmed = new String(text, start, end - start, StandardCharsets.ISO_8859_1);
    if (DECIMAL.matcher(trimmed).matches()) {
      return Double.parseDouble(trimmed);
    } else if (HEXADECIMAL.matcher(trimmed).matches()) {
      boolean hasExponent = trimmed.indexOf('p') >= 0 || trimmed.indexOf('P') >= 0;
      return Double.parseDouble(hasExponent ? trimmed : trimmed + "p0");
    }
    return NO_NUMBER;
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || (character >= '\t' && character <= '\r');
  }
}
