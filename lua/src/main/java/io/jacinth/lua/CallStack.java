package io.jacinth.lua;

/** Finds out about the calls in progress, for texts of errors. */
final class CallStack {
  private CallStack() {}

  /**
   * A call in progress by its level: 0 is the innermost one. Calls replaced by tail calls count.
   *
   * @return null if there is no such call, or nothing is left of it
   */
  static Arguments at(LuaThread thread, int level) {
    int left = level;
    int index = thread.depth - 1;
    while (left > 0 && index >= 0) {
      Arguments call = thread.calls[index];
      left--;
      if (call.closure != null) {
        left -= call.tailCalls;
      }
      index--;
    }
    return left == 0 && index >= 0 ? thread.calls[index] : null;
  }

  /** Whether of a call nothing is left, because it has ended in another one. */
  static boolean isTailCall(LuaThread thread, int level) {
    int left = level;
    for (int index = thread.depth - 1; left > 0 && index >= 0; index--) {
      Arguments call = thread.calls[index];
      left -= call.closure == null ? 1 : 1 + call.tailCalls;
    }
    return left < 0;
  }

  static String where(LuaThread thread, int level) {
    Arguments call = at(thread, level);
    return call == null ? "" : where(call);
  }

  private static String where(Arguments call) {
    if (call.closure == null) {
      return "";
    }
    int line = call.currentLine();
    return line > 0 ? call.closure.prototype.source + ":" + line + ": " : "";
  }

  /** Where the innermost call stands, if it is one of a Lua function. */
  static String here(LuaThread thread) {
    return thread.depth == 0 ? "" : where(thread.current());
  }

  static LuaError argumentError(LuaThread thread, int index, String complaint) {
    String name = null;
    int argument = index;
    Arguments caller = thread.depth > 1 ? thread.calls[thread.depth - 2] : null;
    if (caller != null && caller.closure != null) {
      Prototype prototype = caller.closure.prototype;
      long instruction = prototype.code[caller.pc - 1];
      int operation = Opcode.operation(instruction);
      if (operation == Opcode.CALL
          || operation == Opcode.TAIL_CALL
          || operation == Opcode.FOR_EACH) {
        int register = Opcode.a(instruction);
        name = VariableNames.nameOf(prototype, caller.pc - 1, register);
        if (name != null
            && VariableNames.kindOf(prototype, caller.pc - 1, register).equals("method")) {
          argument--;
          if (argument == 0) {
            return new LuaError(
                where(thread, 1) + "calling '" + name + "' on bad self (" + complaint + ")");
          }
        }
      }
    }
    return new LuaError(
        where(thread, 1)
            + "bad argument #"
            + argument
            + " to '"
            + (name == null ? "?" : name)
            + "' ("
            + complaint
            + ")");
  }

  /** The complaint that an operation cannot be done to a value, with the name of the variable. */
  static LuaError typeError(LuaThread thread, Object value, int register, String operation) {
    String type = LuaType.nameOf(value);
    String name = null;
    if (register >= 0 && thread.depth > 0) {
      Arguments call = thread.current();
      if (call.closure != null && register >= call.base) {
        name = VariableNames.of(call.closure.prototype, call.pc - 1, register - call.base);
      }
    }
    String what = name == null ? "a " + type + " value" : name + " (a " + type + " value)";
    return thread.lua.error("attempt to " + operation + " " + what);
  }
}
