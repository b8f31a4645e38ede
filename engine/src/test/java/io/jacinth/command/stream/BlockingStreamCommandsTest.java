package io.jacinth.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transcripts of XREAD and XREADGROUP that wait. Compared with Redis 8.0.6 one by one. */
class BlockingStreamCommandsTest {
  private static final String NO_GROUP =
      "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option";
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";
  private static final String READ_GROUP = "XREADGROUP GROUP g c BLOCK 0 STREAMS s >";
  private static final String READ_NEW = "XREAD BLOCK 0 STREAMS s $";

  private final TestEngine engine = new TestEngine();
  private final TestClient reader = engine.connect();
  private final TestClient other = engine.connect();
  private final TestClient writer = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  private void group() {
    writer.expect("XADD s 1 a 1", "1-0");
    writer.expect("XGROUP CREATE s g $", "OK");
  }

  private void write(String... lines) {
    for (String line : lines) {
      writer.call(line.split(" "));
    }
  }

  // ---- XREAD ----

  @Test
  void whatIsThereIsReadAtOnce() {
    write("XADD s 1 a 1", "XADD s 2 a 2");
    reader.expect("XREAD BLOCK 0 STREAMS s 0", "[[s, [[1-0, [a, 1]], [2-0, [a, 2]]]]]");
    reader.expect("XREAD BLOCK 0 STREAMS s +", "[[s, [[2-0, [a, 2]]]]]");
  }

  @Test
  void behindTheLastOne() {
    write("XADD s 1 a 1");
    reader.expect(READ_NEW, "");
    other.expect("XREAD BLOCK 0 STREAMS s 5", "");
    writer.expect("XADD s 3 a 3", "3-0");
    assertEquals("[[s, [[3-0, [a, 3]]]]]", reader.receive());
    assertEquals("", other.receive());
    writer.expect("XADD s 6 a 6", "6-0");
    assertEquals("[[s, [[6-0, [a, 6]]]]]", other.receive());
    assertEquals(0, engine.engine().blockedClients());
  }

  @Test
  void theLastOneIsThatOfTheBeginning() {
    write("XADD s 5 a 1");
    reader.expect(READ_NEW, "");
    write("DEL s", "XADD s 2 a 2");
    assertEquals("", reader.receive());
    write("XADD s 6 a 6");
    assertEquals("[[s, [[6-0, [a, 6]]]]]", reader.receive());
  }

  @Test
  void theLastEntryOfAnEmptyStream() {
    write("XADD s 1 a 1", "XDEL s 1");
    reader.expect("XREAD BLOCK 0 STREAMS s +", "");
    write("XADD s 3 a 3");
    assertEquals("[[s, [[3-0, [a, 3]]]]]", reader.receive());
  }

  @Test
  void severalStreams() {
    write("XADD s 1 a 1");
    reader.expect("XREAD BLOCK 0 STREAMS s t u $ $ 0", "");
    other.expect("XREAD BLOCK 0 STREAMS s s $ 1", "");
    write("XADD u 1 a 1");
    assertEquals("[[u, [[1-0, [a, 1]]]]]", reader.receive());
    write("XADD s 2 a 2");
    assertEquals("[[s, [[2-0, [a, 2]]]], [s, [[2-0, [a, 2]]]]]", other.receive());
  }

  @Test
  void allThatATransactionAdds() {
    write("XADD s 1 a 1");
    reader.expect(READ_NEW, "");
    other.expect("XREAD COUNT 1 BLOCK 0 STREAMS s $", "");
    write("MULTI", "XADD s 2 a 2", "XADD s 3 a 3", "EXEC");
    assertEquals("[[s, [[2-0, [a, 2]], [3-0, [a, 3]]]]]", reader.receive());
    assertEquals("[[s, [[2-0, [a, 2]]]]]", other.receive());
  }

  @Test
  void anotherTypeIsWaitedAway() {
    write("XADD s 5 a 1");
    reader.expect(READ_NEW, "");
    write("SET s v", "DEL s", "RPUSH l 1", "RENAME l s", "DEL s");
    assertEquals("", reader.receive());
    write("XADD t 6 a 6", "RENAME t s");
    assertEquals("[[s, [[6-0, [a, 6]]]]]", reader.receive());
    reader.expect("XREAD BLOCK 0 STREAMS s t $ 0", "");
    write("SET s v");
    assertEquals("", reader.receive());
    write("XADD t 1 a 1");
    assertEquals(WRONG_TYPE, reader.receive());
    reader.expect(READ_NEW, WRONG_TYPE);
  }

  @Test
  void wrongTimes() {
    reader.expect("XREAD BLOCK -1 STREAMS s $", "-ERR timeout is negative");
    reader.expect("XREAD BLOCK x STREAMS s $", "-ERR timeout is not an integer or out of range");
  }

