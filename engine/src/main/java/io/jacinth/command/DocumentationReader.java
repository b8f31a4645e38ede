package io.jacinth.command;

import io.jacinth.command.Documentation.Argument;
import io.jacinth.command.Documentation.ArgumentType;
import io.jacinth.command.Documentation.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the documentation of commands from text.
 *
 * <p>An entry begins with the command's name; indented lines say one thing each, and a line that is
 * indented further continues the one before it:
 *
 * <pre>
 * getex: Reads a string and sets how long it lives.    name: summary
 *   since 6.2.0, string, O(1)                          version, group[, complexity]
 *   7.4.0: The option KEEP.                            what a later version changed
 *   deprecated 8.0.0, `GET` or `SET`                   version, replacement
 *   tips nondeterministic_output                       tips of COMMAND INFO
 *   internal                                           for servers and tests only
 *   arguments key:key [expiration(EX=seconds:integer |
 *     PX=milliseconds:integer | PERSIST)]
 * </pre>
 *
 * <p>Arguments are written much like a line of syntax:
 *
 * <pre>
 * arguments = argument { " " argument }
 * argument  = "[" plain "]" | plain               in brackets: optional
 * plain     = ( word | value ) [ "..." ] [ "@" since ] [ "~" deprecated since ]
 * word      = TOKEN | name '"' token '"'          a word in capitals is called as in small letters
 * value     = [ TOKEN [ "..." ] "=" ] name [ "'" display text "'" ]
 *             [ ":" type ] [ "#" key specification ] [ parts ]
 * parts     = "(" argument { " | " argument } ")" one of them
 *           | "(" argument { " " argument } ")"   all of them
 * </pre>
 *
 * Dots mean "any number of these"; dots behind the token, that it is repeated, too. A type that is
 * not said is {@code string}; a key belongs to the key specification 0 unless another is named.
 */
final class DocumentationReader {
  /** What ends a name, a version or an unquoted token. */
  private static final String DELIMITERS = " []()'\":=#@~|.";

  private final String text;
  private int at;

  private DocumentationReader(String text) {
    this.text = text;
  }

  /** All entries of a text, by the full name of their command. */
  static Map<String, Documentation> read(String text) {
    Map<String, Documentation> entries = new LinkedHashMap<>();
    List<String> statements = statements(text);
    for (int from = 0, to; from < statements.size(); from = to) {
      to = from + 1;
      while (to < statements.size() && statements.get(to).startsWith(" ")) {
        to++;
      }
      String head = statements.get(from);
      int colon = head.indexOf(": ");
      Documentation entry = entry(head.substring(colon + 2), statements.subList(from + 1, to));
      if (entries.put(head.substring(0, colon), entry) != null) {
        throw new IllegalArgumentException("documented twice: " + head);
      }
    }
    return entries;
  }

