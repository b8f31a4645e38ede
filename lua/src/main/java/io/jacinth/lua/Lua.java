package io.jacinth.lua;

/**
 * A state of Lua: its global variables, its memory budget, and the flag that stops it.
 *
 * <p>It belongs to one thread at a time, but for {@link #stop()}.
 */
@SuppressWarnings("DoNotCallSuggester") // until the interpreter is there
public final class Lua {
  /** Memory of which a script needs not be told: before that nobody counts what is reachable. */
  private static final long MIN_THRESHOLD_BYTES = 1 << 20;

  private final long memoryBudgetBytes;
  private long chargedBytes;
  private long thresholdBytes = MIN_THRESHOLD_BYTES;

  private volatile boolean stopped;

  private final Table globals;
  private final LuaThread mainThread;

  /** The thread that runs. */
  LuaThread thread;

  /** The metatable that all strings share, or null. */
  Table stringMetatable;

  /**
   * A state without any function.
   *
   * @param memoryBudgetBytes what the values of scripts may weigh
   */
  public Lua(long memoryBudgetBytes) {
    this.memoryBudgetBytes = memoryBudgetBytes;
    globals = new Table(this);
    mainThread = new LuaThread(this);
    thread = mainThread;
  }

  /** The global variables. */
  public Table globals() {
    return globals;
  }

  /** The metatable that all strings share, or null. */
  public void setStringMetatable(Table metatable) {
    stringMetatable = metatable;
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
      weigh();
    }
  }

  /** Finds out what is still reachable, as a collector of garbage would. */
  private void weigh() {
    if (chargedBytes > memoryBudgetBytes) {
      throw new LuaError("not enough memory");
    }
    thresholdBytes = Math.min(memoryBudgetBytes, 2 * chargedBytes);
  }

  // Stopping

  /** Tells the running script to end; from any thread. Holds until {@link #clearStop()}. */
  public void stop() {
    stopped = true;
  }

  public void clearStop() {
    stopped = false;
  }

  /**
   * For loops that take long: ends the script if it was told to stop.
   *
   * @throws ScriptStopped if so
   */
  public void poll() {
    if (stopped) {
      throw new ScriptStopped();
    }
  }

  // Errors

  /** An error to be thrown, its message preceded by where the running function stands. */
  public LuaError error(String message) {
    return new LuaError(message);
  }

  LuaError callerError(Arguments call, String message) {
    return new LuaError(message);
  }

  LuaError argumentError(Arguments call, int index, String complaint) {
    return new LuaError("bad argument #" + index + " to '?' (" + complaint + ")");
  }

  // Calling

  void invoke(Arguments call, int argumentCount, int results) {
    throw new UnsupportedOperationException("functions cannot be called yet");
  }

  void pushIndexed(
      Arguments call, Object reference, double number, Object keyReference, double keyNumber) {
    throw new UnsupportedOperationException("metamethods cannot be called yet");
  }

  boolean isLess(Arguments call, int index, int other) {
    throw new UnsupportedOperationException("metamethods cannot be called yet");
  }
}
