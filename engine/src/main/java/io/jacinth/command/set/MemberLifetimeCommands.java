package io.jacinth.command.set;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;
import static io.jacinth.command.MemberLifetimes.CHANGED;
import static io.jacinth.command.MemberLifetimes.CONDITION_NOT_MET;
import static io.jacinth.command.MemberLifetimes.FAILED;
import static io.jacinth.command.MemberLifetimes.MILLISECOND;
import static io.jacinth.command.MemberLifetimes.NEVER_EXPIRES;
import static io.jacinth.command.MemberLifetimes.NOT_THERE;
import static io.jacinth.command.MemberLifetimes.REMOVED;
import static io.jacinth.command.MemberLifetimes.SECOND;

import io.jacinth.command.Call;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.MemberLifetimes;
import io.jacinth.command.MemberLifetimes.Condition;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;
import io.jacinth.value.SetValue;

/** Commands that set, read and remove the times at which members of sets expire. */
final class MemberLifetimeCommands {
  private static final String NOT_ENOUGH = "ERR wrong number of arguments";
  private static final String TWICE = "ERR MEMBERS keyword specified multiple times";
  private static final String MISSING = "ERR missing MEMBERS argument";

  private MemberLifetimeCommands() {}

  static void register(CommandTable table) {
    table.add(expiring("sexpire", SECOND, true));
    table.add(expiring("spexpire", MILLISECOND, true));
    table.add(expiring("sexpireat", SECOND, false));
    table.add(expiring("spexpireat", MILLISECOND, false));
    table.add(reading("sttl", SECOND, true));
    table.add(reading("spttl", MILLISECOND, true));
    table.add(reading("sexpiretime", SECOND, false));
    table.add(reading("spexpiretime", MILLISECOND, false));
    table.add(
        SetCommands.command(
            "spersist", MemberLifetimeCommands::spersist, -5, WRITE | FAST, "RW UPDATE"));
    table.add(
        SetCommands.command(
            "saddex", MemberLifetimeCommands::saddex, -5, WRITE | DENYOOM | FAST, "RW UPDATE"));
  }

  private static Command expiring(String name, int unitMillis, boolean relative) {
    return SetCommands.command(
        name, call -> expire(call, unitMillis, relative), -6, WRITE | FAST, "RW UPDATE");
  }

  private static Command reading(String name, int unitMillis, boolean relative) {
    return SetCommands.command(
        name, call -> replyTimes(call, unitMillis, relative), -5, READONLY | FAST, "RO ACCESS");
  }

  /**
   * Reads how many members follow; {@link Call#number} has it.
   *
   * @param index of the word MEMBERS
   * @return whether so many do follow, else an error was replied
   */
  private static boolean requireMembers(Call call, int index, String countError) {
    if (!call.parseLong(index + 1) || call.number() < 1 || call.number() > Integer.MAX_VALUE) {
      call.reply().error(countError);
      return false;
    }
    if (call.number() > call.count() - (index + 2)) {
      call.reply().error(NOT_ENOUGH);
      return false;
    }
    return true;
  }

  // ---- SEXPIRE and its like ----

