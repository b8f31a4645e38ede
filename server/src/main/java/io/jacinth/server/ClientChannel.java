package io.jacinth.server;

import io.jacinth.command.Connection;
import io.jacinth.command.Session;
import io.jacinth.memory.Memory;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One client's connection: the only handler of its Netty channel. It hands what arrives to the
 * session and sends what the session writes, without a copy in between.
 */
final class ClientChannel extends OnlyHandler implements Connection {
  /**
   * The session hears that it may go on writing when less than the first is left to send, after
   * there was more than the second.
   */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 << 10, 512 << 10);

  private final IoThread thread;
  private final Channel channel;
  private final Input input;
  private ChannelHandlerContext context;
  private ChannelPromise unheard;
  private Session session;
  private boolean closing;

  /** What the session is writing into; null between batches. */
  private NetworkBuffer chunk;

  /** Size of the buffers that Netty has to send. Written by the I/O thread, read by all. */
  private long outputMemoryBytes;

  /** Neighbours in the list of the thread's connections. */
  ClientChannel previous;

  ClientChannel next;

  ClientChannel(IoThread thread, Channel channel) {
    this.thread = thread;
    this.channel = channel;
    this.input = new Input(thread);
  }

  /** Lets the thread serve the client from now on. */
  void open(int keepAliveSeconds) {
    channel.config().setRecvByteBufAllocator(input);
    channel.config().setWriteBufferWaterMark(WATER_MARK);
    if (channel instanceof SocketChannel) {
      channel.config().setOption(ChannelOption.TCP_NODELAY, true);
      if (keepAliveSeconds > 0) {
        SocketOptions.keepAlive(channel, keepAliveSeconds);
      }
    }
    channel.pipeline().addLast(this);
    thread.register(channel);
  }

  // ---- What Netty tells.

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
    unheard = context.voidPromise();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    thread.add(this);
    session = thread.worker().open(this);
    input.session = session;
  }

  /**
   * The session flushes its replies after each read and not after the last one: the end may come
   * with that.
   */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    NetworkBuffer buffer = (NetworkBuffer) message;
    try {
      if (closing) {
        return;
      }
      if (buffer.isInPlace()) {
        session.receivedDirect(buffer.readableBytes());
      } else {
        session.receive(buffer.address(), buffer.readableBytes());
      }
    } finally {
      buffer.release();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (!closing && channel.isWritable()) {
      session.writable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      thread.failed("A connection", cause);
    }
    close();
  }

  /** The connection is gone: nothing more arrives and nothing can be sent. */
  void end() {
    closing = true;
    dropChunk();
    input.session = null;
    if (session != null) {
      session.closed();
      session = null;
    }
    thread.remove(this);
  }

  /** Netty has sent the buffer, or given up. */
  void sent(NetworkBuffer buffer) {
    outputMemoryBytes -= buffer.capacity();
  }

  // ---- What the session asks for.

  @Override
  public long chunk(int usedBytes, int minBytes) {
    handOver(usedBytes);
    chunk = thread.outputBuffer(minBytes);
    return chunk.address();
  }

  @Override
  public int chunkBytes() {
    return chunk.capacity();
  }

  @Override
  public void flush(int usedBytes) {
    handOver(usedBytes);
    context.flush();
  }

  @Override
  public void write(long address, int length) {
    if (chunk != null) {
      throw new IllegalStateException("in the middle of a batch of replies");
    }
    for (int done = 0; done < length; ) {
      long target = chunk(0, 1);
      int count = Math.min(chunkBytes(), length - done);
      Memory.copy(address + done, target, count);
      handOver(count);
      done += count;
    }
  }

  private void handOver(int usedBytes) {
    NetworkBuffer full = chunk;
    if (full == null) {
      return;
    }
    if (usedBytes == 0 || closing) {
      dropChunk();
      return;
    }
    chunk = null;
    outputMemoryBytes += full.capacity();
    var _ = context.write(full.outgoing(usedBytes, this), unheard);
  }

  private void dropChunk() {
    if (chunk != null) {
      chunk.release();
      chunk = null;
    }
  }

  @Override
  public long pendingOutputBytes() {
    ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
    return queue == null ? 0 : queue.totalPendingWriteBytes();
  }

  @Override
  public long outputMemoryBytes() {
    return outputMemoryBytes;
  }

  @Override
  public void close() {
    closing = true;
    var _ = channel.close();
  }

  @Override
  public void closeAfterFlush() {
    if (!closing) {
      closing = true;
      reading(false);
      // A write of nothing succeeds when all before it have.
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void reading(boolean enabled) {
    input.enabled = enabled;
    channel.config().setAutoRead(enabled);
  }

  @Override
  public boolean inThread() {
    return thread.isCurrent();
  }

  @Override
  public Future<?> schedule(Runnable task, long delayMillis) {
    return thread.loop().schedule(task, delayMillis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void execute(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      // The thread ends, and the connection with it.
    }
  }

  @Override
  public SocketAddress remoteAddress() {
    return channel.remoteAddress();
  }

  @Override
  public SocketAddress localAddress() {
    return channel.localAddress();
  }

  @Override
  public boolean isUnixSocket() {
    return !(channel instanceof SocketChannel);
  }

  @Override
  public int fileDescriptor() {
    return channel instanceof UnixChannel unix ? unix.fd().intValue() : -1;
  }
}
