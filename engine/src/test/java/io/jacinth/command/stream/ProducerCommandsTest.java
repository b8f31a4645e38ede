package io.jacinth.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transcripts of XADD for producers, whose messages are added once, and of XCFGSET. */
class ProducerCommandsTest {
  private static final String NOW = "1700000000000";

  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  /** Of XINFO STREAM, what it says of producers; each number with its name. */
  private String production() {
    String info = client.call("XINFO", "STREAM", "s");
    int begin = info.indexOf("idmp-duration");
    return begin < 0 ? "" : info.substring(begin, info.indexOf(", groups"));
  }

  @Test
  void whatIsSentAgainIsNotAddedAgain() {
    EventLog log = EventLog.of(engine);
    client.expect("XADD s IDMP p 1 * amount 100", NOW + "-0");
    assertEquals("s xadd", log.take());
    client.expect("XADD s IDMP p 1 * amount 200 currency EUR", NOW + "-0");
    assertEquals("", log.take());
    client.expect("XADD s MAXLEN ~ 100 IDMP p 2 KEEPREF * amount 300", NOW + "-1");
    client.expect("XADD s IDMP q 1 * amount 400", NOW + "-2");
    client.expect("XRANGE s - + COUNT 1", "[[" + NOW + "-0, [amount, 100]]]");
    client.expect("XLEN s", 3);
    assertEquals(
        "idmp-duration, 100, idmp-maxsize, 100, pids-tracked, 2, iids-tracked, 3, iids-added, 3,"
            + " iids-duplicates, 1",
        production());
  }

  @Test
  void aMessageIsNamedByItsFieldsAndValues() {
    client.expect("XADD s IDMPAUTO p * a 1 b 2", NOW + "-0");
    client.expect("XADD s IDMPAUTO p * b 2 a 1", NOW + "-0");
    client.expect("XADD s IDMPAUTO p * a 2 b 1", NOW + "-1");
    client.expect("XADD s IDMPAUTO p * 1 a 2 b", NOW + "-2");
    client.expect("XADD s IDMPAUTO p * a 1 b 2 a 1", NOW + "-3");
    client.expect("XADD s IDMPAUTO p * ab 12 c 3", NOW + "-4");
    client.expect("XADD s IDMPAUTO p * a b12 c 3", NOW + "-5");
    client.expect("XADD s IDMPAUTO q * a 1 b 2", NOW + "-6");
    client.expect("XADD s IDMPAUTO p * a 2 b 1", NOW + "-1");
  }

  @Test
  void anyBytesAreNames() {
    String name = "\0*\r\n\u00ff";
    String id = client.call("XADD", "s", "IDMP", name, name, "*", "a", "1");
    assertEquals(id, client.call("XADD", "s", "IDMP", name, name, "*", "a", "2"));
    String huge = "x".repeat(70_000);
    id = client.call("XADD", "s", "IDMP", huge, huge, "*", "a", "1");
    assertEquals(id, client.call("XADD", "s", "IDMP", huge, huge, "*", "a", "1"));
    client.expect("XLEN s", 2);
    client.expect("DEL s", 1);
  }

