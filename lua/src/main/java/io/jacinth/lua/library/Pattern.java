package io.jacinth.lua.library;

import java.util.Arrays;

/**
 * A pattern of Lua 5.1 in compiled form: a row of items, each an operation with an argument.
 *
 * <p>A pattern has no alternatives, and only single characters are repeated. So each match passes
 * all items in order, and which captures are open or closed at an item is known beforehand. A
 * mistake in a pattern is an error only when matching gets there: it is an item, too, the last one.
 *
 * <p>As in Lua 5.1 a byte 0 ends a pattern.
 */
final class Pattern {
  /** Captures beyond these are an error. */
  static final int MAX_CAPTURES = 32;

  // Operations on one character: the kind of character, plus how often it comes.
  /** One byte, the argument. */
  static final int CHARACTER = 0;

  /** Any byte. */
  static final int ANY = 1;

  /** A byte of a set; the argument is its place in {@link #sets}. */
  static final int SET = 2;

  static final int KIND_MASK = 3;
  static final int ONCE = 0;
  static final int OPTIONAL = 1 << 2;
  static final int GREEDY = 2 << 2;
  static final int GREEDY_ONCE = 3 << 2;
  static final int LAZY = 4 << 2;
  static final int REPEAT_MASK = 7 << 2;

  /** From here on operations are no single characters. */
  static final int OTHERS = 8 << 2;

  /** The end of the pattern: a match. */
  static final int MATCH = OTHERS;

  /** Only at the end of the subject. */
  static final int SUBJECT_END = OTHERS + 1;

  /** A capture begins; the argument is its number. */
  static final int OPEN = OTHERS + 2;

  /** A capture of a position. */
  static final int POSITION = OTHERS + 3;

  /** A capture ends. */
  static final int CLOSE = OTHERS + 4;

  /** What a capture has caught, again. */
  static final int BACK_REFERENCE = OTHERS + 5;

  /** A balanced stretch; the argument holds both delimiters, a byte each. */
  static final int BALANCE = OTHERS + 6;

  /** From outside a set to inside. */
  static final int FRONTIER = OTHERS + 7;

  /** A mistake; the argument is its place in {@link #MISTAKES}. */
  static final int MISTAKE = OTHERS + 8;

  static final String[] MISTAKES = {
    "malformed pattern (ends with '%')",
    "malformed pattern (missing ']')",
    "missing '[' after '%f' in pattern",
    "unbalanced pattern",
    "too many captures",
    "invalid pattern capture",
    "invalid capture index",
  };

  private static final int ENDS_WITH_PERCENT = 0;
  private static final int MISSING_BRACKET = 1;
  private static final int MISSING_FRONTIER_SET = 2;
  private static final int UNBALANCED = 3;
  private static final int TOO_MANY_CAPTURES = 4;
  private static final int INVALID_CAPTURE = 5;
  private static final int INVALID_INDEX = 6;

  /** No item of a pattern weighs more for each of its bytes: two ints, and a set for 3 bytes. */
  static final int BYTES_PER_BYTE = 24;

  private static final int MIN_ITEMS = 8;

  /** Operation and argument of each item. */
  int[] items = new int[2 * MIN_ITEMS];

  /** The classes, then the sets of this pattern. */
  long[] sets = ByteSet.CLASSES;

  /** Whether the pattern begins with ^, if that has a meaning. */
  final boolean anchored;

  /** How many captures there are. */
  int captureCount;

  /** A bit for each capture that never ends. */
  int openCaptures;

  private final byte[] source;

  /** The end of the pattern: that of its bytes, or the first byte 0. */
  private final int end;

  private int itemCount;

  /** The end of the sets in use. */
  private int setsEnd = ByteSet.CLASSES.length;

  /**
   * Compiles a pattern.
   *
   * @param anchors whether a leading ^ is an anchor: for gmatch it is a character like others
   */
  Pattern(byte[] source, boolean anchors) {
    this.source = source;
    int zero = 0;
    while (zero < source.length && source[zero] != 0) {
      zero++;
    }
    end = zero;
    anchored = anchors && end > 0 && source[0] == '^';
    int at = anchored ? 1 : 0;
    while (at >= 0 && at < end) {
      at = item(at);
    }
    add(MATCH, 0);
  }

