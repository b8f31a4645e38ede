package io.jacinth.command.list;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Memory;
import io.jacinth.structure.PackedList;
import io.jacinth.value.ListValue;

/**
 * Commands that move elements from an end of one list to an end of another, or of the same one.
 *
 * <p>Between two lists an element's entry is copied from memory to memory; within one list through
 * scratch memory, because pushing may move what is to be pushed.
 */
final class MoveCommands {
  /** Words of LMOVEM without and with a number of elements. */
  private static final int SHORT_WORDS = 5;

  private static final int LONG_WORDS = 8;

  private MoveCommands() {}

  static void register(CommandTable table) {
    table.add(command("rpoplpush", MoveCommands::rpoplpush, 3));
    table.add(command("lmove", MoveCommands::lmove, 5));
    table.add(command("lmovem", MoveCommands::lmovem, -5));
  }

  private static Command command(String name, Handler handler, int arity) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(WRITE | DENYOOM)
        .categories(Category.LIST)
        .keys(KeySpec.range(1, 0, 1, "RW ACCESS DELETE"), KeySpec.range(2, 0, 1, "RW INSERT"));
  }

  private static void rpoplpush(Call call) {
    moveOne(call, false, true);
  }

  private static void lmove(Call call) {
    if (isEnd(call, 3) && isEnd(call, 4)) {
      moveOne(call, isFirst(call, 3), isFirst(call, 4));
    } else {
      call.syntaxError();
    }
  }

  private static boolean isEnd(Call call, int index) {
    return isFirst(call, index) || call.is(index, "right");
  }

  private static boolean isFirst(Call call, int index) {
    return call.is(index, "left");
  }

  private static void moveOne(Call call, boolean fromFirst, boolean toFirst) {
    Key source = call.key(1);
    if (!source.locate()) {
      call.reply().nil();
      return;
    }
    Key target = call.secondKey(2);
    if (!ListCommands.requireList(call, source) || !requireTarget(call, target)) {
      return;
    }
    ListValue list = source.list();
    call.reply().entry(fromFirst ? list.first() : list.last());
    move(call, source, target, 1, fromFirst, toFirst, false);
  }

  private static boolean requireTarget(Call call, Key target) {
    target.locate();
    return ListCommands.requireList(call, target);
  }

  private static void lmovem(Call call) {
    if (!isEnd(call, 3) || !isEnd(call, 4)) {
      call.syntaxError();
      return;
    }
    boolean fromFirst = isFirst(call, 3);
    boolean toFirst = isFirst(call, 4);
    boolean exactly = false;
    boolean oneByOne = false;
    long count = 1;
    if (call.count() != SHORT_WORDS) {
      if (call.count() != LONG_WORDS) {
        call.syntaxError();
        return;
      }
      exactly = call.is(5, "exactly");
      oneByOne = call.is(7, "obo");
      if ((!exactly && !call.is(5, "count")) || (!oneByOne && !call.is(7, "bulk"))) {
        call.syntaxError();
        return;
      }
      if (!call.parseLong(6) || call.number() < 1) {
        call.reply().error("ERR count should be greater than 0");
        return;
      }
      count = call.number();
    }
    Key source = call.key(1);
    source.locate();
    if (!ListCommands.requireList(call, source)) {
      return;
    }
    long size = source.exists() ? source.list().count() : 0;
    if (size == 0 || (exactly && size < count)) {
      call.reply().nilArray();
      return;
    }
    Key target = call.secondKey(2);
    if (requireTarget(call, target)) {
      moveSeveral(call, source, target, Math.min(count, size), fromFirst, toFirst, oneByOne);
    }
  }

  private static void moveSeveral(
      Call call,
      Key source,
      Key target,
      long count,
      boolean fromFirst,
      boolean toFirst,
      boolean oneByOne) {
    // One by one at the same ends is what turns the order round.
    boolean reversed = oneByOne && fromFirst == toFirst;
    ListValue list = source.list();
    long from = fromFirst ? 0 : list.count() - count;
    call.reply().array(count);
    if (reversed) {
      ListCommands.replyBackwards(call.reply(), list, from + count - 1, count);
    } else {
      ListCommands.reply(call.reply(), list, from, count);
    }
    move(call, source, target, count, fromFirst, toFirst, reversed);
  }

  /**
   * Moves elements that there are.
   *
   * @param reversed whether they stand in the other order afterwards
   */
  private static void move(
      Call call,
      Key source,
      Key target,
      long count,
      boolean fromFirst,
      boolean toFirst,
      boolean reversed) {
    boolean same = source.hasNameOf(target);
    if (same && fromFirst == toFirst) {
      if (reversed) {
        reverse(call, source.list(), fromFirst, count);
      }
    } else if (same) {
      rotate(call, source.list(), count, fromFirst);
    } else {
      copy(source.list(), target, count, fromFirst, toFirst, reversed);
    }
    Key changed = same ? source : target;
    changed.changed(toFirst ? Event.LPUSH : Event.RPUSH);
    if (same) {
      source.changedToo(fromFirst ? Event.LPOP : Event.RPOP);
    } else {
      ListCommands.take(source, source.list(), count, fromFirst);
    }
  }

  /** Pushes copies of elements to another list. */
  private static void copy(
      ListValue list,
      Key target,
      long count,
      boolean fromFirst,
      boolean toFirst,
      boolean reversed) {
    ListValue to = target.list();
    if (!target.exists()) {
      to.create();
    }
    long first = fromFirst ? 0 : list.count() - count;
    to.reserve(textBytes(list, first, count), (int) Math.min(count, Integer.MAX_VALUE));
    // Pushed at the first end, what stands last comes first.
    boolean backwards = toFirst != reversed;
    long at = list.seek(backwards ? first + count - 1 : first);
    for (long i = 0; i < count; i++) {
      if (!backwards && at == list.runEnd()) {
        list.nextRun();
        at = list.runBegin();
      }
      if (toFirst) {
        to.pushFirstEntry(at);
      } else {
        to.pushLastEntry(at);
      }
      if (!backwards) {
        at = PackedList.next(at);
      } else if (i < count - 1) {
        if (at == list.runBegin()) {
          list.previousRun();
          at = list.runEnd();
        }
        at = PackedList.previous(at);
      }
    }
  }

  /** Length of elements, in which integers do not count: Redis has none for them. */
  private static long textBytes(ListValue list, long first, long count) {
    long bytes = 0;
    long at = list.seek(first);
    for (long i = 0; i < count; i++) {
      if (at == list.runEnd()) {
        list.nextRun();
        at = list.runBegin();
      }
      bytes += PackedList.isInteger(at) ? 0 : PackedList.length(at);
      at = PackedList.next(at);
    }
    return bytes;
  }

  /** Moves elements to the other end of their list. */
  private static void rotate(Call call, ListValue list, long count, boolean fromFirst) {
    long first = fromFirst ? 0 : list.count() - count;
    long entries = save(call, list, first, count);
    long at = entries;
    if (fromFirst) {
      for (long i = 0; i < count; i++) {
        list.pushLastEntry(at);
        at = PackedList.next(at);
      }
      list.removeFirst(count);
    } else {
      at = PackedList.skip(entries, count);
      for (long i = 0; i < count; i++) {
        at = PackedList.previous(at);
        list.pushFirstEntry(at);
      }
      list.removeLast(count);
    }
    list.shrink();
  }

  /** Turns the order of elements at an end round. */
  private static void reverse(Call call, ListValue list, boolean atFirst, long count) {
    long first = atFirst ? 0 : list.count() - count;
    long at = save(call, list, first, count);
    for (long i = first + count - 1; i >= first; i--) {
      list.replace(list.seek(i), at);
      at = PackedList.next(at);
    }
  }

  /** Copies entries to scratch memory. */
  private static long save(Call call, ListValue list, long first, long count) {
    long bytes = 0;
    long at = list.seek(first);
    for (long i = 0; i < count; i++) {
      if (at == list.runEnd()) {
        list.nextRun();
        at = list.runBegin();
      }
      bytes += PackedList.sizeBytes(at);
      at = PackedList.next(at);
    }
    long saved = call.worker().scratch(bytes);
    long to = saved;
    at = list.seek(first);
    for (long i = 0; i < count; i++) {
      if (at == list.runEnd()) {
        list.nextRun();
        at = list.runBegin();
      }
      int entryBytes = PackedList.sizeBytes(at);
      Memory.copy(at, to, entryBytes);
      to += entryBytes;
      at = PackedList.next(at);
    }
    return saved;
  }
}
