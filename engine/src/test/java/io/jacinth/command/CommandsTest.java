package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;

/** Transcripts of the commands of one type, with settings that say how its values are kept. */
public abstract class CommandsTest {
  protected static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  protected static final String SYNTAX = "-ERR syntax error";
  protected static final String NOT_INTEGER = "-ERR value is not an integer or out of range";

  protected TestEngine engine;
  protected TestClient client;
  protected EventLog log;

  /**
   * What each test does first.
   *
   * @param namesAndValues of settings that are not the default, in turn
   */
  protected final void begin(String... namesAndValues) {
    engine = new TestEngine(namesAndValues);
    client = engine.connect();
    log = EventLog.of(engine);
  }

  @AfterEach
  final void close() {
    engine.close();
  }

  /** Sends a request, and compares its reply and what happened to keys. */
  protected final void expect(String line, Object reply, String events) {
    client.expect(line, reply);
    assertEquals(events, log.take(), line);
  }
}
