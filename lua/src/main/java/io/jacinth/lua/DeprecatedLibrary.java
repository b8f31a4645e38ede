package io.jacinth.lua;

/**
 * What Lua had that later versions of it have no more: {@code getfenv} and {@code setfenv}, which
 * look for and replace a function's global variables, and {@code newproxy}, which makes values that
 * have a metatable and nothing else.
 */
public final class DeprecatedLibrary {
  private DeprecatedLibrary() {}

  /** Adds the functions to the global variables. */
  public static void install(Lua lua) {
    Table globals = lua.globals();
    lua.add(
        globals,
        new NativeFunction("getfenv") {
          @Override
          protected void call(Arguments call) {
            Closure function = function(call, true);
            call.returnReference(function == null ? call.thread.globals : function.environment);
          }
        });
    lua.add(
        globals,
        new NativeFunction("setfenv") {
          @Override
          protected void call(Arguments call) {
            setEnvironment(call);
          }
        });
    lua.add(
        globals,
        new NativeFunction("newproxy") {
          @Override
          protected void call(Arguments call) {
            Table metatable = metatableOfProxy(call);
            call.lua().charge(Userdata.BYTES);
            call.returnReference(new Userdata(metatable));
          }
        });
  }

  /**
   * The function that the first argument is, or whose call it names by its level, 1 being who asks.
   *
   * @return null if it is a native one
   */
  private static Closure function(Arguments call, boolean isOptional) {
    Object given = call.reference(1);
    if (given instanceof Function) {
      return given instanceof Closure closure ? closure : null;
    }
    int level = isOptional ? call.optionalInt(1, 1) : call.checkInt(1);
    if (level < 0) {
      throw call.argumentError(1, "level must be non-negative");
    }
    if (CallStack.isTailCall(call.thread, level)) {
      throw call.error("no function environment for tail call at level " + level);
    }
    Arguments found = CallStack.at(call.thread, level);
    if (found == null || found == call.lua().host()) {
      throw call.argumentError(1, "invalid level");
    }
    return found.closure;
  }

  private static void setEnvironment(Arguments call) {
    Table environment = call.checkTable(2);
    Closure function = function(call, false);
    if (isZero(call)) {
      call.thread.globals = environment;
    } else if (function == null) {
      throw call.error("'setfenv' cannot change environment of given object");
    } else {
      function.environment = environment;
      call.returnReference(function);
    }
  }

  /** Whether the first argument names the running thread. */
  private static boolean isZero(Arguments call) {
    Object given = call.reference(1);
    double number = given == LuaType.NUMBER ? call.number(1) : Coercion.toNumber(given);
    return number == 0;
  }

  /** For true a new one, for a proxy that it shares, else none. */
  private static Table metatableOfProxy(Arguments call) {
    Object given = call.count() == 0 ? null : call.reference(1);
    if (!LuaType.isTrue(given)) {
      return null;
    }
    if (given instanceof Boolean) {
      return new Table(call.lua(), 0, 0);
    }
    if (given instanceof Userdata proxy && proxy.metatable != null) {
      return proxy.metatable;
    }
    throw call.argumentError(1, "boolean or proxy expected");
  }
}
