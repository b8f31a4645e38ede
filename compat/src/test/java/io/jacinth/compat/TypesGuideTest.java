package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.embedded.Jacinth;
import io.lettuce.core.Consumer;
import io.lettuce.core.GeoArgs;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HashImport;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.args.ExpiryOption;
import redis.clients.jedis.args.GeoUnit;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.params.HGetExParams;
import redis.clients.jedis.params.HSetExParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.resps.Tuple;

/** The data types with the libraries that Java programs use. */
final class TypesGuideTest {
  private Jacinth server;

  @BeforeEach
  void start() throws Exception {
    server = Jacinth.builder().port(0).start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RedisClient jedis(RedisProtocol protocol) {
    return RedisClient.builder()
        .hostAndPort("127.0.0.1", server.port())
        .clientConfig(DefaultJedisClientConfig.builder().protocol(protocol).build())
        .build();
  }

  @ParameterizedTest
  @EnumSource(names = {"RESP2", "RESP3"})
  void jedisCollections(RedisProtocol protocol) {
    try (RedisClient jedis = jedis(protocol)) {
      Map<String, String> john = Map.of("name", "John Doe", "age", "30");
      assertEquals(2, jedis.hset("user:1", john));
      assertEquals(john, jedis.hgetAll("user:1"));
      assertEquals(31, jedis.hincrBy("user:1", "age", 1));

      assertEquals(3, jedis.rpush("list", "a", "b", "c"));
      assertEquals(List.of("a", "b", "c"), jedis.lrange("list", 0, -1));
      assertEquals("c", jedis.lmove("list", "other", ListDirection.RIGHT, ListDirection.LEFT));
      assertEquals(List.of("a", "b"), jedis.lpop("list", 5));

      assertEquals(3, jedis.sadd("s1", "a", "b", "c"));
      assertEquals(2, jedis.sadd("s2", "b", "d"));
      assertEquals(Set.of("b"), jedis.sinter("s1", "s2"));
      assertEquals(Set.of("a", "b", "c", "d"), jedis.sunion("s1", "s2"));
      assertTrue(jedis.sismember("s1", "a"));

      assertEquals(2, jedis.zadd("z", Map.of("one", 1.0, "half", 0.5)));
      assertEquals(
          List.of(new Tuple("half", 0.5), new Tuple("one", 1.0)),
          jedis.zrangeWithScores("z", 0, -1));
      assertEquals(3.5, jedis.zincrby("z", 3, "half"));
      assertEquals(1, jedis.zrank("z", "half"));

      assertEquals(1, jedis.geoadd("places", 13.361389, 38.115556, "Palermo"));
      assertEquals(1, jedis.geoadd("places", 15.087269, 37.502669, "Catania"));
      assertEquals(166_274.1516, jedis.geodist("places", "Palermo", "Catania", GeoUnit.M));

      assertEquals(1, jedis.pfadd("visitors", "a", "b", "c"));
      assertEquals(3, jedis.pfcount("visitors"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESP2", "RESP3"})
  void jedisFieldsThatExpire(RedisProtocol protocol) throws Exception {
    try (RedisClient jedis = jedis(protocol);
        HashImport users = HashImport.of("name", "age")) {
      Map<String, String> session = Map.of("user", "1", "token", "secret");
      assertEquals(1, jedis.hsetex("session", HSetExParams.hSetExParams().ex(100), session));
      assertEquals(List.of(100L, -2L), jedis.httl("session", "token", "other"));
      assertEquals(List.of(1L), jedis.hpersist("session", "user"));
      assertEquals(List.of(-1L), jedis.httl("session", "user"));
      assertEquals(List.of(0L), jedis.hexpire("session", 50, ExpiryOption.GT, "token"));
      assertEquals(
          List.of("secret"), jedis.hgetex("session", HGetExParams.hGetExParams().px(20), "token"));
      long deadlineNanos = System.nanoTime() + 10_000_000_000L;
      while (jedis.hlen("session") > 1 && System.nanoTime() < deadlineNanos) {
        Thread.sleep(20);
      }
      assertEquals(Map.of("user", "1"), jedis.hgetAll("session"));

      assertEquals("OK", jedis.himportSet("user:1", users, "Ada", "36"));
      assertEquals("OK", jedis.himportSet("user:2", users, "Bob", "40"));
      assertEquals(Map.of("name", "Bob", "age", "40"), jedis.hgetAll("user:2"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESP2", "RESP3"})
  void jedisStreams(RedisProtocol protocol) {
    try (RedisClient jedis = jedis(protocol)) {
      StreamEntryID id = jedis.xadd("x", new StreamEntryID(1, 1), Map.of("f", "v"));
      assertEquals(new StreamEntryID(1, 1), id);
      assertEquals("OK", jedis.xgroupCreate("x", "g", new StreamEntryID(0, 0), false));
      List<Map.Entry<String, List<StreamEntry>>> read =
          jedis.xreadGroup(
              "g",
              "consumer",
              XReadGroupParams.xReadGroupParams().count(10),
              Map.of("x", StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
      assertEquals("x", read.getFirst().getKey());
      assertEquals(Map.of("f", "v"), read.getFirst().getValue().getFirst().getFields());
      assertEquals(1, jedis.xpending("x", "g").getTotal());
      assertEquals(1, jedis.xack("x", "g", id));
      assertEquals(1, jedis.xinfoStream("x").getLength());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESP2", "RESP3"})
  void jedisWaitsForElements(RedisProtocol protocol) throws Exception {
    try (RedisClient jedis = jedis(protocol);
        RedisClient other = jedis(protocol)) {
      CompletableFuture<List<String>> waiting =
          CompletableFuture.supplyAsync(() -> jedis.blpop(10, "q"));
      Thread.sleep(50);
      other.rpush("q", "job");
      assertEquals(List.of("q", "job"), waiting.get());
      assertNull(jedis.blpop(0.05, "q"));
    }
  }

  @Test
  @SuppressWarnings(
      "unchecked") // generic arrays of variable arguments, as the library declares them
  void lettuceCollections() {
    io.lettuce.core.RedisClient client =
        io.lettuce.core.RedisClient.create("redis://127.0.0.1:" + server.port());
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      RedisCommands<String, String> redis = connection.sync();
      Map<String, String> john = Map.of("name", "John Doe", "age", "30");
      assertEquals(2, redis.hset("user:1", john));
      assertEquals(john, redis.hgetall("user:1"));

      assertEquals(2, redis.lpush("list", "a", "b"));
      assertEquals(KeyValue.just("list", "b"), redis.blpop(1, "list"));
      assertNull(redis.blpop(0.05, "missing"));

      assertEquals(2, redis.sadd("s", "a", "b"));
      assertEquals(Set.of("a", "b"), redis.smembers("s"));
      assertEquals(2, redis.scard("s"));

      assertEquals(2, redis.zadd("z", ScoredValue.just(1, "one"), ScoredValue.just(2, "two")));
      assertEquals(List.of("two"), redis.zrangebyscore("z", Range.create(1.5, 9)));
      assertEquals(ScoredValue.just(1, "one"), redis.zpopmin("z"));

      assertEquals(1, redis.geoadd("places", 13.361389, 38.115556, "Palermo"));
      assertEquals(
          Set.of("Palermo"),
          redis.geosearch(
              "places",
              io.lettuce.core.GeoSearch.fromCoordinates(13, 38),
              io.lettuce.core.GeoSearch.byRadius(100, GeoArgs.Unit.km)));
      assertEquals(1, redis.pfadd("visitors", "a", "b", "c"));
      assertEquals(3, redis.pfcount("visitors"));

      String id = redis.xadd("x", Map.of("f", "v"));
      redis.xgroupCreate(
          XReadArgs.StreamOffset.from("x", "0"), "g", XGroupCreateArgs.Builder.mkstream());
      List<StreamMessage<String, String>> read =
          redis.xreadgroup(Consumer.from("g", "c"), XReadArgs.StreamOffset.lastConsumed("x"));
      assertEquals(List.of(new StreamMessage<>("x", id, Map.of("f", "v"))), read);
      assertEquals(1, redis.xack("x", "g", id));
    } finally {
      client.shutdown();
    }
  }
}
