package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.params.SetParams;

/** Jedis: a pool of blocking connections. */
final class JedisGuideClient implements GuideClient {
  private static final int SCAN_COUNT = 50;

  private final RedisClient client;

  JedisGuideClient(int port, boolean resp3) {
    client =
        RedisClient.builder()
            .hostAndPort("127.0.0.1", port)
            .clientConfig(
                DefaultJedisClientConfig.builder()
                    .protocol(resp3 ? RedisProtocol.RESP3 : RedisProtocol.RESP2)
                    .build())
            .build();
  }

  @Override
  public String ping() {
    return client.ping();
  }

  @Override
  public String get(String key) {
    return client.get(key);
  }

  @Override
  public void set(String key, String value) {
    client.set(key, value);
  }

  @Override
  @SuppressWarnings("deprecation") // the command that the guide uses
  public void setex(String key, long seconds, String value) {
    client.setex(key, seconds, value);
  }

  @Override
  public boolean setIfAbsent(String key, String value, long timeToLiveMillis) {
    return "OK".equals(client.set(key, value, SetParams.setParams().px(timeToLiveMillis).nx()));
  }

  @Override
  public List<String> mget(String... keys) {
    return client.mget(keys);
  }

  @Override
  public List<String> keys(String pattern) {
    return List.copyOf(client.keys(pattern));
  }

  @Override
  public long del(String... keys) {
    return client.del(keys);
  }

  @Override
  public long incr(String key) {
    return client.incr(key);
  }

  @Override
  public long decr(String key) {
    return client.decr(key);
  }

  @Override
  public long incrBy(String key, long increment) {
    return client.incrBy(key, increment);
  }

  @Override
  public double incrByFloat(String key, double increment) {
    return client.incrByFloat(key, increment);
  }

  @Override
  public long ttl(String key) {
    return client.ttl(key);
  }

  @Override
  public List<String> scan(String pattern) {
    List<String> keys = new ArrayList<>();
    ScanIteration iteration = client.scanIteration(SCAN_COUNT, pattern);
    while (!iteration.isIterationCompleted()) {
      keys.addAll(iteration.nextBatch().getResult());
    }
    return keys;
  }

  @Override
  public List<Long> incrementPipelined(List<String> keys) {
    List<Response<Long>> replies = new ArrayList<>();
    try (Pipeline pipeline = client.pipelined()) {
      for (String key : keys) {
        replies.add(pipeline.incr(key));
      }
      pipeline.sync();
    }
    return replies.stream().map(Response::get).toList();
  }

  @Override
  public void close() {
    client.close();
  }
}
