package io.jacinth.command.stream;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.memory.Memory;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/** XRANGE and XREVRANGE. */
final class RangeCommands {
  private static final long LAST_SEQUENCE = -1;

  private RangeCommands() {}

  static void register(CommandTable table) {
    table.add(range("xrange", RangeCommands::xrange));
    table.add(range("xrevrange", RangeCommands::xrevrange));
  }

  private static Command range(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-4)
        .flags(READONLY)
        .categories(Category.STREAM)
        .keys(KeySpec.range(1, 0, 1, "RO ACCESS"));
  }

  private static void xrange(Call call) {
    range(call, 2, 3, false);
  }

  private static void xrevrange(Call call) {
    range(call, 3, 2, true);
  }

  /** Reads the first ID of a range; returns false after an error was replied. */
  static boolean requireStart(Call call, int index, StreamId id) {
    if (!isExclusive(call, index)) {
      return StreamCommands.requireId(call, index, id, 0);
    }
    if (!requireRest(call, index, id, 0)) {
      return false;
    }
    if (!id.increment()) {
      call.reply().error("ERR invalid start ID for the interval");
      return false;
    }
    return true;
  }

  /** Reads the last ID of a range; returns false after an error was replied. */
  static boolean requireEnd(Call call, int index, StreamId id) {
    if (!isExclusive(call, index)) {
      return StreamCommands.requireId(call, index, id, LAST_SEQUENCE);
    }
    if (!requireRest(call, index, id, LAST_SEQUENCE)) {
      return false;
    }
    if (!id.decrement()) {
      call.reply().error("ERR invalid end ID for the interval");
      return false;
    }
    return true;
  }

  private static boolean isExclusive(Call call, int index) {
    return call.length(index) > 1 && Memory.getByte(call.address(index)) == '(';
  }

  private static boolean requireRest(Call call, int index, StreamId id, long missingSequence) {
    return id.parse(call.address(index) + 1, call.length(index) - 1, missingSequence, false)
        || StreamCommands.invalidId(call);
  }

  private static void range(Call call, int startIndex, int endIndex, boolean reverse) {
    StreamValue stream = call.key(1).stream();
    StreamId start = stream.id(0);
    StreamId end = stream.id(1);
    if (!requireStart(call, startIndex, start) || !requireEnd(call, endIndex, end)) {
      return;
    }
    long limit = Long.MAX_VALUE;
    for (int i = 4; i < call.count(); i += 2) {
      if (i + 1 >= call.count() || !call.is(i, "count")) {
        call.syntaxError();
        return;
      }
      if (!call.requireLong(i + 1)) {
        return;
      }
      limit = Math.max(0, call.number());
    }
    if (StreamCommands.read(call, 1) == null) {
      return;
    }
    if (!stream.exists()) {
      call.reply().array(0);
    } else if (limit == 0) {
      call.reply().nilArray();
    } else if (reverse) {
      replyReverse(call, stream, start, end, limit);
    } else {
      reply(call, stream, start, end, limit);
    }
  }

  /** Writes the entries of a range. */
  static void reply(Call call, StreamValue stream, StreamId start, StreamId end, long limit) {
    long count = stream.count(start, end, limit);
    call.reply().array(count);
    if (count == 0) {
      return;
    }
    stream.seekFrom(start);
    for (long i = 0; i < count; i++) {
      StreamCommands.replyEntry(call, stream);
      stream.next();
    }
  }

  private static void replyReverse(
      Call call, StreamValue stream, StreamId start, StreamId end, long limit) {
    long count = stream.countBack(start, end, limit);
    call.reply().array(count);
    if (count == 0) {
      return;
    }
    stream.seekTo(end);
    for (long i = 0; i < count; i++) {
      StreamCommands.replyEntry(call, stream);
      stream.previous();
    }
  }
}
