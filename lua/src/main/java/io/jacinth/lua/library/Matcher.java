package io.jacinth.lua.library;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import java.util.Arrays;

/**
 * The search for a pattern in a subject: what Lua 5.1 finds, in the order in which it tries.
 *
 * <p>Nothing here recurses: each repeated item that could be tried with another count leaves a
 * choice on a stack, and a failure returns to the last one. The stack is never deeper than the
 * pattern is long. How long all that takes is only bounded by the stop flag, since patterns exist
 * whose cost is a high power of the subject's length.
 */
final class Matcher {
  /** No match. */
  static final int NONE = -1;

  /** The length of a capture of a position. */
  static final int POSITION = -2;

  /** So many steps are done between two looks at the stop flag. */
  private static final int STEPS_PER_POLL = 1 << 14;

  /** A choice: item, where its first repetition begins, how many there are. */
  private static final int CHOICE_INTS = 3;

  private static final int MIN_CHOICES = 16;

  /** A longer stack is not kept. */
  private static final int MAX_KEPT_CHOICES = 1024;

  private final Lua lua;
  private Pattern pattern;
  private byte[] subject;
  private int[] choices = new int[MIN_CHOICES * CHOICE_INTS];
  private int steps = STEPS_PER_POLL;

  /** Where each capture begins, and its length or {@link #POSITION}. */
  final int[] starts = new int[Pattern.MAX_CAPTURES];

  final int[] lengths = new int[Pattern.MAX_CAPTURES];

  /** Where the match ends that was found last. */
  int matchEnd;

  Matcher(Lua lua) {
    this.lua = lua;
  }

  void begin(Pattern pattern, LuaString subject) {
    this.pattern = pattern;
    this.subject = subject.bytes();
  }

  /** Forgets pattern and subject. */
  void end() {
    pattern = null;
    subject = null;
    if (choices.length > MAX_KEPT_CHOICES * CHOICE_INTS) {
      choices = new int[MIN_CHOICES * CHOICE_INTS];
    }
  }

  Pattern pattern() {
    return pattern;
  }

  byte[] subject() {
    return subject;
  }

  private void count(int done) {
    steps -= done;
    if (steps < 0) {
      steps = STEPS_PER_POLL;
      lua.poll();
    }
  }

  /**
   * Finds the first match that begins at {@code from} or later, and says where it begins; where it
   * ends is {@link #matchEnd}. {@link #NONE} if there is none.
   */
  int search(Arguments call, int from) {
    int first = pattern.items[0];
    boolean certain =
        (first & ~Pattern.KIND_MASK) == Pattern.ONCE
            || (first & ~Pattern.KIND_MASK) == Pattern.GREEDY_ONCE;
    int kind = first & Pattern.KIND_MASK;
    int argument = pattern.items[1];
    int last = subject.length;
    for (int at = from; at <= last; at++) {
      if (certain && !pattern.anchored) {
        // Where a match must begin with a certain character, nothing else is tried.
        at = skip(kind, argument, at);
        if (at == last) {
          return NONE;
        }
      }
      matchEnd = match(call, at);
      if (matchEnd != NONE) {
        return at;
      }
      if (pattern.anchored) {
        return NONE;
      }
    }
    return NONE;
  }

  /** The next place of a character that matches, or the subject's end. */
  private int skip(int kind, int argument, int from) {
    byte[] subject = this.subject;
    int at = from;
    while (at < subject.length && !matches(pattern, kind, argument, subject[at])) {
      at++;
      if ((at & STEPS_PER_POLL - 1) == 0) {
        count(STEPS_PER_POLL);
      }
    }
    return at;
  }

