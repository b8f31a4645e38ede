package io.jacinth.lua;

/** A value that means something to the host only. */
public final class Userdata {
  /** C's null pointer as a value, which cjson shows as null. */
  public static final Userdata NULL = new Userdata();

  Table metatable;
}
