package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

/**
 * The loop that executes instructions.
 *
 * <p>It runs the innermost call of a thread, and those that it makes, until the call returns that
 * was entered from Java, or the thread yields. Calls of Lua functions do not nest the loop. What is
 * rare (metamethods, coercions, errors) is left to {@link SlowPath}, which finds everything it
 * needs in the thread. The method must stay below 8000 bytes of bytecode, beyond which HotSpot
 * compiles nothing; a test watches over it.
 */
@SuppressWarnings("ReferenceEquality") // the same value is the same object, but for strings
final class Interpreter {
  /** What entering a native function counts, in instructions. */
  private static final int NATIVE_CALL_COST = 10;

  private Interpreter() {}

  static void execute(LuaThread thread) {
    int fuel = thread.lua.enterLoop();
    frames:
    while (true) {
      Arguments frame = thread.calls[thread.depth - 1];
      Prototype prototype = frame.closure.prototype;
      long[] code = prototype.code;
      Object[] constants = prototype.constants;
      double[] constantNumbers = prototype.constantNumbers;
      Object[] references = thread.references;
      double[] numbers = thread.numbers;
      int base = frame.base;
      int pc = frame.pc;
      while (true) {
        long instruction = code[pc++];
        int low = (int) instruction;
        int a = base + (low >>> 8 & 0xff);
        switch (low & 0xff) {
          case Opcode.MOVE -> {
            int b = base + (low >>> 16);
            Object value = references[b];
            numbers[a] = numbers[b];
            if (references[a] != value) {
              references[a] = value;
            }
            continue;
          }
          case Opcode.LOAD_CONSTANT -> {
            references[a] = constants[(int) (instruction >>> 32)];
            continue;
          }
          case Opcode.LOAD_NUMBER -> {
            numbers[a] = constantNumbers[(int) (instruction >>> 32)];
            if (references[a] != NUMBER) {
              references[a] = NUMBER;
            }
            continue;
          }
          case Opcode.LOAD_BOOLEAN -> {
            references[a] = low >>> 16 != 0 ? Boolean.TRUE : Boolean.FALSE;
            if (instruction >>> 32 != 0) {
              pc++;
            }
            continue;
          }
          case Opcode.LOAD_NIL -> {
            int last = base + (low >>> 16);
            for (int i = a; i <= last; i++) {
              references[i] = null;
            }
            continue;
          }
          case Opcode.GET_UPVALUE -> {
            Upvalue upvalue = frame.closure.upvalues[low >>> 16];
            LuaThread owner = upvalue.thread;
            if (owner == null) {
              references[a] = upvalue.reference;
              numbers[a] = upvalue.number;
            } else {
              references[a] = owner.references[upvalue.register];
              numbers[a] = owner.numbers[upvalue.register];
            }
            continue;
          }
          case Opcode.SET_UPVALUE -> {
            frame.closure.upvalues[low >>> 16].set(references[a], numbers[a]);
            continue;
          }
          case Opcode.GET_GLOBAL -> {
            LuaString key = (LuaString) constants[(int) (instruction >>> 32)];
            if (frame.closure.environment.load(key, references, numbers, a)) {
              continue;
            }
          }
          case Opcode.SET_GLOBAL -> {
            LuaString key = (LuaString) constants[(int) (instruction >>> 32)];
            if (frame.closure.environment.replace(key, references[a], numbers[a])) {
              continue;
            }
          }
          case Opcode.GET_FIELD -> {
            LuaString key = (LuaString) constants[(int) (instruction >>> 32) - Opcode.CONSTANT];
            if (references[base + (low >>> 16)] instanceof Table table
                && table.load(key, references, numbers, a)) {
              continue;
            }
          }
          case Opcode.GET_INDEX -> {
            if (references[base + (low >>> 16)] instanceof Table table) {
              int c = base + (int) (instruction >>> 32);
              Object key = references[c];
              if (key == NUMBER
                  ? table.load(numbers[c], references, numbers, a)
                  : key instanceof LuaString string && table.load(string, references, numbers, a)) {
                continue;
              }
            }
          }
          case Opcode.GET_TABLE -> {
            int c = (int) (instruction >>> 32) - Opcode.CONSTANT;
            if (constants[c] == NUMBER
                && references[base + (low >>> 16)] instanceof Table table
                && table.load(constantNumbers[c], references, numbers, a)) {
              continue;
            }
          }
          case Opcode.SET_FIELD -> {
            if (references[a] instanceof Table table) {
              LuaString key = (LuaString) constants[(low >>> 16) - Opcode.CONSTANT];
              int c = (int) (instruction >>> 32);
              if (c < Opcode.CONSTANT
                  ? table.replace(key, references[base + c], numbers[base + c])
                  : table.replace(
                      key, constants[c - Opcode.CONSTANT], constantNumbers[c - Opcode.CONSTANT])) {
                continue;
              }
            }
          }
          case Opcode.SET_TABLE -> {
            int b = low >>> 16;
            boolean isConstant = b >= Opcode.CONSTANT;
            if (references[a] instanceof Table table
                && (isConstant ? constants[b - Opcode.CONSTANT] : references[base + b]) == NUMBER) {
              int c = (int) (instruction >>> 32);
              double key = isConstant ? constantNumbers[b - Opcode.CONSTANT] : numbers[base + b];
              if (c < Opcode.CONSTANT
                  ? table.replace(key, references[base + c], numbers[base + c])
                  : table.replace(
                      key, constants[c - Opcode.CONSTANT], constantNumbers[c - Opcode.CONSTANT])) {
                continue;
              }
            }
          }
          case Opcode.NEW_TABLE -> {
            int elements = low >>> 16;
            int fields = (int) (instruction >>> 32);
            frame.pc = pc;
            references[a] =
                (elements | fields) == 0
                    ? new Table(thread.lua)
                    : new Table(thread.lua, SmallSize.decode(elements), SmallSize.decode(fields));
            continue;
          }
          case Opcode.SELF -> {
            int b = base + (low >>> 16);
            Object object = references[b];
            int c = (int) (instruction >>> 32);
            if (object instanceof Table table && c >= Opcode.CONSTANT) {
              references[a + 1] = object;
              LuaString key = (LuaString) constants[c - Opcode.CONSTANT];
              if (table.load(key, references, numbers, a)) {
                continue;
              }
            }
          }
          case Opcode.ADD_RR -> {
            int b = base + (low >>> 16);
            int c = base + (int) (instruction >>> 32);
            if (references[b] == NUMBER && references[c] == NUMBER) {
              numbers[a] = numbers[b] + numbers[c];
              if (references[a] != NUMBER) {
                references[a] = NUMBER;
              }
              continue;
            }
          }
          case Opcode.ADD_RI -> {
            int b = base + (low >>> 16);
            if (references[b] == NUMBER) {
              numbers[a] = numbers[b] + (int) (instruction >>> 32);
              if (references[a] != NUMBER) {
                references[a] = NUMBER;
              }
              continue;
            }
          }
          case Opcode.INCREMENT -> {
            if (references[a] == NUMBER) {
              numbers[a] += (int) (instruction >>> 32);
              continue;
            }
          }
          case Opcode.SUBTRACT_RR -> {
            int b = base + (low >>> 16);
            int c = base + (int) (instruction >>> 32);
            if (references[b] == NUMBER && references[c] == NUMBER) {
              numbers[a] = numbers[b] - numbers[c];
              if (references[a] != NUMBER) {
                references[a] = NUMBER;
              }
              continue;
            }
          }
          case Opcode.SUBTRACT_RI -> {
            int b = base + (low >>> 16);
            if (references[b] == NUMBER) {
              numbers[a] = numbers[b] - (int) (instruction >>> 32);
              if (references[a] != NUMBER) {
                references[a] = NUMBER;
              }
              continue;
            }
          }
          case Opcode.MULTIPLY_RR -> {
            int b = base + (low >>> 16);
            int c = base + (int) (instruction >>> 32);
            if (references[b] == NUMBER && references[c] == NUMBER) {
              numbers[a] = numbers[b] * numbers[c];
              if (references[a] != NUMBER) {
                references[a] = NUMBER;
              }
              continue;
            }
          }
          case Opcode.MULTIPLY_RK -> {
            int b = base + (low >>> 16);
            if (references[b] == NUMBER) {
              numbers[a] =
                  numbers[b] * constantNumbers[(int) (instruction >>> 32) - Opcode.CONSTANT];
              if (references[a] != NUMBER) {
                references[a] = NUMBER;
              }
              continue;
            }
          }
          case Opcode.DIVIDE_RR -> {
            int b = base + (low >>> 16);
            int c = base + (int) (instruction >>> 32);
            if (references[b] == NUMBER && references[c] == NUMBER) {
              numbers[a] = numbers[b] / numbers[c];
              if (references[a] != NUMBER) {
                references[a] = NUMBER;
              }
              continue;
            }
          }
          case Opcode.DIVIDE_RK -> {
            int b = base + (low >>> 16);
            if (references[b] == NUMBER) {
              numbers[a] =
                  numbers[b] / constantNumbers[(int) (instruction >>> 32) - Opcode.CONSTANT];
              if (references[a] != NUMBER) {
                references[a] = NUMBER;
              }
              continue;
            }
          }
          case Opcode.NEGATE -> {
            int b = base + (low >>> 16);
            if (references[b] == NUMBER) {
              numbers[a] = Arithmetic.negate(numbers[b]);
              if (references[a] != NUMBER) {
                references[a] = NUMBER;
              }
              continue;
            }
          }
          case Opcode.NOT -> {
            references[a] = LuaType.not(references[base + (low >>> 16)]);
            continue;
          }
          case Opcode.LENGTH -> {
            Object value = references[base + (low >>> 16)];
            if (value instanceof Table table) {
              numbers[a] = table.length();
              references[a] = NUMBER;
              continue;
            } else if (value instanceof LuaString string) {
              numbers[a] = string.length();
              references[a] = NUMBER;
              continue;
            }
          }
          case Opcode.JUMP -> {
            int distance = (int) (instruction >>> 32);
            if (distance < 0) {
              fuel += distance;
              if (fuel < 0) {
                frame.pc = pc;
                fuel = thread.lua.refuel();
              }
            }
            pc += distance;
            continue;
          }
          case Opcode.EQUAL_RK -> {
            int b = base + (low >>> 16);
            int c = (int) (instruction >>> 32) - Opcode.CONSTANT;
            Object value = references[b];
            Object constant = constants[c];
            boolean holds =
                value == constant
                    ? value != NUMBER || numbers[b] == constantNumbers[c]
                    : constant instanceof LuaString string && string.equals(value);
            int distance = (int) (code[pc] >>> 32);
            if (holds != (a != base)) {
              pc++;
            } else if (distance >= 0) {
              pc += distance + 1;
            }
            continue;
          }
          case Opcode.LESS_RR -> {
            int b = base + (low >>> 16);
            int c = base + (int) (instruction >>> 32);
            if (references[b] == NUMBER && references[c] == NUMBER) {
              int distance = (int) (code[pc] >>> 32);
              if ((numbers[b] < numbers[c]) != (a != base)) {
                pc++;
              } else if (distance >= 0) {
                pc += distance + 1;
              }
              continue;
            }
          }
          case Opcode.LESS_RI -> {
            int b = base + (low >>> 16);
            if (references[b] == NUMBER) {
              int distance = (int) (code[pc] >>> 32);
              if ((numbers[b] < (int) (instruction >>> 32)) != (a != base)) {
                pc++;
              } else if (distance >= 0) {
                pc += distance + 1;
              }
              continue;
            }
          }
          case Opcode.LESS_IR -> {
            int b = base + (low >>> 16);
            if (references[b] == NUMBER) {
              int distance = (int) (code[pc] >>> 32);
              if (((int) (instruction >>> 32) < numbers[b]) != (a != base)) {
                pc++;
              } else if (distance >= 0) {
                pc += distance + 1;
              }
              continue;
            }
          }
          case Opcode.LESS_OR_EQUAL_RR -> {
            int b = base + (low >>> 16);
            int c = base + (int) (instruction >>> 32);
            if (references[b] == NUMBER && references[c] == NUMBER) {
              int distance = (int) (code[pc] >>> 32);
              if ((numbers[b] <= numbers[c]) != (a != base)) {
                pc++;
              } else if (distance >= 0) {
                pc += distance + 1;
              }
              continue;
            }
          }
          case Opcode.LESS_OR_EQUAL_RI -> {
            int b = base + (low >>> 16);
            if (references[b] == NUMBER) {
              int distance = (int) (code[pc] >>> 32);
              if ((numbers[b] <= (int) (instruction >>> 32)) != (a != base)) {
                pc++;
              } else if (distance >= 0) {
                pc += distance + 1;
              }
              continue;
            }
          }
          case Opcode.LESS_OR_EQUAL_IR -> {
            int b = base + (low >>> 16);
            if (references[b] == NUMBER) {
              int distance = (int) (code[pc] >>> 32);
              if (((int) (instruction >>> 32) <= numbers[b]) != (a != base)) {
                pc++;
              } else if (distance >= 0) {
                pc += distance + 1;
              }
              continue;
            }
          }
          case Opcode.TEST -> {
            Object value = references[a];
            boolean truth = value != null && value != Boolean.FALSE;
            int distance = (int) (code[pc] >>> 32);
            if (truth != (instruction >>> 32 != 0)) {
              pc++;
            } else if (distance >= 0) {
              pc += distance + 1;
            }
            continue;
          }
          case Opcode.TEST_SET -> {
            int b = base + (low >>> 16);
            Object value = references[b];
            boolean truth = value != null && value != Boolean.FALSE;
            if (truth != (instruction >>> 32 != 0)) {
              pc++;
            } else {
              references[a] = value;
              numbers[a] = numbers[b];
            }
            continue;
          }
          case Opcode.CALL -> {
            frame.pc = pc;
            int b = low >>> 16;
            int argumentCount = b != 0 ? b - 1 : thread.top - a - 1;
            int wanted = (int) (instruction >>> 32) - 1;
            Object callee = references[a];
            if (callee instanceof Closure called) {
              fuel -= called.prototype.code.length;
              if (fuel < 0) {
                fuel = thread.lua.refuel();
              }
              thread.enter(called, a, argumentCount, wanted);
              continue frames;
            } else if (callee instanceof NativeFunction called) {
              fuel -= NATIVE_CALL_COST;
              if (fuel < 0) {
                fuel = thread.lua.refuel();
              }
              if (thread.callNative(called, a, argumentCount, wanted)) {
                thread.lua.leaveLoop(fuel);
                return;
              }
              references = thread.references;
              numbers = thread.numbers;
              continue;
            }
          }
          case Opcode.TAIL_CALL -> {
            frame.pc = pc;
            int b = low >>> 16;
            int argumentCount = b != 0 ? b - 1 : thread.top - a - 1;
            if (references[a] instanceof Closure called) {
              fuel -= called.prototype.code.length;
              if (fuel < 0) {
                fuel = thread.lua.refuel();
              }
              if (thread.openUpvalues != null) {
                thread.close(base);
              }
              thread.enterInstead(frame, called, a, argumentCount);
              continue frames;
            }
          }
          case Opcode.RETURN -> {
            int b = low >>> 16;
            int count = b != 0 ? b - 1 : thread.top - a;
            if (thread.openUpvalues != null) {
              thread.close(base);
            }
            thread.leave(frame, a, count);
            if (frame.isEntry) {
              thread.lua.leaveLoop(fuel);
              return;
            }
            continue frames;
          }
          case Opcode.FOR_LOOP -> {
            double step = numbers[a + 2];
            double index = numbers[a] + step;
            double limit = numbers[a + 1];
            if (step > 0 ? index <= limit : limit <= index) {
              int distance = (int) (instruction >>> 32);
              fuel += distance;
              if (fuel < 0) {
                frame.pc = pc;
                fuel = thread.lua.refuel();
              }
              pc += distance;
              numbers[a] = index;
              numbers[a + 3] = index;
              if (references[a + 3] != NUMBER) {
                references[a + 3] = NUMBER;
              }
            }
            continue;
          }
          case Opcode.FOR_LOOP_BY_ONE -> {
            double index = numbers[a] + 1;
            if (index <= numbers[a + 1]) {
              int distance = (int) (instruction >>> 32);
              fuel += distance;
              if (fuel < 0) {
                frame.pc = pc;
                fuel = thread.lua.refuel();
              }
              pc += distance;
              numbers[a] = index;
              numbers[a + 3] = index;
              if (references[a + 3] != NUMBER) {
                references[a + 3] = NUMBER;
              }
            }
            continue;
          }
          case Opcode.FOR_LOOP_OF_NUMBERS -> {
            long end =
                NumberLoop.run(code, pc - 1, constantNumbers, references, numbers, base, fuel);
            pc = (int) (end >>> 32);
            fuel = (int) end;
            if (fuel < 0) {
              frame.pc = pc;
              fuel = thread.lua.refuel();
            }
            continue;
          }
          case Opcode.FOR_PREPARE -> {
            if (references[a] == NUMBER
                && references[a + 1] == NUMBER
                && references[a + 2] == NUMBER) {
              numbers[a] -= numbers[a + 2];
              pc += (int) (instruction >>> 32);
              continue;
            }
          }
          case Opcode.FOR_EACH -> {
            if (references[a] == thread.lua.next && references[a + 1] instanceof Table table) {
              frame.pc = pc;
              if (thread.lua.next(table, references, numbers, a + 2, a + 3)) {
                int distance = (int) (code[pc] >>> 32);
                references[a + 2] = references[a + 3];
                numbers[a + 2] = numbers[a + 3];
                for (int i = (int) (instruction >>> 32); i > 2; i--) {
                  references[a + 2 + i] = null;
                }
                fuel += distance;
                if (fuel < 0) {
                  fuel = thread.lua.refuel();
                }
                pc += distance + 1;
              } else {
                pc++;
              }
              continue;
            }
          }
          case Opcode.CLOSE -> {
            thread.close(a);
            continue;
          }
          case Opcode.VARARG -> {
            int b = low >>> 16;
            frame.pc = pc;
            frame.copyVariableArguments(a, b - 1);
            references = thread.references;
            numbers = thread.numbers;
            continue;
          }
          case Opcode.CLOSURE -> {
            frame.pc = pc;
            references[a] = frame.newClosure((int) (instruction >>> 32));
            continue;
          }
          default -> {
            // the rest is rare
          }
        }
        frame.pc = pc;
        SlowPath.execute(thread, frame, instruction);
        if (thread.isYielding) {
          thread.lua.leaveLoop(fuel);
          return;
        }
        continue frames;
      }
    }
  }
}
