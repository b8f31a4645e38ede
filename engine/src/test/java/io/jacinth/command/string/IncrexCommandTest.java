package io.jacinth.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.command.EventLog;
import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IncrexCommandTest {
  private static final String SYNTAX = "-ERR syntax error";
  private static final String MAX = "9223372036854775807";
  private static final String MIN = "-9223372036854775808";

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

  /** Sets the key to a value first. */
  private void from(String value, String line, Object reply) {
    client.expect("SET k " + value, "OK");
    client.expect(line, reply);
  }

  @Test
  void counts() {
    expect("INCREX k", "[1, 1]", "k incrby");
    expect("INCREX k BYINT 5", "[6, 5]", "k incrby");
    expect("INCREX k BYINT -10", "[-4, -10]", "k incrby");
    expect("INCREX k BYINT 0", "[-4, 0]", "k incrby");
    expect("INCREX k BYFLOAT 0.5", "[-3.5, 0.5]", "k incrbyfloat");
    expect("INCREX k BYFLOAT 3.5", "[0, 3.5]", "k incrbyfloat");
    expect("INCREX k", "[1, 1]", "k incrby");
  }

  @Test
  void declinesWhatIsBeyondTheBounds() {
    from("10", "INCREX k BYINT 5 UBOUND 15", "[15, 5]");
    from("10", "INCREX k BYINT 5 UBOUND 14", "[10, 0]");
    from("10", "INCREX k BYINT -5 LBOUND 5", "[5, -5]");
    from("10", "INCREX k BYINT -5 LBOUND 6", "[10, 0]");
    from("10", "INCREX k BYINT -5 UBOUND 5", "[5, -5]");
    from("10", "INCREX k BYINT 5 LBOUND 20", "[10, 0]");
    from("10", "INCREX k BYINT " + MAX + " UBOUND 100", "[10, 0]");
    from(MAX, "INCREX k BYINT 1", "[" + MAX + ", 0]");
    from(MIN, "INCREX k BYINT -1", "[" + MIN + ", 0]");
    from("10", "INCREX k BYFLOAT 5.5 UBOUND 12.5", "[10, 0]");
    from("10", "INCREX k BYFLOAT 2.5 LBOUND 5 UBOUND 15.0", "[12.5, 2.5]");
    log.take();
    expect("INCREX missing UBOUND 0 EX 10", "[0, 0]", "");
    expect("INCREX missing BYFLOAT -0.5 LBOUND 1", "[0, 0]", "");
    client.expect("GET missing", "nil");
  }

  @Test
  void saturates() {
    from("10", "INCREX k BYINT 5 UBOUND 12 SATURATE", "[12, 2]");
    from("10", "INCREX k BYINT 5 UBOUND 5 SATURATE", "[5, -5]");
    from("10", "INCREX k BYINT -5 LBOUND 20 SATURATE", "[20, 10]");
    from("10", "INCREX k SATURATE", "[11, 1]");
    from("9223372036854775800", "INCREX k BYINT 10 SATURATE", "[" + MAX + ", 7]");
    from("-9223372036854775800", "INCREX k BYINT -10 SATURATE", "[" + MIN + ", -8]");
    from("10", "INCREX k BYINT " + MAX + " UBOUND 100 SATURATE", "[100, 90]");
    from("10", "INCREX k BYFLOAT 5.5 UBOUND 12.5 SATURATE", "[12.5, 2.5]");
    from("10", "INCREX k BYFLOAT -100 LBOUND -5.5 SATURATE", "[-5.5, -15.5]");
    from(
        MAX,
        "INCREX k BYINT -5 UBOUND " + MIN + " SATURATE",
        "-ERR applied increment would overflow");
    client.expect("GET k", MAX);
    client.expect("INCREX new UBOUND 0 SATURATE", "[0, 0]");
    client.expect("GET new", 0);
  }

  @Test
  void knowsInfinity() {
    String crossed = "-ERR LBOUND can't be greater than UBOUND";
    from("10", "INCREX k BYFLOAT 1 UBOUND inf", "[11, 1]");
    from("10", "INCREX k BYFLOAT 1 LBOUND -inf UBOUND -inf", "[10, 0]");
    client.expect("INCREX k BYFLOAT 1 UBOUND -inf", crossed);
    client.expect("INCREX k BYFLOAT 1 LBOUND inf", crossed);
    client.expect(
        "INCREX k BYFLOAT 1 LBOUND inf UBOUND inf SATURATE",
        "-ERR applied increment would be Infinity");
    client.expect("INCREX k BYFLOAT inf", "-ERR BYFLOAT increment cannot be Infinity");
    client.expect("INCREX k BYFLOAT -inf", "-ERR BYFLOAT increment cannot be Infinity");
    from("inf", "INCREX k BYFLOAT 1", "-ERR value cannot be Infinity");
    client.expect("SET k 1e4932", "OK");
    String large = client.call("INCRBYFLOAT", "k", "0");
    client.expect("INCREX k BYFLOAT 1e4932", "[" + large + ", 0]");
    client.expect("INCREX k BYFLOAT 1e4932 UBOUND 1e4932 SATURATE", "[" + large + ", 0]");
    client.expect("GET k", large);
  }

  @Test
  void refusesWrongArguments() {
    client.expect("SET k 10", "OK");
    client.expect("INCREX k FOO", SYNTAX);
    client.expect("INCREX k BYINT", SYNTAX);
    client.expect("INCREX k LBOUND", SYNTAX);
    for (String pair :
        new String[] {
          "BYINT 1 BYINT 2",
          "BYINT 1 BYFLOAT 1",
          "LBOUND 0 LBOUND 1",
          "UBOUND 9 UBOUND 8",
          "SATURATE SATURATE",
          "EX 10 EX 20",
          "EX 10 PX 20",
          "EX 10 PERSIST",
          "PERSIST EX 10",
          "PERSIST PERSIST",
          "ENX ENX EX 10",
          "ENX PERSIST",
          "PERSIST ENX",
          "NX XX"
        }) {
      client.expect("INCREX k " + pair, SYNTAX);
    }
    client.expect("INCREX k ENX", "-ERR ENX flag requires an expiration");
    client.expect("INCREX k BYINT 1.5", "-ERR Increment is not an integer or out of range");
    client.expect("INCREX k BYFLOAT x", "-ERR Increment is not a valid float");
    client.expect("INCREX k BYFLOAT nan", "-ERR Increment is not a valid float");
    client.expect("INCREX k UBOUND 12.5", "-ERR UBOUND is not an integer or out of range");
    client.expect("INCREX k LBOUND inf", "-ERR LBOUND is not an integer or out of range");
    client.expect("INCREX k BYFLOAT 1 UBOUND x", "-ERR UBOUND is not a valid float");
    client.expect("INCREX k BYFLOAT 1 LBOUND x", "-ERR LBOUND is not a valid float");
    client.expect("INCREX k LBOUND 10 UBOUND 5", "-ERR LBOUND can't be greater than UBOUND");
    client.expect("INCREX k EX 0", "-ERR invalid expire time in 'increx' command");
    client.expect("INCREX k PX -1", "-ERR invalid expire time in 'increx' command");
    client.expect("GET k", 10);
    from("abc", "INCREX k", "-ERR value is not an integer or out of range");
    from("abc", "INCREX k BYFLOAT 1", "-ERR value is not a valid float");
  }

  @Test
  void expires() {
    expect("INCREX k EX 10", "[1, 1]", "k incrby, k expire");
    expect("INCREX k BYINT 2 PX 200000 ENX", "[3, 2]", "k incrby");
    expect("INCREX k UBOUND 3 EX 100000", "[3, 0]", "");
    expect("INCREX k", "[4, 1]", "k incrby");
    engine.pass(10_100);
    client.expect("GET k", "nil");
    log.take();
    expect("INCREX k EX 10 ENX", "[1, 1]", "k incrby, k expire");
    expect("INCREX k PERSIST", "[2, 1]", "k incrby, k persist");
    expect("INCREX k PERSIST", "[3, 1]", "k incrby");
    engine.pass(10_100);
    client.expect("GET k", 3);
    expect("INCREX k EXAT 1", "[4, 1]", "k del");
    client.expect("GET k", "nil");
    expect("INCREX k EXAT 1", "[1, 1]", "");
    client.expect("GET k", "nil");
    client.expect("SET k 5 EX 100", "OK");
    log.take();
    expect("INCREX k BYFLOAT 1 EXAT 1 ENX", "[6, 1]", "k incrbyfloat");
    client.expect("GET k", 6);
  }

  @Test
  void countsUnderConditions() {
    expect("INCREX k XX", "[0, 0]", "");
    expect("INCREX k XX BYFLOAT 1.5", "[0, 0]", "");
    client.expect("GET k", "nil");
    expect("INCREX k NX BYINT 3", "[3, 3]", "k incrby");
    expect("INCREX k NX BYINT 3 EX 100", "[3, 0]", "");
    expect("INCREX k XX EX 10", "[4, 1]", "k incrby, k expire");
  }
}
