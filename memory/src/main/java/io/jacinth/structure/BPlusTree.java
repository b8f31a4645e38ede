package io.jacinth.structure;

import static io.jacinth.structure.BPlusTreeLayout.*;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * A B+tree with order statistics: a sequence of entries of a fixed size, each with a weight, in
 * which an entry is found by its order or by its rank, the weight of all entries before it.
 *
 * <p>An instance works on all trees whose entries are alike; a tree is named by the address of its
 * header. The bytes are drawn in {@link BPlusTreeLayout}. What an entry means is the subclass's,
 * which holds one entry at a time in its fields, the <em>probe</em>: what is sought, or is to be
 * written. Entries may also have no order but the one they were inserted in.
 *
 * <p><b>Cursor.</b> An instance has one cursor: the nodes from the root to a leaf and the index in
 * each. The methods that seek put it on an entry, or behind the last one; then it can step, tell
 * its rank, insert, replace and remove. A change of the tree other than through the cursor makes
 * the cursor invalid. Since it knows its path, leaves need no links to each other: a step to the
 * next leaf goes up and down again, once per some 70 entries, and so each node has one referrer.
 *
 * <p><b>Fill.</b> Before a full node splits it hands items to a sibling (Knuth's B*-tree, The Art
 * of Computer Programming 6.2.4), and then two full nodes become three: leaves that are filled in
 * random order are full to 85 % on average. At either end of the tree nothing is split: the node
 * stays full and an empty one is put beside it, so that a tree filled in ascending or descending
 * order has full nodes. A node that is less than half full is merged with a sibling if that fills
 * no more than 7/8 of it.
 *
 * <p>Work per call is bounded by the height times the size of three nodes, except where a method
 * says otherwise. If memory runs out, an insertion throws and changes nothing.
 */
public abstract class BPlusTree {
  /** In place of the offset of the weight: each entry weighs 1. */
  public static final int UNIT_WEIGHT = -1;

  /** More than any tree has: inner nodes have at least 40 children when they split. */
  private static final int MAX_LEVELS = 16;

  /** Which end of the tree an insertion is at. */
  private enum End {
    FIRST,
    LAST,
    NEITHER
  }

  private final Slab slab;
  private final int entryBytes;
  private final int weightOffset;
  private final int separatorBytes;
  private final int smallestLeafCapacity;
  private final int leafCapacity;
  private final int innerCapacity;
  private final int innerBytes;
  private final int sumsOffset;
  private final int separatorsOffset;

  // The cursor: by level, leaves being 0, a node and the index of an item in it.
  private long tree;
  private int top;
  private final long[] nodes = new long[MAX_LEVELS];
  private final int[] indices = new int[MAX_LEVELS];
  private long offset;

  /** By level, nodes allocated for an insertion that is about to happen. */
  private final long[] spares = new long[MAX_LEVELS];

  /**
   * @param weightOffset where an entry has its weight, an unsigned int of at least 1; or {@link
   *     #UNIT_WEIGHT}
   * @param ordered whether entries are in the order of {@link #compare}, otherwise they stand where
   *     they are inserted
   */
  protected BPlusTree(Slab slab, int entryBytes, int weightOffset, boolean ordered) {
    this(
        slab,
        entryBytes,
        weightOffset,
        ordered,
        BPlusTreeLayout.leafBytes(entryBytes),
        INNER_BYTES);
  }

  /** With nodes of other sizes, for tests. */
  BPlusTree(
      Slab slab, int entryBytes, int weightOffset, boolean ordered, int leafBytes, int innerBytes) {
    this.slab = slab;
    this.entryBytes = entryBytes;
    this.weightOffset = weightOffset;
    this.separatorBytes = ordered ? entryBytes : 0;
    this.leafCapacity = BPlusTreeLayout.leafCapacity(leafBytes, entryBytes);
    long smallestBytes = Slab.usableBytes(Math.max(MIN_LEAF_BYTES, LEAF_ENTRIES + entryBytes));
    this.smallestLeafCapacity =
        Math.min(leafCapacity, BPlusTreeLayout.leafCapacity(smallestBytes, entryBytes));
    this.innerBytes = innerBytes;
    this.innerCapacity = BPlusTreeLayout.innerCapacity(innerBytes, separatorBytes);
    this.sumsOffset = INNER_CHILDREN + innerCapacity * CHILD_BYTES;
    this.separatorsOffset = sumsOffset + innerCapacity * SUM_BYTES;
  }

