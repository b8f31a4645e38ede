package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.structure.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Clients that wait for keys, with a command of the test: {@code BTAKE key... timeout} takes the
 * string of the first key that has one, and the key with it.
 */
final class BlockingTest {
  private static CommandTable commands() {
    CommandTable table = TestEngine.commands();
    table.add(
        Command.named("btake", BlockingTest::take)
            .arity(-3)
            .flags(Flag.WRITE | Flag.BLOCKING)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, -2, 1, "RW ACCESS DELETE")));
    return table;
  }

  private static void take(Call call) {
    int timeout = call.count() - 1;
    if (!call.requireTimeoutSeconds(timeout)) {
      return;
    }
    long timeoutMillis = call.number();
    for (int i = 1; i < timeout; i++) {
      Key key = call.key(i);
      if (key.locate() && key.isString()) {
        call.reply().array(2);
        call.reply().bulk(Record.keyAddress(key.record()), Record.keyLength(key.record()));
        call.replyString(key);
        key.delete();
        key.changed(Event.DEL);
        return;
      }
    }
    for (int i = 1; i < timeout; i++) {
      call.awaits(i);
    }
    call.block(timeoutMillis, TimeoutReply.NIL_ARRAY);
  }

  private final TestEngine engine = new TestEngine(commands());
  private final TestClient first = engine.connect();
  private final TestClient second = engine.connect();
  private final TestClient writer = engine.connect();

  private void close() {
    engine.close();
  }

  @Test
  void countsWhenItEnds() {
    first.expect("CLIENT ID", first.session().id());
    first.send(TestClient.request("BTAKE", "k", "0"));
    assertEquals("", commandStatistics());
    assertEquals(1, first.session().commands());
    writer.expect("CLIENT UNBLOCK " + first.session().id() + " ERROR", 1);
    assertEquals("-UNBLOCKED client unblocked via CLIENT UNBLOCK", first.receive());
    assertTrue(commandStatistics().contains(":calls=1,"));
    assertTrue(commandStatistics().contains(",failed_calls=1"));
    assertEquals(2, first.session().commands());
    assertTrue(writer.call("INFO", "errorstats").contains("errorstat_UNBLOCKED:count=1"));
    first.send(TestClient.request("BTAKE", "k", "0"));
    writer.expect("CONFIG RESETSTAT", "OK");
    writer.expect("SET k v", "OK");
    assertEquals("[k, v]", first.receive());
    assertTrue(commandStatistics().contains(":calls=1,"));
    assertTrue(commandStatistics().contains(",failed_calls=0"));
    close();
  }

  private String commandStatistics() {
    return writer
        .call("INFO", "commandstats")
        .lines()
        .filter(line -> line.contains("btake"))
        .findFirst()
        .orElse("");
  }

  @Test
  void whatIsThereIsTakenAtOnce() {
    writer.expect("SET k v", "OK");
    first.expect("BTAKE k 0", "[k, v]");
    first.expect("EXISTS k", 0);
    close();
  }

  @Test
  void inOrderOfArrival() {
    first.expect("BTAKE k 0", "");
    second.expect("BTAKE other k 0", "");
    writer.expect("SET k 1", "OK");
    writer.expect("EXISTS k", 0);
    writer.expect("SET k 2", "OK");
    writer.expect("EXISTS k", 0);
    assertEquals("[k, 1]", first.receive());
    assertEquals("[k, 2]", second.receive());
    first.expect("PING", "PONG");
    close();
  }

  @Test
  void severalKeys() {
    first.expect("BTAKE a b c 0", "");
    assertEquals(1, engine.engine().blockedClients());
    writer.expect("MSET c 3 b 2", "OK");
    assertEquals("[b, 2]", first.receive());
    writer.expect("EXISTS a b c", 1);
    assertEquals(0, engine.engine().blockedClients());
    first.expect("BTAKE a b c 0", "[c, 3]");
    close();
  }

  @Test
  void wokenByRenameAndSwap() {
    first.expect("BTAKE k 0", "");
    writer.expect("SET j 1", "OK");
    writer.expect("RENAME j k", "OK");
    assertEquals("[k, 1]", first.receive());
    first.expect("BTAKE k 0", "");
    writer.expect("SELECT 1", "OK");
    writer.expect("SET k 2", "OK");
    assertEquals("", first.receive());
    writer.expect("SWAPDB 0 1", "OK");
    assertEquals("[k, 2]", first.receive());
    close();
  }

  @Test
  void anotherTypeDoesNotWake() {
    first.expect("BTAKE k 0", "");
    writer.expect("ZADD k 1 a", 1);
    assertEquals("", first.receive());
    writer.expect("SET k 1", "OK");
    assertEquals("[k, 1]", first.receive());
    close();
  }

  @Test
  void timeout() {
    first.expect("BTAKE k 0.5", "");
    engine.clock().advanceMillis(499);
    assertEquals("", first.receive());
    engine.clock().advanceMillis(1);
    assertEquals("nil", first.receive());
    writer.expect("SET k 1", "OK");
    writer.expect("EXISTS k", 1);
    first.expect("BTAKE x -1", "-ERR timeout is negative");
    first.expect("BTAKE x nan", "-ERR timeout is not a float or out of range");
    first.expect("BTAKE x 1e300", "-ERR timeout is out of range");
    close();
  }

  @Test
  void timeoutInResp3() {
    first.expect("HELLO 3", first.call("HELLO", "3"));
    first.expect("BTAKE k 1", "");
    engine.clock().advanceMillis(1000);
    first.runTasks();
    assertEquals("_\r\n", first.received());
    close();
  }

  @Test
  void unblocked() {
    long id = first.session().id();
    writer.expect("CLIENT UNBLOCK " + id, 0);
    first.expect("BTAKE k 0", "");
    writer.expect("CLIENT UNBLOCK " + id + " ERROR", 1);
    writer.expect("CLIENT UNBLOCK " + id, 0);
    assertEquals("-UNBLOCKED client unblocked via CLIENT UNBLOCK", first.receive());
    first.expect("BTAKE k 0", "");
    writer.expect("CLIENT UNBLOCK " + id + " TIMEOUT", 1);
    assertEquals("nil", first.receive());
    writer.expect(
        "CLIENT UNBLOCK 1 MAYBE", "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    close();
  }

  @Test
  void whoLeavesTakesNothing() {
    first.expect("BTAKE k 0", "");
    second.expect("BTAKE k 0", "");
    engine.disconnect(first);
    writer.expect("SET k 1", "OK");
    assertEquals("[k, 1]", second.receive());
    close();
  }

  @Test
  void commandsBehindWait() {
    first.send(TestClient.request("BTAKE", "k", "0"));
    first.send(TestClient.request("GET", "j"));
    first.send(TestClient.request("BTAKE", "k", "0"));
    assertEquals("", first.receive());
    writer.expect("SET j 7", "OK");
    writer.expect("SET k 1", "OK");
    assertEquals("[k, 1] | 7", first.receive());
    writer.expect("SET k 2", "OK");
    assertEquals("[k, 2]", first.receive());
    close();
  }

  @Test
  void aPipelineBlocksInItsMiddle() {
    byte[] one = TestClient.request("SET", "j", "7");
    byte[] two = TestClient.request("BTAKE", "k", "0");
    byte[] three = TestClient.request("GET", "j");
    byte[] all = new byte[one.length + two.length + three.length];
    System.arraycopy(one, 0, all, 0, one.length);
    System.arraycopy(two, 0, all, one.length, two.length);
    System.arraycopy(three, 0, all, one.length + two.length, three.length);
    first.send(all);
    assertEquals("OK", first.receive());
    writer.expect("SET k 1", "OK");
    assertEquals("[k, 1] | 7", first.receive());
    close();
  }

  @Test
  void mutedClient() {
    first.expect("CLIENT REPLY SKIP", "");
    first.expect("BTAKE k 0", "");
    writer.expect("SET k 1", "OK");
    assertEquals("", first.receive());
    writer.expect("EXISTS k", 0);
    close();
  }

  @Test
  void nothingIsLostOrDeliveredTwice() {
    int threads = 4;
    int perThread = 500;
    AtomicInteger taken = new AtomicInteger();
    AtomicLong next = new AtomicLong();
    ConcurrentHashMap<String, Boolean> seen = new ConcurrentHashMap<>();
    List<String> twice = new ArrayList<>();
    try (ConcurrentEngine concurrent = new ConcurrentEngine(commands(), threads)) {
      concurrent.run(
          (client, thread) -> {
            if (thread < 2) {
              for (int i = 0; i < perThread; i++) {
                String reply = client.call("BTAKE", "a" + thread, "b", "c" + i % 7, "0");
                while (reply.isEmpty()) {
                  Thread.onSpinWait();
                  reply = client.receive();
                }
                if (seen.put(reply, true) != null) {
                  synchronized (twice) {
                    twice.add(reply);
                  }
                }
                taken.incrementAndGet();
              }
            } else {
              String[] keys = {"a0", "a1", "b", "c0", "c3", "c5"};
              while (taken.get() < 2 * perThread) {
                String value = Long.toString(next.incrementAndGet());
                String key = keys[(int) (next.get() % keys.length)];
                client.call("SET", key, value, "NX");
              }
            }
          });
      assertEquals(2 * perThread, taken.get());
      assertTrue(twice.isEmpty(), twice::toString);
    }
  }
}
