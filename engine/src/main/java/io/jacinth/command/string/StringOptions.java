package io.jacinth.command.string;

import io.jacinth.command.Call;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;

/**
 * The options that commands of strings share, read into one long so that nothing is allocated:
 *
 * <pre>
 *   | option bits: 16 | index of the condition's value: 24 | index of the expiry's time: 24 |
 *     bits 48-63        bits 24-47                           bits 0-23
 * </pre>
 *
 * <p>For example {@code SET k v EX 10 IFEQ x} gives the bits {@code EX | IFEQ} and the indexes 6
 * and 4. An index of 0 means that there is none.
 */
final class StringOptions {
  static final int NX = 1;
  static final int XX = 1 << 1;
  static final int IFEQ = 1 << 2;
  static final int IFNE = 1 << 3;
  static final int IFDEQ = 1 << 4;
  static final int IFDNE = 1 << 5;
  static final int EX = 1 << 6;
  static final int PX = 1 << 7;
  static final int EXAT = 1 << 8;
  static final int PXAT = 1 << 9;
  static final int KEEPTTL = 1 << 10;
  static final int PERSIST = 1 << 11;
  static final int GET = 1 << 12;

  /** At most one of each group can be given. */
  static final int COMPARISONS = IFEQ | IFNE | IFDEQ | IFDNE;

  static final int CONDITIONS = NX | XX | COMPARISONS;
  static final int TIMES = EX | PX | EXAT | PXAT;
  static final int EXPIRIES = TIMES | KEEPTTL | PERSIST;

  /** What {@link #parse} returns after it has replied with an error. */
  static final long FAILED = -1;

  /** What {@link #expireAtMillis} returns after it has replied with an error. */
  static final long INVALID = Long.MIN_VALUE;

  private static final int BITS_SHIFT = 48;
  private static final int CONDITION_SHIFT = 24;
  private static final long INDEX_MASK = (1L << 24) - 1;
  private static final long MILLIS_PER_SECOND = 1000;

  private StringOptions() {}

  /**
   * Reads the options from argument {@code from} to the end.
   *
   * @param allowed the bits of those that the command has
   * @return the options, or {@link #FAILED} after a syntax error was replied
   */
  static long parse(Call call, int from, int allowed) {
    int bits = 0;
    int condition = 0;
    int time = 0;
    for (int i = from; i < call.count(); i++) {
      int option = option(call, i) & allowed;
      if (option == 0 || (bits & excluded(option)) != 0) {
        return failed(call);
      }
      bits |= option;
      if ((option & (TIMES | COMPARISONS)) != 0) {
        i++;
        if (i == call.count()) {
          return failed(call);
        }
        if ((option & TIMES) != 0) {
          time = i;
        } else {
          condition = i;
        }
      }
    }
    return pack(bits, condition, time);
  }

  static long pack(int bits, int conditionIndex, int timeIndex) {
    return (long) bits << BITS_SHIFT | (long) conditionIndex << CONDITION_SHIFT | timeIndex;
  }

  private static long failed(Call call) {
    call.syntaxError();
    return FAILED;
  }

  /** The bit of the option that a word names, 0 if there is none. */
  static int option(Call call, int index) {
    return switch (call.length(index)) {
      case 2 ->
          call.is(index, "ex")
              ? EX
              : call.is(index, "px")
                  ? PX
                  : call.is(index, "nx") ? NX : call.is(index, "xx") ? XX : 0;
      case 3 -> call.is(index, "get") ? GET : 0;
      case 4 ->
          call.is(index, "exat")
              ? EXAT
              : call.is(index, "pxat")
                  ? PXAT
                  : call.is(index, "ifeq") ? IFEQ : call.is(index, "ifne") ? IFNE : 0;
      case 5 -> call.is(index, "ifdeq") ? IFDEQ : call.is(index, "ifdne") ? IFDNE : 0;
      case 7 -> call.is(index, "keepttl") ? KEEPTTL : call.is(index, "persist") ? PERSIST : 0;
      default -> 0;
    };
  }

  /** What cannot be given beside an option; only a comparison cannot be given twice. */
  private static int excluded(int option) {
    if ((option & COMPARISONS) != 0) {
      return CONDITIONS;
    }
    int group = (option & CONDITIONS) != 0 ? CONDITIONS : EXPIRIES;
    return option == GET ? 0 : group & ~option;
  }

  /** Whether one of these options is given. */
  static boolean has(long options, int bits) {
    return (options >>> BITS_SHIFT & bits) != 0;
  }

  /** The argument that a comparison is made with. */
  static int conditionIndex(long options) {
    return (int) (options >>> CONDITION_SHIFT & INDEX_MASK);
  }

  /**
   * When the key is to expire according to the options: a time, {@link Key#KEEP} or {@link
   * Key#NEVER}, or {@link #INVALID} after an error was replied.
   */
  static long expireAtMillis(Call call, long options) {
    int index = (int) (options & INDEX_MASK);
    if (index == 0) {
      return has(options, KEEPTTL) ? Key.KEEP : Key.NEVER;
    }
    return expireAtMillis(call, index, has(options, EX | EXAT), has(options, EX | PX));
  }

  /**
   * Reads a time.
   *
   * @param seconds whether it is in seconds, not milliseconds
   * @param relative whether it counts from now, not from the epoch
   * @return milliseconds since the epoch, or {@link #INVALID} after an error was replied
   */
  static long expireAtMillis(Call call, int index, boolean seconds, boolean relative) {
    if (!call.requireLong(index)) {
      return INVALID;
    }
    long time = call.number();
    long unit = seconds ? MILLIS_PER_SECOND : 1;
    long base = relative ? call.nowMillis() : 0;
    if (time <= 0 || time > (Long.MAX_VALUE - base) / unit) {
      call.reply().error(Errors.invalidExpire(call.command().fullName()));
      return INVALID;
    }
    return time * unit + base;
  }
}
