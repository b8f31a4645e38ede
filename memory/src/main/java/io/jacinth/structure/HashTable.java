package io.jacinth.structure;

import static io.jacinth.structure.HashTableLayout.*;

import io.jacinth.base.Hash;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.nio.ByteOrder;

/**
 * A hash table of records, ordered by hash, that grows and shrinks in small steps.
 *
 * <p>An instance works on all tables of one slab; a table is named by the address of its header.
 * The bytes are drawn in {@link HashTableLayout}.
 *
 * <p><b>Look-up.</b> The table is an extendible hash table: the first bits of the hash choose an
 * entry of the directory and with it a segment. The next 16 bits are the record's tag. A segment
 * has n buckets of 10 slots, and the record's home is bucket {@code tag * n >>> 16}. A record whose
 * home is full goes to the next bucket that is not (after the last one comes the first), and each
 * bucket that it passes counts it; so a look-up goes on only while that count is not zero, and a
 * removal leaves no trace. Home and tags are one cache line; the record is the second one.
 *
 * <p><b>Growth.</b> A segment has 1 to 15 blocks of equal size and gets one more when 9 of 10 slots
 * are taken: the records are spread over the larger number of buckets again, and their tags say
 * where, so that no record is read. With 15 blocks it splits in two, which takes one more bit of
 * the hash and has to read the keys. This is what Larson called partial expansions (Linear hashing
 * with partial expansions, 1980): the load stays between 80 and 90 %, at every size of the table,
 * where a plain split would let it fall to 45 %. Blocks have the same size in all segments of all
 * tables, whatever their load, except in tables with one segment: if each step of growth had a size
 * of its own, the blocks freed by one step would fit no other segment, as all of a table's segments
 * are at about the same step.
 *
 * <p><b>Order.</b> Directory, homes and tags all follow the order of the hash. So a place between
 * two homes is a number that means the same before and after each step of growth: this is the
 * cursor of {@link #scan}.
 *
 * <p>Work per call is bounded by one segment (some 1100 records), plus a copy of the directory when
 * that doubles (64 bytes for every 400 to 800 records).
 */
public class HashTable {
  /** A cursor has this many bits. Bits of the hash beyond them do not count for the order. */
  public static final int CURSOR_BITS = 44;

  private static final int CURSOR_SHIFT = Long.SIZE - CURSOR_BITS;

  private static final int TAG_BITS = 16;
  private static final int TAG_SHIFT = Long.SIZE - TAG_BITS;
  private static final int TAG_MASK = (1 << TAG_BITS) - 1;

  /** So that the tags of the deepest segment are within the bits of a cursor. */
  private static final int MAX_DEPTH = CURSOR_BITS - TAG_BITS;

  /** A segment grows when more than this many records per bucket are in it, plus one. */
  private static final int MAX_RECORDS_PER_BUCKET = 9;

  /** A segment may shrink when it has fewer records per bucket. */
  private static final int MIN_RECORDS_PER_BUCKET = 6;

  /** A new shape has room for this fraction of the records more, plus one. */
  private static final int HEADROOM_SHIFT = 4;

  /** Block bits of the segments of a table with several. */
  private static final int SEGMENT_BLOCK_BITS = 3;

  /**
   * Two segments merge when they have no more records together: 6 of 9 of a segment that splits.
   */
  private static final int MAX_MERGED_RECORDS =
      (MAX_BLOCKS << SEGMENT_BLOCK_BITS) * MIN_RECORDS_PER_BUCKET;

  /**
   * The directory doubles only if it has this many records per entry then. With hashes that are
   * evenly spread it has four times as many; if they are not, it could grow without bound for a few
   * records.
   */
  private static final int MIN_RECORDS_PER_ENTRY = 64;

  /** How many buckets after the first one a sample looks into. */
  private static final int MAX_SAMPLE_BUCKETS = 64;

  /** How often a sample tries another place before it takes the nearest record. */
  private static final int MAX_SAMPLE_TRIES = 32;

  // One 16-bit lane per tag: three longs have the 10 tags, and the last two lanes something else.
  private static final int LANES = 4;
  private static final long EACH_LANE = 0x0001_0001_0001_0001L;
  private static final long EACH_LANE_TOP = EACH_LANE << (TAG_BITS - 1);
  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long LAST_WORD_TOPS =
      LITTLE_ENDIAN ? 0x0000_0000_8000_8000L : 0x8000_8000_0000_0000L;

  private final Slab slab;
  private final long seed;
  private final int skipBits;

  // Blocks of the segments that are being rebuilt: one becomes two, or two become one.
  private final int[] oldBlocks = new int[MAX_BLOCKS];
  private final int[] oldBlocks1 = new int[MAX_BLOCKS];
  private final int[] newBlocks = new int[MAX_BLOCKS];
  private final int[] newBlocks1 = new int[MAX_BLOCKS];

  /**
   * @param seed of {@link Hash#hash}, with which the hashes given to the methods are made
   * @param skipBits first bits of the hash that all records of a table have in common
   */
  public HashTable(Slab slab, long seed, int skipBits) {
    if (skipBits < 0 || skipBits > CURSOR_SHIFT) {
      throw new IllegalArgumentException("skipBits " + skipBits);
    }
    this.slab = slab;
    this.seed = seed;
    this.skipBits = skipBits;
  }

