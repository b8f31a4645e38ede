package io.jacinth.command.list;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.structure.PackedList;
import io.jacinth.value.ListValue;

/** Commands that read lists. */
public final class ListCommands {
  private ListCommands() {}

  /** Adds all commands of lists. */
  public static void register(CommandTable table) {
    table.documentedBeside(ListCommands.class);
    table.add(
        Command.named("llen", ListCommands::llen)
            .arity(2)
            .flags(READONLY | FAST)
            .categories(Category.LIST)
            .keys(KeySpec.range(1, 0, 1, "RO")));
    table.add(
        Command.named("lrange", ListCommands::lrange)
            .arity(4)
            .flags(READONLY)
            .categories(Category.LIST)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
    table.add(
        Command.named("lindex", ListCommands::lindex)
            .arity(3)
            .flags(READONLY)
            .categories(Category.LIST)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
    PositionCommand.register(table);
    PushCommands.register(table);
    PopCommands.register(table);
    EditCommands.register(table);
    MoveCommands.register(table);
  }

  // ---- what all share ----

  /** Whether a key that was looked up holds a list or nothing; else an error is replied. */
  static boolean requireList(Call call, Key key) {
    if (key.exists() && !key.isList()) {
      call.wrongType();
      return false;
    }
    return true;
  }

  /**
   * Looks up to take elements. Who has waited for a list goes on waiting when the key has got
   * another type; for who has not that is an error.
   */
  static boolean locateToTake(Call call, Key key) {
    return key.locate() && (key.isList() || !call.isWoken());
  }

  /** Writes elements in order as they stand. */
  static void reply(ReplyWriter reply, ListValue list, long from, long count) {
    long entry = list.seek(from);
    long end = list.runEnd();
    for (long i = 0; i < count; i++) {
      if (entry == end) {
        list.nextRun();
        entry = list.runBegin();
        end = list.runEnd();
      }
      reply.entry(entry);
      entry = PackedList.next(entry);
    }
  }

  /** Writes elements from one on towards the first. */
  static void replyBackwards(ReplyWriter reply, ListValue list, long from, long count) {
    long behind = PackedList.next(list.seek(from));
    for (long i = 0; i < count; i++) {
      if (behind == list.runBegin()) {
        list.previousRun();
        behind = list.runEnd();
      }
      behind = PackedList.previous(behind);
      reply.entry(behind);
    }
  }

  /** Takes elements from one end, and the key if these are all. */
  static void take(Key key, ListValue list, long count, boolean first) {
    if (count == list.count()) {
      finishEmpty(key, first ? Event.LPOP : Event.RPOP, count);
      return;
    }
    if (count == 1) {
      if (first) {
        list.removeFirst();
      } else {
        list.removeLast();
      }
    } else if (first) {
      list.removeFirst(count);
    } else {
      list.removeLast(count);
    }
    list.shrink();
    key.changed(first ? Event.LPOP : Event.RPOP, count);
  }

  /** Deletes a key whose last elements go. */
  static void finishEmpty(Key key, Event event, long changes) {
    key.delete();
    key.changed(event, changes);
    key.changedToo(Event.DEL);
  }

  // ---- commands ----

  private static void llen(Call call) {
    Key key = call.key(1);
    key.read();
    if (requireList(call, key)) {
      call.reply().integer(key.exists() ? key.list().count() : 0);
    }
  }

  private static void lrange(Call call) {
    if (!call.requireLong(2)) {
      return;
    }
    long start = call.number();
    if (!call.requireLong(3)) {
      return;
    }
    long end = call.number();
    Key key = call.key(1);
    key.read();
    if (!requireList(call, key)) {
      return;
    }
    ReplyWriter reply = call.reply();
    long size = key.exists() ? key.list().count() : 0;
    long from = start < 0 ? Math.max(0, start + size) : start;
    long last = end < 0 ? end + size : Math.min(end, size - 1);
    if (from > last) {
      reply.array(0);
      return;
    }
    long count = last - from + 1;
    reply.array(count);
    reply(reply, key.list(), from, count);
  }

  private static void lindex(Call call) {
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().nil();
    } else if (requireList(call, key) && call.requireLong(2)) {
      ListValue list = key.list();
      long size = list.count();
      long index = call.number() < 0 ? call.number() + size : call.number();
      if (index < 0 || index >= size) {
        call.reply().nil();
      } else {
        call.reply().entry(list.seek(index));
      }
    }
  }
}