  @Test
  void nothingIsMadeOfNothing() {
    client.expect("XADD s NOMKSTREAM IDMP p 1 * a 1", "nil");
    client.expect("XADD s NOMKSTREAM IDMPAUTO p * a 1", "nil");
    client.expect("EXISTS s", 0);
    client.expect("SET k v", "OK");
    client.expect(
        "XADD k IDMP p 1 * a 1",
        "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @Test
  void wrongOptions() {
    String invalid = "-ERR Invalid stream ID specified as stream command argument";
    client.expect("XADD s IDMP p * f v", invalid);
    client.expect(
        "XADD s IDMP p 1 1-1 f v", "-ERR IDMP/IDMPAUTO can be used only with auto-generated IDs");
    client.expect(
        "XADD s IDMPAUTO p 1-* f v", "-ERR IDMP/IDMPAUTO can be used only with auto-generated IDs");
    for (String options :
        List.of("IDMP p 1 IDMP q 2", "IDMPAUTO p IDMP q 2", "IDMP p 1 IDMPAUTO q")) {
      client.expect("XADD s " + options + " * f v", "-ERR IDMP/IDMPAUTO specified multiple times");
    }
    assertEquals(
        "-ERR IDMP requires a non-empty producer ID",
        client.call("XADD", "s", "IDMP", "", "1", "*", "f", "v"));
    assertEquals(
        "-ERR IDMP requires a non-empty idempotent ID",
        client.call("XADD", "s", "IDMP", "p", "", "*", "f", "v"));
    assertEquals(
        "-ERR IDMPAUTO requires a non-empty producer ID",
        client.call("XADD", "s", "IDMPAUTO", "", "*", "f", "v"));
    client.expect("EXISTS s", 0);
  }

  @Test
  void settingHowMuchIsRemembered() {
    client.expect("XADD s * a 1", NOW + "-0");
    assertEquals("", production());
    client.expect("XCFGSET s", "-ERR At least one parameter must be specified");
    client.expect("XCFGSET s IDMP-DURATION", "-ERR syntax error");
    client.expect("XCFGSET s DURATION 5", "-ERR syntax error");
    client.expect("XCFGSET s IDMP-MAXSIZE x", "-ERR value is not an integer or out of range");
    for (String number : List.of("0", "-5", "86401")) {
      client.expect(
          "XCFGSET s IDMP-DURATION " + number,
          "-ERR IDMP-DURATION must be between 1 and 86400 seconds");
    }
    client.expect(
        "XCFGSET s IDMP-MAXSIZE 10001", "-ERR IDMP-MAXSIZE must be between 1 and 10000 entries");
    client.expect("XCFGSET none IDMP-DURATION 5", "-ERR no such key");
    client.expect("XCFGSET s IDMP-DURATION 3 IDMP-MAXSIZE 10000", "OK");
    client.expect("XCFGSET s IDMP-DURATION 4", "OK");
    assertTrue(production().startsWith("idmp-duration, 4, idmp-maxsize, 10000, pids"));
  }

  @Test
  void anotherSettingForgetsAll() {
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-0");
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-0");
    client.expect("XCFGSET s IDMP-DURATION 100 IDMP-MAXSIZE 100", "OK");
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-0");
    client.expect("XCFGSET s IDMP-MAXSIZE 5", "OK");
    assertEquals(
        "idmp-duration, 100, idmp-maxsize, 5, pids-tracked, 0, iids-tracked, 0, iids-added, 1,"
            + " iids-duplicates, 2",
        production());
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-1");
  }

  @Test
  void newStreamsTakeTheServersSettings() {
    client.expect("CONFIG SET stream-idmp-duration 7 stream-idmp-maxsize 2", "OK");
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-0");
    assertTrue(production().startsWith("idmp-duration, 7, idmp-maxsize, 2, pids"));
    assertTrue(
        client.call("CONFIG", "SET", "stream-idmp-maxsize", "10001").contains("must be between"));
  }

  @Test
  void theOldestAreForgotten() {
    client.expect("XADD s * a 0", NOW + "-0");
    client.expect("XCFGSET s IDMP-MAXSIZE 3", "OK");
    for (int i = 1; i <= 4; i++) {
      client.expect("XADD s IDMP p " + i + " * a 1", NOW + "-" + i);
    }
    client.expect("XADD s IDMP p 2 * a 1", NOW + "-2");
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-5");
    client.expect("XADD s IDMP p 2 * a 1", NOW + "-6");
    client.expect("XADD s IDMP p 4 * a 1", NOW + "-4");
  }

  @Test
  void inTimeAllAreForgotten() {
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-0");
    client.expect("XCFGSET s IDMP-DURATION 2", "OK");
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-1");
    client.expect("XADD s IDMP q 1 * a 1", NOW + "-2");
    engine.pass(1_999);
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-1");
    engine.pass(1);
    assertTrue(production().contains("pids-tracked, 0, iids-tracked, 0, iids-added, 3"));
    client.expect("XADD s IDMP p 1 * a 1", "1700000002000-0");
    client.expect("XADD s IDMP p 2 * a 1", "1700000002000-1");
    // q was looked at by then
    assertTrue(production().contains("pids-tracked, 1, iids-tracked, 2"));
    client.expect("MEMORY USAGE s", client.call("MEMORY", "USAGE", "s"));
  }

  @Test
  void copies() {
    client.expect("XADD s IDMP p 1 * a 1", NOW + "-0");
    client.expect("XADD s IDMP p 2 * a 2", NOW + "-1");
    client.expect("COPY s t", 1);
    client.expect("XADD t IDMP p 2 * a 2", NOW + "-1");
    client.expect("XADD s IDMP p 3 * a 3", NOW + "-2");
    client.expect("XADD t IDMP p 4 * a 3", NOW + "-2");
    client.expect("RENAME t u", "OK");
    client.expect("XADD u IDMP p 4 * a 3", NOW + "-2");
    client.expect("XLEN u", 3);
  }

  /** Random messages of random producers beside a model, with time passing. */
  @Test
  void likeAModel() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int maximum = 1 + random.nextInt(20);
    Map<String, List<Map.Entry<String, Long>>> model = new HashMap<>();
    Map<String, String> ids = new HashMap<>();
    client.call("XADD", "s", "*", "a", "1");
    client.expect("XCFGSET s IDMP-DURATION 10 IDMP-MAXSIZE " + maximum, "OK");
    for (int i = 0; i < 5_000; i++) {
      String producer = "p" + random.nextInt(8);
      String message = "m" + random.nextInt(40);
      long now = engine.clock().millis();
      List<Map.Entry<String, Long>> remembered =
          model.computeIfAbsent(producer, _ -> new ArrayList<>());
      remembered.removeIf(each -> now - each.getValue() >= 10_000);
      boolean isKnown = remembered.stream().anyMatch(each -> each.getKey().equals(message));
      String name = producer + " " + message;
      String id = client.call(("XADD s IDMP " + name + " * a 1").split(" "));
      if (isKnown) {
        assertEquals(ids.get(name), id, "seed " + seed);
      } else {
        assertFalse(id.equals(ids.put(name, id)), "seed " + seed);
        remembered.add(Map.entry(message, now));
        if (remembered.size() > maximum) {
          remembered.removeFirst();
        }
      }
      if (random.nextInt(20) == 0) {
        engine.pass(random.nextInt(4_000));
        engine.engine().keyspace().validate();
      }
    }
  }
}
