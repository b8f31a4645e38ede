package io.jacinth.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transcripts of what becomes of references to entries: KEEPREF, DELREF and ACKED. */
class ReferencesTest {
  private static final String NONE_PENDING = "[0, nil, nil, nil]";

  private final TestEngine engine = new TestEngine("stream-node-max-entries", "2");
  private final TestClient client = engine.connect();

  @BeforeEach
  void twoGroupsHaveReadTwoOfThree() {
    for (int i = 1; i <= 3; i++) {
      client.expect("XADD s " + i + " f v", i + "-0");
    }
    for (String group : List.of("g", "h")) {
      client.expect("XGROUP CREATE s " + group + " 0", "OK");
      client.call(
          "XREADGROUP GROUP g c COUNT 2 STREAMS s >".replace(" g ", " " + group + " ").split(" "));
    }
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void referencesAreKept() {
    EventLog log = EventLog.of(engine);
    client.expect("XDELEX s IDS 3 1 7 3", "[1, -1, 1]");
    assertEquals("s xdel", log.take());
    client.expect("XDELEX s KEEPREF IDS 1 1", "[-1]");
    assertEquals("", log.take());
    client.expect("XPENDING s g", "[2, 1-0, 2-0, [[c, 2]]]");
    client.expect("XLEN s", 1);
    client.expect("XTRIM s MAXLEN = 0 KEEPREF", 1);
    client.expect("XPENDING s h", "[2, 1-0, 2-0, [[c, 2]]]");
  }

  @Test
  void referencesAreRemoved() {
    client.expect("XDELEX s DELREF IDS 2 1 9", "[1, -1]");
    client.expect("XPENDING s g", "[1, 2-0, 2-0, [[c, 1]]]");
    client.expect("XADD s DELREF MAXLEN = 1 4 f v", "4-0");
    client.expect("XPENDING s g", NONE_PENDING);
    client.expect("XPENDING s h", NONE_PENDING);
    client.expect("XRANGE s - +", "[[4-0, [f, v]]]");
  }

  @Test
  void whatIsReferencedStays() {
    client.expect("XDELEX s ACKED IDS 4 1 2 3 4", "[2, 2, 2, -1]");
    client.expect("XACK s g 1 2", 2);
    client.expect("XDELEX s ACKED IDS 1 1", "[2]");
    client.expect("XACK s h 1", 1);
    client.expect("XDELEX s ACKED IDS 3 1 2 3", "[1, 2, 2]");
    // who has not read it refers to it, too
    client.expect("XGROUP CREATE s i $", "OK");
    client.expect("XGROUP DESTROY s g", 1);
    client.expect("XGROUP DESTROY s h", 1);
    client.expect("XDELEX s ACKED IDS 2 2 3", "[1, 1]");
  }

  @Test
  void trimmingWhatIsNotReferenced() {
    client.expect("XADD s MAXLEN = 1 ACKED 4 f v", "4-0");
    client.expect("XLEN s", 4);
    client.expect("XACK s g 1 2", 2);
    client.expect("XACK s h 2", 1);
    client.expect("XTRIM s MINID 9 ACKED", 1);
    client.expect("XRANGE s - +", "[[1-0, [f, v]], [3-0, [f, v]], [4-0, [f, v]]]");
    client.expect("XACK s h 1", 1);
    client.expect("XADD s ACKED MAXLEN = 1 5 f v", "5-0");
    client.expect("XLEN s", 3);
    client.expect("XGROUP SETID s g $", "OK");
    client.expect("XGROUP SETID s h $", "OK");
    client.expect("XTRIM s MAXLEN = 1 ACKED", 2);
    client.expect("XRANGE s - +", "[[5-0, [f, v]]]");
  }

  @Test
  void acknowledgingAndRemoving() {
    client.expect("XACKDEL s g ACKED IDS 3 1 2 3", "[2, 2, -1]");
    client.expect("XPENDING s g", NONE_PENDING);
    client.expect("XACKDEL s h ACKED IDS 1 1", "[1]");
    client.expect("XACKDEL s h DELREF IDS 2 1 2", "[-1, 1]");
    client.expect("XRANGE s - +", "[[3-0, [f, v]]]");
  }

  @Test
  void acknowledgingOfOneGroup() {
    client.expect("XACKDEL s g IDS 2 1 2", "[1, 1]");
    client.expect("XPENDING s h", "[2, 1-0, 2-0, [[c, 2]]]");
    // the entries are gone, and what is left to do is done
    client.expect("XACKDEL s h KEEPREF IDS 2 1 2", "[1, 1]");
    client.expect("XPENDING s h", NONE_PENDING);
    client.expect("XACKDEL s none IDS 2 1 3", "[-1, -1]");
    client.expect("XACKDEL none g IDS 2 1 3", "[-1, -1]");
    client.expect("XDELEX none IDS 2 1 3", "[-1, -1]");
  }

  @Test
  void wrongOptions() {
    for (String command : List.of("XDELEX s ", "XACKDEL s g ")) {
      for (String options :
          List.of(
              "KEEPREF DELREF IDS 1 1-1",
              "ACKED ACKED IDS 1 1-1",
              "IDS 1 1-1 2-2",
              "IDS 1 1-1 IDS 1 1-1",
              "KEEPREF 1 1-1 2-2",
              "ACKED KEEPREF DELREF x")) {
        client.expect(command + options, "-ERR syntax error");
      }
      for (String number : List.of("x", "0", "-5")) {
        client.expect(
            command + "IDS " + number + " 1-1", "-ERR Number of IDs must be a positive integer");
      }
      client.expect(
          command + "IDS 3 1-1 2-2",
          "-ERR The `numids` parameter must match the number of arguments");
      client.expect(
          command + "IDS 2 1-1 x", "-ERR Invalid stream ID specified as stream command argument");
      client.expect(command + "IDS 1 9 DELREF", "[-1]");
    }
    client.expect("SET k v", "OK");
    String wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value";
    client.expect("XDELEX k IDS 1 1", wrongType);
    client.expect("XACKDEL k g IDS 1 1", wrongType);
  }
}
