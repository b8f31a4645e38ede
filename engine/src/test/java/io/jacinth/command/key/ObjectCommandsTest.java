package io.jacinth.command.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import io.jacinth.keyspace.EvictionPolicy;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** OBJECT and MEMORY. */
class ObjectCommandsTest {
  private static final String ADJUST =
      " Please note that when switching between policies at runtime LRU and LFU data will take some"
          + " time to adjust.";
  private static final String NO_FREQUENCY =
      "-ERR An LFU maxmemory policy is not selected, access frequency not tracked." + ADJUST;
  private static final String NO_IDLE_TIME =
      "-ERR An LFU maxmemory policy is selected, idle time not tracked." + ADJUST;

  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void missingKeys() {
    for (String what : new String[] {"ENCODING", "FREQ", "IDLETIME", "REFCOUNT"}) {
      client.expect("OBJECT " + what + " nokey", "nil");
      client.expect(
          "OBJECT " + what,
          "-ERR wrong number of arguments for 'object|"
              + what.toLowerCase(Locale.ROOT)
              + "' command");
    }
    client.expect("OBJECT", "-ERR wrong number of arguments for 'object' command");
    client.expect("OBJECT FOO", "-ERR unknown subcommand 'FOO'. Try OBJECT HELP.");
    client.expect("OBJECT HELP x", "-ERR wrong number of arguments for 'object|help' command");
    assertTrue(
        client
            .call("OBJECT", "HELP")
            .startsWith("[OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:, "));
  }

  @Test
  void encodings() {
    client.expect("SET a 5", "OK");
    client.expect("OBJECT ENCODING a", "int");
    client.expect("SET a hello", "OK");
    client.expect("OBJECT ENCODING a", "embstr");
    client.call("SET", "a", "x".repeat(44));
    client.expect("OBJECT ENCODING a", "embstr");
    client.call("SET", "a", "x".repeat(45));
    client.expect("OBJECT ENCODING a", "raw");
  }

  @Test
  void referenceCounts() {
    client.expect("SET a 9999", "OK");
    client.expect("OBJECT REFCOUNT a", Integer.MAX_VALUE);
    client.expect("SET b 10000", "OK");
    client.expect("OBJECT REFCOUNT b", 1);
    client.expect("SET c text", "OK");
    client.expect("OBJECT REFCOUNT c", 1);
    engine.engine().eviction().policy(EvictionPolicy.ALLKEYS_LRU);
    client.expect("OBJECT REFCOUNT a", Integer.MAX_VALUE);
    engine.engine().eviction().maxBytes(1L << 30);
    client.expect("OBJECT REFCOUNT a", 1);
  }

  @Test
  void idleTime() {
    client.expect("SET a 1", "OK");
    client.expect("OBJECT FREQ a", NO_FREQUENCY);
    engine.pass(5000);
    client.expect("OBJECT IDLETIME a", 5);
    client.expect("EXISTS a", 1);
    client.expect("TYPE a", "string");
    client.expect("TTL a", -1);
    client.expect("OBJECT ENCODING a", "int");
    client.expect("OBJECT IDLETIME a", 5);
    client.session().noTouch(true);
    client.expect("GET a", 1);
    client.expect("OBJECT IDLETIME a", 5);
    client.expect("TOUCH a", 1);
    client.expect("OBJECT IDLETIME a", 0);
    client.session().noTouch(false);
    engine.pass(3000);
    client.expect("COPY a b", 1);
    client.expect("OBJECT IDLETIME a", 0);
    engine.pass(3000);
    client.expect("RENAME b c", "OK");
    client.expect("OBJECT IDLETIME c", 0);
  }

  @Test
  void frequency() {
    engine.engine().eviction().policy(EvictionPolicy.VOLATILE_LFU);
    client.expect("SET a text", "OK");
    client.expect("OBJECT IDLETIME a", NO_IDLE_TIME);
    client.expect("OBJECT FREQ a", 5);
    client.expect("GET a", "text");
    client.expect("OBJECT FREQ a", 6);
    for (int i = 0; i < 1000; i++) {
      client.expect("GET a", "text");
    }
    int frequency = Integer.parseInt(client.call("OBJECT", "FREQ", "a"));
    assertTrue(frequency > 10 && frequency < 40, "frequency " + frequency);
    engine.pass(180_000);
    client.expect("OBJECT FREQ a", frequency - 3);
  }

  @Test
  void memory() {
    client.expect("MEMORY USAGE nokey", "nil");
    client.call("SET", "a", "x".repeat(1_000_000));
    assertEquals(1_000_000, Integer.parseInt(client.call("MEMORY", "USAGE", "a")), 5000);
    client.call("SET", "b", "x".repeat(100));
    assertEquals(110, Integer.parseInt(client.call("MEMORY", "USAGE", "b")), 8);
    client.expect("MEMORY USAGE a SAMPLES", "-ERR syntax error");
    client.expect("MEMORY USAGE a SAMPLES x", "-ERR value is not an integer or out of range");
    client.expect("MEMORY USAGE a SAMPLES -1", "-ERR syntax error");
    client.expect("MEMORY USAGE nokey FOO 1", "-ERR syntax error");
    client.expect("MEMORY USAGE nokey SAMPLES 0", "nil");
    client.expect("MEMORY PURGE", "OK");
    assertTrue(client.call("MEMORY", "MALLOC-STATS").contains("shard 15: "));
    assertTrue(client.call("MEMORY", "HELP").contains("USAGE <key> [SAMPLES <count>], "));
  }

  @Test
  void memoryStatistics() {
    assertTrue(client.call("MEMORY", "DOCTOR").startsWith("There is hardly anything"));
    for (int i = 0; i < 50_000; i++) {
      client.call("SET", "key" + i, "x".repeat(100), "EX", "1000");
    }
    client.session().database(3);
    client.expect("SET a 1", "OK");
    client.session().resp3(true);
    String stats = client.call("MEMORY", "STATS");
    assertTrue(
        stats.matches(
            "\\{peak.allocated: [0-9]{7}, total.allocated: [0-9]{7}, startup.allocated: .*"
                + " db.0: \\{overhead.hashtable.main: [0-9]{6}, overhead.hashtable.expires:"
                + " [0-9]{4}}, db.3: \\{overhead.hashtable.main: [0-9]{3,4},"
                + " overhead.hashtable.expires: 0}, .* keys.count: 50001, .*"
                + " dataset.percentage: [89][0-9][.][0-9]*, .*}"),
        stats);
    client.expect("FLUSHALL", "OK");
    client.call("SET", "big", "x".repeat(6 << 20));
    assertTrue(
        client.call("MEMORY", "DOCTOR").contains("in the use of memory:\n\n * ")
            || client.call("MEMORY", "DOCTOR").startsWith("Memory is used as"));
  }
}
