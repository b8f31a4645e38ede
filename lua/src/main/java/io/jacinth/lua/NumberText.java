package io.jacinth.lua;

import java.nio.charset.StandardCharsets;

/**
 * Numbers as text and back. The text of a number is C's {@code %.14g}. What Lua 5.1 reads as a
 * number is what C's strtod does: blanks around, a sign, decimal or hexadecimal digits with point
 * and exponent, {@code inf}, {@code infinity}, {@code nan} and {@code nan(...)} in any case. A byte
 * 0 ends the text.
 */
public final class NumberText {
  /** What {@link #parse} returns for a text that is no number: one special NaN. */
  public static final double NO_NUMBER = Double.longBitsToDouble(0x7ff8_0000_dead_0000L);

  private static final long NO_NUMBER_BITS = Double.doubleToRawLongBits(NO_NUMBER);

  /** Doubles hold each integer below this. */
  private static final long MAX_EXACT = 1L << 53;

  private static final double[] POWERS = new double[23];
  private static final int HEXADECIMAL = 16;
  private static final int DECIMAL = 10;

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private NumberText() {}

  /** The text of a number with 14 digits. */
  public static LuaString of(double number) {
    byte[] text = new byte[NumberFormat.MAX_LENGTH];
    return LuaString.copyOf(text, 0, NumberFormat.write(number, text, 0));
  }

  /** Whether a result of {@link #parse} is no number. */
  public static boolean isNoNumber(double parsed) {
    return Double.isNaN(parsed) && Double.doubleToRawLongBits(parsed) == NO_NUMBER_BITS;
  }

  /**
   * Where the longest number ends that a text begins with, as strtod finds it; {@code from} itself
   * if it begins with none. Blanks before it do not count as a part.
   */
  public static int prefixEnd(byte[] text, int from, int to) {
    int start = from;
    if (start < to && (text[start] == '-' || text[start] == '+')) {
      start++;
    }
    if (startsWith(text, start, to, "inf")) {
      return start + (startsWith(text, start, to, "infinity") ? 8 : 3);
    } else if (startsWith(text, start, to, "nan")) {
      return nameEnd(text, start + 3, to);
    }
    int base = DECIMAL;
    if (start + 1 < to
        && text[start] == '0'
        && (text[start + 1] | ' ') == 'x'
        && hasDigit(text, start + 2, to, HEXADECIMAL)) {
      base = HEXADECIMAL;
      start += 2;
    }
    if (!hasDigit(text, start, to, base)) {
      return from;
    }
    int at = start;
    boolean point = false;
    while (at < to && (digit(text[at]) < base || (text[at] == '.' && !point))) {
      point |= text[at] == '.';
      at++;
    }
    if (at < to && (text[at] | ' ') == (base == DECIMAL ? 'e' : 'p')) {
      return exponentEnd(text, at, to);
    }
    return at;
  }

  /** The number that all of a text is, or {@link #NO_NUMBER}. */
  public static double parse(byte[] text, int from, int to) {
    int at = skipBlanks(text, from, to);
    if (at == to) {
      return NO_NUMBER;
    }
    boolean negative = text[at] == '-';
    if (negative || text[at] == '+') {
      at++;
    }
    if (at == to) {
      return NO_NUMBER;
    }
    int first = text[at];
    if (first == '0'
        && at + 1 < to
        && (text[at + 1] | ' ') == 'x'
        && hasDigit(text, at + 2, to, HEXADECIMAL)) {
      return hexadecimal(text, at, to, negative);
    }
    if ((first | ' ') == 'i' || (first | ' ') == 'n') {
      return named(text, at, to, negative);
    }
    return decimal(text, at, to, negative);
  }

