package io.jacinth.compat;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.compat.GuideServices.CacheService;
import io.jacinth.compat.GuideServices.DistributedLock;
import io.jacinth.embedded.Jacinth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guide's caching, counter and lock examples with the libraries that Java programs use. */
final class GuideTest {
  private static final int RIVALS = 4;

  private Jacinth server;

  @BeforeEach
  void start() throws Exception {
    server = Jacinth.builder().port(0).start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void strings(GuideClient.Library library) {
    try (GuideClient client = library.connect(server.port())) {
      assertEquals("PONG", client.ping());
      client.set("user:1:name", "Zoë Doe");
      client.set("user:1:email", "zoe@example.com");
      assertEquals("Zoë Doe", client.get("user:1:name"));
      assertNull(client.get("missing"));
      assertEquals(
          Arrays.asList("Zoë Doe", null, "zoe@example.com"),
          client.mget("user:1:name", "missing", "user:1:email"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void counters(GuideClient.Library library) throws Exception {
    try (GuideClient client = library.connect(server.port())) {
      client.set("visits", "0");
      assertEquals(1, client.incr("visits"));
      assertEquals(2, client.incr("visits"));
      assertEquals(1, client.decr("visits"));
      assertEquals(42, client.incrBy("visits", 41));
      assertEquals(10.5, client.incrByFloat("price", 10.5));
      List<Long> counts = concurrently(library, rival -> rival.incr("shared"), 100);
      Collections.sort(counts);
      assertEquals(IntStream.rangeClosed(1, RIVALS * 100).mapToObj(Long::valueOf).toList(), counts);
    }
  }

  @ParameterizedTest
  @EnumSource
  void cache(GuideClient.Library library) throws Exception {
    try (GuideClient client = library.connect(server.port())) {
      CacheService cache = new CacheService(client);
      AtomicInteger asked = new AtomicInteger();
      for (int i = 0; i < 3; i++) {
        assertEquals(
            "profile 1",
            cache.getCachedData(
                "user:7:profile", 3600, () -> "profile " + asked.incrementAndGet()));
      }
      long timeToLive = client.ttl("user:7:profile");
      assertTrue(timeToLive > 3590 && timeToLive <= 3600, () -> "TTL " + timeToLive);
      client.set("other", "stays");
      cache.invalidateCache("user:*:profile");
      cache.invalidateCache("user:*:profile");
      assertNull(client.get("user:7:profile"));
      assertEquals("stays", client.get("other"));

      cache.getCachedData("brief", 1, () -> "soon gone");
      SECONDS.sleep(1);
      Thread.sleep(100);
      assertNull(client.get("brief"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void lock(GuideClient.Library library) throws Exception {
    try (GuideClient client = library.connect(server.port());
        GuideClient other = library.connect(server.port())) {
      String value = new DistributedLock(client).acquireLock("order:1:lock", 200);
      assertEquals(value, client.get("order:1:lock"));
      assertNull(new DistributedLock(other).acquireLock("order:1:lock", 30_000));
      Thread.sleep(250);
      assertNotNull(new DistributedLock(other).acquireLock("order:1:lock", 30_000));
      List<String> values =
          concurrently(library, rival -> new DistributedLock(rival).acquireLock("lock", 30_000), 5);
      values.removeIf(each -> each == null);
      assertEquals(List.of(client.get("lock")), values);
    }
  }

  @ParameterizedTest
  @EnumSource
  void pipelines(GuideClient.Library library) {
    try (GuideClient client = library.connect(server.port())) {
      List<String> keys = Collections.nCopies(5_000, "pipelined");
      assertEquals(
          IntStream.rangeClosed(1, 5_000).mapToObj(Long::valueOf).toList(),
          client.incrementPipelined(keys));
    }
  }

  @ParameterizedTest
  @EnumSource
  void scans(GuideClient.Library library) {
    try (GuideClient client = library.connect(server.port())) {
      List<String> keys = IntStream.range(0, 500).mapToObj(i -> "scan:" + i).toList();
      keys.forEach(client::incr);
      client.set("other", "1");
      List<String> found = client.scan("scan:*");
      assertEquals(new HashSet<>(keys), new HashSet<>(found));
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorsAreTheClientsExceptions(GuideClient.Library library) {
    try (GuideClient client = library.connect(server.port())) {
      client.set("word", "text");
      RuntimeException error = assertThrows(RuntimeException.class, () -> client.incr("word"));
      assertEquals("ERR value is not an integer or out of range", error.getMessage());
      assertEquals("PONG", client.ping());
    }
  }

  @ParameterizedTest
  @EnumSource
  void libraryAndVersionAreKnown(GuideClient.Library library) {
    try (GuideClient client = library.connect(server.port());
        RespConnection observer = new RespConnection(server.port(), 2)) {
      client.ping();
      String clients = (String) observer.call("CLIENT", "LIST");
      String name = library.name().startsWith("JEDIS") ? "jedis" : "Lettuce";
      assertTrue(clients.contains(" lib-name=" + name), clients);
      assertTrue(clients.contains(library.name().endsWith("3") ? " resp=3 " : " resp=2 "), clients);
    }
  }

  /** A restart loses what was not saved; clients find the new server at the same port. */
  @ParameterizedTest
  @EnumSource
  void aRestartedServerIsFoundAgain(GuideClient.Library library) throws Exception {
    int port = server.port();
    try (GuideClient client = library.connect(port)) {
      client.set("before", "1");
      server.close();
      assertThrows(RuntimeException.class, () -> failFast(client));
      server = Jacinth.builder().port(port).start();
      assertEquals("PONG", awaitPong(client));
      assertNull(client.get("before"));
    }
  }

  /** Lettuce would wait for the server to come back, so its commands are given little time. */
  private static void failFast(GuideClient client) {
    if (client instanceof LettuceGuideClient lettuce) {
      lettuce.pingWithin(Duration.ofMillis(200));
    } else {
      client.ping();
    }
  }

  private static String awaitPong(GuideClient client) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + SECONDS.toNanos(10);
    while (true) {
      try {
        return client.ping();
      } catch (RuntimeException notYet) {
        if (System.nanoTime() - deadlineNanos > 0) {
          throw notYet;
        }
        Thread.sleep(20);
      }
    }
  }

  private interface Action<T> {
    T with(GuideClient client);
  }

  /** Does something many times, by several clients at once. */
  private <T> List<T> concurrently(GuideClient.Library library, Action<T> action, int times)
      throws Exception {
    List<T> results = new ArrayList<>();
    try (ExecutorService rivals = Executors.newFixedThreadPool(RIVALS)) {
      Callable<List<T>> rival =
          () -> {
            try (GuideClient client = library.connect(server.port())) {
              List<T> mine = new ArrayList<>();
              for (int i = 0; i < times; i++) {
                mine.add(action.with(client));
              }
              return mine;
            }
          };
      for (Future<List<T>> each : rivals.invokeAll(Collections.nCopies(RIVALS, rival))) {
        results.addAll(each.get());
      }
    }
    return results;
  }
}
