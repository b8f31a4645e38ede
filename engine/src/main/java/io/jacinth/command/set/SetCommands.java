package io.jacinth.command.set;

import static io.jacinth.command.Flag.DENYOOM;
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
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SetValue;

/** Commands that add, remove and ask for single members of sets. */
public final class SetCommands {
  private SetCommands() {}

  /** Adds all commands of sets. */
  public static void register(CommandTable table) {
    table.documentedBeside(SetCommands.class);
    table.add(command("sadd", SetCommands::sadd, -3, WRITE | DENYOOM | FAST, "RW INSERT"));
    table.add(command("srem", SetCommands::srem, -3, WRITE | FAST, "RW DELETE"));
    table.add(command("sismember", SetCommands::sismember, 3, READONLY | FAST, "RO"));
    table.add(command("smismember", SetCommands::smismember, -3, READONLY | FAST, "RO ACCESS"));
    table.add(command("smembers", SetCommands::smembers, 2, READONLY, "RO ACCESS"));
    table.add(command("scard", SetCommands::scard, 2, READONLY | FAST, "RO"));
    table.add(
        Command.named("smove", SetCommands::smove)
            .arity(4)
            .flags(WRITE | FAST)
            .categories(Category.SET)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS DELETE"), KeySpec.range(2, 0, 1, "RW INSERT")));
    MemberLifetimeCommands.register(table);
    PopCommands.register(table);
    CombineCommands.register(table);
    ScanCommands.register(table);
  }

  /** A command with one key. */
  static Command command(String name, Handler handler, int arity, long flags, String keyFlags) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(flags)
        .categories(Category.SET)
        .keys(KeySpec.range(1, 0, 1, keyFlags));
  }

  // ---- what all share ----

  /**
   * The set of a key, to be read; if there is none it has no members.
   *
   * @return null after an error was replied
   */
  static SetValue read(Call call, int index) {
    Key key = call.key(index);
    key.read();
    return checked(call, key);
  }

  /**
   * The set of a key that has been looked up; if there is none it has no members.
   *
   * @return null after an error was replied
   */
  static SetValue checked(Call call, Key key) {
    if (key.exists() && !key.isSet()) {
      call.wrongType();
      return null;
    }
    return key.set();
  }

  /** Writes the member that a set has come to. */
  static void replyMember(ReplyWriter reply, SetValue set) {
    if (set.isInteger()) {
      reply.bulkInteger(set.integer());
    } else {
      reply.bulk(set.memberAddress(), set.memberLength());
    }
  }

  /** Writes all members of a set that may not exist. */
  static void replyMembers(ReplyWriter reply, SetValue set) {
    if (set.exists()) {
      for (boolean more = set.first(); more; more = set.next()) {
        replyMember(reply, set);
      }
    }
  }

  /** Removes the key of a set that has lost its last member; otherwise nothing. */
  static void removeIfEmpty(Key key) {
    if (key.set().count() == 0) {
      key.delete();
      key.changedToo(Event.DEL);
    }
  }

  private static boolean find(Call call, SetValue set, int index) {
    return set.exists() && set.find(call.address(index), call.length(index));
  }

  // ---- commands ----

  private static void sadd(Call call) {
    Key key = call.key(1);
    key.locate();
    SetValue set = checked(call, key);
    if (set == null) {
      return;
    }
    int count = call.count();
    if (key.exists()) {
      set.expect(count - 2);
    } else {
      set.create(call.address(2), call.length(2), count - 2);
    }
    long added = 0;
    for (int i = 2; i < count; i++) {
      if (set.add(call.address(i), call.length(i))) {
        added++;
      }
    }
    if (added > 0) {
      key.changed(Event.SADD, added);
    }
    call.reply().integer(added);
  }

  private static void srem(Call call) {
    Key key = call.key(1);
    key.locate();
    SetValue set = checked(call, key);
    if (set == null) {
      return;
    }
    long removed = 0;
    long left = set.count();
    for (int i = 2; i < call.count() && left > 0; i++) {
      if (set.find(call.address(i), call.length(i))) {
        set.remove();
        removed++;
        left--;
      }
    }
    if (removed > 0) {
      key.changed(Event.SREM, removed);
      removeIfEmpty(key);
    }
    call.reply().integer(removed);
  }

  private static void sismember(Call call) {
    SetValue set = read(call, 1);
    if (set != null) {
      call.reply().integer(find(call, set, 2) ? 1 : 0);
    }
  }

  private static void smismember(Call call) {
    SetValue set = read(call, 1);
    if (set == null) {
      return;
    }
    int count = call.count();
    call.reply().array(count - 2);
    for (int i = 2; i < count; i++) {
      call.reply().integer(find(call, set, i) ? 1 : 0);
    }
  }

  private static void smembers(Call call) {
    SetValue set = read(call, 1);
    if (set != null) {
      call.reply().set(set.count());
      replyMembers(call.reply(), set);
    }
  }

  private static void scard(Call call) {
    SetValue set = read(call, 1);
    if (set != null) {
      call.reply().integer(set.count());
    }
  }

  private static void smove(Call call) {
    Key from = call.key(1);
    Key to = call.secondKey(2);
    if (!from.locate()) {
      call.reply().integer(0);
      return;
    }
    to.locate();
    SetValue source = checked(call, from);
    SetValue target = source == null ? null : checked(call, to);
    if (target == null) {
      return;
    }
    boolean found = find(call, source, 3);
    if (!found || from.hasNameOf(to)) {
      call.reply().integer(found ? 1 : 0);
      return;
    }
    long member = call.address(3);
    int length = call.length(3);
    source.remove();
    from.changed(Event.SREM);
    removeIfEmpty(from);
    if (!to.exists()) {
      target.create(member, length, 1);
    }
    if (target.add(member, length)) {
      to.changed(Event.SADD);
    }
    call.reply().integer(1);
  }
}
