package io.jacinth.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small scripts and what they give in PUC Lua 5.1. */
final class InterpreterTest {
  /** Beyond this HotSpot compiles no method. */
  private static final int HUGE_METHOD_BYTES = 8000;

  @Test
  void theLoopIsSmallEnoughToBeCompiled() throws IOException {
    try (InputStream bytes = Interpreter.class.getResourceAsStream("Interpreter.class")) {
      for (MethodModel method : ClassFile.of().parse(bytes.readAllBytes()).methods()) {
        int size = ((CodeAttribute) method.code().orElseThrow()).codeLength();
        assertTrue(size < HUGE_METHOD_BYTES, method.methodName() + " has " + size + " bytes");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // values and operators
        "return 1, 1.5, -0, 1e15, 1e14, 2^53, 0.1 | 1 1.5 -0 1e+15 1e+14 9.007199254741e+15 0.1",
        "return 1/0, -1/0, 7 % 3, -7 % 3, 7 % -3, 5.5 % 2 | inf -inf 1 2 -2 1.5",
        "local z = 0 local n = 0 / z return n, -n, -(-n), n + 1, 1 - -n, z - n | -nan nan -nan -nan"
            + " nan -nan",
        "local z = 0 local n = 0 / z return n ^ 3, n ^ 2, n ^ -3, (-n) ^ 3, n ^ 1.5, 2 ^ n, 2 ^ -n,"
            + " (-8) ^ (1 / 3) | nan -nan nan nan -nan -nan nan -nan",
        "return 2^10, 2^0.5, -2^2, 2^-1, 2^3^2 | 1024 1.4142135623731 -4 0.5 512",
        "return 1 .. 2, 'a' .. 1 .. 'b', 1.5 .. '' | 12 a1b 1.5",
        "return '10' + 5, '0x10' * 2, ' 7 ' - 1, -'2' | 15 32 6 -2",
        "return 1 < 2, 'a' < 'b', 'Z' < 'a', 'a' < 'ab', '\\200' > 'a' | true true true true true",
        "return nil == false, 1 == '1', 'a' == 'a', {} == {} | false false true false",
        "return not nil, not 0, 1 and 2, nil and 2, false or 'x', nil or false | true false 2 nil x"
            + " false",
        "return #'abc', #{1, 2, nil, 4}, #{n = 1}, #{nil}, #{nil, 2} | 3 4 0 0 2",
        "local a, b, c = (function() return 1, 2, 3 end)() return c, b, a | 3 2 1",
        "local t = {(function() return 1, 2 end)(), (function() return 1, 2 end)()} return #t | 3",
        "return ((function() return 1, 2 end)()) | 1",
        "return select('#', nil, nil), select(-1, 1, 2), select(2, 'a', 'b', 'c') | 2 2 b c",
        // statements
        "local s = 0 for i = 10, 1, -3 do s = s + i end return s | 22",
        "local s = 0 for i = 1, 3 do local j = i i = 10 s = s + j end return s | 6",
        "for i = 1, 0 do return 'never' end return 'none' | none",
        // loops that only calculate
        "local x = 0 for i = 1, 100000 do x = x + i end return x | 5000050000",
        "local x for i = 1, 3 do if i > 2 then x = i end end return x | 3",
        "local x for i = 1, 2 do if i > 2 then x = i end end return x | nil",
        "local x = '5' for i = 1, 3 do x = x + i end return x | 11",
        "local x = 1 for i = 1, 3 do local y = i * 2 local z = y - x x = z / 2 end return x |"
            + " 2.125",
        "local n = 0 for i = 1, 4 do for j = 1, i do n = n + j end end return n | 20",
        "local a, b = 0, 1 for i = 1, 10 do a, b = b, a + b end return a | 55",
        "local n = 0 for i = 1, 9 do if i <= 3 then n = n + 1 else n = n - i end end return n |"
            + " -36",
        "local n = 0 for i = 1, 9 do local j = 9 - i if j < i then n = n + j * i end end return n"
            + " | 60",
        "local n = 0 for i = 3, 1 do n = 1 end for i = 0.5, 3 do n = n + i end return n | 4.5",
        "local x = setmetatable({}, {__add = function(a, b) return b end})"
            + " for i = 1, 3 do x = x + i end return x | 6",
        "local x = {} local ok, e = pcall(function() for i = 1, 3 do x = x + i end end) return e"
            + " | test:1: attempt to perform arithmetic on upvalue 'x' (a table value)",
        "local t = {1, 2} t[2], t[3] = t[1] + t[2], 7 return t[1], t[2], t[3], t[4] | 1 3 7 nil",
        "local n = 0 repeat local done = n >= 3 n = n + 1 until done return n | 4",
        "local i = 0 while true do i = i + 1 if i > 5 then break end end return i | 6",
        "local t = {} for k, v in pairs({10, 20, x = 1}) do t[#t + 1] = tostring(k) .. v end return"
            + " table.concat(t, ' ') | 110 220 x1",
        "local a = {} local i = 1 i, a[i] = i + 1, 20 return i, a[1], a[2] | 2 20 nil",
        "local a, b = 1, 2 a, b = b, a return a, b | 2 1",
        // functions
        "local function f(...) return select('#', ...), ... end return f(1, nil) | 2 1 nil",
        "function old(...) return arg.n, arg[1] end return old(7, 8) | 2 7",
        "local function new(...) return arg, ... end return new(7) | nil 7",
        "local f = {} for i = 1, 2 do f[i] = function() i = i + 1 return i end end return f[1](),"
            + " f[1](), f[2]() | 2 3 3",
        "local x = 1 local function g() x = x + 1 return x end local y = g() return x, y, g() | 2 2"
            + " 3",
        "local function loop(n) if n == 0 then return 'end' end return loop(n - 1) end return"
            + " loop(200000) | end",
        "local o = {n = 3} function o:get(k) return self.n + k end return o:get(4) | 7",
        // metatables
        "local m = setmetatable({}, {__index = function(t, k) return k .. '!' end}) return m.a,"
            + " m[1] | a! 1!",
        "local m = setmetatable({}, {__index = {x = 5}}) return m.x, m.y, rawget(m, 'x') | 5 nil"
            + " nil",
        "local m = setmetatable({}, {__call = function(self, a, b) return b, a end}) return m(1, 2)"
            + " | 2 1",
        "local mt = {} mt.__eq = function() return true end return setmetatable({}, mt) =="
            + " setmetatable({}, mt) | true",
        "local mt = {__lt = function() return false end} return setmetatable({}, mt) <="
            + " setmetatable({}, mt) | true",
        "local m = setmetatable({}, {__len = function() return 9 end}) return #m | 0",
        "local m = setmetatable({}, {__tostring = function() return 'T' end, __concat = function(a,"
            + " b) return 'C' end}) return tostring(m), m .. 1, 1 .. m | T C C",
        "return getmetatable(setmetatable({}, {__metatable = 'locked'})) | locked",
        // coroutines
        "local c = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 end)"
            + " return c(1), c(10) | 2 20",
        "local c = coroutine.create(function() error('x') end) local _, m = coroutine.resume(c)"
            + " return m, coroutine.status(c) | test:1: x dead",
        "return coroutine.resume(coroutine.create(function() return pcall(coroutine.yield) end)) |"
            + " true false attempt to yield across metamethod/C-call boundary",
        "local c c = coroutine.create(function() return coroutine.resume(c) end) return"
            + " coroutine.resume(c) | true false cannot resume running coroutine",
        "local c = coroutine.wrap(function(...) local n = 0 while true do n = n + select('#',"
            + " coroutine.yield(n)) end end) c() c(1) return c(1, 2) | 3",
        // errors
        "local t = {} return pcall(function() return t.x.y end) | false test:1: attempt to index"
            + " field 'x' (a nil value)",
        "return pcall(function() local a a() end) | false test:1: attempt to call local 'a' (a nil"
            + " value)",
        "local t = {} return pcall(function() t:nope() end) | false test:1: attempt to call method"
            + " 'nope' (a nil value)",
        "return pcall(function() nope() end) | false test:1: attempt to call global 'nope' (a nil"
            + " value)",
        "return pcall(function() return 1 + {} end) | false test:1: attempt to perform arithmetic"
            + " on a table value",
        "return pcall(function() return {} .. 'x' end) | false test:1: attempt to concatenate a"
            + " table value",
        "return pcall(function() return 1 < 'x' end) | false test:1: attempt to compare number with"
            + " string",
        "return pcall(function() return {} < {} end) | false test:1: attempt to compare two table"
            + " values",
        "local x return pcall(function() return (x or nope)() end) | false test:1: attempt to call"
            + " a nil value",
        "return pcall(string.rep) | false bad argument #1 to '?' (string expected, got no value)",
        "return pcall(function() string.rep() end) | false test:1: bad argument #1 to 'rep' (string"
            + " expected, got no value)",
        "return pcall(function() ('x'):rep({}) end) | false test:1: bad argument #1 to 'rep'"
            + " (number expected, got table)",
        "return pcall(error, {}) == false, pcall(error, 'm', 0) | true false m",
        "return pcall(function() error('m') end) | false test:1: m",
        "return pcall(function() error('m', 2) end) | false m",
        "return xpcall(function() error('m') end, function(e) return 'H ' .. e end) | false H"
            + " test:1: m",
        "return xpcall(function() error('m') end, function(e) error('again') end) | false error in"
            + " error handling",
        "for i = 'x', 2 do end | error: test:1: 'for' initial value must be a number",
        "local t = {} t[nil] = 1 | error: test:1: table index is nil",
        "local t = {} t[0/0] = 1 | error: test:1: table index is NaN",
        // syntax
        "x = = 1 | error: test:1: unexpected symbol near '='",
        "for i = 1 do end | error: test:1: ',' expected near 'do'",
        "if x then | error: test:1: 'end' expected near '<eof>'",
        "return 'abc | error: test:1: unfinished string near '<eof>'",
        "break | error: test:1: no loop to break near '<eof>'",
        "return ... , function() return ... end | error: test:1: cannot use '...' outside a vararg"
            + " function near '...'",
        "x = 3x | error: test:1: malformed number near '3x'",
        "goto done | error: test:1: '=' expected near 'done'",
        "return 0x1p4, 1e2, .5, 3., 0xA | 16 100 0.5 3 10",
        "return '\\065\\n\\'', [[a]], [==[b]]c]==] | `A\n' a b]]c`",
        "--[[ c ]] return 1 --[==[ d ]==] , 2 -- e | 1 2",
        // the base library
        "return tonumber('0x1F'), tonumber('1e1'), tonumber('z', 36), tonumber('8', 8),"
            + " tonumber('') | 31 10 35 nil nil",
        "return tostring(nil), tostring(true), type(print), type(type) | nil true nil function",
        "return next({}), next({5}), rawequal('a', 'a'), rawequal({}, {}) | nil 1 true false",
        "return unpack({1, 2, 3}, 2), unpack({1, 2}, 1, 3) | 2 1 2 nil",
        "return loadstring('return 1 +')  | nil [string \"return 1 +\"]:1: unexpected symbol near"
            + " '<eof>'",
        "local n = 0 local f = load(function() n = n + 1 return ({'return ', '42'})[n] end) return"
            + " f() | 42",
        // a reader function is asked for no more than is needed
        "local n = 0 local f, e = load(function() n = n + 1 return ('*a = 1'):sub(n, n) end) return"
            + " n, e | 2 (load):1: unexpected symbol near '*'",
        "return load(function() return {} end) | nil test:1: reader function must return a string",
        "return load(function() error('boom') end) | nil test:1: boom",
        "return load(function() error() end) | nil nil",
        // and is called inside all that is being parsed
        "local function nest() local sent return function() if not sent then sent = true"
            + " return 'a=' .. ('('):rep(30) end local f, e = load(nest()) error(e, 0) end end"
            + " return select(2, load(nest())) | (load):1: chunk has too many syntax levels",
      })
  void snippets(String source, String expected) {
    assertEquals(expected, Scripts.run(source));
  }

  @Test
  void aFunctionCanHaveManyConstants() {
    StringBuilder source = new StringBuilder("local s = 0\n");
    for (int i = 0; i < 1000; i++) {
      source.append("s = s + ").append(i).append(".5 ; local t = {k").append(i).append(" = 1}\n");
      source.append("s = s + t.k").append(i).append("\n");
      if (i % 100 == 99) {
        source.append("do end\n");
      }
    }
    String limited = source.toString().replace("; local t", "; t");
    assertEquals("501000", Scripts.run(limited + "return s"));
  }

  @Test
  void aVariableOfALoopInACoroutineSurvivesTheGrowthOfRegisters() {
    assertEquals(
        "5050 100",
        Scripts.run(
            """
            local co = coroutine.wrap(function()
              local sum = 0
              local function add(n) sum = sum + n return sum end
              local function deep(n) if n == 0 then return 0 end return deep(n - 1) + 0 end
              for i = 1, 100 do deep(i * 10) add(i) coroutine.yield(sum) end
              return sum
            end)
            local last, n = 0, 0
            for i = 1, 100 do last = co() n = n + 1 end
            return last, n
            """));
  }

  @Test
  void weakTablesForgetWhatNothingElseHolds() {
    assertEquals(
        "2 1 1",
        Scripts.run(
            """
            local function count(t) local n = 0 for _ in pairs(t) do n = n + 1 end return n end
            local kept = {}
            local values = setmetatable({{}, kept, 'text'}, {__mode = 'v'})
            local keys = setmetatable({[{}] = 1, [kept] = 2}, {__mode = 'k'})
            local both = setmetatable({[kept] = {}, [{}] = kept, a = kept}, {__mode = 'kv'})
            collectgarbage()
            return count(values), count(keys), count(both)
            """));
  }

  @Test
  void whatIsUsedGoesBackAfterALargeScript() {
    Lua lua = Scripts.newState(Scripts.MEMORY_BYTES);
    Scripts.run(lua, "collectgarbage()");
    long before = lua.usedBytes();
    assertEquals(
        "error: not enough memory",
        Scripts.run(lua, "local t = {} for i = 1, 1e9 do t[i] = {i} end"));
    lua.collect();
    assertTrue(lua.usedBytes() < before + 100_000, before + " before, " + lua.usedBytes());
  }
}
