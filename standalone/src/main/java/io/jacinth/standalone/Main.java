package io.jacinth.standalone;

import io.jacinth.embedded.Jacinth;
import java.io.IOException;
import java.util.List;

/** The process {@code ./jacinth server} becomes. */
public final class Main {
  private static final int EXIT_FAILURE = 1;

  private Main() {}

  /** Runs until a signal or a client's SHUTDOWN. */
  public static void main(String[] arguments) throws InterruptedException {
    CommandLine commandLine = new CommandLine(arguments);
    ServerLog log = new ServerLog(System.out);
    Jacinth.Builder builder = Jacinth.builder().log(log);
    for (List<String> directive : commandLine.directives) {
      builder.set(
          directive.getFirst(), directive.subList(1, directive.size()).toArray(new String[0]));
    }
    log.notice("Jacinth is starting");
    log.master();
    Jacinth server;
    try {
      server = builder.start();
    } catch (IOException e) {
      log.warning("Failed listening, aborting.");
      System.exit(EXIT_FAILURE);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, log), "shutdown"));
    log.notice("Server initialized");
    log.notice("Ready to accept connections tcp");
    server.awaitShutdown();
    System.exit(0);
  }

  /** For a signal, too, the exit status is 0: the end is a clean one. */
  private static void end(Jacinth server, ServerLog log) {
    log.notice("User requested shutdown...");
    server.close();
    log.warning("Jacinth is now ready to exit, bye bye...");
    Runtime.getRuntime().halt(0);
  }
}
