package io.jacinth.scripting;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.CommandTable;
import io.jacinth.command.bitmap.BitmapCommands;
import io.jacinth.command.connection.ConnectionCommands;
import io.jacinth.command.geo.GeoCommands;
import io.jacinth.command.hash.HashCommands;
import io.jacinth.command.key.KeyCommands;
import io.jacinth.command.list.ListCommands;
import io.jacinth.command.server.ServerCommands;
import io.jacinth.command.set.SetCommands;
import io.jacinth.command.sortedset.SortedSetCommands;
import io.jacinth.command.stream.StreamCommands;
import io.jacinth.command.string.StringCommands;
import io.jacinth.lua.Arguments;
import io.jacinth.lua.BaseLibrary;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.Prototype;
import io.jacinth.lua.ScriptStopped;
import io.jacinth.lua.Table;
import io.jacinth.pubsub.PubSubCommands;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which scripts keep to their declared keys.
 *
 * <p>{@code -Djacinth.scripts=1000000 -Djacinth.scripts.seed=1} is the long run.
 */
final class DeclaredKeysTest {
  private static final long MEMORY_BYTES = 32L << 20;
  private static final int RANDOM_SCRIPTS = Integer.getInteger("jacinth.scripts", 4_000);
  private static final long SEED = Long.getLong("jacinth.scripts.seed", System.nanoTime());
  private static final int MAX_POLLS = 20;

  private final CommandTable commands = commands();
  private final DeclaredKeys declaredKeys = new DeclaredKeys(commands);

  private static CommandTable commands() {
    CommandTable table = new CommandTable();
    StringCommands.register(table);
    BitmapCommands.register(table);
    ListCommands.register(table);
    SetCommands.register(table);
    HashCommands.register(table);
    SortedSetCommands.register(table);
    StreamCommands.register(table);
    GeoCommands.register(table);
    KeyCommands.register(table);
    PubSubCommands.register(table);
    ConnectionCommands.register(table);
    ServerCommands.register(table);
    return table;
  }

  private static Prototype compile(Lua lua, String script) {
    return lua.compile(LuaString.of(script).bytes(), LuaString.of("@user_script"));
  }

  private boolean areKept(String script) {
    return declaredKeys.areKept(compile(new Lua(MEMORY_BYTES), script));
  }

