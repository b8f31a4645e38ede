package io.jacinth.lua.library;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.Table;

/** What libraries have in common: how they are made known, and a few views of arguments. */
final class Library {
  private Library() {}

  /**
   * A table for a library's functions, as a global variable.
   *
   * @param capacity how many functions PUC Lua reserves room for: the order of {@code pairs} shows
   *     it
   */
  static Table table(Lua lua, String name, int capacity) {
    Table table = new Table(lua, 0, capacity);
    lua.globals().put(name, table);
    return table;
  }

  /** A position relative to the end of a string if negative; 0 if that is before its beginning. */
  static long position(long position, int length) {
    long absolute = position < 0 ? position + length + 1 : position;
    return Math.max(absolute, 0);
  }

  /** Makes room for values on the stack of a call. */
  static void reserve(Arguments call, int values, String complaint) {
    if (!call.hasRoomFor(values)) {
      throw stackOverflow(call, complaint);
    }
  }

  private static LuaError stackOverflow(Arguments call, String complaint) {
    return call.error("stack overflow (" + complaint + ")");
  }
}
