package io.jacinth.scripting;

import io.jacinth.base.Hash;
import io.jacinth.base.Latin1;
import io.jacinth.command.Call;
import io.jacinth.command.CommandTable;
import io.jacinth.command.NestedCall;
import io.jacinth.command.Worker;
import io.jacinth.keyspace.Keyspace;
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
public final class Scripting {
  private static final long SEED = 0x5c_21_90_17_3d_86_fa_4bL;

  /** Before any Lua is needed the memory of none is used. */
  private static final long COMPILER_BUDGET_BYTES = 64L << 20;

  private final ScriptCache cache = new ScriptCache();
  private final ScriptWatch watch = new ScriptWatch();
  private final FunctionRegistry functions = new FunctionRegistry(this);

  /** By the numbers of workers; each is made by its own thread. */
  private final ScriptRunner[] runners = new ScriptRunner[MAX_WORKERS];

  private final NestedCall[] nested = new NestedCall[MAX_WORKERS];
  private static final int MAX_WORKERS = 1024;

  private Scripting() {}

  /** Adds the commands of scripts and functions to the table of a store. */
  public static void register(CommandTable table) {
    Scripting scripting = new Scripting();
    table.documentedBeside(Scripting.class);
    new ScriptCommands(scripting).register(table);
    new FunctionCommands(scripting).register(table);
  }

  ScriptCache cache() {
    return cache;
  }

  ScriptWatch watch() {
    return watch;
  }

  FunctionRegistry functions() {
    return functions;
  }

  CommandTable commands(Worker worker) {
    return worker.engine().commands();
  }

  NestedCall nested(Worker worker) {
    NestedCall call = nested[worker.number()];
    if (call == null) {
      call = new NestedCall(worker);
      nested[worker.number()] = call;
    }
    return call;
  }

  ScriptRunner runner(Worker worker) {
    ScriptRunner runner = runners[worker.number()];
    if (runner == null) {
      runner = new ScriptRunner(this, false);
      runner.protectGlobals();
      runners[worker.number()] = runner;
    }
    return runner;
  }

  static Lua newCompiler() {
    return new Lua(COMPILER_BUDGET_BYTES);
  }

  // ---- finding scripts ----

  /** The script of a body, which is compiled if it is new; null after an error reply. */
  ScriptTable.Entry findByBody(Call call) {
    ScriptRunner runner = runner(call.worker());
    long address = call.address(1);
    int length = call.length(1);
    long key = Hash.hash(SEED, address, length);
    ScriptTable.Entry entry = runner.scripts().get(key);
    if (entry != null
        && !entry.script().isForgotten()
        && Latin1.equal(entry.script().body(), address, length)) {
      return entry;
    }
    try {
      entry = runner.entry(cache.add(newCompiler(), Memory.bytes(address, length), false));
    } catch (ScriptException e) {
      call.reply().error(e.getMessage());
      return null;
    }
    runner.scripts().put(key, entry);
    return entry;
  }

  /** The script of a name; null if there is none. */
  ScriptTable.Entry findByName(Call call) {
    if (call.length(1) != Sha1.HEX_LENGTH) {
      return null;
    }
    ScriptRunner runner = runner(call.worker());
    long key = Hash.hash(SEED + 1, call.address(1), Sha1.HEX_LENGTH);
    ScriptTable.Entry entry = runner.scripts().get(key);
    if (entry != null
        && !entry.script().isForgotten()
        && Latin1.equalIgnoringCase(entry.script().sha1(), call.address(1), Sha1.HEX_LENGTH)) {
      return entry;
    }
    Script script = cache.find(call.text(1).toLowerCase(Locale.ROOT));
    if (script == null) {
      return null;
    }
    entry = runner.entry(script);
    runner.scripts().put(key, entry);
    return entry;
  }

  // ---- locking ----

  /** The shards that EVAL needs. */
  long shardsOfBody(Keyspace keyspace, Arguments words) {
    return keyspace.allShards();
  }

  /** The shards that EVALSHA needs. */
  long shardsOfName(Keyspace keyspace, Arguments words) {
    return keyspace.allShards();
  }
}