  /** Compiles the item at a place; returns the next item's place, or -1 if there will be none. */
  private int item(int at) {
    int c = source[at];
    int next = at + 1 < end ? source[at + 1] : 0;
    if (c == '(') {
      return open(at, next);
    } else if (c == ')') {
      if (openCaptures == 0) {
        return mistake(INVALID_CAPTURE);
      }
      int last = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(openCaptures);
      openCaptures &= ~(1 << last);
      add(CLOSE, last);
      return at + 1;
    } else if (c == '$' && at + 1 == end) {
      add(SUBJECT_END, 0);
      return at + 1;
    } else if (c == '%' && next == 'b') {
      if (at + 3 >= end) {
        return mistake(UNBALANCED);
      }
      add(BALANCE, (source[at + 2] & 0xff) << Byte.SIZE | (source[at + 3] & 0xff));
      return at + 4;
    } else if (c == '%' && next == 'f') {
      if (at + 2 >= end || source[at + 2] != '[') {
        return mistake(MISSING_FRONTIER_SET);
      }
      int close = closingBracket(at + 2);
      if (close < 0) {
        return mistake(MISSING_BRACKET);
      }
      add(FRONTIER, set(at + 2, close));
      return close + 1;
    } else if (c == '%' && next >= '0' && next <= '9') {
      int capture = next - '1';
      if (capture < 0 || capture >= captureCount || (openCaptures & 1 << capture) != 0) {
        return mistake(INVALID_INDEX);
      }
      add(BACK_REFERENCE, capture);
      return at + 2;
    }
    return single(at, c, next);
  }

  private int open(int at, int next) {
    if (captureCount == MAX_CAPTURES) {
      return mistake(TOO_MANY_CAPTURES);
    }
    int capture = captureCount++;
    if (next == ')') {
      add(POSITION, capture);
      return at + 2;
    }
    openCaptures |= 1 << capture;
    add(OPEN, capture);
    return at + 1;
  }

  private int single(int at, int c, int next) {
    int operation = CHARACTER;
    int argument = c & 0xff;
    int after = at + 1;
    if (c == '.') {
      operation = ANY;
    } else if (c == '%') {
      if (after == end) {
        return mistake(ENDS_WITH_PERCENT);
      }
      int set = ByteSet.classIndex(next);
      operation = set < 0 ? CHARACTER : SET;
      argument = set < 0 ? next & 0xff : set;
      after++;
    } else if (c == '[') {
      int close = closingBracket(at);
      if (close < 0) {
        return mistake(MISSING_BRACKET);
      }
      operation = SET;
      argument = set(at, close);
      after = close + 1;
    }
    int repeat =
        switch (after < end ? source[after] : 0) {
          case '?' -> OPTIONAL;
          case '*' -> GREEDY;
          case '+' -> GREEDY_ONCE;
          case '-' -> LAZY;
          default -> ONCE;
        };
    add(operation | repeat, argument);
    return repeat == ONCE ? after : after + 1;
  }

  /** The place of the ] that ends the set that begins at a [, or -1. */
  private int closingBracket(int open) {
    int at = open + 1;
    if (at < end && source[at] == '^') {
      at++;
    }
    // What comes first belongs to the set, even a ].
    boolean first = true;
    while (at < end && (first || source[at] != ']')) {
      first = false;
      at += source[at] == '%' && at + 1 < end ? 2 : 1;
    }
    return at < end ? at : -1;
  }

  /** Makes a set of what stands between brackets, and returns its place. */
  private int set(int open, int close) {
    int set = setsEnd;
    if (setsEnd + ByteSet.WORDS > sets.length) {
      // The first time it is the classes, which belong to all, that are copied.
      sets = Arrays.copyOf(sets, setsEnd * 2);
    }
    setsEnd += ByteSet.WORDS;
    boolean complement = source[open + 1] == '^';
    int at = open + (complement ? 2 : 1);
    while (at < close) {
      int c = source[at] & 0xff;
      if (c == '%' && at + 1 < close) {
        addClass(set, source[at + 1] & 0xff);
        at += 2;
      } else if (at + 2 < close && source[at + 1] == '-') {
        for (int last = source[at + 2] & 0xff; c <= last; c++) {
          ByteSet.add(sets, set, c);
        }
        at += 3;
      } else {
        ByteSet.add(sets, set, c);
        at++;
      }
    }
    if (complement) {
      ByteSet.complement(sets, set);
    }
    return set;
  }

  private void addClass(int set, int letter) {
    int index = ByteSet.classIndex(letter);
    if (index < 0) {
      ByteSet.add(sets, set, letter);
      return;
    }
    for (int i = 0; i < ByteSet.WORDS; i++) {
      sets[set + i] |= ByteSet.CLASSES[index + i];
    }
  }

  private int mistake(int mistake) {
    add(MISTAKE, mistake);
    return -1;
  }

  private void add(int operation, int argument) {
    int at = 2 * itemCount++;
    if (at == items.length) {
      items = Arrays.copyOf(items, 2 * at);
    }
    items[at] = operation;
    items[at + 1] = argument;
  }

  /** Whether a text holds none of the characters that mean something in patterns. */
  static boolean isPlain(byte[] source) {
    for (byte c : source) {
      if (c == 0) {
        return true;
      }
      if ("^$*+?.([%-".indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }
}
