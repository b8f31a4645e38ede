package io.jacinth.command.set;

import io.jacinth.command.CommandsTest;
import io.jacinth.command.Frequencies;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transcripts of the commands of sets, in all encodings that can have these members. */
class SetCommandsTest extends CommandsTest {
  /** How sets are kept. */
  enum Encoding {
    INTSET("512", "128"),
    LISTPACK("0", "128"),
    HASHTABLE("0", "0");

    final String maxIntsetEntries;
    final String maxListpackEntries;

    Encoding(String maxIntsetEntries, String maxListpackEntries) {
      this.maxIntsetEntries = maxIntsetEntries;
      this.maxListpackEntries = maxListpackEntries;
    }
  }

  private void begin(Encoding encoding) {
    begin(
        "set-max-intset-entries",
        encoding.maxIntsetEntries,
        "set-max-listpack-entries",
        encoding.maxListpackEntries);
  }

  @ParameterizedTest
  @EnumSource
  void addsAndRemoves(Encoding encoding) {
    begin(encoding);
    expect("SADD k 1 2 3 2", "3", "k sadd");
    client.expect("OBJECT ENCODING k", encoding.name().toLowerCase(Locale.ROOT));
    expect("SADD k 1 3", "0", "");
    client.expect("SCARD k", "3");
    client.expect("SISMEMBER k 2", "1");
    client.expect("SISMEMBER k 02", "0");
    client.expect("SMISMEMBER k 3 4 1", "[1, 0, 1]");
    client.expect("SMISMEMBER none 3", "[0]");
    expect("SREM k 2 9", "1", "k srem");
    expect("SREM k 1 3", "2", "k srem, k del");
    client.expect("EXISTS k", "0");
    client.expect("SET s x", "OK");
    log.take();
    client.expect("SADD s 1", WRONG_TYPE);
    client.expect("SMEMBERS s", WRONG_TYPE);
  }

  @ParameterizedTest
  @EnumSource
  void moves(Encoding encoding) {
    begin(encoding);
    expect("SADD a 1 2", "2", "a sadd");
    expect("SMOVE a b 3", "0", "");
    expect("SMOVE a b 1", "1", "a srem, b sadd");
    expect("SMOVE a a 2", "1", "");
    expect("SMOVE a b 2", "1", "a srem, a del, b sadd");
    client.expect("SINTERCARD 1 b", "2");
  }

  @ParameterizedTest
  @EnumSource
  void combines(Encoding encoding) {
    begin(encoding);
    client.expect("SADD a 1 2 3", "3");
    client.expect("SADD b 2 3 4", "3");
    log.take();
    expect("SINTERSTORE i a b", "2", "i sinterstore");
    expect("SUNIONSTORE u a b", "4", "u sunionstore");
    expect("SDIFFSTORE d a b", "1", "d sdiffstore");
    client.expect("SMEMBERS d", "[1]");
    client.expect("SDIFF a b none", "[1]");
    client.expect("SDIFF a a", "[]");
    client.expect("SINTER a none", "[]");
    expect("SINTERSTORE d a none", "0", "d del");
    client.expect("SINTERCARD 2 a b LIMIT 1", "1");
    client.expect("SUNIONCARD 2 a b", "4");
    client.expect("SUNIONCARD 2 a b APPROX LIMIT 3", "3");
    client.expect("SDIFFCARD 2 a b", "1");
    client.expect("SINTERCARD 0 a", "-ERR numkeys should be greater than 0");
    client.expect("SINTERCARD 3 a b", "-ERR Number of keys can't be greater than number of args");
    client.expect("SINTERCARD 1 a LIMIT -1", "-ERR LIMIT can't be negative");
  }

  @ParameterizedTest
  @EnumSource
  void pops(Encoding encoding) {
    begin(encoding);
    client.expect("SPOP none", "nil");
    client.expect("SPOP none 3", "[]");
    client.expect("SRANDMEMBER none", "nil");
    expect("SADD k 7", "1", "k sadd");
    client.expect("SRANDMEMBER k", "7");
    client.expect("SRANDMEMBER k -3", "[7, 7, 7]");
    expect("SPOP k", "7", "k spop, k del");
    expect("SADD k 7", "1", "k sadd");
    expect("SPOP k 9", "[7]", "k spop, k del");
    client.expect("SPOP k -1", "-ERR value is out of range, must be positive");
  }

  /** Each member is as likely as any other, alone and among several. */
  @ParameterizedTest
  @EnumSource
  void choosesEvenly(Encoding encoding) {
    begin(encoding);
    int members = 20;
    for (int i = 0; i < members; i++) {
      client.call("SADD", "k", Integer.toString(i));
    }
    Frequencies ofOne = new Frequencies();
    Frequencies ofFew = new Frequencies();
    Frequencies ofMany = new Frequencies();
    for (int i = 0; i < 4000; i++) {
      ofOne.count(client.call("SRANDMEMBER", "k"));
      ofOne.countAll(client.call("SRANDMEMBER", "k", "-3"));
      ofFew.countDifferent(client.call("SRANDMEMBER", "k", "4"), 4);
      ofMany.countDifferent(client.call("SRANDMEMBER", "k", "12"), 12);
    }
    ofOne.expectEven(members);
    ofFew.expectEven(members);
    ofMany.expectEven(members);
  }
}
