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

  /** One more than the largest kind. */
  public static final int COUNT = 16;

  /** Longest string that Redis embeds in its object: the border between "embstr" and "raw". */
  public static final int MAX_EMBSTR_BYTES = 44;

  private Kind() {}

  public static boolean isString(int kind) {
    return kind <= STRING_BLOCK;
  }

  /** The reply of TYPE. */
  public static String typeName(int kind) {
    return switch (kind) {
      case STRING_INTEGER, STRING_EMBEDDED, STRING_EMBEDDED_RAW, STRING_BLOCK -> "string";
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
      default -> throw new IllegalArgumentException("kind " + kind);
    };
  }
}