  /** Where a match that begins at a place ends, or {@link #NONE}. */
  private int match(Arguments call, int from) {
    byte[] subject = this.subject;
    Pattern pattern = this.pattern;
    int[] items = pattern.items;
    int subjectEnd = subject.length;
    int depth = 0;
    int at = from;
    int item = 0;
    while (true) {
      int operation = items[item];
      int argument = items[item + 1];
      count(1);
      boolean matches;
      if (operation < Pattern.OTHERS) {
        int repeat = operation & Pattern.REPEAT_MASK;
        int kind = operation & Pattern.KIND_MASK;
        matches = at < subjectEnd && matches(pattern, kind, argument, subject[at]);
        if (repeat == Pattern.ONCE) {
          at++;
        } else if (repeat == Pattern.LAZY) {
          depth = push(depth, item, at, 0);
          matches = true;
        } else if (repeat == Pattern.OPTIONAL) {
          if (matches) {
            depth = push(depth, item, at, 1);
            at++;
          }
          matches = true;
        } else if (matches) {
          int base = repeat == Pattern.GREEDY_ONCE ? at + 1 : at;
          at = span(kind, argument, base);
          if (at > base) {
            depth = push(depth, item, base, at - base);
          }
        } else {
          matches = repeat == Pattern.GREEDY;
        }
      } else {
        switch (operation) {
          case Pattern.MATCH -> {
            return at;
          }
          case Pattern.SUBJECT_END -> matches = at == subjectEnd;
          case Pattern.OPEN -> {
            starts[argument] = at;
            matches = true;
          }
          case Pattern.POSITION -> {
            starts[argument] = at;
            lengths[argument] = POSITION;
            matches = true;
          }
          case Pattern.CLOSE -> {
            lengths[argument] = at - starts[argument];
            matches = true;
          }
          case Pattern.BACK_REFERENCE -> {
            int start = starts[argument];
            // What caught a position has no length, and matches nothing.
            int length = lengths[argument];
            matches =
                length >= 0
                    && length <= subjectEnd - at
                    && Arrays.equals(subject, start, start + length, subject, at, at + length);
            if (matches) {
              at += length;
              count(length);
            }
          }
          case Pattern.BALANCE -> {
            int end = balance(at, argument >>> Byte.SIZE, argument & 0xff);
            matches = end != NONE;
            at = end;
          }
          case Pattern.FRONTIER ->
              matches =
                  !ByteSet.contains(pattern.sets, argument, byteOrZero(at - 1))
                      && ByteSet.contains(pattern.sets, argument, byteOrZero(at));
          default -> throw call.error(Pattern.MISTAKES[argument]);
        }
      }
      if (matches) {
        item += 2;
        continue;
      }

      // Back to the last choice that is left.
      while (true) {
        if (depth == 0) {
          return NONE;
        }
        int choice = depth - CHOICE_INTS;
        item = choices[choice];
        int base = choices[choice + 1];
        operation = items[item];
        if ((operation & Pattern.REPEAT_MASK) == Pattern.LAZY) {
          if (base < subjectEnd
              && matches(pattern, operation & Pattern.KIND_MASK, items[item + 1], subject[base])) {
            at = base + 1;
            choices[choice + 1] = at;
            break;
          }
          depth = choice;
        } else {
          int repetitions = choices[choice + 2] - 1;
          at = base + repetitions;
          choices[choice + 2] = repetitions;
          if (repetitions == 0) {
            depth = choice;
          }
          break;
        }
      }
      item += 2;
    }
  }

  private int push(int depth, int item, int base, int repetitions) {
    if (depth == choices.length) {
      lua.charge((long) depth * Integer.BYTES * 2);
      choices = Arrays.copyOf(choices, 2 * depth);
    }
    choices[depth] = item;
    choices[depth + 1] = base;
    choices[depth + 2] = repetitions;
    return depth + CHOICE_INTS;
  }

  /** Where the characters that match end. */
  private int span(int kind, int argument, int from) {
    byte[] subject = this.subject;
    int end = subject.length;
    if (kind == Pattern.ANY) {
      return end;
    }
    long[] sets = pattern.sets;
    int at = from;
    while (at < end) {
      // in stretches, each followed by a look at the stop flag
      int stop = Math.min(end, at + STEPS_PER_POLL);
      int start = at;
      if (kind == Pattern.SET) {
        while (at < stop && ByteSet.contains(sets, argument, subject[at] & 0xff)) {
          at++;
        }
      } else {
        while (at < stop && (subject[at] & 0xff) == argument) {
          at++;
        }
      }
      count(at - start);
      if (at < stop) {
        break;
      }
    }
    return at;
  }

  private static boolean matches(Pattern pattern, int kind, int argument, byte c) {
    return switch (kind) {
      case Pattern.CHARACTER -> argument == (c & 0xff);
      case Pattern.SET -> ByteSet.contains(pattern.sets, argument, c & 0xff);
      default -> true;
    };
  }

  private int byteOrZero(int at) {
    return at >= 0 && at < subject.length ? subject[at] & 0xff : 0;
  }

  private int balance(int from, int open, int close) {
    byte[] subject = this.subject;
    if (from >= subject.length || (subject[from] & 0xff) != open) {
      return NONE;
    }
    int depth = 1;
    for (int at = from + 1; at < subject.length; at++) {
      int c = subject[at] & 0xff;
      if (c == close) {
        if (--depth == 0) {
          count(at - from);
          return at + 1;
        }
      } else if (c == open) {
        depth++;
      }
      if ((at & STEPS_PER_POLL - 1) == 0) {
        count(STEPS_PER_POLL);
      }
    }
    count(Math.min(subject.length - from, STEPS_PER_POLL));
    return NONE;
  }
}
