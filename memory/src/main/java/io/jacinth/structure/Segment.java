package io.jacinth.structure;

import static io.jacinth.structure.HashTableLayout.*;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * A segment of a {@link HashTable} at hand: its shape, and its blocks with their addresses, while
 * it is filled or emptied.
 */
final class Segment {
  private final Slab slab;
  private final int[] refs = new int[MAX_BLOCKS];
  private final long[] addresses = new long[MAX_BLOCKS];
  private int shape;

  Segment(Slab slab) {
    this.slab = slab;
  }

  int shape() {
    return shape;
  }

  /** The bucket in which a record with this tag is, unless that is full. */
  static int home(int shape, int tag) {
    return (int) (((long) tag * blocks(shape)) << blockBits(shape) >>> TAG_BITS);
  }

  /** A slot of a bucket whose record has this home; -1 if there is none. */
  static int slotWithHome(long bucket, int shape, int home) {
    for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
      int slot = Integer.numberOfTrailingZeros(slots);
      if (home(shape, Bucket.tag(bucket, slot)) == home) {
        return slot;
      }
    }
    return -1;
  }

  private static long blockRef(long entry, int block) {
    return entry + BLOCKS + (long) block * REF_BYTES;
  }

  /** Takes the segment that an entry describes. */
  void read(long entry, int entryShape) {
    shape = entryShape;
    int count = blocks(shape);
    for (int i = 0; i < count; i++) {
      refs[i] = Memory.getInt(blockRef(entry, i));
      addresses[i] = slab.address(refs[i]);
    }
  }

  void write(long entry) {
    Memory.putInt(entry + SHAPE, shape);
    int count = blocks(shape);
    for (int i = 0; i < count; i++) {
      Memory.putInt(blockRef(entry, i), refs[i]);
    }
  }

  /** Allocates the empty blocks of a shape: all or, if there is no memory, none. */
  void allocate(int newShape) {
    shape = newShape;
    int count = blocks(shape);
    long blockBytes = blockBytes(blockBits(shape));
    for (int i = 0; i < count; i++) {
      try {
        refs[i] = slab.allocateRef(blockBytes, Tag.TABLE);
      } catch (OutOfMemoryError e) {
        free(i);
        throw e;
      }
      addresses[i] = slab.address(refs[i]);
      Memory.fill(addresses[i], blockBytes, 0);
    }
  }

  void free() {
    free(blocks(shape));
  }

  private void free(int count) {
    long blockBytes = blockBytes(blockBits(shape));
    for (int i = 0; i < count; i++) {
      slab.freeRef(refs[i], blockBytes, Tag.TABLE);
    }
  }

  int buckets() {
    return HashTableLayout.buckets(shape);
  }

  long bucket(int bucket) {
    int blockBits = blockBits(shape);
    return addresses[bucket >>> blockBits]
        + ((long) (bucket & (1 << blockBits) - 1) << BUCKET_SHIFT);
  }

  /** Puts a record into the segment, which has room. */
  void place(int tag, int ref) {
    int home = home(shape, tag);
    long bucket = bucket(home);
    if (Bucket.isFull(bucket)) {
      placeStray(home, tag, ref);
    } else {
      Bucket.add(bucket, tag, ref);
    }
  }

  /** Puts a record, whose home is full, where the next step finds room. */
  void placeStray(int home, int tag, int ref) {
    int buckets = buckets();
    int step = 0;
    long bucket;
    do {
      step++;
      bucket = bucket(Steps.bucket(home, step, buckets));
    } while (Bucket.isFull(bucket));
    Bucket.add(bucket, tag, ref);
    long homeBucket = bucket(home);
    Bucket.setStrays(homeBucket, Bucket.strays(homeBucket) | Steps.strayBit(step));
  }

  /**
   * Fills a slot of a bucket, which became free, with the nearest stray of that bucket, the slot
   * that becomes free thereby in the same way, and so on. So strays stay as few as they are when
   * records are only added; without this, after each record was replaced once, a look-up of a
   * missing key would take several times as many steps.
   */
  void bringHome(int home, int slot) {
    int buckets = buckets();
    int end = Steps.end(buckets);
    int to = home;
    int toSlot = slot;
    int strays = Bucket.strays(bucket(to));
    while (strays != 0) {
      int step = 0;
      int from;
      int fromSlot;
      do {
        step = Steps.next(strays, step, end);
        from = Steps.bucket(to, step, buckets);
        fromSlot = slotWithHome(bucket(from), shape, to);
      } while (fromSlot < 0);
      long bucket = bucket(from);
      Bucket.fill(bucket(to), toSlot, Bucket.tag(bucket, fromSlot), Bucket.ref(bucket, fromSlot));
      Bucket.vacate(bucket, fromSlot);
      forgetStray(to, step);
      to = from;
      toSlot = fromSlot;
      strays = Bucket.strays(bucket);
    }
  }

  /** Clears a home's bit for a step if the last of its strays there is gone. */
  void forgetStray(int home, int step) {
    if (step < STRAYS_FAR ? !hasStray(home, step) : !hasFarStray(home)) {
      long bucket = bucket(home);
      Bucket.setStrays(bucket, Bucket.strays(bucket) & ~Steps.strayBit(step));
    }
  }

  private boolean hasStray(int home, int step) {
    return slotWithHome(bucket(Steps.bucket(home, step, buckets())), shape, home) >= 0;
  }

  private boolean hasFarStray(int home) {
    int buckets = buckets();
    for (int step = STRAYS_FAR; step < Steps.end(buckets); step++) {
      boolean far = Steps.first(home, Steps.bucket(home, step, buckets), buckets) >= STRAYS_FAR;
      if (far && hasStray(home, step)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Moves all records into a segment.
   *
   * @param shift by how many bits the segment's depth is less than this one's
   * @param topBits what stands before the remaining bits of the tags there
   */
  void moveTo(Segment target, int shift, int topBits) {
    int buckets = buckets();
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(i);
      for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
        int slot = Integer.numberOfTrailingZeros(slots);
        target.place(topBits | Bucket.tag(bucket, slot) >>> shift, Bucket.ref(bucket, slot));
      }
    }
  }

  int countStrays() {
    int count = 0;
    int buckets = buckets();
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(i);
      for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
        int tag = Bucket.tag(bucket, Integer.numberOfTrailingZeros(slots));
        count += home(shape, tag) == i ? 0 : 1;
      }
    }
    return count;
  }

  /** How many records belong into the second half when the segment is split. */
  int countSecondHalf() {
    int count = 0;
    int buckets = buckets();
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(i);
      for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
        count += Bucket.tag(bucket, Integer.numberOfTrailingZeros(slots)) >>> (TAG_BITS - 1);
      }
    }
    return count;
  }

  /**
   * Moves the records into the two halves of the segment. First all new tags are made, in place,
   * with the slots of the second half where the strays were, and only then a record is placed: a
   * loop that does nothing but read keys has many cache misses under way at a time.
   */
  void splitInto(Segment first, Segment second, HashTable table) {
    int buckets = buckets();
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(i);
      int secondSlots = 0;
      for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
        int slot = Integer.numberOfTrailingZeros(slots);
        secondSlots |= Bucket.tag(bucket, slot) >>> (TAG_BITS - 1) << slot;
        Bucket.setTag(bucket, slot, table.tagOf(Bucket.ref(bucket, slot), first.shape));
      }
      Bucket.setStrays(bucket, secondSlots);
    }
    for (int i = 0; i < buckets; i++) {
      long bucket = bucket(i);
      int secondSlots = Bucket.strays(bucket);
      for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
        int slot = Integer.numberOfTrailingZeros(slots);
        Segment half = (secondSlots >>> slot & 1) == 0 ? first : second;
        half.place(Bucket.tag(bucket, slot), Bucket.ref(bucket, slot));
      }
    }
  }
}
