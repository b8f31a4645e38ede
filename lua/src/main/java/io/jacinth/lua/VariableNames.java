package io.jacinth.lua;

/**
 * Finds what a script calls a value: "local 'x'", "field 'y'".
 *
 * <p>What stands in a register is known from the last instruction that has set it. As in PUC Lua
 * the code is followed from its beginning, and jumps forward are taken unless they pass the
 * instruction in question: names are found by the same rule, so texts of errors are the same.
 */
final class VariableNames {
  private VariableNames() {}

  /**
   * The kind and the name of what stands in a register when an instruction is executed.
   *
   * @return for example "local 'x'", or null if it has no name
   */
  static String of(Prototype prototype, int instruction, int register) {
    String name = nameOf(prototype, instruction, register);
    return name == null ? null : kindOf(prototype, instruction, register) + " '" + name + "'";
  }

  /** The name alone, or null. */
  static String nameOf(Prototype prototype, int instruction, int register) {
    LuaString local = prototype.localName(register, instruction);
    if (local != null) {
      return local.toString();
    }
    long setter = setter(prototype, instruction, register);
    return switch (Opcode.operation(setter)) {
      case Opcode.GET_GLOBAL -> prototype.constants[Opcode.c(setter)].toString();
      case Opcode.MOVE ->
          Opcode.b(setter) < Opcode.a(setter)
              ? nameOf(prototype, instruction, Opcode.b(setter))
              : null;
      case Opcode.GET_TABLE, Opcode.GET_FIELD, Opcode.GET_INDEX, Opcode.SELF ->
          constantName(prototype, Opcode.c(setter));
      case Opcode.GET_UPVALUE -> prototype.upvalueNames[Opcode.b(setter)].toString();
      default -> null;
    };
  }

  private static String constantName(Prototype prototype, int operand) {
    return operand >= Opcode.CONSTANT
            && prototype.constants[operand - Opcode.CONSTANT] instanceof LuaString string
        ? string.toCString()
        : "?";
  }

  /** What kind of thing has the name: "local", "global", "field", "method" or "upvalue". */
  static String kindOf(Prototype prototype, int instruction, int register) {
    if (prototype.localName(register, instruction) != null) {
      return "local";
    }
    long setter = setter(prototype, instruction, register);
    return switch (Opcode.operation(setter)) {
      case Opcode.GET_GLOBAL -> "global";
      case Opcode.MOVE -> kindOf(prototype, instruction, Opcode.b(setter));
      case Opcode.SELF -> "method";
      case Opcode.GET_UPVALUE -> "upvalue";
      default -> "field";
    };
  }

  /** The last instruction that has set a register; the final return if there is none. */
  private static long setter(Prototype prototype, int end, int register) {
    long[] code = prototype.code;
    long last = code[code.length - 1];
    for (int pc = 0; pc < end; pc++) {
      long instruction = code[pc];
      if (sets(instruction, register)) {
        last = instruction;
      }
      switch (Opcode.operation(instruction)) {
        case Opcode.JUMP,
            Opcode.FOR_LOOP,
            Opcode.FOR_LOOP_BY_ONE,
            Opcode.FOR_LOOP_OF_NUMBERS,
            Opcode.FOR_PREPARE -> {
          int distance = Opcode.c(instruction);
          if (distance >= 0 && pc + 1 + distance <= end) {
            pc += distance;
          }
        }
        default -> {
          // goes on with the next one
        }
      }
    }
    return last;
  }

  private static boolean sets(long instruction, int register) {
    int operation = Opcode.operation(instruction);
    int a = Opcode.a(instruction);
    return switch (operation) {
      case Opcode.LOAD_NIL -> a <= register && register <= Opcode.b(instruction);
      case Opcode.SELF -> register == a || register == a + 1;
      case Opcode.FOR_EACH -> register >= a + 2;
      case Opcode.CALL, Opcode.TAIL_CALL -> register >= a;
      default -> Opcode.setsA(operation) && register == a;
    };
  }
}
