package io.jacinth.config;

import java.util.List;

/** A word that has to look in a certain way. */
final class CheckedText extends TextSyntax {
  private static final int MAX_HOST_NAME_LENGTH = 255;

  private static final List<String> TITLE_VARIABLES =
      List.of(
          "{title}",
          "{listen-addr}",
          "{server-mode}",
          "{port}",
          "{tls-port}",
          "{unixsocket}",
          "{config-file}");

  /** The locales that every C library has; they all compare bytes. */
  private static final List<String> LOCALES = List.of("", "C", "POSIX");

  /** Says what is wrong with a word, or null. */
  @FunctionalInterface
  interface Check {
    String fault(String word);
  }

  private final Check check;

  CheckedText(Check check) {
    super(true);
    this.check = check;
  }

  @Override
  void check(String word) throws SettingException {
    String fault = check.fault(word);
    if (fault != null) {
      throw new SettingException(fault);
    }
  }

  /** The name of a file that stands in the working directory. */
  static CheckedText fileName(String setting, String kind) {
    return new CheckedText(
        word -> {
          if (word.isEmpty()) {
            return setting + " can't be empty";
          }
          return word.contains("/") ? setting + " can't be a path, just a " + kind : null;
        });
  }

  static String hostName(String word) {
    if (word.length() > MAX_HOST_NAME_LENGTH) {
      return "Hostnames must be less than 256 characters";
    }
    return word.matches("[A-Za-z0-9.-]*")
        ? null
        : "Hostnames may only contain alphanumeric characters, hyphens or dots";
  }

  static String nodeName(String word) {
    for (int i = 0; i < word.length(); i++) {
      if ("!#$%&()*+:;<>?@[]^{|}~".indexOf(word.charAt(i)) >= 0) {
        return "Announced human node name contained invalid character";
      }
    }
    return null;
  }

  static String locale(String word) {
    return LOCALES.contains(word) ? null : "Invalid locale name";
  }

  static String processTitle(String word) {
    String rest = word;
    for (String variable : TITLE_VARIABLES) {
      rest = rest.replace(variable, "");
    }
    boolean blank = word.replace("{title}", "").isBlank(); // the title may well be empty
    return blank || rest.contains("{") || rest.contains("}")
        ? "template format is invalid or contains unknown variables"
        : null;
  }
}
