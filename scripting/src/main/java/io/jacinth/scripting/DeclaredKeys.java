package io.jacinth.scripting;

import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Flag;
import io.jacinth.command.KeySpec;
import io.jacinth.lua.HostCalls;
import io.jacinth.lua.HostCalls.HostCall;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.Prototype;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Finds out whether a script keeps to the keys that it declares, so that locking their shards is
 * enough: each command that it calls has a constant name, touches keys that its arguments name and
 * nothing else, and gets elements of KEYS for them.
 *
 * <p>In doubt it does not. What is found out holds for all tables of commands that are alike, and
 * so for as long as the store runs.
 */
final class DeclaredKeys {
  /** Global variables by which neither {@code redis} nor KEYS can be reached. */
  private static final Set<LuaString> HARMLESS =
      names(
          "ARGV",
          "assert",
          "error",
          "getmetatable",
          "ipairs",
          "next",
          "pairs",
          "pcall",
          "rawequal",
          "rawget",
          "rawset",
          "select",
          "setmetatable",
          "tonumber",
          "tostring",
          "type",
          "unpack",
          "xpcall",
          "bit",
          "cjson",
          "cmsgpack",
          "coroutine",
          "math",
          "os",
          "string",
          "struct",
          "table");

  private static final HostCalls.Globals GLOBALS =
      new HostCalls.Globals(
          names("redis", "server"), names("call", "pcall"), LuaString.of("KEYS"), HARMLESS);

  private final CommandTable commands;

  DeclaredKeys(CommandTable commands) {
    this.commands = commands;
  }

  private static Set<LuaString> names(String... names) {
    Set<LuaString> set = new HashSet<>();
    for (String name : names) {
      set.add(LuaString.of(name));
    }
    return set;
  }

  /** Whether a script keeps to them whatever its keys, its arguments and the data are. */
  boolean areKept(Prototype script) {
    return HostCalls.arePermitted(script, GLOBALS, this::isKept);
  }

  private boolean isKept(HostCall call) {
    Command command = command(call);
    if (command == null || command.needsAllShards() || command.is(Flag.EXECUTES_OTHERS)) {
      return false;
    }
    for (KeySpec spec : command.keySpecs()) {
      if (!isKept(spec, call)) {
        return false;
      }
    }
    return true;
  }

  /** The command that is called; null if that is not known, or if it is none. */
  private Command command(HostCall call) {
    LuaString name = call.string(0);
    if (name == null || name.toString().indexOf('|') >= 0) { // which would find a sub-command
      return null;
    }
    Command command = commands.find(name.toString());
    if (command == null || command.subcommands().isEmpty()) {
      return command;
    }
    LuaString sub = call.string(1);
    return sub == null ? null : command.subcommand(sub.toString().toLowerCase(Locale.ROOT));
  }

  private static boolean isKept(KeySpec spec, HostCall call) {
    if (spec.find() == KeySpec.Find.UNKNOWN || spec.keyword() != null || spec.begin() <= 0) {
      return false;
    }
    int first = spec.begin();
    if (spec.find() == KeySpec.Find.KEYNUM) {
      double keys = number(call, first);
      first += spec.last();
      return keys >= 0
          && keys <= call.count()
          && areInputs(call, first, first + ((int) keys - 1) * spec.step(), spec.step());
    } else if (spec.last() >= 0) {
      return areInputs(call, first, first + spec.last(), spec.step());
    }
    // up to an argument counted from the last one: those before it may be more than is known
    int end = call.isOpen() ? call.count() : call.count() + spec.last();
    return areInputs(call, first, end, call.isOpen() ? 1 : spec.step());
  }

  /** A constant number, or one as a constant text; NaN if it is none. */
  private static double number(HostCall call, int index) {
    LuaString text = call.string(index);
    if (text == null) {
      return call.number(index);
    }
    boolean isShort = text.length() > 0 && text.length() < 5;
    return isShort && text.toString().chars().allMatch(c -> c >= '0' && c <= '9')
        ? Integer.parseInt(text.toString())
        : Double.NaN;
  }

  private static boolean areInputs(HostCall call, int first, int last, int step) {
    for (int i = first; i <= last && (i < call.count() || call.isOpen()); i += step) {
      if (!call.isInput(i)) {
        return false;
      }
    }
    return true;
  }
}
