package io.jacinth.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerCommandsTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  private String info(String field) {
    String info = client.call("INFO", "everything");
    Matcher matcher = Pattern.compile("(?m)^" + Pattern.quote(field) + ":(.*)$").matcher(info);
    assertTrue(matcher.find(), field + " in " + info);
    return matcher.group(1);
  }

  private long number(String field) {
    return Long.parseLong(info(field));
  }

  @Test
  void timeIsSecondsAndMicroseconds() {
    engine.clock().advanceMillis(1234);
    client.expect("TIME", "[1700000001, 234000]");
  }

  @Test
  void debugObjectFindsWhatHasExpiredAndIsStillThere() {
    client.expect("SET k v PX 1", "OK");
    engine.clock().advanceMillis(5);
    assertTrue(client.call("DEBUG", "OBJECT", "k").contains("encoding:embstr"));
    client.expect("EXISTS k", "0");
    client.expect("DEBUG OBJECT k", "-ERR no such key");
  }

  @Test
  void infoSections() {
    assertEquals("", client.call("INFO", "nosuch"));
    assertEquals("# Cluster\r\ncluster_enabled:0\r\n", client.call("INFO", "cluster"));
    assertEquals(
        "# Modules\r\n\r\n# Cluster\r\ncluster_enabled:0\r\n",
        client.call("INFO", "CLUSTER", "modules", "cluster"));
    assertFalse(client.call("INFO").contains("# Commandstats"));
    assertTrue(client.call("INFO", "all").contains("# Commandstats"));
    assertTrue(client.call("INFO", "default").contains("# Errorstats"));
  }

  @Test
  void infoForDebugging() {
    assertFalse(client.call("INFO", "everything").contains("# Debug"));
    client.expect("CONFIG RESETSTAT", "OK");
    client.expect("PING", "PONG");
    engine.pass(1_000);
    String info = client.call("INFO", "debug");
    String expected =
        """
        # Debug
        eventloop_duration_aof_sum:0
        eventloop_duration_cron_sum:\\d+
        eventloop_duration_max:\\d+
        eventloop_cmd_per_cycle_max:1
        """;
    assertTrue(info.replace("\r", "").matches(expected), info);
  }

  @Test
  void infoCountsWhatHappens() {
    client.expect("SET k v", "OK");
    client.expect("SET e v", "OK");
    client.expect("PEXPIRE e 4000", 1);
    client.expect("GET k", "v");
    client.expect("GET nokey", "nil");
    client.expect("GET", "-ERR wrong number of arguments for 'get' command");
    client.expect("SELECT x", "-ERR value is not an integer or out of range");
    assertEquals(
        "keys=2,expires=1,avg_ttl=4000,subexpiry=0,keys_with_volatile_items=0", info("db0"));
    assertEquals(1, number("keyspace_hits"));
    assertEquals(1, number("keyspace_misses"));
    assertEquals(3, number("rdb_changes_since_last_save"));
    assertTrue(info("cmdstat_get").matches("calls=2,.*,rejected_calls=1,failed_calls=0"));
    assertTrue(info("cmdstat_select").matches("calls=1,.*,rejected_calls=0,failed_calls=1"));
    assertEquals("count=2", info("errorstat_ERR"));
    assertEquals(2, number("total_error_replies"));
    assertTrue(info("latency_percentiles_usec_get").matches("p50=.*,p99=.*,p99.9=.*"));
    engine.pass(5000);
    assertEquals(1, number("expired_keys"));
    assertEquals(1, number("connected_clients"));
    assertTrue(number("total_net_input_bytes") > 100);
    assertTrue(number("total_net_output_bytes") > 100);
    assertEquals(5, number("uptime_in_seconds"));
  }

  @Test
  void usedMemoryIsExact() {
    client.expect("SET k v", "OK");
    // the table of its shard stays
    client.expect("SET big v", "OK");
    client.expect("DEL big", 1);
    long before = number("used_memory");
    String value = "x".repeat(100_000);
    client.call("SET", "big", value);
    assertTrue(number("used_memory") >= before + value.length());
    assertTrue(number("used_memory_peak") >= number("used_memory"));
    client.expect("DEL big", 1);
    assertEquals(before, number("used_memory"));
    assertTrue(number("used_memory_overhead") > 0);
    assertEquals(
        number("used_memory"), number("used_memory_overhead") + number("used_memory_dataset"));
  }

  @Test
  void resetStatisticsStartsAnew() {
    client.expect("GET nokey", "nil");
    client.expect("FOO", "-ERR unknown command 'FOO', with args beginning with: ");
    client.expect("CONFIG RESETSTAT", "OK");
    assertEquals(0, number("keyspace_misses"));
    assertEquals(0, number("total_error_replies"));
    String info = client.call("INFO", "everything");
    assertFalse(info.contains("cmdstat_get"), info);
    assertFalse(info.contains("errorstat_"), info);
    assertTrue(info.contains("cmdstat_config|resetstat:calls=1,"), info);
  }

  @Test
  void errorsOfTooManyKindsAreNotToldApart() {
    for (int i = 0; i < 200; i++) {
      client.call("DEBUG", "ERROR", "KIND" + i + " x");
    }
    assertEquals(128, client.call("INFO", "errorstats").split("errorstat_", -1).length - 1);
    assertEquals(200, number("total_error_replies"));
  }

  @Test
  void ratesFollowTheTraffic() {
    for (int i = 0; i < 40; i++) {
      for (int j = 0; j < 10; j++) {
        client.call("PING");
      }
      engine.pass(100);
    }
    long rate = number("instantaneous_ops_per_sec");
    assertTrue(rate >= 90 && rate <= 110, "rate " + rate);
  }

  @Test
  void configuration() {
    client.expect("CONFIG GET maxmemory maxmemory", "[maxmemory, 0]");
    client.expect("CONFIG SET maxmemory 100mb maxmemory-samples 7", "OK");
    client.expect(
        "CONFIG GET maxmemory*s maxmemory",
        "[maxmemory-clients, 0, " + "maxmemory-samples, 7, maxmemory, 104857600]");
    assertEquals("100.00M", info("maxmemory_human"));
    client.expect(
        "CONFIG SET maxmemory x",
        "-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a"
            + " memory value");
    client.expect("CONFIG SET maxmemory 0 foo", "-ERR syntax error");
    client.expect("CONFIG REWRITE", "-ERR The server is running without a config file");
  }

  @Test
  void maxclients() {
    client.expect("CONFIG SET maxclients 2", "OK");
    TestClient second = engine.connect();
    second.expect("PING", "PONG");
    TestClient third = engine.connect();
    assertEquals("-ERR max number of clients reached\r\n", third.received());
    assertTrue(third.isClosed());
    assertEquals(1, number("rejected_connections"));
    assertEquals(2, number("total_connections_received"));
  }

  @Test
  void idleClientsAreClosed() {
    client.expect("CONFIG SET timeout 5", "OK");
    TestClient second = engine.connect();
    engine.pass(4000);
    client.expect("PING", "PONG");
    engine.pass(2500);
    assertTrue(second.isClosed());
    assertFalse(client.isClosed());
  }

  @Test
  void queriesThatDoNotEndAreBounded() {
    client.expect("CONFIG SET client-query-buffer-limit 1mb", "OK");
    TestClient greedy = engine.connect();
    greedy.send("*100\r\n".getBytes(StandardCharsets.ISO_8859_1));
    byte[] word = new byte[100_000];
    for (int i = 0; i < 20 && !greedy.isClosed(); i++) {
      greedy.send(("$" + word.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      greedy.send(word);
      greedy.send("\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    assertTrue(greedy.isClosed());
    assertEquals(1, number("client_query_buffer_limit_disconnections"));
  }

  @Test
  void clientsThatDoNotReadAreCutOff() {
    assertEquals(
        "OK", client.call("CONFIG", "SET", "client-output-buffer-limit", "normal 100000 0 0"));
    client.call("SET", "big", "x".repeat(60_000));
    TestClient deaf = engine.connect();
    deaf.clog(true);
    for (int i = 0; i < 4 && !deaf.isClosed(); i++) {
      deaf.send(TestClient.request("GET", "big"));
    }
    assertTrue(deaf.isClosed());
    assertEquals(1, number("client_output_buffer_limit_disconnections"));
  }

  @Test
  void shutdown() {
    AtomicInteger ends = new AtomicInteger();
    engine.engine().lifecycle(ends::incrementAndGet);
    client.expect("SHUTDOWN FOO", "-ERR syntax error");
    client.expect("SHUTDOWN SAVE NOSAVE", "-ERR syntax error");
    client.expect("SHUTDOWN ABORT", "-ERR No shutdown in progress.");
    client.expect("SHUTDOWN SAVE", "-ERR Errors trying to SHUTDOWN. Check logs.");
    assertEquals(0, ends.get());
    assertEquals("", client.call("SHUTDOWN", "NOSAVE", "NOW"));
    assertEquals(1, ends.get());
    assertTrue(client.isClosed());
  }

  @Test
  void debug() {
    client.expect("SET a b", "OK");
    client.expect("DEBUG DIGEST", "479783d7290f02957dfbe3408a858ba13eea1709");
    client.expect(
        "DEBUG DIGEST-VALUE a no",
        "[b78559cd22bce6e6df712eb99ce7f3b08e8f8f1f, 0000000000000000000000000000000000000000]");
    client.expect("SELECT 1", "OK");
    client.expect("SET a b", "OK");
    client.expect("DEBUG DIGEST", "e3425a3e60b974f994af6a2b4c1f48b2f00201be");
    client.expect("SET a 12", "OK");
    client.expect("EXPIRE a 100", 1);
    client.expect("DEBUG DIGEST", "8acf7e7842b9e525f983abcee7888774b4ba6dee");
    client.expect("FLUSHALL", "OK");
    client.expect("DEBUG POPULATE 2 k 10", "OK");
    client.expect("GET k:1", "value:1\0\0\0");
    client.expect("DBSIZE", 2);
    client.expect("DEBUG ERROR ABC", "-ABC");
    client.expect("DEBUG SLEEP 0.001", "OK");
    assertTrue(client.call("DEBUG", "OBJECT", "k:1").contains(" encoding:embstr "));
    TestEngine locked = new TestEngine("enable-debug-command", "no");
    assertTrue(
        locked.connect().call("DEBUG", "HELP").startsWith("-ERR DEBUG command not allowed."));
    locked.close();
  }

  @Test
  void expiredKeysStayWhileActiveExpiryIsOff() {
    client.expect("DEBUG SET-ACTIVE-EXPIRE 0", "OK");
    client.expect("SET k v PX 100", "OK");
    engine.pass(1000);
    client.expect("DBSIZE", 1);
    client.expect("DEBUG SET-ACTIVE-EXPIRE 1", "OK");
    engine.pass(1000);
    client.expect("DBSIZE", 0);
  }

  @Test
  void lolwut() {
    assertTrue(client.call("LOLWUT").endsWith("Redis ver. 8.0.6\n"));
    client.expect("LOLWUT VERSION 99", "Redis ver. 8.0.6\n");
    assertEquals(5, client.call("LOLWUT", "VERSION", "5", "30", "2").split("\n", -1).length - 1);
  }
}
