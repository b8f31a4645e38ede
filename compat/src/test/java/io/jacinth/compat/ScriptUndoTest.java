package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.compat.RespConnection.Failure;
import io.jacinth.compat.RespConnection.Status;
import io.jacinth.embedded.Jacinth;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A script that is killed has done nothing, whatever it has done. */
final class ScriptUndoTest {
  private static final int ROUNDS = Integer.getInteger("jacinth.undo.rounds", 40);
  private static final long SEED = Long.getLong("jacinth.undo.seed", 42);
  private static final int MEMBERS = 200_000;

  /** Executes the commands that follow, each after its number of words, and then does not end. */
  private static final String COMMANDS =
      """
      local i = 1
      while i <= #ARGV do
        local words = {}
        for j = 1, tonumber(ARGV[i]) do words[j] = ARGV[i + j] end
        redis.pcall(unpack(words))
        i = i + #words + 1
      end
      redis.call('set', 'key:0', 'the end')
      while true do end
      """;

  private Jacinth server;

  @AfterEach
  void stop() {
    server.close();
  }

  private void start(int threads, String undoMemory) throws Exception {
    server =
        Jacinth.builder()
            .port(0)
            .set("io-threads", Integer.toString(threads))
            .set("enable-debug-command", "yes")
            .set("busy-reply-threshold", "10")
            .set("script-undo-memory", undoMemory)
            .start();
  }

  private RespConnection connect() {
    return new RespConnection(server.port(), 2);
  }

  private static void awaitBusy(RespConnection other) throws Exception {
    for (int i = 0; i < 5000; i++) {
      if (other.call("DBSIZE") instanceof Failure failure) {
        assertTrue(failure.text().startsWith("BUSY "), failure.text());
        return;
      }
      Thread.sleep(2);
    }
    throw new AssertionError("never busy");
  }

  /** Kills the script that a client has sent; returns its reply. */
  private static Object kill(RespConnection client, RespConnection other) throws Exception {
    awaitBusy(other);
    assertEquals(new Status("OK"), other.call("SCRIPT", "KILL"));
    return client.read();
  }

  private static void assertKilled(Object reply) {
    Failure failure = assertInstanceOf(Failure.class, reply);
    assertTrue(failure.text().startsWith("ERR Script killed by user"), failure.text());
  }

