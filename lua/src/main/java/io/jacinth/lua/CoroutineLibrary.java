package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

import io.jacinth.lua.LuaThread.Status;
import java.util.Locale;

/** The functions in {@code coroutine}. */
@SuppressWarnings("ReferenceEquality") // threads are objects
public final class CoroutineLibrary {
  private CoroutineLibrary() {}

  public static void install(Lua lua) {
    Table library = new Table(lua);
    lua.globals().put("coroutine", library);
    lua.add(
        library,
        new NativeFunction("create") {
          @Override
          protected void call(Arguments call) {
            call.returnReference(create(call));
          }
        });
    lua.add(
        library,
        new NativeFunction("wrap") {
          @Override
          protected void call(Arguments call) {
            LuaThread coroutine = create(call);
            call.returnReference(new Wrap(coroutine));
          }
        });
    lua.add(
        library,
        new NativeFunction("resume") {
          @Override
          protected void call(Arguments call) {
            LuaThread coroutine = checkThread(call);
            LuaError error = resume(call, coroutine, 2);
            if (error == null) {
              call.returnTrueAnd(call.count);
            } else {
              call.pushReference(false);
              call.push(error.reference(), error.number());
              call.returnPushed(2);
            }
          }
        });
    lua.add(
        library,
        new NativeFunction("yield") {
          @Override
          protected void call(Arguments call) {
            LuaThread thread = call.thread;
            if (call.lua().nativeDepth > thread.nativeDepthAtResume) {
              throw call.lua().error("attempt to yield across metamethod/C-call boundary");
            }
            thread.isYielding = true;
            call.returnValues(1, call.count());
          }
        });
    lua.add(
        library,
        new NativeFunction("status") {
          @Override
          protected void call(Arguments call) {
            call.returnReference(LuaString.name(statusName(checkThread(call))));
          }
        });
    lua.add(
        library,
        new NativeFunction("running") {
          @Override
          protected void call(Arguments call) {
            call.returnReference(call.thread.resumer == null ? null : call.thread);
          }
        });
  }

  private static String statusName(LuaThread coroutine) {
    return coroutine.status.name().toLowerCase(Locale.ROOT);
  }

  private static LuaThread checkThread(Arguments call) {
    if (call.reference(1) instanceof LuaThread thread) {
      return thread;
    }
    throw call.argumentError(1, "coroutine expected");
  }

  private static LuaThread create(Arguments call) {
    if (!(call.reference(1) instanceof Closure closure)) {
      throw call.argumentError(1, "Lua function expected");
    }
    LuaThread coroutine = new LuaThread(call.lua(), call.thread.globals);
    coroutine.references[0] = closure;
    coroutine.top = 1;
    return coroutine;
  }

  /** A function that resumes a coroutine. */
  private static final class Wrap extends NativeFunction {
    private final LuaThread coroutine;

    Wrap(LuaThread coroutine) {
      super("wrap");
      this.coroutine = coroutine;
    }

    @Override
    protected Object referent() {
      return coroutine;
    }

    @Override
    protected void call(Arguments call) {
      LuaError error = resume(call, coroutine, 1);
      if (error == null) {
        call.returnPushed(call.top() - call.count());
        return;
      }
      Object value = error.reference();
      if (value instanceof LuaString || value == NUMBER) {
        throw new LuaError(call.where(1) + error.getMessage());
      }
      throw error;
    }
  }

  /**
   * Continues a coroutine; its results are pushed.
   *
   * @param first the first argument to be handed over
   * @return the error that has ended it, or null
   */
  private static LuaError resume(Arguments call, LuaThread coroutine, int first) {
    Lua lua = call.lua();
    int count = call.count() - first + 1;
    if (coroutine.status != Status.SUSPENDED) {
      return new LuaError("cannot resume " + statusName(coroutine) + " coroutine");
    } else if (lua.nativeDepth >= Lua.MAX_NATIVE_DEPTH) {
      return new LuaError("C stack overflow");
    }
    LuaThread resumer = call.thread;
    int nativeDepth = lua.nativeDepth;
    boolean done = false;
    try {
      lua.nativeDepth++;
      coroutine.nativeDepthAtResume = lua.nativeDepth;
      coroutine.resumer = resumer;
      coroutine.status = Status.RUNNING;
      resumer.status = Status.NORMAL;
      lua.thread = coroutine;
      start(call, coroutine, first, count);
      done = true;
    } catch (LuaError error) {
      coroutine.depth = 0;
      return error;
    } finally {
      lua.thread = resumer;
      lua.nativeDepth = nativeDepth;
      resumer.status = Status.RUNNING;
      coroutine.resumer = null;
      coroutine.status = done && coroutine.isYielding ? Status.SUSPENDED : Status.DEAD;
      coroutine.isYielding = false;
      if (coroutine.status == Status.DEAD) {
        coroutine.close(0);
      }
    }
    takeResults(call, coroutine);
    return null;
  }

  private static void start(Arguments call, LuaThread coroutine, int first, int count) {
    boolean isFirst = coroutine.depth == 0;
    int to = isFirst ? 1 : coroutine.registersEnd();
    coroutine.ensureRegisters(to + count);
    for (int i = 0; i < count; i++) {
      coroutine.references[to + i] = call.reference(first + i);
      coroutine.numbers[to + i] = call.number(first + i);
    }
    if (isFirst) {
      coroutine.enter((Closure) coroutine.references[0], 0, count, Arguments.ALL).isEntry = true;
    } else {
      coroutine.finishYield(to, count);
    }
    Interpreter.execute(coroutine);
  }

  private static void takeResults(Arguments call, LuaThread coroutine) {
    boolean isSuspended = coroutine.status == Status.SUSPENDED;
    int from = isSuspended ? coroutine.yieldFirst : 0;
    int end = coroutine.top;
    for (int i = from; i < end; i++) {
      call.push(coroutine.references[i], coroutine.numbers[i]);
    }
    if (!isSuspended) {
      coroutine.top = 0;
    }
  }
}
