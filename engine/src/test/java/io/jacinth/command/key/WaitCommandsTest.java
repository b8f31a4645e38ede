package io.jacinth.command.key;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transcripts of the commands that wait for replicas and files, of which there are none. */
class WaitCommandsTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();
  private final TestClient other = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void nobodyIsWaitedFor() {
    client.expect("WAIT 0 0", "0");
    client.expect("WAIT -1 0", "0");
    client.expect("WAITAOF 0 0 0", "[0, 0]");
  }

  @Test
  void untilTheTimeIsOver() {
    client.expect("WAIT 1 500", "");
    other.expect("WAITAOF 0 3 500", "");
    client.send(TestClient.request("SET", "k", "v"));
    engine.clock().advanceMillis(499);
    assertEquals("", client.receive());
    assertEquals("", other.receive());
    engine.clock().advanceMillis(1);
    client.runTasks();
    assertEquals(":0\r\n+OK\r\n", client.received());
    assertEquals("[0, 0]", other.receive());
  }

  @Test
  void untilUnblocked() {
    client.expect("WAIT 1 0", "");
    engine.clock().advanceMillis(1_000_000);
    assertEquals("", client.receive());
    other.expect("CLIENT UNBLOCK " + client.session().id(), "1");
    assertEquals("0", client.receive());
    client.expect("WAITAOF 0 1 0", "");
    other.expect("CLIENT UNBLOCK " + client.session().id() + " ERROR", "1");
    assertEquals("-UNBLOCKED client unblocked via CLIENT UNBLOCK", client.receive());
  }

  @Test
  void whoWaitsCanLeave() {
    client.expect("WAIT 1 0", "");
    client.close();
    other.expect("WAITAOF 0 1 0", "");
  }

  @Test
  void transactionsDoNotWait() {
    client.expect("MULTI", "OK");
    client.expect("WAIT 1 0", "QUEUED");
    client.expect("WAITAOF 0 1 0", "QUEUED");
    client.expect("EXEC", "[0, [0, 0]]");
  }

  @Test
  void errors() {
    client.expect("WAIT x 0", "-ERR value is not an integer or out of range");
    client.expect("WAIT 1 x", "-ERR timeout is not an integer or out of range");
    client.expect("WAIT 1 -1", "-ERR timeout is negative");
    client.expect("WAITAOF 2 0 0", "-ERR value is out of range, value must between 0 and 1");
    client.expect("WAITAOF 0 -1 0", "-ERR value is out of range, must be positive");
    client.expect("WAITAOF 0 1 -1", "-ERR timeout is negative");
    client.expect(
        "WAITAOF 1 0 0",
        "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
  }
}
