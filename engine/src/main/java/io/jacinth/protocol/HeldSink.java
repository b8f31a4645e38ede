package io.jacinth.protocol;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.io.ByteArrayOutputStream;

/** Takes a reply that another thread will send. */
public final class HeldSink implements ReplySink, AutoCloseable {
  private static final int MIN_CHUNK_BYTES = 4 << 10;

  private final Slab slab;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private long chunk;
  private int chunkBytes;

  public HeldSink(Slab slab) {
    this.slab = slab;
  }

  /** What has been written since the last call. */
  public byte[] take() {
    byte[] bytes = held.toByteArray();
    held.reset();
    return bytes;
  }

  @Override
  public long chunk(int usedBytes, int minBytes) {
    flush(usedBytes);
    chunkBytes = Math.max(minBytes, MIN_CHUNK_BYTES);
    chunk = slab.allocate(chunkBytes, Tag.OUTPUT);
    return chunk;
  }

  @Override
  public int chunkBytes() {
    return chunkBytes;
  }

  @Override
  public void flush(int usedBytes) {
    if (chunk != 0) {
      held.writeBytes(Memory.bytes(chunk, usedBytes));
      close();
    }
  }

  @Override
  public void close() {
    if (chunk != 0) {
      slab.free(chunk, chunkBytes, Tag.OUTPUT);
      chunk = 0;
    }
  }
}
