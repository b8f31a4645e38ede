package io.jacinth.command.stream;

import static io.jacinth.command.Flag.DENYOOM;
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
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamProducers;
import io.jacinth.value.StreamValue;

/** XADD, XTRIM, XSETID and XCFGSET. */
final class AddCommands {
  private static final int MAX_DURATION_SECONDS = 86_400;
  private static final int MAX_MESSAGES = 10_000;

  private AddCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("xadd", AddCommands::xadd)
            .arity(-5)
            .flags(WRITE | DENYOOM | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
    table.add(
        Command.named("xtrim", AddCommands::xtrim)
            .arity(-4)
            .flags(WRITE)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW DELETE")));
    table.add(
        Command.named("xsetid", AddCommands::xsetid)
            .arity(-3)
            .flags(WRITE | DENYOOM | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
    table.add(
        Command.named("xcfgset", AddCommands::xcfgset)
            .arity(-2)
            .flags(WRITE | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
  }

  private static void xadd(Call call) {
    Key key = call.key(1);
    StreamValue stream = key.stream();
    StreamId id = stream.id(0);
    StreamId minId = stream.id(1);
    StreamId last = stream.id(2);
    TrimOptions options = TrimOptions.of(call);
    if (!options.parse(call, 2, true, minId)) {
      return;
    }
    int idIndex = options.idIndex();
    boolean automatic = idIndex < call.count() && call.is(idIndex, "*");
    if (idIndex < call.count()
        && !automatic
        && !id.parse(call.address(idIndex), call.length(idIndex), 0, true)) {
      StreamCommands.invalidId(call);
      return;
    }
    if (!options.complete(call, true)) {
      return;
    }
    int first = idIndex + 1;
    int words = call.count() - first;
    if (words < 2 || (words & 1) != 0) {
      call.reply().error(Errors.wrongArity(call.command().name()));
      return;
    }
    if (options.hasProducer() && !automatic) {
      call.reply().error("ERR IDMP/IDMPAUTO can be used only with auto-generated IDs");
      return;
    }
    if (!automatic && !id.isAnySequence() && id.isMin()) {
      call.reply().error("ERR The ID specified in XADD must be greater than 0-0");
      return;
    }
    key.locate();
    if (StreamCommands.checked(call, key) == null) {
      return;
    }
    if (!key.exists()) {
      if (options.makesNoStream()) {
        call.reply().nil();
        return;
      }
      last.setMin();
    } else {
      stream.lastId(last);
    }
    Production production = options.hasProducer() ? Production.of(call, options, first) : null;
    if (production != null && stream.exists() && production.isDuplicate(stream, id)) {
      key.changedSilently(1);
      StreamCommands.replyId(call, id);
      return;
    }
    if (!choose(call, id, automatic, last)) {
      return;
    }
    if (StreamValue.isTooLarge(call.arguments(), first)) {
      call.reply().error("ERR Elements are too large to be stored");
      return;
    }
    if (!key.exists()) {
      stream.create();
    }
    stream.append(id, call.arguments(), first);
    if (production != null) {
      production.remember(stream, id);
    }
    key.changed(Event.XADD);
    if (options.isGiven() && options.trim(stream, minId) > 0) {
      key.changedToo(Event.XTRIM);
    }
    StreamCommands.replyId(call, id);
  }

  /**
   * Makes an ID complete.
   *
   * @param automatic whether it is the stream's to choose
   * @param last the stream's last one, which it must be greater than
   * @return false after an error was replied
   */
  private static boolean choose(Call call, StreamId id, boolean automatic, StreamId last) {
    if (last.millis() == -1 && last.sequence() == -1) {
      call.reply()
          .error("ERR The stream has exhausted the last possible ID, unable to add more items");
      return false;
    }
    if (automatic) {
      id.set(call.nowMillis(), 0);
      if (id.compareWith(last.millis(), -1) <= 0) {
        id.set(last).increment();
      }
      return true;
    }
    if (id.isAnySequence() && id.millis() == last.millis() && last.sequence() != -1) {
      id.set(last).increment();
      return true;
    }
    if (id.compareWith(last) > 0) {
      return true;
    }
    call.reply()
        .error("ERR The ID specified in XADD is equal or smaller than the target stream top item");
    return false;
  }

  private static void xtrim(Call call) {
    StreamId minId = call.key(1).stream().id(1);
    TrimOptions options = TrimOptions.of(call);
    if (!options.parse(call, 2, false, minId) || !options.complete(call, false)) {
      return;
    }
    StreamValue stream = StreamCommands.locate(call, 1);
    if (stream == null) {
      return;
    }
    long removed = stream.exists() ? options.trim(stream, minId) : 0;
    if (removed > 0) {
      call.key().changed(Event.XTRIM, removed);
    }
    call.reply().integer(removed);
  }

  private static void xsetid(Call call) {
    Key key = call.key(1);
    StreamValue stream = key.stream();
    StreamId id = stream.id(0);
    StreamId maxDeleted = stream.id(1);
    StreamId scratch = stream.id(2);
    if (!StreamCommands.requireStrictId(call, 2, id)) {
      return;
    }
    long entriesAdded = -1;
    boolean deletedGiven = false;
    int i = 3;
    while (i < call.count()) {
      boolean more = i + 1 < call.count();
      if (more && call.is(i, "entriesadded")) {
        if (!call.requireLong(i + 1)) {
          return;
        }
        entriesAdded = call.number();
        if (entriesAdded < 0) {
          call.reply().error("ERR entries_added must be positive");
          return;
        }
      } else if (more && call.is(i, "maxdeletedid")) {
        if (!StreamCommands.requireStrictId(call, i + 1, maxDeleted)) {
          return;
        }
        if (id.compareWith(maxDeleted) < 0) {
          call.reply()
              .error(
                  "ERR The ID specified in XSETID is smaller than the provided"
                      + " max_deleted_entry_id");
          return;
        }
        deletedGiven = true;
      } else {
        call.syntaxError();
        return;
      }
      i += 2;
    }
    key.locate();
    if (!key.exists()) {
      call.reply().error(Errors.NO_SUCH_KEY);
      return;
    }
    if (StreamCommands.checked(call, key) == null) {
      return;
    }
    if (id.compareWith(stream.maxDeletedId(scratch)) < 0) {
      call.reply()
          .error("ERR The ID specified in XSETID is smaller than current max_deleted_entry_id");
      return;
    }
    if (stream.length() > 0) {
      if (id.compareWith(stream.lastEntryId(scratch)) < 0) {
        call.reply()
            .error("ERR The ID specified in XSETID is smaller than the target stream top item");
        return;
      }
      if (entriesAdded != -1 && stream.length() > entriesAdded) {
        call.reply()
            .error(
                "ERR The entries_added specified in XSETID is smaller than the target stream"
                    + " length");
        return;
      }
    }
    stream.setLastId(id);
    if (entriesAdded != -1) {
      stream.setEntriesAdded(entriesAdded);
    }
    if (deletedGiven && !maxDeleted.isMin()) {
      stream.setMaxDeletedId(maxDeleted);
    }
    key.changed(Event.XSETID);
    call.reply().ok();
  }

  private static void xcfgset(Call call) {
    int seconds = 0;
    int messages = 0;
    for (int i = 2; i < call.count(); i += 2) {
      boolean more = i + 1 < call.count();
      if (more && seconds == 0 && call.is(i, "idmp-duration")) {
        if (!requireWithin(call, i, "IDMP-DURATION", MAX_DURATION_SECONDS, "seconds")) {
          return;
        }
        seconds = (int) call.number();
      } else if (more && messages == 0 && call.is(i, "idmp-maxsize")) {
        if (!requireWithin(call, i, "IDMP-MAXSIZE", MAX_MESSAGES, "entries")) {
          return;
        }
        messages = (int) call.number();
      } else {
        call.syntaxError();
        return;
      }
    }
    if (seconds == 0 && messages == 0) {
      call.reply().error("ERR At least one parameter must be specified");
      return;
    }
    StreamValue stream = StreamCommands.locate(call, 1);
    if (stream == null) {
      return;
    }
    if (!stream.exists()) {
      call.reply().error(Errors.NO_SUCH_KEY);
      return;
    }
    StreamProducers producers = stream.producers();
    producers.configure(
        seconds == 0 ? producers.seconds() : seconds,
        messages == 0 ? producers.maximum() : messages);
    call.key().changedWithoutEvent(1);
    call.reply().ok();
  }

  private static boolean requireWithin(
      Call call, int index, String option, int maximum, String unit) {
    if (!call.requireLong(index + 1)) {
      return false;
    }
    if (call.number() < 1 || call.number() > maximum) {
      call.reply().error("ERR " + option + " must be between 1 and " + maximum + " " + unit);
      return false;
    }
    return true;
  }
}
