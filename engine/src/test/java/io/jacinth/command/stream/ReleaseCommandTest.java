package io.jacinth.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transcripts of XNACK, and of XREADGROUP with CLAIM. */
class ReleaseCommandTest {
  private final TestEngine engine = new TestEngine("stream-node-max-entries", "2");
  private final TestClient client = engine.connect();

  @BeforeEach
  void threeEntriesArePendingWithC() {
    for (int i = 1; i <= 3; i++) {
      client.expect("XADD s " + i + " f " + i, i + "-0");
    }
    client.expect("XGROUP CREATE s g 0", "OK");
    client.call("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void aReleasedEntryIsNobodys() {
    engine.pass(100);
    client.expect("XNACK s g FAIL IDS 2 3 1", 2);
    client.expect("XPENDING s g - + 9", "[[1-0, , -1, 1], [2-0, c, 100, 1], [3-0, , -1, 1]]");
    client.expect("XPENDING s g IDLE 1000 - + 9", "[[1-0, , -1, 1], [3-0, , -1, 1]]");
    client.expect("XPENDING s g", "[3, 1-0, 3-0, [[c, 1]]]");
    client.expect("XPENDING s g - + 9 c", "[[2-0, c, 100, 1]]");
    client.expect("XREADGROUP GROUP g c STREAMS s 0", "[[s, [[2-0, [f, 2]]]]]");
    String info = client.call("XINFO", "STREAM", "s", "FULL");
    assertTrue(info.contains("pel-count, 3, nacked-count, 2, pending, [[1-0, , 0, 1], [2-0, c, "));
    client.expect("XGROUP DELCONSUMER s g c", 1);
    client.expect("XPENDING s g", "[2, 1-0, 3-0, []]");
    client.expect("XACK s g 1 3", 2);
    assertFalse(client.call("XINFO", "STREAM", "s", "FULL").contains("nacked-count"));
  }

  @Test
  void whatBecomesOfTheNumberOfDeliveries() {
    client.expect("XNACK s g SILENT IDS 1 1", 1);
    client.expect("XNACK s g SILENT IDS 1 1", 1);
    client.expect("XNACK s g FATAL IDS 1 2", 1);
    client.expect("XNACK s g FATAL RETRYCOUNT 7 IDS 1 3", 1);
    client.expect(
        "XPENDING s g - + 9", "[[1-0, , -1, 0], [2-0, , -1, 9223372036854775807], [3-0, , -1, 7]]");
    // and no more than that
    client.expect("XCLAIM s g d 99999 2", "[[2-0, [f, 2]]]");
    client.expect("XPENDING s g - + 9 d", "[[2-0, d, 0, 9223372036854775807]]");
    client.expect("XNACK s g FAIL IDS 3 1 1 9", 2);
  }

  @Test
  void onlyWhatIsPendingUnlessForced() {
    client.expect("XACK s g 1 2 3", 3);
    client.expect("XNACK s g FAIL IDS 2 1 2", 0);
    client.expect("XNACK s g FAIL FORCE IDS 2 1 9", 1);
    client.expect("XNACK s g FATAL IDS 1 2 FORCE", 1);
    client.expect("XNACK s g SILENT IDS 1 3 RETRYCOUNT 4 FORCE", 1);
    client.expect(
        "XPENDING s g - + 9", "[[1-0, , -1, 0], [2-0, , -1, 9223372036854775807], [3-0, , -1, 4]]");
    client.expect("XAUTOCLAIM s g d 99999 0 COUNT 1 JUSTID", "[2-0, [1-0], []]");
    client.expect("XPENDING s g - + 9 d", "[[1-0, d, 0, 0]]");
  }

  @Test
  void wrongOptions() {
    client.expect("XNACK s g NONE IDS 1 1", "-ERR mode must be SILENT, FAIL, or FATAL");
    for (String words : List.of("FAIL FATAL IDS 1 1", "FAIL IDS 1 1 FATAL", "FAIL IDS 1 1 2")) {
      String wrong = words.endsWith("2") ? "2" : "FATAL";
      client.expect("XNACK s g " + words, "-ERR Unrecognized XNACK option '" + wrong + "'");
    }
    client.expect(
        "XNACK s g FAIL IDS 1 1 RETRYCOUNT", "-ERR Unrecognized XNACK option 'RETRYCOUNT'");
    client.expect("XNACK s g FAIL FORCE RETRYCOUNT 5", "-ERR syntax error, expected IDS keyword");
    for (String number : List.of("0", "-1", "x")) {
      client.expect(
          "XNACK s g FAIL IDS " + number + " 1", "-ERR numids must be a positive integer");
    }
    client.expect("XNACK s g FAIL IDS 2 1", "-ERR number of IDs doesn't match numids");
    client.expect(
        "XNACK s g FAIL IDS 1 x", "-ERR Invalid stream ID specified as stream command argument");
    client.expect(
        "XNACK s g FAIL IDS 1 1 RETRYCOUNT -1", "-ERR Invalid RETRYCOUNT value, must be >= 0");
    client.expect(
        "XNACK s g FAIL IDS 1 1 RETRYCOUNT x", "-ERR value is not an integer or out of range");
    client.expect("XNACK s h FAIL IDS 1 1", "-NOGROUP No such key 's' or consumer group 'h'");
    client.expect("XPENDING s g", "[3, 1-0, 3-0, [[c, 3]]]");
  }

  @Test
  void whatIsPendingLongestIsClaimedFirst() {
    engine.pass(1_000);
    client.expect("XCLAIM s g c 0 1 IDLE 300 JUSTID", "[1-0]");
    client.expect("XCLAIM s g c 0 3 IDLE 500 JUSTID", "[3-0]");
    client.expect("XADD s 4 f 4", "4-0");
    client.expect(
        "XREADGROUP GROUP g d COUNT 3 CLAIM 400 STREAMS s >",
        "[[s, [[2-0, [f, 2], 1000, 1], [3-0, [f, 3], 500, 1], [4-0, [f, 4], 0, 0]]]]");
    client.expect("XPENDING s g", "[4, 1-0, 4-0, [[c, 1], [d, 3]]]");
    client.expect("XREADGROUP GROUP g d CLAIM 400 STREAMS s >", "nil");
    client.expect(
        "XREADGROUP GROUP g e COUNT 9 CLAIM 0 STREAMS s >",
        "[[s, [[1-0, [f, 1], 300, 1], [2-0, [f, 2], 0, 2], [3-0, [f, 3], 0, 2], [4-0, [f, 4],"
            + " 0, 1]]]]");
    client.expect("XREADGROUP GROUP g e CLAIM 9223372036854775807 STREAMS s >", "nil");
  }

  @Test
  void whatWasReleasedIsClaimedInOrderOfRelease() {
    client.expect("XNACK s g FAIL IDS 3 1 2 3", 3);
    client.expect("XNACK s g FAIL IDS 1 1", 1);
    for (int i : List.of(2, 3, 1)) {
      String reply = client.call("XREADGROUP GROUP g d COUNT 1 CLAIM 99999 STREAMS s >".split(" "));
      assertTrue(reply.startsWith("[[s, [[" + i + "-0, "), reply);
    }
    client.expect("COPY s t", 1);
    client.expect("XNACK t g FAIL IDS 2 3 2", 2);
    client.expect("COPY t u", 1);
    String reply = client.call("XREADGROUP GROUP g d COUNT 1 CLAIM 99999 STREAMS u >".split(" "));
    assertTrue(reply.startsWith("[[u, [[3-0, "), reply);
    client.expect("XGROUP DESTROY u g", 1);
  }

  @Test
  void whatIsGoneIsNotClaimed() {
    client.expect("XDEL s 1", 1);
    engine.pass(100);
    client.expect(
        "XREADGROUP GROUP g d COUNT 1 CLAIM 50 STREAMS s >", "[[s, [[2-0, [f, 2], 100, 1]]]]");
    client.expect("XTRIM s MAXLEN 0", 2);
    engine.pass(100);
    client.expect("XREADGROUP GROUP g d CLAIM 50 STREAMS s >", "nil");
    client.expect("XPENDING s g", "[0, nil, nil, nil]");
  }

  @Test
  void whatIsClaimedStaysPending() {
    client.expect("XADD s 4 f 4", "4-0");
    engine.pass(100);
    client.expect(
        "XREADGROUP GROUP g d NOACK CLAIM 50 COUNT 4 STREAMS s >",
        "[[s, [[1-0, [f, 1], 100, 1], [2-0, [f, 2], 100, 1], [3-0, [f, 3], 100, 1], [4-0, [f, 4],"
            + " 0, 0]]]]");
    client.expect("XPENDING s g", "[3, 1-0, 3-0, [[d, 3]]]");
    // what a consumer has is not claimed by it
    client.expect("XREADGROUP GROUP g d CLAIM 0 COUNT 1 STREAMS s 0", "[[s, [[1-0, [f, 1]]]]]");
    client.expect("XGROUP SETID s g 2", "OK");
    client.expect(
        "XREADGROUP GROUP g e CLAIM 0 COUNT 4 STREAMS s >",
        "[[s, [[1-0, [f, 1], 0, 3], [2-0, [f, 2], 0, 2], [3-0, [f, 3], 0, 2], [3-0, [f, 3], 0,"
            + " 0]]]]");
    client.expect("XPENDING s g 3 3 1", "[[3-0, e, 0, 1]]");
  }

  @Test
  void wrongTimes() {
    String read = "XREADGROUP GROUP g c CLAIM ";
    for (String time : List.of("x", "5.5", "+10", "-0")) {
      client.expect(
          read + time + " STREAMS s >", "-ERR min-idle-time is not an integer or out of range");
    }
    client.expect(read + "-1 STREAMS s >", "-ERR min-idle-time must be a positive integer");
    client.expect(
        "XREAD CLAIM 5 STREAMS s 0",
        "-ERR The CLAIM option is only supported by XREADGROUP. You called XREAD instead.");
    assertEquals("nil", client.call("XREADGROUP GROUP g c CLAIM 5 STREAMS s >".split(" ")));
  }

  @Test
  void aThousandPendingEntries() {
    for (int i = 4; i <= 1_000; i++) {
      client.expect("XADD s " + i + " f " + i, i + "-0");
      client.call("XREADGROUP", "GROUP", "g", "c" + i % 7, "STREAMS", "s", ">");
      engine.clock().advanceMillis(1);
    }
    for (int i = 7; i <= 1_000; i += 7) {
      client.expect("XNACK s g FAIL IDS 1 " + i, 1);
    }
    client.expect("XGROUP DELCONSUMER s g c1", "142");
    String first = client.call("XREADGROUP GROUP g d COUNT 1 CLAIM 500 STREAMS s >".split(" "));
    assertTrue(first.startsWith("[[s, [[7-0, "), first);
    client.expect("XACK s g 2 14", 2);
    String next = client.call("XREADGROUP GROUP g d COUNT 150 CLAIM 500 STREAMS s >".split(" "));
    assertTrue(next.startsWith("[[s, [[21-0, "), next);
    engine.engine().keyspace().validate();
    client.expect("DEL s", 1);
  }
}
