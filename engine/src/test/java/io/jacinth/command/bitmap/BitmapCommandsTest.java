package io.jacinth.command.bitmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BitmapCommandsTest {
  private static final String OFFSET = "-ERR bit offset is not an integer or out of range";
  private static final String BIT = "-ERR bit is not an integer or out of range";
  private static final String NOT_INTEGER = "-ERR value is not an integer or out of range";
  private static final String SYNTAX = "-ERR syntax error";
  private static final String TYPE =
      "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but"
          + " i64 is.";

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
  void setsAndGetsBits() {
    expect("SETBIT k 7 1", 0, "k setbit");
    expect("SETBIT k 7 1", 1, "");
    expect("SETBIT k 7 0", 1, "k setbit");
    expect("SETBIT k 7 0", 0, "");
    expect("SETBIT k 100 0", 0, "k setbit");
    expect("SETBIT k 50 0", 0, "");
    client.expect("STRLEN k", 13);
    client.expect("SETBIT k -1 1", OFFSET);
    client.expect("SETBIT k 4294967296 1", OFFSET);
    client.expect("SETBIT k a a", OFFSET);
    client.expect("SETBIT k 4294967295 2", BIT);
    client.expect("SETBIT k 0 a", BIT);
    client.expect("SETBIT k 0 01", BIT);
    client.expect("SETBIT k 0 -1", BIT);
    client.expect("GETBIT k 0", 0);
    client.expect("GETBIT k 4294967295", 0);
    client.expect("GETBIT k 4294967296", OFFSET);
    client.expect("GETBIT missing 5", 0);
    client.expect("GETBIT missing -1", OFFSET);
    client.expect("SET n 12", "OK");
    client.expect("GETBIT n 3", 1);
    client.expect("SETBIT n 6 1", 0);
    client.expect("GET n", 32);
  }

  @Test
  void countsBits() {
    client.expect("SET n 32", "OK");
    client.expect("BITCOUNT n", 7);
    client.expect("BITCOUNT missing", 0);
    client.expect("BITCOUNT n 0 0", 4);
    client.expect("BITCOUNT n 0", 7);
    client.expect("BITCOUNT n 1", 3);
    client.expect("BITCOUNT n 0 -1", 7);
    client.expect("BITCOUNT n 5 8 BIT", 2);
    client.expect("BITCOUNT n 5 8 BYTE", 0);
    client.expect("BITCOUNT n -1 -5", 0);
    client.expect("BITCOUNT n -100 -50", 4);
    client.expect("BITCOUNT n -100 1", 7);
    client.expect("BITCOUNT n -100 -50 BIT", 0);
    client.expect("BITCOUNT n 100 200", 0);
    client.expect("BITCOUNT n 0 4294967296000 BIT", 7);
    client.expect("BITCOUNT n 0 9223372036854775807", 7);
    client.expect("BITCOUNT n 5 8 FOO", SYNTAX);
    client.expect("BITCOUNT n 5 8 BIT x", SYNTAX);
    client.expect("BITCOUNT n a b", NOT_INTEGER);
    client.expect("BITCOUNT missing 0 b", NOT_INTEGER);
    client.expect("BITCOUNT n 0 x FOO", NOT_INTEGER);
    assertEquals("OK", client.call("SET", "empty", ""));
    client.expect("BITCOUNT empty 0 -1", 0);
    client.expect("BITCOUNT empty 0 -1 BIT", 0);
  }

  @Test
  void findsBits() {
    client.expect("SET n 32", "OK");
    client.expect("BITPOS n 1", 2);
    client.expect("BITPOS n 0", 0);
    client.expect("BITPOS n 1 1", 10);
    client.expect("BITPOS n 1 1 -1 BYTE", 10);
    client.expect("BITPOS n 1 4 -1 BIT", 6);
    client.expect("BITPOS n 1 -1", 10);
    client.expect("BITPOS n 1 5", -1);
    client.expect("BITPOS n 0 2 3 BIT", -1);
    client.expect("BITPOS n 1 3 2 BIT", -1);
    client.expect("BITPOS n 1 -1 -3", -1);
    client.expect("BITPOS missing 1", -1);
    client.expect("BITPOS missing 0", 0);
    client.expect("BITPOS missing 0 1", 0);
    client.expect("BITPOS missing 2", "-ERR The bit argument must be 1 or 0.");
    client.expect("BITPOS missing 01", NOT_INTEGER);
    client.expect("BITPOS n 1 x 0 FOO", NOT_INTEGER);
    client.expect("BITPOS n 1 0 x FOO", SYNTAX);
    client.expect("BITPOS n 1 0 x BIT", NOT_INTEGER);
    client.expect("BITPOS n 1 x 0 BIT x", SYNTAX);
    assertEquals("OK", client.call("SET", "ones", "\u00ff\u00ff"));
    client.expect("BITPOS ones 0", 16);
    client.expect("BITPOS ones 0 1", 16);
    client.expect("BITPOS ones 0 2", -1);
    client.expect("BITPOS ones 0 0 -1", -1);
    client.expect("BITPOS ones 0 0 5", -1);
    client.expect("BITPOS ones 0 0 -1 BIT", -1);
    client.expect("BITPOS ones 1 15 15 BIT", 15);
    client.expect("BITPOS ones 1 16 17 BIT", -1);
    assertEquals("OK", client.call("SET", "empty", ""));
    client.expect("BITPOS empty 0", -1);
    client.expect("BITPOS empty 1", -1);
    client.expect("BITPOS empty 0 0 -1", -1);
  }

  @Test
  void combines() {
    client.call("MSET", "x", "\u00f0\u000f", "y", "\u00cc", "z", "\u00aa\u00ff\u0001");
    expect("BITOP AND d x y", 2, "x set, y set, z set, d set");
    client.expect("GET d", "\u00c0\0");
    client.expect("BITOP OR d x y z", 3);
    client.expect("GET d", "\u00fe\u00ff\u0001");
    client.expect("BITOP XOR d x y z", 3);
    client.expect("GET d", "\u0096\u00f0\u0001");
    client.expect("BITOP NOT d x", 2);
    client.expect("GET d", "\u000f\u00f0");
    client.expect("BITOP DIFF d x y z", 3);
    client.expect("GET d", "\u0010\0\0");
    client.expect("BITOP DIFF1 d x y z", 3);
    client.expect("GET d", "\u000e\u00f0\u0001");
    client.expect("BITOP ANDOR d x y z", 3);
    client.expect("GET d", "\u00e0\u000f\0");
    client.expect("BITOP ONE d x y z", 3);
    client.expect("GET d", "\u0016\u00f0\u0001");
    client.expect("BITOP ONE d x", 2);
    client.expect("GET d", "\u00f0\u000f");
    client.expect("BITOP XOR x x x", 2);
    client.expect("GET x", "\0\0");
    client.expect("MSET n 12 m 3", "OK");
    client.expect("BITOP OR n n m", 2);
    client.expect("GET n", 32);
  }

  @Test
  void combinesMissingKeys() {
    client.expect("SET d v EX 10", "OK");
    log.take();
    expect("BITOP AND d missing", 0, "d del");
    expect("BITOP NOT d missing", 0, "");
    client.expect("SET x v EX 10", "OK");
    log.take();
    expect("BITOP AND d x missing", 1, "d set");
    client.expect("GET d", "\0");
    engine.pass(11_000);
    client.expect("GET d", "\0");
    client.expect("BITOP NOT d d x", "-ERR BITOP NOT must be called with a single source key.");
    client.expect("BITOP FOO d x", SYNTAX);
    client.expect(
        "BITOP DIFF d x", "-ERR BITOP DIFF must be called with at least two source keys.");
    client.expect("BITOP AND d", "-ERR wrong number of arguments for 'bitop' command");
  }

  @Test
  void readsAndWritesFields() {
    client.expect("BITFIELD k", "[]");
    client.expect("BITFIELD k GET u8 0", "[0]");
    client.expect("GET k", "nil");
    expect("BITFIELD k SET u8 0 255", "[0]", "k setbit");
    expect("BITFIELD k SET u8 0 255", "[255]", "");
    client.expect("BITFIELD k SET u8 0 256", "[255]");
    client.expect("BITFIELD k SET u8 0 -1", "[0]");
    client.expect("BITFIELD k SET i8 0 128", "[-1]");
    client.expect("BITFIELD k GET u8 0 GET i8 0", "[128, -128]");
    client.expect("BITFIELD k INCRBY u8 0 10", "[138]");
    client.expect("BITFIELD k INCRBY i8 0 100", "[-18]");
    client.expect("BITFIELD k SET u4 1 3 GET u4 1 GET i4 #1", "[13, 3, -2]");
    client.expect("BITFIELD k SET i63 3 -5 GET i63 3", "[-576460752303423488, -5]");
    client.expect("BITFIELD k SET i64 3 -5 GET i64 3 GET u63 4", "[-10, -5, 9223372036854775803]");
    client.expect("BITFIELD_RO k GET u8 0 GET u1 #1", "[159, 0]");
    client.expect("SET n 12", "OK");
    client.expect("BITFIELD n GET u8 0", "[49]");
    client.expect("BITFIELD n SET u8 0 65", "[49]");
    client.expect("GET n", "A2");
    log.take();
    expect("BITFIELD new GET u8 100 SET u8 0 1 SET u16 100 1", "[0, 0, 0]", "new setbit");
    client.expect("STRLEN new", 15);
  }

  @Test
  void treatsOverflow() {
    client.expect("BITFIELD k SET i8 0 -18", "[0]");
    client.expect("BITFIELD k OVERFLOW SAT INCRBY i8 0 100", "[82]");
    client.expect("BITFIELD k OVERFLOW SAT INCRBY i8 0 -300", "[-128]");
    client.expect("BITFIELD k OVERFLOW FAIL INCRBY i8 0 -1", "[nil]");
    client.expect(
        "BITFIELD k OVERFLOW FAIL INCRBY i8 0 1 OVERFLOW WRAP INCRBY i8 0 200", "[-127, 73]");
    client.expect("BITFIELD k OVERFLOW FAIL SET u8 0 300", "[nil]");
    client.expect("BITFIELD k OVERFLOW SAT SET u8 0 300", "[73]");
    client.expect("BITFIELD k OVERFLOW SAT SET u8 0 -300", "[255]");
    client.expect("BITFIELD k OVERFLOW SAT SET i8 0 -300", "[-1]");
    client.expect("BITFIELD k OVERFLOW FAIL GET u8 0", "[128]");
    client.expect("BITFIELD k OVERFLOW FAIL", "[]");
    client.expect(
        "BITFIELD k OVERFLOW SAT INCRBY u63 0 9223372036854775807", "[9223372036854775807]");
    client.expect(
        "BITFIELD k OVERFLOW SAT INCRBY u63 0 9223372036854775807", "[9223372036854775807]");
    client.expect(
        "BITFIELD k OVERFLOW SAT INCRBY i64 0 9223372036854775807", "[9223372036854775805]");
    client.expect("BITFIELD k OVERFLOW WRAP INCRBY i64 0 9223372036854775807", "[-4]");
    client.expect("BITFIELD k OVERFLOW FAIL INCRBY i64 0 -9223372036854775808", "[nil]");
    client.expect("BITFIELD k OVERFLOW SAT INCRBY u63 #1 -9223372036854775808", "[0]");
    client.expect("BITFIELD one OVERFLOW SAT INCRBY i1 0 10 INCRBY i1 0 -10", "[0, -1]");
    // so far below that the distance from the largest number overflows: too large, as in Redis
    client.expect(
        "BITFIELD far OVERFLOW SAT SET i56 0 -9223372036854775808 GET i56 0",
        "[0, 36028797018963967]");
    client.expect(
        "BITFIELD far OVERFLOW SAT SET i56 0 -9007199254740992000 GET i56 0",
        "[36028797018963967, -36028797018963968]");
    client.expect("BITFIELD m OVERFLOW FAIL SET u8 100 300", "[nil]");
    client.expect("STRLEN m", 14);
  }

  @Test
  void refusesWrongOperations() {
    client.expect("BITFIELD k GET", SYNTAX);
    client.expect("BITFIELD k GET u8", SYNTAX);
    client.expect("BITFIELD k FOO", SYNTAX);
    client.expect("BITFIELD k OVERFLOW", SYNTAX);
    client.expect("BITFIELD k INCRBY u8 0", SYNTAX);
    client.expect("BITFIELD k OVERFLOW FOO INCRBY i8 0 1", "-ERR Invalid OVERFLOW type specified");
    for (String type : new String[] {"u64", "i65", "u0", "i0", "x8", "u", "8", "U8", "u08"}) {
      client.expect("BITFIELD k GET " + type + " 0", TYPE);
    }
    for (String offset :
        new String[] {
          "-1", "#-1", "a", "#", "#a", "4294967296", "#536870912", "#9223372036854775807"
        }) {
      client.expect("BITFIELD k GET u8 " + offset, OFFSET);
    }
    client.expect("BITFIELD k GET u8 4294967295 GET i64 #67108863", "[0, 0]");
    client.expect("BITFIELD k SET u8 0 abc", NOT_INTEGER);
    client.expect("BITFIELD k SET u8 0 +5", NOT_INTEGER);
    client.expect("BITFIELD k SET u8 0 1 FOO", SYNTAX);
    client.expect("GET k", "nil");
    String readOnly = "-ERR BITFIELD_RO only supports the GET subcommand";
    client.expect("BITFIELD_RO k SET u8 0 1", readOnly);
    client.expect("BITFIELD_RO k INCRBY u8 0 1", readOnly);
    client.expect("BITFIELD_RO k SET u8 0 1 FOO", SYNTAX);
    client.expect("BITFIELD_RO k SET u8 0 x", NOT_INTEGER);
    client.expect("BITFIELD_RO k OVERFLOW WRAP GET u8 0", "[0]");
    client.expect("BITFIELD_RO k", "[]");
  }
}
