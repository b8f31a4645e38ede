package io.jacinth.scripting;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.ReplySink;

/** Takes the reply of a command that a script calls: one block, which grows. */
final class ReplyMemory implements ReplySink {
  private static final int MIN_BYTES = 4 << 10;

  private final Slab slab;
  private long block;
  private long capacityBytes;
  private long usedBytes;

  ReplyMemory(Slab slab) {
    this.slab = slab;
  }

  long address() {
    return block;
  }

  long lengthBytes() {
    return usedBytes;
  }

  /** Forgets what has been written. */
  void reset() {
    usedBytes = 0;
  }

  @Override
  public long chunk(int used, int minBytes) {
    usedBytes += used;
    if (capacityBytes - usedBytes < minBytes) {
      long wanted =
          Slab.usableBytes(Math.max(MIN_BYTES, Math.max(usedBytes + minBytes, capacityBytes * 2)));
      long grown = slab.allocate(wanted, Tag.SCRATCH);
      if (block != 0) {
        Memory.copy(block, grown, usedBytes);
        slab.free(block, capacityBytes, Tag.SCRATCH);
      }
      block = grown;
      capacityBytes = wanted;
    }
    return block + usedBytes;
  }

  @Override
  public int chunkBytes() {
    return (int) Math.min(Integer.MAX_VALUE, capacityBytes - usedBytes);
  }

  @Override
  public void flush(int used) {
    usedBytes += used;
  }

  void free() {
    if (block != 0) {
      slab.free(block, capacityBytes, Tag.SCRATCH);
      block = 0;
      capacityBytes = 0;
      usedBytes = 0;
    }
  }
}