  private static double decimal(byte[] text, int from, int to, boolean negative) {
    long significand = 0;
    int places = 0;
    boolean point = false;
    boolean digits = false;
    boolean exact = true;
    int at = from;
    for (; at < to; at++) {
      int digit = text[at] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = true;
        significand = 10 * significand + digit;
        if (significand >= MAX_EXACT) {
          exact = false;
          significand = MAX_EXACT;
        }
        if (point) {
          places++;
        }
      } else if (text[at] == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (!digits) {
      return NO_NUMBER;
    }
    int exponent = 0;
    if (at < to && (text[at] | ' ') == 'e') {
      int end = exponentEnd(text, at, to);
      if (end > at) {
        exponent = exponent(text, at + 1, end);
        at = end;
      }
    }
    int end = at;
    if (!endsAt(text, at, to)) {
      return NO_NUMBER;
    }
    long scale = (long) exponent - places;
    double magnitude;
    if (exact && scale >= -(POWERS.length - 1) && scale < POWERS.length) {
      // Both are exact, so their quotient or product is rounded once.
      magnitude =
          scale < 0 ? significand / POWERS[(int) -scale] : significand * POWERS[(int) scale];
    } else {
      magnitude = Double.parseDouble(ascii(text, from, end));
    }
    return negative ? -magnitude : magnitude;
  }

  private static double hexadecimal(byte[] text, int from, int to, boolean negative) {
    int at = from + 2;
    boolean point = false;
    long whole = 0;
    boolean exact = true;
    for (; at < to; at++) {
      if (text[at] == '.' && !point) {
        point = true;
        exact = false;
        continue;
      }
      int digit = digit(text[at]);
      if (digit >= HEXADECIMAL) {
        break;
      }
      whole = whole << 4 | digit;
      exact &= whole >= 0 && whole < MAX_EXACT;
      if (!exact) {
        whole = 0;
      }
    }
    int mantissaEnd = at;
    if (at < to && (text[at] | ' ') == 'p') {
      at = Math.max(at, exponentEnd(text, at, to));
    }
    if (!endsAt(text, at, to)) {
      return NO_NUMBER;
    }
    double magnitude;
    if (exact && at == mantissaEnd) {
      magnitude = whole;
    } else {
      String digits = ascii(text, from, at);
      magnitude = Double.parseDouble(at == mantissaEnd ? digits + "p0" : digits);
    }
    return negative ? -magnitude : magnitude;
  }

  private static double named(byte[] text, int from, int to, boolean negative) {
    if (startsWith(text, from, to, "inf")) {
      int at = from + (startsWith(text, from, to, "infinity") ? 8 : 3);
      if (!endsAt(text, at, to)) {
        return NO_NUMBER;
      }
      return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (!startsWith(text, from, to, "nan")) {
      return NO_NUMBER;
    }
    int at = nameEnd(text, from + 3, to);
    if (!endsAt(text, at, to)) {
      return NO_NUMBER;
    }
    return negative ? NumberFormat.NEGATIVE_NAN : NumberFormat.POSITIVE_NAN;
  }

  /** The end of the word in parentheses that may follow a {@code nan}. */
  private static int nameEnd(byte[] text, int from, int to) {
    if (from == to || text[from] != '(') {
      return from;
    }
    int end = from + 1;
    while (end < to && (digit(text[end]) <= DIGIT_Z || text[end] == '_')) {
      end++;
    }
    return end < to && text[end] == ')' ? end + 1 : from;
  }

  /**
   * The integer that all of a text is in a base from 2 to 36, as C's strtoul has it: a minus sign
   * negates the unsigned number, one too big is 2^64 - 1. Or {@link #NO_NUMBER}.
   */
  public static double parse(byte[] text, int from, int to, int base) {
    int at = skipBlanks(text, from, to);
    boolean negative = at < to && text[at] == '-';
    if (at < to && (negative || text[at] == '+')) {
      at++;
    }
    if (base == HEXADECIMAL
        && at + 2 < to
        && text[at] == '0'
        && (text[at + 1] | ' ') == 'x'
        && digit(text[at + 2]) < HEXADECIMAL) {
      at += 2;
    }
    int start = at;
    long value = 0;
    boolean overflow = false;
    for (; at < to; at++) {
      int digit = digit(text[at]);
      if (digit >= base) {
        break;
      }
      overflow |= Math.unsignedMultiplyHigh(value, base) != 0;
      long next = value * base + digit;
      overflow |= Long.compareUnsigned(next, digit) < 0;
      value = next;
    }
    if (at == start || !endsAt(text, at, to)) {
      return NO_NUMBER;
    }
    return unsigned(overflow ? -1L : negative ? -value : value);
  }

  /** A 64-bit number without sign, rounded as C does it. */
  public static double unsigned(long value) {
    if (value >= 0) {
      return value;
    }
    // The bit that is shifted out only matters by not being 0.
    return 2.0 * (value >>> 1 | (value & 1));
  }

  private static final int DIGIT_Z = 35;

  private static int digit(byte c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = c | ' ';
    return letter >= 'a' && letter <= 'z' ? letter - 'a' + DECIMAL : Integer.MAX_VALUE;
  }

  /** Whether a number without digits before its point, or with, begins here. */
  private static boolean hasDigit(byte[] text, int at, int to, int base) {
    if (at < to && text[at] == '.') {
      at++;
    }
    return at < to && digit(text[at]) < base;
  }

  /** The end of an exponent whose letter is at {@code at}; {@code at} itself where it has none. */
  private static int exponentEnd(byte[] text, int at, int to) {
    int end = at + 1;
    if (end < to && (text[end] == '-' || text[end] == '+')) {
      end++;
    }
    int digits = end;
    while (end < to && digit(text[end]) < DECIMAL) {
      end++;
    }
    return end == digits ? at : end;
  }

  /** An exponent's value, as far as it matters. */
  private static int exponent(byte[] text, int at, int to) {
    boolean negative = text[at] == '-';
    if (negative || text[at] == '+') {
      at++;
    }
    int value = 0;
    for (; at < to; at++) {
      value = Math.min(DECIMAL * value + (text[at] - '0'), Integer.MAX_VALUE / HEXADECIMAL);
    }
    return negative ? -value : value;
  }

  private static boolean startsWith(byte[] text, int from, int to, String lowercase) {
    if (to - from < lowercase.length()) {
      return false;
    }
    for (int i = 0; i < lowercase.length(); i++) {
      if ((text[from + i] | ' ') != lowercase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean endsAt(byte[] text, int at, int to) {
    at = skipBlanks(text, at, to);
    return at == to || text[at] == 0;
  }

  private static int skipBlanks(byte[] text, int at, int to) {
    while (at < to && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) {
      at++;
    }
    return at;
  }

  private static String ascii(byte[] text, int from, int to) {
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
