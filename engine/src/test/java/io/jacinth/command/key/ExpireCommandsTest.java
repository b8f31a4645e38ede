package io.jacinth.command.key;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The test's clock begins at 1 700 000 000 000 ms. */
class ExpireCommandsTest {
  private static final String NOT_INTEGER = "-ERR value is not an integer or out of range";
  private static final String NX_AND_OTHERS =
      "-ERR NX and XX, GT or LT options at the same time are not compatible";

  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void setsAndReadsTheTime() {
    client.expect("SET a 1", "OK");
    client.expect("TTL a", -1);
    client.expect("PTTL nokey", -2);
    client.expect("EXPIRETIME a", -1);
    client.expect("PEXPIRETIME nokey", -2);
    client.expect("EXPIRE a 100", 1);
    client.expect("TTL a", 100);
    client.expect("PTTL a", 100_000);
    client.expect("EXPIRETIME a", 1_700_000_100);
    client.expect("PEXPIRE a 1499", 1);
    client.expect("TTL a", 1);
    client.expect("EXPIRETIME a", 1_700_000_001);
    client.expect("PEXPIRE a 1500", 1);
    client.expect("TTL a", 2);
    client.expect("EXPIRETIME a", 1_700_000_002);
    client.expect("EXPIREAT a 1700000007", 1);
    client.expect("PTTL a", 7000);
    client.expect("PEXPIREAT a 9223372036854775807", 1);
    client.expect("EXPIRETIME a", 9_223_372_036_854_776L);
    client.expect("PEXPIRETIME a", Long.MAX_VALUE);
    client.expect("PERSIST a", 1);
    client.expect("PERSIST a", 0);
    client.expect("PERSIST nokey", 0);
    client.expect("TTL a", -1);
    client.expect("GET a", 1);
  }

  @Test
  void timesInThePastDelete() {
    for (String command :
        new String[] {
          "EXPIRE a 0",
          "EXPIRE a -1",
          "PEXPIRE a 0",
          "EXPIREAT a 0",
          "PEXPIREAT a -5",
          "PEXPIREAT a 1700000000000",
          "EXPIREAT a 5 LT"
        }) {
      client.expect("SET a 1", "OK");
      client.expect(command, 1);
      client.expect("EXISTS a", 0);
      client.expect(command, 0);
    }
  }

  @Test
  void conditions() {
    client.expect("SET a 1", "OK");
    client.expect("EXPIRE a 10 XX", 0);
    client.expect("EXPIRE a 10 XX GT", 0);
    client.expect("EXPIRE a 10 gt", 0);
    client.expect("EXPIRE a 0 GT", 0);
    client.expect("EXPIRE a 100 NX NX", 1);
    client.expect("EXPIRE a 100 NX", 0);
    client.expect("EXPIRE a 100 GT", 0);
    client.expect("EXPIRE a 100 LT", 0);
    client.expect("EXPIRE a 50 GT", 0);
    client.expect("EXPIRE a 200 LT", 0);
    client.expect("EXPIRE a 200 GT", 1);
    client.expect("EXPIRE a 100 lt xx", 1);
    client.expect("PERSIST a", 1);
    client.expect("EXPIRE a 100 LT", 1);
    client.expect("TTL a", 100);
    client.expect("EXPIRE a 10 NX XX", NX_AND_OTHERS);
    client.expect("EXPIRE a 10 NX GT", NX_AND_OTHERS);
    client.expect("EXPIRE a 10 GT LT NX", NX_AND_OTHERS);
    client.expect(
        "EXPIRE a 10 GT LT", "-ERR GT and LT options at the same time are not compatible");
    client.expect("EXPIRE a abc FOO", "-ERR Unsupported option FOO");
  }

  @Test
  void timesOutOfRange() {
    client.expect("SET a 1", "OK");
    client.expect("EXPIRE nokey abc", NOT_INTEGER);
    client.expect("EXPIRE nokey 99999999999999999999", NOT_INTEGER);
    for (String time : new String[] {"9223372036854775807", "9223372036854775"}) {
      client.expect("EXPIRE a " + time, "-ERR invalid expire time in 'expire' command");
    }
    client.expect("EXPIRE a -9223372036854775808", "-ERR invalid expire time in 'expire' command");
    client.expect("EXPIREAT a 9223372036854776", "-ERR invalid expire time in 'expireat' command");
    client.expect("PEXPIRE a 9223372036854775807", "-ERR invalid expire time in 'pexpire' command");
    client.expect("TTL a", -1);
    client.expect("PEXPIRE a -9223372036854775808", 1);
    client.expect("EXISTS a", 0);
  }

  @Test
  void expiredKeysAreGoneAtTheMillisecond() {
    client.expect("SET a 1", "OK");
    client.expect("PEXPIRE a 10", 1);
    engine.clock().advanceMillis(10);
    client.expect("PTTL a", 0);
    client.expect("EXISTS a", 1);
    engine.clock().advanceMillis(1);
    client.expect("DBSIZE", 1);
    client.expect("EXISTS a", 0);
    client.expect("DBSIZE", 0);
    client.expect("SET a 1", "OK");
    client.expect("TTL a", -1);
  }
}
