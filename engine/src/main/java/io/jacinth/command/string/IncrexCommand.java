package io.jacinth.command.string;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.base.ExtendedFloat;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;

/**
 * INCREX: counts within bounds and sets an expiry, in one step ("INCREX" of Redis 8.8; NX and XX of
 * Valkey 9.2).
 *
 * <p>Replies with the new value and the increment that was applied. A result beyond a bound, or
 * beyond what the type holds, is not stored and replied as an increment of 0, unless SATURATE asks
 * for the bound itself.
 *
 * <p>The options are read into {@code long}s: the bits of {@link StringOptions} with the index of
 * the time, and the indexes of increment and bounds as their own words.
 */
final class IncrexCommand {
  private static final int NX = StringOptions.NX;
  private static final int XX = StringOptions.XX;

  /** Options besides those of {@link StringOptions}, in bits that it does not use. */
  private static final int BYINT = 1 << 16;

  private static final int BYFLOAT = 1 << 17;
  private static final int LBOUND = 1 << 18;
  private static final int UBOUND = 1 << 19;
  private static final int SATURATE = 1 << 20;
  private static final int ENX = 1 << 21;

  private static final int INCREMENTS = BYINT | BYFLOAT;
  private static final int WITH_ARGUMENT = INCREMENTS | LBOUND | UBOUND | StringOptions.TIMES;

  /** Registers of the call. */
  private static final int VALUE = 0;

  private static final int INCREMENT = 1;
  private static final int LOWER = 2;
  private static final int UPPER = 3;
  private static final int APPLIED = 4;

  private IncrexCommand() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("increx", IncrexCommand::increx)
            .arity(-2)
            .flags(WRITE | DENYOOM | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE")));
  }

  private static void increx(Call call) {
    int options = parse(call);
    if (options == -1) {
      call.syntaxError();
    } else if ((options & BYFLOAT) != 0) {
      addFloat(call, options);
    } else {
      addInteger(call, options);
    }
  }

  // ---- options ----

  /** Which options are given; -1 when the syntax is wrong. */
  private static int parse(Call call) {
    int options = 0;
    for (int i = 2; i < call.count(); i++) {
      int option = option(call, i);
      if (option == 0 || (options & excluded(option)) != 0) {
        return -1;
      }
      options |= option;
      if ((option & WITH_ARGUMENT) != 0 && ++i == call.count()) {
        return -1;
      }
    }
    return options;
  }

  private static int option(Call call, int index) {
    int common =
        StringOptions.option(call, index) & (NX | XX | StringOptions.TIMES | StringOptions.PERSIST);
    if (common != 0) {
      return common;
    }
    return switch (call.length(index)) {
      case 3 -> call.is(index, "enx") ? ENX : 0;
      case 5 -> call.is(index, "byint") ? BYINT : 0;
      case 6 -> call.is(index, "lbound") ? LBOUND : call.is(index, "ubound") ? UBOUND : 0;
      case 7 -> call.is(index, "byfloat") ? BYFLOAT : 0;
      case 8 -> call.is(index, "saturate") ? SATURATE : 0;
      default -> 0;
    };
  }

  /** What cannot be given beside an option, or a second time. */
  private static int excluded(int option) {
    if ((option & INCREMENTS) != 0) {
      return INCREMENTS;
    }
    if ((option & StringOptions.TIMES) != 0) {
      return StringOptions.TIMES | StringOptions.PERSIST;
    }
    return switch (option) {
      case NX, XX -> NX | XX;
      case ENX -> ENX | StringOptions.PERSIST;
      case StringOptions.PERSIST -> StringOptions.TIMES | StringOptions.PERSIST | ENX;
      default -> option;
    };
  }

  /** The argument behind an option that is given, 0 when it is not. */
  private static int argument(Call call, int wanted) {
    for (int i = 2; i < call.count(); i++) {
      int option = option(call, i);
      if ((option & wanted) != 0) {
        return i + 1;
      }
      if ((option & WITH_ARGUMENT) != 0) {
        i++;
      }
    }
    return 0;
  }

  /**
   * When the key is to expire: a time, {@link Key#NEVER} for PERSIST, {@link Key#KEEP}, or {@link
   * StringOptions#INVALID} after an error was replied.
   */
  private static long expireAtMillis(Call call, int options) {
    if ((options & ENX) != 0 && (options & StringOptions.TIMES) == 0) {
      call.reply().error("ERR ENX flag requires an expiration");
      return StringOptions.INVALID;
    }
    if ((options & StringOptions.TIMES) != 0) {
      int time = argument(call, StringOptions.TIMES);
      return StringOptions.expireAtMillis(
          call, StringOptions.pack(options & StringOptions.TIMES, 0, time));
    }
    return (options & StringOptions.PERSIST) != 0 ? Key.NEVER : Key.KEEP;
  }

  /** Whether NX or XX forbids to count. */
  private static boolean isForbidden(Key key, int options) {
    return (options & (key.exists() ? NX : XX)) != 0;
  }

  // ---- integers ----

