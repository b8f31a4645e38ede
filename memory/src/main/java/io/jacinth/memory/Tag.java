package io.jacinth.memory;

/**
 * Who owns a block. Every allocation names its owner, so that memory can be told apart in {@code
 * INFO} and {@code MEMORY STATS}, and a leak has a name.
 */
public enum Tag {
  /** A key with its value. */
  ENTRY,
  /** A value, or a part of one, that does not fit into its entry. */
  VALUE,
  /** Directories and segments of hash tables. */
  TABLE,
  /** Headers and nodes of B+trees. */
  TREE,
  /** Timer wheels. */
  EXPIRY,
  /** Arguments of commands that outlive the input buffer. */
  ARGUMENT,
  /** Input of clients. */
  INPUT,
  /** Replies to clients. */
  OUTPUT,
  /** Intermediate results within one command. */
  SCRATCH,
  /** What is taken down to undo a script. */
  UNDO;

  /** How many tags there are. */
  static final int COUNT = values().length;

  private static final Tag[] ALL = values();

  /** What stands for the tag in memory and indexes arrays; it lasts no longer than the process. */
  @SuppressWarnings("EnumOrdinal") // The one place.
  final int number = ordinal();

  /** The tag with this number. */
  static Tag of(int number) {
    return ALL[number];
  }
}
