package io.jacinth.server;

import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.util.ArrayList;
import java.util.List;

/**
 * The buffers of one I/O thread for one purpose. Those of the usual size are kept when they are
 * free, up to a bound; all others, and what is beyond it, go back to the thread's slab. Used by its
 * thread only.
 */
final class BufferPool implements AutoCloseable {
  /** The usual size: many replies, or what a pipelining client sends at a time. */
  static final int BUFFER_BYTES = 16 << 10;

  /** Free buffers that are kept. */
  static final int MAX_FREE = 64;

  private final Slab slab;
  private final Tag tag;
  private final List<NetworkBuffer> free = new ArrayList<>();
  private int used;

  BufferPool(Slab slab, Tag tag) {
    this.slab = slab;
    this.tag = tag;
  }

  /** A buffer of the usual size. */
  NetworkBuffer take() {
    if (free.isEmpty()) {
      return allocate(BUFFER_BYTES);
    }
    used++;
    return free.removeLast().renew();
  }

  /** A buffer of at least this size. */
  NetworkBuffer take(int minBytes) {
    return minBytes <= BUFFER_BYTES ? take() : allocate(minBytes);
  }

  private NetworkBuffer allocate(int sizeBytes) {
    used++;
    return NetworkBuffer.pooled(slab.allocate(sizeBytes, tag), sizeBytes, this).renew();
  }

  /** Takes back a buffer that nobody refers to any more. */
  void give(NetworkBuffer buffer) {
    used--;
    if (buffer.capacity() == BUFFER_BYTES && free.size() < MAX_FREE) {
      free.add(buffer);
    } else {
      release(buffer);
    }
  }

  private void release(NetworkBuffer buffer) {
    slab.free(buffer.address(), buffer.capacity(), tag);
  }

  /** Gives back everything; no buffer is in use. */
  @Override
  public void close() {
    if (used != 0) {
      throw new IllegalStateException(used + " network buffers are still in use");
    }
    free.forEach(this::release);
    free.clear();
  }
}
