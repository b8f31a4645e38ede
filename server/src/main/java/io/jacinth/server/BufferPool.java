package io.jacinth.server;

import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.util.ArrayList;
import java.util.List;

/**
 * The buffers of one I/O thread for one purpose. Those of two sizes are kept when they are free, up
 * to a bound; larger ones, and what is beyond it, go back to the thread's slab. Many are kept only
 * as long as they are used again and again: memory that goes back to the system and comes again for
 * each reply of a megabyte takes longer than the reply. Used by its thread only.
 */
final class BufferPool implements AutoCloseable {
  /** The usual size: many replies, or what a pipelining client sends at a time. */
  static final int BUFFER_BYTES = 16 << 10;

  /** The size of the pieces of a long reply. */
  static final int PIECE_BYTES = 64 << 10;

  /** Free buffers of each size that are kept at most. */
  static final int MAX_FREE_BYTES = 8 << 20;

  /** Free buffers of the usual size that are kept whether they are used or not. */
  static final int MAX_IDLE = 64;

  private final Slab slab;
  private final Tag tag;
  private final Shelf buffers = new Shelf(BUFFER_BYTES, MAX_IDLE);
  private final Shelf pieces = new Shelf(PIECE_BYTES, 0);
  private int used;

  BufferPool(Slab slab, Tag tag) {
    this.slab = slab;
    this.tag = tag;
  }

  /** Free buffers of one size. */
  private final class Shelf {
    private final int bufferBytes;
    private final int maxIdle;
    private final List<NetworkBuffer> free = new ArrayList<>();

    /** The fewest free buffers since the last {@link #shrink}: so many nobody has wanted. */
    private int leastFree;

    Shelf(int bufferBytes, int maxIdle) {
      this.bufferBytes = bufferBytes;
      this.maxIdle = maxIdle;
    }

    NetworkBuffer take() {
      if (free.isEmpty()) {
        return allocate(bufferBytes);
      }
      used++;
      NetworkBuffer buffer = free.removeLast().renew();
      leastFree = Math.min(leastFree, free.size());
      return buffer;
    }

    boolean hasRoom() {
      return free.size() < MAX_FREE_BYTES / bufferBytes;
    }

    void shrink() {
      for (int idle = leastFree; idle > maxIdle; idle--) {
        release(free.removeLast());
      }
      leastFree = free.size();
    }

    void clear() {
      free.forEach(BufferPool.this::release);
      free.clear();
    }
  }

  /** A buffer of the usual size. */
  NetworkBuffer take() {
    return buffers.take();
  }

  /** A buffer of at least this size. */
  NetworkBuffer take(int minBytes) {
    Shelf shelf = shelfFor(minBytes);
    return shelf == null ? allocate(minBytes) : shelf.take();
  }

  /** Where buffers for this size are; null if none are kept, as a piece for less were a waste. */
  private Shelf shelfFor(int minBytes) {
    return minBytes <= BUFFER_BYTES ? buffers : minBytes == PIECE_BYTES ? pieces : null;
  }

  private NetworkBuffer allocate(int sizeBytes) {
    used++;
    return NetworkBuffer.pooled(slab.allocate(sizeBytes, tag), sizeBytes, this).renew();
  }

  /** Takes back a buffer that nobody refers to any more. */
  void give(NetworkBuffer buffer) {
    used--;
    Shelf shelf = shelfFor(buffer.capacity());
    if (shelf != null && shelf.hasRoom()) {
      shelf.free.add(buffer);
    } else {
      release(buffer);
    }
  }

  /** Gives back what nobody has wanted since the last call. */
  void shrink() {
    buffers.shrink();
    pieces.shrink();
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
    buffers.clear();
    pieces.clear();
  }
}
