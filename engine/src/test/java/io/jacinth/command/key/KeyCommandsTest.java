package io.jacinth.command.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import io.jacinth.keyspace.Keyspace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyCommandsTest {
  private static final String INT_RANGE =
      "-ERR value is out of range, value must between -2147483648 and 2147483647";
  private static final String SAME = "-ERR source and destination objects are the same";

  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void delExistsTouchType() {
    client.expect("SET a 5", "OK");
    client.expect("SET b text", "OK");
    client.expect("EXISTS a a nokey b", 3);
    client.expect("TOUCH a a nokey", 2);
    client.expect("TYPE a", "string");
    client.expect("TYPE nokey", "none");
    client.expect("DEL a a nokey", 1);
    client.expect("UNLINK a b", 1);
    client.expect("DBSIZE", 0);
    client.expect("DEL", "-ERR wrong number of arguments for 'del' command");
  }

  @Test
  void whatIsSmallIsFreedAtOnce() {
    client.call("XADD", "s", "*", "a", "b");
    client.expect("XGROUP CREATE s g $", "OK");
    client.expect("XGROUP DESTROY s g", 1);
    client.expect("UNLINK s", 1);
    engine.pass(1_000);
    String info = client.call("INFO", "memory");
    assertTrue(info.contains("\r\nlazyfreed_objects:0\r\n"), info);
  }

  @Test
  void rename() {
    client.expect("SET a 1", "OK");
    client.expect("RENAME nokey b", "-ERR no such key");
    client.expect("RENAME nokey nokey", "-ERR no such key");
    client.expect("RENAME a a", "OK");
    client.expect("RENAMENX nokey b", "-ERR no such key");
    client.expect("RENAMENX a a", 0);
    client.expect("SET b 2", "OK");
    client.expect("RENAMENX a b", 0);
    client.expect("PEXPIREAT b 1700000100000", 1);
    client.expect("RENAME a b", "OK");
    client.expect("GET b", 1);
    client.expect("PTTL b", -1);
    client.expect("PEXPIREAT b 1700000100000", 1);
    client.expect("RENAMENX b c", 1);
    client.expect("PTTL c", 100_000);
    client.expect("KEYS *", "[c]");
  }

  @Test
  void renamesBigValuesBetweenShards() {
    String big = "x".repeat(300_000);
    client.call("SET", "k0", big);
    for (int i = 0; i < 100; i++) {
      client.expect("RENAME k" + i + " k" + (i + 1), "OK");
    }
    assertEquals(big, client.call("GET", "k100"));
    client.call("SET", "medium", "m".repeat(5000));
    client.expect("RENAME medium k100", "OK");
    client.expect("DBSIZE", 1);
    assertEquals("m".repeat(5000), client.call("GET", "k100"));
  }

  @Test
  void move() {
    client.expect("SET a 1", "OK");
    client.expect("MOVE a 0", SAME);
    client.expect("MOVE nokey 0", SAME);
    client.expect("MOVE a 1", 1);
    client.expect("MOVE a 1", 0);
    client.expect("SET a 2", "OK");
    client.expect("MOVE a 1", 0);
    client.expect("MOVE a abc", "-ERR value is not an integer or out of range");
    client.expect("MOVE a -1", "-ERR DB index is out of range");
    client.expect("MOVE nokey 16", "-ERR DB index is out of range");
    client.expect("MOVE a 99999999999", INT_RANGE);
    client.session().database(1);
    client.expect("GET a", 1);
  }

  @Test
  void copy() {
    client.expect("SET a 5", "OK");
    client.expect("COPY a b", 1);
    client.expect("GET b", 5);
    client.expect("COPY a b", 0);
    client.expect("SET c text", "OK");
    client.expect("PEXPIREAT c 1700000100000", 1);
    client.expect("COPY c b REPLACE", 1);
    client.expect("GET b", "text");
    client.expect("PTTL b", 100_000);
    client.expect("COPY a b DB", "-ERR syntax error");
    client.expect("COPY a b FOO", "-ERR syntax error");
    client.expect("COPY nokey b DB abc", "-ERR value is not an integer or out of range");
    client.expect("COPY a b DB 16", "-ERR DB index is out of range");
    client.expect("COPY a b DB 99999999999", INT_RANGE);
    client.expect("COPY a a", SAME);
    client.expect("COPY nokey nokey", SAME);
    client.expect("COPY a a DB 0", SAME);
    client.expect("COPY a a DB 5 REPLACE DB 0", SAME);
    client.expect("COPY nokey b", 0);
    client.expect("COPY a b DB 1 REPLACE", 1);
    client.expect("COPY a a DB 1", 1);
    client.session().database(1);
    client.expect("DBSIZE", 2);
    client.expect("GET b", 5);
    String big = "x".repeat(300_000);
    client.call("SET", "big", big);
    client.expect("COPY big big2", 1);
    client.expect("DEL big", 1);
    assertEquals(big, client.call("GET", "big2"));
  }

  @Test
  void flushesAndSwapsDatabases() {
    client.expect("SET a 1", "OK");
    client.session().database(3);
    client.expect("SET a 3", "OK");
    client.expect("SET b 3", "OK");
    client.expect("SWAPDB 0 3", "OK");
    client.expect("DBSIZE", 1);
    client.expect("GET a", 1);
    client.expect("SWAPDB 3 3", "OK");
    client.expect("SWAPDB a b", "-ERR invalid first DB index");
    client.expect("SWAPDB 0 b", "-ERR invalid second DB index");
    client.expect("SWAPDB 3000000000 0", "-ERR invalid first DB index");
    client.expect("SWAPDB 0 16", "-ERR DB index is out of range");
    client.expect("SWAPDB -1 0", "-ERR DB index is out of range");
    client.expect("FLUSHALL SYNC ASYNC", "-ERR syntax error");
    client.expect("FLUSHDB FOO", "-ERR syntax error");
    client.expect("FLUSHDB", "OK");
    client.expect("DBSIZE", 0);
    client.session().database(0);
    client.expect("DBSIZE", 2);
    client.expect("FLUSHALL async", "OK");
    client.expect("DBSIZE", 0);
    engine.pass(100);
    assertEquals(0, keyspace().count(0));
  }

  @Test
  void flushInSlicesGivesAllMemoryBack() {
    long before = keyspace().usedBytes();
    for (String mode : new String[] {"SYNC", "ASYNC"}) {
      for (int i = 0; i < 20_000; i++) {
        client.call("SET", "key" + i, "value" + "x".repeat(i % 2000));
      }
      client.expect("FLUSHALL " + mode, "OK");
      if (mode.equals("SYNC")) {
        assertEquals(before, keyspace().usedBytes());
      }
      engine.pass(5000);
      assertEquals(before, keyspace().usedBytes());
    }
  }

  @Test
  void randomKeys() {
    client.expect("RANDOMKEY", "nil");
    client.expect("SET a 1", "OK");
    client.expect("RANDOMKEY", "a");
    int[] drawn = new int[50];
    for (int i = 0; i < drawn.length; i++) {
      client.call("SET", "" + i, "");
    }
    client.expect("DEL a", 1);
    for (int i = 0; i < 100 * drawn.length; i++) {
      drawn[Integer.parseInt(client.call("RANDOMKEY"))]++;
    }
    for (int i = 0; i < drawn.length; i++) {
      assertEquals(100, drawn[i], 70, "key " + i);
    }
  }

  @Test
  void randomKeyIsNeverAnExpiredOne() {
    engine.engine().activeExpireEnabled(false);
    for (int i = 0; i < 5000; i++) {
      client.call("SET", "k" + i, "v");
      client.call("PEXPIREAT", "k" + i, "1700000000001");
    }
    client.expect("SET live v", "OK");
    client.expect("DBSIZE", 5001);
    engine.pass(100);
    client.expect("RANDOMKEY", "live");
    client.expect("DEL live", 1);
    client.expect("RANDOMKEY", "nil");
  }

  @Test
  void keys() {
    client.expect("KEYS *", "[]");
    for (String key : new String[] {"apple", "banana", "", "a\r\nb"}) {
      client.call("SET", key, "v");
    }
    client.expect("KEYS b*", "[banana]");
    client.expect("KEYS [a]*e", "[apple]");
    assertEquals("[a\r\nb]", client.call("KEYS", "a??b"));
    assertEquals("[]", client.call("KEYS", "?"));
    assertEquals(4, client.call("KEYS", "*").split(", ").length);
    client.expect("PEXPIREAT banana 1700000000001", 1);
    engine.clock().advanceMillis(10);
    client.expect("KEYS b*", "[]");
  }

  /** As Redis 8.0.6 tells with {@code notify-keyspace-events KEAnm}. */
  @Test
  void events() {
    EventLog log = EventLog.of(engine).complete();
    expectEvents(log, "SET a 1", "a new, a set");
    expectEvents(log, "SET b 2", "b new, b set");
    expectEvents(log, "RENAME a b", "b new, a rename_from, b rename_to");
    expectEvents(log, "RENAMENX b c", "c new, b rename_from, c rename_to");
    expectEvents(log, "MOVE c 1", "c new, c move_from, c move_to");
    expectEvents(log, "SET s 1", "s new, s set");
    expectEvents(log, "RENAME s s", "");
    expectEvents(log, "COPY s t", "t new, t copy_to");
    expectEvents(log, "COPY s t REPLACE", "t new, t copy_to");
    expectEvents(log, "COPY s t", "");
    expectEvents(log, "EXPIRE s 100", "s expire");
    expectEvents(log, "PERSIST s", "s persist");
    expectEvents(log, "PERSIST s", "");
    expectEvents(log, "EXPIRE s -1", "s del");
    expectEvents(log, "DEL t nokey", "t del");
    for (String command : new String[] {"GET", "EXISTS", "TTL", "TYPE", "TOUCH"}) {
      expectEvents(log, command + " nokey", "nokey keymiss");
    }
    expectEvents(log, "COPY nokey x", "nokey keymiss");
    for (String command :
        new String[] {
          "OBJECT ENCODING nokey",
          "MEMORY USAGE nokey",
          "RENAME nokey x",
          "PERSIST nokey",
          "EXPIRE nokey 1",
          "MOVE nokey 1"
        }) {
      expectEvents(log, command, "");
    }
    expectEvents(log, "FLUSHALL", "flush -1");
    expectEvents(log, "FLUSHDB", "flush 0");
    expectEvents(log, "SWAPDB 0 1", "swap 0 1");
    client.expect("SET p 1 PX 1", "OK");
    engine.clock().advanceMillis(2);
    log.take();
    expectEvents(log, "SCAN 0", "p expired");
  }

  private void expectEvents(EventLog log, String command, String events) {
    client.call(command.split(" "));
    assertEquals(events, log.take(), command);
  }

  private Keyspace keyspace() {
    return engine.engine().keyspace();
  }
}
