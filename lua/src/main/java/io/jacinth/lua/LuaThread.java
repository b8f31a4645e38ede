package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

import java.util.Arrays;

/**
 * A thread of Lua: the main program or a coroutine. Its registers and its calls live here, on the
 * heap, so that a coroutine can be left and entered again at any call.
 *
 * <p>A register is a value: its reference and its number stand at the same index of two arrays,
 * which are replaced when they grow. The registers of a call:
 *
 * <pre>
 *   functionRegister   base                              base + registers of the function
 *   | function |       | parameters | locals, temporaries |
 *
 *   of a function with "...":
 *   | function | all arguments given | parameters | locals, temporaries |
 *                                    base
 * </pre>
 */
public final class LuaThread {
  /** Registers that a native function may use without asking. */
  static final int NATIVE_REGISTERS = 20;

  /** Calls in progress beyond which there is a "stack overflow", as many as in PUC Lua. */
  private static final int MAX_DEPTH = 20_000;

  /** What an error handler may use on top of that. */
  private static final int HANDLER_DEPTH = 200;

  private static final int INITIAL_REGISTERS = 64;
  private static final int INITIAL_CALLS = 8;

  /** What a register and a call weigh. */
  static final int REGISTER_BYTES = Integer.BYTES + Double.BYTES;

  static final int CALL_BYTES = 64;
  static final int THREAD_BYTES = 128;

  enum Status {
    SUSPENDED,
    RUNNING,
    /** It has resumed another coroutine, which runs. */
    NORMAL,
    DEAD
  }

  final Lua lua;
  Object[] references = new Object[INITIAL_REGISTERS];
  double[] numbers = new double[INITIAL_REGISTERS];

  /** The calls in progress, the innermost at {@code depth - 1}; those beyond wait to be used. */
  Arguments[] calls = new Arguments[INITIAL_CALLS];

  int depth;

  /** The end of the values that the last call with any number of results has left. */
  int top;

  /** The open upvalues, highest register first. */
  Upvalue openUpvalues;

  Status status = Status.SUSPENDED;

  /** Set by a native function to leave the coroutine; its results are what is handed over. */
  boolean isYielding;

  /** Where the results of the yield go that the coroutine waits in, and how many. */
  int yieldRegister;

  int yieldWanted;

  /** The register of the first value that the yield hands over; they end at {@code top}. */
  int yieldFirst;

  /** The calls of native functions that were nested when the coroutine was resumed. */
  int nativeDepthAtResume;

  /** What the innermost call that catches errors has them handled by, or null. */
  Function handler;

  /** The thread that has resumed this one. */
  LuaThread resumer;

  /** Registers below here may hold something: they are cleared when the host is done. */
  private int used;

  private int mark;

  /** The global variables of what it loads. */
  Table globals;

  LuaThread(Lua lua, Table globals) {
    this.lua = lua;
    this.globals = globals;
    lua.charge(sizeBytes());
  }

  boolean mark(int walk) {
    if (mark == walk) {
      return false;
    }
    mark = walk;
    return true;
  }

  boolean isMarked(int walk) {
    return mark == walk;
  }

  long sizeBytes() {
    return THREAD_BYTES
        + (long) references.length * REGISTER_BYTES
        + (long) calls.length * CALL_BYTES;
  }

  /** Makes room for the registers below an index. */
  void ensureRegisters(int end) {
    if (end > used) {
      used = end;
    }
    if (end > references.length) {
      int capacity = Math.max(end, references.length * 2);
      lua.charge((long) capacity * REGISTER_BYTES);
      references = Arrays.copyOf(references, capacity);
      numbers = Arrays.copyOf(numbers, capacity);
    }
  }

