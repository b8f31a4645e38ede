package io.jacinth.command.sortedset;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.base.Decimal;
import io.jacinth.base.GeneralNotation;
import io.jacinth.base.GlobPattern;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SortedSetValue;
import java.util.Arrays;

/** ZSCAN: goes through a sorted set in steps, in the order of its table. */
final class ScanCommands {
  private static final int DEFAULT_COUNT = 10;

  /** A small sorted set is shown as a whole. */
  private static final long LAST_CURSOR = 0;

  private ScanCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("zscan", ScanCommands::zscan)
            .arity(-3)
            .flags(READONLY)
            .categories(Category.SORTEDSET)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
  }

  private static void zscan(Call call) {
    if (!call.parseCursor(2)) {
      call.reply().error("ERR invalid cursor");
      return;
    }
    long cursor = call.number();
    SortedSetValue set = SortedSetCommands.read(call, 1);
    if (set == null) {
      return;
    }
    if (!set.exists()) {
      replyHead(call.reply(), LAST_CURSOR, 0, true);
      return;
    }
    int pattern = 0;
    int count = DEFAULT_COUNT;
    boolean withScores = true;
    for (int i = 3; i < call.count(); i++) {
      boolean hasValue = i + 1 < call.count();
      if (hasValue && call.is(i, "count")) {
        if (!call.requireLong(i + 1)) {
          return;
        }
        if (call.number() < 1) {
          call.syntaxError();
          return;
        }
        count = (int) Math.min(call.number(), Integer.MAX_VALUE);
        i++;
      } else if (hasValue && call.is(i, "match")) {
        pattern = call.is(i + 1, "*") ? 0 : i + 1; // it would not match an empty member
        i++;
      } else if (call.is(i, "noscores")) {
        withScores = false;
      } else if (call.is(i, "novalues")) {
        call.reply().error("ERR NOVALUES option can only be used in HSCAN");
        return;
      } else {
        call.syntaxError();
        return;
      }
    }
    if (set.isTree()) {
      scan(call, set, cursor, count, pattern, withScores);
    } else {
      showAll(call, set, pattern, withScores);
    }
  }

  private static void replyHead(ReplyWriter reply, long cursor, long count, boolean withScores) {
    reply.array(2);
    reply.bulk(Long.toUnsignedString(cursor));
    reply.array(withScores ? 2 * count : count);
  }

  private static void showAll(Call call, SortedSetValue set, int pattern, boolean withScores) {
    int textBytes = longestMember(set);
    long text = call.worker().scratch(textBytes + Decimal.MAX_DOUBLE_LENGTH);
    long number = text + textBytes;
    long matching = 0;
    for (boolean more = set.seek(0); more; more = set.next()) {
      matching += matches(call, set, pattern, text) ? 1 : 0;
    }
    ReplyWriter reply = call.reply();
    replyHead(reply, LAST_CURSOR, matching, withScores);
    for (boolean more = set.seek(0); more; more = set.next()) {
      if (matches(call, set, pattern, text)) {
        SortedSetCommands.replyMember(reply, set);
        if (withScores) {
          reply.bulk(number, Decimal.writeDouble(number, set.score()));
        }
      }
    }
  }

  private static int longestMember(SortedSetValue set) {
    int longest = 0;
    for (boolean more = set.seek(0); more; more = set.next()) {
      longest = Math.max(longest, set.memberLength());
    }
    return longest;
  }

  private static boolean matches(Call call, SortedSetValue set, int pattern, long text) {
    if (pattern == 0) {
      return true;
    }
    set.copyMember(text);
    return matches(call, pattern, text, set.memberLength());
  }

  private static boolean matches(Call call, int pattern, long member, int length) {
    return pattern == 0
        || GlobPattern.matches(call.address(pattern), call.length(pattern), member, length);
  }

  /** Members that a step has found: how many is known at its end only. */
  private static final class Found implements SortedSetValue.Visitor {
    private final Call call;
    private final int pattern;
    private long[] elements = new long[64];
    private int count;

    Found(Call call, int pattern) {
      this.call = call;
      this.pattern = pattern;
    }

    @Override
    public void accept(SortedSetValue set) {
      if (matches(call, pattern, set.memberAddress(), set.memberLength())) {
        if (count == elements.length) {
          elements = Arrays.copyOf(elements, 2 * count);
        }
        elements[count++] = set.element();
      }
    }
  }

  private static void scan(
      Call call, SortedSetValue set, long cursor, int count, int pattern, boolean withScores) {
    Found found = new Found(call, pattern);
    long next = set.scan(cursor, count, found);
    ReplyWriter reply = call.reply();
    replyHead(reply, next, found.count, withScores);
    for (int i = 0; i < found.count; i++) {
      set.comeTo(found.elements[i]);
      SortedSetCommands.replyMember(reply, set);
      if (withScores) {
        reply.bulk(GeneralNotation.of(set.score()));
      }
    }
  }
}
