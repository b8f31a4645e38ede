package io.jacinth.scripting;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Closure;
import io.jacinth.lua.Function;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.ScriptStopped;
import io.jacinth.lua.Table;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All libraries, and the Lua that their functions live in.
 *
 * <p>Used by who has locked all shards.
 *
 * <p>The functions' global table is empty and asks another one, by its metatable: while a library
 * is loaded one that has little more than {@code redis.register_function}, later that of the whole
 * Lua.
 */
final class FunctionRegistry {
  private static final LuaString INDEX = LuaString.name("__index");
  private static final LuaString CHUNK = LuaString.of(FunctionLibrary.CHUNK_NAME);

  private final Scripting scripting;
  private final Map<String, FunctionLibrary> libraries = new LinkedHashMap<>();

  /** By their names in lower case. Who has not locked all shards may look one up, for its flags. */
  private final Map<String, LibraryFunction> functions = new ConcurrentHashMap<>();

  /** Bytes of all libraries' sources; any thread reads it. */
  private volatile long codeBytes;

  /** Null until the first library is loaded. */
  private ScriptRunner runner;

  private Table environment;
  private Table loading;

  /** What is being loaded. */
  private FunctionLibrary current;

  FunctionRegistry(Scripting scripting) {
    this.scripting = scripting;
  }

  Collection<FunctionLibrary> libraries() {
    return libraries.values();
  }

  int functionCount() {
    return functions.size();
  }

  long codeBytes() {
    return codeBytes;
  }

  private void count() {
    codeBytes = libraries.values().stream().mapToLong(library -> library.code().length).sum();
  }

  LibraryFunction find(String name) {
    return functions.get(name.toLowerCase(Locale.ROOT));
  }

  /** What functions run in; there is one. */
  ScriptRunner runner() {
    return runner;
  }

  boolean remove(String name) {
    FunctionLibrary library = libraries.remove(name);
    if (library == null) {
      return false;
    }
    functions.keySet().removeAll(library.functions().keySet());
    count();
    return true;
  }

  /** Forgets all, with what their functions have kept. */
  void flush() {
    libraries.clear();
    functions.clear();
    count();
    runner = null;
  }

  /**
   * Loads a library.
   *
   * @return its name
   */
  String load(byte[] code, boolean replaces) throws ScriptException {
    FunctionLibrary library = FunctionLibrary.of(code);
    FunctionLibrary replaced = libraries.get(library.name());
    if (replaced != null && !replaces) {
      throw new ScriptException("ERR Library '" + library.name() + "' already exists");
    }
    run(library);
    add(library, replaced);
    return library.name();
  }

  private void add(FunctionLibrary library, FunctionLibrary replaced) throws ScriptException {
    for (LibraryFunction function : library.functions().values()) {
      String key = function.name().toLowerCase(Locale.ROOT);
      if (functions.containsKey(key)
          && (replaced == null || !replaced.functions().containsKey(key))) {
        throw new ScriptException("ERR Function " + function.name() + " already exists");
      }
    }
    if (replaced != null) {
      remove(replaced.name());
    }
    libraries.put(library.name(), library);
    functions.putAll(library.functions());
    count();
  }

  /**
   * Loads several libraries, all or none.
   *
   * @param policy what becomes of those there are
   */
  void restore(Collection<byte[]> codes, RestorePolicy policy) throws ScriptException {
    Map<String, FunctionLibrary> oldLibraries = new LinkedHashMap<>(libraries);
    Map<String, LibraryFunction> oldFunctions = new LinkedHashMap<>(functions);
    boolean done = false;
    try {
      if (policy == RestorePolicy.FLUSH) {
        libraries.clear();
        functions.clear();
      }
      for (byte[] code : codes) {
        FunctionLibrary library = FunctionLibrary.of(code);
        FunctionLibrary replaced = libraries.get(library.name());
        if (replaced != null && policy != RestorePolicy.REPLACE) {
          throw new ScriptException("ERR Library " + library.name() + " already exists");
        }
        run(library);
        add(library, replaced);
      }
      done = true;
    } finally {
      if (!done) {
        libraries.clear();
        libraries.putAll(oldLibraries);
        functions.clear();
        functions.putAll(oldFunctions);
        count();
      }
    }
  }

  /** What FUNCTION RESTORE does with libraries that there are. */
  enum RestorePolicy {
    FLUSH,
    APPEND,
    REPLACE
  }

  private void run(FunctionLibrary library) throws ScriptException {
    open();
    byte[] code = library.code();
    int begin = Shebang.end(code);
    Closure chunk;
    try {
      chunk =
          runner
              .lua()
              .closure(
                  runner.lua().compile(Arrays.copyOfRange(code, begin, code.length), CHUNK),
                  environment);
    } catch (LuaError e) {
      throw new ScriptException("ERR Error compiling function: " + e.getMessage());
    }
    current = library;
    runner.beginLoading();
    environment.metatable().setReadOnly(false);
    environment.metatable().put(INDEX, loading, 0);
    try {
      Arguments host = runner.lua().host();
      host.pushReference(chunk);
      LuaError error = host.tryInvoke(0, 0, runner.errorHandler());
      if (error != null) {
        throw new ScriptException(
            "ERR Error registering functions: " + ScriptRunner.message(error));
      }
    } catch (ScriptStopped e) {
      runner.lua().clearStop();
      throw new ScriptException("ERR Error registering functions: FUNCTION LOAD timeout");
    } finally {
      environment.metatable().put(INDEX, runner.lua().globals(), 0);
      environment.metatable().setReadOnly(true);
      runner.endLoading();
      runner.lua().clear();
      current = null;
    }
    if (library.functions().isEmpty()) {
      throw new ScriptException("ERR No functions registered");
    }
  }

