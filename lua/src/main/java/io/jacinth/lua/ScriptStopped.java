package io.jacinth.lua;

/**
 * Ends a script that was told to stop. Not a {@link LuaError}: neither pcall nor a coroutine
 * swallows it.
 */
public final class ScriptStopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ScriptStopped() {
    super("script stopped", null, false, false);
  }
}
