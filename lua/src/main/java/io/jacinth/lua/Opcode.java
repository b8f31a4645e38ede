package io.jacinth.lua;

/**
 * The instructions of the register machine.
 *
 * <p>An instruction is a long:
 *
 * <pre>
 *   bits 0..7   operation
 *   bits 8..15  A: a register, counted from the base of the call
 *   bits 16..31 B: a register, a constant (from CONSTANT on) or a count
 *   bits 32..63 C: the same, or a signed distance to jump
 * </pre>
 *
 * R(x) is a register, K(x) a constant, RK(x) either. The compiler emits the operations up to {@link
 * #VARARG} only; {@link #specialised} then replaces the frequent ones by operations whose operands
 * are known to be registers or constants. A condition ({@link #EQUAL}...) is followed by the jump
 * that is taken where it holds.
 */
final class Opcode {
  /** R(A) = R(B). */
  static final int MOVE = 0;

  /** R(A) = K(C). */
  static final int LOAD_CONSTANT = 1;

  /** R(A) = B != 0; the next instruction is left out if C != 0. */
  static final int LOAD_BOOLEAN = 2;

  /** R(A) to R(B) = nil. */
  static final int LOAD_NIL = 3;

  /** R(A) = upvalue B. */
  static final int GET_UPVALUE = 4;

  /** R(A) = globals[K(C)]. */
  static final int GET_GLOBAL = 5;

  /** R(A) = R(B)[RK(C)]. */
  static final int GET_TABLE = 6;

  /** globals[K(C)] = R(A). */
  static final int SET_GLOBAL = 7;

  /** Upvalue B = R(A). */
  static final int SET_UPVALUE = 8;

  /** R(A)[RK(B)] = RK(C). */
  static final int SET_TABLE = 9;

  /** R(A) = {}, with room for B array places and C nodes. */
  static final int NEW_TABLE = 10;

  /** R(A+1) = R(B); R(A) = R(B)[RK(C)]. */
  static final int SELF = 11;

  /** R(A) = RK(B) + RK(C), and so on. */
  static final int ADD = 12;

  static final int SUBTRACT = 13;
  static final int MULTIPLY = 14;
  static final int DIVIDE = 15;
  static final int REMAINDER = 16;
  static final int POWER = 17;

  /** R(A) = -R(B). */
  static final int NEGATE = 18;

  static final int NOT = 19;
  static final int LENGTH = 20;

  /** R(A) = R(B) .. to .. R(C). */
  static final int CONCATENATE = 21;

  /** Jumps by C. */
  static final int JUMP = 22;

  /** Holds if (RK(B) == RK(C)) is A != 0, and so on. */
  static final int EQUAL = 23;

  static final int LESS = 24;
  static final int LESS_OR_EQUAL = 25;

  /** Holds if the truth of R(A) is C != 0. */
  static final int TEST = 26;

  /** Holds if the truth of R(B) is C != 0; then R(A) = R(B). */
  static final int TEST_SET = 27;

  /** R(A)... = R(A)(R(A+1)...): B - 1 arguments, C - 1 results; 0: up to the top. */
  static final int CALL = 28;

  static final int TAIL_CALL = 29;

  /** Returns B - 1 values from R(A) on; 0: up to the top. */
  static final int RETURN = 30;

  /** R(A) += R(A+2); while it has not passed R(A+1): R(A+3) = R(A) and jumps by C. */
  static final int FOR_LOOP = 31;

  /** R(A) -= R(A+2); jumps by C. */
  static final int FOR_PREPARE = 32;

  /** R(A+3) to R(A+2+C) = R(A)(R(A+1), R(A+2)); holds unless R(A+3) is nil: then R(A+2) = it. */
  static final int FOR_EACH = 33;

  /** R(A)[C + i] = R(A+i) for i from 1 to B; 0: up to the top. */
  static final int SET_LIST = 34;

  /** Closes the upvalues of R(A) and beyond. */
  static final int CLOSE = 35;

