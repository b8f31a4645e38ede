package io.jacinth.lua;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The code of one function while it is compiled.
 *
 * <p>Instructions, the use of registers and what counts as an operand follow PUC Lua 5.1 closely,
 * since the names of variables in the texts of errors are found from the instructions.
 *
 * <p>Jumps forward wait in lists: until its target is known, a jump holds the place of the next
 * jump to the same target. Jumps to the place where the next instruction will be wait in {@code
 * pendingHere}.
 */
final class FunctionBuilder {
  static final int NO_JUMP = -1;
  private static final int NO_REGISTER = 255;

  private static final int MAX_REGISTERS = 250;
  private static final int MAX_LOCALS = 200;
  private static final int MAX_UPVALUES = 60;

  /** As many results or values as there are. */
  static final int ALL = -1;

  /** Elements of a constructor that wait in registers before they are put into the table. */
  static final int FIELDS_PER_FLUSH = 50;

  /** A block of statements, with the variables that are seen in it. */
  static final class Block {
    final Block outer;
    final int localCount;
    final boolean isLoop;
    int breaks = NO_JUMP;

    /** Whether an inner function uses a variable of it. */
    boolean isCaptured;

    private Block(Block outer, int localCount, boolean isLoop) {
      this.outer = outer;
      this.localCount = localCount;
      this.isLoop = isLoop;
    }
  }

  private final Lua lua;
  private final Lexer lexer;

  /** The function around this one, or null. */
  final FunctionBuilder outer;

  final int firstLine;
  int lastLine;
  int parameterCount;
  boolean isVararg;
  boolean needsArgumentTable;

  private long[] code = new long[16];
  private int[] lines = new int[16];
  int codeLength;

  /** The last place that something jumps to: instructions before it must stay as they are. */
  private int lastTarget = NO_JUMP;

  private int pendingHere = NO_JUMP;

  private Object[] constants = new Object[8];
  private double[] constantNumbers = new double[8];
  private int constantCount;
  private final Map<Object, Integer> constantPlaces = new HashMap<>();

  private Prototype[] inner = new Prototype[0];

  private LuaString[] localNames = new LuaString[8];
  private int[] localStarts = new int[8];
  private int[] localEnds = new int[8];
  private int declaredCount;

  /** The places in {@code localNames} of the variables that are seen, by register. */
  private final int[] visible = new int[MAX_LOCALS];

  int visibleCount;

  private int[] upvalueSources = new int[4];
  private LuaString[] upvalueNames = new LuaString[4];
  private int upvalueCount;

  Block block;

  int freeRegister;
  private int registerCount = 2;

  FunctionBuilder(Lua lua, Lexer lexer, FunctionBuilder outer, int firstLine) {
    this.lua = lua;
    this.lexer = lexer;
    this.outer = outer;
    this.firstLine = firstLine;
    lua.charge(START_BYTES);
  }

  /** What a function weighs while it is compiled. */
  private static final int START_BYTES = 1800;

  /** The finished function. */
  Prototype build(String source) {
    hideLocals(0);
    emitReturn(0, 0);
    Prototype prototype = new Prototype();
    prototype.constants = Arrays.copyOf(constants, constantCount);
    prototype.constantNumbers = Arrays.copyOf(constantNumbers, constantCount);
    prototype.code = Arrays.copyOf(code, codeLength);
    for (int i = 0; i < codeLength; i++) {
      prototype.code[i] = Opcode.specialised(code[i], constants, constantNumbers);
    }
    NumberLoop.mark(prototype.code);
    prototype.lines = Arrays.copyOf(lines, codeLength);
    prototype.inner = inner;
    prototype.upvalueSources = Arrays.copyOf(upvalueSources, upvalueCount);
    prototype.upvalueNames = Arrays.copyOf(upvalueNames, upvalueCount);
    prototype.localNames = Arrays.copyOf(localNames, declaredCount);
    prototype.localStarts = Arrays.copyOf(localStarts, declaredCount);
    prototype.localEnds = Arrays.copyOf(localEnds, declaredCount);
    prototype.parameterCount = parameterCount;
    prototype.isVararg = isVararg;
    prototype.needsArgumentTable = needsArgumentTable;
    prototype.registerCount = registerCount;
    prototype.source = source;
    prototype.firstLine = firstLine;
    prototype.lastLine = lastLine;
    return prototype;
  }

