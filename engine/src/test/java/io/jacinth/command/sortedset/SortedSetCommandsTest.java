package io.jacinth.command.sortedset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.CommandsTest;
import io.jacinth.command.Frequencies;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transcripts of the commands of sorted sets, in both encodings. */
class SortedSetCommandsTest extends CommandsTest {
  /** How sorted sets are kept. */
  enum Encoding {
    LISTPACK("128"),
    SKIPLIST("0");

    final String maxListpackEntries;

    Encoding(String maxListpackEntries) {
      this.maxListpackEntries = maxListpackEntries;
    }
  }

  private void begin(Encoding encoding) {
    begin("zset-max-listpack-entries", encoding.maxListpackEntries);
  }

  @ParameterizedTest
  @EnumSource
  void addsMembers(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 1 a 2 b", "2", "k zadd");
    expect("ZADD k 3 b 4 c", "1", "k zadd");
    expect("ZADD k CH 3 b 5 c", "1", "k zadd");
    expect("ZADD k NX 9 a 1 d", "1", "k zadd");
    expect("ZADD k XX 9 a 1 e", "0", "k zadd");
    expect("ZADD k GT 1 a 2 d", "0", "k zadd");
    expect("ZADD k LT CH 1 a 9 b", "1", "k zadd");
    expect("ZADD k XX CH GT 10 a 1 b", "1", "k zadd");
    expect("ZADD k INCR 5 a", "15", "k zincr");
    client.expect("ZADD k NX INCR 5 a", "nil");
    client.expect("ZADD k XX INCR 5 x", "nil");
    client.expect("ZADD k GT INCR -1 a", "nil");
    expect("ZADD k GT XX INCR 1.5 a", "16.5", "k zincr");
    client.expect("ZRANGE k 0 -1 WITHSCORES", "[d, 2, b, 3, c, 5, a, 16.5]");
    client.expect("ZADD k NX XX 1 a", "-ERR XX and NX options at the same time are not compatible");
    client.expect(
        "ZADD k NX GT 1 a", "-ERR GT, LT, and/or NX options at the same time are not compatible");
    client.expect(
        "ZADD k GT LT 1 a", "-ERR GT, LT, and/or NX options at the same time are not compatible");
    client.expect(
        "ZADD k INCR 1 a 2 b", "-ERR INCR option supports a single increment-element pair");
    client.expect("ZADD k 1", "-ERR wrong number of arguments for 'zadd' command");
    client.expect("ZADD k 1 a 2", "-ERR syntax error");
    client.expect("ZADD k x a", "-ERR value is not a valid float");
    client.expect("ZADD k nan a", "-ERR value is not a valid float");
    client.expect("ZADD k 1 a x b", "-ERR value is not a valid float");
    client.expect("ZADD k CH NX", "-ERR syntax error");
    client.expect("ZADD missing XX 1 a", "0");
    client.expect("ZADD missing XX INCR 1 a", "nil");
    client.expect("EXISTS missing", "0");
    expect("SET s x", "OK", "s set");
    client.expect("ZADD s 1 a", WRONG_TYPE);
    client.expect("ZADD s x a", "-ERR value is not a valid float");
  }

  @ParameterizedTest
  @EnumSource
  void incrementsScores(Encoding encoding) {
    begin(encoding);
    expect("ZINCRBY k 2.5 a", "2.5", "k zincr");
    expect("ZINCRBY k 2.5 a", "5", "k zincr");
    expect("ZINCRBY k -10 a", "-5", "k zincr");
    expect("ZINCRBY k inf b", "inf", "k zincr");
    client.expect("ZINCRBY k -inf b", "-ERR resulting score is not a number (NaN)");
    client.expect("ZINCRBY k x a", "-ERR value is not a valid float");
    client.expect("ZINCRBY k NX a", "-ERR syntax error");
    client.expect("ZRANGE k 0 -1 WITHSCORES", "[a, -5, b, inf]");
    client.expect("ZINCRBY k 0 a", "-5");
  }

