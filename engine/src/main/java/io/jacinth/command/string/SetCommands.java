package io.jacinth.command.string;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.MOVABLEKEYS;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Flag;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.RequestReader;
import java.util.List;

/** Commands that set strings as a whole. */
final class SetCommands {
  private static final List<String> READING_OPTIONS =
      List.of("get", "ifeq", "ifne", "ifdeq", "ifdne");

  private static final int MSETEX_OPTIONS =
      StringOptions.NX | StringOptions.XX | StringOptions.TIMES | StringOptions.KEEPTTL;
  private static final int SET_OPTIONS =
      MSETEX_OPTIONS | StringOptions.COMPARISONS | StringOptions.GET;

  private static final int NONE = 0;
  private static final int SOME = 1;
  private static final int ALL = 2;

  private SetCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("set", SetCommands::set)
            .arity(-3)
            .flags(WRITE | DENYOOM | Flag.BRIEF)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE VARIABLE_FLAGS"))
            .keyUse(SetCommands::useOfKey));
    table.add(
        Command.named("setnx", SetCommands::setnx)
            .arity(3)
            .flags(WRITE | DENYOOM | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "OW INSERT")));
    table.add(
        Command.named("setex", SetCommands::setex)
            .arity(4)
            .flags(WRITE | DENYOOM | Flag.BRIEF)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "OW UPDATE")));
    table.add(
        Command.named("psetex", SetCommands::psetex)
            .arity(4)
            .flags(WRITE | DENYOOM | Flag.BRIEF)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "OW UPDATE")));
    table.add(
        Command.named("getset", SetCommands::getset)
            .arity(3)
            .flags(WRITE | DENYOOM | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE")));
    table.add(
        Command.named("mset", SetCommands::mset)
            .arity(-3)
            .flags(WRITE | DENYOOM | Flag.BRIEF)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, -1, 2, "OW UPDATE")));
    table.add(
        Command.named("msetnx", SetCommands::msetnx)
            .arity(-3)
            .flags(WRITE | DENYOOM | Flag.BRIEF)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, -1, 2, "OW INSERT")));
    table.add(
        Command.named("msetex", SetCommands::msetex)
            .arity(-4)
            .flags(WRITE | DENYOOM | MOVABLEKEYS)
            .categories(Category.STRING)
            .keys(KeySpec.keynum(1, 1, 2, "OW UPDATE")));
  }

  /** Only some options show or test what the key held. */
  private static String useOfKey(Arguments arguments) {
    for (int i = 3; i < arguments.count(); i++) {
      for (String option : READING_OPTIONS) {
        if (arguments.is(i, option)) {
          return "RW ACCESS UPDATE";
        }
      }
    }
    return "OW UPDATE";
  }

  private static void set(Call call) {
    if (call.count() > 3) {
      setWithOptions(call);
      return;
    }
    Key key = call.key(1);
    key.locate();
    store(call, key, 2, Key.NEVER);
    call.reply().ok();
  }

  private static void setWithOptions(Call call) {
    long options = StringOptions.parse(call, 3, SET_OPTIONS);
    if (options == StringOptions.FAILED) {
      return;
    }
    long expireAtMillis = StringOptions.expireAtMillis(call, options);
    if (expireAtMillis == StringOptions.INVALID) {
      return;
    }
    boolean get = StringOptions.has(options, StringOptions.GET);
    Key key = call.key(1);
    boolean exists = get ? key.read() : key.locate();
    if (exists
        && !key.isString()
        && StringOptions.has(options, StringOptions.GET | StringOptions.COMPARISONS)) {
      call.wrongType();
      return;
    }
    if (exists && !Comparison.requireDigest(call, options)) {
      return;
    }
    boolean allowed = Comparison.allows(call, key, options);
    if (get) {
      call.replyStringOrNil(key);
    } else if (allowed) {
      call.reply().ok();
    } else {
      call.reply().nil();
    }
    if (allowed) {
      store(call, key, 2, expireAtMillis);
    }
  }

  private static void setnx(Call call) {
    Key key = call.key(1);
    if (key.locate()) {
      call.reply().integer(0);
      return;
    }
    store(call, key, 2, Key.NEVER);
    call.reply().integer(1);
  }

  private static void setex(Call call) {
    setExpiring(call, true);
  }

  private static void psetex(Call call) {
    setExpiring(call, false);
  }

  private static void setExpiring(Call call, boolean seconds) {
    long expireAtMillis = StringOptions.expireAtMillis(call, 2, seconds, true);
    if (expireAtMillis == StringOptions.INVALID) {
      return;
    }
    Key key = call.key(1);
    key.locate();
    store(call, key, 3, expireAtMillis);
    call.reply().ok();
  }

  private static void getset(Call call) {
    Key key = call.key(1);
    if (key.read() && !key.isString()) {
      call.wrongType();
      return;
    }
    call.replyStringOrNil(key);
    store(call, key, 2, Key.NEVER);
  }

  private static void mset(Call call) {
    if (requirePairs(call)) {
      setPairs(call, 1, call.count(), Key.NEVER);
      call.reply().ok();
    }
  }

  private static void msetnx(Call call) {
    if (!requirePairs(call)) {
      return;
    }
    for (int i = 1; i < call.count(); i += 2) {
      if (call.key(i).locate()) {
        call.reply().integer(0);
        return;
      }
    }
    setPairs(call, 1, call.count(), Key.NEVER);
    call.reply().integer(1);
  }

  private static void msetex(Call call) {
    if (!call.parseLong(1) || call.number() <= 0 || call.number() > Integer.MAX_VALUE) {
      call.reply().error("ERR invalid numkeys value or out of range");
      return;
    }
    long end = 2 + 2 * call.number();
    if (end > call.count()) {
      call.syntaxError();
      return;
    }
    long options = StringOptions.parse(call, (int) end, MSETEX_OPTIONS);
    if (options == StringOptions.FAILED) {
      return;
    }
    long expireAtMillis = StringOptions.expireAtMillis(call, options);
    if (expireAtMillis == StringOptions.INVALID) {
      return;
    }
    if ((StringOptions.has(options, StringOptions.NX) && exists(call, 2, (int) end) != NONE)
        || (StringOptions.has(options, StringOptions.XX) && exists(call, 2, (int) end) != ALL)) {
      call.reply().integer(0);
      return;
    }
    setPairs(call, 2, (int) end, expireAtMillis);
    call.reply().integer(1);
  }

  /** How many of the keys of pairs exist: {@link #NONE}, {@link #SOME} or {@link #ALL}. */
  private static int exists(Call call, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i += 2) {
      if (call.key(i).locate()) {
        count++;
      }
    }
    return count == 0 ? NONE : count == (to - from) / 2 ? ALL : SOME;
  }

  private static boolean requirePairs(Call call) {
    if (call.count() % 2 == 1) {
      return true;
    }
    call.reply().error(Errors.wrongArity(call.command().fullName()));
    return false;
  }

  private static void setPairs(Call call, int from, int to, long expireAtMillis) {
    for (int i = from; i < to; i += 2) {
      Key key = call.key(i);
      key.locate();
      store(call, key, i + 1, expireAtMillis);
    }
  }

  private static void store(Call call, Key key, int valueIndex, long expireAtMillis) {
    put(call, key, valueIndex, expireAtMillis);
    key.changed(Event.SET);
    if (expireAtMillis > 0) {
      key.changedToo(Event.EXPIRE);
    }
  }

  /** Sets a key that has been looked up to an argument; a big one is not copied. */
  static void put(Call call, Key key, int valueIndex, long expireAtMillis) {
    int lengthBytes = call.length(valueIndex);
    long block = lengthBytes < RequestReader.BIG_WORD_BYTES ? 0 : call.takeBlock(valueIndex);
    if (block != 0) {
      int capacityBytes = lengthBytes + RequestReader.BLOCK_SPARE_BYTES;
      key.setBlock(block, lengthBytes, capacityBytes, expireAtMillis);
    } else {
      key.setString(call.address(valueIndex), lengthBytes, expireAtMillis);
    }
  }
}
