package io.jacinth.lua;

/**
 * An expression that the compiler has read, and where its value is. It is brought into a register
 * as late as possible, since what uses it may take it from where it is.
 */
final class Operand {
  enum Kind {
    /** No expression. */
    NONE,
    NIL,
    TRUE,
    FALSE,
    /** {@code info}: the constant. */
    CONSTANT,
    /** A number that may still be calculated with. */
    NUMBER,
    /** {@code info}: the register of the local variable. */
    LOCAL,
    /** {@code info}: the upvalue. */
    UPVALUE,
    /** {@code info}: the constant that is the name of the global variable. */
    GLOBAL,
    /** {@code info}: the register of the table; {@code key}: a register or a constant. */
    INDEXED,
    /** {@code info}: the jump that is taken when the comparison holds. */
    CONDITION,
    /** {@code info}: the instruction, which can put the value into any register. */
    ANYWHERE,
    /** {@code info}: the register. */
    REGISTER,
    /** {@code info}: the instruction, which gives any number of values. */
    CALL,
    VARARG
  }

  Kind kind = Kind.NONE;
  int info;
  int key;
  double number;

  /** The jumps out of the expression when it is true, and when it is false. */
  int trueJumps = FunctionBuilder.NO_JUMP;

  int falseJumps = FunctionBuilder.NO_JUMP;

  void set(Kind newKind, int newInfo) {
    kind = newKind;
    info = newInfo;
    trueJumps = FunctionBuilder.NO_JUMP;
    falseJumps = FunctionBuilder.NO_JUMP;
  }

  void set(Operand other) {
    kind = other.kind;
    info = other.info;
    key = other.key;
    number = other.number;
    trueJumps = other.trueJumps;
    falseJumps = other.falseJumps;
  }

  boolean hasJumps() {
    return trueJumps != falseJumps;
  }

  /** Whether it is a number that is known now. */
  boolean isNumeral() {
    return kind == Kind.NUMBER && !hasJumps();
  }

  boolean hasManyValues() {
    return kind == Kind.CALL || kind == Kind.VARARG;
  }
}
