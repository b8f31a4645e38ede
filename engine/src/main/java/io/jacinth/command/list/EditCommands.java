package io.jacinth.command.list;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;
import io.jacinth.structure.PackedList;
import io.jacinth.value.ListValue;

/** Commands that change lists anywhere. */
final class EditCommands {
  private EditCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("lset", EditCommands::lset)
            .arity(4)
            .flags(WRITE | DENYOOM)
            .categories(Category.LIST)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
    table.add(
        Command.named("linsert", EditCommands::linsert)
            .arity(5)
            .flags(WRITE | DENYOOM)
            .categories(Category.LIST)
            .keys(KeySpec.range(1, 0, 1, "RW INSERT")));
    table.add(
        Command.named("lrem", EditCommands::lrem)
            .arity(4)
            .flags(WRITE)
            .categories(Category.LIST)
            .keys(KeySpec.range(1, 0, 1, "RW DELETE")));
    table.add(
        Command.named("ltrim", EditCommands::ltrim)
            .arity(4)
            .flags(WRITE)
            .categories(Category.LIST)
            .keys(KeySpec.range(1, 0, 1, "RW DELETE")));
  }

  private static void lset(Call call) {
    Key key = call.key(1);
    if (!key.locate()) {
      call.reply().error(Errors.NO_SUCH_KEY);
    } else if (ListCommands.requireList(call, key) && call.requireLong(2)) {
      ListValue list = key.list();
      long size = list.count();
      long index = call.number() < 0 ? call.number() + size : call.number();
      if (index < 0 || index >= size) {
        call.reply().error("ERR index out of range");
        return;
      }
      list.reserve(call.length(3), 1);
      list.replace(list.seek(index), call.address(3), call.length(3));
      list.shrink();
      call.reply().ok();
      key.changed(Event.LSET);
    }
  }

  private static void linsert(Call call) {
    boolean behind = call.is(2, "after");
    if (!behind && !call.is(2, "before")) {
      call.syntaxError();
      return;
    }
    Key key = call.key(1);
    if (!key.locate()) {
      call.reply().integer(0);
    } else if (ListCommands.requireList(call, key)) {
      ListValue list = key.list();
      list.reserve(call.length(4), 1);
      long pivot = find(list, call.address(3), call.length(3));
      if (pivot == 0) {
        call.reply().integer(-1);
        return;
      }
      list.insert(behind ? PackedList.next(pivot) : pivot, call.address(4), call.length(4));
      call.reply().integer(list.count());
      key.changed(Event.LINSERT);
    }
  }

  /** Sets the list's cursor to the first element that reads as a text; 0 if there is none. */
  private static long find(ListValue list, long address, int length) {
    list.seek(0);
    do {
      long entry = PackedList.find(list.runBegin(), list.runEnd(), address, length, 1);
      if (entry != 0) {
        return entry;
      }
    } while (list.nextRun());
    return 0;
  }

  private static void lrem(Call call) {
    if (!call.requireLong(2)) {
      return;
    }
    long limit = call.number();
    if (limit == Long.MIN_VALUE) {
      call.reply().error(Errors.outOfRange(-Long.MAX_VALUE, Long.MAX_VALUE));
      return;
    }
    Key key = call.key(1);
    if (!key.locate()) {
      call.reply().integer(0);
    } else if (ListCommands.requireList(call, key)) {
      ListValue list = key.list();
      long removed = list.remove(call.address(3), call.length(3), limit);
      call.reply().integer(removed);
      if (removed > 0) {
        finish(key, list, Event.LREM, removed);
      }
    }
  }

  /** After elements have gone. */
  private static void finish(Key key, ListValue list, Event event, long removed) {
    if (list.count() == 0) {
      ListCommands.finishEmpty(key, event, removed);
    } else {
      list.shrink();
      key.changed(event, removed);
    }
  }

  private static void ltrim(Call call) {
    if (!call.requireLong(2)) {
      return;
    }
    long start = call.number();
    if (!call.requireLong(3)) {
      return;
    }
    long end = call.number();
    Key key = call.key(1);
    key.locate();
    if (!ListCommands.requireList(call, key)) {
      return;
    }
    call.reply().ok();
    if (!key.exists()) {
      return;
    }
    ListValue list = key.list();
    long size = list.count();
    long from = start < 0 ? Math.max(0, start + size) : start;
    long last = end < 0 ? end + size : Math.min(end, size - 1);
    if (from > last) {
      ListCommands.finishEmpty(key, Event.LTRIM, size);
      return;
    }
    key.beginChange(); // even if nothing is to be trimmed
    list.removeLast(size - 1 - last);
    list.removeFirst(from);
    list.shrink();
    key.changed(Event.LTRIM, size - (last - from + 1));
  }
}
