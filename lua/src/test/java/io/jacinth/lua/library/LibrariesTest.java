package io.jacinth.lua.library;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls of all libraries, and what Redis 8.0.6 makes of them: {@code expressions.txt} has each call
 * on a line, and on the next one, after two blanks, what it gives; bytes that are no characters of
 * ASCII stand in hexadecimal between angle brackets.
 */
final class LibrariesTest {
  private static final Scripts SCRIPTS = new Scripts();

  static List<Arguments> expressions() throws IOException {
    try (InputStream file = LibrariesTest.class.getResourceAsStream("expressions.txt")) {
      List<String> lines =
          new String(file.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      List<Arguments> expressions = new ArrayList<>();
      for (int i = 0; i < lines.size(); i += 2) {
        expressions.add(Arguments.of(lines.get(i), lines.get(i + 1).strip()));
      }
      return expressions;
    }
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void gives(String expression, String expected) {
    assertEquals(expected, printable(SCRIPTS.evaluate(expression)));
  }

  private static String printable(String result) {
    StringBuilder printable = new StringBuilder();
    for (int i = 0; i < result.length(); i++) {
      char c = result.charAt(i);
      if (c >= ' ' && c < 127) {
        printable.append(c);
      } else {
        printable.append(String.format("<%02x>", (int) c));
      }
    }
    return printable.toString();
  }
}
