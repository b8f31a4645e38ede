package io.jacinth.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Sources that have been damaged: each is refused with an error of Lua's, or runs to its end, an
 * error or a stop; afterwards the state is as good as new.
 *
 * <p>{@code -Djacinth.fuzz.sources=1000000} lets it run longer, {@code -Djacinth.fuzz.seed} repeats
 * a failure.
 */
final class SourceFuzzTest {
  private static final long SOURCES = Long.getLong("jacinth.fuzz.sources", 10_000);
  private static final long SEED = Long.getLong("jacinth.fuzz.seed", System.nanoTime());

  /** How often the watch is called before a script is stopped. */
  private static final int POLLS = 4;

  private static final long MEMORY_BYTES = 4 << 20;
  private static final int SOURCES_PER_STATE = 200;

  private static final List<String> PROGRAMS =
      List.of(
          "local t = {1, 2, x = {y = 'z'}, [3 + 4] = -5} for k, v in pairs(t) do t[k] = nil end",
          "local function f(a, ...) local n = select('#', ...) return a and f(...) or n, ... end"
              + " return f(1, 2, nil, 'x')",
          "for i = 10, 1, -1.5 do if i % 2 == 0 then break elseif i > 3 ^ 2 then i = -i end end",
          "local s = '' repeat local u = #s s = s .. u .. [==[ ]] ]==] until #s >= 20 return s",
          "local co = coroutine.wrap(function(a) while true do a = coroutine.yield(a * 2) end end)"
              + " return co(1), co(2), pcall(co, {})",
          "local m = setmetatable({}, {__index = function(t, k) return k .. '!' end, __call ="
              + " function(self, ...) return ... end, __lt = function() return true end})"
              + " return m.a, m(1, 2), m < m, not m",
          "return (('x'):rep(5):gsub('x', {x = 'y'})), string.format('%5.2f|%-8s|%q', 1.5, 'a',"
              + " '\\0\\n'), ('a b'):match('(%w) (%w)')",
          "local a, b, c = 1 do local d = function() a = a + 1 b = c return a end d() d() end"
              + " -- end\n--[[ more ]] return a",
          "t = {} function t.a.b:c(x) return self, x end",
          "return cjson.encode({1, {2}, x = cjson.null}), cjson.decode('[1,{\"a\":null}]')",
          "return cmsgpack.unpack(cmsgpack.pack({1, -200, 'a', {b = 1.5}})), struct.unpack('>I2s',"
              + " struct.pack('>I2s', 7, 'x')), bit.tohex(bit.bxor(0xff, 1e3))");

  private static final List<String> TOKENS =
      List.of(
          "and",
          "break",
          "do",
          "else",
          "elseif",
          "end",
          "false",
          "for",
          "function",
          "if",
          "in",
          "local",
          "nil",
          "not",
          "or",
          "repeat",
          "return",
          "then",
          "true",
          "until",
          "while",
          "+",
          "-",
          "*",
          "/",
          "%",
          "^",
          "#",
          "==",
          "~=",
          "<=",
          ">=",
          "<",
          ">",
          "=",
          "(",
          ")",
          "{",
          "}",
          "[",
          "]",
          ";",
          ":",
          ",",
          ".",
          "..",
          "...",
          "1",
          "0x1F",
          "1e400",
          ".5",
          "'s'",
          "[[s]]",
          "[=[",
          "--",
          "--[[",
          "\\",
          "\n",
          "\0",
          "\u00ff",
          "~",
          "self",
          "t",
          "a",
          "_G");

  private final Random random = new Random(SEED);

  @Test
  void damagedSources() {
    int compiled = 0;
    for (long done = 0; done < SOURCES; ) {
      Lua lua = Scripts.newState(MEMORY_BYTES);
      int[] polls = new int[1];
      lua.setWatch(
          () -> {
            if (++polls[0] > POLLS) {
              throw new ScriptStopped();
            }
          });
      for (int i = 0; i < SOURCES_PER_STATE && done < SOURCES; i++, done++) {
        String source = damaged();
        polls[0] = 0;
        try {
          compiled += run(lua, source) ? 1 : 0;
        } catch (RuntimeException | Error e) {
          throw new AssertionError("seed " + SEED + ", source " + done + ":\n" + source, e);
        }
        lua.clear();
      }
      polls[0] = 0;
      assertEquals("42", Scripts.run(lua, "return 42"), () -> "seed " + SEED);
    }
    assertTrue(compiled > SOURCES / 100, compiled + " of " + SOURCES + " compiled");
  }

  /** Whether the source is a program. */
  private static boolean run(Lua lua, String source) {
    Arguments host = lua.host();
    try {
      host.pushReference(
          lua.load(source.getBytes(StandardCharsets.ISO_8859_1), LuaString.of("@test")));
    } catch (LuaError error) {
      return false;
    }
    try {
      var _ = host.tryInvoke(0, Arguments.ALL, null);
    } catch (ScriptStopped stopped) {
      // it would have gone on
    }
    return true;
  }

  private String damaged() {
    StringBuilder source = new StringBuilder(PROGRAMS.get(random.nextInt(PROGRAMS.size())));
    for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
      int at = random.nextInt(source.length() + 1);
      int end = Math.min(source.length(), at + random.nextInt(12));
      switch (random.nextInt(7)) {
        case 0 -> source.delete(at, end);
        case 1 -> source.insert(at, source.substring(at, end));
        case 2 -> source.insert(at, (char) random.nextInt(256));
        case 3 -> source.insert(at, PROGRAMS.get(random.nextInt(PROGRAMS.size())));
        case 4 -> source.setLength(Math.max(1, at));
        default -> source.insert(at, " " + TOKENS.get(random.nextInt(TOKENS.size())) + " ");
      }
    }
    return source.toString();
  }
}
