package io.jacinth.command.sortedset;

import io.jacinth.base.Latin1;
import io.jacinth.command.Call;
import io.jacinth.memory.Memory;
import io.jacinth.value.SortedSetValue;
import java.util.regex.Pattern;

/**
 * The bounds of ranges, as arguments: ranks, scores such as {@code (1.5} and {@code +inf}, or
 * members such as {@code [a}, {@code (b}, {@code -} and {@code +}.
 *
 * <p>A range of scores or members becomes one of ranks, {@code from} the first one {@code to} the
 * one behind the last; so all commands know ranges of ranks only.
 */
final class Bounds {
  static final int RANK = 0;
  static final int SCORE = 1;
  static final int LEX = 2;

  /** What is a number but for being too large or too small. */
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private Bounds() {}

  /**
   * Replies with an error if an argument is no bound.
   *
   * @return false after an error
   */
  static boolean require(Call call, int by, int minIndex, int maxIndex) {
    if (by == RANK) {
      return call.requireLong(minIndex) && call.requireLong(maxIndex);
    }
    if (by == SCORE) {
      if (Double.isNaN(score(call, minIndex)) || Double.isNaN(score(call, maxIndex))) {
        call.reply().error("ERR min or max is not a float");
        return false;
      }
    } else if (!isLex(call, minIndex) || !isLex(call, maxIndex)) {
      call.reply().error("ERR min or max not valid string range item");
      return false;
    }
    return true;
  }

  /** The rank of the first element, with the lower bound given. */
  static long from(Call call, SortedSetValue set, int by, int index) {
    if (by == SCORE) {
      return set.rankOfScore(score(call, index), isExclusive(call, index));
    }
    return switch (first(call, index)) {
      case '-' -> 0;
      case '+' -> set.count();
      default -> rankOfMember(call, set, index, isExclusive(call, index));
    };
  }

  /** The rank behind the last element, with the upper bound given. */
  static long to(Call call, SortedSetValue set, int by, int index) {
    if (by == SCORE) {
      return set.rankOfScore(score(call, index), !isExclusive(call, index));
    }
    return switch (first(call, index)) {
      case '-' -> 0;
      case '+' -> set.count();
      default -> rankOfMember(call, set, index, !isExclusive(call, index));
    };
  }

  private static long rankOfMember(Call call, SortedSetValue set, int index, boolean after) {
    return set.rankOfMember(call.address(index) + 1, call.length(index) - 1, after);
  }

  /** The first character, 0 if there is none. */
  private static int first(Call call, int index) {
    return call.length(index) == 0 ? 0 : Memory.getUnsignedByte(call.address(index));
  }

  private static boolean isExclusive(Call call, int index) {
    return first(call, index) == '(';
  }

  private static boolean isLex(Call call, int index) {
    return switch (first(call, index)) {
      case '(', '[' -> true;
      case '-', '+' -> call.length(index) == 1;
      default -> false;
    };
  }

  /** The score of a bound, NaN if it is none. */
  private static double score(Call call, int index) {
    int skipped = isExclusive(call, index) ? 1 : 0;
    long address = call.address(index) + skipped;
    int length = call.length(index) - skipped;
    if (length == 0) {
      return 0; // as Redis reads nothing
    }
    double score = call.parseDouble(address, length);
    if (Double.isNaN(score)) {
      String text = Latin1.string(address, length);
      return DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    }
    return isHexadecimal(address, length) ? Double.NaN : score;
  }

  private static boolean isHexadecimal(long address, int length) {
    for (int i = 0; i < Math.min(length, 3); i++) {
      if (Latin1.lowerCase(Memory.getUnsignedByte(address + i)) == 'x') {
        return true;
      }
    }
    return false;
  }
}
