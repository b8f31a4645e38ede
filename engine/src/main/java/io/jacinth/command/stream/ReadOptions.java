package io.jacinth.command.stream;

import io.jacinth.command.Call;

/**
 * What XREAD and XREADGROUP are told before their keys.
 *
 * <p>One for each call; the compiler keeps it off the heap.
 */
final class ReadOptions {
  /** In place of a timeout. */
  private static final long NO_BLOCKING = -1;

  private final boolean inGroup;
  private long limit = Long.MAX_VALUE;
  private long timeoutMillis = NO_BLOCKING;
  private boolean withoutPending;
  private int groupIndex;
  private int firstKey;
  private int keyCount;

  /**
   * @param inGroup whether a consumer of a group reads
   */
  ReadOptions(boolean inGroup) {
    this.inGroup = inGroup;
  }

  /** Reads the options; returns false after an error was replied. */
  boolean parse(Call call) {
    int count = call.count();
    for (int i = 1; i < count && firstKey == 0; i++) {
      boolean more = i + 1 < count;
      if (more && call.is(i, "block")) {
        i++;
        if (!call.requireTimeoutMillis(i)) {
          return false;
        }
        timeoutMillis = call.number();
      } else if (more && call.is(i, "count")) {
        i++;
        if (!call.requireLong(i)) {
          return false;
        }
        limit = call.number() <= 0 ? Long.MAX_VALUE : call.number();
      } else if (more && call.is(i, "streams")) {
        firstKey = i + 1;
        keyCount = (count - firstKey) / 2;
      } else if (i + 2 < count && call.is(i, "group")) {
        if (!requireGroupCommand(call, "GROUP")) {
          return false;
        }
        groupIndex = i + 1;
        i += 2;
      } else if (call.is(i, "noack")) {
        if (!requireGroupCommand(call, "NOACK")) {
          return false;
        }
        withoutPending = true;
      } else {
        call.syntaxError();
        return false;
      }
    }
    return check(call);
  }

  private boolean requireGroupCommand(Call call, String option) {
    if (!inGroup) {
      call.reply()
          .error(
              "ERR The "
                  + option
                  + " option is only supported by XREADGROUP. You called XREAD instead.");
    }
    return inGroup;
  }

  private boolean check(Call call) {
    if (firstKey == 0) {
      call.syntaxError();
    } else if ((call.count() - firstKey & 1) != 0) {
      call.reply()
          .error(
              "ERR Unbalanced '"
                  + call.command().name()
                  + "' list of streams: for each stream key an ID"
                  + (inGroup ? " or '>'" : ", '+', or '$'")
                  + " must be specified.");
    } else if (inGroup && groupIndex == 0) {
      call.reply().error("ERR Missing GROUP option for XREADGROUP");
    } else {
      return true;
    }
    return false;
  }

  boolean isInGroup() {
    return inGroup;
  }

  /** The most entries of each stream. */
  long limit() {
    return limit;
  }

  boolean blocks() {
    return timeoutMillis != NO_BLOCKING;
  }

  /** How long it may block; 0 for ever. */
  long timeoutMillis() {
    return timeoutMillis;
  }

  /** Whether what is given to a consumer needs no acknowledgement. */
  boolean isWithoutPending() {
    return withoutPending;
  }

  /** The word that names the group; behind it is the consumer. */
  int groupIndex() {
    return groupIndex;
  }

  /** The first of the words that are keys. */
  int firstKey() {
    return firstKey;
  }

  int keyCount() {
    return keyCount;
  }
}
