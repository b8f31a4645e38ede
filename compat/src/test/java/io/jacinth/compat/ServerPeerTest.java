package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.embedded.Jacinth;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Connections, errors and figures are Redis's, compared byte by byte or name by name. */
final class ServerPeerTest {
  private static final int READ_LIMIT_MILLIS = 10_000;
  private static final long SEED = Long.getLong("jacinth.fuzz.seed", 7);
  private static final int MUTATIONS = 1500;

  /** Fields of INFO that Redis lacks. */
  private static final List<String> OWN_FIELDS =
      List.of(
          "expired_fields",
          "jacinth_version",
          "java_version",
          "java_vm",
          "jvm_gc_count",
          "jvm_gc_time_ms",
          "jvm_heap_committed",
          "jvm_heap_max",
          "jvm_heap_used",
          "jvm_heap_used_human",
          "server_name");

  /** Fields of CLIENT LIST that Redis has from 8.2 on. */
  private static final List<String> OWN_CLIENT_FIELDS =
      List.of("tot-net-in", "tot-net-out", "tot-cmds");

  /** One stream each, sent whole on a connection of its own; lines end with a bar. */
  private static final List<String> STREAMS =
      List.of(
          "HELLO 4|HELLO x|HELLO 3 FOO|HELLO 3 AUTH a|HELLO 2 SETNAME|",
          "HELLO 3 AUTH a b|",
          "AUTH|AUTH a|AUTH default b|AUTH a b c|",
          "AUTH a b|",
          "SELECT x|SELECT 16|SELECT -1|SELECT 99999999999999999999|SELECT 15|",
          "SELECT 2147483648|SELECT -2147483649|SELECT 9223372036854775807|MOVE a 2147483648|"
              + "COPY a b DB 2147483648|SWAPDB 0 2147483648|HELLO 2147483648|"
              + "HELLO 9223372036854775807|LOLWUT VERSION 99999999999999999999|"
              + "DEBUG HTSTATS 9223372036854775807|DEBUG HTSTATS 99999999999999999999|",
          "PING|PING a|PING a b|ECHO|ECHO a|ping|QUIT|PING|",
          "CLIENT|CLIENT FOO|CLIENT ID x|CLIENT GETNAME|CLIENT SETNAME a|CLIENT GETNAME|",
          "CLIENT SETNAME \"a b\"|CLIENT SETNAME \"\"|CLIENT GETNAME|CLIENT SETNAME \"a\\xff\"|",
          "CLIENT SETINFO lib-name x|CLIENT SETINFO LIB-VER 1|CLIENT SETINFO lib-foo 1|"
              + "CLIENT SETINFO lib-name \"a b\"|",
          "CLIENT LIST FOO|CLIENT LIST TYPE|CLIENT LIST TYPE foo|"
              + "CLIENT LIST ID|CLIENT LIST ID x|CLIENT LIST ID 99999|CLIENT LIST TYPE replica|",
          "CLIENT KILL foo|CLIENT KILL 1.1.1.1:0|CLIENT KILL ID|CLIENT KILL ID 99999|"
              + "CLIENT KILL ID 0|CLIENT KILL ID x|CLIENT KILL ID 1 FOO|CLIENT KILL ID 1 FOO x|",
          "CLIENT KILL TYPE x|CLIENT KILL TYPE slave|CLIENT KILL USER x|CLIENT KILL SKIPME maybe|"
              + "CLIENT KILL MAXAGE x|CLIENT KILL MAXAGE 0|CLIENT KILL LADDR x|",
          "CLIENT NO-EVICT x|CLIENT NO-EVICT on|CLIENT NO-TOUCH x|CLIENT NO-TOUCH off|",
          "CLIENT REPLY x|CLIENT REPLY ON|CLIENT REPLY SKIP|PING|PING|CLIENT REPLY OFF|PING|FOO|"
              + "CLIENT REPLY SKIP|CLIENT REPLY ON|PING a|",
          "CLIENT REPLY SKIP|CLIENT REPLY SKIP|PING b|PING c|CLIENT REPLY SKIP|FOO|PING d|"
              + "CLIENT REPLY OFF|RESET|PING|",
          "CLIENT PAUSE x|CLIENT PAUSE -1|CLIENT PAUSE 0 FOO|CLIENT PAUSE 1 ALL x|"
              + "CLIENT PAUSE 9223372036854775807|CLIENT UNPAUSE|",
          "WAIT|WAIT 1|WAIT x 0|WAIT 0 x|WAIT -1 0|WAIT 0 -1|WAIT 1 1.5|WAIT 0 9223372036854775807|"
              + "WAITAOF 0 0|WAITAOF x 0 0|WAITAOF 0 x 0|"
              + "WAITAOF 2 0 0|WAITAOF 0 -1 0|WAITAOF 1 0 x|WAITAOF 1 0 1|WAITAOF 0 0 -1|"
              + "WAITAOF 0 0 0|MULTI|WAIT 1 0|WAITAOF 0 1 0|EXEC|",
          "SHUTDOWN FOO|SHUTDOWN SAVE NOSAVE|SHUTDOWN ABORT|SHUTDOWN ABORT NOW|",
          "CONFIG|CONFIG FOO|CONFIG GET|CONFIG GET maxmemory|CONFIG SET|CONFIG SET maxmemory x|"
              + "CONFIG SET foo 1|CONFIG SET maxmemory 0 port|CONFIG SET bind 1.2.3.4|"
              + "CONFIG SET bind \"127.0.0.1 1.2.3.4\"|CONFIG REWRITE|CONFIG RESETSTAT|",
          "FUNCTION FLUSH|FUNCTION FLUSH FOO|FUNCTION FLUSH ASYNC|FUNCTION FLUSH ASYNC SYNC|",
          "DEBUG|DEBUG FOO|DEBUG SLEEP|DEBUG SLEEP 0|DEBUG OBJECT nokey|DEBUG ERROR \"A b\"|"
              + "DEBUG DIGEST-VALUE nokey|DEBUG HTSTATS|DEBUG HTSTATS x|DEBUG HTSTATS 99|"
              + "DEBUG PROTOCOL x|DEBUG POPULATE x|",
          "SET a b|DEBUG DIGEST-VALUE a|SET a 12|EXPIRE a 1000|DEBUG DIGEST-VALUE a|DEL a|",
          "TIME x|LOLWUT VERSION x|LOLWUT VERSION 99|INFO nosuchsection|",
          "nosuch|nosuch a b|\"\"|\"a\\r\\nb\"|client\\x00 a|\"\\x00\"|",
          "GET|GET a b|SET a|MSET a|CLIENT|OBJECT|OBJECT FOO a|",
          "|\"open|",
          "PING \"a\"b|",
          "PING 'a\\'b'|PING \"a\\x41\\n\\q\"|",
          "*0|*-1|PING|",
          "*x|",
          "*1|+PING|",
          "*1|$x|",
          "*1|$-1|",
          "*1|$4|PING|*1|:4|",
          "*2147483648|",
          "*1|$536870913|",
          "*01|",
          "*1|$04|PING|",
          "$4|PING|");

