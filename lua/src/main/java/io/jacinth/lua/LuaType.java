package io.jacinth.lua;

/** The types of Lua's values, told by the reference of a value. */
@SuppressWarnings("ReferenceEquality") // what is the same value is the same object, but for strings
public final class LuaType {
  /** The reference of every number. */
  public static final LuaType NUMBER = new LuaType();

  private LuaType() {}

  /** The name of a value's type, as the function {@code type} gives it. */
  public static String nameOf(Object reference) {
    if (reference == null) {
      return "nil";
    } else if (reference == NUMBER) {
      return "number";
    } else if (reference instanceof LuaString) {
      return "string";
    } else if (reference instanceof Table) {
      return "table";
    } else if (reference instanceof Function) {
      return "function";
    } else if (reference instanceof Boolean) {
      return "boolean";
    } else if (reference instanceof LuaThread) {
      return "thread";
    }
    return "userdata";
  }

  /** The same as a string. */
  static LuaString name(Object reference) {
    return LuaString.name(nameOf(reference));
  }

  /** Whether a condition holds for a value: for all but nil and false. */
  public static boolean isTrue(Object reference) {
    return reference != null && reference != Boolean.FALSE;
  }

  /** The opposite of a value's truth. */
  static Boolean not(Object reference) {
    return isTrue(reference) ? Boolean.FALSE : Boolean.TRUE;
  }

  /** Whether two values are the same without asking metamethods. */
  public static boolean rawEquals(Object a, double aNumber, Object b, double bNumber) {
    if (a == b) {
      return a != NUMBER || aNumber == bNumber;
    }
    return a instanceof LuaString string && string.equals(b);
  }
}
