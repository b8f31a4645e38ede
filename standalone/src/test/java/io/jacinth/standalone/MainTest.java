package io.jacinth.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own: what it prints, what it leaves, how it exits. */
@Timeout(300)
class MainTest {
  private static final int LIMIT_SECONDS = 100;
  private static final String READY = "* Ready to accept connections tcp\n";

  @TempDir private Path directory;
  private Path output;
  private Path errors;
  private Process process;
  private int port;

  @BeforeEach
  void findPort() throws IOException {
    output = directory.resolve("output");
    errors = directory.resolve("errors");
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  @AfterEach
  void end() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }

  private void run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
  }

  private String awaitText(Path file, String text) throws Exception {
    long deadline = System.nanoTime() + SECONDS.toNanos(LIMIT_SECONDS);
    while (true) {
      String content = Files.exists(file) ? Files.readString(file) : "";
      if (content.contains(text)) {
        return content;
      }
      assertTrue(System.nanoTime() < deadline && process.isAlive(), content + read(errors));
      Thread.sleep(10);
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  private int exitStatus() throws Exception {
    assertTrue(
        process.waitFor(LIMIT_SECONDS, SECONDS), "it does not end: " + read(output) + read(errors));
    return process.exitValue();
  }

  private String converse(String commands, int replyChars) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(commands.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readNBytes(replyChars), ISO_8859_1);
    }
  }

  @Test
  void findsTheLimitOfDescriptors() {
    String table =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             96275                96275                processes
        Max open files            1024                 1048576              files
        Max locked memory         8388608              8388608              bytes
        """;
    assertEquals(1024, Main.descriptorLimit(table));
    assertEquals(Long.MAX_VALUE, Main.descriptorLimit(table.replace("1024  ", "unlimited")));
    assertEquals(Long.MAX_VALUE, Main.descriptorLimit(""));
  }

  @Test
  void servesUntilASignal() throws Exception {
    run("--port", Integer.toString(port), "--bind", "127.0.0.1", "--pidfile", "pid");
    awaitText(output, READY);
    assertEquals(process.pid() + "\n", read(directory.resolve("pid")));
    assertEquals("+PONG\r\n", converse("PING\r\n", 7));
    process.destroy();
    assertEquals(0, exitStatus());
    String log = read(output);
    assertTrue(log.contains(process.pid() + ":M "), log);
    assertTrue(log.contains(" * User requested shutdown...\n"), log);
    assertTrue(log.endsWith(" is now ready to exit, bye bye...\n"), log);
    assertEquals("", read(errors));
    assertFalse(Files.exists(directory.resolve("pid")));
  }

  @Test
  void servesUntilAClientsShutdown() throws Exception {
    run("--port", Integer.toString(port), "--bind", "127.0.0.1", "--unixsocket", "socket");
    awaitText(output, READY);
    assertEquals("", converse("SHUTDOWN NOSAVE\r\n", 1));
    assertEquals(0, exitStatus());
    assertTrue(read(output).endsWith(" is now ready to exit, bye bye...\n"), read(output));
    assertEquals(1, read(output).split("User requested shutdown", -1).length - 1);
    assertFalse(Files.exists(directory.resolve("socket")));
  }

  @Test
  void readsAFileAndLogsToOne() throws Exception {
    Path file = directory.resolve("some.conf");
    Files.writeString(file, "# a comment\nport " + port + "\nbind 127.0.0.1\nlogfile \"log\"\n");
    run(file.toString(), "--loglevel", "verbose");
    awaitText(directory.resolve("log"), READY);
    assertEquals("+PONG\r\n", converse("PING\r\n", 7));
    assertEquals("", read(output));
  }

  @Test
  void doesNotStartWithWhatItDoesNotKnow() throws Exception {
    run("--port", Integer.toString(port), "--no-such-thing", "yes");
    assertEquals(1, exitStatus());
    assertTrue(read(errors).contains("*** FATAL CONFIG FILE ERROR"), read(errors));
    assertTrue(read(errors).contains(">>> 'no-such-thing \"yes\"'\nBad directive"), read(errors));
    assertEquals("", read(output));
  }

  @Test
  void saysThatThePortIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      run("--port", Integer.toString(other.getLocalPort()), "--bind", "127.0.0.1");
      assertEquals(1, exitStatus());
    }
    String log = read(output);
    assertTrue(
        log.contains(
            " # Warning: Could not create server TCP listening socket 127.0.0.1:"
                + port
                + ": bind: Address already in use\n"),
        log);
    assertTrue(log.endsWith(" # Failed listening on port " + port + " (tcp), aborting.\n"), log);
  }

  @Test
  void doesNotStartWithoutAnAddress() throws Exception {
    run("--port", "0");
    assertEquals(1, exitStatus());
    assertTrue(read(output).endsWith(" # Configured to not listen anywhere, exiting.\n"));
  }
}
