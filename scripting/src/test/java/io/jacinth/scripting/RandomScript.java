package io.jacinth.scripting;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Writes random scripts that call commands: most with keys of KEYS, some with others, over all the
 * detours that Lua knows.
 */
final class RandomScript {
  private static final int MAX_DEPTH = 3;

  private final Random random;
  private final StringBuilder text = new StringBuilder();

  /** The variables that are seen, by block. */
  private final Deque<List<String>> scopes = new ArrayDeque<>();

  private int variables;
  private int depth;

  /** How many of a hundred values take a detour. */
  private final int detours;

  private RandomScript(Random random) {
    this.random = random;
    detours = random.nextInt(40);
  }

  static String next(Random random) {
    RandomScript script = new RandomScript(random);
    script.scopes.push(new ArrayList<>());
    script.statements(3 + random.nextInt(8));
    return script.text.toString();
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String pick(String... of) {
    return of[random.nextInt(of.length)];
  }

  private String variable() {
    List<String> all = new ArrayList<>();
    scopes.forEach(all::addAll);
    return all.isEmpty() ? "KEYS[1]" : all.get(random.nextInt(all.size()));
  }

  private String declare() {
    String name = "v" + variables++;
    scopes.peek().add(name);
    return name;
  }

  private void statements(int count) {
    for (int i = 0; i < count; i++) {
      statement();
    }
  }

  private void block(String begin, String end, String... declared) {
    depth++;
    scopes.push(new ArrayList<>(List.of(declared)));
    text.append(begin).append('\n');
    statements(1 + random.nextInt(3));
    scopes.pop();
    text.append(end).append('\n');
    depth--;
  }

  private void statement() {
    int kind = random.nextInt(depth < MAX_DEPTH ? 26 : 12);
    switch (kind) {
      case 0, 1, 2, 3, 4 -> text.append(call()).append('\n');
      case 5, 6, 7 -> {
        String value = value();
        text.append("local ").append(declare()).append(" = ").append(value).append('\n');
      }
      case 8 -> text.append("local ").append(declare()).append('\n');
      case 9, 10 -> text.append(assigned()).append(" = ").append(value()).append('\n');
      case 11 -> {
        String values = value() + ", " + value();
        text.append("local ").append(declare()).append(", ").append(declare());
        text.append(" = ").append(chance(50) ? values : "unpack(KEYS)").append('\n');
      }
      case 12 ->
          text.append("pcall(function(...) return ")
              .append(variable())
              .append("(...) end, ")
              .append(value())
              .append(", ")
              .append(key())
              .append(")\n");
      case 13 -> text.append("pcall(").append(value()).append(", 'get', ").append(key() + ")\n");
      case 14, 15, 16 -> {
        block("if " + condition() + " then", chance(50) ? "else" : "end");
        if (text.substring(text.length() - 5).equals("else\n")) {
          block("", "end");
        }
      }
      case 17 -> block("for i = 1, 2 do", "end");
      case 18 -> {
        String name = "v" + variables++;
        block("for i, " + name + " in " + pick("ipairs", "pairs") + "(KEYS) do", "end", name);
      }
      case 19 -> {
        String name = "v" + variables++;
        block("for i, " + name + " in pairs({" + value() + ", " + value() + "}) do", "end", name);
      }
      case 20 -> block("do", "end");
      case 21 -> {
        String name = "n" + variables++;
        text.append("local ").append(name).append(" = 0\n");
        block("repeat " + name + " = " + name + " + 1", "until " + name + " > 2");
      }
      case 22, 23 -> function("local function");
      case 24 -> function("local");
      default -> block("pcall(function()", "end)");
    }
  }

  private void function(String how) {
    String name = "v" + variables++;
    String parameter = "v" + variables++;
    boolean isLocal = how.equals("local");
    if (!isLocal) {
      scopes.peek().add(name);
    }
    block(
        how + " " + name + (isLocal ? " = function(" : "(") + parameter + ", ...)",
        chance(50) ? "return " + value() + " end" : "end",
        parameter);
    if (isLocal) {
      scopes.peek().add(name);
    }
    text.append("pcall(").append(name).append(", ").append(value()).append(")\n");
  }

  private String assigned() {
    if (chance(70)) {
      String variable = variable();
      return variable.startsWith("v") ? variable : "local v_";
    }
    return pick("KEYS[1]", "ARGV[1]", variable() + ".x", variable() + "[" + value() + "]");
  }

  private String condition() {
    return pick(variable(), "not " + variable(), "#KEYS > 1", "KEYS[2]", key() + " == 'b'", "nil");
  }

  /** Anything, by which functions and keys take detours. */
  private String value() {
    if (!chance(detours)) {
      return chance(60) ? key() : pick("1", "'x'", variable(), "#KEYS", call());
    }
    return switch (random.nextInt(18)) {
      case 0, 1, 2, 3 -> key();
      case 4, 5 -> variable();
      case 6, 7 -> function();
      case 8 -> pick("redis", "server", "KEYS", "ARGV");
      case 9 -> "#KEYS";
      case 10 -> "{" + key() + ", " + pick(function(), key()) + "}";
      case 11 -> call();
      case 12 -> "(" + variable() + " or " + function() + ")";
      case 13 -> variable() + " and " + key();
      case 14 -> "function(x) return " + pick(function(), key(), call()) + " end";
      case 15 -> pick("_G", "redis.sha1hex", "getfenv()", "loadstring('return redis')()");
      case 16 -> "setmetatable({}, {__index = function(t, k) return k end})";
      default -> pick("1", "'x'", "nil", "true", "'call'");
    };
  }

  private String function() {
    return !chance(detours)
        ? pick("redis.call", "redis.pcall")
        : pick("server.call", "redis['call']", variable(), variable() + ".call", "redis['pcall']");
  }

  private String key() {
    if (!chance(detours)) {
      return pick(
          "KEYS[1]", "KEYS[2]", "KEYS[#KEYS]", "KEYS[1]", chance(30) ? variable() : "KEYS[2]");
    }
    return pick("'other'", "ARGV[1]", "KEYS[1] .. 'x'", variable(), "tostring(KEYS[1])");
  }

  private String call() {
    String words =
        switch (random.nextInt(17)) {
          case 0, 1, 2, 3 -> "'get', " + key();
          case 4, 5 -> "'set', " + key() + ", " + pick("'value'", "#KEYS", key());
          case 6 -> "'del', " + key() + ", " + key();
          case 7 -> "'del', unpack(" + pick("KEYS", variable()) + ")";
          case 8 -> "'rename', " + key() + ", " + key();
          case 9 -> "'zunionstore', " + key() + ", " + pick("1", "'2'", "'1'") + ", " + key();
          case 10 -> "'zunionstore', " + key() + ", 2, " + key() + ", " + key();
          case 11 -> "'object', " + pick("'encoding'", "ARGV[2]") + ", " + key();
          case 12 -> "'mset', " + key() + ", 'a', " + key() + ", 'b'";
          case 13 -> (chance(detours) ? variable() : "'set'") + ", " + key() + ", unpack(ARGV)";
          case 14 -> pick("'time'", "'ping'", "'publish', 'channel', 'message'");
          case 15 -> chance(detours) ? "'dbsize'" : "'get', KEYS[1]";
          default ->
              pick("'bitop', 'not', ", "'bitop', 'or', ", chance(detours) ? "'sort', " : "'del', ")
                  + key()
                  + ", "
                  + key();
        };
    return function() + "(" + words + ")";
  }
}
