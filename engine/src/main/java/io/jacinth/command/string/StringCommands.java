package io.jacinth.command.string;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Key;

/** Commands that read strings. */
public final class StringCommands {
  private StringCommands() {}

  /** Adds all commands of strings. */
  public static void register(CommandTable table) {
    table.documentedBeside(StringCommands.class);
    table.add(
        Command.named("get", StringCommands::get)
            .arity(2)
            .flags(READONLY | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
    table.add(
        Command.named("mget", StringCommands::mget)
            .arity(-2)
            .flags(READONLY | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, -1, 1, "RO ACCESS")));
    SetCommands.register(table);
    CounterCommands.register(table);
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

  private static void mget(Call call) {
    int count = call.count();
    call.reply().array(count - 1);
    for (int i = 1; i < count; i++) {
      Key key = call.key(i);
      if (key.read() && key.isString()) {
        call.replyString(key);
      } else {
        call.reply().nil();
      }
    }
  }
}
