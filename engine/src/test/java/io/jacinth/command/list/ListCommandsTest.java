package io.jacinth.command.list;

import io.jacinth.command.CommandsTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transcripts of the commands of lists, in both encodings. */
class ListCommandsTest extends CommandsTest {
  /** How lists of more than one element are kept. */
  enum Encoding {
    LISTPACK("-2"),
    QUICKLIST("1");

    final String maxListpackSize;

    Encoding(String maxListpackSize) {
      this.maxListpackSize = maxListpackSize;
    }
  }

  private void begin(Encoding encoding) {
    begin("list-max-listpack-size", encoding.maxListpackSize);
  }

  private void expectList(String key, String elements) {
    client.expect("LRANGE " + key + " 0 -1", elements);
    log.take();
  }

  @ParameterizedTest
  @EnumSource
  void pushes(Encoding encoding) {
    begin(encoding);
    expect("LPUSHX l a", "0", "");
    expect("RPUSHX l a", "0", "");
    expect("RPUSH l a b", "2", "l rpush");
    expect("LPUSH l 1 2", "4", "l lpush");
    expect("LPUSHX l 3", "5", "l lpush");
    expect("RPUSHX l c d", "7", "l rpush");
    expectList("l", "[3, 2, 1, a, b, c, d]");
    client.expect("LLEN l", "7");
    client.expect("LLEN missing", "0");
    client.expect("TYPE l", "list");
    client.expect("OBJECT ENCODING l", encoding == Encoding.LISTPACK ? "listpack" : "quicklist");
    client.expect("LPUSH l", "-ERR wrong number of arguments for 'lpush' command");
    client.expect("SET s v", "OK");
    for (String command : new String[] {"LPUSH", "RPUSH", "LPUSHX", "RPUSHX"}) {
      client.expect(command + " s v", WRONG_TYPE);
    }
    client.expect("LLEN s", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void largeElementsHaveChunksToThemselves(Encoding encoding) {
    begin(encoding);
    client.expect("DEBUG QUICKLIST-PACKED-THRESHOLD 5b", "OK");
    client.expect("RPUSH l xxxxxxxxxx 1 yyyyyyyyyy 2 3", "5");
    client.expect("LSET l 1 zzzzzzzzzz", "OK");
    client.expect("LINSERT l BEFORE 3 wwwwwwwwww", "6");
    client.expect("LREM l 0 yyyyyyyyyy", "1");
    log.take();
    expectList("l", "[xxxxxxxxxx, zzzzzzzzzz, 2, wwwwwwwwww, 3]");
    client.expect("LPOS l wwwwwwwwww", "3");
    client.expect("DEBUG QUICKLIST-PACKED-THRESHOLD 0", "OK");
    for (String size : new String[] {"x", "-1", "4gb"}) {
      client.expect(
          "DEBUG QUICKLIST-PACKED-THRESHOLD " + size,
          "-ERR argument must be a memory value bigger than 1 and smaller than 4gb");
    }
  }

  @ParameterizedTest
  @EnumSource
  void pops(Encoding encoding) {
    begin(encoding);
    client.expect("RPUSH l a b c d e f g", "7");
    log.take();
    expect("LPOP l", "a", "l lpop");
    expect("RPOP l", "g", "l rpop");
    expect("LPOP l 0", "[]", "");
    expect("LPOP l 2", "[b, c]", "l lpop");
    expect("RPOP l 2", "[f, e]", "l rpop");
    expect("LPOP l -1", "-ERR value is out of range, must be positive", "");
    expect("LPOP l x", "-ERR value is out of range, must be positive", "");
    expect("LPOP l 1 2", "-ERR wrong number of arguments for 'lpop' command", "");
    expect("RPOP l 5", "[d]", "l rpop, l del");
    client.expect("EXISTS l", "0");
    client.expect("RPUSH l a", "1");
    log.take();
    expect("LPOP l", "a", "l lpop, l del");
    client.expect("LPOP l", "nil");
    client.expect("LPOP l 2", "nil");
    client.expect("SET s v", "OK");
    client.expect("LPOP s", WRONG_TYPE);
    client.expect("RPOP s 1", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void popsFromTheFirstListThereIs(Encoding encoding) {
    begin(encoding);
    client.expect("RPUSH l a b c d", "4");
    log.take();
    expect("LMPOP 2 m l LEFT", "[l, [a]]", "l lpop");
    expect("LMPOP 1 l right COUNT 2", "[l, [d, c]]", "l rpop");
    expect("LMPOP 1 l RIGHT COUNT 9", "[l, [b]]", "l rpop, l del");
    client.expect("LMPOP 1 l RIGHT", "nil");
    client.expect("LMPOP 0 l RIGHT", "-ERR numkeys should be greater than 0");
    client.expect("LMPOP 2 l RIGHT", SYNTAX);
    client.expect("LMPOP 1 l MIDDLE", SYNTAX);
    client.expect("LMPOP 1 l RIGHT COUNT 0", "-ERR count should be greater than 0");
    client.expect("LMPOP 1 l RIGHT COUNT 1 COUNT 1", SYNTAX);
  }

  @ParameterizedTest
  @EnumSource
  void readsByIndex(Encoding encoding) {
    begin(encoding);
    client.expect("RPUSH l a 1 b -2 c", "5");
    client.expect("LRANGE l 1 3", "[1, b, -2]");
    client.expect("LRANGE l -2 100", "[-2, c]");
    client.expect("LRANGE l -100 0", "[a]");
    client.expect("LRANGE l 3 1", "[]");
    client.expect("LRANGE l 5 9", "[]");
    client.expect("LRANGE l -9 -7", "[]");
    client.expect("LRANGE missing 0 -1", "[]");
    client.expect("LRANGE l x 0", NOT_INTEGER);
    client.expect("LINDEX l 0", "a");
    client.expect("LINDEX l -1", "c");
    client.expect("LINDEX l 5", "nil");
    client.expect("LINDEX l -6", "nil");
    client.expect("LINDEX missing x", "nil");
    client.expect("LINDEX l x", NOT_INTEGER);
    client.expect("SET s v", "OK");
    client.expect("LINDEX s 0", WRONG_TYPE);
    client.expect("LRANGE s 0 0", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void changesInTheMiddle(Encoding encoding) {
    begin(encoding);
    client.expect("RPUSH l a b c", "3");
    log.take();
    expect("LSET l 1 x", "OK", "l lset");
    expect("LSET l -1 99", "OK", "l lset");
    expect("LSET l 3 y", "-ERR index out of range", "");
    expect("LSET missing 0 y", "-ERR no such key", "");
    expect("LINSERT l BEFORE x 1", "4", "l linsert");
    expect("LINSERT l after 99 2", "5", "l linsert");
    expect("LINSERT l AFTER absent 2", "-1", "");
    expect("LINSERT missing AFTER a 2", "0", "");
    expect("LINSERT l BESIDE a 2", SYNTAX, "");
    expectList("l", "[a, 1, x, 99, 2]");
  }

  @ParameterizedTest
  @EnumSource
  void removes(Encoding encoding) {
    begin(encoding);
    client.expect("RPUSH l a b a c a 1 a", "7");
    log.take();
    expect("LREM l 1 a", "1", "l lrem");
    expect("LREM l -2 a", "2", "l lrem");
    expectList("l", "[b, a, c, 1]");
    expect("LREM l 0 absent", "0", "");
    expect("LREM l 0 1", "1", "l lrem");
    expect("LREM missing 0 a", "0", "");
    expect("LTRIM l 1 -1", "OK", "l ltrim");
    expectList("l", "[a, c]");
    expect("LTRIM l 0 9", "OK", "l ltrim");
    expect("LREM l 0 a", "1", "l lrem");
    expect("LREM l 0 c", "1", "l lrem, l del");
    client.expect("RPUSH l a b c", "3");
    log.take();
    expect("LTRIM l 5 1", "OK", "l ltrim, l del");
    expect("LTRIM l 0 1", "OK", "");
  }

  @ParameterizedTest
  @EnumSource
  void findsPositions(Encoding encoding) {
    begin(encoding);
    client.expect("RPUSH l a b c 1 2 3 c c", "8");
    client.expect("LPOS l c", "2");
    client.expect("LPOS l 3", "5");
    client.expect("LPOS l absent", "nil");
    client.expect("LPOS l absent COUNT 1", "[]");
    client.expect("LPOS l c RANK 2", "6");
    client.expect("LPOS l c RANK -1", "7");
    client.expect("LPOS l c RANK -1 COUNT 2", "[7, 6]");
    client.expect("LPOS l c COUNT 0", "[2, 6, 7]");
    client.expect("LPOS l c COUNT 0 MAXLEN 7", "[2, 6]");
    client.expect("LPOS l c RANK -2 COUNT 0 MAXLEN 3", "[6]");
    client.expect("LPOS missing c", "nil");
    client.expect("LPOS missing c COUNT 0", "[]");
    client.expect("LPOS l c COUNT -1", "-ERR COUNT can't be negative");
    client.expect("LPOS l c MAXLEN -1", "-ERR MAXLEN can't be negative");
    client.expect("LPOS l c LIMIT 1", SYNTAX);
    client.expect("LPOS l c COUNT", SYNTAX);
  }

  @ParameterizedTest
  @EnumSource
  void moves(Encoding encoding) {
    begin(encoding);
    client.expect("RPUSH l a b c", "3");
    log.take();
    expect("LMOVE l m LEFT RIGHT", "a", "m rpush, l lpop");
    expect("RPOPLPUSH l m", "c", "m lpush, l rpop");
    expect("LMOVE l m right LEFT", "b", "m lpush, l rpop, l del");
    expectList("m", "[b, c, a]");
    expect("LMOVE m m LEFT RIGHT", "b", "m rpush, m lpop");
    expectList("m", "[c, a, b]");
    expect("RPOPLPUSH m m", "b", "m lpush, m rpop");
    expectList("m", "[b, c, a]");
    expect("LMOVE m m LEFT LEFT", "b", "m lpush, m lpop");
    expectList("m", "[b, c, a]");
    client.expect("LMOVE missing m LEFT LEFT", "nil");
    client.expect("LMOVE m l UP LEFT", SYNTAX);
    client.expect("SET s v", "OK");
    client.expect("LMOVE m s LEFT LEFT", WRONG_TYPE);
    client.expect("LMOVE s m LEFT LEFT", WRONG_TYPE);
    expectList("m", "[b, c, a]");
  }

  /** As Redis 8.10 does; no peer has it. */
  @ParameterizedTest
  @EnumSource
  void movesSeveral(Encoding encoding) {
    begin(encoding);
    moveSeveral("LEFT LEFT COUNT 2 OBO", "[b, a]", "[c, d]", "[b, a, x, y]");
    moveSeveral("LEFT LEFT COUNT 2 BULK", "[a, b]", "[c, d]", "[a, b, x, y]");
    moveSeveral("LEFT RIGHT COUNT 2 OBO", "[a, b]", "[c, d]", "[x, y, a, b]");
    moveSeveral("LEFT RIGHT COUNT 2 BULK", "[a, b]", "[c, d]", "[x, y, a, b]");
    moveSeveral("RIGHT LEFT COUNT 2 OBO", "[c, d]", "[a, b]", "[c, d, x, y]");
    moveSeveral("RIGHT LEFT COUNT 2 BULK", "[c, d]", "[a, b]", "[c, d, x, y]");
    moveSeveral("RIGHT RIGHT COUNT 2 OBO", "[d, c]", "[a, b]", "[x, y, d, c]");
    moveSeveral("RIGHT RIGHT EXACTLY 2 BULK", "[c, d]", "[a, b]", "[x, y, c, d]");
    moveSeveral("LEFT LEFT", "[a]", "[b, c, d]", "[a, x, y]");
    moveSeveral("LEFT RIGHT COUNT 9 BULK", "[a, b, c, d]", "[]", "[x, y, a, b, c, d]");
    moveSeveral("LEFT RIGHT EXACTLY 5 BULK", "nil", "[a, b, c, d]", "[x, y]");
    client.expect("LMOVEM missing l LEFT LEFT COUNT 2 OBO", "nil");
    client.expect("LMOVEM l m LEFT LEFT COUNT 2", SYNTAX);
    client.expect("LMOVEM l m LEFT LEFT MOST 2 OBO", SYNTAX);
    client.expect("LMOVEM l m LEFT LEFT COUNT 2 TWO", SYNTAX);
    client.expect("LMOVEM l m LEFT UP", SYNTAX);
    client.expect("LMOVEM l m LEFT LEFT COUNT 0 OBO", "-ERR count should be greater than 0");
  }

  private void moveSeveral(String how, String reply, String source, String target) {
    client.expect("DEL l m", client.call("EXISTS", "l", "m"));
    client.expect("RPUSH l a b c d", "4");
    client.expect("RPUSH m x y", "2");
    client.expect("LMOVEM l m " + how, reply);
    expectList("l", source);
    expectList("m", target);
  }

  @ParameterizedTest
  @EnumSource
  void movesSeveralWithinOneList(Encoding encoding) {
    begin(encoding);
    client.expect("RPUSH l a 1 bb c", "4");
    log.take();
    expect("LMOVEM l l LEFT LEFT COUNT 3 OBO", "[bb, 1, a]", "l lpush, l lpop");
    expectList("l", "[bb, 1, a, c]");
    expect("LMOVEM l l RIGHT RIGHT COUNT 3 OBO", "[c, a, 1]", "l rpush, l rpop");
    expectList("l", "[bb, c, a, 1]");
    expect("LMOVEM l l LEFT LEFT COUNT 2 BULK", "[bb, c]", "l lpush, l lpop");
    expectList("l", "[bb, c, a, 1]");
    expect("LMOVEM l l LEFT RIGHT COUNT 2 BULK", "[bb, c]", "l rpush, l lpop");
    expectList("l", "[a, 1, bb, c]");
    expect("LMOVEM l l RIGHT LEFT COUNT 9 OBO", "[a, 1, bb, c]", "l lpush, l rpop");
    expectList("l", "[a, 1, bb, c]");
  }

  @ParameterizedTest
  @EnumSource
  void valuesGoWithTheirKeys(Encoding encoding) {
    begin(encoding);
    for (int i = 0; i < 400; i++) {
      client.expect("RPUSH l element:" + i + " " + i, Integer.toString(2 * i + 2));
    }
    client.expect("COPY l copy", "1");
    client.expect("RENAME l m", "OK");
    client.expect("LSET copy 500 x", "OK");
    client.expect("LINDEX m 500", "element:250");
    client.expect("LINDEX copy 500", "x");
    client.expect("LLEN m", "800");
    client.expect("EXPIRE m 100", "1");
    client.expect("LPOP m", "element:0");
    client.expect("TTL m", "100");
    client.expect("SET m v", "OK");
    client.expect("UNLINK copy", "1");
  }
}
