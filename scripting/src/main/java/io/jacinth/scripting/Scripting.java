package io.jacinth.scripting;

import io.jacinth.base.Latin1;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Engine;
import io.jacinth.command.NestedCall;
import io.jacinth.command.ScriptFigures;
import io.jacinth.command.Worker;
import io.jacinth.lua.Lua;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.Arguments;
import java.util.Locale;

/**
 * Scripts and functions of one store.
 *
 * <p>Each I/O thread has a Lua of its own for scripts, so that they run in parallel; functions have
 * one together, because a library may keep values between calls: they run alone.
 */
public final class Scripting implements ScriptFigures {
  /** Before any Lua is needed the memory of none is used. */
  private static final long COMPILER_BUDGET_BYTES = 64L << 20;

  private final ScriptCache cache;
  private final ScriptWatch watch = new ScriptWatch();
  private final FunctionRegistry functions = new FunctionRegistry(this);

  /** By the numbers of workers; each is made by its own thread. */
  private final ScriptRunner[] runners = new ScriptRunner[MAX_WORKERS];

  private final NestedCall[] nested = new NestedCall[MAX_WORKERS];
  private static final int MAX_WORKERS = 1024;

  private boolean deprecated;

  private Scripting(CommandTable commands) {
    cache = new ScriptCache(new DeclaredKeys(commands));
  }

  /** Adds the commands of scripts and functions to the table of a store. */
  public static void register(CommandTable table) {
    Scripting scripting = new Scripting(table);
    table.documentedBeside(Scripting.class);
    table.onStart(scripting::start);
    new ScriptCommands(scripting).register(table);
    new FunctionCommands(scripting).register(table);
  }

  private void start(Engine engine) {
    deprecated = engine.settings().luaEnableDeprecatedApi.isOn();
    engine.scripts(this);
  }

  /** Whether scripts and functions have what is in {@link io.jacinth.lua.DeprecatedLibrary}. */
  boolean hasDeprecated() {
    return deprecated;
  }

  ScriptCache cache() {
    return cache;
  }

  ScriptWatch watch() {
    return watch;
  }

  FunctionRegistry registry() {
    return functions;
  }

  CommandTable commands(Worker worker) {
    return worker.engine().commands();
  }

  NestedCall nested(Worker worker) {
    NestedCall call = nested[worker.number()];
    if (call == null) {
      call = NestedCall.ofScript(worker);
      nested[worker.number()] = call;
    }
    return call;
  }

  ScriptRunner runner(Worker worker) {
    ScriptRunner runner = runners[worker.number()];
    if (runner == null) {
      int threads = worker.engine().settings().ioThreads.asInt();
      runner = new ScriptRunner(this, false, threads);
      runner.protectGlobals();
      runners[worker.number()] = runner;
    }
    return runner;
  }

  static Lua newCompiler() {
    return new Lua(COMPILER_BUDGET_BYTES);
  }

  // ---- finding scripts ----

  /** The script of the body that is word 1, which is compiled if it is new. */
  ScriptTable.Entry findByBody(Worker worker, Arguments words) throws ScriptException {
    ScriptRunner runner = runner(worker);
    long address = words.address(1);
    int length = words.length(1);
    long key = hash(worker, words);
    ScriptTable.Entry entry = runner.scripts().get(key);
    if (entry != null
        && !entry.script().isForgotten()
        && Latin1.equal(entry.script().body(), address, length)) {
      return entry;
    }
    entry = runner.entry(cache.add(newCompiler(), Memory.bytes(address, length), false));
    runner.scripts().put(key, entry);
    return entry;
  }

  /** The script of the name that is word 1; null if there is none. */
  ScriptTable.Entry findByName(Worker worker, Arguments words) {
    if (words.length(1) != Sha1.HEX_LENGTH) {
      return null;
    }
    ScriptRunner runner = runner(worker);
    long address = words.address(1);
    long key = hash(worker, words);
    ScriptTable.Entry entry = runner.scripts().get(key);
    if (entry != null
        && !entry.script().isForgotten()
        && Latin1.equalIgnoringCase(entry.script().sha1(), address, Sha1.HEX_LENGTH)) {
      return entry;
    }
    String name = Latin1.string(address, Sha1.HEX_LENGTH).toLowerCase(Locale.ROOT);
    Script script = cache.find(name);
    if (script == null) {
      return null;
    }
    entry = runner.entry(script);
    runner.scripts().put(key, entry);
    return entry;
  }

  /** The hash of word 1, which is computed once only. */
  private static long hash(Worker worker, Arguments words) {
    if (!words.isHashed()) {
      words.hash(worker.engine().keyspace().hash(words.address(1), words.length(1)));
    }
    return words.hash();
  }

  // ---- flags ----

  /**
   * The flags of a call of EVAL: a script without a first line of them has those of the command.
   */
  long flagsOfBody(Worker worker, Arguments words, long flags) {
    if (!Shebang.isIn(words.address(1), words.length(1))) {
      return flags;
    }
    try {
      return ScriptFlag.commandFlags(findByBody(worker, words).script().flags(), flags);
    } catch (ScriptException e) {
      return flags; // said again when it is executed
    }
  }

  /** The flags of a call of EVALSHA. */
  long flagsOfName(Worker worker, Arguments words, long flags) {
    ScriptTable.Entry entry = findByName(worker, words);
    return entry == null || !entry.script().hasShebang()
        ? flags
        : ScriptFlag.commandFlags(entry.script().flags(), flags);
  }

  // ---- figures ----

  @Override
  public long scripts() {
    return cache.count();
  }

  @Override
  public long scriptBytes() {
    return cache.bodyBytes();
  }

  @Override
  public long evictedScripts() {
    return cache.evicted();
  }

  @Override
  public void resetCounters() {
    cache.resetCounters();
  }

  @Override
  public long libraries() {
    return functions.libraries().size();
  }

  @Override
  public long functions() {
    return functions.functionCount();
  }

  @Override
  public long libraryBytes() {
    return functions.codeBytes();
  }

  @Override
  public long scriptValueBytes() {
    long bytes = 0;
    for (ScriptRunner runner : runners) {
      bytes += runner == null ? 0 : runner.lua().usedBytes();
    }
    return bytes;
  }

  @Override
  public long functionValueBytes() {
    ScriptRunner runner = functions.runner();
    return runner == null ? 0 : runner.lua().usedBytes();
  }

  // ---- locking ----

  /** Whether EVAL may touch other keys than it declares. */
  boolean bodyNeedsAll(Worker worker, Arguments words) {
    try {
      return needsAll(findByBody(worker, words));
    } catch (ScriptException e) {
      return true; // said again when it is executed
    }
  }

  /** Whether EVALSHA may touch other keys than it declares. */
  boolean nameNeedsAll(Worker worker, Arguments words) {
    return needsAll(findByName(worker, words));
  }

  private static boolean needsAll(ScriptTable.Entry entry) {
    return entry == null || !entry.script().keepsToDeclaredKeys();
  }
}
