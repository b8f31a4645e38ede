package io.jacinth.config;

import java.util.List;

/** How values of a type are written in redis.conf and in CONFIG GET, SET and REWRITE. */
interface Syntax<T> {
  /**
   * The value that the words of a directive say.
   *
   * @param current the value before, which the words may change only in part
   * @param again whether the directive was already given in the same start of the server
   */
  T parse(List<String> words, T current, boolean again) throws SettingException;

  /** The value as CONFIG GET shows it. */
  String format(T value);

  /** The value as it stands behind the name in redis.conf. */
  default String formatForFile(T value) {
    return format(value);
  }

  /**
   * The lines that say the value in redis.conf; none if it is said by leaving the directive out.
   */
  default List<String> lines(String name, T value) {
    return List.of(name + " " + formatForFile(value));
  }

  /** Whether one of these lines has to be added to a file that has no such directive. */
  default boolean needs(String line, String name, T value, T defaultValue) {
    return !value.equals(defaultValue);
  }

  /**
   * Which of a directive's lines in redis.conf one with this first word replaces: those with the
   * same place.
   */
  default String place(String firstWord) {
    return "";
  }

  /** Whether a directive takes any number of words, which CONFIG SET takes in one argument. */
  default boolean manyWords() {
    return false;
  }
}
