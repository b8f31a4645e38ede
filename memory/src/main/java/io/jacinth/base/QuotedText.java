package io.jacinth.base;

import io.jacinth.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Arbitrary bytes as a line of printable text, and back: how redis.conf, inline commands and logs
 * write arguments.
 *
 * <p>{@code "in double quotes"} understands <code>&#92;n &#92;r &#92;t &#92;b &#92;a &#92;xHH
 * </code> and takes every other escaped byte as itself; {@code 'in single quotes'} only {@code \'}.
 * A closing quote ends the argument and space has to follow it.
 */
public final class QuotedText {
  /** A byte needs at most four characters: {@code \xHH}. */
  private static final int MAX_CHARACTERS_PER_BYTE = 4;

  /** What {@link Splitter#next} returns at the end of the line. */
  public static final int END = -1;

  /** What {@link Splitter#next} returns when a quote is not closed, or not followed by space. */
  public static final int UNBALANCED = -2;

  private static final String HEX_DIGITS = "0123456789abcdef";

  private QuotedText() {}

  // ---- quoting

  /** An upper bound of what {@link #write} writes. */
  public static long maxLength(long length) {
    return length * MAX_CHARACTERS_PER_BYTE + 2;
  }

  /** Writes bytes in double quotes and returns the length. */
  public static int write(long target, long address, int length) {
    long at = target;
    Memory.putByte(at++, (byte) '"');
    for (int i = 0; i < length; i++) {
      int character = Memory.getUnsignedByte(address + i);
      int letter = escapeLetter(character);
      if (letter != 0) {
        Memory.putByte(at++, (byte) '\\');
        Memory.putByte(at++, (byte) letter);
      } else if (isPrintable(character)) {
        Memory.putByte(at++, (byte) character);
      } else {
        Memory.putByte(at++, (byte) '\\');
        Memory.putByte(at++, (byte) 'x');
        Memory.putByte(at++, (byte) HEX_DIGITS.charAt(character >>> 4));
        Memory.putByte(at++, (byte) HEX_DIGITS.charAt(character & 15));
      }
    }
    Memory.putByte(at++, (byte) '"');
    return (int) (at - target);
  }

  /** Bytes, given as Latin 1, in double quotes. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      int letter = escapeLetter(character);
      if (letter != 0) {
        quoted.append('\\').append((char) letter);
      } else if (isPrintable(character)) {
        quoted.append(character);
      } else {
        quoted
            .append("\\x")
            .append(HEX_DIGITS.charAt(character >>> 4))
            .append(HEX_DIGITS.charAt(character & 15));
      }
    }
    return quoted.append('"').toString();
  }

  /**
   * Whether a text cannot stand in a line as it is: it is empty, or has quotes, spaces or bytes
   * that are not printable.
   */
  public static boolean needsQuotes(String text) {
    if (text.isEmpty()) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == ' '
          || character == '\''
          || escapeLetter(character) != 0
          || !isPrintable(character)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPrintable(int character) {
    return character >= ' ' && character <= '~';
  }

  /** What stands behind the backslash for a byte that has an escape of its own, else 0. */
  private static int escapeLetter(int character) {
    return switch (character) {
      case '\\', '"' -> character;
      case '\n' -> 'n';
      case '\r' -> 'r';
      case '\t' -> 't';
      case 0x07 -> 'a';
      case '\b' -> 'b';
      default -> 0;
    };
  }

  /** The byte that an escape stands for. */
  private static int unescape(int letter) {
    return switch (letter) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'a' -> 0x07;
      case 'b' -> '\b';
      default -> letter;
    };
  }

  // ---- splitting

  /** The arguments of a line of Latin 1, or null if its quotes are unbalanced. */
  public static List<String> split(String line) {
    byte[] bytes = Latin1.bytes(line);
    byte[] argument = new byte[bytes.length];
    List<String> arguments = new ArrayList<>();
    Splitter splitter = new Splitter(bytes, 0, bytes.length);
    while (true) {
      int length = splitter.next(argument, 0);
      if (length == END) {
        return arguments;
      }
      if (length == UNBALANCED) {
        return null;
      }
      arguments.add(new String(argument, 0, length, StandardCharsets.ISO_8859_1));
    }
  }

  /**
   * Takes the arguments of a line one after the other. An argument is never longer than its text,
   * so it can be written over the line itself, anywhere up to where the argument begins.
   */
  public static final class Splitter {
    private byte[] line;
    private long at;
    private long end;

    /** A splitter of nothing; see {@link #reset}. */
    public Splitter() {}

    private Splitter(byte[] line, long from, long end) {
      this.line = line;
      this.at = from;
      this.end = end;
    }

    /** Begins with a line in raw memory. */
    public void reset(long address, int length) {
      line = null;
      at = address;
      end = address + length;
    }

    /**
     * Writes the next argument to raw memory and returns its length, {@link #END} or {@link
     * #UNBALANCED}.
     */
    public int next(long target) {
      return next(null, target);
    }

    private int next(byte[] targetArray, long target) {
      while (at < end && isSpace(byteAt(at))) {
        at++;
      }
      if (at == end || byteAt(at) == 0) {
        return END;
      }
      long to = target;
      while (at < end) {
        int character = byteAt(at);
        if (endsWord(character)) {
          break;
        }
        at++;
        if (character == '"' || character == '\'') {
          to = character == '"' ? doubleQuoted(targetArray, to) : singleQuoted(targetArray, to);
          if (to < 0) {
            return UNBALANCED;
          }
          break;
        }
        put(targetArray, to++, character);
      }
      return (int) (to - target);
    }

    private long doubleQuoted(byte[] targetArray, long target) {
      long to = target;
      while (at < end) {
        int character = byteAt(at++);
        if (character == '"') {
          return endsArgument() ? to : UNBALANCED;
        }
        if (character == '\\' && at < end) {
          if (byteAt(at) == 'x' && end - at > 2 && hexDigit(at + 1) >= 0 && hexDigit(at + 2) >= 0) {
            character = hexDigit(at + 1) << 4 | hexDigit(at + 2);
            at += 3;
          } else {
            character = unescape(byteAt(at++));
          }
        }
        put(targetArray, to++, character);
      }
      return UNBALANCED;
    }

    private long singleQuoted(byte[] targetArray, long target) {
      long to = target;
      while (at < end) {
        int character = byteAt(at++);
        if (character == '\'') {
          return endsArgument() ? to : UNBALANCED;
        }
        if (character == '\\' && at < end && byteAt(at) == '\'') {
          character = byteAt(at++);
        }
        put(targetArray, to++, character);
      }
      return UNBALANCED;
    }

    /** Whether space, or the end, follows a closing quote. */
    private boolean endsArgument() {
      return at == end || isSpace(byteAt(at)) || byteAt(at) == 0;
    }

    private int hexDigit(long position) {
      return Character.digit((char) byteAt(position), 16);
    }

    /** A byte of the line, on the heap or, without an array, in raw memory. */
    private int byteAt(long position) {
      return line == null ? Memory.getUnsignedByte(position) : line[(int) position] & 0xFF;
    }

    private static void put(byte[] array, long position, int character) {
      if (array == null) {
        Memory.putByte(position, (byte) character);
      } else {
        array[(int) position] = (byte) character;
      }
    }

    /**
     * Fewer than {@link #isSpace}: form feed and vertical tab separate words only where one begins.
     */
    private static boolean endsWord(int character) {
      return character == ' '
          || character == '\t'
          || character == '\n'
          || character == '\r'
          || character == 0;
    }

    /** C's isspace: the space, and tab to carriage return. */
    private static boolean isSpace(int character) {
      return character == ' ' || (character >= '\t' && character <= '\r');
    }
  }
}
