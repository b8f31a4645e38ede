package io.jacinth.server;

import io.jacinth.command.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Tells Netty where one connection's next bytes go: straight to their place if the session receives
 * a big argument, otherwise into a buffer of the I/O thread. An idle connection has none.
 */
final class Input implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {
  /**
   * Reads of one connection before the others of its thread have their turn. Small, as each read
   * may be 256 KiB of commands.
   */
  private static final int READS_PER_TURN = 4;

  private final IoThread thread;

  /** The session to ask for the place; null until there is one. */
  Session session;

  /** False: what the kernel has stays there. */
  boolean enabled = true;

  private int lastBytes;
  private int attemptedBytes;
  private int reads;

  Input(IoThread thread) {
    this.thread = thread;
  }

  @Override
  public ExtendedHandle newHandle() {
    return this;
  }

  @Override
  public ByteBuf allocate(ByteBufAllocator allocator) {
    Session session = this.session;
    // What comes although reading is disabled, as the connection's end is near, may come late: when
    // the session has already given up the place.
    if (session != null && enabled) {
      int sizeBytes = session.directBytes();
      if (sizeBytes > 0) {
        return NetworkBuffer.inPlace(session.directAddress(), sizeBytes).renew();
      }
    }
    return thread.inputBuffer();
  }

  @Override
  public int guess() {
    return BufferPool.BUFFER_BYTES;
  }

  @Override
  public void reset(ChannelConfig config) {
    reads = 0;
  }

  @Override
  public void incMessagesRead(int count) {
    reads += count;
  }

  @Override
  public void lastBytesRead(int bytes) {
    lastBytes = bytes;
  }

  @Override
  public int lastBytesRead() {
    return lastBytes;
  }

  @Override
  public void attemptedBytesRead(int bytes) {
    attemptedBytes = bytes;
  }

  @Override
  public int attemptedBytesRead() {
    return attemptedBytes;
  }

  @Override
  public boolean continueReading() {
    return enabled && reads < READS_PER_TURN && lastBytes == attemptedBytes;
  }

  @Override
  public boolean continueReading(UncheckedBooleanSupplier moreData) {
    return enabled && reads < READS_PER_TURN && moreData.get();
  }

  @Override
  public void readComplete() {}
}
