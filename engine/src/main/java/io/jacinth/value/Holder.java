package io.jacinth.value;

import io.jacinth.memory.Slab;

/**
 * What a value is kept by: the record of a key.
 *
 * <p>A value's class is a flyweight over its holder. Whatever changes the holder's payload may move
 * it, so addresses in it are read anew afterwards.
 */
public interface Holder {
  /** Whether there is a value. */
  boolean exists();

  /** The value's {@link Kind}. */
  int kind();

  /** Where its payload begins. */
  long payload();

  /**
   * Every change of an existing value begins with this: its old state is seen for the last time.
   */
  void beginChange();

  /**
   * Makes a value where there is none.
   *
   * @return where its payload is to be written
   */
  long create(int kind, int payloadBytes);

  /**
   * Gives the value another kind or its payload another size; as much of the payload's beginning
   * stays as there is room for. What it owned outside stays the caller's to take care of.
   *
   * @return where the payload is now
   */
  long reshape(int kind, int payloadBytes);

  /**
   * Where parts of the value are taken down before they are changed, after {@link #beginChange};
   * null if they need not be.
   */
  default Undo undo() {
    return null;
  }

  /** The time of the command. */
  long nowMillis();

  /**
   * Sets when the first field or member expires of a value that has a {@link MemberExpiry}: then it
   * is looked after.
   *
   * @param millis or {@link MemberExpiry#NEVER}
   */
  void expireMembersAt(long millis);

  /** For blocks that are named by address. */
  Slab slab();

  /** For what is named by ref: where the value lives, or will live. */
  Home home();
}
