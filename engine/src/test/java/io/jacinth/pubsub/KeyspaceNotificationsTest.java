package io.jacinth.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is published of which change; that each command tells the right things is compared with
 * Redis in module compat.
 */
class KeyspaceNotificationsTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();
  private final TestClient subscriber = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  private void want(String classes) {
    assertEquals("OK", client.call("CONFIG", "SET", "notify-keyspace-events", classes));
    subscriber.call("PSUBSCRIBE", "__key*__:*");
  }

  /** Compares what has been heard: {@code channel=message}, channels without the common parts. */
  private void expect(String events) {
    assertEquals(
        events,
        subscriber
            .receive()
            .replaceAll("\\[pmessage, __key\\*__:\\*, __key(\\w+)@(\\d+)__:", "$1 $2 ")
            .replaceAll("(\\S*), (\\S*)\\]", "$1=$2"));
  }

  @Test
  void nothingUnlessWanted() {
    subscriber.call("PSUBSCRIBE", "*");
    client.expect("SET key 1", "OK");
    expect("");
    assertNull(engine.engine().keyspace().listener());
    client.call("CONFIG", "SET", "notify-keyspace-events", "KEA");
    client.call("CONFIG", "SET", "notify-keyspace-events", "");
    assertNull(engine.engine().keyspace().listener());
    client.expect("SET key 1", "OK");
    expect("");
  }

  @Test
  void ofTheKeyAndOfTheEvent() {
    want("KEA");
    client.expect("SET key 1 EX 10", "OK");
    expect("space 0 key=set | event 0 set=key | space 0 key=expire | event 0 expire=key");
    client.expect("SELECT 12", "OK");
    client.expect("LPUSH list 1", 1);
    client.expect("LPOP list", 1);
    expect(
        "space 12 list=lpush | event 12 lpush=list | space 12 list=lpop | event 12 lpop=list"
            + " | space 12 list=del | event 12 del=list");
    client.call("CONFIG", "SET", "notify-keyspace-events", "K$");
    client.expect("SET key 1", "OK");
    client.expect("LPUSH list 1", 1);
    expect("space 12 key=set");
    client.call("CONFIG", "SET", "notify-keyspace-events", "El");
    client.expect("SET key 1", "OK");
    client.expect("LPUSH list 1", 2);
    expect("event 12 lpush=list");
    client.call("CONFIG", "SET", "notify-keyspace-events", "A");
    client.expect("SET key 1", "OK");
    expect("");
  }

  @Test
  void ofMissesAndNewKeys() {
    want("Kmn");
    client.expect("GET key", "nil");
    client.expect("SET key 1", "OK");
    client.expect("GET key", 1);
    client.expect("SET key 2", "OK");
    expect("space 0 key=keymiss | space 0 key=new");
  }

  @Test
  void ofKeysThatNobodyHasRemoved() {
    want("Kxe");
    client.expect("SET read 1 PX 100", "OK");
    client.expect("SET unread 1 PX 5000", "OK");
    engine.clock().advanceMillis(200);
    client.expect("GET read", "nil");
    expect("space 0 read=expired");
    engine.pass(6000);
    expect("space 0 unread=expired");
    client.expect("SET key 1", "OK");
    client.call("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
    client.call("CONFIG", "SET", "maxmemory", "1");
    client.expect("GET key", "nil");
    expect("space 0 key=evicted");
  }

  @Test
  void ofOverwritingAndOfAnotherType() {
    want("KAoc");
    client.expect("SET key 1", "OK");
    expect("space 0 key=set");
    client.expect("SET key 2", "OK");
    expect("space 0 key=overwritten | space 0 key=set");
    client.expect("APPEND key 3", 2);
    client.expect("INCR key", 24);
    expect("space 0 key=append | space 0 key=incrby");
    client.expect("SADD set a b", 2);
    client.expect("SUNIONSTORE key set", 2);
    expect(
        "space 0 set=sadd | space 0 key=overwritten | space 0 key=type_changed"
            + " | space 0 key=sunionstore");
    client.expect("SUNIONSTORE key set", 2);
    expect("space 0 key=overwritten | space 0 key=sunionstore");
    client.expect("SUNIONSTORE key none", 0);
    expect("space 0 key=del");
    client.expect("MSET key 1 key 2", "OK");
    expect("space 0 key=set | space 0 key=overwritten | space 0 key=set");
    client.expect("ZADD zset 1 a", 1);
    client.expect("COPY zset key REPLACE", 1);
    expect(
        "space 0 zset=zadd | space 0 key=copy_to | space 0 key=overwritten"
            + " | space 0 key=type_changed");
    client.expect("RENAME set key", "OK");
    expect(
        "space 0 set=rename_from | space 0 key=rename_to | space 0 key=overwritten"
            + " | space 0 key=type_changed");
    client.expect("SORT key ALPHA STORE zset", 2);
    expect("space 0 zset=overwritten | space 0 zset=type_changed | space 0 zset=sortstore");
    client.expect("BITOP OR key none", 0);
    expect("space 0 key=del");
  }

  @Test
  void ofCommandsThatWait() {
    want("KA");
    TestClient waiting = engine.connect();
    waiting.call("BLPOP", "list", "0");
    client.expect("RPUSH list a b", 2);
    assertEquals("[list, a]", waiting.receive());
    expect("space 0 list=rpush | space 0 list=lpop");
  }

  @Test
  void theSubscriberMayBeTheOneWhoMakesTheChange() {
    client.call("HELLO", "3");
    want("KEA");
    client.call("SUBSCRIBE", "__keyevent@0__:set", "__keyspace@0__:key");
    client.expect(
        "SET key 1",
        "OK | [message, __keyspace@0__:key, set] | [message, __keyevent@0__:set, key]");
    client.expect("SET other 1", "OK | [message, __keyevent@0__:set, other]");
  }

  @Test
  void keysOfAnyBytes() {
    want("KEA");
    String key = "\0 \n{}*" + "x".repeat(20_000);
    client.call("SET", key, "1");
    String heard = subscriber.receive();
    assertTrue(heard.contains("__keyspace@0__:" + key + ", set]"), heard);
    assertTrue(heard.contains("__keyevent@0__:set, " + key + "]"), heard);
    client.call("SET", "", "1");
    expect("space 0 =set | event 0 set=");
  }
}
