package io.jacinth.protocol;

import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/** Takes replies that nobody wants, CLIENT REPLY OFF and SKIP: the same memory again and again. */
public final class MutedSink implements ReplySink, AutoCloseable {
  private static final int MIN_CHUNK_BYTES = 16 << 10;

  private final Slab slab;
  private long chunk;
  private int chunkBytes;

  public MutedSink(Slab slab) {
    this.slab = slab;
  }

  @Override
  public long chunk(int usedBytes, int minBytes) {
    if (chunkBytes < minBytes) {
      close();
      chunkBytes = Math.max(minBytes, MIN_CHUNK_BYTES);
      chunk = slab.allocate(chunkBytes, Tag.OUTPUT);
    }
    return chunk;
  }

  @Override
  public int chunkBytes() {
    return chunkBytes;
  }

  @Override
  public void flush(int usedBytes) {
    // nobody reads it
  }

  @Override
  public void close() {
    if (chunk != 0) {
      slab.free(chunk, chunkBytes, Tag.OUTPUT);
      chunk = 0;
      chunkBytes = 0;
    }
  }
}
