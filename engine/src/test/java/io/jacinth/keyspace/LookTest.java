package io.jacinth.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.base.Latin1;
import io.jacinth.command.ConcurrentEngine;
import io.jacinth.command.TestClient;
import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.value.StringValue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Reading strings without the lock of their shard. */
class LookTest {
  /** So many that some have strayed from where their look-up begins. */
  private static final int KEYS = 20_000;

  private static final int MAX_KEY_BYTES = 8192;

  /** A thread without a worker that looks. */
  private static final class Looker implements AutoCloseable {
    final Keyspace keyspace;
    final Foresight foresight;
    final Key key;
    private final Slab slab;
    private final long name;
    private final long text;
    private final Tally tally;
    private int nameLength;
    private long hint;

    Looker(Keyspace keyspace) {
      this.keyspace = keyspace;
      tally = new Tally(keyspace);
      foresight = new Foresight(keyspace);
      key = new Key(keyspace, tally);
      PageSource pages = keyspace.pages();
      slab = new Slab(pages, keyspace.shardCount() + 2);
      name = slab.allocate(MAX_KEY_BYTES, Tag.SCRATCH);
      text = slab.allocate(StringValue.MAX_EMBEDDED_BYTES, Tag.SCRATCH);
    }

    long hash() {
      return keyspace.hash(name, nameLength);
    }

    void foresee(String wanted) {
      byte[] bytes = Latin1.bytes(wanted);
      nameLength = bytes.length;
      Memory.write(bytes, 0, nameLength, name);
      foresight.clear();
      int index = foresight.add(hash());
      foresight.look(0);
      hint = foresight.hint(index);
    }

    /** The text of the key that was foreseen; null if it is not seen. */
    String look(long nowMillis) {
      key.bind(0, hash(), name, nameLength, nowMillis, true, hint);
      int length = key.look(text);
      return length == Key.NOT_SEEN ? null : Latin1.string(text, length);
    }

    String look() {
      return look(keyspace.clock().millis());
    }

    String foreseeAndLook(String wanted) {
      foresee(wanted);
      return look();
    }

    @Override
    public void close() {
      foresight.endLook();
      foresight.close();
      slab.free(name, MAX_KEY_BYTES, Tag.SCRATCH);
      slab.free(text, StringValue.MAX_EMBEDDED_BYTES, Tag.SCRATCH);
      slab.close();
    }
  }

  /** With a client of thread 0. */
  private interface Case {
    void run(TestClient client, Looker looker);
  }

  private static void with(Case test) {
    try (ConcurrentEngine engine = new ConcurrentEngine(2);
        Looker looker = new Looker(engine.engine().keyspace())) {
      engine.run(
          (client, thread) -> {
            if (thread == 0) {
              test.run(client, looker);
            }
          });
    }
  }

  /** Repeats what may fail because a second has passed since the key was used last. */
  private static void assertSeen(String text, Looker looker, String key, Consumer<String> use) {
    String seen = null;
    for (int i = 0; i < 100 && seen == null; i++) {
      use.accept(key);
      seen = looker.foreseeAndLook(key);
    }
    assertEquals(text, seen);
  }

  @Test
  void stringsInTheirRecordsAreSeen() {
    with(
        (client, looker) -> {
          for (String text :
              new String[] {"", "v", "12", "-9223372036854775808", "x".repeat(960)}) {
            client.call("SET", "key", text);
            assertSeen(text, looker, "key", key -> client.call("GET", key));
          }
          client.call("APPEND", "raw", "12");
          assertSeen("12", looker, "raw", key -> client.call("GET", key));
          client.call("SET", "expires", "v", "EX", "1000");
          assertSeen("v", looker, "expires", key -> client.call("GET", key));
          long now = looker.keyspace.clock().millis();
          assertEquals(null, looker.look(now + 2_000_000), "expired");
        });
  }

  @Test
  void whatTakesTheLockIsNotSeen() {
    with(
        (client, looker) -> {
          assertEquals(null, looker.foreseeAndLook("missing"));
          client.call("SET", "long", "x".repeat(961));
          assertEquals(null, looker.foreseeAndLook("long"));
          client.call("RPUSH", "list", "a");
          assertEquals(null, looker.foreseeAndLook("list"));
          String longName = "n".repeat(5000);
          client.call("SET", longName, "v");
          assertEquals(null, looker.foreseeAndLook(longName));
          client.call("SET", "key", "v");
          looker.foresee("key");
          assertEquals(null, looker.look(looker.keyspace.clock().millis() + 5_000), "to be noted");
        });
  }

  @Test
  void whatChangedSinceIsSeenAsItIs() {
    with(
        (client, looker) -> {
          client.call("SET", "key", "old");
          looker.foresee("key");
          client.call("SET", "key", "new");
          String seen = looker.look();
          assertTrue(seen == null || seen.equals("new"), seen);
          looker.foresee("key");
          client.call("SET", "key", "longer".repeat(50));
          seen = looker.look();
          assertTrue(seen == null || seen.equals("longer".repeat(50)), seen);
          looker.foresee("key");
          client.call("DEL", "key");
          assertEquals(null, looker.look());
          client.call("SET", "key", "again");
          looker.foresee("key");
          client.call("FLUSHALL");
          assertEquals(null, looker.look());
          client.call("SET", "key", "again");
          looker.foresee("key");
          client.call("SWAPDB", "0", "1");
          assertEquals(null, looker.look());
        });
  }

  @Test
  void whoHasTheLockIsNotLookedAt() {
    with(
        (client, looker) -> {
          client.call("SET", "key", "v");
          looker.foresee("key");
          assertNotEquals(0, looker.hint);
          looker.keyspace.lock(looker.keyspace.allShards());
          assertEquals(null, looker.look());
          looker.foresee("key");
          assertEquals(0, looker.hint);
          looker.keyspace.unlock(looker.keyspace.allShards());
        });
  }

  /** Nearly all are seen, also the strays, while the table grows. */
  @Test
  void keysAreSeenWhereverTheyStand() {
    with(
        (client, looker) -> {
          int seen = 0;
          for (int i = 0; i < KEYS; i++) {
            client.call("SET", "k" + i, "v" + i);
            String key = "k" + i / 2;
            client.call("GET", key);
            String text = looker.foreseeAndLook(key);
            if (text != null) {
              assertEquals("v" + i / 2, text);
              seen++;
            }
          }
          assertTrue(seen > KEYS - KEYS / 50, seen + " of " + KEYS);
        });
  }
}
