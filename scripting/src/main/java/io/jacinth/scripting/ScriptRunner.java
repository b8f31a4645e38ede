package io.jacinth.scripting;

import io.jacinth.base.Decimal;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.FieldSets;
import io.jacinth.command.Flag;
import io.jacinth.command.NestedCall;
import io.jacinth.command.Session;
import io.jacinth.command.Worker;
import io.jacinth.keyspace.UndoLog;
import io.jacinth.lua.Arguments;
import io.jacinth.lua.BaseLibrary;
import io.jacinth.lua.CoroutineLibrary;
import io.jacinth.lua.DeprecatedLibrary;
import io.jacinth.lua.Function;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.ScriptStopped;
import io.jacinth.lua.Table;
import io.jacinth.lua.library.BitLibrary;
import io.jacinth.lua.library.JsonLibrary;
import io.jacinth.lua.library.MathLibrary;
import io.jacinth.lua.library.MessagePackLibrary;
import io.jacinth.lua.library.OsLibrary;
import io.jacinth.lua.library.StringLibrary;
import io.jacinth.lua.library.StructLibrary;
import io.jacinth.lua.library.TableLibrary;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;

/**
 * A state of Lua in which scripts or functions run, one at a time: what it sees of the store, and
 * how what it returns becomes a reply.
 *
 * <p>Used by one thread at a time. Nothing that a script does outlasts it: global tables cannot be
 * changed.
 */
final class ScriptRunner {
  /** The values of one state may take this share of the Java heap, or less if many threads run. */
  private static final int MIN_HEAP_SHARES = 4;

  private static final int MIN_WORDS_BYTES = 1 << 10;

  /** How many names of commands are remembered; a power of two. */
  private static final int NAME_SLOTS = 32;

  /** How long a library may take to register its functions. */
  private static final long MAX_LOADING_NANOS = 500_000_000;

  private static final LuaString KEYS = LuaString.name("KEYS");
  private static final LuaString SERVER = LuaString.name("server");
  private static final LuaString REDIS = LuaString.name("redis");
  private static final LuaString ARGV = LuaString.name("ARGV");
  private static final LuaString SOURCE = LuaString.of("source");
  private static final LuaString LINE = LuaString.of("line");

  private final Scripting scripting;
  private final Lua lua;
  private final ReplyReader replies;
  private final Function errorHandler;
  private final io.jacinth.protocol.Arguments words = new io.jacinth.protocol.Arguments();
  private final ScriptTable scripts = new ScriptTable();

  /** Strings that name commands without sub-commands, by their hash, and these. */
  private final LuaString[] names = new LuaString[NAME_SLOTS];

  private final Command[] named = new Command[NAME_SLOTS];

  // ---- the script that runs ----

  private Worker worker;
  private NestedCall nested;
  private Session session;
  private ReplyMemory replyMemory;
  private ReplyWriter replyWriter;
  private long nowMillis;
  private boolean running;

  /** Whether a library is being loaded, and until when it may take. */
  private boolean isLoading;

  private long loadingEndNanos;
  private boolean readOnly;
  private boolean allowsOom;
  private boolean resp3;

  /** Whether it has executed a command that writes. */
  private boolean wrote;

  /** Memory of {@link #wordsBytes} for the words of the command that is called. */
  private long wordsMemory;

  private long wordsBytes;

  /**
   * @param forFunctions whether for functions, else for scripts
   * @param atOnce how many states may be in use at once
   */
  ScriptRunner(Scripting scripting, boolean forFunctions, int atOnce) {
    this.scripting = scripting;
    lua = new Lua(Runtime.getRuntime().maxMemory() / Math.max(MIN_HEAP_SHARES, 2 * atOnce));
    replies = new ReplyReader(lua);
    BaseLibrary.install(lua);
    CoroutineLibrary.install(lua);
    StringLibrary.install(lua);
    TableLibrary.install(lua);
    MathLibrary.install(lua);
    OsLibrary.install(lua, System::nanoTime);
    BitLibrary.install(lua);
    StructLibrary.install(lua);
    JsonLibrary.install(lua);
    MessagePackLibrary.install(lua);
    ErrorHandler handler = new ErrorHandler();
    errorHandler = handler;
    if (!forFunctions) {
      lua.add(lua.globals(), handler);
    }
    if (scripting.hasDeprecated()) {
      DeprecatedLibrary.install(lua);
    }
    lua.add(lua.globals(), new Pcall());
    new RedisLibrary(this).install(lua, forFunctions);
    lua.setWatch(this::poll);
  }

