package io.jacinth.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jacinth.command.Log;
import io.jacinth.config.Inert;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers inside this process. */
@Timeout(240)
class JacinthTest {
  private static final int TIMEOUT_MILLIS = 60_000;

  private static Jacinth.Builder local() {
    return Jacinth.builder().port(0).bind("127.0.0.1").ioThreads(2);
  }

  /** Sends inline commands and reads so many characters of replies. */
  private static String converse(Jacinth server, String commands, int replyChars)
      throws IOException {
    return converse(server, commands.getBytes(ISO_8859_1), replyChars);
  }

  private static String converse(Jacinth server, byte[] commands, int replyChars)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(server.address(), TIMEOUT_MILLIS);
      socket.getOutputStream().write(commands);
      return new String(socket.getInputStream().readNBytes(replyChars), ISO_8859_1);
    }
  }

  @Test
  void serves() throws IOException {
    try (Jacinth server = local().start()) {
      assertTrue(server.port() > 0);
      assertEquals(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), server.address());
      assertEquals("+OK\r\n$1\r\n1\r\n", converse(server, "SET a 1\r\nGET a\r\n", 12));
    }
  }

  @Test
  void warnsOfSettingsThatDoNothing() throws IOException {
    List<String> warnings = new CopyOnWriteArrayList<>();
    Log log =
        (level, text) -> {
          if (level == Log.Level.WARNING) {
            warnings.add(text);
          }
        };
    local().set("save", "").log(log).start().close();
    assertEquals(List.of(), warnings);
    local().set("save", "").set("daemonize", "yes").set("hz", "50").log(log).start().close();
    assertEquals(
        List.of(
            "'hz' is ignored: " + Inert.NO_CYCLE.reason(),
            "'daemonize' is ignored: " + Inert.PROCESS.reason()),
        warnings);
  }

  @Test
  void servesManyAtOnce() throws IOException {
    try (Jacinth one = local().start();
        Jacinth other = local().start()) {
      assertEquals("+OK\r\n", converse(one, "SET a 1\r\n", 5));
      assertEquals("$-1\r\n", converse(other, "GET a\r\n", 5));
    }
  }

  @Test
  void saysThatThePortIsTaken() throws IOException {
    try (Jacinth server = local().start()) {
      IOException taken =
          assertThrows(IOException.class, () -> local().port(server.port()).start().close());
      assertEquals(
          "Could not create server TCP listening socket 127.0.0.1:"
              + server.port()
              + ": bind: Address already in use",
          taken.getMessage());
    }
    assertEquals(List.of(), threads());
  }

  @Test
  void closesOnceForAll() throws Exception {
    AtomicInteger ends = new AtomicInteger();
    Jacinth server = local().onShutdown(ends::incrementAndGet).start();
    Thread other = Thread.ofPlatform().start(server::close);
    server.close();
    assertEquals(List.of(), threads()); // gone, whichever of the two did it
    other.join();
    server.close();
    server.awaitShutdown();
    assertEquals(1, ends.get());
  }

  @Test
  void isClosedByAClientsShutdown() throws Exception {
    try (Jacinth server = local().start()) {
      assertEquals("", converse(server, "SHUTDOWN\r\n", 1));
      server.awaitShutdown();
    }
    assertEquals(List.of(), threads());
  }

  @Test
  void changesItsAddressWhileItRuns() throws Exception {
    try (Jacinth server = local().start();
        Jacinth other = local().start()) {
      int before = server.port();
      String taken = "CONFIG SET port " + other.port() + "\r\n";
      String error = "-ERR CONFIG SET failed (possibly related to argument 'port') -";
      assertEquals(error, converse(server, taken, error.length()));
      int free;
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        free = socket.getLocalPort();
      }
      assertEquals("+OK\r\n", converse(server, "CONFIG SET port " + free + "\r\n", 5));
      long deadline = System.nanoTime() + 60_000_000_000L;
      while (server.port() != free && System.nanoTime() < deadline) {
        Thread.sleep(5);
      }
      assertTrue(before != free);
      assertEquals("+PONG\r\n", converse(server, "PING\r\n", 7));
    }
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThrows(IllegalArgumentException.class, () -> local().set("no-such-thing", "1").start());
    assertThrows(IllegalArgumentException.class, () -> local().set("maxmemory", "much").start());
    assertEquals(List.of(), threads());
  }

  @Test
  void leavesNothingBehind() throws IOException {
    String value = "x".repeat(200_000);
    StringBuilder requests = new StringBuilder();
    for (int key = 0; key < 20; key++) {
      String name = "key:" + (char) ('a' + key);
      requests.append("*3\r\n$3\r\nSET\r\n$5\r\n").append(name);
      requests.append("\r\n$200000\r\n").append(value).append("\r\n");
    }
    byte[] request = requests.toString().getBytes(ISO_8859_1);
    long residentBefore = 0;
    for (int cycle = 0; cycle < 50; cycle++) {
      try (Jacinth server = local().start()) {
        assertEquals("+OK\r\n".repeat(20), converse(server, request, 100));
      }
      assertEquals(List.of(), threads());
      if (cycle == 9) {
        residentBefore = residentBytes();
      }
    }
    // What 40 servers had held is 160 MB, the heap has always been as large.
    long grown = residentBytes() - residentBefore;
    assertTrue(grown < 40 << 20, "the process has grown by " + grown + " bytes");
  }

  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeTrue(Files.exists(status), "only Linux tells how much memory a process has");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .sum();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("jacinth-") || name.contains("Executor"))
        .toList();
  }

  @Test
  void aPortThatIsTakenLeavesTheListenersAlone() throws IOException {
    try (Jacinth server = local().start();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String change = "CONFIG SET maxmemory 100mb port " + taken.getLocalPort() + "\r\n";
      for (int i = 0; i < 20; i++) {
        assertEquals("-ERR CONFIG SET failed", converse(server, change, 22));
        assertEquals("+PONG\r\n", converse(server, "PING\r\n", 7));
      }
      assertEquals(
          "*2\r\n$9\r\nmaxmemory\r\n$1\r\n0\r\n", converse(server, "CONFIG GET maxmemory\r\n", 26));
    }
  }

  @Test
  void renamedCommands() throws IOException {
    String hash = "b840fc02d524045429941cc15f59e41cb7be6c52";
    try (Jacinth server =
        local()
            .set("rename-command", "FlushDB", hash)
            .set("rename-command", "GET", "")
            .set("rename-command", "set", "GET")
            .start()) {
      assertEquals("+OK\r\n", converse(server, hash.toUpperCase(Locale.ROOT) + "\r\n", 5));
      assertEquals("-ERR unknown command 'flushdb'", converse(server, "flushdb\r\n", 30));
      assertEquals("-ERR unknown command 'set'", converse(server, "set a b\r\n", 26));
      assertEquals("+OK\r\n", converse(server, "get a b\r\n", 5));
      assertEquals(
          "-ERR wrong number of arguments for 'set' command", converse(server, "get a\r\n", 48));
    }
    Jacinth.Builder unknown = local().set("rename-command", "nosuch", "x");
    assertThrows(IllegalArgumentException.class, unknown::start);
    Jacinth.Builder taken = local().set("rename-command", "get", "set");
    assertThrows(IllegalArgumentException.class, taken::start);
  }
}
