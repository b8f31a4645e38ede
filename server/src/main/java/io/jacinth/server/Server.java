package io.jacinth.server;

import io.jacinth.command.Engine;
import io.jacinth.command.Log;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;

/**
 * The network side of one store: I/O threads, and the addresses where they accept connections.
 * Listeners belong to the I/O threads too; there is one thread besides, the {@link Heartbeat}.
 */
public final class Server implements AutoCloseable {
  /** Instead of a port: no TCP. */
  public static final int NO_PORT = -1;

  /** What {@code bind} says for all addresses of IPv4 and of IPv6. */
  private static final Set<String> ALL_IPV4 = Set.of("*", "0.0.0.0");

  private static final Set<String> ALL_IPV6 = Set.of("::*", "::");

  /** Before an address that may be missing on this host. */
  private static final String OPTIONAL = "-";

  /**
   * How to listen.
   *
   * @param transport how to reach the kernel
   * @param ioThreads how many threads serve connections
   * @param bind addresses as the directive {@code bind} has them
   * @param port 0 for a free one, {@link #NO_PORT} for no TCP
   * @param unixSocket path of a Unix socket; null for none
   * @param unixSocketPermissions its file mode; 0 for what the process's mask leaves
   * @param backlog connections that wait to be accepted
   * @param keepAliveSeconds silence before a client is probed, asked for each; 0: never
   */
  public record Options(
      Transport transport,
      int ioThreads,
      List<String> bind,
      int port,
      Path unixSocket,
      int unixSocketPermissions,
      int backlog,
      IntSupplier keepAliveSeconds) {}

  private final Options options;
  private final Log log;
  private final List<IoThread> threads = new ArrayList<>();

  /** Of TCP. Guarded by this. */
  private final List<Channel> listeners = new ArrayList<>();

  /** Of the Unix socket; null without one. Guarded by this. */
  private Channel unixListener;

  /** Null before there are threads. */
  private Heartbeat heartbeat;

  private boolean closed;

  private Server(Options options, Log log) {
    this.options = options;
    this.log = log;
  }

  /**
   * Starts the threads and listens.
   *
   * @param name what the threads' names begin with
   * @throws ListenException if an address is not to be had; nothing is left of the server then
   */
  public static Server start(Engine engine, Options options, String name) throws ListenException {
    Server server = new Server(options, engine.log());
    try {
      for (int i = 0; i < options.ioThreads; i++) {
        server.threads.add(new IoThread(name + "-io-" + i, options.transport, engine));
      }
      server.heartbeat = new Heartbeat(server.threads, name + "-heartbeat");
      if (options.port != NO_PORT) {
        server.listeners.addAll(server.listen(options.bind, options.port));
      }
      if (options.unixSocket != null) {
        server.unixListener = server.listenUnix(options.unixSocket);
      }
      return server;
    } catch (Throwable e) {
      server.close();
      throw e;
    }
  }

  /**
   * Tells Netty where to log. For a process that is nothing but the server, before it starts: Netty
   * has one log, and looks for a logging library if nobody says where it is.
   */
  public static void logNetty(Log log) {
    NettyLog.use(log);
  }

  /** The port of the first TCP address; {@link #NO_PORT} without TCP. */
  public synchronized int port() {
    return listeners.isEmpty()
        ? NO_PORT
        : ((InetSocketAddress) listeners.getFirst().localAddress()).getPort();
  }

  /** Where connections are accepted by TCP. */
  public synchronized List<SocketAddress> addresses() {
    return listeners.stream().map(Channel::localAddress).toList();
  }

  /**
   * Listens at other TCP addresses from now on. Connections stay.
   *
   * @throws ListenException if one is not to be had; then all is as before
   */
  public synchronized void listenAgain(List<String> bind, int port) throws ListenException {
    if (closed) {
      return;
    }
    // The old ones first: they may stand in the way of the new ones.
    List<SocketAddress> before = addresses();
    closeListeners();
    threads.forEach(IoThread::awaitNextTurn);
    try {
      if (port != NO_PORT) {
        listeners.addAll(listen(bind, port));
      }
    } catch (ListenException e) {
      for (SocketAddress address : before) {
        listeners.add(listen((InetSocketAddress) address));
      }
      throw e;
    }
  }

  /** How many connections each I/O thread has. */
  int[] connectionsPerThread() {
    return threads.stream().mapToInt(thread -> thread.connections.get()).toArray();
  }

  private void closeListeners() {
    for (Channel listener : listeners) {
      listener.close().syncUninterruptibly();
    }
    listeners.clear();
  }

