package io.jacinth.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

/** As redis-server reads its arguments. */
class CommandLineTest {
  private static List<List<String>> directives(String... arguments) {
    return new CommandLine(arguments).directives;
  }

  @Test
  void takesAFileFirst() {
    assertEquals("redis.conf", new CommandLine(new String[] {"redis.conf", "--port", "1"}).file);
    assertEquals("-", new CommandLine(new String[] {"-"}).file);
    assertNull(new CommandLine(new String[] {"--port", "1"}).file);
    assertNull(new CommandLine(new String[0]).file);
  }

  @Test
  void takesDirectivesWithTheirValues() {
    assertEquals(
        List.of(List.of("port", "1"), List.of("save", "900", "1"), List.of("appendonly", "no")),
        directives("--port", "1", "--save", "900", "1", "--appendonly", "no"));
  }

  @Test
  void takesNameAndValueInOneArgument() {
    assertEquals(
        List.of(List.of("port", "1"), List.of("bind", "127.0.0.1", "::1")),
        directives("--port 1", "--bind 127.0.0.1 ::1"));
  }

  @Test
  void takesAnyWordAfterANameForAValue() {
    assertEquals(
        List.of(List.of("requirepass", "--secret"), List.of("port", "1")),
        directives("--requirepass", "--secret", "--port", "1"));
  }

  @Test
  void takesSaveWithoutAValue() {
    assertEquals(
        List.of(List.of("save", ""), List.of("port", "1")), directives("--save", "--port", "1"));
    assertEquals(List.of(List.of("save", "")), directives("--save"));
    assertEquals(List.of(List.of("save", "")), directives("--save", ""));
  }
}
