package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.compat.RespConnection.Failure;
import io.jacinth.compat.RespConnection.Status;
import io.jacinth.embedded.Jacinth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts and functions on a server: beside Redis, and those that do not end. */
final class ScriptsTest {
  private Jacinth server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private void start(int threads) throws Exception {
    server =
        Jacinth.builder()
            .port(0)
            .set("io-threads", Integer.toString(threads))
            .set("busy-reply-threshold", "100")
            .start();
  }

  private RespConnection connect() {
    return new RespConnection(server.port(), 2);
  }

  // ---- beside Redis ----

  private static final String LIBRARY =
      """
      #!lua name=lib
      local n = 0
      redis.register_function('count', function(keys, args) n = n + 1 return n end)
      redis.register_function('put', function(k, a) return redis.call('set', k[1], a[1]) end)
      redis.register_function{function_name='get', description='reads', flags={'no-writes'},
        callback=function(k) return redis.call('get', k[1]) end}
      redis.register_function{function_name='wrong', flags={'no-writes'},
        callback=function(k) return redis.call('del', k[1]) end}
      redis.register_function('missing', function() return foo end)
      redis.register_function('register', function() return redis.register_function('x') end)
      redis.register_function('raise', function() error('boom') end)
      redis.register_function('raiseTable', function() error({err='MY error'}) end)
      """;

  private static final List<String> SCRIPTS =
      List.of(
          "return 1",
          "return -1.9",
          "return 'text'",
          "return {1, {2, 'x'}, false, true, nil, 3}",
          "return {ok='fine'}",
          "return {err='MY bad'}",
          "return {double=3.5}",
          "return {map={a=1}}",
          "return {set={a=true}}",
          "return {big_number='123'}",
          "return {verbatim_string={format='txt', string='hi'}}",
          "return 1/0",
          "return 0/0",
          "return redis.error_reply('noword')",
          "return redis.error_reply()",
          "return redis.status_reply('fine')",
          "return redis.sha1hex('')",
          "return redis.sha1hex()",
          "return foo",
          "foo = 1",
          "local a = {} return a.b.c",
          "error('boom')",
          "error({err='X my'})",
          "error({})",
          "error()",
          "error('boom', 0)",
          "return redis.call('nosuch')",
          "return redis.call()",
          "return redis.call('get')",
          "return redis.call({})",
          "return redis.call('set', 'a', true)",
          "redis.call('set', 'a', 1.5) return redis.call('get', 'a')",
          "redis.call('set', 'a', 1e20) return redis.call('get', 'a')",
          "redis.call('set', 'a', 2^53) return redis.call('get', 'a')",
          "redis.call('set', 'a', 0/0) return redis.call('get', 'a')",
          "return redis.call('lpush', 'a', 'b')",
          "return redis.pcall('lpush', 'a', 'b')",
          "local r = redis.pcall('nosuch') return {type(r), r.err}",
          "local ok, r = pcall(redis.call, 'nosuch') return {tostring(ok), type(r), r}",
          "local ok, r = pcall(error, {foo='x'}) return type(r)",
          "local a = redis.call('time') for i = 1, 300000 do end local b = redis.call('time')"
              + " return a[1] == b[1] and a[2] == b[2]",
          "return redis.call('multi')",
          "return redis.call('eval', 'return 1', 0)",
          "return redis.call('blpop', 'nolist', 0)",
          "return redis.call('client', 'id')",
          "redis.call('hset', 'h', 'f', 1) return redis.call('hgetall', 'h')",
          "redis.setresp(3) return redis.call('hgetall', 'h')",
          "redis.setresp(3) return type(redis.call('hgetall', 'h').map)",
          "redis.setresp(3) return type(redis.call('get', 'nokey'))",
          "redis.setresp(3) return true",
          "redis.setresp(4)",
          "return type(redis.call('get', 'nokey'))",
          "return redis.log('x')",
          "return redis.REDIS_VERSION .. redis.REDIS_VERSION_NUM",
          "return redis.set_repl(9)",
          "return redis.acl_check_cmd('nosuch')",
          "local t = {} for k in pairs(redis) do t[#t+1] = k end table.sort(t) return t",
          "local t = {} for k in pairs(_G) do t[#t+1] = k end table.sort(t) return t",
          "redis.x = 1",
          "string.x = 1",
          "setmetatable(_G, {})",
          "print('x')",
          "x =",
          "return 1 +",
          "#!lua\nreturn foo",
          "#!lua flags=no-writes\nreturn redis.call('set', 'a', 1)",
          "#!lua flags=nope\nreturn 1",
          "#!foo\nreturn 1",
          "#!lua name=x\nreturn 1",
          "#!lua flags=\nreturn 1",
          "#!lua flags=,\nreturn 1",
          "#!lua flags=no-writes,,allow-oom\nreturn 1",
          "#!lua flags=no-writes flags=allow-oom\nreturn redis.call('set', 'a', 1)",
          "#!lua \"flags=no-\\x77rites\"\nreturn redis.call('set', 'a', 1)",
          "#!lua flags='no-writes'\nreturn redis.call('set', 'a', 1)",
          "#!lua flags=\"no-writes\nreturn 1",
          "#!lua ''\nreturn 1",
          "#!\nreturn 1",
          "#! lua\nreturn 1",
          "redis.call('sadd', 's', 'b', 'aa', 'c', 'a') return redis.call('sort', 's', 'by', 'x')",
          "return redis.call('sort', 's', 'by', 'x', 'desc', 'limit', 0, 2)",
          "return redis.call('sort_ro', 's', 'by', 'x', 'get', '#')",
          "local t = {} for k in pairs(redis.pcall('nosuch')) do t[#t+1] = k end"
              + " table.sort(t) return t",
          "#!lua",
          "return {KEYS[1], KEYS[2], ARGV[1], #KEYS, #ARGV}",
          "local t = {} t[1] = 1 t[2] = t return #t",
          // what a reader function does wrong is seen by the handler of errors that is there
          "local f, e = load(function() return {} end) return e",
          "local f, e = load(function() error('boom') end) return {type(e), e.err, e.line}",
          "return {pcall(load, function() error('boom') end)}",
          "return {pcall(load, function() return {} end)}",
          "return select(2, xpcall(function() return select(2, load(error)) end, type))",
          "return {coroutine.wrap(function() return load(coroutine.yield) end)()}",
          "local n = 0 local f, e = load(function() n = n + 1 return ('*a = 1'):sub(n, n) end)"
              + " return {n, e}",
          "local n = 0 local f = load(function() n = n + 1 return 'return ' .. n"
              + " end, 'name') return {n, f}",
          "local function f() f() end f()",
          "redis.call('select', 3) return redis.call('set', 'there', 1)",
          "return redis.call('flushall')");