  private LuaError tooMany(int limit, String what) {
    String where = firstLine == 0 ? "main function" : "function at line " + firstLine;
    return lexer.error(where + " has more than " + limit + " " + what);
  }

  void checkLimit(int value, int limit, String what) {
    if (value > limit) {
      throw tooMany(limit, what);
    }
  }

  // Variables

  /** Declares a local variable, which is seen only after {@link #showLocals}. */
  void declareLocal(LuaString name, int pendingCount) {
    checkLimit(visibleCount + pendingCount + 1, MAX_LOCALS, "local variables");
    if (declaredCount == localNames.length) {
      int capacity = 2 * declaredCount;
      lua.charge(capacity * 12L);
      localNames = Arrays.copyOf(localNames, capacity);
      localStarts = Arrays.copyOf(localStarts, capacity);
      localEnds = Arrays.copyOf(localEnds, capacity);
    }
    localNames[declaredCount] = name;
    visible[visibleCount + pendingCount] = declaredCount;
    declaredCount++;
  }

  void showLocals(int count) {
    for (int i = 0; i < count; i++) {
      localStarts[visible[visibleCount]] = codeLength;
      visibleCount++;
    }
  }

  void hideLocals(int remaining) {
    while (visibleCount > remaining) {
      visibleCount--;
      localEnds[visible[visibleCount]] = codeLength;
    }
  }

  /** The last variable shows up in texts of errors from here on only. */
  void restartLastLocal() {
    localStarts[visible[visibleCount - 1]] = codeLength;
  }

  /** Finds a variable: a local one of this function or one around it, else a global one. */
  void findVariable(LuaString name, Operand result) {
    if (!findLocal(name, result, true)) {
      result.set(Operand.Kind.GLOBAL, constant(name));
    }
  }

  private boolean findLocal(LuaString name, Operand result, boolean isOwn) {
    for (int register = visibleCount - 1; register >= 0; register--) {
      if (localNames[visible[register]].equals(name)) {
        result.set(Operand.Kind.LOCAL, register);
        if (!isOwn) {
          markCaptured(register);
        }
        return true;
      }
    }
    if (outer == null || !outer.findLocal(name, result, false)) {
      return false;
    }
    int source = result.kind == Operand.Kind.LOCAL ? result.info : -1 - result.info;
    result.set(Operand.Kind.UPVALUE, upvalue(name, source));
    return true;
  }

  private void markCaptured(int register) {
    Block declaring = block;
    while (declaring.localCount > register) {
      declaring = declaring.outer;
    }
    declaring.isCaptured = true;
  }

  private int upvalue(LuaString name, int source) {
    for (int i = 0; i < upvalueCount; i++) {
      if (upvalueSources[i] == source) {
        return i;
      }
    }
    checkLimit(upvalueCount + 1, MAX_UPVALUES, "upvalues");
    if (upvalueCount == upvalueSources.length) {
      upvalueSources = Arrays.copyOf(upvalueSources, 2 * upvalueCount);
      upvalueNames = Arrays.copyOf(upvalueNames, 2 * upvalueCount);
    }
    upvalueSources[upvalueCount] = source;
    upvalueNames[upvalueCount] = name;
    return upvalueCount++;
  }

  // Blocks

  void enterBlock(boolean isLoop) {
    block = new Block(block, visibleCount, isLoop);
  }

  void leaveBlock() {
    Block left = block;
    block = left.outer;
    hideLocals(left.localCount);
    if (left.isCaptured) {
      emit(Opcode.CLOSE, left.localCount, 0, 0);
    }
    freeRegister = visibleCount;
    patchToHere(left.breaks);
  }

  // Constants

  int constant(LuaString string) {
    return constant(string, string, 0);
  }

  private int constant(double number) {
    // 0 and -0 are one constant, whichever comes first: so it is in PUC Lua
    return constant(
        number == 0 ? Double.valueOf(0) : Double.valueOf(number), LuaType.NUMBER, number);
  }

  private int constant(Object key, Object reference, double number) {
    Integer known = constantPlaces.get(key);
    if (known != null) {
      return known;
    }
    if (constantCount == constants.length) {
      lua.charge(24L * constantCount);
      constants = Arrays.copyOf(constants, 2 * constantCount);
      constantNumbers = Arrays.copyOf(constantNumbers, 2 * constantCount);
    }
    constants[constantCount] = reference;
    constantNumbers[constantCount] = number;
    constantPlaces.put(key, constantCount);
    return constantCount++;
  }