  // What an entry is.

  /**
   * Compares the probe with an entry.
   *
   * @return negative if the probe comes before the entry, 0 if it is what is sought, else positive
   */
  protected int compare(long entry) {
    throw new IllegalStateException("a tree by position is not searched by order");
  }

  /** Writes the probe. */
  protected abstract void write(long entry);

  /** Makes an entry the probe. */
  protected abstract void read(long entry);

  private long weightOf(long entry) {
    return weightOffset == UNIT_WEIGHT ? 1 : Memory.getUnsignedInt(entry + weightOffset);
  }

  // Trees.

  /** Makes an empty tree and returns its name: the address of its header. */
  public long create() {
    long created = slab.allocate(HEADER_BYTES, Tag.TREE);
    int capacity = smallestLeafCapacity;
    long root;
    try {
      root = slab.allocate(leafBytes(capacity), Tag.TREE);
    } catch (OutOfMemoryError e) {
      slab.free(created, HEADER_BYTES, Tag.TREE);
      throw e;
    }
    initialize(root, capacity);
    Memory.putLong(created + ROOT, root);
    Memory.putLong(created + COUNT, 0);
    Memory.putLong(created + WEIGHT, 0);
    Memory.putLong(created + NODE_BYTES, usableLeafBytes(capacity));
    Memory.putInt(created + HEIGHT, 1);
    return created;
  }

  /** Frees the tree all at once; {@link #drain} does it in slices. */
  public void destroy(long tree) {
    drain(tree, null, Long.MAX_VALUE);
  }

  /**
   * Visits at least {@code minimumEntries} entries of a tree that is no longer used and forgets
   * them, a leaf at a time and the last one first. Nothing else may be done with the tree then,
   * except {@link #count} and {@link #sizeBytes}.
   *
   * @return whether those were the last: then the tree is freed
   */
  public boolean drain(long tree, EntryVisitor visitor, long minimumEntries) {
    long drained = 0;
    do {
      open(tree);
      descendLast(top);
      long leaf = nodes[0];
      int count = items(leaf);
      if (visitor != null) {
        visit(leaf, 0, count, visitor);
      }
      drained += count;
      addToHeader(COUNT, -count);
      int level = 0;
      free(level, leaf);
      while (level < top && removeLastChild(nodes[level + 1]) == 0) {
        level++;
        free(level, nodes[level]);
      }
      if (level == top) {
        slab.free(tree, HEADER_BYTES, Tag.TREE);
        return true;
      }
    } while (drained < minimumEntries);
    return false;
  }

  private static int removeLastChild(long node) {
    int count = items(node) - 1;
    setItems(node, count);
    return count;
  }

  private void visit(long leaf, int from, int count, EntryVisitor visitor) {
    long end = entry(leaf, from + count);
    for (long entry = entry(leaf, from); entry < end; entry += entryBytes) {
      visitor.accept(entry);
    }
  }

  /** How many entries the tree has. */
  public long count(long tree) {
    return Memory.getLong(tree + COUNT);
  }

  /** The weight of all entries. */
  public long weight(long tree) {
    return Memory.getLong(tree + WEIGHT);
  }

  /** All bytes of the tree. */
  public long sizeBytes(long tree) {
    return Slab.usableBytes(HEADER_BYTES) + Memory.getLong(tree + NODE_BYTES);
  }

  private void addToHeader(int field, long delta) {
    Memory.putLong(tree + field, Memory.getLong(tree + field) + delta);
  }

  // Nodes.

  private static int items(long node) {
    return Memory.getUnsignedShort(node + ITEMS);
  }

  private static void setItems(long node, int items) {
    Memory.putShort(node + ITEMS, items);
  }

  private static int capacity(long node) {
    return Memory.getUnsignedShort(node + CAPACITY);
  }

  private static int room(long node) {
    return capacity(node) - items(node);
  }

  private static void initialize(long node, int capacity) {
    setItems(node, 0);
    Memory.putShort(node + CAPACITY, capacity);
  }

  private long entry(long leaf, int index) {
    return leaf + LEAF_ENTRIES + (long) index * entryBytes;
  }

  private static long child(long node, int index) {
    return Memory.getLong(node + INNER_CHILDREN + (long) index * CHILD_BYTES);
  }

  private long sumAddress(long node, int index) {
    return node + sumsOffset + (long) index * SUM_BYTES;
  }

