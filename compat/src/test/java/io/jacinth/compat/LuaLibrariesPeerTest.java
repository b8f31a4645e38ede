package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.fail;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.BaseLibrary;
import io.jacinth.lua.CoroutineLibrary;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.Table;
import io.jacinth.lua.library.Libraries;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random calls of the Lua libraries, evaluated by Redis with EVAL and by our engine: all results
 * and texts of errors are equal.
 *
 * <p>{@code -Djacinth.lua.expressions} says how many of each kind, {@code -Djacinth.lua.seed}
 * which.
 */
final class LuaLibrariesPeerTest {
  private static final int EXPRESSIONS = Integer.getInteger("jacinth.lua.expressions", 3000);
  private static final long SEED = Long.getLong("jacinth.lua.seed", 42);
  private static final int BATCH = 100;
  private static final int SHOWN_DIFFERENCES = 25;
  private static final long BUDGET_BYTES = 1L << 28;

  /** Evaluates each of ARGV, and shows what came of it. */
  private static final String DRIVER =
      """
      local function show(v, depth)
        if type(v) == 'string' then return string.format('%q', v) end
        if type(v) == 'number' then return string.format(DIGITS, v) end
        if type(v) ~= 'table' then
          return (type(v) == 'function' or type(v) == 'userdata') and type(v) or tostring(v)
        end
        if depth > 30 then return '...' end
        local t = {}
        for k, x in pairs(v) do
          -- their order is that of addresses
          if type(k) == 'table' then return '{with a table as a key}' end
          t[#t + 1] = show(k, depth + 1) .. '=' .. show(x, depth + 1)
        end
        return '{' .. table.concat(t, ',') .. '}#' .. #v
      end
      local helpers = {
        gmatches = function(s, p)
          local r = {}
          for a, b, c in string.gmatch(s, p) do r[#r + 1] = {a, b, c} end
          return r
        end,
        changed = function(f, t, ...) return t, f(t, ...) end,
        traced = function(f, t)
          local r = {}
          return r, f(t, function(k, v) r[#r + 1] = k; r[#r + 1] = v; if v == 25 then return k end end)
        end,
        sorted = function(t, order)
          local seen = {}
          local orders = {
            function(a, b) seen[#seen + 1] = a; seen[#seen + 1] = b; return a < b end,
            function(a, b) seen[#seen + 1] = a; seen[#seen + 1] = b; return a > b end,
            function(a, b) seen[#seen + 1] = a; return true end,
            function(a, b) seen[#seen + 1] = a; return a % 7 < b % 7 end,
          }
          local ok, e = pcall(table.sort, t, orders[order])
          return t, seen, ok, e
        end,
      }
      local results = {}
      for i, text in ipairs(ARGV) do
        local f, e = loadstring('local gmatches, changed, traced, sorted = ... return ' .. text, '=e')
        if not f then
          results[i] = 'compile: ' .. e
        else
          local r = {pcall(f, helpers.gmatches, helpers.changed, helpers.traced, helpers.sorted)}
          local n = table.maxn(r)
          for j = 1, n do r[j] = show(r[j], 0) end
          results[i] = table.concat(r, ' ')
        end
      end
      return results
      """;

  private static Peer redis;
  private static RespConnection connection;

  @BeforeAll
  static void start() {
    redis = Peer.redis();
    connection = new RespConnection(redis.port(), 2);
  }

