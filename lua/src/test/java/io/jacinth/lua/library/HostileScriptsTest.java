package io.jacinth.lua.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.lua.ScriptStopped;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts that want too much: memory, time, depth. */
@Timeout(120)
final class HostileScriptsTest {
  private static final long BUDGET_BYTES = 1L << 24;

  /** What ends by "not enough memory" long before the JVM has none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "string.rep('x', 2^31 - 1)",
        "string.rep(string.rep('x', 1000000), 2000)",
        "string.rep('x', 1e6):rep(1e6)",
        "string.rep('x', 10000000):reverse():upper() .. string.rep('y', 10000000)",
        "string.gsub(string.rep('x', 1000000), 'x', string.rep('y', 1000))",
        "string.gsub(string.rep('x', 1000000), '', string.rep('y', 1000))",
        "(function(s) return string.format(string.rep('%s', 9), s, s, s, s, s, s, s, s, s)"
            + " end)(string.rep('x', 2000000))",
        "table.concat({string.rep('x', 10000000), string.rep('y', 10000000)})",
        "(function() local t = {} for i = 1, 200 do t[i] = 'x' end "
            + "return table.concat(t, string.rep('y', 1000000)) end)()",
        "(function() local t = {string.rep('x', 1000)} for i = 1, 16 do t = {t, t, t, t} end "
            + "return cjson.encode(t) end)()",
        "(function() local t = {string.rep('x', 1000)} for i = 1, 15 do t = {t, t, t, t} end "
            + "return cmsgpack.pack(t) end)()",
        "cjson.decode('[' .. string.rep('[],', 1000000) .. '[]]')",
        "cmsgpack.unpack('\\221\\255\\255\\255\\255' .. string.rep('\\144', 2000000))",
        "struct.pack(string.rep('x', 10000000) .. 's', string.rep('y', 10000000))",
        "string.rep('(', 3000000):find(string.rep('x*', 1000000))"
      })
  void memoryHasABound(String expression) {
    Scripts scripts = new Scripts(BUDGET_BYTES);
    String result = scripts.evaluate("(select('#', " + expression + "))");
    assertTrue(result.contains("not enough memory"), result);
    // and the state is as good as before
    assertEquals("3", scripts.evaluate("1 + 2"));
  }

  /** What would take hours stops when it is told to. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "string.find(string.rep('a', 40), string.rep('a*', 40) .. 'b')",
        "string.match(string.rep('a', 40), string.rep('a-', 40) .. 'b')",
        "string.gsub(string.rep('a', 100000), '.-b', '')",
        "string.find(string.rep('a', 1000000), '.-b')",
        "string.find(string.rep('(', 1000000), '%b()')",
        "string.find(string.rep('a', 1000000), string.rep('a', 500000) .. 'b', 1, true)",
        "string.find(string.rep('a', 200000), '(a*)%1b')",
        "(function() for w in string.gmatch(string.rep('a', 1000000), '.-b') do end end)()",
        "table.insert({}, -2^31, 1)",
        "table.sort({1, 2, 3}, function() while true do end end)",
        "(function() local t = {} for i = 1, 100000 do t[i] = i % 7 end "
            + "while true do table.sort(t, function(a, b) return a < b end) end end)()",
        "(function() local t = {} for i = 1, 500000 do t[i] = '' end "
            + "while true do table.concat(t) table.maxn(t) end end)()",
        "(function() local t = {} for i = 1, 20 do t = {t, t} end "
            + "while true do cjson.encode(t) end end)()",
        "(function() local t = {} for i = 1, 15 do t = {t, t, t} end "
            + "while true do cmsgpack.pack(t) end end)()",
        "(function() local s = '[' .. string.rep('1,', 1000000) .. '1]' "
            + "while true do cjson.decode(s) end end)()",
        "(function() local s = string.rep('\\144', 5000) "
            + "while true do cmsgpack.unpack_limit(s, 5000) end end)()",
        "(function() local s = string.rep(' ', 10000000) "
            + "while true do struct.unpack(s, s) struct.size(s) end end)()"
      })
  void anythingCanBeStopped(String expression) throws Exception {
    Scripts scripts = new Scripts(1L << 28);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread stopper =
        new Thread(
            () -> {
              try {
                Thread.sleep(500);
                stopped.countDown();
                scripts.lua.stop();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    stopper.start();
    assertThrows(ScriptStopped.class, () -> scripts.evaluate(expression));
    assertTrue(stopped.await(1, TimeUnit.SECONDS));
    stopper.join();
    scripts.lua.clearStop();
    assertEquals("3", scripts.evaluate("1 + 2"));
  }

  /** Nesting far beyond Java's stack. */
  @Test
  void depthHasABound() {
    Scripts scripts = new Scripts(1L << 28);
    assertEquals(
        "error: user_script:15: Found too many nested data structures (1001) at character 1001",
        scripts.evaluate("cjson.decode(string.rep('[', 100000))"));
    assertEquals(
        "error: user_script:15: Cannot serialise, excessive nesting (1001)",
        scripts.evaluate(
            "(function() local t = {} for i = 1, 1000000 do t = {t} end return cjson.encode(t)"
                + " end)()"));
    assertEquals(
        "error: user_script:15: stack overflow (in function mp_decode_to_lua_array)",
        scripts.evaluate("cmsgpack.unpack(string.rep('\\145', 100000))"));
    assertEquals("1000000", scripts.evaluate("cjson.decode_max_depth(1000000)"));
    assertTrue(
        scripts
            .evaluate("cjson.decode(string.rep('[', 1000000))")
            .startsWith("error: user_script:15: Found too many nested data structures (79"));
    assertEquals(
        "1 100000",
        scripts.evaluate("string.find(string.rep('a', 100000), string.rep('a?', 100000))"));
    assertEquals(
        "error: user_script:15: too many captures",
        scripts.evaluate("string.find('', string.rep('(', 100000))"));
  }

  /** Whatever the bytes, there is a result or an error of Lua. */
  @Test
  void decodersTakeAnyBytes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Scripts scripts = new Scripts(1L << 26);
    String[] functions = {
      "cjson.decode(%s)",
      "cmsgpack.unpack(%s)",
      "cmsgpack.unpack_one(%s, 3)",
      "struct.unpack('<i4s>d!4hb', %s)",
      "struct.unpack(%s, %s)",
      "struct.pack(%s, 1, 'x', 2, 3)",
      "struct.size(%s)",
      "string.find(%s, %s)",
      "string.gsub('abc(def)', %s, %s)",
      "string.format(%s, 1, 'x', 2.5)",
      "tonumber(%s)",
    };
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = anyBytes(random);
      String function = functions[random.nextInt(functions.length)];
      String expression = function.replace("%s", Scripts.quoted(bytes));
      try {
        scripts.evaluate(expression);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + expression, e);
      }
    }
  }

  private static byte[] anyBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(24)];
    random.nextBytes(bytes);
    String likely =
        switch (random.nextInt(4)) {
          case 0 -> "{}[]\",:\\u0123tfn-+.eE \0";
          case 1 ->
              "\u0080\u0090\u00a1\u00c0\u00ca\u00cb\u00cf\u00d9\u00da\u00db\u00dc\u00dd\u00df";
          case 2 -> "%[]()^$.*+-?abdfsw\0";
          default -> "<>!bBhHlLTsfdiIxc0123456789";
        };
    byte[] choices = likely.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      if (random.nextInt(4) != 0) {
        bytes[i] = choices[random.nextInt(choices.length)];
      }
    }
    return bytes;
  }
}
