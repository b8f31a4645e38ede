package io.jacinth.server;

import io.jacinth.command.Log;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Gives each new connection of one listener to the I/O thread that has the fewest. */
final class Acceptor extends OnlyHandler {
  /** How often the operator is told that connections cannot be accepted. */
  private static final long COMPLAINT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final List<IoThread> threads;
  private final IntSupplier keepAliveSeconds;
  private final Log log;
  private final SpareDescriptor spare = new SpareDescriptor();

  /** Where the search for the least busy thread begins, so that equals take turns. */
  private int turn;

  private long complainedNanos = System.nanoTime() - COMPLAINT_NANOS;

  Acceptor(List<IoThread> threads, IntSupplier keepAliveSeconds, Log log) {
    this.threads = threads;
    this.keepAliveSeconds = keepAliveSeconds;
    this.log = log;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel channel = (Channel) message;
    if (!spare.hold()) {
      // The connection itself has it.
      channel.unsafe().closeForcibly();
      spare.hold();
      return;
    }
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

  /**
   * Most probably there is no file descriptor left for the connection. It is taken with the spare
   * one, then, and closed: left where it is it would be offered again and again, without a pause.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    long now = System.nanoTime();
    if (now - complainedNanos >= COMPLAINT_NANOS) {
      complainedNanos = now;
      log.warning("Error accepting a client connection: " + cause.getMessage());
    }
    spare.release();
    // Look again: what waits already is not announced a second time.
    context.channel().config().setAutoRead(false);
    context.channel().config().setAutoRead(true);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    spare.release();
  }
}