  /**
   * All addresses of IPv4 are served by a socket that takes those of IPv6, too: io_uring's channel
   * knows no other kind. So who asks for both gets one.
   */
  private List<Channel> listen(List<String> bind, int port) throws ListenException {
    boolean allIpv4 = bind.stream().map(Server::host).anyMatch(ALL_IPV4::contains);
    List<Channel> opened = new ArrayList<>();
    int boundPort = port;
    try {
      for (String entry : bind) {
        String host = host(entry);
        if (allIpv4 && ALL_IPV6.contains(host)) {
          continue;
        }
        try {
          Channel listener = listen(new InetSocketAddress(resolve(host), boundPort));
          opened.add(listener);
          // One port for all addresses, even if any will do.
          boundPort = ((InetSocketAddress) listener.localAddress()).getPort();
        } catch (IOException e) {
          String reason = reason(e);
          String message =
              "Could not create server TCP listening socket " + host + ":" + port + ": " + reason;
          log.warning("Warning: " + message);
          if (!isMissing(e, host.length() < entry.length())) {
            throw new ListenException(message, e);
          }
        }
      }
    } catch (Throwable e) {
      opened.forEach(listener -> listener.close().syncUninterruptibly());
      throw e;
    }
    return opened;
  }

  /** What stands behind the mark of optional addresses. */
  private static String host(String entry) {
    return entry.startsWith(OPTIONAL) ? entry.substring(OPTIONAL.length()) : entry;
  }

  private static InetAddress resolve(String host) throws UnknownHostException {
    if (ALL_IPV4.contains(host)) {
      return InetAddress.getByAddress(new byte[4]);
    }
    if (ALL_IPV6.contains(host)) {
      return InetAddress.getByAddress(new byte[16]);
    }
    return InetAddress.getByName(host);
  }

  /**
   * Whether this host has all addresses, as the directive {@code bind} has them, that may not be
   * missing; whatever listens there. May wait for a name server.
   */
  public static boolean areHere(List<String> bind) {
    for (String entry : bind) {
      String host = host(entry);
      try (ServerSocket probe = new ServerSocket()) {
        probe.bind(new InetSocketAddress(resolve(host), 0));
      } catch (IOException e) {
        if (!isMissing(e, host.length() < entry.length())) {
          return false;
        }
      }
    }
    return true;
  }

  private Channel listen(InetSocketAddress address) throws ListenException {
    ServerChannel listener = options.transport.newListener();
    listener.config().setOption(ChannelOption.SO_REUSEADDR, true);
    if (address.getAddress().getAddress().length == 16) {
      SocketOptions.onlyIpv6(listener);
    }
    return bind(listener, address);
  }

  private Channel listenUnix(Path path) throws ListenException {
    try {
      Files.deleteIfExists(path);
      Channel listener =
          bind(options.transport.newUnixListener(), options.transport.unixAddress(path));
      if (options.unixSocketPermissions != 0) {
        Files.setPosixFilePermissions(path, permissions(options.unixSocketPermissions));
      }
      return listener;
    } catch (IOException e) {
      String message = "Failed opening Unix socket: " + reason(e);
      log.warning(message);
      throw new ListenException(message, e);
    }
  }

  /** The set for a file mode: nine bits, from the owner's right to read to others' to execute. */
  static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((mode >> (all.length - 1 - i) & 1) != 0) {
        set.add(all[i]);
      }
    }
    return set;
  }

  private Channel bind(ServerChannel listener, SocketAddress address) throws ListenException {
    IoThread thread = threads.get(listeners.size() % threads.size());
    listener.config().setOption(ChannelOption.SO_BACKLOG, options.backlog);
    listener.pipeline().addLast(new Acceptor(threads, options.keepAliveSeconds, log));
    thread.loop().register(listener).syncUninterruptibly();
    ChannelFuture bound = listener.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      listener.close().syncUninterruptibly();
      throw new ListenException(bound.cause().getMessage(), bound.cause());
    }
    return listener;
  }

  /** Why there is no listener, in the words of the operating system. */
  private static String reason(IOException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof UnknownHostException) {
      return "Name or service not known";
    }
    String message = cause.getMessage();
    // Netty: "bind(..) failed with error(-98): Address already in use".
    int colon = message.lastIndexOf("): ");
    return "bind: " + (colon < 0 ? message : message.substring(colon + "): ".length()));
  }

  /** Whether the host just does not have this address, or all of its kind. */
  private static boolean isMissing(IOException failure, boolean optional) {
    return switch (reason(failure)) {
      case "bind: Cannot assign requested address" -> optional;
      case "bind: Protocol not available",
          "bind: Protocol not supported",
          "bind: Socket type not supported",
          "bind: Protocol family not supported",
          "bind: Protocol family unavailable",
          "bind: Address family not supported by protocol" ->
          true;
      default -> false;
    };
  }

  /** Ends all connections and threads; nothing is left of them when this returns. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      closeListeners();
      if (unixListener != null) {
        unixListener.close().syncUninterruptibly();
        deleteUnixSocket();
      }
    }
    List<CountDownLatch> ends = threads.stream().map(IoThread::closeConnections).toList();
    boolean interrupted = false;
    for (int i = 0; i < threads.size(); ) {
      try {
        if (heartbeat != null) {
          heartbeat.end();
        }
        threads.get(i).close(ends.get(i));
        i++;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void deleteUnixSocket() {
    try {
      Files.deleteIfExists(options.unixSocket);
    } catch (IOException e) {
      log.warning("Removing the Unix socket file: " + e.getMessage());
    }
  }
}
