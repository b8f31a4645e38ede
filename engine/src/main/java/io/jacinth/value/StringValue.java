package io.jacinth.value;

import io.jacinth.base.Decimal;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * A string's payload in its three encodings.
 *
 * <pre>
 * STRING_INTEGER        | integer: i64                                              |
 * STRING_EMBEDDED(_RAW) | length: u16 | bytes                                       |
 * STRING_BLOCK          | address: u64 | length: u32 | capacity: u32 | the block: bytes, not initialised behind length
 * </pre>
 *
 * <p>The capacity of a block is what was asked of the slab when it was allocated. All static, on
 * payload addresses.
 */
public final class StringValue {
  /**
   * Longest string that stands inside its record; a longer one gets a block, so that growing it
   * moves no key.
   */
  public static final int MAX_EMBEDDED_BYTES = 960;

  /** Longest value of all, however large {@code proto-max-bulk-len} is: sizes are ints here. */
  public static final int MAX_BYTES = Integer.MAX_VALUE - 4096;

  public static final int INTEGER_PAYLOAD_BYTES = 8;
  public static final int BLOCK_PAYLOAD_BYTES = 16;

  private static final int EMBEDDED_LENGTH = 0;
  private static final int EMBEDDED_BYTES = 2;
  private static final int BLOCK_ADDRESS = 0;
  private static final int BLOCK_LENGTH = 8;
  private static final int BLOCK_CAPACITY = 12;

  /** A growing string gets as much again as it needs, up to this much more. */
  private static final long MAX_SPARE_BYTES = 1 << 20;

  private StringValue() {}

  /** The kind that a string of these bytes gets when it is set as a whole. */
  public static int kindFor(long address, int lengthBytes) {
    if (lengthBytes <= Decimal.MAX_LONG_LENGTH && Decimal.isLong(address, lengthBytes)) {
      return Kind.STRING_INTEGER;
    }
    return lengthBytes <= MAX_EMBEDDED_BYTES ? Kind.STRING_EMBEDDED : Kind.STRING_BLOCK;
  }

  /** Bytes that a string of this kind takes inside its record. */
  public static int payloadBytes(int kind, int lengthBytes) {
    return switch (kind) {
      case Kind.STRING_INTEGER -> INTEGER_PAYLOAD_BYTES;
      case Kind.STRING_BLOCK -> BLOCK_PAYLOAD_BYTES;
      default -> EMBEDDED_BYTES + lengthBytes;
    };
  }

  /** Bytes that the string of this payload takes inside its record. */
  public static int payloadBytes(int kind, long payload) {
    return kind == Kind.STRING_EMBEDDED || kind == Kind.STRING_EMBEDDED_RAW
        ? EMBEDDED_BYTES + Memory.getUnsignedShort(payload + EMBEDDED_LENGTH)
        : payloadBytes(kind, 0);
  }

  /** Length of the string in bytes, also of an integer's decimal form. */
  public static int length(int kind, long payload) {
    return switch (kind) {
      case Kind.STRING_INTEGER -> Decimal.length(Memory.getLong(payload));
      case Kind.STRING_BLOCK -> Memory.getInt(payload + BLOCK_LENGTH);
      default -> Memory.getUnsignedShort(payload + EMBEDDED_LENGTH);
    };
  }

  /** Where the bytes of a string stand that is no integer. */
  public static long bytes(int kind, long payload) {
    return kind == Kind.STRING_BLOCK
        ? Memory.getLong(payload + BLOCK_ADDRESS)
        : payload + EMBEDDED_BYTES;
  }

  /**
   * Copies a string that stands inside its record, from a payload that may be changed meanwhile.
   *
   * @param kind whatever was read
   * @param room how many bytes can be read from the payload on, at least 8
   * @param target has room for {@link #MAX_EMBEDDED_BYTES}
   * @return its length in bytes; -1 if it is not in the record, or cannot be what was read
   */
  public static int look(int kind, long payload, long room, long target) {
    if (kind == Kind.STRING_INTEGER) {
      return Decimal.writeLong(target, Memory.getLong(payload));
    }
    if (kind != Kind.STRING_EMBEDDED && kind != Kind.STRING_EMBEDDED_RAW) {
      return -1;
    }
    int lengthBytes = Memory.getUnsignedShort(payload + EMBEDDED_LENGTH);
    if (lengthBytes > MAX_EMBEDDED_BYTES || EMBEDDED_BYTES + lengthBytes > room) {
      return -1;
    }
    Memory.copy(payload + EMBEDDED_BYTES, target, lengthBytes);
    return lengthBytes;
  }

  public static long integer(long payload) {
    return Memory.getLong(payload);
  }

  public static void putInteger(long payload, long value) {
    Memory.putLong(payload, value);
  }

  /** Writes an embedded string. */
  public static void putEmbedded(long payload, long address, int lengthBytes) {
    Memory.putShort(payload + EMBEDDED_LENGTH, lengthBytes);
    Memory.copy(address, payload + EMBEDDED_BYTES, lengthBytes);
  }

  /** Sets the length of an embedded string whose bytes are written by the caller. */
  public static void putEmbeddedLength(long payload, int lengthBytes) {
    Memory.putShort(payload + EMBEDDED_LENGTH, lengthBytes);
  }

  /** Makes the payload name a block that it owns from now on. */
  public static void putBlock(long payload, long block, int lengthBytes, int capacityBytes) {
    Memory.putLong(payload + BLOCK_ADDRESS, block);
    Memory.putInt(payload + BLOCK_LENGTH, lengthBytes);
    Memory.putInt(payload + BLOCK_CAPACITY, capacityBytes);
  }

  public static int blockCapacity(long payload) {
    return Memory.getInt(payload + BLOCK_CAPACITY);
  }

  public static void putBlockLength(long payload, int lengthBytes) {
    Memory.putInt(payload + BLOCK_LENGTH, lengthBytes);
  }

  /** Capacity to ask for when a string grows to {@code lengthBytes} and may grow on. */
  public static int growthBytes(int lengthBytes) {
    return (int)
        Math.min(
            Slab.usableBytes(lengthBytes + Math.min(lengthBytes, MAX_SPARE_BYTES)),
            Integer.MAX_VALUE);
  }

  /** Gives a payload that is a copy of another one's bytes a block of its own. */
  static void copyBlock(Slab slab, int kind, long payload) {
    if (kind == Kind.STRING_BLOCK) {
      int capacity = blockCapacity(payload);
      long block = slab.allocate(capacity, Tag.VALUE);
      Memory.copy(Memory.getLong(payload + BLOCK_ADDRESS), block, length(kind, payload));
      Memory.putLong(payload + BLOCK_ADDRESS, block);
    }
  }

  /** Frees what the payload owns outside its record. */
  public static void free(Slab slab, int kind, long payload) {
    if (kind == Kind.STRING_BLOCK) {
      slab.free(Memory.getLong(payload + BLOCK_ADDRESS), blockCapacity(payload), Tag.VALUE);
    }
  }

  /** Bytes that the payload owns outside its record. */
  public static long outsideBytes(int kind, long payload) {
    return kind == Kind.STRING_BLOCK ? Slab.usableBytes(blockCapacity(payload)) : 0;
  }
}
