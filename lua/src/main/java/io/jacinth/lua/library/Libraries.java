package io.jacinth.lua.library;

import io.jacinth.lua.Lua;

/** All libraries that Redis gives its scripts beside the basic functions and coroutines. */
public final class Libraries {
  private Libraries() {}

  /** Makes them known, in the order in which Redis does. */
  public static void install(Lua lua) {
    TableLibrary.install(lua);
    StringLibrary.install(lua);
    MathLibrary.install(lua);
    JsonLibrary.install(lua);
    StructLibrary.install(lua);
    MessagePackLibrary.install(lua);
    BitLibrary.install(lua);
    OsLibrary.install(lua, System::nanoTime);
  }
}