  private static void addInteger(Call call, int options) {
    long increment = 1;
    if ((options & BYINT) != 0) {
      if (!requireLong(call, BYINT, "Increment")) {
        return;
      }
      increment = call.number();
    }
    long lower = Long.MIN_VALUE;
    if ((options & LBOUND) != 0) {
      if (!requireLong(call, LBOUND, "LBOUND")) {
        return;
      }
      lower = call.number();
    }
    long upper = Long.MAX_VALUE;
    if ((options & UBOUND) != 0) {
      if (!requireLong(call, UBOUND, "UBOUND")) {
        return;
      }
      upper = call.number();
    }
    if (lower > upper) {
      boundsCrossed(call);
      return;
    }
    long expireAtMillis = expireAtMillis(call, options);
    if (expireAtMillis == StringOptions.INVALID) {
      return;
    }
    Key key = call.key(1);
    key.locate();
    if (!CounterCommands.requireInteger(call, key)) {
      return;
    }
    long before = call.number();
    long sum = saturatedSum(before, increment);
    boolean overflows = sum - before != increment;
    long after = Math.clamp(sum, lower, upper);
    boolean declined = (overflows || after != sum) && (options & SATURATE) == 0;
    if (declined || isForbidden(key, options)) {
      reply(call, before, 0);
      return;
    }
    long applied = after - before;
    if (((after ^ before) & (after ^ applied)) < 0) {
      call.reply().error("ERR applied increment would overflow");
      return;
    }
    if (!expiresAtOnce(call, key, options, expireAtMillis)) {
      CounterCommands.store(key, after);
      key.changed(Event.INCRBY);
      expire(key, options, expireAtMillis);
    }
    reply(call, after, applied);
  }

  private static boolean requireLong(Call call, int option, String name) {
    if (call.parseLong(argument(call, option))) {
      return true;
    }
    call.reply().error("ERR " + name + " is not an integer or out of range");
    return false;
  }

  private static void boundsCrossed(Call call) {
    call.reply().error("ERR LBOUND can't be greater than UBOUND");
  }

  private static long saturatedSum(long a, long b) {
    long sum = a + b;
    if (((a ^ sum) & (b ^ sum)) < 0) {
      return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return sum;
  }

  private static void reply(Call call, long value, long applied) {
    call.reply().array(2);
    call.reply().integer(value);
    call.reply().integer(applied);
  }

  // ---- numbers with decimals ----

  private static void addFloat(Call call, int options) {
    ExtendedFloat increment = call.register(INCREMENT);
    ExtendedFloat lower = call.register(LOWER);
    ExtendedFloat upper = call.register(UPPER);
    upper.setLargest();
    lower.setLargest();
    lower.negate();
    if (!requireFloat(call, BYFLOAT, "Increment", increment)) {
      return;
    }
    if (!increment.isFinite()) {
      call.reply().error("ERR BYFLOAT increment cannot be Infinity");
      return;
    }
    if (((options & LBOUND) != 0 && !requireFloat(call, LBOUND, "LBOUND", lower))
        || ((options & UBOUND) != 0 && !requireFloat(call, UBOUND, "UBOUND", upper))) {
      return;
    }
    if (lower.compare(upper) > 0) {
      boundsCrossed(call);
      return;
    }
    long expireAtMillis = expireAtMillis(call, options);
    if (expireAtMillis == StringOptions.INVALID) {
      return;
    }
    Key key = call.key(1);
    key.locate();
    ExtendedFloat value = call.register(VALUE);
    if (!CounterCommands.requireFloat(call, key, value)) {
      return;
    }
    if (!value.isFinite()) {
      call.reply().error("ERR value cannot be Infinity");
      return;
    }
    ExtendedFloat applied = call.register(APPLIED);
    applied.set(value);
    value.add(increment);
    boolean beyond = !value.isFinite();
    if (value.compare(lower) < 0) {
      value.set(lower);
      beyond = true;
    } else if (value.compare(upper) > 0) {
      value.set(upper);
      beyond = true;
    }
    if ((beyond && (options & SATURATE) == 0) || isForbidden(key, options)) {
      value.set(applied);
      applied.set(0);
      reply(call, value, applied);
      return;
    }
    applied.negate();
    applied.add(value);
    if (!applied.isFinite()) {
      call.reply().error("ERR applied increment would be Infinity");
      return;
    }
    if (!expiresAtOnce(call, key, options, expireAtMillis)) {
      long text = call.worker().scratch(ExtendedFloat.MAX_LENGTH);
      key.setText(text, value.write(text), Key.KEEP);
      key.changed(Event.INCRBYFLOAT);
      expire(key, options, expireAtMillis);
    }
    reply(call, value, applied);
  }

  private static boolean requireFloat(Call call, int option, String name, ExtendedFloat number) {
    int index = argument(call, option);
    if (number.parse(call.address(index), call.length(index))) {
      return true;
    }
    call.reply().error("ERR " + name + " is not a valid float");
    return false;
  }

  private static void reply(Call call, ExtendedFloat value, ExtendedFloat applied) {
    long text = call.worker().scratch(ExtendedFloat.MAX_LENGTH);
    call.reply().array(2);
    call.reply().number(text, value.write(text));
    call.reply().number(text, applied.write(text));
  }

  // ---- expiry ----

  /** Whether ENX keeps the key's expiry. */
  private static boolean keepsExpiry(Key key, int options) {
    return (options & ENX) != 0 && key.exists() && key.expireAtMillis() != Key.NEVER;
  }

  /**
   * Deletes the key, and tells so, when its time has come already: the result is then not stored.
   */
  private static boolean expiresAtOnce(Call call, Key key, int options, long expireAtMillis) {
    if (expireAtMillis <= 0 || expireAtMillis > call.nowMillis() || keepsExpiry(key, options)) {
      return false;
    }
    if (key.exists()) {
      key.delete();
      key.changed(Event.DEL);
    }
    return true;
  }

  /** Sets the expiry of the key that has been counted. */
  private static void expire(Key key, int options, long expireAtMillis) {
    if (expireAtMillis == Key.KEEP || keepsExpiry(key, options)) {
      return;
    }
    if (expireAtMillis != Key.NEVER) {
      key.expireAt(expireAtMillis);
      key.changedToo(Event.EXPIRE);
    } else if (key.expireAtMillis() != Key.NEVER) {
      key.expireAt(Key.NEVER);
      key.changedToo(Event.PERSIST);
    }
  }
}
