package io.jacinth.command.string;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;

/** Commands that look at a string and decide how long its key lives. */
final class LifetimeCommands {
  private static final int GETEX_OPTIONS = StringOptions.TIMES | StringOptions.PERSIST;

  private LifetimeCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("getdel", LifetimeCommands::getdel)
            .arity(2)
            .flags(WRITE | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS DELETE")));
    table.add(
        Command.named("getex", LifetimeCommands::getex)
            .arity(-2)
            .flags(WRITE | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE")));
    table.add(
        Command.named("delex", LifetimeCommands::delex)
            .arity(-2)
            .flags(WRITE | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RM DELETE")));
    table.add(
        Command.named("delifeq", LifetimeCommands::delifeq)
            .arity(3)
            .flags(WRITE | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RM DELETE")));
  }

  private static void getdel(Call call) {
    Key key = call.key(1);
    if (key.read() && !key.isString()) {
      call.wrongType();
      return;
    }
    call.replyStringOrNil(key);
    if (key.exists()) {
      delete(key);
    }
  }

  private static void delete(Key key) {
    key.delete();
    key.changed(Event.DEL);
  }

  private static void getex(Call call) {
    long options = StringOptions.parse(call, 2, GETEX_OPTIONS);
    if (options == StringOptions.FAILED) {
      return;
    }
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().nil();
      return;
    }
    if (!key.isString()) {
      call.wrongType();
      return;
    }
    long expireAtMillis = StringOptions.expireAtMillis(call, options);
    if (expireAtMillis == StringOptions.INVALID) {
      return;
    }
    call.replyString(key);
    if (StringOptions.has(options, StringOptions.PERSIST)) {
      persist(key);
    } else if (StringOptions.has(options, StringOptions.TIMES)) {
      expire(call, key, expireAtMillis);
    }
  }

  private static void persist(Key key) {
    if (key.expireAtMillis() != Key.NEVER) {
      key.expireAt(Key.NEVER);
      key.changed(Event.PERSIST);
    }
  }

  /** A key whose time has come already is deleted at once. */
  private static void expire(Call call, Key key, long expireAtMillis) {
    if (expireAtMillis <= call.nowMillis()) {
      delete(key);
    } else {
      key.expireAt(expireAtMillis);
      key.changed(Event.EXPIRE);
    }
  }

  private static void delex(Call call) {
    if (call.count() != 2 && call.count() != 4) {
      call.reply().error(Errors.wrongArity(call.command().fullName()));
      return;
    }
    Key key = call.key(1);
    if (!key.locate()) {
      call.reply().integer(0);
    } else if (call.count() == 2) {
      delete(key);
      call.reply().integer(1);
    } else if (!key.isString()) {
      call.reply().error("ERR Key should be of string type if conditions are specified");
    } else {
      deleteIfMet(call, key);
    }
  }

  private static void deleteIfMet(Call call, Key key) {
    int condition = StringOptions.option(call, 2) & StringOptions.COMPARISONS;
    if (condition == 0) {
      call.reply().error("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
      return;
    }
    long options = StringOptions.pack(condition, 3, 0);
    if (Comparison.requireDigest(call, options)) {
      deleteIf(call, key, Comparison.holds(call, key, options));
    }
  }

  private static void deleteIf(Call call, Key key, boolean holds) {
    if (holds) {
      delete(key);
    }
    call.reply().integer(holds ? 1 : 0);
  }

  private static void delifeq(Call call) {
    Key key = call.key(1);
    if (!key.locate()) {
      call.reply().integer(0);
    } else if (!key.isString()) {
      call.wrongType();
    } else {
      deleteIf(call, key, Comparison.equals(call, key, 2));
    }
  }
}