  private long sum(long node, int index) {
    return Memory.getLong(sumAddress(node, index));
  }

  private void addToSum(long node, int index, long delta) {
    long address = sumAddress(node, index);
    Memory.putLong(address, Memory.getLong(address) + delta);
  }

  private long separator(long node, int index) {
    return node + separatorsOffset + (long) index * separatorBytes;
  }

  /** The weight of some of a node's items. */
  private long weight(int level, long node, int from, int count) {
    if (level > 0) {
      long sum = 0;
      long end = sumAddress(node, from + count);
      for (long address = sumAddress(node, from); address < end; address += SUM_BYTES) {
        sum += Memory.getLong(address);
      }
      return sum;
    }
    if (weightOffset == UNIT_WEIGHT) {
      return count;
    }
    long sum = 0;
    long end = entry(node, from + count);
    for (long entry = entry(node, from); entry < end; entry += entryBytes) {
      sum += weightOf(entry);
    }
    return sum;
  }

  /** Copies items to another place, in the same node or another one of the level. */
  private void copy(int level, long from, int fromIndex, long to, int toIndex, int count) {
    if (level == 0) {
      Memory.copy(entry(from, fromIndex), entry(to, toIndex), (long) count * entryBytes);
      return;
    }
    Memory.copy(
        from + INNER_CHILDREN + (long) fromIndex * CHILD_BYTES,
        to + INNER_CHILDREN + (long) toIndex * CHILD_BYTES,
        (long) count * CHILD_BYTES);
    Memory.copy(sumAddress(from, fromIndex), sumAddress(to, toIndex), (long) count * SUM_BYTES);
    Memory.copy(separator(from, fromIndex), separator(to, toIndex), (long) count * separatorBytes);
  }

  /** Removes items from a node. */
  private void close(int level, long node, int index, int count) {
    int items = items(node);
    copy(level, node, index + count, node, index, items - index - count);
    setItems(node, items - count);
  }

  /** Makes a gap for one item. */
  private void open(int level, long node, int index) {
    int items = items(node);
    copy(level, node, index, node, index + 1, items - index);
    setItems(node, items + 1);
  }

  private long leafBytes(int capacity) {
    return LEAF_ENTRIES + (long) capacity * entryBytes;
  }

  private long usableLeafBytes(int capacity) {
    return Slab.usableBytes(leafBytes(capacity));
  }

  private long nodeBytes(int level, long node) {
    return level == 0 ? leafBytes(capacity(node)) : innerBytes;
  }

  private void free(int level, long node) {
    long bytes = nodeBytes(level, node);
    slab.free(node, bytes, Tag.TREE);
    addToHeader(NODE_BYTES, -Slab.usableBytes(bytes));
  }

  // Seeking.

  private void open(long tree) {
    this.tree = tree;
    this.top = Memory.getInt(tree + HEIGHT) - 1;
    nodes[top] = Memory.getLong(tree + ROOT);
  }

  private void descendFirst(int from) {
    for (int level = from; level > 0; level--) {
      indices[level] = 0;
      nodes[level - 1] = child(nodes[level], 0);
    }
    indices[0] = 0;
  }

  private void descendLast(int from) {
    for (int level = from; level > 0; level--) {
      int last = items(nodes[level]) - 1;
      indices[level] = last;
      nodes[level - 1] = child(nodes[level], last);
    }
    indices[0] = Math.max(0, items(nodes[0]) - 1);
  }

  /** Goes to the first entry; returns its address, 0 if there is none. */
  public long first(long tree) {
    open(tree);
    descendFirst(top);
    return entry();
  }

  /** Goes to the last entry; returns its address, 0 if there is none. */
  public long last(long tree) {
    open(tree);
    descendLast(top);
    return entry();
  }

  /** Goes behind the last entry. */
  public void end(long tree) {
    open(tree);
    descendLast(top);
    indices[0] = items(nodes[0]);
  }

