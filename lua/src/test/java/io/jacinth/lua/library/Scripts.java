package io.jacinth.lua.library;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.BaseLibrary;
import io.jacinth.lua.CoroutineLibrary;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import java.nio.charset.StandardCharsets;

/** A state with all libraries, for tests. */
final class Scripts {
  private static final String SHOW =
      """
      local function show(v, depth)
        if type(v) == 'string' then return string.format('%q', v) end
        if type(v) ~= 'table' then return v == cjson.null and 'null' or tostring(v) end
        if depth > 20 then return '...' end
        local t = {}
        for k, x in pairs(v) do t[#t + 1] = show(k, depth + 1) .. '=' .. show(x, depth + 1) end
        return '{' .. table.concat(t, ',') .. '}'
      end
      local function all(ok, ...)
        local r = {...}
        if not ok then return 'error: ' .. tostring((...)) end
        for i = 1, select('#', ...) do r[i] = show(r[i], 0) end
        return table.concat(r, ' ')
      end
      return all(pcall(function() return %s end))
      """;

  final Lua lua;

  Scripts(long budgetBytes) {
    lua = new Lua(budgetBytes);
    BaseLibrary.install(lua);
    CoroutineLibrary.install(lua);
    Libraries.install(lua);
  }

  Scripts() {
    this(1L << 26);
  }

  /** Runs a chunk; what it returns as a text, or the text of its error. */
  String run(String script) {
    try {
      Arguments host = lua.host();
      host.pushReference(
          lua.load(script.getBytes(StandardCharsets.ISO_8859_1), LuaString.of("@user_script")));
      host.invoke(0, 1);
      return String.valueOf(host.reference(host.top()));
    } catch (LuaError e) {
      return "error: " + e.getMessage();
    } finally {
      lua.clear();
    }
  }

  /** All values of an expression list. */
  String evaluate(String expressions) {
    return run(SHOW.replace("%s", expressions));
  }

  /** A string of Lua, whatever it holds. */
  static String quoted(byte[] bytes) {
    StringBuilder text = new StringBuilder("\"");
    for (byte b : bytes) {
      text.append('\\').append(String.format("%03d", b & 0xff));
    }
    return text.append('"').toString();
  }
}
