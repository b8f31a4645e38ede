package io.jacinth.compat;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A running server of another make, on a free port of the loopback interface, with an empty
 * directory of its own and nothing saved.
 *
 * <p>The peers stand in {@code bin} of the directory that the environment names as PEERS, otherwise
 * in {@code peers} of the temporary directory.
 */
final class Peer implements AutoCloseable {
  private static final int START_LIMIT_SECONDS = 10;
  private static final int RETRY_MILLIS = 5;

  private final Process process;
  private final Path directory;
  private final int port;

  private Peer(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  static Peer redis(String... directives) {
    return start("redis-server", directives);
  }

  static Peer valkey(String... directives) {
    return start("valkey-server", directives);
  }

  int port() {
    return port;
  }

  /** The path of one of the peers' programs; skips the test that asks where they are missing. */
  static Path program(String name) {
    Path program = home().resolve("bin").resolve(name);
    Requirement.check(Files.isExecutable(program), "no " + name + " in " + program.getParent());
    return program;
  }

  private static Path home() {
    String named = System.getenv("PEERS");
    return named != null ? Path.of(named) : Path.of(System.getProperty("java.io.tmpdir"), "peers");
  }

  private static Peer start(String program, String... directives) {
    Path executable = program(program);
    try {
      Path directory = Files.createTempDirectory("jacinth-peer");
      int port = freePort();
      List<String> command = new ArrayList<>(List.of(executable.toString()));
      command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
      command.addAll(List.of("--save", "", "--dir", directory.toString()));
      command.addAll(List.of("--enable-debug-command", "yes"));
      command.addAll(List.of(directives));
      File log = directory.resolve("log").toFile();
      Process process =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
      Peer peer = new Peer(process, directory, port);
      peer.awaitListening();
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening() throws IOException {
    long deadlineNanos = System.nanoTime() + SECONDS.toNanos(START_LIMIT_SECONDS);
    while (true) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException refused) {
        if (System.nanoTime() - deadlineNanos > 0 || !process.isAlive()) {
          String log = Files.readString(directory.resolve("log"));
          close();
          throw new IOException("the peer did not start:\n" + log, refused);
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
