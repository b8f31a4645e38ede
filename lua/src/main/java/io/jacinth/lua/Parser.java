package io.jacinth.lua;

/** Reads the source of a chunk and has its functions built, in one pass. */
final class Parser {
  private static final LuaString SELF = LuaString.name("self");
  private static final LuaString ARGUMENT_TABLE = LuaString.name("arg");

  /** The binary operators, how strongly they bind on each side, and what they do. */
  private enum Operator {
    ADD(6, 6),
    SUBTRACT(6, 6),
    MULTIPLY(7, 7),
    DIVIDE(7, 7),
    REMAINDER(7, 7),
    POWER(10, 9),
    CONCATENATE(5, 4),
    NOT_EQUAL(3, 3),
    EQUAL(3, 3),
    LESS(3, 3),
    LESS_OR_EQUAL(3, 3),
    GREATER(3, 3),
    GREATER_OR_EQUAL(3, 3),
    AND(2, 2),
    OR(1, 1);

    final int left;
    final int right;

    Operator(int left, int right) {
      this.left = left;
      this.right = right;
    }

    static Operator of(int token) {
      return switch (token) {
        case '+' -> ADD;
        case '-' -> SUBTRACT;
        case '*' -> MULTIPLY;
        case '/' -> DIVIDE;
        case '%' -> REMAINDER;
        case '^' -> POWER;
        case Token.CONCATENATE -> CONCATENATE;
        case Token.NOT_EQUAL -> NOT_EQUAL;
        case Token.EQUAL -> EQUAL;
        case '<' -> LESS;
        case Token.LESS_OR_EQUAL -> LESS_OR_EQUAL;
        case '>' -> GREATER;
        case Token.GREATER_OR_EQUAL -> GREATER_OR_EQUAL;
        case Token.AND -> AND;
        case Token.OR -> OR;
        default -> null;
      };
    }
  }

  private static final int UNARY_PRIORITY = 8;

  private final Lua lua;
  private final Lexer lexer;
  private final String source;
  private FunctionBuilder builder;

  /** How deep statements and expressions are nested, on top of the calls of native functions. */
  private int level;

  private Parser(Lua lua, SourcePieces pieces, LuaString chunkName) {
    this.lua = lua;
    source = ChunkName.inErrors(chunkName);
    level = lua.nativeDepth();
    lexer = new Lexer(lua, () -> nextPiece(pieces), ChunkName.inSyntaxErrors(chunkName));
  }

  /** What is called for a piece is called inside all that is being parsed. */
  private byte[] nextPiece(SourcePieces pieces) {
    lua.poll();
    int nativeDepth = lua.nativeDepth;
    lua.nativeDepth = level;
    try {
      return pieces.next();
    } finally {
      lua.nativeDepth = nativeDepth;
    }
  }

  /**
   * Compiles a chunk.
   *
   * @param chunkName see {@link Lua#load}
   */
  static Prototype parse(Lua lua, SourcePieces pieces, LuaString chunkName) {
    return new Parser(lua, pieces, chunkName).parse();
  }

  private Prototype parse() {
    builder = new FunctionBuilder(lua, lexer, null, 0);
    builder.isVararg = true;
    builder.enterBlock(false);
    lexer.next();
    statements();
    check(Token.END_OF_STREAM);
    return builder.build(source);
  }

  // Tokens

  private boolean accept(int token) {
    if (lexer.token != token) {
      return false;
    }
    lexer.next();
    return true;
  }

  private void check(int token) {
    if (lexer.token != token) {
      throw expected(token);
    }
  }

  private void expect(int token) {
    check(token);
    lexer.next();
  }

  private LuaError expected(int token) {
    return lexer.syntaxError("'" + Token.text(token) + "' expected");
  }

  /** Expects the end of something that began on a line. */
  private void expectEnd(int end, int beginning, int line) {
    if (accept(end)) {
      return;
    } else if (line == lexer.line) {
      throw expected(end);
    }
    throw lexer.syntaxError(
        "'"
            + Token.text(end)
            + "' expected (to close '"
            + Token.text(beginning)
            + "' at line "
            + line
            + ")");
  }

