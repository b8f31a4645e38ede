package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.keyspace.EvictionPolicy;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.protocol.Lookahead;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that arrive together are looked at ahead of their execution: nobody may notice.
 *
 * <p>{@code -Djacinth.pipeline.seed} repeats a failure. Each test runs without locks and with them.
 */
class PipelineTest {
  private static final long SEED = Long.getLong("jacinth.pipeline.seed", System.nanoTime());
  private static final int ROUNDS = 2_000;

  /** Several times what is looked at ahead. */
  private static final int MAX_REQUESTS = 3 * Lookahead.MAX_REQUESTS;

  /** # is a key, % a number. */
  private static final String[] REQUESTS = {
    "GET #",
    "GET #",
    "get #",
    "SET # %",
    "SET # %",
    "SET # value-of-some-bytes",
    "SET # % GET",
    "SET # % NX PX 5000",
    "SET # % bad",
    "SET #",
    "GET",
    "GET # #",
    "INCR #",
    "APPEND # %",
    "STRLEN #",
    "SETRANGE # % x",
    "DEL #",
    "DEL # #",
    "EXISTS # # #",
    "MGET # # # #",
    "MSET # % # %",
    "MSET # % #",
    "MSETNX # % # %",
    "RENAME # #",
    "COPY # # REPLACE",
    "MOVE # 1",
    "SELECT 0",
    "SELECT 1",
    "SELECT 99",
    "SWAPDB 0 1",
    "FLUSHDB",
    "DBSIZE",
    "EXPIRE # 100",
    "PEXPIRE # 0",
    "TTL #",
    "TYPE #",
    "BITOP NOT # #",
    "GETBIT # %",
    "OBJECT ENCODING #",
    "OBJECT nothing #",
    "OBJECT",
    "CONFIG GET maxmemory",
    "CLIENT NO-TOUCH ON",
    "CLIENT REPLY SKIP",
    "CLIENT REPLY OFF",
    "CLIENT REPLY ON",
    "HELLO 3",
    "HELLO 2",
    "PING",
    "ECHO #",
    "nonsense # %",
    "COMMAND COUNT",
  };

  /** # is a key, = a value that begins with the key's name. */
  private static final String[] LIFE_AND_DEATH = {
    "GET #",
    "GET #",
    "GET #",
    "GET #",
    "GET #",
    "GET #",
    "GETDEL #",
    "SET # =",
    "SET # =",
    "SET # = PX 1",
    "EXPIRE # 100",
    "PERSIST #",
    "DEL #",
    "MOVE # 1",
    "SWAPDB 0 1",
    "FLUSHDB ASYNC",
  };

  private static byte[] join(List<byte[]> requests) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    requests.forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static byte[] join(String... lines) {
    List<byte[]> requests = new ArrayList<>();
    for (String line : lines) {
      requests.add(TestClient.request(line.split(" ")));
    }
    return join(requests);
  }

  private static TestEngine engine(int threads) {
    return new TestEngine("io-threads", "" + threads);
  }

