package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random program in Lua that ends: its loops are short, its functions call only earlier ones, and
 * {@code tick} counts what is done all the same. It tells what happens by calls of {@code emit}.
 */
final class RandomLuaProgram {
  private static final int MAX_DEPTH = 3;
  private static final int MAX_NAMES = 9;
  private static final int MUTATED_PERCENT = 12;

  private final Random random;
  private final StringBuilder text = new StringBuilder();

  /**
   * The local variables that can be seen, and how many of them are of the function being written.
   */
  private final List<String> names = new ArrayList<>();

  private final List<String> functions = new ArrayList<>();
  private int counter;
  private boolean isVararg;
  private int loops;

  RandomLuaProgram(Random random) {
    this.random = random;
  }

  /** The source of a program. It is called with the functions {@code emit} and {@code tick}. */
  String source() {
    text.append("local emit, tick = ...\nlocal v = 5\n");
    names.add("emit");
    names.add("v");
    isVararg = true;
    declareTables();
    block(0, 6 + random.nextInt(10));
    text.append("emit('end', ").append(anyName()).append(")\n");
    String program = text.toString();
    return chance(MUTATED_PERCENT) ? mutate(program) : program;
  }

  private void declareTables() {
    text.append(
        "local t = {5, 'x', v, a = 1, b = {}, n = 3, foo = function(...) return ... end}\n");
    text.append("local m = setmetatable({}, {").append(metamethods()).append("})\n");
    names.add("t");
    names.add("m");
  }

  private String metamethods() {
    StringBuilder methods = new StringBuilder();
    String[] events = {
      "__index",
      "__newindex",
      "__add",
      "__sub",
      "__mul",
      "__div",
      "__mod",
      "__pow",
      "__unm",
      "__concat",
      "__eq",
      "__lt",
      "__le",
      "__call",
      "__len",
      "__tostring",
      "__metatable"
    };
    for (String event : events) {
      if (chance(45)) {
        methods.append(event).append(" = ").append(handler(event)).append(", ");
      }
    }
    return methods.toString();
  }

  private String handler(String event) {
    return switch (event) {
      case "__index" ->
          pick(
              "function(s, k) return k end",
              "{a = 1, 7, 8}",
              "string",
              "function(s, k) error(k) end");
      case "__newindex" ->
          pick(
              "function(s, k, v) rawset(s, k, v) end",
              "{}",
              "function(s, k, v) emit('set', k, v) end");
      case "__metatable" -> pick("'locked'", "false", "5");
      case "__tostring" -> pick("function() return 'm!' end", "function() return 5 end");
      default ->
          pick(
              "function(a, b) return 'x' end",
              "function(a, b, ...) emit('" + event + "', type(a), type(b), ...) return 7, 8 end",
              "function(a, b) return nil end",
              "function(a, b) return a == b end");
    };
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String anyName() {
    return names.get(random.nextInt(names.size()));
  }

  private String variable() {
    return names.get(1 + random.nextInt(names.size() - 1));
  }

  private String freshName() {
    counter++;
    return pick("a", "b", "c", "d", "x") + (counter % MAX_NAMES);
  }

  // Statements

  private void block(int depth, int statements) {
    int seen = names.size();
    int known = functions.size();
    for (int i = 0; i < statements; i++) {
      if (depth == 0 && chance(60)) {
        text.append("emit(pcall(function()\n");
        body(0, "", false);
        text.append("end))\n");
      } else {
        statement(depth);
      }
    }
    while (names.size() > seen) {
      names.removeLast();
    }
    while (functions.size() > known) {
      functions.removeLast();
    }
  }

  private void line(String statement) {
    text.append(statement).append(pick("\n", "\n", "\n", "; ", "\n\n"));
  }

  private void statement(int depth) {
    switch (random.nextInt(depth >= MAX_DEPTH ? 11 : 22)) {
      case 0, 1 -> local();
      case 2 -> line(variable() + " = " + expression(0));
      case 3 -> line(place() + " = " + expression(0));
      case 4 -> line(place() + ", " + variable() + " = " + expression(0) + ", " + expression(1));
      case 5, 6 -> line("emit(" + list(1 + random.nextInt(3)) + ")");
      case 7 -> line("emit(pcall(function() return " + expression(0) + " end))");
      case 8 -> line("emit(pcall(function() " + place() + " = " + expression(0) + " end))");
      case 9 -> line(library());
      case 10 -> {
        if (loops > 0 && chance(40)) {
          text.append("if ").append(expression(1)).append(" then break end\n");
        } else {
          line("emit('here', " + list(1) + ")");
        }
      }
      case 11, 12 -> condition(depth);
      case 13 -> numericLoop(depth);
      case 14 -> genericLoop(depth);
      case 15 -> whileLoop(depth);
      case 16, 17 -> function(depth);
      case 18 -> protectedBlock(depth);
      case 19 -> coroutine(depth);
      case 20 -> line("emit(" + call() + ")");
      default -> {
        text.append("do\n");
        block(depth + 1, 1 + random.nextInt(3));
        text.append("end\n");
      }
    }
  }

  private void local() {
    int count = 1 + random.nextInt(3);
    List<String> fresh = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fresh.add(freshName());
    }
    String declared = "local " + String.join(", ", fresh);
    line(chance(85) ? declared + " = " + list(1 + random.nextInt(3)) : declared);
    names.addAll(fresh);
  }

