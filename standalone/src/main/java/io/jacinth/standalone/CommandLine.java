package io.jacinth.standalone;

import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of {@code redis-server}: a configuration file, then directives with two dashes
 * before their names.
 */
final class CommandLine {
  private static final String DASHES = "--";

  /** The name of standard input in place of a file. */
  static final String STANDARD_INPUT = "-";

  /** The configuration file, {@link #STANDARD_INPUT}, or null. */
  final String file;

  /** Each directive with its values. */
  final List<List<String>> directives = new ArrayList<>();

  /**
   * The word after a directive's name is a value whatever it looks like, but for {@code --save},
   * which scripts leave without one: that is an empty value.
   */
  CommandLine(String[] arguments) {
    int next = 0;
    if (arguments.length > 0
        && (!arguments[0].startsWith(STANDARD_INPUT) || arguments[0].equals(STANDARD_INPUT))) {
      file = arguments[next++];
    } else {
      file = null;
    }
    boolean nameAllowed = true;
    for (; next < arguments.length; next++) {
      String word = arguments[next];
      if (!nameAllowed || !word.startsWith(DASHES)) {
        if (directives.isEmpty()) {
          directives.add(new ArrayList<>());
        }
        directives.getLast().add(word);
        nameAllowed = true;
        continue;
      }
      // A name, or a name with its values in the same argument.
      List<String> directive = new ArrayList<>(List.of(word.substring(2).strip().split("\\s+")));
      directives.add(directive);
      nameAllowed = directive.size() > 1;
      boolean last = next == arguments.length - 1;
      if (directive.equals(List.of("save")) && (last || arguments[next + 1].startsWith(DASHES))) {
        directive.add("");
        nameAllowed = true;
      }
    }
  }
}
