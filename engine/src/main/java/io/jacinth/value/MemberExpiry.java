package io.jacinth.value;

import io.jacinth.memory.Memory;

/**
 * What the payload of a value has when fields or members of it expire: when the first of them does,
 * at the latest, and links to other such values, which are the keyspace's.
 *
 * <pre>
 *   head   0               8             16
 *          | time: 8 bytes | links: 8    |
 * </pre>
 *
 * <p>The time is in milliseconds since the epoch, {@link #NEVER} as long as nothing expires. It may
 * be earlier than the first expiry, since it stays when that one is removed.
 */
public final class MemberExpiry {
  /** No time. */
  public static final long NEVER = -1;

  static final int HEAD_BYTES = 16;

  private static final int TIME = 0;
  private static final int LINKS = 8;

  private MemberExpiry() {}

  /**
   * Where the head is in a value's payload.
   *
   * @return 0 if it has none: nothing in it expires
   */
  public static long head(int kind, long payload) {
    return switch (kind) {
      case Kind.HASH_PACKED_EXPIRING -> payload;
      case Kind.HASH_TABLE, Kind.SET_TABLE -> MemberTable.expiryHead(payload);
      default -> 0;
    };
  }

  /** When the first one may expire. */
  public static long millis(long head) {
    return Memory.getLong(head + TIME);
  }

  /** Sets when the first one may expire. */
  public static void setMillis(long head, long millis) {
    Memory.putLong(head + TIME, millis);
  }

  /** Where the links are. */
  public static long links(long head) {
    return head + LINKS;
  }
}