  /** Scripts as people write them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "return 1",
        "return redis.call('GET', KEYS[1])",
        // a lock is released
        "if redis.call(\"get\",KEYS[1]) == ARGV[1] then return redis.call(\"del\",KEYS[1])"
            + " else return 0 end",
        // a fixed window
        "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('PEXPIRE', KEYS[1],"
            + " ARGV[1]) end return {n, redis.call('PTTL', KEYS[1])}",
        // a sliding window
        """
        local key = KEYS[1]
        local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
        local count = redis.call('ZCARD', key)
        if count < limit then
          redis.call('ZADD', key, now, ARGV[4])
          redis.call('PEXPIRE', key, window)
          return {1, limit - count - 1}
        end
        local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
        return {0, tonumber(oldest[2]) + window - now}
        """,
        // a bucket of tokens
        """
        local tokens_key = KEYS[1]
        local timestamp_key = KEYS[2]
        local rate = tonumber(ARGV[1])
        local capacity = tonumber(ARGV[2])
        local requested = tonumber(ARGV[4])
        local ttl = math.floor(capacity / rate * 2)
        local now = redis.call('TIME')[1]
        local last_tokens = tonumber(redis.call("get", tokens_key))
        if last_tokens == nil then last_tokens = capacity end
        local last_refreshed = tonumber(redis.call("get", timestamp_key)) or 0
        local filled = math.min(capacity, last_tokens + math.max(0, now - last_refreshed) * rate)
        local allowed = filled >= requested
        if allowed then filled = filled - requested end
        if ttl > 0 then
          redis.call("setex", tokens_key, ttl, filled)
          redis.call("setex", timestamp_key, ttl, now)
        end
        return { allowed and 1 or 0, filled }
        """,
        // a lock that can be taken again
        "if ((redis.call('exists', KEYS[1]) == 0) or (redis.call('hexists', KEYS[1], ARGV[2]) =="
            + " 1)) then redis.call('hincrby', KEYS[1], ARGV[2], 1); redis.call('pexpire',"
            + " KEYS[1], ARGV[1]); return nil; end; return redis.call('pttl', KEYS[1]);",
        "if (redis.call('hexists', KEYS[1], ARGV[3]) == 0) then return nil;end;"
            + " local counter = redis.call('hincrby', KEYS[1], ARGV[3], -1);"
            + " if (counter > 0) then redis.call('pexpire', KEYS[1], ARGV[2]); return 0;"
            + " else redis.call('del', KEYS[1]); redis.call('publish', KEYS[2], ARGV[1]);"
            + " return 1; end; return nil;",
        // several keys
        "return redis.call('DEL', unpack(KEYS))",
        "local n = 0 for _, key in ipairs(KEYS) do n = n + redis.call('UNLINK', key) end return n",
        "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[i]) end",
        "local rcall = redis.call local job = rcall('RPOPLPUSH', KEYS[1], KEYS[2])"
            + " if job then rcall('HSET', KEYS[3], job, cjson.encode({at = ARGV[1]})) end",
        "local k = KEYS[1] local function add(v) return redis.call('SADD', k, v) end"
            + " for _, v in ipairs(ARGV) do add(v) end",
        "return redis.call('SADD', KEYS[1], unpack(ARGV))",
        "return redis.call('MSET', KEYS[1], 'a', KEYS[2], ARGV[1])",
        "return redis.call('ZUNIONSTORE', KEYS[1], 2, KEYS[2], KEYS[3], 'WEIGHTS', 1, ARGV[1])",
        "return redis.call('BITOP', 'OR', KEYS[1], KEYS[2], KEYS[3])",
        "return redis.call('OBJECT', 'ENCODING', KEYS[1])",
        "return redis.call('XADD', KEYS[1], '*', 'field', ARGV[1])",
        "redis.setresp(3) redis.log(redis.LOG_NOTICE, 'x') return redis.status_reply('fine')",
        "return redis.error_reply('MY error')",
        "local ok, e = pcall(function() return redis.call('GET', KEYS[1]) end) return e",
      })
  void theseKeepToThem(String script) {
    assertTrue(areKept(script), script);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "return redis.call('GET', 'x')",
        "return redis.call('GET', ARGV[1])",
        "return redis.call('GET', KEYS[1] .. ':x')",
        "return redis.call('GET', 1)",
        "return redis.call(ARGV[1], KEYS[1])",
        "return redis.call('NOSUCH', KEYS[1])",
        "return redis.call('OBJECT', ARGV[1], 'x')",
        "return redis.call('OBJECT', 'NOSUCH', 'x')",
        "return redis.call('OBJECT|ENCODING', 'x', 'x')",
        "return redis.call('XINFO')",
        "return redis.call('DEL', KEYS[1], unpack(ARGV))",
        "return redis.call('DEL', unpack(ARGV))",
        "return redis.call('DEL', KEYS[1], redis.call('GET', KEYS[2]))",
        "return redis.call('MSET', KEYS[1], 'a', 'x', ARGV[1])",
        "return redis.call('MSET', KEYS[1], 'a', unpack(KEYS))",
        "return redis.call('ZUNIONSTORE', KEYS[1], 2, KEYS[2], 'x')",
        "return redis.call('ZUNIONSTORE', KEYS[1], ARGV[1], KEYS[2], KEYS[3])",
        "return redis.call('ZUNIONSTORE', KEYS[1], #KEYS, unpack(KEYS))",
        "return redis.call('SORT', KEYS[1], 'BY', 'x*')",
        "return redis.call('GEORADIUS', KEYS[1], 1, 1, 1, 'm', 'STORE', 'x')",
        "return redis.call('XREAD', 'STREAMS', 'x', 0)",
        "return redis.call('KEYS', '*')",
        "return redis.call('SCAN', 0)",
        "return redis.call('RANDOMKEY')",
        "return redis.call('DBSIZE')",
        "return redis.call('FLUSHALL')",
        "return redis.call('INFO')",
        "return redis.call('CONFIG', 'GET', 'port')",
        "local t = {} for k, v in pairs(redis) do t[k] = v end return t.call('GET', 'x')",
        "return loadstring(\"return redis.call('GET', 'x')\")()",
        "local env = getfenv() return env.redis.call('GET', 'x')",
        "return _G.redis.call('GET', 'x')",
        "local function f() return getfenv(2) end return f().redis.call('GET', 'x')",
        "return select(2, pcall(redis.call, 'GET', 'x'))",
        "table.insert(KEYS, 'x') return redis.call('GET', KEYS[2])",
        "rawset(KEYS, 1, 'x') return redis.call('GET', KEYS[1])",
        "KEYS = ARGV return redis.call('GET', KEYS[1])",
        "ARGV[1] = KEYS table.sort(ARGV[1]) return redis.call('GET', KEYS[1])",
      })
  void theseNeedNot(String script) {
    assertFalse(areKept(script), script);
  }

  @Test
  void aRenamedCommandIsKnownByItsName() throws Exception {
    commands.rename(List.of("get", "fetch"));
    commands.rename(List.of("keys", "get"));
    assertTrue(areKept("return redis.call('FETCH', KEYS[1])"));
    assertFalse(areKept("return redis.call('GET', KEYS[1])"));
  }

  @Test
  void aVariableThatAnInnerFunctionAssignsToIsNotKnown() throws Exception {
    assertTrue(
        areKept("local k = KEYS[1] local f = function() return k end return redis.call('get', k)"));
    assertFalse(
        areKept(
            "local k, l = unpack(KEYS) local f = function() pcall(function() k = ARGV[1] end) end"
                + " f() return redis.call('get', k)"));
    assertFalse(
        areKept(
            "local k = KEYS[1] local f = function() k = 'x' end f() return redis.call('get', k)"));
    assertFalse(
        areKept(
            "local k = KEYS[1] local g = function() return redis.call('get', k) end"
                + " local f = function() k = 'x' end f() return g()"));
    assertFalse(
        areKept(
            "local name = 'get' local f = function() name = 'keys' end f()"
                + " return redis.call(name, KEYS[1])"));
  }

  // ---- random scripts ----

  /** Whatever a script does that is said to keep to its keys, it calls for no others. */
  @Test
  void randomScriptsKeepToThemIfTheyAreSaidTo() {
    int kept = 0;
    int strayed = 0;
    for (int i = 0; i < RANDOM_SCRIPTS; i++) {
      long seed = SEED + i;
      String script = RandomScript.next(new Random(seed));
      boolean strays = strays(script);
      strayed += strays ? 1 : 0;
      if (areKept(script)) {
        kept++;
        assertFalse(strays, "seed " + seed + ":\n" + script);
      }
    }
    assertTrue(kept > RANDOM_SCRIPTS / 20, kept + " of them keep to their keys");
    assertTrue(strayed > RANDOM_SCRIPTS / 20, strayed + " of them do not");
  }

