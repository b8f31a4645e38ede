package io.jacinth.server;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The way bytes get from the kernel and to it. io_uring needs the fewest system calls; NIO works
 * everywhere.
 */
public enum Transport {
  IO_URING,
  EPOLL,
  KQUEUE,
  NIO;

  /**
   * The transport that the configuration names: {@code io_uring}, {@code epoll}, {@code kqueue},
   * {@code nio}, or {@code auto} for the best one that works here.
   *
   * @throws IllegalArgumentException if there is none of that name, or it does not work here
   */
  public static Transport of(String name) {
    if (name.equals("auto")) {
      for (Transport transport : values()) {
        if (transport.available()) {
          return transport;
        }
      }
    }
    Transport transport = valueOf(name.toUpperCase(Locale.ROOT));
    if (!transport.available()) {
      throw new IllegalArgumentException("I/O transport " + name + " is not available here");
    }
    return transport;
  }

  /** Whether this operating system has it and lets us use it. */
  public boolean available() {
    return switch (this) {
      // Buffer rings appeared in the same Linux, 5.19, as the flag that says whether a socket has
      // more to read. Without that flag every read costs another one; then epoll is better.
      case IO_URING -> IS_LINUX && IoUring.isAvailable() && IoUring.isRegisterBufferRingSupported();
      case EPOLL -> IS_LINUX && Epoll.isAvailable();
      case KQUEUE -> IS_MAC && KQueue.isAvailable();
      case NIO -> true;
    };
  }

  /**
   * What makes a loop's transport.
   *
   * @param inputs where io_uring takes the buffers from that it reads into
   */
  IoHandlerFactory ioHandlers(BufferPool inputs) {
    return switch (this) {
      case IO_URING -> UringInput.ioHandlers(inputs);
      case EPOLL -> EpollIoHandler.newFactory();
      case KQUEUE -> KQueueIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  ServerChannel newListener() {
    return switch (this) {
      case IO_URING -> new IoUringServerSocketChannel();
      case EPOLL -> new EpollServerSocketChannel();
      case KQUEUE -> new KQueueServerSocketChannel();
      case NIO -> new NioServerSocketChannel();
    };
  }

  ServerChannel newUnixListener() {
    return switch (this) {
      case IO_URING -> new IoUringServerDomainSocketChannel();
      case EPOLL -> new EpollServerDomainSocketChannel();
      case KQUEUE -> new KQueueServerDomainSocketChannel();
      case NIO -> new NioServerDomainSocketChannel();
    };
  }

  SocketAddress unixAddress(Path path) {
    return this == NIO
        ? UnixDomainSocketAddress.of(path)
        : new DomainSocketAddress(path.toString());
  }

  /**
   * Whether a read is done before the next one begins, so that all connections of a thread can read
   * into one buffer. io_uring reads many at a time.
   */
  boolean readsOneAtATime() {
    return this != IO_URING;
  }

  private static final String SYSTEM = System.getProperty("os.name");
  static final boolean IS_LINUX = SYSTEM.startsWith("Linux");
  static final boolean IS_MAC = SYSTEM.startsWith("Mac");
  static final boolean IS_WINDOWS = SYSTEM.startsWith("Windows");
}
