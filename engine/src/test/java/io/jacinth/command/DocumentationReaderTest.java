package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.Documentation.Argument;
import io.jacinth.command.Documentation.ArgumentType;
import io.jacinth.command.Documentation.Change;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentationReaderTest {
  @Test
  void entries() {
    Map<String, Documentation> entries =
        DocumentationReader.read(
            """
            get: Reads a string: the one of a key.
              since 1.0.0, string, O(1)
              arguments key:key

            client|kill: Closes connections.
              since 2.4.0, connection, O(N), N being
                the number of connections
              2.8.12: Filters.
              3.2.0: ArgumentType `master`:
                at last.
              deprecated 9.0.0, `CLIENT END`, or nothing
              tips nondeterministic_output request_policy:all_shards
              internal
            """);
    assertEquals(List.of("get", "client|kill"), List.copyOf(entries.keySet()));
    Documentation get = entries.get("get");
    assertEquals("Reads a string: the one of a key.", get.summary());
    assertEquals("1.0.0", get.since());
    assertEquals("string", get.group());
    assertEquals("O(1)", get.complexity());
    assertEquals(List.of(), get.history());
    assertEquals(List.of(), get.tips());
    assertNull(get.deprecatedSince());
    Documentation kill = entries.get("client|kill");
    assertEquals("O(N), N being the number of connections", kill.complexity());
    assertEquals(
        List.of(
            new Change("2.8.12", "Filters."),
            new Change("3.2.0", "ArgumentType `master`: at last.")),
        kill.history());
    assertEquals("9.0.0", kill.deprecatedSince());
    assertEquals("`CLIENT END`, or nothing", kill.replacement());
    assertEquals(List.of("nondeterministic_output", "request_policy:all_shards"), kill.tips());
    assertTrue(kill.internal());
  }

  @Test
  void plainArguments() {
    assertEquals(
        List.of(
            argument("key", ArgumentType.KEY, 0),
            argument("value", ArgumentType.STRING, -1),
            argument("destination", ArgumentType.KEY, 1),
            argument("by-pattern", ArgumentType.PATTERN, 1)),
        arguments("key:key value destination:key#1 by-pattern:pattern#1"));
  }

  private static Argument argument(String name, ArgumentType type, int keySpec) {
    return new Argument(
        name, name, type, keySpec, null, false, false, false, null, null, List.of());
  }

  @Test
  void everythingAboutOneArgument() {
    assertEquals(
        List.of(
            new Argument(
                "addr",
                "ip:port",
                ArgumentType.UNIX_TIME,
                -1,
                "ADDR",
                true,
                true,
                true,
                "6.2.0",
                "7.0.0",
                List.of())),
        arguments("[ADDR...=addr'ip:port':unix-time...@6.2.0~7.0.0]"));
  }

  @Test
  void words() {
    assertEquals(
        List.of(
            new Argument(
                "nx",
                "nx",
                ArgumentType.PURE_TOKEN,
                -1,
                "NX",
                true,
                false,
                false,
                "1.2.3",
                null,
                List.of()),
            new Argument(
                "approximately",
                "approximately",
                ArgumentType.PURE_TOKEN,
                -1,
                "~",
                false,
                false,
                false,
                null,
                null,
                List.of()),
            new Argument(
                "empty",
                "empty",
                ArgumentType.PURE_TOKEN,
                -1,
                "",
                false,
                false,
                false,
                null,
                null,
                List.of())),
        arguments("[NX@1.2.3] approximately\"~\" empty\"\""));
  }

  @Test
  void parts() {
    List<Argument> arguments = arguments("a(b c [d(E | F=f)])... g(x)");
    Argument block = arguments.getFirst();
    assertEquals(ArgumentType.BLOCK, block.type());
    assertNull(block.displayText());
    assertTrue(block.multiple());
    assertEquals(3, block.parts().size());
    Argument choice = block.parts().get(2);
    assertEquals(ArgumentType.ONEOF, choice.type());
    assertTrue(choice.optional());
    assertEquals("E", choice.parts().get(0).token());
    assertEquals("f", choice.parts().get(1).name());
    assertEquals(ArgumentType.BLOCK, arguments.get(1).type());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a",
        "a]",
        "a  b",
        "a(b",
        "a(b | c d)",
        "a:nosuch",
        "a'b",
        "\"x\"",
        "A=",
        "a(b) c)",
        "",
      })
  void mistakes(String arguments) {
    assertThrows(IllegalArgumentException.class, () -> arguments(arguments));
  }

  @Test
  void unknownStatements() {
    assertThrows(
        IllegalArgumentException.class, () -> DocumentationReader.read("get: Reads.\n  sinec 1"));
    assertThrows(
        IllegalArgumentException.class,
        () -> DocumentationReader.read("get: Reads.\n\nget: Reads.\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '^',
      value = {
        "key:key [GET]; <key> [GET]",
        "[expiration(EX=seconds:integer | KEEPTTL)]; [EX <seconds>|KEEPTTL]",
        "data(key:key value)...; <key> <value> [<key> <value> ...]",
        "[GET...=p...]; [GET <p> [GET <p> ...]]",
        "[SECTION=name...]; [SECTION <name> [<name> ...]]",
        "addr'ip:port' unit\"=\"; <ip:port> =",
      })
  void syntax(String arguments, String line) {
    StringBuilder syntax = new StringBuilder();
    for (Argument argument : arguments(arguments)) {
      syntax.append(syntax.isEmpty() ? "" : " ");
      argument.appendSyntax(syntax);
    }
    assertEquals(line, syntax.toString());
  }

  private static List<Argument> arguments(String arguments) {
    return DocumentationReader.read("x: X.\n  arguments " + arguments).get("x").arguments();
  }
}
