package io.jacinth.command.server;

import static io.jacinth.command.Flag.ADMIN;
import static io.jacinth.command.Flag.LOADING;
import static io.jacinth.command.Flag.NOSCRIPT;
import static io.jacinth.command.Flag.STALE;

import io.jacinth.command.Call;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Help;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** CONFIG: reads and changes settings of the running store, and writes them to their file. */
final class ConfigCommands {
  private static final long FLAGS = ADMIN | NOSCRIPT | LOADING | STALE;

  private ConfigCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("config", null)
            .arity(-2)
            .with(
                Command.named("get", ConfigCommands::get).arity(-3).flags(FLAGS),
                Command.named("set", ConfigCommands::set).arity(-4).flags(FLAGS),
                Command.named("resetstat", ConfigCommands::resetStatistics).arity(2).flags(FLAGS),
                Command.named("rewrite", ConfigCommands::rewrite).arity(2).flags(FLAGS),
                Help.subcommand()));
  }

  private static void get(Call call) {
    Map<String, String> found = call.engine().settings().get(words(call));
    call.reply().map(found.size());
    found.forEach(
        (name, value) -> {
          call.reply().bulk(name);
          call.reply().bulk(value);
        });
  }

  private static void set(Call call) {
    reply(call, call.engine().settings().set(words(call), call.session().isLocal()));
  }

  private static void resetStatistics(Call call) {
    call.engine().resetStatistics(call.worker());
    call.reply().ok();
  }

  private static void rewrite(Call call) {
    String error = call.engine().settings().rewrite(Map.of());
    if (error == null) {
      call.engine().log().notice("CONFIG REWRITE executed with success.");
    } else {
      call.engine().log().warning("CONFIG REWRITE failed: " + error);
    }
    reply(call, error);
  }

  private static void reply(Call call, String error) {
    if (error == null) {
      call.reply().ok();
    } else {
      call.reply().error(error);
    }
  }

  private static List<String> words(Call call) {
    List<String> words = new ArrayList<>();
    for (int i = 2; i < call.count(); i++) {
      words.add(call.text(i));
    }
    return words;
  }
}
