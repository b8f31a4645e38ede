package io.jacinth.compat;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.embedded.Jacinth;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients in Node.js: the guide's examples as they are written, for ioredis, and node-redis. */
final class IoredisTest {
  private static final Path SCRIPTS = Path.of("src", "test", "js");
  private static final int LIMIT_SECONDS = 60;

  @Test
  void guide() throws Exception {
    run("guide.test.mjs", "a connection that the server closes comes back");
  }

  @Test
  void types() throws Exception {
    run("types.test.mjs", "session manager");
  }

  @Test
  void transactions() throws Exception {
    run("transactions.test.mjs", "a watched key that another client changes");
  }

  @Test
  void publishAndSubscribe() throws Exception {
    run("pubsub.test.mjs", "message queue");
  }

  @Test
  void nodeRedis() throws Exception {
    run("node-redis.test.mjs", "node-redis over RESP3");
  }

  /**
   * Runs a file of tests.
   *
   * @param aTest one of them, so that a test runner that finds no tests is no success
   */
  private static void run(String file, String aTest) throws Exception {
    try (Jacinth server = Jacinth.builder().port(0).start()) {
      Process node =
          node(server, "--test", "--test-reporter=spec", file).redirectErrorStream(true).start();
      String output = output(node);
      assertEquals(0, node.waitFor(), output);
      assertTrue(output.contains(aTest), output);
    }
  }

  @Test
  void aRestartedServerIsFoundAgain() throws Exception {
    Jacinth server = Jacinth.builder().port(0).start();
    int port = server.port();
    Process node =
        node(server, "restart.mjs").redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output = node.inputReader();
        Writer input = node.outputWriter()) {
      assertEquals("connected", output.readLine());
      server.close();
      assertEquals("disconnected", output.readLine());
      server = Jacinth.builder().port(port).start();
      input.write("restarted\n");
      input.flush();
      assertEquals("incremented 1", output.readLine());
      assertEquals("before null", output.readLine());
      assertTrue(node.waitFor(LIMIT_SECONDS, SECONDS));
      assertEquals(0, node.exitValue());
    } finally {
      node.destroyForcibly();
      server.close();
    }
  }

  private static ProcessBuilder node(Jacinth server, String... arguments) {
    Requirement.check(
        Files.isDirectory(SCRIPTS.resolve("node_modules").resolve("ioredis")),
        "no ioredis: run npm ci in compat/src/test/js");
    ProcessBuilder builder = new ProcessBuilder("node");
    builder.command().addAll(List.of(arguments));
    builder.directory(SCRIPTS.toFile());
    builder.environment().put("JACINTH_PORT", Integer.toString(server.port()));
    return builder;
  }

  /** All that a process says, until it ends or its time is over. */
  private static String output(Process process) throws IOException, InterruptedException {
    Thread killer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    if (!process.waitFor(LIMIT_SECONDS, SECONDS)) {
                      process.destroyForcibly();
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    killer.join();
    return output;
  }
}
