package io.jacinth.base;

import io.jacinth.memory.Memory;

/**
 * Glob-style patterns as KEYS, SCAN, PSUBSCRIBE, CONFIG GET and ACL rules take them.
 *
 * <pre>
 *   *       any bytes            [abc]   one of these bytes
 *   ?       one byte             [a-c]   one byte of this range, whichever end comes first
 *   \x      the byte x itself    [^abc]  one byte that is none of these
 * </pre>
 *
 * <p>Four things are not what one would guess and are kept as clients know them: a pattern of one
 * or more {@code *} does not match an empty text, a class that is not closed ends with the pattern,
 * in a range a {@code ]} can be the end, and a pattern with more than 1000 groups of {@code *} that
 * something follows matches nothing.
 *
 * <p>Only the last {@code *} met is ever tried again: an earlier one can only give away bytes that
 * the last one could skip as well. So matching takes at most pattern times text steps, whatever the
 * pattern.
 */
public final class GlobPattern {
  private static final int MAX_STARS = 1000;

  private GlobPattern() {}

  /** Whether a text matches a pattern, both in raw memory. */
  public static boolean matches(long pattern, int patternLength, long text, int textLength) {
    return matches(null, pattern, patternLength, null, text, textLength, false);
  }

  /** The same, with ASCII letters of either case equal. */
  public static boolean matchesIgnoringCase(
      long pattern, int patternLength, long text, int textLength) {
    return matches(null, pattern, patternLength, null, text, textLength, true);
  }

  /** Whether a text matches a pattern, both on the Java heap. */
  public static boolean matches(byte[] pattern, byte[] text, boolean ignoreCase) {
    return matches(pattern, 0, pattern.length, text, 0, text.length, ignoreCase);
  }

  /** Whether a text in raw memory matches a pattern on the Java heap. */
  public static boolean matches(byte[] pattern, long text, int textLength) {
    return matches(pattern, 0, pattern.length, null, text, textLength, false);
  }

  /** Whether a pattern is the one that everything is meant by, the empty text too. */
  public static boolean isEverything(long pattern, int patternLength) {
    return patternLength == 1 && Memory.getByte(pattern) == '*';
  }

  /** A byte of an array or, without one, of raw memory. */
  private static int byteAt(byte[] array, long position) {
    return array == null ? Memory.getUnsignedByte(position) : array[(int) position] & 0xFF;
  }

  private static boolean matches(
      byte[] patternArray,
      long pattern,
      int patternLength,
      byte[] textArray,
      long text,
      int textLength,
      boolean ignoreCase) {
    long patternEnd = pattern + patternLength;
    long textEnd = text + textLength;
    long p = pattern;
    long t = text;
    long afterStar = -1; // where the pattern goes on after the last star
    long starText = 0; // the first byte that this star has not skipped
    int stars = 0;
    while (t < textEnd) {
      boolean matched = false;
      if (p < patternEnd) {
        int wanted = byteAt(patternArray, p);
        if (wanted == '*') {
          p = skipStars(patternArray, p, patternEnd);
          if (p == patternEnd) {
            return true;
          }
          if (++stars > MAX_STARS) {
            return false;
          }
          afterStar = p;
          starText = t;
          continue;
        }
        int character = byteAt(textArray, t);
        if (wanted == '[') {
          long end = classEnd(patternArray, p + 1, patternEnd, character, ignoreCase);
          matched = end > 0;
          p = Math.abs(end);
        } else {
          if (wanted == '\\' && p + 1 < patternEnd) {
            p++;
            wanted = byteAt(patternArray, p);
            matched = same(wanted, character, ignoreCase);
          } else {
            matched = wanted == '?' || same(wanted, character, ignoreCase);
          }
          p++;
        }
      }
      if (matched) {
        t++;
      } else if (afterStar < 0) {
        return false;
      } else {
        p = afterStar;
        t = ++starText;
      }
    }
    return (t != text && skipStars(patternArray, p, patternEnd) == patternEnd)
        || patternLength == 0;
  }

  private static long skipStars(byte[] pattern, long from, long end) {
    long p = from;
    while (p < end && byteAt(pattern, p) == '*') {
      p++;
    }
    return p;
  }

  private static boolean same(int a, int b, boolean ignoreCase) {
    return a == b || (ignoreCase && Latin1.lowerCase(a) == Latin1.lowerCase(b));
  }

  /**
   * Where the pattern goes on after a class whose {@code [} is at {@code from - 1}; negated if the
   * class does not match.
   */
  private static long classEnd(
      byte[] pattern, long from, long end, int character, boolean ignoreCase) {
    long p = from;
    boolean negated = p < end && byteAt(pattern, p) == '^';
    if (negated) {
      p++;
    }
    boolean found = false;
    while (p < end) {
      int wanted = byteAt(pattern, p);
      if (wanted == '\\' && p + 1 < end) {
        p++;
        found |= byteAt(pattern, p) == character;
      } else if (wanted == ']') {
        p++;
        break;
      } else if (p + 2 < end && byteAt(pattern, p + 1) == '-') {
        found |= inRange(wanted, byteAt(pattern, p + 2), character, ignoreCase);
        p += 2;
      } else {
        found |= same(wanted, character, ignoreCase);
      }
      p++;
    }
    return found != negated ? p : -p;
  }

  private static boolean inRange(int first, int last, int character, boolean ignoreCase) {
    int low = Math.min(first, last);
    int high = Math.max(first, last);
    if (!ignoreCase) {
      return character >= low && character <= high;
    }
    int lowerCase = Latin1.lowerCase(character);
    return lowerCase >= Latin1.lowerCase(low) && lowerCase <= Latin1.lowerCase(high);
  }
}
