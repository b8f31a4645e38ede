package io.jacinth.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transcripts of transactions. */
final class TransactionCommandsTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();
  private final TestClient other = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  /** The value of a field of CLIENT INFO. */
  private static String field(TestClient client, String name) {
    String line = client.call("CLIENT", "INFO");
    int at = line.indexOf(" " + name + "=") + name.length() + 2;
    return line.substring(at, line.indexOf(' ', at));
  }

  // ---- MULTI and EXEC ----

  @Test
  void requestsAreQueuedAndExecutedAsOne() {
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    client.expect("INCR a", "QUEUED");
    client.expect("GET a", "QUEUED");
    other.expect("EXISTS a", 0);
    client.expect("EXEC", "[OK, 2, 2]");
    other.expect("GET a", 2);
    client.expect("GET a", 2);
  }

  @Test
  void anEmptyTransactionRepliesWithNothing() {
    client.expect("MULTI", "OK");
    client.expect("EXEC", "[]");
  }

  @Test
  void aQueueOfManyChunks() {
    client.expect("MULTI", "OK");
    String large = "x".repeat(70_000);
    StringBuilder expected = new StringBuilder("[");
    for (int i = 0; i < 500; i++) {
      String value = i % 50 == 49 ? large : "v".repeat(i);
      client.expect("SET k" + i + " " + "p" + value, "QUEUED");
      client.expect("STRLEN k" + i, "QUEUED");
      expected.append(i == 0 ? "" : ", ").append("OK, ").append(value.length() + 1);
    }
    client.expect("EXEC", expected + "]");
    client.expect("DBSIZE", 500);
  }

  @Test
  void commandsThatFailDoNotStopTheOthers() {
    client.expect("MULTI", "OK");
    client.expect("SET a x", "QUEUED");
    client.expect("INCR a", "QUEUED");
    client.expect("LPUSH a y", "QUEUED");
    client.expect("APPEND a y", "QUEUED");
    client.expect(
        "EXEC",
        "[OK, -ERR value is not an integer or out of range, -WRONGTYPE Operation"
            + " against a key holding the wrong kind of value, 2]");
  }

  @Test
  void withoutMulti() {
    client.expect("EXEC", "-ERR EXEC without MULTI");
    client.expect("DISCARD", "-ERR DISCARD without MULTI");
    client.expect("UNWATCH", "OK");
  }

  @Test
  void whatIsNotQueued() {
    client.expect("MULTI", "OK");
    client.expect("MULTI", "-ERR MULTI calls can not be nested");
    client.expect("WATCH a", "-ERR WATCH inside MULTI is not allowed");
    client.expect("SET a 1", "QUEUED");
    client.expect("UNWATCH", "QUEUED");
    client.expect("EXEC", "[OK, OK]");
  }

  @Test
  void discardForgetsAll() {
    client.expect("WATCH a", "OK");
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    client.expect("DISCARD", "OK");
    client.expect("EXISTS a", 0);
    client.expect("SET a 2", "OK");
    client.expect("MULTI", "OK");
    client.expect("GET a", "QUEUED");
    client.expect("EXEC", "[2]");
  }

  @Test
  void errorsWhileQueueingGiveUpTheTransaction() {
    String aborted = "-EXECABORT Transaction discarded because of previous errors.";
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    client.expect("FOO bar", "-ERR unknown command 'FOO', with args beginning with: 'bar' ");
    client.expect("SET a 2", "QUEUED");
    client.expect("EXEC", aborted);
    client.expect("EXEC", "-ERR EXEC without MULTI");
    client.expect("EXISTS a", 0);
    client.expect("MULTI", "OK");
    client.expect("SET", "-ERR wrong number of arguments for 'set' command");
    client.expect("EXEC", aborted);
    client.expect("MULTI", "OK");
    client.expect("CONFIG FOO", "-ERR unknown subcommand 'FOO'. Try CONFIG HELP.");
    client.expect("EXEC", aborted);
    client.expect("MULTI", "OK");
    client.expect("SHUTDOWN", "-ERR Command not allowed inside a transaction");
    client.expect("EXEC", aborted);
    client.expect("MULTI", "OK");
    client.expect("DISCARD x", "-ERR wrong number of arguments for 'discard' command");
    client.expect("EXEC", aborted);
    client.expect("MULTI", "OK");
    client.expect("WATCH", "-ERR wrong number of arguments for 'watch' command");
    client.expect("DISCARD", "OK");
    client.expect("PING", "PONG");
  }

  @Test
  void aWrongExecEndsTheTransaction() {
    String wrong =
        "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec'"
            + " command";
    client.expect("EXEC foo", wrong);
    client.expect("MULTI", "OK");
    client.expect("EXEC foo", wrong);
    client.expect("EXEC", "-ERR EXEC without MULTI");
  }

  @Test
  void fullMemoryIsToldWhenQueueingAndWhenExecuting() {
    client.expect("SET old 1", "OK");
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    other.expect("CONFIG SET maxmemory 1", "OK");
    client.expect("GET old", "QUEUED");
    client.expect(
        "EXEC",
        "-EXECABORT Transaction discarded because of: OOM command not allowed when used"
            + " memory > 'maxmemory'.");
    client.expect("MULTI", "OK");
    client.expect("GET old", "QUEUED");
    client.expect("EXEC", "[1]");
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "-OOM command not allowed when used memory > 'maxmemory'.");
    client.expect("GET old", "QUEUED");
    client.expect("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    client.expect("CONFIG SET maxmemory 0", "OK");
    client.expect("MULTI", "OK");
    client.expect("CONFIG SET maxmemory 1", "QUEUED");
    client.expect("SET a 1", "QUEUED");
    client.expect("EXEC", "[OK, OK]");
  }

  @Test
  void commandsOfTheConnectionAndOfTheWholeStore() {
    client.expect("MULTI", "OK");
    client.expect("SELECT 3", "QUEUED");
    client.expect("SET k v", "QUEUED");
    client.expect("SCAN 0", "QUEUED");
    client.expect("DBSIZE", "QUEUED");
    client.expect("RANDOMKEY", "QUEUED");
    client.expect("SWAPDB 3 4", "QUEUED");
    client.expect("EXISTS k", "QUEUED");
    client.expect("SELECT 4", "QUEUED");
    client.expect("GET k", "QUEUED");
    client.expect("FLUSHALL", "QUEUED");
    client.expect("EXISTS k", "QUEUED");
    client.expect("EXEC", "[OK, OK, [0, [k]], 1, k, OK, 0, OK, v, OK, 0]");
    assertEquals("4", field(client, "db"));
  }

  @Test
  void blockingCommandsDoNotBlock() {
    client.expect("MULTI", "OK");
    client.expect("BLPOP l 0", "QUEUED");
    client.expect("BLMOVE l m LEFT LEFT 0", "QUEUED");
    client.expect("BZPOPMIN z 0", "QUEUED");
    client.expect("XREAD BLOCK 0 STREAMS s $", "QUEUED");
    client.expect("RPUSH l a b", "QUEUED");
    client.expect("BLPOP l 0", "QUEUED");
    client.expect("EXEC", "[nil, nil, nil, nil, 2, [l, a]]");
  }

  @Test
  void blockedClientsAreServedAfterTheTransaction() {
    other.call("BLPOP", "l", "0");
    client.expect("MULTI", "OK");
    client.expect("RPUSH l a", "QUEUED");
    client.expect("LLEN l", "QUEUED");
    client.expect("RPUSH l b", "QUEUED");
    client.expect("LPOP l", "QUEUED");
    client.expect("EXEC", "[1, 1, 2, a]");
    assertEquals("[l, b]", other.receive());
    other.call("BLPOP", "l", "0");
    client.expect("MULTI", "OK");
    client.expect("RPUSH l a", "QUEUED");
    client.expect("DEL l", "QUEUED");
    client.expect("EXEC", "[1, 1]");
    assertEquals("", other.received());
  }

  @Test
  void resetAndQuitHoldAtOnce() {
    client.expect("WATCH a", "OK");
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    client.expect("RESET", "RESET");
    client.expect("EXEC", "-ERR EXEC without MULTI");
    assertEquals("0", field(client, "watch"));
    client.expect("MULTI", "OK");
    client.expect("QUIT", "OK");
    assertTrue(client.isClosed());
  }

  @Test
  void theProtocolChangesInTheMiddle() {
    client.expect("MULTI", "OK");
    client.expect("GET k", "QUEUED");
    client.expect("HELLO 3", "QUEUED");
    client.expect("GET k", "QUEUED");
    String reply = client.raw("EXEC");
    assertTrue(reply.startsWith("*3\r\n$-1\r\n%7\r\n"), reply);
    assertTrue(reply.endsWith("_\r\n"), reply);
    client.expect("WATCH k", "OK");
    client.expect("SET k v", "OK");
    client.expect("MULTI", "OK");
    assertEquals("_\r\n", client.raw("EXEC"));
  }

  @Test
  void clientReplyHoldsFromItsPlaceInTheQueueOn() {
    client.expect("MULTI", "OK");
    client.expect("CLIENT REPLY OFF", "QUEUED");
    client.expect("SET a b", "QUEUED");
    client.expect("CLIENT REPLY ON", "QUEUED");
    client.expect("GET a", "QUEUED");
    assertEquals("*4\r\n+OK\r\n$1\r\nb\r\n", client.raw("EXEC"));
    client.expect("MULTI", "OK");
    client.expect("CLIENT REPLY SKIP", "QUEUED");
    client.expect("GET a", "QUEUED");
    assertEquals("*2\r\n$1\r\nb\r\n", client.raw("EXEC"));
    assertEquals("", client.raw("GET", "a"));
    client.expect("GET a", "b");
    assertEquals("", client.raw("CLIENT", "REPLY", "OFF"));
    assertEquals("", client.raw("MULTI"));
    assertEquals("", client.raw("SET", "a", "c"));
    assertEquals("", client.raw("EXEC"));
    client.expect("CLIENT REPLY ON", "OK");
    client.expect("GET a", "c");
  }

  @Test
  void pausedClientsWaitWithWhatWrites() {
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    TestClient reader = engine.connect();
    reader.expect("MULTI", "OK");
    reader.expect("GET a", "QUEUED");
    other.expect("CLIENT PAUSE 10000 WRITE", "OK");
    reader.expect("EXEC", "[nil]");
    assertEquals("", client.raw("EXEC"));
    other.expect("GET a", "nil");
    other.expect("CLIENT UNPAUSE", "OK");
    assertEquals("[OK]", client.receive());
    other.expect("GET a", 1);
  }

  // ---- what others see of it ----

  @Test
  void clientInfo() {
    assertEquals("N", field(client, "flags"));
    assertEquals("-1", field(client, "multi"));
    client.expect("WATCH a b a", "OK");
    assertEquals("2", field(client, "watch"));
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    client.expect("GET a", "QUEUED");
    String line = "id=" + client.session().id() + " ";
    String list = other.call("CLIENT", "LIST");
    list = list.substring(list.indexOf(line));
    assertTrue(list.contains(" flags=x "), list);
    assertTrue(list.contains(" multi=2 watch=2 "), list);
    assertTrue(list.contains(" multi-mem=49 "), list);
    client.expect("EXEC", "[OK, 1]");
    assertEquals("0", field(client, "watch"));
    assertEquals("0", field(client, "multi-mem"));
    client.expect("WATCH a", "OK");
    assertTrue(other.call("INFO", "clients").contains("watching_clients:1"));
    assertTrue(other.call("INFO", "clients").contains("total_watched_keys:1"));
    other.expect("SET a 1", "OK");
    assertEquals("d", field(client, "flags"));
    assertEquals("0", field(client, "watch"));
    assertTrue(other.call("INFO", "clients").contains("watching_clients:0"));
  }

  @Test
  void eachCommandCounts() {
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    client.expect("LPUSH a 1", "QUEUED");
    client.call("EXEC");
    String info = other.call("INFO", "commandstats");
    assertTrue(info.contains("cmdstat_set:calls=1,"), info);
    assertTrue(info.contains("cmdstat_multi:calls=1,"), info);
    assertTrue(info.contains("cmdstat_exec:calls=1,"), info);
    assertTrue(info.matches("(?s).*cmdstat_lpush:[^\r\n]*failed_calls=1.*"), info);
    assertTrue(info.matches("(?s).*cmdstat_exec:[^\r\n]*failed_calls=0.*"), info);
  }

  @Test
  void aQueueThatGrowsTooLargeCostsTheConnection() {
    other.expect("CONFIG SET client-query-buffer-limit 1mb", "OK");
    client.expect("MULTI", "OK");
    String value = "x".repeat(30_000);
    for (int i = 0; i < 40 && !client.isClosed(); i++) {
      client.raw("SET", "a", value);
    }
    assertTrue(client.isClosed());
    assertFalse(other.isClosed());
  }

  // ---- WATCH ----

  @Test
  void aChangeOfAWatchedKeyGivesUpTheTransaction() {
    client.expect("WATCH a b", "OK");
    other.expect("SET b 1", "OK");
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    client.expect("EXEC", "nil");
    client.expect("EXISTS a", 0);
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    client.expect("EXEC", "[OK]");
  }

  @Test
  void onlyAChangeOfAWatchedKeyDoes() {
    client.expect("SET a 1", "OK");
    client.expect("WATCH a", "OK");
    other.expect("GET a", 1);
    other.expect("TOUCH a", 1);
    other.expect("SET b 1", "OK");
    other.expect("SELECT 1", "OK");
    other.expect("SET a 1", "OK");
    other.expect("FLUSHDB", "OK");
    client.expect("MULTI", "OK");
    client.expect("GET a", "QUEUED");
    client.expect("EXEC", "[1]");
  }

  @Test
  void theWatchersOwnChangesCount() {
    client.expect("WATCH a", "OK");
    client.expect("SET a 1", "OK");
    client.expect("MULTI", "OK");
    client.expect("EXEC", "nil");
  }

  @Test
  void unwatchForgives() {
    client.expect("WATCH a", "OK");
    client.expect("SET a 1", "OK");
    client.expect("UNWATCH", "OK");
    client.expect("MULTI", "OK");
    client.expect("EXEC", "[]");
  }

  /** Whether a transaction is given up when another client does something meanwhile. */
  private boolean breaks(String key, String... lines) {
    client.call("WATCH", key);
    for (String line : lines) {
      other.call(line.split(" "));
    }
    client.call("MULTI");
    String reply = client.call("EXEC");
    other.call("SELECT", "0");
    return switch (reply) {
      case "nil" -> true;
      case "[]" -> false;
      default -> throw new AssertionError(reply);
    };
  }

  @Test
  void whatIsAChange() {
    client.expect("SET a 1", "OK");
    assertTrue(breaks("a", "SET a 1"));
    assertFalse(breaks("a", "SETNX a 1"));
    assertTrue(breaks("a", "EXPIRE a 100"));
    assertFalse(breaks("a", "EXPIRE a 100 NX"));
    assertTrue(breaks("a", "PERSIST a"));
    assertFalse(breaks("a", "COPY a b"));
    assertTrue(breaks("b", "COPY a b REPLACE"));
    assertTrue(breaks("a", "RENAME a c"));
    assertTrue(breaks("a", "RENAME c a"));
    assertTrue(breaks("a", "MOVE a 3"));
    assertFalse(breaks("a", "DEL a"));
    assertTrue(breaks("a", "SWAPDB 0 3"));
    assertFalse(breaks("a", "SWAPDB 4 5"));
    assertFalse(breaks("a", "SWAPDB 0 0"), "nothing has changed");
    assertTrue(breaks("a", "FLUSHALL"));
    assertFalse(breaks("a", "FLUSHALL"));
    assertFalse(breaks("a", "SELECT 3", "FLUSHDB"));
    assertTrue(breaks("a", "PFADD a x"));
    assertTrue(breaks("a", "PFCOUNT a"));
    assertFalse(breaks("a", "PFCOUNT a"));
    assertTrue(breaks("s", "XGROUP CREATE s g 0 MKSTREAM"));
    assertFalse(breaks("s", "XGROUP CREATE s h 0"));
    assertTrue(breaks("s", "XADD s * a b"));
    assertFalse(breaks("s", "XREADGROUP GROUP g c STREAMS s >"));
    assertTrue(breaks("l", "RPUSH l a b"));
    assertTrue(breaks("l", "LMOVE l l LEFT RIGHT"));
    assertTrue(breaks("l", "LMOVE l m LEFT RIGHT"));
  }

  @Test
  void aBlockedPopIsAChange() {
    TestClient waiting = engine.connect();
    waiting.call("BLPOP", "l", "0");
    assertTrue(breaks("l", "RPUSH l a"));
    assertEquals("[l, a]", waiting.receive());
  }

  @Test
  void expiryAfterWatchIsAChange() {
    client.expect("SET a 1 PX 100", "OK");
    client.expect("WATCH a", "OK");
    engine.clock().advanceMillis(101);
    client.expect("MULTI", "OK");
    client.expect("EXEC", "nil");
    client.expect("SET a 1 PX 100", "OK");
    client.expect("WATCH a", "OK");
    engine.pass(1000);
    client.expect("MULTI", "OK");
    client.expect("EXEC", "nil");
  }

  @Test
  void expiryBeforeWatchIsNone() {
    client.expect("SET a 1 PX 100", "OK");
    engine.clock().advanceMillis(101);
    client.expect("WATCH a", "OK");
    client.expect("MULTI", "OK");
    client.expect("EXEC", "[]");
    client.expect("WATCH a", "OK");
    client.expect("EXISTS a", 0);
    client.expect("MULTI", "OK");
    client.expect("EXEC", "[]");
    client.expect("SET a 1 PX 100", "OK");
    engine.clock().advanceMillis(101);
    client.expect("WATCH a", "OK");
    other.expect("SET a 2", "OK");
    client.expect("MULTI", "OK");
    client.expect("EXEC", "nil");
    client.expect("SET a 1 PX 100", "OK");
    engine.clock().advanceMillis(101);
    client.expect("WATCH a", "OK");
    other.expect("FLUSHALL", "OK");
    client.expect("MULTI", "OK");
    client.expect("EXEC", "[]");
  }

  @Test
  void evictionIsAChange() {
    String value = "x".repeat(1000);
    client.expect("SET a 1", "OK");
    client.expect("WATCH a", "OK");
    for (int i = 0; i < 1000; i++) {
      other.call("SET", "k" + i, value);
    }
    client.expect("CONFIG SET maxmemory-policy allkeys-random", "OK");
    client.expect("CONFIG SET maxmemory 1", "OK");
    other.call("SET", "b", value);
    client.expect("CONFIG SET maxmemory 0", "OK");
    client.expect("EXISTS a", 0);
    client.expect("MULTI", "OK");
    client.expect("EXEC", "nil");
  }

  @Test
  void manyWatchedKeys() {
    String[] words = new String[1001];
    words[0] = "WATCH";
    for (int i = 1; i <= 1000; i++) {
      words[i] = "k" + i;
    }
    assertEquals("OK", client.call(words));
    assertEquals("OK", other.call(words));
    assertTrue(client.call("INFO", "clients").contains("total_watched_keys:1000"));
    other.expect("UNWATCH", "OK");
    assertTrue(breaks("k1", "SET k1000 1"));
    assertTrue(client.call("INFO", "clients").contains("total_watched_keys:0"));
  }

  @Test
  void aClientThatLeavesWatchesNothing() {
    client.expect("WATCH a", "OK");
    client.expect("MULTI", "OK");
    client.expect("SET a 1", "QUEUED");
    engine.disconnect(client);
    other.expect("SET a 1", "OK");
    assertTrue(other.call("INFO", "clients").contains("total_watched_keys:0"));
  }
}
