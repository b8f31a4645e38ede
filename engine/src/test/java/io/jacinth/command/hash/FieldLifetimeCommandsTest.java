package io.jacinth.command.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transcripts of fields that expire, in both encodings; the clock begins at 1700000000000. */
class FieldLifetimeCommandsTest {
  private static TestEngine engine(String maxListpackEntries) {
    return new TestEngine("hash-max-listpack-entries", maxListpackEntries);
  }

  @ParameterizedTest
  @ValueSource(strings = {"512", "0"})
  void setsReadsAndRemovesTimes(String maxListpackEntries) {
    try (TestEngine engine = engine(maxListpackEntries)) {
      TestClient client = engine.connect();
      EventLog log = EventLog.of(engine);
      client.expect("HSET k a 1 b 2 c 3", "3");
      client.expect("HEXPIRE k 100 FIELDS 3 a z b", "[1, -2, 1]");
      client.expect("HTTL k FIELDS 4 a b c z", "[100, 100, -1, -2]");
      client.expect("HPTTL k FIELDS 1 a", "[100000]");
      client.expect("HEXPIRETIME k FIELDS 1 a", "[1700000100]");
      client.expect("HPEXPIRETIME k FIELDS 1 a", "[1700000100000]");
      client.expect("HPEXPIRE k 99999 NX FIELDS 2 a c", "[0, 1]");
      client.expect("HPEXPIRE k 99998 GT FIELDS 1 c", "[0]");
      client.expect("HPEXPIRE k 99998 LT FIELDS 1 c", "[1]");
      client.expect("HPEXPIREAT k 1700000099999 XX FIELDS 2 c z", "[1, -2]");
      client.expect("HTTL k FIELDS 1 c", "[100]");
      client.expect("HPERSIST k FIELDS 3 a a z", "[1, -1, -2]");
      assertEquals("k hset, k hexpire, k hexpire, k hexpire, k hexpire, k hpersist", log.take());
      client.expect("HSET k b 5", "0");
      client.expect("HINCRBY k c 4", "7");
      client.expect("HTTL k FIELDS 3 a b c", "[-1, -1, 100]");
      client.expect("HEXPIREAT k 1 FIELDS 2 c z", "[2, -2]");
      client.expect("HEXPIRE k 0 FIELDS 2 a b", "[2, 2]");
      client.expect("EXISTS k", "0");
      assertEquals("k hset, k hincrby, k hdel, k hdel, k del", log.take());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"512", "0"})
  void getsAndSetsWithTimes(String maxListpackEntries) {
    try (TestEngine engine = engine(maxListpackEntries)) {
      TestClient client = engine.connect();
      EventLog log = EventLog.of(engine);
      client.expect("HSETEX k EX 10 FIELDS 2 a 1 b 2", "1");
      client.expect("HGETEX k FIELDS 2 a z", "[1, nil]");
      client.expect("HGETEX k PX 5000 FIELDS 1 b", "[2]");
      client.expect("HPTTL k FIELDS 2 a b", "[10000, 5000]");
      client.expect("HGETEX k PERSIST FIELDS 2 a z", "[1, nil]");
      client.expect("HSETEX k KEEPTTL FIELDS 2 a 3 b 4", "1");
      client.expect("HPTTL k FIELDS 2 a b", "[-1, 5000]");
      client.expect("HSETEX k FNX FIELDS 2 b 9 c 9", "0");
      client.expect("HSETEX k FXX FIELDS 2 b 9 c 9", "0");
      client.expect("HSETEX k XX FNX PXAT 1700000001000 FIELDS 1 c 5", "1");
      client.expect("HSETEX k NX FIELDS 1 c 5", "0");
      client.expect("HMGET k a b c", "[3, 4, 5]");
      client.expect("HGETEX k EXAT 1 FIELDS 2 a z", "[3, nil]");
      client.expect("HSETEX k PX 0 FIELDS 3 b 1 c 1 d 1", "1");
      client.expect("EXISTS k", "0");
      client.expect("HSETEX n EX 0 FIELDS 1 a 1", "1");
      client.expect("EXISTS n", "0");
      assertEquals(
          "k hset, k hexpire, k hexpire, k hpersist, k hset, k hset, k hexpire, k hdel, k hset, "
              + "k hdel, k del, n hset, n hdel, n del",
          log.take());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"512", "0"})
  void whatHasExpiredIsGone(String maxListpackEntries) {
    try (TestEngine engine = engine(maxListpackEntries)) {
      TestClient client = engine.connect();
      client.expect("HSET k a 1 b 2 c 3 d 4 e 5 f 6", "6");
      client.expect("HPEXPIRE k 10 FIELDS 5 a b c d e", "[1, 1, 1, 1, 1]");
      engine.clock().advanceMillis(11);
      client.expect("HLEN k", "6");
      client.expect("HGETALL k", "[f, 6]");
      client.expect("HKEYS k", "[f]");
      client.expect("HVALS k", "[6]");
      client.expect("HSCAN k 0", "[0, [f, 6]]");
      client.expect("HTTL k FIELDS 1 a", "[-2]");
      client.expect("HEXPIRE k 10 FIELDS 1 a", "[-2]");
      client.expect("HPERSIST k FIELDS 1 a", "[-2]");
      EventLog log = EventLog.of(engine);
      client.expect("HGET k a", "nil");
      client.expect("HLEN k", "5");
      client.expect("HSET k b 1", "1");
      client.expect("HTTL k FIELDS 1 b", "[-1]");
      client.expect("HINCRBY k c 1", "1");
      client.expect("HSETNX k d 1", "1");
      client.expect("HDEL k e", "1");
      client.expect("HMGET k a b c d e f", "[nil, 1, 1, 1, nil, 6]");
      client.expect("HLEN k", "4");
      client.expect("HSETEX r PX 10 FIELDS 2 a 1 b 2", "1");
      client.expect("HSET r c 3", "1");
      client.expect("HSETEX gone PX 10 FIELDS 1 a 1", "1");
      engine.clock().advanceMillis(11);
      client.expect("HRANDFIELD r -2", "[c, c]");
      client.expect("HLEN r", "1");
      client.expect("HRANDFIELD r 5", "[c]");
      client.expect("HRANDFIELD gone", "nil");
      client.expect("EXISTS gone", "0");
      assertEquals(
          "k hexpired, k hset, k hexpired, k hincrby, k hset, k hdel, r hset, r hexpire, r hset, "
              + "gone hset, gone hexpire, r hexpired, gone hexpired, gone del",
          log.take());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"512", "0"})
  void whatHasExpiredIsTakenOut(String maxListpackEntries) {
    try (TestEngine engine = engine(maxListpackEntries)) {
      TestClient client = engine.connect();
      for (int i = 0; i < 300; i++) {
        client.call(("HSET k field" + i + " value-with-some-length" + i).split(" "));
        client.call(("HPEXPIRE k " + (1000 + i % 3) + " FIELDS 1 field" + i).split(" "));
        client.call(("HSETEX gone PX 1500 FIELDS 1 field" + i + " 1").split(" "));
      }
      client.expect("HSET k stays 1", "1");
      client.expect("HEXPIRE k 100 FIELDS 1 stays", "[1]");
      EventLog log = EventLog.of(engine);
      engine.pass(900);
      client.expect("HLEN k", "301");
      engine.pass(300);
      client.expect("HLEN k", "1");
      client.expect("HGETALL k", "[stays, 1]");
      engine.pass(500);
      client.expect("EXISTS gone", "0");
      assertEquals("gone del", last(log.take()));
      client.expect("HTTL k FIELDS 1 stays", "[99]");
      engine.pass(100_000);
      client.expect("EXISTS k", "0");
      assertEquals("k hexpired, k del", log.take());
    }
  }

