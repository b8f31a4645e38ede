package io.jacinth.structure;

import static io.jacinth.structure.HashTableLayout.OCCUPIED;
import static io.jacinth.structure.HashTableLayout.OCCUPIED_ALL;
import static io.jacinth.structure.HashTableLayout.REFS;
import static io.jacinth.structure.HashTableLayout.REF_BYTES;
import static io.jacinth.structure.HashTableLayout.STRAYS;
import static io.jacinth.structure.HashTableLayout.TAGS;
import static io.jacinth.structure.HashTableLayout.TAG_BYTES;

import io.jacinth.memory.Memory;
import java.nio.ByteOrder;

/**
 * Access to a bucket of a {@link HashTable} by its address: one cache line, drawn in {@link
 * HashTableLayout}.
 *
 * <p>The ten tags are compared at once, as 16-bit lanes of three longs.
 */
final class Bucket {
  private static final int LANE_BITS = 16;
  private static final int LANES = Long.SIZE / LANE_BITS;
  private static final long EACH_LANE = 0x0001_0001_0001_0001L;
  private static final long EACH_LANE_TOP = 0x8000_8000_8000_8000L;
  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  /** In the third long only the two lanes count that come first in memory. */
  private static final long LAST_TAGS_TOP =
      LITTLE_ENDIAN ? 0x0000_0000_8000_8000L : 0x8000_8000_0000_0000L;

  private Bucket() {}

  static int occupied(long bucket) {
    return Memory.getUnsignedShort(bucket + OCCUPIED);
  }

  static boolean isFull(long bucket) {
    return occupied(bucket) == OCCUPIED_ALL;
  }

  static int strays(long bucket) {
    return Memory.getUnsignedShort(bucket + STRAYS);
  }

  static void setStrays(long bucket, int strays) {
    Memory.putShort(bucket + STRAYS, strays);
  }

  static int tag(long bucket, int slot) {
    return Memory.getUnsignedShort(bucket + TAGS + (long) slot * TAG_BYTES);
  }

  static void setTag(long bucket, int slot, int tag) {
    Memory.putShort(bucket + TAGS + (long) slot * TAG_BYTES, tag);
  }

  static int ref(long bucket, int slot) {
    return Memory.getInt(bucket + REFS + (long) slot * REF_BYTES);
  }

  static void setRef(long bucket, int slot, int ref) {
    Memory.putInt(bucket + REFS + (long) slot * REF_BYTES, ref);
  }

  /** Puts a record into a free slot. */
  static void fill(long bucket, int slot, int tag, int ref) {
    Memory.putShort(bucket + OCCUPIED, occupied(bucket) | 1 << slot);
    setTag(bucket, slot, tag);
    setRef(bucket, slot, ref);
  }

  /** Puts a record into the first free slot, which there is. */
  static void add(long bucket, int tag, int ref) {
    fill(bucket, Integer.numberOfTrailingZeros(~occupied(bucket)), tag, ref);
  }

  static void vacate(long bucket, int slot) {
    Memory.putShort(bucket + OCCUPIED, occupied(bucket) & ~(1 << slot));
    setRef(bucket, slot, 0);
  }

  /** A tag in each lane, as {@link #candidates} wants it. */
  static long lanes(int tag) {
    return tag * EACH_LANE;
  }

  /**
   * The slots that may have a tag, as bits 16 * lane + long. The test for a lane that is zero may
   * also report a lane that differs in its last bit, after one that is equal; and free slots have
   * old tags. Comparing refs or keys sorts both out.
   */
  static long candidates(long bucket, long lanes) {
    long tags0 = Memory.getLong(bucket + TAGS) ^ lanes;
    long tags1 = Memory.getLong(bucket + TAGS + Long.BYTES) ^ lanes;
    long tags2 = Memory.getLong(bucket + TAGS + 2 * Long.BYTES) ^ lanes;
    long top0 = (tags0 - EACH_LANE) & ~tags0 & EACH_LANE_TOP;
    long top1 = (tags1 - EACH_LANE) & ~tags1 & EACH_LANE_TOP;
    long top2 = (tags2 - EACH_LANE) & ~tags2 & LAST_TAGS_TOP;
    return top0 >>> (LANE_BITS - 1) | top1 >>> (LANE_BITS - 2) | top2 >>> (LANE_BITS - 3);
  }

  /** The slot of the first candidate. */
  static int slot(long candidates) {
    int bit = Long.numberOfTrailingZeros(candidates);
    int lane = bit / LANE_BITS;
    return bit % LANE_BITS * LANES + (LITTLE_ENDIAN ? lane : LANES - 1 - lane);
  }

  /** The slot of a record; -1 if it is not in the bucket. */
  static int slotOf(long bucket, long lanes, int ref) {
    for (long candidates = candidates(bucket, lanes);
        candidates != 0;
        candidates &= candidates - 1) {
      int slot = slot(candidates);
      if (ref(bucket, slot) == ref) {
        return slot;
      }
    }
    return -1;
  }
}
