package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

/** Operations on values that ask metatables. */
@SuppressWarnings("ReferenceEquality") // the same value is the same object, but for strings
final class Metamethods {
  /** So many tables may follow each other by __index. */
  private static final int MAX_CHAIN = 100;

  private Metamethods() {}

  /**
   * Calls a function with two arguments; its result goes to a register.
   *
   * @param handler what the metatable has for the event
   */
  static void call(
      LuaThread thread,
      Object handler,
      Object a,
      double aNumber,
      Object b,
      double bNumber,
      int to) {
    int register = thread.registersEnd();
    thread.ensureRegisters(register + 3);
    thread.references[register] = handler;
    thread.references[register + 1] = a;
    thread.numbers[register + 1] = aNumber;
    thread.references[register + 2] = b;
    thread.numbers[register + 2] = bNumber;
    thread.lua.call(thread, register, 2, 1);
    thread.references[to] = thread.references[register];
    thread.numbers[to] = thread.numbers[register];
  }

  /**
   * Puts what a value has for a key into a register.
   *
   * @param named the register of the value, by which an error names it, or {@link Lua#NO_REGISTER}
   */
  static void index(
      LuaThread thread,
      Object value,
      double valueNumber,
      Object key,
      double keyNumber,
      int to,
      int named) {
    Object indexed = value;
    int register = named;
    for (int chain = 0; chain < MAX_CHAIN; chain++) {
      Object handler;
      if (indexed instanceof Table table) {
        int slot = table.find(key, keyNumber);
        Object found = table.reference(slot);
        handler = found != null ? null : Metamethod.INDEX.of(table.metatable);
        if (handler == null) {
          thread.references[to] = found;
          thread.numbers[to] = table.number(slot);
          return;
        }
      } else {
        handler = thread.lua.metamethod(indexed, Metamethod.INDEX);
        if (handler == null) {
          throw thread.lua.typeError(indexed, register, "index");
        }
      }
      if (handler instanceof Function) {
        double number = chain == 0 ? valueNumber : 0;
        call(thread, handler, indexed, number, key, keyNumber, to);
        return;
      }
      indexed = handler;
      register = Lua.NO_REGISTER;
    }
    throw thread.lua.error("loop in gettable");
  }

  /** Sets what a value has for a key. */
  static void setIndex(
      LuaThread thread,
      Object value,
      Object key,
      double keyNumber,
      Object newValue,
      double newNumber,
      int named) {
    Object indexed = value;
    int register = named;
    for (int chain = 0; chain < MAX_CHAIN; chain++) {
      Object handler;
      if (indexed instanceof Table table) {
        table.checkWritable();
        int slot = table.findOrInsert(key, keyNumber);
        handler = table.reference(slot) != null ? null : Metamethod.NEW_INDEX.of(table.metatable);
        if (handler == null) {
          table.setSlot(slot, newValue, newNumber);
          return;
        }
      } else {
        handler = thread.lua.metamethod(indexed, Metamethod.NEW_INDEX);
        if (handler == null) {
          throw thread.lua.typeError(indexed, register, "index");
        }
      }
      if (handler instanceof Function) {
        int end = thread.registersEnd();
        thread.ensureRegisters(end + 4);
        thread.references[end] = handler;
        thread.references[end + 1] = indexed;
        thread.numbers[end + 1] = indexed == NUMBER && register >= 0 ? thread.numbers[register] : 0;
        thread.references[end + 2] = key;
        thread.numbers[end + 2] = keyNumber;
        thread.references[end + 3] = newValue;
        thread.numbers[end + 3] = newNumber;
        thread.lua.call(thread, end, 3, 0);
        return;
      }
      indexed = handler;
      register = Lua.NO_REGISTER;
    }
    throw thread.lua.error("loop in settable");
  }

  /** Whether two values are equal, as {@code ==} says. */
  static boolean equal(LuaThread thread, Object a, double aNumber, Object b, double bNumber) {
    if (LuaType.rawEquals(a, aNumber, b, bNumber)) {
      return true;
    }
    Table first;
    Table second;
    if (a instanceof Table x && b instanceof Table y) {
      first = x.metatable;
      second = y.metatable;
    } else if (a instanceof Userdata x && b instanceof Userdata y) {
      first = x.metatable;
      second = y.metatable;
    } else {
      return false;
    }
    Object handler = common(first, second, Metamethod.EQUAL);
    return handler != null && isTrue(thread, handler, a, aNumber, b, bNumber);
  }

  /** What two metatables have for an event if it is the same function. */
  private static Object common(Table first, Table second, Metamethod event) {
    Object handler = event.of(first);
    if (handler == null || first == second) {
      return handler;
    }
    Object other = event.of(second);
    boolean isSame = other != null && handler != NUMBER && LuaType.rawEquals(handler, 0, other, 0);
    return isSame ? handler : null;
  }

  private static boolean isTrue(
      LuaThread thread, Object handler, Object a, double aNumber, Object b, double bNumber) {
    int register = thread.registersEnd();
    call(thread, handler, a, aNumber, b, bNumber, register);
    return LuaType.isTrue(thread.references[register]);
  }

  static boolean less(LuaThread thread, Object a, double aNumber, Object b, double bNumber) {
    if (a == NUMBER && b == NUMBER) {
      return aNumber < bNumber;
    } else if (a instanceof LuaString x && b instanceof LuaString y) {
      return x.compareTo(y) < 0;
    }
    Object handler = ordering(thread, a, b, Metamethod.LESS);
    if (handler != null) {
      return isTrue(thread, handler, a, aNumber, b, bNumber);
    }
    throw orderError(thread, a, b);
  }

  static boolean lessOrEqual(LuaThread thread, Object a, double aNumber, Object b, double bNumber) {
    if (a == NUMBER && b == NUMBER) {
      return aNumber <= bNumber;
    } else if (a instanceof LuaString x && b instanceof LuaString y) {
      return x.compareTo(y) <= 0;
    }
    Object handler = ordering(thread, a, b, Metamethod.LESS_OR_EQUAL);
    if (handler != null) {
      return isTrue(thread, handler, a, aNumber, b, bNumber);
    }
    handler = ordering(thread, a, b, Metamethod.LESS);
    if (handler != null) {
      return !isTrue(thread, handler, b, bNumber, a, aNumber);
    }
    throw orderError(thread, a, b);
  }

  /** The function for an order, if both values are of one type and have the same one. */
  private static Object ordering(LuaThread thread, Object a, Object b, Metamethod event) {
    if (!LuaType.nameOf(a).equals(LuaType.nameOf(b))) {
      return null;
    }
    Object handler = thread.lua.metamethod(a, event);
    if (handler == null) {
      return null;
    }
    Object other = thread.lua.metamethod(b, event);
    boolean isSame = handler != NUMBER && LuaType.rawEquals(handler, 0, other, 0);
    return isSame ? handler : null;
  }

  /** The place of the letter by which PUC Lua tells whether two types are the same. */
  private static final int TELLING_LETTER = 2;

  private static LuaError orderError(LuaThread thread, Object a, Object b) {
    String first = LuaType.nameOf(a);
    String second = LuaType.nameOf(b);
    boolean looksSame = first.charAt(TELLING_LETTER) == second.charAt(TELLING_LETTER);
    return thread.lua.error(
        looksSame
            ? "attempt to compare two " + first + " values"
            : "attempt to compare " + first + " with " + second);
  }
}
