package io.jacinth.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever commands have done is undone. */
final class UndoLogTest {
  private static final int ROUNDS = Integer.getInteger("jacinth.undo.rounds", 200);
  private static final long SEED = Long.getLong("jacinth.undo.seed", 42);
  private static final int DATABASES = 3;
  private static final long LIMIT_BYTES = 64 << 20;

  /** With small values, and with large ones of few elements. */
  private static String[] settings(boolean large, long seed) {
    List<String> words = new ArrayList<>(List.of("databases", Integer.toString(DATABASES)));
    words.addAll(List.of("shards", seed % 2 == 0 ? "1" : "4"));
    if (large) {
      words.addAll(
          List.of(
              "hash-max-listpack-entries", "2",
              "set-max-intset-entries", "2",
              "set-max-listpack-entries", "2",
              "zset-max-listpack-entries", "2",
              "list-max-listpack-size", "2",
              "stream-node-max-entries", "4"));
    }
    return words.toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allChangesAreUndone(boolean large) {
    for (int round = 0; round < ROUNDS; round++) {
      undoSome(large, SEED + round);
    }
  }

  private static void undoSome(boolean large, long seed) {
    Random random = new Random(seed);
    RandomChanges changes = new RandomChanges(random);
    List<String> done = new ArrayList<>();
    try (TestEngine engine = new TestEngine(settings(large, seed))) {
      TestClient client = engine.connect();
      for (int i = random.nextInt(400); i > 0; i--) {
        client.call(changes.growth().toArray(String[]::new));
      }
      int database = client.session().database();
      String before = State.of(engine, client);
      long usedBefore = used(engine);
      UndoLog undo = engine.worker().tally().undo();
      undo.begin(engine.worker().slab(), LIMIT_BYTES, () -> true);
      for (int i = random.nextInt(80); i > 0; i--) {
        String[] words = changes.command().toArray(String[]::new);
        String reply = client.call(words);
        done.add(client.session().database() + ": " + String.join(" ", words) + " -> " + reply);
      }
      if (!undo.isActive()) {
        return;
      }
      boolean undoes = random.nextInt(8) != 0;
      if (!undoes) {
        undo.end();
        State.of(engine, client);
        return;
      }
      engine.engine().keyspace().listener(new Silence());
      try {
        undo.undo();
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + shown(done), e);
      }
      engine.engine().keyspace().listener(null);
      client.session().database(database);
      String after = State.of(engine, client);
      if (!before.equals(after)) {
        throw new AssertionError("seed " + seed + difference(before, after) + shown(done));
      }
      long usedAfter = used(engine);
      if (Math.abs(usedAfter - usedBefore) > TOLERANCE_BYTES) {
        assertEquals(usedBefore, usedAfter, "bytes, seed " + seed + shown(done));
      }
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed + shown(done), e);
    }
  }

  /** Nobody is notified of what is undone. */
  private static final class Silence implements ChangeListener {
    @Override
    public void beforeChange(
        Shard shard, int database, long hash, long keyAddress, int keyLength, long record) {}

    @Override
    public void changed(
        Shard shard, int database, long hash, long keyAddress, int keyLength, Event event) {
      throw new AssertionError("notified of " + event);
    }

    @Override
    public void beforeFlush(int database) {}

    @Override
    public void swapped(int first, int second) {}
  }

  /** Structures need not have the shape that they had. */
  private static final long TOLERANCE_BYTES = 32 << 10;

  private static long used(TestEngine engine) {
    Keyspace keyspace = engine.engine().keyspace();
    for (int i = 0; i < keyspace.shardCount(); i++) {
      keyspace.shard(i).freeGarbage(Shard.NO_DEADLINE);
    }
    return keyspace.usedBytes();
  }

  private static String difference(String before, String after) {
    String[] was = before.lines().toArray(String[]::new);
    String[] is = after.lines().toArray(String[]::new);
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.max(was.length, is.length) && shown.length() < 2000; i++) {
      String one = i < was.length ? was[i] : "";
      String other = i < is.length ? is[i] : "";
      if (!one.equals(other)) {
        int from = 0;
        while (from < Math.min(one.length(), other.length())
            && one.charAt(from) == other.charAt(from)) {
          from++;
        }
        shown.append("\n  at ").append(from);
        shown.append("\n  was ").append(part(one, 0, 30)).append("..." + part(one, from, 200));
        shown.append("\n  is  ").append(part(other, 0, 30)).append("..." + part(other, from, 200));
      }
    }
    return shown.toString();
  }

  private static String part(String text, int from, int count) {
    int begin = Math.min(Math.max(0, from - 20), text.length());
    return text.substring(begin, Math.min(text.length(), begin + count));
  }

  private static String shown(List<String> done) {
    StringBuilder shown = new StringBuilder();
    for (String each : done) {
      shown.append("\n  ").append(each.length() > 200 ? each.substring(0, 200) + "..." : each);
    }
    return shown.toString();
  }

  /** All that can be known of a store, as text; on the way its structures are checked. */
  private static final class State {
    private final StringBuilder text = new StringBuilder();
    private final TestClient client;

    private State(TestClient client) {
      this.client = client;
    }

    static String of(TestEngine engine, TestClient client) {
      State state = new State(client);
      int database = client.session().database();
      Keyspace keyspace = engine.engine().keyspace();
      keyspace.validate();
      state.text.append("dirty ").append(keyspace.sum(Keyspace.Counter.DIRTY)).append('\n');
      for (int each = 0; each < DATABASES; each++) {
        client.session().database(each);
        state.add(keyspace, each);
      }
      client.session().database(database);
      state.validateValues(keyspace);
      return state.text.toString();
    }

    private void add(Keyspace keyspace, int database) {
      text.append(database)
          .append(": ")
          .append(keyspace.count(database))
          .append(' ')
          .append(keyspace.countExpiring(database))
          .append(' ')
          .append(keyspace.countWithExpiringMembers(database))
          .append('\n');
      for (String type : RandomChanges.TYPES) {
        for (int i = 0; i < RandomChanges.KEYS; i++) {
          addKey(type + i);
        }
      }
    }

    private void addKey(String key) {
      String type = client.call("TYPE", key);
      if (type.equals("none")) {
        return;
      }
      text.append(key).append(' ').append(type).append(' ');
      text.append(client.call("PEXPIRETIME", key)).append(' ');
      text.append(
          switch (type) {
            case "string" -> client.call("GET", key);
            case "list" -> client.call("LRANGE", key, "0", "-1");
            case "hash" -> hash(key);
            case "set" -> set(key);
            case "zset" -> client.call("ZRANGE", key, "0", "-1", "WITHSCORES");
            case "stream" ->
                client.call("XINFO", "STREAM", key, "FULL", "COUNT", "0")
                    + client.call("DEBUG", "DIGEST-VALUE", key);
            default -> throw new AssertionError(type);
          });
      text.append('\n');
    }

    private String hash(String key) {
      return sorted(
          client.call("HKEYS", key),
          field ->
              client.call("HGET", key, field)
                  + " "
                  + client.call("HPEXPIRETIME", key, "FIELDS", "1", field));
    }

    private String set(String key) {
      return sorted(
          client.call("SMEMBERS", key),
          member -> client.call("SPEXPIRETIME", key, "MEMBERS", "1", member));
    }

    private static String sorted(
        String reply, java.util.function.UnaryOperator<String> description) {
      if (reply.length() <= 2) {
        return reply;
      }
      String[] names = reply.substring(1, reply.length() - 1).split(", ", -1);
      Arrays.sort(names);
      StringBuilder all = new StringBuilder();
      for (String name : names) {
        all.append(name).append('=').append(description.apply(name)).append(' ');
      }
      return all.toString();
    }

    private void validateValues(Keyspace keyspace) {
      Key key = new Key(keyspace, new Tally(keyspace));
      for (int database = 0; database < DATABASES; database++) {
        for (int i = 0; i < keyspace.shardCount(); i++) {
          Shard shard = keyspace.shard(i);
          int each = database;
          long cursor = 0;
          do {
            cursor =
                shard.scan(
                    database,
                    cursor,
                    ref -> {
                      key.comeTo(shard, each, ref, 0);
                      validate(key);
                    },
                    1);
          } while (cursor != 0);
        }
      }
    }

    private static void validate(Key key) {
      if (key.isList()) {
        key.list().validate();
      } else if (key.isHash()) {
        key.hashValue().validate();
      } else if (key.isSet()) {
        key.set().validate();
      } else if (key.isSortedSet()) {
        key.sortedSet().validate();
      } else if (key.isStream()) {
        key.stream().validate();
      }
    }
  }
}
