package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * A run of bytes that is a whole small collection: inside its record while it is short, in a block
 * of its own when it is longer; and how many elements it has.
 *
 * <pre>
 *             0             2            4
 *   inside    | bytes: u16  | count: u16 | the run
 *             0             2            4           8            12              16           24
 *   block     | 0xffff: u16 | unused     | count: u32 | bytes: u32 | capacity: u32 | block: u64 |
 * </pre>
 *
 * <p>A flyweight over a {@link Holder}. In a hash with fields that expire the run comes after what
 * {@link MemberExpiry} has of the payload. What the bytes mean is the collection's matter.
 */
public final class Packed {
  /** The longest run inside a record. */
  public static final int MAX_INSIDE_BYTES = 960;

  /** Payload of an empty run. */
  public static final int EMPTY_PAYLOAD_BYTES = 4;

  private static final int BYTES = 0;
  private static final int COUNT = 2;
  private static final int RUN = 4;

  private static final int IN_BLOCK = 0xffff;
  private static final int BLOCK_COUNT = 4;
  private static final int BLOCK_BYTES = 8;
  private static final int BLOCK_CAPACITY = 12;
  private static final int BLOCK_ADDRESS = 16;
  private static final int BLOCK_PAYLOAD_BYTES = 24;

  /** A block that grows gets this part of its size more. */
  private static final int HEADROOM_SHIFT = 3;

  private final Holder holder;

  /** Where in the payload the run's head is. */
  private final int offset;

  Packed(Holder holder) {
    this(holder, 0);
  }

  private Packed(Holder holder, int offset) {
    this.holder = holder;
    this.offset = offset;
  }

  /** The run of a value of {@link Kind#HASH_PACKED_EXPIRING}. */
  static Packed expiring(Holder holder) {
    return new Packed(holder, offset(Kind.HASH_PACKED_EXPIRING));
  }

  private static int offset(int kind) {
    return kind == Kind.HASH_PACKED_EXPIRING ? MemberExpiry.HEAD_BYTES : 0;
  }

  private long head() {
    return holder.payload() + offset;
  }

  private long reshape(int kind, int bytes) {
    return holder.reshape(kind, offset + bytes) + offset;
  }

  private static boolean isInBlock(long head) {
    return Memory.getUnsignedShort(head + BYTES) == IN_BLOCK;
  }

  // ---- reading ----

  /** Where the run begins. */
  public long begin() {
    long head = head();
    return isInBlock(head) ? Memory.getLong(head + BLOCK_ADDRESS) : head + RUN;
  }

  /** Where the run ends. */
  public long end() {
    long head = head();
    int inside = Memory.getUnsignedShort(head + BYTES);
    return inside == IN_BLOCK
        ? Memory.getLong(head + BLOCK_ADDRESS) + Memory.getInt(head + BLOCK_BYTES)
        : head + RUN + inside;
  }

  /** Length of the run. */
  public int sizeBytes() {
    long head = head();
    int inside = Memory.getUnsignedShort(head + BYTES);
    return inside == IN_BLOCK ? Memory.getInt(head + BLOCK_BYTES) : inside;
  }

  /** How many elements it has, as was set. */
  public int count() {
    long head = head();
    return isInBlock(head)
        ? Memory.getInt(head + BLOCK_COUNT)
        : Memory.getUnsignedShort(head + COUNT);
  }

  // ---- changing: the holder's beginChange() comes first ----

  /** Sets how many elements it has. */
  public void count(int count) {
    long head = head();
    if (isInBlock(head)) {
      Memory.putInt(head + BLOCK_COUNT, count);
    } else {
      Memory.putShort(head + COUNT, count);
    }
  }

  /**
   * Makes a value that is an empty run, where there is none.
   *
   * @param capacityBytes how long it will soon be
   */
  public void create(int kind, int capacityBytes) {
    if (capacityBytes <= MAX_INSIDE_BYTES) {
      long head = holder.create(kind, offset + RUN) + offset;
      Memory.putShort(head + BYTES, 0);
      Memory.putShort(head + COUNT, 0);
    } else {
      int capacity = (int) Slab.usableBytes(capacityBytes);
      long block = holder.slab().allocate(capacity, Tag.VALUE);
      long head = holder.create(kind, offset + BLOCK_PAYLOAD_BYTES) + offset;
      writeBlock(head, 0, 0, capacity, block);
    }
  }

