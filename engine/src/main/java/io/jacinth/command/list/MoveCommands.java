package io.jacinth.command.list;

import static io.jacinth.command.Flag.BLOCKING;
import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.command.TimeoutReply;
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
  /** Words of LMOVEM without a number of elements. */
  private static final int SHORT_WORDS = 5;

  /** Words that say a number of elements. */
  private static final int OPTION_WORDS = 3;

  private static final long NO_TIMEOUT = -1;

  private MoveCommands() {}

  static void register(CommandTable table) {
    table.add(command("rpoplpush", MoveCommands::rpoplpush, 3));
    table.add(command("lmove", MoveCommands::lmove, 5));
    table.add(command("lmovem", MoveCommands::lmovem, -5));
    table.add(blocking("brpoplpush", MoveCommands::brpoplpush, 4));
    table.add(blocking("blmove", MoveCommands::blmove, 6));
    table.add(blocking("blmovem", MoveCommands::blmovem, -6));
  }

  private static Command blocking(String name, Handler handler, int arity) {
    return command(name, handler, arity).flags(WRITE | DENYOOM | BLOCKING);
  }

  private static Command command(String name, Handler handler, int arity) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(WRITE | DENYOOM)
        .categories(Category.LIST)
        .keys(KeySpec.range(1, 0, 1, "RW ACCESS DELETE"), KeySpec.range(2, 0, 1, "RW INSERT"));
  }

  private static void rpoplpush(Call call) {
    moveOne(call, false, true, NO_TIMEOUT);
  }

  private static void brpoplpush(Call call) {
    if (call.requireTimeoutSeconds(3)) {
      moveOne(call, false, true, call.number());
    }
  }

  private static void blmove(Call call) {
    if (!isEnd(call, 3) || !isEnd(call, 4)) {
      call.syntaxError();
    } else if (call.requireTimeoutSeconds(5)) {
      moveOne(call, isFirst(call, 3), isFirst(call, 4), call.number());
    }
  }

  private static void lmove(Call call) {
    if (isEnd(call, 3) && isEnd(call, 4)) {
      moveOne(call, isFirst(call, 3), isFirst(call, 4), NO_TIMEOUT);
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

  private static void moveOne(Call call, boolean fromFirst, boolean toFirst, long timeoutMillis) {
    Key source = call.key(1);
    if (!ListCommands.locateToTake(call, source)) {
      if (timeoutMillis == NO_TIMEOUT || !call.mayBlock()) {
        call.reply().nil();
      } else {
        call.awaits(1);
        call.block(timeoutMillis, TimeoutReply.NIL_ARRAY);
      }
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
    if (isEnd(call, 3) && isEnd(call, 4)) {
      moveSeveral(call, SHORT_WORDS, NO_TIMEOUT);
    } else {
      call.syntaxError();
    }
  }

  private static void blmovem(Call call) {
    if (!isEnd(call, 3) || !isEnd(call, 4)) {
      call.syntaxError();
    } else if (call.requireTimeoutSeconds(SHORT_WORDS)) {
      moveSeveral(call, SHORT_WORDS + 1, call.number());
    }
  }

  /**
   * Moves elements, or waits until there are enough.
   *
   * @param options where the number of elements begins
   * @param timeoutMillis {@link #NO_TIMEOUT} not to wait
   */
  private static void moveSeveral(Call call, int options, long timeoutMillis) {
    boolean fromFirst = isFirst(call, 3);
    boolean toFirst = isFirst(call, 4);
    boolean exactly = false;
    boolean oneByOne = false;
    long count = 1;
    if (call.count() > options) {
      if (call.count() != options + OPTION_WORDS) {
        call.syntaxError();
        return;
      }
      exactly = call.is(options, "exactly");
      oneByOne = call.is(options + 2, "obo");
      if ((!exactly && !call.is(options, "count"))
          || (!oneByOne && !call.is(options + 2, "bulk"))) {
        call.syntaxError();
        return;
      }
      if (!call.parseLong(options + 1) || call.number() < 1) {
        call.reply().error("ERR count should be greater than 0");
        return;
      }
      count = call.number();
    }
    Key source = call.key(1);
    long size = 0;
    if (ListCommands.locateToTake(call, source)) {
      if (!ListCommands.requireList(call, source)) {
        return;
      }
      size = source.list().count();
    }
    if (size == 0 || (exactly && size < count)) {
      if (timeoutMillis == NO_TIMEOUT || !call.mayBlock()) {
        call.reply().nilArray();
      } else {
        call.awaits(1);
        call.block(timeoutMillis, TimeoutReply.NIL_ARRAY);
      }
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
      source.beginChange(); // even if all stay where they are
      if (reversed) {
        reverse(call, source.list(), fromFirst, count);
      }
    } else if (same) {
      rotate(call, source.list(), count, fromFirst);
    } else {
      copy(source.list(), target, count, fromFirst, toFirst, reversed);
    }
    Key changed = same ? source : target;
    // one change, which taking counts
    changed.changed(toFirst ? Event.LPUSH : Event.RPUSH, same ? 1 : 0);
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