  /** Stands for nil among the keys of constants. */
  private static final Object NIL_KEY = new Object();

  int addInner(Prototype function) {
    inner = Arrays.copyOf(inner, inner.length + 1);
    inner[inner.length - 1] = function;
    return inner.length - 1;
  }

  // Instructions

  int emit(int operation, int a, int b, int c) {
    patch(pendingHere, codeLength, NO_REGISTER, codeLength);
    pendingHere = NO_JUMP;
    if (codeLength == code.length) {
      lua.charge(24L * codeLength);
      code = Arrays.copyOf(code, 2 * codeLength);
      lines = Arrays.copyOf(lines, 2 * codeLength);
    }
    code[codeLength] = Opcode.instruction(operation, a, b, c);
    lines[codeLength] = lexer.lastLine;
    return codeLength++;
  }

  /** Says that the last instruction belongs to another line. */
  void setLine(int line) {
    lines[codeLength - 1] = line;
  }

  void setB(int place, int b) {
    code[place] = Opcode.withB(code[place], b);
  }

  void setC(int place, int c) {
    code[place] = Opcode.withC(code[place], c);
  }

  void setOperation(int place, int operation) {
    code[place] = Opcode.withOperation(code[place], operation);
  }

  void emitReturn(int first, int count) {
    emit(Opcode.RETURN, first, count + 1, 0);
  }

  void emitNil(int from, int count) {
    if (codeLength > lastTarget && codeLength > 0) {
      long previous = code[codeLength - 1];
      if (Opcode.operation(previous) == Opcode.LOAD_NIL) {
        int previousFrom = Opcode.a(previous);
        int previousTo = Opcode.b(previous);
        if (previousFrom <= from && from <= previousTo + 1) {
          setB(codeLength - 1, Math.max(previousTo, from + count - 1));
          return;
        }
      }
    }
    emit(Opcode.LOAD_NIL, from, from + count - 1, 0);
  }

  int emitConstant(int register, double number) {
    return emit(Opcode.LOAD_CONSTANT, register, 0, constant(number));
  }

  /** Puts elements that wait in registers after a table's into it. */
  void emitSetList(int table, int elementCount, int waiting) {
    int offset = (elementCount - 1) / FIELDS_PER_FLUSH * FIELDS_PER_FLUSH;
    emit(Opcode.SET_LIST, table, waiting == ALL ? 0 : waiting, offset);
    freeRegister = table + 1;
  }

  // Jumps

  int jump() {
    int waiting = pendingHere;
    pendingHere = NO_JUMP;
    int jump = emit(Opcode.JUMP, 0, 0, NO_JUMP);
    return join(jump, waiting);
  }

  private int jumpIf(int operation, int a, int b, int c) {
    emit(operation, a, b, c);
    return jump();
  }

  /** Marks the next instruction as one that is jumped to. */
  int label() {
    lastTarget = codeLength;
    return codeLength;
  }

  private int target(int jump) {
    return Opcode.c(code[jump]);
  }

  private void setTarget(int jump, int target) {
    setC(jump, target - (jump + 1));
  }

  /** One list of two. */
  int join(int list, int other) {
    if (other == NO_JUMP) {
      return list;
    } else if (list == NO_JUMP) {
      return other;
    }
    int last = list;
    for (int next = target(last); next != NO_JUMP; next = target(last)) {
      last = next;
    }
    setC(last, other);
    return list;
  }

  void patchTo(int list, int place) {
    if (place == codeLength) {
      patchToHere(list);
    } else {
      patch(list, place, NO_REGISTER, place);
    }
  }

  void patchToHere(int list) {
    label();
    pendingHere = join(pendingHere, list);
  }

  /**
   * Gives the jumps of a list their targets.
   *
   * @param withValue for those that bring the value of their condition into the register
   * @param without for all others
   */
  private void patch(int list, int withValue, int register, int without) {
    int jump = list;
    while (jump != NO_JUMP) {
      int next = target(jump);
      setTarget(jump, keepValue(jump, register) ? withValue : without);
      jump = next;
    }
  }

  /** The instruction that decides about a jump, or the jump if none does. */
  private int condition(int jump) {
    boolean conditional = jump > 0 && Opcode.isCondition(Opcode.operation(code[jump - 1]));
    return conditional ? jump - 1 : jump;
  }