  /**
   * Goes to the entry that a rank is in; how deep, {@link #offset} tells. Goes behind the last
   * entry if the rank is not less than the weight of all.
   *
   * @return the entry's address, or 0
   */
  public long seekRank(long tree, long rank) {
    if (rank >= weight(tree)) {
      end(tree);
      offset = 0;
      return 0;
    }
    open(tree);
    long remaining = rank;
    long weight = weight(tree);
    for (int level = top; level > 0; level--) {
      long node = nodes[level];
      int index;
      if (remaining < weight >>> 1) {
        index = 0;
        for (weight = sum(node, 0); remaining >= weight; weight = sum(node, index)) {
          remaining -= weight;
          index++;
        }
      } else { // from the end it is nearer
        long before = weight;
        index = items(node);
        do {
          index--;
          weight = sum(node, index);
          before -= weight;
        } while (before > remaining);
        remaining -= before;
      }
      indices[level] = index;
      nodes[level - 1] = child(node, index);
    }
    if (weightOffset == UNIT_WEIGHT) {
      indices[0] = (int) remaining;
      offset = 0;
      return entry(nodes[0], (int) remaining);
    }
    int index = 0;
    long entry = entry(nodes[0], 0);
    for (weight = weightOf(entry); remaining >= weight; weight = weightOf(entry)) {
      remaining -= weight;
      index++;
      entry += entryBytes;
    }
    indices[0] = index;
    offset = remaining;
    return entry;
  }

  /** How much of the entry comes before the rank that was sought last. */
  public long offset() {
    return offset;
  }

  /**
   * Goes to the first entry that the probe does not come after, or behind the last one.
   *
   * @return the entry's address, or 0
   */
  public long seekLower(long tree) {
    return seek(tree, 0);
  }

  /**
   * Goes to the first entry that the probe comes before, or behind the last one.
   *
   * @return the entry's address, or 0
   */
  public long seekUpper(long tree) {
    return seek(tree, -1);
  }

  /** Goes to the first entry that compares to the probe with no more than a limit. */
  private long seek(long tree, int limit) {
    open(tree);
    for (int level = top; level > 0; level--) {
      long node = nodes[level];
      // The first one needs no comparison: what comes before it is below it too.
      int index = search(separator(node, 0), 1, items(node), limit) - 1;
      indices[level] = index;
      nodes[level - 1] = child(node, index);
    }
    int items = items(nodes[0]);
    int index = search(entry(nodes[0], 0), 0, items, limit);
    indices[0] = index;
    return index < items ? entry(nodes[0], index) : stepRight();
  }

  private int search(long entries, int from, int to, int limit) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(entries + (long) middle * entryBytes) <= limit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  // The cursor.

  /** The address of the entry; 0 behind the last one. */
  public long entry() {
    long leaf = nodes[0];
    int index = indices[0];
    return index < items(leaf) ? entry(leaf, index) : 0;
  }

  /** Goes to the next entry, or behind the last one; returns its address, or 0. */
  public long next() {
    long leaf = nodes[0];
    int items = items(leaf);
    int index = indices[0] + 1;
    if (index < items) {
      indices[0] = index;
      return entry(leaf, index);
    }
    indices[0] = items;
    return stepRight();
  }

  /** From behind the last entry of a leaf to the first one of the next leaf. */
  private long stepRight() {
    int level = 1;
    while (level <= top && indices[level] + 1 == items(nodes[level])) {
      level++;
    }
    if (level > top) {
      return 0;
    }
    indices[level]++;
    nodes[level - 1] = child(nodes[level], indices[level]);
    descendFirst(level - 1);
    return entry(nodes[0], 0);
  }

  /** Goes to the previous entry; returns its address, or 0 if there is none and it stays. */
  public long previous() {
    if (indices[0] > 0) {
      indices[0]--;
      return entry(nodes[0], indices[0]);
    }
    int level = 1;
    while (level <= top && indices[level] == 0) {
      level++;
    }
    if (level > top) {
      return 0;
    }
    indices[level]--;
    nodes[level - 1] = child(nodes[level], indices[level]);
    descendLast(level - 1);
    return entry(nodes[0], indices[0]);
  }

  /** The weight of all entries before this one. */
  public long rank() {
    long rank = 0;
    for (int level = 0; level <= top; level++) {
      rank += weight(level, nodes[level], 0, indices[level]);
    }
    return rank;
  }

  // Changes of an entry.

  /** Writes the probe over the entry; its order must be the same. */
  public void replace() {
    long entry = entry();
    long oldWeight = weightOf(entry);
    write(entry);
    changed(0, weightOf(entry) - oldWeight);
    if (indices[0] == 0) {
      raiseSeparator(0);
    }
  }

