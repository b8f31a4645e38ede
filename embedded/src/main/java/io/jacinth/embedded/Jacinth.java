package io.jacinth.embedded;

import io.jacinth.base.Clock;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Engine;
import io.jacinth.command.Log;
import io.jacinth.command.bitmap.BitmapCommands;
import io.jacinth.command.connection.ConnectionCommands;
import io.jacinth.command.geo.GeoCommands;
import io.jacinth.command.hash.HashCommands;
import io.jacinth.command.hyperloglog.HyperLogLogCommands;
import io.jacinth.command.key.KeyCommands;
import io.jacinth.command.list.ListCommands;
import io.jacinth.command.server.CommandCommand;
import io.jacinth.command.server.ServerCommands;
import io.jacinth.command.set.SetCommands;
import io.jacinth.command.sortedset.SortedSetCommands;
import io.jacinth.command.stream.StreamCommands;
import io.jacinth.command.string.StringCommands;
import io.jacinth.config.Setting;
import io.jacinth.config.SettingException;
import io.jacinth.config.Settings;
import io.jacinth.config.Startup;
import io.jacinth.config.StartupException;
import io.jacinth.pubsub.PubSubCommands;
import io.jacinth.scripting.Scripting;
import io.jacinth.server.Server;
import io.jacinth.server.Transport;
import io.jacinth.transaction.TransactionCommands;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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

  /** What the setting {@code port 0} means: the free port that was found, or none. */
  private final int portForZero;

  /** Where the settings have the server listen; guarded by their lock. */
  private int wantedPort;

  private List<String> wantedBind;

  /** Threads that did, or do, what an I/O thread may not wait for. */
  private final List<Thread> helpers = new CopyOnWriteArrayList<>();

  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private Jacinth(Settings settings, CommandTable commands, int port, Log log, Runnable onShutdown)
      throws IOException {
    name = "jacinth-" + NEXT_NUMBER.getAndIncrement();
    this.onShutdown = onShutdown;
    Transport transport = transport(settings);
    engine = new Engine(commands, settings, Clock.SYSTEM, log);
    try {
      server = Server.start(engine, options(settings, transport, port), name);
    } catch (Throwable e) {
      engine.close();
      throw e;
    }
    portForZero = port == 0 ? server.port() : Server.NO_PORT;
    wantedPort = server.port();
    wantedBind = settings.bind.value();
    engine.lifecycle(this::shutdown);
    engine.host(new Surroundings(settings, transport, server));
    warnOfSettingsInVain(settings, log);
    settings.onChange(
        () -> listenAgain("Unable to listen on this port. Check server logs."), settings.port);
    settings.onChange(() -> listenAgain("Failed to bind to specified addresses."), settings.bind);
  }

  private static void warnOfSettingsInVain(Settings settings, Log log) {
    for (Setting<?> setting : settings.all()) {
      if (setting.isInVain()) {
        log.warning("'" + setting.name() + "' is ignored: " + setting.inertReason().reason());
      }
    }
  }

  private static Transport transport(Settings settings) throws IOException {
    try {
      return Transport.of(settings.ioTransport.value());
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static Server.Options options(Settings settings, Transport transport, int port) {
    String unixSocket = settings.unixsocket.value();
    return new Server.Options(
        transport,
        settings.ioThreads.asInt(),
        settings.bind.value(),
        port,
        unixSocket.isEmpty() ? null : settings.resolve(unixSocket),
        settings.unixsocketperm.asInt(),
        settings.tcpBacklog.asInt(),
        settings.tcpKeepalive::asInt);
  }

  /**
   * All commands, for {@link #start(Settings, CommandTable, Log)}: settings that are read in
   * between may rename them.
   */
  public static CommandTable commands(Settings settings) {
    CommandTable commands = new CommandTable();
    StringCommands.register(commands);
    BitmapCommands.register(commands);
    ListCommands.register(commands);
    SetCommands.register(commands);
    HyperLogLogCommands.register(commands);
    HashCommands.register(commands);
    SortedSetCommands.register(commands);
    StreamCommands.register(commands);
    GeoCommands.register(commands);
    KeyCommands.register(commands);
    PubSubCommands.register(commands);
    ConnectionCommands.register(commands);
    CommandCommand.register(commands);
    ServerCommands.register(commands);
    TransactionCommands.register(commands);
    Scripting.register(commands);
    settings.onDirective("rename-command", commands::rename);
    return commands;
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a server that has the process for itself, with settings that have been read already:
   * {@code port 0} means no TCP, as in redis.conf, and what Netty warns of is logged, too.
   *
   * @throws IOException if an address is taken or not of this host
   */
  public static Jacinth start(Settings settings, CommandTable commands, Log log)
      throws IOException {
    Server.logNetty(log);
    int port = settings.port.asInt();
    return new Jacinth(settings, commands, port == 0 ? Server.NO_PORT : port, log, () -> {});
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

  /**
   * Another port or address, by CONFIG SET. What can be known at once is told to the client; the
   * listeners are changed by a thread that may wait for I/O threads, which the caller's own may
   * not.
   */
  private void listenAgain(String failure) throws SettingException {
    Settings settings = engine.settings();
    List<String> bind = settings.bind.value();
    int port = settings.port.asInt() == 0 ? portForZero : settings.port.asInt();
    boolean isNewPort = port != wantedPort;
    boolean isNewBind = !bind.equals(wantedBind);
    if (!isNewPort && !isNewBind) {
      return;
    }
    if (port != Server.NO_PORT
        && ((isNewPort && !isFree(port)) || (isNewBind && !Server.areHere(bind)))) {
      throw new SettingException(failure);
    }
    wantedPort = port;
    wantedBind = bind;
    start(
        "listen",
        () -> {
          try {
            server.listenAgain(bind, port);
          } catch (IOException e) {
            engine.log().warning("Still listening where it did before: " + e.getMessage());
          }
        });
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** A client's SHUTDOWN: in another thread, as the client's own one is among those that end. */
  private void shutdown() {
    start("shutdown", this::end);
  }

  private void start(String task, Runnable action) {
    Thread thread = Thread.ofPlatform().name(name + "-" + task).unstarted(action);
    helpers.add(thread);
    thread.start();
  }

  /** Ends all connections and gives everything back; waits for that, whoever began it. */
  @Override
  public void close() {
    end();
    for (Thread helper : helpers) {
      if (helper != Thread.currentThread()) {
        uninterruptibly(helper::join);
      }
    }
  }

  private void end() {
    if (!closing.compareAndSet(false, true)) {
      uninterruptibly(closed::await);
      return;
    }
    try {
      server.close();
      engine.close();
    } finally {
      closed.countDown();
    }
    onShutdown.run();
  }

  @FunctionalInterface
  private interface Wait {
    void await() throws InterruptedException;
  }

  private static void uninterruptibly(Wait wait) {
    boolean interrupted = false;
    for (boolean done = false; !done; ) {
      try {
        wait.await();
        done = true;
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
    /** Who embeds a server seldom means to open it to the network. */
    private static final List<String> LOOPBACK = List.of("bind", "127.0.0.1", "-::1");

    private final List<List<String>> lines = new ArrayList<>();
    private Path file;
    private Log log = Log.SILENT;
    private Runnable onShutdown = () -> {};

    private Builder() {}

    /** The TCP port, 6379 if not said; 0 for any free one. */
    public Builder port(int port) {
      return set("port", Integer.toString(port));
    }

    /** The addresses to listen at, as {@code bind} has them; the loopback interface if not said. */
    public Builder bind(String... addresses) {
      return set("bind", addresses);
    }

    /** A Unix socket to listen at, too. */
    public Builder unixSocket(Path path) {
      return set("unixsocket", path.toString());
    }

    /** How many threads serve connections and execute commands; as many as cores if not said. */
    public Builder ioThreads(int threads) {
      return set("io-threads", Integer.toString(threads));
    }

    /** A redis.conf; what is set here holds against what it says. */
    public Builder config(Path file) {
      this.file = file;
      return this;
    }

    /** Any directive of redis.conf. */
    public Builder set(String directive, String... values) {
      List<String> line = new ArrayList<>(List.of(directive));
      Collections.addAll(line, values);
      lines.add(line);
      return this;
    }

    /** Who is told what an operator should know; nobody if not said. */
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
     * @throws IllegalArgumentException if there is no such directive, or it does not take the value
     */
    public Jacinth start() throws IOException {
      Settings settings = new Settings();
      CommandTable commands = commands(settings);
      load(settings);
      return new Jacinth(settings, commands, settings.port.asInt(), log, onShutdown);
    }

    private void load(Settings settings) {
      List<String> line = LOOPBACK;
      try {
        settings.load(line);
        if (file != null) {
          Startup.of(List.of(file.toString())).load(settings, InputStream.nullInputStream());
        }
        for (List<String> each : lines) {
          line = each;
          settings.load(line);
        }
      } catch (SettingException e) {
        throw new IllegalArgumentException(String.join(" ", line) + ": " + e.getMessage(), e);
      } catch (StartupException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
  }
}
