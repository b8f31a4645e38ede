package io.jacinth.scripting;

import io.jacinth.command.Command;
import io.jacinth.command.Log;
import io.jacinth.command.Version;
import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.Table;

/** The global table {@code redis}: what a script can ask of the store. */
final class RedisLibrary {
  private static final int LOG_DEBUG = 0;
  private static final int LOG_VERBOSE = 1;
  private static final int LOG_NOTICE = 2;
  private static final int LOG_WARNING = 3;
  private static final int REPL_AOF = 1;
  private static final int REPL_REPLICA = 2;

  private final ScriptRunner runner;

  RedisLibrary(ScriptRunner runner) {
    this.runner = runner;
  }

  /** What a function of the table does. */
  @FunctionalInterface
  private interface Body {
    void call(Arguments call);
  }

  private static NativeFunction function(String name, Body body) {
    return new NativeFunction(name) {
      @Override
      protected void call(Arguments call) {
        body.call(call);
      }
    };
  }

  void install(Lua lua, boolean forFunctions) {
    Table redis = new Table(lua, 0, 32);
    lua.add(redis, new CommandFunction("call", true));
    lua.add(redis, new CommandFunction("pcall", false));
    addLog(lua, redis);
    lua.add(redis, function("setresp", this::setResp));
    lua.add(redis, function("sha1hex", RedisLibrary::sha1hex));
    lua.add(redis, function("error_reply", RedisLibrary::errorReply));
    lua.add(redis, function("status_reply", RedisLibrary::statusReply));
    lua.add(redis, function("set_repl", RedisLibrary::setRepl));
    redis.put("REPL_NONE", 0);
    redis.put("REPL_AOF", REPL_AOF);
    redis.put("REPL_SLAVE", REPL_REPLICA);
    redis.put("REPL_REPLICA", REPL_REPLICA);
    redis.put("REPL_ALL", REPL_AOF | REPL_REPLICA);
    lua.add(redis, function("acl_check_cmd", this::aclCheckCommand));
    if (!forFunctions) {
      lua.add(redis, function("replicate_commands", call -> call.returnBoolean(true)));
      lua.add(redis, function("breakpoint", call -> call.returnBoolean(false)));
      lua.add(redis, function("debug", Arguments::returnNothing));
    }
    lua.globals().put("redis", redis);
  }

  /** What a library sees of the table while it is loaded, without the function that registers. */
  static Table loading(Lua lua, ScriptRunner runner) {
    Table redis = new Table(lua, 0, 8);
    new RedisLibrary(runner).addLog(lua, redis);
    return redis;
  }

  private void addLog(Lua lua, Table redis) {
    lua.add(redis, function("log", this::log));
    redis.put("LOG_DEBUG", LOG_DEBUG);
    redis.put("LOG_VERBOSE", LOG_VERBOSE);
    redis.put("LOG_NOTICE", LOG_NOTICE);
    redis.put("LOG_WARNING", LOG_WARNING);
    redis.put("REDIS_VERSION", LuaString.of(Version.REDIS));
    redis.put("REDIS_VERSION_NUM", versionNumber());
  }

  private static int versionNumber() {
    int number = 0;
    for (String part : Version.REDIS.split("\\.", -1)) {
      number = number << Byte.SIZE | Integer.parseInt(part);
    }
    return number;
  }

  /** {@code redis.call} and {@code redis.pcall}. */
  private final class CommandFunction extends NativeFunction {
    private final boolean raises;

    CommandFunction(String name, boolean raises) {
      super(name);
      this.raises = raises;
    }

    @Override
    protected void call(Arguments call) {
      runner.callCommand(call, raises);
    }
  }

  /** An error of this library: a table, so that nothing is added to its text. */
  static LuaError error(Lua lua, String message) {
    Table table = new Table(lua, 0, 1);
    table.put(ReplyReader.ERR, LuaString.of("ERR " + message), 0);
    return new LuaError(table, 0);
  }

  private void log(Arguments call) {
    if (call.count() < 2) {
      throw error(call.lua(), "redis.log() requires two arguments or more.");
    }
    if (call.reference(1) != LuaType.NUMBER) {
      throw error(call.lua(), "First argument must be a number (log level).");
    }
    int level = (int) call.number(1);
    if (level < LOG_DEBUG || level > LOG_WARNING) {
      throw error(call.lua(), "Invalid log level.");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 2; i <= call.count(); i++) {
      Object value = call.reference(i);
      if (value instanceof LuaString || value == LuaType.NUMBER) {
        text.append(text.isEmpty() ? "" : " ").append(call.checkString(i));
      }
    }
    if (runner.worker() == null) {
      return;
    }
    Log log = runner.worker().engine().log();
    switch (level) {
      case LOG_WARNING -> log.warning(text.toString());
      case LOG_NOTICE -> log.notice(text.toString());
      default -> log.verbose(text.toString());
    }
  }

  private void setResp(Arguments call) {
    if (call.count() != 1) {
      throw error(call.lua(), "redis.setresp() requires one argument.");
    }
    double version = call.reference(1) == LuaType.NUMBER ? call.number(1) : 0;
    if (version != 2 && version != 3) {
      throw error(call.lua(), "RESP version must be 2 or 3.");
    }
    runner.resp3(version == 3);
  }

  private static void sha1hex(Arguments call) {
    if (call.count() != 1) {
      throw error(call.lua(), "wrong number of arguments");
    }
    call.returnReference(LuaString.of(Sha1.hex(call.checkString(1).bytes())));
  }

  private static void errorReply(Arguments call) {
    if (call.count() != 1 || !(call.reference(1) instanceof LuaString given)) {
      wrongArguments(call);
      return;
    }
    String text = given.toString();
    if (text.startsWith("-")) {
      text = text.substring(1);
    }
    reply(call, ReplyReader.ERR, text.indexOf(' ') < 0 ? "ERR " + text : text);
  }

  private static void statusReply(Arguments call) {
    if (call.count() != 1 || !(call.reference(1) instanceof LuaString given)) {
      wrongArguments(call);
      return;
    }
    reply(call, ReplyReader.OK, given.toString());
  }

  private static void wrongArguments(Arguments call) {
    reply(call, ReplyReader.ERR, "ERR wrong number or type of arguments");
  }

  private static void reply(Arguments call, LuaString name, String text) {
    Table table = new Table(call.lua(), 0, 1);
    table.put(name, LuaString.of(text), 0);
    call.returnReference(table);
  }

  /** Nothing is replicated yet, so there is nothing to choose. */
  private static void setRepl(Arguments call) {
    if (call.count() != 1) {
      throw error(call.lua(), "redis.set_repl() requires one argument.");
    }
    double flags = call.reference(1) == LuaType.NUMBER ? call.number(1) : 0;
    if ((int) flags < 0 || (int) flags > (REPL_AOF | REPL_REPLICA)) {
      throw error(
          call.lua(),
          "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
    }
  }

  private void aclCheckCommand(Arguments call) {
    if (call.count() == 0) {
      throw error(call.lua(), "Please specify at least one argument for this redis lib call");
    }
    for (int i = 1; i <= call.count(); i++) {
      Object value = call.reference(i);
      if (!(value instanceof LuaString) && value != LuaType.NUMBER) {
        throw error(call.lua(), "Lua redis lib command arguments must be strings or integers");
      }
    }
    Command command = runner.command(call);
    if (command == null) {
      throw error(call.lua(), "Invalid command passed to redis.acl_check_cmd()");
    }
    call.returnBoolean(true);
  }
}