  /** Changes the weight of the entry, which it does not have in common with all others. */
  public void setWeight(long weight) {
    long entry = entry();
    long oldWeight = weightOf(entry);
    Memory.putInt(entry + weightOffset, (int) weight);
    changed(0, weight - oldWeight);
    if (indices[0] == 0) {
      raiseSeparator(0);
    }
  }

  /** Tells header and inner nodes what has changed in the leaf. */
  private void changed(int entries, long weight) {
    if (entries != 0) {
      addToHeader(COUNT, entries);
    }
    if (weight != 0) {
      addToHeader(WEIGHT, weight);
      for (int level = 1; level <= top; level++) {
        addToSum(nodes[level], indices[level], weight);
      }
    }
  }

  private void copySeparator(long parent, int index, int level, long node) {
    long first = level == 0 ? entry(node, 0) : separator(node, 0);
    Memory.copy(first, separator(parent, index), separatorBytes);
  }

  /** Tells the inner nodes that the first item of a node is another one. */
  private void raiseSeparator(int from) {
    int level = from;
    while (level < top) {
      copySeparator(nodes[level + 1], indices[level + 1], level, nodes[level]);
      level++;
      if (indices[level] > 0) {
        return;
      }
    }
  }

  // Insertion.

  /**
   * Inserts the probe before the entry, or as the last one; the cursor is on it then. In an ordered
   * tree this is its place if the cursor comes from {@link #seekLower} or {@link #seekUpper}.
   *
   * @return the new entry's address
   */
  public long insert() {
    if (room(nodes[0]) == 0) {
      if (top == 0 && capacity(nodes[0]) < leafCapacity) {
        growRoot();
      } else {
        End end = insertionEnd();
        reserve(end);
        makeRoom(0, end);
      }
    }
    long leaf = nodes[0];
    int index = indices[0];
    open(0, leaf, index);
    long entry = entry(leaf, index);
    write(entry);
    changed(1, weightOf(entry));
    if (index == 0) {
      raiseSeparator(0);
    }
    return entry;
  }

  /** A leaf that is the root becomes larger by half, and has room for one more entry at least. */
  private void growRoot() {
    long oldBytes = leafBytes(capacity(nodes[0]));
    long leastBytes = leafBytes(capacity(nodes[0]) + 1);
    long newBytes = Slab.usableBytes(Math.max(leastBytes, oldBytes + oldBytes / 2));
    resizeRoot(Math.min(leafCapacity, BPlusTreeLayout.leafCapacity(newBytes, entryBytes)));
  }

  private void resizeRoot(int newCapacity) {
    int oldCapacity = capacity(nodes[0]);
    long root = slab.reallocate(nodes[0], leafBytes(oldCapacity), leafBytes(newCapacity), Tag.TREE);
    Memory.putShort(root + CAPACITY, newCapacity);
    Memory.putLong(tree + ROOT, root);
    addToHeader(NODE_BYTES, usableLeafBytes(newCapacity) - usableLeafBytes(oldCapacity));
    nodes[0] = root;
  }

  private End insertionEnd() {
    boolean first = indices[0] == 0;
    boolean last = indices[0] == items(nodes[0]);
    for (int level = 1; level <= top; level++) {
      first &= indices[level] == 0;
      last &= indices[level] == items(nodes[level]) - 1;
    }
    return last ? End.LAST : first ? End.FIRST : End.NEITHER;
  }

  /** Allocates all nodes that {@link #makeRoom} will take, so that it cannot fail half way. */
  private void reserve(End end) {
    int level = 0;
    try {
      while (level <= top && room(nodes[level]) == 0 && receivingPair(level, end) < 0) {
        spares[level] = allocateNode(level);
        level++;
      }
      if (level > top) {
        spares[level] = allocateNode(level);
      }
    } catch (OutOfMemoryError e) {
      while (--level >= 0) {
        free(level, spares[level]);
      }
      throw e;
    }
  }

  private long allocateNode(int level) {
    long bytes = level == 0 ? leafBytes(leafCapacity) : innerBytes;
    long node = slab.allocate(bytes, Tag.TREE);
    initialize(node, level == 0 ? leafCapacity : innerCapacity);
    addToHeader(NODE_BYTES, Slab.usableBytes(bytes));
    return node;
  }

