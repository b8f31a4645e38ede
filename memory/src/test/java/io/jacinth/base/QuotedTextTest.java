package io.jacinth.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class QuotedTextTest {
  @Test
  void examples() {
    assertSplit("set key value", "set", "key", "value");
    assertSplit("  a\t b \r\n", "a", "b");
    assertSplit("");
    assertSplit("   ");
    assertSplit("\"\" ''", "", "");
    assertSplit("\"a b\" 'c d'", "a b", "c d");
    assertSplit("\"\\x41\\n\\r\\t\\a\\b\\q\\\"\\x4\"", "A\n\r\t\007\bq\"x4");
    assertSplit("'it\\'s \\n'", "it's \\n");
    assertSplit("pl\"a in\"", "pla in");
    assertSplit("a\\n", "a\\n");
    assertSplit("a\0b", "a");
    assertSplit("\013a\013b\f", "a\013b\f");
  }

  @Test
  void unbalancedQuotes() {
    for (String line : List.of("\"a", "'a", "\"a\"b", "'a'b", "a \"", "\"\\", "\"a\\\"", "'\\'")) {
      assertNull(QuotedText.split(line), line);
      assertNull(splitInPlace(line), line);
    }
  }

  @Test
  void quoting() {
    assertEquals(
        "\"a\\\\b\\\"c'\\n\\r\\t\\a\\b\\x00\\xff\"",
        QuotedText.quote("a\\b\"c'\n\r\t\007\b\0\u00ff"));
    assertTrue(QuotedText.needsQuotes(""));
    assertTrue(QuotedText.needsQuotes("a b"));
    assertTrue(QuotedText.needsQuotes("it's"));
    assertTrue(QuotedText.needsQuotes("\u0001"));
    assertFalse(QuotedText.needsQuotes("plain-text_1"));
  }

  @Property
  void whatIsQuotedSplitsBack(@ForAll("bytes") String first, @ForAll("bytes") String second) {
    String line = QuotedText.quote(first) + " " + QuotedText.quote(second);
    assertSplit(line, first, second);
    try (NativeText text = new NativeText()) {
      int length = QuotedText.write(text.output, text.input, text.put(first));
      assertEquals(QuotedText.quote(first), text.output(length));
      assertTrue(length <= QuotedText.maxLength(first.length()));
    }
  }

  /**
   * Any line at all: the heap and the memory version agree, and nothing is written beyond an
   * argument's text.
   */
  @Property(tries = 3000)
  void bothVersionsAgree(@ForAll("lines") String line) {
    assertEquals(QuotedText.split(line), splitInPlace(line), line);
  }

  @Provide
  Arbitrary<String> bytes() {
    return Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(40);
  }

  @Provide
  Arbitrary<String> lines() {
    return Arbitraries.strings().withChars("ab \\\"'x4\n\0").ofMaxLength(20);
  }

  private static void assertSplit(String line, String... arguments) {
    assertEquals(List.of(arguments), QuotedText.split(line));
    assertEquals(List.of(arguments), splitInPlace(line));
  }

  /** Writes the arguments over the line, one behind the other. */
  private static List<String> splitInPlace(String line) {
    try (NativeText text = new NativeText()) {
      QuotedText.Splitter splitter = new QuotedText.Splitter();
      splitter.reset(text.input, text.put(line));
      long target = text.input;
      List<Integer> lengths = new ArrayList<>();
      while (true) {
        int length = splitter.next(target);
        if (length == QuotedText.UNBALANCED) {
          return null;
        }
        if (length == QuotedText.END) {
          break;
        }
        lengths.add(length);
        target += length;
      }
      List<String> arguments = new ArrayList<>();
      long at = text.input;
      for (int length : lengths) {
        arguments.add(Latin1.string(at, length));
        at += length;
      }
      return arguments;
    }
  }
}
