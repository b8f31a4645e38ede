package io.jacinth.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CounterCommandsTest {
  private static final String OVERFLOW = "-ERR increment or decrement would overflow";
  private static final String NOT_INTEGER = "-ERR value is not an integer or out of range";
  private static final String NOT_FLOAT = "-ERR value is not a valid float";

  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();
  private final EventLog log = EventLog.of(engine);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void counts() {
    client.expect("INCR k", 1);
    client.expect("INCRBY k 41", 42);
    client.expect("DECR k", 41);
    client.expect("DECRBY k 50", -9);
    client.expect("DECRBY k -10", 1);
    client.expect("GET k", 1);
    assertEquals("k incrby, k incrby, k incrby, k incrby, k incrby", log.take());
    client.expect("DECR new", -1);
  }

  @Test
  void staysWithin64Bits() {
    client.expect("SET k 9223372036854775806", "OK");
    client.expect("INCR k", "9223372036854775807");
    client.expect("INCR k", OVERFLOW);
    client.expect("INCRBY k 9223372036854775807", OVERFLOW);
    client.expect("GET k", "9223372036854775807");
    client.expect("SET k -9223372036854775807", "OK");
    client.expect("DECR k", "-9223372036854775808");
    client.expect("DECR k", OVERFLOW);
    client.expect("DECRBY k -9223372036854775808", "-ERR decrement would overflow");
    client.expect("INCRBY k 9223372036854775808", NOT_INTEGER);
    client.expect("INCRBY k 1.5", NOT_INTEGER);
    client.expect("DECRBY k x", NOT_INTEGER);
    client.expect("GET k", "-9223372036854775808");
  }

  @Test
  void refusesWhatIsNoInteger() {
    for (String text : new String[] {"text", " 1", "1 ", "01", "+1", "1.0", "", "1e3"}) {
      client.call("SET", "k", text);
      client.expect("INCR k", NOT_INTEGER);
      client.expect("DECRBY k 2", NOT_INTEGER);
      assertEquals(text, client.call("GET", "k"));
    }
  }

  @Test
  void keepsTheExpiry() {
    client.expect("SET k 1 EX 10", "OK");
    client.expect("INCR k", 2);
    client.expect("INCRBYFLOAT k 0.5", "2.5");
    engine.pass(10_100);
    client.expect("GET k", "nil");
  }

  @Test
  void countsInFractions() {
    client.expect("INCRBYFLOAT k 1.5", "1.5");
    client.expect("INCRBYFLOAT k 1.5", "3");
    client.expect("INCR k", 4);
    client.expect("INCRBYFLOAT k -2.3e1", "-19");
    assertEquals("k incrbyfloat, k incrbyfloat, k incrby, k incrbyfloat", log.take());
    client.expect("SET k 0.1", "OK");
    client.expect("INCRBYFLOAT k 0.2", "0.3");
    client.expect("INCRBYFLOAT k x", NOT_FLOAT);
    client.expect("SET k x", "OK");
    client.expect("INCRBYFLOAT k 1", NOT_FLOAT);
    client.expect("SET k inf", "OK");
    client.expect("INCRBYFLOAT k 1", "-ERR increment would produce NaN or Infinity");
    client.expect("SET k 1", "OK");
    client.expect("INCRBYFLOAT k +inf", "-ERR increment would produce NaN or Infinity");
    client.expect("SET k 17179869184", "OK");
    client.expect("INCRBYFLOAT k 1", "17179869185");
    client.expect("SET k 1e19", "OK");
    client.expect("INCRBYFLOAT k 0", "10000000000000000000");
  }
}
