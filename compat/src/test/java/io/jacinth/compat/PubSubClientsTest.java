package io.jacinth.compat;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jacinth.embedded.Jacinth;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.params.SetParams;

/** Subscribers and publishers of Jedis and Lettuce, over RESP2 and RESP3. */
final class PubSubClientsTest {
  private Jacinth server;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    server = Jacinth.builder().port(0).set("notify-keyspace-events", "Ex").start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void expect(String... events) throws InterruptedException {
    for (String event : events) {
      assertEquals(event, heard.poll(10, SECONDS));
    }
  }

  private final class Listener extends JedisPubSub {
    @Override
    public void onMessage(String channel, String message) {
      heard.add(channel + " " + message);
    }

    @Override
    public void onPMessage(String pattern, String channel, String message) {
      heard.add(pattern + " " + channel + " " + message);
    }

    @Override
    public void onSubscribe(String channel, int count) {
      heard.add("+" + channel + " " + count);
    }

    @Override
    public void onPSubscribe(String pattern, int count) {
      heard.add("+" + pattern + " " + count);
    }

    @Override
    public void onUnsubscribe(String channel, int count) {
      heard.add("-" + channel + " " + count);
    }

    @Override
    public void onPUnsubscribe(String pattern, int count) {
      heard.add("-" + pattern + " " + count);
    }

    @Override
    public void onPong(String message) {
      heard.add("pong " + message);
    }
  }

  @ParameterizedTest
  @EnumSource(RedisProtocol.class)
  void jedis(RedisProtocol protocol) throws Exception {
    try (RedisClient client =
            RedisClient.builder()
                .hostAndPort("127.0.0.1", server.port())
                .clientConfig(DefaultJedisClientConfig.builder().protocol(protocol).build())
                .build();
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Listener listener = new Listener();
      Future<?> listening = threads.submit(() -> client.subscribe(listener, "news"));
      expect("+news 1");
      listener.psubscribe("__keyevent@*__:expired", "n*");
      expect("+__keyevent@*__:expired 2", "+n* 3");
      assertEquals(2, client.publish("news", "hello"));
      expect("news hello", "n* news hello");
      if (protocol == RedisProtocol.RESP2) {
        // over RESP3 Jedis waits for an array
        listener.ping("x");
        expect("pong x");
      }
      assertEquals("OK", client.set("key", "value", SetParams.setParams().px(1)));
      expect("__keyevent@*__:expired __keyevent@0__:expired key");
      listener.unsubscribe("news");
      expect("-news 2");
      listener.punsubscribe();
      expect("-__keyevent@*__:expired 1", "-n* 0");
      listening.get(10, SECONDS);
      assertEquals(0, client.publish("news", "bye"));
      assertFalse(listener.isSubscribed());
    }
  }

  private final class LettuceListener extends RedisPubSubAdapter<String, String> {
    @Override
    public void message(String channel, String message) {
      heard.add(channel + " " + message);
    }

    @Override
    public void message(String pattern, String channel, String message) {
      heard.add(pattern + " " + channel + " " + message);
    }

    @Override
    public void smessage(String shardChannel, String message) {
      heard.add("shard " + shardChannel + " " + message);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ProtocolVersion.class,
      names = {"RESP2", "RESP3"})
  void lettuce(ProtocolVersion version) throws Exception {
    io.lettuce.core.RedisClient client =
        io.lettuce.core.RedisClient.create(RedisURI.create("127.0.0.1", server.port()));
    client.setOptions(ClientOptions.builder().protocolVersion(version).build());
    try (StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub();
        StatefulRedisConnection<String, String> publisher = client.connect()) {
      subscriber.addListener(new LettuceListener());
      subscriber.sync().subscribe("news", "sport");
      subscriber.sync().psubscribe("n*");
      subscriber.sync().ssubscribe("shard");
      assertEquals(2, publisher.sync().publish("news", "hello"));
      assertEquals(1, publisher.sync().publish("sport", "goal"));
      assertEquals(1, publisher.sync().spublish("shard", "part"));
      expect("news hello", "n* news hello", "sport goal", "shard shard part");
      assertEquals(List.of("news"), publisher.sync().pubsubChannels("n*"));
      assertEquals(1, publisher.sync().pubsubNumpat());
      assertEquals(1, publisher.sync().pubsubNumsub("sport").get("sport"));
      if (version == ProtocolVersion.RESP3) {
        // one connection does both
        subscriber.sync().publish("news", "mine");
        expect("news mine", "n* news mine");
      }
      subscriber.sync().unsubscribe("news");
      assertEquals(1, publisher.sync().publish("news", "again"));
      expect("n* news again");
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(10));
    }
  }
}