  private void open() {
    if (runner != null) {
      return;
    }
    runner = new ScriptRunner(scripting, true, 1);
    runner.protectGlobals();
    var lua = runner.lua();
    environment = new Table(lua);
    environment.setMetatable(new Table(lua, 0, 1));
    environment.setReadOnly(true);
    lua.setProgramGlobals(environment);
    loading = new Table(lua, 0, 1);
    Table redis = RedisLibrary.loading(lua, runner);
    lua.add(redis, new Register());
    redis.setMetatable(runner.missingGlobals());
    redis.setReadOnly(true);
    loading.put("redis", redis);
    loading.setMetatable(runner.missingGlobals());
    loading.setReadOnly(true);
  }

  // ---- redis.register_function ----

  private final class Register extends NativeFunction {
    Register() {
      super("register_function");
    }

    @Override
    protected void call(Arguments call) {
      if (current == null) {
        throw RedisLibrary.error(
            call.lua(), "redis.register_function can only be called on FUNCTION LOAD command");
      }
      if (call.count() < 1 || call.count() > 2) {
        throw RedisLibrary.error(
            call.lua(), "wrong number of arguments to redis.register_function");
      }
      LibraryFunction function = call.count() == 1 ? byNames(call) : byPositions(call);
      if (!FunctionLibrary.isName(function.name())) {
        throw RedisLibrary.error(call.lua(), FunctionLibrary.BAD_NAME.substring("ERR ".length()));
      }
      if (!current.add(function)) {
        throw RedisLibrary.error(call.lua(), "Function already exists in the library");
      }
    }
  }

  private static LibraryFunction byPositions(Arguments call) {
    if (!isText(call.reference(1))) {
      throw RedisLibrary.error(
          call.lua(), "first argument to redis.register_function must be a string");
    }
    if (!(call.reference(2) instanceof Function callback)) {
      throw RedisLibrary.error(
          call.lua(), "second argument to redis.register_function must be a function");
    }
    return new LibraryFunction(call.checkString(1).toString(), callback, null, 0);
  }

  private static boolean isText(Object value) {
    return value instanceof LuaString || value == LuaType.NUMBER;
  }

  private static LibraryFunction byNames(Arguments call) {
    if (!(call.reference(1) instanceof Table given)) {
      throw RedisLibrary.error(
          call.lua(),
          "calling redis.register_function with a single argument is only applicable to Lua table"
              + " (representing named arguments).");
    }
    String name = null;
    Function callback = null;
    String description = null;
    int flags = 0;
    for (int slot = given.next(Table.ABSENT); slot != Table.ABSENT; slot = given.next(slot)) {
      Object key = given.keyReference(slot);
      Object value = given.reference(slot);
      switch (key instanceof LuaString text ? text.toString() : "") {
        case "function_name" -> name = text(call, value, given.number(slot), "function_name");
        case "description" -> description = text(call, value, given.number(slot), "description");
        case "callback" -> {
          if (!(value instanceof Function function)) {
            throw RedisLibrary.error(
                call.lua(),
                "callback argument given to redis.register_function must be a function");
          }
          callback = function;
        }
        case "flags" -> flags = flags(call, value);
        default ->
            throw RedisLibrary.error(
                call.lua(), "unknown argument given to redis.register_function");
      }
    }
    if (name == null) {
      throw RedisLibrary.error(
          call.lua(), "redis.register_function must get a function name argument");
    }
    if (callback == null) {
      throw RedisLibrary.error(call.lua(), "redis.register_function must get a callback argument");
    }
    return new LibraryFunction(name, callback, description, flags);
  }

  private static String text(Arguments call, Object value, double number, String argument) {
    if (!isText(value)) {
      throw RedisLibrary.error(
          call.lua(), argument + " argument given to redis.register_function must be a string");
    }
    call.push(value, number);
    return call.checkString(call.top()).toString();
  }

  private static int flags(Arguments call, Object value) {
    if (!(value instanceof Table names)) {
      throw RedisLibrary.error(
          call.lua(),
          "flags argument to redis.register_function must be a table representing function flags");
    }
    int flags = 0;
    for (int i = 1; names.get(i) != null; i++) {
      ScriptFlag flag =
          names.get(i) instanceof LuaString name ? ScriptFlag.of(name.toString()) : null;
      if (flag == null) {
        throw RedisLibrary.error(call.lua(), "unknown flag given");
      }
      flags |= flag.bit();
    }
    return flags;
  }
}
