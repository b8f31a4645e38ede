package io.jacinth.command.hash;

import io.jacinth.command.CommandsTest;
import io.jacinth.command.Frequencies;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transcripts of the commands of hashes, in both encodings. */
class HashCommandsTest extends CommandsTest {
  private void begin(String maxListpackEntries) {
    begin("hash-max-listpack-entries", maxListpackEntries);
  }

  @ParameterizedTest
  @ValueSource(strings = {"512", "0"})
  void setsCountsAndRemoves(String maxListpackEntries) {
    begin(maxListpackEntries);
    client.expect("HSET k a 1 b xyz a 2 c 3", "3");
    client.expect("HGET k a", "2");
    client.expect("HSET k a 5 d longer-value", "1");
    client.expect("HMGET k a b c d e", "[5, xyz, 3, longer-value, nil]");
    client.expect("HLEN k", "4");
    client.expect("HSTRLEN k d", "12");
    client.expect("HSTRLEN k e", "0");
    client.expect("HEXISTS k b", "1");
    client.expect("HEXISTS k e", "0");
    client.expect("HSETNX k a 7", "0");
    client.expect("HSETNX k e 7", "1");
    client.expect("HINCRBY k e 5", "12");
    client.expect("HINCRBY k f -3", "-3");
    client.expect("HINCRBY k b 1", "-ERR hash value is not an integer");
    client.expect("HINCRBY k a 9223372036854775807", "-ERR increment or decrement would overflow");
    client.expect("HINCRBYFLOAT k a 1.5", "6.5");
    client.expect("HINCRBYFLOAT k b 1", "-ERR hash value is not a float");
    client.expect("HDEL k a b a x", "2");
    client.expect("COPY k other", "1");
    client.expect("HMSET other c 9", "OK");
    client.expect("HGET k c", "3");
    client.expect("HGET other c", "9");
    client.expect("HDEL k c d e f", "4");
    client.expect("EXISTS k", "0");
    client.expect("HINCRBY n a 1", "1");
    client.expect("HGETALL n", "[a, 1]");
    client.expect("HKEYS n", "[a]");
    client.expect("HVALS n", "[1]");
    client.expect("SET s x", "OK");
    client.expect("HGET s a", WRONG_TYPE);
  }

  /** Each field is as likely as any other, alone and among several. */
  @ParameterizedTest
  @ValueSource(strings = {"512", "0"})
  void choosesEvenly(String maxListpackEntries) {
    begin(maxListpackEntries);
    int fields = 20;
    for (int i = 0; i < fields; i++) {
      client.call("HSET", "k", "f" + (char) ('a' + i), "v");
    }
    Frequencies ofOne = new Frequencies();
    Frequencies ofFew = new Frequencies();
    Frequencies ofMany = new Frequencies();
    for (int i = 0; i < 4000; i++) {
      ofOne.count(client.call("HRANDFIELD", "k"));
      ofOne.countAll(client.call("HRANDFIELD", "k", "-3"));
      ofFew.countDifferent(client.call("HRANDFIELD", "k", "4"), 4);
      ofMany.countDifferent(client.call("HRANDFIELD", "k", "12"), 12);
    }
    ofOne.expectEven(fields);
    ofFew.expectEven(fields);
    ofMany.expectEven(fields);
  }
}
