package io.jacinth.command.list;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.value.ListValue;

/** Commands that put elements at the ends of lists. */
final class PushCommands {
  private static final int FIRST_ELEMENT = 2;

  private PushCommands() {}

  static void register(CommandTable table) {
    table.add(command("lpush", PushCommands::lpush));
    table.add(command("rpush", PushCommands::rpush));
    table.add(command("lpushx", PushCommands::lpushx));
    table.add(command("rpushx", PushCommands::rpushx));
  }

  private static Command command(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-3)
        .flags(WRITE | DENYOOM | FAST)
        .categories(Category.LIST)
        .keys(KeySpec.range(1, 0, 1, "RW INSERT"));
  }

  private static void lpush(Call call) {
    push(call, true, false);
  }

  private static void rpush(Call call) {
    push(call, false, false);
  }

  private static void lpushx(Call call) {
    push(call, true, true);
  }

  private static void rpushx(Call call) {
    push(call, false, true);
  }

  private static void push(Call call, boolean first, boolean onlyExisting) {
    Key key = call.key(1);
    boolean exists = key.locate();
    if (!ListCommands.requireList(call, key)) {
      return;
    }
    ListValue list = key.list();
    if (!exists) {
      if (onlyExisting) {
        call.reply().integer(0);
        return;
      }
      list.create();
    }
    int count = call.count();
    long textBytes = 0;
    for (int i = FIRST_ELEMENT; i < count; i++) {
      textBytes += call.length(i);
    }
    list.reserve(textBytes, count - FIRST_ELEMENT);
    for (int i = FIRST_ELEMENT; i < count; i++) {
      if (first) {
        list.pushFirst(call.address(i), call.length(i));
      } else {
        list.pushLast(call.address(i), call.length(i));
      }
    }
    call.reply().integer(list.count());
    key.changed(first ? Event.LPUSH : Event.RPUSH, count - FIRST_ELEMENT);
  }
}