  Lua lua() {
    return lua;
  }

  /** Makes the global tables read-only; a global that is not there is an error from now on. */
  void protectGlobals() {
    Table globals = lua.globals();
    Table metatable = missingGlobals();
    globals.setMetatable(metatable);
    for (int slot = globals.next(Table.ABSENT); slot != Table.ABSENT; slot = globals.next(slot)) {
      if (globals.reference(slot) instanceof Table library) {
        library.setReadOnly(true);
      }
    }
    globals.setReadOnly(true);
  }

  /**
   * A metatable for a table of global variables: one that is not there is an error, but {@code
   * server}, which is {@code redis} as Valkey calls it.
   */
  Table missingGlobals() {
    Table metatable = new Table(lua, 0, 1);
    NativeFunction missing =
        new NativeFunction("missing global") {
          @Override
          protected void call(Arguments call) {
            LuaString name = call.checkString(2);
            Table globals = call.checkTable(1);
            if (name.equals(SERVER) && globals.get(REDIS) != null) {
              call.returnReference(globals.get(REDIS));
              return;
            }
            throw call.error(
                "Script attempted to access nonexistent global variable '" + name + "'");
          }
        };
    metatable.put("__index", missing);
    metatable.setReadOnly(true);
    return metatable;
  }

  Function errorHandler() {
    return errorHandler;
  }

  ScriptTable scripts() {
    return scripts;
  }

  ScriptTable.Entry entry(Script script) {
    return new ScriptTable.Entry(script, lua.closure(script.code()));
  }

  /** Whether a script runs. */
  boolean isRunning() {
    return running;
  }

  boolean hasWritten() {
    return wrote;
  }

  // ---- running ----

  /**
   * Runs a script of EVAL and replies with what it returns.
   *
   * @param keys how many words from the third one on are keys
   */
  void run(Call call, ScriptTable.Entry entry, int keys, boolean readOnlyCommand) {
    Script script = entry.script();
    boolean withoutWrites = readOnlyCommand;
    boolean oomAllowed = false;
    if (script.hasShebang()) {
      String refusal = refusal(call.worker(), script.flags(), readOnlyCommand);
      if (refusal != null) {
        call.reply().error(refusal);
        return;
      }
      withoutWrites |= ScriptFlag.NO_WRITES.isIn(script.flags());
      oomAllowed = true;
    }
    begin(call, withoutWrites, oomAllowed, script.endsByItself());
    try {
      Table globals = lua.globals();
      globals.setReadOnly(false);
      globals.put(KEYS, table(call, 3, 3 + keys), 0);
      globals.put(ARGV, table(call, 3 + keys, call.count()), 0);
      globals.setReadOnly(true);
      lua.restoreGlobals(entry.function());
      Arguments host = lua.host();
      host.pushReference(entry.function());
      execute(call, host, 0, script.sha1(), Script.CHUNK_NAME);
    } finally {
      end();
    }
  }

  /**
   * Runs a function of a library.
   *
   * @param keys how many words from the third one on are keys
   */
  void run(Call call, LibraryFunction function, int keys, boolean readOnlyCommand) {
    String refusal = refusal(call.worker(), function.flags(), readOnlyCommand);
    if (refusal != null) {
      call.reply().error(refusal);
      return;
    }
    boolean withoutWrites = readOnlyCommand || ScriptFlag.NO_WRITES.isIn(function.flags());
    begin(call, withoutWrites, true, function.endsByItself());
    try {
      Arguments host = lua.host();
      host.pushReference(function.callback());
      host.pushReference(table(call, 3, 3 + keys));
      host.pushReference(table(call, 3 + keys, call.count()));
      execute(call, host, 2, function.name(), FunctionLibrary.CHUNK_NAME);
    } finally {
      end();
    }
  }

  /** Why what declares flags cannot run; null if it can. */
  private static String refusal(Worker worker, int flags, boolean readOnlyCommand) {
    boolean writes = !ScriptFlag.NO_WRITES.isIn(flags);
    if (readOnlyCommand && writes) {
      return "ERR Can not execute a script with write flag using *_ro command.";
    }
    if (writes && worker.isOutOfMemory() && !ScriptFlag.ALLOW_OOM.isIn(flags)) {
      return "OOM allow-oom flag is not set on the script, can not run it when used memory >"
          + " 'maxmemory'";
    }
    return null;
  }