  @ParameterizedTest
  @EnumSource
  void readsScoresAndRanks(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 1 a 2 b 2 c 1e20 d -inf e 0.1 10", "6", "k zadd");
    client.expect("ZSCORE k a", "1");
    client.expect("ZSCORE k d", "1e+20");
    client.expect("ZSCORE k e", "-inf");
    client.expect("ZSCORE k 10", "0.1");
    client.expect("ZSCORE k x", "nil");
    client.expect("ZSCORE missing x", "nil");
    client.expect("ZMSCORE k a x 10", "[1, nil, 0.1]");
    client.expect("ZMSCORE missing a b", "[nil, nil]");
    client.expect("ZCARD k", "6");
    client.expect("ZCARD missing", "0");
    client.expect("ZRANK k e", "0");
    client.expect("ZRANK k c", "4");
    client.expect("ZREVRANK k c", "1");
    client.expect("ZRANK k c WITHSCORE", "[4, 2]");
    client.expect("ZREVRANK k c withscore", "[1, 2]");
    client.expect("ZRANK k x", "nil");
    client.expect("ZRANK k x WITHSCORE", "nil");
    client.expect("ZRANK missing x", "nil");
    client.expect("ZRANK missing x WITHSCORE", "nil");
    client.expect("ZRANK k c WITHSCORES", "-ERR syntax error");
    client.expect("ZRANK k c WITHSCORE x", "-ERR wrong number of arguments for 'zrank' command");
    expect("SET s x", "OK", "s set");
    client.expect("ZSCORE s a", WRONG_TYPE);
    client.expect("ZMSCORE s a", WRONG_TYPE);
    client.expect("ZCARD s", WRONG_TYPE);
    client.expect("ZRANK s a", WRONG_TYPE);
    client.expect("ZCOUNT s 1 2", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void readsScoresInResp3(Encoding encoding) {
    begin(encoding);
    client.call("HELLO", "3");

    expect("ZADD k 1 a 2.5 b inf c", "3", "k zadd");
    client.expect("ZSCORE k b", "2.5");
    client.expect("ZSCORE k x", "nil");
    client.expect("ZMSCORE k a x c", "[1, nil, inf]");
    client.expect("ZRANK k b WITHSCORE", "[1, 2.5]");
    client.expect("ZRANK k x WITHSCORE", "nil");
    expect("ZADD k INCR 1 a", "2", "k zincr");
    expect("ZINCRBY k 1 a", "3", "k zincr");
    client.expect("ZRANGE k 0 -1 WITHSCORES", "[[b, 2.5], [a, 3], [c, inf]]");
    client.expect("ZRANGE k 0 -1", "[b, a, c]");
    client.expect("ZRANDMEMBER k 5 WITHSCORES", "[[c, inf], [a, 3], [b, 2.5]]");
    expect("ZPOPMIN k", "[b, 2.5]", "k zpopmin");
    expect("ZPOPMIN k 2", "[[a, 3], [c, inf]]", "k zpopmin, k del");
    client.expect("ZPOPMIN k", "[]");
    client.expect("ZPOPMIN k 2", "[]");
  }

  @ParameterizedTest
  @EnumSource
  void countsRanges(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 1 a 2 b 2 c 3 d", "4", "k zadd");
    client.expect("ZCOUNT k 1 2", "3");
    client.expect("ZCOUNT k (1 2", "2");
    client.expect("ZCOUNT k (1 (2", "0");
    client.expect("ZCOUNT k -inf +inf", "4");
    client.expect("ZCOUNT k 3 1", "0");
    client.expect("ZCOUNT k 1e400 x", "-ERR min or max is not a float");
    client.expect("ZCOUNT k 0x1 2", "-ERR min or max is not a float");
    client.expect("ZCOUNT k -1e400 1e400", "4");
    client.expect("ZCOUNT k ( 2", "3");
    client.expect("ZCOUNT k 1 nan", "-ERR min or max is not a float");
    client.expect("ZCOUNT missing 1 2", "0");
    expect("ZADD lex 0 a 0 b 0 bb 0 c 0 10", "5", "lex zadd");
    client.expect("ZLEXCOUNT lex - +", "5");
    client.expect("ZLEXCOUNT lex [b +", "3");
    client.expect("ZLEXCOUNT lex (b [c", "2");
    client.expect("ZLEXCOUNT lex [1 [2", "1");
    client.expect("ZLEXCOUNT lex + -", "0");
    client.expect("ZLEXCOUNT lex b c", "-ERR min or max not valid string range item");
    client.expect("ZLEXCOUNT lex -x +", "-ERR min or max not valid string range item");
    client.expect("ZLEXCOUNT missing - +", "0");
  }

  @ParameterizedTest
  @EnumSource
  void readsRangesByRank(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 1 a 2 b 3 c 4 d", "4", "k zadd");
    client.expect("ZRANGE k 0 -1", "[a, b, c, d]");
    client.expect("ZRANGE k 1 2 WITHSCORES", "[b, 2, c, 3]");
    client.expect("ZRANGE k -2 10", "[c, d]");
    client.expect("ZRANGE k 3 1", "[]");
    client.expect("ZRANGE k 4 9", "[]");
    client.expect("ZRANGE k -9 0", "[a]");
    client.expect("ZRANGE k 0 1 REV WITHSCORES", "[d, 4, c, 3]");
    client.expect("ZRANGE k 0 1 REV REV", "-ERR syntax error");
    client.expect("ZREVRANGE k 0 1", "[d, c]");
    client.expect("ZREVRANGE k -1 -1 WITHSCORES", "[a, 1]");
    client.expect("ZREVRANGE k 0 1 REV", "-ERR syntax error");
    client.expect("ZRANGE k 0 x", "-ERR value is not an integer or out of range");
    client.expect(
        "ZRANGE k 0 1 LIMIT 0 1",
        "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
    client.expect("ZRANGE k 0 1 LIMIT 0 -1", "[a, b]");
    client.expect("ZRANGE k 0 1 LIMIT 0", "-ERR syntax error");
    client.expect("ZRANGE k 0 1 BYSCORE BYLEX", "-ERR syntax error");
    client.expect("ZRANGE missing 0 1", "[]");
    expect("SET s x", "OK", "s set");
    client.expect("ZRANGE s 0 1", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void readsRangesByScore(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 1 a 2 b 2 c 3 d 4 e", "5", "k zadd");
    client.expect("ZRANGE k 2 3 BYSCORE", "[b, c, d]");
    client.expect("ZRANGE k (2 +inf BYSCORE WITHSCORES", "[d, 3, e, 4]");
    client.expect("ZRANGE k 3 2 BYSCORE REV", "[d, c, b]");
    client.expect("ZRANGE k +inf (2 BYSCORE REV LIMIT 1 5 WITHSCORES", "[d, 3]");
    client.expect("ZRANGE k 2 3 BYSCORE REV", "[]");
    client.expect("ZRANGE k -inf +inf BYSCORE LIMIT 1 2", "[b, c]");
    client.expect("ZRANGE k -inf +inf BYSCORE LIMIT 1 -1", "[b, c, d, e]");
    client.expect("ZRANGE k -inf +inf BYSCORE LIMIT 9 2", "[]");
    client.expect("ZRANGE k -inf +inf BYSCORE LIMIT 0 0", "[]");
    client.expect("ZRANGEBYSCORE k 2 3", "[b, c, d]");
    client.expect("ZRANGEBYSCORE k 2 (3 WITHSCORES LIMIT 1 1", "[c, 2]");
    client.expect("ZREVRANGEBYSCORE k 3 2", "[d, c, b]");
    client.expect("ZREVRANGEBYSCORE k 3 2 LIMIT 1 1", "[c]");
    client.expect("ZRANGEBYSCORE k 2 x", "-ERR min or max is not a float");
    client.expect("ZRANGEBYSCORE k 2 3 LIMIT x 1", "-ERR value is not an integer or out of range");
    client.expect("ZRANGEBYSCORE k 2 3 REV", "-ERR syntax error");
    client.expect("ZRANGEBYSCORE missing 2 3", "[]");
  }

  @ParameterizedTest
  @EnumSource
  void readsRangesByMember(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 0 a 0 b 0 c 0 cc 0 d 0 7", "6", "k zadd");
    client.expect("ZRANGE k - + BYLEX", "[7, a, b, c, cc, d]");
    client.expect("ZRANGE k [b (d BYLEX", "[b, c, cc]");
    client.expect("ZRANGE k (d [b BYLEX REV", "[cc, c, b]");
    client.expect("ZRANGE k + - BYLEX REV LIMIT 1 2", "[cc, c]");
    client.expect(
        "ZRANGE k - + BYLEX WITHSCORES",
        "-ERR syntax error, WITHSCORES not supported in combination with BYLEX");
    client.expect("ZRANGE k + - BYLEX", "[]");
    client.expect("ZRANGEBYLEX k [7 [b", "[7, a, b]");
    client.expect("ZRANGEBYLEX k (c + LIMIT 0 1", "[cc]");
    client.expect("ZREVRANGEBYLEX k [cc [b", "[cc, c, b]");
    client.expect("ZRANGEBYLEX k b c", "-ERR min or max not valid string range item");
    client.expect(
        "ZRANGEBYLEX k - + WITHSCORES",
        "-ERR syntax error, WITHSCORES not supported in combination with BYLEX");
    client.expect("ZRANGEBYLEX missing - +", "[]");
  }

  @ParameterizedTest
  @EnumSource
  void storesRanges(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 1 a 2 b 3 c 4 d", "4", "k zadd");
    expect("ZRANGESTORE t k 1 2", "2", "t zrangestore");
    client.expect("ZRANGE t 0 -1 WITHSCORES", "[b, 2, c, 3]");
    expect("ZRANGESTORE t k 3 1 BYSCORE REV", "3", "t zrangestore");
    expect("ZRANGESTORE t k 0 1 REV", "2", "t zrangestore");
    client.expect("ZRANGE t 0 -1 WITHSCORES", "[c, 3, d, 4]");
    expect("ZRANGESTORE t k 7 9", "0", "t del");
    client.expect("EXISTS t", "0");
    client.expect("ZRANGESTORE t k 7 9", "0");
    expect("SET t x", "OK", "t set");
    expect("ZRANGESTORE t missing 0 -1", "0", "t del");
    expect("ZRANGESTORE k k 0 1", "2", "k zrangestore");
    client.expect("ZRANGE k 0 -1", "[a, b]");
    client.expect("ZRANGESTORE t k 0 1 WITHSCORES", "-ERR syntax error");
    expect("SET s x", "OK", "s set");
    client.expect("ZRANGESTORE t s 0 1", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void removesMembers(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 1 a 2 b 3 c 4 d 5 e 6 f 7 g", "7", "k zadd");
    expect("ZREM k a x b", "2", "k zrem");
    client.expect("ZREM k x", "0");
    expect("ZREMRANGEBYRANK k 0 0", "1", "k zremrangebyrank");
    client.expect("ZREMRANGEBYRANK k 5 9", "0");
    expect("ZREMRANGEBYSCORE k 4 (5", "1", "k zremrangebyscore");
    client.expect("ZREMRANGEBYSCORE k 40 50", "0");
    expect("ZREMRANGEBYLEX k [e [e", "1", "k zremrangebylex");
    client.expect("ZREMRANGEBYLEX k e [e", "-ERR min or max not valid string range item");
    client.expect("ZREMRANGEBYSCORE k x 1", "-ERR min or max is not a float");
    client.expect("ZREMRANGEBYRANK k x 1", "-ERR value is not an integer or out of range");
    client.expect("ZRANGE k 0 -1", "[f, g]");
    expect("ZREM k f g", "2", "k zrem, k del");
    client.expect("EXISTS k", "0");
    client.expect("ZREM k f", "0");
    client.expect("ZREMRANGEBYRANK k 0 1", "0");
    expect("ZADD k 1 a", "1", "k zadd");
    expect("ZREMRANGEBYRANK k 0 -1", "1", "k zremrangebyrank, k del");
    expect("ZADD k 1 a", "1", "k zadd");
    expect("ZREMRANGEBYSCORE k -inf inf", "1", "k zremrangebyscore, k del");
    expect("SET s x", "OK", "s set");
    client.expect("ZREM s a", WRONG_TYPE);
    client.expect("ZREMRANGEBYRANK s 0 1", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void popsFromEitherEnd(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 1 a 2 b 3 c 4 d 5 e", "5", "k zadd");
    expect("ZPOPMIN k", "[a, 1]", "k zpopmin");
    expect("ZPOPMAX k", "[e, 5]", "k zpopmax");
    client.expect("ZPOPMIN k 0", "[]");
    expect("ZPOPMAX k 2", "[d, 4, c, 3]", "k zpopmax");
    client.expect("ZPOPMIN k -1", "-ERR value is out of range, must be positive");
    client.expect("ZPOPMIN k x", "-ERR value is out of range, must be positive");
    client.expect("ZPOPMIN k 1 2", "-ERR syntax error");
    expect("ZPOPMIN k 9", "[b, 2]", "k zpopmin, k del");
    client.expect("EXISTS k", "0");
    client.expect("ZPOPMIN k", "[]");
    client.expect("ZPOPMIN k 3", "[]");
    expect("ZADD k 1 a 2 b 3 c", "3", "k zadd");
    expect("ZMPOP 2 missing k MIN", "[k, [[a, 1]]]", "k zpopmin");
    expect("ZMPOP 1 k MAX COUNT 5", "[k, [[c, 3], [b, 2]]]", "k zpopmax, k del");
    client.expect("ZMPOP 1 k MAX", "nil");
    client.expect("ZMPOP 0 k MAX", "-ERR numkeys should be greater than 0");
    client.expect("ZMPOP x k MAX", "-ERR numkeys should be greater than 0");
    client.expect("ZMPOP 2 k MAX", "-ERR syntax error");
    client.expect("ZMPOP 1 k MID", "-ERR syntax error");
    client.expect("ZMPOP 1 k MAX COUNT 0", "-ERR count should be greater than 0");
    client.expect("ZMPOP 1 k MAX COUNT", "-ERR syntax error");
    client.expect("ZMPOP 1 k MAX COUNT 1 COUNT 1", "-ERR syntax error");
    expect("SET s x", "OK", "s set");
    client.expect("ZPOPMIN s", WRONG_TYPE);
    client.expect("ZMPOP 1 s MIN", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void choosesRandomMembers(Encoding encoding) {
    begin(encoding);
    expect("ZADD k 1 a 2 b 3 c", "3", "k zadd");
    client.expect("ZRANDMEMBER k 3", "[c, b, a]");
    client.expect("ZRANDMEMBER k 9 WITHSCORES", "[c, 3, b, 2, a, 1]");
    client.expect("ZRANDMEMBER k 0", "[]");
    client.expect("ZRANDMEMBER missing", "nil");
    client.expect("ZRANDMEMBER missing 2", "[]");
    client.expect("ZRANDMEMBER missing -2 WITHSCORES", "[]");
    client.expect("ZRANDMEMBER k x", "-ERR value is not an integer or out of range");
    client.expect("ZRANDMEMBER k 1 x", "-ERR syntax error");
    client.expect("ZRANDMEMBER k 1 WITHSCORES x", "-ERR syntax error");
    client.expect(
        "ZRANDMEMBER k -9223372036854775808",
        "-ERR value is out of range, value must between -9223372036854775807 and"
            + " 9223372036854775807");
    client.expect("ZRANDMEMBER k 9223372036854775807 WITHSCORES", "-ERR value is out of range");
    expect("SET s x", "OK", "s set");
    client.expect("ZRANDMEMBER s", WRONG_TYPE);
    client.expect("ZRANDMEMBER s 1", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void combines(Encoding encoding) {
    begin(encoding);
    expect("ZADD a 1 x 2 y 3 z", "3", "a zadd");
    expect("ZADD b 10 y 20 z 30 w", "3", "b zadd");
    client.expect("ZUNION 2 a b WITHSCORES", "[x, 1, y, 12, z, 23, w, 30]");
    client.expect("ZINTER 2 a b WITHSCORES", "[y, 12, z, 23]");
    client.expect("ZDIFF 2 a b WITHSCORES", "[x, 1]");
    client.expect("ZDIFF 1 a", "[x, y, z]");
    client.expect("ZINTER 3 a b missing", "[]");
    client.expect("ZUNION 3 a b missing", "[x, y, z, w]");
    client.expect(
        "ZUNION 2 a b WEIGHTS 2 0.5 AGGREGATE MAX WITHSCORES", "[x, 2, y, 5, z, 10, w, 15]");
    client.expect("ZINTER 2 a b AGGREGATE MIN WITHSCORES", "[y, 2, z, 3]");
    client.expect("ZUNION 2 a a WEIGHTS 1 -1 WITHSCORES", "[x, 0, y, 0, z, 0]");
    client.expect("ZINTERCARD 2 a b", "2");
    client.expect("ZINTERCARD 2 a b LIMIT 1", "1");
    client.expect("ZINTERCARD 2 a b LIMIT 0", "2");
    client.expect("ZINTERCARD 2 a b LIMIT -1", "-ERR LIMIT can't be negative");
    expect("ZUNIONSTORE t 2 a b", "4", "t zunionstore");
    expect("ZINTERSTORE t 2 a b WEIGHTS 1 2", "2", "t zinterstore");
    client.expect("ZRANGE t 0 -1 WITHSCORES", "[y, 22, z, 43]");
    expect("ZDIFFSTORE t 2 a b", "1", "t zdiffstore");
    expect("ZDIFFSTORE t 2 a a", "0", "t del");
    client.expect("EXISTS t", "0");
    client.expect("ZDIFFSTORE t 2 a a", "0");
    expect("ZUNIONSTORE a 2 a b", "4", "a zunionstore");
    client.expect("ZRANGE a 0 -1 WITHSCORES", "[x, 1, y, 12, z, 23, w, 30]");
    client.expect("ZUNION 0 a", "-ERR at least 1 input key is needed for 'zunion' command");
    client.expect("ZUNION x a", "-ERR value is not an integer or out of range");
    client.expect("ZUNION 3 a b", "-ERR syntax error");
    client.expect("ZUNION 1 a WEIGHTS x", "-ERR weight value is not a float");
    client.expect("ZUNION 1 a WEIGHTS", "-ERR syntax error");
    client.expect("ZUNION 1 a AGGREGATE AVG", "-ERR syntax error");
    client.expect("ZUNION 1 a AGGREGATE", "-ERR syntax error");
    client.expect("ZDIFF 1 a WEIGHTS 1", "-ERR syntax error");
    client.expect("ZUNIONSTORE t 1 a WITHSCORES", "-ERR syntax error");
    client.expect("ZINTERCARD 1 a WITHSCORES", "-ERR syntax error");
    expect("SET s x", "OK", "s set");
    client.expect("ZUNION 1 s", WRONG_TYPE);
    client.expect("ZUNION 2 a s FOO", WRONG_TYPE);
    expect("ZADD i inf x", "1", "i zadd");
    expect("ZADD j -inf x", "1", "j zadd");
    client.expect("ZUNION 2 i j WITHSCORES", "[x, 0]");
    client.expect("ZINTER 2 i j WEIGHTS 0 1 WITHSCORES", "[x, -inf]");
  }

  @ParameterizedTest
  @EnumSource
  void combinesInResp3(Encoding encoding) {
    begin(encoding);
    client.call("HELLO", "3");

    expect("ZADD a 1 x 2 y", "2", "a zadd");
    expect("ZADD b 10 y", "1", "b zadd");
    client.expect("ZUNION 2 a b WITHSCORES", "[[x, 1], [y, 12]]");
    client.expect("ZINTER 2 a b", "[y]");
    client.expect("ZDIFF 2 a b WITHSCORES", "[[x, 1]]");
  }

  @ParameterizedTest
  @EnumSource
  void scans(Encoding encoding) {
    begin(encoding);
    client.expect("ZADD k 1 a 2.5 b 10 10", "3");
    client.expect("ZSCAN k 0 MATCH a", "[0, [a, 1]]");
    client.expect("ZSCAN k 0 MATCH 1* COUNT 100", "[0, [10, 10]]");
    client.expect("ZSCAN k 0 MATCH b NOSCORES", "[0, [b]]");
    client.expect("ZSCAN k 0 MATCH x", "[0, []]");
    client.expect("ZSCAN k 0 COUNT 0", "-ERR syntax error");
    client.expect("ZSCAN k 0 COUNT x", "-ERR value is not an integer or out of range");
    client.expect("ZSCAN k 0 COUNT", "-ERR syntax error");
    client.expect("ZSCAN k 0 NOVALUES", "-ERR NOVALUES option can only be used in HSCAN");
    client.expect("ZSCAN k x", "-ERR invalid cursor");
    client.expect("ZSCAN missing 7 COUNT x", "[0, []]");
    client.expect("SET s x", "OK");
    client.expect("ZSCAN s 0", WRONG_TYPE);
  }

  @Test
  void scansALargeOneInSteps() {
    begin(Encoding.SKIPLIST);
    client.expect("ZADD k 0.1 a", "1");
    client.expect("ZSCAN k 0", "[0, [a, 0.10000000000000001]]");
    for (int i = 0; i < 2000; i++) {
      client.call("ZADD", "k", Integer.toString(i), "member:" + i);
    }
    int steps = 0;
    Set<String> seen = new HashSet<>();
    String cursor = "0";
    do {
      String reply = client.call("ZSCAN", "k", cursor, "NOSCORES", "MATCH", "member:*");
      int comma = reply.indexOf(',');
      cursor = reply.substring(1, comma);
      Collections.addAll(seen, reply.substring(comma + 3, reply.length() - 2).split(", "));
      steps++;
    } while (!cursor.equals("0"));
    seen.remove("");
    assertEquals(2000, seen.size());
    assertTrue(steps > 10);
  }

  @ParameterizedTest
  @EnumSource
  void countsTheSetsThatHaveAMember(Encoding encoding) {
    begin(encoding);
    expect("ZADD a 1 x 2 y", "2", "a zadd");
    expect("ZADD b 10 y 20 z", "2", "b zadd");
    client.expect("ZUNION 2 a b AGGREGATE COUNT WITHSCORES", "[x, 1, z, 1, y, 2]");
    client.expect("ZINTER 2 a b WEIGHTS 3 4 AGGREGATE COUNT WITHSCORES", "[y, 7]");
    expect("ZUNIONSTORE t 2 a b WEIGHTS 2 1 AGGREGATE COUNT", 3, "t zunionstore");
    client.expect("ZRANGE t 0 -1 WITHSCORES", "[z, 1, x, 2, y, 3]");
  }

  /** Each member is as likely as any other. */
  @ParameterizedTest
  @EnumSource
  void choosesEvenly(Encoding encoding) {
    begin(encoding);
    int members = 20;
    for (int i = 0; i < members; i++) {
      client.call("ZADD", "k", "1", "m" + (char) ('a' + i));
    }
    Frequencies ofOne = new Frequencies();
    Frequencies ofFew = new Frequencies();
    Frequencies ofMany = new Frequencies();
    for (int i = 0; i < 4000; i++) {
      ofOne.count(client.call("ZRANDMEMBER", "k"));
      ofOne.countAll(client.call("ZRANDMEMBER", "k", "-3"));
      ofFew.countDifferent(client.call("ZRANDMEMBER", "k", "4"), 4);
      ofMany.countDifferent(client.call("ZRANDMEMBER", "k", "12"), 12);
    }
    ofOne.expectEven(members);
    ofFew.expectEven(members);
    ofMany.expectEven(members);
  }

  /** One large enough that its memory is not given back at once. */
  @Test
  void aLargeOneIsFreedInSlices() {
    begin(Encoding.LISTPACK);
    for (int i = 0; i < 3000; i++) {
      client.call("ZADD", "k", Integer.toString(i), "member:" + i);
      client.call("ZADD", "l", Integer.toString(i), "member:" + i);
    }
    client.expect("RENAME l other", "OK");
    client.expect("ZCARD other", 3000);
    client.expect("COPY other copy", 1);
    client.expect("ZSCORE copy member:77", 77);
    expectMemory("UNLINK k", 1);
    expectMemory("SET other x", "OK");
    expectMemory("ZREMRANGEBYRANK copy 0 -1", 3000);
  }

  private void expectMemory(String line, Object reply) {
    long before = engine.engine().keyspace().usedBytes();
    client.expect(line, reply);
    engine.pass(2000);
    long freed = before - engine.engine().keyspace().usedBytes();
    assertTrue(freed > 3000 * 40, () -> line + " freed " + freed);
  }
}
