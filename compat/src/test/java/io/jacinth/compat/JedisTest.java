package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.embedded.Jacinth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** What is Jedis's own: its pool, its pipeline, its options, its exceptions. */
final class JedisTest {
  private Jacinth server;

  @AfterEach
  void stop() {
    server.close();
  }

  private RedisClient connect(JedisClientConfig config) {
    return connect(config, new ConnectionPoolConfig());
  }

  private RedisClient connect(JedisClientConfig config, ConnectionPoolConfig pool) {
    return RedisClient.builder()
        .hostAndPort("127.0.0.1", server.port())
        .clientConfig(config)
        .poolConfig(pool)
        .build();
  }

  @Test
  void pool() throws Exception {
    server = Jacinth.builder().port(0).start();
    ConnectionPoolConfig config = new ConnectionPoolConfig();
    config.setMaxTotal(4);
    config.setTestOnBorrow(true);
    try (RedisClient client = connect(DefaultJedisClientConfig.builder().build(), config);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tasks.add(
            threads.submit(
                () -> {
                  for (int j = 0; j < 250; j++) {
                    client.incr("requests");
                  }
                }));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
      assertEquals("2000", client.get("requests"));
      assertTrue(client.getPool().getNumIdle() <= 4);
    }
  }

  @Test
  void aPoolReplacesConnectionsThatTheServerHasClosed() throws Exception {
    server = Jacinth.builder().port(0).start();
    ConnectionPoolConfig config = new ConnectionPoolConfig();
    config.setTestOnBorrow(true);
    try (RedisClient client = connect(DefaultJedisClientConfig.builder().build(), config);
        RespConnection observer = new RespConnection(server.port(), 2)) {
      client.set("key", "value");
      assertEquals(1L, observer.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
      assertEquals("value", client.get("key"));
    }
  }

  @Test
  void options() throws Exception {
    server = Jacinth.builder().port(0).start();
    JedisClientConfig config =
        DefaultJedisClientConfig.builder()
            .protocol(RedisProtocol.RESP3)
            .database(3)
            .clientName("guide")
            .socketTimeoutMillis(2_000)
            .build();
    try (RedisClient client = connect(config);
        Connection connection = client.getPool().getResource();
        RespConnection observer = new RespConnection(server.port(), 2)) {
      assertTrue(connection.ping());
      String clients = (String) observer.call("CLIENT", "LIST");
      assertTrue(clients.contains(" name=guide "), clients);
      assertTrue(clients.contains(" db=3 "), clients);
      client.set("here", "1");
      assertEquals(0L, observer.call("EXISTS", "here"));
    }
  }

  @Test
  void password() throws Exception {
    server = Jacinth.builder().port(0).set("requirepass", "secret").start();
    for (RedisProtocol protocol : List.of(RedisProtocol.RESP2, RedisProtocol.RESP3)) {
      try (RedisClient client = connect(credentials(protocol, null, "secret"))) {
        assertEquals("PONG", client.ping());
      }
      try (RedisClient client = connect(credentials(protocol, "default", "secret"))) {
        assertEquals("PONG", client.ping());
      }
      try (RedisClient client = connect(credentials(protocol, null, "wrong"))) {
        assertThrows(JedisAccessControlException.class, client::ping);
      }
    }
  }

  private static JedisClientConfig credentials(
      RedisProtocol protocol, String user, String password) {
    return DefaultJedisClientConfig.builder()
        .protocol(protocol)
        .user(user)
        .password(password)
        .build();
  }

  @Test
  void pipelineWithAnErrorInIt() throws Exception {
    server = Jacinth.builder().port(0).start();
    try (RedisClient client = connect(DefaultJedisClientConfig.builder().build());
        Pipeline pipeline = client.pipelined()) {
      Response<String> set = pipeline.set("word", "text");
      Response<Long> incremented = pipeline.incr("word");
      Response<String> read = pipeline.get("word");
      pipeline.sync();
      assertEquals("OK", set.get());
      assertThrows(JedisDataException.class, incremented::get);
      assertEquals("text", read.get());
    }
  }

  @ParameterizedTest
  @EnumSource(RedisProtocol.class)
  void transactions(RedisProtocol protocol) throws Exception {
    server = Jacinth.builder().port(0).start();
    try (RedisClient client =
        connect(DefaultJedisClientConfig.builder().protocol(protocol).build())) {
      try (AbstractTransaction transaction = client.multi()) {
        transaction.set("word", "text");
        Response<Long> incremented = transaction.incr("word");
        Response<String> read = transaction.get("word");
        assertEquals(3, transaction.exec().size());
        assertThrows(JedisDataException.class, incremented::get);
        assertEquals("text", read.get());
      }
      try (AbstractTransaction transaction = client.transaction(false)) {
        transaction.watch("word");
        client.set("word", "other");
        transaction.multi();
        transaction.set("word", "mine");
        assertNull(transaction.exec());
        transaction.multi();
        transaction.set("word", "mine");
        assertEquals(List.of("OK"), transaction.exec());
      }
      assertEquals("mine", client.get("word"));
    }
  }

  @ParameterizedTest
  @EnumSource(RedisProtocol.class)
  void scripts(RedisProtocol protocol) throws Exception {
    server = Jacinth.builder().port(0).start();
    try (RedisClient client =
        connect(DefaultJedisClientConfig.builder().protocol(protocol).build())) {
      String script = "redis.call('SET', KEYS[1], ARGV[1]) return {KEYS[1], ARGV[1], 7}";
      List<String> keys = List.of("word");
      assertEquals(List.of("word", "text", 7L), client.eval(script, keys, List.of("text")));
      String sha1 = client.scriptLoad(script, "word");
      assertEquals(List.of("word", "other", 7L), client.evalsha(sha1, keys, List.of("other")));
      client.functionLoad(
          "#!lua name=lib\nredis.register_function('put', function(k, a)"
              + " return redis.call('SET', k[1], a[1]) end)");
      assertEquals("OK", client.fcall("put", keys, List.of("third")));
      assertEquals("third", client.get("word"));
    }
  }

  @Test
  void bytesAndBigValues() throws Exception {
    server = Jacinth.builder().port(0).start();
    try (RedisClient client = connect(DefaultJedisClientConfig.builder().build())) {
      byte[] value = new byte[5_000_000];
      for (int i = 0; i < value.length; i++) {
        value[i] = (byte) (i * 31);
      }
      byte[] key = {0, 13, 10, -1};
      client.set(key, value);
      assertArrayEquals(value, client.get(key));
      assertFalse(client.exists("0"));
    }
  }

  @Test
  void nobodyListens() throws Exception {
    server = Jacinth.builder().port(0).start();
    int port = server.port();
    server.close();
    try (RedisClient client = RedisClient.create("127.0.0.1", port)) {
      assertThrows(JedisConnectionException.class, client::ping);
    }
  }
}