  private LuaString name() {
    check(Token.NAME);
    LuaString name = lexer.string;
    lexer.next();
    return name;
  }

  private void enterLevel() {
    if (++level > Lua.MAX_NATIVE_DEPTH) {
      throw lexer.error("chunk has too many syntax levels");
    }
  }

  private void leaveLevel() {
    level--;
  }

  // Statements

  private boolean isBlockEnd() {
    return switch (lexer.token) {
      case Token.ELSE, Token.ELSEIF, Token.END, Token.UNTIL, Token.END_OF_STREAM -> true;
      default -> false;
    };
  }

  private void statements() {
    enterLevel();
    boolean isLast = false;
    while (!isLast && !isBlockEnd()) {
      isLast = statement();
      accept(';');
      builder.freeRegister = builder.visibleCount;
    }
    leaveLevel();
  }

  private void block() {
    builder.enterBlock(false);
    statements();
    builder.leaveBlock();
  }

  /** Compiles a statement; whether it must be the last one of its block. */
  private boolean statement() {
    int line = lexer.line;
    switch (lexer.token) {
      case Token.IF -> ifStatement(line);
      case Token.WHILE -> whileStatement(line);
      case Token.DO -> {
        lexer.next();
        block();
        expectEnd(Token.END, Token.DO, line);
      }
      case Token.FOR -> forStatement(line);
      case Token.REPEAT -> repeatStatement(line);
      case Token.FUNCTION -> functionStatement(line);
      case Token.LOCAL -> {
        lexer.next();
        if (accept(Token.FUNCTION)) {
          localFunction();
        } else {
          localStatement();
        }
      }
      case Token.RETURN -> {
        returnStatement();
        return true;
      }
      case Token.BREAK -> {
        lexer.next();
        breakStatement();
        return true;
      }
      default -> expressionStatement();
    }
    return false;
  }

  private void ifStatement(int line) {
    int ends = FunctionBuilder.NO_JUMP;
    int otherwise = testThen();
    while (lexer.token == Token.ELSEIF) {
      ends = builder.join(ends, builder.jump());
      builder.patchToHere(otherwise);
      otherwise = testThen();
    }
    if (lexer.token == Token.ELSE) {
      ends = builder.join(ends, builder.jump());
      builder.patchToHere(otherwise);
      lexer.next();
      block();
    } else {
      ends = builder.join(ends, otherwise);
    }
    builder.patchToHere(ends);
    expectEnd(Token.END, Token.IF, line);
  }

  /** "if" or "elseif", a condition, "then" and a block; the jumps taken if it does not hold. */
  private int testThen() {
    lexer.next();
    int otherwise = condition();
    expect(Token.THEN);
    block();
    return otherwise;
  }

  private int condition() {
    Operand operand = new Operand();
    expression(operand);
    if (operand.kind == Operand.Kind.NIL) {
      operand.kind = Operand.Kind.FALSE;
    }
    builder.goOnIfTrue(operand);
    return operand.falseJumps;
  }

  private void whileStatement(int line) {
    lexer.next();
    int start = builder.label();
    int exit = condition();
    builder.enterBlock(true);
    expect(Token.DO);
    block();
    builder.patchTo(builder.jump(), start);
    expectEnd(Token.END, Token.WHILE, line);
    builder.leaveBlock();
    builder.patchToHere(exit);
  }

  private void repeatStatement(int line) {
    int start = builder.label();
    builder.enterBlock(true);
    builder.enterBlock(false);
    lexer.next();
    statements();
    expectEnd(Token.UNTIL, Token.REPEAT, line);
    int again = condition();
    if (builder.block.isCaptured) {
      breakStatement();
      builder.patchToHere(again);
      builder.leaveBlock();
      builder.patchTo(builder.jump(), start);
    } else {
      builder.leaveBlock();
      builder.patchTo(again, start);
    }
    builder.leaveBlock();
  }

