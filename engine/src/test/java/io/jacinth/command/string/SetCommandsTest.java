package io.jacinth.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SetCommandsTest {
  private static final String SYNTAX = "-ERR syntax error";
  private static final String NOT_INTEGER = "-ERR value is not an integer or out of range";

  private final TestEngine engine = new TestEngine();
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
  void setsUnderConditions() {
    client.expect("SET k v XX", "nil");
    client.expect("SET k v NX", "OK");
    client.expect("SET k w NX", "nil");
    client.expect("GET k", "v");
    client.expect("SET k w XX", "OK");
    client.expect("GET k", "w");
    client.expect("SET k v NX XX", SYNTAX);
    client.expect("SET k v NX NX", "nil");
    client.expect("SET k v NX IFEQ w", SYNTAX);
    client.expect("SET k v IFEQ w IFNE w", SYNTAX);
    client.expect("SET k v IFEQ w IFEQ w", SYNTAX);
    client.expect("SET k v XX IFEQ w", SYNTAX);
    client.expect("SET k v IFEQ", SYNTAX);
    client.expect("SET k v IFEQ x", "nil");
    client.expect("SET k v IFEQ w", "OK");
    client.expect("SET k 12 IFNE v", "nil");
    client.expect("SET k 12 IFNE w", "OK");
    client.expect("SET k 13 IFEQ 12 GET", "12");
    client.expect("SET k 14 IFEQ 12 GET", "13");
    client.expect("GET k", "13");
    client.expect("SET missing v IFEQ x", "nil");
    client.expect("SET missing v IFEQ x GET", "nil");
    client.expect("GET missing", "nil");
    client.expect("SET missing v IFNE x", "OK");
    client.expect("GET missing", "v");
  }

  @Test
  void comparesDigests() {
    // XXH3_64bits of "Hello world"
    String digest = "b6acb9d84a38ff74";
    String other = "b6acb9d84a38ff75";
    String malformed = "-ERR must be exactly 16 hexadecimal characters";
    assertEquals("OK", client.call("SET", "k", "Hello world"));
    client.expect("SET k v IFDEQ " + other, "nil");
    client.expect("SET k v IFDEQ b6acb9d84a38ff7", malformed);
    client.expect("SET k v IFDEQ b6acb9d84a38ff7g", malformed);
    client.expect("SET k v IFDNE " + digest, "nil");
    client.expect("SET k v IFDEQ B6ACB9D84A38FF74", "OK");
    client.expect("SET k w IFDNE " + digest, "OK");
    client.expect("SET missing v IFDEQ " + digest, "nil");
    client.expect("SET missing v IFDNE " + digest, "OK");
    client.expect("GET k", "w");
  }

  @Test
  void returnsTheOldValue() {
    client.expect("SET k v GET", "nil");
    client.expect("SET k 12 GET", "v");
    client.expect("SET k w NX GET", "12");
    client.expect("GET k", "12");
    client.expect("SET m v NX GET", "nil");
    client.expect("GET m", "v");
    client.expect("SET m2 v XX GET", "nil");
    client.expect("GET m2", "nil");
    client.expect("GETSET k z", "12");
    client.expect("GETSET q z", "nil");
  }

  @Test
  void expires() {
    expect("SET k v EX 10", "OK", "k set, k expire");
    engine.pass(9_900);
    client.expect("GET k", "v");
    engine.pass(200);
    assertEquals("k expired", log.take());
    client.expect("GET k", "nil");
    expect("SET k v PX 1500", "OK", "k set, k expire");
    expect("SET k w KEEPTTL", "OK", "k set");
    engine.pass(1_600);
    client.expect("GET k", "nil");
    log.take();
    expect("SETEX k 10 v", "OK", "k set, k expire");
    expect("SET k w", "OK", "k set");
    engine.pass(10_100);
    client.expect("GET k", "w");
    expect("PSETEX k 100 v", "OK", "k set, k expire");
    engine.pass(200);
    client.expect("GET k", "nil");
    long seconds = engine.clock().millis() / 1000;
    client.expect("SET k v EXAT " + (seconds + 5), "OK");
    client.expect("SET m v PXAT " + (seconds + 10) * 1000, "OK");
    engine.pass(5_100);
    client.expect("MGET k m", "[nil, v]");
    engine.pass(5_100);
    client.expect("MGET k m", "[nil, nil]");
    log.take();
    expect("SET k v EXAT 1", "OK", "k set, k expire");
    expect("GET k", "nil", "k expired");
  }

  @Test
  void refusesWrongExpiries() {
    String invalid = "-ERR invalid expire time in 'set' command";
    for (String option : new String[] {"EX", "PX", "EXAT", "PXAT"}) {
      client.expect("SET k v " + option + " 0", invalid);
      client.expect("SET k v " + option + " -1", invalid);
      client.expect("SET k v " + option + " abc", NOT_INTEGER);
      client.expect("SET k v " + option, SYNTAX);
      client.expect("SET k v " + option + " 10 KEEPTTL", SYNTAX);
      client.expect("SET k v KEEPTTL " + option + " 10", SYNTAX);
    }
    client.expect("SET k v EX 9223372036854775807", invalid);
    client.expect("SET k v EX 9223372036854775", invalid);
    client.expect("SET k v EXAT 9223372036854776", invalid);
    client.expect("SET k v PX 9223372036854775807", invalid);
    client.expect("SET k v EX 10 PX 10", SYNTAX);
    client.expect("SET k v EX 10 EX 20", "OK");
    client.expect("SET k v EX abc BAD", SYNTAX);
    client.expect("SET k v PERSIST", SYNTAX);
    client.expect("SETEX k 0 v", "-ERR invalid expire time in 'setex' command");
    client.expect("SETEX k abc v", NOT_INTEGER);
    client.expect("PSETEX k 0 v", "-ERR invalid expire time in 'psetex' command");
    assertEquals("k set, k expire", log.take());
  }

  @Test
  void setsIfAbsent() {
    expect("SETNX k v", 1, "k set");
    expect("SETNX k w", 0, "");
    client.expect("GET k", "v");
  }

  @Test
  void setsManyAtOnce() {
    expect("MSET a 1 b two c 3", "OK", "a set, b set, c set");
    client.expect("MGET a b c d", "[1, two, 3, nil]");
    expect("MSET a 1 a 2", "OK", "a set, a set");
    client.expect("GET a", "2");
    expect("MSETNX d 1 a 5", 0, "");
    expect("MSETNX d 1 e 2 d 3", 1, "d set, e set, d set");
    client.expect("MGET d e", "[3, 2]");
    client.expect("MSET a", "-ERR wrong number of arguments for 'mset' command");
    client.expect("MSET a 1 b", "-ERR wrong number of arguments for 'mset' command");
    client.expect("MSETNX a 1 b", "-ERR wrong number of arguments for 'msetnx' command");
  }

  @Test
  void adoptsBigValues() {
    String big = "b".repeat(300_000);
    String other = "o".repeat(200_000);
    for (int i = 0; i < 3; i++) {
      assertEquals("OK", client.call("SET", "k", big));
      assertEquals(big, client.call("SET", "k", other, "GET"));
      assertEquals("OK", client.call("SETEX", "k", "10", big));
      assertEquals("0", client.call("SETNX", "k", other));
      assertEquals("nil", client.call("SET", "k", other, "IFEQ", other));
      assertEquals("OK", client.call("SET", "k", other, "IFEQ", big));
      assertEquals("OK", client.call("MSET", "k", big, "l", other, "k", other));
      assertEquals("[" + other + ", " + other + "]", client.call("MGET", "k", "l"));
    }
  }
}