  /** R(A) = a closure of the inner function C. */
  static final int CLOSURE = 36;

  /** R(A)... = the variable arguments: B - 1 of them; 0: all. */
  static final int VARARG = 37;

  // What the compiler does not emit. RR, RK...: whether operands are registers, constants or
  // integers that stand in the instruction itself (I).

  /** R(A) = R(B)[K(C)] with a string. */
  static final int GET_FIELD = 38;

  /** R(A)[K(B)] = RK(C) with a string. */
  static final int SET_FIELD = 39;

  static final int ADD_RR = 40;
  static final int SUBTRACT_RR = 41;
  static final int MULTIPLY_RR = 42;
  static final int DIVIDE_RR = 43;
  static final int MULTIPLY_RK = 44;
  static final int DIVIDE_RK = 45;

  /** R(A) = R(B) + C. */
  static final int ADD_RI = 46;

  static final int SUBTRACT_RI = 47;

  /** R(A) = R(A) + C. */
  static final int INCREMENT = 48;

  static final int EQUAL_RK = 49;
  static final int LESS_RR = 50;
  static final int LESS_OR_EQUAL_RR = 51;

  /** Holds if (R(B) < C) is A != 0. */
  static final int LESS_RI = 52;

  static final int LESS_OR_EQUAL_RI = 53;

  /** Holds if (C < R(B)) is A != 0. */
  static final int LESS_IR = 54;

  static final int LESS_OR_EQUAL_IR = 55;

  /** R(A) = R(B)[R(C)]. */
  static final int GET_INDEX = 56;

  /** R(A) = K(C), a number. */
  static final int LOAD_NUMBER = 57;

  /** {@link #FOR_LOOP} where R(A+2) is 1. */
  static final int FOR_LOOP_BY_ONE = 58;

  /** {@link #FOR_LOOP_BY_ONE} whose body only calculates, for {@link NumberLoop}. */
  static final int FOR_LOOP_OF_NUMBERS = 59;

  /** Operands from here on are constants. */
  static final int CONSTANT = 256;

  /** The last constant that can be an operand. */
  static final int MAX_CONSTANT_OPERAND = 255;

  private static final int A_SHIFT = 8;
  private static final int B_SHIFT = 16;
  private static final int C_SHIFT = 32;
  private static final long BYTE = 0xff;
  private static final long TWO_BYTES = 0xffff;

  private Opcode() {}

  static long instruction(int operation, int a, int b, int c) {
    return operation | (long) a << A_SHIFT | (long) b << B_SHIFT | (long) c << C_SHIFT;
  }

  static int operation(long instruction) {
    return (int) (instruction & BYTE);
  }

  static int a(long instruction) {
    return (int) (instruction >>> A_SHIFT & BYTE);
  }

  static int b(long instruction) {
    return (int) (instruction >>> B_SHIFT & TWO_BYTES);
  }

  static int c(long instruction) {
    return (int) (instruction >>> C_SHIFT);
  }

  static long withOperation(long instruction, int operation) {
    return (instruction & ~BYTE) | operation;
  }

  static long withA(long instruction, int a) {
    return (instruction & ~(BYTE << A_SHIFT)) | (long) a << A_SHIFT;
  }

  static long withB(long instruction, int b) {
    return (instruction & ~(TWO_BYTES << B_SHIFT)) | (long) b << B_SHIFT;
  }

  static long withC(long instruction, int c) {
    return (instruction & 0xffff_ffffL) | (long) c << C_SHIFT;
  }

  static boolean isCondition(int operation) {
    return switch (operation) {
      case EQUAL, LESS, LESS_OR_EQUAL, TEST, TEST_SET, FOR_EACH -> true;
      default -> false;
    };
  }

