package io.jacinth.embedded;

import io.jacinth.base.Clock;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Engine;
import io.jacinth.command.Log;
import io.jacinth.command.bitmap.BitmapCommands;
import io.jacinth.command.connection.ConnectionCommands;
import io.jacinth.command.key.KeyCommands;
import io.jacinth.command.server.CommandCommand;
import io.jacinth.command.string.StringCommands;
import io.jacinth.server.ListenException;
import io.jacinth.server.Server;
import io.jacinth.server.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A running server inside this process.
 *
 * <pre>{@code
 * try (Jacinth server = Jacinth.builder().port(0).set("maxmemory", "100mb").start()) {
 *   connectTo("127.0.0.1", server.port());
 * }
 * }</pre>
 *
 * <p>Nothing is global: any number of servers can run at the same time. All memory and all threads
 * of a server are gone when {@link #close} returns. Its threads do not keep the process alive.
 */
public final class Jacinth implements AutoCloseable {
  private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);

  private final Engine engine;
  private final Server server;
  private final Runnable onShutdown;
  private final String name;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private Jacinth(Builder builder) throws ListenException {
    name = "jacinth-" + NEXT_NUMBER.getAndIncrement();
    onShutdown = builder.onShutdown;
    int threads = builder.ioThreads();
    CommandTable commands = new CommandTable();
    StringCommands.register(commands);
    BitmapCommands.register(commands);
    KeyCommands.register(commands);
    ConnectionCommands.register(commands);
    CommandCommand.register(commands);
    engine = new Engine(commands, threads, 16, Clock.SYSTEM, builder.log);
    try {
      server = Server.start(engine, builder.options(threads), name);
    } catch (Throwable e) {
      engine.close();
      throw e;
    }
    engine.lifecycle(this::shutdown);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The TCP port; -1 if the server listens at a Unix socket only. */
  public int port() {
    return server.port();
  }

  /** The first TCP address. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.addresses().getFirst();
  }

  /** All TCP addresses. */
  public List<SocketAddress> addresses() {
    return server.addresses();
  }

  /** Waits until the server is closed, be it by {@link #close} or by a client's SHUTDOWN. */
  public void awaitShutdown() throws InterruptedException {
    closed.await();
  }

  /** A client's SHUTDOWN: in another thread, as the client's own one is among those that end. */
  private void shutdown() {
    Thread.ofPlatform().name(name + "-shutdown").start(this::close);
  }

  /** Ends all connections and gives everything back; waits for that, whoever began it. */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      try {
        server.close();
        engine.close();
      } finally {
        closed.countDown();
      }
      onShutdown.run();
      return;
    }
    boolean interrupted = false;
    while (closed.getCount() > 0) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** How a server shall be. */
  public static final class Builder {
    private final Map<String, List<String>> directives = new TreeMap<>();
    private Log log = Log.SILENT;
    private Runnable onShutdown = () -> {};

    private Builder() {}

    /** The TCP port; 0 for a free one. */
    public Builder port(int port) {
      return set("port", Integer.toString(port));
    }

    /** The addresses to listen at, as {@code bind} has them. */
    public Builder bind(String... addresses) {
      return set("bind", addresses);
    }

    /** A Unix socket to listen at, too. */
    public Builder unixSocket(Path path) {
      return set("unixsocket", path.toString());
    }

    /** How many threads serve connections and execute commands. */
    public Builder ioThreads(int threads) {
      return set("io-threads", Integer.toString(threads));
    }

    /** Any directive of {@code redis.conf}. */
    public Builder set(String directive, String... values) {
      directives.put(directive, List.of(values));
      return this;
    }

    /** Who is told what an operator should know; nobody by default. */
    public Builder log(Log log) {
      this.log = log;
      return this;
    }

    /** What to do when the server is closed, by whomever. */
    public Builder onShutdown(Runnable action) {
      onShutdown = action;
      return this;
    }

    /**
     * Starts the server; it accepts connections when this returns.
     *
     * @throws IOException if an address is taken or not of this host
     */
    public Jacinth start() throws IOException {
      return new Jacinth(this);
    }

    private String value(String directive, String otherwise) {
      return directives.getOrDefault(directive, List.of(otherwise)).getFirst();
    }

    private int ioThreads() {
      int cores = Runtime.getRuntime().availableProcessors();
      return Integer.parseInt(value("io-threads", Integer.toString(cores)));
    }

    private Server.Options options(int threads) {
      String unixSocket = value("unixsocket", "");
      int keepAliveSeconds = Integer.parseInt(value("tcp-keepalive", "300"));
      return new Server.Options(
          Transport.of(value("io-transport", "auto")),
          threads,
          directives.getOrDefault("bind", List.of("*", "-::*")),
          Integer.parseInt(value("port", "6379")),
          unixSocket.isEmpty() ? null : Path.of(unixSocket),
          Integer.parseInt(value("unixsocketperm", "0"), 8),
          Integer.parseInt(value("tcp-backlog", "511")),
          () -> keepAliveSeconds);
    }
  }
}
