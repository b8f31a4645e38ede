package io.jacinth.command.key;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;

/** Commands that set, read and remove the time at which a key expires. */
final class ExpireCommands {
  private static final int MILLIS_PER_SECOND = 1000;

  /** In place of a time: the key never expires, or does not exist. */
  private static final int REPLY_NEVER = -1;

  private static final int REPLY_NO_KEY = -2;

  /** On which condition a key's expiry is changed; a set of them is a bit mask. */
  private static final int IF_NONE = 1;

  private static final int IF_ANY = 2;
  private static final int IF_LATER = 4;
  private static final int IF_EARLIER = 8;

  private ExpireCommands() {}

  static void register(CommandTable table) {
    table.add(setting("expire", ExpireCommands::expire));
    table.add(setting("pexpire", ExpireCommands::pexpire));
    table.add(setting("expireat", ExpireCommands::expireat));
    table.add(setting("pexpireat", ExpireCommands::pexpireat));
    table.add(reading("ttl", ExpireCommands::ttl));
    table.add(reading("pttl", ExpireCommands::pttl));
    table.add(reading("expiretime", ExpireCommands::expiretime));
    table.add(reading("pexpiretime", ExpireCommands::pexpiretime));
    table.add(
        Command.named("persist", ExpireCommands::persist)
            .arity(2)
            .flags(WRITE | FAST)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
  }

  private static Command setting(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-3)
        .flags(WRITE | FAST)
        .categories(Category.KEYSPACE)
        .keys(KeySpec.range(1, 0, 1, "RW UPDATE"));
  }

  private static Command reading(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(2)
        .flags(READONLY | FAST)
        .categories(Category.KEYSPACE)
        .keys(KeySpec.range(1, 0, 1, "RO ACCESS"));
  }

  private static void expire(Call call) {
    set(call, call.nowMillis(), MILLIS_PER_SECOND);
  }

  private static void pexpire(Call call) {
    set(call, call.nowMillis(), 1);
  }

  private static void expireat(Call call) {
    set(call, 0, MILLIS_PER_SECOND);
  }

  private static void pexpireat(Call call) {
    set(call, 0, 1);
  }

  private static void set(Call call, long originMillis, int unitMillis) {
    int conditions = conditions(call);
    if (conditions < 0 || !call.requireLong(2)) {
      return;
    }
    long time = call.number();
    if (time > Long.MAX_VALUE / unitMillis
        || time < Long.MIN_VALUE / unitMillis
        || time * unitMillis > Long.MAX_VALUE - originMillis) {
      call.reply().error(Errors.invalidExpire(call.command().name()));
      return;
    }
    long atMillis = time * unitMillis + originMillis;
    Key key = call.key(1);
    if (!key.locate() || !holds(conditions, key.expireAtMillis(), atMillis)) {
      call.reply().integer(0);
      return;
    }
    if (atMillis <= call.nowMillis()) {
      key.delete();
      key.changed(Event.DEL);
    } else {
      key.expireAt(atMillis);
      key.changed(Event.EXPIRE);
    }
    call.reply().integer(1);
  }

  /** The conditions that stand behind the time; -1 after an error. */
  private static int conditions(Call call) {
    int conditions = 0;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "nx")) {
        conditions |= IF_NONE;
      } else if (call.is(i, "xx")) {
        conditions |= IF_ANY;
      } else if (call.is(i, "gt")) {
        conditions |= IF_LATER;
      } else if (call.is(i, "lt")) {
        conditions |= IF_EARLIER;
      } else {
        call.reply().error("ERR Unsupported option " + call.text(i));
        return -1;
      }
    }
    if ((conditions & IF_NONE) != 0 && conditions != IF_NONE) {
      call.reply().error("ERR NX and XX, GT or LT options at the same time are not compatible");
      return -1;
    }
    if ((conditions & IF_LATER) != 0 && (conditions & IF_EARLIER) != 0) {
      call.reply().error("ERR GT and LT options at the same time are not compatible");
      return -1;
    }
    return conditions;
  }

  /** Whether all conditions hold. A key that never expires does so later than any other. */
  private static boolean holds(int conditions, long currentMillis, long newMillis) {
    boolean never = currentMillis == Key.NEVER;
    return ((conditions & IF_NONE) == 0 || never)
        && ((conditions & IF_ANY) == 0 || !never)
        && ((conditions & IF_LATER) == 0 || (!never && newMillis > currentMillis))
        && ((conditions & IF_EARLIER) == 0 || never || newMillis < currentMillis);
  }

  private static void ttl(Call call) {
    replyTime(call, call.nowMillis(), MILLIS_PER_SECOND);
  }

  private static void pttl(Call call) {
    replyTime(call, call.nowMillis(), 1);
  }

  private static void expiretime(Call call) {
    replyTime(call, 0, MILLIS_PER_SECOND);
  }

  private static void pexpiretime(Call call) {
    replyTime(call, 0, 1);
  }

  private static void replyTime(Call call, long originMillis, int unitMillis) {
    Key key = call.key(1);
    if (!key.peek()) {
      call.reply().integer(REPLY_NO_KEY);
    } else if (key.expireAtMillis() == Key.NEVER) {
      call.reply().integer(REPLY_NEVER);
    } else {
      long millis = Math.max(0, key.expireAtMillis() - originMillis);
      // rounded, a half upwards
      long rest = millis % unitMillis;
      call.reply().integer(millis / unitMillis + (rest * 2 >= unitMillis ? 1 : 0));
    }
  }

  private static void persist(Call call) {
    Key key = call.key(1);
    if (key.locate() && key.expireAtMillis() != Key.NEVER) {
      key.expireAt(Key.NEVER);
      key.changed(Event.PERSIST);
      call.reply().integer(1);
    } else {
      call.reply().integer(0);
    }
  }
}
