package io.jacinth.structure;

/**
 * The bytes of a {@link BPlusTree}: a header and nodes, of which those on the lowest level are
 * leaves.
 *
 * <pre>
 *   header   0      8       16       24           32
 *            | root | count | weight | node bytes | height: 4 |
 *
 *   leaf     0           2              4
 *            | count: 2  | capacity: 2  | entry 0 | entry 1 | ...
 *
 *   inner    0           2              4           8
 *            | count: 2  | capacity: 2  | unused: 4 | child 0: 8 | child 1: 8 | ...
 *                                                   | weight 0: 8 | weight 1: 8 | ...
 *                                                   | separator 0 | separator 1 | ...
 * </pre>
 *
 * <p>'Root' and 'child' are addresses. 'Count' and 'weight' in the header are those of all entries;
 * in an inner node, 'weight' i is that of all entries below child i. 'Height' is the number of
 * levels.
 *
 * <p>An entry has a fixed number of bytes, whose meaning the tree does not know, except for the
 * unsigned int that is its weight, if entries have weights of their own. In an ordered tree
 * separator i is a copy of the first entry below child i; other trees have no separators. Each of
 * the three arrays has room for 'capacity' children; they are apart because a search by order reads
 * only separators and one by rank only weights.
 *
 * <pre>
 *   Entries of 12 bytes: 4 + 12 * 85 = 1024, a leaf of 85 entries that fills its block.
 *   With separators of 12 bytes: (2048 - 8) / (8 + 8 + 12) = 72 children of an inner node.
 *   Its weights begin at 8 + 72 * 8 = 584, its separators at 584 + 72 * 8 = 1160.
 * </pre>
 *
 * <p>All nodes of a tree have room for the same number of items, except a leaf that is the root:
 * that one grows from {@link #MIN_LEAF_BYTES} in steps.
 */
final class BPlusTreeLayout {
  // Header.
  static final int ROOT = 0;
  static final int COUNT = 8;
  static final int WEIGHT = 16;
  static final int NODE_BYTES = 24;
  static final int HEIGHT = 32;
  static final int HEADER_BYTES = 40;

  // Node.
  static final int ITEMS = 0;
  static final int CAPACITY = 2;

  // Leaf.
  static final int LEAF_ENTRIES = 4;

  /** The smallest leaf. */
  static final int MIN_LEAF_BYTES = 32;

  /** Between these is the size of a leaf, where the least of it remains unused. */
  static final int LEAF_BYTES_FROM = 512;

  static final int LEAF_BYTES_TO = 1024;
  static final int LEAF_BYTES_STEP = 64;

  // Inner node.
  static final int INNER_CHILDREN = 8;
  static final int CHILD_BYTES = 8;
  static final int SUM_BYTES = 8;
  static final int INNER_BYTES = 2048;

  private BPlusTreeLayout() {}

  /** How many entries have room in a leaf. */
  static int leafCapacity(long leafBytes, int entryBytes) {
    return (int) (leafBytes - LEAF_ENTRIES) / entryBytes;
  }

  /** How many children have room in an inner node. */
  static int innerCapacity(int innerBytes, int separatorBytes) {
    return (innerBytes - INNER_CHILDREN) / (CHILD_BYTES + SUM_BYTES + separatorBytes);
  }

  /** The size of a leaf that fits its entries best; of equal ones the largest. */
  static int leafBytes(int entryBytes) {
    int best = LEAF_BYTES_FROM;
    for (int bytes = LEAF_BYTES_FROM; bytes <= LEAF_BYTES_TO; bytes += LEAF_BYTES_STEP) {
      // Unused of one per byte of the other, without a division.
      if ((long) unused(bytes, entryBytes) * best <= (long) unused(best, entryBytes) * bytes) {
        best = bytes;
      }
    }
    return best;
  }

  private static int unused(int leafBytes, int entryBytes) {
    return (leafBytes - LEAF_ENTRIES) % entryBytes;
  }
}
