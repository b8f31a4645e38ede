package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What was found out ahead of a pipeline's execution does not hold any more when the commands in
 * between have changed it: each reply is that of a request sent alone.
 */
class LookaheadTest {
  private final TestEngine ahead = new TestEngine();
  private final TestEngine alone = new TestEngine();
  private final TestClient pipelining = ahead.connect();
  private final TestClient waiting = alone.connect();

  @AfterEach
  void close() {
    ahead.close();
    alone.close();
  }

  private void assertPipeline(String... lines) {
    StringBuilder expected = new StringBuilder();
    StringBuilder pipeline = new StringBuilder();
    for (String line : lines) {
      expected.append(waiting.raw(line.split(" ")));
      pipeline.append(new String(TestClient.request(line.split(" ")), StandardCharsets.ISO_8859_1));
    }
    pipelining.send(pipeline.toString().getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(expected.toString(), pipelining.received());
  }

  @Test
  void keysThatGoAndCome() {
    assertPipeline("SET a 1", "SET b 2", "SET c some-longer-value");
    assertPipeline("GET a", "DEL a", "GET a", "SET a 3", "GET a", "APPEND a text", "GET a");
    assertPipeline("GET a", "RENAME a b", "GET a", "GET b", "COPY b a", "GET a", "DEL b", "GET b");
    assertPipeline("GETDEL c", "GET c", "SET d some-longer-value", "GET d", "GETDEL d", "GET d");
    assertPipeline("SET a short", "SETRANGE a 500 x", "STRLEN a", "SETRANGE a 5000 x", "STRLEN a");
  }

  @Test
  void databasesThatChange() {
    assertPipeline("SET a in-0", "SELECT 1", "SET a in-1", "SELECT 0");
    assertPipeline("GET a", "SELECT 1", "GET a", "SELECT 0", "GET a");
    assertPipeline("GET a", "SWAPDB 0 1", "GET a", "SELECT 1", "GET a", "SELECT 0", "GET a");
    assertPipeline("GET a", "MOVE a 2", "GET a", "SELECT 2", "GET a", "SELECT 0", "GET a");
    assertPipeline("SET a 1", "GET a", "FLUSHDB", "GET a", "SET a 2", "GET a", "FLUSHALL", "GET a");
  }

  @Test
  void keysThatExpire() {
    assertPipeline("SET a 1 PX 100", "SET b 2 PX 100", "SET c 3", "SET d 4 PX 100");
    ahead.clock().advanceMillis(200);
    alone.clock().advanceMillis(200);
    assertPipeline("GET a", "GET a", "MGET b b c c b", "SET d 5", "MGET d c d", "PEXPIRE c -1");
    assertPipeline("GET c", "MGET c d c", "PEXPIREAT d 1", "GET d", "MGET d d");
  }

  @Test
  void theSameKeyManyTimesInOneCommand() {
    assertPipeline(
        "MSET a 1 b 2 a 3 c text-that-is-longer a text-that-is-longer", "MGET a a b c a");
    assertPipeline("DEL a a b", "MGET a b c", "MSETNX a 1 a 2", "MGET a a", "EXISTS a a c b");
  }
}