  // ---- how the waiting ends ----

  @Test
  void timeout() {
    group();
    reader.expect("XREADGROUP GROUP g c BLOCK 100 STREAMS s >", "");
    other.expect("XREAD BLOCK 200 STREAMS s $", "");
    engine.pass(100);
    assertEquals("nil", reader.receive());
    assertEquals("", other.receive());
    engine.pass(100);
    assertEquals("nil", other.receive());
    // a consumer that got nothing exists
    writer.expect("XGROUP CREATECONSUMER s g c", 0);
  }

  @Test
  void clientUnblock() {
    group();
    long id = reader.session().id();
    reader.expect(READ_GROUP, "");
    writer.expect("CLIENT UNBLOCK " + id, 1);
    assertEquals("nil", reader.receive());
    reader.expect(READ_NEW, "");
    writer.expect("CLIENT UNBLOCK " + id + " ERROR", 1);
    assertEquals("-UNBLOCKED client unblocked via CLIENT UNBLOCK", reader.receive());
    writer.expect("CLIENT UNBLOCK " + id, 0);
  }

  @Test
  void disconnect() {
    group();
    reader.expect(READ_GROUP, "");
    other.expect(READ_GROUP, "");
    engine.disconnect(reader);
    assertEquals(1, engine.engine().blockedClients());
    write("XADD s 2 a 2");
    assertEquals("[[s, [[2-0, [a, 2]]]]]", other.receive());
    writer.expect("XPENDING s g", "[1, 2-0, 2-0, [[c, 1]]]");
  }

  @Test
  void inATransactionNobodyWaits() {
    group();
    write("MULTI", READ_GROUP, READ_NEW);
    writer.expect("EXEC", "[nil, nil]");
  }

  // ---- XREADGROUP ----

  @Test
  void eachEntryToOneInOrderOfArrival() {
    group();
    reader.expect(READ_GROUP, "");
    other.expect("XREADGROUP GROUP g d BLOCK 0 STREAMS s >", "");
    write("XADD s 2 a 2");
    assertEquals("[[s, [[2-0, [a, 2]]]]]", reader.receive());
    assertEquals("", other.receive());
    write("XADD s 3 a 3");
    assertEquals("[[s, [[3-0, [a, 3]]]]]", other.receive());
    writer.expect("XPENDING s g", "[2, 2-0, 3-0, [[c, 1], [d, 1]]]");
  }

  @Test
  void historyIsNotWaitedFor() {
    group();
    reader.expect("XREADGROUP GROUP g c BLOCK 0 STREAMS s 0", "[[s, []]]");
    reader.expect("XREADGROUP GROUP g c NOACK BLOCK 0 STREAMS s >", "");
    write("XADD s 2 a 2");
    assertEquals("[[s, [[2-0, [a, 2]]]]]", reader.receive());
    writer.expect("XPENDING s g", "[0, nil, nil, nil]");
  }

  /** Whatever takes the group away ends the waiting. */
  @Test
  void theGroupIsGone() {
    for (String end :
        List.of(
            "DEL s",
            "UNLINK s",
            "FLUSHALL",
            "FLUSHDB",
            "SWAPDB 0 5",
            "RENAME s t",
            "RENAME u s",
            "COPY u s REPLACE",
            "XGROUP DESTROY s g",
            "MOVE s 3",
            "PEXPIREAT s 1")) {
      write("FLUSHALL", "XADD u 5 a 1");
      group();
      reader.expect(READ_GROUP, "");
      write(end);
      assertEquals(NO_GROUP, reader.receive(), end);
      assertEquals(0, engine.engine().blockedClients(), end);
    }
  }

  @Test
  void theStreamHasAnotherType() {
    for (String end : List.of("SET s v", "RENAME l s", "SORT l STORE s")) {
      write("FLUSHALL", "RPUSH l 1");
      group();
      reader.expect(READ_GROUP, "");
      write(end);
      assertEquals(WRONG_TYPE, reader.receive(), end);
    }
  }

  @Test
  void theKeyExpires() {
    group();
    reader.expect(READ_GROUP, "");
    write("PEXPIRE s 50");
    assertEquals("", reader.receive());
    engine.pass(200);
    assertEquals(NO_GROUP, reader.receive());
  }

  @Test
  void oneOfSeveralGroupsIsGone() {
    group();
    write("XGROUP CREATE t g $ MKSTREAM");
    String read = "XREADGROUP GROUP g c BLOCK 0 STREAMS s t > >";
    reader.expect(read, "");
    other.expect(read, "");
    write("XADD t 7 a 1");
    assertEquals("[[t, [[7-0, [a, 1]]]]]", reader.receive());
    assertEquals("", other.receive());
    write("XGROUP DESTROY t g");
    assertEquals(
        "-NOGROUP No such key 't' or consumer group 'g' in XREADGROUP with GROUP option",
        other.receive());
  }

