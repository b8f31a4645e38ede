package io.jacinth.scripting;

import io.jacinth.base.QuotedText;
import io.jacinth.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The first line of a script or library, {@code #!lua name=... flags=...}, in its words, which may
 * be quoted.
 *
 * @param engine with {@code #!} before it
 * @param options the words behind it
 */
record Shebang(String engine, List<String> options) {
  static final String MARK = "#!";

  /** Whether a body begins with one. */
  static boolean isIn(byte[] body) {
    return body.length >= 2 && body[0] == '#' && body[1] == '!';
  }

  /** Whether a body in raw memory begins with one. */
  static boolean isIn(long address, int length) {
    return length >= 2 && Memory.getByte(address) == '#' && Memory.getByte(address + 1) == '!';
  }

  /**
   * The first line of a body.
   *
   * @param malformed the error if it has no end
   * @param unbalanced the error if a quote in it is not closed
   */
  static Shebang of(byte[] body, String malformed, String unbalanced) throws ScriptException {
    int end = end(body);
    if (end == body.length) {
      throw new ScriptException(malformed);
    }
    List<String> words = QuotedText.split(new String(body, 0, end, StandardCharsets.ISO_8859_1));
    if (words == null) {
      throw new ScriptException(unbalanced);
    }
    return new Shebang(words.getFirst(), words.subList(1, words.size()));
  }

  /** The first line of a script. */
  static Shebang ofScript(byte[] body) throws ScriptException {
    return of(body, "ERR Invalid script shebang", "ERR Invalid engine in script shebang");
  }

  /** How long the first line is, without its end. */
  static int end(byte[] body) {
    int end = 0;
    while (end < body.length && body[end] != '\n') {
      end++;
    }
    return end;
  }

  /** The flags of a script that begins with this line. */
  int scriptFlags() throws ScriptException {
    if (!engine.equals("#!lua")) {
      throw new ScriptException("ERR Unexpected engine in script shebang: " + engine);
    }
    int flags = 0;
    for (String option : options) {
      if (!option.startsWith("flags=")) {
        throw new ScriptException("ERR Unknown lua shebang option: " + option);
      }
      String names = option.substring("flags=".length());
      if (names.isEmpty()) {
        continue;
      }
      for (String name : names.split(",", -1)) {
        ScriptFlag flag = ScriptFlag.of(name);
        if (flag == null) {
          throw new ScriptException("ERR Unexpected flag in script shebang: " + name);
        }
        flags |= flag.bit();
      }
    }
    return flags;
  }
}
