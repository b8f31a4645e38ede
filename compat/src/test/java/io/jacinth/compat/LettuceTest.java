package io.jacinth.compat;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.embedded.Jacinth;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is Lettuce's own: one connection for all threads, futures, connecting again by itself. */
final class LettuceTest {
  private Jacinth server;
  private RedisClient client;

  @AfterEach
  void stop() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(10));
    server.close();
  }

  private StatefulRedisConnection<String, String> connect(
      ProtocolVersion version, RedisURI.Builder uri) {
    client = RedisClient.create();
    client.setOptions(ClientOptions.builder().protocolVersion(version).build());
    return client.connect(uri.withHost("127.0.0.1").withPort(server.port()).build());
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"RESP2", "RESP3"})
  void futures(ProtocolVersion version) throws Exception {
    server = Jacinth.builder().port(0).start();
    try (StatefulRedisConnection<String, String> connection =
        connect(version, RedisURI.builder())) {
      List<RedisFuture<Long>> counts = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        counts.add(connection.async().incr("counter"));
      }
      RedisFuture<String> failed = connection.async().set("word", "text");
      RedisFuture<Long> error = connection.async().incr("word");
      for (int i = 0; i < counts.size(); i++) {
        assertEquals(i + 1, counts.get(i).get(10, SECONDS));
      }
      assertEquals("OK", failed.get(10, SECONDS));
      ExecutionException thrown =
          assertThrows(ExecutionException.class, () -> error.get(10, SECONDS));
      assertInstanceOf(RedisCommandExecutionException.class, thrown.getCause());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"RESP2", "RESP3"})
  void options(ProtocolVersion version) throws Exception {
    server = Jacinth.builder().port(0).set("requirepass", "secret").start();
    RedisURI.Builder uri =
        RedisURI.builder()
            .withPassword("secret".toCharArray())
            .withDatabase(3)
            .withClientName("guide");
    try (StatefulRedisConnection<String, String> connection = connect(version, uri)) {
      RedisCommands<String, String> commands = connection.sync();
      assertEquals("guide", commands.clientGetname());
      assertTrue(commands.clientList().contains(" db=3 "));
      commands.set("here", "1");
      commands.select(0);
      assertEquals(0, commands.exists("here"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"RESP2", "RESP3"})
  void wrongPassword(ProtocolVersion version) throws Exception {
    server = Jacinth.builder().port(0).set("requirepass", "secret").start();
    RedisURI.Builder uri = RedisURI.builder().withPassword("wrong".toCharArray());
    assertThrows(RedisConnectionException.class, () -> connect(version, uri));
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"RESP2", "RESP3"})
  void aConnectionThatTheServerClosesComesBack(ProtocolVersion version) throws Exception {
    server = Jacinth.builder().port(0).start();
    try (StatefulRedisConnection<String, String> connection =
            connect(version, RedisURI.builder().withDatabase(2).withClientName("guide"));
        StatefulRedisConnection<String, String> killer =
            client.connect(RedisURI.create("127.0.0.1", server.port()))) {
      RedisCommands<String, String> commands = connection.sync();
      commands.set("stays", "1");
      long id = commands.clientId();
      assertEquals(1, killer.sync().clientKill(KillArgs.Builder.id(id)));
      assertEquals("1", getWhenBack(commands, "stays"));
      assertNotEquals(id, commands.clientId());
      assertEquals("guide", commands.clientGetname());
    }
  }

  /** A command that is under way when the connection ends may fail; a later one must not. */
  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"RESP2", "RESP3"})
  void transactions(ProtocolVersion version) throws Exception {
    server = Jacinth.builder().port(0).start();
    try (StatefulRedisConnection<String, String> connection = connect(version, RedisURI.builder());
        StatefulRedisConnection<String, String> other =
            client.connect(RedisURI.create("127.0.0.1", server.port()))) {
      RedisCommands<String, String> commands = connection.sync();
      commands.multi();
      commands.set("word", "text");
      commands.incr("word");
      commands.lrange("list", 0, -1);
      TransactionResult result = commands.exec();
      assertFalse(result.wasDiscarded());
      assertEquals("OK", result.get(0));
      assertInstanceOf(RedisCommandExecutionException.class, result.get(1));
      assertEquals(List.of(), result.get(2));
      commands.watch("word");
      other.sync().set("word", "other");
      commands.multi();
      commands.set("word", "mine");
      assertTrue(commands.exec().wasDiscarded());
      assertEquals("other", commands.get("word"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"RESP2", "RESP3"})
  void scripts(ProtocolVersion version) throws Exception {
    server = Jacinth.builder().port(0).start();
    try (StatefulRedisConnection<String, String> connection =
        connect(version, RedisURI.builder())) {
      RedisCommands<String, String> commands = connection.sync();
      String script = "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('STRLEN', KEYS[1])";
      String[] keys = {"word"};
      Long length = commands.eval(script, ScriptOutputType.INTEGER, keys, "text");
      assertEquals(4L, length);
      String sha1 = commands.scriptLoad(script);
      length = commands.evalsha(sha1, ScriptOutputType.INTEGER, keys, "longer");
      assertEquals(6L, length);
    }
  }

  private static String getWhenBack(RedisCommands<String, String> commands, String key)
      throws InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        return commands.get(key);
      } catch (RedisException e) {
        if (tries == 50) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }
}
