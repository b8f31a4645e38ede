package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

/**
 * The instructions in their general form, with metamethods, coercions and errors: whatever {@link
 * Interpreter} does not do itself.
 */
@SuppressWarnings("ReferenceEquality") // the same value is the same object, but for strings
final class SlowPath {
  private SlowPath() {}

  /**
   * Executes an instruction of the innermost call. It may change registers, their arrays, the calls
   * and {@code frame.pc}, which is that of the next instruction.
   */
  static void execute(LuaThread thread, Arguments frame, long instruction) {
    Lua lua = thread.lua;
    Prototype prototype = frame.closure.prototype;
    int base = frame.base;
    int operation = Opcode.operation(instruction);
    int a = base + Opcode.a(instruction);
    int b = Opcode.b(instruction);
    int c = Opcode.c(instruction);
    switch (operation) {
      case Opcode.GET_GLOBAL ->
          Metamethods.index(
              thread, frame.closure.environment, 0, prototype.constants[c], 0, a, Lua.NO_REGISTER);
      case Opcode.SET_GLOBAL ->
          Metamethods.setIndex(
              thread,
              frame.closure.environment,
              prototype.constants[c],
              0,
              thread.references[a],
              thread.numbers[a],
              Lua.NO_REGISTER);
      case Opcode.GET_TABLE, Opcode.GET_FIELD, Opcode.GET_INDEX ->
          Metamethods.index(
              thread,
              thread.references[base + b],
              thread.numbers[base + b],
              reference(thread, frame, c),
              number(thread, frame, c),
              a,
              base + b);
      case Opcode.SET_TABLE, Opcode.SET_FIELD ->
          Metamethods.setIndex(
              thread,
              thread.references[a],
              reference(thread, frame, b),
              number(thread, frame, b),
              reference(thread, frame, c),
              number(thread, frame, c),
              a);
      case Opcode.SELF -> {
        Object object = thread.references[base + b];
        double number = thread.numbers[base + b];
        Object key = reference(thread, frame, c);
        thread.references[a + 1] = object;
        thread.numbers[a + 1] = number;
        Metamethods.index(thread, object, number, key, number(thread, frame, c), a, base + b);
      }
      case Opcode.ADD, Opcode.ADD_RR -> arithmetic(thread, frame, Metamethod.ADD, a, b, c);
      case Opcode.ADD_RI, Opcode.INCREMENT ->
          arithmeticImmediate(thread, frame, Metamethod.ADD, a, b, c);
      case Opcode.SUBTRACT, Opcode.SUBTRACT_RR ->
          arithmetic(thread, frame, Metamethod.SUBTRACT, a, b, c);
      case Opcode.SUBTRACT_RI -> arithmeticImmediate(thread, frame, Metamethod.SUBTRACT, a, b, c);
      case Opcode.MULTIPLY, Opcode.MULTIPLY_RR, Opcode.MULTIPLY_RK ->
          arithmetic(thread, frame, Metamethod.MULTIPLY, a, b, c);
      case Opcode.DIVIDE, Opcode.DIVIDE_RR, Opcode.DIVIDE_RK ->
          arithmetic(thread, frame, Metamethod.DIVIDE, a, b, c);
      case Opcode.REMAINDER -> arithmetic(thread, frame, Metamethod.REMAINDER, a, b, c);
      case Opcode.POWER -> arithmetic(thread, frame, Metamethod.POWER, a, b, c);
      case Opcode.NEGATE -> arithmetic(thread, frame, Metamethod.NEGATE, a, b, b);
      case Opcode.LENGTH -> length(thread, a, base + b);
      case Opcode.CONCATENATE -> {
        Concatenation.concatenate(thread, base + b, base + c);
        thread.references[a] = thread.references[base + b];
        thread.numbers[a] = thread.numbers[base + b];
      }
      case Opcode.EQUAL, Opcode.EQUAL_RK ->
          condition(
              frame,
              instruction,
              Metamethods.equal(
                  thread,
                  reference(thread, frame, b),
                  number(thread, frame, b),
                  reference(thread, frame, c),
                  number(thread, frame, c)));
      case Opcode.LESS, Opcode.LESS_RR ->
          condition(
              frame,
              instruction,
              Metamethods.less(
                  thread,
                  reference(thread, frame, b),
                  number(thread, frame, b),
                  reference(thread, frame, c),
                  number(thread, frame, c)));
      case Opcode.LESS_RI -> {
        Object value = thread.references[base + b];
        double number = thread.numbers[base + b];
        condition(frame, instruction, Metamethods.less(thread, value, number, NUMBER, c));
      }
      case Opcode.LESS_IR -> {
        Object value = thread.references[base + b];
        double number = thread.numbers[base + b];
        condition(frame, instruction, Metamethods.less(thread, NUMBER, c, value, number));
      }
      case Opcode.LESS_OR_EQUAL, Opcode.LESS_OR_EQUAL_RR ->
          condition(
              frame,
              instruction,
              Metamethods.lessOrEqual(
                  thread,
                  reference(thread, frame, b),
                  number(thread, frame, b),
                  reference(thread, frame, c),
                  number(thread, frame, c)));
      case Opcode.LESS_OR_EQUAL_RI -> {
        Object value = thread.references[base + b];
        double number = thread.numbers[base + b];
        condition(frame, instruction, Metamethods.lessOrEqual(thread, value, number, NUMBER, c));
      }
      case Opcode.LESS_OR_EQUAL_IR -> {
        Object value = thread.references[base + b];
        double number = thread.numbers[base + b];
        condition(frame, instruction, Metamethods.lessOrEqual(thread, NUMBER, c, value, number));
      }
      case Opcode.CALL -> call(thread, a, b != 0 ? b - 1 : thread.top - a - 1, c - 1);
      case Opcode.TAIL_CALL -> {
        int count = b != 0 ? b - 1 : thread.top - a - 1;
        if (thread.references[a] instanceof NativeFunction) {
          call(thread, a, count, Arguments.ALL);
          return;
        }
        int arguments = thread.prepareCall(a, count);
        if (thread.references[a] instanceof Closure called) {
          thread.close(base);
          thread.enterInstead(frame, called, a, arguments);
        } else {
          call(thread, a, arguments, Arguments.ALL);
        }
      }
      case Opcode.FOR_PREPARE -> {
        prepareLoop(thread, a);
        frame.pc += c;
      }
      case Opcode.FOR_EACH -> forEach(thread, frame, a, c);
      case Opcode.SET_LIST -> setList(lua, thread, a, b, c);
      default -> throw new IllegalStateException("operation " + operation);
    }
  }

