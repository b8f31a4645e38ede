package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

/**
 * The loop that executes numeric "for" loops whose bodies only calculate and compare, {@link
 * Opcode#FOR_LOOP_OF_NUMBERS}.
 *
 * <p>Numbers that are calculated with give numbers. So if the variables that such a body uses are
 * numbers when a turn begins, they are so until the loop ends, and nobody needs to look at each
 * operand, nor to note of each result that it is one. Otherwise the turn is left to {@link
 * Interpreter}.
 */
final class NumberLoop {
  /** From a loop's first register to that of its variable; those behind it are of its body. */
  private static final int VARIABLE = 3;

  private NumberLoop() {}

  /** Replaces the loop instructions of a function's code that this can execute. */
  static void mark(long[] code) {
    for (int i = 0; i < code.length; i++) {
      if (Opcode.operation(code[i]) == Opcode.FOR_LOOP_BY_ONE && isBody(code, i)) {
        code[i] = Opcode.withOperation(code[i], Opcode.FOR_LOOP_OF_NUMBERS);
      }
    }
  }

  /** Whether all that stands between a loop instruction and where it jumps is known here. */
  private static boolean isBody(long[] code, int loop) {
    for (int i = loop + 1 + Opcode.c(code[loop]); i < loop; i++) {
      boolean isKnown =
          switch (Opcode.operation(code[i])) {
            case Opcode.MOVE,
                Opcode.LOAD_NUMBER,
                Opcode.ADD_RR,
                Opcode.ADD_RI,
                Opcode.INCREMENT,
                Opcode.SUBTRACT_RR,
                Opcode.SUBTRACT_RI,
                Opcode.MULTIPLY_RR,
                Opcode.MULTIPLY_RK,
                Opcode.DIVIDE_RR,
                Opcode.DIVIDE_RK,
                Opcode.LESS_RR,
                Opcode.LESS_RI,
                Opcode.LESS_OR_EQUAL_RR,
                Opcode.LESS_OR_EQUAL_RI ->
                true;
            case Opcode.JUMP -> Opcode.c(code[i]) >= 0 && i + 1 + Opcode.c(code[i]) <= loop;
            default -> false;
          };
      if (!isKnown) {
        return false;
      }
    }
    return true;
  }

  /**
   * Executes a loop until it ends, or the instructions that may be executed are used up, or only
   * one turn's beginning.
   *
   * @param loop the place of the loop instruction, which is executed first
   * @param base where the registers of the function begin
   * @param fuel how many instructions may be executed
   * @return the place of the next instruction in the upper half, and in the lower one what is left
   *     of the fuel: negative if it is used up
   */
  static long run(
      long[] code,
      int loop,
      double[] constants,
      Object[] references,
      double[] numbers,
      int base,
      int fuel) {
    int distance = Opcode.c(code[loop]);
    int first = loop + 1 + distance;
    int index = base + Opcode.a(code[loop]);
    int variable = index + VARIABLE;
    double value = numbers[index];
    double limit = numbers[index + 1];
    int left = fuel;
    if (!(value + 1 <= limit)) {
      return give(loop + 1, left);
    }
    references[variable] = NUMBER;
    if (!areNumbers(code, first, loop, references, base, variable)) {
      numbers[index] = value + 1;
      numbers[variable] = value + 1;
      return give(first, left + distance);
    }
    int pc = loop;
    while (true) {
      long instruction = code[pc++];
      int low = (int) instruction;
      int b = base + (low >>> 16);
      int c = (int) (instruction >>> 32);
      double result;
      switch (low & 0xff) {
        case Opcode.MOVE -> result = numbers[b];
        case Opcode.LOAD_NUMBER -> result = constants[c];
        case Opcode.ADD_RR -> result = numbers[b] + numbers[base + c];
        case Opcode.ADD_RI, Opcode.INCREMENT -> result = numbers[b] + c;
        case Opcode.SUBTRACT_RR -> result = numbers[b] - numbers[base + c];
        case Opcode.SUBTRACT_RI -> result = numbers[b] - c;
        case Opcode.MULTIPLY_RR -> result = numbers[b] * numbers[base + c];
        case Opcode.MULTIPLY_RK -> result = numbers[b] * constants[c - Opcode.CONSTANT];
        case Opcode.DIVIDE_RR -> result = numbers[b] / numbers[base + c];
        case Opcode.DIVIDE_RK -> result = numbers[b] / constants[c - Opcode.CONSTANT];
        case Opcode.LESS_RR -> {
          pc += (numbers[b] < numbers[base + c]) == isExpected(low) ? 0 : 1;
          continue;
        }
        case Opcode.LESS_RI -> {
          pc += (numbers[b] < c) == isExpected(low) ? 0 : 1;
          continue;
        }
        case Opcode.LESS_OR_EQUAL_RR -> {
          pc += (numbers[b] <= numbers[base + c]) == isExpected(low) ? 0 : 1;
          continue;
        }
        case Opcode.LESS_OR_EQUAL_RI -> {
          pc += (numbers[b] <= c) == isExpected(low) ? 0 : 1;
          continue;
        }
        case Opcode.JUMP -> {
          pc += c;
          continue;
        }
        default -> {
          // the loop instruction
          double next = value + 1;
          boolean ends = !(next <= limit);
          if (ends || left < 0) {
            numbers[index] = value;
            return give(ends ? loop + 1 : loop, left);
          }
          left += distance;
          value = next;
          numbers[variable] = next;
          pc = first;
          continue;
        }
      }
      numbers[base + (low >>> 8 & 0xff)] = result;
    }
  }

  private static boolean isExpected(int low) {
    return (low & 0xff00) != 0;
  }

  /**
   * Whether all variables of a body but its own are numbers; notes of its own that they will be.
   */
  private static boolean areNumbers(
      long[] code, int first, int loop, Object[] references, int base, int variable) {
    for (int i = first; i < loop; i++) {
      int operation = Opcode.operation(code[i]);
      if (operation == Opcode.JUMP) {
        continue;
      }
      boolean isNumber = true;
      if (Opcode.setsA(operation)) {
        isNumber = isNumber(references, base + Opcode.a(code[i]), variable);
      }
      if (operation != Opcode.LOAD_NUMBER) {
        isNumber &= isNumber(references, base + Opcode.b(code[i]), variable);
      }
      if (hasSecondRegister(operation)) {
        isNumber &= isNumber(references, base + Opcode.c(code[i]), variable);
      }
      if (!isNumber) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasSecondRegister(int operation) {
    return switch (operation) {
      case Opcode.ADD_RR,
          Opcode.SUBTRACT_RR,
          Opcode.MULTIPLY_RR,
          Opcode.DIVIDE_RR,
          Opcode.LESS_RR,
          Opcode.LESS_OR_EQUAL_RR ->
          true;
      default -> false;
    };
  }

  private static boolean isNumber(Object[] references, int register, int variable) {
    if (register > variable) {
      references[register] = NUMBER; // nobody uses it before the body has put a number there
    }
    return register >= variable || references[register] == NUMBER;
  }

  private static long give(int place, int fuel) {
    return (long) place << Integer.SIZE | (fuel & 0xffff_ffffL);
  }
}