  private void begin(Call call, boolean withoutWrites, boolean oomAllowed, boolean endsByItself) {
    worker = call.worker();
    nested = scripting.nested(worker);
    session = call.session();
    nowMillis = call.nowMillis();
    readOnly = withoutWrites;
    allowsOom = oomAllowed;
    resp3 = false;
    wrote = false;
    running = true;
    Slab slab = worker.slab();
    wordsBytes = Slab.usableBytes(MIN_WORDS_BYTES);
    wordsMemory = slab.allocate(wordsBytes, Tag.SCRATCH);
    replyMemory = new ReplyMemory(slab);
    replyWriter = new ReplyWriter(wordsMemory);
    long undoBytes =
        withoutWrites || endsByItself ? 0 : worker.engine().settings().scriptUndoMemory.asLong();
    ScriptWatch.Run run = scripting.watch().begin(this, call, undoBytes != 0);
    if (undoBytes != 0) {
      undo().begin(slab, undoBytes, run::losesUndo);
    }
  }

  /** What undoes the script that runs. */
  private UndoLog undo() {
    return worker.tally().undo();
  }

  private void end() {
    running = false;
    if (undo().isActive()) {
      undo().end();
    }
    scripting.watch().end(this);
    worker.slab().free(wordsMemory, wordsBytes, Tag.SCRATCH);
    replyMemory.free();
    replyMemory = null;
    replyWriter = null;
    session = null;
    lua.clear();
  }

  private Table table(Call call, int from, int to) {
    Table table = new Table(lua, to - from, 0);
    for (int i = from; i < to; i++) {
      table.put(i - from + 1, LuaString.of(Memory.bytes(call.address(i), call.length(i))), 0);
    }
    return table;
  }

  private void execute(Call call, Arguments host, int arguments, String name, String chunk) {
    int database = session.database();
    FieldSets fieldSets = session.exchangeFieldSets(null);
    int depth = host.top() - arguments - 1;
    LuaError error;
    try {
      error = host.tryInvoke(arguments, 1, errorHandler);
    } catch (ScriptStopped stopped) {
      lua.clearStop();
      if (undo().isActive()) {
        undo().undo();
      }
      call.reply().error(scripting.watch().killed(this, name, chunk));
      return;
    } catch (StackOverflowError deep) {
      call.reply().error("ERR stack overflow");
      return;
    } finally {
      session.database(database);
      FieldSets ofScript = session.exchangeFieldSets(fieldSets);
      if (ofScript != null) {
        ofScript.clear();
      }
    }
    if (error == null) {
      int result = depth + 1;
      new ValueWriter(worker.slab(), call.reply(), resp3)
          .write(host.reference(result), host.number(result));
    } else {
      String text = text(error, name);
      if (error.reference() instanceof Table table && ReplyReader.isCounted(table)) {
        call.reply().countedError(text);
      } else {
        call.reply().error(text);
      }
    }
  }

  /** What an error says. */
  static String message(LuaError error) {
    if (!(error.reference() instanceof Table table)) {
      return "ERR " + error.getMessage();
    }
    String message =
        table.get(ReplyReader.ERR) instanceof LuaString err ? err.toString() : "ERR unknown error";
    return message.startsWith("-") ? message.substring(1) : message;
  }

  /** An error that has left a script, with its place. */
  private static String text(LuaError error, String name) {
    String message = message(error);
    if (error.reference() instanceof Table table
        && table.get(SOURCE) instanceof LuaString source
        && table.get(LINE) == LuaType.NUMBER) {
      long line = (long) table.number(table.find(LINE));
      return message + " script: " + name + ", on " + source + ":" + line + ".";
    }
    return message;
  }

  /** Makes a table of an error where it happens, with its place. */
  private final class ErrorHandler extends NativeFunction {
    ErrorHandler() {
      super("__redis__err__handler");
    }

