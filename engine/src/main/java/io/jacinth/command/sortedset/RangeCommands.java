package io.jacinth.command.sortedset;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SortedSetDraft;
import io.jacinth.value.SortedSetValue;

/** Commands that read a range of a sorted set: by rank, by score, or by member. */
final class RangeCommands {
  // Options, in one int with a kind of bounds.
  private static final int BY_MASK = 0b11;
  private static final int REVERSE = 1 << 2;
  private static final int WITH_SCORES = 1 << 3;
  private static final int STORE = 1 << 4;

  /** By and direction follow from options. */
  private static final int GENERAL = 1 << 5;

  private static final int BY_GIVEN = 1 << 6;

  private RangeCommands() {}

  static void register(CommandTable table) {
    table.add(read("zrange", RangeCommands::zrange));
    table.add(read("zrevrange", call -> range(call, Bounds.RANK | REVERSE)));
    table.add(read("zrangebyscore", call -> range(call, Bounds.SCORE)));
    table.add(read("zrevrangebyscore", call -> range(call, Bounds.SCORE | REVERSE)));
    table.add(read("zrangebylex", call -> range(call, Bounds.LEX)));
    table.add(read("zrevrangebylex", call -> range(call, Bounds.LEX | REVERSE)));
    table.add(
        Command.named("zrangestore", RangeCommands::zrangestore)
            .arity(-5)
            .flags(WRITE | DENYOOM)
            .categories(Category.SORTEDSET)
            .keys(KeySpec.range(1, 0, 1, "OW UPDATE"), KeySpec.range(2, 0, 1, "RO ACCESS")));
  }

  private static Command read(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-4)
        .flags(READONLY)
        .categories(Category.SORTEDSET)
        .keys(KeySpec.range(1, 0, 1, "RO ACCESS"));
  }

  private static void zrange(Call call) {
    range(call, Bounds.RANK | GENERAL);
  }

  private static void zrangestore(Call call) {
    range(call, Bounds.RANK | GENERAL | STORE);
  }

  private static void range(Call call, int fixedOptions) {
    int keyIndex = (fixedOptions & STORE) != 0 ? 2 : 1;
    int options = fixedOptions;
    long offset = 0;
    long limit = -1;
    for (int i = keyIndex + 3; i < call.count(); i++) {
      if ((options & STORE) == 0 && call.is(i, "withscores")) {
        options |= WITH_SCORES;
      } else if (i + 2 < call.count() && call.is(i, "limit")) {
        if (!call.requireLong(i + 1)) {
          return;
        }
        offset = call.number();
        if (!call.requireLong(i + 2)) {
          return;
        }
        limit = call.number();
        i += 2;
      } else {
        int option = (options & GENERAL) != 0 ? option(call, i, options) : 0;
        if (option == 0) {
          call.syntaxError();
          return;
        }
        options |= option;
      }
    }
    int by = options & BY_MASK;
    if (by == Bounds.RANK && limit != -1) {
      call.reply()
          .error(
              "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or"
                  + " BYLEX");
    } else if (by == Bounds.LEX && (options & WITH_SCORES) != 0) {
      call.reply().error("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
    } else {
      boolean swapped = by != Bounds.RANK && (options & REVERSE) != 0;
      int minIndex = keyIndex + (swapped ? 2 : 1);
      int maxIndex = keyIndex + (swapped ? 1 : 2);
      if (Bounds.require(call, by, minIndex, maxIndex)) {
        emit(call, options, keyIndex, minIndex, maxIndex, offset, limit);
      }
    }
  }

  private static int option(Call call, int index, int options) {
    if (call.is(index, "rev")) {
      return REVERSE & ~options;
    }
    if ((options & BY_GIVEN) != 0) {
      return 0;
    }
    return call.is(index, "byscore")
        ? Bounds.SCORE | BY_GIVEN
        : call.is(index, "bylex") ? Bounds.LEX | BY_GIVEN : 0;
  }

  private static void emit(
      Call call, int options, int keyIndex, int minIndex, int maxIndex, long offset, long limit) {
    SortedSetValue set = SortedSetCommands.read(call, keyIndex);
    if (set == null) {
      return;
    }
    boolean reverse = (options & REVERSE) != 0;
    long from = 0;
    long to = 0;
    if (set.exists()) {
      int by = options & BY_MASK;
      if (by == Bounds.RANK) {
        long count = set.count();
        from = firstRank(call, minIndex, count);
        to = rankAfter(call, maxIndex, count);
        if (reverse) {
          long oldFrom = from;
          from = count - to;
          to = count - oldFrom;
        }
      } else {
        from = Bounds.from(call, set, by, minIndex);
        to = Math.max(from, Bounds.to(call, set, by, maxIndex));
        // What remains behind the offset, in the direction of the command.
        if (reverse) {
          to = Math.max(from, reverseStart(set, from, to, offset) + 1);
        } else {
          from = Math.min(to, forwardStart(set, from, to, offset));
        }
      }
    }
    long count = Math.max(0, to - from);
    if (limit >= 0) {
      count = Math.min(count, limit);
    }
    long start = reverse ? to - 1 : from;
    if ((options & STORE) != 0) {
      store(call, set, start, count, reverse);
    } else {
      reply(call.reply(), set, start, count, reverse, (options & WITH_SCORES) != 0);
    }
  }

  /** The rank that the first bound of a range means; negative ones count from the end. */
  static long firstRank(Call call, int index, long count) {
    call.parseLong(index);
    long rank = call.number();
    return Math.clamp(rank < 0 ? rank + count : rank, 0, count);
  }

  /** The rank behind the one that the second bound of a range means. */
  static long rankAfter(Call call, int index, long count) {
    call.parseLong(index);
    long rank = call.number();
    return Math.clamp(rank < 0 ? rank + count : rank, -1, count - 1) + 1;
  }

  /** A negative offset counts from the range's end in a tree, as in Redis's skip list. */
  private static long forwardStart(SortedSetValue set, long from, long to, long offset) {
    if (offset >= 0) {
      return offset < to - from ? from + offset : to;
    }
    return set.isTree() && offset >= from - to ? to + offset : to;
  }

  /** The same from the other end: the first of the range is -1. */
  private static long reverseStart(SortedSetValue set, long from, long to, long offset) {
    long before = from - 1;
    if (offset >= 0) {
      return offset < to - from ? to - 1 - offset : before;
    }
    return set.isTree() && offset >= from - to ? from - 1 - offset : before;
  }

  private static void reply(
      ReplyWriter reply,
      SortedSetValue set,
      long start,
      long count,
      boolean reverse,
      boolean withScores) {
    if (withScores) {
      SortedSetCommands.replyPairs(reply, count);
    } else {
      reply.array(count);
    }
    if (count == 0) {
      return;
    }
    set.seek(start);
    for (long i = 0; i < count; i++) {
      if (withScores) {
        SortedSetCommands.replyPair(reply, set);
      } else {
        SortedSetCommands.replyMember(reply, set);
      }
      if (reverse) {
        set.previous();
      } else {
        set.next();
      }
    }
  }

  private static void store(
      Call call, SortedSetValue set, long start, long count, boolean reverse) {
    try (SortedSetDraft draft =
        new SortedSetDraft(call.worker().slab(), call.worker().random().nextLong())) {
      if (count > 0) {
        set.seek(start);
      }
      for (long i = 0; i < count; i++) {
        draft.add(set);
        if (reverse) {
          set.previous();
        } else {
          set.next();
        }
      }
      Stores.store(call, draft, Event.ZRANGESTORE);
    }
  }
}
