package io.jacinth.server;

import io.jacinth.command.Connection;
import io.jacinth.command.Session;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.SharedBytes;
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

  /**
   * Where messages are gathered that answer no request; null if there are none. As long as Netty
   * has something to send they stay here, so that what piles up for a slow reader fills whole
   * buffers.
   */
  private NetworkBuffer gathering;

  private int gatheredBytes;

  /** Size of the buffers that Netty has to send. Written by the I/O thread, read by all. */
  private long outputMemoryBytes;

  private final Runnable sendGathered = this::sendGathered;

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
    UringInput.useRing(channel);
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
    if (session != null && session.isRunning()) {
      // its script goes on, and writes into the chunk
      thread.afterScript(this::end);
      return;
    }
    dropChunk();
    dropGathered();
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
    if (outputMemoryBytes == 0 && gathering != null) {
      // Not at once, as this is in the middle of Netty's writing.
      thread.execute(sendGathered);
    }
  }

  private void sendGathered() {
    if (chunk == null) {
      flush(0);
    }
  }

  // ---- What the session asks for.

  @Override
  public long chunk(int usedBytes, int minBytes) {
    handOver(usedBytes);
    handOverGathered();
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
    if (outputMemoryBytes == 0) {
      handOverGathered();
    }
    context.flush();
  }

  @Override
  public void write(long address, int length) {
    for (int done = 0; done < length; ) {
      long target = gather(1);
      int count = Math.min(gathering.capacity() - gatheredBytes + 1, length - done);
      Memory.copy(address + done, target, count);
      gatheredBytes += count - 1;
      done += count;
    }
  }

  @Override
  public long gather(int lengthBytes) {
    if (chunk != null) {
      throw new IllegalStateException("in the middle of a batch of replies");
    }
    if (gathering != null && gathering.capacity() - gatheredBytes < lengthBytes) {
      handOverGathered();
    }
    if (gathering == null) {
      gathering = thread.outputBuffer(lengthBytes);
    }
    long at = gathering.address() + gatheredBytes;
    gatheredBytes += lengthBytes;
    return at;
  }

  @Override
  public void write(SharedBytes bytes) {
    handOverGathered();
    if (!closing) {
      send(NetworkBuffer.shared(bytes, thread.worker().slab()), bytes.lengthBytes());
    }
  }

  private void handOverGathered() {
    NetworkBuffer full = gathering;
    if (full != null) {
      if (closing) {
        dropGathered();
        return;
      }
      gathering = null;
      int bytes = gatheredBytes;
      gatheredBytes = 0;
      send(full, bytes);
    }
  }

  private void dropGathered() {
    if (gathering != null) {
      gathering.release();
      gathering = null;
      gatheredBytes = 0;
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
    send(full, usedBytes);
  }

  private void send(NetworkBuffer buffer, int usedBytes) {
    outputMemoryBytes += buffer.capacity();
    var _ = context.write(buffer.outgoing(usedBytes, this), unheard);
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
    return gatheredBytes + (queue == null ? 0 : queue.totalPendingWriteBytes());
  }

  @Override
  public long outputMemoryBytes() {
    return outputMemoryBytes + gatheredBytes;
  }

  @Override
  public void close() {
    closing = true;
    var _ = channel.close();
  }

  @Override
  public void closeAfterFlush() {
    if (!closing) {
      handOverGathered();
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
    thread.execute(task);
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