  /** Forgets what stands in registers beyond the calls in progress. */
  void clearUnused() {
    int from = registersEnd();
    if (used > from) {
      Arrays.fill(references, from, Math.min(used, references.length), null);
      used = from;
    }
    if (references.length > MAX_KEPT_REGISTERS && from < INITIAL_REGISTERS) {
      references = Arrays.copyOf(references, INITIAL_REGISTERS);
      numbers = Arrays.copyOf(numbers, INITIAL_REGISTERS);
    }
    if (calls.length > MAX_KEPT_CALLS && depth < INITIAL_CALLS) {
      calls = Arrays.copyOf(calls, INITIAL_CALLS);
    }
    for (int i = depth; i < calls.length && calls[i] != null; i++) {
      calls[i].closure = null;
    }
  }

  private static final int MAX_KEPT_REGISTERS = 4096;
  private static final int MAX_KEPT_CALLS = 256;

  // Calls

  Arguments current() {
    return calls[depth - 1];
  }

  /** The first register that no call in progress uses. */
  int registersEnd() {
    if (depth == 0) {
      return top;
    }
    Arguments call = calls[depth - 1];
    return call.closure != null
        ? call.base + call.closure.prototype.registerCount
        : call.base + call.top;
  }

  /** The end of what registers may hold: that of the calls, and what was returned beyond it. */
  int usedEnd() {
    return depth == 0 ? Math.max(top, yieldRegister) : Math.max(registersEnd(), top);
  }

  private Arguments push(int functionRegister, int wanted) {
    if (depth >= MAX_DEPTH && (!lua.isHandlingError || depth >= MAX_DEPTH + HANDLER_DEPTH)) {
      throw lua.error("stack overflow");
    }
    if (depth == calls.length) {
      lua.charge(2L * depth * CALL_BYTES);
      calls = Arrays.copyOf(calls, 2 * depth);
    }
    Arguments call = calls[depth];
    if (call == null) {
      call = new Arguments(this);
      calls[depth] = call;
    }
    depth++;
    call.functionRegister = functionRegister;
    call.wanted = wanted;
    call.tailCalls = 0;
    call.isEntry = false;
    return call;
  }

  /** Begins a call of a Lua function, which stands in a register with its arguments behind it. */
  Arguments enter(Closure closure, int functionRegister, int argumentCount, int wanted) {
    Arguments call = push(functionRegister, wanted);
    begin(call, closure, functionRegister, argumentCount);
    return call;
  }

  private void begin(Arguments call, Closure closure, int functionRegister, int argumentCount) {
    Prototype prototype = closure.prototype;
    if (call.closure != closure) {
      call.closure = closure;
    }
    call.pc = 0;
    int base = functionRegister + 1;
    if (prototype.isVararg) {
      call.base = base; // for errors
      base = spreadArguments(prototype, base, argumentCount);
    }
    call.base = base;
    int end = base + prototype.registerCount;
    if (end > used) {
      ensureRegisters(end);
    }
    if (!prototype.isVararg) {
      for (int i = argumentCount; i < prototype.parameterCount; i++) {
        references[base + i] = null;
      }
    }
  }

  /** Leaves the arguments where they are and copies those with names behind them. */
  private int spreadArguments(Prototype prototype, int first, int argumentCount) {
    int named = prototype.parameterCount;
    int given = Math.max(argumentCount, named);
    int base = first + given;
    ensureRegisters(base + prototype.registerCount);
    for (int i = argumentCount; i < named; i++) {
      references[first + i] = null;
    }
    for (int i = 0; i < named; i++) {
      references[base + i] = references[first + i];
      numbers[base + i] = numbers[first + i];
      references[first + i] = null;
    }
    if (prototype.needsArgumentTable) {
      references[base + named] = argumentTable(first + named, argumentCount - named);
    } else {
      // nil where the variable "arg" is, if there is one
      references[base + named] = null;
    }
    return base;
  }

  private Table argumentTable(int first, int count) {
    int extra = Math.max(count, 0);
    Table table = new Table(lua, extra, 1);
    for (int i = 0; i < extra; i++) {
      table.put(i + 1, references[first + i], numbers[first + i]);
    }
    table.put("n", extra);
    return table;
  }

