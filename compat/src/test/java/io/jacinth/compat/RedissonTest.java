package io.jacinth.compat;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.embedded.Jacinth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.ExpiredObjectListener;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RBatch;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RBucket;
import org.redisson.api.RCountDownLatch;
import org.redisson.api.RFencedLock;
import org.redisson.api.RLock;
import org.redisson.api.RMap;
import org.redisson.api.RMapCache;
import org.redisson.api.RPatternTopic;
import org.redisson.api.RPermitExpirableSemaphore;
import org.redisson.api.RQueue;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RReadWriteLock;
import org.redisson.api.RReliableTopic;
import org.redisson.api.RScoredSortedSet;
import org.redisson.api.RScript;
import org.redisson.api.RSemaphore;
import org.redisson.api.RSet;
import org.redisson.api.RTopic;
import org.redisson.api.RTransaction;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.api.TransactionOptions;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.Protocol;

/** Redisson, most of whose objects are scripts and messages, over RESP2 and RESP3. */
final class RedissonTest {
  private static final int RIVALS = 4;
  private static final int WATCHDOG_MILLIS = 600;

  private Jacinth server;
  private RedissonClient client;

  @BeforeEach
  void start() throws Exception {
    server = Jacinth.builder().port(0).set("notify-keyspace-events", "Ex").start();
  }

  @AfterEach
  void stop() {
    client.shutdown();
    server.close();
  }

  private void connect(Protocol protocol) {
    Config config = new Config();
    config.setProtocol(protocol);
    config.setThreads(2);
    config.setNettyThreads(2);
    config.setCodec(StringCodec.INSTANCE);
    config.setLockWatchdogTimeout(WATCHDOG_MILLIS);
    config
        .useSingleServer()
        .setAddress("redis://127.0.0.1:" + server.port())
        .setConnectionMinimumIdleSize(1)
        .setConnectionPoolSize(8)
        .setSubscriptionConnectionPoolSize(4);
    client = Redisson.create(config);
  }

