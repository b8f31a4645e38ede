package io.jacinth.command.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionCommandsTest {
  private static final String WRONG_PASSWORD =
      "-WRONGPASS invalid username-password pair or user is disabled.";
  private static final String BEYOND_32_BITS =
      "-ERR value is out of range, value must between -2147483648 and 2147483647";
  private static final String UNAUTHENTICATED = "-NOAUTH Authentication required.";

  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  private String inline(String lines) {
    client.send(lines.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    return client.received().replace("\r\n", "|");
  }

  @Test
  void pingEchoSelect() {
    client.expect("PING", "PONG");
    client.expect("PING a", "a");
    client.expect("PING a b", "-ERR wrong number of arguments for 'ping' command");
    client.expect("ECHO a", "a");
    client.expect("SET k 0", "OK");
    client.expect("SELECT 15", "OK");
    client.expect("GET k", "nil");
    client.expect("SELECT 16", "-ERR DB index is out of range");
    client.expect("SELECT -1", "-ERR DB index is out of range");
    client.expect("SELECT x", "-ERR value is not an integer or out of range");
    client.expect("SELECT 99999999999999999999", "-ERR value is not an integer or out of range");
    client.expect("SELECT 2147483648", BEYOND_32_BITS);
    client.expect("SELECT -9223372036854775808", BEYOND_32_BITS);
    client.expect("SELECT 0", "OK");
    client.expect("GET k", "0");
  }

  @Test
  void quitAnswersAndCloses() {
    assertEquals("+OK|", inline("QUIT\nPING\n"));
    assertTrue(client.isClosed());
  }

  @Test
  void helloSwitchesTheProtocolInTheMiddleOfAPipeline() {
    String replies = inline("GET k\nHELLO 3 SETNAME me\nGET k\nHELLO 2\nGET k\nCLIENT GETNAME\n");
    String fields =
        "$6|server|$5|redis|$7|version|$5|8.0.6|$5|proto|:%d|$2|id|:1|$4|mode|$10|standalone|"
            + "$4|role|$6|master|$7|modules|*0|";
    assertEquals(
        "$-1|%7|" + String.format(fields, 3) + "_|*14|" + String.format(fields, 2) + "$-1|$2|me|",
        replies);
  }

  @Test
  void helloRefusesWhatItDoesNotKnow() {
    client.expect("HELLO 4", "-NOPROTO unsupported protocol version");
    client.expect("HELLO x", "-ERR Protocol version is not an integer or out of range");
    client.expect("HELLO 3 FOO", "-ERR Syntax error in HELLO option 'FOO'");
    client.expect("HELLO 3 AUTH default", "-ERR Syntax error in HELLO option 'AUTH'");
    client.expect("HELLO 3 SETNAME a AUTH x y", WRONG_PASSWORD);
    client.expect("CLIENT GETNAME", "nil");
    assertFalse(client.session().isResp3());
  }

  @Test
  void passwords() {
    client.expect(
        "AUTH x",
        "-ERR AUTH <password> called without any password configured for the default user. Are you"
            + " sure your configuration is correct?");
    client.expect("AUTH default x", "OK");
    client.expect("AUTH other x", WRONG_PASSWORD);
    client.expect("AUTH a b c", "-ERR syntax error");
    engine.engine().settings().set(List.of("requirepass", "sesame"), true);
    client.expect("PING", "PONG");
    TestClient stranger = engine.connect();
    stranger.expect("PING", UNAUTHENTICATED);
    stranger.expect("FOO", "-ERR unknown command 'FOO', with args beginning with: ");
    stranger.expect("GET", "-ERR wrong number of arguments for 'get' command");
    stranger.expect(
        "HELLO 3",
        "-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
            + " <proto> AUTH <user> <pass> option can be used to authenticate the client and select"
            + " the RESP protocol version at the same time");
    stranger.expect("AUTH wrong", WRONG_PASSWORD);
    stranger.expect("AUTH default wrong", WRONG_PASSWORD);
    stranger.expect("HELLO 2 AUTH default wrong", WRONG_PASSWORD);
    stranger.expect("AUTH sesame", "OK");
    stranger.expect("PING", "PONG");
    stranger.expect("RESET", "RESET");
    stranger.expect("PING", UNAUTHENTICATED);
    stranger.expect("AUTH default sesame", "OK");
    assertEquals(4, engine.engine().deniedAuthentications());
  }

  @Test
  void strangersSendLittle() {
    engine.engine().settings().set(List.of("requirepass", "sesame"), true);
    TestClient stranger = engine.connect();
    stranger.send("*11\r\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("-ERR Protocol error: unauthenticated multibulk length\r\n", stranger.received());
    assertTrue(stranger.isClosed());
    stranger = engine.connect();
    stranger.send("*1\r\n$16385\r\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("-ERR Protocol error: unauthenticated bulk length\r\n", stranger.received());
    assertTrue(stranger.isClosed());
  }

  @Test
  void resetForgetsAllButTheLibrary() {
    inline("HELLO 3 SETNAME me\nSELECT 3\nCLIENT SETINFO lib-name lettuce\n");
    inline("CLIENT NO-EVICT ON\nCLIENT NO-TOUCH ON\nCLIENT REPLY OFF\n");
    assertEquals("+RESET|+PONG|$-1|", inline("GET k\nRESET\nPING\nCLIENT GETNAME\n"));
    String line = client.call("CLIENT", "INFO");
    assertTrue(line.contains(" name= "), line);
    assertTrue(line.contains(" flags=N db=0 "), line);
    assertTrue(line.contains(" resp=2 lib-name=lettuce "), line);
  }

  @Test
  void replyModes() {
    assertEquals("+PONG|", inline("CLIENT REPLY SKIP\nPING\nPING\n"));
    assertEquals(
        "+OK|$1|a|",
        inline("CLIENT REPLY OFF\nPING\nFOO\nCLIENT REPLY SKIP\nPING\nCLIENT REPLY ON\nPING a\n"));
    assertEquals("$1|c|", inline("CLIENT REPLY SKIP\nCLIENT REPLY SKIP\nPING b\nPING c\n"));
    assertEquals("$1|d|", inline("CLIENT REPLY SKIP\nFOO\nPING d\n"));
    assertEquals("+OK|$1|e|", inline("CLIENT REPLY SKIP\nCLIENT REPLY ON\nPING e\n"));
    assertEquals("+OK|", inline("CLIENT REPLY SKIP\nCLIENT REPLY OFF\nPING e\nCLIENT REPLY ON\n"));
    assertEquals("$1|f|", inline("CLIENT REPLY SKIP\nCLIENT REPLY FOO\nPING f\n"));
    client.expect("CLIENT REPLY FOO", "-ERR syntax error");
    assertEquals("", inline("CLIENT REPLY OFF\n*a\n"));
    assertTrue(client.isClosed());
  }

  @Test
  void unknownCommandsAreRepeatedUpToAPoint() {
    assertEquals(
        "-ERR unknown command 'SE\u00ff  X', with args beginning with: 'a' '"
            + "c".repeat(124)
            + "' \r\n",
        client.raw("SE\u00ff\r\nX", "a\0b", "c".repeat(200), "d"));
    assertEquals(
        "-ERR unknown command '"
            + "q".repeat(128)
            + "', with args beginning with: '"
            + "c".repeat(100)
            + "' '"
            + "d".repeat(25)
            + "' \r\n",
        client.raw("q".repeat(300), "c".repeat(100), "d".repeat(100), "e"));
    assertEquals(
        "-ERR unknown subcommand 'a  b" + "x".repeat(124) + "'. Try CLIENT HELP.\r\n",
        client.raw("client", "a\r\nb" + "x".repeat(300)));
    client.expect("CLIENT|ID", "-ERR unknown command 'CLIENT|ID', with args beginning with: ");
    client.expect("CLIENT", "-ERR wrong number of arguments for 'client' command");
    client.expect("CLIENT ID x", "-ERR wrong number of arguments for 'client|id' command");
  }
}
