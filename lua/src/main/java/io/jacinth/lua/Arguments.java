package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

/**
 * A call in progress, and what a native function sees of it: values, counted from 1, of which the
 * first ones are the arguments. What the function pushes comes after them.
 *
 * <p>Results are what one of the {@code return...} methods says, the last one called.
 */
public final class Arguments {
  /** Copying more values than this takes as long as many instructions. */
  private static final int MANY = 1000;

  final LuaThread thread;

  /** The register where the function called stands. */
  int functionRegister;

  /** The function called if it is written in Lua, else null. */
  Closure closure;

  /** The next instruction of a Lua function. */
  int pc;

  /** How many results the caller wants, or {@link #ALL}. */
  int wanted;

  /** How many calls this one has replaced by tail calls. */
  int tailCalls;

  /** Whether Java code waits for the return of a Lua function. */
  boolean isEntry;

  /** The register of the first argument. */
  int base;

  /** How many arguments there are. */
  int count;

  /** How many values there are, arguments and pushed ones. */
  int top;

  /** The register of the first result. */
  int resultStart;

  int resultCount;

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
    return CallStack.argumentError(thread, index, complaint);
  }

  /** An argument has the wrong type. */
  public LuaError typeError(int index, String expected) {
    return argumentError(index, expected + " expected, got " + typeName(index));
  }

  /** An error with this message, preceded by the place of the call. */
  public LuaError error(String message) {
    return new LuaError(where(1) + message);
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
    if (register >= thread.references.length) {
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

  /** Returns true and all values after some. */
  void returnTrueAnd(int skipped) {
    // the function's own register or a value before them makes place
    resultStart = base + skipped - 1;
    resultCount = top - skipped + 1;
    thread.references[resultStart] = true;
  }

  // Calling Lua

  /**
   * Calls a function that was pushed, with the arguments pushed after it; the results take their
   * place.
   *
   * @param results how many there will be, cut or filled up with nil; {@link #ALL} for all of them
   */
  public void invoke(int argumentCount, int results) {
    int function = top - argumentCount;
    int register = base + function - 1;
    thread.lua.call(thread, register, argumentCount, results);
    int count = results == ALL ? thread.top - register : results;
    top = function - 1 + count;
    thread.ensureRegisters(base + top + LuaThread.NATIVE_REGISTERS);
  }

  /** As many results as there are. */
  public static final int ALL = -1;

  /**
   * The same, but an error ends here: nothing is left of the function and its arguments then.
   *
   * @param handler called with the error value where the error happens, and what it returns is the
   *     error value from then on; or null
   * @return the error, or null if there was none
   */
  public LuaError tryInvoke(int argumentCount, int results, Function handler) {
    Lua lua = thread.lua;
    int depth = thread.depth;
    int nativeDepth = lua.nativeDepth;
    int position = top - argumentCount;
    Function outerHandler = thread.handler;
    boolean done = false;
    thread.handler = handler;
    try {
      invoke(argumentCount, results);
      done = true;
      return null;
    } catch (LuaError error) {
      return handler == null ? error : lua.handle(thread, handler, error);
    } finally {
      thread.handler = outerHandler;
      if (!done) {
        lua.thread = thread;
        lua.nativeDepth = nativeDepth;
        thread.depth = depth;
        thread.close(base + position - 1);
        top = position - 1;
      }
    }
  }

  /** Pushes what indexing a value by a key gives, metamethods asked. */
  public void pushIndexed(Object reference, double number, Object keyReference, double keyNumber) {
    pushNil();
    int register = base + top - 1;
    Metamethods.index(
        thread, reference, number, keyReference, keyNumber, register, Lua.NO_REGISTER);
  }

  /** Whether one of the values is less than another one, as {@code <} says. */
  public boolean isLess(int index, int other) {
    return Metamethods.less(
        thread, reference(index), number(index), reference(other), number(other));
  }

  /** Whether two of the values are equal, as {@code ==} says. */
  public boolean isEqual(int index, int other) {
    return Metamethods.equal(
        thread, reference(index), number(index), reference(other), number(other));
  }

  // What is running

  /**
   * The place where a call in progress stands, "source:line: ", or nothing if that is not in Lua.
   *
   * @param level 0 for this call, 1 for its caller, and so on
   */
  public String where(int level) {
    return CallStack.where(thread, level);
  }

  /** The source of a call in progress as texts of errors show it; null if that is not in Lua. */
  public String source(int level) {
    Arguments call = CallStack.at(thread, level);
    return call == null || call.closure == null ? null : call.closure.prototype.source;
  }

  /** The line that a call in progress is at; -1 if that is not in Lua. */
  public int line(int level) {
    Arguments call = CallStack.at(thread, level);
    return call == null || call.closure == null ? -1 : call.currentLine();
  }

  /** The line that the call is at, of a Lua function. */
  int currentLine() {
    return closure.prototype.line(pc - 1);
  }

  /** Copies arguments of "..." to registers: some, or {@link #ALL}. */
  void copyVariableArguments(int to, int count) {
    int named = closure.prototype.parameterCount;
    int available = base - functionRegister - 1 - named;
    int copied = count == ALL ? available : count;
    thread.ensureRegisters(to + copied);
    Object[] references = thread.references;
    double[] numbers = thread.numbers;
    for (int i = 0; i < copied; i++) {
      references[to + i] = i < available ? references[base - available + i] : null;
      numbers[to + i] = i < available ? numbers[base - available + i] : 0;
    }
    if (count == ALL) {
      thread.top = to + copied;
    }
    if (copied > MANY) {
      thread.lua.poll();
    }
  }

  /** A closure of a function inside this one. */
  Closure newClosure(int index) {
    Prototype inner = closure.prototype.inner[index];
    int[] sources = inner.upvalueSources;
    thread.lua.charge(Closure.BYTES + (long) Integer.BYTES * sources.length);
    Upvalue[] upvalues = new Upvalue[sources.length];
    for (int i = 0; i < sources.length; i++) {
      int source = sources[i];
      upvalues[i] = source >= 0 ? thread.upvalue(base + source) : closure.upvalues[-1 - source];
    }
    return new Closure(inner, upvalues, closure.environment);
  }
}
