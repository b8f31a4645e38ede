package io.jacinth.lua;

/** How values of one type are taken for another one. */
final class Coercion {
  private Coercion() {}

  /** A string read as a number; {@link NumberText#NO_NUMBER} if it is none. */
  static double toNumber(LuaString string) {
    return NumberText.parse(string.bytes(), 0, string.length());
  }

  /** A value that is no number, read as one; {@link NumberText#NO_NUMBER} if it is none. */
  static double toNumber(Object reference) {
    return reference instanceof LuaString string ? toNumber(string) : NumberText.NO_NUMBER;
  }

  /** The text of a number, a new string. */
  static LuaString toString(Lua lua, double number) {
    LuaString text = NumberText.of(number);
    lua.charge(LuaString.OVERHEAD_BYTES + text.length());
    return text;
  }

  /** Cut to an integer as x86-64 does it. */
  static long toLong(double number) {
    long integer = (long) number;
    boolean fits = number >= -0x1p63 && number < 0x1p63;
    return fits ? integer : Long.MIN_VALUE;
  }
}
