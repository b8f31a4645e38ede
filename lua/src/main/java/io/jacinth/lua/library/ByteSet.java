package io.jacinth.lua.library;

/** Sets of bytes as four longs in an array; and those that the letters after a % name. */
final class ByteSet {
  /** So many longs make a set. */
  static final int WORDS = 4;

  /** One set for each letter of {@link #LETTERS}, in their order. */
  static final long[] CLASSES;

  /** Letters of classes; the capital letter names the complement. */
  private static final String LETTERS = "acdlpsuwxzACDLPSUWXZ";

  private static final int WORD_BITS = 64;
  private static final int BYTES = 256;

  static {
    CLASSES = new long[LETTERS.length() * WORDS];
    for (int i = 0; i < LETTERS.length(); i++) {
      char letter = LETTERS.charAt(i);
      for (int c = 0; c < BYTES; c++) {
        if (isIn((char) (letter | ' '), c) == (letter >= 'a')) {
          add(CLASSES, i * WORDS, c);
        }
      }
    }
  }

  private ByteSet() {}

  /** The index of a letter's class in {@link #CLASSES}, or -1 if it names none. */
  static int classIndex(int letter) {
    return LETTERS.indexOf(letter) * WORDS < 0 ? -1 : LETTERS.indexOf(letter) * WORDS;
  }

  static boolean contains(long[] sets, int at, int c) {
    return (sets[at + (c >>> 6)] >>> c & 1) != 0;
  }

  static void add(long[] sets, int at, int c) {
    sets[at + c / WORD_BITS] |= 1L << c;
  }

  static void complement(long[] sets, int at) {
    for (int i = 0; i < WORDS; i++) {
      sets[at + i] = ~sets[at + i];
    }
  }

  /** The classes of C's ctype.h in its plain locale. */
  private static boolean isIn(char letter, int c) {
    boolean lower = c >= 'a' && c <= 'z';
    boolean upper = c >= 'A' && c <= 'Z';
    boolean digit = c >= '0' && c <= '9';
    return switch (letter) {
      case 'a' -> lower || upper;
      case 'c' -> c < ' ' || c == 127;
      case 'd' -> digit;
      case 'l' -> lower;
      case 'p' -> c > ' ' && c < 127 && !lower && !upper && !digit;
      case 's' -> c == ' ' || (c >= '\t' && c <= '\r');
      case 'u' -> upper;
      case 'w' -> lower || upper || digit;
      case 'x' -> digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      default -> c == 0;
    };
  }
}
