package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.fail;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.BaseLibrary;
import io.jacinth.lua.CoroutineLibrary;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.Table;
import io.jacinth.lua.library.Libraries;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The same random programs to Redis, by EVAL, and to our Lua: both tell the same.
 *
 * <p>{@code -Djacinth.differential.programs} says how many, {@code -Djacinth.differential.seed}
 * which.
 */
final class LuaDifferentialTest {
  private static final int PROGRAMS = Integer.getInteger("jacinth.differential.programs", 3000);
  private static final long SEED = Long.getLong("jacinth.differential.seed", 42);
  private static final long MEMORY_BYTES = 64L << 20;

  /** So many programs run in one state, as in Redis, where all do. */
  private static final int PROGRAMS_PER_STATE = 100;

  private static final Pattern LONG_NUMBER = Pattern.compile("\\d+\\.\\d{12,}(e[-+]?\\d+)?");

  /**
   * Runs the program in its argument, and returns what it emits as text: addresses are left out,
   * numbers shown with all digits, tables in the order of pairs, up to 2000 values at a time.
   */
  private static final String RUNNER =
      """
      local out, ticks, size, left = {}, 0, 0, 0
      local function clean(s)
        return (string.gsub(s, '0x%x%x%x%x%x+', '0x'))
      end
      local function show(v, depth)
        left = left - 1
        if left < 0 then return '..' end
        if type(v) == 'number' then
          return string.format('%.17g', v)
        elseif type(v) == 'string' then
          return '"' .. clean(#v > 200 and string.sub(v, 1, 200) or v) .. '"'
        elseif type(v) == 'table' then
          if depth > 2 then return '{..}' end
          local parts, n = {}, 0
          for k, e in next, v do
            n = n + 1
            if n > 70 then break end
            parts[n] = show(k, depth + 1) .. '=' .. show(e, depth + 1)
          end
          return '{' .. #v .. ':' .. table.concat(parts, ',') .. '}'
        elseif v == nil or type(v) == 'boolean' then
          return tostring(v)
        end
        return type(v)
      end
      local function emit(...)
        size = size + 1
        if size > 300 then error('too much') end
        local line = {}
        left = 2000
        for i = 1, select('#', ...) do
          line[i] = show((select(i, ...)), 0)
        end
        out[#out + 1] = table.concat(line, ' ')
      end
      local function tick()
        ticks = ticks + 1
        if ticks > 2000 then error('too long') end
      end
      local program, message = loadstring(ARGV[1], '@p')
      if not program then return 'no program: ' .. message end
      local ok, message = pcall(program, emit, tick)
      if not ok then out[#out + 1] = 'error ' .. show(message, 0) end
      return table.concat(out, '\\n')
      """;

  @Test
  void randomPrograms() {
    try (Peer redis = Peer.redis();
        RespConnection connection = new RespConnection(redis.port(), 2)) {
      Lua lua = null;
      for (int i = 0; i < PROGRAMS; i++) {
        if (i % PROGRAMS_PER_STATE == 0) {
          lua = newState();
        }
        String program = new RandomLuaProgram(new Random(SEED + i)).source();
        Object theirs = theirs(connection, program, SEED + i);
        String ours = run(lua, program);
        if (!areEqual(theirs, ours, program)) {
          fail(
              "program of seed %d:%n%s%n--- Redis:%n%s%n--- ours:%n%s"
                  .formatted(SEED + i, program, theirs, ours));
        }
      }
    }
  }

  /**
   * Whether both have told the same. The last of 17 digits of a power may differ: the C library
   * rounds one of some hundred wrong.
   */
  private static boolean areEqual(Object theirs, String ours, String program) {
    if (ours.equals(theirs)) {
      return true;
    }
    return program.contains("^")
        && withFewerDigits(ours).equals(withFewerDigits(theirs.toString()));
  }

  private static String withFewerDigits(String text) {
    return LONG_NUMBER
        .matcher(text)
        .replaceAll(number -> String.format("%.14e", Double.parseDouble(number.group())));
  }

  private static Object theirs(RespConnection connection, String program, long seed) {
    try {
      return text(connection.call("EVAL", RUNNER, "0", program));
    } catch (UncheckedIOException e) {
      throw new AssertionError("program of seed " + seed + ":\n" + program, e);
    }
  }

  /** The text of a reply; of an error without what Redis puts around it. */
  private static Object text(Object reply) {
    if (!(reply instanceof RespConnection.Failure failure)) {
      return reply;
    }
    int end = failure.text().indexOf(" script: ");
    String message = end < 0 ? failure.text() : failure.text().substring(0, end);
    return "error: " + message.replaceFirst("^ERR ", "");
  }

  private static Lua newState() {
    Lua lua = new Lua(MEMORY_BYTES);
    BaseLibrary.install(lua);
    CoroutineLibrary.install(lua);
    Libraries.install(lua);
    Table globals = lua.globals();
    globals.put("KEYS", new Table(lua));
    globals.put("ARGV", new Table(lua));
    Table guard = new Table(lua);
    lua.add(
        guard,
        new NativeFunction("__index") {
          @Override
          protected void call(Arguments call) {
            throw call.error(
                "Script attempted to access nonexistent global variable '"
                    + call.checkString(2)
                    + "'");
          }
        });
    lua.add(globals, new RedisProtectedCall());
    globals.setMetatable(guard);
    globals.setReadOnly(true);
    return lua;
  }

  private static String run(Lua lua, String program) {
    Table arguments = (Table) lua.globals().get("ARGV");
    arguments.put(1, LuaString.of(program), 0);
    Arguments host = lua.host();
    host.pushReference(
        lua.load(RUNNER.getBytes(StandardCharsets.ISO_8859_1), LuaString.of("@user_script")));
    LuaError error = host.tryInvoke(0, 1, null);
    String result = error != null ? "error: " + error.getMessage() : host.reference(1).toString();
    lua.clear();
    return result;
  }

  /** Redis's own pcall: of an error that is a table, what stands in its field err comes out. */
  private static final class RedisProtectedCall extends NativeFunction {
    private static final LuaString FIELD = LuaString.name("err");

    RedisProtectedCall() {
      super("pcall");
    }

    @Override
    protected void call(Arguments call) {
      call.checkAny(1);
      LuaError error = call.tryInvoke(call.count() - 1, Arguments.ALL, null);
      if (error == null) {
        int results = call.top();
        call.pushReference(true);
        for (int i = 1; i <= results; i++) {
          call.pushCopy(i);
        }
        call.returnPushed(results + 1);
        return;
      }
      call.pushReference(false);
      call.push(error.reference(), error.number());
      if (error.reference() instanceof Table) {
        call.pushIndexed(error.reference(), 0, FIELD, 0);
        Object field = call.reference(call.top());
        if (field instanceof LuaString || field == LuaType.NUMBER) {
          call.set(2, field, call.number(3));
          call.pop(1);
        }
      }
      call.returnPushed(call.top());
    }
  }
}
