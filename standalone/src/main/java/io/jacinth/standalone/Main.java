package io.jacinth.standalone;

import io.jacinth.command.CommandTable;
import io.jacinth.command.Log;
import io.jacinth.config.Settings;
import io.jacinth.config.Startup;
import io.jacinth.config.StartupException;
import io.jacinth.embedded.Jacinth;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The process that {@code ./jacinth server} becomes. */
public final class Main {
  private static final int EXIT_FAILURE = 1;

  /** Descriptors that are no clients': files, listeners, what the JVM itself has open. */
  private static final long RESERVED_DESCRIPTORS = 64;

  /** See bin/jvm.options. */
  private static final int YOUNG_BYTES = 6 << 20;

  private static final int GARBAGE_BYTES = 16 << 10;

  private static final String USAGE =
      """
      Usage: ./jacinth server [/path/to/redis.conf] [options] [-]
             ./jacinth server - (read config from stdin)
             ./jacinth server -v or --version
             ./jacinth server -h or --help

      Examples:
             ./jacinth server (run the server with default conf)
             echo 'maxmemory 128mb' | ./jacinth server -
             ./jacinth server /etc/redis/6379.conf
             ./jacinth server --port 7777
             ./jacinth server /etc/myredis.conf --loglevel verbose -
      """;

  private final Settings settings = new Settings();
  private final CommandTable commands = Jacinth.commands(settings);
  private final ServerLog log = new ServerLog(System.out);
  private volatile boolean shutDownByClient;

  /** Not private, so that it must be made. */
  volatile byte[] garbage;

  private Main() {}

