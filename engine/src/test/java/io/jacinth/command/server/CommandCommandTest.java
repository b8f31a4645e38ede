package io.jacinth.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whether it is true is told by the comparison with the peers in {@code compat}. */
class CommandCommandTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void everyCommandIsDocumentedAndNothingElse() {
    CommandTable table = engine.engine().commands();
    TreeSet<String> commands = new TreeSet<>();
    for (Command command : table.all()) {
      commands.add(command.fullName());
    }
    assertEquals(commands, new TreeSet<>(table.documentation().keySet()));
  }

  @Test
  void info() {
    client.expect(
        "COMMAND INFO Get nosuch command|count|x COMMAND|count",
        "[[get, 2, [readonly, fast], 1, 1, 1, [@read, @string, @fast], [], "
            + "[[flags, [RO, access], begin_search, [type, index, spec, [index, 1]], "
            + "find_keys, [type, range, spec, [lastkey, 0, keystep, 1, limit, 0]]]], []], "
            + "nil, nil, "
            + "[command|count, 2, [loading, stale], 0, 0, 0, [@slow, @connection], [], [], []]]");
  }

  @Test
  void docs() {
    client.session().resp3(true);
    client.expect(
        "COMMAND DOCS setnx nosuch",
        "{setnx: {summary: Makes a key hold a string if it does not exist yet., since: 1.0.0,"
            + " group: string, complexity: O(1), doc_flags: [deprecated], deprecated_since:"
            + " 2.6.12, replaced_by: `SET` with `NX`, arguments: [{name: key, type: key,"
            + " display_text: key, key_spec_index: 0}, {name: value, type: string, display_text:"
            + " value}]}}");
    client.expect("COMMAND DOCS nosuch", "{}");
  }

  @Test
  void list() {
    client.expect("COMMAND LIST FILTERBY PATTERN G?T", "[get]");
    client.expect("COMMAND LIST FILTERBY MODULE get", "[]");
    client.expect("COMMAND LIST FILTERBY x y", "-ERR syntax error");
    client.expect("COMMAND LIST FILTERBY", "-ERR syntax error");
    String all = client.call("COMMAND", "LIST");
    assertTrue(all.contains("get, ") && all.contains("command|docs"), all);
  }

  @Test
  void keys() {
    client.expect("COMMAND GETKEYS MSET a 1 b 2", "[a, b]");
    client.expect("COMMAND GETKEYSANDFLAGS MSET a 1", "[[a, [OW, update]]]");
    client.expect("COMMAND GETKEYSANDFLAGS SET a 1", "[[a, [OW, update]]]");
    client.expect("COMMAND GETKEYSANDFLAGS SET a 1 GET", "[[a, [RW, access, update]]]");
    client.expect("COMMAND GETKEYSANDFLAGS SET a 1 IFEQ b", "[[a, [RW, access, update]]]");
    client.expect("COMMAND GETKEYS SORT a", "[a]");
    client.expect("COMMAND GETKEYS SORT a BY w* STORE b LIMIT store 0 STORE c", "[a, c]");
    client.expect("COMMAND GETKEYS SORT a GET store STORE", "[a]");
    client.expect(
        "COMMAND GETKEYSANDFLAGS SORT a STORE b", "[[a, [RO, access]], [b, [OW, update]]]");
    client.expect("COMMAND GETKEYS nosuch a", "-ERR Invalid command specified");
    client.expect("COMMAND GETKEYS ping", "-ERR The command has no key arguments");
    client.expect("COMMAND GETKEYS get", "-ERR Invalid number of arguments specified for command");
  }

  @Test
  void help() {
    String help = client.call("COMMAND", "HELP");
    assertTrue(
        help.startsWith(
            "[COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:, (no subcommand), "),
        help);
    assertTrue(
        help.contains("LIST [FILTERBY MODULE <module-name>|ACLCAT <category>|PATTERN <pattern>], "),
        help);
    assertTrue(help.endsWith("HELP,     Lists the subcommands.]"), help);
  }
}
