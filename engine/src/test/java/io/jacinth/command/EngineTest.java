package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void setsAndGets() {
    client.expect("GET key", "nil");
    client.expect("SET key value", "OK");
    client.expect("GET key", "value");
    client.expect("SET key 12345", "OK");
    client.expect("GET key", 12345);
    String big = "x".repeat(200_000);
    assertEquals("OK", client.call("SET", "key", big));
    assertEquals(big, client.call("GET", "key"));
    client.expect("SET key small", "OK");
    client.expect("GET key", "small");
  }

  @Test
  void unknownCommandsAndWrongArity() {
    client.expect("FOO a b", "-ERR unknown command 'FOO', with args beginning with: 'a' 'b' ");
    client.expect("GET", "-ERR wrong number of arguments for 'get' command");
    client.expect("get a b", "-ERR wrong number of arguments for 'get' command");
  }

  @Test
  void readsRequestsInWhateverPiecesTheyArrive() {
    byte[] requests =
        concat(
            TestClient.request("SET", "a", "1".repeat(50)),
            TestClient.request("PING"),
            "PING \"a \\x41\\n\"\r\n".getBytes(StandardCharsets.ISO_8859_1),
            TestClient.request("SET", "big", "y".repeat(70_000)),
            TestClient.request("GET", "a"));
    for (int piece : new int[] {1, 2, 3, 7, 100, 4096, 40_000, 1 << 20}) {
      for (int from = 0; from < requests.length; from += piece) {
        client.send(Arrays.copyOfRange(requests, from, Math.min(requests.length, from + piece)));
      }
      assertEquals(
          "+OK\r\n+PONG\r\n$4\r\na A\n\r\n+OK\r\n$50\r\n" + "1".repeat(50) + "\r\n",
          client.received(),
          "pieces of " + piece);
      client.expect("GET big", "y".repeat(70_000));
    }
  }

  @Test
  void closesAfterProtocolErrors() {
    client.send("*1\r\n+PING\r\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("-ERR Protocol error: expected '$', got '+'\r\n", client.received());
    assertTrue(client.isClosed());
  }

  /** Redis counts the argument with the line end behind it. */
  @Test
  void aBigArgumentCountsForTheQueryBufferLimit() {
    client.expect("CONFIG SET client-query-buffer-limit 1048576", "OK");
    assertEquals("OK", client.call("SET", "key", "x".repeat((1 << 20) - 100)));
    byte[] request = TestClient.request("SET", "key", "y".repeat(1 << 20));
    client.send(Arrays.copyOf(request, 1000));
    client.send(Arrays.copyOfRange(request, 1000, request.length));
    assertEquals("", client.received());
    assertTrue(client.isClosed());
    assertEquals(1, engine.engine().queryLimitDisconnections());
    TestClient another = engine.connect();
    another.sendShown(Arrays.copyOf(request, 1000));
    another.sendShown(Arrays.copyOfRange(request, 1000, request.length));
    assertEquals("", another.received());
    assertTrue(another.isClosed());
    assertEquals(2, engine.engine().queryLimitDisconnections());
    engine.connect().expect("STRLEN key", (1 << 20) - 100);
  }

  /** What follows a big argument in the same read does not count with it. */
  @Test
  void whatIsBehindABigArgumentDoesNotCountForTheQueryBufferLimit() {
    client.expect("CONFIG SET client-query-buffer-limit 1048576", "OK");
    byte[] request = TestClient.request("SET", "key", "y".repeat((1 << 20) - 100));
    byte[] following = TestClient.request("ECHO", "x".repeat(1000));
    client.sendShown(Arrays.copyOf(request, 1000));
    client.sendShown(concat(Arrays.copyOfRange(request, 1000, request.length), following));
    assertEquals("+OK\r\n$1000\r\n" + "x".repeat(1000) + "\r\n", client.received());
  }

  private static byte[] concat(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
