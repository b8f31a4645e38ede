package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.fail;

import io.jacinth.embedded.Jacinth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The same random commands to Redis, or to Valkey where Redis 8.0.6 lacks them, and to us: the
 * replies are equal, and now and then the keys are compared.
 *
 * <p>{@code -Djacinth.differential.commands} says how many commands of each family, {@code
 * -Djacinth.differential.seed} which.
 */
final class DifferentialTest {
  private static final int COMMANDS = Integer.getInteger("jacinth.differential.commands", 6000);
  private static final long SEED = Long.getLong("jacinth.differential.seed", 42);

  /** Sent before the first reply is read. */
  private static final int BATCH = 50;

  private static final int CLIENTS = 3;

  /** Batches between two comparisons of all keys. */
  private static final int BATCHES_PER_COMPARISON = 10;

  private static final int SHOWN_COMMANDS = 12;
  private static final int SHOWN_CHARACTERS = 200;

  /** By how much expiry times may differ that were set relative to the time of two servers. */
  private static final long CLOCK_TOLERANCE_MILLIS = 5000;

  /** What {@code list-max-listpack-size} allows unless it is set. */
  private static final int SHORT_LIST_BYTES = 8192;

  private static Peer redis;
  private static Peer valkey;
  private static Jacinth jacinth;

  private RespConnection theirs;
  private RespConnection ours;

  /** The last commands that touched each key are what explains a difference. */
  private final Deque<String[]> history = new ArrayDeque<>();

