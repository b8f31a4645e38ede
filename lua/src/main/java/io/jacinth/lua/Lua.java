package io.jacinth.lua;

import java.nio.charset.StandardCharsets;

/**
 * A state of Lua: its global variables, its memory budget, and the flag that stops it.
 *
 * <p>It belongs to one thread at a time, but for {@link #stop()}. The host calls functions through
 * {@link #host()}: it pushes a function and arguments there, invokes, and reads the results.
 */
public final class Lua {
  /** Calls of native functions and levels of syntax that may be nested. */
  static final int MAX_NATIVE_DEPTH = 200;

  /** Where even an error handler has gone too deep. */
  private static final int MAX_HANDLER_NATIVE_DEPTH = MAX_NATIVE_DEPTH + MAX_NATIVE_DEPTH / 8;

  static final int NO_REGISTER = -1;

  /** Instructions between two looks at the stop flag and calls of the {@link Watch}. */
  private static final int FUEL = 10_000;

  /** What entering a loop of the interpreter counts for, in instructions. */
  private static final int ENTRY_FUEL = 100;

  /** A loop of a library looks at the stop flag so often until the {@link Watch} is called. */
  private static final int POLLS_PER_WATCH = 8;

  /** Memory of which a script needs not be told: before that nobody counts what is reachable. */
  private static final long MIN_THRESHOLD_BYTES = 1 << 20;

  /** Is called again and again while a script runs, so that the host can do other work. */
  public interface Watch {
    /** Called each so many instructions. It may throw {@link ScriptStopped}. */
    void poll();
  }

  private final long memoryBudgetBytes;
  private long chargedBytes;
  private long thresholdBytes;

  private volatile boolean stopped;
  private Watch watch;
  private int pollsToWatch = POLLS_PER_WATCH;
  private int fuel = FUEL;

  private final Table globals;

  /** What the main thread begins with. */
  private Table programGlobals;

  private final LuaThread mainThread;

  /** The thread that runs. */
  LuaThread thread;

  /** How many calls of native functions and of Lua by these are nested. */
  int nativeDepth;

  /** Whether an error handler runs, which may go a bit deeper. */
  boolean isHandlingError;

  /** The metatable that all strings share, or null. */
  Table stringMetatable;

  /** The function {@code next}, which loops call without a call. */
  NativeFunction next;

  /**
   * A state without any function.
   *
   * @param memoryBudgetBytes what the values of scripts may weigh
   */
  public Lua(long memoryBudgetBytes) {
    this.memoryBudgetBytes = memoryBudgetBytes;
    thresholdBytes = Math.min(MIN_THRESHOLD_BYTES, memoryBudgetBytes);
    globals = new Table(this);
    programGlobals = globals;
    mainThread = new LuaThread(this, globals);
    mainThread.status = LuaThread.Status.RUNNING;
    mainThread.nativeDepthAtResume = -1;
    thread = mainThread;
    beginHost();
  }

  private void beginHost() {
    Arguments host = new Arguments(mainThread);
    mainThread.calls[0] = host;
    mainThread.depth = 1;
    mainThread.ensureRegisters(LuaThread.NATIVE_REGISTERS);
  }

  /** The global variables. */
  public Table globals() {
    return globals;
  }

  /** Says which global variables those chunks have that a running program loads. */
  public void setProgramGlobals(Table globals) {
    programGlobals = globals;
    mainThread.globals = globals;
  }

  /** Gives a function the global variables back that it has been made with. */
  public void restoreGlobals(Closure function) {
    function.environment = globals;
  }

  /** The metatable that all strings share, or null. */
  public void setStringMetatable(Table metatable) {
    stringMetatable = metatable;
  }

  /** Puts a function into a table under its name. */
  public void add(Table table, NativeFunction function) {
    function.environment = globals;
    table.put(function.name(), function);
  }

  // The host's side

  /** The host's own call, around all others: functions are pushed and invoked there. */
  public Arguments host() {
    return mainThread.calls[0];
  }

  /**
   * Compiles a chunk into a function.
   *
   * @param chunkName where it comes from: "@name" of a file, "=name" for texts of errors as it is,
   *     else the source itself, the beginning of which is shown
   * @throws LuaError if the source is no Lua
   */
  public Closure load(byte[] source, LuaString chunkName) {
    return closure(compile(source, chunkName));
  }

  /** Compiles a chunk. The code can be used in any state. */
  public Prototype compile(byte[] source, LuaString chunkName) {
    return Parser.parse(this, new WholeSource(source), chunkName);
  }

  /** A chunk whose text is given as a whole. */
  static final class WholeSource implements SourcePieces {
    private byte[] rest;

    WholeSource(byte[] text) {
      rest = text;
    }

    @Override
    public byte[] next() {
      byte[] piece = rest;
      rest = END;
      return piece;
    }
  }

  /** A function of a compiled chunk. */
  public Closure closure(Prototype prototype) {
    charge(Closure.BYTES);
    return new Closure(prototype, new Upvalue[prototype.upvalueSources.length], globals);
  }

  /** A function of a compiled chunk with global variables of its own. */
  public Closure closure(Prototype prototype, Table environment) {
    charge(Closure.BYTES);
    return new Closure(prototype, new Upvalue[prototype.upvalueSources.length], environment);
  }

  /** Forgets what finished calls have left in registers. For the host between scripts. */
  public void clear() {
    host().top = 0;
    host().count = 0;
    mainThread.globals = programGlobals;
    mainThread.clearUnused();
  }

  // Memory

  /**
   * Notes that memory is about to be allocated, before it is.
   *
   * @throws LuaError "not enough memory" if that would be beyond the budget
   */
  public void charge(long bytes) {
    chargedBytes += bytes;
    if (chargedBytes > thresholdBytes) {
      weigh(bytes);
    }
  }

