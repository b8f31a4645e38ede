package io.jacinth.value;

import static io.jacinth.value.ListLayout.BEGIN;
import static io.jacinth.value.ListLayout.CAPACITY;
import static io.jacinth.value.ListLayout.CHUNK_BYTES;
import static io.jacinth.value.ListLayout.CHUNK_COUNT;
import static io.jacinth.value.ListLayout.END;
import static io.jacinth.value.ListLayout.ENTRIES;
import static io.jacinth.value.ListLayout.NEXT;
import static io.jacinth.value.ListLayout.PREVIOUS;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * One chunk of a list, by its address: a run of entries with room before and behind it, and the
 * addresses of its neighbours. {@link ListLayout} draws it.
 */
final class ListChunk {
  private ListChunk() {}

  /**
   * Allocates a chunk without entries and neighbours.
   *
   * @param runBytes what it can hold
   * @param growsDown whether entries will be put before the first one, otherwise behind the last
   */
  static long create(Slab slab, int runBytes, boolean growsDown) {
    return createOf(slab, Math.addExact(runBytes, ENTRIES), growsDown);
  }

  private static long createOf(Slab slab, int capacity, boolean growsDown) {
    long chunk = slab.allocate(capacity, Tag.VALUE);
    int begin = growsDown ? capacity : ENTRIES;
    Memory.putLong(chunk + NEXT, 0);
    Memory.putLong(chunk + PREVIOUS, 0);
    Memory.putInt(chunk + BEGIN, begin);
    Memory.putInt(chunk + END, begin);
    Memory.putInt(chunk + CHUNK_COUNT, 0);
    Memory.putInt(chunk + CAPACITY, capacity);
    return chunk;
  }

  /** A copy, without neighbours, in a block that has no room to spare. */
  static long copy(Slab slab, long chunk) {
    int runBytes = runBytes(chunk);
    long copy = createOf(slab, ENTRIES + runBytes, false);
    Memory.copy(begin(chunk), copy + ENTRIES, runBytes);
    Memory.putInt(copy + END, ENTRIES + runBytes);
    Memory.putInt(copy + CHUNK_COUNT, count(chunk));
    return copy;
  }

  static void free(Slab slab, long chunk) {
    slab.free(chunk, capacity(chunk), Tag.VALUE);
  }

  static long next(long chunk) {
    return Memory.getLong(chunk + NEXT);
  }

  static long previous(long chunk) {
    return Memory.getLong(chunk + PREVIOUS);
  }

  /** Makes two chunks neighbours; 0 stands for none. */
  static void link(long chunk, long next) {
    if (chunk != 0) {
      Memory.putLong(chunk + NEXT, next);
    }
    if (next != 0) {
      Memory.putLong(next + PREVIOUS, chunk);
    }
  }

  /** Where the first entry is. */
  static long begin(long chunk) {
    return chunk + Memory.getInt(chunk + BEGIN);
  }

  /** Where the last entry ends. */
  static long end(long chunk) {
    return chunk + Memory.getInt(chunk + END);
  }

  static void begin(long chunk, long begin) {
    Memory.putInt(chunk + BEGIN, (int) (begin - chunk));
  }

  static void end(long chunk, long end) {
    Memory.putInt(chunk + END, (int) (end - chunk));
  }

  static int runBytes(long chunk) {
    return Memory.getInt(chunk + END) - Memory.getInt(chunk + BEGIN);
  }

  static int count(long chunk) {
    return Memory.getInt(chunk + CHUNK_COUNT);
  }

  static void addCount(long chunk, int entries) {
    Memory.putInt(chunk + CHUNK_COUNT, count(chunk) + entries);
  }

  /** Bytes of the whole chunk, as it was allocated. */
  static int capacity(long chunk) {
    return Memory.getInt(chunk + CAPACITY);
  }

  /** Whether it holds one element that is too large for a chunk of usual size. */
  static boolean isLarge(long chunk) {
    return capacity(chunk) > CHUNK_BYTES;
  }

  static int roomBefore(long chunk) {
    return Memory.getInt(chunk + BEGIN) - ENTRIES;
  }

  static int roomBehind(long chunk) {
    return capacity(chunk) - Memory.getInt(chunk + END);
  }

  static int room(long chunk) {
    return roomBefore(chunk) + roomBehind(chunk);
  }

  /** Moves the entries so that there is so much room before them. */
  static void slide(long chunk, int roomBefore) {
    int runBytes = runBytes(chunk);
    long begin = chunk + ENTRIES + roomBefore;
    Memory.copy(begin(chunk), begin, runBytes);
    begin(chunk, begin);
    end(chunk, begin + runBytes);
  }

  /**
   * Makes a gap between entries, moving the fewer bytes.
   *
   * @return where the gap is, 0 if there is not so much room
   */
  static long open(long chunk, long at, int gapBytes) {
    long begin = begin(chunk);
    long end = end(chunk);
    boolean before = roomBefore(chunk) >= gapBytes;
    boolean behind = roomBehind(chunk) >= gapBytes;
    if (before && (!behind || at - begin <= end - at)) {
      Memory.copy(begin, begin - gapBytes, at - begin);
      begin(chunk, begin - gapBytes);
      return at - gapBytes;
    }
    if (behind) {
      Memory.copy(at, at + gapBytes, end - at);
      end(chunk, end + gapBytes);
      return at;
    }
    if (room(chunk) < gapBytes) {
      return 0;
    }
    slide(chunk, 0);
    long gap = chunk + ENTRIES + (at - begin);
    Memory.copy(gap, gap + gapBytes, end - at);
    end(chunk, end(chunk) + gapBytes);
    return gap;
  }

  /**
   * Takes bytes out.
   *
   * @return where the byte behind them is now
   */
  static long close(long chunk, long at, int gapBytes) {
    long begin = begin(chunk);
    long end = end(chunk);
    long behind = at + gapBytes;
    if (at - begin < end - behind) {
      Memory.copy(begin, begin + gapBytes, at - begin);
      begin(chunk, begin + gapBytes);
      return behind;
    }
    Memory.copy(behind, at, end - behind);
    end(chunk, end - gapBytes);
    return at;
  }
}
