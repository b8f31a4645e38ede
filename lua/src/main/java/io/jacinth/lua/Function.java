package io.jacinth.lua;

/** A function value: written in Lua or in Java. */
public abstract sealed class Function permits Closure, NativeFunction {
  /** Where the function's global variables live. */
  Table environment;

  private int mark;

  /** Notes that the marking walk of this number has seen the function; false if it had already. */
  final boolean mark(int walk) {
    if (mark == walk) {
      return false;
    }
    mark = walk;
    return true;
  }

  final boolean isMarked(int walk) {
    return mark == walk;
  }
}
