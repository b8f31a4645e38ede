package io.jacinth.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobPatternTest {
  private static boolean matches(String pattern, String text) {
    boolean onHeap = GlobPattern.matches(Latin1.bytes(pattern), Latin1.bytes(text), false);
    assertEquals(onHeap, matchesInMemory(pattern, text, false));
    return onHeap;
  }

  private static boolean matchesInMemory(String pattern, String text, boolean ignoreCase) {
    try (NativeText memory = new NativeText()) {
      int patternLength = memory.put(pattern);
      int textLength = Latin1.write(memory.output, text);
      return ignoreCase
          ? GlobPattern.matchesIgnoringCase(memory.input, patternLength, memory.output, textLength)
          : GlobPattern.matches(memory.input, patternLength, memory.output, textLength);
    }
  }

  /** As Redis 8.0.6 answered. */
  @Test
  void moreThanAThousandStarsMatchNothing() {
    String text = "a".repeat(3000);
    assertTrue(matches("*?".repeat(1000), text));
    assertTrue(matches("?*".repeat(1001), text));
    assertTrue(matches("**?".repeat(1000) + "**", text));
    assertFalse(matches("*?".repeat(1001), text));
    assertFalse(matches("?*".repeat(1002), text));
  }

  /** As Redis 8.0.6 answered. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "h?llo|hello|true",
        "h?llo|hllo|false",
        "h*llo|heeeello|true",
        "h*llo|hllo|true",
        "h[ae]llo|hallo|true",
        "h[ae]llo|hillo|false",
        "h[^e]llo|hallo|true",
        "h[^e]llo|hello|false",
        "h[b-a]llo|hallo|true",
        "a\\*|a*|true",
        "a\\*|ab|false",
        "a\\|a\\|true",
        "[a-]|^|true",
        "[a-]|b|false",
        "[a|a|true",
        "[]|a|false",
        "[^]|a|true",
        "[\\]]|]|true",
        "**|~~|false",
        "*|~~|false",
        "~~|~~|true",
        "~~|a|false",
        "a**|a|true",
        "A|a|false"
      })
  void examples(String pattern, String text, boolean expected) {
    assertEquals(
        expected, matches(pattern == null ? "" : pattern, text == null ? "" : text), pattern);
  }

  @Test
  void lettersOfEitherCase() {
    assertTrue(matchesInMemory("MaxMemory*", "maxmemory-policy", true));
    assertTrue(matchesInMemory("[A-C]x", "bX", true));
    assertFalse(matchesInMemory("[A-C]x", "dX", true));
    assertTrue(GlobPattern.matches(Latin1.bytes("PORT"), Latin1.bytes("port"), true));
  }

  /** Against the definition, which tries every length for every star. */
  @Property(tries = 5000)
  void asTheDefinition(@ForAll("patterns") String pattern, @ForAll("texts") String text) {
    if (!text.isEmpty()) {
      assertEquals(definition(pattern, text), matches(pattern, text), pattern + " " + text);
    }
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.of("a", "b", "*", "*", "?", "[ab]", "[^a]", "[b-c]", "\\*", "\\?")
        .list()
        .ofMaxSize(9)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("abc*").ofMaxLength(9);
  }

  private static boolean definition(String pattern, String text) {
    if (pattern.isEmpty()) {
      return text.isEmpty();
    }
    if (pattern.startsWith("*")) {
      return definition(pattern.substring(1), text)
          || (!text.isEmpty() && definition(pattern, text.substring(1)));
    }
    int end =
        switch (pattern.charAt(0)) {
          case '[' -> pattern.indexOf(']') + 1;
          case '\\' -> 2;
          default -> 1;
        };
    return !text.isEmpty()
        && text.substring(0, 1).matches(pattern.substring(0, end).replaceFirst("^\\?$", "."))
        && definition(pattern.substring(end), text.substring(1));
  }

  @Test
  void manyStarsDoNotExplode() {
    String pattern = "a*".repeat(500) + "b";
    String text = "a".repeat(5000);
    assertFalse(
        assertTimeoutPreemptively(
            Duration.ofSeconds(10), () -> matchesInMemory(pattern, text, false)));
  }

  @Test
  void everything() {
    try (NativeText memory = new NativeText()) {
      assertTrue(GlobPattern.isEverything(memory.input, memory.put("*")));
      assertFalse(GlobPattern.isEverything(memory.input, memory.put("**")));
      assertFalse(GlobPattern.isEverything(memory.input, memory.put("a")));
    }
  }
}