  private static Object reference(LuaThread thread, Arguments frame, int operand) {
    return operand < Opcode.CONSTANT
        ? thread.references[frame.base + operand]
        : frame.closure.prototype.constants[operand - Opcode.CONSTANT];
  }

  private static double number(LuaThread thread, Arguments frame, int operand) {
    return operand < Opcode.CONSTANT
        ? thread.numbers[frame.base + operand]
        : frame.closure.prototype.constantNumbers[operand - Opcode.CONSTANT];
  }

  /** Goes on with the jump that follows if a condition is as the instruction wants it. */
  private static void condition(Arguments frame, long instruction, boolean holds) {
    if (holds != (Opcode.a(instruction) != 0)) {
      frame.pc++;
    }
  }

  private static void arithmetic(
      LuaThread thread, Arguments frame, Metamethod event, int a, int b, int c) {
    Object first = reference(thread, frame, b);
    double firstNumber = number(thread, frame, b);
    Object second = reference(thread, frame, c);
    double secondNumber = number(thread, frame, c);
    if (!calculate(thread, event, a, first, firstNumber, second, secondNumber)) {
      int culprit = isNumeric(first) ? c : b;
      throw thread.lua.typeError(
          culprit == b ? first : second,
          culprit < Opcode.CONSTANT ? frame.base + culprit : Lua.NO_REGISTER,
          "perform arithmetic on");
    }
  }

