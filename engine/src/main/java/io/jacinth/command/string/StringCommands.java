package io.jacinth.command.string;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Key;

/** Commands that read a string. */
public final class StringCommands {
  private StringCommands() {}

  public static void register(CommandTable table) {
    table.add(
        Command.named("get", StringCommands::get)
            .arity(2)
            .flags(READONLY | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
    SetCommands.register(table);
  }

  private static void get(Call call) {
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().nil();
    } else if (!key.isString()) {
      call.wrongType();
    } else {
      call.replyString(key);
    }
  }
}
