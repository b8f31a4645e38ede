package io.jacinth.command.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random commands of hashes and sets with times, on keys that are copied, renamed, replaced and
 * moved, while the time goes on: what is seen is what maps of {@code java.util} have, and in the
 * end nothing is left of what has expired.
 */
class ExpiringFieldsTest {
  private static final int KEYS = 5;
  private static final int FIELDS = 12;
  private static final long NEVER = Long.MAX_VALUE;

  /** When an expired field is surely taken out. */
  private static final long GRACE_MILLIS = 400;

  private static final class Model implements AutoCloseable {
    final TestEngine engine;
    final TestClient client;
    final Random random;
    final boolean sets;

    /** By key: when each of its fields expires. */
    final Map<String, Map<String, Long>> keys = new HashMap<>();

    Model(long seed, boolean sets, int maxEntries) {
      random = new Random(seed);
      this.sets = sets;
      String entries = Integer.toString(maxEntries);
      engine =
          new TestEngine("hash-max-listpack-entries", entries, "set-max-listpack-entries", entries);
      client = engine.connect();
    }

    long now() {
      return engine.clock().millis();
    }

    String key() {
      return "k" + random.nextInt(KEYS);
    }

    String field() {
      int number = random.nextInt(FIELDS);
      return random.nextInt(20) == 0 ? "f".repeat(100) + number : Integer.toString(number);
    }

    Map<String, Long> fields(String key) {
      return keys.computeIfAbsent(key, name -> new TreeMap<>());
    }

    void step() {
      String key = key();
      String field = field();
      Map<String, Long> fields = fields(key);
      switch (random.nextInt(16)) {
        case 0, 1, 2 -> {
          call(sets ? "SADD " + key + " " + field : "HSET " + key + " " + field + " v" + field);
          if (!sets || !isLive(fields, field)) {
            fields.put(field, NEVER);
          }
        }
        case 3, 4, 5, 6 -> {
          long millis = now() + 1 + random.nextInt(2000);
          call(
              (sets ? "SPEXPIREAT " : "HPEXPIREAT ")
                  + key
                  + " "
                  + millis
                  + (sets ? " MEMBERS 1 " : " FIELDS 1 ")
                  + field);
          if (isLive(fields, field)) {
            fields.put(field, millis);
          }
        }
        case 7 -> {
          call(
              (sets ? "SPERSIST " : "HPERSIST ")
                  + key
                  + (sets ? " MEMBERS 1 " : " FIELDS 1 ")
                  + field);
          if (isLive(fields, field)) {
            fields.put(field, NEVER);
          }
        }
        case 8 -> {
          call((sets ? "SREM " : "HDEL ") + key + " " + field);
          fields.remove(field);
        }
        case 9 -> {
          String other = key();
          // what has expired and is still there makes the difference
          if (!live(key).isEmpty() && !other.equals(key)) {
            call("RENAME " + key + " " + other);
            keys.put(other, keys.remove(key));
          }
        }
        case 10 -> {
          String other = key();
          if (!live(key).isEmpty() && !other.equals(key)) {
            call("COPY " + key + " " + other + " REPLACE");
            keys.put(other, new TreeMap<>(fields));
          }
        }
        case 11 -> {
          call(random.nextBoolean() ? "DEL " + key : "SET " + key + " text");
          call("DEL " + key);
          keys.remove(key);
        }
        case 12 -> call("PEXPIRE " + key + " 1000000000");
        case 13 -> call(random.nextBoolean() ? "PERSIST " + key : "SWAPDB 0 1");
        default -> engine.pass(random.nextInt(150));
      }
      if (client.call("DBSIZE").equals("0") && random.nextInt(3) == 0) {
        call("SWAPDB 0 1");
      }
    }

    /** Commands go to the database that has the keys. */
    private void call(String line) {
      if (line.startsWith("SWAPDB")) {
        client.call(line.split(" ", -1));
        client.call("SELECT", selected == 0 ? "1" : "0");
        selected = 1 - selected;
      } else {
        String reply = client.call(line.split(" ", -1));
        assertEquals(false, reply.startsWith("-"), () -> line + " " + reply);
      }
    }

    private int selected;

    private boolean isLive(Map<String, Long> fields, String field) {
      return fields.getOrDefault(field, 0L) >= now();
    }

    private Set<String> live(String key) {
      Set<String> live = new TreeSet<>();
      fields(key)
          .forEach(
              (field, millis) -> {
                if (millis >= now()) {
                  live.add(field);
                }
              });
      return live;
    }

    void check() {
      engine.engine().keyspace().validate();
      for (int i = 0; i < KEYS; i++) {
        String key = "k" + i;
        String reply = client.call(sets ? "SMEMBERS" : "HKEYS", key);
        Set<String> seen = new TreeSet<>();
        for (String field : reply.substring(1, reply.length() - 1).split(", ", -1)) {
          if (!field.isEmpty()) {
            seen.add(field);
          }
        }
        assertEquals(live(key), seen, key);
      }
    }

    void checkEnd() {
      engine.pass(2000 + GRACE_MILLIS);
      check();
      for (int i = 0; i < KEYS; i++) {
        String key = "k" + i;
        client.expect("EXISTS " + key, live(key).isEmpty() ? "0" : "1");
        client.expect((sets ? "SCARD " : "HLEN ") + key, Integer.toString(live(key).size()));
      }
      assertEquals(0, engine.engine().keyspace().countWithExpiringMembers(0));
      assertEquals(0, engine.engine().keyspace().countWithExpiringMembers(1));
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  @Property(tries = 60)
  void behavesLikeAModel(@ForAll long seed, @ForAll boolean sets) {
    int[] limits = {512, 6, 0};
    try (Model model = new Model(seed, sets, limits[(int) Math.floorMod(seed, 3L)])) {
      for (int i = 0; i < 300; i++) {
        model.step();
        if (i % 10 == 0) {
          model.check();
        }
      }
      model.checkEnd();
    }
  }
}
