package io.jacinth.command.stream;

import io.jacinth.command.Call;
import io.jacinth.command.Worker;

/**
 * What XREAD and XREADGROUP are told before their keys.
 *
 * <p>One for each thread, see {@link Worker#kept}.
 */
final class ReadOptions {
  /** In place of a timeout. */
  private static final long NO_BLOCKING = -1;

  /** In place of a time after which entries are claimed. */
  private static final long NO_CLAIMING = -1;

  private boolean inGroup;
  private long limit;
  private long totalLimit;
  private long maxBytes;
  private long timeoutMillis;
  private long minIdleMillis;
  private boolean withoutPending;
  private int groupIndex;
  private int firstKey;
  private int keyCount;

  private ReadOptions() {}

  /**
   * Those of a call, none of which has been read.
   *
   * @param inGroup whether a consumer of a group reads
   */
  static ReadOptions of(Call call, boolean inGroup) {
    return call.worker().kept(ReadOptions.class, ReadOptions::new).reset(inGroup);
  }

  private ReadOptions reset(boolean inGroup) {
    this.inGroup = inGroup;
    limit = totalLimit = maxBytes = Long.MAX_VALUE;
    timeoutMillis = NO_BLOCKING;
    minIdleMillis = NO_CLAIMING;
    withoutPending = false;
    groupIndex = firstKey = keyCount = 0;
    return this;
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
      } else if (more && call.is(i, "maxcount")) {
        i++;
        if (!requirePositive(call, i, "MAXCOUNT")) {
          return false;
        }
        totalLimit = call.number();
      } else if (more && call.is(i, "maxsize")) {
        i++;
        if (!requirePositive(call, i, "MAXSIZE")) {
          return false;
        }
        maxBytes = call.number();
      } else if (more && call.is(i, "claim")) {
        i++;
        if (!requireGroupCommand(call, "CLAIM") || !requireMinIdle(call, i)) {
          return false;
        }
        minIdleMillis = call.number();
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

  private static boolean requirePositive(Call call, int index, String option) {
    if (!call.requireLong(index)) {
      return false;
    }
    if (call.number() <= 0) {
      call.reply().error("ERR " + option + " must be a positive integer");
      return false;
    }
    return true;
  }

  private static boolean requireMinIdle(Call call, int index) {
    if (!call.parseLong(index)) {
      call.reply().error("ERR min-idle-time is not an integer or out of range");
      return false;
    }
    if (call.number() < 0) {
      call.reply().error("ERR min-idle-time must be a positive integer");
      return false;
    }
    return true;
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
    } else if (limit != Long.MAX_VALUE && totalLimit < limit) {
      call.reply().error("ERR MAXCOUNT must be greater than or equal to COUNT");
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

  /** The most entries of all streams together. */
  long totalLimit() {
    return totalLimit;
  }

  /** With how many bytes of entries no further one is added. */
  long maxBytes() {
    return maxBytes;
  }

  /** Whether all streams together are limited. */
  boolean limitsTotal() {
    return totalLimit != Long.MAX_VALUE || limitsBytes();
  }

  boolean limitsBytes() {
    return maxBytes != Long.MAX_VALUE;
  }

  /** Whether what others have had for too long is claimed. */
  boolean claims() {
    return minIdleMillis != NO_CLAIMING;
  }

  /** How long is too long. */
  long minIdleMillis() {
    return minIdleMillis;
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
