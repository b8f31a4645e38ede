package io.jacinth.lua;

/**
 * A local variable that an inner function uses. As long as the variable's block runs it is a
 * register ("open"); then it moves in here ("closed").
 */
final class Upvalue {
  static final int BYTES = 40;

  /** The thread whose register it is; null when closed. */
  LuaThread thread;

  int register;

  /** The next open upvalue of the thread, of a lower register. */
  Upvalue next;

  /** The value when closed. */
  Object reference;

  double number;

  int mark;

  Upvalue(LuaThread thread, int register, Upvalue next) {
    this.thread = thread;
    this.register = register;
    this.next = next;
  }

  void close() {
    reference = thread.references[register];
    number = thread.numbers[register];
    thread = null;
    next = null;
  }

  void set(Object newReference, double newNumber) {
    if (thread == null) {
      reference = newReference;
      number = newNumber;
    } else {
      thread.references[register] = newReference;
      thread.numbers[register] = newNumber;
    }
  }
}
