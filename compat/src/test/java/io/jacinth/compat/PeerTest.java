package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/** The peers are those that compatibility is promised with. */
final class PeerTest {
  @Test
  void redis() {
    try (Peer peer = Peer.redis();
        RedisClient client = RedisClient.create("127.0.0.1", peer.port())) {
      assertEquals("PONG", client.ping());
      String info = client.info("server");
      assertTrue(info.contains("redis_version:8.0.6\r\n"), info);
    }
  }

  @Test
  void valkey() {
    try (Peer peer = Peer.valkey("--databases", "3");
        RedisClient client = RedisClient.create("127.0.0.1", peer.port())) {
      assertEquals("3", client.configGet("databases").get("databases"));
      String info = client.info("server");
      assertTrue(info.contains("server_name:valkey\r\n"), info);
    }
  }
}
