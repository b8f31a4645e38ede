package io.jacinth.command.list;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transcripts of the commands that wait for elements. */
class BlockingListCommandsTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient first = engine.connect();
  private final TestClient second = engine.connect();
  private final TestClient writer = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void whatIsThereIsTakenAtOnce() {
    writer.expect("RPUSH l a b c d e f", "6");
    first.expect("BLPOP missing l 0", "[l, a]");
    first.expect("BRPOP l 0", "[l, f]");
    first.expect("BLMPOP 0 1 l RIGHT COUNT 2", "[l, [e, d]]");
    first.expect("BLMOVE l m LEFT LEFT 0", "b");
    first.expect("BRPOPLPUSH l m 0", "c");
    first.expect("BLMOVEM m l LEFT RIGHT 0 EXACTLY 2 BULK", "[c, b]");
    first.expect("EXISTS m", "0");
  }

  @Test
  void inOrderOfArrival() {
    first.expect("BLPOP l 0", "");
    second.expect("BRPOP other l 0", "");
    writer.expect("RPUSH l a b c", "3");
    assertEquals("[l, a]", first.receive());
    assertEquals("[l, c]", second.receive());
    writer.expect("LRANGE l 0 -1", "[b]");
  }

  @Test
  void oneElementServesOne() {
    first.expect("BLPOP l 0", "");
    second.expect("BLPOP l 0", "");
    writer.expect("LPUSH l a", "1");
    assertEquals("[l, a]", first.receive());
    assertEquals("", second.receive());
    writer.expect("LPUSH l b", "1");
    assertEquals("[l, b]", second.receive());
    writer.expect("EXISTS l", "0");
  }

  /** Keys of other names are in other shards. */
  @Test
  void inOrderOfChangesWhateverTheShards() {
    TestClient third = engine.connect();
    for (int i = 0; i < 100; i++) {
      String a = "a" + i;
      String b = "b" + i;
      String c = "c" + i;
      first.expect("BRPOPLPUSH " + a + " " + c + " 0", "");
      second.expect("BLPOP " + b + " 0", "");
      third.expect("BLMPOP 0 2 " + b + " " + c + " LEFT", "");
      writer.expect("MULTI", "OK");
      writer.expect("LPUSH " + a + " 1", "QUEUED");
      writer.expect("LPUSH " + b + " 2", "QUEUED");
      writer.expect("EXEC", "[1, 1]");
      assertEquals("1", first.receive());
      assertEquals("[" + b + ", 2]", second.receive());
      assertEquals("[" + c + ", [1]]", third.receive());
    }
  }

  @Test
  void aMoveServesTheNext() {
    first.expect("BLMOVE a b LEFT RIGHT 0", "");
    second.expect("BLMPOP 0 2 b c LEFT COUNT 5", "");
    writer.expect("RPUSH a x", "1");
    assertEquals("x", first.receive());
    assertEquals("[b, [x]]", second.receive());
    writer.expect("EXISTS a b", "0");
  }

  @Test
  void waitsForExactlySoMany() {
    first.expect("BLMOVEM a b LEFT LEFT 0 EXACTLY 3 OBO", "");
    writer.expect("RPUSH a x y", "2");
    assertEquals("", first.receive());
    writer.expect("RPUSH a z", "3");
    assertEquals("[z, y, x]", first.receive());
    writer.expect("LRANGE b 0 -1", "[z, y, x]");
  }

  @Test
  void anotherTypeIsNotWhatIsAwaited() {
    first.expect("BLPOP l 0", "");
    writer.expect("SET l v", "OK");
    assertEquals("", first.receive());
    writer.expect("DEL l", "1");
    writer.expect("RPUSH l a", "1");
    assertEquals("[l, a]", first.receive());
    writer.expect("SET l v", "OK");
    first.expect("BLPOP l 0", "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @Test
  void timeouts() {
    first.expect("BLPOP l 0.1", "");
    second.expect("BLMOVE l m LEFT LEFT 0.1", "");
    engine.pass(200);
    assertEquals("nil", first.receive());
    assertEquals("nil", second.receive());
    first.expect("BLPOP l x", "-ERR timeout is not a float or out of range");
    first.expect("BLPOP l -1", "-ERR timeout is negative");
    first.expect("BLMPOP x 0 l LEFT", "-ERR numkeys should be greater than 0");
    first.expect("BLMOVE l m UP LEFT x", "-ERR syntax error");
  }
}
