package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies that are as long as the client says, not as long as what is kept. */
class EndlessReplyTest {
  private final TestEngine engine = new TestEngine("client-output-buffer-limit", "normal 1mb 0 0");
  private final TestClient greedy = engine.connect();
  private final TestClient other = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SRANDMEMBER s -9223372036854775807",
        "HRANDFIELD h -1000000000",
        "HRANDFIELD h -1000000000 WITHVALUES",
        "ZRANDMEMBER z -1000000000 WITHSCORES"
      })
  void endWithTheirClient(String command) {
    other.expect("SADD s a b c", 3);
    other.expect("HSET h a 1 b 2", 2);
    other.expect("ZADD z 1 a 2 b", 2);
    greedy.expect(command.split(" ", -1)[0] + " missing -1000", "[]");
    greedy.send(TestClient.request(command.split(" ", -1)));
    assertTrue(greedy.isClosed());
    assertTrue(greedy.received().length() < 2 << 20);
    assertEquals(1, engine.engine().outputLimitDisconnections());
    other.expect("SCARD s", 3);
  }

  /** EXEC as well, though it has more to execute. */
  @ParameterizedTest
  @ValueSource(strings = "SRANDMEMBER s -1000000000")
  void endATransaction(String command) {
    other.expect("SADD s a b c", 3);
    greedy.expect("MULTI", "OK");
    greedy.expect(command, "QUEUED");
    greedy.expect(command, "QUEUED");
    greedy.expect("SADD s d", "QUEUED");
    greedy.send(TestClient.request("EXEC"));
    assertTrue(greedy.isClosed());
    other.expect("SCARD s", 4);
  }
}
