package io.jacinth.command.server;

import static io.jacinth.command.Flag.LOADING;
import static io.jacinth.command.Flag.STALE;

import io.jacinth.base.GlobPattern;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Flag;
import io.jacinth.command.Handler;
import io.jacinth.command.Help;
import io.jacinth.command.KeySpec;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** COMMAND: the command table as clients see it. */
public final class CommandCommand {
  private static final String NO_SUCH_COMMAND = "ERR Invalid command specified";
  private static final String NO_KEYS = "ERR The command has no key arguments";
  private static final String WRONG_COUNT = "ERR Invalid number of arguments specified for command";
  private static final String WRONG_ARGUMENTS = "ERR Invalid arguments specified for command";

  private CommandCommand() {}

  public static void register(CommandTable table) {
    table.documentedBeside(CommandCommand.class);
    table.add(
        command("command", -1, CommandCommand::all)
            .with(
                command("count", 2, CommandCommand::count),
                command("list", -2, CommandCommand::list),
                command("info", -2, CommandCommand::info),
                command("docs", -2, CommandCommand::docs),
                command("getkeys", -3, CommandCommand::getKeys),
                command("getkeysandflags", -3, CommandCommand::getKeysAndFlags),
                Help.subcommand().categories(Category.CONNECTION)));
  }

  private static Command command(String name, int arity, Handler handler) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(LOADING | STALE)
        .categories(Category.CONNECTION);
  }

  private static void count(Call call) {
    call.reply().integer(table(call).commands().size());
  }

  private static CommandTable table(Call call) {
    return call.engine().commands();
  }

  // ---- LIST ----

  private static void list(Call call) {
    Predicate<Command> filter = filter(call);
    if (filter == null) {
      call.syntaxError();
      return;
    }
    List<Command> listed = table(call).all().stream().filter(filter).toList();
    call.reply().array(listed.size());
    for (Command command : listed) {
      call.reply().bulk(command.fullName());
    }
  }

  /** What LIST's arguments demand of a command; null if they are wrong. */
  private static Predicate<Command> filter(Call call) {
    if (call.count() == 2) {
      return _ -> true;
    }
    if (call.count() != 5 || !call.is(2, "filterby")) {
      return null;
    }
    if (call.is(3, "module")) {
      return _ -> false;
    }
    if (call.is(3, "aclcat")) {
      long category = category(call.text(4).toLowerCase(Locale.ROOT));
      return command -> (command.categories() & category) != 0;
    }
    if (call.is(3, "pattern")) {
      byte[] pattern = call.text(4).getBytes(StandardCharsets.ISO_8859_1);
      return command ->
          GlobPattern.matches(
              pattern, command.fullName().getBytes(StandardCharsets.ISO_8859_1), true);
    }
    return null;
  }

  private static long category(String name) {
    for (int bit = 0; bit < Category.count(); bit++) {
      if (Category.name(bit).equals(name)) {
        return 1L << bit;
      }
    }
    return 0;
  }

  // ---- INFO ----

  private static void all(Call call) {
    Collection<Command> commands = table(call).commands();
    call.reply().array(commands.size());
    for (Command command : commands) {
      CommandReply.info(call.reply(), command, table(call).documentation());
    }
  }

  private static void info(Call call) {
    if (call.count() == 2) {
      all(call);
      return;
    }
    call.reply().array(call.count() - 2L);
    for (int i = 2; i < call.count(); i++) {
      Command command = table(call).find(call.text(i));
      if (command == null) {
        call.reply().nilArray();
      } else {
        CommandReply.info(call.reply(), command, table(call).documentation());
      }
    }
  }

  // ---- DOCS ----

  private static void docs(Call call) {
    Collection<Command> commands = table(call).commands();
    if (call.count() > 2) {
      commands = new ArrayList<>();
      for (int i = 2; i < call.count(); i++) {
        Command command = table(call).find(call.text(i));
        if (command != null) {
          commands.add(command);
        }
      }
    }
    call.reply().map(commands.size());
    for (Command command : commands) {
      call.reply().bulk(command.fullName());
      CommandReply.docs(call.reply(), command, table(call).documentation());
    }
  }

  // ---- GETKEYS ----

  private static void getKeys(Call call) {
    getKeys(call, (reply, key) -> reply.bulk(key.address(), key.length()));
  }

  private static void getKeysAndFlags(Call call) {
    getKeys(
        call,
        (reply, key) -> {
          reply.array(2);
          reply.bulk(key.address(), key.length());
          CommandReply.keyFlags(reply, key.flags());
        });
  }

  /** A key among the words of a request, and what is done with it. */
  private record FoundKey(long address, int length, String flags) {}

  private static void getKeys(Call call, BiConsumer<ReplyWriter, FoundKey> show) {
    ReplyWriter reply = call.reply();
    Arguments words = new Arguments();
    for (int i = 2; i < call.count(); i++) {
      words.add(call.address(i), call.length(i));
    }
    Command command = table(call).find(words);
    if (command == null) {
      reply.error(NO_SUCH_COMMAND);
      return;
    }
    if (command.keySpecs().isEmpty()) {
      reply.error(NO_KEYS);
      return;
    }
    if (!command.acceptsCount(words.count())) {
      reply.error(WRONG_COUNT);
      return;
    }
    List<FoundKey> keys = new ArrayList<>();
    boolean fits = true;
    for (KeySpec spec : command.keySpecs()) {
      String flags = command.keyFlags(spec, words);
      fits &=
          spec.visit(words, i -> keys.add(new FoundKey(words.address(i), words.length(i), flags)));
    }
    if (!fits) {
      keys.clear();
    }
    if (keys.isEmpty() && !command.is(Flag.NO_MANDATORY_KEYS)) {
      reply.error(WRONG_ARGUMENTS);
      return;
    }
    reply.array(keys.size());
    for (FoundKey key : keys) {
      show.accept(reply, key);
    }
  }
}
