package io.jacinth.config;

import java.util.ArrayList;
import java.util.List;

/** Any number of words. */
class WordsSyntax implements Syntax<List<String>> {
  @Override
  public final List<String> parse(List<String> words, List<String> current, boolean again)
      throws SettingException {
    return words.equals(List.of("")) ? read(List.of()) : read(words);
  }

  /** The words as they are kept; throws if they cannot be the value. */
  List<String> read(List<String> words) throws SettingException {
    return List.copyOf(words);
  }

  @Override
  public final String format(List<String> value) {
    return String.join(" ", value);
  }

  @Override
  public String formatForFile(List<String> value) {
    return value.isEmpty() ? "\"\"" : format(value);
  }

  @Override
  public final boolean manyWords() {
    return true;
  }

  /** Addresses to listen on, an optional one with a dash before it. */
  static final class Addresses extends WordsSyntax {
    private static final int MAX_ADDRESSES = 16;

    @Override
    List<String> read(List<String> words) throws SettingException {
      if (words.size() > MAX_ADDRESSES) {
        throw new SettingException("Too many bind addresses specified.");
      }
      return super.read(words);
    }
  }

  /** The host and port of a master, or {@code no one}. */
  static final class Master extends WordsSyntax {
    private static final int MAX_PORT = 65_535;

    @Override
    public List<String> lines(String name, List<String> value) {
      return value.isEmpty() ? List.of() : super.lines(name, value);
    }

    @Override
    List<String> read(List<String> words) throws SettingException {
      if (words.size() != 2) {
        throw new SettingException("wrong number of arguments");
      }
      if (words.get(0).equalsIgnoreCase("no") && words.get(1).equalsIgnoreCase("one")) {
        return List.of();
      }
      String error = "Invalid master port";
      long port = NumberSyntax.parseLoosely(words.get(1), error);
      if (port < 0 || port > MAX_PORT) {
        throw new SettingException(error);
      }
      return List.of(words.get(0), Long.toString(port));
    }
  }

  /** How much sooner than others the kernel kills a master, a replica and a background child. */
  static final class KillScores extends WordsSyntax {
    private static final int ROLES = 3;
    private static final int MAX_SCORE = 2_000;

    @Override
    List<String> read(List<String> words) throws SettingException {
      if (words.size() != ROLES) {
        throw new SettingException("wrong number of arguments");
      }
      String error = "Invalid oom-score-adj-values, elements must be between -2000 and 2000.";
      List<String> scores = new ArrayList<>();
      for (String word : words) {
        long score = NumberSyntax.parseLoosely(word, error);
        if (Math.abs(score) > MAX_SCORE) {
          throw new SettingException(error);
        }
        scores.add(Long.toString(score));
      }
      return super.read(scores);
    }
  }
}
