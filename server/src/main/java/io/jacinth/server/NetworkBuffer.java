package io.jacinth.server;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.protocol.SharedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;

/**
 * A piece of our memory as Netty sees it. Netty reads into it and sends from it by address; nothing
 * is copied, and neither Netty's allocators nor their caches are involved, so that all memory of
 * the network is counted, bounded and given back like any other.
 */
final class NetworkBuffer extends UnpooledDirectByteBuf {
  private final long address;
  private final BufferPool pool;

  private final boolean inPlace;

  /** The bytes that others send as well, null if these are not such. */
  private final SharedBytes shared;

  /** Of the thread that sends them. */
  private final Slab slab;

  /** The connection that the content was written by, while Netty has it to send. */
  private ClientChannel sender;

  private NetworkBuffer(long address, int sizeBytes, BufferPool pool, boolean inPlace) {
    this(address, sizeBytes, pool, inPlace, null, null);
  }

  private NetworkBuffer(
      long address,
      int sizeBytes,
      BufferPool pool,
      boolean inPlace,
      SharedBytes shared,
      Slab slab) {
    super(UnpooledByteBufAllocator.DEFAULT, Memory.buffer(address, sizeBytes), sizeBytes);
    this.address = address;
    this.pool = pool;
    this.inPlace = inPlace;
    this.shared = shared;
    this.slab = slab;
  }

  /** A buffer that goes back to its pool when Netty releases it. */
  static NetworkBuffer pooled(long address, int sizeBytes, BufferPool pool) {
    return new NetworkBuffer(address, sizeBytes, pool, false);
  }

  /** A buffer that is used again and again, for one read after the other. */
  static NetworkBuffer shared(long address, int sizeBytes) {
    return new NetworkBuffer(address, sizeBytes, null, false);
  }

  /** A view of bytes that are sent to others as well, which are retained until it is released. */
  static NetworkBuffer shared(SharedBytes bytes, Slab slab) {
    bytes.retain();
    return new NetworkBuffer(bytes.address(), bytes.lengthBytes(), null, false, bytes, slab);
  }

  /** The place where a session wants a big argument to be. */
  static NetworkBuffer inPlace(long address, int sizeBytes) {
    return new NetworkBuffer(address, sizeBytes, null, true);
  }

  /** Ready to be written into from the start, owned by the caller. */
  NetworkBuffer renew() {
    resetRefCnt();
    setIndex(0, 0);
    return this;
  }

  long address() {
    return address;
  }

  /** Whether this is where the session wants a big argument, and not a buffer of the thread. */
  boolean isInPlace() {
    return inPlace;
  }

  /** Netty gets this many bytes to send; the sender will hear when the buffer is free again. */
  NetworkBuffer outgoing(int usedBytes, ClientChannel sender) {
    writerIndex(usedBytes);
    this.sender = sender;
    return this;
  }

  @Override
  public boolean hasMemoryAddress() {
    return true;
  }

  @Override
  public long memoryAddress() {
    return address;
  }

  /**
   * Itself: io_uring's ring reads into a buffer once, then moves its writer index and gives it
   * away.
   */
  @Override
  public ByteBuf retainedSlice(int index, int length) {
    retain();
    return this;
  }

  @Override
  protected void deallocate() {
    ClientChannel owner = sender;
    if (owner != null) {
      sender = null;
      owner.sent(this);
    }
    if (pool != null) {
      pool.give(this);
    } else if (shared != null) {
      shared.release(slab);
    }
  }
}
