package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.compat.RespConnection.Failure;
import io.jacinth.compat.RespConnection.Status;
import io.jacinth.embedded.Jacinth;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scripts that want to do harm, on a server: each ends with an error of its own, or by SCRIPT KILL,
 * and others are told BUSY while it runs. What they took of the heap comes back.
 *
 * <p>{@code -Djacinth.hostile.kill.millis} says how long after SCRIPT KILL a script may run: much
 * more by default than the 50 ms of an idle machine, as tests run beside each other. {@code
 * -Djacinth.hostile.report=true} prints how each one ended.
 */
final class HostileScriptsTest {
  private static final int MAX_KILL_MILLIS =
      Integer.getInteger("jacinth.hostile.kill.millis", 2000);
  private static final boolean REPORTS = Boolean.getBoolean("jacinth.hostile.report");

  /** A script that is still at work after this is killed: some end by themselves before. */
  private static final int PATIENCE_MILLIS = 1000;

  private static final int BUSY_MILLIS = 50;
  private static final int LIMIT_SECONDS = 30;

  /** What the heap may hold more after all of it, on several threads. */
  private static final long MAX_LEFT_BYTES = 16 << 20;

  private static final List<String> SCRIPTS =
      List.of(
          // loops
          "while true do end",
          "repeat until false",
          "for i = 1, math.huge do end",
          "while true do pcall(function() while true do end end) end",
          "while true do pcall(error) end",
          "local function f() return f() end f()",
          "while true do redis.call('get', 'x') end",
          "while true do redis.pcall('nosuch') end",
          "while true do redis.sha1hex(string.rep('x', 100000)) end",
          "local function f() return pcall(f) end while true do f() end",
          // errors that are caught and raised again
          "local function f() local ok, e = pcall(error, {}) error(e) end while true do pcall(f)"
              + " end",
          "local function again(e) while true do local ok, x = pcall(error, e) e = x end end"
              + " xpcall(function() error({}) end, again)",
          "xpcall(function() while true do end end, function(e) while true do end end)",
          "local function f(e) error(e) end xpcall(f, function(e) xpcall(f, f) error(e) end)"
              + " while true do xpcall(f, f) end",
          // coroutines
          "local c = coroutine.wrap(function() while true do end end) while true do c() end",
          "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
          "local c = coroutine.wrap(function() while true do coroutine.yield() end end)"
              + " while true do c() end",
          "local function f() pcall(coroutine.wrap(f)) end while true do f() end",
          "local function f(n) return pcall(coroutine.wrap(function() if n == 0 then while true do"
              + " end end f(n - 1) end)) end f(20)",
          "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
          // patterns
          "local s = string.rep('a', 50000) while true do string.find(s, '.-.-.-.-b') end",
          "string.find(string.rep('a', 40), string.rep('a*', 40) .. 'b')",
          "string.find(string.rep('(', 1000000), '%b()')",
          "while true do string.gsub(string.rep('x', 1000), 'x', function(c) return c end) end",
          "string.gsub(string.rep('x', 1000), '', function() while true do end end)",
          "for w in string.gmatch(string.rep('a', 10000000), '.-b') do end error('no match')",
          "while true do string.gsub(string.rep('x', 1000000), '.', {x = 'y'}) end",
          "return #string.gsub(string.rep('x', 1e6), 'x', string.rep('y', 10000))",
          // sort, with comparators of every kind
          "table.sort({1, 2, 3, 4}, function() while true do end end)",
          "local t = {} for i = 1, 100000 do t[i] = i end"
              + " while true do table.sort(t, function(a, b) return a > b end) end",
          "local t = {} for i = 1, 1000 do t[i] = i % 7 end"
              + " table.sort(t, function() return true end) error('sorted')",
          "local t = {} for i = 1, 1000 do t[i] = i end"
              + " table.sort(t, function(a, b) t[a] = nil return a < b end) error('sorted')",
          "table.sort({1, 'x', {}, 2, 3}) error('sorted')",
          // deep recursion
          "local function f() return 1 + f() end return f()",
          "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x",
          "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) return t[1]",
          "local t = {} for i = 1, 100000 do t = setmetatable({}, {__index = t}) end return t.x .."
              + " 1",
          "local m = {} m.__index = function(t, k) return setmetatable({}, m)[k] end"
              + " return setmetatable({}, m).x",
          "local t = setmetatable({}, {__concat = function(a, b) return a .. b end}) return t .. t",
          "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end})"
              + " return tostring(t)",
          "local t = setmetatable({}, {}) getmetatable(t).__call = t return t()",
          "local t = setmetatable({}, {__newindex = function(t, k, v) t[k] = v end}) t.x = 1",
          "local t = setmetatable({}, {__lt = function(a, b) return a < b end})"
              + " table.sort({t, t, t})",
          "local function f(...) return f(1, ...) end f()",
          // tables and strings
          "local t = {} while true do t[#t + 1] = string.rep('x', 100000) .. #t end",
          "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
          "local t = {} for i = 1, 1e9 do t = {t} end",
          "local s = 'x' while true do s = s .. s end",
          "return string.rep('x', 1e10)",
          "return string.rep(string.rep('x', 1e6), 1e6)",
          "return ('x'):rep(1e8):rep(1e8)",
          "local t = {} for i = 1, 1e6 do t[i] = string.rep('x', 1000) end"
              + " while true do t[#t + 1] = table.concat(t) end",
          "local t = {} for i = 1, 1000 do t[i] = 'x' end"
              + " return #table.concat(t, string.rep('y', 1e7))",
          "return unpack({}, 1, 1e9)",
          "return unpack({}, -2147483648, 2147483647)",
          "while true do local t = {unpack({}, 1, 7000)} end",
          "return string.format('%99999d', 1)",
          "local t = {} while true do t[#t + 1] = string.format(string.rep('%99s', 1000), 1) end",
          "local s = string.rep('x', 1e7) while true do s = string.format('%s%s', s, s) end",
          "return {string.byte(string.rep('x', 1e7), 1, -1)}",
          // the parser
          "error(loadstring('return ' .. string.rep('(', 1e6)) or 'nested')",
          "error(loadstring('return ' .. string.rep('{', 1e6)) or 'nested')",
          "error(loadstring('return ' .. string.rep('-', 1e6) .. '1') or 'nested')",
          "error(loadstring('return ' .. string.rep('a..', 1e6) .. 'a') or 'nested')",
          "error(loadstring(string.rep('do ', 1e6)) or 'nested')",
          "error(loadstring(string.rep('local a ', 1e6)) or 'nested')",
          "error(loadstring(string.rep('a = function() ', 1e6)) or 'nested')",
          "while true do loadstring(string.rep('x = 1 ', 1e5)) end",
          "while true do loadstring('return {' .. string.rep('1,', 1e6) .. '}')() end",
          // cjson, cmsgpack, struct, bit
          "local t = {} for i = 1, 1e6 do t = {t} end return cjson.encode(t)",
          "local a = {} a[1] = a return cjson.encode(a)",
          "local a = {} a[1] = a while true do cmsgpack.pack(a) end",
          "return cjson.decode(string.rep('[', 1e7))",
          "return cmsgpack.unpack(string.rep('\\145', 1e7))",
          "cjson.decode_max_depth(1e9) return cjson.decode(string.rep('[', 1e7))",
          "local t = {} for i = 1, 25 do t = {t, t} end while true do cjson.encode(t) end",
          "local t = {} for i = 1, 25 do t = {t, t} end while true do cmsgpack.pack(t) end",
          "local s = '[' .. string.rep('1,', 1e6) .. '1]' while true do cjson.decode(s) end",
          "return struct.pack(string.rep('x', 1e9), 1)",
          "return struct.unpack(string.rep('i1', 1e6), string.rep('x', 1e6))");

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theyEndWithAnErrorAndLeaveNothing(int threads) throws Exception {
    try (Jacinth server =
            Jacinth.builder()
                .port(0)
                .set("io-threads", Integer.toString(threads))
                .set("busy-reply-threshold", Integer.toString(BUSY_MILLIS))
                .start();
        RespConnection client = new RespConnection(server.port(), 2);
        RespConnection other = new RespConnection(server.port(), 2)) {
      client.call("EVAL", "return pcall(cjson.decode, string.rep('[', 100))", "0");
      long before = heapBytes();
      for (String script : SCRIPTS) {
        run(client, other, script);
      }
      assertEquals(new Status("OK"), client.call("SCRIPT", "FLUSH"));
      long left = heapBytes() - before;
      if (REPORTS) {
        System.out.printf("%d threads: %d bytes more on the heap%n", threads, left);
      }
      assertTrue(left < MAX_LEFT_BYTES, left + " bytes are still in use");
    }
  }

