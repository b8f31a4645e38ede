package io.jacinth.command.string;

import io.jacinth.memory.Memory;

/**
 * The longest common subsequence of two strings by dynamic programming (Wagner and Fischer 1974),
 * with which pieces of them it is made of.
 *
 * <p>Of the table of lengths only one row is kept; to walk back through it one bit per cell is
 * enough, which says whether to go up or to the left. So it takes a 32nd of what a table of ints
 * would. Where several subsequences are equally long, the walk's preference decides: to the left,
 * unless going up is better.
 *
 * <pre>
 *   scratch  | row of lengths: (b + 1) * 4, rounded up to 8 | up bits: a rows of ceil(b / 64) * 8 |
 *            | ranges: min(a, b) * 16 | subsequence: min(a, b) |
 *   range    | from in a: 4 | to in a: 4 | from in b: 4 | to in b: 4 |  both ends included
 * </pre>
 */
final class LongestCommonSubsequence {
  private static final int A_FROM = 0;
  private static final int A_TO = 4;
  private static final int B_FROM = 8;
  private static final int B_TO = 12;
  private static final int RANGE_BYTES = 16;

  private final long a;
  private final int aLength;
  private final long b;
  private final int bLength;
  private final long row;
  private final long bits;
  private final long rowBitsBytes;
  private final long ranges;
  private final long subsequence;
  private int rangeCount;

  /**
   * @param scratch memory of {@link #scratchBytes}
   */
  LongestCommonSubsequence(long a, int aLength, long b, int bLength, long scratch) {
    this.a = a;
    this.aLength = aLength;
    this.b = b;
    this.bLength = bLength;
    row = scratch;
    bits = row + rowBytes(bLength);
    rowBitsBytes = rowBitsBytes(bLength);
    ranges = bits + aLength * rowBitsBytes;
    subsequence = ranges + (long) Math.min(aLength, bLength) * RANGE_BYTES;
  }

  static long scratchBytes(int aLength, int bLength) {
    return rowBytes(bLength)
        + aLength * rowBitsBytes(bLength)
        + (long) Math.min(aLength, bLength) * (RANGE_BYTES + 1);
  }

  private static long rowBytes(int bLength) {
    return (bLength + 2L) / 2 * Long.BYTES;
  }

  private static long rowBitsBytes(int bLength) {
    return (bLength + 63L) / 64 * Long.BYTES;
  }

  /** Fills the table and returns the length. */
  int length() {
    Memory.fill(row, rowBytes(bLength), 0);
    for (int i = 0; i < aLength; i++) {
      fillRow(Memory.getByte(a + i), bits + i * rowBitsBytes);
    }
    return Memory.getInt(row + (long) bLength * Integer.BYTES);
  }

  private void fillRow(byte character, long rowBits) {
    int diagonal = 0;
    int left = 0;
    long word = 0;
    for (int j = 0; j < bLength; j++) {
      long cell = row + (j + 1L) * Integer.BYTES;
      int up = Memory.getInt(cell);
      word |= (up > left ? 1L : 0) << j;
      if ((j & 63) == 63) {
        Memory.putLong(rowBits + (j >>> 6) * (long) Long.BYTES, word);
        word = 0;
      }
      left = Memory.getByte(b + j) == character ? diagonal + 1 : Math.max(up, left);
      Memory.putInt(cell, left);
      diagonal = up;
    }
    if ((bLength & 63) != 0) {
      Memory.putLong(rowBits + rowBitsBytes - Long.BYTES, word);
    }
  }

  private boolean isUpBetter(int i, int j) {
    long word = Memory.getLong(bits + i * rowBitsBytes + (j >>> 6) * (long) Long.BYTES);
    return (word >>> j & 1) != 0;
  }

  /** After {@link #length}: walks back from the ends, noting ranges and the subsequence. */
  void walk(int length) {
    int i = aLength - 1;
    int j = bLength - 1;
    int missing = length;
    boolean inRange = false;
    while (i >= 0 && j >= 0 && missing > 0) {
      byte character = Memory.getByte(a + i);
      if (character == Memory.getByte(b + j)) {
        missing--;
        Memory.putByte(subsequence + missing, character);
        note(i, j, inRange);
        inRange = true;
        i--;
        j--;
      } else {
        inRange = false;
        if (isUpBetter(i, j)) {
          i--;
        } else {
          j--;
        }
      }
    }
  }

  /** Notes a pair of equal characters: one more of the last range, or a new one. */
  private void note(int i, int j, boolean inRange) {
    if (!inRange) {
      rangeCount++;
      long range = range(rangeCount - 1);
      Memory.putInt(range + A_TO, i);
      Memory.putInt(range + B_TO, j);
    }
    long range = range(rangeCount - 1);
    Memory.putInt(range + A_FROM, i);
    Memory.putInt(range + B_FROM, j);
  }

  private long range(int index) {
    return ranges + (long) index * RANGE_BYTES;
  }

  /** Where the subsequence stands after {@link #walk}. */
  long subsequence() {
    return subsequence;
  }

  /** Number of ranges, the last one in the strings first. */
  int rangeCount() {
    return rangeCount;
  }

  int aFrom(int index) {
    return Memory.getInt(range(index) + A_FROM);
  }

  int aTo(int index) {
    return Memory.getInt(range(index) + A_TO);
  }

  int bFrom(int index) {
    return Memory.getInt(range(index) + B_FROM);
  }

  int bTo(int index) {
    return Memory.getInt(range(index) + B_TO);
  }

  int rangeLength(int index) {
    return aTo(index) - aFrom(index) + 1;
  }
}
