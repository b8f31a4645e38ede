package io.jacinth.scripting;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The first line of a script or library, {@code #!lua name=... flags=...}, in its words.
 *
 * @param engine with {@code #!} before it
 * @param options the words behind it
 * @param lengthBytes of the line, without its end
 */
record Shebang(String engine, List<String> options, int lengthBytes) {
  static final String MARK = "#!";

  /** Whether a body begins with one. */
  static boolean isIn(byte[] body) {
    return body.length >= 2 && body[0] == '#' && body[1] == '!';
  }

  /** The first line of a body; null if it has no end. */
  static Shebang of(byte[] body) {
    int end = 0;
    while (end < body.length && body[end] != '\n') {
      end++;
    }
    if (end == body.length) {
      return null;
    }
    String line = new String(body, 0, end, StandardCharsets.ISO_8859_1);
    List<String> words = new ArrayList<>();
    for (String word : line.split("[ \t\r]+", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return new Shebang(words.getFirst(), words.subList(1, words.size()), end);
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
      for (String name : option.substring("flags=".length()).split(",", -1)) {
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
