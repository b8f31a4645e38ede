package io.jacinth.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.ConcurrentEngine;
import io.jacinth.command.TestClient;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Money moves between accounts of several shards on four threads; whoever adds up all accounts in a
 * transaction always finds the same total.
 *
 * <p>{@code -Djacinth.transfers=1000000 -Djacinth.transfers.seed=1} is the long run.
 */
final class TransferTest {
  private static final int THREADS = 4;
  private static final int ACCOUNTS = 24;
  private static final long START_AMOUNT = 1_000;
  private static final long TRANSFERS = Long.getLong("jacinth.transfers", 20_000);
  private static final long SEED = Long.getLong("jacinth.transfers.seed", System.nanoTime());

  private static final String[] ALL = new String[ACCOUNTS + 1];

  static {
    ALL[0] = "MGET";
    for (int i = 0; i < ACCOUNTS; i++) {
      ALL[i + 1] = account(i);
    }
  }

  private static String account(int i) {
    return "account:" + i;
  }

  private static void deposit(ConcurrentEngine engine) {
    engine.run(
        (client, thread) -> {
          if (thread == 0) {
            for (int i = 0; i < ACCOUNTS; i++) {
              client.call("SET", account(i), Long.toString(START_AMOUNT));
            }
          }
        });
  }

  private static long sum(String reply) {
    long sum = 0;
    for (String amount : reply.replaceAll("[\\[\\]]", "").split(", ", -1)) {
      sum += Long.parseLong(amount);
    }
    return sum;
  }

  /** Adds up all accounts in one of several ways. */
  private static long total(TestClient client, Random random) {
    if (random.nextInt(4) == 0) {
      return sum(client.call(ALL));
    }
    boolean locksAll = random.nextInt(4) == 0;
    client.call("MULTI");
    for (int i = 0; i < ACCOUNTS; i++) {
      client.call("GET", account(i));
    }
    if (locksAll) {
      client.call("DBSIZE");
    }
    return sum(client.call("EXEC")) - (locksAll ? ACCOUNTS : 0);
  }

  /** Moves money by WATCH and MULTI; gives whether nobody came between. */
  private static boolean move(TestClient client, Random random) {
    String from = account(random.nextInt(ACCOUNTS));
    String to = account(random.nextInt(ACCOUNTS));
    client.call("WATCH", from, to);
    long amount = random.nextInt(100);
    long left = Long.parseLong(client.call("GET", from)) - amount;
    if (left < 0 || from.equals(to)) {
      client.call("UNWATCH");
      return true;
    }
    long had = Long.parseLong(client.call("GET", to));
    client.call("MULTI");
    client.call("SET", from, Long.toString(left));
    client.call("SET", to, Long.toString(had + amount));
    return !client.call("EXEC").equals("nil");
  }

  private static void transfer(ConcurrentEngine engine, long transfers) {
    deposit(engine);
    AtomicLong given = new AtomicLong();
    engine.run(
        (client, thread) -> {
          Random random = new Random(SEED + thread);
          for (long i = 0; i < transfers / THREADS; i++) {
            if (!move(client, random)) {
              given.incrementAndGet();
            }
            if (i % 8 == 0) {
              assertEquals(ACCOUNTS * START_AMOUNT, total(client, random), "total, seed " + SEED);
            }
          }
        });
    engine.run(
        (client, thread) -> assertEquals(ACCOUNTS * START_AMOUNT, total(client, new Random(SEED))));
    assertTrue(given.get() < transfers, "all transfers were given up");
  }

  @Test
  void theTotalNeverChanges() {
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS)) {
      transfer(engine, TRANSFERS);
    }
  }

  @Test
  void theTotalNeverChangesThoughCommandsStopInTheMiddle() {
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS).hesitating()) {
      transfer(engine, TRANSFERS / 10);
    }
  }

  /** Watched keys change hands between threads in every way that ends a watch. */
  @Test
  void clientsWatchAndForget() {
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS)) {
      engine.run(
          (client, thread) -> {
            Random random = new Random(SEED + thread);
            for (int i = 0; i < 4_000; i++) {
              String key = "key:" + random.nextInt(20);
              client.call("WATCH", key, "key:" + random.nextInt(20));
              client.call("SET", "key:" + random.nextInt(20), "x", "PX", "1");
              switch (random.nextInt(4)) {
                case 0 -> client.expect("UNWATCH", "OK");
                case 1 -> {
                  client.call("MULTI");
                  client.expect("DISCARD", "OK");
                }
                case 2 -> client.expect("RESET", "RESET");
                default -> {
                  client.call("MULTI");
                  client.call(random.nextInt(50) == 0 ? "FLUSHALL" : "PING");
                  client.call("EXEC");
                }
              }
            }
            client.call("UNWATCH");
          });
      assertEquals(0, engine.engine().keyspace().watchedKeys());
    }
  }
}
