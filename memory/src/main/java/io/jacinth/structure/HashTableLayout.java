package io.jacinth.structure;

/**
 * The bytes of a {@link HashTable}: header, directory, blocks of buckets.
 *
 * <pre>
 *   header (a block)      0            8        12       16       24            32
 *                         | directory  | depth  | deep   | count  | block bytes |
 *                         32       36       40        44       48
 *                         | shape  | block  | drained | unused |
 *                         '- entry of a table
 *                            with one block -'
 *
 *   directory             2^depth entries: | entry 0 | entry 1 | ...
 *
 *   entry (64 bytes)      0        4        8                    64
 *                         | shape  | block  | block ... (15)     |
 *
 *   block                 2^blockBits buckets: | bucket | bucket | ...
 *
 *   bucket (64 bytes)     0                    20         22         24             64
 *                         | tags: 10 x 2       | occupied | strays | refs: 10 x 4   |
 * </pre>
 *
 * <p>A bucket is one cache line. Bit i of 'occupied' is set when slot i has a record; the ref of a
 * free slot is 0, its tag is whatever was there. Bit i of 'strays' is set when a record whose home
 * this is has found it full and is where step i + 1 leads, see {@link Steps}; bit 15 stands for all
 * further steps.
 *
 * <p>An entry describes a segment: the records whose hash begins with the same bits. It is one
 * cache line too. If the segment uses fewer bits than the directory, several entries in a row are
 * its copies, except that the record count is kept in the first one only.
 *
 * <pre>
 *   shape    31              14 13        10 9       6 5           0
 *            | records         | block bits | blocks  | local depth |
 *
 *   A segment of 9 blocks with 2^3 buckets each, 600 records, that share 5 bits of hash:
 *   600 &lt;&lt; 14 | 3 &lt;&lt; 10 | 9 &lt;&lt; 6 | 5 = 0x00960e45
 * </pre>
 */
final class HashTableLayout {
  // Header.
  static final int DIRECTORY = 0;
  static final int DEPTH = 8;

  /** How many segments have a local depth equal to the directory's: at 0 it can be halved. */
  static final int DEEP_SEGMENTS = 12;

  static final int COUNT = 16;
  static final int BLOCK_BYTES = 24;
  static final int OWN_ENTRY = 32;

  /** Directory entries that {@link HashTable#drain} is done with. */
  static final int DRAINED = 40;

  static final int HEADER_BYTES = 48;

  // Directory entry.
  static final int SHAPE = 0;
  static final int BLOCKS = 4;
  static final int MAX_BLOCKS = 15;
  static final int ENTRY_SHIFT = 6;
  static final int ENTRY_BYTES = 1 << ENTRY_SHIFT;

  // Shape. The local depth is lowest: as a shift distance it needs no masking.
  static final int BLOCKS_SHIFT = 6;
  static final int BLOCKS_MASK = 0xf;
  static final int BLOCK_BITS_SHIFT = 10;
  static final int BLOCK_BITS_MASK = 0xf;
  static final int LOCAL_DEPTH_MASK = 0x3f;
  static final int RECORDS_SHIFT = 14;
  static final int ONE_RECORD = 1 << RECORDS_SHIFT;
  static final int MAX_RECORDS = -1 >>> RECORDS_SHIFT;

  // Bucket.
  static final int SLOTS = 10;
  static final int TAG_BITS = 16;
  static final int TAGS = 0;
  static final int TAG_BYTES = 2;
  static final int OCCUPIED = 20;
  static final int OCCUPIED_ALL = (1 << SLOTS) - 1;
  static final int STRAYS = 22;

  /** The last bit of the strays stands for this step and all later ones. */
  static final int STRAYS_FAR = 16;

  static final int REFS = 24;
  static final int REF_BYTES = 4;
  static final int BUCKET_SHIFT = 6;
  static final int BUCKET_BYTES = 1 << BUCKET_SHIFT;

  private HashTableLayout() {}

  static int shape(int records, int blockBits, int blocks, int localDepth) {
    return records << RECORDS_SHIFT
        | blockBits << BLOCK_BITS_SHIFT
        | blocks << BLOCKS_SHIFT
        | localDepth;
  }

  static int records(int shape) {
    return shape >>> RECORDS_SHIFT;
  }

  static int blockBits(int shape) {
    return shape >>> BLOCK_BITS_SHIFT & BLOCK_BITS_MASK;
  }

  static int blocks(int shape) {
    return shape >>> BLOCKS_SHIFT & BLOCKS_MASK;
  }

  static int localDepth(int shape) {
    return shape & LOCAL_DEPTH_MASK;
  }

  static int buckets(int shape) {
    return blocks(shape) << blockBits(shape);
  }

  /** Bytes of a block. */
  static long blockBytes(int blockBits) {
    return (long) BUCKET_BYTES << blockBits;
  }
}