  private String place() {
    return switch (random.nextInt(6)) {
      case 0 -> variable();
      case 1 -> indexable() + "." + field();
      case 2 -> "t[" + key() + "]";
      case 3 -> "m." + field();
      case 4 -> indexable() + "[" + key() + "]";
      default -> "t." + field();
    };
  }

  /** A key of a new entry: none whose hash is an address, as the order of pairs follows from it. */
  private String key() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> number();
      case 2 -> string();
      case 3 -> "#t + 1";
      case 4 -> pick("true", "nil", "0/0", "#t");
      default -> "type(" + expression(2) + ")";
    };
  }

  private String field() {
    return pick("a", "b", "c", "n", "x", "foo");
  }

  private void condition(int depth) {
    text.append("if ").append(expression(0)).append(" then\n");
    block(depth + 1, 1 + random.nextInt(3));
    if (chance(30)) {
      text.append("elseif ").append(expression(1)).append(" then\n");
      block(depth + 1, 1);
    }
    if (chance(50)) {
      text.append("else\n");
      block(depth + 1, 1 + random.nextInt(2));
    }
    text.append("end\n");
  }

  private void numericLoop(int depth) {
    String name = freshName();
    String range =
        pick("1, 3", "3, 1, -1", "1, 2, 0.5", "0, -1", "1, 4, 2", "'1', 2", "1, " + expression(2));
    text.append("for ").append(name).append(" = ").append(range).append(" do tick()\n");
    loop(depth, name);
    text.append("end\n");
  }

  private void loop(int depth, String... variables) {
    names.addAll(List.of(variables));
    loops++;
    block(depth + 1, 1 + random.nextInt(3));
    loops--;
    for (int i = 0; i < variables.length; i++) {
      names.removeLast();
    }
  }

  private void genericLoop(int depth) {
    String key = freshName();
    String value = freshName();
    String iterator =
        switch (random.nextInt(6)) {
          case 0 -> "ipairs(" + pick("t", variable(), table(1)) + ")";
          case 1 -> "next, " + pick("t", variable());
          case 2 -> "string.gmatch(" + string() + ", " + pick("'.'", "'%w+'", "'()(.)'") + ")";
          case 3 ->
              "coroutine.wrap(function() for i = 1, 2 do coroutine.yield(i, "
                  + expression(1)
                  + ") end end)";
          default -> "pairs(" + pick("t", variable(), table(1), table(0)) + ")";
        };
    text.append("for " + key + ", " + value + " in " + iterator + " do tick()\n");
    loop(depth, key, value);
    text.append("end\n");
  }

  private void whileLoop(int depth) {
    String name = freshName();
    text.append("local " + name + " = 0\n");
    names.add(name);
    if (chance(50)) {
      text.append("while " + name + " < 3 do tick() " + name + " = " + name + " + 1\n");
      loop(depth);
      text.append("end\n");
    } else {
      text.append("repeat tick() " + name + " = (tonumber(" + name + ") or 0) + 1\n");
      int seen = names.size();
      loops++;
      String inner = freshName();
      text.append("local " + inner + " = " + name + "\n");
      if (chance(30)) {
        text.append("local keep = function() return " + inner + " end\n");
      }
      block(depth + 1, 1);
      loops--;
      text.append(
          "until " + inner + " == nil or not tonumber(" + inner + ") or " + inner + " >= 3\n");
      while (names.size() > seen) {
        names.removeLast();
      }
    }
  }

  private void function(int depth) {
    String name = "f" + counter++;
    boolean vararg = chance(35);
    String parameters = pick("", "p", "p, q", "p, q, r");
    if (vararg) {
      parameters = parameters.isEmpty() ? "..." : parameters + ", ...";
    }
    text.append("local function " + name + "(" + parameters + ") tick()\n");
    body(depth, parameters, vararg);
    text.append("end\n");
    functions.add(name);
    names.add(name);
  }

  private void body(int depth, String parameters, boolean vararg) {
    boolean outerVararg = isVararg;
    int outerLoops = loops;
    int seen = names.size();
    isVararg = vararg;
    loops = 0;
    for (String parameter : parameters.split(", ", -1)) {
      if (!parameter.isEmpty() && !parameter.equals("...")) {
        names.add(parameter);
      }
    }
    if (vararg && chance(25)) {
      line("emit(arg)");
    }
    block(depth + 1, 1 + random.nextInt(3));
    if (chance(70)) {
      line("return " + pick(list(1), list(2), call(), vararg ? "..." : "nil"));
    }
    while (names.size() > seen) {
      names.removeLast();
    }
    isVararg = outerVararg;
    loops = outerLoops;
  }

  private void protectedBlock(int depth) {
    boolean handled = chance(40);
    text.append(handled ? "emit(xpcall(function()\n" : "emit(pcall(function()\n");
    body(depth, "", false);
    text.append(handled ? "end, function(e) return 'handled ' .. tostring(e) end))\n" : "end))\n");
  }

  private void coroutine(int depth) {
    String name = freshName();
    text.append("local " + name + " = coroutine.create(function(p, ...) tick()\n");
    names.add("p");
    boolean outerVararg = isVararg;
    int outerLoops = loops;
    isVararg = true;
    loops = 0;
    line("local q, r = coroutine.yield(" + list(2) + ")");
    block(depth + 1, 1);
    line(pick("emit(q, r)", "error(q)", "return coroutine.yield(r, p)", "return p, q, r"));
    isVararg = outerVararg;
    loops = outerLoops;
    names.removeLast();
    text.append("end)\n");
    names.add(name);
    for (int i = random.nextInt(4); i >= 0; i--) {
      line("emit(coroutine.status(" + name + "), coroutine.resume(" + name + ", " + list(2) + "))");
    }
  }

  private String library() {
    return switch (random.nextInt(14)) {
      case 0 -> "table.insert(t, " + expression(1) + ")";
      case 1 -> "emit(table.remove(t))";
      case 2 -> "emit(pcall(table.concat, t, " + string() + "))";
      case 3 -> "emit(pcall(table.sort, " + pick("t", table(1)) + "))";
      case 4 -> "emit(#t, table.maxn(t), select('#', unpack(t)))";
      case 5 -> "emit(string.format('%s %d %5.2f %q', " + list(4) + "))";
      case 6 ->
          "emit(pcall(string.rep, "
              + expression(1)
              + ", "
              + pick("3", "0", "-1", "'2'", "nil", "v")
              + "))";
      case 7 ->
          "emit(string.gsub("
              + string()
              + ", "
              + pick("'%w'", "'.'", "'(a)(b)'")
              + ", "
              + pick("'%0%0'", "string.upper", "t")
              + "))";
      case 8 ->
          "emit(pcall(rawset, " + pick("t", "m", variable()) + ", " + key() + ", " + list(1) + "))";
      case 9 -> "emit(getmetatable(" + pick("m", variable(), "'x'") + "))";
      case 10 ->
          "emit(pcall(loadstring("
              + pick("'return 1, ...'", "'x ='", "'local a = ... return a.b.c'")
              + ") or error))";
      case 11 -> "emit(select(" + expression(2) + ", " + list(3) + "))";
      case 12 ->
          "emit(pcall(setmetatable, "
              + pick("t", "m", variable())
              + ", "
              + pick("nil", "{}", "getmetatable(m)")
              + "))";
      default -> "emit(tonumber(" + expression(2) + pick(")", ", 16)", ", 36)", ", 2)") + ")";
    };
  }

  // Expressions

  private String list(int count) {
    List<String> expressions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      expressions.add(expression(1));
    }
    if (chance(10)) {
      expressions.add(isVararg ? "..." : call());
    }
    return String.join(", ", expressions);
  }

  private String expression(int depth) {
    if (depth > 3) {
      return atom();
    }
    return switch (random.nextInt(16)) {
      case 0, 1, 2 ->
          numeric(depth + 1) + pick(" + ", " - ", " * ", " / ", " % ", "^") + numeric(depth + 1);
      case 3 -> comparison(depth + 1);
      case 4 -> expression(depth + 1) + " and " + expression(depth + 1);
      case 5 -> expression(depth + 1) + " or " + expression(depth + 1);
      case 6 -> textual(depth + 1) + " .. " + textual(depth + 1);
      case 7 ->
          switch (random.nextInt(4)) {
            case 0 -> "-" + numeric(depth + 1);
            case 1 -> "#" + indexable();
            case 2 -> "- -" + numeric(depth + 1);
            default -> "not " + expression(depth + 1);
          };
      case 8 -> "(" + expression(depth + 1) + ")";
      case 9 -> indexable() + "." + field();
      case 10 -> indexable() + "[" + expression(depth + 1) + "]";
      case 11 -> call();
      case 12 -> depth < 2 ? table(depth + 1) : atom();
      default -> atom();
    };
  }

  /** Mostly a number. */
  private String numeric(int depth) {
    return switch (random.nextInt(9)) {
      case 0, 1, 2 -> number();
      case 3, 4 -> "v";
      case 5 -> "#t";
      case 6 -> "'10'";
      case 7 ->
          depth > 3
              ? "v"
              : "(" + numeric(depth + 1) + pick(" + ", " * ") + numeric(depth + 1) + ")";
      default -> expression(depth + 1);
    };
  }

  /** Mostly a string. */
  private String textual(int depth) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> string();
      case 2 -> " " + number() + " ";
      case 3 -> "v";
      case 4 -> "tostring(" + expression(depth + 1) + ")";
      default -> expression(depth + 1);
    };
  }

  /** Mostly a table. */
  private String indexable() {
    return chance(75) ? pick("t", "t", "m") : variable();
  }

  private String comparison(int depth) {
    String operator = pick(" == ", " ~= ", " < ", " <= ", " > ", " >= ");
    return switch (random.nextInt(4)) {
      case 0 -> numeric(depth + 1) + operator + numeric(depth + 1);
      case 1 -> string() + operator + string();
      case 2 -> expression(depth + 1) + pick(" == ", " ~= ") + expression(depth + 1);
      default -> expression(depth + 1) + operator + expression(depth + 1);
    };
  }

  private String atom() {
    return switch (random.nextInt(12)) {
      case 0 -> pick("nil", "true", "false");
      case 1, 2 -> number();
      case 3, 4 -> string();
      case 5 -> "t";
      case 6 -> "m";
      case 7 -> isVararg ? "(...)" : variable();
      case 8 -> chance(20) ? "nothing" : variable();
      default -> variable();
    };
  }

  private String number() {
    return pick(
        "0",
        "1",
        "2",
        "3",
        "10",
        "1.5",
        "-1",
        "1e3",
        "0x10",
        "2^53",
        "1e15",
        "1e100",
        "0.1",
        "100000000000000",
        "-0",
        "1/0",
        "123456789012",
        "3.0",
        "5e-5",
        ".5");
  }

  private String string() {
    return pick(
        "'a'",
        "'b'",
        "''",
        "'10'",
        "'0x1F'",
        "' 5 '",
        "'abc'",
        "\"x\\n\\0y\"",
        "[[long]]",
        "'1e2'",
        "'hello world'",
        "'\\200'",
        "'foo'",
        "'-3'");
  }

  private String call() {
    return switch (random.nextInt(9)) {
      case 0 -> "tostring(" + pick("5", "nil", "'s'", "m", "1e15") + ")";
      case 1 -> "type(" + expression(2) + ")";
      case 2 ->
          string() + ":" + pick("upper()", "len()", "sub(2)", "rep(2)", "byte(1, -1)", "nothing()");
      case 3 -> "pcall(" + pick("error, " + expression(2), variable() + ", 1") + ")";
      case 4 -> pick("t", variable()) + ":" + pick("foo", field()) + "(" + list(1) + ")";
      case 5 -> "math." + pick("floor", "abs", "sqrt", "max") + "(" + list(1) + ")";
      case 6 -> "select('#', " + list(2) + ")";
      default ->
          functions.isEmpty()
              ? variable() + "(" + list(1) + ")"
              : functions.get(random.nextInt(functions.size())) + "(" + list(2) + ")";
    };
  }

  private String table(int depth) {
    StringBuilder constructor = new StringBuilder("{");
    int fields = random.nextInt(chance(5) ? 60 : 7);
    for (int i = 0; i < fields; i++) {
      constructor.append(
          switch (random.nextInt(6)) {
            case 0 -> field() + " = " + (depth > 2 ? atom() : expression(depth + 1));
            case 1 -> "[" + atomKey() + "] = " + atom();
            case 2 -> "nil";
            default -> depth > 2 ? atom() : expression(depth + 2);
          });
      constructor.append(pick(", ", ", ", "; "));
    }
    return constructor.append("}").toString();
  }

  private String atomKey() {
    return pick(
        number(),
        string(),
        "true",
        String.valueOf(random.nextInt(20)),
        "'k" + random.nextInt(30) + "'");
  }

  // Errors of syntax

  private String mutate(String program) {
    String[] words = program.split("(?<=[^a-zA-Z0-9_])|(?=[^a-zA-Z0-9_])");
    int place = random.nextInt(words.length);
    String other = words[random.nextInt(words.length)];
    switch (random.nextInt(4)) {
      case 0 -> words[place] = "";
      case 1 -> words[place] = other;
      case 2 -> words[place] = words[place] + " " + other;
      default ->
          words[place] =
              pick(
                  "end", ")", "'", "[[", "1x", "@", "\"", "=", "local", "...", "--[[", "\\",
                  "break", "return");
    }
    return String.join("", words);
  }
}