  private void breakStatement() {
    FunctionBuilder.Block loop = builder.block;
    boolean isCaptured = false;
    while (loop != null && !loop.isLoop) {
      isCaptured |= loop.isCaptured;
      loop = loop.outer;
    }
    if (loop == null) {
      throw lexer.syntaxError("no loop to break");
    }
    if (isCaptured) {
      builder.emit(Opcode.CLOSE, loop.localCount, 0, 0);
    }
    loop.breaks = builder.join(loop.breaks, builder.jump());
  }

  private void forStatement(int line) {
    builder.enterBlock(true);
    lexer.next();
    LuaString first = name();
    switch (lexer.token) {
      case '=' -> numericFor(first, line);
      case ',', Token.IN -> genericFor(first);
      default -> throw lexer.syntaxError("'=' or 'in' expected");
    }
    expectEnd(Token.END, Token.FOR, line);
    builder.leaveBlock();
  }

  private static final LuaString FOR_INDEX = LuaString.of("(for index)");
  private static final LuaString FOR_LIMIT = LuaString.of("(for limit)");
  private static final LuaString FOR_STEP = LuaString.of("(for step)");
  private static final LuaString FOR_GENERATOR = LuaString.of("(for generator)");
  private static final LuaString FOR_STATE = LuaString.of("(for state)");
  private static final LuaString FOR_CONTROL = LuaString.of("(for control)");

  /** The registers that a loop needs for itself. */
  private static final int FOR_REGISTERS = 3;

  private void numericFor(LuaString variable, int line) {
    int base = builder.freeRegister;
    builder.declareLocal(FOR_INDEX, 0);
    builder.declareLocal(FOR_LIMIT, 1);
    builder.declareLocal(FOR_STEP, 2);
    builder.declareLocal(variable, FOR_REGISTERS);
    expect('=');
    expressionToNextRegister();
    expect(',');
    expressionToNextRegister();
    boolean hasStep = accept(',');
    if (hasStep) {
      expressionToNextRegister();
    } else {
      builder.emitConstant(builder.freeRegister, 1);
      builder.reserve(1);
    }
    forBody(base, line, 1, hasStep ? Loop.BY_STEP : Loop.BY_ONE);
  }

  private void expressionToNextRegister() {
    Operand operand = new Operand();
    expression(operand);
    builder.toNextRegister(operand);
  }

  private void genericFor(LuaString first) {
    int base = builder.freeRegister;
    builder.declareLocal(FOR_GENERATOR, 0);
    builder.declareLocal(FOR_STATE, 1);
    builder.declareLocal(FOR_CONTROL, 2);
    int declared = FOR_REGISTERS;
    builder.declareLocal(first, declared++);
    while (accept(',')) {
      builder.declareLocal(name(), declared++);
    }
    expect(Token.IN);
    int expressionLine = lexer.line;
    Operand operand = new Operand();
    adjust(FOR_REGISTERS, expressions(operand), operand);
    builder.checkRegisters(FOR_REGISTERS);
    forBody(base, expressionLine, declared - FOR_REGISTERS, Loop.GENERIC);
  }

  private enum Loop {
    BY_ONE,
    BY_STEP,
    GENERIC
  }

  private void forBody(int base, int line, int variables, Loop loop) {
    boolean isNumeric = loop != Loop.GENERIC;
    builder.showLocals(FOR_REGISTERS);
    expect(Token.DO);
    int start =
        isNumeric
            ? builder.emit(Opcode.FOR_PREPARE, base, 0, FunctionBuilder.NO_JUMP)
            : builder.jump();
    builder.enterBlock(false);
    builder.showLocals(variables);
    builder.reserve(variables);
    block();
    builder.leaveBlock();
    builder.patchToHere(start);
    int end =
        isNumeric
            ? builder.emit(
                Opcode.FOR_LOOP, base, loop == Loop.BY_ONE ? 1 : 0, FunctionBuilder.NO_JUMP)
            : builder.emit(Opcode.FOR_EACH, base, 0, variables);
    builder.setLine(line);
    builder.patchTo(isNumeric ? end : builder.jump(), start + 1);
  }