  /** Finds out what is still reachable, as a collector of garbage would. */
  private void weigh(long requestedBytes) {
    poll();
    collect();
    chargedBytes += requestedBytes;
    if (chargedBytes > memoryBudgetBytes) {
      chargedBytes -= requestedBytes;
      throw new LuaError("not enough memory", true);
    }
    thresholdBytes = Math.min(memoryBudgetBytes, Math.max(MIN_THRESHOLD_BYTES, 2 * chargedBytes));
  }

  /** Weighs what is reachable and clears weak tables. */
  void collect() {
    chargedBytes = new Weighing(this).weigh(globals, stringMetatable, mainThread, thread);
  }

  /** What is in use: what was reachable when it was last weighed, and all that came since. */
  public long usedBytes() {
    return chargedBytes;
  }

  // Stopping

  /** Tells the running script to end; from any thread. Holds until {@link #clearStop()}. */
  public void stop() {
    stopped = true;
  }

  public void clearStop() {
    stopped = false;
  }

  /** Has somebody called again and again while scripts run; null for nobody. */
  public void setWatch(Watch watch) {
    this.watch = watch;
  }

  /**
   * For loops that take long: ends the script if it was told to stop.
   *
   * @throws ScriptStopped if so
   */
  public void poll() {
    checkStop();
    if (watch != null && --pollsToWatch < 0) {
      pollsToWatch = POLLS_PER_WATCH;
      watch.poll();
      checkStop();
    }
  }

  private void checkStop() {
    if (stopped) {
      throw new ScriptStopped();
    }
  }

  /** Begins a loop of the interpreter; how many instructions it may execute. */
  int enterLoop() {
    checkStop();
    // what a loop has used up is not known when it ends by an error: that of its begin counts
    fuel -= ENTRY_FUEL;
    if (fuel <= 0) {
      fuel = refuel();
    }
    return fuel;
  }

  void leaveLoop(int left) {
    fuel = left;
  }

  /** The instructions are used up: looks whether to go on; how many more may be executed. */
  int refuel() {
    checkStop();
    if (watch != null) {
      watch.poll();
      checkStop();
    }
    return FUEL;
  }

  // Calling

  int nativeDepth() {
    return nativeDepth;
  }

  /** Calls what stands in a register with the arguments behind it; the results take its place. */
  void call(LuaThread caller, int register, int argumentCount, int wanted) {
    nativeDepth++;
    if (nativeDepth >= MAX_NATIVE_DEPTH) {
      if (nativeDepth == MAX_NATIVE_DEPTH) {
        throw error("C stack overflow");
      } else if (nativeDepth >= MAX_HANDLER_NATIVE_DEPTH) {
        throw handlerError();
      }
    }
    int count = argumentCount;
    if (!(caller.references[register] instanceof Function)) {
      count = caller.prepareCall(register, argumentCount);
    }
    if (caller.references[register] instanceof Closure closure) {
      caller.enter(closure, register, count, wanted).isEntry = true;
      Interpreter.execute(caller);
    } else {
      caller.callNative((NativeFunction) caller.references[register], register, count, wanted);
    }
    nativeDepth--;
  }

  static LuaError handlerError() {
    return new LuaError("error in error handling", true);
  }

  /** Calls an error handler where the error has happened; the error as it leaves the handler. */
  LuaError handle(LuaThread failed, Function handler, LuaError first) {
    LuaError error = first;
    boolean isNested = isHandlingError;
    isHandlingError = true;
    try {
      while (!error.skipsHandlers()) {
        try {
          int register = failed.registersEnd();
          failed.ensureRegisters(register + 2);
          failed.references[register] = handler;
          failed.references[register + 1] = error.reference();
          failed.numbers[register + 1] = error.number();
          call(failed, register, 1, 1);
          return new LuaError(failed.references[register], failed.numbers[register]);
        } catch (LuaError nested) {
          error = nested;
        }
      }
      return error;
    } finally {
      isHandlingError = isNested;
    }
  }

  /** What the metatable of a value has for an event, nil for none. */
  Object metamethod(Object value, Metamethod event) {
    return event.of(metatable(value));
  }

  Table metatable(Object value) {
    if (value instanceof Table table) {
      return table.metatable;
    } else if (value instanceof LuaString) {
      return stringMetatable;
    } else if (value instanceof Userdata userdata) {
      return userdata.metatable;
    }
    return null;
  }

  /**
   * Puts the entry of a table that follows a key into two registers.
   *
   * @return false if there is none
   */
  boolean next(Table table, Object[] references, double[] numbers, int key, int to) {
    int slot = Table.ABSENT;
    if (references[key] != null) {
      slot = table.find(references[key], numbers[key]);
      if (slot == Table.ABSENT) {
        throw error("invalid key to 'next'");
      }
    }
    slot = table.next(slot);
    if (slot == Table.ABSENT) {
      return false;
    }
    references[to] = table.keyReference(slot);
    numbers[to] = table.keyNumber(slot);
    references[to + 1] = table.reference(slot);
    numbers[to + 1] = table.number(slot);
    return true;
  }

  // Errors

  /** An error to be thrown, its message preceded by where the running function stands. */
  public LuaError error(String message) {
    return new LuaError(CallStack.here(thread) + message);
  }

  /** A value cannot be used so; named by its register if it stands in one. */
  LuaError typeError(Object value, int register, String operation) {
    return CallStack.typeError(thread, value, register, operation);
  }

  /** A string of Java's for the script: its UTF-8. */
  public static LuaString string(String text) {
    return LuaString.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