  /** Says where the value of a condition goes; false if the jump brings none. */
  private boolean keepValue(int jump, int register) {
    int place = condition(jump);
    long instruction = code[place];
    if (Opcode.operation(instruction) != Opcode.TEST_SET) {
      return false;
    }
    int source = Opcode.b(instruction);
    code[place] =
        register != NO_REGISTER && register != source
            ? Opcode.withA(instruction, register)
            : Opcode.instruction(Opcode.TEST, source, 0, Opcode.c(instruction));
    return true;
  }

  /** Whether one of the jumps brings no value, so that true or false must be loaded. */
  private boolean lacksValue(int list) {
    for (int jump = list; jump != NO_JUMP; jump = target(jump)) {
      if (Opcode.operation(code[condition(jump)]) != Opcode.TEST_SET) {
        return true;
      }
    }
    return false;
  }

  private void dropValues(int list) {
    for (int jump = list; jump != NO_JUMP; jump = target(jump)) {
      keepValue(jump, NO_REGISTER);
    }
  }

  // Registers

  void checkRegisters(int count) {
    int needed = freeRegister + count;
    if (needed > registerCount) {
      if (needed >= MAX_REGISTERS) {
        throw lexer.syntaxError("function or expression too complex");
      }
      registerCount = needed;
    }
  }

  void reserve(int count) {
    checkRegisters(count);
    freeRegister += count;
  }

  private void release(int register) {
    if (register < Opcode.CONSTANT && register >= visibleCount) {
      freeRegister--;
    }
  }

  private void release(Operand operand) {
    if (operand.kind == Operand.Kind.REGISTER) {
      release(operand.info);
    }
  }

  // Operands

  /** Makes a call or "..." give a number of values, or all of them. */
  void setResults(Operand operand, int count) {
    if (operand.kind == Operand.Kind.CALL) {
      setC(operand.info, count + 1);
    } else if (operand.kind == Operand.Kind.VARARG) {
      setB(operand.info, count + 1);
      code[operand.info] = Opcode.withA(code[operand.info], freeRegister);
      reserve(1);
    }
  }

  void setOneResult(Operand operand) {
    if (operand.kind == Operand.Kind.CALL) {
      operand.kind = Operand.Kind.REGISTER;
      operand.info = Opcode.a(code[operand.info]);
    } else if (operand.kind == Operand.Kind.VARARG) {
      setB(operand.info, 2);
      operand.kind = Operand.Kind.ANYWHERE;
    }
  }

  /** Turns what is read from a variable into a value. */
  void discharge(Operand operand) {
    switch (operand.kind) {
      case LOCAL -> operand.kind = Operand.Kind.REGISTER;
      case UPVALUE -> anywhere(operand, emit(Opcode.GET_UPVALUE, 0, operand.info, 0));
      case GLOBAL -> anywhere(operand, emit(Opcode.GET_GLOBAL, 0, 0, operand.info));
      case INDEXED -> {
        release(operand.key);
        release(operand.info);
        anywhere(operand, emit(Opcode.GET_TABLE, 0, operand.info, operand.key));
      }
      case CALL, VARARG -> setOneResult(operand);
      default -> {
        // it is a value
      }
    }
  }

  private static void anywhere(Operand operand, int instruction) {
    operand.kind = Operand.Kind.ANYWHERE;
    operand.info = instruction;
  }

  /** Brings the value itself into a register; jumps out of the expression remain. */
  private void load(Operand operand, int register) {
    discharge(operand);
    switch (operand.kind) {
      case NIL -> emitNil(register, 1);
      case TRUE -> emit(Opcode.LOAD_BOOLEAN, register, 1, 0);
      case FALSE -> emit(Opcode.LOAD_BOOLEAN, register, 0, 0);
      case CONSTANT -> emit(Opcode.LOAD_CONSTANT, register, 0, operand.info);
      case NUMBER -> emitConstant(register, operand.number);
      case ANYWHERE -> code[operand.info] = Opcode.withA(code[operand.info], register);
      case REGISTER -> {
        if (operand.info != register) {
          emit(Opcode.MOVE, register, operand.info, 0);
        }
      }
      default -> {
        return; // a condition has no value of its own
      }
    }
    operand.kind = Operand.Kind.REGISTER;
    operand.info = register;
  }