    @Override
    protected void call(Arguments call) {
      Table table;
      Object value = call.reference(1);
      if (value instanceof Table given) {
        table = given;
      } else {
        table = new Table(lua, 0, 3);
        table.put(ReplyReader.ERR, LuaString.of("ERR " + describe(call, value)), 0);
      }
      int level = call.source(1) == null ? 2 : 1;
      String source = call.source(level);
      if (source != null && !table.isReadOnly()) {
        table.put(SOURCE, LuaString.of("@" + source), 0);
        table.put(LINE, LuaType.NUMBER, call.line(level));
      }
      call.returnReference(table);
    }

    private String describe(Arguments call, Object value) {
      if (value instanceof LuaString || value == LuaType.NUMBER) {
        return call.checkString(1).toString();
      }
      return value == null || value instanceof Boolean
          ? value == null ? "nil" : value.toString()
          : LuaType.nameOf(value);
    }
  }

  /** {@code pcall}, which gives errors of commands as strings, as scripts have always got them. */
  private static final class Pcall extends NativeFunction {
    Pcall() {
      super("pcall");
    }

    @Override
    protected void call(Arguments call) {
      call.checkAny(1);
      int count = call.count();
      for (int i = 1; i <= count; i++) {
        call.pushCopy(i);
      }
      LuaError error = call.tryInvoke(count - 1, Arguments.ALL, null);
      if (error == null) {
        int results = call.top() - count;
        call.pushReference(true);
        for (int i = 1; i <= results; i++) {
          call.pushCopy(count + i);
        }
        call.returnPushed(results + 1);
        return;
      }
      call.pushReference(false);
      if (error.reference() instanceof Table table
          && table.get(ReplyReader.ERR) instanceof LuaString text) {
        call.pushReference(text);
      } else {
        call.push(error.reference(), error.number());
      }
      call.returnPushed(2);
    }
  }

  // ---- what scripts call ----

  void resp3(boolean resp3) {
    this.resp3 = resp3;
  }

  Worker worker() {
    return worker;
  }

  /** The command that arguments of a call name, null if there is none. */
  Command command(Arguments call) {
    return prepareWords(call) ? scripting.commands(worker).find(words) : null;
  }

  int wordCount() {
    return words.count();
  }

  /** {@code redis.call} and {@code redis.pcall}. */
  void callCommand(Arguments call, boolean raises) {
    if (!running) {
      fail(call, raises, "ERR redis.call/pcall can only be called inside a script invocation");
      return;
    }
    if (call.count() == 0) {
      fail(call, raises, "ERR Please specify at least one argument for this redis lib call");
      return;
    }
    if (!prepareWords(call)) {
      fail(call, raises, "ERR Lua redis lib command arguments must be strings or integers");
      return;
    }
    Command command = find(call);
    String refusal = refusal(command);
    if (refusal != null) {
      nested.reject(command, refusal);
      failCounted(call, raises, refusal);
      return;
    }
    replyMemory.reset();
    replyWriter.open(replyMemory, resp3);
    if (command.is(Flag.WRITE)) {
      wrote = true;
    }
    if (!nested.execute(session, command, words, nowMillis, replyWriter)) {
      fail(call, raises, "ERR Script attempted to access a key that it does not declare");
      return;
    }
    replyWriter.flush();
    if (session.isClosing()) {
      // perhaps by a reply without end, which is not whole
      fail(call, raises, "ERR The client is cut off");
      return;
    }
    Object reply = replies.read(replyMemory.address());
    if (replies.isError() && raises) {
      throw new LuaError(reply, 0);
    }
    call.push(reply, replies.number());
    call.returnPushed(1);
  }

  /** The command that the words name: found by the string that names it, if it has been before. */
  @SuppressWarnings("ReferenceEquality") // the same string, not an equal one: that is quicker
  private Command find(Arguments call) {
    int slot = call.reference(1) instanceof LuaString name ? name.hashCode() & NAME_SLOTS - 1 : 0;
    if (call.reference(1) == names[slot]) {
      return named[slot];
    }
    Command command = scripting.commands(worker).find(words);
    if (command != null
        && command.subcommands().isEmpty()
        && command.container() == null
        && call.reference(1) instanceof LuaString name) {
      names[slot] = name;
      named[slot] = command;
    }
    return command;
  }

