package io.jacinth.base;

import io.jacinth.memory.Memory;
import java.nio.ByteOrder;

/**
 * Decimal text in raw memory, read and written without touching the Java heap.
 *
 * <p>Reading is as strict as the protocol is: an integer is accepted only in the one form in which
 * {@link #writeLong} would have written it, so that a value stored as eight bytes gives back the
 * text that came in. Doubles are accepted in every form that C's {@code strtod} takes, and written
 * with the fewest digits that Grisu2 finds (see {@link ShortestDouble}).
 */
public final class Decimal {
  /**
   * What {@link #parseLong} returns for a text that is not an integer. It is also an integer, if an
   * unlikely one, so whoever gets it asks {@link #isLong} before complaining; the usual case pays
   * one comparison.
   */
  public static final long NOT_A_LONG = 0x9E37_79B9_7F4A_7C15L;

  /** The longest text of a signed 64-bit integer: a sign and 19 digits. */
  public static final int MAX_LONG_LENGTH = 20;

  /**
   * The longest text that {@link #writeDouble} produces: {@code -1.2345678901234567e-308}, or 17
   * digits and 6 zeros.
   */
  public static final int MAX_DOUBLE_LENGTH = 25;

  /** Integers with so many digits fit 64 bits whatever the digits are. */
  private static final int SAFE_DIGITS = 18;

  private static final byte[] NOT_A_LONG_TEXT = Latin1.bytes(Long.toString(NOT_A_LONG));

  private static final long[] POWERS_OF_TEN = new long[19];

  /**
   * The two ASCII digits of 0 to 99, each as the {@code short} that puts them into memory in order.
   */
  private static final short[] DIGIT_PAIRS = new short[100];

  static {
    long power = 1;
    for (int i = 0; i < POWERS_OF_TEN.length; i++, power *= 10) {
      POWERS_OF_TEN[i] = power;
    }
    boolean littleEndian = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    for (int i = 0; i < DIGIT_PAIRS.length; i++) {
      int tens = '0' + i / 10;
      int units = '0' + i % 10;
      DIGIT_PAIRS[i] = (short) (littleEndian ? units << 8 | tens : tens << 8 | units);
    }
  }

  private Decimal() {}

  /**
   * The integer that the text is, or {@link #NOT_A_LONG}. No sign but {@code -}, no leading zero,
   * no space, no {@code -0}, nothing beyond 64 bits.
   */
  public static long parseLong(long address, int length) {
    if (length <= 0 || length > MAX_LONG_LENGTH) {
      return NOT_A_LONG;
    }
    long at = address;
    long end = address + length;
    int digit = Memory.getByte(at++) - '0';
    boolean negative = digit == '-' - '0';
    if (negative) {
      if (at == end) {
        return NOT_A_LONG;
      }
      digit = Memory.getByte(at++) - '0';
    }
    if (digit <= 0 || digit > 9) {
      return digit == 0 && length == 1 ? 0 : NOT_A_LONG;
    }
    long safeEnd = Math.min(end, at + SAFE_DIGITS - 1);
    long value = digit;
    while (at < safeEnd) {
      digit = Memory.getByte(at++) - '0';
      if (digit < 0 || digit > 9) {
        return NOT_A_LONG;
      }
      value = value * 10 + digit;
    }
    if (at == end) {
      return negative ? -value : value;
    }
    return parseLastDigit(value, negative, at, end);
  }

  /** The 19th digit, the only one that can overflow. */
  private static long parseLastDigit(long leading, boolean negative, long at, long end) {
    int digit = Memory.getByte(at) - '0';
    if (at + 1 != end || digit < 0 || digit > 9) {
      return NOT_A_LONG;
    }
    long value = leading * 10 + digit; // below 10^19, so right as an unsigned number
    if (negative) {
      return Long.compareUnsigned(value, Long.MIN_VALUE) <= 0 ? -value : NOT_A_LONG;
    }
    return value >= 0 ? value : NOT_A_LONG;
  }

  /** Whether the text is an integer: what tells the number {@link #NOT_A_LONG} from the failure. */
  public static boolean isLong(long address, int length) {
    return parseLong(address, length) != NOT_A_LONG
        || Latin1.equal(NOT_A_LONG_TEXT, address, length);
  }

