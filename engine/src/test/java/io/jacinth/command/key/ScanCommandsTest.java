package io.jacinth.command.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScanCommandsTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void cursors() {
    for (String good :
        new String[] {
          "0", "00", "+5", "-05", "7", "18446744073709551615", "1125899906842624", "99999999999999"
        }) {
      client.expect("SCAN " + good, "[0, []]");
    }
    for (String bad : new String[] {"-1", "abc", "18446744073709551616", "1x", "+", "--1"}) {
      client.expect("SCAN " + bad, "-ERR invalid cursor");
      client.expect("SCAN " + bad + " COUNT 0", "-ERR invalid cursor");
    }
    assertEquals("-ERR invalid cursor", client.call("SCAN", ""));
  }

  @Test
  void options() {
    client.expect("SET a 1", "OK");
    client.expect("SET b 1", "OK");
    client.expect("SCAN 0 MATCH a COUNT 100", "[0, [a]]");
    client.expect("SCAN 0 MATCH c* COUNT 100", "[0, []]");
    client.expect("SCAN 0 TYPE STRING MATCH b", "[0, [b]]");
    client.expect("SCAN 0 TYPE list", "[0, []]");
    client.expect("SCAN 0 TYPE unheard-of", "[0, []]");
    client.expect("SCAN 0 TYPE string TYPE list", "[0, []]");
    for (String options : new String[] {"COUNT", "MATCH", "TYPE", "FOO bar", "COUNT 0"}) {
      client.expect("SCAN 0 " + options, "-ERR syntax error");
    }
    client.expect("SCAN 0 COUNT x", "-ERR value is not an integer or out of range");
    client.expect("SCAN 0 NOVALUES", "-ERR NOVALUES option can only be used in HSCAN");
  }

  @Test
  void countBoundsTheWork() {
    for (int i = 0; i < 10_000; i++) {
      client.call("SET", "key" + i, "v");
    }
    String cursor = "0";
    int calls = 0;
    do {
      List<String> keys = new ArrayList<>();
      cursor = scan(cursor, keys, "COUNT", "50");
      assertTrue(keys.size() < 50 + 20, "returned " + keys.size());
      calls++;
    } while (!cursor.equals("0"));
    assertTrue(calls > 10_000 / 70, calls + " calls");
  }

  /** What is there from the first to the last call is returned, whatever else comes and goes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void returnsAllThatStays(long seed) {
    Random random = new Random(seed);
    Set<String> staying = new HashSet<>();
    int size = 1 << random.nextInt(14);
    for (int i = 0; i < size; i++) {
      client.call("SET", "stays" + i, "v");
      staying.add("stays" + i);
    }
    int others = random.nextInt(2) * 20_000;
    boolean grows = random.nextBoolean();
    for (int i = 0; i < others && !grows; i++) {
      client.call("SET", "goes" + i, "v");
    }
    Set<String> found = new HashSet<>();
    int returned = 0;
    String cursor = "0";
    int next = 0;
    do {
      List<String> keys = new ArrayList<>();
      cursor = scan(cursor, keys, "COUNT", "" + (1 + random.nextInt(200)));
      for (String key : keys) {
        if (staying.contains(key)) {
          returned++;
          found.add(key);
        }
      }
      for (int i = random.nextInt(400); i > 0 && next < others; i--) {
        client.call(grows ? "SET" : "DEL", "goes" + next++, grows ? "v" : "no");
      }
    } while (!cursor.equals("0"));
    assertEquals(staying, found, "seed " + seed);
    assertEquals(staying.size(), returned, "twice, seed " + seed);
  }

  @Test
  void inventedCursorsAreHarmless() {
    for (int i = 0; i < 3000; i++) {
      client.call("SET", "key" + i, "v");
    }
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      String cursor = Long.toUnsignedString(random.nextLong() >>> random.nextInt(64));
      List<String> keys = new ArrayList<>();
      scan(cursor, keys, "COUNT", "1");
    }
  }

  @Test
  void expiredKeysAreNotReturnedAndGo() {
    engine.engine().activeExpireEnabled(false);
    for (int i = 0; i < 1000; i++) {
      client.call("SET", "old" + i, "v");
      client.call("PEXPIRE", "old" + i, "1");
      client.call("SET", "new" + i, "v");
    }
    engine.clock().advanceMillis(2);
    client.expect("KEYS old*", "[]");
    client.expect("SCAN 0 MATCH nomatch COUNT 10000", "[0, []]");
    client.expect("DBSIZE", 2000);
    int returned = 0;
    String cursor = "0";
    do {
      List<String> keys = new ArrayList<>();
      cursor = scan(cursor, keys);
      keys.forEach(key -> assertTrue(key.startsWith("new"), key));
      returned += keys.size();
    } while (!cursor.equals("0"));
    assertEquals(1000, returned);
    client.expect("DBSIZE", 1000);
  }

  @Test
  void longNames() {
    String name = "n".repeat(3_000_000);
    client.call("SET", name, "v");
    client.call("SET", "b", "v");
    List<String> keys = new ArrayList<>();
    scan("0", keys);
    assertEquals(Set.of(name, "b"), new HashSet<>(keys));
    assertEquals("[" + name + "]", client.call("KEYS", "n*"));
  }

  /** One call of SCAN; returns the next cursor. */
  private String scan(String cursor, List<String> keys, String... options) {
    String[] words = new String[options.length + 2];
    words[0] = "SCAN";
    words[1] = cursor;
    System.arraycopy(options, 0, words, 2, options.length);
    String reply = client.call(words);
    int comma = reply.indexOf(", [");
    String list = reply.substring(comma + 3, reply.length() - 2);
    if (!list.isEmpty()) {
      keys.addAll(List.of(list.split(", ")));
    }
    return reply.substring(1, comma);
  }
}
