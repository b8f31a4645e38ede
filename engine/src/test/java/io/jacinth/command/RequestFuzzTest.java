package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Two engines get the same bytes, one in one piece, the other cut at random: they must reply the
 * same, byte for byte, whatever it is; nobody crashes, hangs or leaks.
 *
 * <p>{@code -Djacinth.fuzz.messages=10000000} lets it run longer, {@code -Djacinth.fuzz.seed}
 * repeats a failure. Ten million take less than a minute, in the checked memory of all tests.
 */
class RequestFuzzTest {
  private static final long MESSAGES = Long.getLong("jacinth.fuzz.messages", 200_000);
  private static final long SEED = Long.getLong("jacinth.fuzz.seed", System.nanoTime());
  private static final int MAX_MESSAGES_PER_STREAM = 24;

  /** An engine begins anew after so many streams, and shows what it has leaked. */
  private static final int STREAMS_PER_ENGINE = 5_000;

  private long executed;

  @Test
  void cutsDoNotMatter() {
    long done = 0;
    for (long round = 0; done < MESSAGES; round++) {
      done += runRound(SEED + round, MESSAGES - done);
    }
    System.out.println("Fuzzed messages: " + done + ", commands executed: " + executed);
  }

  private long runRound(long seed, long limit) {
    Random random = new Random(seed);
    FuzzedRequests requests = new FuzzedRequests(random);
    long done = 0;
    try (TestEngine whole = new TestEngine();
        TestEngine cut = new TestEngine()) {
      TestClient first = whole.connect();
      TestClient second = cut.connect();
      for (int i = 0; i < STREAMS_PER_ENGINE && done < limit; i++) {
        int messages = 1 + random.nextInt(MAX_MESSAGES_PER_STREAM);
        done += messages;
        byte[] stream = requests.stream(messages);
        String where = "seed " + seed + ", stream " + i;
        first.send(stream);
        sendCut(second, stream, random);
        String reply = first.received();
        assertEquals(reply, second.received(), where);
        assertEquals(first.isClosed(), second.isClosed(), where);
        // must be made of whole replies
        ReplyText.of(reply);
        if (first.isClosed() || random.nextInt(8) == 0) {
          whole.disconnect(first);
          cut.disconnect(second);
          first = whole.connect();
          second = cut.connect();
          assertEquals("+PONG\r\n", first.raw("PING"), where);
          assertEquals("+PONG\r\n", second.raw("PING"), where);
        }
      }
      whole.engine().keyspace().validate();
      executed += whole.engine().total(Statistics::commands);
    } catch (Throwable e) {
      throw new AssertionError("seed " + seed, e);
    }
    return done;
  }

  private static void sendCut(TestClient client, byte[] stream, Random random) {
    int from = 0;
    int scale = 1 << random.nextInt(14);
    while (from < stream.length && !client.isClosed()) {
      int to = Math.min(stream.length, from + 1 + random.nextInt(scale));
      client.send(Arrays.copyOfRange(stream, from, to));
      from = to;
    }
  }
}