  /**
   * Makes room for one more item in a full node. The index of the level, and after this the node
   * too, say where the item is to be; all levels above lead there.
   */
  private void makeRoom(int level, End end) {
    if (level == top) {
      raiseRoot();
    }
    int pair = receivingPair(level, end);
    if (pair >= 0) {
      handOver(level, pair, end);
      return;
    }
    int above = level + 1;
    int index = indices[above] + (end == End.FIRST ? 0 : 1);
    if (room(nodes[above]) == 0) {
      indices[above] = index;
      makeRoom(above, end);
      index = indices[above];
    }
    if (end != End.NEITHER) {
      insertSpare(level, index);
      nodes[level] = spares[level];
      indices[level] = 0;
      indices[above] = index;
      return;
    }
    indices[above] = index - 1;
    pair = receivingPair(level, end);
    if (pair >= 0) {
      // The node above was given room by its sibling, and with it a child that has room.
      free(level, spares[level]);
      handOver(level, pair, end);
    } else {
      split(level);
    }
  }

  /** Puts a new root above the old one. */
  private void raiseRoot() {
    long child = nodes[top];
    top++;
    long root = spares[top];
    nodes[top] = root;
    indices[top] = 0;
    setItems(root, 1);
    putChild(root, 0, child, weight(tree));
    copySeparator(root, 0, top - 1, child);
    rootIsTop();
  }

  private void putChild(long node, int index, long child, long weight) {
    Memory.putLong(node + INNER_CHILDREN + (long) index * CHILD_BYTES, child);
    Memory.putLong(sumAddress(node, index), weight);
  }

  /** Makes the spare node of a level, which is empty, a child of the node above. */
  private void insertSpare(int level, int index) {
    long parent = nodes[level + 1];
    open(level + 1, parent, index);
    putChild(parent, index, spares[level], 0);
  }

  /**
   * The index above of the first of two siblings, one of which is the full node and the other has
   * room that is worth while; -1 if there is no such pair.
   */
  private int receivingPair(int level, End end) {
    if (level == top) {
      return -1;
    }
    long parent = nodes[level + 1];
    int index = indices[level + 1];
    int roomLeft = index > 0 ? room(child(parent, index - 1)) : 0;
    int roomRight = index + 1 < items(parent) ? room(child(parent, index + 1)) : 0;
    return switch (end) {
      case LAST -> roomLeft > 0 ? index - 1 : -1;
      case FIRST -> roomRight > 0 ? index : -1;
      case NEITHER -> {
        // With room for one alone, one of the two would still be full.
        int enough = Math.max(2, capacity(nodes[level]) >>> 4);
        int pair = roomLeft > roomRight ? index - 1 : index;
        yield Math.max(roomLeft, roomRight) < enough ? -1 : pair;
      }
    };
  }

  /** A full node gives items to its sibling: half the difference, at the ends all there is room. */
  private void handOver(int level, int pair, End end) {
    long parent = nodes[level + 1];
    long left = child(parent, pair);
    long right = child(parent, pair + 1);
    int gap = indices[level] + (left == nodes[level] ? 0 : items(left));
    int toLeft =
        switch (end) {
          case LAST -> room(left);
          case FIRST -> -room(right);
          case NEITHER -> (items(left) + items(right)) / 2 - items(left);
        };
    shift(level, pair, toLeft);
    place(level, pair, gap);
  }

  /** A full node and a full sibling become three nodes; without a sibling it becomes two. */
  private void split(int level) {
    long parent = nodes[level + 1];
    int index = indices[level + 1];
    long node = nodes[level];
    if (items(parent) == 1) {
      insertSpare(level, 1);
      shift(level, 0, -(items(node) / 2));
      place(level, 0, indices[level]);
      return;
    }
    int pair = index + 1 < items(parent) ? index : index - 1;
    int leftItems = items(child(parent, pair));
    int rightItems = items(child(parent, pair + 1));
    int gap = indices[level] + (pair == index ? 0 : leftItems);
    int third = (leftItems + rightItems + 1) / 3;
    insertSpare(level, pair + 1);
    shift(level, pair, third - leftItems);
    shift(level, pair + 1, rightItems - third);
    place(level, pair, gap);
  }