  /** The hash of a record's key; tests choose another one. */
  long hash(long record) {
    return Hash.hash(seed, Record.keyAddress(record), Record.keyLength(record));
  }

  // Tables.

  /** Makes an empty table and returns its name: the address of its header. */
  public long create() {
    int block = slab.allocateRef(blockBytes(0), Tag.TABLE);
    long table;
    try {
      table = slab.allocate(HEADER_BYTES, Tag.TABLE);
    } catch (OutOfMemoryError e) {
      slab.freeRef(block, blockBytes(0), Tag.TABLE);
      throw e;
    }
    Memory.fill(slab.address(block), blockBytes(0), 0);
    Memory.fill(table, HEADER_BYTES, 0);
    long entry = table + OWN_ENTRY;
    Memory.putLong(table + DIRECTORY, entry);
    Memory.putInt(table + DEEP_SEGMENTS, 1);
    Memory.putLong(table + BLOCK_BYTES, blockBytes(0));
    Memory.putInt(entry + SHAPE, shape(0, 0, 1, 0));
    Memory.putInt(entry + BLOCKS, block);
    return table;
  }

  /** Frees the table, not its records, all at once; {@link #drain} does it in slices. */
  public void destroy(long table) {
    drainEntries(table, null, Integer.MAX_VALUE);
    free(table);
  }

  /**
   * Visits at least {@code minimumRecords} records of a table that is no longer used and forgets
   * them, a segment at a time; the visitor may free them.
   *
   * @return whether that was the last: then the table is freed
   */
  public boolean drain(long table, RefVisitor visitor, int minimumRecords) {
    if (drainEntries(table, visitor, minimumRecords)) {
      free(table);
      return true;
    }
    return false;
  }

  private boolean drainEntries(long table, RefVisitor visitor, int minimumRecords) {
    int depth = Memory.getInt(table + DEPTH);
    int index = Memory.getInt(table + DRAINED);
    int drained = 0;
    while (index < 1 << depth && drained < minimumRecords) {
      long entry = entry(table, index);
      int shape = Memory.getInt(entry + SHAPE);
      if (visitor != null) {
        visitAll(entry, shape, visitor);
      }
      readBlocks(entry, shape, oldBlocks);
      freeBlocks(table, shape, oldBlocks);
      drained += records(shape);
      index += 1 << (depth - localDepth(shape));
    }
    Memory.putInt(table + DRAINED, index);
    Memory.putLong(table + COUNT, count(table) - drained);
    return index == 1 << depth;
  }

