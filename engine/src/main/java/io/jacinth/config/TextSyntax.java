package io.jacinth.config;

import io.jacinth.base.QuotedText;
import java.util.List;

/** One word, any bytes; the empty one usually says that there is none. */
class TextSyntax implements Syntax<String> {
  /** A word whose emptiness is nothing to write down. */
  static final TextSyntax EMPTY_IS_NONE = new TextSyntax(true);

  /** A word that may well be empty. */
  static final TextSyntax EMPTY_IS_A_TEXT = new TextSyntax(false);

  private final boolean emptyIsNone;

  TextSyntax(boolean emptyIsNone) {
    this.emptyIsNone = emptyIsNone;
  }

  @Override
  public final String parse(List<String> words, String current, boolean again)
      throws SettingException {
    String word = words.getFirst();
    check(word);
    return word;
  }

  /** Throws if a word cannot be the value. */
  void check(String word) throws SettingException {}

  @Override
  public final String format(String value) {
    return value;
  }

  @Override
  public final String formatForFile(String value) {
    return QuotedText.quote(value);
  }

  @Override
  public final List<String> lines(String name, String value) {
    return value.isEmpty() && emptyIsNone ? List.of() : Syntax.super.lines(name, value);
  }
}