  private void functionStatement(int line) {
    lexer.next();
    Operand variable = new Operand();
    builder.findVariable(name(), variable);
    boolean isMethod = false;
    while (lexer.token == '.') {
      field(variable);
    }
    if (lexer.token == ':') {
      isMethod = true;
      field(variable);
    }
    Operand function = new Operand();
    functionBody(function, isMethod, line);
    builder.store(variable, function);
    builder.setLine(line);
  }

  private void localFunction() {
    Operand variable = new Operand();
    builder.declareLocal(name(), 0);
    variable.set(Operand.Kind.LOCAL, builder.freeRegister);
    builder.reserve(1);
    builder.showLocals(1);
    Operand function = new Operand();
    functionBody(function, false, lexer.line);
    builder.store(variable, function);
    builder.restartLastLocal();
  }

  private void localStatement() {
    int variables = 0;
    do {
      builder.declareLocal(name(), variables++);
    } while (accept(','));
    Operand operand = new Operand();
    int count = accept('=') ? expressions(operand) : 0;
    adjust(variables, count, operand);
    builder.showLocals(variables);
  }

  private void returnStatement() {
    lexer.next();
    int first = 0;
    int count = 0;
    if (!isBlockEnd() && lexer.token != ';') {
      Operand operand = new Operand();
      count = expressions(operand);
      if (operand.hasManyValues()) {
        builder.setResults(operand, FunctionBuilder.ALL);
        if (operand.kind == Operand.Kind.CALL && count == 1) {
          builder.setOperation(operand.info, Opcode.TAIL_CALL);
        }
        first = builder.visibleCount;
        count = FunctionBuilder.ALL;
      } else if (count == 1) {
        first = builder.toAnyRegister(operand);
      } else {
        builder.toNextRegister(operand);
        first = builder.visibleCount;
      }
    }
    builder.emitReturn(first, count);
  }

  private void expressionStatement() {
    Target target = new Target(null);
    suffixedExpression(target.variable);
    if (target.variable.kind == Operand.Kind.CALL) {
      builder.setC(target.variable.info, 1);
    } else {
      assignment(target, 1);
    }
  }

  /** A variable on the left side of an assignment, and those before it. */
  private static final class Target {
    final Target previous;
    final Operand variable = new Operand();

    Target(Target previous) {
      this.previous = previous;
    }
  }

  private void assignment(Target last, int count) {
    switch (last.variable.kind) {
      case LOCAL, UPVALUE, GLOBAL, INDEXED -> {
        // something that can be assigned to
      }
      default -> throw lexer.syntaxError("syntax error");
    }
    Operand value = new Operand();
    if (accept(',')) {
      Target next = new Target(last);
      suffixedExpression(next.variable);
      if (next.variable.kind == Operand.Kind.LOCAL) {
        keepIndexed(last, next.variable);
      }
      builder.checkLimit(count, Lua.MAX_NATIVE_DEPTH - level, "variables in assignment");
      assignment(next, count + 1);
    } else {
      expect('=');
      int values = expressions(value);
      if (values == count) {
        builder.setOneResult(value);
        builder.store(last.variable, value);
        return;
      }
      adjust(count, values, value);
      if (values > count) {
        builder.freeRegister -= values - count;
      }
    }
    value.set(Operand.Kind.REGISTER, builder.freeRegister - 1);
    builder.store(last.variable, value);
  }

  /** A local variable is assigned to that a target before uses as table or key: saves a copy. */
  private void keepIndexed(Target targets, Operand local) {
    int copy = builder.freeRegister;
    boolean isNeeded = false;
    for (Target target = targets; target != null; target = target.previous) {
      Operand variable = target.variable;
      if (variable.kind == Operand.Kind.INDEXED) {
        if (variable.info == local.info) {
          isNeeded = true;
          variable.info = copy;
        }
        if (variable.key == local.info) {
          isNeeded = true;
          variable.key = copy;
        }
      }
    }
    if (isNeeded) {
      builder.emit(Opcode.MOVE, copy, local.info, 0);
      builder.reserve(1);
    }
  }