  private void visitAll(long entry, int shape, RefVisitor visitor) {
    int buckets = buckets(shape);
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(entry, shape, i);
      for (int slots = occupied(bucket); slots != 0; slots &= slots - 1) {
        visitor.accept(ref(bucket, Integer.numberOfTrailingZeros(slots)));
      }
    }
  }

  private void free(long table) {
    freeDirectory(table);
    slab.free(table, HEADER_BYTES, Tag.TABLE);
  }

  public long count(long table) {
    return Memory.getLong(table + COUNT);
  }

  /** All bytes of the table, without its records. */
  public long sizeBytes(long table) {
    long directoryBytes =
        ownsEntry(table) ? 0 : Slab.usableBytes(directoryBytes(Memory.getInt(table + DEPTH)));
    return Slab.usableBytes(HEADER_BYTES) + directoryBytes + Memory.getLong(table + BLOCK_BYTES);
  }

  // Places.

  /** The hash without the bits that all records have in common: its order is the table's. */
  private long position(long hash) {
    return hash << skipBits;
  }

  private static int index(int depth, long position) {
    // Two shifts, because one of 64 bits would be one of none.
    return (int) (position >>> 1 >>> (Long.SIZE - 1 - depth));
  }

  private static long entry(long table, int index) {
    return Memory.getLong(table + DIRECTORY) + ((long) index << ENTRY_SHIFT);
  }

  private static long entryOf(long table, long position) {
    return entry(table, index(Memory.getInt(table + DEPTH), position));
  }

  /** The index of the first copy of a segment's entry. */
  private static int firstIndex(int index, int depth, int shape) {
    return index & -(1 << (depth - localDepth(shape)));
  }

  private static int tag(int shape, long position) {
    return (int) (position << shape >>> TAG_SHIFT);
  }

  private static int home(int shape, int tag) {
    return (int) (((long) tag * blocks(shape)) << blockBits(shape) >>> TAG_BITS);
  }

  private long bucket(long entry, int shape, int bucket) {
    int blockBits = blockBits(shape);
    int block = Memory.getInt(entry + BLOCKS + ((long) (bucket >>> blockBits) * REF_BYTES));
    return slab.address(block) + ((long) (bucket & (1 << blockBits) - 1) << BUCKET_SHIFT);
  }

  private static int after(int bucket, int shape) {
    return bucket + 1 < buckets(shape) ? bucket + 1 : 0;
  }

  private static int occupied(long bucket) {
    return Memory.getUnsignedShort(bucket + OCCUPIED);
  }

  private static int overflow(long bucket) {
    return Memory.getUnsignedShort(bucket + OVERFLOW);
  }

  private static int tag(long bucket, int slot) {
    return Memory.getUnsignedShort(bucket + TAGS + (long) slot * TAG_BYTES);
  }

  private static int ref(long bucket, int slot) {
    return Memory.getInt(bucket + REFS + (long) slot * REF_BYTES);
  }

  // Matching: the slots of a bucket that may have a tag, as a set of bits.

  /**
   * The candidates of a bucket: bit {@code 16 * lane + word} for each lane that equals the tag. The
   * test for a zero lane may also report a lane that differs in its last bit, next to one that
   * equals; and free slots have old tags: comparing refs or keys sorts both out.
   */
  private static long match(long bucket, long tags) {
    long word0 = Memory.getLong(bucket + TAGS) ^ tags;
    long word1 = Memory.getLong(bucket + TAGS + Long.BYTES) ^ tags;
    long word2 = Memory.getLong(bucket + TAGS + 2 * Long.BYTES) ^ tags;
    long tops0 = word0 - EACH_LANE & ~word0 & EACH_LANE_TOP;
    long tops1 = word1 - EACH_LANE & ~word1 & EACH_LANE_TOP;
    long tops2 = word2 - EACH_LANE & ~word2 & LAST_WORD_TOPS;
    return tops0 >>> (TAG_BITS - 1) | tops1 >>> (TAG_BITS - 2) | tops2 >>> (TAG_BITS - 3);
  }

  private static int slot(long candidates) {
    int bit = Long.numberOfTrailingZeros(candidates);
    int word = bit & TAG_BITS - 1;
    int lane = bit >>> 4;
    return word * LANES + (LITTLE_ENDIAN ? lane : LANES - 1 - lane);
  }

  // Look-up.

  /** The record with a key; 0 if there is none. */
  public int find(long table, long hash, long key, int keyLength) {
    long position = position(hash);
    long entry = entryOf(table, position);
    int shape = Memory.getInt(entry + SHAPE);
    int tag = tag(shape, position);
    int home = home(shape, tag);
    long bucket = bucket(entry, shape, home);
    long tags = tag * EACH_LANE;
    for (long candidates = match(bucket, tags); candidates != 0; candidates &= candidates - 1) {
      int ref = ref(bucket, slot(candidates));
      if (ref != 0 && Record.keyEquals(slab.address(ref), key, keyLength)) {
        return ref;
      }
    }
    return overflow(bucket) == 0 ? 0 : findBeyond(entry, shape, home, tags, key, keyLength);
  }

  private int findBeyond(long entry, int shape, int home, long tags, long key, int keyLength) {
    for (int i = after(home, shape); i != home; i = after(i, shape)) {
      long bucket = bucket(entry, shape, i);
      for (long candidates = match(bucket, tags); candidates != 0; candidates &= candidates - 1) {
        int ref = ref(bucket, slot(candidates));
        if (ref != 0 && Record.keyEquals(slab.address(ref), key, keyLength)) {
          return ref;
        }
      }
      if (overflow(bucket) == 0) {
        return 0;
      }
    }
    return 0;
  }

  /** The address of the slot's ref; 0 if the record is not there. */
  private static long refAddress(long bucket, long tags, int ref) {
    for (long candidates = match(bucket, tags); candidates != 0; candidates &= candidates - 1) {
      int slot = slot(candidates);
      if (ref(bucket, slot) == ref) {
        return bucket + REFS + (long) slot * REF_BYTES;
      }
    }
    return 0;
  }

  // Changes.

  /** Adds a record whose key is not in the table. */
  public void insert(long table, long hash, int ref) {
    long position = position(hash);
    long entry = firstEntry(table, position);
    int shape = Memory.getInt(entry + SHAPE);
    while (records(shape) >= maxRecords(buckets(shape))) {
      grow(table, position);
      entry = firstEntry(table, position);
      shape = Memory.getInt(entry + SHAPE);
    }
    place(entry, shape, tag(shape, position), ref);
    Memory.putInt(entry + SHAPE, shape + ONE_RECORD);
    Memory.putLong(table + COUNT, count(table) + 1);
  }

  private static long firstEntry(long table, long position) {
    int depth = Memory.getInt(table + DEPTH);
    int index = index(depth, position);
    int shape = Memory.getInt(entry(table, index) + SHAPE);
    return entry(table, firstIndex(index, depth, shape));
  }

  private static int maxRecords(int buckets) {
    return buckets * MAX_RECORDS_PER_BUCKET + 1;
  }

  /** Puts a record into a segment that has a free slot. */
  private void place(long entry, int shape, int tag, int ref) {
    int i = home(shape, tag);
    long bucket = bucket(entry, shape, i);
    int occupied = occupied(bucket);
    while (occupied == OCCUPIED_ALL) {
      int overflow = overflow(bucket);
      if (overflow != OVERFLOW_MAX) {
        Memory.putShort(bucket + OVERFLOW, overflow + 1);
      }
      i = after(i, shape);
      bucket = bucket(entry, shape, i);
      occupied = occupied(bucket);
    }
    int slot = Integer.numberOfTrailingZeros(~occupied);
    Memory.putShort(bucket + OCCUPIED, occupied | 1 << slot);
    Memory.putShort(bucket + TAGS + (long) slot * TAG_BYTES, tag);
    Memory.putInt(bucket + REFS + (long) slot * REF_BYTES, ref);
  }

  /** Puts a ref in the place of another one: the record moved. Its key is the same. */
  public void replace(long table, long hash, int oldRef, int newRef) {
    long position = position(hash);
    long entry = entryOf(table, position);
    int shape = Memory.getInt(entry + SHAPE);
    int tag = tag(shape, position);
    int home = home(shape, tag);
    int i = home;
    do {
      long bucket = bucket(entry, shape, i);
      long refAddress = refAddress(bucket, tag * EACH_LANE, oldRef);
      if (refAddress != 0) {
        Memory.putInt(refAddress, newRef);
        return;
      }
      i = overflow(bucket) == 0 ? home : after(i, shape);
    } while (i != home);
    throw new IllegalStateException("no record with ref " + oldRef + " at its hash");
  }

  /** Removes a record; returns whether it was there. */
  public boolean remove(long table, long hash, int ref) {
    long position = position(hash);
    long entry = firstEntry(table, position);
    int shape = Memory.getInt(entry + SHAPE);
    int tag = tag(shape, position);
    int home = home(shape, tag);
    int i = home;
    long bucket = bucket(entry, shape, i);
    long refAddress = refAddress(bucket, tag * EACH_LANE, ref);
    while (refAddress == 0) {
      i = after(i, shape);
      if (overflow(bucket) == 0 || i == home) {
        return false;
      }
      bucket = bucket(entry, shape, i);
      refAddress = refAddress(bucket, tag * EACH_LANE, ref);
    }
    int slot = (int) (refAddress - bucket - REFS) / REF_BYTES;
    Memory.putInt(refAddress, 0);
    Memory.putShort(bucket + OCCUPIED, occupied(bucket) & ~(1 << slot));
    for (int passed = home; passed != i; passed = after(passed, shape)) {
      long passedBucket = bucket(entry, shape, passed);
      int overflow = overflow(passedBucket);
      if (overflow != OVERFLOW_MAX) {
        Memory.putShort(passedBucket + OVERFLOW, overflow - 1);
      }
    }
    shape -= ONE_RECORD;
    Memory.putInt(entry + SHAPE, shape);
    Memory.putLong(table + COUNT, count(table) - 1);
    if (records(shape) < buckets(shape) * MIN_RECORDS_PER_BUCKET) {
      shrink(table, position);
    }
    return true;
  }

  // Growing and shrinking.

  /** Makes room in the segment of a position, which is full. */
  private void grow(long table, long position) {
    int depth = Memory.getInt(table + DEPTH);
    int shape = Memory.getInt(firstEntry(table, position) + SHAPE);
    int records = records(shape);
    int blocks = blocks(shape);
    int blockBits = blockBits(shape);
    int localDepth = localDepth(shape);
    boolean large = buckets(shape) >= MAX_BLOCKS << SEGMENT_BLOCK_BITS;
    if (large && maySplit(table, depth, localDepth)) {
      if (localDepth == depth) {
        doubleDirectory(table);
      }
      split(table, position);
    } else if (records == MAX_RECORDS) {
      // 2^18 keys with the first bits of a secretly seeded hash in common.
      throw new IllegalStateException("hashes are not evenly spread");
    } else if (blocks < MAX_BLOCKS) {
      rebuild(table, position, shape(records, blockBits, blocks + 1, localDepth));
    } else {
      rebuild(table, position, shape(records, blockBits + 1, (MAX_BLOCKS + 1) / 2, localDepth));
    }
  }

  private boolean maySplit(long table, int depth, int localDepth) {
    return localDepth < MAX_DEPTH
        && (localDepth < depth || count(table) >> (depth + 1) >= MIN_RECORDS_PER_ENTRY);
  }

  /** Makes the segment of a position smaller, alone or together with its sibling, if it can be. */
  private void shrink(long table, long position) {
    while (merge(table, position)) {
      while (Memory.getInt(table + DEEP_SEGMENTS) == 0) {
        halveDirectory(table);
      }
    }
    int shape = Memory.getInt(firstEntry(table, position) + SHAPE);
    int newShape = shapeFor(records(shape), localDepth(shape));
    if (buckets(newShape) < buckets(shape)) {
      rebuild(table, position, newShape);
    }
  }

  /** The smallest shape that has room for some more records than these. */
  private static int shapeFor(int records, int localDepth) {
    int wanted = records + (records >> HEADROOM_SHIFT) + 1;
    // The inverse of maxRecords.
    int buckets = (wanted + MAX_RECORDS_PER_BUCKET - 2) / MAX_RECORDS_PER_BUCKET;
    int blockBits = localDepth == 0 ? 0 : SEGMENT_BLOCK_BITS;
    while (buckets > MAX_BLOCKS << blockBits) {
      blockBits++;
    }
    int blocks = Math.max(1, (buckets + (1 << blockBits) - 1) >>> blockBits);
    return shape(records, blockBits, blocks, localDepth);
  }

  /** Spreads the records of the segment of a position over another number of buckets. */
  private void rebuild(long table, long position, int newShape) {
    int depth = Memory.getInt(table + DEPTH);
    long entry = firstEntry(table, position);
    int oldShape = Memory.getInt(entry + SHAPE);
    readBlocks(entry, oldShape, oldBlocks);
    allocateBlocks(newShape, newBlocks);
    if (depth == 0) {
      entry = placeOnlyEntry(table, newShape);
    }
    writeEntry(table, entry, newShape, newBlocks);
    move(oldBlocks, oldShape, entry, newShape, 0, 0);
    freeBlocks(table, oldShape, oldBlocks);
    copyEntry(entry, 1 << (depth - localDepth(newShape)));
  }

  /** Divides the segment of a position by the next bit of the hash; the directory has room. */
  private void split(long table, long position) {
    int depth = Memory.getInt(table + DEPTH);
    long entry = firstEntry(table, position);
    int oldShape = Memory.getInt(entry + SHAPE);
    int newDepth = localDepth(oldShape) + 1;
    int span = 1 << (depth - newDepth);
    long entry1 = entry + ((long) span << ENTRY_SHIFT);
    readBlocks(entry, oldShape, oldBlocks);
    int ones = countTopBits(oldBlocks, oldShape);
    int newShape = shapeFor(records(oldShape) - ones, newDepth);
    int newShape1 = shapeFor(ones, newDepth);
    allocateBlocks(newShape, newBlocks);
    try {
      allocateBlocks(newShape1, newBlocks1);
    } catch (OutOfMemoryError e) {
      freeBlocks(newShape, newBlocks, blocks(newShape));
      throw e;
    }
    writeEntry(table, entry, newShape, newBlocks);
    writeEntry(table, entry1, newShape1, newBlocks1);
    int oldBuckets = buckets(oldShape);
    for (int i = 0; i < oldBuckets; i++) {
      long bucket = bucket(oldBlocks, oldShape, i);
      for (int slots = occupied(bucket); slots != 0; slots &= slots - 1) {
        int slot = Integer.numberOfTrailingZeros(slots);
        int ref = ref(bucket, slot);
        // The last bit of the new tag is the only one that the old tag does not have.
        int tag = tag(newShape, position(hash(slab.address(ref))));
        if (topBit(tag(bucket, slot)) == 0) {
          place(entry, newShape, tag, ref);
        } else {
          place(entry1, newShape1, tag, ref);
        }
      }
    }
    freeBlocks(table, oldShape, oldBlocks);
    copyEntry(entry, span);
    copyEntry(entry1, span);
    if (newDepth == depth) {
      addDeepSegments(table, 2);
    }
  }

  private int countTopBits(int[] blocks, int shape) {
    int count = 0;
    int buckets = buckets(shape);
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(blocks, shape, i);
      for (int slots = occupied(bucket); slots != 0; slots &= slots - 1) {
        count += topBit(tag(bucket, Integer.numberOfTrailingZeros(slots)));
      }
    }
    return count;
  }

  private static int topBit(int tag) {
    return tag >>> (TAG_BITS - 1);
  }

  /** Merges the segment of a position with its sibling if they have few records together. */
  private boolean merge(long table, long position) {
    int depth = Memory.getInt(table + DEPTH);
    int index = index(depth, position);
    int oldDepth = localDepth(Memory.getInt(entry(table, index) + SHAPE));
    if (oldDepth == 0) {
      return false;
    }
    int span = 1 << (depth - oldDepth);
    int firstIndex = index & -(2 * span);
    long entry = entry(table, firstIndex);
    long entry1 = entry(table, firstIndex + span);
    int shape = Memory.getInt(entry + SHAPE);
    int shape1 = Memory.getInt(entry1 + SHAPE);
    int records = records(shape) + records(shape1);
    if (localDepth(shape) != localDepth(shape1) || records > MAX_MERGED_RECORDS) {
      return false;
    }
    int newShape = shapeFor(records, oldDepth - 1);
    readBlocks(entry, shape, oldBlocks);
    readBlocks(entry1, shape1, oldBlocks1);
    allocateBlocks(newShape, newBlocks);
    writeEntry(table, entry, newShape, newBlocks);
    move(oldBlocks, shape, entry, newShape, 1, 0);
    move(oldBlocks1, shape1, entry, newShape, 1, 1 << (TAG_BITS - 1));
    freeBlocks(table, shape, oldBlocks);
    freeBlocks(table, shape1, oldBlocks1);
    copyEntry(entry, 2 * span);
    if (oldDepth == depth) {
      addDeepSegments(table, -2);
    }
    return true;
  }

  /**
   * Moves the records of blocks into a segment that has room.
   *
   * @param shift by how many bits the segment's depth is less than theirs
   * @param topBits what stands before the remaining bits of their tags then
   */
  private void move(int[] blocks, int shape, long entry, int newShape, int shift, int topBits) {
    int buckets = buckets(shape);
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(blocks, shape, i);
      for (int slots = occupied(bucket); slots != 0; slots &= slots - 1) {
        int slot = Integer.numberOfTrailingZeros(slots);
        place(entry, newShape, topBits | tag(bucket, slot) >>> shift, ref(bucket, slot));
      }
    }
  }

  // Blocks and entries.

  private long bucket(int[] blocks, int shape, int bucket) {
    int blockBits = blockBits(shape);
    return slab.address(blocks[bucket >>> blockBits])
        + ((long) (bucket & (1 << blockBits) - 1) << BUCKET_SHIFT);
  }

  private static long blockRef(long entry, int block) {
    return entry + BLOCKS + (long) block * REF_BYTES;
  }

  private static void readBlocks(long entry, int shape, int[] blocks) {
    int count = blocks(shape);
    for (int i = 0; i < count; i++) {
      blocks[i] = Memory.getInt(blockRef(entry, i));
    }
  }

  private void writeEntry(long table, long entry, int shape, int[] blocks) {
    int count = blocks(shape);
    Memory.putInt(entry + SHAPE, shape);
    for (int i = 0; i < count; i++) {
      Memory.putInt(blockRef(entry, i), blocks[i]);
    }
    addBlockBytes(table, usableBytes(shape));
  }

  /** Makes the entries after a segment's first one its copies. */
  private static void copyEntry(long entry, int span) {
    for (int i = 1; i < span; i++) {
      Memory.copy(entry, entry + ((long) i << ENTRY_SHIFT), ENTRY_BYTES);
    }
  }

  /** Allocates the empty blocks of a shape: all of them or, if there is no memory, none. */
  private void allocateBlocks(int shape, int[] blocks) {
    long blockBytes = blockBytes(blockBits(shape));
    int count = blocks(shape);
    for (int i = 0; i < count; i++) {
      try {
        blocks[i] = slab.allocateRef(blockBytes, Tag.TABLE);
      } catch (OutOfMemoryError e) {
        freeBlocks(shape, blocks, i);
        throw e;
      }
      Memory.fill(slab.address(blocks[i]), blockBytes, 0);
    }
  }

  private void freeBlocks(long table, int shape, int[] blocks) {
    freeBlocks(shape, blocks, blocks(shape));
    addBlockBytes(table, -usableBytes(shape));
  }

  private void freeBlocks(int shape, int[] blocks, int count) {
    for (int i = 0; i < count; i++) {
      slab.freeRef(blocks[i], blockBytes(blockBits(shape)), Tag.TABLE);
    }
  }

  private static long usableBytes(int shape) {
    return blocks(shape) * Slab.usableBytes(blockBytes(blockBits(shape)));
  }

  private static void addBlockBytes(long table, long bytes) {
    Memory.putLong(table + BLOCK_BYTES, Memory.getLong(table + BLOCK_BYTES) + bytes);
  }

  private static void addDeepSegments(long table, int count) {
    Memory.putInt(table + DEEP_SEGMENTS, Memory.getInt(table + DEEP_SEGMENTS) + count);
  }

  // The directory. One entry with one block is kept in the header.

  private static long directoryBytes(int depth) {
    return (long) ENTRY_BYTES << depth;
  }

  private static boolean ownsEntry(long table) {
    return Memory.getLong(table + DIRECTORY) == table + OWN_ENTRY;
  }

  /** Finds the place for the only entry of a table with its new shape; it is to be written. */
  private long placeOnlyEntry(long table, int newShape) {
    boolean own = blocks(newShape) == 1;
    if (own != ownsEntry(table)) {
      try {
        setDirectory(table, 0, own ? table + OWN_ENTRY : allocateDirectory(0));
      } catch (OutOfMemoryError e) {
        freeBlocks(newShape, newBlocks, blocks(newShape));
        throw e;
      }
    }
    return entry(table, 0);
  }

  private long allocateDirectory(int depth) {
    return slab.allocate(directoryBytes(depth), Tag.TABLE);
  }

  private void freeDirectory(long table) {
    if (!ownsEntry(table)) {
      slab.free(
          Memory.getLong(table + DIRECTORY),
          directoryBytes(Memory.getInt(table + DEPTH)),
          Tag.TABLE);
    }
  }

  private void setDirectory(long table, int depth, long directory) {
    freeDirectory(table);
    Memory.putLong(table + DIRECTORY, directory);
    Memory.putInt(table + DEPTH, depth);
  }

  private void doubleDirectory(long table) {
    int depth = Memory.getInt(table + DEPTH);
    long directory = allocateDirectory(depth + 1);
    for (int i = 0; i < 1 << depth; i++) {
      long to = directory + ((long) i << (ENTRY_SHIFT + 1));
      Memory.copy(entry(table, i), to, ENTRY_BYTES);
      Memory.copy(entry(table, i), to + ENTRY_BYTES, ENTRY_BYTES);
    }
    setDirectory(table, depth + 1, directory);
    Memory.putInt(table + DEEP_SEGMENTS, 0);
  }

  private void halveDirectory(long table) {
    int depth = Memory.getInt(table + DEPTH) - 1;
    int shape = Memory.getInt(entry(table, 0) + SHAPE);
    boolean own = depth == 0 && blocks(shape) == 1;
    long directory = own ? table + OWN_ENTRY : allocateDirectory(depth);
    int deep = 0;
    for (int i = 0; i < 1 << depth; i++) {
      long from = entry(table, 2 * i);
      Memory.copy(
          from, directory + ((long) i << ENTRY_SHIFT), own ? BLOCKS + REF_BYTES : ENTRY_BYTES);
      if (localDepth(Memory.getInt(from + SHAPE)) == depth) {
        deep++;
      }
    }
    setDirectory(table, depth, directory);
    Memory.putInt(table + DEEP_SEGMENTS, deep);
  }

  // Walking in the order of the hash.

  /**
   * Visits records in the order of their hash, home bucket by home bucket, until it has visited
   * {@code minimumRecords} or all. A sequence of calls that begins with cursor 0 and goes on with
   * what the last call returned visits each record exactly once that is in the table all the time,
   * whatever changes between the calls; during a call nothing may change but the contents of
   * records.
   *
   * @param cursor a place in the order, the low {@link #CURSOR_BITS} bits
   * @return where to go on; 0 if all is visited
   */
  public long scan(long table, long cursor, RefVisitor visitor, int minimumRecords) {
    long position = cursor << CURSOR_SHIFT;
    int visited = 0;
    do {
      int depth = Memory.getInt(table + DEPTH);
      int index = index(depth, position);
      long entry = entry(table, index);
      int shape = Memory.getInt(entry + SHAPE);
      int firstIndex = firstIndex(index, depth, shape);
      int home = home(shape, tag(shape, position));
      if (records(Memory.getInt(entry(table, firstIndex) + SHAPE)) == 0) {
        position = startOf(shape, position, TAG_MASK + 1);
      } else {
        visited += visitHome(entry, shape, home, position, visitor);
        position = startOf(shape, position, firstTag(shape, home + 1));
      }
    } while (position != 0 && visited < minimumRecords);
    return position >>> CURSOR_SHIFT;
  }

  /** The position of a tag in the segment of a position; after the last tag comes the next one. */
  private static long startOf(int shape, long position, int tag) {
    int depth = localDepth(shape);
    long prefix = depth == 0 ? 0 : position & -1L << (Long.SIZE - depth);
    return prefix + ((long) tag << (TAG_SHIFT - depth));
  }

  /** The first tag whose home is this bucket or a later one. */
  private static int firstTag(int shape, int home) {
    int buckets = buckets(shape);
    return (int) ((((long) home << TAG_BITS) + buckets - 1) / buckets);
  }

  /** Visits the records with this home that are not before a position. */
  private int visitHome(long entry, int shape, int home, long position, RefVisitor visitor) {
    int firstTag = tag(shape, position);
    // After merges a position can lie between records with equal tags.
    boolean exact = position << localDepth(shape) << TAG_BITS == 0;
    int visited = 0;
    int i = home;
    boolean more;
    do {
      long bucket = bucket(entry, shape, i);
      for (int slots = occupied(bucket); slots != 0; slots &= slots - 1) {
        int slot = Integer.numberOfTrailingZeros(slots);
        int tag = tag(bucket, slot);
        if (tag >= firstTag && home(shape, tag) == home) {
          int ref = ref(bucket, slot);
          if (exact || tag > firstTag || !isBefore(ref, position)) {
            visitor.accept(ref);
            visited++;
          }
        }
      }
      i = after(i, shape);
      more = overflow(bucket) != 0;
    } while (more && i != home);
    return visited;
  }

  private boolean isBefore(int ref, long position) {
    long recordPosition = position(hash(slab.address(ref)));
    return Long.compareUnsigned(recordPosition >>> CURSOR_SHIFT, position >>> CURSOR_SHIFT) < 0;
  }

  /**
   * Chooses some different records at random: the first one with about equal chances for all, then
   * those after it.
   *
   * @param random a random number, all bits
   * @return how many were found: fewer than {@code count} if the table has no more or if it is very
   *     sparse there, none only if the table is empty
   */
  public int sample(long table, long random, int[] refs, int count) {
    if (count(table) == 0) {
      return 0;
    }
    long draw = random;
    long place;
    int occupied;
    int chosen;
    int tries = 0;
    do {
      // A free slot is drawn too, and rejected: so each record has the chance of one slot.
      draw = Hash.mix(draw);
      place = placeOf(table, draw);
      draw = Hash.mix(draw);
      chosen = (int) (((draw >>> Integer.SIZE) * SLOTS) >>> Integer.SIZE);
      occupied = occupied(bucketAt(table, place));
    } while (chosen >= Integer.bitCount(occupied) && ++tries < MAX_SAMPLE_TRIES);
    while (occupied == 0) {
      place = placeAfter(table, place);
      occupied = occupied(bucketAt(table, place));
    }
    long first = place;
    int found = take(bucketAt(table, place), chosen % Integer.bitCount(occupied), refs, 0, count);
    for (int buckets = 0; buckets < MAX_SAMPLE_BUCKETS && found < count; buckets++) {
      place = placeAfter(table, place);
      if (place == first) {
        break;
      }
      found = take(bucketAt(table, place), 0, refs, found, count);
    }
    return found;
  }

  /** Takes the records of a bucket, the chosen one first, until there are {@code count}. */
  private static int take(long bucket, int chosen, int[] refs, int found, int count) {
    int occupied = occupied(bucket);
    int before = 0;
    for (int i = 0; i < chosen; i++) {
      before |= Integer.lowestOneBit(occupied & ~before);
    }
    int taken = takeSlots(bucket, occupied & ~before, refs, found, count);
    return takeSlots(bucket, before, refs, taken, count);
  }

  private static int takeSlots(long bucket, int slots, int[] refs, int found, int count) {
    int taken = found;
    for (int rest = slots; rest != 0 && taken < count; rest &= rest - 1) {
      refs[taken++] = ref(bucket, Integer.numberOfTrailingZeros(rest));
    }
    return taken;
  }

  // A place is a bucket: the index of its segment's first entry, and its number there.

  private static long placeOf(long table, long position) {
    int depth = Memory.getInt(table + DEPTH);
    int index = index(depth, position);
    int shape = Memory.getInt(entry(table, index) + SHAPE);
    return place(firstIndex(index, depth, shape), home(shape, tag(shape, position)));
  }

  private static long place(int index, int bucket) {
    return (long) index << Integer.SIZE | bucket;
  }

  private long bucketAt(long table, long place) {
    long entry = entry(table, (int) (place >>> Integer.SIZE));
    return bucket(entry, Memory.getInt(entry + SHAPE), (int) place);
  }

  /** The next place, in a segment with records; after the last one the first. */
  private static long placeAfter(long table, long place) {
    int depth = Memory.getInt(table + DEPTH);
    int index = (int) (place >>> Integer.SIZE);
    int shape = Memory.getInt(entry(table, index) + SHAPE);
    if ((int) place + 1 < buckets(shape)) {
      return place + 1;
    }
    do {
      index = index + (1 << (depth - localDepth(shape))) & (1 << depth) - 1;
      shape = Memory.getInt(entry(table, index) + SHAPE);
    } while (records(shape) == 0);
    return place(index, 0);
  }

  // Checking.

  /**
   * Checks everything that must hold and throws an {@link AssertionError} if something does not.
   */
  public void validate(long table) {
    int depth = Memory.getInt(table + DEPTH);
    require(depth <= MAX_DEPTH, "depth", depth);
    int deepSegments = 0;
    long records = 0;
    long blockBytes = 0;
    int index = 0;
    while (index < 1 << depth) {
      long entry = entry(table, index);
      int shape = Memory.getInt(entry + SHAPE);
      require(localDepth(shape) <= depth, "local depth", localDepth(shape));
      require(firstIndex(index, depth, shape) == index, "first index", index);
      require(depth > 0 || ownsEntry(table) == (blocks(shape) == 1), "own entry", shape);
      int span = 1 << (depth - localDepth(shape));
      for (int copy = 1; copy < span; copy++) {
        validateCopy(entry, shape, entry(table, index + copy));
      }
      validateSegment(table, index);
      records += records(shape);
      blockBytes += usableBytes(shape);
      if (localDepth(shape) == depth) {
        deepSegments++;
      }
      index += span;
    }
    require(records == count(table), "count", count(table));
    require(blockBytes == Memory.getLong(table + BLOCK_BYTES), "block bytes", blockBytes);
    require(deepSegments == Memory.getInt(table + DEEP_SEGMENTS), "deep segments", deepSegments);
  }

  private static void validateCopy(long entry, int shape, long copy) {
    int copyShape = Memory.getInt(copy + SHAPE);
    require((copyShape ^ shape) << (Integer.SIZE - RECORDS_SHIFT) == 0, "copied shape", copyShape);
    for (int i = 0; i < blocks(shape); i++) {
      require(
          Memory.getInt(blockRef(entry, i)) == Memory.getInt(blockRef(copy, i)), "copied block", i);
    }
  }

  private void validateSegment(long table, int index) {
    int depth = Memory.getInt(table + DEPTH);
    long entry = entry(table, index);
    int shape = Memory.getInt(entry + SHAPE);
    int buckets = buckets(shape);
    int[] passed = new int[buckets];
    int records = 0;
    require(blocks(shape) > 0, "blocks", blocks(shape));
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(entry, shape, i);
      require((bucket & BUCKET_BYTES - 1) == 0, "alignment", bucket);
      require((occupied(bucket) & ~OCCUPIED_ALL) == 0, "occupied", occupied(bucket));
      for (int slot = 0; slot < SLOTS; slot++) {
        int ref = ref(bucket, slot);
        boolean occupied = (occupied(bucket) & 1 << slot) != 0;
        require(occupied == (ref != 0), "ref of slot", ref);
        if (occupied) {
          int tag = tag(bucket, slot);
          long position = position(hash(slab.address(ref)));
          int segment = firstIndex(index(depth, position), depth, shape);
          require(segment == index, "segment", segment);
          require(tag == tag(shape, position), "tag", tag);
          for (int j = home(shape, tag); j != i; j = after(j, shape)) {
            passed[j]++;
          }
          records++;
        }
      }
    }
    require(records == records(shape), "records", records(shape));
    require(records <= maxRecords(buckets), "load", records);
    for (int i = 0; i < buckets; i++) {
      int overflow = overflow(bucket(entry, shape, i));
      require(overflow == passed[i] || overflow == OVERFLOW_MAX, "overflow", overflow);
    }
  }

  private static void require(boolean holds, String what, long value) {
    if (!holds) {
      throw new AssertionError("hash table: " + what + " " + value);
    }
  }
}
