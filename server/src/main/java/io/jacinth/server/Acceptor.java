package io.jacinth.server;

import io.jacinth.command.Log;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Gives each new connection of one listener to the I/O thread that has the fewest. */
final class Acceptor extends ChannelInboundHandlerAdapter {
  /** How long nobody is accepted after it failed: descriptors must be freed first. */
  private static final int PAUSE_MILLIS = 100;

  private final List<IoThread> threads;
  private final IntSupplier keepAliveSeconds;
  private final Log log;

  /** Where the search for the least busy thread begins, so that equals take turns. */
  private int turn;

  Acceptor(List<IoThread> threads, IntSupplier keepAliveSeconds, Log log) {
    this.threads = threads;
    this.keepAliveSeconds = keepAliveSeconds;
    this.log = log;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel channel = (Channel) message;
    IoThread thread = leastBusy();
    thread.connections.incrementAndGet();
    try {
      new ClientChannel(thread, channel).open(keepAliveSeconds.getAsInt());
    } catch (RuntimeException e) {
      // The client may be gone already, and with it what could be set.
      thread.connections.decrementAndGet();
      channel.unsafe().closeForcibly();
    }
  }

  private IoThread leastBusy() {
    int count = threads.size();
    turn = (turn + 1) % count;
    IoThread best = threads.get(turn);
    for (int i = 1; i < count; i++) {
      IoThread other = threads.get((turn + i) % count);
      if (other.connections.get() < best.connections.get()) {
        best = other;
      }
    }
    return best;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.warning("Error accepting a client connection: " + cause.getMessage());
    Channel listener = context.channel();
    listener.config().setAutoRead(false);
    var _ =
        listener
            .eventLoop()
            .schedule(
                () -> listener.config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
