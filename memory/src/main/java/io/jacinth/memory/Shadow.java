package io.jacinth.memory;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What checked mode knows about memory: for every 8 bytes ("granule") of the allocator's memory
 * whether a block owns them, and for every block its size and its owner's tag.
 *
 * <pre>
 *  address   | 16 bits: row | 16 bits: cell | 13 bits: granule | 3 bits |
 * </pre>
 *
 * <p>Granules that no allocator ever announced are {@link #UNKNOWN} and may be accessed freely:
 * they belong to libraries. Blocks begin and end on granules, so a granule is owned wholly or not
 * at all; a request of 13 bytes owns the 16 that its block has. The granule in which a block begins
 * is marked, so that an access that runs from one block over into its neighbour is found too.
 *
 * <p>The memory is described once for the whole process, as addresses are. Each granule is written
 * only by the thread that allocates or frees it; making and dropping cells is locked. Freed blocks
 * are filled with {@link #POISON}, which is looked for when they are allocated again.
 */
final class Shadow {
  private static final byte UNKNOWN = 0;
  private static final byte UNUSED = 1;
  private static final byte FREED = 2;
  private static final byte LIVE = 3;
  private static final byte BLOCK_START = 4;

  /** What each byte of a free block is set to. */
  static final byte POISON = (byte) 0xde;

  private static final long POISON_WORD = 0xdede_dede_dede_dedeL;

  /** The front of a free block, which the allocator uses itself and which is not poisoned. */
  static final int LINK_BYTES = 16;

  private static final int GRANULE_SHIFT = 3;
  private static final int CELL_SHIFT = 16;
  private static final int ROW_SHIFT = 32;
  private static final int GRANULE_BYTES = 1 << GRANULE_SHIFT;
  private static final long CELL_BYTES = 1L << CELL_SHIFT;
  private static final int GRANULES = 1 << (CELL_SHIFT - GRANULE_SHIFT);
  private static final int CELLS = 1 << (ROW_SHIFT - CELL_SHIFT);
  private static final int ROWS = 1 << 16;

  /** No operating system gives memory below this address: whoever reads there follows a null. */
  private static final long LOWEST_ADDRESS = 4096;

  private static final int TAG_BITS = 8;
  private static final int REPORTED_BLOCKS = 10;

  private static final AtomicReferenceArray<AtomicReferenceArray<Cell>> MAP =
      new AtomicReferenceArray<>(ROWS);

  /** The granules of 64 KiB. */
  private static final class Cell {
    final byte[] states = new byte[GRANULES];

    /**
     * At the first granule of a block that is or was: its size in bytes and its tag. What stands
     * where memory is unused or unknown is stale: clearing it would take half of a test's time, as
     * pages come and go.
     */
    long[] blocks;

    void putBlock(int granule, long block) {
      if (blocks == null) {
        makeBlocks();
      }
      blocks[granule] = block;
    }

    /** Two large blocks may meet in a cell, and be allocated at the same time. */
    private synchronized void makeBlocks() {
      if (blocks == null) {
        blocks = new long[GRANULES];
      }
    }

    long block(int granule) {
      return blocks == null ? 0 : blocks[granule];
    }
  }

  private static final ThreadLocal<Boolean> LOOKING = ThreadLocal.withInitial(() -> false);

  private Shadow() {}

  /** See {@link Memory#beginLooking}. */
  static void looking(boolean looking) {
    LOOKING.set(looking);
  }

  static boolean isLooking() {
    return LOOKING.get();
  }

  /** Throws unless all bytes of the range belong to one block, or to no allocator. */
  static void check(long address, long sizeBytes) {
    if (!isLooking()) {
      checkBytes(address, sizeBytes);
    }
  }

  private static void checkBytes(long address, long sizeBytes) {
    if (sizeBytes <= 0) {
      if (sizeBytes < 0) {
        throw new AssertionError(at(address) + ": access to " + sizeBytes + " bytes");
      }
      return;
    }
    Cell cell = cellOf(address);
    int first = granuleOf(address);
    long last = address + sizeBytes - 1;
    byte state = cell == null ? UNKNOWN : cell.states[first];
    if (state < LIVE && state != UNKNOWN) {
      throw misuse(address, sizeBytes, address);
    }
    if ((address >>> GRANULE_SHIFT) == (last >>> GRANULE_SHIFT)) {
      return;
    }
    byte expected = state == UNKNOWN ? UNKNOWN : LIVE;
    for (long next = (address | (GRANULE_BYTES - 1)) + 1; next <= last; ) {
      cell = cellOf(next);
      long end = Math.min(last, next | (CELL_BYTES - 1));
      if (cell == null) {
        if (expected != UNKNOWN) {
          throw misuse(address, sizeBytes, next);
        }
      } else {
        byte[] states = cell.states;
        int lastGranule = granuleOf(end);
        for (int granule = granuleOf(next); granule <= lastGranule; granule++) {
          if (states[granule] != expected) {
            throw misuse(
                address, sizeBytes, (next & -CELL_BYTES) + ((long) granule << GRANULE_SHIFT));
          }
        }
      }
      next = end + 1;
    }
  }

  /** A range now belongs to an allocator, and none of its bytes to a block. */
  static void unused(long address, long sizeBytes) {
    mark(address, sizeBytes, UNUSED);
  }

  /** A range no longer belongs to an allocator. */
  static void forget(long address, long sizeBytes) {
    mark(address, sizeBytes, UNKNOWN);
  }

  /** A range is handed out; {@code recycled} if it was freed before and has been poisoned then. */
  static void allocated(long address, long sizeBytes, Tag tag, boolean recycled) {
    byte expected = recycled ? FREED : UNUSED;
    for (long a = address; a < address + sizeBytes; a += GRANULE_BYTES) {
      if (stateOf(a) != expected) {
        throw new AssertionError(
            at(a) + ": allocated for " + tag + " but is " + describe(a) + "; corrupt free list?");
      }
    }
    if (recycled) {
      for (long a = address + LINK_BYTES; a < address + sizeBytes; a += GRANULE_BYTES) {
        if (Raw.getLong(a) != POISON_WORD) {
          throw new AssertionError(at(a) + ": written after free; was " + describe(a));
        }
      }
    }
    mark(address, sizeBytes, LIVE);
    Cell cell = cellOf(address);
    cell.states[granuleOf(address)] = BLOCK_START;
    cell.putBlock(granuleOf(address), sizeBytes << TAG_BITS | tag.number);
  }

  /** A block is freed; throws unless this very block was allocated with this size and tag. */
  static void freed(long address, long sizeBytes, Tag tag) {
    checkBlock(address, sizeBytes, tag);
    Raw.fill(address, sizeBytes, POISON);
    mark(address, sizeBytes, FREED);
    cellOf(address).putBlock(granuleOf(address), sizeBytes << TAG_BITS | tag.number);
  }

  /** A block is freed whose memory is no longer there: as {@link #freed}, without the poison. */
  static void vanished(long address, long sizeBytes, Tag tag) {
    checkBlock(address, sizeBytes, tag);
    mark(address, sizeBytes, FREED);
    cellOf(address).putBlock(granuleOf(address), sizeBytes << TAG_BITS | tag.number);
  }

  /** Throws unless a block of this size and tag begins here. */
  static void checkBlock(long address, long sizeBytes, Tag tag) {
    String operation = at(address) + ": free of " + sizeBytes + " bytes of " + tag;
    switch (stateOf(address)) {
      case BLOCK_START -> {}
      case FREED -> throw new AssertionError(operation + ": double free; is " + describe(address));
      case LIVE -> throw new AssertionError(operation + ": not the start of " + describe(address));
      default -> throw new AssertionError(operation + ": is " + describe(address));
    }
    long block = cellOf(address).block(granuleOf(address));
    if (block >>> TAG_BITS != sizeBytes) {
      throw new AssertionError(operation + ": wrong size; is " + describe(address));
    }
    if (tagOf(block) != tag) {
      throw new AssertionError(operation + ": wrong tag; is " + describe(address));
    }
  }

  /** Lists the live blocks of a range; empty if there is none. */
  static String liveBlocks(long address, long sizeBytes) {
    StringBuilder report = new StringBuilder();
    int count = 0;
    for (long a = address; a < address + sizeBytes; a += GRANULE_BYTES) {
      if (stateOf(a) == BLOCK_START && count++ < REPORTED_BLOCKS) {
        report.append("\n  ").append(at(a)).append(": ").append(describe(a));
      }
    }
    if (count > REPORTED_BLOCKS) {
      report.append("\n  and ").append(count - REPORTED_BLOCKS).append(" more");
    }
    return report.toString();
  }

  private static Tag tagOf(long block) {
    return Tag.of((int) block & ((1 << TAG_BITS) - 1));
  }

  private static int granuleOf(long address) {
    return (int) (address >>> GRANULE_SHIFT) & (GRANULES - 1);
  }

  private static int cellIndexOf(long address) {
    return (int) (address >>> CELL_SHIFT) & (CELLS - 1);
  }

  private static Cell cellOf(long address) {
    if (address < LOWEST_ADDRESS || address >>> ROW_SHIFT >= ROWS) {
      throw new AssertionError(at(address) + ": not an address");
    }
    AtomicReferenceArray<Cell> row = MAP.get((int) (address >>> ROW_SHIFT));
    return row == null ? null : row.get(cellIndexOf(address));
  }

  private static byte stateOf(long address) {
    Cell cell = cellOf(address);
    return cell == null ? UNKNOWN : cell.states[granuleOf(address)];
  }

  private static void mark(long address, long sizeBytes, byte state) {
    long end = address + sizeBytes;
    for (long from = address; from < end; ) {
      long to = Math.min(end, (from | (CELL_BYTES - 1)) + 1);
      if (state == UNKNOWN && to - from == CELL_BYTES) {
        dropCell(from);
      } else {
        Cell cell = cellOf(from);
        if (cell == null) {
          cell = makeCell(from);
        }
        int first = granuleOf(from);
        int last = granuleOf(to - 1) + 1;
        Arrays.fill(cell.states, first, last, state);
        if (cell.blocks != null && state >= FREED) {
          Arrays.fill(cell.blocks, first, last, 0);
        }
      }
      from = to;
    }
  }

  private static synchronized Cell makeCell(long address) {
    int row = (int) (address >>> ROW_SHIFT);
    AtomicReferenceArray<Cell> cells = MAP.get(row);
    if (cells == null) {
      cells = new AtomicReferenceArray<>(CELLS);
      MAP.set(row, cells);
    }
    Cell cell = cells.get(cellIndexOf(address));
    if (cell == null) {
      cell = new Cell();
      cells.set(cellIndexOf(address), cell);
    }
    return cell;
  }

  private static synchronized void dropCell(long address) {
    AtomicReferenceArray<Cell> cells = MAP.get((int) (address >>> ROW_SHIFT));
    if (cells != null) {
      cells.set(cellIndexOf(address), null);
    }
  }

  private static AssertionError misuse(long address, long sizeBytes, long culprit) {
    String access = at(address) + ": access to " + sizeBytes + " bytes";
    if (culprit == address) {
      return new AssertionError(access + " of " + describe(address));
    }
    return new AssertionError(
        access
            + " of "
            + describe(address)
            + " runs out of bounds at "
            + at(culprit)
            + ", "
            + describe(culprit));
  }

  private static String at(long address) {
    return "0x" + Long.toHexString(address);
  }

  private static String describe(long address) {
    byte state = stateOf(address);
    return switch (state) {
      case UNKNOWN -> "memory of no allocator";
      case UNUSED -> "memory of no block" + before(address);
      case FREED -> "a freed block" + owner(address);
      default -> "a live block" + owner(address);
    };
  }

  /** Size and tag of the block that the granule is in. */
  private static String owner(long address) {
    byte state = stateOf(address);
    for (long a = address & -GRANULE_BYTES; a > LOWEST_ADDRESS; a -= GRANULE_BYTES) {
      Cell cell = cellOf(a);
      long block = cell == null ? 0 : cell.block(granuleOf(a));
      if (block != 0) {
        return " of " + (block >>> TAG_BITS) + " bytes of " + tagOf(block) + " at " + at(a);
      }
      byte before = cell == null ? UNKNOWN : cell.states[granuleOf(a)];
      if (before != state && before != BLOCK_START) {
        break;
      }
    }
    return "";
  }

  /** The nearest block below within the same cell, for whoever runs past its end. */
  private static String before(long address) {
    Cell cell = cellOf(address);
    for (int granule = granuleOf(address); granule >= 0; granule--) {
      long block = cell.block(granule);
      if (block != 0 && cell.states[granule] >= FREED) {
        long start = (address & -CELL_BYTES) + ((long) granule << GRANULE_SHIFT);
        return " behind one of "
            + (block >>> TAG_BITS)
            + " bytes of "
            + tagOf(block)
            + " at "
            + at(start);
      }
    }
    return "";
  }
}