  private void loadAnywhere(Operand operand) {
    if (operand.kind != Operand.Kind.REGISTER) {
      reserve(1);
      load(operand, freeRegister - 1);
    }
  }

  /** Brings the expression's value into a register, whichever way it is found. */
  private void toRegister(Operand operand, int register) {
    load(operand, register);
    if (operand.kind == Operand.Kind.CONDITION) {
      operand.trueJumps = join(operand.trueJumps, operand.info);
    }
    if (operand.hasJumps()) {
      int loadFalse = NO_JUMP;
      int loadTrue = NO_JUMP;
      if (lacksValue(operand.trueJumps) || lacksValue(operand.falseJumps)) {
        int around = operand.kind == Operand.Kind.CONDITION ? NO_JUMP : jump();
        label();
        loadFalse = emit(Opcode.LOAD_BOOLEAN, register, 0, 1);
        label();
        loadTrue = emit(Opcode.LOAD_BOOLEAN, register, 1, 0);
        patchToHere(around);
      }
      int end = label();
      patch(operand.falseJumps, end, register, loadFalse);
      patch(operand.trueJumps, end, register, loadTrue);
    }
    operand.set(Operand.Kind.REGISTER, register);
  }

  void toNextRegister(Operand operand) {
    discharge(operand);
    release(operand);
    reserve(1);
    toRegister(operand, freeRegister - 1);
  }

  int toAnyRegister(Operand operand) {
    discharge(operand);
    if (operand.kind == Operand.Kind.REGISTER) {
      if (!operand.hasJumps()) {
        return operand.info;
      } else if (operand.info >= visibleCount) {
        toRegister(operand, operand.info);
        return operand.info;
      }
    }
    toNextRegister(operand);
    return operand.info;
  }

  void toValue(Operand operand) {
    if (operand.hasJumps()) {
      toAnyRegister(operand);
    } else {
      discharge(operand);
    }
  }

  /** A register or a constant that an instruction can name. */
  int toOperand(Operand operand) {
    toValue(operand);
    int constant =
        switch (operand.kind) {
          case CONSTANT -> operand.info;
          case NUMBER, NIL, TRUE, FALSE ->
              constantCount <= Opcode.MAX_CONSTANT_OPERAND ? constant(operand) : NO_CONSTANT;
          default -> NO_CONSTANT;
        };
    if (constant > Opcode.MAX_CONSTANT_OPERAND) {
      return toAnyRegister(operand);
    }
    operand.kind = Operand.Kind.CONSTANT;
    operand.info = constant;
    return Opcode.CONSTANT + constant;
  }

  private static final int NO_CONSTANT = Integer.MAX_VALUE;

  private int constant(Operand operand) {
    return switch (operand.kind) {
      case NUMBER -> constant(operand.number);
      case NIL -> constant(NIL_KEY, null, 0);
      case TRUE -> constant(true, true, 0);
      default -> constant(false, false, 0);
    };
  }

  void store(Operand variable, Operand value) {
    switch (variable.kind) {
      case LOCAL -> {
        release(value);
        toRegister(value, variable.info);
        return;
      }
      case UPVALUE -> emit(Opcode.SET_UPVALUE, toAnyRegister(value), variable.info, 0);
      case GLOBAL -> emit(Opcode.SET_GLOBAL, toAnyRegister(value), 0, variable.info);
      default -> emit(Opcode.SET_TABLE, variable.info, variable.key, toOperand(value));
    }
    release(value);
  }

  void emitSelf(Operand object, Operand key) {
    toAnyRegister(object);
    release(object);
    int register = freeRegister;
    reserve(2);
    emit(Opcode.SELF, register, object.info, toOperand(key));
    release(key);
    object.info = register;
    object.kind = Operand.Kind.REGISTER;
  }

  void index(Operand table, Operand key) {
    table.key = toOperand(key);
    table.kind = Operand.Kind.INDEXED;
  }

  // Conditions

  private void invert(Operand operand) {
    int place = condition(operand.info);
    code[place] = Opcode.withA(code[place], Opcode.a(code[place]) ^ 1);
  }

  private int jumpIfTruth(Operand operand, boolean truth) {
    if (operand.kind == Operand.Kind.ANYWHERE) {
      long instruction = code[operand.info];
      if (Opcode.operation(instruction) == Opcode.NOT) {
        codeLength--;
        return jumpIf(Opcode.TEST, Opcode.b(instruction), 0, truth ? 0 : 1);
      }
    }
    loadAnywhere(operand);
    release(operand);
    return jumpIf(Opcode.TEST_SET, NO_REGISTER, operand.info, truth ? 1 : 0);
  }