  /** Runs a script; whether it has called a command with another key than those of KEYS. */
  private static boolean strays(String script) {
    Lua lua = new Lua(MEMORY_BYTES);
    BaseLibrary.install(lua);
    Table redis = new Table(lua, 0, 4);
    Recorder recorder = new Recorder("call", true);
    Recorder quiet = new Recorder("pcall", false);
    lua.add(redis, recorder);
    lua.add(redis, quiet);
    lua.globals().put("redis", redis);
    lua.globals().put("server", redis);
    lua.globals().put("KEYS", table(lua, "a", "b"));
    lua.globals().put("ARGV", table(lua, "c", "encoding"));
    int[] polls = new int[1];
    lua.setWatch(
        () -> {
          if (++polls[0] > MAX_POLLS) {
            throw new ScriptStopped();
          }
        });
    Arguments host = lua.host();
    host.pushReference(lua.closure(compile(lua, script)));
    try {
      var _ = host.tryInvoke(0, 0, null);
    } catch (ScriptStopped stopped) {
      // long enough
    }
    return recorder.strays || quiet.strays;
  }

  private static Table table(Lua lua, String... texts) {
    Table table = new Table(lua, texts.length, 0);
    for (int i = 0; i < texts.length; i++) {
      table.put(i + 1, LuaString.of(texts[i]), 0);
    }
    return table;
  }

  /** Stands for {@code redis.call}. */
  private static final class Recorder extends NativeFunction {
    private static final Set<String> DECLARED = Set.of("a", "b");

    private final boolean raises;
    private boolean strays;

    Recorder(String name, boolean raises) {
      super(name);
      this.raises = raises;
    }

    @Override
    protected void call(Arguments call) {
      for (int i = 1; i <= call.count(); i++) {
        if (!(call.reference(i) instanceof LuaString) && call.reference(i) != LuaType.NUMBER) {
          if (raises) {
            throw call.error("words must be strings");
          }
          return;
        }
      }
      String name = call.count() == 0 ? "" : word(call, 1);
      switch (name) {
        case "get", "set" -> keys(call, 2, 2, 1);
        case "rename" -> keys(call, 2, 3, 1);
        case "del" -> keys(call, 2, call.count(), 1);
        case "mset" -> keys(call, 2, call.count(), 2);
        case "bitop" -> keys(call, 3, call.count(), 1);
        case "object" -> {
          if (call.count() > 1 && word(call, 2).equals("encoding")) {
            keys(call, 3, 3, 1);
          }
        }
        case "zunionstore" -> {
          keys(call, 2, 2, 1);
          String count = call.count() < 3 ? "0" : word(call, 3);
          keys(call, 4, 3 + (count.matches("[0-9]") ? Integer.parseInt(count) : 0), 1);
        }
        case "dbsize", "sort" -> strays = true;
        default -> {
          // no command, or one without keys
        }
      }
      call.returnReference(LuaString.of("other"));
    }

    private static String word(Arguments call, int index) {
      return call.checkString(index).toString();
    }

    private void keys(Arguments call, int from, int to, int step) {
      for (int i = from; i <= to && i <= call.count(); i += step) {
        strays |= !DECLARED.contains(word(call, i));
      }
    }
  }
}
