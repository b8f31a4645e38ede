package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.embedded.Jacinth;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Money moves between accounts by WATCH and MULTI and by scripts, which lock the accounts that they
 * declare or, if they do not, all shards, from clients of four I/O threads; whoever adds up all
 * accounts, in a transaction, a script or one command, always finds the same total.
 *
 * <p>{@code -Djacinth.transfers=1000000 -Djacinth.transfers.seed=1} is the long run.
 */
final class TransfersTest {
  private static final int THREADS = 4;
  private static final int ACCOUNTS = 20;
  private static final long START_AMOUNT = 1_000;
  private static final long TRANSFERS = Long.getLong("jacinth.transfers", 20_000);
  private static final long SEED = Long.getLong("jacinth.transfers.seed", System.nanoTime());
  private static final int LIMIT_MINUTES = 30;

  private static final String MOVE =
      """
      local from, to, amount = KEYS[1], KEYS[2], tonumber(ARGV[1])
      local left = tonumber(redis.call('GET', from)) - amount
      if left < 0 or from == to then return 0 end
      redis.call('SET', from, left)
      redis.call('INCRBY', to, amount)
      return 1
      """;

  private static final String TOTAL =
      """
      local sum = 0
      for i = 1, #KEYS do sum = sum + redis.call('GET', KEYS[i]) end
      return sum
      """;

  /** The same with accounts that are not declared. */
  private static final String UNDECLARED_MOVE =
      MOVE.replace("KEYS[1], KEYS[2], tonumber(ARGV[1])", "ARGV[1], ARGV[2], tonumber(ARGV[3])");

  private static final String UNDECLARED_TOTAL = TOTAL.replace("KEYS", "ARGV");

  /** How many transfers each way has done, and how many were given up as others came between. */
  private final AtomicLong byScript = new AtomicLong();

  private final AtomicLong byTransaction = new AtomicLong();
  private final AtomicLong givenUp = new AtomicLong();

  @Test
  void theTotalNeverChanges() throws Exception {
    try (Jacinth server =
            Jacinth.builder().port(0).set("io-threads", Integer.toString(THREADS)).start();
        RespConnection first = new RespConnection(server.port(), 2);
        ExecutorService clients = Executors.newFixedThreadPool(THREADS)) {
      for (int i = 0; i < ACCOUNTS; i++) {
        first.call("SET", account(i), Long.toString(START_AMOUNT));
      }
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(SEED + i);
        running.add(clients.submit(() -> transfer(server.port(), random)));
      }
      for (Future<?> each : running) {
        each.get(LIMIT_MINUTES, TimeUnit.MINUTES);
      }
      for (int way = 0; way < WAYS; way++) {
        assertEquals(ACCOUNTS * START_AMOUNT, total(first, way), "seed " + SEED);
      }
    }
    assertTrue(byScript.get() > TRANSFERS / 4, byScript + " by scripts");
    assertTrue(byTransaction.get() > TRANSFERS / 8, byTransaction + " by transactions");
    assertTrue(givenUp.get() > 0, "no transaction was given up: nobody came between");
  }

  private static String account(int i) {
    return "account:" + i;
  }

  private void transfer(int port, Random random) {
    try (RespConnection client = new RespConnection(port, 2)) {
      for (long i = 0; i < TRANSFERS / THREADS; i++) {
        String from = account(random.nextInt(ACCOUNTS));
        String to = account(random.nextInt(ACCOUNTS));
        long amount = random.nextInt(100);
        if (random.nextBoolean()) {
          moveByScript(client, random.nextInt(32), from, to, Long.toString(amount));
          byScript.incrementAndGet();
        } else {
          move(client, from, to, amount);
        }
        if (i % 10 == 0) {
          int way = random.nextInt(WAYS);
          assertEquals(ACCOUNTS * START_AMOUNT, total(client, way), "seed " + SEED);
        }
      }
    }
  }

  /** Most scripts declare their keys; some stand in a transaction. */
  private static void moveByScript(
      RespConnection client, int way, String from, String to, String amount) {
    boolean isQueued = way < 8;
    if (isQueued) {
      client.call("MULTI");
      client.call("INCRBY", from, "7");
    }
    if (way % 8 == 0) {
      client.call("EVAL", UNDECLARED_MOVE, "0", from, to, amount);
    } else {
      client.call("EVAL", MOVE, "2", from, to, amount);
    }
    if (isQueued) {
      client.call("DECRBY", from, "7");
      client.call("EXEC");
    }
  }

  private void move(RespConnection client, String from, String to, long amount) {
    client.call("WATCH", from, to);
    long left = Long.parseLong((String) client.call("GET", from)) - amount;
    if (left < 0 || from.equals(to)) {
      client.call("UNWATCH");
      return;
    }
    long had = Long.parseLong((String) client.call("GET", to));
    client.call("MULTI");
    client.call("SET", from, Long.toString(left));
    client.call("SET", to, Long.toString(had + amount));
    (client.call("EXEC") == null ? givenUp : byTransaction).incrementAndGet();
  }

  /** In how many ways accounts are added up. */
  private static final int WAYS = 5;

  private static long total(RespConnection client, int way) {
    String[] keys = new String[ACCOUNTS];
    for (int i = 0; i < ACCOUNTS; i++) {
      keys[i] = account(i);
    }
    return switch (way) {
      case 0 -> (Long) client.call(request(keys, "EVAL", TOTAL, Integer.toString(ACCOUNTS)));
      case 1 -> (Long) client.call(request(keys, "EVAL", UNDECLARED_TOTAL, "0"));
      case 2 -> {
        client.call("MULTI");
        client.call(request(keys, "EVAL", TOTAL, Integer.toString(ACCOUNTS)));
        yield (Long) ((List<?>) client.call("EXEC")).getFirst();
      }
      case 3 -> sum(client.call(request(keys, "MGET")));
      default -> {
        client.call("MULTI");
        for (String key : keys) {
          client.call("GET", key);
        }
        yield sum(client.call("EXEC"));
      }
    };
  }

  private static String[] request(String[] keys, String... head) {
    List<String> words = new ArrayList<>(List.of(head));
    words.addAll(List.of(keys));
    return words.toArray(String[]::new);
  }

  private static long sum(Object amounts) {
    long sum = 0;
    for (Object amount : (List<?>) amounts) {
      sum += Long.parseLong((String) amount);
    }
    return sum;
  }
}