  private static void expire(Call call, int unitMillis, boolean relative) {
    Key key = call.key(1);
    key.locate();
    SetValue set = SetCommands.checked(call, key);
    if (set == null) {
      return;
    }
    long millis = MemberLifetimes.expireAtMillis(call, 2, unitMillis, relative);
    if (millis == FAILED) {
      return;
    }
    Condition condition = Condition.NONE;
    boolean several = false;
    int first = 0;
    int end = 0;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "members")) {
        if (first != 0) {
          call.reply().error(TWICE);
          return;
        }
        if (i + 2 >= call.count()) {
          call.reply().error("ERR MEMBERS requires at least nummembers and one member argument");
          return;
        }
        if (!requireMembers(call, i, "ERR Parameter `numMembers` should be greater than 0")) {
          return;
        }
        first = i + 2;
        end = first + (int) call.number();
        i = end - 1;
        continue;
      }
      Condition named = MemberLifetimes.condition(call, i);
      if (named == Condition.NONE) {
        call.reply().error("ERR unknown argument: " + call.text(i));
        return;
      }
      several |= condition != Condition.NONE && condition != named;
      condition = named;
    }
    if (first == 0) {
      call.reply().error(MISSING);
    } else if (several) {
      call.reply().error("ERR Multiple condition flags specified");
    } else if (!set.exists()) {
      MemberLifetimes.replyToAll(call, end - first, NOT_THERE);
    } else {
      expire(call, key, first, end, condition, millis);
    }
  }

  private static void expire(
      Call call, Key key, int first, int end, Condition condition, long millis) {
    SetValue set = key.set();
    boolean over = MemberLifetimes.isOver(call, millis);
    call.reply().array(end - first);
    int changed = 0;
    for (int i = first; i < end; i++) {
      if (!set.find(call.address(i), call.length(i))) {
        call.reply().integer(NOT_THERE);
      } else if (!condition.holds(set.expireAtMillis(), millis)) {
        call.reply().integer(CONDITION_NOT_MET);
      } else {
        expireOrRemove(call, set, i, millis, over);
        changed++;
        call.reply().integer(over ? REMOVED : CHANGED);
      }
    }
    tell(key, changed, over);
  }

  /** For a member that the set has come to. */
  private static void expireOrRemove(
      Call call, SetValue set, int index, long millis, boolean over) {
    if (over) {
      set.remove();
      return;
    }
    if (!set.isTable()) {
      set.allowExpiry();
      set.find(call.address(index), call.length(index));
    }
    set.expireAt(millis);
  }

  private static void tell(Key key, int changed, boolean over) {
    if (changed > 0) {
      key.changed(over ? Event.SREM : Event.SEXPIRE, changed);
    }
    if (changed > 0 && over) {
      SetCommands.removeIfEmpty(key);
    }
  }

  // ---- STTL and its like ----

  /**
   * The first member behind the word MEMBERS, which comes after the key; or {@link
   * MemberLifetimes#FAILED}.
   */
  private static int firstMember(Call call) {
    if (!call.is(2, "members")) {
      call.reply().error("ERR Mandatory argument MEMBERS is missing or not at the right position");
      return (int) FAILED;
    }
    if (!call.parseLong(3) || call.number() < 1) {
      call.reply().error("ERR Number of members must be a positive integer");
      return (int) FAILED;
    }
    if (call.number() != call.count() - 4) {
      call.reply().error("ERR The `nummembers` parameter must match the number of arguments");
      return (int) FAILED;
    }
    return 4;
  }

  private static void replyTimes(Call call, int unitMillis, boolean relative) {
    SetValue set = SetCommands.read(call, 1);
    if (set == null) {
      return;
    }
    int first = firstMember(call);
    if (first == FAILED) {
      return;
    }
    call.reply().array(call.count() - first);
    for (int i = first; i < call.count(); i++) {
      if (set.exists() && set.find(call.address(i), call.length(i))) {
        MemberLifetimes.replyTime(call, set.expireAtMillis(), unitMillis, relative);
      } else {
        call.reply().integer(NOT_THERE);
      }
    }
  }

  private static void spersist(Call call) {
    Key key = call.key(1);
    key.locate();
    SetValue set = SetCommands.checked(call, key);
    if (set == null) {
      return;
    }
    int first = firstMember(call);
    if (first == FAILED) {
      return;
    }
    call.reply().array(call.count() - first);
    int changed = 0;
    for (int i = first; i < call.count(); i++) {
      if (!set.exists() || !set.find(call.address(i), call.length(i))) {
        call.reply().integer(NOT_THERE);
      } else if (set.expireAtMillis() == SetValue.NEVER) {
        call.reply().integer(NEVER_EXPIRES);
      } else {
        set.expireAt(SetValue.NEVER);
        changed++;
        call.reply().integer(CHANGED);
      }
    }
    if (changed > 0) {
      key.changed(Event.SPERSIST, changed);
    }
  }

  // ---- SADDEX ----

  private static void saddex(Call call) {
    Condition condition = Condition.NONE;
    boolean timed = false;
    boolean keeps = false;
    long millis = SetValue.NEVER;
    int first = 0;
    int end = 0;
    for (int i = 2; i < call.count(); i++) {
      if (call.is(i, "members")) {
        if (first != 0) {
          call.reply().error(TWICE);
          return;
        }
        if (i + 1 >= call.count()) {
          call.reply().error(Errors.wrongArity(call.command().name()));
          return;
        }
        if (!requireMembers(call, i, "ERR invalid number of members")) {
          return;
        }
        first = i + 2;
        end = first + (int) call.number();
        i = end - 1;
      } else if (MemberLifetimes.isTime(call, i) || call.is(i, "keepttl")) {
        if (timed || keeps) {
          call.reply().error(MemberLifetimes.TWO_EXPIRIES);
          return;
        }
        timed = MemberLifetimes.isTime(call, i);
        keeps = !timed;
        if (timed) {
          i++;
          if (i == call.count()) {
            call.reply().error("ERR missing expire time");
            return;
          }
          millis = MemberLifetimes.expireAtMillis(call, i);
          if (millis == FAILED) {
            return;
          }
        }
      } else if (call.is(i, "mnx") || call.is(i, "mxx")) {
        if (condition != Condition.NONE) {
          call.reply().error("ERR Only one of MXX or MNX arguments can be specified");
          return;
        }
        condition = call.is(i, "mnx") ? Condition.NX : Condition.XX;
      } else {
        call.reply().error("ERR unknown argument: " + call.text(i));
        return;
      }
    }
    if (first == 0) {
      call.reply().error(MISSING);
      return;
    }
    Key key = call.key(1);
    key.locate();
    SetValue set = SetCommands.checked(call, key);
    if (set == null) {
      return;
    }
    boolean allowed = allows(call, set, first, end, condition);
    call.reply().integer(allowed ? 1 : 0);
    if (!allowed) {
      return;
    }
    if (timed && MemberLifetimes.isOver(call, millis)) {
      removeAll(call, key, first, end);
    } else {
      addAll(call, set, first, end, keeps, millis);
      key.changed(Event.SADD, end - first);
      if (timed) {
        key.changedToo(Event.SEXPIRE);
      }
    }
  }

  private static boolean allows(Call call, SetValue set, int first, int end, Condition condition) {
    for (int i = first; condition != Condition.NONE && i < end; i++) {
      boolean found = set.exists() && set.find(call.address(i), call.length(i));
      if (found != (condition == Condition.XX)) {
        return false;
      }
    }
    return true;
  }

  private static void removeAll(Call call, Key key, int first, int end) {
    SetValue set = key.set();
    int removed = 0;
    for (int i = first; key.exists() && i < end; i++) {
      if (set.find(call.address(i), call.length(i))) {
        set.remove();
        removed++;
      }
    }
    tell(key, removed, true);
  }

  /**
   * Adds members.
   *
   * @param millis when they all expire, those that are there too; {@link SetValue#NEVER} if not
   * @param keeps whether those that are there expire when they would have, then
   */
  private static void addAll(
      Call call, SetValue set, int first, int end, boolean keeps, long millis) {
    if (set.exists()) {
      set.expect(end - first);
    } else {
      set.create(call.address(first), call.length(first), end - first);
    }
    if (millis != SetValue.NEVER) {
      set.allowExpiry();
    }
    for (int i = first; i < end; i++) {
      set.add(call.address(i), call.length(i));
      if (!keeps && set.isTable()) {
        set.find(call.address(i), call.length(i));
        set.expireAt(millis);
      }
    }
  }
}
