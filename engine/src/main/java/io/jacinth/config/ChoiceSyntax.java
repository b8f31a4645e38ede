package io.jacinth.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One of several words, in any case. */
final class ChoiceSyntax<T> implements Syntax<T> {
  private final Map<String, T> choices;

  private ChoiceSyntax(Map<String, T> choices) {
    this.choices = choices;
  }

  /** The constants of an enum, in its order: {@code ALLKEYS_LRU} is written {@code allkeys-lru}. */
  static <E extends Enum<E>> ChoiceSyntax<E> of(Class<E> type) {
    Map<String, E> choices = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      choices.put(wordOf(constant), constant);
    }
    return new ChoiceSyntax<>(choices);
  }

  static ChoiceSyntax<String> of(String... words) {
    Map<String, String> choices = new LinkedHashMap<>();
    for (String word : words) {
      choices.put(word, word);
    }
    return new ChoiceSyntax<>(choices);
  }

  static String wordOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public T parse(List<String> words, T current, boolean again) throws SettingException {
    T choice = choices.get(words.getFirst().toLowerCase(Locale.ROOT));
    if (choice == null) {
      throw new SettingException(
          "argument(s) must be one of the following: " + String.join(", ", choices.keySet()));
    }
    return choice;
  }

  @Override
  public String format(T value) {
    for (Map.Entry<String, T> choice : choices.entrySet()) {
      if (choice.getValue().equals(value)) {
        return choice.getKey();
      }
    }
    throw new IllegalArgumentException("no choice of this setting: " + value);
  }
}
