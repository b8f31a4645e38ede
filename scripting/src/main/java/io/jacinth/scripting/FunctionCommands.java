package io.jacinth.scripting;

import static io.jacinth.command.Flag.ALLOW_BUSY;
import static io.jacinth.command.Flag.ALL_SHARDS;
import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.MAY_REPLICATE;
import static io.jacinth.command.Flag.NOSCRIPT;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.base.GlobPattern;
import io.jacinth.base.Latin1;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Help;
import io.jacinth.command.Worker;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/** FCALL and FUNCTION. All of them lock all shards, as functions share one Lua. */
final class FunctionCommands {
  private final Scripting scripting;

  FunctionCommands(Scripting scripting) {
    this.scripting = scripting;
  }

  void register(CommandTable table) {
    table.add(running("fcall", false, MAY_REPLICATE, "RW ACCESS UPDATE"));
    table.add(running("fcall_ro", true, READONLY, "RO ACCESS"));
    table.add(
        Command.named("function", null)
            .arity(-2)
            .with(
                ScriptCommands.sub("load", -3, WRITE | DENYOOM | NOSCRIPT | ALL_SHARDS, this::load),
                ScriptCommands.sub("delete", 3, WRITE | NOSCRIPT | ALL_SHARDS, this::delete),
                ScriptCommands.sub("list", -2, NOSCRIPT | ALL_SHARDS, this::list),
                ScriptCommands.sub("dump", 2, NOSCRIPT | ALL_SHARDS, this::dump),
                ScriptCommands.sub(
                    "restore", -3, WRITE | DENYOOM | NOSCRIPT | ALL_SHARDS, this::restore),
                ScriptCommands.sub("flush", -2, WRITE | NOSCRIPT | ALL_SHARDS, this::flush),
                ScriptCommands.sub("kill", 2, NOSCRIPT | ALLOW_BUSY, this::kill),
                ScriptCommands.sub("stats", 2, NOSCRIPT | ALLOW_BUSY, this::stats),
                Help.subcommand().categories(Category.SCRIPTING)));
  }

  private Command running(String name, boolean readOnly, long flags, String keyFlags) {
    return ScriptCommands.running(
            name, call -> call(call, readOnly), flags, keyFlags, (_, _) -> true)
        .callFlags(this::flags);
  }

  /** What the function declares. */
  private long flags(Worker worker, Arguments words, long flags) {
    LibraryFunction function =
        scripting.registry().find(Latin1.string(words.address(1), words.length(1)));
    return function == null ? flags : ScriptFlag.commandFlags(function.flags(), flags);
  }

  private void call(Call call, boolean readOnly) {
    LibraryFunction function = scripting.registry().find(call.text(1));
    if (function == null) {
      call.reply().error("ERR Function not found");
      return;
    }
    if (!call.parseLong(2)) {
      call.reply().error("ERR Bad number of keys provided");
      return;
    }
    int keys = ScriptCommands.keyCount(call);
    if (keys >= 0) {
      scripting.registry().runner().run(call, function, keys, readOnly);
    }
  }

  private static byte[] bytes(Call call, int index) {
    return Memory.bytes(call.address(index), call.length(index));
  }

  private void load(Call call) {
    boolean replaces = false;
    for (int i = 2; i < call.count() - 1; i++) {
      if (!call.is(i, "replace")) {
        call.reply().error("ERR Unknown option given: " + call.text(i));
        return;
      }
      replaces = true;
    }
    try {
      String name = scripting.registry().load(bytes(call, call.count() - 1), replaces);
      call.worker().tally().countChanges(1);
      call.reply().bulk(name);
    } catch (ScriptException e) {
      call.reply().error(e.getMessage());
    }
  }

  private void delete(Call call) {
    if (scripting.registry().remove(call.text(2))) {
      call.worker().tally().countChanges(1);
      call.reply().ok();
    } else {
      call.reply().error("ERR Library not found");
    }
  }