  private static void run(RespConnection client, RespConnection other, String script)
      throws Exception {
    long startNanos = System.nanoTime();
    client.send("EVAL", script, "0");
    CompletableFuture<Object> ending = CompletableFuture.supplyAsync(client::read);
    Object reply = null;
    boolean isBusy = false;
    while (reply == null && millisSince(startNanos) < PATIENCE_MILLIS) {
      if (other.call("GET", "x") instanceof Failure failure) {
        assertTrue(failure.text().startsWith("BUSY "), failure.text());
        isBusy = true;
      }
      reply = await(ending, 5);
    }
    if (reply == null && !isBusy) {
      // The last GET may have waited for the end of the script, as long as that was copying.
      reply = await(ending, (int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
      assertTrue(reply != null, "nobody was told of " + script);
    }
    long killNanos = System.nanoTime();
    if (reply == null) {
      Object killed = other.call("SCRIPT", "KILL");
      if (!new Status("OK").equals(killed)) {
        // it has ended just now
        assertTrue(((Failure) killed).text().startsWith("NOTBUSY "), killed.toString());
      }
      reply = await(ending, (int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
      long millis = millisSince(killNanos);
      assertTrue(reply != null, script + " still runs");
      assertTrue(millis <= MAX_KILL_MILLIS, script + " ended after " + millis + " ms");
    }
    Failure failure = assertInstanceOf(Failure.class, reply, script);
    if (REPORTS) {
      System.out.printf(
          "%5d ms, after KILL %7.1f: %.60s: %.60s%n",
          millisSince(startNanos),
          failure.text().contains("killed") ? (System.nanoTime() - killNanos) / 1e6 : 0,
          script,
          failure.text());
    }
    assertEquals(new Status("PONG"), other.call("PING"), script);
    assertEquals(1L, client.call("EVAL", "return 1", "0"), script);
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  /** A reply, or null if there is none in time. */
  private static Object await(CompletableFuture<Object> reply, int millis) throws Exception {
    try {
      return reply.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return null;
    }
  }

  private static long heapBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
