package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.structure.BPlusTree;

/**
 * Trees of what consumers of a group were given and have not acknowledged, by ID.
 *
 * <pre>
 *   entry    0    16         24              32                 40
 *            | ID | consumer | delivery time | delivery count: 8 |
 * </pre>
 *
 * <p>An entry that no consumer has, because it was released, has 0 for its consumer and in place of
 * the time {@link #FIRST_RELEASE} and how many were released before it.
 */
final class PendingTree extends BPlusTree {
  /** Before all times. */
  static final long FIRST_RELEASE = Long.MIN_VALUE;

  private static final int CONSUMER = StreamLayout.ID_BYTES;
  private static final int TIME = CONSUMER + Long.BYTES;
  private static final int DELIVERIES = TIME + Long.BYTES;
  static final int ENTRY_BYTES = DELIVERIES + Long.BYTES;

  // The probe.
  private long millis;
  private long sequence;
  private long consumer;
  private long time;
  private long count;

  PendingTree(Slab slab) {
    super(slab, ENTRY_BYTES, UNIT_WEIGHT, true);
  }

  /** What is sought has this ID. */
  PendingTree probe(long millis, long sequence) {
    this.millis = millis;
    this.sequence = sequence;
    return this;
  }

  /** What is to be written with the probe's ID. */
  PendingTree with(long consumer, long time, long count) {
    this.consumer = consumer;
    this.time = time;
    this.count = count;
    return this;
  }

  /** The entry of an ID, which the cursor is on then; 0 if there is none. */
  long find(long tree, long millis, long sequence) {
    long entry = probe(millis, sequence).seekLower(tree);
    return entry != 0 && compare(entry) == 0 ? entry : 0;
  }

  static long consumer(long entry) {
    return Memory.getLong(entry + CONSUMER);
  }

  static long time(long entry) {
    return Memory.getLong(entry + TIME);
  }

  static long deliveries(long entry) {
    return Memory.getLong(entry + DELIVERIES);
  }

  @Override
  protected int compare(long entry) {
    return StreamId.compare(
        millis, sequence, Memory.getLong(entry), Memory.getLong(entry + StreamLayout.SEQUENCE));
  }

  @Override
  protected void write(long entry) {
    Memory.putLong(entry, millis);
    Memory.putLong(entry + StreamLayout.SEQUENCE, sequence);
    Memory.putLong(entry + CONSUMER, consumer);
    Memory.putLong(entry + TIME, time);
    Memory.putLong(entry + DELIVERIES, count);
  }

  @Override
  protected void read(long entry) {
    probe(Memory.getLong(entry), Memory.getLong(entry + StreamLayout.SEQUENCE));
    with(consumer(entry), time(entry), Memory.getLong(entry + DELIVERIES));
  }
}
