package io.jacinth.command.string;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.base.ExtendedFloat;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;

/** Commands that count: a string taken as a number. */
final class CounterCommands {
  private static final String OVERFLOW = "ERR increment or decrement would overflow";

  /** Registers of the call. */
  private static final int VALUE = 0;

  private static final int INCREMENT = 1;

  private CounterCommands() {}

  static void register(CommandTable table) {
    table.add(counter("incr", 2, CounterCommands::incr));
    table.add(counter("decr", 2, CounterCommands::decr));
    table.add(counter("incrby", 3, CounterCommands::incrby));
    table.add(counter("decrby", 3, CounterCommands::decrby));
    table.add(counter("incrbyfloat", 3, CounterCommands::incrbyfloat));
  }

  private static Command counter(String name, int arity, Handler handler) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(WRITE | DENYOOM | FAST)
        .categories(Category.STRING)
        .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE"));
  }

  private static void incr(Call call) {
    add(call, 1);
  }

  private static void decr(Call call) {
    add(call, -1);
  }

  private static void incrby(Call call) {
    if (call.requireLong(2)) {
      add(call, call.number());
    }
  }

  private static void decrby(Call call) {
    if (!call.requireLong(2)) {
      return;
    }
    long decrement = call.number();
    if (decrement == Long.MIN_VALUE) {
      call.reply().error("ERR decrement would overflow");
    } else {
      add(call, -decrement);
    }
  }

  private static void add(Call call, long increment) {
    Key key = call.key(1);
    key.locate();
    if (!requireInteger(call, key)) {
      return;
    }
    long before = call.number();
    long after = before + increment;
    if (((before ^ after) & (increment ^ after)) < 0) {
      call.reply().error(OVERFLOW);
      return;
    }
    store(key, after);
    key.changed(Event.INCRBY);
    call.reply().integer(after);
  }

  /**
   * Reads a key that has been looked up as an integer, 0 if it does not exist; {@link Call#number}
   * has it.
   *
   * @return false after an error was replied
   */
  static boolean requireInteger(Call call, Key key) {
    if (!key.exists()) {
      call.number(0);
    } else if (key.isInteger()) {
      call.number(key.integer());
    } else if (!key.isString()) {
      call.wrongType();
      return false;
    } else if (!call.parseLong(key.stringBytes(), key.stringLength())) {
      call.reply().error(Errors.NOT_INTEGER);
      return false;
    }
    return true;
  }

  /** Sets a key that has been looked up: in place if it is an integer. */
  static void store(Key key, long value) {
    if (key.exists() && key.isInteger()) {
      key.putInteger(value);
    } else {
      key.setInteger(value, Key.KEEP);
    }
  }

  private static void incrbyfloat(Call call) {
    Key key = call.key(1);
    key.locate();
    ExtendedFloat value = call.register(VALUE);
    ExtendedFloat increment = call.register(INCREMENT);
    if (!requireFloat(call, key, value)) {
      return;
    }
    if (!increment.parse(call.address(2), call.length(2))) {
      call.reply().error(Errors.NOT_FLOAT);
      return;
    }
    value.add(increment);
    if (!value.isFinite()) {
      call.reply().error("ERR increment would produce NaN or Infinity");
      return;
    }
    long text = call.worker().scratch(ExtendedFloat.MAX_LENGTH);
    int length = value.write(text);
    key.setText(text, length, Key.KEEP);
    key.changed(Event.INCRBYFLOAT);
    call.reply().bulk(text, length);
  }

  /**
   * Reads a key that has been looked up as a number, 0 if it does not exist.
   *
   * @return false after an error was replied
   */
  static boolean requireFloat(Call call, Key key, ExtendedFloat value) {
    if (!key.exists()) {
      value.set(0);
    } else if (key.isInteger()) {
      value.set(key.integer());
    } else if (!key.isString()) {
      call.wrongType();
      return false;
    } else if (!value.parse(key.stringBytes(), key.stringLength())) {
      call.reply().error(Errors.NOT_FLOAT);
      return false;
    }
    return true;
  }
}