  /** What another thread makes of it. */
  private static <T> T elsewhere(Callable<T> action) throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      return other.submit(action).get(30, SECONDS);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertTrue(condition.getAsBoolean());
  }

  @ParameterizedTest
  @EnumSource
  void values(Protocol protocol) throws Exception {
    connect(protocol);
    RBucket<String> bucket = client.getBucket("bucket");
    bucket.set("value", Duration.ofSeconds(10));
    assertFalse(bucket.setIfAbsent("other"));
    assertTrue(bucket.compareAndSet("value", "changed"));
    assertEquals("changed", bucket.getAndSet("last"));
    assertEquals("last", bucket.getAndDelete());

    RAtomicLong number = client.getAtomicLong("number");
    assertEquals(6, number.addAndGet(6));
    assertTrue(number.compareAndSet(6, 1));
    assertEquals(1, number.getAndDecrement());

    RMap<String, String> map = client.getMap("map");
    assertNull(map.put("a", "1"));
    assertEquals("1", map.putIfAbsent("a", "2"));
    assertTrue(map.replace("a", "1", "3"));
    map.putAll(Map.of("b", "2", "c", "3"));
    assertEquals("2", map.remove("b"));
    assertEquals(Map.of("a", "3", "c", "3"), map.readAllMap());

    RMapCache<String, String> cache = client.getMapCache("cache");
    cache.put("brief", "1", 50, MILLISECONDS);
    cache.put("long", "2", 100, SECONDS, 50, SECONDS);
    await(() -> cache.get("brief") == null);
    assertEquals("2", cache.get("long"));
    assertTrue(cache.remainTimeToLive("long") > 40_000);

    RSet<String> set = client.getSet("set");
    assertTrue(set.addAll(List.of("a", "b")));
    assertFalse(set.add("a"));
    assertEquals(Set.of("a", "b"), set.readAll());

    RScoredSortedSet<String> scores = client.getScoredSortedSet("scores");
    scores.addAll(Map.of("one", 1.0, "more", 2.5));
    assertEquals(6.0, scores.addScore("one", 5));
    assertEquals(1, scores.rank("one"));
    assertEquals("more", scores.pollFirst());
    assertEquals(6.0, scores.getScore("one"));
  }

  @ParameterizedTest
  @EnumSource
  void queues(Protocol protocol) throws Exception {
    connect(protocol);
    RQueue<String> queue = client.getQueue("queue");
    queue.addAll(List.of("1", "2", "3"));
    assertEquals("1", queue.poll());
    assertEquals("2", queue.peek());
    assertEquals(List.of("2", "3"), queue.readAll());

    RBlockingQueue<String> jobs = client.getBlockingQueue("jobs");
    try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
      Future<String> taken = worker.submit(jobs::take);
      Thread.sleep(50);
      jobs.put("job");
      assertEquals("job", taken.get(10, SECONDS));
    }
    assertNull(jobs.poll(20, MILLISECONDS));
  }

  @ParameterizedTest
  @EnumSource
  void topics(Protocol protocol) throws Exception {
    connect(protocol);
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    RTopic topic = client.getTopic("news");
    int listener =
        topic.addListener(String.class, (channel, message) -> heard.add(channel + " " + message));
    assertEquals(1, topic.publish("hello"));
    assertEquals("news hello", heard.poll(10, SECONDS));
    topic.removeListener(listener);
    await(() -> topic.publish("nobody listens") == 0);

    RPatternTopic pattern = client.getPatternTopic("n*");
    pattern.addListener(
        String.class, (name, channel, message) -> heard.add(name + " " + channel + " " + message));
    assertEquals(1, topic.publish("again"));
    assertEquals("n* news again", heard.poll(10, SECONDS));

    RReliableTopic stream = client.getReliableTopic("stream");
    stream.addListener(String.class, (channel, message) -> heard.add("stream " + message));
    stream.publish("kept");
    assertEquals("stream kept", heard.poll(10, SECONDS));

    RBucket<String> bucket = client.getBucket("brief");
    bucket.addListener((ExpiredObjectListener) name -> heard.add("expired " + name));
    bucket.set("value", Duration.ofMillis(20));
    assertEquals("expired brief", heard.poll(10, SECONDS));
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("LockNotBeforeTry") // what the locks do is what is tested
  void locks(Protocol protocol) throws Exception {
    connect(protocol);
    RLock lock = client.getLock("lock");
    lock.lock();
    lock.lock();
    assertEquals(2, lock.getHoldCount());
    assertFalse(elsewhere(() -> lock.tryLock(10, MILLISECONDS)));
    // the watchdog keeps what it holds
    Thread.sleep(2 * WATCHDOG_MILLIS);
    assertTrue(lock.isLocked());
    lock.unlock();
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      // woken by the message of the unlock
      Future<Boolean> waiting = other.submit(() -> lock.tryLock(30, SECONDS));
      Thread.sleep(50);
      lock.unlock();
      assertTrue(waiting.get(20, SECONDS));
    }
    lock.forceUnlock();

    lock.lock(50, MILLISECONDS);
    await(() -> !lock.isLocked());

    RLock fair = client.getFairLock("fair");
    fair.lock();
    assertFalse(elsewhere(() -> fair.tryLock(10, MILLISECONDS)));
    fair.unlock();

    RReadWriteLock both = client.getReadWriteLock("both");
    both.readLock().lock();
    assertTrue(elsewhere(() -> both.readLock().tryLock()));
    assertFalse(elsewhere(() -> both.writeLock().tryLock()));

    RFencedLock fenced = client.getFencedLock("fenced");
    assertEquals(1, fenced.lockAndGetToken());
    fenced.unlock();
    assertEquals(2, fenced.lockAndGetToken());
  }

  @ParameterizedTest
  @EnumSource
  void aLockIsHeldByOneAtATime(Protocol protocol) throws Exception {
    connect(protocol);
    int[] count = new int[1];
    try (ExecutorService rivals = Executors.newFixedThreadPool(RIVALS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < RIVALS; i++) {
        running.add(
            rivals.submit(
                () -> {
                  for (int j = 0; j < 25; j++) {
                    RLock lock = client.getLock("contended");
                    lock.lock();
                    try {
                      int before = count[0];
                      Thread.onSpinWait();
                      count[0] = before + 1;
                    } finally {
                      lock.unlock();
                    }
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get(60, SECONDS);
      }
    }
    assertEquals(RIVALS * 25, count[0]);
  }

  @ParameterizedTest
  @EnumSource
  void permits(Protocol protocol) throws Exception {
    connect(protocol);
    RSemaphore semaphore = client.getSemaphore("semaphore");
    assertTrue(semaphore.trySetPermits(2));
    semaphore.acquire();
    assertTrue(semaphore.tryAcquire());
    assertFalse(semaphore.tryAcquire());
    semaphore.release(2);
    assertEquals(2, semaphore.availablePermits());

    RPermitExpirableSemaphore expirable = client.getPermitExpirableSemaphore("expirable");
    assertTrue(expirable.trySetPermits(1));
    assertNotNull(expirable.acquire(100, MILLISECONDS));
    assertNotNull(expirable.tryAcquire(10, 10, SECONDS));

    RCountDownLatch latch = client.getCountDownLatch("latch");
    assertTrue(latch.trySetCount(1));
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<Boolean> waiting = other.submit(() -> latch.await(10, SECONDS));
      latch.countDown();
      assertTrue(waiting.get(20, SECONDS));
    }

    RRateLimiter limiter = client.getRateLimiter("limiter");
    assertTrue(limiter.trySetRate(RateType.OVERALL, 2, Duration.ofMinutes(1)));
    assertTrue(limiter.tryAcquire());
    assertTrue(limiter.tryAcquire());
    assertFalse(limiter.tryAcquire());
  }

  @ParameterizedTest
  @EnumSource
  void severalCommandsAsOne(Protocol protocol) {
    connect(protocol);
    for (BatchOptions.ExecutionMode mode : BatchOptions.ExecutionMode.values()) {
      RBatch batch = client.createBatch(BatchOptions.defaults().executionMode(mode));
      var _ = batch.getBucket("word").setAsync("text");
      var _ = batch.getAtomicLong(mode.name()).incrementAndGetAsync();
      assertEquals(1L, batch.execute().getResponses().get(1));
    }

    RTransaction transaction = client.createTransaction(TransactionOptions.defaults());
    transaction.getMap("map").put("field", "1");
    transaction.getBucket("word").set("of the transaction");
    assertEquals("text", client.getBucket("word").get());
    transaction.commit();
    RTransaction discarded = client.createTransaction(TransactionOptions.defaults());
    discarded.getBucket("word").set("never seen");
    discarded.rollback();
    assertEquals("1", client.getMap("map").get("field"));
    assertEquals("of the transaction", client.getBucket("word").get());

    RScript script = client.getScript();
    String digest = script.scriptLoad("return redis.call('get', KEYS[1]) .. ARGV[1]");
    assertEquals(
        "of the transaction!",
        script.<String>evalSha(
            RScript.Mode.READ_ONLY, digest, RScript.ReturnType.VALUE, List.of("word"), "!"));
  }
}
