package io.jacinth.command;

import io.jacinth.base.Decimal;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.Arguments;

/**
 * Where a command's keys stand among its arguments and what it does with them ("Command key
 * specifications").
 *
 * @param begin index of the first key or key count; with {@code keyword}, where the search for it
 *     begins (negative: from the end)
 * @param keyword the word behind which the keys begin, null when they begin at {@code begin}
 * @param find how the keys are found from there
 * @param last for {@link Find#RANGE}: the last key relative to the first, negative from the end of
 *     all arguments (-1 the last argument); for {@link Find#KEYNUM}: the first key relative to the
 *     begin
 * @param step distance of the keys
 * @param limit for a range with last -1: the range ends after 1/limit of the remaining arguments; 0
 *     and 1: no limit
 * @param flags as COMMAND INFO shows them, for example {@code RW ACCESS UPDATE}
 * @param finder for {@link Find#UNKNOWN}: finds the keys
 */
public record KeySpec(
    int begin,
    String keyword,
    Find find,
    int last,
    int step,
    int limit,
    String flags,
    Finder finder) {
  /** How keys are found from the begin. */
  public enum Find {
    RANGE,
    /** The number of keys stands at the begin. */
    KEYNUM,
    /** Cannot be said in these terms: clients have to ask. */
    UNKNOWN
  }

  /** Finds keys in a way of its command's own. */
  @FunctionalInterface
  public interface Finder {
    void visit(Arguments arguments, Visitor visitor);
  }

  /** Takes the index of one key after the other. */
  @FunctionalInterface
  public interface Visitor {
    void key(int index);
  }

  public KeySpec(
      int begin, String keyword, Find find, int last, int step, int limit, String flags) {
    this(begin, keyword, find, last, step, limit, flags, (_, _) -> {});
  }

  /**
   * Keys from argument {@code first} to {@code last}, which is relative to the first or, when
   * negative, to the end.
   */
  public static KeySpec range(int first, int last, int step, String flags) {
    return new KeySpec(first, null, Find.RANGE, last, step, 0, flags);
  }

  /** As many keys as argument {@code index} says, the first one {@code first} behind it. */
  public static KeySpec keynum(int index, int first, int step, String flags) {
    return new KeySpec(index, null, Find.KEYNUM, first, step, 0, flags);
  }

  /** The key behind a keyword, which is looked for from argument {@code begin} on. */
  public static KeySpec keyword(int begin, String keyword, String flags) {
    return new KeySpec(begin, keyword, Find.RANGE, 0, 1, 0, flags);
  }

  /** Keys that only the command itself can find. */
  public static KeySpec unknown(String flags, Finder finder) {
    return new KeySpec(0, null, Find.UNKNOWN, 0, 0, 0, flags, finder);
  }

  /**
   * Passes the index of each key; stops at the end of the arguments when they are too few.
   *
   * @return false if the arguments do not fit the specification, so that there are keys missing
   */
  public boolean visit(Arguments arguments, Visitor visitor) {
    if (find == Find.UNKNOWN) {
      finder.visit(arguments, visitor);
      return true;
    }
    int count = arguments.count();
    int first = firstIndex(arguments);
    if (first <= 0 || first >= count) {
      return keyword != null; // which may be left out
    }
    int end;
    if (find == Find.RANGE) {
      if (last >= 0) {
        end = first + last;
      } else if (limit > 1) {
        end = first + (count - first) / limit + last;
      } else {
        end = count + last;
      }
    } else {
      long keys = Decimal.parseLong(arguments.address(first), arguments.length(first));
      first += last;
      if (keys < 0 || keys > (count - first + step - 1) / step) {
        return false;
      }
      end = (int) (first + (keys - 1) * step);
    }
    for (int i = first; i <= end && i < count; i += step) {
      visitor.key(i);
    }
    return end < count;
  }

  private int firstIndex(Arguments arguments) {
    if (keyword == null) {
      return begin;
    }
    int count = arguments.count();
    int direction = begin < 0 ? -1 : 1;
    for (int i = begin < 0 ? count + begin : begin; i > 0 && i < count; i += direction) {
      if (isKeyword(arguments.address(i), arguments.length(i))) {
        return i + 1;
      }
    }
    return 0;
  }

  private boolean isKeyword(long address, int length) {
    if (length != keyword.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (Character.toLowerCase(Memory.getByte(address + i))
          != Character.toLowerCase(keyword.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