  /** Goes on if the expression is true, else jumps by {@code falseJumps}. */
  void goOnIfTrue(Operand operand) {
    discharge(operand);
    int jump =
        switch (operand.kind) {
          case CONSTANT, NUMBER, TRUE -> NO_JUMP;
          case CONDITION -> {
            invert(operand);
            yield operand.info;
          }
          default -> jumpIfTruth(operand, false);
        };
    operand.falseJumps = join(operand.falseJumps, jump);
    patchToHere(operand.trueJumps);
    operand.trueJumps = NO_JUMP;
  }

  /** Goes on if the expression is false, else jumps by {@code trueJumps}. */
  void goOnIfFalse(Operand operand) {
    discharge(operand);
    int jump =
        switch (operand.kind) {
          case NIL, FALSE -> NO_JUMP;
          case CONDITION -> operand.info;
          default -> jumpIfTruth(operand, true);
        };
    operand.trueJumps = join(operand.trueJumps, jump);
    patchToHere(operand.falseJumps);
    operand.falseJumps = NO_JUMP;
  }

  void emitNot(Operand operand) {
    discharge(operand);
    switch (operand.kind) {
      case NIL, FALSE -> operand.kind = Operand.Kind.TRUE;
      case CONSTANT, NUMBER, TRUE -> operand.kind = Operand.Kind.FALSE;
      case CONDITION -> invert(operand);
      default -> {
        loadAnywhere(operand);
        release(operand);
        anywhere(operand, emit(Opcode.NOT, 0, operand.info, 0));
      }
    }
    int trueJumps = operand.trueJumps;
    operand.trueJumps = operand.falseJumps;
    operand.falseJumps = trueJumps;
    dropValues(operand.falseJumps);
    dropValues(operand.trueJumps);
  }

  void emitCompare(int operation, boolean expected, Operand left, Operand right) {
    int first = toOperand(left);
    int second = toOperand(right);
    release(right);
    release(left);
    int jump;
    if (!expected && operation != Opcode.EQUAL) {
      jump = jumpIf(operation, 1, second, first);
    } else {
      jump = jumpIf(operation, expected ? 1 : 0, first, second);
    }
    left.kind = Operand.Kind.CONDITION;
    left.info = jump;
  }

  // Calculations

  void emitArithmetic(int operation, Operand left, Operand right) {
    if (fold(operation, left, right)) {
      return;
    }
    boolean isUnary = operation == Opcode.NEGATE || operation == Opcode.LENGTH;
    int second = isUnary ? 0 : toOperand(right);
    int first = toOperand(left);
    if (first > second) {
      release(left);
      release(right);
    } else {
      release(right);
      release(left);
    }
    anywhere(left, emit(operation, 0, first, second));
  }

  /** Calculates what is known now, unless the result would be no number. */
  private static boolean fold(int operation, Operand left, Operand right) {
    if (!left.isNumeral() || !right.isNumeral()) {
      return false;
    }
    double first = left.number;
    double second = right.number;
    boolean divides = operation == Opcode.DIVIDE || operation == Opcode.REMAINDER;
    if (divides && second == 0) {
      return false;
    }
    double result =
        switch (operation) {
          case Opcode.ADD -> first + second;
          case Opcode.SUBTRACT -> first - second;
          case Opcode.MULTIPLY -> first * second;
          case Opcode.DIVIDE -> first / second;
          case Opcode.REMAINDER -> Arithmetic.remainder(first, second);
          case Opcode.POWER -> Arithmetic.power(first, second);
          case Opcode.NEGATE -> -first;
          default -> Double.NaN;
        };
    if (Double.isNaN(result)) {
      return false;
    }
    left.number = result;
    return true;
  }

  void emitConcatenate(Operand left, Operand right) {
    toValue(right);
    if (right.kind == Operand.Kind.ANYWHERE
        && Opcode.operation(code[right.info]) == Opcode.CONCATENATE) {
      // a .. (b .. c) is one instruction
      release(left);
      setB(right.info, left.info);
      anywhere(left, right.info);
    } else {
      toNextRegister(right);
      emitArithmetic(Opcode.CONCATENATE, left, right);
    }
  }
}
