package io.jacinth.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PubSubTest {
  private final TestEngine engine = new TestEngine();
  private final TestClient publisher = engine.connect();
  private final TestClient subscriber = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  private void expectMessages(String text) {
    assertEquals(text, subscriber.receive());
  }

  @Test
  void channels() {
    publisher.expect("PUBLISH news hello", 0);
    subscriber.expect("SUBSCRIBE news sport", "[subscribe, news, 1] | [subscribe, sport, 2]");
    subscriber.expect("SUBSCRIBE news", "[subscribe, news, 2]");
    publisher.expect("PUBLISH news hello", 1);
    assertEquals("1", publisher.call("PUBLISH", "sport", ""));
    publisher.expect("PUBLISH weather rain", 0);
    expectMessages("[message, news, hello] | [message, sport, ]");
    subscriber.expect(
        "UNSUBSCRIBE sport other", "[unsubscribe, sport, 1] | [unsubscribe, other, 1]");
    publisher.expect("PUBLISH sport goal", 0);
    subscriber.expect("UNSUBSCRIBE", "[unsubscribe, news, 0]");
    subscriber.expect("UNSUBSCRIBE", "[unsubscribe, nil, 0]");
    publisher.expect("PUBLISH news bye", 0);
    expectMessages("");
  }

  @Test
  void patterns() {
    subscriber.expect("PSUBSCRIBE n?ws* *ws", "[psubscribe, n?ws*, 1] | [psubscribe, *ws, 2]");
    subscriber.expect("SUBSCRIBE news", "[subscribe, news, 3]");
    publisher.expect("PUBLISH news 1", 3);
    expectMessages("[message, news, 1] | [pmessage, n?ws*, news, 1] | [pmessage, *ws, news, 1]");
    publisher.expect("PUBLISH newspaper 2", 1);
    expectMessages("[pmessage, n?ws*, newspaper, 2]");
    subscriber.expect("PUNSUBSCRIBE n?ws*", "[punsubscribe, n?ws*, 2]");
    publisher.expect("PUBLISH newspaper 3", 0);
    subscriber.expect("PUNSUBSCRIBE", "[punsubscribe, *ws, 1]");
    publisher.expect("PUBSUB NUMPAT", 0);
  }

  @Test
  void shardChannelsAreApart() {
    subscriber.expect("SSUBSCRIBE news", "[ssubscribe, news, 1]");
    subscriber.expect("SUBSCRIBE news", "[subscribe, news, 1]");
    subscriber.expect("PSUBSCRIBE *", "[psubscribe, *, 2]");
    publisher.expect("SPUBLISH news 1", 1);
    expectMessages("[smessage, news, 1]");
    publisher.expect("PUBLISH news 2", 2);
    expectMessages("[message, news, 2] | [pmessage, *, news, 2]");
    subscriber.expect("SUNSUBSCRIBE", "[sunsubscribe, news, 0]");
    subscriber.expect("SUNSUBSCRIBE", "[sunsubscribe, nil, 0]");
    publisher.expect("SPUBLISH news 3", 0);
  }

  @Test
  void overResp2AMessageIsAnArrayAndOverResp3APush() {
    subscriber.expect("SUBSCRIBE c", "[subscribe, c, 1]");
    publisher.expect("PUBLISH c x", 1);
    assertEquals("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n", subscriber.received());
    TestClient modern = engine.connect();
    modern.call("HELLO", "3");
    assertEquals(">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n", modern.raw("SUBSCRIBE", "c"));
    assertEquals(">3\r\n$10\r\npsubscribe\r\n$2\r\n[c\r\n:2\r\n", modern.raw("PSUBSCRIBE", "[c"));
    publisher.expect("PUBLISH c x", 3);
    assertEquals("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n", subscriber.received());
    String message = ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n";
    String patternMessage = ">4\r\n$8\r\npmessage\r\n$2\r\n[c\r\n$1\r\nc\r\n$1\r\nx\r\n";
    assertEquals(message + patternMessage, modern.received());
    assertEquals(">3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:1\r\n", modern.raw("UNSUBSCRIBE"));
    assertEquals(">3\r\n$12\r\npunsubscribe\r\n$2\r\n[c\r\n:0\r\n", modern.raw("PUNSUBSCRIBE"));
    assertEquals(">3\r\n$11\r\nunsubscribe\r\n_\r\n:0\r\n", modern.raw("UNSUBSCRIBE"));
  }

  @Test
  void aSubscriberOverResp2MayDoLittleElse() {
    subscriber.expect("SSUBSCRIBE c", "[ssubscribe, c, 1]");
    String rest =
        ": only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this"
            + " context";
    subscriber.expect("GET key", "-ERR Can't execute 'get'" + rest);
    subscriber.expect("CONFIG GET key", "-ERR Can't execute 'config|get'" + rest);
    subscriber.expect("PUBLISH c x", "-ERR Can't execute 'publish'" + rest);
    subscriber.expect("GET", "-ERR wrong number of arguments for 'get' command");
    subscriber.expect("PING", "[pong, ]");
    subscriber.expect("PING hello", "[pong, hello]");
    subscriber.expect("PING a b", "-ERR wrong number of arguments for 'ping' command");
    subscriber.expect("RESET", "RESET");
    subscriber.expect("PING", "PONG");
    publisher.expect("SPUBLISH c x", 0);
    subscriber.expect("SUBSCRIBE c", "[subscribe, c, 1]");
    subscriber.expect("UNSUBSCRIBE c", "[unsubscribe, c, 0]");
    subscriber.expect("GET key", "nil");
    subscriber.expect("SUBSCRIBE c", "[subscribe, c, 1]");
    subscriber.expect("QUIT", "OK");
    assertTrue(subscriber.isClosed());
    publisher.expect("PUBLISH c x", 0);
  }

  @Test
  void itsOwnMessagesComeBehindTheReply() {
    publisher.call("HELLO", "3");
    publisher.expect("SUBSCRIBE c", "[subscribe, c, 1]");
    publisher.expect("PSUBSCRIBE c*", "[psubscribe, c*, 2]");
    publisher.expect("PUBLISH c x", "2 | [message, c, x] | [pmessage, c*, c, x]");
    publisher.expect("GET key", "nil");
    publisher.send(
        concat(
            TestClient.request("PUBLISH", "c", "1"),
            TestClient.request("PING"),
            TestClient.request("UNSUBSCRIBE")));
    assertEquals(
        "2 | [message, c, 1] | [pmessage, c*, c, 1] | PONG | [unsubscribe, c, 1]",
        publisher.receive());
  }

  private static byte[] concat(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void clientReplyDoesNotKeepPushesBack() {
    publisher.call("HELLO", "3");
    assertEquals("", publisher.call("CLIENT", "REPLY", "OFF"));
    publisher.expect("SUBSCRIBE c", "[subscribe, c, 1]");
    publisher.expect("PUBLISH c x", "[message, c, x]");
    publisher.expect("PING", "");
    publisher.expect("UNSUBSCRIBE", "[unsubscribe, c, 0]");
    publisher.expect("CLIENT REPLY ON", "OK");
  }

  @Test
  void looking() {
    subscriber.call("SUBSCRIBE", "one", "two");
    subscriber.call("SSUBSCRIBE", "three");
    subscriber.call("PSUBSCRIBE", "t*", "o*");
    engine.connect().call("SUBSCRIBE", "two");
    engine.connect().call("PSUBSCRIBE", "t*");
    publisher.expect("PUBSUB NUMSUB one none two", "[one, 1, none, 0, two, 2]");
    publisher.expect("PUBSUB NUMSUB", "[]");
    publisher.expect("PUBSUB SHARDNUMSUB three one", "[three, 1, one, 0]");
    publisher.expect("PUBSUB NUMPAT", 2);
    publisher.expect("PUBSUB SHARDCHANNELS", "[three]");
    publisher.expect("PUBSUB SHARDCHANNELS on*", "[]");
    publisher.expect("PUBSUB CHANNELS o??", "[one]");
    assertEquals(List.of("one", "two"), sorted(publisher.call("PUBSUB", "CHANNELS")));
    publisher.expect(
        "PUBSUB CHANNELS a b",
        "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.");
    publisher.expect("PUBSUB NO", "-ERR unknown subcommand 'NO'. Try PUBSUB HELP.");
    publisher.expect("PUBSUB", "-ERR wrong number of arguments for 'pubsub' command");
    assertInfo("pubsub_channels:2", "pubsub_patterns:2", "pubsubshard_channels:1");
    assertInfo("pubsub_clients:3");
    String info = publisher.call("CLIENT", "LIST", "ID", Long.toString(subscriber.session().id()));
    assertTrue(info.contains(" flags=P ") && info.contains(" sub=2 psub=2 ssub=1 "), info);
    assertEquals(3, publisher.call("CLIENT", "LIST", "TYPE", "pubsub").lines().count());
    assertEquals(1, publisher.call("CLIENT", "LIST", "TYPE", "normal").lines().count());
    publisher.expect("CLIENT KILL TYPE pubsub", 3);
    subscriber.receive();
    assertTrue(subscriber.isClosed());
    assertFalse(publisher.isClosed());
  }

  private static List<String> sorted(String array) {
    List<String> elements =
        new ArrayList<>(List.of(array.substring(1, array.length() - 1).split(", ")));
    elements.sort(null);
    return elements;
  }

  private void assertInfo(String... fields) {
    String info = publisher.call("INFO");
    for (String field : fields) {
      assertTrue(info.contains("\r\n" + field + "\r\n"), info);
    }
  }

  @Test
  void whoLeavesHasNoSubscriptions() {
    subscriber.call("SUBSCRIBE", "a", "b");
    subscriber.call("PSUBSCRIBE", "a*");
    subscriber.call("SSUBSCRIBE", "c");
    engine.disconnect(subscriber);
    publisher.expect("PUBLISH a x", 0);
    publisher.expect("PUBSUB CHANNELS", "[]");
    publisher.expect("PUBSUB NUMPAT", 0);
    assertInfo("pubsub_channels:0", "pubsub_patterns:0", "pubsubshard_channels:0");
    assertInfo("pubsub_clients:0");
  }

  @Test
  void messagesOfAllSizes() {
    subscriber.call("SUBSCRIBE", "c");
    for (int length = 0; length < 200_000; length = length * 3 / 2 + 1) {
      String text = "x".repeat(length);
      assertEquals("1", publisher.call("PUBLISH", "c", text));
      expectMessages("[message, c, " + text + "]");
    }
  }

  @Test
  void manyChannelsAndManySubscribers() {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      TestClient client = engine.connect();
      clients.add(client);
      for (int j = 0; j <= i; j++) {
        client.call("SUBSCRIBE", "c" + j * 100);
        for (int k = 1; k < 100; k++) {
          client.call("SUBSCRIBE", "c" + (j * 100 + k));
        }
      }
    }
    for (int j = 0; j < 2000; j += 7) {
      publisher.expect("PUBLISH c" + j + " x", 20 - j / 100);
    }
    for (int i = 0; i < 20; i += 2) {
      engine.disconnect(clients.get(i));
    }
    publisher.expect("PUBLISH c0 x", 10);
    publisher.expect("PUBLISH c1999 x", 1);
    for (int i = 1; i < 20; i += 2) {
      clients.get(i).call("UNSUBSCRIBE");
      publisher.expect("PUBLISH c0 x", 10 - (i + 1) / 2);
    }
    publisher.expect("PUBSUB CHANNELS", "[]");
  }

  @Test
  void aSubscriberThatDoesNotReadIsCutOff() {
    publisher.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 100000 50000 10");
    subscriber.call("SUBSCRIBE", "c");
    subscriber.clog(true);
    String text = "x".repeat(1000);
    int sent = 0;
    while (!publisher.call("PUBLISH", "c", text).equals("0")) {
      assertTrue(++sent <= 100, "not cut off");
    }
    assertTrue(sent > 90, sent + " messages");
    assertTrue(subscriber.isClosed());
    assertInfo("client_output_buffer_limit_disconnections:1", "pubsub_clients:0");
  }

  @Test
  void aSubscriberThatReadsTooSlowlyForTooLongIsCutOff() {
    publisher.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 5000 10");
    subscriber.call("SUBSCRIBE", "c");
    subscriber.clog(true);
    publisher.call("PUBLISH", "c", "x".repeat(6000));
    engine.pass(9_000);
    publisher.expect("PUBSUB NUMSUB c", "[c, 1]");
    engine.pass(3_000);
    publisher.expect("PUBSUB NUMSUB c", "[c, 0]");
    assertTrue(subscriber.isClosed());
  }

  @Test
  void theLimitOfSubscribersIsNotThatOfOthers() {
    publisher.call("CONFIG", "SET", "client-output-buffer-limit", "normal 1000 0 0 pubsub 0 0 0");
    subscriber.call("SUBSCRIBE", "c");
    subscriber.clog(true);
    publisher.call("PUBLISH", "c", "x".repeat(6000));
    engine.pass(1_000);
    assertFalse(subscriber.isClosed());
  }

  @Test
  void subscribersMayBeIdle() {
    publisher.call("CONFIG", "SET", "timeout", "10");
    subscriber.call("SUBSCRIBE", "c");
    engine.pass(20_000);
    assertTrue(publisher.isClosed());
    assertFalse(subscriber.isClosed());
  }
}
