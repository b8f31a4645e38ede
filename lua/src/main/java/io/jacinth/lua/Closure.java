package io.jacinth.lua;

/** A function written in Lua, with the variables around it that it uses. */
public final class Closure extends Function {
  static final int BYTES = 48;

  final Prototype prototype;
  final Upvalue[] upvalues;

  Closure(Prototype prototype, Upvalue[] upvalues, Table environment) {
    this.prototype = prototype;
    this.upvalues = upvalues;
    this.environment = environment;
  }

  /** The compiled code. */
  public Prototype prototype() {
    return prototype;
  }
}
