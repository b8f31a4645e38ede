package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.structure.BPlusTree;

/**
 * The trees of the chunks of lists: they lead from an index to the chunk that it is in.
 *
 * <pre>
 *   entry  | chunk: 8 | count: 4 |      the weight is the count of its elements
 * </pre>
 */
public final class ListTree extends BPlusTree {
  private static final int CHUNK = 0;
  private static final int COUNT = 8;
  private static final int ENTRY_BYTES = 12;

  // The probe.
  private long chunk;
  private int count;

  public ListTree(Slab slab) {
    super(slab, ENTRY_BYTES, COUNT, false);
  }

  /** Inserts a chunk before the cursor. */
  void insert(long chunk) {
    this.chunk = chunk;
    count = ListChunk.count(chunk);
    insert();
  }

  /** Puts a chunk in the place of the one at the cursor. */
  void replace(long chunk) {
    this.chunk = chunk;
    count = ListChunk.count(chunk);
    replace();
  }

  static long chunk(long entry) {
    return Memory.getLong(entry + CHUNK);
  }

  static int chunkCount(long entry) {
    return Memory.getInt(entry + COUNT);
  }

  @Override
  protected void write(long entry) {
    Memory.putLong(entry + CHUNK, chunk);
    Memory.putInt(entry + COUNT, count);
  }

  @Override
  protected void read(long entry) {
    chunk = Memory.getLong(entry + CHUNK);
    count = Memory.getInt(entry + COUNT);
  }
}