  /**
   * Gives a value another kind, of an empty run; what it owned outside stays the caller's to take
   * care of.
   */
  void become(int kind) {
    long head = reshape(kind, RUN);
    Memory.putShort(head + BYTES, 0);
    Memory.putShort(head + COUNT, 0);
  }

  /** Makes a value that is a run of a known length, to be written at once, where there is none. */
  void createFilled(int kind, int runBytes) {
    if (runBytes <= MAX_INSIDE_BYTES) {
      long head = holder.create(kind, offset + RUN + runBytes) + offset;
      Memory.putShort(head + BYTES, runBytes);
      Memory.putShort(head + COUNT, 0);
    } else {
      int capacity = (int) Slab.usableBytes(runBytes);
      long block = holder.slab().allocate(capacity, Tag.VALUE);
      long head = holder.create(kind, offset + BLOCK_PAYLOAD_BYTES) + offset;
      writeBlock(head, 0, runBytes, capacity, block);
    }
  }

  private static void writeBlock(long head, int count, int bytes, int capacity, long block) {
    Memory.putShort(head + BYTES, IN_BLOCK);
    Memory.putShort(head + COUNT, 0);
    Memory.putInt(head + BLOCK_COUNT, count);
    Memory.putInt(head + BLOCK_BYTES, bytes);
    Memory.putInt(head + BLOCK_CAPACITY, capacity);
    Memory.putLong(head + BLOCK_ADDRESS, block);
  }

  /**
   * Gives a value, of whatever kind, the kind of a packed one: it becomes an empty run. What it
   * owned outside its record is the caller's matter.
   */
  void restart(int kind) {
    long head = reshape(kind, RUN);
    Memory.putShort(head + BYTES, 0);
    Memory.putShort(head + COUNT, 0);
  }

  /**
   * Makes a gap.
   *
   * @param at in the run, or its end
   * @return where the gap is now: all may have moved
   */
  public long open(long at, int gapBytes) {
    long head = head();
    long begin = begin();
    int before = (int) (at - begin);
    int oldBytes = sizeBytes();
    int newBytes = Math.addExact(oldBytes, gapBytes);
    if (isInBlock(head)) {
      growBlock(head, oldBytes, newBytes);
      Memory.putInt(head + BLOCK_BYTES, newBytes);
      begin = Memory.getLong(head + BLOCK_ADDRESS);
    } else if (newBytes <= MAX_INSIDE_BYTES) {
      head = reshape(holder.kind(), RUN + newBytes);
      Memory.putShort(head + BYTES, newBytes);
      begin = head + RUN;
    } else {
      int capacity = capacityFor(newBytes);
      long block = holder.slab().allocate(capacity, Tag.VALUE);
      Memory.copy(begin, block, oldBytes);
      int count = Memory.getUnsignedShort(head + COUNT);
      head = reshape(holder.kind(), BLOCK_PAYLOAD_BYTES);
      writeBlock(head, count, newBytes, capacity, block);
      begin = block;
    }
    Memory.copy(begin + before, begin + before + gapBytes, oldBytes - before);
    return begin + before;
  }

  private static int capacityFor(int bytes) {
    long wanted = (long) bytes + (bytes >> HEADROOM_SHIFT);
    return (int) Math.min(Slab.usableBytes(wanted), Integer.MAX_VALUE);
  }

  private void growBlock(long head, int keptBytes, int newBytes) {
    int capacity = Memory.getInt(head + BLOCK_CAPACITY);
    if (newBytes > capacity) {
      resizeBlock(head, keptBytes, capacityFor(newBytes));
    }
  }

