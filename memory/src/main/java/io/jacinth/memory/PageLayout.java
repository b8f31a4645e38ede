package io.jacinth.memory;

/**
 * The header of a page: the 64 bytes before its blocks.
 *
 * <pre>
 *   0        4        8        12       16       20       24       28       32
 *   | class  | owner  | index  | chunk  | live   | low    | free   | bump   |
 *   32                40                48                                  64
 *   | next            | previous        | unused                            |
 *   64
 *   | block 0 | block 1 | ...
 * </pre>
 *
 * <p>A page is aligned to its size, so the header of a block's page is found by clearing the low
 * bits of the block's address; and as the header has 64 bytes, blocks whose size is a multiple of
 * 64 are aligned to 64.
 *
 * <p>Class and owner are read as one word, {@link #identity}: a free compares it once to know that
 * the page is its own slab's and that the size is right.
 */
final class PageLayout {
  /** Size class of all blocks of the page. */
  static final int CLASS = 0;

  /** Number of the slab that the page belongs to. */
  static final int OWNER = 4;

  /** Class and owner as one long. */
  static final int IDENTITY = 0;

  /** Place in the slab's page table. */
  static final int INDEX = 8;

  /** Place of the page's chunk in the page source's table; the only field that it writes. */
  static final int CHUNK = 12;

  /** How many blocks are allocated. */
  static final int LIVE = 16;

  /** When fewer blocks than this are allocated, the page moves to another list. */
  static final int LOW = 20;

  /** First free block, as its offset in the page in units of 8 bytes; 0 if none. */
  static final int FREE = 24;

  /** Offset in bytes of the first block that was never used. */
  static final int BUMP = 28;

  /** Address of the next page in the list of partly used pages; 0 if none. */
  static final int NEXT = 32;

  /** Address of the previous page in that list; 0 if this is the first. */
  static final int PREVIOUS = 40;

  /** Where the first block is. */
  static final int HEADER_BYTES = 64;

  private PageLayout() {}

  /** What {@link #IDENTITY} reads in a page of this slab and size class. */
  static long identity(int owner, int sizeClass) {
    return Memory.LITTLE_ENDIAN
        ? (long) owner << Integer.SIZE | sizeClass
        : (long) sizeClass << Integer.SIZE | owner;
  }
}