  @BeforeAll
  static void start() throws Exception {
    redis = Peer.redis();
    valkey = Peer.valkey();
    jacinth = Jacinth.builder().port(0).set("enable-debug-command", "yes").start();
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : Arrays.asList(jacinth, redis, valkey)) {
      if (each != null) {
        each.close();
      }
    }
  }

  @Test
  void strings() {
    compare(redis, RandomStringCommands::new);
  }

  @Test
  void bitmaps() {
    compare(redis, RandomBitmapCommands::new);
  }

  @Test
  void keys() {
    compare(redis, RandomKeyCommands::new);
  }

  @Test
  void lists() {
    compare(redis, RandomListCommands::new);
  }

  @Test
  void hyperLogLogs() {
    compare(redis, RandomHyperLogLogCommands::new);
  }

  @Test
  void sorting() {
    compare(redis, RandomSortCommands::new);
  }

  @Test
  void hashes() {
    compare(redis, RandomHashCommands::new);
  }

  @Test
  void sets() {
    compare(redis, RandomSetCommands::new);
  }

  @Test
  void sortedSets() {
    compare(redis, RandomSortedSetCommands::new);
  }

  @Test
  void geo() {
    compare(redis, RandomGeoCommands::new);
  }

  @Test
  void streams() {
    compare(redis, RandomStreamCommands::new);
  }

  @Test
  void allTypes() {
    compare(redis, RandomMixedCommands::new);
  }

  /** Several clients, whose requests come between those of each other's transactions. */
  @Test
  void transactions() {
    RandomTransactions commands = new RandomTransactions(new Random(SEED));
    Random random = new Random(SEED);
    for (int protocol = 2; protocol <= 3; protocol++) {
      List<RespConnection> peers = new ArrayList<>();
      List<RespConnection> mine = new ArrayList<>();
      for (int i = 0; i <= CLIENTS; i++) {
        peers.add(new RespConnection(redis.port(), protocol));
        mine.add(new RespConnection(jacinth.port(), protocol));
      }
      theirs = peers.getLast();
      ours = mine.getLast();
      theirs.call("FLUSHALL");
      ours.call("FLUSHALL");
      for (int i = 0; i < COMMANDS / 2; i++) {
        int client = random.nextInt(CLIENTS);
        String[] request = commands.next();
        remember(request);
        expectEqual(
            peers.get(client).call(request),
            mine.get(client).call(request),
            "client " + client + ": " + quoted(request));
        if (i % (BATCH * BATCHES_PER_COMPARISON) == 0) {
          for (String key : RandomCommands.keys()) {
            compareKey(commands, key, true);
          }
        }
      }
      peers.forEach(RespConnection::close);
      mine.forEach(RespConnection::close);
    }
  }

  @Test
  void valkeyStrings() {
    compare(valkey, RandomValkeyStringCommands::new);
  }

  private void compare(Peer peer, Function<Random, RandomCommands> family) {
    RandomCommands commands = family.apply(new Random(SEED));
    for (int protocol = 2; protocol <= 3; protocol++) {
      try (RespConnection peers = new RespConnection(peer.port(), protocol);
          RespConnection mine = new RespConnection(jacinth.port(), protocol)) {
        theirs = peers;
        ours = mine;
        theirs.call("FLUSHALL");
        ours.call("FLUSHALL");
        compare(commands, COMMANDS / 2, peer == redis);
      }
    }
  }

  private void compare(RandomCommands commands, int count, boolean withEncoding) {
    long theirChanges = changes(theirs);
    long ourChanges = changes(ours);
    for (int batch = 0; batch < count / BATCH; batch++) {
      List<String[]> requests = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        String[] request = commands.next();
        requests.add(request);
        theirs.send(request);
        ours.send(request);
      }
      for (String[] request : requests) {
        remember(request);
        Object theirReply = RandomCommands.comparable(request, theirs.read());
        Object ourReply = RandomCommands.comparable(request, ours.read());
        if (!isSameTime(request, theirReply, ourReply)) {
          expectEqual(theirReply, ourReply, quoted(request));
        }
      }
      if (batch % BATCHES_PER_COMPARISON == 0) {
        for (String key : RandomCommands.keys()) {
          compareKey(commands, key, withEncoding);
        }
        if (commands.countsChanges()) {
          expectEqual(changes(theirs) - theirChanges, changes(ours) - ourChanges, "changes");
        }
      }
    }
  }

  /** How many changes a server has counted. */
  private static long changes(RespConnection server) {
    String field = "rdb_changes_since_last_save:";
    return String.valueOf(server.call("INFO", "persistence"))
        .lines()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.substring(field.length())))
        .findFirst()
        .orElseThrow();
  }

  private void compareKey(RandomCommands commands, String key, boolean withEncoding) {
    List<String[]> questions = new ArrayList<>();
    commands.questions(key).forEach(words -> questions.add(words.toArray(String[]::new)));
    questions.add(new String[] {"DEBUG", "DIGEST-VALUE", key});
    questions.add(new String[] {"TYPE", key});
    // Valkey embeds longer strings than Redis
    if (withEncoding) {
      questions.add(new String[] {"OBJECT", "ENCODING", key});
    }
    for (String[] question : questions) {
      Object theirReply = RandomCommands.comparable(question, theirs.call(question));
      Object ourReply = RandomCommands.comparable(question, ours.call(question));
      if (!isShrunkList(key, theirReply, ourReply)) {
        expectEqual(theirReply, ourReply, quoted(question));
      }
    }
    String[] question = {"PEXPIRETIME", key};
    Object theirTime = theirs.call(question);
    Object ourTime = ours.call(question);
    if (!isSameTime(question, theirTime, ourTime)) {
      expectEqual(theirTime, ourTime, quoted(question));
    }
  }

  /** Whether these are times of expiry that differ by no more than the two servers' clocks. */
  private static boolean isSameTime(String[] request, Object theirReply, Object ourReply) {
    return request[0].endsWith("EXPIRETIME")
        && theirReply instanceof Long theirTime
        && ourReply instanceof Long ourTime
        && Math.min(theirTime, ourTime) > 0
        && Math.abs(theirTime - ourTime) <= CLOCK_TOLERANCE_MILLIS;
  }

  /**
   * Whether these are the encodings of a list that was longer and is short again, which only here
   * makes it one listpack (docs/differences.md).
   */
  private boolean isShrunkList(String key, Object theirReply, Object ourReply) {
    if (!"quicklist".equals(theirReply) || !"listpack".equals(ourReply)) {
      return false;
    }
    List<?> elements = (List<?>) ours.call("LRANGE", key, "0", "-1");
    return elements.stream().mapToInt(element -> leastBytes(element.toString())).sum()
        <= SHORT_LIST_BYTES;
  }

  /** Of an element in a listpack. */
  private static int leastBytes(String element) {
    return 2 + (element.matches("-?[0-9]+") ? 0 : element.length());
  }

  private void remember(String[] request) {
    history.addLast(request);
    if (history.size() > SHOWN_COMMANDS * RandomCommands.keys().size()) {
      history.removeFirst();
    }
  }

  private void expectEqual(Object theirReply, Object ourReply, String what) {
    if (theirReply == null ? ourReply == null : theirReply.equals(ourReply)) {
      return;
    }
    StringBuilder message = new StringBuilder("seed " + SEED + ": " + shown(what));
    message.append("\n  peer    ").append(shown(theirReply));
    message.append("\n  Jacinth ").append(shown(ourReply));
    message.append("\nafter");
    for (String[] request : history) {
      if (Arrays.stream(request).anyMatch(word -> word.startsWith("key:") && what.contains(word))) {
        message.append("\n  ").append(shown(quoted(request)));
      }
    }
    fail(message.toString());
  }

  private static String quoted(String[] words) {
    return Arrays.stream(words)
        .map(word -> word.isEmpty() || word.contains(" ") ? "'" + word + "'" : word)
        .collect(Collectors.joining(" "));
  }

  private static String shown(Object reply) {
    StringBuilder shown = new StringBuilder();
    String text = String.valueOf(reply);
    text.chars()
        .limit(SHOWN_CHARACTERS)
        .forEach(
            c ->
                shown.append(
                    c >= ' ' && c < 127 ? Character.toString(c) : String.format("\\x%02x", c)));
    return shown + (text.length() > SHOWN_CHARACTERS ? "... (" + text.length() + ")" : "");
  }
}
