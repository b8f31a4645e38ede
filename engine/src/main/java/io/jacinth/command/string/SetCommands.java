package io.jacinth.command.string;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;

/** Commands that set a string as a whole. */
final class SetCommands {
  private SetCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("set", SetCommands::set)
            .arity(-3)
            .flags(WRITE | DENYOOM)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE VARIABLE_FLAGS")));
  }

  private static void set(Call call) {
    if (call.count() > 3) {
      call.syntaxError();
      return;
    }
    Key key = call.key(1);
    key.locate();
    key.setString(call.address(2), call.length(2), Key.NEVER);
    key.changed(Event.SET);
    call.reply().ok();
  }
}
