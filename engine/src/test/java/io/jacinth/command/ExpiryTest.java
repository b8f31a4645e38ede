package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.keyspace.Key;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Removal of expired keys that nobody asks for. */
class ExpiryTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  /** Turns of housekeeping, as often as they ask for it, for some time of the test's clock. */
  private void housekeeping(long millis) {
    for (long passed = 0; passed < millis; ) {
      long delay = engine.worker().tick();
      assertTrue(delay > 0);
      engine.clock().advanceMillis(delay);
      passed += delay;
    }
  }

  @Test
  void manyKeysThatExpireAtOnceGoInSlices() {
    int count = 120_000;
    for (int i = 0; i < count; i++) {
      client.call("SET", "key" + i, "v", "PXAT", "1700000060000");
    }
    client.expect("SET stays v", "OK");
    housekeeping(59_000);
    client.expect("DBSIZE", count + 1);
    engine.clock().advanceMillis(2000);
    int turns = 0;
    double mostStale = 0;
    while (keyspace().countExpiring(0) > 0) {
      engine.clock().advanceMillis(engine.worker().tick());
      turns++;
      mostStale = Math.max(mostStale, keyspace().staleShare());
      assertTrue(turns < 20_000, keyspace().countExpiring(0) + " are left");
    }
    assertTrue(turns > 3, "all in " + turns + " turns");
    assertTrue(mostStale > 0 && mostStale <= 1, "stale: " + mostStale);
    assertEquals(0, keyspace().staleShare());
    client.expect("DBSIZE", 1);
    assertEquals(count, keyspace().sum(Keyspace.Counter.EXPIRED));
    client.expect("GET stays", "v");
  }

  @Test
  void whatNobodyReadsIsGoneWithinASecond() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      client.call("SET", "key" + i, "v", "PX", "" + (1 + random.nextInt(100_000)));
    }
    for (int second = 1; second <= 100; second++) {
      housekeeping(1000);
      long start = 1_700_000_000_000L;
      long now = engine.clock().millis();
      int late = 0;
      for (int i = 0; i < 2000; i++) {
        // by its name alone, as a look-up would remove it
        late += expireAt(i) != 0 && expireAt(i) < now - 1000 ? 1 : 0;
      }
      assertEquals(0, late, "at " + (now - start));
    }
    housekeeping(1000);
    client.expect("DBSIZE", 0);
  }

  private long expireAt(int i) {
    Keyspace keyspace = keyspace();
    byte[] name = ("key" + i).getBytes(StandardCharsets.US_ASCII);
    long address = engine.worker().scratch(name.length);
    Memory.write(name, 0, name.length, address);
    Key key = new Key(keyspace, engine.worker().tally());
    key.bind(0, keyspace.hash(address, name.length), address, name.length, 0, false, 0);
    return key.find() ? key.expireAtMillis() : 0;
  }

  @Test
  void clocksJump() {
    for (int i = 0; i < 1000; i++) {
      client.call("SET", "key" + i, "v", "PX", "" + (1000 + i * 1000));
    }
    housekeeping(10_500);
    client.expect("DBSIZE", 990);
    // back: nothing goes before its time
    engine.clock().advanceMillis(-5000);
    housekeeping(4900);
    client.expect("DBSIZE", 990);
    // forward by more than the wheel has slots on its lower levels
    engine.clock().advanceMillis(800_000);
    housekeeping(500);
    assertEquals(190.0, (double) keyspace().count(0), 3);
    engine.clock().advanceMillis(400L * 24 * 3600 * 1000);
    housekeeping(500);
    assertEquals(0, keyspace().count(0));
  }

  @Test
  void expiredKeysStayOutOfSightWhileWritesArePaused() {
    for (int i = 0; i < 100; i++) {
      client.call("SET", "key" + i, "v", "PX", "50");
    }
    engine.engine().pause(engine.clock().millis() + 10_000, false);
    housekeeping(5000);
    client.expect("DBSIZE", 100);
    client.expect("EXISTS key1 key2", 0);
    client.expect("GET key1", "nil");
    client.expect("KEYS *", "[]");
    client.expect("SCAN 0 COUNT 1000", "[0, []]");
    client.expect("RANDOMKEY", "nil");
    client.expect("DBSIZE", 100);
    assertEquals(0, keyspace().sum(Keyspace.Counter.EXPIRED));
    housekeeping(5000);
    housekeeping(500);
    client.expect("DBSIZE", 0);
    assertEquals(100, keyspace().sum(Keyspace.Counter.EXPIRED));
  }

  /** A command that passed before the pause finds its key out of sight but not gone. */
  @Test
  void creatingAKeyRemovesItsExpiredPredecessor() {
    client.expect("SET a old PX 50", "OK");
    client.expect("SET b old PX 50", "OK");
    client.expect("SET source v", "OK");
    engine.clock().advanceMillis(100);
    keyspace().removesExpired(false);
    client.expect("SET a new", "OK");
    client.expect("RENAME source b", "OK");
    keyspace().removesExpired(true);
    client.expect("DBSIZE", 2);
    client.expect("GET a", "new");
    client.expect("GET b", "v");
    engine.pass(1000);
    client.expect("DBSIZE", 2);
  }

  @Test
  void activeExpiryCanBeTurnedOff() {
    engine.engine().activeExpireEnabled(false);
    client.expect("SET a v PX 50", "OK");
    housekeeping(2000);
    client.expect("DBSIZE", 1);
    engine.engine().activeExpireEnabled(true);
    housekeeping(200);
    client.expect("DBSIZE", 0);
  }

  private Keyspace keyspace() {
    return engine.engine().keyspace();
  }
}