  private static void arithmeticImmediate(
      LuaThread thread, Arguments frame, Metamethod event, int a, int b, int immediate) {
    Object first = thread.references[frame.base + b];
    double firstNumber = thread.numbers[frame.base + b];
    if (!calculate(thread, event, a, first, firstNumber, NUMBER, immediate)) {
      throw thread.lua.typeError(first, frame.base + b, "perform arithmetic on");
    }
  }

  private static boolean isNumeric(Object value) {
    return value == NUMBER || !NumberText.isNoNumber(Coercion.toNumber(value));
  }

  /** Calculates, if need be by a metamethod; false if that is not possible. */
  private static boolean calculate(
      LuaThread thread,
      Metamethod event,
      int to,
      Object first,
      double firstNumber,
      Object second,
      double secondNumber) {
    double x = first == NUMBER ? firstNumber : Coercion.toNumber(first);
    double y = second == NUMBER ? secondNumber : Coercion.toNumber(second);
    if ((first == NUMBER || !NumberText.isNoNumber(x))
        && (second == NUMBER || !NumberText.isNoNumber(y))) {
      thread.setNumber(to, Arithmetic.calculate(event, x, y));
      return true;
    }
    Object handler = thread.lua.metamethod(first, event);
    if (handler == null) {
      handler = thread.lua.metamethod(second, event);
    }
    if (handler == null) {
      return false;
    }
    Metamethods.call(thread, handler, first, firstNumber, second, secondNumber, to);
    return true;
  }

  private static void length(LuaThread thread, int a, int register) {
    Object value = thread.references[register];
    Object handler = thread.lua.metamethod(value, Metamethod.LENGTH);
    if (handler == null) {
      throw thread.lua.typeError(value, register, "get length of");
    }
    Metamethods.call(thread, handler, value, thread.numbers[register], null, 0, a);
  }

  private static void call(LuaThread thread, int register, int argumentCount, int wanted) {
    int count = argumentCount;
    if (!(thread.references[register] instanceof Function)) {
      count = thread.prepareCall(register, argumentCount);
    }
    if (thread.references[register] instanceof Closure closure) {
      thread.enter(closure, register, count, wanted);
    } else {
      thread.callNative((NativeFunction) thread.references[register], register, count, wanted);
    }
  }

  private static final String[] LOOP_VALUES = {"initial value", "limit", "step"};

  private static void prepareLoop(LuaThread thread, int a) {
    for (int i = 0; i < LOOP_VALUES.length; i++) {
      Object value = thread.references[a + i];
      if (value != NUMBER) {
        double number = Coercion.toNumber(value);
        if (NumberText.isNoNumber(number)) {
          throw thread.lua.error("'for' " + LOOP_VALUES[i] + " must be a number");
        }
        thread.setNumber(a + i, number);
      }
    }
    thread.numbers[a] -= thread.numbers[a + 2];
  }

  private static void forEach(LuaThread thread, Arguments frame, int a, int variables) {
    int call = a + 3;
    thread.ensureRegisters(call + Math.max(3, variables));
    for (int i = 0; i < 3; i++) {
      thread.references[call + i] = thread.references[a + i];
      thread.numbers[call + i] = thread.numbers[a + i];
    }
    thread.lua.call(thread, call, 2, variables);
    if (thread.references[call] == null) {
      frame.pc++;
    } else {
      thread.references[a + 2] = thread.references[call];
      thread.numbers[a + 2] = thread.numbers[call];
    }
  }

  private static void setList(Lua lua, LuaThread thread, int a, int b, int offset) {
    Table table = (Table) thread.references[a];
    int count = b != 0 ? b : thread.top - a - 1;
    table.ensureArray(offset + count);
    for (int i = count; i >= 1; i--) {
      table.put(offset + i, thread.references[a + i], thread.numbers[a + i]);
    }
    lua.poll();
  }
}