  private void resizeBlock(long head, int keptBytes, int newCapacity) {
    long block = Memory.getLong(head + BLOCK_ADDRESS);
    int capacity = Memory.getInt(head + BLOCK_CAPACITY);
    long fresh = holder.slab().allocate(newCapacity, Tag.VALUE);
    Memory.copy(block, fresh, keptBytes);
    holder.slab().free(block, capacity, Tag.VALUE);
    Memory.putLong(head + BLOCK_ADDRESS, fresh);
    Memory.putInt(head + BLOCK_CAPACITY, newCapacity);
  }

  /**
   * Takes bytes out.
   *
   * @return where the byte behind them is now: all may have moved
   */
  public long close(long at, int gapBytes) {
    long head = head();
    int kind = holder.kind();
    long begin = begin();
    int before = (int) (at - begin);
    int newBytes = sizeBytes() - gapBytes;
    Memory.copy(at + gapBytes, at, newBytes - before);
    if (!isInBlock(head)) {
      head = reshape(kind, RUN + newBytes);
      Memory.putShort(head + BYTES, newBytes);
      return head + RUN + before;
    }
    if (newBytes <= MAX_INSIDE_BYTES / 2) {
      return goInside(head, kind, newBytes) + before;
    }
    Memory.putInt(head + BLOCK_BYTES, newBytes);
    if (newBytes < Memory.getInt(head + BLOCK_CAPACITY) / 2) {
      resizeBlock(head, newBytes, capacityFor(newBytes));
    }
    return Memory.getLong(head + BLOCK_ADDRESS) + before;
  }

  private long goInside(long head, int kind, int bytes) {
    int count = Memory.getInt(head + BLOCK_COUNT);
    int capacity = Memory.getInt(head + BLOCK_CAPACITY);
    long block = Memory.getLong(head + BLOCK_ADDRESS);
    long inside = reshape(kind, RUN + bytes);
    Memory.putShort(inside + BYTES, bytes);
    Memory.putShort(inside + COUNT, count);
    Memory.copy(block, inside + RUN, bytes);
    holder.slab().free(block, capacity, Tag.VALUE);
    return inside + RUN;
  }

  /**
   * Gives bytes in the run another length; those of them that are written anew are the caller's.
   *
   * @return where they begin now: all may have moved
   */
  public long resize(long at, int oldBytes, int newBytes) {
    if (newBytes > oldBytes) {
      long gap = open(at + oldBytes, newBytes - oldBytes);
      return gap - oldBytes;
    }
    if (newBytes < oldBytes) {
      return close(at + newBytes, oldBytes - newBytes) - newBytes;
    }
    return at;
  }

  /**
   * Ends the life of the run in the holder, whose kind is about to change: frees its block. The
   * payload's contents count no more.
   */
  public void release() {
    free(holder.slab(), holder.kind(), holder.payload());
  }

  // ---- by payload ----

  /** Bytes of the payload of a packed kind. */
  static int payloadBytes(int kind, long payload) {
    int offset = offset(kind);
    int inside = Memory.getUnsignedShort(payload + offset + BYTES);
    return offset + (inside == IN_BLOCK ? BLOCK_PAYLOAD_BYTES : RUN + inside);
  }

  /** Bytes outside the record. */
  static long outsideBytes(int kind, long payload) {
    long head = payload + offset(kind);
    return isInBlock(head) ? Slab.usableBytes(Memory.getInt(head + BLOCK_CAPACITY)) : 0;
  }

  /** Frees what is outside the record. */
  static void free(Slab slab, int kind, long payload) {
    long head = payload + offset(kind);
    if (isInBlock(head)) {
      slab.free(
          Memory.getLong(head + BLOCK_ADDRESS), Memory.getInt(head + BLOCK_CAPACITY), Tag.VALUE);
    }
  }

  /** Gives a payload that is a copy of another one's bytes a block of its own. */
  public static void copyBlock(Slab slab, int kind, long payload) {
    long head = payload + offset(kind);
    if (isInBlock(head)) {
      int capacity = Memory.getInt(head + BLOCK_CAPACITY);
      long block = slab.allocate(capacity, Tag.VALUE);
      Memory.copy(Memory.getLong(head + BLOCK_ADDRESS), block, Memory.getInt(head + BLOCK_BYTES));
      Memory.putLong(head + BLOCK_ADDRESS, block);
    }
  }
}
