package io.jacinth.command.sortedset;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.base.Decimal;
import io.jacinth.base.GeneralNotation;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.command.ScanOptions;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SortedSetValue;
import java.util.Arrays;

/** ZSCAN: goes through a sorted set in steps, in the order of its table. */
final class ScanCommands {
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
    if (!call.requireCursor(2)) {
      return;
    }
    long cursor = call.number();
    SortedSetValue set = SortedSetCommands.read(call, 1);
    if (set == null) {
      return;
    }
    if (!set.exists()) {
      ScanOptions.replyHead(call.reply(), ScanOptions.LAST_CURSOR, 0);
      return;
    }
    ScanOptions options = ScanOptions.ofElements(call, "noscores");
    if (options == null) {
      return;
    }
    if (set.isTree()) {
      scan(call, set, cursor, options);
    } else {
      showAll(call, set, options);
    }
  }

  /** A small sorted set is shown as a whole. */
  private static void showAll(Call call, SortedSetValue set, ScanOptions options) {
    int textBytes = longestMember(set);
    long text = call.worker().scratch(textBytes + Decimal.MAX_DOUBLE_LENGTH);
    long number = text + textBytes;
    long matching = 0;
    for (boolean more = set.seek(0); more; more = set.next()) {
      matching += matches(set, options, text) ? 1 : 0;
    }
    ReplyWriter reply = call.reply();
    ScanOptions.replyHead(
        reply, ScanOptions.LAST_CURSOR, options.isBrief() ? matching : 2 * matching);
    for (boolean more = set.seek(0); more; more = set.next()) {
      if (matches(set, options, text)) {
        SortedSetCommands.replyMember(reply, set);
        if (!options.isBrief()) {
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

  private static boolean matches(SortedSetValue set, ScanOptions options, long text) {
    if (options.pattern() == 0) {
      return true;
    }
    set.copyMember(text);
    return options.matches(text, set.memberLength());
  }

  /** Members that a step has found: how many is known at its end only. */
  private static final class Found implements SortedSetValue.Visitor {
    private final ScanOptions options;
    private long[] elements = new long[64];
    private int count;

    Found(ScanOptions options) {
      this.options = options;
    }

    @Override
    public void accept(SortedSetValue set) {
      if (options.matches(set.memberAddress(), set.memberLength())) {
        if (count == elements.length) {
          elements = Arrays.copyOf(elements, 2 * count);
        }
        elements[count++] = set.element();
      }
    }
  }

  private static void scan(Call call, SortedSetValue set, long cursor, ScanOptions options) {
    Found found = new Found(options);
    long next = set.scan(cursor, options.count(), found);
    ReplyWriter reply = call.reply();
    ScanOptions.replyHead(reply, next, options.isBrief() ? found.count : 2L * found.count);
    for (int i = 0; i < found.count; i++) {
      set.comeTo(found.elements[i]);
      SortedSetCommands.replyMember(reply, set);
      if (!options.isBrief()) {
        reply.bulk(GeneralNotation.of(set.score()));
      }
    }
  }
}
