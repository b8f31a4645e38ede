package io.jacinth.command.connection;

import static io.jacinth.command.Flag.FAST;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.protocol.Errors;

/** Commands about the connection itself. */
public final class ConnectionCommands {
  private ConnectionCommands() {}

  public static void register(CommandTable table) {
    table.add(
        Command.named("ping", ConnectionCommands::ping)
            .arity(-1)
            .flags(FAST)
            .categories(Category.CONNECTION));
  }

  private static void ping(Call call) {
    if (call.count() > 2) {
      call.reply().error(Errors.wrongArity("ping"));
    } else if (call.count() == 1) {
      call.reply().status("PONG");
    } else {
      call.reply().bulk(call.address(1), call.length(1));
    }
  }
}
