package io.jacinth.lua;

import java.util.Set;

/**
 * A compiled function: instructions, constants, and what the texts of errors need to know. It holds
 * no state, so that any number of closures, in any state, can share it.
 */
public final class Prototype {
  long[] code;

  /** The constants: references and, where these say so, numbers. */
  Object[] constants;

  double[] constantNumbers;

  /** The line of each instruction. */
  int[] lines;

  /** The functions inside this one. */
  Prototype[] inner;

  /**
   * Where a new closure finds its upvalues: register n of the function around it as n, upvalue n of
   * that one as {@code -1 - n}.
   */
  int[] upvalueSources;

  LuaString[] upvalueNames;

  /** The local variables in the order of their declaration, and the code in which each is seen. */
  LuaString[] localNames;

  int[] localStarts;
  int[] localEnds;

  int parameterCount;
  boolean isVararg;

  /** Whether the variable {@code arg} is to be filled, since "..." is not used. */
  boolean needsArgumentTable;

  int registerCount;

  /** The source as texts of errors name it. */
  String source;

  /** The line of the word {@code function}; 0 of a chunk. */
  int firstLine;

  int lastLine;

  /** The last marking walk that has seen the function. */
  int mark;

  Prototype() {}

  int line(int instruction) {
    return instruction >= 0 && instruction < lines.length ? lines[instruction] : 0;
  }

  /** The name of a local variable by its register, null if none is seen there at an instruction. */
  LuaString localName(int register, int instruction) {
    int local = local(register, instruction);
    return local < 0 ? null : localNames[local];
  }

  /** A local variable by its register: its place among all, -1 if none is seen there. */
  int local(int register, int instruction) {
    int left = register;
    for (int i = 0; i < localNames.length && localStarts[i] <= instruction; i++) {
      if (instruction < localEnds[i] && left-- == 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Whether a call of the function certainly comes to its end: it never jumps back, and calls no
   * functions but native ones that do not go on for longer than what they are given. To be told by
   * the instructions alone, the function makes no closures, has no upvalues, and uses of the global
   * variables and of the fields with a constant name only those that are known to be harmless.
   *
   * @param names of the global variables
   * @param methods what is not called, by whatever way it is reached: the names of fields
   */
  public boolean endsByItself(Set<String> names, Set<String> methods) {
    if (inner.length > 0 || upvalueSources.length > 0) {
      return false;
    }
    for (int i = 0; i < code.length; i++) {
      long instruction = code[i];
      boolean harmless =
          switch (Opcode.operation(instruction)) {
            case Opcode.JUMP -> Opcode.c(instruction) >= 0;
            case Opcode.FOR_LOOP, Opcode.FOR_LOOP_BY_ONE, Opcode.FOR_PREPARE, Opcode.FOR_EACH ->
                false;
            case Opcode.GET_GLOBAL -> names.contains(constants[Opcode.c(instruction)].toString());
            default -> true;
          };
      if (!harmless) {
        return false;
      }
    }
    for (Object constant : constants) {
      if (constant instanceof LuaString string && methods.contains(string.toString())) {
        return false;
      }
    }
    return true;
  }

  /** What the function weighs with those inside it. */
  long sizeBytes() {
    long bytes =
        SIZE_BYTES
            + (long) code.length * (Long.BYTES + Integer.BYTES)
            + (long) constants.length * (Integer.BYTES + Double.BYTES)
            + (long) localNames.length * LOCAL_BYTES;
    for (Object constant : constants) {
      if (constant instanceof LuaString string) {
        bytes += LuaString.OVERHEAD_BYTES + string.length();
      }
    }
    for (Prototype function : inner) {
      bytes += function.sizeBytes();
    }
    return bytes;
  }

  private static final int SIZE_BYTES = 200;
  private static final int LOCAL_BYTES = 3 * Integer.BYTES;
}