  @AfterAll
  static void stop() {
    if (connection != null) {
      connection.close();
    }
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void numbers() {
    compare("'%.17g'", RandomLuaExpressions::numbers);
  }

  @Test
  void strings() {
    compare("'%.17g'", RandomLuaExpressions::strings);
  }

  @Test
  void patterns() {
    compare("'%.17g'", RandomLuaExpressions::patterns);
  }

  @Test
  void formats() {
    compare("'%.17g'", RandomLuaExpressions::formats);
  }

  @Test
  void tables() {
    compare("'%.17g'", RandomLuaExpressions::tables);
  }

  /** The last digits of logarithms and arcs are not always those of C. */
  @Test
  void mathematics() {
    compare("'%.11g'", RandomLuaExpressions::mathematics);
  }

  @Test
  void bits() {
    compare("'%.17g'", RandomLuaExpressions::bits);
  }

  @Test
  void json() {
    compare("'%.17g'", RandomLuaExpressions::json);
  }

  @Test
  void messages() {
    compare("'%.17g'", RandomLuaExpressions::messages);
  }

  @Test
  void structs() {
    compare("'%.17g'", RandomLuaExpressions::structs);
  }

  /** What each library has, in the order in which pairs shows it. */
  @Test
  void contents() {
    List<String> expressions = new ArrayList<>();
    for (String library :
        List.of(
            "string", "table", "math", "os", "bit", "struct", "cjson", "cmsgpack", "cjson.new()")) {
      expressions.add(library);
    }
    expressions.add("string.gfind == string.gmatch, math.mod == math.fmod");
    expressions.add("getmetatable('')");
    expressions.add("pcall(setmetatable, 'x', {})");
    compare("'%.17g'", expressions, new ArrayList<>(), engine());
  }

  private static void compare(String digits, Function<RandomLuaExpressions, String> kind) {
    RandomLuaExpressions random = new RandomLuaExpressions(new Random(SEED));
    List<String> differences = new ArrayList<>();
    Lua lua = engine();
    int left = EXPRESSIONS;
    while (left > 0) {
      List<String> expressions = new ArrayList<>();
      for (int i = 0; i < Math.min(left, BATCH); i++) {
        expressions.add(kind.apply(random));
      }
      compare(digits, expressions, differences, lua);
      left -= BATCH;
    }
    report(differences);
    connection.call("SCRIPT", "FLUSH");
  }

  private static void report(List<String> differences) {
    if (!differences.isEmpty()) {
      fail(
          differences.size()
              + " differ, seed "
              + SEED
              + ":\n"
              + String.join(
                  "\n", differences.subList(0, Math.min(differences.size(), SHOWN_DIFFERENCES))));
    }
  }

  private static void compare(
      String digits, List<String> expressions, List<String> differences, Lua lua) {
    String script = DRIVER.replace("DIGITS", digits);
    List<String> words = new ArrayList<>(List.of("EVAL", script, "0"));
    words.addAll(expressions);
    Object theirs = connection.call(words.toArray(String[]::new));
    List<String> ours = evaluate(lua, script, expressions);
    if (!(theirs instanceof List<?> list)) {
      fail("the peer replied " + theirs);
      return;
    }
    for (int i = 0; i < ours.size(); i++) {
      if (!ours.get(i).equals(list.get(i))) {
        differences.add(
            "  "
                + expressions.get(i)
                + "\n    theirs "
                + list.get(i)
                + "\n    ours   "
                + ours.get(i));
      }
    }
    if (ours.size() != list.size()) {
      fail(ours.size() + " results, not " + list.size() + ": " + ours);
    }
  }

  private static Lua engine() {
    Lua lua = new Lua(BUDGET_BYTES);
    BaseLibrary.install(lua);
    CoroutineLibrary.install(lua);
    Libraries.install(lua);
    return lua;
  }

  private static List<String> evaluate(Lua lua, String script, List<String> expressions) {
    Table arguments = new Table(lua);
    for (int i = 0; i < expressions.size(); i++) {
      arguments.put(i + 1, LuaString.of(expressions.get(i)), 0);
    }
    lua.globals().put("ARGV", arguments);
    List<String> results = new ArrayList<>();
    try {
      Arguments host = lua.host();
      host.pushReference(
          lua.load(script.getBytes(StandardCharsets.ISO_8859_1), LuaString.of("@user_script")));
      host.invoke(0, 1);
      Table table = (Table) host.reference(host.top());
      for (int i = 1; i <= table.length(); i++) {
        results.add(table.get(i).toString());
      }
    } catch (LuaError e) {
      results.add(LuaType.nameOf(e.reference()) + ": " + e.getMessage());
    } finally {
      lua.clear();
    }
    return results;
  }
}