  /**
   * Moves so many items between two siblings: from right to left, if negative from left to right.
   */
  private void shift(int level, int pair, int toLeft) {
    long parent = nodes[level + 1];
    long left = child(parent, pair);
    long right = child(parent, pair + 1);
    int leftItems = items(left);
    int rightItems = items(right);
    long weight;
    if (toLeft > 0) {
      weight = weight(level, right, 0, toLeft);
      copy(level, right, 0, left, leftItems, toLeft);
      copy(level, right, toLeft, right, 0, rightItems - toLeft);
    } else {
      int toRight = -toLeft;
      weight = -weight(level, left, leftItems - toRight, toRight);
      copy(level, right, 0, right, toRight, rightItems);
      copy(level, left, leftItems - toRight, right, 0, toRight);
    }
    setItems(left, leftItems + toLeft);
    setItems(right, rightItems - toLeft);
    addToSum(parent, pair, weight);
    addToSum(parent, pair + 1, -weight);
    if (rightItems > toLeft) {
      copySeparator(parent, pair + 1, level, right);
    }
  }

  /**
   * Puts the cursor at a gap between items, counted from the first item of a node on; between two
   * nodes it is the end of the left one, if there is room.
   */
  private void place(int level, int index, int gap) {
    long parent = nodes[level + 1];
    int remaining = gap;
    int i = index;
    long node = child(parent, i);
    while (remaining > items(node) || remaining == capacity(node)) {
      remaining -= items(node);
      i++;
      node = child(parent, i);
    }
    nodes[level] = node;
    indices[level] = remaining;
    indices[level + 1] = i;
  }

  // Removal.

  /**
   * Removes the entry; the cursor is on the next one then.
   *
   * @return the address of that one, or 0
   */
  public long remove() {
    return remove(1, null);
  }

  /**
   * Removes some entries from this one on, visiting each one before; the cursor is on the one after
   * them then. Work is proportional to their number.
   *
   * @param visitor null if there is nothing to do
   * @return the address of the entry after them, or 0
   */
  public long remove(long entries, EntryVisitor visitor) {
    long remaining = entries;
    long entry = entry();
    while (remaining > 0 && entry != 0) {
      long leaf = nodes[0];
      int index = indices[0];
      int count = (int) Math.min(remaining, items(leaf) - index);
      if (visitor != null) {
        visit(leaf, index, count, visitor);
      }
      long weight = weight(0, leaf, index, count);
      close(0, leaf, index, count);
      changed(-count, -weight);
      entry = afterRemoval();
      remaining -= count;
    }
    return entry;
  }

  private long afterRemoval() {
    long leaf = nodes[0];
    int items = items(leaf);
    if (count(tree) == 0) {
      keepLeafAlone();
    } else if (items > 0 && indices[0] == 0) {
      raiseSeparator(0);
    }
    if (!needsRepair(0)) {
      return indices[0] < items ? entry(leaf, indices[0]) : stepRight();
    }
    long rank = rank();
    repair(0);
    return seekRank(tree, rank);
  }

  /** The leaf, which is the last one and empty, becomes the root. */
  private void keepLeafAlone() {
    while (top > 0) {
      free(top, nodes[top]);
      top--;
    }
    rootIsTop();
  }

  private void rootIsTop() {
    Memory.putLong(tree + ROOT, nodes[top]);
    Memory.putInt(tree + HEIGHT, top + 1);
  }

  private boolean needsRepair(int level) {
    long node = nodes[level];
    if (level < top) {
      return items(node) == 0 || sparsePair(level) >= 0;
    }
    return level == 0
        ? capacity(node) > smallestLeafCapacity && items(node) < capacity(node) >>> 2
        : items(node) <= 1;
  }

  /** Removes a node that is empty, and mends one that is sparse, on this level and those above. */
  private void repair(int from) {
    for (int level = from; needsRepair(level); level++) {
      if (level == top) {
        repairRoot();
        return;
      }
      int above = level + 1;
      if (items(nodes[level]) == 0) {
        int index = indices[above];
        free(level, nodes[level]);
        close(above, nodes[above], index, 1);
        if (index == 0 && items(nodes[above]) > 0) {
          raiseSeparator(above);
        }
      } else if (!mergeOrBalance(level, sparsePair(level))) {
        return;
      }
    }
  }

  /** Returns whether two nodes became one. */
  private boolean mergeOrBalance(int level, int pair) {
    long parent = nodes[level + 1];
    int leftItems = items(child(parent, pair));
    long right = child(parent, pair + 1);
    int rightItems = items(right);
    if (!mayMerge(level, leftItems + rightItems)) {
      shift(level, pair, (leftItems + rightItems) / 2 - leftItems);
      return false;
    }
    shift(level, pair, rightItems);
    free(level, right);
    close(level + 1, parent, pair + 1, 1);
    return true;
  }

