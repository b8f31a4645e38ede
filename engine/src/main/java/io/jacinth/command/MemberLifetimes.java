package io.jacinth.command;

import io.jacinth.protocol.Errors;
import io.jacinth.value.MemberExpiry;

/**
 * What the commands have in common that let fields of hashes and members of sets expire: how they
 * read times and conditions, and what they reply.
 */
public final class MemberLifetimes {
  /** What is replied for a field or member. */
  public static final int NOT_THERE = -2;

  public static final int NEVER_EXPIRES = -1;
  public static final int CONDITION_NOT_MET = 0;
  public static final int CHANGED = 1;
  public static final int REMOVED = 2;

  public static final String TWO_EXPIRIES =
      "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified";

  /** In place of a time, after an error was replied. */
  public static final long FAILED = -1;

  /** Units of times. */
  public static final int SECOND = 1000;

  public static final int MILLISECOND = 1;

  /** Redis keeps times of fields in 46 bits. */
  private static final long MAX_MILLIS = (1L << 46) - 1;

  /** On what an expiry depends. */
  public enum Condition {
    NONE,
    NX,
    XX,
    GT,
    LT;

    /** Whether an expiry may be set in place of another one. */
    public boolean holds(long currentMillis, long newMillis) {
      boolean never = currentMillis == MemberExpiry.NEVER;
      return switch (this) {
        case NONE -> true;
        case NX -> never;
        case XX -> !never;
        case GT -> !never && newMillis > currentMillis;
        case LT -> never || newMillis < currentMillis;
      };
    }
  }

  private MemberLifetimes() {}

  /** The condition that a word names, {@link Condition#NONE} if it names none. */
  public static Condition condition(Call call, int index) {
    if (call.is(index, "nx")) {
      return Condition.NX;
    }
    if (call.is(index, "xx")) {
      return Condition.XX;
    }
    if (call.is(index, "gt")) {
      return Condition.GT;
    }
    return call.is(index, "lt") ? Condition.LT : Condition.NONE;
  }

  /**
   * Reads a time.
   *
   * @param unitMillis {@link #SECOND} or {@link #MILLISECOND}
   * @param relative whether it counts from now, not from the epoch
   * @return milliseconds since the epoch, or {@link #FAILED} after an error was replied
   */
  public static long expireAtMillis(Call call, int index, int unitMillis, boolean relative) {
    if (!call.requireLong(index)) {
      return FAILED;
    }
    long time = call.number();
    long origin = relative ? call.nowMillis() : 0;
    if (time < 0) {
      call.reply().error("ERR invalid expire time, must be >= 0");
      return FAILED;
    }
    if (time > (MAX_MILLIS - origin) / unitMillis) {
      call.reply().error(Errors.invalidExpire(call.command().fullName()));
      return FAILED;
    }
    return time * unitMillis + origin;
  }

  /** Whether a word says that a time follows. */
  public static boolean isTime(Call call, int index) {
    return call.is(index, "ex")
        || call.is(index, "px")
        || call.is(index, "exat")
        || call.is(index, "pxat");
  }

  /** Reads a time behind a word that {@link #isTime}; {@link #FAILED} after an error. */
  public static long expireAtMillis(Call call, int index) {
    int word = index - 1;
    boolean seconds = call.is(word, "ex") || call.is(word, "exat");
    boolean relative = call.is(word, "ex") || call.is(word, "px");
    return expireAtMillis(call, index, seconds ? SECOND : MILLISECOND, relative);
  }

  /** Whether what expires then is removed at once. */
  public static boolean isOver(Call call, long expireAtMillis) {
    return expireAtMillis <= call.nowMillis();
  }

  /** Replies with the time at which something expires, or with how long it takes, rounded up. */
  public static void replyTime(Call call, long expireAtMillis, int unitMillis, boolean relative) {
    if (expireAtMillis == MemberExpiry.NEVER) {
      call.reply().integer(NEVER_EXPIRES);
      return;
    }
    long millis = expireAtMillis - (relative ? call.nowMillis() : 0);
    call.reply().integer((millis + unitMillis - 1) / unitMillis);
  }

  /** Replies the same for so many. */
  public static void replyToAll(Call call, long count, int code) {
    call.reply().array(count);
    for (long i = 0; i < count; i++) {
      call.reply().integer(code);
    }
  }
}