  private static Peer redis;
  private static Jacinth jacinth;

  @BeforeAll
  static void start() throws Exception {
    redis = Peer.redis();
    jacinth = Jacinth.builder().port(0).set("enable-debug-command", "yes").start();
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each : Arrays.asList(jacinth, redis)) {
      if (each != null) {
        each.close();
      }
    }
  }

  @Test
  void repliesAndErrors() throws Exception {
    for (String stream : STREAMS) {
      byte[] bytes = stream.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
      assertEquals(replies(redis.port(), bytes), replies(jacinth.port(), bytes), stream);
    }
  }

  @Test
  void typesOfResp3() throws Exception {
    StringBuilder stream = new StringBuilder();
    for (String type :
        "string integer double bignum null array set map attrib push verbatim true false"
            .split(" ", -1)) {
      stream.append("DEBUG PROTOCOL ").append(type).append("|");
    }
    String hello = "HELLO 3|RESET|CLIENT REPLY OFF|HELLO 3|CLIENT REPLY ON|";
    for (String each : List.of(stream.toString(), hello + stream)) {
      byte[] bytes = each.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
      assertEquals(
          withoutGreeting(replies(redis.port(), bytes)),
          withoutGreeting(replies(jacinth.port(), bytes)));
    }
  }

  /** Without the reply of HELLO, which has the client's id and the server's modules. */
  private static String withoutGreeting(String replies) {
    int end = replies.indexOf("+RESET");
    return end < 0 ? replies : replies.substring(end);
  }

  @Test
  void mutatedRequests() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutated(random);
      String shown = "mutation " + i + ": " + new String(bytes, StandardCharsets.ISO_8859_1);
      assertEquals(replies(redis.port(), bytes), replies(jacinth.port(), bytes), shown);
    }
  }

  /** Without zero bytes, at which Redis stops looking for the end of a line. */
  private static byte[] mutated(Random random) {
    String requests =
        """
        *3
        $3
        SET
        $1
        k
        $5
        value
        *2
        $3
        GET
        $1
        k
        *1
        $4
        PING
        ECHO 'in line'
        *2
        $6
        STRLEN
        $1
        k
        """;
    byte[] bytes = requests.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] =
          random.nextBoolean()
              ? (byte) (1 + random.nextInt(255))
              : (byte) "*$:-0123456789\r\n \"'".charAt(random.nextInt(19));
    }
    return bytes;
  }

  /** What a server replies to bytes after which the connection ends. */
  private static String replies(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(READ_LIMIT_MILLIS);
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException e) {
      throw new IOException("after " + new String(bytes, StandardCharsets.ISO_8859_1), e);
    }
  }

  @Test
  void infoHasTheFieldsOfRedis() throws Exception {
    byte[] request = "SET k v\r\nFOO\r\nINFO everything\r\n".getBytes(StandardCharsets.ISO_8859_1);
    Set<String> theirs = infoFields(replies(redis.port(), request));
    Set<String> ours = infoFields(replies(jacinth.port(), request));
    theirs.removeIf(ServerPeerTest::isOfModulesOrSizes);
    ours.removeAll(OWN_FIELDS);
    assertEquals(String.join("\n", theirs), String.join("\n", ours));
  }

  /** There are no modules, and sizes of keys are not counted; see docs/differences.md. */
  private static boolean isOfModulesOrSizes(String field) {
    return field.equals("module") || field.equals("# Keysizes") || field.contains("_distrib_");
  }

  /** Names of sections and fields; what depends on traffic and threads is left out. */
  private static Set<String> infoFields(String info) {
    Set<String> fields = new TreeSet<>();
    for (String line : info.split("\r\n", -1)) {
      String field = line.replaceFirst(":.*", "");
      if (line.startsWith("# ")
          || (line.contains(":") && !field.matches("(cmdstat|latency_|errorstat|io_thread_).*"))) {
        fields.add(field);
      }
    }
    return fields;
  }

  @Test
  void clientListHasTheFieldsOfRedis() throws Exception {
    byte[] request = "CLIENT INFO\r\n".getBytes(StandardCharsets.ISO_8859_1);
    List<String> expected = new ArrayList<>(clientFields(replies(redis.port(), request)));
    expected.addAll(OWN_CLIENT_FIELDS);
    assertEquals(expected, clientFields(replies(jacinth.port(), request)));
  }

  private static List<String> clientFields(String reply) {
    List<String> fields = new ArrayList<>();
    for (String field : reply.split("\r\n", -1)[1].strip().split(" ", -1)) {
      fields.add(field.substring(0, field.indexOf('=')));
    }
    return fields;
  }
}
