package io.jacinth.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of the calls in small chunks. */
final class HostCallsTest {
  private static final HostCalls.Globals GLOBALS =
      new HostCalls.Globals(
          Set.of(LuaString.of("host")),
          Set.of(LuaString.of("call")),
          LuaString.of("IN"),
          Set.of(LuaString.of("type"), LuaString.of("pcall"), LuaString.of("setmetatable")));

  /** The calls of a chunk in the order in which they are found first; what is wrong, if any is. */
  private static String calls(String source) {
    Prototype chunk = new Lua(1 << 28).compile(LuaString.of(source).bytes(), LuaString.of("=test"));
    List<String> calls = new ArrayList<>();
    boolean known =
        HostCalls.arePermitted(
            chunk,
            GLOBALS,
            call -> {
              StringBuilder text = new StringBuilder();
              for (int i = 0; i < call.count(); i++) {
                text.append(text.isEmpty() ? "" : " ");
                if (call.string(i) != null) {
                  text.append(call.string(i));
                } else if (!Double.isNaN(call.number(i))) {
                  text.append((int) call.number(i));
                } else {
                  text.append(call.isInput(i) ? "IN" : "?");
                }
              }
              if (call.isOpen()) {
                text.append(call.isInput(call.count()) ? " IN*" : " ?*");
              }
              if (!calls.contains(text.toString())) {
                calls.add(text.toString());
              }
              return true;
            });
    return known ? String.join(", ", calls) : "unknown";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // what is called with
        "host.call('get', IN[1]) | get IN",
        "host['call']('get', IN[1], 7, IN, x) | unknown",
        "return host.call('get', IN[1], 7, {}) | get IN 7 ?",
        "local i = 1 return host.call('get', IN[i], IN[#IN - 1]) | get IN IN",
        "host.call() | ``",
        "host.call('get', IN[1] .. 'x') | get ?",
        "host.call('get', type(1)) | get ?*",
        "host.call('get', (type(1))) | get ?",
        "local f = function(...) host.call('get', ...) end | get ?*",
        "host.call('del', unpack(IN)) | del IN*",
        "host.call('del', 'x', unpack(IN, 2, #IN)) | del x IN*",
        "local a, b = unpack(IN) host.call('get', b, a) | get IN IN",
        "host.other('get', 'x') | ``",
        "host.call('set', IN[1], host.call('get', IN[2])) | get IN, set IN ?*",
        // variables
        "local call = host.call local x = IN[1] call('get', x) call('set', x) | get IN, set IN",
        "local h = host local c = h.call local name = 'call' c('a', IN[1]) h[name]('b') | a IN, b",
        "local keys = IN host.call('get', keys[1]) return #keys | get IN",
        "local k = IN[1] if k then k = 'x' end host.call('get', k) | get ?",
        "local k if type(1) then k = IN[1] else k = IN[2] end host.call('get', k) | get IN",
        "local k = type(1) and IN[1] or IN[2] host.call('get', k) | get IN",
        "local c if type(1) then c = host.call else c = type end c('get', 'x') | unknown",
        "local c = type(1) and host.call c('get') | unknown",
        "local k = 'a' for i = 1, 9 do host.call('get', k) k = IN[i] end | get a, get ?",
        "for i = 1, #IN do host.call('get', IN[i]) end | get IN",
        "for i, k in ipairs(IN) do host.call('get', k, i) end | get IN ?",
        "for i, k in pairs(IN) do host.call('get', k, i) end | get IN ?",
        "for i, k in pairs({}) do host.call('get', k, i) end | get ? ?",
        "for i, k in ipairs(IN) do k = 'x' host.call('get', k) end | get x",
        "while type(1) do local c = host.call c('get', IN[1]) end | get IN",
        "repeat local k = IN[1] until host.call('get', k) | get IN",
        // functions inside
        "local k = IN[1] local function f(x) return host.call('get', k, x) end f(1) | get IN ?",
        "local c = host.call local f = function() return c('get', IN[1]) end | get IN",
        "local c = host.call local function f() local g = function() c('a') end end | a",
        "local function f(n) host.call('get', n) if n then f(n) end end | get ?",
        "local function f(n) if n then f(n) end end f = host.call f('x') | unknown",
        "local k = IN[1] local function f() k = 'x' end host.call('get', k) | get ?",
        "local k = IN[1] local g = function() host.call('get', k) end local f = function() k = 'x'"
            + " end f() g() | get ?",
        "local k = IN[1] local f = function() k = 'x' end local g = function() host.call('get', k)"
            + " end f() g() | get ?",
        "local k = IN[1] local f = function() k = 'x' host.call('get', k) end | get ?",
        "local k = IN[1] local f = function() host.call('get', k) end k = 'x' f() | get ?",
        "local c local f = function() c('get', 'x') end c = host.call f() | unknown",
        "local c = host.call local f = function() c('get', 'x') end c = type f() | unknown",
        "local c local f = function() c = host.call end | unknown",
        "local f = function() return host.call end f()('get', 'x') | unknown",
        "for i, k in ipairs(IN) do local f = function() host.call('get', k) end f() end | get IN",
        "do local k = IN[1] local f = function() return k end end local k = host.call k('a') | a",
        // what gets out of sight
        "local t = {host.call} t[1]('get', 'x') | unknown",
        "local t = {} t.c = host.call | unknown",
        "local t = {} t[host] = 1 | unknown",
        "return pcall(host.call, 'get', 'x') | unknown",
        "return type(host) | unknown",
        "return type(IN) | unknown",
        "IN[1] = 'x' | unknown",
        "host.call = 1 | unknown",
        "host:call('x') | unknown",
        "local f = type(1) host[f]('get') | unknown",
        "IN = {} | unknown",
        "x = 1 | unknown",
        "return x | unknown",
        "return getfenv().host | unknown",
        "setmetatable(IN, {}) | unknown",
        "local t = setmetatable({}, {}) return t + IN | unknown",
        "local t = setmetatable({}, {}) return t .. host | unknown",
        "local t = setmetatable({}, {}) return t == host | unknown",
        "local t = setmetatable({}, {}) return t[IN] | unknown",
        "for i = 1, 2 do local c = pairs(IN) end | unknown",
        "local next, t = pairs(IN) | unknown",
        "for k in type, IN do end | unknown",
        "return unpack(host) | unknown",
        "return unpack({}, IN) | unknown",
        "local f = function(...) return ... end return f(host) | unknown",
        "return host.call | ``",
        "return IN | ``",
      })
  void callsAreKnown(String source, String expected) {
    assertEquals(expected, calls(source));
  }

  @ParameterizedTest
  @CsvSource({"100, get IN", "50000, unknown"})
  void nobodyLooksForLong(int statements, String expected) {
    assertEquals(expected, calls("host.call('get', IN[1]) ".repeat(statements)));
  }
}
