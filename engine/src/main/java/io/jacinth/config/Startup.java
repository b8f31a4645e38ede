package io.jacinth.config;

import io.jacinth.base.Latin1;
import io.jacinth.base.QuotedText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a server is started with: perhaps a file, perhaps standard input, perhaps options.
 *
 * <p>{@code redis.conf --port 7000 --save 60 1000} is the text of the file with two more lines at
 * its end, {@code port "7000"} and {@code save "60" "1000"}. So what is said last holds, and one
 * reader serves all.
 */
public final class Startup {
  /** The version of Redis whose behaviour this is. */
  public static final String REDIS_VERSION = "8.0.6";

  /** Directives of the past: they are read and mean nothing. */
  static final Set<String> OBSOLETE =
      Set.of("list-max-ziplist-entries", "list-max-ziplist-value", "io-threads-do-reads");

  /** How deep files can include each other: an end for one that includes itself. */
  private static final int MAX_INCLUDE_DEPTH = 64;

  private static final String OPTION = "--";

  private final String fileName;
  private final boolean fromStandardInput;
  private final String optionLines;

  private Startup(String fileName, boolean fromStandardInput, String optionLines) {
    this.fileName = fileName;
    this.fromStandardInput = fromStandardInput;
    this.optionLines = optionLines;
  }

  /**
   * The command line of a server: first perhaps a file name, first or last perhaps {@code -} for
   * standard input, and options with any number of values each.
   */
  public static Startup of(List<String> commandLine) {
    List<String> arguments = new ArrayList<>();
    for (String argument : commandLine) {
      arguments.add(latin1(argument));
    }
    int next = 0;
    String fileName = null;
    if (!arguments.isEmpty() && !arguments.getFirst().startsWith("-")) {
      fileName = arguments.getFirst();
      next++;
    }
    boolean fromStandardInput = false;
    StringBuilder lines = new StringBuilder();
    boolean expectsValue =
        false; // the option before has none yet, so whatever follows is its value
    for (int i = next; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean last = i == arguments.size() - 1;
      if (argument.equals("-") && (i == 0 || last)) {
        fromStandardInput = true;
      } else if (argument.startsWith(OPTION) && !expectsValue) {
        lines
            .append(lines.isEmpty() ? "" : "\n")
            .append(argument, OPTION.length(), argument.length());
        lines.append(' ');
        expectsValue = !hasSeveralWords(argument);
        boolean noValue = last || arguments.get(i + 1).startsWith(OPTION);
        if (noValue && argument.equalsIgnoreCase("--save")) {
          lines.append("\"\"");
          expectsValue = false;
        }
      } else {
        lines.append(QuotedText.quote(argument)).append(' ');
        expectsValue = false;
      }
    }
    return new Startup(fileName, fromStandardInput, lines.toString());
  }

  private static boolean hasSeveralWords(String argument) {
    List<String> words = QuotedText.split(argument);
    return words != null && words.size() > 1;
  }

  private static String latin1(String text) {
    return Latin1.string(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Fills settings that have their defaults. */
  public void load(Settings settings, InputStream standardInput) throws StartupException {
    StringBuilder text = new StringBuilder();
    if (fileName != null) {
      Path file = settings.resolve(fileName).toAbsolutePath().normalize();
      text.append(read(file, FileNames.name(file)));
      settings.file(file);
    }
    if (fromStandardInput) {
      try {
        text.append(Latin1.string(standardInput.readAllBytes()));
      } catch (IOException e) {
        throw new StartupException(
            "Fatal error, can't read standard input: " + FileNames.reason(e));
      }
    }
    if (!optionLines.isEmpty()) {
      text.append('\n').append(optionLines);
    }
    load(settings, text.toString(), 0);
    String contradiction = settings.contradiction();
    if (contradiction != null) {
      throw fatal("", contradiction);
    }
  }

  private static String read(Path file, String name) throws StartupException {
    try {
      return Latin1.string(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new StartupException(
          "Fatal error, can't open config file '" + name + "': " + FileNames.reason(e));
    }
  }

  private static void load(Settings settings, String text, int depth) throws StartupException {
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = trim(lines[i]);
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        loadLine(settings, line, depth);
      } catch (SettingException e) {
        throw fatal(
            "Reading the configuration file, at line " + (i + 1) + "\n>>> '" + line + "'\n",
            e.getMessage());
      }
    }
  }

  private static void loadLine(Settings settings, String line, int depth)
      throws SettingException, StartupException {
    List<String> words = QuotedText.split(line);
    if (words == null) {
      throw new SettingException("Unbalanced quotes in configuration line");
    }
    if (words.isEmpty()) {
      return;
    }
    if (words.getFirst().toLowerCase(Locale.ROOT).equals("include") && words.size() == 2) {
      include(settings, words.get(1), depth);
    } else {
      settings.load(words);
    }
  }

  private static void include(Settings settings, String name, int depth)
      throws SettingException, StartupException {
    if (depth == MAX_INCLUDE_DEPTH) {
      throw new SettingException("Too many files include each other");
    }
    if (!FileNames.isPattern(name)) {
      load(settings, read(settings.resolve(name), name), depth + 1);
      return;
    }
    List<Path> files;
    try {
      files = FileNames.matching(settings.directory.value(), name);
    } catch (IOException e) {
      throw new SettingException(FileNames.reason(e));
    }
    for (Path file : files) {
      load(settings, read(file, FileNames.name(file)), depth + 1);
    }
  }

  /** Without the white space at both ends. */
  static String trim(String line) {
    int from = 0;
    int to = line.length();
    while (from < to && " \t\r\n".indexOf(line.charAt(from)) >= 0) {
      from++;
    }
    while (from < to && " \t\r\n".indexOf(line.charAt(to - 1)) >= 0) {
      to--;
    }
    return line.substring(from, to);
  }

  private static StartupException fatal(String where, String fault) {
    return new StartupException(
        "\n*** FATAL CONFIG FILE ERROR (Redis " + REDIS_VERSION + ") ***\n" + where + fault);
  }
}
