package io.jacinth.scripting;

import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.Prototype;
import java.util.Arrays;
import java.util.Set;

/** A script of EVAL: its source, its name, and its code, which any thread's Lua can execute. */
final class Script {
  /** What texts of errors call a script. */
  static final String CHUNK_NAME = "@user_script";

  private static final LuaString CHUNK = LuaString.of(CHUNK_NAME);

  /** Global variables by which no function is reached that goes on for long. */
  private static final Set<String> HARMLESS_GLOBALS =
      Set.of(
          "redis",
          "server",
          "KEYS",
          "ARGV",
          "tonumber",
          "tostring",
          "type",
          "error",
          "assert",
          "pcall",
          "unpack",
          "select",
          "next",
          "string",
          "table",
          "math",
          "bit",
          "struct",
          "cjson",
          "cmsgpack");

  /** Functions of libraries that may go on for long. */
  private static final Set<String> LONG_LASTING =
      Set.of("find", "match", "gmatch", "gsub", "gfind", "rep", "sort", "foreach", "foreachi");

  private final byte[] body;
  private final String sha1;
  private final boolean hasShebang;
  private final int flags;
  private final Prototype code;
  private final boolean keepsToDeclaredKeys;
  private final boolean endsByItself;

  /** When it was used last, as the cache counts; a moment off if several threads use it. */
  long lastUse;

  /** Whether only EVAL has brought it, so that it may be forgotten. */
  boolean evictable;

  /** No longer in the cache. */
  private volatile boolean forgotten;

  /**
   * Compiles.
   *
   * @param lua for compiling only
   */
  Script(Lua lua, DeclaredKeys declaredKeys, byte[] body, String sha1) throws ScriptException {
    this.body = body;
    this.sha1 = sha1;
    hasShebang = Shebang.isIn(body);
    int begin = 0;
    if (hasShebang) {
      flags = Shebang.ofScript(body).scriptFlags();
      begin = Shebang.end(body);
    } else {
      flags = 0;
    }
    byte[] source = Arrays.copyOfRange(body, begin, body.length);
    try {
      code = lua.compile(source, CHUNK);
    } catch (LuaError e) {
      throw new ScriptException("ERR Error compiling script (new function): " + e.getMessage());
    }
    keepsToDeclaredKeys = declaredKeys.areKept(code);
    endsByItself = endsByItself(code);
  }

  /** Whether a function certainly comes to its end, so that nobody will ever want to kill it. */
  static boolean endsByItself(Prototype function) {
    return function.endsByItself(HARMLESS_GLOBALS, LONG_LASTING);
  }

  byte[] body() {
    return body;
  }

  String sha1() {
    return sha1;
  }

  /** Whether it declares flags: without, it is treated as scripts always have been. */
  boolean hasShebang() {
    return hasShebang;
  }

  /** A set of {@link ScriptFlag}s. */
  int flags() {
    return flags;
  }

  Prototype code() {
    return code;
  }

  /** Whether it certainly touches no other keys than those that a call declares. */
  boolean keepsToDeclaredKeys() {
    return keepsToDeclaredKeys;
  }

  /** Whether it certainly comes to its end. */
  boolean endsByItself() {
    return endsByItself;
  }

  boolean isForgotten() {
    return forgotten;
  }

  void forget() {
    forgotten = true;
  }
}
