package io.jacinth.command.hash;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
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
import io.jacinth.value.HashValue;

/** Commands that set, read and remove the times at which fields of hashes expire. */
final class FieldLifetimeCommands {
  private static final String NO_FIELDS =
      "ERR Mandatory argument FIELDS is missing or not at the right position";
  private static final String WRONG_COUNT =
      "ERR The `numfields` parameter must match the number of arguments";

  private FieldLifetimeCommands() {}

  static void register(CommandTable table) {
    table.add(
        ChangeCommands.writing("hexpire", call -> expire(call, SECOND, true), -6, 0, "RW UPDATE"));
    table.add(
        ChangeCommands.writing(
            "hpexpire", call -> expire(call, MILLISECOND, true), -6, 0, "RW UPDATE"));
    table.add(
        ChangeCommands.writing(
            "hexpireat", call -> expire(call, SECOND, false), -6, 0, "RW UPDATE"));
    table.add(
        ChangeCommands.writing(
            "hpexpireat", call -> expire(call, MILLISECOND, false), -6, 0, "RW UPDATE"));
    table.add(reading("httl", SECOND, true));
    table.add(reading("hpttl", MILLISECOND, true));
    table.add(reading("hexpiretime", SECOND, false));
    table.add(reading("hpexpiretime", MILLISECOND, false));
    table.add(
        ChangeCommands.writing("hpersist", FieldLifetimeCommands::hpersist, -5, 0, "RW UPDATE"));
    table.add(
        ChangeCommands.writing("hgetex", FieldLifetimeCommands::hgetex, -5, 0, "RW ACCESS UPDATE"));
    table.add(
        ChangeCommands.writing("hsetex", FieldLifetimeCommands::hsetex, -6, DENYOOM, "RW UPDATE"));
  }

  private static Command reading(String name, int unitMillis, boolean relative) {
    return HashCommands.reading(
        name, call -> replyTimes(call, unitMillis, relative), -5, FAST, "RO ACCESS");
  }

  // ---- the fields that are named ----

  /**
   * Reads how many fields follow a word and checks that they do.
   *
   * @return the index of the first field, {@link MemberLifetimes#FAILED} after an error was replied
   */
  private static int firstField(Call call, int index, String countError) {
    if (!call.is(index, "fields")) {
      call.reply().error(NO_FIELDS);
      return (int) FAILED;
    }
    if (!call.parseLong(index + 1) || call.number() < 1) {
      call.reply().error(countError);
      return (int) FAILED;
    }
    int first = index + 2;
    if (call.number() != call.count() - first) {
      call.reply().error(WRONG_COUNT);
      return (int) FAILED;
    }
    return first;
  }

  private static int firstField(Call call, int index) {
    return firstField(call, index, "ERR Number of fields must be a positive integer");
  }

  // ---- HEXPIRE and its like ----

