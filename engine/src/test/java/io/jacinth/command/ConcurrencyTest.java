package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.keyspace.EvictionPolicy;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several threads on the same keys: what clients build on must hold. */
class ConcurrencyTest {
  private static final int THREADS = 3;

  /** No increment is lost or seen twice, and each thread sees the counter rise. */
  @Test
  void counters() {
    int increments = 20_000;
    ConcurrentLinkedQueue<Long> seen = new ConcurrentLinkedQueue<>();
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS)) {
      engine.run(
          (client, thread) -> {
            long last = 0;
            for (int i = 0; i < increments; i++) {
              long value = Long.parseLong(client.call("INCR", "counter"));
              assertTrue(value > last, value + " after " + last);
              last = value;
              seen.add(value);
            }
          });
      engine.run((client, thread) -> client.expect("GET counter", THREADS * increments));
    }
    assertEquals(THREADS * increments, seen.size());
    assertEquals(THREADS * increments, new HashSet<>(seen).size());
  }

  /** SET NX gives a lock to one client at a time, also when locks expire. */
  @Test
  void locks() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger entered = new AtomicInteger();
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS)) {
      engine.run(
          (client, thread) -> {
            for (int i = 0; i < 20_000; i++) {
              String reply = client.call("SET", "lock", "" + thread, "NX", "PX", "60000");
              if (reply.equals("OK")) {
                assertEquals(1, inside.incrementAndGet());
                entered.incrementAndGet();
                client.expect("GET lock", thread);
                inside.decrementAndGet();
                client.expect("DEL lock", 1);
              } else {
                assertEquals("nil", reply);
              }
            }
          });
    }
    assertTrue(entered.get() > THREADS);
  }

  /** Keys that are set together are never seen apart, whatever shards they are in. */
  @Test
  void pairsAreNeverTorn() {
    String[] keys = {"p1", "p2", "p3", "p4", "p5", "p6"};
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS).hesitating()) {
      engine.run(
          (client, thread) -> {
            Random random = new Random(thread);
            for (int i = 0; i < 10_000; i++) {
              if (thread == 0 || random.nextInt(4) == 0) {
                String value = thread + ":" + i;
                List<String> request = new ArrayList<>(List.of("MSET"));
                for (String key : keys) {
                  request.add(key);
                  request.add(value);
                }
                assertEquals("OK", client.call(request.toArray(String[]::new)));
              } else if (random.nextInt(20) == 0) {
                client.call("DEL", "p1", "p2", "p3", "p4", "p5", "p6");
              } else {
                String reply = client.call("MGET", "p1", "p2", "p3", "p4", "p5", "p6");
                String[] values = reply.substring(1, reply.length() - 1).split(", ");
                assertEquals(1, distinct(values), reply);
              }
            }
          });
    }
  }

  private static int distinct(String[] values) {
    return new HashSet<>(List.of(values)).size();
  }

  /** However keys are renamed and moved, their number and their values stay. */
  @Test
  void renamingLosesNothing() {
    int count = 40;
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS)) {
      engine.run(
          (client, thread) -> {
            if (thread == 0) {
              for (int i = 0; i < count; i++) {
                client.call("SET", "k" + i, i + ":" + "x".repeat(i % 3 * 3000));
              }
            }
          });
      engine.run(
          (client, thread) -> {
            Random random = new Random(thread);
            for (int i = 0; i < 10_000; i++) {
              String from = "k" + random.nextInt(2 * count);
              String to = "k" + random.nextInt(2 * count);
              int what = random.nextInt(100);
              if (what == 0) {
                client.expect("DBSIZE", count);
              } else if (what == 1) {
                assertEquals(count, client.call("KEYS", "*").split(", ").length);
              } else {
                client.call("RENAMENX", from, to);
              }
              if (i % 100 == 0) {
                engine.tick(thread);
              }
            }
          });
      engine.run(
          (client, thread) -> {
            Set<String> values = new HashSet<>();
            for (int i = 0; i < 2 * count; i++) {
              String value = client.call("GET", "k" + i);
              if (!value.equals("nil")) {
                int number = Integer.parseInt(value.substring(0, value.indexOf(':')));
                assertEquals(number + ":" + "x".repeat(number % 3 * 3000), value);
                values.add(value);
              }
            }
            assertEquals(count, values.size());
          });
    }
  }

  /** Readers see a database whole or empty, never half flushed or half swapped. */
  @Test
  void flushesAndSwapsAreAtOnce() {
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS).hesitating()) {
      engine.run(
          (client, thread) -> {
            Random random = new Random(thread);
            for (int i = 0; i < 6000; i++) {
              int what = random.nextInt(40);
              if (thread == 0 && what < 3) {
                client.expect("FLUSHALL " + (what == 0 ? "SYNC" : "ASYNC"), "OK");
              } else if (thread == 0) {
                client.expect("SWAPDB 0 1", "OK");
              } else if (what < 20) {
                String value = "" + thread + i;
                client.call("MSET", "a", value, "b", value, "c", value, "d", value);
              } else {
                String reply = client.call("MGET", "a", "b", "c", "d");
                String[] values = reply.substring(1, reply.length() - 1).split(", ");
                assertEquals(1, distinct(values), reply);
                String size = client.call("DBSIZE");
                assertTrue(size.equals("0") || size.equals("4"), size);
                assertEquals(0, client.call("KEYS", "*").replaceAll("[^abcd]", "").length() % 4);
              }
              if (i % 50 == 0) {
                engine.tick(thread);
              }
            }
          });
    }
  }

  /**
   * GETs that do without locks reply with whole values of their own keys, while these are
   * overwritten, move, go and come, and their memory is given back.
   */
  @Test
  void readersSeeWholeValues() {
    AtomicInteger found = new AtomicInteger();
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS)) {
      engine.run(
          (client, thread) -> {
            Random random = new Random(thread);
            for (int i = 0; i < 3000; i++) {
              // few keys at times, so that they meet; many at times, so that tables grow and shrink
              int keys = i / 500 % 2 == 0 ? 20 : 20_000;
              List<String> asked = new ArrayList<>();
              ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
              for (int j = 0; j < 20; j++) {
                String key = "k" + random.nextInt(keys);
                boolean reads = random.nextInt(5) > 0;
                asked.add(reads ? key : null);
                pipeline.writeBytes(reads ? TestClient.request("GET", key) : change(random, key));
              }
              client.send(pipeline.toByteArray());
              String[] replies = client.receive().split(" \\| ", -1);
              assertEquals(asked.size(), replies.length);
              for (int j = 0; j < replies.length; j++) {
                String key = asked.get(j);
                if (key != null && !replies[j].equals("nil") && !isNumber(replies[j])) {
                  found.incrementAndGet();
                  assertEquals(value(key, replies[j].length() - key.length() - 1), replies[j]);
                }
              }
              if (random.nextInt(100) == 0) {
                engine.tick(thread);
              }
              if (random.nextInt(300) == 0) {
                client.call("FLUSHALL", random.nextBoolean() ? "SYNC" : "ASYNC");
              }
            }
          });
    }
    assertTrue(found.get() > 1000, found + " values");
  }

  private static byte[] change(Random random, String key) {
    String value = value(key, random.nextInt(random.nextInt(10) == 0 ? 3000 : 100));
    return switch (random.nextInt(10)) {
      case 0 -> TestClient.request("DEL", key);
      case 1 -> TestClient.request("SET", key, "" + random.nextInt());
      case 2 -> TestClient.request("SET", key, value, "PX", "" + (1 + random.nextInt(20)));
      case 3 -> TestClient.request("PEXPIRE", key, "" + random.nextInt(30));
      default -> TestClient.request("SET", key, value);
    };
  }

  private static String value(String key, int length) {
    return key + ":" + ("" + (char) ('a' + length % 26)).repeat(length);
  }

  private static boolean isNumber(String reply) {
    return !reply.startsWith("k");
  }

  /** Everything at once: what counts is that nothing breaks or leaks. */
  @Test
  void stress() {
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS)) {
      engine.run(
          (client, thread) -> {
            Random random = new Random(thread);
            for (int i = 0; i < 30_000; i++) {
              String first = "k" + random.nextInt(300);
              String second = "k" + random.nextInt(300);
              switch (random.nextInt(18)) {
                case 0, 1 -> client.call("SET", first, "x".repeat(random.nextInt(100)));
                case 2 -> client.call("SET", first, "x".repeat(random.nextInt(200_000)));
                case 3 -> client.call("SET", first, "v", "PX", "" + (1 + random.nextInt(20)));
                case 4, 5 -> client.call("PEXPIRE", first, "" + random.nextInt(30));
                case 6 -> client.call("PERSIST", first);
                case 7, 8 -> client.call("RENAME", first, second);
                case 9 -> client.call("COPY", first, second, "REPLACE");
                case 10 -> client.call("COPY", first, second, "DB", "1", "REPLACE");
                case 11 -> client.call("MOVE", first, "1");
                case 12 -> client.call("DEL", first, second);
                case 13 -> client.call("INCR", first);
                case 14 -> client.call("SCAN", "" + random.nextInt(1000), "COUNT", "20");
                case 15 -> client.call("RANDOMKEY");
                case 16 -> client.call("MGET", first, second);
                default -> {
                  if (random.nextInt(300) == 0) {
                    client.call("FLUSHALL", random.nextBoolean() ? "SYNC" : "ASYNC");
                  } else if (random.nextInt(50) == 0) {
                    client.call("SWAPDB", "0", "1");
                  }
                }
              }
              if (random.nextInt(100) == 0) {
                engine.tick(thread);
              }
            }
          });
    }
  }

  /** With a limit, all threads together stay under it but for the command that each is at. */
  @ParameterizedTest
  @EnumSource(names = {"ALLKEYS_LRU", "ALLKEYS_LFU", "VOLATILE_TTL", "ALLKEYS_RANDOM"})
  void memoryStaysUnderTheLimit(EvictionPolicy policy) {
    int maxValueBytes = 60_000;
    AtomicLong most = new AtomicLong();
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS)) {
      Engine shared = engine.engine();
      shared.eviction().policy(policy);
      long limit = shared.usedBytes() + (4 << 20);
      shared.eviction().maxBytes(limit);
      engine.run(
          (client, thread) -> {
            Random random = new Random(thread);
            for (int i = 0; i < 5000; i++) {
              int sizeBytes = random.nextInt(random.nextInt(10) == 0 ? maxValueBytes : 500);
              String key = "k" + random.nextInt(20_000);
              assertEquals("OK", client.call("SET", key, "x".repeat(sizeBytes), "EX", "1000"));
              if (random.nextInt(20) == 0) {
                client.call("RENAME", key, "k" + random.nextInt(20_000));
              }
              most.accumulateAndGet(shared.usedBytes(), Math::max);
            }
          });
      long allowance = THREADS * (2L * maxValueBytes + (64 << 10));
      assertTrue(most.get() <= limit + allowance, (most.get() - limit) + " above the limit");
      engine.run((client, thread) -> client.expect("PING", "PONG"));
      assertTrue(shared.usedBytes() <= limit + THREADS * (64 << 10));
      assertTrue(shared.usedBytes() > limit - (1 << 20), "evicted too much");
    }
  }
}
