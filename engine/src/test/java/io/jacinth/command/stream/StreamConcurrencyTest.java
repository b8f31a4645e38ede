package io.jacinth.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.ConcurrentEngine;
import io.jacinth.command.TestClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Several threads on the same streams: consumer groups must be exact. */
class StreamConcurrencyTest {
  private static final int THREADS = 4;
  private static final int ENTRIES = 4_000;
  private static final Pattern ENTRY =
      Pattern.compile("\\[(\\d+-\\d+), \\[v, (([st]):\\d+:\\d+)\\]");
  private static final Pattern ID = Pattern.compile("\\[(\\d+-\\d+), ");

  private static List<String> ids(String reply) {
    List<String> found = new ArrayList<>();
    for (Matcher matcher = ID.matcher(reply); matcher.find(); ) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /**
   * Of two streams each thread adds to, each entry goes to one consumer; half of the time they
   * wait.
   */
  @Test
  void eachEntryGoesToOneConsumer() {
    ConcurrentLinkedQueue<String> delivered = new ConcurrentLinkedQueue<>();
    AtomicInteger writing = new AtomicInteger(THREADS);
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS).hesitating()) {
      engine.run(
          (client, thread) -> {
            if (thread == 0) {
              client.expect("XGROUP CREATE s g 0 MKSTREAM", "OK");
              client.expect("XGROUP CREATE t g 0 MKSTREAM", "OK");
            }
          });
      engine.run(
          (client, thread) -> {
            Random random = new Random(thread);
            for (int i = 0; i < ENTRIES; i++) {
              String key = random.nextBoolean() ? "s" : "t";
              client.call("XADD", key, "*", "v", key + ":" + thread + ":" + i);
              if (random.nextInt(3) > 0) {
                delivered.addAll(read(client, thread, random));
              }
            }
            writing.decrementAndGet();
            List<String> last;
            do {
              last = read(client, thread, random);
              delivered.addAll(last);
            } while (!last.isEmpty() || writing.get() > 0);
          });
      assertEquals(THREADS * ENTRIES, delivered.size());
      assertEquals(THREADS * ENTRIES, new HashSet<>(delivered).size());
      engine.run(
          (client, thread) -> {
            if (thread == 0) {
              client.expect("XPENDING s g", "[0, nil, nil, nil]");
              client.expect("XPENDING t g", "[0, nil, nil, nil]");
            }
          });
    }
  }

  /** Reads what there is, or waits a moment for some; acknowledges it. */
  private static List<String> read(TestClient client, int thread, Random random) throws Exception {
    String words =
        "XREADGROUP GROUP g c"
            + thread
            + " COUNT 3"
            + (random.nextBoolean() ? " BLOCK 5" : "")
            + (random.nextBoolean() ? " STREAMS s t > >" : " STREAMS t s > >");
    String reply = client.call(words.split(" "));
    while (reply.isEmpty()) {
      Thread.sleep(1);
      reply = client.receive();
    }
    List<String> names = new ArrayList<>();
    for (Matcher entry = ENTRY.matcher(reply); entry.find(); ) {
      assertEquals("1", client.call("XACK", entry.group(3), "g", entry.group(1)));
      names.add(entry.group(2));
    }
    return names;
  }

  /** What is claimed and released all the time is acknowledged once. */
  @Test
  void eachEntryIsAcknowledgedOnce() {
    AtomicInteger acknowledged = new AtomicInteger();
    int entries = 2_000;
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS).hesitating()) {
      engine.run(
          (client, thread) -> {
            if (thread == 0) {
              client.expect("XGROUP CREATE s g 0 MKSTREAM", "OK");
              for (int i = 1; i <= entries; i++) {
                client.expect("XADD s " + i + " v 1:" + i, i + "-0");
              }
            }
          });
      engine.run(
          (client, thread) -> {
            Random random = new Random(thread);
            while (acknowledged.get() < entries) {
              String consumer = "c" + thread;
              String reply =
                  switch (random.nextInt(3)) {
                    case 0 ->
                        client.call(
                            ("XREADGROUP GROUP g " + consumer + " COUNT 5 STREAMS s >").split(" "));
                    case 1 ->
                        client.call(
                            ("XREADGROUP GROUP g " + consumer + " COUNT 5 CLAIM 0 STREAMS s >")
                                .split(" "));
                    default ->
                        client.call(("XAUTOCLAIM s g " + consumer + " 0 0 COUNT 5").split(" "));
                  };
              for (String id : ids(reply)) {
                if (random.nextBoolean()) {
                  acknowledged.addAndGet(Integer.parseInt(client.call("XACK", "s", "g", id)));
                } else {
                  client.call("XNACK", "s", "g", "FAIL", "IDS", "1", id);
                }
              }
            }
          });
      engine.run(
          (client, thread) -> {
            if (thread == 0) {
              client.expect("XPENDING s g", "[0, nil, nil, nil]");
              client.expect("XREADGROUP GROUP g c STREAMS s >", "nil");
            }
          });
    }
    assertEquals(entries, acknowledged.get());
  }

  /** What one does not acknowledge in time goes to another that waits, until it is acknowledged. */
  @Test
  void whatIsNotAcknowledgedIsDeliveredAgain() {
    AtomicInteger acknowledged = new AtomicInteger();
    int entries = 300;
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS).hesitating()) {
      engine.run(
          (client, thread) -> {
            if (thread == 0) {
              client.expect("XGROUP CREATE s g 0 MKSTREAM", "OK");
            }
          });
      engine.run(
          (client, thread) -> {
            Random random = new Random(thread);
            for (int i = 1; thread == 0 && i <= entries; i++) {
              client.call("XADD", "s", "*", "v", "0:" + i);
            }
            while (acknowledged.get() < entries) {
              String words =
                  "XREADGROUP GROUP g c" + thread + " COUNT 2 BLOCK 20 CLAIM 3 STREAMS s >";
              String reply = client.call(words.split(" "));
              while (reply.isEmpty()) {
                Thread.sleep(0, 100_000);
                reply = client.receive();
              }
              for (String id : ids(reply)) {
                if (random.nextInt(3) == 0) {
                  acknowledged.addAndGet(Integer.parseInt(client.call("XACK", "s", "g", id)));
                }
              }
            }
          });
      engine.run(
          (client, thread) -> {
            if (thread == 0) {
              client.expect("XPENDING s g", "[0, nil, nil, nil]");
            }
          });
    }
    assertEquals(entries, acknowledged.get());
  }

  /** Groups come and go while consumers wait with them: nobody waits for ever. */
  @Test
  void groupsComeAndGo() {
    AtomicInteger served = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    int rounds = 1_000;
    AtomicInteger running = new AtomicInteger(1);
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS).hesitating()) {
      engine.run(
          (client, thread) -> {
            if (thread == 0) {
              for (int i = 0; i < rounds; i++) {
                client.call("XGROUP CREATE s g $ MKSTREAM".split(" "));
                client.call("XADD", "s", "*", "v", "0:" + i);
                client.call(
                    i % 2 == 0 ? new String[] {"DEL", "s"} : "XGROUP DESTROY s g".split(" "));
                if (i % 16 == 0) {
                  client.call("XADD", "u", "*", "v", "0:" + i);
                  client.call("RENAME", "u", "s");
                }
              }
              running.set(0);
              client.call("DEL", "s");
              return;
            }
            while (running.get() > 0) {
              String reply =
                  client.call(
                      ("XREADGROUP GROUP g c" + thread + " BLOCK 0 STREAMS s >").split(" "));
              while (reply.isEmpty()) {
                if (running.get() == 0) {
                  // what ended the last wait may have come before this one
                  client.session().unblock(client.session().worker(), false);
                }
                Thread.sleep(0, 100_000);
                reply = client.receive();
              }
              (reply.startsWith("[[s, ") ? served : refused).incrementAndGet();
            }
          });
    }
    assertTrue(refused.get() > 0);
  }
}