  private static void expire(Call call, int unitMillis, boolean relative) {
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return;
    }
    long millis = MemberLifetimes.expireAtMillis(call, 2, unitMillis, relative);
    if (millis == FAILED) {
      return;
    }
    Condition condition = MemberLifetimes.condition(call, 3);
    int first =
        firstField(
            call,
            condition == Condition.NONE ? 3 : 4,
            "ERR Parameter `numFields` should be greater than 0");
    if (first == FAILED) {
      return;
    }
    int fields = call.count() - first;
    if (!hash.exists()) {
      MemberLifetimes.replyToAll(call, fields, NOT_THERE);
      return;
    }
    hash.allowExpiry();
    boolean over = MemberLifetimes.isOver(call, millis);
    call.reply().array(fields);
    int changed = 0;
    for (int i = first; i < call.count(); i++) {
      if (!hash.find(call.address(i), call.length(i))) {
        call.reply().integer(NOT_THERE);
      } else if (!condition.holds(hash.expireAtMillis(), millis)) {
        call.reply().integer(CONDITION_NOT_MET);
      } else {
        expireOrRemove(hash, millis, over);
        changed++;
        call.reply().integer(over ? REMOVED : CHANGED);
      }
    }
    tell(key, changed, over);
  }

  private static void expireOrRemove(HashValue hash, long millis, boolean over) {
    if (over) {
      hash.remove();
    } else {
      hash.expireAt(millis);
    }
  }

  private static void tell(Key key, int changed, boolean over) {
    if (over) {
      ChangeCommands.removed(key, changed);
    } else if (changed > 0) {
      key.changed(Event.HEXPIRE, changed);
    }
  }

  // ---- HTTL and its like ----

  private static void replyTimes(Call call, int unitMillis, boolean relative) {
    HashValue hash = HashCommands.read(call);
    if (hash == null) {
      return;
    }
    int first = firstField(call, 2);
    if (first == FAILED) {
      return;
    }
    call.reply().array(call.count() - first);
    for (int i = first; i < call.count(); i++) {
      if (hash.exists() && hash.find(call.address(i), call.length(i))) {
        MemberLifetimes.replyTime(call, hash.expireAtMillis(), unitMillis, relative);
      } else {
        call.reply().integer(NOT_THERE);
      }
    }
  }

  private static void hpersist(Call call) {
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return;
    }
    int first = firstField(call, 2);
    if (first == FAILED) {
      return;
    }
    call.reply().array(call.count() - first);
    boolean changed = false;
    for (int i = first; i < call.count(); i++) {
      if (!hash.exists() || !hash.find(call.address(i), call.length(i))) {
        call.reply().integer(NOT_THERE);
      } else if (hash.expireAtMillis() == HashValue.NEVER) {
        call.reply().integer(NEVER_EXPIRES);
      } else {
        hash.expireAt(HashValue.NEVER);
        changed = true;
        call.reply().integer(CHANGED);
      }
    }
    if (changed) {
      key.changed(Event.HPERSIST);
    }
  }

  // ---- HGETEX ----

  private static void hgetex(Call call) {
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return;
    }
    boolean persists = call.is(2, "persist");
    boolean timed = MemberLifetimes.isTime(call, 2);
    long millis = HashValue.NEVER;
    if (timed) {
      millis = MemberLifetimes.expireAtMillis(call, 3);
      if (millis == FAILED) {
        return;
      }
    }
    int fieldsIndex = timed ? 4 : persists ? 3 : 2;
    if (fieldsIndex + 1 >= call.count()) {
      call.reply().error(Errors.wrongArity(call.command().name()));
      return;
    }
    int first = firstField(call, fieldsIndex);
    if (first == FAILED) {
      return;
    }
    if (hash.exists() && (timed || persists)) {
      hash.allowExpiry();
    }
    boolean over = timed && MemberLifetimes.isOver(call, millis);
    call.reply().array(call.count() - first);
    int changed = 0;
    for (int i = first; i < call.count(); i++) {
      if (!HashCommands.find(call, key, i)) {
        call.reply().nil();
        continue;
      }
      HashCommands.replyValue(call.reply(), hash);
      if (timed || (persists && hash.expireAtMillis() != HashValue.NEVER)) {
        expireOrRemove(hash, millis, over);
        changed++;
      }
    }
    if (!persists) {
      tell(key, changed, over);
    } else if (changed > 0) {
      key.changed(Event.HPERSIST, changed);
    }
  }

  // ---- HSETEX ----

  private static void hsetex(Call call) {
    Condition ofKey = Condition.NONE;
    Condition ofFields = Condition.NONE;
    boolean timed = false;
    boolean keeps = false;
    long millis = HashValue.NEVER;
    int first = 0;
    for (int i = 2; first == 0 && i < call.count(); i++) {
      if (call.is(i, "fields")) {
        first = firstPair(call, i);
        if (first == FAILED) {
          return;
        }
      } else if (MemberLifetimes.isTime(call, i) || call.is(i, "keepttl")) {
        if (timed || keeps) {
          call.reply().error(MemberLifetimes.TWO_EXPIRIES);
          return;
        }
        timed = MemberLifetimes.isTime(call, i);
        keeps = !timed;
        if (timed) {
          if (i + 1 == call.count()) {
            call.reply().error(Errors.wrongArity(call.command().name()));
            return;
          }
          millis = MemberLifetimes.expireAtMillis(call, i + 1);
          if (millis == FAILED) {
            return;
          }
          i++;
        }
      } else if (call.is(i, "fnx") || call.is(i, "fxx")) {
        if (ofFields != Condition.NONE) {
          call.reply().error("ERR Only one of FXX or FNX arguments can be specified");
          return;
        }
        ofFields = call.is(i, "fnx") ? Condition.NX : Condition.XX;
      } else if (call.is(i, "nx") || call.is(i, "xx")) {
        if (ofKey != Condition.NONE) {
          call.syntaxError();
          return;
        }
        ofKey = call.is(i, "nx") ? Condition.NX : Condition.XX;
      } else {
        call.reply().error("ERR unknown argument: " + call.text(i));
        return;
      }
    }
    if (first == 0) {
      call.reply().error(Errors.wrongArity(call.command().name()));
      return;
    }
    Key key = call.key(1);
    key.locate();
    HashValue hash = HashCommands.checked(call, key);
    if (hash == null) {
      return;
    }
    if (!allows(ofKey, key.exists()) || !allFields(call, key, first, ofFields)) {
      call.reply().integer(0);
      return;
    }
    set(call, key, first, timed, millis, keeps);
    call.reply().integer(1);
  }

  /** The index of the first field, or {@link MemberLifetimes#FAILED}. */
  private static int firstPair(Call call, int index) {
    int first = index + 2;
    boolean counted = first + 1 < call.count();
    if (counted
        && (!call.parseLong(index + 1) || call.number() < 1 || call.number() > Integer.MAX_VALUE)) {
      call.reply().error("ERR invalid number of fields");
      return (int) FAILED;
    }
    if (!counted || 2 * call.number() != call.count() - first) {
      call.reply().error(Errors.wrongArity(call.command().name()));
      return (int) FAILED;
    }
    return first;
  }

  private static boolean allows(Condition condition, boolean exists) {
    return condition == Condition.NONE || exists == (condition == Condition.XX);
  }

  private static boolean allFields(Call call, Key key, int first, Condition condition) {
    for (int i = first; condition != Condition.NONE && i < call.count(); i += 2) {
      if (!allows(condition, HashCommands.find(call, key, i))) {
        return false;
      }
    }
    return true;
  }

  private static void set(
      Call call, Key key, int first, boolean timed, long millis, boolean keeps) {
    HashValue hash = key.hashValue();
    int fields = (call.count() - first) / 2;
    if (timed && hash.exists()) {
      hash.allowExpiry();
    }
    ChangeCommands.setAll(call, hash, first, keeps || timed);
    key.changed(Event.HSET, timed ? 0 : fields); // with a time it counts once, as that change
    if (!timed) {
      return;
    }
    hash.allowExpiry();
    boolean over = MemberLifetimes.isOver(call, millis);
    for (int i = first; i < call.count(); i += 2) {
      if (hash.find(call.address(i), call.length(i))) {
        expireOrRemove(hash, millis, over);
      }
    }
    tell(key, fields, over);
  }
}