  /** Makes as many values as there are variables; the last expression is given. */
  private void adjust(int variables, int values, Operand last) {
    int missing = variables - values;
    if (last.hasManyValues()) {
      int results = Math.max(missing + 1, 0);
      builder.setResults(last, results);
      if (results > 1) {
        builder.reserve(results - 1);
      }
    } else {
      if (last.kind != Operand.Kind.NONE) {
        builder.toNextRegister(last);
      }
      if (missing > 0) {
        int register = builder.freeRegister;
        builder.reserve(missing);
        builder.emitNil(register, missing);
      }
    }
  }

  // Expressions

  /** A list of expressions, all but the last one in registers; how many. */
  private int expressions(Operand last) {
    int count = 1;
    expression(last);
    while (accept(',')) {
      builder.toNextRegister(last);
      expression(last);
      count++;
    }
    return count;
  }

  private void expression(Operand result) {
    expression(result, 0);
  }

  /** An expression of operators that bind stronger than a limit; the operator after it or null. */
  private Operator expression(Operand result, int limit) {
    enterLevel();
    switch (lexer.token) {
      case Token.NOT, '-', '#' -> {
        int operator = lexer.token;
        lexer.next();
        expression(result, UNARY_PRIORITY);
        prefix(operator, result);
      }
      default -> simpleExpression(result);
    }
    Operator operator = Operator.of(lexer.token);
    while (operator != null && operator.left > limit) {
      lexer.next();
      infix(operator, result);
      Operand right = new Operand();
      Operator next = expression(right, operator.right);
      postfix(operator, result, right);
      operator = next;
    }
    leaveLevel();
    return operator;
  }

  private void prefix(int operator, Operand operand) {
    if (operator == Token.NOT) {
      builder.emitNot(operand);
      return;
    }
    Operand none = new Operand();
    none.kind = Operand.Kind.NUMBER;
    if (operator == '#') {
      builder.toAnyRegister(operand);
      builder.emitArithmetic(Opcode.LENGTH, operand, none);
    } else {
      if (!operand.isNumeral()) {
        builder.toAnyRegister(operand);
      }
      builder.emitArithmetic(Opcode.NEGATE, operand, none);
    }
  }

  /** What happens to the left side before the right one is compiled. */
  private void infix(Operator operator, Operand left) {
    switch (operator) {
      case AND -> builder.goOnIfTrue(left);
      case OR -> builder.goOnIfFalse(left);
      case CONCATENATE -> builder.toNextRegister(left);
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER, POWER -> {
        if (!left.isNumeral()) {
          builder.toOperand(left);
        }
      }
      default -> builder.toOperand(left);
    }
  }

  private void postfix(Operator operator, Operand left, Operand right) {
    switch (operator) {
      case AND -> {
        builder.discharge(right);
        right.falseJumps = builder.join(right.falseJumps, left.falseJumps);
        left.set(right);
      }
      case OR -> {
        builder.discharge(right);
        right.trueJumps = builder.join(right.trueJumps, left.trueJumps);
        left.set(right);
      }
      case CONCATENATE -> builder.emitConcatenate(left, right);
      case ADD -> builder.emitArithmetic(Opcode.ADD, left, right);
      case SUBTRACT -> builder.emitArithmetic(Opcode.SUBTRACT, left, right);
      case MULTIPLY -> builder.emitArithmetic(Opcode.MULTIPLY, left, right);
      case DIVIDE -> builder.emitArithmetic(Opcode.DIVIDE, left, right);
      case REMAINDER -> builder.emitArithmetic(Opcode.REMAINDER, left, right);
      case POWER -> builder.emitArithmetic(Opcode.POWER, left, right);
      case EQUAL -> builder.emitCompare(Opcode.EQUAL, true, left, right);
      case NOT_EQUAL -> builder.emitCompare(Opcode.EQUAL, false, left, right);
      case LESS -> builder.emitCompare(Opcode.LESS, true, left, right);
      case LESS_OR_EQUAL -> builder.emitCompare(Opcode.LESS_OR_EQUAL, true, left, right);
      case GREATER -> builder.emitCompare(Opcode.LESS, false, left, right);
      case GREATER_OR_EQUAL -> builder.emitCompare(Opcode.LESS_OR_EQUAL, false, left, right);
    }
  }

