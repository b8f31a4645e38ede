package io.jacinth.command;

import java.util.List;
import java.util.Locale;

/**
 * What is to be said about a command besides what the server itself goes by: COMMAND DOCS, the tips
 * of COMMAND INFO and HELP show it.
 *
 * <p>It stands in the file {@code documentation.txt} of the command's family, in the notation that
 * {@link DocumentationReader} describes, and is read when somebody asks.
 *
 * @param since the version of Redis or Valkey that had the command first
 * @param complexity null where nothing can be said
 * @param tips for clients and proxies, as {@code request_policy:all_shards}
 * @param deprecatedSince null if the command is not deprecated
 * @param replacement what to use instead of a deprecated command
 * @param internal whether it is meant for servers and tests only
 */
public record Documentation(
    String summary,
    String since,
    String group,
    String complexity,
    List<Change> history,
    List<String> tips,
    String deprecatedSince,
    String replacement,
    boolean internal,
    List<Argument> arguments) {
  /** What a version changed. */
  public record Change(String version, String text) {}

  /**
   * One argument, or several that belong together.
   *
   * @param displayText how it is called in a line of syntax; null for one that has parts
   * @param keySpec index of the {@link KeySpec} that finds it, -1 if it is no key
   * @param token the word before it, or the word that it is; null if there is none
   * @param repeatsToken whether each repetition begins with the token
   * @param since the version that had it first, null if it is as old as the command
   * @param parts of which one is chosen, or that follow each other
   */
  public record Argument(
      String name,
      String displayText,
      ArgumentType type,
      int keySpec,
      String token,
      boolean optional,
      boolean multiple,
      boolean repeatsToken,
      String since,
      String deprecatedSince,
      List<Argument> parts) {

    /** The argument in a line of syntax, for example {@code [EX <seconds>]}. */
    public void appendSyntax(StringBuilder line) {
      line.append(optional ? "[" : "");
      appendOnce(line, true);
      if (multiple) {
        line.append(" [");
        appendOnce(line, repeatsToken);
        line.append(" ...]");
      }
      line.append(optional ? "]" : "");
    }

    private void appendOnce(StringBuilder line, boolean withToken) {
      if (token != null && withToken) {
        line.append(token.isEmpty() ? "\"\"" : token)
            .append(type == ArgumentType.PURE_TOKEN ? "" : " ");
      }
      switch (type) {
        case PURE_TOKEN -> {}
        case ONEOF -> appendParts(line, "|");
        case BLOCK -> appendParts(line, " ");
        default -> line.append('<').append(displayText).append('>');
      }
    }

    private void appendParts(StringBuilder line, String separator) {
      for (int i = 0; i < parts.size(); i++) {
        line.append(i == 0 ? "" : separator);
        parts.get(i).appendSyntax(line);
      }
    }
  }

  /** What an argument is. */
  public enum ArgumentType {
    STRING,
    INTEGER,
    DOUBLE,
    KEY,
    PATTERN,
    UNIX_TIME,
    /** The token itself. */
    PURE_TOKEN,
    /** One of the parts. */
    ONEOF,
    /** All of the parts. */
    BLOCK;

    private final String shown = name().toLowerCase(Locale.ROOT).replace('_', '-');

    @Override
    public String toString() {
      return shown;
    }

    static ArgumentType named(String name) {
      for (ArgumentType type : values()) {
        if (type.shown.equals(name)) {
          return type;
        }
      }
      throw new IllegalArgumentException("no type of argument: " + name);
    }
  }
}
