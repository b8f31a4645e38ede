package io.jacinth.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What HELP of a container replies: its sub-commands' syntax and summary, as documented. */
public final class Help {
  private static final String INDENT = "    ";

  private Help() {}

  /** The sub-command HELP, which every container has. */
  public static Command subcommand() {
    return Command.named("help", Help::reply).arity(2).flags(Flag.LOADING | Flag.STALE);
  }

  /**
   * Replies with lines about words that are no sub-commands in the table; a line that explains
   * begins with four spaces.
   *
   * @param lines of all words but HELP
   */
  public static void reply(Call call, String... lines) {
    call.reply().array(lines.length + 3L);
    call.reply().status(title(call.command()));
    for (String line : lines) {
      call.reply().status(line);
    }
    call.reply().status("HELP");
    call.reply().status("    Print this help.");
  }

  private static void reply(Call call) {
    List<String> lines = lines(call.command().container(), call.engine().commands());
    call.reply().array(lines.size());
    for (String line : lines) {
      call.reply().status(line);
    }
  }

  private static List<String> lines(Command container, CommandTable table) {
    Map<String, Documentation> documentation = table.documentation();
    List<String> lines = new ArrayList<>();
    lines.add(title(container));
    if (container.handler() != null) {
      lines.add("(no subcommand)");
      lines.add(INDENT + documentation.get(container.name()).summary());
    }
    for (Command subcommand : container.subcommands()) {
      Documentation entry = documentation.get(subcommand.fullName());
      StringBuilder syntax = new StringBuilder(upperCase(subcommand.name()));
      for (Documentation.Argument argument : entry.arguments()) {
        syntax.append(' ');
        argument.appendSyntax(syntax);
      }
      lines.add(syntax.toString());
      lines.add(INDENT + entry.summary());
    }
    return lines;
  }

  private static String title(Command command) {
    return upperCase(command.name()) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:";
  }

  private static String upperCase(String name) {
    return name.toUpperCase(Locale.ROOT);
  }
}
