package io.jacinth.command.set;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.base.Decimal;
import io.jacinth.command.Call;
import io.jacinth.command.CommandTable;
import io.jacinth.command.ScanOptions;
import io.jacinth.value.SetValue;
import java.util.Arrays;

/** SSCAN: goes through a set in steps, in the order of its table. */
final class ScanCommands {
  private ScanCommands() {}

  static void register(CommandTable table) {
    table.add(SetCommands.command("sscan", ScanCommands::sscan, -3, READONLY, "RO ACCESS"));
  }

  private static void sscan(Call call) {
    if (!call.requireCursor(2)) {
      return;
    }
    long cursor = call.number();
    SetValue set = SetCommands.read(call, 1);
    if (set == null) {
      return;
    }
    if (!set.exists()) {
      ScanOptions.replyHead(call.reply(), ScanOptions.LAST_CURSOR, 0);
      return;
    }
    ScanOptions options = ScanOptions.ofElements(call, ScanOptions.NONE);
    if (options == null) {
      return;
    }
    Found found = new Found(options, call.worker().scratch(Decimal.MAX_LONG_LENGTH));
    long next = ScanOptions.LAST_CURSOR;
    if (set.isTable()) {
      next = set.scan(cursor, options.count(), found);
    } else {
      // A small set is shown as a whole.
      for (boolean more = set.first(); more; more = set.next()) {
        found.accept(set);
      }
    }
    ScanOptions.replyHead(call.reply(), next, found.count);
    for (int i = 0; i < found.count; i++) {
      set.comeTo(found.elements[i]);
      SetCommands.replyMember(call.reply(), set);
    }
  }

  /** Members that a step has found: how many is known at its end only. */
  private static final class Found implements SetValue.Visitor {
    private final ScanOptions options;
    private final long room;
    private long[] elements = new long[64];
    private int count;

    /**
     * @param room for the digits of a number
     */
    Found(ScanOptions options, long room) {
      this.options = options;
      this.room = room;
    }

    @Override
    public void accept(SetValue set) {
      if (options.pattern() != 0 && !options.matches(set.text(room), set.memberLength())) {
        return;
      }
      if (count == elements.length) {
        elements = Arrays.copyOf(elements, 2 * count);
      }
      elements[count++] = set.element();
    }
  }
}