  private void list(Call call) {
    String pattern = null;
    boolean withCode = false;
    for (int i = 2; i < call.count(); i++) {
      if (!withCode && call.is(i, "withcode")) {
        withCode = true;
      } else if (pattern == null && call.is(i, "libraryname")) {
        if (++i == call.count()) {
          call.reply().error("ERR library name argument was not given");
          return;
        }
        pattern = call.text(i);
      } else {
        call.reply().error("ERR Unknown argument " + call.text(i));
        return;
      }
    }
    List<FunctionLibrary> selected = new ArrayList<>();
    for (FunctionLibrary library : scripting.registry().libraries()) {
      if (pattern == null || matches(pattern, library.name())) {
        selected.add(library);
      }
    }
    call.reply().array(selected.size());
    for (FunctionLibrary library : selected) {
      describe(call.reply(), library, withCode);
    }
  }

  private static boolean matches(String pattern, String name) {
    return GlobPattern.matches(Latin1.bytes(pattern), Latin1.bytes(name), true);
  }

  private static void describe(ReplyWriter reply, FunctionLibrary library, boolean withCode) {
    reply.map(withCode ? 4 : 3);
    reply.bulk("library_name");
    reply.bulk(library.name());
    reply.bulk("engine");
    reply.bulk("LUA");
    reply.bulk("functions");
    reply.array(library.functions().size());
    for (LibraryFunction function : library.functions().values()) {
      reply.map(3);
      reply.bulk("name");
      reply.bulk(function.name());
      reply.bulk("description");
      if (function.description() == null) {
        reply.nil();
      } else {
        reply.bulk(function.description());
      }
      reply.bulk("flags");
      reply.set(Integer.bitCount(function.flags()));
      for (ScriptFlag flag : ScriptFlag.values()) {
        if (flag.isIn(function.flags())) {
          reply.status(flag.flagName());
        }
      }
    }
    if (withCode) {
      reply.bulk("library_code");
      reply.bulk(Latin1.string(library.code()));
    }
  }

  private void dump(Call call) {
    call.reply().bulk(Latin1.string(FunctionDump.write(scripting.registry().libraries())));
  }

  private void restore(Call call) {
    if (call.count() > 4) {
      call.subcommandSyntaxError();
      return;
    }
    FunctionRegistry.RestorePolicy policy = FunctionRegistry.RestorePolicy.APPEND;
    if (call.count() == 4) {
      if (call.is(3, "flush")) {
        policy = FunctionRegistry.RestorePolicy.FLUSH;
      } else if (call.is(3, "replace")) {
        policy = FunctionRegistry.RestorePolicy.REPLACE;
      } else if (!call.is(3, "append")) {
        call.reply()
            .error(
                "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
        return;
      }
    }
    try {
      scripting.registry().restore(FunctionDump.read(bytes(call, 2)), policy);
      call.worker().tally().countChanges(1);
      call.reply().ok();
    } catch (ScriptException e) {
      call.reply().error(e.getMessage());
    }
  }

  private void flush(Call call) {
    if (call.count() > 3) {
      call.subcommandSyntaxError();
    } else if (call.count() == 3 && !call.is(2, "sync") && !call.is(2, "async")) {
      call.reply().error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
    } else {
      scripting.registry().flush();
      call.worker().tally().countChanges(1);
      call.reply().ok();
    }
  }

  private void kill(Call call) {
    scripting.watch().kill(call, true);
  }

  private void stats(Call call) {
    ReplyWriter reply = call.reply();
    String busy = scripting.watch().busyScript();
    if (busy != null) {
      reply.error(busy);
      return;
    }
    reply.map(2);
    reply.bulk("running_script");
    scripting.watch().describe(reply);
    reply.bulk("engines");
    reply.map(1);
    reply.bulk("LUA");
    reply.map(2);
    reply.bulk("libraries_count");
    reply.integer(scripting.registry().libraries().size());
    reply.bulk("functions_count");
    reply.integer(scripting.registry().functionCount());
  }
}