  private static byte[] randomRequest(Random random) {
    String line = REQUESTS[random.nextInt(REQUESTS.length)];
    StringBuilder request = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      switch (c) {
        case '#' -> request.append("key").append(random.nextInt(6));
        case '%' -> request.append(random.nextInt(200));
        default -> request.append(c);
      }
    }
    return random.nextInt(20) == 0
        ? request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1)
        : TestClient.request(request.toString().split(" "));
  }

  /** The replies and the data are the same as if each request had come alone. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void equalsOneByOne(int threads) {
    Random random = new Random(SEED);
    try (TestEngine whole = engine(threads);
        TestEngine single = engine(threads)) {
      TestClient first = whole.connect();
      TestClient second = single.connect();
      for (int round = 0; round < ROUNDS; round++) {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 1 + random.nextInt(MAX_REQUESTS); i > 0; i--) {
          requests.add(randomRequest(random));
        }
        requests.add(TestClient.request("CLIENT", "REPLY", "ON"));
        requests.add(TestClient.request("DEBUG", "DIGEST"));
        first.send(join(requests));
        requests.forEach(second::send);
        assertEquals(second.received(), first.received(), "seed " + SEED + ", round " + round);
        assertEquals(second.session().database(), first.session().database());
      }
      assertEquals(
          single.engine().total(Statistics::commands), whole.engine().total(Statistics::commands));
      assertEquals(
          single.engine().total(Statistics::errorReplies),
          whole.engine().total(Statistics::errorReplies));
    }
  }

  /** What follows CLIENT PAUSE waits, and nothing that others need is held meanwhile. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void pauseInTheMiddle(int threads) {
    try (TestEngine engine = engine(threads)) {
      TestClient client = engine.connect();
      TestClient other = engine.connect();
      client.send(
          join("SET a 1", "SET b 1", "CLIENT PAUSE 1000 WRITE", "GET a", "SET a 2", "GET a"));
      assertEquals("+OK\r\n+OK\r\n+OK\r\n$1\r\n1\r\n", client.received());
      other.expect("MGET a b", "[1, 1]");
      other.expect("DBSIZE", 2);
      engine.pass(1100);
      assertEquals("+OK\r\n$1\r\n2\r\n", client.received());
    }
  }

  /** Nothing that follows the end of a client is executed, and nothing is held any more. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void endInTheMiddle(int threads) {
    try (TestEngine engine = engine(threads)) {
      TestClient other = engine.connect();
      TestClient quits = engine.connect();
      quits.send(join("SET a 1", "GET a", "QUIT", "SET a 2", "SET b 2"));
      assertEquals("+OK\r\n$1\r\n1\r\n+OK\r\n", quits.received());
      assertTrue(quits.isClosed());
      TestClient killed = engine.connect();
      String kill = "CLIENT KILL SKIPME no ID " + killed.session().id();
      killed.send(join("SET c 1", kill, "SET c 2", "SET a 2"));
      assertTrue(killed.isClosed());
      TestClient wrong = engine.connect();
      byte[] error = "*1\r\n+3\r\n".getBytes(StandardCharsets.ISO_8859_1);
      wrong.send(join(List.of(join("SET d 1", "GET a", "GET d"), error, join("SET d 2"))));
      String replies = wrong.received();
      assertTrue(replies.startsWith("+OK\r\n$1\r\n1\r\n$1\r\n1\r\n-ERR Protocol error"), replies);
      assertTrue(wrong.isClosed());
      other.expect("MGET a b c d", "[1, nil, 1, 1]");
    }
  }

  /** A client that is cut off for its output in the middle: what was executed is counted. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void cutOffInTheMiddle(int threads) {
    try (TestEngine engine = engine(threads)) {
      TestClient other = engine.connect();
      TestClient client = engine.connect();
      assertEquals(
          "OK", other.call("CONFIG", "SET", "client-output-buffer-limit", "normal 4000 0 0"));
      other.expect("SET a " + "x".repeat(1000), "OK");
      client.clog(true);
      String[] gets = new String[MAX_REQUESTS];
      Arrays.fill(gets, "GET a");
      client.send(join(gets));
      assertTrue(client.isClosed());
      int get = engine.engine().commands().find("get").number();
      Statistics statistics = engine.worker().statistics();
      long calls = statistics.calls(get);
      assertTrue(calls > 1 && calls < MAX_REQUESTS, calls + " calls");
      assertEquals(calls, statistics.latency(get).count());
      other.expect("STRLEN a", 1000);
    }
  }

  /** A request of which a part arrives later, behind others. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void unfinishedAtTheEnd(int threads) {
    try (TestEngine engine = engine(threads)) {
      TestClient client = engine.connect();
      TestClient other = engine.connect();
      byte[] all = join("SET a 1", "SET b 2", "GET a", "GET b", "INCR a");
      int set = join("SET a 1").length;
      for (int cut = 0; cut <= all.length; cut++) {
        client.send(Arrays.copyOf(all, cut));
        other.expect("EXISTS a b c", cut >= 2 * set ? 2 : cut >= set ? 1 : 0);
        client.send(Arrays.copyOfRange(all, cut, all.length));
        assertEquals("+OK\r\n+OK\r\n$1\r\n1\r\n$1\r\n2\r\n:2\r\n", client.received(), "cut " + cut);
        other.expect("DEL a b", 2);
      }
      assertFalse(client.isClosed());
    }
  }

  /**
   * Pipelines of several threads on the same keys: no increment is lost, each client's requests
   * take effect in their order, and pairs that are set together are never seen apart.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void threadsOnSharedKeys(boolean limited) {
    int threads = 3;
    int counters = 20;
    int rounds = 1_500;
    AtomicLongArray increments = new AtomicLongArray(counters);
    try (ConcurrentEngine engine = new ConcurrentEngine(threads)) {
      if (limited) {
        engine.engine().eviction().policy(EvictionPolicy.VOLATILE_LRU);
        engine.engine().eviction().maxBytes(4 << 20);
      } else {
        engine.hesitating();
      }
      engine.run(
          (client, thread) -> {
            Random random = new Random(SEED + thread);
            long[] last = new long[counters];
            for (int round = 0; round < rounds; round++) {
              List<byte[]> requests = new ArrayList<>();
              List<Consumer<String>> checks = new ArrayList<>();
              for (int i = 1 + random.nextInt(MAX_REQUESTS); i > 0; i--) {
                String value = thread + ":" + round + ":" + i;
                switch (random.nextInt(12)) {
                  case 0 -> {
                    requests.add(TestClient.request("MSET", "p1", value, "p2", value));
                    checks.add(reply -> assertEquals("OK", reply));
                  }
                  case 1 -> {
                    requests.add(TestClient.request("MGET", "p1", "p2"));
                    checks.add(
                        reply -> {
                          String[] pair = reply.substring(1, reply.length() - 1).split(", ", -1);
                          assertEquals(pair[0], pair[1]);
                        });
                  }
                  case 2 -> {
                    requests.add(TestClient.request("DBSIZE"));
                    checks.add(reply -> assertTrue(Integer.parseInt(reply) >= 0));
                  }
                  case 3, 4 -> {
                    requests.add(TestClient.request("SET", "own" + thread, value));
                    checks.add(reply -> assertEquals("OK", reply));
                    requests.add(TestClient.request("GET", "own" + thread));
                    checks.add(reply -> assertEquals(value, reply));
                  }
                  case 5, 6 -> {
                    String key = "filler" + random.nextInt(50_000);
                    requests.add(TestClient.request("SET", key, "x".repeat(500), "EX", "1000"));
                    checks.add(reply -> assertEquals("OK", reply));
                  }
                  default -> {
                    int counter = random.nextInt(counters);
                    increments.incrementAndGet(counter);
                    requests.add(TestClient.request("INCR", "counter" + counter));
                    checks.add(
                        reply -> {
                          long now = Long.parseLong(reply);
                          assertTrue(now > last[counter], now + " after " + last[counter]);
                          last[counter] = now;
                        });
                  }
                }
              }
              client.send(join(requests));
              String[] replies = ReplyText.of(client.received()).split(" \\| ", -1);
              assertEquals(checks.size(), replies.length);
              for (int i = 0; i < replies.length; i++) {
                checks.get(i).accept(replies[i]);
              }
            }
          });
      engine.run(
          (client, thread) -> {
            for (int i = 0; i < counters; i++) {
              client.expect("GET counter" + i, increments.get(i));
            }
          });
      assertEquals(limited, engine.engine().keyspace().sum(Keyspace.Counter.EVICTED) > 0);
    } catch (Throwable e) {
      throw new AssertionError("seed " + SEED, e);
    }
  }

  /**
   * Records that a thread has seen ahead are freed, moved and replaced by the others before it
   * comes to them: the memory they stood in is never read, and no key has another's value.
   */
  @Test
  void recordsThatOthersFree() {
    int threads = 3;
    int keys = 40;
    int rounds = 3_000;
    int[] lengths = {1, 20, 60, 500, 5_000};
    try (ConcurrentEngine engine = new ConcurrentEngine(threads).hesitating()) {
      engine.run(
          (client, thread) -> {
            Random random = new Random(SEED + thread);
            for (int round = 0; round < rounds; round++) {
              List<byte[]> requests = new ArrayList<>();
              List<String> read = new ArrayList<>();
              for (int i = 1 + random.nextInt(MAX_REQUESTS); i > 0; i--) {
                String key = "key" + random.nextInt(keys);
                String value = key + ":" + "x".repeat(lengths[random.nextInt(lengths.length)]);
                String line = LIFE_AND_DEATH[random.nextInt(LIFE_AND_DEATH.length)];
                requests.add(
                    TestClient.request(line.replace("#", key).replace("=", value).split(" ")));
                read.add(line.startsWith("GET") ? key + ":" : "");
              }
              client.send(join(requests));
              String[] replies = ReplyText.of(client.received()).split(" \\| ", -1);
              assertEquals(read.size(), replies.length);
              for (int i = 0; i < replies.length; i++) {
                assertTrue(
                    replies[i].equals("nil") || replies[i].startsWith(read.get(i)),
                    replies[i] + " for " + read.get(i));
              }
              if (round % 16 == 0) {
                engine.tick(thread);
              }
            }
          });
    } catch (Throwable e) {
      throw new AssertionError("seed " + SEED, e);
    }
  }
}
