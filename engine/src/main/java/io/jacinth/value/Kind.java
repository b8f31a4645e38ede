package io.jacinth.value;

/**
 * Type and encoding of a value in one number, 0 to 15: what a record's head says of its payload.
 *
 * <p>{@link #typeName} and {@link #encodingName} give Redis's words for TYPE and OBJECT ENCODING.
 */
public final class Kind {
  /**
   * A string that is the canonical decimal form of a 64-bit integer; the payload is the integer.
   */
  public static final int STRING_INTEGER = 0;

  /** A string inside its record, set as a whole. */
  public static final int STRING_EMBEDDED = 1;

  /**
   * A string inside its record that has been changed in part (APPEND, SETRANGE, SETBIT): Redis
   * keeps such a one "raw".
   */
  public static final int STRING_EMBEDDED_RAW = 2;

  /** A string in a block of its own. */
  public static final int STRING_BLOCK = 3;

  /** A list in one {@link Packed} run. */
  public static final int LIST_PACKED = 4;

  /** A list in chunks under a tree. */
  public static final int LIST_CHUNKED = 5;

  /** A hash in one {@link Packed} run: field, value, field, value... */
  public static final int HASH_PACKED = 6;

  /** A hash in a hash table. */
  public static final int HASH_TABLE = 7;

  /** A set of integers in order, in one {@link Packed} run. */
  public static final int SET_INTEGERS = 8;

  /** A set in one {@link Packed} run. */
  public static final int SET_PACKED = 9;

  /** A set in a hash table. */
  public static final int SET_TABLE = 10;

  /** A sorted set in one {@link Packed} run: member, score, member, score... */
  public static final int SORTED_SET_PACKED = 11;

  /** A sorted set in a hash table of its members and a tree of its scores. */
  public static final int SORTED_SET_TREE = 12;

  /** A stream. */
  public static final int STREAM = 13;

  /**
   * A hash in one {@link Packed} run with fields that may expire: field, value, time, field, value,
   * time...
   */
  public static final int HASH_PACKED_EXPIRING = 14;

  /** One more than the largest kind. */
  public static final int COUNT = 16;

  /** Longest string that Redis embeds in its object: the border between "embstr" and "raw". */
  public static final int MAX_EMBSTR_BYTES = 44;

  private static final int PACKED_KINDS =
      1 << LIST_PACKED
          | 1 << HASH_PACKED
          | 1 << HASH_PACKED_EXPIRING
          | 1 << SET_INTEGERS
          | 1 << SET_PACKED
          | 1 << SORTED_SET_PACKED;

  private static final int HOMED_KINDS = 1 << HASH_TABLE | 1 << SET_TABLE | 1 << SORTED_SET_TREE;

  private Kind() {}

  public static boolean isString(int kind) {
    return kind <= STRING_BLOCK;
  }

  public static boolean isList(int kind) {
    return kind == LIST_PACKED || kind == LIST_CHUNKED;
  }

  public static boolean isHash(int kind) {
    return kind == HASH_PACKED || kind == HASH_TABLE || kind == HASH_PACKED_EXPIRING;
  }

  public static boolean isSet(int kind) {
    return kind >= SET_INTEGERS && kind <= SET_TABLE;
  }

  public static boolean isSortedSet(int kind) {
    return kind == SORTED_SET_PACKED || kind == SORTED_SET_TREE;
  }

  public static boolean isStream(int kind) {
    return kind == STREAM;
  }

  /** Whether the value is one {@link Packed} run. */
  public static boolean isPacked(int kind) {
    return (PACKED_KINDS >> kind & 1) != 0;
  }

  /**
   * Whether refs of a slab are in the value: it stays with its {@link Home} wherever its key goes.
   */
  public static boolean hasHome(int kind) {
    return (HOMED_KINDS >> kind & 1) != 0;
  }

  /** The reply of TYPE. */
  public static String typeName(int kind) {
    return switch (kind) {
      case STRING_INTEGER, STRING_EMBEDDED, STRING_EMBEDDED_RAW, STRING_BLOCK -> "string";
      case LIST_PACKED, LIST_CHUNKED -> "list";
      case HASH_PACKED, HASH_TABLE, HASH_PACKED_EXPIRING -> "hash";
      case SET_INTEGERS, SET_PACKED, SET_TABLE -> "set";
      case SORTED_SET_PACKED, SORTED_SET_TREE -> "zset";
      case STREAM -> "stream";
      default -> throw new IllegalArgumentException("kind " + kind);
    };
  }

  /** The reply of OBJECT ENCODING, for a value whose payload begins at {@code payload}. */
  public static String encodingName(int kind, long payload) {
    return switch (kind) {
      case STRING_INTEGER -> "int";
      case STRING_EMBEDDED ->
          StringValue.length(kind, payload) <= MAX_EMBSTR_BYTES ? "embstr" : "raw";
      case STRING_EMBEDDED_RAW, STRING_BLOCK -> "raw";
      case LIST_PACKED, HASH_PACKED, SET_PACKED, SORTED_SET_PACKED -> "listpack";
      case HASH_PACKED_EXPIRING -> "listpackex";
      case LIST_CHUNKED -> "quicklist";
      case HASH_TABLE, SET_TABLE -> "hashtable";
      case SET_INTEGERS -> "intset";
      case SORTED_SET_TREE -> "skiplist";
      case STREAM -> "stream";
      default -> throw new IllegalArgumentException("kind " + kind);
    };
  }
}
