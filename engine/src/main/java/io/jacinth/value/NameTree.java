package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.structure.BPlusTree;

/**
 * Trees of addresses of blocks that have a name, in the order of the names' bytes: the groups of a
 * stream, and the consumers of a group.
 */
final class NameTree extends BPlusTree {
  private final int nameOffset;

  // The probe.
  private long name;
  private int length;
  private long block;

  /**
   * @param nameOffset where a block has its name
   */
  NameTree(Slab slab, int nameOffset) {
    super(slab, Long.BYTES, UNIT_WEIGHT, true);
    this.nameOffset = nameOffset;
  }

  static long blockOf(long entry) {
    return entry == 0 ? 0 : Memory.getLong(entry);
  }

  /** The block with a name, or 0; the cursor is on it, or where it belongs. */
  long find(long tree, long name, int length) {
    this.name = name;
    this.length = length;
    long entry = seekLower(tree);
    return entry != 0 && compare(entry) == 0 ? blockOf(entry) : 0;
  }

  /** Inserts a block where {@link #find} has not found its name. */
  void insert(long block) {
    this.block = block;
    insert();
  }

  long nameOf(long block) {
    return block + nameOffset;
  }

  static int nameLength(long block) {
    return Memory.getInt(block + StreamLayout.NAME_LENGTH);
  }

  @Override
  protected int compare(long entry) {
    long other = blockOf(entry);
    return Memory.compare(name, length, nameOf(other), nameLength(other));
  }

  @Override
  protected void write(long entry) {
    Memory.putLong(entry, block);
  }

  @Override
  protected void read(long entry) {
    block = blockOf(entry);
    name = nameOf(block);
    length = nameLength(block);
  }
}
