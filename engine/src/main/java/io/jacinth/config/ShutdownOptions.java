package io.jacinth.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a signal does as if it were options of SHUTDOWN: {@code shutdown-on-sigterm}. */
public enum ShutdownOptions {
  SAVE,
  NOSAVE,
  NOW,
  FORCE;

  private static final String DEFAULT = "default";

  static final Syntax<Set<ShutdownOptions>> SYNTAX =
      new Syntax<>() {
        @Override
        public Set<ShutdownOptions> parse(
            List<String> words, Set<ShutdownOptions> current, boolean again)
            throws SettingException {
          Set<ShutdownOptions> options = EnumSet.noneOf(ShutdownOptions.class);
          for (String word : words) {
            add(options, word.toLowerCase(Locale.ROOT));
          }
          if (words.isEmpty()) {
            throw unknown();
          }
          if (options.contains(SAVE) && options.contains(NOSAVE)) {
            throw new SettingException(
                "shutdown options SAVE and NOSAVE can't be used simultaneously");
          }
          return Set.copyOf(options);
        }

        @Override
        public String format(Set<ShutdownOptions> value) {
          return value.isEmpty()
              ? DEFAULT
              : value.stream().sorted().map(ChoiceSyntax::wordOf).collect(Collectors.joining(" "));
        }

        @Override
        public boolean manyWords() {
          return true;
        }
      };

  private static void add(Set<ShutdownOptions> options, String word) throws SettingException {
    if (word.equals(DEFAULT)) {
      return;
    }
    for (ShutdownOptions option : values()) {
      if (ChoiceSyntax.wordOf(option).equals(word)) {
        options.add(option);
        return;
      }
    }
    throw unknown();
  }

  private static SettingException unknown() {
    return new SettingException(
        "argument(s) must be one of the following: default, save, nosave, now, force");
  }
}
