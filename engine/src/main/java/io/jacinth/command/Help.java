package io.jacinth.command;

/** What the HELP sub-commands reply: one line of syntax per sub-command, and what it does. */
public final class Help {
  private Help() {}

  /**
   * Replies with the lines; a line that explains begins with four spaces.
   *
   * @param lines of all sub-commands but HELP
   */
  public static void reply(Call call, String... lines) {
    String command = call.command().container().name().toUpperCase(java.util.Locale.ROOT);
    call.reply().array(lines.length + 3L);
    call.reply().status(command + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    for (String line : lines) {
      call.reply().status(line);
    }
    call.reply().status("HELP");
    call.reply().status("    Print this help.");
  }
}