  /**
   * Whether the result of an operation is put into R(A). {@link #TEST} counts too, as in PUC Lua: a
   * value that came out of "and" or "or" has no name.
   */
  static boolean setsA(int operation) {
    return switch (operation) {
      case SET_GLOBAL,
          SET_UPVALUE,
          SET_TABLE,
          SET_FIELD,
          JUMP,
          EQUAL,
          EQUAL_RK,
          LESS,
          LESS_RR,
          LESS_RI,
          LESS_IR,
          LESS_OR_EQUAL,
          LESS_OR_EQUAL_RR,
          LESS_OR_EQUAL_RI,
          LESS_OR_EQUAL_IR,
          RETURN,
          FOR_EACH,
          SET_LIST,
          CLOSE ->
          false;
      default -> true;
    };
  }

  /** The instruction by the operation that fits its operands best. */
  static long specialised(long instruction, Object[] constants, double[] numbers) {
    int operation = operation(instruction);
    int b = b(instruction);
    int c = c(instruction);
    boolean isRegisters = b < CONSTANT && c < CONSTANT;
    return switch (operation) {
      case LOAD_CONSTANT ->
          constants[c] == LuaType.NUMBER ? withOperation(instruction, LOAD_NUMBER) : instruction;
      case GET_TABLE -> {
        int special = isString(constants, c) ? GET_FIELD : operation;
        yield withOperation(instruction, c < CONSTANT ? GET_INDEX : special);
      }
      case SET_TABLE ->
          isString(constants, b) ? withOperation(instruction, SET_FIELD) : instruction;
      case ADD, SUBTRACT, MULTIPLY, DIVIDE ->
          isRegisters
              ? withOperation(instruction, operation - ADD + ADD_RR)
              : withConstant(instruction, constants, numbers);
      case EQUAL ->
          b < CONSTANT && c >= CONSTANT ? withOperation(instruction, EQUAL_RK) : instruction;
      case LESS, LESS_OR_EQUAL -> {
        int distance = operation - LESS;
        if (isRegisters) {
          yield withOperation(instruction, LESS_RR + distance);
        } else if (b < CONSTANT && isInteger(constants, numbers, c)) {
          yield withImmediate(instruction, LESS_RI + distance, b, numbers[c - CONSTANT]);
        } else if (c < CONSTANT && isInteger(constants, numbers, b)) {
          yield withImmediate(instruction, LESS_IR + distance, c, numbers[b - CONSTANT]);
        }
        yield instruction;
      }
      case FOR_LOOP -> b != 0 ? withOperation(instruction, FOR_LOOP_BY_ONE) : instruction;
      default -> instruction;
    };
  }

  private static long withConstant(long instruction, Object[] constants, double[] numbers) {
    int operation = operation(instruction);
    int b = b(instruction);
    int c = c(instruction);
    if (b >= CONSTANT || constants[c - CONSTANT] != LuaType.NUMBER) {
      return instruction;
    } else if (operation == MULTIPLY || operation == DIVIDE) {
      return withOperation(instruction, operation - MULTIPLY + MULTIPLY_RK);
    } else if (!isInteger(constants, numbers, c)) {
      return instruction;
    }
    int special = operation == SUBTRACT ? SUBTRACT_RI : b == a(instruction) ? INCREMENT : ADD_RI;
    return withImmediate(instruction, special, b, numbers[c - CONSTANT]);
  }

  private static long withImmediate(long instruction, int operation, int b, double immediate) {
    return withC(withB(withOperation(instruction, operation), b), (int) immediate);
  }

  private static boolean isString(Object[] constants, int operand) {
    return operand >= CONSTANT && constants[operand - CONSTANT] instanceof LuaString;
  }

  /** Whether an operand is a constant that an instruction can hold; -0 is none. */
  private static boolean isInteger(Object[] constants, double[] numbers, int operand) {
    if (operand < CONSTANT || constants[operand - CONSTANT] != LuaType.NUMBER) {
      return false;
    }
    double number = numbers[operand - CONSTANT];
    int integer = (int) number;
    return Double.doubleToRawLongBits(integer) == Double.doubleToRawLongBits(number);
  }
}