  /** Replaces the current call by another one. */
  void enterInstead(Arguments call, Closure closure, int functionRegister, int argumentCount) {
    int to = call.functionRegister;
    for (int i = 0; i <= argumentCount; i++) {
      references[to + i] = references[functionRegister + i];
      numbers[to + i] = numbers[functionRegister + i];
    }
    call.tailCalls++;
    begin(call, closure, to, argumentCount);
  }

  /** Ends the current call; its results go where its caller wants them. */
  void leave(Arguments call, int first, int count) {
    depth--;
    moveResults(first, count, call.functionRegister, call.wanted);
  }

  private void moveResults(int first, int count, int to, int wanted) {
    Object[] from = references;
    double[] fromNumbers = numbers;
    if (wanted == 1 && count == 1) {
      from[to] = from[first];
      fromNumbers[to] = fromNumbers[first];
      return;
    }
    int moved = wanted < 0 ? count : Math.min(count, wanted);
    for (int i = 0; i < moved; i++) {
      from[to + i] = from[first + i];
      fromNumbers[to + i] = fromNumbers[first + i];
    }
    if (wanted < 0) {
      top = to + count;
    } else {
      for (int i = moved; i < wanted; i++) {
        from[to + i] = null;
      }
    }
  }

  /** Calls a native function; whether it has yielded. */
  boolean callNative(NativeFunction function, int functionRegister, int argumentCount, int wanted) {
    Arguments call = push(functionRegister, wanted);
    call.closure = null;
    call.base = functionRegister + 1;
    call.count = argumentCount;
    call.top = argumentCount;
    call.resultCount = 0;
    int end = call.base + argumentCount + NATIVE_REGISTERS;
    if (end > used) {
      ensureRegisters(end);
    }
    function.call(call);
    depth--;
    if (isYielding) {
      yieldRegister = functionRegister;
      yieldWanted = wanted;
      yieldFirst = call.resultStart;
      top = call.resultStart + call.resultCount;
      return true;
    }
    moveResults(call.resultStart, call.resultCount, functionRegister, wanted);
    return false;
  }

  /** Gives the call of yield that the coroutine waits in its results, from these registers. */
  void finishYield(int first, int count) {
    if (yieldWanted > 0) {
      ensureRegisters(yieldRegister + yieldWanted);
    }
    moveResults(first, count, yieldRegister, yieldWanted);
  }

  /**
   * Puts the function for the event of being called before the arguments of a value that is none.
   *
   * @return how many arguments there are now
   */
  int prepareCall(int functionRegister, int argumentCount) {
    Object handler = lua.metamethod(references[functionRegister], Metamethod.CALL);
    if (!(handler instanceof Function)) {
      throw lua.typeError(references[functionRegister], functionRegister, "call");
    }
    ensureRegisters(functionRegister + argumentCount + 2);
    for (int i = functionRegister + argumentCount; i >= functionRegister; i--) {
      references[i + 1] = references[i];
      numbers[i + 1] = numbers[i];
    }
    references[functionRegister] = handler;
    return argumentCount + 1;
  }

  // Upvalues

  /** The upvalue for a register, an existing one if there is. */
  Upvalue upvalue(int register) {
    Upvalue before = null;
    Upvalue upvalue = openUpvalues;
    while (upvalue != null && upvalue.register > register) {
      before = upvalue;
      upvalue = upvalue.next;
    }
    if (upvalue != null && upvalue.register == register) {
      return upvalue;
    }
    lua.charge(Upvalue.BYTES);
    Upvalue fresh = new Upvalue(this, register, upvalue);
    if (before == null) {
      openUpvalues = fresh;
    } else {
      before.next = fresh;
    }
    return fresh;
  }

  /** Closes the upvalues of a register and those beyond. */
  void close(int register) {
    while (openUpvalues != null && openUpvalues.register >= register) {
      Upvalue upvalue = openUpvalues;
      openUpvalues = upvalue.next;
      upvalue.close();
    }
  }

  /** Sets a register to a number. */
  void setNumber(int register, double number) {
    numbers[register] = number;
    references[register] = NUMBER;
  }
}