  private void simpleExpression(Operand result) {
    switch (lexer.token) {
      case Token.NUMBER -> {
        result.set(Operand.Kind.NUMBER, 0);
        result.number = lexer.number;
      }
      case Token.STRING -> stringConstant(lexer.string, result);
      case Token.NIL -> result.set(Operand.Kind.NIL, 0);
      case Token.TRUE -> result.set(Operand.Kind.TRUE, 0);
      case Token.FALSE -> result.set(Operand.Kind.FALSE, 0);
      case Token.DOTS -> {
        if (!builder.isVararg) {
          throw lexer.syntaxError("cannot use '...' outside a vararg function");
        }
        builder.needsArgumentTable = false;
        result.set(Operand.Kind.VARARG, builder.emit(Opcode.VARARG, 0, 1, 0));
      }
      case '{' -> {
        tableConstructor(result);
        return;
      }
      case Token.FUNCTION -> {
        lexer.next();
        functionBody(result, false, lexer.line);
        return;
      }
      default -> {
        suffixedExpression(result);
        return;
      }
    }
    lexer.next();
  }

  private void stringConstant(LuaString string, Operand result) {
    result.set(Operand.Kind.CONSTANT, builder.constant(string));
  }

  private void primaryExpression(Operand result) {
    switch (lexer.token) {
      case '(' -> {
        int line = lexer.line;
        lexer.next();
        expression(result);
        expectEnd(')', '(', line);
        builder.discharge(result);
      }
      case Token.NAME -> builder.findVariable(name(), result);
      default -> throw lexer.syntaxError("unexpected symbol");
    }
  }

  /** A variable or an expression in parentheses, and what is indexed and called of it. */
  private void suffixedExpression(Operand result) {
    primaryExpression(result);
    while (true) {
      switch (lexer.token) {
        case '.' -> field(result);
        case '[' -> {
          builder.toAnyRegister(result);
          Operand key = new Operand();
          bracketedKey(key);
          builder.index(result, key);
        }
        case ':' -> {
          lexer.next();
          Operand key = new Operand();
          stringConstant(name(), key);
          builder.emitSelf(result, key);
          arguments(result);
        }
        case '(', Token.STRING, '{' -> {
          builder.toNextRegister(result);
          arguments(result);
        }
        default -> {
          return;
        }
      }
    }
  }

  private void field(Operand table) {
    builder.toAnyRegister(table);
    lexer.next();
    Operand key = new Operand();
    stringConstant(name(), key);
    builder.index(table, key);
  }

  private void bracketedKey(Operand key) {
    lexer.next();
    expression(key);
    builder.toValue(key);
    expect(']');
  }

  private void arguments(Operand function) {
    int line = lexer.line;
    Operand last = new Operand();
    switch (lexer.token) {
      case '(' -> {
        if (line != lexer.lastLine) {
          throw lexer.syntaxError("ambiguous syntax (function call x new statement)");
        }
        lexer.next();
        if (lexer.token != ')') {
          expressions(last);
          builder.setResults(last, FunctionBuilder.ALL);
        }
        expectEnd(')', '(', line);
      }
      case '{' -> tableConstructor(last);
      case Token.STRING -> {
        stringConstant(lexer.string, last);
        lexer.next();
      }
      default -> throw lexer.syntaxError("function arguments expected");
    }
    int base = function.info;
    int count = FunctionBuilder.ALL;
    if (!last.hasManyValues()) {
      if (last.kind != Operand.Kind.NONE) {
        builder.toNextRegister(last);
      }
      count = builder.freeRegister - (base + 1);
    }
    function.set(Operand.Kind.CALL, builder.emit(Opcode.CALL, base, count + 1, 2));
    builder.setLine(line);
    builder.freeRegister = base + 1;
  }

