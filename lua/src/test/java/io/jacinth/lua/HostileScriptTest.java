package io.jacinth.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts that want to do harm: they end with an error, or when told to, and nothing remains. */
@Timeout(60)
final class HostileScriptTest {
  /** As small as the stack of any thread that might run scripts. */
  private static final int STACK_BYTES = 1 << 20;

  private static final int RUN_MILLIS = 100;

  /** Much more than the 50 ms of an idle machine: tests run beside each other. */
  private static final int STOP_LIMIT_MILLIS = 5000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while true do end",
        "repeat until false",
        "for i = 1, math.huge do end",
        "for i = 1, 0, 0 do end",
        "local x = 0 while true do pcall(function() while true do x = x + 1 end end) end",
        "while true do pcall(error) end",
        "local function f() return f() end f()",
        "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
        "local f = coroutine.wrap(function() while true do coroutine.yield() end end) while true do"
            + " f() end",
        "while true do xpcall(function() while true do end end, function() while true do end end)"
            + " end",
        "local t = setmetatable({}, {__index = function() while true do end end}) return t.x",
        "local t = setmetatable({}, {__add = function() return 1 end}) while true do local x = t +"
            + " t end",
        "string.find(string.rep('a', 40), string.rep('a?', 40) .. string.rep('a', 41) .. 'b')",
        "while true do string.find(string.rep('a', 5000), '.-.-.-.-b') end",
        "string.gsub(string.rep('x', 100), 'x', function() while true do end end)",
        "table.sort({1, 2, 3, 4, 5}, function() while true do end end)",
        "local t = {} for i = 1, 1000 do t[i] = i end while true do table.sort(t, function(a, b)"
            + " return a > b end) end",
        "while true do local t = {} for i = 1, 100 do t[i] = {} end end",
        "local s = '' while true do s = string.rep('x', 100000) .. '' end",
        "for k in next, setmetatable({}, {}) do end while true do for k, v in pairs({1, 2, 3}) do"
            + " end end",
        "while true do loadstring('return 1') end",
        "while true do tostring(setmetatable({}, {__tostring = function() return 'x' end})) end",
        "local function f(...) return f(1, ...) end f()",
        "while true do local t = {string.byte(string.rep('x', 1000), 1, -1)} end",
        "local function f() return pcall(f) and f() end f() error('deep')",
        "while true do cjson.encode({1, 2, {3}}) end",
      })
  void aScriptThatDoesNotEndCanBeStopped(String source) throws InterruptedException {
    Lua lua = Scripts.newState(Scripts.MEMORY_BYTES);
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread thread = start(lua, source, outcome);
    Thread.sleep(RUN_MILLIS);
    long stopped = System.nanoTime();
    lua.stop();
    thread.join(STOP_LIMIT_MILLIS);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stopped);
    assertTrue(!thread.isAlive(), () -> "still runs after " + STOP_LIMIT_MILLIS + " ms");
    assertTrue(millis < STOP_LIMIT_MILLIS, () -> millis + " ms");
    if (!"error: not enough memory".equals(outcome.get())) {
      assertInstanceOf(ScriptStopped.class, outcome.get());
    }
    lua.clearStop();
    lua.clear();
    assertEquals("42", Scripts.run(lua, "return 42"), "the state can be used again");
  }

  private static Thread start(Lua lua, String source, AtomicReference<Object> outcome) {
    Runnable run =
        () -> {
          try {
            outcome.set(Scripts.run(lua, source));
          } catch (Throwable thrown) {
            outcome.set(thrown);
          }
        };
    Thread thread = new Thread(null, run, "script", STACK_BYTES);
    thread.start();
    return thread;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local s = 'x' while true do s = s .. s end",
        "return string.rep('x', 1e9)",
        "return string.rep(string.rep('x', 1e6), 1e6)",
        "local t = {} for i = 1, 1e9 do t[i] = i end",
        "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
        "local t = {} for i = 1, 1e9 do t = {t} end",
        "local t = {} for i = 1, 1e9 do t[i] = function() return t end end",
        "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(function() end) end",
        "local t = {} while true do t[#t + 1] = string.rep('x', 1e5) end",
        "return string.gsub(string.rep('x', 1e6), 'x', string.rep('y', 1000))",
        "local t = {} for i = 1, 1e5 do t[i] = string.rep('x', 1e4) end return #table.concat(t)",
        "return ('x'):rep(1e8):rep(1e8)",
        "error(loadstring('return ' .. string.rep('{', 1e7)) or 'too deep')",
        "return #loadstring('return {' .. string.rep('1,', 1e7) .. '}')()",
        "local s = string.rep('a', 1e7) return {s:byte(1, -1)}",
        "return string.format(string.rep('%99s', 1e6), 'x')",
        "local s = '\"' for i = 1, 30 do s = s .. s end return cjson.encode(s)",
      })
  void aBombEndsWithAnError(String source) throws InterruptedException {
    endsWithAnError(source);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local function f() return 1 + f() end return f()",
        "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x",
        "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) return t[1]",
        "local t = setmetatable({}, {__concat = function(a, b) return a .. b end}) return t .. t",
        "local t = setmetatable({}, {__eq = function(a, b) return a == b end}) local u ="
            + " setmetatable({}, getmetatable(t)) return t == u",
        "local t = setmetatable({}, {}) getmetatable(t).__call = t return t()",
        "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) return"
            + " tostring(t)",
        "local function f() coroutine.wrap(f)() end f()",
        "return unpack({}, 0, 2147483647)",
        "return unpack({}, -2147483648, 2147483647)",
        "return unpack({}, 1, 1e6)",
        "return select(-1)",
        "return string.rep('x', -1):rep(1e9) .. nil",
        "local s = string.rep('(', 300) return string.find(s, s)",
        "return string.find(string.rep('a', 300000), string.rep('(', 33))",
        "return string.format('%1000d', 1)",
        "error(loadstring(string.rep('(', 1000))  or 'too many levels')",
        "error(loadstring('return ' .. string.rep('-', 100000) .. '1') or 'x')",
        "error(loadstring('return ' .. string.rep('a..', 100000) .. 'a') or 'x')",
        "error(loadstring('local a = ' .. string.rep('function() ', 1000)) or 'x')",
        "error(loadstring(string.rep('local a ', 300)) or 'x')",
        "error(loadstring('return ' .. string.rep('{', 1000)) or 'x')",
        "local t = {} for i = 1, 20000 do t = {t} end return cjson.encode(t)",
        "return cjson.decode(string.rep('[', 100000))",
        "local a = {} a[1] = a return cjson.encode(a)",
        "return coroutine.wrap(function() return pcall(pcall, coroutine.yield) and error('x')"
            + " end)() or error('y')",
        "table.sort({1, 2, 3, 'x', {}})",
        "table.sort({3, 2, 1, 5, 4, 7, 6}, function(a, b) return true end) error('invalid order')",
        "string.gsub('x', 'x', string.rep('%1', 10) .. '%9')",
        "setmetatable(_G, {__index = function(t, k) return t[k .. 'x'] end}) return nothing",
      })
  void deepRecursionEndsWithAnError(String source) throws InterruptedException {
    endsWithAnError(source);
  }

  private static void endsWithAnError(String source) throws InterruptedException {
    Lua lua = Scripts.newState(Scripts.MEMORY_BYTES);
    AtomicReference<Object> outcome = new AtomicReference<>();
    Thread thread = start(lua, source, outcome);
    thread.join(TimeUnit.SECONDS.toMillis(30));
    boolean ended = !thread.isAlive();
    lua.stop();
    thread.join();
    assertTrue(ended, "does not end");
    String text = assertInstanceOf(String.class, outcome.get());
    assertTrue(text.startsWith("error: "), text.substring(0, Math.min(100, text.length())));
    lua.clearStop();
    assertEquals("42", Scripts.run(lua, "return 42"), "the state can be used again");
  }

  @Test
  void thirtyScriptsDeepPcallsDoNotSwallowTheStop() {
    Lua lua = Scripts.newState(Scripts.MEMORY_BYTES);
    String source =
        "local function f(n) if n == 0 then while true do end end pcall(f, n - 1) end f(30)";
    Closure closure = lua.load(source.getBytes(StandardCharsets.ISO_8859_1), LuaString.of("@test"));
    lua.setWatch(lua::stop);
    lua.host().pushReference(closure);
    try {
      lua.host().tryInvoke(0, 0, null);
    } catch (ScriptStopped stopped) {
      assertEquals(0, lua.nativeDepth);
      return;
    }
    throw new AssertionError("not stopped");
  }
}
