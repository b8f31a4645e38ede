package io.jacinth.command.set;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.base.Decimal;
import io.jacinth.base.GlobPattern;
import io.jacinth.command.Call;
import io.jacinth.command.CommandTable;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SetValue;
import java.util.Arrays;

/** SSCAN: goes through a set in steps, in the order of its table. */
final class ScanCommands {
  private static final int DEFAULT_COUNT = 10;

  /** A small set is shown as a whole. */
  private static final long LAST_CURSOR = 0;

  private ScanCommands() {}

  static void register(CommandTable table) {
    table.add(SetCommands.command("sscan", ScanCommands::sscan, -3, READONLY, "RO ACCESS"));
  }

  private static void sscan(Call call) {
    if (!call.parseCursor(2)) {
      call.reply().error("ERR invalid cursor");
      return;
    }
    long cursor = call.number();
    SetValue set = SetCommands.read(call, 1);
    if (set == null) {
      return;
    }
    if (!set.exists()) {
      replyHead(call.reply(), LAST_CURSOR, 0);
      return;
    }
    int pattern = 0;
    int count = DEFAULT_COUNT;
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
      } else if (call.is(i, "novalues")) {
        call.reply().error("ERR NOVALUES option can only be used in HSCAN");
        return;
      } else {
        call.syntaxError();
        return;
      }
    }
    Found found = new Found(call, pattern);
    long next = LAST_CURSOR;
    if (set.isTable()) {
      next = set.scan(cursor, count, found);
    } else {
      for (boolean more = set.first(); more; more = set.next()) {
        found.accept(set);
      }
    }
    replyHead(call.reply(), next, found.count);
    for (int i = 0; i < found.count; i++) {
      set.comeTo(found.elements[i]);
      SetCommands.replyMember(call.reply(), set);
    }
  }

  private static void replyHead(ReplyWriter reply, long cursor, long count) {
    reply.array(2);
    reply.bulk(Long.toUnsignedString(cursor));
    reply.array(count);
  }

  /** Members that a step has found: how many is known at its end only. */
  private static final class Found implements SetValue.Visitor {
    private final Call call;
    private final int pattern;
    private final long room;
    private long[] elements = new long[64];
    private int count;

    /**
     * @param pattern the argument that they match, 0 if all do
     */
    Found(Call call, int pattern) {
      this.call = call;
      this.pattern = pattern;
      room = call.worker().scratch(Decimal.MAX_LONG_LENGTH);
    }

    @Override
    public void accept(SetValue set) {
      if (pattern != 0
          && !GlobPattern.matches(
              call.address(pattern), call.length(pattern), set.text(room), set.memberLength())) {
        return;
      }
      if (count == elements.length) {
        elements = Arrays.copyOf(elements, 2 * count);
      }
      elements[count++] = set.element();
    }
  }
}
