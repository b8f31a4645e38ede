package io.jacinth.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transcripts of the commands of streams and groups. */
class StreamCommandsTest {
  private final TestEngine engine = new TestEngine("stream-node-max-entries", "2");
  private final TestClient client = engine.connect();
  private final EventLog log = EventLog.of(engine);

  @AfterEach
  void close() {
    engine.close();
  }

  /** Sends a request, and compares its reply and what happened to keys. */
  private void expect(String line, Object reply, String events) {
    client.expect(line, reply);
    assertEquals(events, log.take(), line);
  }

  @Test
  void appendsEntries() {
    client.expect("XADD s NOMKSTREAM 1-1 a 1", "nil");
    client.expect("XADD s 1-1 a 1", "1-1");
    log.take();
    expect("XADD s 1-* a 2 b x", "1-2", "s xadd");
    client.expect("XADD s * a 3", "1700000000000-0");
    client.expect("XADD s * a 4", "1700000000000-1");
    client.expect(
        "XADD s 5 a 5",
        "-ERR The ID specified in XADD is equal or smaller than the target stream top item");
    client.expect("XADD s 0-0 a 1", "-ERR The ID specified in XADD must be greater than 0-0");
    client.expect("XLEN s", "4");
    client.expect("XRANGE s - 1", "[[1-1, [a, 1]], [1-2, [a, 2, b, x]]]");
    client.expect("XREVRANGE s + - COUNT 1", "[[1700000000000-1, [a, 4]]]");
    client.expect("TYPE s", "stream");
    client.expect("OBJECT ENCODING s", "stream");
  }

  @Test
  void trimsAndRemoves() {
    for (int i = 1; i <= 7; i++) {
      client.expect("XADD s " + i + " a " + i, i + "-0");
    }
    log.take();
    expect("XTRIM s MAXLEN ~ 4", "2", "s xtrim");
    expect("XTRIM s MAXLEN 4", "1", "s xtrim");
    expect("XTRIM s MINID = 5", "1", "s xtrim");
    expect("XDEL s 5 6 9", "2", "s xdel");
    client.expect("XRANGE s - +", "[[7-0, [a, 7]]]");
    client.expect("XDEL s 7", "1");
    client.expect("XLEN s", "0");
    client.expect("EXISTS s", "1");
    client.expect("XADD s 7-* a b", "7-1");
  }

  @Test
  void deliversToConsumers() {
    client.expect("XGROUP CREATE s g $ MKSTREAM", "OK");
    client.expect("XADD s 1 a 1", "1-0");
    client.expect("XADD s 2 a 2", "2-0");
    client.expect("XADD s 3 a 3", "3-0");
    client.expect(
        "XREADGROUP GROUP g c COUNT 2 STREAMS s >", "[[s, [[1-0, [a, 1]], [2-0, [a, 2]]]]]");
    client.expect("XREADGROUP GROUP g d STREAMS s >", "[[s, [[3-0, [a, 3]]]]]");
    client.expect("XREADGROUP GROUP g d STREAMS s >", "nil");
    client.expect("XPENDING s g", "[3, 1-0, 3-0, [[c, 2], [d, 1]]]");
    client.expect("XACK s g 1 9", "1");
    engine.pass(100);
    client.expect("XPENDING s g - + 10", "[[2-0, c, 100, 1], [3-0, d, 100, 1]]");
    client.expect("XCLAIM s g d 200 2", "[]");
    client.expect("XCLAIM s g d 50 2", "[[2-0, [a, 2]]]");
    client.expect("XDEL s 3", "1");
    client.expect("XAUTOCLAIM s g c 0 0", "[0-0, [[2-0, [a, 2]]], [3-0]]");
    client.expect("XREADGROUP GROUP g c STREAMS s 0", "[[s, [[2-0, [a, 2]]]]]");
    client.expect("COPY s t", "1");
    client.expect("XPENDING t g - + 10", "[[2-0, c, 0, 4]]");
    client.expect("XGROUP DELCONSUMER s g c", "1");
    client.expect("XPENDING s g", "[0, nil, nil, nil]");
    client.expect("XPENDING t g", "[1, 2-0, 2-0, [[c, 1]]]");
  }
}
