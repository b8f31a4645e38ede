package io.jacinth.lua;

/** The events for which a metatable may have a function. */
@SuppressWarnings({
  "ImmutableEnumChecker",
  "EnumOrdinal"
}) // strings do not change; bits are not kept
enum Metamethod {
  INDEX("__index"),
  NEW_INDEX("__newindex"),
  MODE("__mode"),
  EQUAL("__eq"),
  ADD("__add"),
  SUBTRACT("__sub"),
  MULTIPLY("__mul"),
  DIVIDE("__div"),
  REMAINDER("__mod"),
  POWER("__pow"),
  NEGATE("__unm"),
  LENGTH("__len"),
  LESS("__lt"),
  LESS_OR_EQUAL("__le"),
  CONCATENATE("__concat"),
  CALL("__call");

  final LuaString key;
  final int bit;

  Metamethod(String name) {
    key = LuaString.name(name);
    bit = 1 << ordinal();
  }

  /** The value that a metatable has for the event, nil for none. */
  Object of(Table metatable) {
    if (metatable == null || (metatable.absentMetamethods & bit) != 0) {
      return null;
    }
    Object found = metatable.get(key);
    if (found == null) {
      metatable.absentMetamethods |= bit;
    }
    return found;
  }
}
