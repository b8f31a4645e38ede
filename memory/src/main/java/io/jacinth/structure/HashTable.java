package io.jacinth.structure;

import static io.jacinth.structure.HashTableLayout.*;

import io.jacinth.base.Hash;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * A hash table of records, ordered by hash, that grows and shrinks in small steps.
 *
 * <p>An instance works on all tables of one slab; a table is named by the address of its header.
 * The bytes are drawn in {@link HashTableLayout}.
 *
 * <p><b>Look-up.</b> The table is an extendible hash table: the first bits of the hash choose an
 * entry of the directory and with it a segment. The next 16 bits are the record's tag. A segment
 * has n buckets of 10 slots, and the record's home is bucket {@code tag * n >>> 16}. A record whose
 * home is full is a stray: it goes to another bucket, and the home has a set of bits that says how
 * many {@link Steps} away its strays are. So a look-up touches the home (one cache line), the
 * record (the second one), and rarely more: with 87 % of the slots taken, 1.13 buckets for a key
 * that is there and 1.5 for one that is not.
 *
 * <p><b>Growth.</b> A segment has 1 to 15 blocks of equal size and gets one more when 93 % of the
 * slots are taken: the records are spread over the larger number of buckets again, and their tags
 * say where, so that no record is read. With 15 blocks it splits in two, which takes one more bit
 * of the hash and has to read the keys. This is what Larson called partial expansions (Linear
 * hashing with partial expansions, 1980): the load stays between 82 and 93 %, at every size of the
 * table, where plain splits would let it fall to 46 %. Blocks have the same size in all segments of
 * all tables, except in tables with one segment: if each step of growth had a size of its own, the
 * blocks freed by one step would fit no other segment, as all of a table's segments are at about
 * the same step.
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

  private static final int TAG_SHIFT = Long.SIZE - TAG_BITS;
  private static final int TAG_MASK = (1 << TAG_BITS) - 1;

  /** So that the tags of the deepest segment are within the bits of a cursor. */
  private static final int MAX_DEPTH = CURSOR_BITS - TAG_BITS;

  /** A segment grows when it has more than this many records per 4 buckets, plus one: 93 %. */
  private static final int MAX_RECORDS_PER_4_BUCKETS = 37;

  /** A segment may shrink when it has fewer records per bucket. */
  private static final int MIN_RECORDS_PER_BUCKET = 6;

  /** A new shape has room for this fraction of the records more, plus one. */
  private static final int HEADROOM_SHIFT = 4;

  /** Block bits of the segments of a table with several. */
  private static final int SEGMENT_BLOCK_BITS = 3;

  /** Two segments merge when they have no more records together: 65 % of one that splits. */
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

  /** A larger directory may be moved by the system, and then be gone while somebody reads it. */
  private static final int MAX_GLANCE_DEPTH =
      Integer.SIZE - 1 - Integer.numberOfLeadingZeros(Slab.MAX_MEDIUM >>> ENTRY_SHIFT);

  /** Addresses are shorter than longs: 47 bits in user space, on all systems there are. */
  private static final int PLACE_BUCKET_BITS = 48;

  private final Slab slab;
  private final long seed;
  private final int skipBits;
  private int generation;

  // Segments in work: one becomes two, or two become one.
  private final Segment old;
  private final Segment oldSibling;
  private final Segment fresh;
  private final Segment freshSibling;

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
    this.old = new Segment(slab);
    this.oldSibling = new Segment(slab);
    this.fresh = new Segment(slab);
    this.freshSibling = new Segment(slab);
  }

  /** The hash of a record's key; tests choose another one. */
  long hash(long record) {
    return Hash.hash(seed, Record.keyAddress(record), Record.keyLength(record));
  }

  /** The tag of a record in a segment of a shape. */
  int tagOf(int ref, int shape) {
    return tag(shape, position(hash(slab.address(ref))));
  }

  // Tables.

  /** Makes an empty table and returns its name: the address of its header. */
  public long create() {
    fresh.allocate(shape(0, 0, 1, 0));
    long table;
    try {
      table = slab.allocate(HEADER_BYTES, Tag.TABLE);
    } catch (OutOfMemoryError e) {
      fresh.free();
      throw e;
    }
    Memory.fill(table, HEADER_BYTES, 0);
    Memory.putLong(table + DIRECTORY, table + OWN_ENTRY);
    Memory.putInt(table + DEEP_SEGMENTS, 1);
    writeFresh(table, table + OWN_ENTRY, fresh);
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
      old.read(entry, shape);
      if (visitor != null) {
        visitAll(old, visitor);
      }
      freeOld(table, old);
      drained += records(shape);
      index += 1 << (depth - localDepth(shape));
    }
    Memory.putInt(table + DRAINED, index);
    Memory.putLong(table + COUNT, count(table) - drained);
    return index == 1 << depth;
  }

  private static void visitAll(Segment segment, RefVisitor visitor) {
    int buckets = segment.buckets();
    for (int i = 0; i < buckets; i++) {
      long bucket = segment.bucket(i);
      for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
        visitor.accept(Bucket.ref(bucket, Integer.numberOfTrailingZeros(slots)));
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

  private long bucket(long entry, int shape, int bucket) {
    return slab.address(block(entry, shape, bucket)) + offset(shape, bucket);
  }

  /** The block that a bucket of a segment is in. */
  private static int block(long entry, int shape, int bucket) {
    return Memory.getInt(entry + BLOCKS + ((long) (bucket >>> blockBits(shape)) * REF_BYTES));
  }

  /** Where a bucket is in its block. */
  private static long offset(int shape, int bucket) {
    return (long) (bucket & (1 << blockBits(shape)) - 1) << BUCKET_SHIFT;
  }

  // Look-up.

  /** The record with a key; 0 if there is none. */
  public int find(long table, long hash, long key, int keyLength) {
    long position = position(hash);
    long entry = entryOf(table, position);
    int shape = Memory.getInt(entry + SHAPE);
    int tag = tag(shape, position);
    long bucket = home(entry, shape, tag);
    int ref = findIn(bucket, Bucket.lanes(tag), key, keyLength);
    if (ref != 0) {
      return ref;
    }
    int strays = Bucket.strays(bucket);
    return strays == 0 ? 0 : findStray(entry, shape, tag, strays, key, keyLength);
  }

  private long home(long entry, int shape, int tag) {
    return bucket(entry, shape, Segment.home(shape, tag));
  }

  /**
   * Where a look-up begins:
   *
   * <pre>
   *   | 16 bits: tag | 48 bits: address of the home bucket |
   * </pre>
   */
  public long place(long table, long hash) {
    long position = position(hash);
    long entry = entryOf(table, position);
    int shape = Memory.getInt(entry + SHAPE);
    int tag = tag(shape, position);
    return home(entry, shape, tag) | (long) tag << PLACE_BUCKET_BITS;
  }

  /** The bucket of a {@link #place}. */
  public static long bucketOf(long place) {
    return place & (1L << PLACE_BUCKET_BITS) - 1;
  }

  /**
   * The record that a look-up which begins at a place will probably find: the first in the bucket
   * whose tag fits; 0 if there is none. Reads no record.
   */
  public static int likely(long place) {
    long bucket = bucketOf(place);
    int tag = (int) (place >>> PLACE_BUCKET_BITS);
    long candidates = Bucket.candidates(bucket, Bucket.lanes(tag));
    return candidates == 0 ? 0 : Bucket.ref(bucket, Bucket.slot(candidates));
  }

  /**
   * Whenever this number is the same as before, each record that was in a table then is in it now,
   * under the same ref.
   */
  public int generation() {
    return generation;
  }

  /** Ends a generation: somebody has taken a whole table away. */
  public void newGeneration() {
    generation++;
  }

  // Look-up without the lock of the table, which is named as it was when the glance had begun.

  /**
   * Like {@link #place(long, long)}.
   *
   * @return 0 if the glance holds no longer, or if the directory is too large for it
   */
  public long place(long table, long hash, Glance glance) {
    long position = position(hash);
    long entry = entryOf(table, position, glance);
    int shape = entry == 0 ? 0 : Memory.getInt(entry + SHAPE);
    if (entry == 0 || !glance.holds()) {
      return 0;
    }
    int tag = tag(shape, position);
    long bucket = bucket(entry, shape, Segment.home(shape, tag), glance);
    return bucket == 0 ? 0 : bucket | (long) tag << PLACE_BUCKET_BITS;
  }

  /**
   * Like {@link #likely}, when there was none: of the strays.
   *
   * @param place of the hash
   * @return 0 also if the glance holds no longer
   */
  public int likelyStray(long table, long hash, long place, Glance glance) {
    int strays = Bucket.strays(bucketOf(place));
    if (strays == 0) {
      return 0;
    }
    long entry = entryOf(table, position(hash), glance);
    int shape = entry == 0 ? 0 : Memory.getInt(entry + SHAPE);
    if (entry == 0 || !glance.holds()) {
      return 0;
    }
    int tag = (int) (place >>> PLACE_BUCKET_BITS);
    int home = Segment.home(shape, tag);
    long lanes = Bucket.lanes(tag);
    int buckets = buckets(shape);
    int end = Steps.end(buckets);
    for (int step = Steps.next(strays, 0, end); step < end; step = Steps.next(strays, step, end)) {
      long bucket = bucket(entry, shape, Steps.bucket(home, step, buckets), glance);
      if (bucket == 0) {
        return 0;
      }
      long candidates = Bucket.candidates(bucket, lanes);
      int ref = candidates == 0 ? 0 : Bucket.ref(bucket, Bucket.slot(candidates));
      if (ref != 0) {
        return ref;
      }
    }
    return 0;
  }

  /** Where a position's entry is; 0 if that is not to be known. */
  private static long entryOf(long table, long position, Glance glance) {
    int depth = Memory.getInt(table + DEPTH);
    long directory = Memory.getLong(table + DIRECTORY);
    return glance.holds() && depth <= MAX_GLANCE_DEPTH
        ? directory + ((long) index(depth, position) << ENTRY_SHIFT)
        : 0;
  }

  /** Where a bucket of a segment is, whose entry and shape held; 0 if that is not to be known. */
  private long bucket(long entry, int shape, int bucket, Glance glance) {
    int block = block(entry, shape, bucket);
    if (!glance.holds()) {
      return 0;
    }
    long address = slab.address(block) + offset(shape, bucket);
    return glance.holds() ? address : 0;
  }

  private int findIn(long bucket, long lanes, long key, int keyLength) {
    for (long candidates = Bucket.candidates(bucket, lanes);
        candidates != 0;
        candidates &= candidates - 1) {
      int ref = Bucket.ref(bucket, Bucket.slot(candidates));
      if (ref != 0 && Record.keyEquals(slab.address(ref), key, keyLength)) {
        return ref;
      }
    }
    return 0;
  }

  private int findStray(long entry, int shape, int tag, int strays, long key, int keyLength) {
    int home = Segment.home(shape, tag);
    long lanes = Bucket.lanes(tag);
    int buckets = buckets(shape);
    int end = Steps.end(buckets);
    for (int step = Steps.next(strays, 0, end); step < end; step = Steps.next(strays, step, end)) {
      long bucket = bucket(entry, shape, Steps.bucket(home, step, buckets));
      int ref = findIn(bucket, lanes, key, keyLength);
      if (ref != 0) {
        return ref;
      }
    }
    return 0;
  }

  /** A record whose key has this hash, in all its bits; 0 if there is none. */
  public int findByHash(long table, long hash) {
    long position = position(hash);
    long entry = entryOf(table, position);
    int shape = Memory.getInt(entry + SHAPE);
    int tag = tag(shape, position);
    int home = Segment.home(shape, tag);
    long lanes = Bucket.lanes(tag);
    int buckets = buckets(shape);
    int end = Steps.end(buckets);
    int strays = Bucket.strays(bucket(entry, shape, home));
    for (int step = 0; step < end; step = Steps.next(strays, step, end)) {
      long bucket = bucket(entry, shape, Steps.bucket(home, step, buckets));
      for (long candidates = Bucket.candidates(bucket, lanes);
          candidates != 0;
          candidates &= candidates - 1) {
        int ref = Bucket.ref(bucket, Bucket.slot(candidates));
        if (ref != 0 && hash(slab.address(ref)) == hash) {
          return ref;
        }
      }
    }
    return 0;
  }

  /** The step at which a record is; -1 if it is not in the table. */
  private int stepOf(long entry, int shape, int tag, int ref) {
    int home = Segment.home(shape, tag);
    long lanes = Bucket.lanes(tag);
    int buckets = buckets(shape);
    int end = Steps.end(buckets);
    int strays = Bucket.strays(bucket(entry, shape, home));
    for (int step = 0; step < end; step = Steps.next(strays, step, end)) {
      long bucket = bucket(entry, shape, Steps.bucket(home, step, buckets));
      if (Bucket.slotOf(bucket, lanes, ref) >= 0) {
        return step;
      }
    }
    return -1;
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
    int tag = tag(shape, position);
    int home = Segment.home(shape, tag);
    long bucket = bucket(entry, shape, home);
    if (Bucket.isFull(bucket)) {
      old.read(entry, shape);
      old.placeStray(home, tag, ref);
    } else {
      Bucket.add(bucket, tag, ref);
    }
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
    return Math.min(buckets * MAX_RECORDS_PER_4_BUCKETS / 4 + 1, MAX_RECORDS);
  }

  /** Puts a ref in the place of another one: the record moved. Its key is the same. */
  public void replace(long table, long hash, int oldRef, int newRef) {
    generation++;
    long position = position(hash);
    long entry = entryOf(table, position);
    int shape = Memory.getInt(entry + SHAPE);
    int tag = tag(shape, position);
    int step = stepOf(entry, shape, tag, oldRef);
    if (step < 0) {
      throw new IllegalStateException("no record with ref " + oldRef + " at its hash");
    }
    int i = Steps.bucket(Segment.home(shape, tag), step, buckets(shape));
    long bucket = bucket(entry, shape, i);
    Bucket.setRef(bucket, Bucket.slotOf(bucket, Bucket.lanes(tag), oldRef), newRef);
  }

  /** Removes a record; returns whether it was there. */
  public boolean remove(long table, long hash, int ref) {
    generation++;
    long position = position(hash);
    long entry = firstEntry(table, position);
    int shape = Memory.getInt(entry + SHAPE);
    int tag = tag(shape, position);
    int step = stepOf(entry, shape, tag, ref);
    if (step < 0) {
      return false;
    }
    int home = Segment.home(shape, tag);
    int i = Steps.bucket(home, step, buckets(shape));
    long bucket = bucket(entry, shape, i);
    int slot = Bucket.slotOf(bucket, Bucket.lanes(tag), ref);
    Bucket.vacate(bucket, slot);
    if (step > 0 || Bucket.strays(bucket) != 0) {
      old.read(entry, shape);
      if (step > 0) {
        old.forgetStray(home, step);
      }
      old.bringHome(i, slot);
    }
    shape -= ONE_RECORD;
    Memory.putInt(entry + SHAPE, shape);
    Memory.putLong(table + COUNT, count(table) - 1);
    if (records(shape) < buckets(shape) * MIN_RECORDS_PER_BUCKET) {
      tryShrink(table, position);
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

  /** Like {@link #shrink}, but if there is no memory to do so, the table stays as it is. */
  private void tryShrink(long table, long position) {
    try {
      shrink(table, position);
    } catch (OutOfMemoryError e) {
      // The record is removed; what is larger than necessary becomes smaller another time.
    }
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
    int buckets = ((wanted - 1) * 4 + MAX_RECORDS_PER_4_BUCKETS - 1) / MAX_RECORDS_PER_4_BUCKETS;
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
    old.read(entry, oldShape);
    fresh.allocate(newShape);
    if (depth == 0) {
      entry = placeOnlyEntry(table, newShape);
    }
    old.moveTo(fresh, 0, 0);
    freeOld(table, old);
    writeFresh(table, entry, fresh);
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
    old.read(entry, oldShape);
    int second = old.countSecondHalf();
    fresh.allocate(shapeFor(records(oldShape) - second, newDepth));
    try {
      freshSibling.allocate(shapeFor(second, newDepth));
    } catch (OutOfMemoryError e) {
      fresh.free();
      throw e;
    }
    old.splitInto(fresh, freshSibling, this);
    freeOld(table, old);
    writeFresh(table, entry, fresh);
    writeFresh(table, entry1, freshSibling);
    copyEntry(entry, span);
    copyEntry(entry1, span);
    if (newDepth == depth) {
      addDeepSegments(table, 2);
    }
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
    old.read(entry, shape);
    oldSibling.read(entry1, shape1);
    fresh.allocate(shapeFor(records, oldDepth - 1));
    old.moveTo(fresh, 1, 0);
    oldSibling.moveTo(fresh, 1, 1 << (TAG_BITS - 1));
    freeOld(table, old);
    freeOld(table, oldSibling);
    writeFresh(table, entry, fresh);
    copyEntry(entry, 2 * span);
    if (oldDepth == depth) {
      addDeepSegments(table, -2);
    }
    return true;
  }

  private static void writeFresh(long table, long entry, Segment segment) {
    segment.write(entry);
    addBlockBytes(table, usableBytes(segment.shape()));
  }

  private static void freeOld(long table, Segment segment) {
    segment.free();
    addBlockBytes(table, -usableBytes(segment.shape()));
  }

  /** Makes the entries after a segment's first one its copies. */
  private static void copyEntry(long entry, int span) {
    for (int i = 1; i < span; i++) {
      Memory.copy(entry, entry + ((long) i << ENTRY_SHIFT), ENTRY_BYTES);
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
        fresh.free();
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
      int home = Segment.home(shape, tag(shape, position));
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
    int buckets = buckets(shape);
    int strays = Bucket.strays(bucket(entry, shape, home));
    int visited = 0;
    int end = Steps.end(buckets);
    for (int step = 0; step < end; step = Steps.next(strays, step, end)) {
      int i = Steps.bucket(home, step, buckets);
      if (step >= STRAYS_FAR && Steps.first(home, i, buckets) < STRAYS_FAR) {
        continue;
      }
      long bucket = bucket(entry, shape, i);
      for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
        int slot = Integer.numberOfTrailingZeros(slots);
        int tag = Bucket.tag(bucket, slot);
        if (tag >= firstTag && Segment.home(shape, tag) == home) {
          int ref = Bucket.ref(bucket, slot);
          if (exact || tag > firstTag || !isBefore(ref, position)) {
            visitor.accept(ref);
            visited++;
          }
        }
      }
    }
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
      occupied = Bucket.occupied(bucketAt(table, place));
    } while (chosen >= Integer.bitCount(occupied) && ++tries < MAX_SAMPLE_TRIES);
    while (occupied == 0) {
      place = placeAfter(table, place);
      occupied = Bucket.occupied(bucketAt(table, place));
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
    int occupied = Bucket.occupied(bucket);
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
      refs[taken++] = Bucket.ref(bucket, Integer.numberOfTrailingZeros(rest));
    }
    return taken;
  }

  // A place is a bucket: the index of its segment's first entry, and its number there.

  private static long placeOf(long table, long position) {
    int depth = Memory.getInt(table + DEPTH);
    int index = index(depth, position);
    int shape = Memory.getInt(entry(table, index) + SHAPE);
    return place(firstIndex(index, depth, shape), Segment.home(shape, tag(shape, position)));
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

  /** How many records are not in their home bucket. */
  long countStrays(long table) {
    int depth = Memory.getInt(table + DEPTH);
    long strays = 0;
    int index = 0;
    while (index < 1 << depth) {
      long entry = entry(table, index);
      int shape = Memory.getInt(entry + SHAPE);
      old.read(entry, shape);
      strays += old.countStrays();
      index += 1 << (depth - localDepth(shape));
    }
    return strays;
  }

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
    int blocksBytes = blocks(shape) * REF_BYTES;
    require(Memory.equal(entry + BLOCKS, copy + BLOCKS, blocksBytes), "copied blocks", copyShape);
  }

  private void validateSegment(long table, int index) {
    int depth = Memory.getInt(table + DEPTH);
    long entry = entry(table, index);
    int shape = Memory.getInt(entry + SHAPE);
    int buckets = buckets(shape);
    int[] strays = new int[buckets];
    int records = 0;
    require(blocks(shape) > 0, "blocks", blocks(shape));
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(entry, shape, i);
      require((bucket & BUCKET_BYTES - 1) == 0, "alignment", bucket);
      require((Bucket.occupied(bucket) & ~OCCUPIED_ALL) == 0, "occupied", Bucket.occupied(bucket));
      for (int slot = 0; slot < SLOTS; slot++) {
        int ref = Bucket.ref(bucket, slot);
        boolean occupied = (Bucket.occupied(bucket) & 1 << slot) != 0;
        require(occupied == (ref != 0), "ref of slot", ref);
        if (occupied) {
          int tag = Bucket.tag(bucket, slot);
          long position = position(hash(slab.address(ref)));
          int segment = firstIndex(index(depth, position), depth, shape);
          require(segment == index, "segment", segment);
          require(tag == tag(shape, position), "tag", tag);
          int home = Segment.home(shape, tag);
          if (home != i) {
            strays[home] |= Steps.strayBit(Steps.first(home, i, buckets));
          }
          records++;
        }
      }
    }
    require(records == records(shape), "records", records(shape));
    require(records <= maxRecords(buckets), "load", records);
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(entry, shape, i);
      require(Bucket.strays(bucket) == strays[i], "strays", Bucket.strays(bucket));
      require(strays[i] == 0 || Bucket.isFull(bucket), "room for strays", strays[i]);
    }
  }

  private static void require(boolean holds, String what, long value) {
    if (!holds) {
      throw new AssertionError("hash table: " + what + " " + value);
    }
  }
}