  /** Lines that are not empty, each with those that continue it. */
  private static List<String> statements(String text) {
    List<String> statements = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("    ")) {
        statements.add(statements.removeLast() + " " + line.strip());
      } else if (!line.isBlank()) {
        statements.add(line);
      }
    }
    return statements;
  }

  private static Documentation entry(String summary, List<String> statements) {
    String since = null;
    String group = null;
    String complexity = null;
    List<Change> history = new ArrayList<>();
    List<String> tips = List.of();
    String deprecatedSince = null;
    String replacement = null;
    boolean internal = false;
    List<Argument> arguments = List.of();
    for (String statement : statements) {
      String[] parts = statement.strip().split(" ", 2);
      String rest = parts.length == 1 ? "" : parts[1];
      switch (parts[0]) {
        case "since" -> {
          String[] facts = rest.split(", ", 3);
          since = facts[0];
          group = facts[1];
          complexity = facts.length == 3 ? facts[2] : null;
        }
        case "deprecated" -> {
          String[] facts = rest.split(", ", 2);
          deprecatedSince = facts[0];
          replacement = facts[1];
        }
        case "tips" -> tips = List.of(rest.split(" ", -1));
        case "internal" -> internal = true;
        case "arguments" -> arguments = new DocumentationReader(rest).arguments();
        default -> {
          if (!parts[0].matches("\\d+\\.\\d+\\.\\d+:")) {
            throw new IllegalArgumentException("in documentation: " + statement);
          }
          history.add(new Change(parts[0].substring(0, parts[0].length() - 1), rest));
        }
      }
    }
    return new Documentation(
        summary,
        since,
        group,
        complexity,
        List.copyOf(history),
        tips,
        deprecatedSince,
        replacement,
        internal,
        arguments);
  }

  // ---- arguments ----

  private List<Argument> arguments() {
    List<Argument> arguments = new ArrayList<>();
    do {
      arguments.add(argument());
    } while (skip(" "));
    if (at < text.length()) {
      throw error("the end");
    }
    return List.copyOf(arguments);
  }

  private Argument argument() {
    if (!skip("[")) {
      return plain(false);
    }
    Argument argument = plain(true);
    expect("]");
    return argument;
  }

  private Argument plain(boolean optional) {
    String token = null;
    boolean repeatsToken = false;
    String name = word();
    boolean capitals = isToken(name);
    if (capitals && (lookingAt("=") || lookingAt("...="))) {
      token = name;
      repeatsToken = skip("...");
      expect("=");
      name = word();
      capitals = false;
    }
    String displayText = name;
    ArgumentType type = ArgumentType.STRING;
    int keySpec = -1;
    List<Argument> parts = List.of();
    if (capitals) {
      token = name;
      type = ArgumentType.PURE_TOKEN;
      name = displayText = token.toLowerCase(Locale.ROOT);
    } else if (skip("\"")) {
      token = upTo('"');
      type = ArgumentType.PURE_TOKEN;
    } else {
      if (skip("'")) {
        displayText = upTo('\'');
      }
      if (skip(":")) {
        type = ArgumentType.named(word());
        keySpec = type == ArgumentType.KEY ? 0 : -1;
      }
      if (skip("#")) {
        keySpec = Integer.parseInt(word());
      }
      if (skip("(")) {
        parts = new ArrayList<>();
        type = parts(parts);
        displayText = null;
      }
    }
    boolean multiple = skip("...");
    String since = skip("@") ? version() : null;
    String deprecatedSince = skip("~") ? version() : null;
    return new Argument(
        name,
        displayText,
        type,
        keySpec,
        token,
        optional,
        multiple,
        repeatsToken,
        since,
        deprecatedSince,
        List.copyOf(parts));
  }

  /** Reads parts up to the closing parenthesis. */
  private ArgumentType parts(List<Argument> parts) {
    parts.add(argument());
    boolean choice = lookingAt(" |");
    while (skip(choice ? " | " : " ")) {
      parts.add(argument());
    }
    expect(")");
    return choice ? ArgumentType.ONEOF : ArgumentType.BLOCK;
  }

  private static boolean isToken(String word) {
    return Character.isUpperCase(word.charAt(0));
  }

  private String word() {
    int from = at;
    while (at < text.length() && DELIMITERS.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at == from) {
      throw error("a word");
    }
    return text.substring(from, at);
  }

  private String version() {
    int from = at;
    while (at < text.length() && (text.charAt(at) == '.' || Character.isDigit(text.charAt(at)))) {
      at++;
    }
    return text.substring(from, at);
  }

  private String upTo(char end) {
    int from = at;
    at = text.indexOf(end, from) + 1;
    if (at == 0) {
      throw error("a closing " + end);
    }
    return text.substring(from, at - 1);
  }

  private boolean lookingAt(String what) {
    return text.startsWith(what, at);
  }

  private boolean skip(String what) {
    if (!lookingAt(what)) {
      return false;
    }
    at += what.length();
    return true;
  }

  private void expect(String what) {
    if (!skip(what)) {
      throw error("'" + what + "'");
    }
  }

  private IllegalArgumentException error(String expected) {
    return new IllegalArgumentException(
        "in documentation, " + expected + " expected at column " + at + " of: " + text);
  }
}
