package io.jacinth.command.hash;

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
import io.jacinth.value.HashValue;

/** Commands that set, count with, or remove fields of hashes. */
final class ChangeCommands {
  private static final int FIRST_FIELD = 2;

  private ChangeCommands() {}

  static void register(CommandTable table) {
    table.add(writing("hset", ChangeCommands::hset, -4, DENYOOM, "RW UPDATE"));
    table.add(writing("hmset", ChangeCommands::hmset, -4, DENYOOM, "RW UPDATE"));
    table.add(writing("hsetnx", ChangeCommands::hsetnx, 4, DENYOOM, "RW INSERT"));
    table.add(writing("hgetdel", ChangeCommands::hgetdel, -5, 0, "RW ACCESS DELETE"));
    table.add(writing("hdel", ChangeCommands::hdel, -3, 0, "RW DELETE"));
    table.add(writing("hincrby", ChangeCommands::hincrby, 4, DENYOOM, "RW ACCESS UPDATE"));
    table.add(
        writing("hincrbyfloat", ChangeCommands::hincrbyfloat, 4, DENYOOM, "RW ACCESS UPDATE"));
  }

  static Command writing(String name, Handler handler, int arity, long flags, String keyFlags) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(WRITE | FAST | flags)
        .categories(Category.HASH)
        .keys(KeySpec.range(1, 0, 1, keyFlags));
  }

  private static void hset(Call call) {
    long added = set(call);
    if (added >= 0) {
      call.reply().integer(added);
    }
  }

  private static void hmset(Call call) {
    if (set(call) >= 0) {
      call.reply().ok();
    }
  }

  /** Sets all fields; returns how many are new, -1 after an error was replied. */
  private static long set(Call call) {
    int words = call.count() - FIRST_FIELD;
    if ((words & 1) != 0) {
      call.reply().error(Errors.wrongArity(call.command().name()));
      return -1;
    }
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return -1;
    }
    long added = setAll(call, hash, FIRST_FIELD, false);
    key.changed(Event.HSET, words / 2);
    return added;
  }

  /**
   * Sets the fields that the arguments from {@code first} on name.
   *
   * @param keepsExpiry whether those that are there expire when they would have; else never
   * @return how many are new
   */
  static long setAll(Call call, HashValue hash, int first, boolean keepsExpiry) {
    int count = call.count();
    int longest = 0;
    for (int i = first; i < count; i++) {
      longest = Math.max(longest, call.length(i));
    }
    int from = first;
    if (hash.exists()) {
      hash.expect((count - first) / 2, longest);
    } else {
      from = build(call, hash, first, longest);
    }
    int added = (from - first) / 2;
    for (int i = from; i < count; i += 2) {
      added +=
          hash.put(
                  call.address(i),
                  call.length(i),
                  call.address(i + 1),
                  call.length(i + 1),
                  keepsExpiry)
              ? 1
              : 0;
    }
    return added;
  }

  /** Makes a new hash, in one piece if it is packed; returns the first argument not in it yet. */
  private static int build(Call call, HashValue hash, int first, int longest) {
    int count = call.count();
    long runBytes = 0;
    for (int i = first; i < count; i += 2) {
      runBytes +=
          HashValue.entryBytes(
              call.address(i), call.length(i), call.address(i + 1), call.length(i + 1));
    }
    int i = first;
    if (hash.create((count - first) / 2, longest, runBytes)) {
      while (i < count
          && hash.fill(call.address(i), call.length(i), call.address(i + 1), call.length(i + 1))) {
        i += 2;
      }
      hash.endFill();
    }
    return i;
  }

  private static void hsetnx(Call call) {
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return;
    }
    if (hash.exists() && hash.find(call.address(2), call.length(2))) {
      call.reply().integer(0);
      return;
    }
    setAll(call, hash, FIRST_FIELD, false);
    key.changed(Event.HSET);
    call.reply().integer(1);
  }

  /** Tells of removed fields, and removes the key of a hash that has lost its last one. */
  static void removed(Key key, long removed) {
    if (removed == 0) {
      return;
    }
    boolean empty = key.exists() && key.hashValue().count() == 0;
    if (empty) {
      key.delete();
    }
    key.changed(Event.HDEL, removed);
    if (empty) {
      key.changedToo(Event.DEL);
    }
  }

  private static void hgetdel(Call call) {
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return;
    }
    if (!call.is(2, "fields")) {
      call.reply().error("ERR Mandatory argument FIELDS is missing or not at the right position");
      return;
    }
    if (!call.parseLong(3) || call.number() < 1) {
      call.reply().error("ERR Number of fields must be a positive integer");
      return;
    }
    int first = 4;
    if (call.number() != call.count() - first) {
      call.reply().error("ERR The `numfields` parameter must match the number of arguments");
      return;
    }
    call.reply().array(call.number());
    int removed = 0;
    for (int i = first; i < call.count(); i++) {
      if (HashCommands.find(call, key, i)) {
        HashCommands.replyValue(call.reply(), hash);
        hash.remove();
        removed++;
      } else {
        call.reply().nil();
      }
    }
    removed(key, removed);
  }

  private static void hdel(Call call) {
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return;
    }
    int removed = 0;
    for (int i = FIRST_FIELD; i < call.count() && hash.count() > 0; i++) {
      if (hash.find(call.address(i), call.length(i)) || hash.hasFoundExpired()) {
        hash.remove();
        removed++;
      }
    }
    removed(key, removed);
    call.reply().integer(removed);
  }

  private static void hincrby(Call call) {
    if (!call.requireLong(3)) {
      return;
    }
    long increment = call.number();
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return;
    }
    long before = 0;
    if (HashCommands.find(call, key, 2)) {
      if (hash.isIntegerValue()) {
        before = hash.integerValue();
      } else if (call.parseLong(hash.valueAddress(), hash.valueLength())) {
        before = call.number();
      } else {
        call.reply().error("ERR hash value is not an integer");
        return;
      }
    }
    long after = before + increment;
    if (((before ^ after) & (increment ^ after)) < 0) {
      call.reply().error("ERR increment or decrement would overflow");
      return;
    }
    if (!hash.exists()) {
      hash.create(1, 0, 0);
      if (!hash.isTable()) {
        hash.endFill();
      }
    }
    hash.putInteger(call.address(2), call.length(2), after);
    key.changed(Event.HINCRBY);
    call.reply().integer(after);
  }

  private static void hincrbyfloat(Call call) {
    ExtendedFloat increment = call.register(1);
    if (!increment.parse(call.address(3), call.length(3))) {
      call.reply().error(Errors.NOT_FLOAT);
      return;
    }
    if (!increment.isFinite()) {
      call.reply().error("ERR value is NaN or Infinity");
      return;
    }
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return;
    }
    ExtendedFloat value = call.register(0);
    value.set(0);
    if (HashCommands.find(call, key, 2)) {
      if (hash.isIntegerValue()) {
        value.set(hash.integerValue());
      } else if (!value.parse(hash.valueAddress(), hash.valueLength())) {
        call.reply().error("ERR hash value is not a float");
        return;
      }
    }
    value.add(increment);
    if (!value.isFinite()) {
      call.reply().error("ERR increment would produce NaN or Infinity");
      return;
    }
    long text = call.worker().scratch(ExtendedFloat.MAX_LENGTH);
    int length = value.write(text);
    if (!hash.exists()) {
      hash.create(1, 0, 0);
      if (!hash.isTable()) {
        hash.endFill();
      }
    }
    hash.put(call.address(2), call.length(2), text, length, true);
    key.changed(Event.HINCRBYFLOAT);
    call.reply().bulk(text, length);
  }
}
