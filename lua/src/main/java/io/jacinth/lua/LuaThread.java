package io.jacinth.lua;

import java.util.Arrays;

/**
 * A thread of Lua: the main program or a coroutine. Its registers and its calls live here, on the
 * heap, so that a coroutine can be left and entered again at any call.
 *
 * <p>A register is a value: its reference and its number stand at the same index of two arrays.
 */
public final class LuaThread {
  /** Registers that a native function may use without asking. */
  static final int NATIVE_REGISTERS = 20;

  private static final int INITIAL_REGISTERS = 64;
  private static final int INITIAL_CALLS = 8;

  /** What a register and a call weigh. */
  static final int REGISTER_BYTES = Integer.BYTES + Double.BYTES;

  static final int CALL_BYTES = 64;
  static final int THREAD_BYTES = 128;

  final Lua lua;
  Object[] references = new Object[INITIAL_REGISTERS];
  double[] numbers = new double[INITIAL_REGISTERS];

  /** The calls in progress, the innermost at {@code depth - 1}; those beyond wait to be used. */
  Arguments[] calls = new Arguments[INITIAL_CALLS];

  int depth;

  private int mark;

  LuaThread(Lua lua) {
    this.lua = lua;
    lua.charge(sizeBytes());
  }

  boolean mark(int walk) {
    if (mark == walk) {
      return false;
    }
    mark = walk;
    return true;
  }

  long sizeBytes() {
    return THREAD_BYTES
        + (long) references.length * REGISTER_BYTES
        + (long) calls.length * CALL_BYTES;
  }

  /** Makes room for the registers below an index. */
  void ensureRegisters(int end) {
    if (end > references.length) {
      int capacity = Math.max(end, references.length * 2);
      lua.charge((long) capacity * REGISTER_BYTES);
      references = Arrays.copyOf(references, capacity);
      numbers = Arrays.copyOf(numbers, capacity);
    }
  }
}