  private boolean mayMerge(int level, int items) {
    int capacity = capacity(nodes[level]);
    return items <= capacity - (capacity >>> 3);
  }

  /**
   * The index above of the first of two siblings, one of which is this sparse node, that should be
   * merged, or else balanced; -1 if there is no such pair.
   */
  private int sparsePair(int level) {
    int items = items(nodes[level]);
    int capacity = capacity(nodes[level]);
    if (items >= capacity >>> 1) {
      return -1;
    }
    long parent = nodes[level + 1];
    int index = indices[level + 1];
    int itemsLeft = index > 0 ? items(child(parent, index - 1)) : capacity;
    int itemsRight = index + 1 < items(parent) ? items(child(parent, index + 1)) : capacity;
    int pair = itemsLeft < itemsRight ? index - 1 : index;
    if (mayMerge(level, items + Math.min(itemsLeft, itemsRight))) {
      return pair;
    }
    if (items >= capacity / 3 || items(parent) == 1) {
      return -1;
    }
    return index + 1 < items(parent) ? index : index - 1;
  }

  /** An inner root with one child gives way to it, and a small leaf takes less memory. */
  private void repairRoot() {
    while (top > 0 && items(nodes[top]) == 1) {
      long child = child(nodes[top], 0);
      free(top, nodes[top]);
      top--;
      nodes[top] = child;
    }
    rootIsTop();
    if (top == 0) {
      shrinkRoot();
    }
  }

  private void shrinkRoot() {
    int items = items(nodes[0]);
    if (items >= capacity(nodes[0]) >>> 2) {
      return;
    }
    long bytes = Slab.usableBytes(leafBytes(2 * items));
    int newCapacity =
        Math.max(smallestLeafCapacity, BPlusTreeLayout.leafCapacity(bytes, entryBytes));
    try {
      resizeRoot(newCapacity);
    } catch (OutOfMemoryError e) {
      // It remains as it is: that is right too, and the entry is removed.
      return;
    }
  }

  // Checking.

  /**
   * Checks everything that must hold and throws an {@link AssertionError} if something does not.
   * Uses the cursor and the probe.
   */
  public void validate(long tree) {
    open(tree);
    require(top < MAX_LEVELS, "height", top + 1);
    require(validate(top, nodes[top]) == weight(tree), "weight", weight(tree));
    long count = 0;
    long rank = 0;
    for (long entry = first(tree); entry != 0; entry = next()) {
      if (count > 0 && separatorBytes > 0) {
        require(compare(entry) < 0, "order of entry", count);
      }
      read(entry);
      require(items(nodes[0]) > 1 || rank() == rank, "rank", rank);
      rank += weightOf(entry);
      count++;
    }
    require(count == count(tree), "count", count(tree));
    open(tree);
    long nodeBytes = usableBytes(top, nodes[top]);
    require(
        nodeBytes == Memory.getLong(tree + NODE_BYTES),
        "node bytes",
        Memory.getLong(tree + NODE_BYTES));
  }

  /** The weight of all entries below a node. */
  private long validate(int level, long node) {
    int items = items(node);
    int capacity = level == 0 ? leafCapacity : innerCapacity;
    boolean mayBeSmall = level == 0 && top == 0;
    require(
        mayBeSmall ? capacity(node) <= capacity : capacity(node) == capacity,
        "capacity",
        capacity(node));
    require(items <= capacity(node), "items", items);
    require(level < top ? items > 0 : level == 0 || items > 1, "items", items);
    if (level == 0) {
      return weight(0, node, 0, items);
    }
    long sum = 0;
    for (int i = 0; i < items; i++) {
      long child = child(node, i);
      long weight = validate(level - 1, child);
      require(weight == sum(node, i), "weight of child", sum(node, i));
      long first = level == 1 ? entry(child, 0) : separator(child, 0);
      require(Memory.equal(separator(node, i), first, separatorBytes), "separator", i);
      sum += weight;
    }
    return sum;
  }

  private long usableBytes(int level, long node) {
    long bytes = Slab.usableBytes(nodeBytes(level, node));
    for (int i = 0; level > 0 && i < items(node); i++) {
      bytes += usableBytes(level - 1, child(node, i));
    }
    return bytes;
  }

  private static void require(boolean holds, String what, long value) {
    if (!holds) {
      throw new AssertionError("B+tree: " + what + " " + value);
    }
  }
}
