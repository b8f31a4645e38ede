package io.jacinth.command.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientCommandsTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();
  private final TestClient other = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  /** What others do to a client happens on its own thread. */
  private static boolean isKilled(TestClient client) {
    client.send(new byte[0]);
    return client.isClosed();
  }

  private static byte[] inline(String lines) {
    return lines.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void namesAndAttributes() {
    client.expect("CLIENT ID", 1);
    other.expect("CLIENT ID", 2);
    client.expect("CLIENT SETNAME me", "OK");
    client.expect("CLIENT GETNAME", "me");
    assertEquals(
        "-ERR Client names cannot contain spaces, newlines or special characters.",
        client.call("CLIENT", "SETNAME", "a b"));
    client.expect("CLIENT SETINFO LIB-NAME jedis", "OK");
    client.expect("CLIENT SETINFO lib-ver 6.2", "OK");
    client.expect("CLIENT SETINFO lib-foo x", "-ERR Unrecognized option 'lib-foo'");
    assertEquals(
        "-ERR lib-ver cannot contain spaces, newlines or special characters.",
        client.call("CLIENT", "SETINFO", "lib-ver", "a b"));
    client.expect("SELECT 3", "OK");
    client.expect("CLIENT NO-EVICT ON", "OK");
    client.expect("CLIENT NO-TOUCH ON", "OK");
    engine.clock().advanceMillis(2000);
    String line = other.call("CLIENT", "LIST", "ID", "1");
    assertTrue(
        line.startsWith("id=1 addr=127.0.0.1:50000 laddr=127.0.0.1:6379 fd=7 name=me age=2 idle=2"),
        line);
    assertTrue(line.contains(" flags=eT db=3 "), line);
    assertTrue(line.contains(" cmd=client|no-touch user=default redir=-1 resp=2 "), line);
    assertTrue(line.contains(" lib-name=jedis lib-ver=6.2 "), line);
    assertEquals(2, other.call("CLIENT", "LIST").split("\n", -1).length - 1);
  }

  @Test
  void listIsFiltered() {
    assertTrue(client.call("CLIENT", "LIST", "ID", "2", "1", "99").startsWith("id=1 "));
    client.expect("CLIENT LIST ID 99", "");
    client.expect("CLIENT LIST TYPE replica", "");
    client.expect("CLIENT LIST TYPE foo", "-ERR Unknown client type 'foo'");
    client.expect("CLIENT LIST ID x", "-ERR Invalid client ID");
    client.expect("CLIENT LIST FOO", "-ERR syntax error");
    client.expect("CLIENT LIST ID", "-ERR syntax error");
    client.expect("CLIENT LIST ID 1 FOO bar", "-ERR Invalid client ID");
    client.expect("CLIENT LIST TYPE normal FOO bar", "-ERR syntax error");
  }

  /** The ids of the clients that a filter finds. */
  private String listed(String filter) {
    String list = client.call(("CLIENT LIST " + filter).split(" "));
    return list.startsWith("-")
        ? list
        : list.lines()
            .map(line -> line.substring("id=".length(), line.indexOf(' ')))
            .collect(Collectors.joining(" "));
  }

  @Test
  void listIsFilteredByEachField() {
    other.expect("CLIENT SETNAME second", "OK");
    other.expect("CLIENT SETINFO LIB-NAME jedis", "OK");
    other.expect("CLIENT SETINFO LIB-VER 6.2", "OK");
    other.expect("CLIENT NO-EVICT ON", "OK");
    other.expect("CLIENT NO-TOUCH ON", "OK");
    other.expect("SELECT 3", "OK");
    engine.clock().advanceMillis(3000);
    engine.connect();
    client.expect("PING", "PONG");
    String[][] found = {
      {"ID 1 3", "1 3"},
      {"ID 1 ID 2", "1 2"},
      {"ID 1 2 SKIPME yes", "2"},
      {"NOT-ID 1 3", "2"},
      {"ID 1 2 3 NOT-ID 2", "1 3"},
      {"TYPE normal NOT-TYPE pubsub", "1 2 3"},
      {"TYPE normal TYPE primary", ""},
      {"ADDR 127.0.0.1:50000", "1 2 3"},
      {"NOT-ADDR 127.0.0.1:50000", ""},
      {"LADDR 127.0.0.1:6379", "1 2 3"},
      {"IP 127.0.0.1", "1 2 3"},
      {"NOT-IP 127.0.0.2", "1 2 3"},
      {"IP 127.0.0.2", ""},
      {"NAME second", "2"},
      {"NOT-NAME second", "1 3"},
      {"NAME second NAME first", ""},
      {"LIB-NAME jedis", "2"},
      {"LIB-VER 6.2", "2"},
      {"NOT-LIB-VER 6.2", "1 3"},
      {"USER default", "1 2 3"},
      {"NOT-USER default", ""},
      {"FLAGS N", "1 3"},
      {"FLAGS Te", "2"},
      {"FLAGS Ne", ""},
      {"NOT-FLAGS e", "1 3"},
      {"NOT-FLAGS Ne", "1 2 3"},
      {"DB 3", "2"},
      {"NOT-DB 3", "1 3"},
      {"CAPA r", ""},
      {"NOT-CAPA r", "1 2 3"},
      {"MAXAGE 3", "1 2"},
      {"IDLE 3", "2"},
      {"IDLE 1 DB 0", ""},
      {"DB 3 NAME second FLAGS e", "2"},
      {"SKIPME yes", "2 3"},
      {"SKIPME no", "1 2 3"},
      {"NOT-SKIPME yes", "-ERR syntax error"},
      {"NOT-MAXAGE 1", "-ERR syntax error"},
      {"NOT-IDLE 1", "-ERR syntax error"},
      {"SKIPME maybe", "-ERR syntax error"},
      {"IDLE 0", "-ERR idle should be greater than 0"},
      {"IDLE x", "-ERR idle is not an integer or out of range"},
      {"MAXAGE 0", "-ERR maxage should be greater than 0"},
      {"DB x", "-ERR DB is not an integer or out of range"},
      {"DB 16", "-ERR DB number should be between 0 and 15"},
      {"USER nobody", "-ERR No such user 'nobody'"},
      {"NOT-TYPE foo", "-ERR Unknown client type 'foo'"},
      {"FLAGS e?", "-ERR Unknown flags found in the provided filter: e?"},
      {"NOT-FLAGS ?", "-ERR Unknown flags found in the NOT-FLAGS filter: ?"},
      {"CAPA x", "-ERR Unknown capa found in the provided filter: x"},
    };
    for (String[] each : found) {
      assertEquals(each[1], listed(each[0]), each[0]);
    }
    assertEquals("", client.call("CLIENT", "LIST", "NAME", ""));
  }

  @Test
  void killsByEachField() {
    other.expect("CLIENT SETNAME second", "OK");
    client.expect("CLIENT KILL ID 98 99 NAME second", 0);
    client.expect("CLIENT KILL ID x", "-ERR client-id should be greater than 0");
    client.expect("CLIENT KILL ID 1 x", "-ERR syntax error");
    client.expect("CLIENT KILL ID 1 0", "-ERR client-id should be greater than 0");
    client.expect("CLIENT KILL FOO bar", "-ERR syntax error");
    client.expect("CLIENT KILL NOT-NAME second", 0);
    client.expect("CLIENT KILL ID 1 2 FLAGS N NAME second", 1);
    assertTrue(isKilled(other));
    assertFalse(client.isClosed());
  }

  @Test
  void unfinishedRequestsShowInTheList() {
    other.send(inline("*2\r\n$3\r\nGET\r\n$1000000\r\nabc"));
    String line = client.call("CLIENT", "LIST", "ID", "2");
    assertTrue(line.matches("(?s).* qbuf=\\d+ qbuf-free=\\d{6,7} .* tot-mem=1\\d{6} .*"), line);
  }

  @Test
  void killsOthers() {
    client.expect("CLIENT KILL 127.0.0.1:1", "-ERR No such client");
    client.expect("CLIENT KILL ID 2 TYPE normal", 1);
    assertTrue(isKilled(other));
    assertFalse(client.isClosed());
    TestClient third = engine.connect();
    client.expect("CLIENT KILL TYPE normal", 1);
    assertTrue(isKilled(third));
    client.expect("CLIENT KILL ID 1 SKIPME yes", 0);
    client.expect("CLIENT KILL ID 1 SKIPME no", 1);
    assertTrue(client.isClosed());
  }

  @Test
  void killsByAge() {
    engine.clock().advanceMillis(10_000);
    TestClient young = engine.connect();
    client.expect("CLIENT KILL MAXAGE 5", 1);
    assertTrue(isKilled(other));
    assertFalse(isKilled(young));
  }

  @Test
  void pauseOfWritesLetsReadsThrough() {
    client.expect("SET k old", "OK");
    client.expect("CLIENT PAUSE 1000 WRITE", "OK");
    other.send(inline("GET k\r\nSET k new\r\nGET k\r\n"));
    assertEquals("$3\r\nold\r\n", other.received());
    assertFalse(other.isReading());
    client.expect("GET k", "old");
    assertTrue(client.call("CLIENT", "LIST", "ID", "2").contains(" flags=b "));
    assertTrue(client.call("INFO", "clients").contains("blocked_clients:1\r\n"));
    engine.pass(900);
    assertEquals("", other.received());
    engine.pass(200);
    assertEquals("+OK\r\n$3\r\nnew\r\n", other.received());
    assertTrue(other.isReading());
  }

  @Test
  void pauseOfAllHoldsWhatFollows() {
    client.expect("CLIENT PAUSE 1000", "OK");
    other.send(inline("PING\r\nSET k v\r\n*2\r\n$3\r\nGET\r\n$1\r\n"));
    assertEquals("", other.received());
    engine.pass(1100);
    assertEquals("+PONG\r\n+OK\r\n", other.received());
    other.send(inline("k\r\n"));
    assertEquals("$1\r\nv\r\n", other.received());
  }

  @Test
  void unpauseEndsIt() {
    client.expect("CLIENT PAUSE 100000 WRITE", "OK");
    client.expect("CLIENT PAUSE 10 WRITE", "OK");
    other.send(inline("SET k v\r\n"));
    engine.pass(1000);
    assertEquals("", other.received());
    client.expect("CLIENT UNPAUSE", "OK");
    other.send(new byte[0]);
    assertEquals("+OK\r\n", other.received());
  }

  @Test
  void clientsMayLeaveWhilePaused() {
    client.expect("CLIENT PAUSE 1000", "OK");
    other.send(inline("SET k v\r\nSET k w\r\n"));
    other.close();
    engine.pass(1100);
    client.expect("GET k", "nil");
  }
}
