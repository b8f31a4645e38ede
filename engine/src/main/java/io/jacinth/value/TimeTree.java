package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.structure.BPlusTree;

/**
 * Trees of what is pending in a group, what was delivered longest ago first: for who claims what
 * others have had for too long. A group has one as soon as somebody does that.
 *
 * <pre>
 *   entry    0      8    24
 *            | time | ID |
 * </pre>
 *
 * <p>The time is that of {@link PendingTree}: less than any other for entries that no consumer has,
 * and the greater the later they were released.
 */
final class TimeTree extends BPlusTree {
  private static final int ID = Long.BYTES;
  private static final int ENTRY_BYTES = ID + StreamLayout.ID_BYTES;

  // The probe.
  private long time;
  private long millis;
  private long sequence;

  TimeTree(Slab slab) {
    super(slab, ENTRY_BYTES, UNIT_WEIGHT, true);
  }

  /** What is sought, or to be inserted. */
  TimeTree probe(long time, long millis, long sequence) {
    this.time = time;
    this.millis = millis;
    this.sequence = sequence;
    return this;
  }

  static long time(long entry) {
    return Memory.getLong(entry);
  }

  static long millis(long entry) {
    return Memory.getLong(entry + ID);
  }

  static long sequence(long entry) {
    return Memory.getLong(entry + ID + StreamLayout.SEQUENCE);
  }

  @Override
  protected int compare(long entry) {
    int difference = Long.compare(time, time(entry));
    return difference != 0
        ? difference
        : StreamId.compare(millis, sequence, millis(entry), sequence(entry));
  }

  @Override
  protected void write(long entry) {
    Memory.putLong(entry, time);
    Memory.putLong(entry + ID, millis);
    Memory.putLong(entry + ID + StreamLayout.SEQUENCE, sequence);
  }

  @Override
  protected void read(long entry) {
    probe(time(entry), millis(entry), sequence(entry));
  }
}