  private String refusal(Command command) {
    if (command == null) {
      return "ERR Unknown Redis command called from script";
    }
    if (!command.acceptsCount(words.count()) || command.handler() == null) {
      return "ERR Wrong number of args calling Redis command from script";
    }
    if (command.is(Flag.NOSCRIPT) && !isPermitted(command)) {
      return "ERR This Redis command is not allowed from script";
    }
    if (readOnly && command.is(Flag.WRITE | Flag.MAY_REPLICATE)) {
      return "ERR Write commands are not allowed from read-only scripts.";
    }
    if (!allowsOom && !wrote && command.is(Flag.DENYOOM) && worker.isOutOfMemory()) {
      return Errors.OUT_OF_MEMORY;
    }
    return null;
  }

  /**
   * Whether a script may call what scripts must not call, for tests. What runs others, changes
   * scripts, or is about the connection itself remains forbidden.
   */
  private boolean isPermitted(Command command) {
    return worker.engine().permitsScripts()
        && !command.is(Flag.EXECUTES_OTHERS | Flag.ALLOW_BUSY | Flag.SUBSCRIBER)
        && (command.categories() & Category.SCRIPTING) == 0;
  }

  /** Raises an error table, or returns it. */
  private void fail(Arguments call, boolean raises, String message) {
    Table table = new Table(lua, 0, 1);
    table.put(ReplyReader.ERR, LuaString.of(message), 0);
    fail(call, raises, table);
  }

  /** The same with an error that is not to be counted again when it becomes the reply. */
  private void failCounted(Arguments call, boolean raises, String message) {
    Table table = new Table(lua, 0, 2);
    table.put(ReplyReader.ERR, LuaString.of(message), 0);
    table.put(ReplyReader.IGNORE, true, 0);
    fail(call, raises, table);
  }

  private static void fail(Arguments call, boolean raises, Table table) {
    if (raises) {
      throw new LuaError(table, 0);
    }
    call.returnReference(table);
  }

  /**
   * Makes words of all arguments of a call.
   *
   * @return false if one is neither a string nor a number
   */
  private boolean prepareWords(Arguments call) {
    int count = call.count();
    long bytes = 0;
    for (int i = 1; i <= count; i++) {
      Object value = call.reference(i);
      if (value instanceof LuaString string) {
        bytes += string.length();
      } else if (value == LuaType.NUMBER) {
        bytes += Decimal.MAX_DOUBLE_LENGTH;
      } else {
        return false;
      }
    }
    long at = roomForWords(bytes);
    words.clear();
    for (int i = 1; i <= count; i++) {
      int length;
      if (call.reference(i) instanceof LuaString string) {
        length = string.length();
        Memory.write(string.bytes(), 0, length, at);
      } else {
        length = write(at, call.number(i));
      }
      words.add(at, length);
      at += length;
    }
    return true;
  }

  /** Behind the scratch memory of the reply's writer. */
  private long roomForWords(long bytes) {
    long wanted = ReplyWriter.SCRATCH_BYTES + bytes;
    if (wanted > wordsBytes) {
      Slab slab = worker.slab();
      slab.free(wordsMemory, wordsBytes, Tag.SCRATCH);
      wordsBytes = Slab.usableBytes(wanted);
      wordsMemory = slab.allocate(wordsBytes, Tag.SCRATCH);
      replyWriter = new ReplyWriter(wordsMemory);
    }
    return wordsMemory + ReplyWriter.SCRATCH_BYTES;
  }

  private static int write(long at, double number) {
    long integer = (long) number;
    if (integer == number && Math.abs(number) < 0x1p62) {
      return Decimal.writeLong(at, integer);
    }
    if (Double.isNaN(number)) {
      Memory.putInt(at, NOT_A_NUMBER);
      return Integer.BYTES;
    }
    return Decimal.writeDouble(at, number);
  }

  /** The bytes of {@code -nan}, as processors print 0/0. */
  private static final int NOT_A_NUMBER = 0x6e_61_6e_2d;

  /** A library begins to be loaded, which may not take long, as nobody can kill that. */
  void beginLoading() {
    isLoading = true;
    loadingEndNanos = System.nanoTime() + MAX_LOADING_NANOS;
  }

  void endLoading() {
    isLoading = false;
  }

  /** What is only compiled, and not run, may take as long as its text is. */
  private void poll() {
    if (running) {
      scripting.watch().poll(this);
    } else if (isLoading && System.nanoTime() - loadingEndNanos > 0) {
      throw new ScriptStopped();
    }
  }
}