  /** Runs until a signal or a client's SHUTDOWN. */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length == 1) {
      switch (arguments[0]) {
        case "-v", "--version" -> {
          System.out.println(
              "Jacinth server v=" + version() + " redis_version=" + Startup.REDIS_VERSION);
          return;
        }
        case "-h", "--help" -> {
          System.out.print(USAGE);
          return;
        }
        default -> {}
      }
    }
    new Main().run(List.of(arguments));
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private void run(List<String> arguments) throws InterruptedException {
    try {
      Startup.of(arguments).load(settings, System.in);
    } catch (StartupException e) {
      System.err.println(e.getMessage());
      System.exit(EXIT_FAILURE);
    }
    configureLog();
    log.notice("oO0OoO0OoO0Oo Jacinth is starting oO0OoO0OoO0Oo");
    log.notice("Jacinth version=" + version() + ", pid=" + log.pid() + ", just started");
    if (arguments.isEmpty()) {
      log.warning(
          "Warning: no config file specified, using the default config. In order to specify a"
              + " config file use ./jacinth server /path/to/redis.conf");
    } else {
      log.notice("Configuration loaded");
    }
    log.master();
    log.notice("Running mode=standalone, port=" + settings.port.asInt() + ".");
    fitClientsToDescriptors();
    if (settings.port.asInt() == 0 && settings.unixsocket.value().isEmpty()) {
      log.warning("Configured to not listen anywhere, exiting.");
      System.exit(EXIT_FAILURE);
    }
    Jacinth server = start();
    writePid();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "shutdown"));
    log.notice("Server initialized");
    if (settings.port.asInt() != 0) {
      log.notice("Ready to accept connections tcp");
    }
    if (!settings.unixsocket.value().isEmpty()) {
      log.notice("Ready to accept connections unix");
    }
    collectWhatTheStartLeft();
    server.awaitShutdown();
    shutDownByClient = true;
    System.exit(0);
  }

  /**
   * Has the young generation collected twice, by filling it. So what stays is where it will stay,
   * and its spaces are resident, before clients come: the first collection that one of them waits
   * for takes a third of the time.
   */
  private void collectWhatTheStartLeft() {
    for (int bytes = 0; bytes < 2 * YOUNG_BYTES; bytes += GARBAGE_BYTES) {
      garbage = new byte[GARBAGE_BYTES];
    }
    garbage = null;
  }

  private void configureLog() {
    setLevel();
    settings.onChange(this::setLevel, settings.loglevel);
    String file = settings.logfile.value();
    if (!file.isEmpty()) {
      Path path = settings.resolve(file);
      if (!log.opens(path)) {
        System.err.println("Can't open the log file: " + path);
        System.exit(EXIT_FAILURE);
      }
      log.file(path);
    }
  }

  private void setLevel() {
    String level = settings.loglevel.value();
    log.level(level.equals("nothing") ? null : Log.Level.valueOf(level.toUpperCase(Locale.ROOT)));
  }

  private Jacinth start() {
    try {
      return Jacinth.start(settings, commands, log);
    } catch (IOException e) {
      if (settings.port.asInt() != 0 && !e.getMessage().contains("Unix socket")) {
        log.warning("Failed listening on port " + settings.port.asInt() + " (tcp), aborting.");
      }
      System.exit(EXIT_FAILURE);
      throw new IllegalStateException(e);
    }
  }

  /**
   * Lowers {@code maxclients} to what the limit of open files allows. The JVM has raised the limit
   * as far as it may.
   */
  private void fitClientsToDescriptors() {
    long limit = descriptorLimit();
    long wanted = settings.maxclients.asLong();
    if (wanted + RESERVED_DESCRIPTORS <= limit) {
      return;
    }
    long clients = limit - RESERVED_DESCRIPTORS;
    log.warning(
        "You requested maxclients of %d requiring at least %d max file descriptors."
            .formatted(wanted, wanted + RESERVED_DESCRIPTORS));
    if (clients < 1) {
      log.warning(
          "Your current 'ulimit -n' of %d is not enough for the server to start. Please increase your open file limit to at least %d. Exiting."
              .formatted(limit, wanted + RESERVED_DESCRIPTORS));
      System.exit(EXIT_FAILURE);
    }
    settings.set(List.of("maxclients", Long.toString(clients)), true);
    log.warning(
        "Current maximum open files is %d. maxclients has been reduced to %d to compensate for low ulimit. If you need higher maxclients increase 'ulimit -n'."
            .formatted(limit, clients));
  }

  /** How many files may be open, where Linux tells it. */
  private static long descriptorLimit() {
    try (InputStream limits = new FileInputStream("/proc/self/limits")) {
      return descriptorLimit(new String(limits.readAllBytes(), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Long.MAX_VALUE; // Not Linux.
    }
  }

  /** Without lines and regular expressions, whose classes take longer than all the rest of it. */
  static long descriptorLimit(String limits) {
    String name = "Max open files ";
    int position = limits.indexOf(name);
    if (position < 0) {
      return Long.MAX_VALUE;
    }
    position += name.length();
    while (position < limits.length() && limits.charAt(position) == ' ') {
      position++;
    }
    long limit = 0;
    int begin = position;
    while (position < limits.length() && Character.isDigit(limits.charAt(position))) {
      limit = 10 * limit + limits.charAt(position++) - '0';
    }
    return position == begin ? Long.MAX_VALUE : limit; // "unlimited"
  }

  private void writePid() {
    String file = settings.pidfile.value();
    if (file.isEmpty()) {
      return;
    }
    try {
      Files.writeString(settings.resolve(file), log.pid() + "\n");
    } catch (IOException e) {
      log.warning("Failed to write PID file: " + e.getMessage());
    }
  }

  /** The exit status is 0 for a signal, too: the end is a clean one. */
  private void end(Jacinth server) {
    if (!shutDownByClient) {
      log.notice("User requested shutdown...");
      server.close();
    }
    String file = settings.pidfile.value();
    if (!file.isEmpty()) {
      log.notice("Removing the pid file.");
      try {
        Files.deleteIfExists(settings.resolve(file));
      } catch (IOException e) {
        log.warning("Failed to remove PID file: " + e.getMessage());
      }
    }
    log.warning("Jacinth is now ready to exit, bye bye...");
    Runtime.getRuntime().halt(0);
  }
}