  /** How many bytes {@link #writeLong} writes. */
  public static int length(long value) {
    if (value >= 0) {
      return digitCount(value);
    }
    return value == Long.MIN_VALUE ? MAX_LONG_LENGTH : 1 + digitCount(-value);
  }

  /** Number of decimal digits of a non-negative number; zero has one. */
  public static int digitCount(long value) {
    // bits * log10(2), in 4096ths, is the number of digits or one too many
    int digits = ((Long.SIZE - Long.numberOfLeadingZeros(value | 1)) * 1233) >>> 12;
    return value < POWERS_OF_TEN[digits] ? Math.max(digits, 1) : digits + 1;
  }

  /** Writes a signed integer and returns its length, at most {@link #MAX_LONG_LENGTH}. */
  public static int writeLong(long address, long value) {
    if (value >= 0) {
      int digits = digitCount(value);
      writeDigits(address, value, digits);
      return digits;
    }
    Memory.putByte(address, (byte) '-');
    if (value == Long.MIN_VALUE) { // has no positive counterpart
      return 1 + writeUnsigned(address + 1, value);
    }
    int digits = digitCount(-value);
    writeDigits(address + 1, -value, digits);
    return 1 + digits;
  }

  /**
   * Writes 64 bits as an unsigned integer and returns its length, at most {@link #MAX_LONG_LENGTH}.
   */
  public static int writeUnsigned(long address, long value) {
    if (value >= 0) {
      int digits = digitCount(value);
      writeDigits(address, value, digits);
      return digits;
    }
    long leading = Long.divideUnsigned(value, 10);
    int digits = digitCount(leading);
    writeDigits(address, leading, digits);
    Memory.putByte(address + digits, (byte) ('0' + (value - leading * 10)));
    return digits + 1;
  }

  /**
   * Writes exactly {@code digits} digits of a non-negative number, with leading zeros if it has
   * fewer.
   */
  public static void writeDigits(long address, long value, int digits) {
    long rest = value;
    long at = address + digits;
    while (at - address >= 2) {
      long leading = rest / 100;
      at -= 2;
      Memory.putShort(at, DIGIT_PAIRS[(int) (rest - leading * 100)]);
      rest = leading;
    }
    if (at > address) {
      Memory.putByte(address, (byte) ('0' + rest % 10));
    }
  }

  /**
   * The double that the text is, or NaN if it is none. As C's {@code strtod}: an optional sign,
   * then decimal or hexadecimal digits with an optional exponent, or {@code inf}, {@code infinity}
   * in any case. Refused are {@code nan}, space anywhere, and a finite text that would become an
   * infinity or, not being zero, zero.
   */
  public static double parseDouble(long address, int length) {
    return parseDouble(address, length, new ExtendedFloat());
  }

  /**
   * The same without making an object.
   *
   * @param register is calculated with
   */
  public static double parseDouble(long address, int length, ExtendedFloat register) {
    long integer = parseLong(address, length);
    if (integer != NOT_A_LONG) {
      return (double) integer;
    }
    return register.parseDouble(address, length);
  }

  /**
   * Writes a double as replies have it and returns its length, at most {@link #MAX_DOUBLE_LENGTH}.
   */
  public static int writeDouble(long address, double value) {
    return isWrittenAsLong(value)
        ? writeLong(address, (long) value)
        : writeShortest(address, value);
  }

  /** Whether {@link #writeDouble} writes what {@link #writeLong} does: an integer, and not -0. */
  public static boolean isWrittenAsLong(double value) {
    long integer = (long) value;
    return integer == value
        && Math.abs(value) <= MAX_INTEGRAL_DOUBLE
        && (integer != 0 || Double.doubleToRawLongBits(value) == 0);
  }

  /**
   * Writes a double with as few digits as tell it from others, also if it is a large integer;
   * returns its length, at most {@link #MAX_DOUBLE_LENGTH}.
   */
  public static int writeShortest(long address, double value) {
    if (value == 0) {
      return Latin1.write(address, Double.doubleToRawLongBits(value) < 0 ? "-0" : "0");
    }
    if (Double.isNaN(value)) {
      return Latin1.write(address, "nan");
    }
    if (Double.isInfinite(value)) {
      return Latin1.write(address, value > 0 ? "inf" : "-inf");
    }
    return ShortestDouble.write(address, value);
  }

  /** Up to here an integral double is written as the integer that it is. */
  private static final double MAX_INTEGRAL_DOUBLE = 0x1p62;
}
