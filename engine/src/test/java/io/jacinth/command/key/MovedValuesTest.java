package io.jacinth.command.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.ConcurrentEngine;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large hashes, sets and sorted sets whose keys get names of other shards. */
final class MovedValuesTest {
  private static final int KEYS = 12;

  /** Many more than are copied. */
  private static final int MEMBERS = 2_000;

  private static final int BATCH = 400;
  private static final int THREADS = 4;
  private static final long SEED = Long.getLong("jacinth.moved.seed", System.nanoTime());
  private static final String[] TYPES = {"hash", "set", "zset"};

  private final Random random = new Random(SEED);

  /** What each key should hold: its type and its members. */
  private record Model(String type, TreeSet<Integer> members) {}

  private final Map<String, Model> models = new HashMap<>();

  private static String key(Random random) {
    return "key:" + random.nextInt(KEYS);
  }

  private static String[] add(String type, String key, List<Integer> members) {
    List<String> words = new ArrayList<>();
    for (int member : members) {
      String text = Integer.toString(member);
      switch (type) {
        case "hash" -> words.addAll(List.of("field:" + text, text));
        case "set" -> words.add("field:" + text);
        default -> words.addAll(List.of(text, "field:" + text));
      }
    }
    String name =
        switch (type) {
          case "hash" -> "HSET";
          case "set" -> "SADD";
          default -> "ZADD";
        };
    words.addAll(0, List.of(name, key));
    return words.toArray(String[]::new);
  }

  private static String[] remove(String type, String key, List<Integer> members) {
    List<String> words = new ArrayList<>();
    words.add(type.equals("hash") ? "HDEL" : type.equals("set") ? "SREM" : "ZREM");
    words.add(key);
    members.forEach(member -> words.add("field:" + member));
    return words.toArray(String[]::new);
  }

  private static List<Integer> batch(Random random) {
    TreeSet<Integer> members = new TreeSet<>();
    for (int i = 0; i < BATCH; i++) {
      members.add(random.nextInt(MEMBERS));
    }
    return new ArrayList<>(members);
  }

  @Test
  void theyAreWhatTheyWere() {
    int moved = 0;
    try (TestEngine engine = new TestEngine("shards", "8")) {
      TestClient client = engine.connect();
      for (int step = 0; step < 3_000; step++) {
        step(engine, client);
        moved = Math.max(moved, engine.engine().keyspace().movedValues());
        if (step % 50 == 0) {
          engine.engine().keyspace().validate();
        }
      }
      client.call("FLUSHALL");
      engine.pass(10_000);
      assertEquals(0, engine.engine().keyspace().movedValues(), "seed " + SEED);
    }
    assertTrue(moved > 2, "seed " + SEED);
  }

  private void step(TestEngine engine, TestClient client) {
    String key = key(random);
    Model model = models.get(key);
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> {
        if (model == null) {
          model = new Model(TYPES[random.nextInt(TYPES.length)], new TreeSet<>());
          models.put(key, model);
        }
        List<Integer> members = batch(random);
        client.call(add(model.type, key, members));
        model.members.addAll(members);
      }
      case 4, 5, 6 -> {
        String target = key(random);
        String reply = client.call("RENAME", key, target);
        if (model == null) {
          assertEquals("-ERR no such key", reply);
        } else {
          models.remove(key);
          models.put(target, model);
        }
      }
      case 7 -> {
        String target = key(random);
        if (model != null && !target.equals(key)) {
          client.expect("COPY " + key + " " + target + " REPLACE", 1);
          models.put(target, new Model(model.type, new TreeSet<>(model.members)));
        }
      }
      case 8 -> {
        if (model != null) {
          List<Integer> members = batch(random);
          client.call(remove(model.type, key, members));
          members.forEach(model.members::remove);
          if (model.members.isEmpty()) {
            models.remove(key);
          }
        }
      }
      case 9 -> {
        switch (random.nextInt(4)) {
          case 0 -> client.call("UNLINK", key);
          case 1 -> {
            client.call("PEXPIRE", key, "1");
            engine.pass(200);
          }
          case 2 -> {
            client.call("SET", key, "x");
            client.call("DEL", key);
          }
          default -> engine.pass(100);
        }
        if (client.call("EXISTS", key).equals("0")) {
          models.remove(key);
        }
      }
      default -> {
        if (model != null && model.type.equals("hash")) {
          String field = "field:" + model.members.first();
          client.expect("HPEXPIRE " + key + " 100000000 FIELDS 1 " + field, "[1]");
        }
      }
    }
    check(client, key);
  }

  private void check(TestClient client, String key) {
    Model model = models.get(key);
    if (model == null) {
      client.expect("EXISTS " + key, 0);
      return;
    }
    int member = random.nextInt(MEMBERS);
    boolean has = model.members.contains(member);
    String field = " field:" + member;
    switch (model.type) {
      case "hash" -> {
        client.expect("HLEN " + key, model.members.size());
        client.expect("HGET " + key + field, has ? member : "nil");
      }
      case "set" -> {
        client.expect("SCARD " + key, model.members.size());
        client.expect("SISMEMBER " + key + field, has ? 1 : 0);
      }
      default -> {
        client.expect("ZCARD " + key, model.members.size());
        client.expect("ZRANK " + key + field, has ? model.members.headSet(member).size() : "nil");
      }
    }
  }

  /** Who locks a key's shard has its value for itself, wherever that lives. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theyAreLockedWithTheirKeys(boolean hesitating) {
    AtomicInteger moved = new AtomicInteger();
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS)) {
      if (hesitating) {
        engine.hesitating();
      }
      engine.run(
          (client, thread) -> {
            Random own = new Random(SEED + thread);
            for (int i = 0; i < 1_500; i++) {
              change(client, own);
              moved.accumulateAndGet(engine.engine().keyspace().movedValues(), Math::max);
              if (i % 100 == 0) {
                client.call("PING");
                engine.tick(thread);
              }
            }
          });
    }
    assertTrue(moved.get() > 0, "seed " + SEED);
  }

  private static void change(TestClient client, Random random) {
    int number = random.nextInt(KEYS);
    String key = "key:" + number;
    String type = TYPES[number % TYPES.length];
    // names of one type, so that there is much to do
    String target = "key:" + (number + TYPES.length * random.nextInt(KEYS / TYPES.length)) % KEYS;
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> client.call(add(type, key, batch(random)));
      case 3, 4 -> client.call("RENAME", key, target);
      case 5 -> client.call(remove(type, key, batch(random)));
      case 6 -> {
        client.call("MULTI");
        client.call("RENAME", key, target);
        client.call("RENAME", target, "key:" + (number + TYPES.length) % KEYS);
        client.call("EXEC");
      }
      default -> {
        if (random.nextInt(4) == 0) {
          client.call(random.nextInt(10) == 0 ? "FLUSHALL" : "DBSIZE");
        }
        client.call("UNLINK", key);
      }
    }
  }
}
