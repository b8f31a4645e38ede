package io.jacinth.scripting;

import static io.jacinth.command.Flag.ALLOW_BUSY;
import static io.jacinth.command.Flag.EXECUTES_OTHERS;
import static io.jacinth.command.Flag.MAY_REPLICATE;
import static io.jacinth.command.Flag.MOVABLEKEYS;
import static io.jacinth.command.Flag.NOSCRIPT;
import static io.jacinth.command.Flag.NO_MANDATORY_KEYS;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.SKIP_MONITOR;
import static io.jacinth.command.Flag.STALE;

import io.jacinth.base.Latin1;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.Help;
import io.jacinth.command.KeySpec;
import io.jacinth.command.ShardChoice;
import io.jacinth.memory.Memory;
import java.util.Locale;

/** EVAL and SCRIPT. */
final class ScriptCommands {
  /** What EVAL and FCALL have in common. */
  static final long RUNS = NOSCRIPT | STALE | SKIP_MONITOR | NO_MANDATORY_KEYS | MOVABLEKEYS;

  private static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";

  private final Scripting scripting;

  ScriptCommands(Scripting scripting) {
    this.scripting = scripting;
  }

  void register(CommandTable table) {
    table.add(
        running(
                "eval",
                call -> eval(call, false),
                MAY_REPLICATE,
                "RW ACCESS UPDATE",
                scripting::bodyNeedsAll)
            .callFlags(scripting::flagsOfBody));
    table.add(
        running(
                "evalsha",
                call -> evalsha(call, false),
                MAY_REPLICATE,
                "RW ACCESS UPDATE",
                scripting::nameNeedsAll)
            .callFlags(scripting::flagsOfName));
    table.add(
        running("eval_ro", call -> eval(call, true), READONLY, "RO ACCESS", scripting::bodyNeedsAll)
            .callFlags(scripting::flagsOfBody));
    table.add(
        running(
                "evalsha_ro",
                call -> evalsha(call, true),
                READONLY,
                "RO ACCESS",
                scripting::nameNeedsAll)
            .callFlags(scripting::flagsOfName));
    table.add(
        Command.named("script", null)
            .arity(-2)
            .with(
                sub("load", 3, NOSCRIPT | STALE, this::load),
                sub("exists", -3, NOSCRIPT, this::exists),
                sub("flush", -2, NOSCRIPT, this::flush),
                sub("show", 3, NOSCRIPT | STALE, this::show),
                sub("kill", 2, NOSCRIPT | ALLOW_BUSY, this::kill),
                sub("debug", 3, NOSCRIPT, ScriptCommands::debug),
                Help.subcommand().categories(Category.SCRIPTING)));
  }

  static Command running(
      String name, Handler handler, long flags, String keyFlags, ShardChoice choice) {
    return Command.named(name, handler)
        .arity(-3)
        .flags(RUNS | flags | EXECUTES_OTHERS)
        .categories(Category.SCRIPTING)
        .keys(KeySpec.keynum(2, 1, 1, keyFlags))
        .locks(choice);
  }

  static Command sub(String name, int arity, long flags, Handler handler) {
    return Command.named(name, handler).arity(arity).flags(flags).categories(Category.SCRIPTING);
  }

  /**
   * How many of the words are keys, as word 2 says.
   *
   * @return -1 after an error reply
   */
  static int keyCount(Call call) {
    if (!call.requireLong(2)) {
      return -1;
    }
    long count = call.number();
    if (count > call.count() - 3) {
      call.reply().error("ERR Number of keys can't be greater than number of args");
      return -1;
    }
    if (count < 0) {
      call.reply().error("ERR Number of keys can't be negative");
      return -1;
    }
    return (int) count;
  }

  private void eval(Call call, boolean readOnly) {
    int keys = keyCount(call);
    if (keys < 0) {
      return;
    }
    try {
      run(call, scripting.findByBody(call.worker(), call.arguments()), keys, readOnly);
    } catch (ScriptException e) {
      call.reply().error(e.getMessage());
    }
  }

  private void evalsha(Call call, boolean readOnly) {
    if (call.length(1) != Sha1.HEX_LENGTH) {
      call.reply().error(NO_SCRIPT);
      return;
    }
    int keys = keyCount(call);
    if (keys < 0) {
      return;
    }
    ScriptTable.Entry entry = scripting.findByName(call.worker(), call.arguments());
    if (entry == null) {
      call.reply().error(NO_SCRIPT);
    } else {
      run(call, entry, keys, readOnly);
    }
  }

  private void run(Call call, ScriptTable.Entry entry, int keys, boolean readOnly) {
    scripting.cache().use(entry.script());
    scripting.runner(call.worker()).run(call, entry, keys, readOnly);
  }

  private void load(Call call) {
    byte[] body = Memory.bytes(call.address(2), call.length(2));
    try {
      call.reply().bulk(scripting.cache().add(Scripting.newCompiler(), body, true).sha1());
    } catch (ScriptException e) {
      call.reply().error(e.getMessage());
    }
  }

  private void exists(Call call) {
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      boolean exists = scripting.cache().find(call.text(i).toLowerCase(Locale.ROOT)) != null;
      call.reply().integer(exists ? 1 : 0);
    }
  }

  private void flush(Call call) {
    boolean mode = call.count() == 3 && (call.is(2, "sync") || call.is(2, "async"));
    if (call.count() != 2 && !mode) {
      call.reply().error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
      return;
    }
    scripting.cache().flush();
    call.reply().ok();
  }

  private void show(Call call) {
    Script script = scripting.cache().find(call.text(2).toLowerCase(Locale.ROOT));
    if (script == null) {
      call.reply().error(NO_SCRIPT);
    } else {
      call.reply().bulk(Latin1.string(script.body()));
    }
  }

  private void kill(Call call) {
    scripting.watch().kill(call, false);
  }

  /** There is no debugger. */
  private static void debug(Call call) {
    if (call.is(2, "no") || call.is(2, "yes") || call.is(2, "sync")) {
      call.reply().ok();
    } else {
      call.reply().error("ERR Use SCRIPT DEBUG YES/SYNC/NO");
    }
  }
}
