package io.jacinth.lua;

/** A value that means something to the host only, or nothing but what its metatable says. */
public final class Userdata {
  /** C's null pointer as a value, which cjson shows as null; every state's. */
  public static final Userdata NULL = new Userdata(null);

  static final int BYTES = 24;

  final Table metatable;
  private int mark;

  Userdata(Table metatable) {
    this.metatable = metatable;
  }

  /** As {@link Function#mark}. */
  boolean mark(int walk) {
    if (this == NULL || mark == walk) {
      return false;
    }
    mark = walk;
    return true;
  }

  boolean isMarked(int walk) {
    return this == NULL || mark == walk;
  }
}
