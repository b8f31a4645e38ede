package io.jacinth.memory;

/**
 * Mappings of freed large blocks, kept for the blocks that come next. Not thread-safe.
 *
 * <p>Mapping a MiB anew and touching it costs some 100 microseconds, as the system zeroes it and
 * takes a fault for each of its pages: more than everything else that a SET of that size does. Such
 * blocks come and go at the same pace, one for each command, so few need to be kept. What nobody
 * has taken for a whole round is idle and better given back.
 */
final class SpareMappings {
  /** Sum of what is kept. */
  static final long MAX_BYTES = 32 << 20;

  static final int MAX_COUNT = 256;

  /**
   * A mapping of another size is worth resizing if it differs by less than the wanted size shifted
   * by this.
   */
  private static final int FIT_SHIFT = 1;

  // The mappings in order of age, oldest first: where, how large, and in which round they came.
  private final long[] addresses = new long[MAX_COUNT];
  private final long[] sizesBytes = new long[MAX_COUNT];
  private final long[] rounds = new long[MAX_COUNT];
  private int count;
  private long totalBytes;
  private long round;

  int count() {
    return count;
  }

  long totalBytes() {
    return totalBytes;
  }

  /** Whether there is room for one more mapping of this size; if not, the oldest must go. */
  boolean hasRoom(long sizeBytes) {
    return count < MAX_COUNT && totalBytes + sizeBytes <= MAX_BYTES;
  }

  void add(long address, long sizeBytes) {
    addresses[count] = address;
    sizesBytes[count] = sizeBytes;
    rounds[count] = round;
    count++;
    totalBytes += sizeBytes;
  }

  long address(int index) {
    return addresses[index];
  }

  long sizeBytes(int index) {
    return sizesBytes[index];
  }

  /** The newest of those nearest in size; -1 if a new mapping is cheaper than any. */
  int nearest(long sizeBytes) {
    int best = -1;
    long bestDistance = sizeBytes >> FIT_SHIFT;
    for (int i = count - 1; i >= 0 && bestDistance > 0; i--) {
      long distance = Math.abs(sizesBytes[i] - sizeBytes);
      if (distance < bestDistance) {
        best = i;
        bestDistance = distance;
      }
    }
    return best;
  }

  void remove(int index) {
    totalBytes -= sizesBytes[index];
    count--;
    int moved = count - index;
    System.arraycopy(addresses, index + 1, addresses, index, moved);
    System.arraycopy(sizesBytes, index + 1, sizesBytes, index, moved);
    System.arraycopy(rounds, index + 1, rounds, index, moved);
  }

  /** Begins a new round. */
  void nextRound() {
    round++;
  }

  /** Whether there is one that has been here for a whole round: then the oldest is. */
  boolean hasIdle() {
    return count > 0 && rounds[0] + 1 < round;
  }

  /** Throws if an invariant does not hold; otherwise the sum of what is kept. */
  long validate() {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += sizesBytes[i];
      if (i > 0 && rounds[i] < rounds[i - 1]) {
        throw new AssertionError("spare mappings: not in the order of age");
      }
    }
    if (sum != totalBytes || sum > MAX_BYTES) {
      throw new AssertionError("spare mappings: " + totalBytes + " bytes, found " + sum);
    }
    return sum;
  }
}