  private void functionBody(Operand result, boolean isMethod, int line) {
    FunctionBuilder outer = builder;
    builder = new FunctionBuilder(lua, lexer, outer, line);
    builder.enterBlock(false);
    expect('(');
    if (isMethod) {
      builder.declareLocal(SELF, 0);
      builder.showLocals(1);
    }
    parameters();
    expect(')');
    statements();
    builder.lastLine = lexer.line;
    expectEnd(Token.END, Token.FUNCTION, line);
    Prototype function = builder.build(source);
    builder = outer;
    result.set(
        Operand.Kind.ANYWHERE, builder.emit(Opcode.CLOSURE, 0, 0, builder.addInner(function)));
  }

  private void parameters() {
    int count = 0;
    if (lexer.token != ')') {
      do {
        switch (lexer.token) {
          case Token.NAME -> builder.declareLocal(name(), count++);
          case Token.DOTS -> {
            lexer.next();
            builder.declareLocal(ARGUMENT_TABLE, count++);
            builder.isVararg = true;
            builder.needsArgumentTable = true;
          }
          default -> throw lexer.syntaxError("<name> or '...' expected");
        }
      } while (!builder.isVararg && accept(','));
    }
    builder.showLocals(count);
    builder.parameterCount = builder.visibleCount - (builder.isVararg ? 1 : 0);
    builder.reserve(builder.visibleCount);
  }

  // Tables

  private void tableConstructor(Operand result) {
    int line = lexer.line;
    int instruction = builder.emit(Opcode.NEW_TABLE, 0, 0, 0);
    result.set(Operand.Kind.ANYWHERE, instruction);
    builder.toNextRegister(result);
    expect('{');
    Operand element = new Operand();
    int elements = 0;
    int waiting = 0;
    int fields = 0;
    while (lexer.token != '}') {
      if (element.kind != Operand.Kind.NONE) {
        builder.toNextRegister(element);
        element.kind = Operand.Kind.NONE;
        if (waiting == FunctionBuilder.FIELDS_PER_FLUSH) {
          builder.emitSetList(result.info, elements, waiting);
          waiting = 0;
        }
      }
      if (lexer.token == '[' || (lexer.token == Token.NAME && lexer.peek() == '=')) {
        keyedField(result.info);
        fields++;
      } else {
        element.set(Operand.Kind.NONE, 0);
        expression(element);
        elements++;
        waiting++;
      }
      if (!accept(',') && !accept(';')) {
        break;
      }
    }
    expectEnd('}', '{', line);
    if (waiting > 0) {
      if (element.hasManyValues()) {
        builder.setResults(element, FunctionBuilder.ALL);
        builder.emitSetList(result.info, elements, FunctionBuilder.ALL);
        elements--;
      } else {
        if (element.kind != Operand.Kind.NONE) {
          builder.toNextRegister(element);
        }
        builder.emitSetList(result.info, elements, waiting);
      }
    }
    builder.setB(instruction, SmallSize.encode(elements));
    builder.setC(instruction, SmallSize.encode(fields));
  }

  private void keyedField(int table) {
    int register = builder.freeRegister;
    Operand key = new Operand();
    if (lexer.token == Token.NAME) {
      stringConstant(name(), key);
    } else {
      bracketedKey(key);
    }
    expect('=');
    int keyOperand = builder.toOperand(key);
    Operand value = new Operand();
    expression(value);
    builder.emit(Opcode.SET_TABLE, table, keyOperand, builder.toOperand(value));
    builder.freeRegister = register;
  }
}
