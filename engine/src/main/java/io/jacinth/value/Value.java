package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;

/**
 * What values of all kinds have in common: they weigh and they are freed.
 *
 * <p>All static, by kind and address of the payload. The payload of a value with a {@link Home}
 * begins with the home's number: 7 bits, below a bit of the value's own.
 */
public final class Value {
  /** Bytes of the home's number. */
  static final int HOME_BYTES = 1;

  /** What is left of the byte when the value has a flag in it. */
  private static final int HOME_MASK = 0x7f;

  /** So many elements are freed in one go. */
  public static final int SLICE = 128;

  private Value() {}

  /** The number of the home of a value that {@linkplain Kind#hasHome has one}. */
  public static int homeNumber(long payload) {
    return Memory.getByte(payload) & HOME_MASK;
  }

  /** Bytes that the value takes inside its record. */
  public static int payloadBytes(int kind, long payload) {
    if (Kind.isString(kind)) {
      return StringValue.payloadBytes(kind, payload);
    }
    return switch (kind) {
      case Kind.HASH_TABLE, Kind.SET_TABLE -> MemberTable.payloadBytes(payload);
      case Kind.LIST_CHUNKED -> ListValue.PAYLOAD_BYTES;
      case Kind.SORTED_SET_TREE -> SortedSetValue.PAYLOAD_BYTES;
      case Kind.STREAM -> StreamValue.PAYLOAD_BYTES;
      default -> Packed.payloadBytes(kind, payload);
    };
  }

  /** Bytes that the value takes outside its record. */
  public static long outsideBytes(Home home, int kind, long payload) {
    if (Kind.isString(kind)) {
      return StringValue.outsideBytes(kind, payload);
    }
    return switch (kind) {
      case Kind.HASH_TABLE, Kind.SET_TABLE -> MemberTable.outsideBytes(home, payload);
      case Kind.LIST_CHUNKED -> ListValue.outsideBytes(home, payload);
      case Kind.SORTED_SET_TREE -> SortedSetValue.outsideBytes(home, payload);
      case Kind.STREAM -> StreamValue.outsideBytes(home, payload);
      default -> Packed.outsideBytes(kind, payload);
    };
  }

  /**
   * Gives a payload that is a copy of another one's bytes, of no large kind, a block of its own.
   */
  public static void copyOutside(Slab slab, int kind, long payload) {
    if (Kind.isString(kind)) {
      StringValue.copyBlock(slab, kind, payload);
    } else {
      Packed.copyBlock(slab, kind, payload);
    }
  }

  /** Frees what an entry of an {@link Undo} has of a value, whose change stays. */
  public static void releasePart(int part, Home home, long entry) {
    switch (part) {
      case Undo.FIELD -> HashValue.release(home, entry);
      default -> StreamValue.release(part, home, entry);
    }
  }

  /** Whether {@link #free} may need more than one call. */
  public static boolean isLarge(int kind) {
    return !Kind.isString(kind) && !Kind.isPacked(kind);
  }

  /**
   * Frees what the value owns outside its record, a slice of it if that is much.
   *
   * @param budget how many elements, about
   * @return whether all is freed; else the payload says what remains, for the next call
   */
  public static boolean free(Home home, int kind, long payload, int budget) {
    return switch (kind) {
      case Kind.HASH_TABLE -> HashValue.free(home, payload, budget);
      case Kind.LIST_CHUNKED -> ListValue.free(home, payload, budget);
      case Kind.SET_TABLE -> SetValue.free(home, payload, budget);
      case Kind.SORTED_SET_TREE -> SortedSetValue.free(home, payload, budget);
      case Kind.STREAM -> StreamValue.free(home, payload, budget);
      default -> {
        if (Kind.isString(kind)) {
          StringValue.free(home.slab(), kind, payload);
        } else {
          Packed.free(home.slab(), kind, payload);
        }
        yield true;
      }
    };
  }
}
