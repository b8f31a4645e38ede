package io.jacinth.protocol;

import io.jacinth.memory.Memory;

/**
 * The words of an inline command: separated by white space, optionally in double quotes (with the
 * escapes {@code \n \r \t \b \a \xHH}) or single quotes (with {@code \'}).
 */
final class InlineWords {
  private InlineWords() {}

  /**
   * Adds the words of the line {@code [from, to)} to {@code words}; the line is overwritten with
   * the resolved words.
   *
   * @return false when a quote is not closed, or closed inside a word
   */
  static boolean split(long from, long to, Arguments words) {
    long read = from;
    while (true) {
      while (read < to && isSpace(Memory.getByte(read))) {
        read++;
      }
      if (read == to) {
        return true;
      }
      long start = read;
      long write = read;
      while (read < to && !endsWord(Memory.getByte(read))) {
        int c = Memory.getByte(read);
        if (c != '"' && c != '\'') {
          // a zero byte ends the line as it ends a C string
          if (c == 0) {
            to = read;
            break;
          }
          Memory.putByte(write++, c);
          read++;
          continue;
        }
        read++;
        boolean closed = false;
        while (read < to && !closed) {
          int q = Memory.getByte(read);
          if (q == c) {
            closed = true;
            read++;
          } else if (c == '"' && q == '\\' && read + 1 < to) {
            if (read + 3 < to
                && Memory.getByte(read + 1) == 'x'
                && hex(Memory.getByte(read + 2)) >= 0
                && hex(Memory.getByte(read + 3)) >= 0) {
              Memory.putByte(
                  write++, hex(Memory.getByte(read + 2)) << 4 | hex(Memory.getByte(read + 3)));
              read += 4;
            } else {
              Memory.putByte(write++, escaped(Memory.getByte(read + 1)));
              read += 2;
            }
          } else if (c == '\'' && q == '\\' && read + 1 < to && Memory.getByte(read + 1) == '\'') {
            Memory.putByte(write++, '\'');
            read += 2;
          } else {
            Memory.putByte(write++, q);
            read++;
          }
        }
        if (!closed || (read < to && !isSpace(Memory.getByte(read)))) {
          return false;
        }
      }
      words.add(start, (int) (write - start));
    }
  }

  private static int escaped(int c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'a' -> 7;
      default -> c;
    };
  }

  private static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /**
   * Fewer than {@link #isSpace}: form feed and vertical tab separate words only where they begin
   * one.
   */
  private static boolean endsWord(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private static int hex(int c) {
    return Character.digit(c, 16);
  }
}
