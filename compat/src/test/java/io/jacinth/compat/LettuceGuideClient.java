package io.jacinth.compat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Lettuce: one connection that pipelines, and connects again by itself. */
final class LettuceGuideClient implements GuideClient {
  private static final Duration REPLY_LIMIT = Duration.ofSeconds(10);
  private static final int SCAN_COUNT = 50;

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final RedisCommands<String, String> commands;

  LettuceGuideClient(int port, boolean resp3) {
    client =
        RedisClient.create(
            RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withTimeout(REPLY_LIMIT)
                .build());
    client.setOptions(
        ClientOptions.builder()
            .protocolVersion(resp3 ? ProtocolVersion.RESP3 : ProtocolVersion.RESP2)
            .build());
    connection = client.connect();
    commands = connection.sync();
  }

  @Override
  public String ping() {
    return commands.ping();
  }

  /** Fails if there is no reply in this time. */
  String pingWithin(Duration limit) {
    connection.setTimeout(limit);
    try {
      return commands.ping();
    } finally {
      connection.setTimeout(REPLY_LIMIT);
    }
  }

  @Override
  public String get(String key) {
    return commands.get(key);
  }

  @Override
  public void set(String key, String value) {
    commands.set(key, value);
  }

  @Override
  @SuppressWarnings("deprecation") // the command that the guide uses
  public void setex(String key, long seconds, String value) {
    commands.setex(key, seconds, value);
  }

  @Override
  public boolean setIfAbsent(String key, String value, long timeToLiveMillis) {
    return "OK".equals(commands.set(key, value, SetArgs.Builder.px(timeToLiveMillis).nx()));
  }

  @Override
  public List<String> mget(String... keys) {
    List<String> values = new ArrayList<>();
    for (KeyValue<String, String> each : commands.mget(keys)) {
      values.add(each.getValueOrElse(null));
    }
    return values;
  }

  @Override
  public List<String> keys(String pattern) {
    return commands.keys(pattern);
  }

  @Override
  public long del(String... keys) {
    return commands.del(keys);
  }

  @Override
  public long incr(String key) {
    return commands.incr(key);
  }

  @Override
  public long decr(String key) {
    return commands.decr(key);
  }

  @Override
  public long incrBy(String key, long increment) {
    return commands.incrby(key, increment);
  }

  @Override
  public double incrByFloat(String key, double increment) {
    return commands.incrbyfloat(key, increment);
  }

  @Override
  public long ttl(String key) {
    return commands.ttl(key);
  }

  @Override
  public List<String> scan(String pattern) {
    List<String> keys = new ArrayList<>();
    ScanArgs arguments = ScanArgs.Builder.matches(pattern).limit(SCAN_COUNT);
    KeyScanCursor<String> cursor = commands.scan(arguments);
    keys.addAll(cursor.getKeys());
    while (!cursor.isFinished()) {
      cursor = commands.scan(ScanCursor.of(cursor.getCursor()), arguments);
      keys.addAll(cursor.getKeys());
    }
    return keys;
  }

  @Override
  public List<Long> incrementPipelined(List<String> keys) {
    connection.setAutoFlushCommands(false);
    List<RedisFuture<Long>> replies = new ArrayList<>();
    for (String key : keys) {
      replies.add(connection.async().incr(key));
    }
    connection.flushCommands();
    connection.setAutoFlushCommands(true);
    LettuceFutures.awaitAll(REPLY_LIMIT, replies.toArray(RedisFuture[]::new));
    return replies.stream().map(each -> each.toCompletableFuture().join()).toList();
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(Duration.ZERO, REPLY_LIMIT);
  }
}
