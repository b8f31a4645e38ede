package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

/**
 * A call in progress, and what a native function sees of it: values, counted from 1, of which the
 * first ones are the arguments. What the function pushes comes after them.
 *
 * <p>Results are what one of the {@code return...} methods says, the last one called.
 */
public final class Arguments {
  private final LuaThread thread;

  /** The register of the first argument. */
  int base;

  /** How many arguments there are. */
  int count;

  /** How many values there are, arguments and pushed ones. */
  int top;

  /** The register of the first result. */
  int resultStart;

  int resultCount;

  /** The function called. */
  Function function;

  Arguments(LuaThread thread) {
    this.thread = thread;
  }

  /** The state that the call runs in. */
  public Lua lua() {
    return thread.lua;
  }

  /** Notes that memory is about to be allocated; see {@link Lua#charge}. */
  public void charge(long bytes) {
    thread.lua.charge(bytes);
  }

  /** For loops that take long: ends the script if it was told to stop. */
  public void poll() {
    thread.lua.poll();
  }

  // Reading

  /** How many arguments the caller gave. */
  public int count() {
    return count;
  }

  /** The place of the last value: arguments and what was pushed since. */
  public int top() {
    return top;
  }

  /** The reference of a value; null beyond the last one. */
  public Object reference(int index) {
    return index <= top ? thread.references[base + index - 1] : null;
  }

  /** The number of a value that is one. */
  public double number(int index) {
    return thread.numbers[base + index - 1];
  }

  public boolean isNone(int index) {
    return index > count;
  }

  public boolean isNilOrNone(int index) {
    return reference(index) == null;
  }

  /** The name of the type of an argument, "no value" beyond the last one. */
  public String typeName(int index) {
    return index > top ? "no value" : LuaType.nameOf(reference(index));
  }

  // Checking: each throws Lua's own complaint about the argument

  /** Any value, even nil, but not none. */
  public void checkAny(int index) {
    if (index > count) {
      throw argumentError(index, "value expected");
    }
  }

  /** A number, or a string that reads as one. */
  public double checkNumber(int index) {
    Object reference = reference(index);
    if (reference == NUMBER) {
      return number(index);
    } else if (reference instanceof LuaString string) {
      double number = Coercion.toNumber(string);
      if (!NumberText.isNoNumber(number)) {
        return number;
      }
    }
    throw typeError(index, "number");
  }

  public double optionalNumber(int index, double absent) {
    return isNilOrNone(index) ? absent : checkNumber(index);
  }

  /** A number cut to an integer of 64 bits, as C does; what does not fit is the least one. */
  public long checkInteger(int index) {
    return Coercion.toLong(checkNumber(index));
  }

  public long optionalInteger(int index, long absent) {
    return isNilOrNone(index) ? absent : checkInteger(index);
  }

  /** The low 32 bits of {@link #checkInteger}: where PUC Lua has a C int. */
  public int checkInt(int index) {
    return (int) checkInteger(index);
  }

  public int optionalInt(int index, int absent) {
    return (int) optionalInteger(index, absent);
  }

  /** A string, or a number as text. */
  public LuaString checkString(int index) {
    Object reference = reference(index);
    if (reference instanceof LuaString string) {
      return string;
    } else if (reference == NUMBER) {
      LuaString string = Coercion.toString(thread.lua, number(index));
      thread.references[base + index - 1] = string;
      return string;
    }
    throw typeError(index, "string");
  }

  public LuaString optionalString(int index, LuaString absent) {
    return isNilOrNone(index) ? absent : checkString(index);
  }

  public Table checkTable(int index) {
    if (reference(index) instanceof Table table) {
      return table;
    }
    throw typeError(index, "table");
  }

  public Function checkFunction(int index) {
    if (reference(index) instanceof Function function) {
      return function;
    }
    throw typeError(index, "function");
  }

  /** One of some words; its place among them. */
  public int checkOption(int index, String absent, String... options) {
    String given = absent != null && isNilOrNone(index) ? absent : checkString(index).toString();
    for (int i = 0; i < options.length; i++) {
      if (options[i].equals(given)) {
        return i;
      }
    }
    throw argumentError(index, "invalid option '" + given + "'");
  }

  // Complaining: each returns the error for the caller to throw

  /** "bad argument #1 to 'name' (complaint)", preceded by the place of the call. */
  public LuaError argumentError(int index, String complaint) {
    return thread.lua.argumentError(this, index, complaint);
  }

  /** An argument has the wrong type. */
  public LuaError typeError(int index, String expected) {
    return argumentError(index, expected + " expected, got " + typeName(index));
  }

  /** An error with this message, preceded by the place of the call. */
  public LuaError error(String message) {
    return thread.lua.callerError(this, message);
  }

  // Pushing

  /** Makes sure that some more values can be pushed; false if Lua's limit forbids it. */
  public boolean hasRoomFor(int values) {
    if (values > MAX_NATIVE_REGISTERS || top + values > MAX_NATIVE_REGISTERS) {
      return false;
    }
    thread.ensureRegisters(base + top + values);
    return true;
  }

  /** A native function's values are at most this many, as in PUC Lua. */
  private static final int MAX_NATIVE_REGISTERS = 8000;

  public void push(Object reference, double number) {
    int register = base + top;
    if (register == thread.references.length) {
      thread.ensureRegisters(register + 1);
    }
    thread.references[register] = reference;
    thread.numbers[register] = number;
    top++;
  }

  public void pushNumber(double number) {
    push(NUMBER, number);
  }

  /** Pushes a value that is no number. */
  public void pushReference(Object reference) {
    push(reference, 0);
  }

  /** Pushes a copy of one of the values. */
  public void pushCopy(int index) {
    push(reference(index), number(index));
  }

  public void pushNil() {
    push(null, 0);
  }

  /** Forgets the last values. */
  public void pop(int values) {
    top -= values;
  }

  /** Replaces a value. */
  public void set(int index, Object reference, double number) {
    thread.references[base + index - 1] = reference;
    thread.numbers[base + index - 1] = number;
  }

  // Results

  public void returnNothing() {
    resultCount = 0;
  }

  public void returnNumber(double number) {
    push(NUMBER, number);
    returnPushed(1);
  }

  /** Returns a value that is no number. */
  public void returnReference(Object reference) {
    push(reference, 0);
    returnPushed(1);
  }

  public void returnBoolean(boolean truth) {
    returnReference(truth ? Boolean.TRUE : Boolean.FALSE);
  }

  /** Returns the last values. */
  public void returnPushed(int values) {
    resultStart = base + top - values;
    resultCount = values;
  }

  /** Returns some of the values, as they stand. */
  public void returnValues(int first, int values) {
    resultStart = base + first - 1;
    resultCount = values;
  }

  // Calling Lua

  /**
   * Calls a function that was pushed, with the arguments pushed after it; the results take their
   * place.
   *
   * @param results how many there will be, cut or filled up with nil; {@link #ALL} for all of them
   */
  public void invoke(int argumentCount, int results) {
    thread.lua.invoke(this, argumentCount, results);
  }

  /** As many results as there are. */
  public static final int ALL = -1;

  /** Pushes what indexing a value by a key gives, metamethods asked. */
  public void pushIndexed(Object reference, double number, Object keyReference, double keyNumber) {
    thread.lua.pushIndexed(this, reference, number, keyReference, keyNumber);
  }

  /** Whether one of the values is less than another one, as {@code <} says. */
  public boolean isLess(int index, int other) {
    return thread.lua.isLess(this, index, other);
  }
}
