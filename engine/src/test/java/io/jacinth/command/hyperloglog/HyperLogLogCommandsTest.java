package io.jacinth.command.hyperloglog;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import org.junit.jupiter.api.Test;

/** Transcripts of the commands of HyperLogLogs. */
class HyperLogLogCommandsTest {
  @Test
  void countsAndMerges() {
    try (TestEngine engine = new TestEngine()) {
      TestClient client = engine.connect();
      client.expect("PFADD h a b c", "1");
      client.expect("PFADD h a b", "0");
      client.expect("PFDEBUG DECODE h", "Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603");
      client.expect("PFCOUNT h", "3");
      client.expect("PFADD g c d", "1");
      client.expect("PFCOUNT h g none", "4");
      client.expect("PFMERGE m h g", "OK");
      client.expect("PFCOUNT m", "4");
      client.expect("PFDEBUG TODENSE m", "1");
      client.expect("PFDEBUG ENCODING m", "dense");
      client.expect("PFCOUNT m", "4");
      client.expect("STRLEN m", "12304");
      client.expect("PFSELFTEST", "OK");
      client.expect("SET s x", "OK");
      client.expect("PFADD s a", "-WRONGTYPE Key is not a valid HyperLogLog string value.");
    }
  }
}
