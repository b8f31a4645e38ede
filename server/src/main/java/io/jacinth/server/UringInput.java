package io.jacinth.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingAllocator;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringSocketChannel;

/**
 * How io_uring reads. Without more ado it waits until a connection has something to read, then is
 * told to read it: twice to the kernel for each batch of requests. Here the kernel has a ring of
 * the thread's buffers instead, and puts what arrives for any connection into the next one, so that
 * the wait for requests ends with the requests.
 *
 * <p>Only where reads are asked for one by one ({@code
 * -Dio.netty.iouring.recvMultiShotEnabled=false}, which the server's own JVM has). Otherwise the
 * kernel would read half a megabyte of one client before it gave the others their turn.
 */
final class UringInput {
  private static final short GROUP = 0;

  /** Buffers of a ring at first, and by how many it grows when more are needed at a time. */
  private static final int BUFFERS = 16;

  private static final short MAX_BUFFERS = 512;

  private UringInput() {}

  static IoHandlerFactory ioHandlers(BufferPool inputs) {
    IoUringIoHandlerConfig config = new IoUringIoHandlerConfig();
    if (hasRing()) {
      config.setBufferRingConfig(
          IoUringBufferRingConfig.builder()
              .bufferGroupId(GROUP)
              .bufferRingSize(MAX_BUFFERS)
              .batchSize(BUFFERS)
              .incremental(false)
              .allocator(new Allocator(inputs))
              .build());
    }
    return IoUringIoHandler.newFactory(config);
  }

  /** Has a connection read by the ring of its thread; before it is registered there. */
  static void useRing(Channel channel) {
    if ((channel instanceof IoUringSocketChannel || channel instanceof IoUringDomainSocketChannel)
        && hasRing()) {
      channel.config().setOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, GROUP);
    }
  }

  private static boolean hasRing() {
    return !IoUring.isRecvMultishotEnabled();
  }

  private record Allocator(BufferPool inputs) implements IoUringBufferRingAllocator {
    @Override
    public ByteBuf allocate() {
      return inputs.take();
    }

    @Override
    public void lastBytesRead(int attempted, int actual) {}
  }
}
