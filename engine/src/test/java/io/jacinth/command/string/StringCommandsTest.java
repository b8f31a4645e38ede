package io.jacinth.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StringCommandsTest {
  private static final String NOT_INTEGER = "-ERR value is not an integer or out of range";
  private static final String SYNTAX = "-ERR syntax error";
  private static final String TOO_LONG =
      "-ERR string exceeds maximum allowed size (proto-max-bulk-len)";

  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();
  private final EventLog log = EventLog.of(engine);

  @AfterEach
  void close() {
    engine.close();
  }

  private void expect(String line, Object reply, String events) {
    client.expect(line, reply);
    assertEquals(events, log.take(), line);
  }

  @Test
  void readsRanges() {
    client.expect("SET k hello", "OK");
    client.expect("GETRANGE k 0 -1", "hello");
    client.expect("GETRANGE k -3 -1", "llo");
    client.expect("GETRANGE k 10 20", "");
    client.expect("GETRANGE k 3 1", "");
    client.expect("GETRANGE k -100 2", "hel");
    client.expect("GETRANGE k -100 -50", "h");
    client.expect("GETRANGE k -100 -100", "h");
    client.expect("GETRANGE k -100 -101", "");
    client.expect("GETRANGE k -1 -5", "");
    client.expect("GETRANGE k 0 4294967297", "hello");
    client.expect("GETRANGE k 0 9223372036854775807", "hello");
    client.expect("GETRANGE k -9223372036854775808 9223372036854775807", "hello");
    client.expect("GETRANGE k a 1", NOT_INTEGER);
    client.expect("GETRANGE k 1 b", NOT_INTEGER);
    client.expect("GETRANGE missing 0 1", "");
    client.expect("SET n 12345", "OK");
    client.expect("GETRANGE n 1 2", "23");
    client.expect("SUBSTR n 0 -1", "12345");
    assertEquals("OK", client.call("SET", "empty", ""));
    client.expect("GETRANGE empty 0 -1", "");
    client.expect("GETRANGE empty -5 5", "");
  }

  @Test
  void measures() {
    client.expect("STRLEN k", 0);
    client.expect("SET k hello", "OK");
    client.expect("STRLEN k", 5);
    client.expect("SET k -12345", "OK");
    client.expect("STRLEN k", 6);
  }

  @Test
  void appends() {
    expect("APPEND k 12", 2, "k append");
    client.expect("INCR k", 13);
    log.take();
    expect("APPEND k x", 3, "k append");
    client.expect("GET k", "13x");
    assertEquals("3", client.call("APPEND", "k", ""));
    assertEquals("k append", log.take());
    assertEquals("0", client.call("APPEND", "empty", ""));
    client.expect("GET empty", "");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      String added = "x".repeat(i * 7);
      text.append(added);
      assertEquals(Integer.toString(text.length()), client.call("APPEND", "long", added));
    }
    assertEquals(text.toString(), client.call("GET", "long"));
  }

  @Test
  void growsBigStrings() {
    StringBuilder text = new StringBuilder("x".repeat(140_000));
    assertEquals("OK", client.call("SET", "k", text.toString()));
    for (int i = 0; i < 6; i++) {
      String added = Integer.toString(i).repeat(700_000);
      text.append(added);
      assertEquals(Integer.toString(text.length()), client.call("APPEND", "k", added));
    }
    assertEquals(text.toString(), client.call("GET", "k"));
    client.expect("SETRANGE k 9000000 end", 9_000_003);
    client.expect("GETRANGE k 8999998 -1", "\0\0end");
    client.expect("BITCOUNT k 4340000 8999999", 0);
  }

  @Test
  void overwritesRanges() {
    client.expect("SET k hello", "OK");
    log.take();
    expect("SETRANGE k 0 J", 5, "k setrange");
    expect("SETRANGE k 8 zz", 10, "k setrange");
    client.expect("GET k", "Jello\0\0\0zz");
    client.expect("SETRANGE k -1 x", "-ERR offset is out of range");
    client.expect("SETRANGE k a x", NOT_INTEGER);
    assertEquals("10", client.call("SETRANGE", "k", "100", ""));
    assertEquals("0", client.call("SETRANGE", "missing", "3", ""));
    assertEquals("", log.take());
    expect("SETRANGE new 2 X", 3, "new setrange");
    client.expect("GET new", "\0\0X");
    client.expect("SET n 1234", "OK");
    client.expect("SETRANGE n 2 X", 4);
    client.expect("GET n", "12X4");
  }

  @Test
  void limitsTheLength() {
    client.expect("SETRANGE k 536870911 ab", TOO_LONG);
    client.expect("SETRANGE k 9223372036854775807 a", TOO_LONG);
    client.expect("GET k", "nil");
    engine.engine().maxBulkBytes(1000);
    assertEquals("900", client.call("APPEND", "k", "x".repeat(900)));
    assertEquals(TOO_LONG, client.call("APPEND", "k", "x".repeat(101)));
    assertEquals("1000", client.call("APPEND", "k", "x".repeat(100)));
    client.expect("SETRANGE k 1000 a", TOO_LONG);
    client.expect("SETRANGE k 999 a", 1000);
    client.expect("SETBIT k 8000 1", "-ERR bit offset is not an integer or out of range");
    client.expect("SETBIT k 7999 1", 1);
  }

  @Test
  void readsAndDeletes() {
    client.expect("SET k v", "OK");
    log.take();
    expect("GETDEL k", "v", "k del");
    expect("GETDEL k", "nil", "");
  }

  @Test
  void readsAndChangesTheExpiry() {
    client.expect("SET k v", "OK");
    log.take();
    expect("GETEX k", "v", "");
    expect("GETEX k PERSIST", "v", "");
    expect("GETEX k EX 10", "v", "k expire");
    expect("GETEX k PERSIST", "v", "k persist");
    expect("GETEX k PX 1000", "v", "k expire");
    engine.pass(1100);
    log.take();
    expect("GETEX k PX 1000", "nil", "");
    expect("GETEX k EX 0", "nil", "");
    client.expect("SET k v", "OK");
    log.take();
    expect("GETEX k EXAT 1", "v", "k del");
    client.expect("SET k v", "OK");
    client.expect("GETEX k EX 0", "-ERR invalid expire time in 'getex' command");
    client.expect("GETEX k EX x", NOT_INTEGER);
    client.expect("GETEX k EX 10 PX 10", SYNTAX);
    client.expect("GETEX k EX 10 PERSIST", SYNTAX);
    client.expect("GETEX k KEEPTTL", SYNTAX);
    client.expect("GETEX k NX", SYNTAX);
    client.expect("GETEX missing NX", SYNTAX);
  }

  @Test
  void digests() {
    client.expect("DIGEST k", "nil");
    assertEquals("OK", client.call("SET", "k", "Hello world"));
    client.expect("DIGEST k", "b6acb9d84a38ff74");
    // a digest that begins with zeros
    String text =
        "v8lf0c11xh8ymlqztfd3eeq16kfn4sspw7fqmnuuq3k3t75em5wdizgcdw7uc26nnf961u2jkfzkjytls2kwlj7626"
            + "sd";
    assertEquals("OK", client.call("SET", "k", text));
    client.expect("DIGEST k", "00006c38adf31777");
    client.expect("SET n 12345", "OK");
    client.expect("SET m 1234", "OK");
    client.expect("APPEND m 5", 5);
    assertEquals(client.call("DIGEST", "n"), client.call("DIGEST", "m"));
  }

  @Test
  void deletesUnderConditions() {
    client.expect("DELEX k", 0);
    client.expect("DELEX k IFEQ v", 0);
    client.expect("DELEX k IFEQ", "-ERR wrong number of arguments for 'delex' command");
    client.expect("SET k v", "OK");
    log.take();
    expect("DELEX k IFEQ w", 0, "");
    expect("DELEX k IFNE v", 0, "");
    expect("DELEX k IFEQ v", 1, "k del");
    client.expect("SET k 12", "OK");
    client.expect("DELEX k IFNE 13", 1);
    client.expect("SET k 12", "OK");
    client.expect("DELEX k", 1);
    assertEquals("OK", client.call("SET", "k", "Hello world"));
    client.expect("DELEX k IFDEQ b6acb9d84a38ff75", 0);
    client.expect("DELEX k IFDNE b6acb9d84a38ff74", 0);
    client.expect("DELEX k IFDEQ b6ac", "-ERR must be exactly 16 hexadecimal characters");
    client.expect("DELEX k EQ v", "-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
    client.expect("DELEX k NX v", "-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
    client.expect("DELEX k IFDEQ B6ACB9D84A38FF74", 1);
    client.expect("SET k 12", "OK");
    log.take();
    expect("DELIFEQ k 1", 0, "");
    expect("DELIFEQ k 12", 1, "k del");
    expect("DELIFEQ k 12", 0, "");
  }

  @Test
  void setsManyWithOptions() {
    String badCount = "-ERR invalid numkeys value or out of range";
    client.expect("MSETEX 2 a 1", "-ERR syntax error");
    expect("MSETEX 2 a 1 b 2", 1, "a set, b set");
    client.expect("MSETEX 0 a 1", badCount);
    client.expect("MSETEX -1 a 1", badCount);
    client.expect("MSETEX abc a 1", badCount);
    client.expect("MSETEX 2147483648 a 1", badCount);
    client.expect("MSETEX 2147483647 a 1", SYNTAX);
    expect("MSETEX 1 a 1 NX", 0, "");
    expect("MSETEX 2 z 1 a 1 NX", 0, "");
    expect("MSETEX 1 z 1 NX", 1, "z set");
    expect("MSETEX 2 z 1 y 2 XX", 0, "");
    expect("MSETEX 2 a 1 b 2 XX EX 10", 1, "a set, a expire, b set, b expire");
    client.expect("MSETEX 2 a 1 b 2 EX 0", "-ERR invalid expire time in 'msetex' command");
    client.expect("MSETEX 2 a 1 b 2 EX abc", NOT_INTEGER);
    client.expect("MSETEX 2 a 1 b 2 FOO", SYNTAX);
    client.expect("MSETEX 2 a 1 b 2 NX XX", SYNTAX);
    client.expect("MSETEX 2 a 1 b 2 KEEPTTL EX 10", SYNTAX);
    client.expect("MSETEX 1 a 1 GET", SYNTAX);
    client.expect("MSETEX 1 a 1 IFEQ 2", SYNTAX);
    client.expect("MSETEX 1 a 1 PERSIST", SYNTAX);
    client.expect("MSETEX 2 a 3 b 4 KEEPTTL", 1);
    engine.pass(10_100);
    client.expect("MGET a b z", "[nil, nil, 1]");
  }

  @Test
  void findsCommonSubsequences() {
    client.expect("LCS a b", "");
    client.expect("SET a ohmytext", "OK");
    client.expect("LCS a b", "");
    client.expect("LCS a b LEN", 0);
    client.expect("LCS a b IDX", "[matches, [], len, 0]");
    client.expect("SET b mynewtext", "OK");
    client.expect("LCS a b", "mytext");
    client.expect("LCS a b LEN", 6);
    client.expect("LCS a b IDX", "[matches, [[[4, 7], [5, 8]], [[2, 3], [0, 1]]], len, 6]");
    client.expect("LCS a b IDX MINMATCHLEN 4", "[matches, [[[4, 7], [5, 8]]], len, 6]");
    client.expect("LCS a b IDX MINMATCHLEN 100", "[matches, [], len, 6]");
    client.expect(
        "LCS a b IDX WITHMATCHLEN",
        "[matches, [[[4, 7], [5, 8], 4], [[2, 3], [0, 1], 2]], len, 6]");
    client.expect("LCS a b WITHMATCHLEN MINMATCHLEN -5", "mytext");
    client.expect("LCS a a", "ohmytext");
    client.expect("LCS a b MINMATCHLEN", SYNTAX);
    client.expect("LCS a b MINMATCHLEN x", NOT_INTEGER);
    client.expect("LCS a b FOO", SYNTAX);
    client.expect("LCS a b LEN IDX FOO", SYNTAX);
    client.expect(
        "LCS a b LEN IDX", "-ERR If you want both the length and indexes, please just use IDX.");
    client.expect("MSET n 1234567 m 21346", "OK");
    client.expect("LCS n m", "2346");
  }

  @Test
  void limitsTheTableOfLengths() {
    String tooLarge =
        "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len";
    client.call("MSET", "a", "x".repeat(20_000), "b", "y".repeat(20_000));
    client.expect("LCS a b", tooLarge);
    client.expect("LCS a b LEN", tooLarge);
    client.call("MSET", "a", "x".repeat(1000), "b", "x".repeat(999));
    engine.engine().maxBulkBytes(4 * 1001 * 1000);
    client.expect("LCS a b LEN", 999);
    engine.engine().maxBulkBytes(4 * 1001 * 1000 - 1);
    client.expect("LCS a b LEN", tooLarge);
  }

  @Test
  void keepsRepliesOfResp3() {
    client.expect("MSET a abc b bc", "OK");
    client.session().resp3(true);
    assertEquals(
        "%2 $7 matches *1 *2 *2 :1 :2 *2 :0 :1 $3 len :2 ",
        client.raw("LCS", "a", "b", "IDX").replace("\r\n", " "));
    assertEquals("*2\r\n,2.5\r\n,2.5\r\n", client.raw("INCREX", "f", "BYFLOAT", "2.5"));
    assertEquals("_\r\n", client.raw("GET", "missing"));
    client.session().resp3(false);
    assertEquals("*2\r\n$1\r\n5\r\n$3\r\n2.5\r\n", client.raw("INCREX", "f", "BYFLOAT", "2.5"));
  }
}
