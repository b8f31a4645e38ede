package io.jacinth.command.hash;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transcripts of HIMPORT. */
class ImportCommandsTest {
  @ParameterizedTest
  @ValueSource(strings = {"512", "0"})
  void makesHashesOfNamedFields(String maxListpackEntries) {
    try (TestEngine engine = new TestEngine("hash-max-listpack-entries", maxListpackEntries)) {
      TestClient client = engine.connect();
      client.expect("HIMPORT PREPARE user name mail age", "OK");
      client.expect("HIMPORT PREPARE one field", "OK");
      client.expect("HIMPORT SET u:1 user Ada ada@example.com 36", "OK");
      client.expect("HMGET u:1 name mail age", "[Ada, ada@example.com, 36]");
      client.expect("HLEN u:1", "3");
      client.expect("SET u:2 text EX 100", "OK");
      client.expect("HIMPORT SET u:2 user Bob b 1", "OK");
      client.expect("TTL u:2", "-1");
      client.expect("HSETEX u:3 EX 100 FIELDS 1 old 1", "1");
      client.expect("HIMPORT SET u:3 one 5", "OK");
      client.expect("HGETALL u:3", "[field, 5]");
      client.expect("HTTL u:3 FIELDS 1 field", "[-1]");
      client.expect("HIMPORT PREPARE user x y", "OK");
      client.expect(
          "HIMPORT SET u:4 user 1 2 3", "-ERR value count does not match fieldset field count");
      client.expect("HIMPORT SET u:4 user 1 2", "OK");
      client.expect("HMGET u:4 x y", "[1, 2]");
    }
  }

  @Test
  void fieldSetsBelongToTheConnection() {
    try (TestEngine engine = new TestEngine()) {
      TestClient client = engine.connect();
      client.expect("HIMPORT DISCARDALL", "0");
      client.expect("HIMPORT PREPARE a x y x", "-ERR duplicate field name in fieldset");
      for (int i = 0; i < 20; i++) {
        client.expect("HIMPORT PREPARE set" + i + " x y", "OK");
      }
      TestClient other = engine.connect();
      other.expect("HIMPORT SET k set1 1 2", "-ERR no such fieldset");
      client.expect("HIMPORT DISCARD set1", "1");
      client.expect("HIMPORT DISCARD set1", "0");
      client.expect("HIMPORT SET k set1 1 2", "-ERR no such fieldset");
      client.expect("HIMPORT SET k set19 1 2", "OK");
      client.expect("HIMPORT DISCARDALL", "19");
      client.expect("HIMPORT PREPARE a x", "OK");
      client.expect("RESET", "RESET");
      client.expect("HIMPORT SET k a 1", "-ERR no such fieldset");
      client.expect("HIMPORT PREPARE a x", "OK");
      other.expect("EXISTS k", "1");
    }
  }

  @Test
  void fieldSetsAreThereWhenATransactionIsExecuted() {
    try (TestEngine engine = new TestEngine()) {
      TestClient client = engine.connect();
      client.expect("MULTI", "OK");
      client.expect("HIMPORT PREPARE a x y", "QUEUED");
      client.expect("HIMPORT SET k a 1 2", "QUEUED");
      client.expect("EXEC", "[OK, OK]");
      client.expect("HGETALL k", "[x, 1, y, 2]");
    }
  }
}