  private static String last(String events) {
    return events.substring(events.lastIndexOf(", ") + 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"512", "2", "0"})
  void timesGoWithTheKey(String maxListpackEntries) {
    try (TestEngine engine = engine(maxListpackEntries)) {
      TestClient client = engine.connect();
      client.expect("HSET k a 1 b 2", "2");
      client.expect("HPEXPIRE k 1000 FIELDS 1 a", "[1]");
      client.expect("COPY k copy", "1");
      client.expect("RENAME k renamed", "OK");
      client.expect("COPY renamed away DB 3", "1");
      client.expect("MOVE renamed 2", "1");
      client.expect("EXPIRE copy 100", "1");
      client.expect("HSET copy c 3", "1");
      client.expect("HSETEX over EX 1 FIELDS 1 a 1", "1");
      client.expect("SET over text", "OK");
      client.expect("SWAPDB 0 5", "OK");
      client.expect("SELECT 5", "OK");
      client.expect("HPTTL copy FIELDS 3 a b c", "[1000, -1, -1]");
      engine.pass(1200);
      client.expect("HGETALL copy", "[b, 2, c, 3]");
      client.expect("HLEN copy", "2");
      client.expect("GET over", "text");
      client.expect("SELECT 3", "OK");
      client.expect("HLEN away", "1");
      client.expect("SELECT 2", "OK");
      client.expect("HLEN renamed", "1");
      client.expect("HEXPIRE renamed 1 FIELDS 1 b", "[1]");
      client.expect("FLUSHALL", "OK");
      engine.pass(1200);
    }
  }

  @Test
  void theEarliestStandInFront() {
    try (TestEngine engine = engine("512")) {
      TestClient client = engine.connect();
      client.expect("HSET k a 1 b 2 c 3", "3");
      client.expect("OBJECT ENCODING k", "listpack");
      client.expect("HEXPIRE k 100 XX FIELDS 1 a", "[0]");
      client.expect("OBJECT ENCODING k", "listpackex");
      client.expect("HEXPIRE k 100 FIELDS 1 b", "[1]");
      client.expect("HGETALL k", "[b, 2, a, 1, c, 3]");
      client.expect("HEXPIRE k 50 FIELDS 1 c", "[1]");
      client.expect("HGETALL k", "[c, 3, b, 2, a, 1]");
      client.expect("HEXPIRE k 100 FIELDS 1 c", "[1]");
      client.expect("HGETALL k", "[c, 3, b, 2, a, 1]");
      client.expect("HPERSIST k FIELDS 1 c", "[1]");
      client.expect("HGETALL k", "[b, 2, a, 1, c, 3]");
      client.expect("HSET k b longer", "0");
      client.expect("HGETALL k", "[a, 1, c, 3, b, longer]");
      client.expect("HDEL k a c b", "3");
    }
  }

  @Test
  void infoCounts() {
    try (TestEngine engine = engine("512")) {
      TestClient client = engine.connect();
      client.expect("HSETEX k PX 100 FIELDS 2 a 1 b 2", "1");
      client.expect("HSET k c 3", "1");
      assertTrue(
          client.call("INFO", "keyspace").contains("keys=1,expires=0,avg_ttl=0,subexpiry=1"));
      engine.pass(300);
      assertTrue(client.call("INFO", "keyspace").contains("subexpiry=0"));
      assertTrue(client.call("INFO", "stats").contains("expired_subkeys:2"));
    }
  }
}
