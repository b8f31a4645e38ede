package io.jacinth.lua;

import io.jacinth.lua.library.Libraries;
import java.nio.charset.StandardCharsets;

/** States with all libraries, and scripts run in them. */
final class Scripts {
  static final long MEMORY_BYTES = 64L << 20;

  private Scripts() {}

  static Lua newState(long memoryBytes) {
    Lua lua = new Lua(memoryBytes);
    BaseLibrary.install(lua);
    CoroutineLibrary.install(lua);
    Libraries.install(lua);
    return lua;
  }

  /** The results of a script as text with blanks between; its error if it has one. */
  static String run(String source) {
    return run(newState(MEMORY_BYTES), source);
  }

  static String run(Lua lua, String source) {
    Arguments host = lua.host();
    try {
      host.pushReference(
          lua.load(source.getBytes(StandardCharsets.ISO_8859_1), LuaString.of("@test")));
    } catch (LuaError error) {
      return "error: " + error.getMessage();
    }
    LuaError error = host.tryInvoke(0, Arguments.ALL, null);
    String text = error != null ? "error: " + error.getMessage() : results(lua, host);
    lua.clear();
    return text;
  }

  private static String results(Lua lua, Arguments host) {
    int count = host.top();
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      host.pushReference(lua.globals().get("tostring"));
      host.pushCopy(i);
      host.invoke(1, 1);
      text.append(i > 1 ? " " : "").append(host.reference(host.top()));
      host.pop(1);
    }
    return text.toString();
  }
}
