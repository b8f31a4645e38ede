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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The same random commands to Redis and to us: the replies are equal, and now and then the keys are
 * compared.
 *
 * <p>{@code -Djacinth.differential.commands} says how many commands of each family, {@code
 * -Djacinth.differential.seed} which.
 */
final class DifferentialTest {
  private static final int COMMANDS = Integer.getInteger("jacinth.differential.commands", 6000);
  private static final long SEED = Long.getLong("jacinth.differential.seed", 42);

  /** Sent before the first reply is read. */
  private static final int BATCH = 50;

  /** Batches between two comparisons of all keys. */
  private static final int BATCHES_PER_COMPARISON = 10;

  private static final int SHOWN_COMMANDS = 12;
  private static final int SHOWN_CHARACTERS = 200;

  /** By how much expiry times may differ that were set relative to the time of two servers. */
  private static final long CLOCK_TOLERANCE_MILLIS = 5000;

  private static Peer peer;
  private static Jacinth jacinth;
  private static RespConnection theirs;
  private static RespConnection ours;

  /** The last commands that touched each key are what explains a difference. */
  private final Deque<String[]> history = new ArrayDeque<>();

  @BeforeAll
  static void start() throws Exception {
    peer = Peer.redis();
    jacinth = Jacinth.builder().port(0).start();
    theirs = new RespConnection(peer.port(), 2);
    ours = new RespConnection(jacinth.port(), 2);
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : Arrays.asList(ours, theirs, jacinth, peer)) {
      if (each != null) {
        each.close();
      }
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

  private void compare(Function<Random, RandomCommands> family) {
    RandomCommands commands = family.apply(new Random(SEED));
    theirs.call("FLUSHALL");
    ours.call("FLUSHALL");
    for (int batch = 0; batch < COMMANDS / BATCH; batch++) {
      List<String[]> requests = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        String[] request = commands.next();
        requests.add(request);
        theirs.send(request);
        ours.send(request);
      }
      for (String[] request : requests) {
        remember(request);
        expectEqual(theirs.read(), ours.read(), String.join(" ", request));
      }
      if (batch % BATCHES_PER_COMPARISON == 0) {
        RandomCommands.keys().forEach(this::compareKey);
      }
    }
  }

  private void compareKey(String key) {
    for (String[] question :
        new String[][] {{"GET", key}, {"OBJECT", "ENCODING", key}, {"TYPE", key}}) {
      expectEqual(theirs.call(question), ours.call(question), String.join(" ", question));
    }
    long theirTime = (Long) theirs.call("PEXPIRETIME", key);
    long ourTime = (Long) ours.call("PEXPIRETIME", key);
    if (Math.abs(theirTime - ourTime) > CLOCK_TOLERANCE_MILLIS) {
      expectEqual(theirTime, ourTime, "PEXPIRETIME " + key);
    }
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
    message.append("\n  Redis   ").append(shown(theirReply));
    message.append("\n  Jacinth ").append(shown(ourReply));
    message.append("\nafter");
    for (String[] request : history) {
      if (Arrays.stream(request).anyMatch(word -> word.startsWith("key:") && what.contains(word))) {
        message.append("\n  ").append(shown(String.join(" ", request)));
      }
    }
    fail(message.toString());
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
