package io.jacinth.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transcripts of XREAD and XREADGROUP that read several streams, or one several times. */
class ReadLimitsTest {
  private final TestEngine engine = new TestEngine("stream-node-max-entries", "2");
  private final TestClient client = engine.connect();

  @BeforeEach
  void twoStreamsOfThree() {
    for (String key : List.of("a", "b")) {
      for (int i = 1; i <= 3; i++) {
        client.expect("XADD " + key + " " + i + " f " + key + i, i + "-0");
      }
      client.expect("XGROUP CREATE " + key + " g 0", "OK");
    }
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void soManyEntriesInAll() {
    client.expect(
        "XREAD MAXCOUNT 4 STREAMS a b 0 1",
        "[[a, [[1-0, [f, a1]], [2-0, [f, a2]], [3-0, [f, a3]]]], [b, [[2-0, [f, b2]]]]]");
    client.expect(
        "XREAD COUNT 1 MAXCOUNT 4 STREAMS a b 0 0",
        "[[a, [[1-0, [f, a1]]]], [b, [[1-0, [f, b1]]]]]");
    client.expect("XREAD MAXCOUNT 1 STREAMS none a b 0 2 0", "[[a, [[3-0, [f, a3]]]]]");
    client.expect("XREAD MAXCOUNT 9 STREAMS a b 3 +", "[[b, [[3-0, [f, b3]]]]]");
    client.expect("XREAD MAXCOUNT 9 STREAMS a b 3 3", "nil");
  }

  @Test
  void soManyBytesInAll() {
    String one = "[[a, [[1-0, [f, a1]]]]]";
    client.expect("XREAD MAXSIZE 1 STREAMS a b 0 0", one);
    // *2 $1 a, and of each entry *2 $3 1-0 *2 $1 f $2 a1
    int head = "*2\r\n$1\r\na\r\n".length();
    int entry = "*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nf\r\n$2\r\na1\r\n".length();
    client.expect("XREAD MAXSIZE " + (head + entry) + " STREAMS a b 0 0", one);
    client.expect(
        "XREAD MAXSIZE " + (head + entry + 1) + " STREAMS a b 0 0",
        "[[a, [[1-0, [f, a1]], [2-0, [f, a2]]]]]");
    client.expect(
        "XREAD MAXSIZE " + (head + 3 * entry + head + 1) + " STREAMS a b 0 0",
        "[[a, [[1-0, [f, a1]], [2-0, [f, a2]], [3-0, [f, a3]]]], [b, [[1-0, [f, b1]]]]]");
    client.expect("XREAD MAXSIZE 100000 MAXCOUNT 1 STREAMS a b 0 0", one);
    client.call("XADD", "b", "4", "f", "x".repeat(1_000));
    assertTrue(client.call("XREAD MAXSIZE 10 STREAMS b b 3 0".split(" ")).length() > 1_000);
  }

  @Test
  void aGroupIsGivenNoMore() {
    client.expect(
        "XREADGROUP GROUP g c MAXCOUNT 4 STREAMS a b > >",
        "[[a, [[1-0, [f, a1]], [2-0, [f, a2]], [3-0, [f, a3]]]], [b, [[1-0, [f, b1]]]]]");
    client.expect("XPENDING b g", "[1, 1-0, 1-0, [[c, 1]]]");
    client.expect("XREADGROUP GROUP g c MAXSIZE 1 STREAMS b a > 0", "[[b, [[2-0, [f, b2]]]]]");
    client.expect(
        "XREADGROUP GROUP g c MAXCOUNT 2 STREAMS a b 0 >",
        "[[a, [[1-0, [f, a1]], [2-0, [f, a2]]]]]");
    client.expect(
        "XREADGROUP GROUP g c MAXSIZE 60 STREAMS a b 0 >",
        "[[a, [[1-0, [f, a1]], [2-0, [f, a2]]]]]");
    engine.pass(100);
    client.expect(
        "XREADGROUP GROUP g d MAXCOUNT 4 CLAIM 50 STREAMS b a > >",
        "[[b, [[1-0, [f, b1], 100, 1], [2-0, [f, b2], 100, 1], [3-0, [f, b3], 0, 0]]], [a,"
            + " [[1-0, [f, a1], 100, 3]]]]");
    client.expect(
        "XREADGROUP GROUP g e MAXSIZE 1 CLAIM 50 STREAMS b a > >",
        "[[a, [[2-0, [f, a2], 100, 3]]]]");
  }

  @Test
  void wrongLimits() {
    for (String option : List.of("MAXCOUNT", "MAXSIZE")) {
      client.expect(
          "XREAD " + option + " x STREAMS a 0", "-ERR value is not an integer or out of range");
      for (String number : List.of("0", "-1")) {
        client.expect(
            "XREAD " + option + " " + number + " STREAMS a 0",
            "-ERR " + option + " must be a positive integer");
      }
    }
    client.expect(
        "XREAD COUNT 3 MAXCOUNT 2 STREAMS a 0",
        "-ERR MAXCOUNT must be greater than or equal to COUNT");
    client.expect("XREAD MAXCOUNT 1 COUNT 0 STREAMS a 0", "[[a, [[1-0, [f, a1]]]]]");
  }

  @Test
  void oneStreamSeveralTimes() {
    client.expect(
        "XREAD COUNT 1 STREAMS a a 0 1", "[[a, [[1-0, [f, a1]]]], [a, [[2-0, [f, a2]]]]]");
    client.expect(
        "XREADGROUP GROUP g c COUNT 1 STREAMS a a > >",
        "[[a, [[1-0, [f, a1]]]], [a, [[2-0, [f, a2]]]]]");
    client.expect("XREADGROUP GROUP g c STREAMS a a > >", "[[a, [[3-0, [f, a3]]]]]");
    client.expect(
        "XREADGROUP GROUP g d COUNT 2 STREAMS b b > 0",
        "[[b, [[1-0, [f, b1]], [2-0, [f, b2]]]], [b, [[1-0, [f, b1]], [2-0, [f, b2]]]]]");
    client.expect(
        "XREADGROUP GROUP g d COUNT 2 STREAMS b b 1 >",
        "[[b, [[2-0, [f, b2]]]], [b, [[3-0, [f, b3]]]]]");
    assertEquals("nil", client.call("XREADGROUP GROUP g d STREAMS b b > >".split(" ")));
  }
}
