package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.structure.BPlusTree;

/**
 * The trees of what expires in tables: records by time.
 *
 * <pre>
 *   entry    0         8
 *            | time: 8 | ref of the record: 4 |
 * </pre>
 *
 * <p>The time is in the record, too. A tree, and not a timer wheel, because it is small when little
 * expires and knows how many times have come.
 */
final class ExpiryTree extends BPlusTree {
  private static final int TIME = 0;
  private static final int REF = 8;
  private static final int ENTRY_BYTES = 12;

  /** Less than any other. */
  private static final int NO_REF = 0;

  // The probe.
  private long millis;
  private int ref;

  ExpiryTree(Slab slab) {
    super(slab, ENTRY_BYTES, UNIT_WEIGHT, true);
  }

  @Override
  protected int compare(long entry) {
    int order = Long.compare(millis, millis(entry));
    return order == 0 ? Integer.compareUnsigned(ref, ref(entry)) : order;
  }

  @Override
  protected void write(long entry) {
    Memory.putLong(entry + TIME, millis);
    Memory.putInt(entry + REF, ref);
  }

  @Override
  protected void read(long entry) {
    probe(millis(entry), ref(entry));
  }

  private void probe(long millis, int ref) {
    this.millis = millis;
    this.ref = ref;
  }

  static long millis(long entry) {
    return Memory.getLong(entry + TIME);
  }

  static int ref(long entry) {
    return Memory.getInt(entry + REF);
  }

  void add(long tree, long millis, int ref) {
    probe(millis, ref);
    seekLower(tree);
    insert();
  }

  void remove(long tree, long millis, int ref) {
    probe(millis, ref);
    long entry = seekLower(tree);
    if (entry == 0 || compare(entry) != 0) {
      throw new IllegalStateException("not in the tree: ref " + ref);
    }
    remove();
  }

  /** How many times lie before this one. */
  long countBefore(long tree, long millis) {
    probe(millis, NO_REF);
    seekLower(tree);
    return rank();
  }
}