  private static List<Object> state(RespConnection client) {
    List<Object> state = new ArrayList<>();
    state.add(client.call("DEBUG", "DIGEST"));
    state.add(client.call("INFO", "keyspace").toString().replaceAll("avg_ttl=[0-9]+", ""));
    for (String key : RandomCommands.keys()) {
      state.add(client.call("TYPE", key));
      state.add(client.call("PEXPIRETIME", key));
      state.add(client.call("DEBUG", "DIGEST-VALUE", key));
      state.add(client.call("STRLEN", key));
    }
    return state;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void randomCommandsAreUndone(int threads) throws Exception {
    start(threads, "64mb");
    try (RespConnection client = connect();
        RespConnection other = connect()) {
      for (int round = 0; round < ROUNDS; round++) {
        long seed = SEED + round;
        Random random = new Random(seed);
        RandomCommands commands = new RandomMixedCommands(random);
        for (int i = 0; i < 150; i++) {
          client.call(commands.next());
        }
        List<Object> before = state(client);
        List<String> words = new ArrayList<>(List.of("EVAL", COMMANDS, "0"));
        for (int i = random.nextInt(60); i > 0; i--) {
          String[] command = commands.next();
          words.add(Integer.toString(command.length));
          words.addAll(List.of(command));
        }
        client.send(words.toArray(String[]::new));
        assertKilled(kill(client, other));
        assertEquals(before, state(client), "seed " + seed);
      }
    }
  }

  @Test
  void inATransactionOnlyTheScriptIsUndone() throws Exception {
    start(1, "64mb");
    try (RespConnection client = connect();
        RespConnection other = connect()) {
      client.call("MULTI");
      client.call("SET", "a", "before");
      client.call(
          "EVAL", "redis.call('set', 'a', 1) redis.call('set', 'b', 1) while true do end", "0");
      client.call("APPEND", "a", " and after");
      client.send("EXEC");
      List<?> replies = assertInstanceOf(List.class, kill(client, other));
      assertEquals(new Status("OK"), replies.get(0));
      assertKilled(replies.get(1));
      assertEquals(16L, replies.get(2));
      assertEquals("before and after", client.call("GET", "a"));
      assertEquals(0L, client.call("EXISTS", "b"));
    }
  }

  @Test
  void functionsAreUndoneToo() throws Exception {
    start(2, "64mb");
    try (RespConnection client = connect();
        RespConnection other = connect()) {
      String library =
          "#!lua name=lib\nredis.register_function('f', function(keys)"
              + " redis.call('del', keys[1]) while true do redis.call('incr', 'n') end end)";
      client.call("FUNCTION", "LOAD", library);
      client.call("RPUSH", "list", "x", "y");
      client.send("FCALL", "f", "1", "list");
      awaitBusy(other);
      assertEquals(new Status("OK"), other.call("FUNCTION", "KILL"));
      assertInstanceOf(Failure.class, client.read());
      assertEquals(List.of("x", "y"), client.call("LRANGE", "list", "0", "-1"));
      assertEquals(0L, client.call("EXISTS", "n"));
    }
  }

  @Test
  void aLargeValueIsNotCopied() throws Exception {
    start(1, "1mb");
    try (RespConnection client = connect();
        RespConnection other = connect()) {
      for (int i = 0; i < MEMBERS; i += 1000) {
        List<String> words = new ArrayList<>(List.of("ZADD", "z"));
        List<String> pushes = new ArrayList<>(List.of("RPUSH", "l"));
        for (int j = i; j < i + 1000; j++) {
          words.add(Integer.toString(j));
          words.add("member:" + j);
          pushes.add("element:" + j);
        }
        client.call(words.toArray(String[]::new));
        client.call(pushes.toArray(String[]::new));
      }
      Object digest = client.call("DEBUG", "DIGEST");
      String script =
          "for i = 1, 1000 do redis.call('zadd', 'z', i * 7, 'member:' .. i)"
              + " redis.call('zadd', 'z', i, 'new:' .. i) redis.call('zpopmin', 'z')"
              + " redis.call('rpoplpush', 'l', 'l') redis.call('lset', 'l', i * 50, 'x') end"
              + " redis.call('rename', 'l', 'm') redis.call('zremrangebyrank', 'z', 5, 50)"
              + " redis.call('copy', 'z', 'y') redis.call('rpush', 'm', 'x')"
              + " redis.call('del', 'z') while true do end";
      client.send("EVAL", script, "0");
      assertKilled(kill(client, other));
      assertEquals(digest, client.call("DEBUG", "DIGEST"));
    }
  }

  @Test
  void whoWaitsForAKeyDoesNotGetWhatIsUndone() throws Exception {
    start(2, "64mb");
    try (RespConnection client = connect();
        RespConnection other = connect();
        RespConnection waiting = connect()) {
      waiting.send("BLPOP", "list", "0");
      while (!other.call("INFO", "clients").toString().contains("blocked_clients:1")) {
        Thread.onSpinWait();
      }
      client.send("EVAL", "redis.call('rpush', 'list', 'undone') while true do end", "0");
      assertKilled(kill(client, other));
      assertEquals(1L, other.call("RPUSH", "list", "real"));
      assertEquals(List.of("list", "real"), waiting.read());
    }
  }

  @Test
  void beyondItsMemoryAScriptCannotBeKilled() throws Exception {
    start(1, "100kb");
    try (RespConnection client = connect();
        RespConnection other = connect()) {
      String script =
          "for i = 1, 10000 do redis.call('set', 'k' .. i, i) end"
              + " local from = os.clock() repeat until os.clock() - from > 2";
      client.send("EVAL", script, "0");
      awaitBusy(other);
      Thread.sleep(1000);
      Failure failure = (Failure) other.call("SCRIPT", "KILL");
      assertTrue(failure.text().contains("script-undo-memory"), failure.text());
      assertEquals(null, client.read());
      assertEquals(10_000L, client.call("DBSIZE"));
      assertNotEquals(null, client.call("GET", "k1"));
    }
  }
}
