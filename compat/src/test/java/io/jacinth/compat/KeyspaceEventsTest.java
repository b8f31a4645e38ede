package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.embedded.Jacinth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The same random commands to Redis and to us, with a subscriber to all keyspace notifications at
 * each: every command has the same events, in the same order.
 */
final class KeyspaceEventsTest {
  private static final int COMMANDS = Integer.getInteger("jacinth.events.commands", 3000);
  private static final long SEED = Long.getLong("jacinth.events.seed", 42);

  /** Sent before the first event is read. */
  private static final int BATCH = 50;

  /** Where a message tells that the events of one command are complete. */
  private static final String END = "end";

  private static Peer redis;
  private static Jacinth jacinth;

  @BeforeAll
  static void start() throws Exception {
    redis = Peer.redis("--notify-keyspace-events", "KEAmn");
    jacinth =
        Jacinth.builder()
            .port(0)
            .set("io-threads", "2")
            .set("enable-debug-command", "yes")
            .set("notify-keyspace-events", "KEAmn")
            .start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (jacinth != null) {
      jacinth.close();
    }
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void strings() {
    compare(RandomStringCommands::new);
  }

  @Test
  void bitmaps() {
    compare(RandomBitmapCommands::new);
  }

  @Test
  void keys() {
    compare(RandomKeyCommands::new);
  }

  @Test
  void lists() {
    compare(RandomListCommands::new);
  }

  @Test
  void hyperLogLogs() {
    compare(RandomHyperLogLogCommands::new);
  }

  @Test
  void sorting() {
    compare(RandomSortCommands::new);
  }

  @Test
  void hashes() {
    compare(RandomHashCommands::new);
  }

  @Test
  void sets() {
    compare(RandomSetCommands::new);
  }

  @Test
  void sortedSets() {
    compare(RandomSortedSetCommands::new);
  }

  @Test
  void geo() {
    compare(RandomGeoCommands::new);
  }

  @Test
  void streams() {
    compare(RandomStreamCommands::new);
  }

  @Test
  void allTypes() {
    compare(RandomMixedCommands::new);
  }

  /** One server with a client that sends commands and one that hears of the events. */
  private static final class Side implements AutoCloseable {
    private final RespConnection commands;
    private final RespConnection events;

    Side(int port) {
      commands = new RespConnection(port, 2);
      events = new RespConnection(port, 3);
      commands.call("FLUSHALL");
      commands.call("DEBUG", "SET-ACTIVE-EXPIRE", "0");
      events.call("PSUBSCRIBE", "__key*__:*");
      events.call("SUBSCRIBE", END);
    }

    void send(String[] request) {
      commands.send(request);
      commands.send("PUBLISH", END, "");
    }

    /** The events of the next command. */
    List<String> next() {
      commands.read();
      assertEquals(1L, commands.read());
      List<String> found = new ArrayList<>();
      while (true) {
        List<?> message = (List<?>) events.read();
        if (message.get(0).equals("message")) {
          return found;
        }
        found.add(message.get(2) + " " + message.get(3));
      }
    }

    @Override
    public void close() {
      commands.close();
      events.close();
    }
  }

  private static void compare(Function<Random, RandomCommands> family) {
    RandomCommands commands = family.apply(new Random(SEED));
    List<String> history = new ArrayList<>();
    int events = 0;
    try (Side theirs = new Side(redis.port());
        Side ours = new Side(jacinth.port())) {
      for (int batch = 0; batch < COMMANDS / BATCH; batch++) {
        List<String[]> requests = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
          String[] request = commands.next();
          requests.add(request);
          theirs.send(request);
          ours.send(request);
        }
        for (String[] request : requests) {
          history.add(String.join(" ", request));
          List<String> expected = comparable(request, theirs.next());
          List<String> found = comparable(request, ours.next());
          events += expected.size();
          assertEquals(expected, found, () -> "seed " + SEED + ":\n" + tail(history));
        }
      }
    }
    assertTrue(events > COMMANDS / 2, events + " events");
  }

  /** What is not by chance, and not different on purpose (docs/differences.md). */
  private static List<String> comparable(String[] request, List<String> events) {
    String name = request[0].toUpperCase(Locale.ROOT);
    if (name.startsWith("SORT")) {
      // a set is looked through in whatever order, and maybe not to its end
      events.removeIf(event -> event.contains("keymiss"));
    } else if (name.equals("BITFIELD")
        && Arrays.stream(request).anyMatch("FAIL"::equalsIgnoreCase)) {
      events.removeIf(event -> event.contains("setbit") || event.contains("new"));
    }
    return events;
  }

  private static String tail(List<String> history) {
    return String.join("\n", history.subList(Math.max(0, history.size() - 12), history.size()));
  }
}
