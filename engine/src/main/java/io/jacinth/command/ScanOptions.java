package io.jacinth.command;

import io.jacinth.base.GlobPattern;
import io.jacinth.protocol.ReplyWriter;

/**
 * The options of SCAN, HSCAN, SSCAN and ZSCAN: how many elements a step looks at, which of them it
 * shows, and what of each.
 */
public final class ScanOptions {
  private static final int DEFAULT_COUNT = 10;

  /** No such option. */
  public static final String NONE = "";

  /** The cursor of a scan that has come to its end, and of one that begins. */
  public static final long LAST_CURSOR = 0;

  private final Call call;
  private int count = DEFAULT_COUNT;
  private int pattern;
  private int type;
  private boolean brief;

  private ScanOptions(Call call) {
    this.call = call;
  }

  /** The options of SCAN; null after an error. */
  public static ScanOptions ofKeys(Call call) {
    ScanOptions options = new ScanOptions(call);
    return options.read(2, "type", NONE) ? options : null;
  }

  /**
   * The options of a command that goes through one collection.
   *
   * @param briefly the option, in lower case, that leaves a part of each element out; or {@link
   *     #NONE}
   * @return null after an error
   */
  public static ScanOptions ofElements(Call call, String briefly) {
    ScanOptions options = new ScanOptions(call);
    return options.read(3, NONE, briefly) ? options : null;
  }

  private boolean read(int first, String typed, String briefly) {
    for (int i = first; i < call.count(); i++) {
      boolean hasValue = i + 1 < call.count();
      if (hasValue && call.is(i, "count")) {
        i++;
        if (!call.requireLong(i)) {
          return false;
        }
        if (call.number() < 1) {
          call.syntaxError();
          return false;
        }
        count = (int) Math.min(call.number(), Integer.MAX_VALUE);
      } else if (hasValue && call.is(i, "match")) {
        i++;
        pattern = GlobPattern.isEverything(call.address(i), call.length(i)) ? 0 : i;
      } else if (hasValue && is(i, typed)) {
        i++;
        type = i;
      } else if (is(i, briefly)) {
        brief = true;
      } else if (call.is(i, "novalues")) {
        call.reply().error("ERR NOVALUES option can only be used in HSCAN");
        return false;
      } else {
        call.syntaxError();
        return false;
      }
    }
    return true;
  }

  private boolean is(int index, String option) {
    return !option.equals(NONE) && call.is(index, option);
  }

  /** Begins the reply: the cursor to go on from, then so many elements, which the caller writes. */
  public static void replyHead(ReplyWriter reply, long cursor, long elements) {
    reply.array(2);
    reply.bulkInteger(cursor);
    reply.array(elements);
  }

  /** How many elements to look at, about. */
  public int count() {
    return count;
  }

  /** The argument that an element must match, 0 if all are shown. */
  public int pattern() {
    return pattern;
  }

  /** The argument that names the type of value to show, 0 if all are shown. */
  public int type() {
    return type;
  }

  /** Whether a part of each element is left out. */
  public boolean isBrief() {
    return brief;
  }

  /** Whether an element of this text is shown. */
  public boolean matches(long address, int length) {
    return pattern == 0
        || GlobPattern.matches(call.address(pattern), call.length(pattern), address, length);
  }
}
