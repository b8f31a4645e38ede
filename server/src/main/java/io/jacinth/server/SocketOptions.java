package io.jacinth.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannel;
import jdk.net.ExtendedSocketOptions;

/** The socket options that Netty has no common name for. */
final class SocketOptions {
  private static final int LEVEL_TCP = 6;
  private static final int LEVEL_IPV6 = 41;

  // The numbers of Linux's and of macOS's headers.
  private static final ChannelOption<Integer> IPV6_ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", LEVEL_IPV6, Transport.IS_MAC ? 27 : 26);
  private static final ChannelOption<Integer> KEEPALIVE_IDLE =
      new IntegerUnixChannelOption("TCP_KEEPIDLE", LEVEL_TCP, Transport.IS_MAC ? 0x10 : 4);
  private static final ChannelOption<Integer> KEEPALIVE_INTERVAL =
      new IntegerUnixChannelOption("TCP_KEEPINTVL", LEVEL_TCP, Transport.IS_MAC ? 0x101 : 5);
  private static final ChannelOption<Integer> KEEPALIVE_PROBES =
      new IntegerUnixChannelOption("TCP_KEEPCNT", LEVEL_TCP, Transport.IS_MAC ? 0x102 : 6);

  private SocketOptions() {}

  /** Probes a connection that is silent for this long, and ends it after three lost probes. */
  static void keepAlive(Channel channel, int idleSeconds) {
    int intervalSeconds = Math.max(1, idleSeconds / 3);
    int probes = 3;
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    if (channel instanceof UnixChannel) {
      channel.config().setOption(KEEPALIVE_IDLE, idleSeconds);
      channel.config().setOption(KEEPALIVE_INTERVAL, intervalSeconds);
      channel.config().setOption(KEEPALIVE_PROBES, probes);
    } else {
      Nio.keepAlive(channel, idleSeconds, intervalSeconds, probes);
    }
  }

  /**
   * Leaves IPv4 to other listeners: {@code *} and {@code ::*} can be bound at the same time. NIO
   * has no way to say so.
   */
  static void onlyIpv6(Channel channel) {
    if (channel instanceof UnixChannel) {
      channel.config().setOption(IPV6_ONLY, 1);
    }
  }

  /** Apart, because only NIO needs its classes. */
  private static final class Nio {
    static void keepAlive(Channel channel, int idleSeconds, int intervalSeconds, int probes) {
      channel
          .config()
          .setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), idleSeconds);
      channel
          .config()
          .setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), intervalSeconds);
      channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), probes);
    }
  }
}