  @Test
  void anotherStreamWithTheGroup() {
    group();
    write("XADD t 5 a 1", "XGROUP CREATE t g 0", "XADD u 5 a 1", "XGROUP CREATE u g $");
    reader.expect(READ_GROUP, "");
    write("RENAME t s");
    assertEquals("[[s, [[5-0, [a, 1]]]]]", reader.receive());
    reader.expect(READ_GROUP, "");
    write("RENAME u s");
    assertEquals("", reader.receive());
    write("XADD s 9 a 9");
    assertEquals("[[s, [[9-0, [a, 9]]]]]", reader.receive());
  }

  @Test
  void inOneTransactionOnlyTheEndCounts() {
    group();
    reader.expect(READ_GROUP, "");
    write("MULTI", "DEL s", "XGROUP CREATE s g $ MKSTREAM", "EXEC");
    assertEquals("", reader.receive());
    write("MULTI", "DEL s", "SADD s e", "EXEC");
    assertEquals(WRONG_TYPE, reader.receive());
  }

  @Test
  void setIdWakesNobody() {
    group();
    reader.expect(READ_GROUP, "");
    write("XGROUP SETID s g 0");
    assertEquals("", reader.receive());
    write("XADD s 7 a 7");
    assertEquals("[[s, [[1-0, [a, 1]], [7-0, [a, 7]]]]]", reader.receive());
  }

  @Test
  void awaitedKeysAreCounted() {
    group();
    reader.expect(READ_GROUP, "");
    other.expect("XREAD BLOCK 0 STREAMS s t $ $", "");
    String info = writer.call("INFO", "clients");
    assertTrue(info.contains("total_blocking_keys:2"), info);
    assertTrue(info.contains("total_blocking_keys_on_nokey:1"), info);
    write("DEL s");
    assertEquals(NO_GROUP, reader.receive());
    info = writer.call("INFO", "clients");
    assertTrue(info.contains("total_blocking_keys:2"), info);
    assertTrue(info.contains("total_blocking_keys_on_nokey:0"), info);
  }

  // ---- CLAIM ----

  @Test
  void whatOneHasForTooLongGoesToTheNext() {
    group();
    reader.expect("XREADGROUP GROUP g c BLOCK 0 CLAIM 100 STREAMS s >", "");
    other.expect("XREADGROUP GROUP g d BLOCK 0 CLAIM 100 STREAMS s >", "");
    write("XADD s 2 a 2");
    assertEquals("[[s, [[2-0, [a, 2], 0, 0]]]]", reader.receive());
    assertEquals("", other.receive());
    engine.pass(99);
    assertEquals("", other.receive());
    engine.pass(1);
    other.runTasks();
    assertEquals("[[s, [[2-0, [a, 2], 100, 1]]]]", other.receive());
    writer.expect("XPENDING s g", "[1, 2-0, 2-0, [[d, 1]]]");
  }

  @Test
  void anAcknowledgedEntryIsWaitedForInVain() {
    group();
    write("XADD s 2 a 2", "XADD s 3 a 3");
    other.expect(
        "XREADGROUP GROUP g d COUNT 2 STREAMS s >", "[[s, [[2-0, [a, 2]], [3-0, [a, 3]]]]]");
    reader.expect("XREADGROUP GROUP g c BLOCK 300 CLAIM 100 STREAMS s >", "");
    write("XACK s g 2 3");
    engine.pass(200);
    assertEquals("", reader.receive());
    engine.pass(100);
    assertEquals("nil", reader.receive());
  }

  @Test
  void aReleasedEntryEndsTheWaiting() {
    group();
    write("XADD s 2 a 2");
    other.expect("XREADGROUP GROUP g d STREAMS s >", "[[s, [[2-0, [a, 2]]]]]");
    reader.expect("XREADGROUP GROUP g c BLOCK 0 CLAIM 100000 STREAMS s >", "");
    write("XNACK s g FAIL IDS 1 2");
    String reply = reader.receive();
    assertTrue(reply.startsWith("[[s, [[2-0, [a, 2], "), reply);
    reader.expect("XREADGROUP GROUP g c BLOCK 0 CLAIM 100000 STREAMS s >", "");
    write("XCLAIM s g d 0 2 IDLE 99990");
    assertEquals("", reader.receive());
    engine.pass(10);
    reader.runTasks();
    reply = reader.receive();
    assertTrue(reply.startsWith("[[s, [[2-0, [a, 2], 100000, "), reply);
  }
}
