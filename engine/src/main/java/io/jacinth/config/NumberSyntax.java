package io.jacinth.config;

import java.util.List;
import java.util.Locale;

/** Numbers between two bounds, in one of the ways in which redis.conf writes them. */
public class NumberSyntax implements Syntax<Long> {
  /** How a number is written. */
  enum Form {
    INTEGER,
    /** Permissions of a file. */
    OCTAL,
    /** Bytes, with a unit. */
    MEMORY,
    /** Bytes from 0 to 2^64 - 1, with a unit. */
    UNSIGNED_MEMORY,
    /** Bytes with a unit or, as a negative number, per cent. */
    MEMORY_OR_PERCENT
  }

  private static final long KILOBYTE = 1L << 10;
  private static final long MEGABYTE = 1L << 20;
  private static final long GIGABYTE = 1L << 30;
  private static final int MAX_PERCENT = 100;
  private static final int OCTAL = 8;

  private final Form form;
  private final long min;
  private final long max;

  NumberSyntax(Form form, long min, long max) {
    this.form = form;
    this.min = min;
    this.max = max;
  }

  /** Whether a value that is negative as a {@code long} means one of 2^63 or more. */
  final boolean isUnsigned() {
    return form == Form.UNSIGNED_MEMORY;
  }

  @Override
  public Long parse(List<String> words, Long current, boolean again) throws SettingException {
    String word = words.getFirst();
    return switch (form) {
      case INTEGER -> bounded(parseInteger(word));
      case OCTAL -> bounded(parseOctal(word));
      case MEMORY -> bounded(parseMemory(word, "argument must be a memory value"));
      case UNSIGNED_MEMORY -> parseMemory(word, "argument must be a memory value");
      case MEMORY_OR_PERCENT -> parseMemoryOrPercent(word);
    };
  }

  private long bounded(long value) throws SettingException {
    if (value < min || value > max) {
      throw new SettingException(
          form == Form.OCTAL
              ? String.format("argument must be between %o and %o inclusive", min, max)
              : "argument must be between " + min + " and " + max + " inclusive");
    }
    return value;
  }

  /** An integer in the one form in which it would be written. */
  private static long parseInteger(String word) throws SettingException {
    try {
      long value = Long.parseLong(word);
      if (Long.toString(value).equals(word)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // not a number: the same answer as to one that is written in another form
    }
    throw new SettingException("argument couldn't be parsed into an integer");
  }

  private static long parseOctal(String word) throws SettingException {
    try {
      return Long.parseLong(word, OCTAL);
    } catch (NumberFormatException e) {
      throw new SettingException("argument couldn't be parsed as an octal number");
    }
  }

  private static long parseMemoryOrPercent(String word) throws SettingException {
    String error = "argument must be a memory or percent value";
    try {
      boolean percent = word.endsWith("%");
      long value =
          percent
              ? -Long.parseUnsignedLong(word.substring(0, word.length() - 1))
              : parseMemory(word, error);
      if (value < -MAX_PERCENT) {
        throw new SettingException("percentage argument must be less or equal to 100");
      }
      return value;
    } catch (NumberFormatException e) {
      throw new SettingException(error);
    }
  }

  /**
   * Digits and a unit: {@code k} is 1000, {@code kb} 1024, and so on to {@code gb}. No digits are
   * zero; too many are the largest unsigned number; a product beyond 64 bits loses its upper bits,
   * as in Redis.
   */
  public static long parseMemory(String word, String error) throws SettingException {
    int digits = 0;
    while (digits < word.length() && Character.digit(word.charAt(digits), 10) >= 0) {
      digits++;
    }
    long factor =
        switch (word.substring(digits).toLowerCase(Locale.ROOT)) {
          case "", "b" -> 1;
          case "k" -> 1_000;
          case "kb" -> KILOBYTE;
          case "m" -> 1_000_000;
          case "mb" -> MEGABYTE;
          case "g" -> 1_000_000_000;
          case "gb" -> GIGABYTE;
          default -> throw new SettingException(error);
        };
    if (digits == 0) {
      return 0;
    }
    try {
      return Long.parseUnsignedLong(word.substring(0, digits)) * factor;
    } catch (NumberFormatException e) {
      return -factor; // 2^64 - 1 of that unit
    }
  }

  @Override
  public final String format(Long value) {
    return switch (form) {
      case INTEGER, MEMORY -> Long.toString(value);
      case OCTAL -> Long.toString(value, OCTAL);
      case UNSIGNED_MEMORY -> Long.toUnsignedString(value);
      case MEMORY_OR_PERCENT -> value < 0 ? -value + "%" : Long.toString(value);
    };
  }

  @Override
  public final String formatForFile(Long value) {
    boolean bytes = form == Form.MEMORY || form == Form.UNSIGNED_MEMORY || value > 0;
    return form != Form.INTEGER && form != Form.OCTAL && bytes
        ? formatMemory(value)
        : format(value);
  }

  /** Bytes in the largest unit of which they are a whole number. */
  static String formatMemory(long bytes) {
    if (bytes != 0 && Long.remainderUnsigned(bytes, GIGABYTE) == 0) {
      return Long.toUnsignedString(Long.divideUnsigned(bytes, GIGABYTE)) + "gb";
    }
    if (bytes != 0 && Long.remainderUnsigned(bytes, MEGABYTE) == 0) {
      return Long.toUnsignedString(Long.divideUnsigned(bytes, MEGABYTE)) + "mb";
    }
    if (bytes != 0 && Long.remainderUnsigned(bytes, KILOBYTE) == 0) {
      return Long.toUnsignedString(Long.divideUnsigned(bytes, KILOBYTE)) + "kb";
    }
    return Long.toUnsignedString(bytes);
  }

  /** C's {@code strtoll} of a whole word, as some directives read their numbers. */
  static long parseLoosely(String word, String error) throws SettingException {
    try {
      return word.isEmpty() ? 0 : Long.parseLong(word.strip());
    } catch (NumberFormatException e) {
      throw new SettingException(error);
    }
  }
}
