package io.jacinth.command.sortedset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transcripts of clients that wait for members of sorted sets. */
class BlockingPopTest {
  private static final String BLOCKED = "";
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  private final TestEngine engine = new TestEngine();
  private final TestClient first = engine.connect();
  private final TestClient second = engine.connect();
  private final TestClient writer = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void takesWhatIsThere() {
    writer.expect("ZADD k 1 a 2 b 3.5 c 4 d", 4);
    first.expect("BZPOPMIN missing k 0", "[k, a, 1]");
    first.expect("BZPOPMAX k missing 0", "[k, d, 4]");
    first.expect("BZMPOP 0 2 missing k MAX", "[k, [[c, 3.5]]]");
    first.expect("BZMPOP 0 1 k MIN COUNT 5", "[k, [[b, 2]]]");
    first.expect("EXISTS k", 0);
    first.call("HELLO", "3");
    writer.expect("ZADD k 1 a 2.5 b", 2);
    first.expect("BZPOPMAX k 0", "[k, b, 2.5]");
    first.expect("BZMPOP 0 1 k MIN", "[k, [[a, 1]]]");
  }

  @Test
  void waitsForMembersInOrderOfArrival() {
    first.expect("BZPOPMIN k 0", BLOCKED);
    second.expect("BZMPOP 0 2 other k MAX COUNT 2", BLOCKED);
    writer.expect("ZADD k 1 a 2 b 3 c 4 d", 4);
    assertEquals("[k, a, 1]", first.receive());
    assertEquals("[k, [[d, 4], [c, 3]]]", second.receive());
    writer.expect("ZRANGE k 0 -1", "[b]");
    first.expect("BZPOPMAX x y 0", BLOCKED);
    writer.expect("ZUNIONSTORE y 1 k", 1);
    assertEquals("[y, b, 2]", first.receive());
    writer.expect("EXISTS y", 0);
    first.expect("BZPOPMAX x y 0", BLOCKED);
    writer.expect("RENAME k x", "OK");
    assertEquals("[x, b, 2]", first.receive());
  }

  @Test
  void whatElseAKeyHoldsWakesNobody() {
    first.expect("BZPOPMIN k other 0", BLOCKED);
    writer.expect("SET k x", "OK");
    assertEquals(BLOCKED, first.receive());
    writer.expect("ZADD other 1 a", 1);
    assertEquals(WRONG_TYPE, first.receive());
    first.expect("BZPOPMIN k 0", WRONG_TYPE);
    first.expect("BZMPOP 0 1 k MIN", WRONG_TYPE);
    first.expect("BZPOPMIN other k 0", "[other, a, 1]");
  }

  @Test
  void timeEnds() {
    first.expect("BZPOPMIN k 0.5", BLOCKED);
    second.expect("BZMPOP 0.5 1 k MIN", BLOCKED);
    engine.pass(400);
    assertEquals(BLOCKED, first.receive());
    engine.pass(200);
    assertEquals("nil", first.receive());
    assertEquals("nil", second.receive());
    writer.expect("ZADD k 1 a", 1);
    writer.expect("ZCARD k", 1);
  }

  @Test
  void wrongArguments() {
    first.expect("BZPOPMIN k x", "-ERR timeout is not a float or out of range");
    first.expect("BZPOPMIN k -1", "-ERR timeout is negative");
    first.expect("BZPOPMAX k", "-ERR wrong number of arguments for 'bzpopmax' command");
    first.expect("BZMPOP x 1 k MIN", "-ERR timeout is not a float or out of range");
    first.expect("BZMPOP 0 0 k MIN", "-ERR numkeys should be greater than 0");
    first.expect("BZMPOP 0 2 k MIN", "-ERR syntax error");
    first.expect("BZMPOP 0 1 k MID", "-ERR syntax error");
    first.expect("BZMPOP 0 1 k MIN COUNT 0", "-ERR count should be greater than 0");
    first.expect("BZMPOP 0 1 k MIN COUNT", "-ERR syntax error");
  }
}