  private static final String[][] REQUESTS = {
    {"EVAL", "return 1", "x"},
    {"EVAL", "return 1", "-1"},
    {"EVAL", "return 1", "1"},
    {"EVALSHA", "xx", "0"},
    {"EVALSHA", "ffffffffffffffffffffffffffffffffffffffff", "0"},
    {"EVALSHA", "E0E1F9FABFC9D4800C877A703B823AC0578FF8DB", "0"},
    {"EVAL_RO", "return redis.call('set', 'a', 'b')", "0"},
    {"EVAL_RO", "return redis.call('publish', 'a', 'b')", "0"},
    {"EVAL_RO", "return redis.call('pfcount', 'nokey')", "0"},
    {"EVAL_RO", "#!lua\nreturn redis.call('set', 'a', 'b')", "0"},
    {"SCRIPT", "LOAD", "return 7"},
    {"SCRIPT", "LOAD", "return 7 +"},
    {"SCRIPT", "EXISTS", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "x"},
    {"SCRIPT", "FLUSH", "x"},
    {"SCRIPT", "FLUSH", "SYNC"},
    {"SCRIPT", "EXISTS", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"},
    {"SCRIPT", "KILL"},
    {"FUNCTION", "LOAD", "return 1"},
    {"FUNCTION", "LOAD", "#!lua\n"},
    {"FUNCTION", "LOAD", "#!lua name=a-b\n"},
    {"FUNCTION", "LOAD", "#!foo name=x\n"},
    {"FUNCTION", "LOAD", "#!lua name=x foo=y\n"},
    {"FUNCTION", "LOAD", "#!lua name=x NAME=y\n"},
    {"FUNCTION", "LOAD", "#!lua name=\"x\n"},
    {"FUNCTION", "LOAD", "#!lua name=\"x y\"\n"},
    {"FUNCTION", "LOAD", "#! name=x\n"},
    {"FUNCTION", "LOAD", "#!\"lua\" 'name=q'\nredis.register_function('q', function() end)"},
    {"FUNCTION", "LOAD", "#!lua name=x\nreturn 1"},
    {"FUNCTION", "LOAD", "#!lua name=x\nx ="},
    {"FUNCTION", "LOAD", "#!lua name=x\nredis.register_function('f', 'x')"},
    {"FUNCTION", "LOAD", "#!lua name=x\nredis.register_function{function_name='f'}"},
    {"FUNCTION", "LOAD", "#!lua name=x\nredis.call('get', 'x')"},
    {"FUNCTION", "LOAD", "#!lua name=x\nerror('x')"},
    {"FUNCTION", "LOAD", LIBRARY},
    {"FUNCTION", "LOAD", LIBRARY},
    {"FUNCTION", "LOAD", "REPLACE", LIBRARY},
    {"FCALL", "count", "0"},
    {"FCALL", "COUNT", "0"},
    {"FCALL", "nosuch", "0"},
    {"FCALL", "count", "x"},
    {"FCALL", "put", "1", "k", "v"},
    {"FCALL_RO", "get", "1", "k"},
    {"FCALL_RO", "put", "1", "k", "v"},
    {"FCALL", "wrong", "1", "k"},
    {"FCALL", "missing", "0"},
    {"FCALL", "register", "0"},
    {"FCALL", "raise", "0"},
    {"FCALL", "raiseTable", "0"},
    {"FUNCTION", "STATS"},
    {"FUNCTION", "LIST", "LIBRARYNAME", "nosuch"},
    {"FUNCTION", "LIST", "FOO"},
    {"FUNCTION", "KILL"},
    {"FUNCTION", "RESTORE", "x"},
    {"FUNCTION", "DELETE", "nosuch"},
    {"FUNCTION", "DELETE", "lib"},
    {"FUNCTION", "FLUSH"},
    {"FUNCTION", "DUMP"},
  };

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void repliesAreThoseOfRedis(int protocol) throws Exception {
    start(2);
    try (Peer redis = Peer.redis();
        RespConnection theirs = new RespConnection(redis.port(), protocol);
        RespConnection ours = new RespConnection(server.port(), protocol)) {
      for (String script : SCRIPTS) {
        String[] request = {"EVAL", script, "2", "key:1", "key:2", "word"};
        assertEquals(theirs.call(request), ours.call(request), script);
      }
      for (String[] request : REQUESTS) {
        assertEquals(theirs.call(request), ours.call(request), String.join(" ", request));
      }
    }
  }

  /** Nothing that changes the main thread's global variables: in Redis that stays so. */
  private static final List<String> DEPRECATED =
      List.of(
          "local t = {} for k in pairs(_G) do t[#t+1] = k end table.sort(t) return t",
          "return getfenv(0) == _G and getfenv() == _G and getfenv(nil) == _G",
          "return getfenv(next) == _G and getfenv(1.9) == _G and getfenv('1') == _G",
          "return getfenv(5)",
          "return pcall(getfenv, 2)",
          "return getfenv(-1)",
          "getfenv(true)",
          "getfenv({})",
          "setfenv(1, {}) return redis",
          "setfenv(1, {redis=redis}) return redis.call('nosuch')",
          "local f = function() return a end return setfenv(f, {a=7}) == f and f()",
          "local f = setfenv(function() return function() return q end end, {q=4}) return f()()",
          "setfenv(next, {})",
          "setfenv(coroutine.wrap(function() end), {})",
          "setfenv('x', {})",
          "setfenv(1)",
          "setfenv(1, 5)",
          "setfenv(-1, {})",
          "setfenv(7, {})",
          "setfenv(0, nil)",
          "local f = function() return getfenv(2) end return f()",
          "local f = function() return getfenv(2) end local e = f() return e == _G",
          "local f = function() setfenv(2, {x=3}) end f() return x",
          "setfenv(1, {loadstring=loadstring}) return loadstring('return type(redis)')()",
          "local c = coroutine.create(function() setfenv(0, {z=3})"
              + " return loadstring('return z')() + getfenv(0).z end)"
              + " local ok, z = coroutine.resume(c) return z",
          "local c = coroutine.create(function() setfenv(0, {z=3}) return getfenv(1).z end)"
              + " local ok, z = coroutine.resume(c) return z",
          "local e = setmetatable({}, {__index=_G}) setfenv(1, e) x = 5 return x",
          "getfenv(0).foo = 1",
          "getfenv().foo = 1",
          "setmetatable(getfenv(), {})",
          "return type(newproxy()) .. type(newproxy(true)) .. type(getmetatable(newproxy(true)))",
          "return {getmetatable(newproxy()) == nil, getmetatable(newproxy(false)) == nil}",
          "return newproxy(5)",
          "return newproxy({})",
          "return newproxy(newproxy())",
          "return newproxy(cjson.null)",
          "local p = newproxy(true) local q = newproxy(p) return getmetatable(p) =="
              + " getmetatable(q)",
          "local p = newproxy(true) getmetatable(p).__index = function(t, k) return k .. '!' end"
              + " return p.x",
          "local p = newproxy(true) getmetatable(p).__len = function() return 9 end return #p",
          "local p = newproxy(true) getmetatable(p).__tostring = function() return 'x' end"
              + " return tostring(p)",
          "local p = newproxy(true) getmetatable(p).__metatable = 5 return getmetatable(p)",
          "local p = newproxy() return p.x",
          "local p = newproxy() p.x = 1",
          "local p = newproxy() return p + 1",
          "local p = newproxy() return p()",
          "return tostring(newproxy()):sub(1, 12)",
          "return redis.call('set', 'a', newproxy())",
          "return {newproxy(), 1}",
          "return cjson.encode(newproxy())");

  @Test
  void whatLuaHasGivenUpIsThereIfASettingSaysSo() throws Exception {
    server =
        Jacinth.builder()
            .port(0)
            .set("io-threads", "2")
            .set("lua-enable-deprecated-api", "yes")
            .start();
    try (Peer redis = Peer.redis("--lua-enable-deprecated-api", "yes");
        RespConnection theirs = new RespConnection(redis.port(), 2);
        RespConnection ours = connect()) {
      for (String script : DEPRECATED) {
        assertEquals(theirs.call("EVAL", script, "0"), ours.call("EVAL", script, "0"), script);
      }
      String library =
          "#!lua name=lib\nredis.register_function('leave', function() setfenv(1, {}) end)"
              + " redis.register_function('same', function() return getfenv(1) == getfenv(0) end)"
              + " redis.register_function('change', function() getfenv(1).x = 1 end)";
      for (RespConnection each : List.of(theirs, ours)) {
        each.call("FUNCTION", "LOAD", library);
      }
      for (String name : List.of("same", "change", "leave", "leave", "same")) {
        assertEquals(theirs.call("FCALL", name, "0"), ours.call("FCALL", name, "0"), name);
      }
      Object early = ours.call("FUNCTION", "LOAD", "#!lua name=early\ngetfenv(1)");
      assertEquals(theirs.call("FUNCTION", "LOAD", "#!lua name=early\ngetfenv(1)"), early);

      // what a script does to itself or to all is over when it ends
      String spoils = "setfenv(0, {}) setfenv(1, {}) return 1";
      assertEquals(1L, ours.call("EVAL", spoils, "0"));
      assertEquals(1L, ours.call("EVAL", spoils, "0"));
      assertEquals(1L, ours.call("EVAL", "return loadstring('return tonumber(1)')()", "0"));
      String dead =
          "local w = setmetatable({}, {__mode='v'}) w[1] = newproxy(true) w[2] = newproxy()"
              + " local kept = newproxy(true) w[3] = kept collectgarbage()"
              + " return {tostring(w[1]), tostring(w[2]), type(w[3])}";
      assertEquals(List.of("nil", "nil", "userdata"), ours.call("EVAL", dead, "0"));
    }
  }

  /** What CONFIG RESETSTAT has set to 0 and a request has counted since. */
  private static List<String> counted(RespConnection client, String... request) {
    client.call("CONFIG", "RESETSTAT");
    Object reply = client.call(request);
    List<String> lines = new ArrayList<>();
    lines.add(reply.toString());
    for (String section : List.of("commandstats", "errorstats", "stats")) {
      for (String line : client.call("INFO", section).toString().split("\r?\n", -1)) {
        if (line.startsWith("errorstat_")
            || line.startsWith("total_error_replies")
            || (line.startsWith("cmdstat_")
                && !line.startsWith("cmdstat_info")
                && !line.startsWith("cmdstat_config|resetstat"))) {
          lines.add(line.replaceAll("usec=.*call=[0-9.]*,", ""));
        }
      }
    }
    Collections.sort(lines);
    return lines;
  }

  private static final List<String> FAILING =
      List.of(
          "return redis.call('lpush', 'str', 'x')",
          "return redis.pcall('lpush', 'str', 'x')",
          "redis.pcall('lpush', 'str', 'x') return 1",
          "return redis.call('nosuch')",
          "redis.pcall('nosuch') return 1",
          "return redis.call('get')",
          "redis.pcall('get') return 1",
          "redis.pcall('multi') return 1",
          "redis.pcall() return 1",
          "return redis.call()",
          "pcall(redis.call, 'get') return 1",
          "local ok, e = pcall(redis.call, 'lpush', 'str', 'x') error(e)",
          "local ok, e = pcall(redis.call, 'lpush', 'str', 'x') return {err=e}",
          "error('x')",
          "error({err='MY x'})",
          "return {err='MY x'}",
          "return {err='MY x', ignore_error_stats_update=1}",
          "return {1, {err='MY x'}, {err='YOUR y'}}",
          "return {redis.pcall('get'), redis.pcall('get')}",
          "return {{err='MY x'}, redis.pcall('get')}",
          "return foo",
          "return redis.error_reply('A b')",
          "redis.error_reply('A b') return 1",
          "return redis.call('client', 'nosuch')",
          "return redis.call('object')",
          "return redis.call('object', 'encoding')",
          "redis.call('select', 99)",
          "redis.call('config', 'get', 'x')",
          "return 1 +",
          "#!lua\nreturn redis.call('set', 'a')");

  @Test
  void errorsAreCountedAsByRedis() throws Exception {
    start(1);
    try (Peer redis = Peer.redis();
        RespConnection theirs = new RespConnection(redis.port(), 2);
        RespConnection ours = connect()) {
      for (RespConnection each : List.of(theirs, ours)) {
        each.call("SET", "str", "v");
      }
      for (String script : FAILING) {
        for (String command : List.of("EVAL", "EVAL_RO")) {
          assertEquals(counted(theirs, command, script, "0"), counted(ours, command, script, "0"));
        }
      }
      for (RespConnection each : List.of(theirs, ours)) {
        each.call("CONFIG", "SET", "maxmemory", "1");
        each.call("FUNCTION", "LOAD", LIBRARY);
      }
      for (String script :
          List.of(
              "return redis.call('set', 'a', 'b')",
              "redis.pcall('set', 'a', 'b') return 1",
              "#!lua\nreturn 1",
              "#!lua flags=no-writes\nreturn 1",
              "#!lua flags=allow-oom\nreturn redis.call('set', 'a', 'b')")) {
        assertEquals(counted(theirs, "EVAL", script, "0"), counted(ours, "EVAL", script, "0"));
        Object name = ours.call("SCRIPT", "LOAD", script);
        assertEquals(name, theirs.call("SCRIPT", "LOAD", script));
        String sha1 = name.toString();
        assertEquals(counted(theirs, "EVALSHA", sha1, "0"), counted(ours, "EVALSHA", sha1, "0"));
      }
    }
  }

  @Test
  void whatScriptsDeclareHoldsBeforeTheyRun() throws Exception {
    start(2);
    try (RespConnection client = connect();
        RespConnection other = connect()) {
      client.call("FUNCTION", "LOAD", LIBRARY);
      client.call("SET", "k", "v");
      client.call("CLIENT", "PAUSE", "100000", "WRITE");
      assertEquals(1L, client.call("EVAL", "#!lua flags=no-writes\nreturn 1", "0"));
      assertEquals(1L, client.call("EVAL_RO", "return 1", "0"));
      assertEquals("v", client.call("FCALL", "get", "1", "k"));
      other.send("FCALL", "put", "1", "k", "w");
      other.send("EVAL", "return 2", "0");
      other.send("EVAL", "#!lua\nreturn 3", "0");
      other.send("PUBLISH", "a", "b");
      while (client.call("INFO", "clients").toString().contains("\nblocked_clients:0")) {
        Thread.sleep(1);
      }
      assertEquals("v", client.call("GET", "k"));
      client.call("CLIENT", "UNPAUSE");
      assertEquals(new Status("OK"), other.read());
      assertEquals(2L, other.read());
      assertEquals(3L, other.read());
      assertEquals(0L, other.read());

      client.call("MULTI");
      client.call("EVAL", "#!lua flags=no-writes\nreturn 4", "0");
      other.call("CLIENT", "PAUSE", "100000", "WRITE");
      assertEquals(List.of(4L), client.call("EXEC"));
      other.call("CLIENT", "UNPAUSE");
    }
  }

  @Test
  void knownScriptsAreShownAndCounted() throws Exception {
    start(1);
    try (RespConnection client = connect()) {
      String name = client.call("SCRIPT", "LOAD", "return 'shown'").toString();
      assertEquals("return 'shown'", client.call("SCRIPT", "SHOW", name));
      assertEquals("return 'shown'", client.call("SCRIPT", "SHOW", name.toUpperCase(Locale.ROOT)));
      Failure unknown = new Failure("NOSCRIPT No matching script. Please use EVAL.");
      assertEquals(unknown, client.call("SCRIPT", "SHOW", "x"));
      assertEquals(unknown, client.call("SCRIPT", "SHOW", name.replace(name.charAt(0), 'z')));
      client.call("FUNCTION", "LOAD", LIBRARY);
      assertEquals(1L, figure(client, "number_of_cached_scripts"));
      assertEquals("return 'shown'".length(), figure(client, "used_memory_scripts_eval"));
      assertEquals(1L, figure(client, "number_of_libraries"));
      assertEquals(8L, figure(client, "number_of_functions"));
      assertEquals(LIBRARY.length(), figure(client, "used_memory_functions"));
      for (int i = 0; i < 510; i++) {
        client.call("EVAL", "return " + i, "0");
      }
      assertEquals(10L, figure(client, "evicted_scripts"));
      assertEquals(501L, figure(client, "number_of_cached_scripts"));
      assertTrue(figure(client, "used_memory_vm_eval") > 0);
      assertTrue(figure(client, "used_memory_vm_functions") > 0);
      client.call("SCRIPT", "FLUSH");
      client.call("FUNCTION", "FLUSH");
      client.call("CONFIG", "RESETSTAT");
      for (String field :
          List.of(
              "number_of_cached_scripts",
              "used_memory_scripts",
              "number_of_functions",
              "number_of_libraries",
              "evicted_scripts")) {
        assertEquals(0L, figure(client, field), field);
      }
    }
  }

  /** A field of INFO. */
  private static long figure(RespConnection client, String name) {
    String info = client.call("INFO", "everything").toString();
    int at = info.indexOf("\n" + name + ":") + name.length() + 2;
    return Long.parseLong(info.substring(at, info.indexOf('\r', at)));
  }

  @Test
  void whatAScriptCallsCountsAsItsClientsCommands() throws Exception {
    start(1);
    try (RespConnection client = connect()) {
      long before = commands(client);
      client.call("EVAL", "redis.call('ping') redis.call('ping')", "0");
      assertEquals(before + 4, commands(client));
    }
  }

  /** How many commands a client has had executed, without this one. */
  private static long commands(RespConnection client) {
    String info = client.call("CLIENT", "INFO").toString();
    return Long.parseLong(info.replaceAll("(?s).*tot-cmds=(\\d+).*", "$1"));
  }

  @Test
  void scriptsMayCallWhatTheyMustNotCallIfDebuggingAsksForIt() throws Exception {
    server =
        Jacinth.builder().port(0).set("io-threads", "1").set("enable-debug-command", "yes").start();
    try (RespConnection client = connect()) {
      Failure refused = (Failure) client.call("EVAL", "return redis.call('client', 'id')", "0");
      assertTrue(refused.text().contains("not allowed from script"), refused.text());
      client.call("DEBUG", "SET-DISABLE-DENY-SCRIPTS", "1");
      assertEquals(
          client.call("CLIENT", "ID"),
          client.call("EVAL", "return redis.call('client', 'id')", "0"));
      for (String command :
          List.of(
              "'multi'",
              "'eval', 'return 1', 0",
              "'subscribe', 'c'",
              "'hello', 3",
              "'script', 'flush'",
              "'function', 'flush'",
              "'shutdown'")) {
        Failure failure = (Failure) client.call("EVAL", "return redis.call(" + command + ")", "0");
        assertTrue(failure.text().contains("not allowed from script"), command + failure.text());
      }
      client.call("DEBUG", "SET-DISABLE-DENY-SCRIPTS", "0");
      refused = (Failure) client.call("EVAL", "return redis.call('client', 'id')", "0");
      assertTrue(refused.text().contains("not allowed from script"), refused.text());
    }
  }

  @Test
  void librariesMoveBetweenRedisAndUs() throws Exception {
    start(2);
    try (Peer redis = Peer.redis();
        RespConnection theirs = new RespConnection(redis.port(), 2);
        RespConnection ours = connect()) {
      String padded = LIBRARY + "-- " + "padding ".repeat(500);
      assertEquals("lib", theirs.call("FUNCTION", "LOAD", padded));
      String dump = (String) theirs.call("FUNCTION", "DUMP");
      assertEquals(new Status("OK"), ours.call("FUNCTION", "RESTORE", dump));
      assertEquals(1L, ours.call("FCALL", "count", "0"));
      String back = (String) ours.call("FUNCTION", "DUMP");
      assertEquals(new Status("OK"), theirs.call("FUNCTION", "RESTORE", back, "FLUSH"));
      assertEquals(1L, theirs.call("FCALL", "count", "0"));
    }
  }

  @Test
  void librariesThatMisbehave() throws Exception {
    start(1);
    try (RespConnection client = connect()) {
      Failure endless =
          (Failure) client.call("FUNCTION", "LOAD", "#!lua name=a\nwhile true do end");
      assertTrue(endless.text().contains("FUNCTION LOAD timeout"), endless.text());
      String late =
          "#!lua name=a\nlocal register = redis.register_function"
              + " redis.register_function('f', function() register('g', function() end) end)";
      assertEquals("a", client.call("FUNCTION", "LOAD", late));
      Failure refused = (Failure) client.call("FCALL", "f", "0");
      assertTrue(refused.text().contains("can only be called on FUNCTION LOAD"), refused.text());
    }
  }

  @Test
  void longScriptsAreCompiled() throws Exception {
    start(1);
    try (RespConnection client = connect()) {
      for (int i = 0; i < 10; i++) {
        String body = "do end ".repeat(50_000) + "local t = {" + "1,".repeat(50_000) + i + "} ";
        assertEquals((long) i, client.call("EVAL", body + "return t[50001]", "0"));
        String library =
            "#!lua name=l" + i + "\n" + body + "redis.register_function('f" + i + "', ";
        assertEquals(
            "l" + i, client.call("FUNCTION", "LOAD", library + "function() return 1 end)"));
      }
    }
  }

  // ---- busy scripts ----

  private static void awaitBusy(RespConnection other, String script) throws Exception {
    for (int i = 0; i < 1000; i++) {
      if (other.call("GET", "x") instanceof Failure failure) {
        assertTrue(failure.text().startsWith("BUSY "), failure.text());
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("never busy: " + script);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aScriptThatCannotBeUndoneIsNotKilledButEndsWithTheServer(int threads) throws Exception {
    start(threads);
    try (RespConnection client = connect();
        RespConnection other = connect()) {
      client.call("CONFIG", "SET", "script-undo-memory", "0");
      client.send("EVAL", "redis.call('set', 'x', 'y') while true do end", "0");
      awaitBusy(other, "writing");
      Failure failure = (Failure) other.call("SCRIPT", "KILL");
      assertTrue(failure.text().startsWith("UNKILLABLE "), failure.text());
      server.close();
    }
  }

  @Test
  void whatTheScriptsClientSendsMeanwhileIsAnsweredAfterwards() throws Exception {
    start(1);
    try (RespConnection client = connect();
        RespConnection other = connect()) {
      client.send("EVAL", "while true do end", "0");
      client.send("ECHO", "pipelined");
      awaitBusy(other, "loop");
      client.send("ECHO", "late");
      assertEquals(new Status("OK"), other.call("SCRIPT", "KILL"));
      assertTrue(client.read() instanceof Failure);
      assertEquals("pipelined", client.read());
      assertEquals("late", client.read());
    }
  }

  @Test
  void aClientThatLeavesDoesNotEndItsScript() throws Exception {
    start(1);
    try (RespConnection other = connect()) {
      RespConnection client = connect();
      client.send("EVAL", "while true do end", "0");
      awaitBusy(other, "loop");
      client.close();
      awaitBusy(other, "loop of a client that has left");
      assertEquals(new Status("OK"), other.call("SCRIPT", "KILL"));
      Object reply = other.call("PING");
      for (int i = 0; i < 500 && reply instanceof Failure; i++) {
        Thread.sleep(10);
        reply = other.call("PING");
      }
      assertEquals(new Status("PONG"), reply);
    }
  }

  @Test
  void severalScriptsAreBusyAtOnce() throws Exception {
    start(3);
    try (RespConnection first = connect();
        RespConnection second = connect();
        RespConnection other = connect()) {
      for (int round = 0; round < 5; round++) {
        first.send("EVAL", "while true do end", "0");
        second.send("EVAL", "while true do redis.call('TIME') end", "0");
        awaitBusy(other, "loops");
        try (ExecutorService waiting = Executors.newFixedThreadPool(2)) {
          Future<Object> one = waiting.submit(first::read);
          Future<Object> two = waiting.submit(second::read);
          while (!one.isDone() || !two.isDone()) {
            other.call("SCRIPT", "KILL");
            Thread.sleep(10);
          }
          assertTrue(((Failure) one.get()).text().startsWith("ERR Script killed by user"));
          assertTrue(((Failure) two.get()).text().startsWith("ERR Script killed by user"));
        }
        Failure failure = (Failure) other.call("SCRIPT", "KILL");
        assertTrue(failure.text().startsWith("NOTBUSY "), failure.text());
        assertEquals(1L, first.call("EVAL", "return 1", "0"));
        assertEquals(1L, second.call("EVAL", "return 1", "0"));
      }
    }
  }

  // ---- several threads ----

  /** Ends after a second or so. */
  private static final String LONG =
      "for i = 1, 20 do local n = redis.call('INCR', KEYS[1])"
          + " for i = 1, 5000000 do n = n + i end end return 'ended'";

  @Test
  void scriptsOfOtherKeysRunMeanwhile() throws Exception {
    start(4);
    try (RespConnection client = connect();
        ExecutorService waiting = Executors.newFixedThreadPool(8)) {
      client.call("CONFIG", "SET", "busy-reply-threshold", "0");
      client.send("EVAL", LONG, "1", "long");
      Future<Object> end = waiting.submit(client::read);
      AtomicInteger meanwhile = new AtomicInteger();
      List<Future<?>> others = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String key = "other:" + i;
        others.add(
            waiting.submit(
                () -> {
                  try (RespConnection other = connect()) {
                    other.call("EVAL", "return redis.call('INCR', KEYS[1])", "1", key);
                    meanwhile.addAndGet(end.isDone() ? 0 : 1);
                  }
                }));
      }
      for (Future<?> other : others) {
        other.get(1, TimeUnit.MINUTES);
      }
      assertEquals("ended", end.get(1, TimeUnit.MINUTES));
      // those on the thread of the script wait, and those whose shard is the same
      assertTrue(meanwhile.get() > 0, "no script ran while another one did");
    }
  }

  @Test
  void waitingClientsAreServedByScripts() throws Exception {
    start(4);
    int messages = 4_000;
    try (ExecutorService clients = Executors.newFixedThreadPool(6)) {
      List<Future<Integer>> consumers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        consumers.add(clients.submit(this::consume));
      }
      List<Future<?>> producers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Random random = new Random(i);
        producers.add(
            clients.submit(
                () -> {
                  try (RespConnection client = connect()) {
                    for (int n = 0; n < messages / 2; n++) {
                      String queue = "queue:" + random.nextInt(8);
                      client.call(
                          "EVAL", "return redis.call('LPUSH', KEYS[1], ARGV[1])", "1", queue, "x");
                    }
                  }
                }));
      }
      for (Future<?> producer : producers) {
        producer.get(2, TimeUnit.MINUTES);
      }
      try (RespConnection client = connect()) {
        for (int i = 0; i < consumers.size(); i++) {
          client.call("LPUSH", "queue:end", "end");
        }
      }
      int consumed = 0;
      for (Future<Integer> consumer : consumers) {
        consumed += consumer.get(2, TimeUnit.MINUTES);
      }
      assertEquals(messages, consumed);
    }
  }

  private int consume() {
    String[] pop = new String[11];
    pop[0] = "BLPOP";
    for (int i = 0; i < 8; i++) {
      pop[1 + i] = "queue:" + i;
    }
    pop[9] = "queue:end";
    pop[10] = "0";
    int consumed = 0;
    try (RespConnection client = connect()) {
      while (!client.call(pop).equals(List.of("queue:end", "end"))) {
        consumed++;
      }
    }
    return consumed;
  }
}
