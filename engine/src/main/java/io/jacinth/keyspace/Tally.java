package io.jacinth.keyspace;

/**
 * What the commands of one thread have done to the keyspace, counted, and the log by which a script
 * of it is undone.
 *
 * <p>Each thread counts for itself: a counter that two of them increase moves from one core's cache
 * to the other's each time, which takes longer than a look-up. Written by its thread; others read
 * and may see a moment late. No counter ever falls, but that of changes when they are undone.
 */
public final class Tally {
  /** The longs of a cache line, on either side of what one thread writes often. */
  private static final int LINE = 8;

  private static final int DIRTY = LINE;
  private static final int HITS = LINE + 1;
  private static final int MISSES = LINE + 2;

  private final long[] counts = new long[LINE + LINE + LINE];

  private final UndoLog undo;

  Tally(Keyspace keyspace) {
    undo = new UndoLog(keyspace, this);
  }

  /** What undoes a script of this thread. */
  public UndoLog undo() {
    return undo;
  }

  public void countChanges(long changes) {
    counts[DIRTY] += changes;
  }

  void countHit() {
    counts[HITS]++;
  }

  void countMiss() {
    counts[MISSES]++;
  }

  long changes() {
    return counts[DIRTY];
  }

  long hits() {
    return counts[HITS];
  }

  long misses() {
    return counts[MISSES];
  }
}
