package io.jacinth.command.set;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transcripts of members that expire; the clock begins at 1700000000000. */
class MemberLifetimeCommandsTest {
  @ParameterizedTest
  @ValueSource(strings = {"SADD k 1 2 3", "SADD k a b c 1 2 3"})
  void setsReadsAndRemovesTimes(String add) {
    try (TestEngine engine = new TestEngine()) {
      TestClient client = engine.connect();
      client.call(add.split(" "));
      EventLog log = EventLog.of(engine);
      client.expect("SPEXPIREAT k 1 MEMBERS 1 z", "[-2]");
      client.expect("SEXPIRE k 100 MEMBERS 3 1 z 2", "[1, -2, 1]");
      client.expect("STTL k MEMBERS 4 1 2 3 z", "[100, 100, -1, -2]");
      client.expect("SPTTL k MEMBERS 1 1", "[100000]");
      client.expect("SEXPIRETIME k MEMBERS 1 1", "[1700000100]");
      client.expect("SPEXPIRETIME k MEMBERS 1 1", "[1700000100000]");
      client.expect("SPEXPIRE k 99999 NX MEMBERS 2 1 3", "[0, 1]");
      client.expect("SPEXPIRE k 99998 MEMBERS 1 3 GT", "[0]");
      client.expect("SPEXPIRE k 99998 MEMBERS 1 3 LT", "[1]");
      client.expect("SEXPIREAT k 1700000100 XX MEMBERS 2 3 z", "[1, -2]");
      client.expect("SPERSIST k MEMBERS 3 1 1 z", "[1, -1, -2]");
      assertEquals("k sexpire, k sexpire, k sexpire, k sexpire, k spersist", log.take());
      client.expect("SADD k 2", "0");
      client.expect("STTL k MEMBERS 1 2", "[100]");
      client.expect("SEXPIREAT k 1 MEMBERS 3 1 2 z", "[2, 2, -2]");
      client.expect("SEXPIRE k 0 MEMBERS 1 3", "[2]");
      String gone = add.contains("a") ? "" : ", k del";
      assertEquals("k srem, k srem" + gone, log.take());
    }
  }

  @Test
  void addsWithTimes() {
    try (TestEngine engine = new TestEngine()) {
      TestClient client = engine.connect();
      EventLog log = EventLog.of(engine);
      client.expect("SADDEX k EX 10 MEMBERS 2 a b", "1");
      client.expect("SADDEX k KEEPTTL MEMBERS 2 a c", "1");
      client.expect("SADDEX k MEMBERS 1 b", "1");
      client.expect("STTL k MEMBERS 3 a b c", "[10, -1, -1]");
      client.expect("SADDEX k MNX PX 5 MEMBERS 2 c d", "0");
      client.expect("SADDEX k MXX PX 5 MEMBERS 2 c d", "0");
      client.expect("SADDEX k MEMBERS 2 c d PXAT 1700000001000 MNX", "0");
      client.expect("SADDEX k MEMBERS 2 d e PXAT 1700000001000 MNX", "1");
      client.expect("SCARD k", "5");
      client.expect("SADDEX k EXAT 1 MEMBERS 2 a z", "1");
      client.expect("SISMEMBER k a", "0");
      client.expect("SADDEX n EX 0 MEMBERS 1 a", "1");
      client.expect("EXISTS n", "0");
      assertEquals("k sadd, k sexpire, k sadd, k sadd, k sadd, k sexpire, k srem", log.take());
      client.expect(
          "SADDEX k EX 5 PX 5 MEMBERS 1 a",
          "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");
      client.expect("SADDEX k EX 5 FOO MEMBERS 1 a", "-ERR unknown argument: FOO");
      client.expect("SADDEX k EX 5 MEMBERS 2 a", "-ERR wrong number of arguments");
      client.expect("SEXPIRE k 5 NX XX MEMBERS 1 a", "-ERR Multiple condition flags specified");
      client.expect("SEXPIRE k 5 NX XX NX NX", "-ERR missing MEMBERS argument");
      client.expect(
          "STTL k FIELDS 1 a",
          "-ERR Mandatory argument MEMBERS is missing or not at the right position");
    }
  }

  @Test
  void whatHasExpiredIsGone() {
    try (TestEngine engine = new TestEngine()) {
      TestClient client = engine.connect();
      client.expect("SADD k a b c d e 1", "6");
      client.expect("SADD other a b c", "3");
      client.expect("SPEXPIRE k 10 MEMBERS 5 a b c d e", "[1, 1, 1, 1, 1]");
      client.expect("COPY k copy", "1");
      engine.clock().advanceMillis(11);
      client.expect("SCARD k", "1");
      client.expect("SMEMBERS k", "[1]");
      client.expect("SSCAN k 0", "[0, [1]]");
      client.expect("SMISMEMBER k a 1", "[0, 1]");
      client.expect("SRANDMEMBER k 5", "[1]");
      client.expect("SRANDMEMBER k -2", "[1, 1]");
      client.expect("SINTER k other", "[]");
      client.expect("SDIFF k other", "[1]");
      client.expect("SINTERCARD 2 other k", "0");
      client.expect("SUNIONSTORE all k other", "4");
      client.expect("SREM k a", "0");
      client.expect("SADD k b", "1");
      client.expect("STTL k MEMBERS 2 a b", "[-2, -1]");
      client.expect("SMOVE k other d", "0");
      client.expect("SREM k b 1", "2");
      client.expect("EXISTS k", "0");
      client.expect("SPOP copy", "1");
      client.expect("EXISTS copy", "0");
    }
  }

  @Test
  void whatHasExpiredIsTakenOut() {
    try (TestEngine engine = new TestEngine()) {
      TestClient client = engine.connect();
      for (int i = 0; i < 300; i++) {
        client.call("SADDEX", "k", "PX", Integer.toString(1000 + i % 3), "MEMBERS", "1", "m" + i);
        client.call("SADDEX", "gone", "PX", "1500", "MEMBERS", "1", Integer.toString(i));
      }
      client.expect("SADD k stays", "1");
      client.expect("RENAME gone moved", "OK");
      EventLog log = EventLog.of(engine);
      engine.pass(900);
      client.expect("SCARD k", "301");
      engine.pass(300);
      client.expect("SMEMBERS k", "[stays]");
      engine.pass(500);
      client.expect("EXISTS moved", "0");
      String events = log.take();
      assertEquals("moved sexpired, moved del", events.substring(events.indexOf("moved")));
    }
  }
}
