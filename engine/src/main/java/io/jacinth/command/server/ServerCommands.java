package io.jacinth.command.server;

import static io.jacinth.command.Flag.ADMIN;
import static io.jacinth.command.Flag.ALLOW_BUSY;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.LOADING;
import static io.jacinth.command.Flag.NOSCRIPT;
import static io.jacinth.command.Flag.NO_MULTI;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.STALE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;

/** Commands about the server as a whole. */
public final class ServerCommands {
  private ServerCommands() {}

  public static void register(CommandTable table) {
    table.add(Command.named("time", ServerCommands::time).arity(1).flags(LOADING | STALE | FAST));
    table.add(Command.named("lolwut", LolwutCommand::lolwut).arity(-1).flags(READONLY | FAST));
    table.add(
        Command.named("info", InfoCommand::info)
            .arity(-1)
            .flags(LOADING | STALE)
            .categories(Category.DANGEROUS));
    table.add(
        Command.named("shutdown", ShutdownCommand::shutdown)
            .arity(-1)
            .flags(ADMIN | NOSCRIPT | LOADING | STALE | NO_MULTI | ALLOW_BUSY));
    table.add(
        Command.named("debug", DebugCommand::debug)
            .arity(-2)
            .flags(ADMIN | NOSCRIPT | LOADING | STALE));
    ConfigCommands.register(table);
  }

  private static void time(Call call) {
    long micros = call.worker().timeMicros(call);
    call.reply().array(2);
    call.reply().bulkInteger(micros / 1_000_000);
    call.reply().bulkInteger(micros % 1_000_000);
  }
}
