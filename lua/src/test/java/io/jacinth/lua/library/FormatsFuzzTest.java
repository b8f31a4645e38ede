package io.jacinth.lua.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.lua.ScriptStopped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What libraries parse, damaged: JSON, MessagePack, the formats of struct and string.format,
 * patterns. Each call returns or fails with an error of Lua's.
 *
 * <p>{@code -Djacinth.fuzz.formats=1000000} lets it run longer, {@code -Djacinth.fuzz.seed} repeats
 * a failure.
 */
final class FormatsFuzzTest {
  private static final long CALLS = Long.getLong("jacinth.fuzz.formats", 20_000);
  private static final long SEED = Long.getLong("jacinth.fuzz.seed", System.nanoTime());
  private static final int CALLS_PER_STATE = 500;
  private static final int POLLS = 4;

  private static final List<String> JSON =
      List.of(
          "{\"a\":[1,-2.5e3,true,false,null],\"b\":{\"\\u00e9\\ud83d\\ude00\":\"\\n\\\"\"}}",
          "[[[[[[1]]]]]]",
          " { \"x\" : 0.1 , \"y\" : [ ] } ",
          "\"\\u0000\"",
          "1e308");

  private static final List<String> MESSAGES =
      List.of(
          "\u0093\u0001\u00a1a\u00c3",
          "\u0082\u00a1a\u00cb@\u0009!\u00fbTD-\u0018\u00a1b\u00d9\u0001x",
          "\u00dc\u0000\u0002\u00c0\u00d3\u0080\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
          "\u00dd\u00ff\u00ff\u00ff\u00ff",
          "\u00db\u00ff\u00ff\u00ff\u00ff",
          "\u00df\u007f\u00ff\u00ff\u00ff\u0001");

  private static final List<String> FORMATS =
      List.of(
          "%5.3d %-10s %q %c %%",
          "%g %.14g %a %x %X %o %u %i", "%099999d", "%.99s", "%s%s%s%s", "%");

  private static final List<String> PATTERNS =
      List.of(
          "^(%w+)%s*=%s*(.-)$",
          "[%a_][^%d%]]*", "%b()%f[%w]", "(a(b(c)))%1", "x-y*z?$", "[]", "[^", "%", "(()");

  private static final List<String> STRUCTS =
      List.of("<i4>I2s", "bBhHlLfdsx", "c0s!8i8", "I99c", ">i1<", "c4294967296", "!3i");

  private final Random random = new Random(SEED);

  @Test
  void damagedInput() {
    int[] polls = new int[1];
    int failed = 0;
    for (long done = 0; done < CALLS; ) {
      Scripts scripts = new Scripts(8 << 20);
      scripts.lua.setWatch(
          () -> {
            if (++polls[0] > POLLS) {
              throw new ScriptStopped();
            }
          });
      for (int i = 0; i < CALLS_PER_STATE && done < CALLS; i++, done++) {
        polls[0] = 0;
        String call = call();
        try {
          failed += scripts.evaluate(call).startsWith("error: ") ? 1 : 0;
        } catch (ScriptStopped stopped) {
          scripts.lua.clearStop();
        } catch (RuntimeException | Error e) {
          throw new AssertionError("seed " + SEED + ", call " + done + ":\n" + call, e);
        }
      }
      polls[0] = 0;
      assertEquals("42", scripts.evaluate("42"), () -> "seed " + SEED);
    }
    assertTrue(failed > CALLS / 100 && failed < CALLS, failed + " of " + CALLS + " failed");
  }

  private String call() {
    return switch (random.nextInt(7)) {
      case 0 -> "cjson.decode(" + damaged(JSON) + ")";
      case 1 -> "cmsgpack.unpack(" + damaged(MESSAGES) + ")";
      case 2 ->
          "cmsgpack.unpack_limit("
              + damaged(MESSAGES)
              + ","
              + (random.nextInt(5) - 1)
              + ","
              + (random.nextInt(20) - 2)
              + ")";
      case 3 -> "string.format(" + damaged(FORMATS) + ", 1, 'x', -2.5, 65)";
      case 4 -> "string.find('key = (a (b)) abcc xyz', " + damaged(PATTERNS) + ")";
      case 5 -> "struct.unpack(" + damaged(STRUCTS) + "," + damaged(MESSAGES) + ")";
      default -> "struct.pack(" + damaged(STRUCTS) + ", 1, -2, 'abc', 2.5, 4)";
    };
  }

  private String damaged(List<String> samples) {
    StringBuilder text = new StringBuilder(samples.get(random.nextInt(samples.size())));
    for (int damages = random.nextInt(3); damages > 0; damages--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(6));
      switch (random.nextInt(5)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, text.substring(at, end));
        case 2 -> text.setLength(at);
        case 3 -> text.insert(at, samples.get(random.nextInt(samples.size())));
        default -> text.insert(at, (char) random.nextInt(256));
      }
    }
    return Scripts.quoted(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
