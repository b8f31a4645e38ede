package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.keyspace.Eviction;
import io.jacinth.keyspace.EvictionPolicy;
import io.jacinth.keyspace.Keyspace;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvictionTest {
  private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'.";

  /** What a command may add besides its value: growth of tables, the key, rounding. */
  private static final long MAX_OVERHEAD_BYTES = 64 << 10;

  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();
  private final Eviction eviction = engine.engine().eviction();

  @AfterEach
  void close() {
    engine.close();
  }

  /** Allows {@code bytes} more than is in use now. */
  private long limit(EvictionPolicy policy, long bytes) {
    eviction.policy(policy);
    long limit = engine.engine().usedBytes() + bytes;
    eviction.maxBytes(limit);
    return limit;
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOEVICTION")
  void memoryStaysUnderTheLimitInEveryStep(EvictionPolicy policy) {
    long limit = limit(policy, 3 << 20);
    Random random = new Random(policy.name().hashCode());
    int[] maxSizes = {20, 300, 3000, 40_000, 200_000, 2_000_000};
    for (int i = 0; i < 2000; i++) {
      String key = "key" + random.nextInt(5000);
      int size = random.nextInt(maxSizes[random.nextInt(200) == 0 ? 5 : random.nextInt(5)]);
      String[] set = {"SET", key, "x".repeat(size), "PX", "" + (1000 + random.nextInt(1 << 20))};
      assertEquals("OK", client.call(set), policy + " " + size);
      long used = engine.engine().usedBytes();
      assertTrue(
          used <= limit + size + MAX_OVERHEAD_BYTES, policy + ": " + (used - limit) + " too much");
      client.expect("PING", "PONG");
      assertTrue(engine.engine().usedBytes() <= limit, policy.toString());
      if (i % 100 == 0) {
        engine.pass(500);
      }
    }
    assertTrue(evicted() > 100);
  }

  /** Nobody waits until a huge value is freed, but memory only falls from then on. */
  @Test
  void aHugeValueIsFreedBitByBit() {
    fillHash("big", 120_000);
    client.expect("CONFIG SET maxmemory-eviction-tenacity 0", "OK");
    long limit = limit(EvictionPolicy.ALLKEYS_RANDOM, -(2 << 20));
    client.expect("PING", "PONG");
    client.expect("DBSIZE", 0);
    long last = engine.engine().usedBytes();
    assertTrue(last > limit, "freed at once");
    int steps = 0;
    while (last > limit) {
      client.expect("SET key" + steps + " " + "x".repeat(2000), "OK");
      long used = engine.engine().usedBytes();
      assertTrue(
          used <= last + MAX_OVERHEAD_BYTES, "memory has grown from " + last + " to " + used);
      last = used;
      steps++;
      assertTrue(steps < 5000);
    }
    assertTrue(steps > 3, steps + " steps");
    client.expect("PING", "PONG");
    assertTrue(engine.engine().usedBytes() <= limit);
  }

  /** The same by housekeeping alone, when no command comes. */
  @Test
  void evictionGoesOnInIdleTimes() {
    for (int i = 0; i < 3000; i++) {
      client.call("SET", "key" + i, "x".repeat(1000));
    }
    client.expect("CONFIG SET maxmemory-eviction-tenacity 0", "OK");
    long limit = limit(EvictionPolicy.ALLKEYS_RANDOM, -(1 << 20));
    int turns = 0;
    while (engine.engine().usedBytes() > limit) {
      long delayMillis = engine.worker().tick();
      assertTrue(
          delayMillis < Worker.MAX_TICK_MILLIS || engine.engine().usedBytes() <= limit, "no hurry");
      turns++;
      assertTrue(turns < 5000);
    }
    assertTrue(turns > 10, turns + " turns");
  }

  @Test
  void withTenacityAllIsFreedFirst() {
    fillHash("big", 120_000);
    client.expect("CONFIG SET maxmemory-eviction-tenacity 100", "OK");
    long limit = limit(EvictionPolicy.ALLKEYS_RANDOM, -(2 << 20));
    client.expect("PING", "PONG");
    assertTrue(engine.engine().usedBytes() <= limit);
  }

  private void fillHash(String key, int fields) {
    for (int i = 0; i < fields; i++) {
      client.call("HSET", key, "field:" + i, "value:" + i);
    }
  }

  @Test
  void withoutEvictionCommandsThatNeedMemoryFail() {
    limit(EvictionPolicy.NOEVICTION, 100_000);
    client.expect("SET small v", "OK");
    int i = 0;
    while (client.call("SET", "key" + i, "v").equals("OK")) {
      i++;
      assertTrue(i < 20_000);
    }
    client.expect("SET small value", OOM);
    client.expect("COPY small other", OOM);
    client.expect("GET small", "v");
    client.expect("EXPIRE small 10", 1);
    client.expect("RENAME small tiny", "OK");
    for (int deleted = 0; deleted < 1000; deleted++) {
      client.expect("DEL key" + deleted, 1);
    }
    client.expect("SET w w", "OK");
    assertEquals(0, evicted());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "VOLATILE_.*")
  void onlyKeysThatExpireGo(EvictionPolicy policy) {
    for (int i = 0; i < 500; i++) {
      client.call("SET", "stays" + i, "x".repeat(100));
    }
    limit(policy, 200_000);
    int set = 0;
    for (int i = 0; i < 5000; i++) {
      assertEquals("OK", client.call("SET", "goes" + i, "x".repeat(200), "EX", "" + (10 + i)));
      set++;
    }
    assertEquals(500 + set - evicted(), keyspace().count(0));
    for (int i = 0; i < 500; i++) {
      client.expect("EXISTS stays" + i, 1);
    }
    // when all are gone that may, nothing more fits
    String reply;
    int i = 0;
    do {
      reply = client.call("SET", "more" + i++, "x".repeat(1000));
    } while (reply.equals("OK") && i < 1000);
    assertEquals(OOM, reply);
    assertEquals(0, keyspace().countExpiring(0));
  }

  @Test
  void persistedAndDeletedCandidatesAreLetGo() {
    limit(EvictionPolicy.VOLATILE_LRU, 200_000);
    for (int i = 0; i < 20_000; i++) {
      client.call("SET", "k" + i, "x".repeat(100), "EX", "100");
      // those that were chosen but not yet evicted are among the oldest
      client.call(i % 2 == 0 ? "PERSIST" : "DEL", "k" + (i - 500));
      if (i % 100 == 0) {
        engine.pass(1000);
      }
    }
    assertTrue(evicted() > 0);
  }

  @Test
  void aBigValueMakesManySmallOnesGo() {
    long limit = limit(EvictionPolicy.ALLKEYS_LRU, 20 << 20);
    for (int i = 0; i < 150_000; i++) {
      client.call("SET", "key" + i, "x".repeat(100));
    }
    assertEquals("OK", client.call("SET", "big", "x".repeat(10 << 20)));
    client.expect("PING", "PONG");
    assertTrue(engine.engine().usedBytes() <= limit);
    assertEquals(10 << 20, client.call("GET", "big").length());
    assertEquals(150_001 - evicted(), keyspace().count(0));
  }

  @Test
  void lruKeepsWhatIsUsed() {
    assertKeeps(EvictionPolicy.ALLKEYS_LRU, "GET", 1, 0.99);
    assertKeeps(EvictionPolicy.VOLATILE_LRU, "GET", 1, 0.99);
  }

  @Test
  void lrmKeepsWhatIsModifiedNotWhatIsRead() {
    assertKeeps(EvictionPolicy.ALLKEYS_LRM, "SET", 1, 0.99);
    assertKeeps(EvictionPolicy.VOLATILE_LRM, "SET", 1, 0.99);
  }

  @Test
  void lfuKeepsWhatIsUsedOften() {
    assertKeeps(EvictionPolicy.ALLKEYS_LFU, "GET", 20, 0.99);
    assertKeeps(EvictionPolicy.VOLATILE_LFU, "GET", 20, 0.99);
  }

  /** Of many keys one in four is used; then as many come as make half of all go. */
  private void assertKeeps(EvictionPolicy policy, String use, int uses, double share) {
    client.expect("FLUSHALL", "OK");
    eviction.maxBytes(0);
    eviction.policy(policy);
    int count = 8000;
    for (int i = 0; i < count; i++) {
      client.call("SET", "key" + i, "x".repeat(100), "EX", "1000000");
    }
    for (int turn = 0; turn < uses; turn++) {
      engine.pass(10_000);
      for (int i = 0; i < count; i++) {
        if (i % 4 != 0 && use.equals("SET")) {
          client.call("GET", "key" + i);
        } else if (i % 4 == 0) {
          client.call(use.equals("GET") ? new String[] {use, "key" + i} : set(i));
        }
      }
    }
    engine.pass(10_000);
    limit(policy, 0);
    for (int i = 0; i < count / 2; i++) {
      client.call("SET", "new" + i, "x".repeat(100), "EX", "1000000");
    }
    int kept = 0;
    for (int i = 0; i < count; i += 4) {
      kept += client.call("EXISTS", "key" + i).equals("1") ? 1 : 0;
    }
    assertTrue(kept >= share * count * 0.25, policy + " kept " + kept + " of " + count / 4);
  }

  private static String[] set(int i) {
    return new String[] {"SET", "key" + i, "y".repeat(100), "EX", "1000000"};
  }

  @Test
  void ttlEvictsWhatWouldExpireNext() {
    int count = 4000;
    for (int i = 0; i < count; i++) {
      client.call("SET", "key" + i, "x".repeat(100), "EX", "" + (1000 + i));
    }
    limit(EvictionPolicy.VOLATILE_TTL, 0);
    for (int i = 0; i < count / 2; i++) {
      client.call("SET", "stays" + i, "x".repeat(100));
    }
    int kept = 0;
    for (int i = count * 6 / 10; i < count; i++) {
      kept += client.call("EXISTS", "key" + i).equals("1") ? 1 : 0;
    }
    assertTrue(kept >= count * 0.4 * 0.98, "kept " + kept);
  }

  @Test
  void flushedMemoryIsFreedBeforeAnyKeyGoes() {
    client.session().database(1);
    for (int i = 0; i < 5000; i++) {
      client.call("SET", "key" + i, "x".repeat(100));
    }
    long full = engine.engine().usedBytes();
    client.session().database(2);
    client.call("SET", "other", "x".repeat(100));
    client.session().database(1);
    client.expect("FLUSHDB ASYNC", "OK");
    eviction.policy(EvictionPolicy.ALLKEYS_LRU);
    eviction.maxBytes(full - 300_000);
    client.session().database(2);
    client.expect("EXISTS other", 1);
    assertEquals(0, evicted());
    assertTrue(engine.engine().usedBytes() <= eviction.maxBytes());
  }

  private long evicted() {
    return keyspace().sum(Keyspace.Counter.EVICTED);
  }

  private Keyspace keyspace() {
    return engine.engine().keyspace();
  }
}
