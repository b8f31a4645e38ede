package io.jacinth.command.sortedset;

import static io.jacinth.command.Flag.BLOCKING;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.MOVABLEKEYS;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.command.MultiplePop;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SortedSetValue;

/** Commands that take members from either end. */
final class PopCommands {
  /** In place of a timeout. */
  private static final long NEVER_BLOCKS = -1;

  private PopCommands() {}

  static void register(CommandTable table) {
    table.add(pop("zpopmin", false));
    table.add(pop("zpopmax", true));
    table.add(
        Command.named("zmpop", PopCommands::zmpop)
            .arity(-4)
            .flags(WRITE | MOVABLEKEYS)
            .categories(Category.SORTEDSET)
            .keys(KeySpec.keynum(1, 1, 1, "RW ACCESS DELETE")));
    table.add(blockingPop("bzpopmin", false));
    table.add(blockingPop("bzpopmax", true));
    table.add(
        Command.named("bzmpop", PopCommands::bzmpop)
            .arity(-5)
            .flags(WRITE | BLOCKING | MOVABLEKEYS)
            .categories(Category.SORTEDSET)
            .keys(KeySpec.keynum(2, 1, 1, "RW ACCESS DELETE")));
  }

  private static Command pop(String name, boolean max) {
    return Command.named(name, call -> pop(call, max))
        .arity(-2)
        .flags(WRITE | FAST)
        .categories(Category.SORTEDSET)
        .keys(KeySpec.range(1, 0, 1, "RW ACCESS DELETE"));
  }

  private static void pop(Call call, boolean max) {
    boolean counted = call.count() > 2;
    long count = 1;
    if (call.count() > 3) {
      call.syntaxError();
      return;
    }
    if (counted) {
      if (!call.parseLong(2) || call.number() < 0) {
        call.reply().error("ERR value is out of range, must be positive");
        return;
      }
      count = call.number();
    }
    Key key = call.key(1);
    key.locate();
    SortedSetValue set = SortedSetCommands.checked(call, key);
    if (set == null) {
      return;
    }
    count = Math.min(count, set.count());
    ReplyWriter reply = call.reply();
    if (counted) {
      SortedSetCommands.replyPairs(reply, count);
    } else {
      reply.array(2 * count);
    }
    if (count > 0) {
      pop(reply, key, count, max, counted && reply.isResp3());
    }
  }

  /** Writes and removes the first or last members of an existing sorted set. */
  private static void pop(ReplyWriter reply, Key key, long count, boolean max, boolean pairs) {
    SortedSetValue set = key.sortedSet();
    long size = set.count();
    set.seek(max ? size - 1 : 0);
    for (long i = 0; i < count; i++) {
      if (pairs) {
        reply.array(2);
      }
      SortedSetCommands.replyMember(reply, set);
      reply.number(set.score());
      if (max) {
        set.previous();
      } else {
        set.next();
      }
    }
    set.remove(max ? size - count : 0, count);
    RemoveCommands.finish(key, set, count, max ? Event.ZPOPMAX : Event.ZPOPMIN);
  }

  private static Command blockingPop(String name, boolean max) {
    return Command.named(name, call -> blockingPop(call, max))
        .arity(-3)
        .flags(WRITE | BLOCKING | FAST)
        .categories(Category.SORTEDSET)
        .keys(KeySpec.range(1, -2, 1, "RW ACCESS DELETE"));
  }

  private static void blockingPop(Call call, boolean max) {
    int timeout = call.count() - 1;
    if (!call.requireTimeoutSeconds(timeout)) {
      return;
    }
    long timeoutMillis = call.number();
    Key key = firstWithMembers(call, 1, timeout);
    if (key == null) {
      MultiplePop.await(call, 1, timeout, timeoutMillis);
    } else if (!key.isSortedSet()) {
      call.wrongType();
    } else {
      ReplyWriter reply = call.reply();
      reply.array(3);
      reply.bulk(key.nameAddress(), key.nameLength());
      pop(reply, key, 1, max, false);
    }
  }

  /**
   * The first key that exists.
   *
   * @return null if there is none, or if a command is executed again that has been blocked and no
   *     key has a sorted set: then it goes on to wait, as what else a key holds does not wake it
   */
  private static Key firstWithMembers(Call call, int from, int to) {
    for (int i = from; i < to; i++) {
      Key key = call.key(i);
      if (key.locate()) {
        boolean stays = !key.isSortedSet() && call.isWoken() && !anySortedSet(call, i + 1, to);
        return stays ? null : key;
      }
    }
    return null;
  }

  private static boolean anySortedSet(Call call, int from, int to) {
    for (int i = from; i < to; i++) {
      Key key = call.secondKey(i);
      if (key.locate() && key.isSortedSet()) {
        return true;
      }
    }
    return false;
  }

  private static void zmpop(Call call) {
    multiplePop(call, 1, NEVER_BLOCKS);
  }

  private static void bzmpop(Call call) {
    if (call.requireTimeoutSeconds(1)) {
      multiplePop(call, 2, call.number());
    }
  }

  /**
   * Takes members from the first sorted set that has any.
   *
   * @param index where the number of keys stands
   * @param timeoutMillis how long to wait for one; {@link #NEVER_BLOCKS}
   */
  private static void multiplePop(Call call, int index, long timeoutMillis) {
    int where = MultiplePop.endOfKeys(call, index);
    if (where == 0) {
      return;
    }
    boolean max = call.is(where, "max");
    if (!max && !call.is(where, "min")) {
      call.syntaxError();
      return;
    }
    long count = MultiplePop.count(call, where + 1);
    if (count == 0) {
      return;
    }
    Key key = firstWithMembers(call, index + 1, where);
    if (key != null && !key.isSortedSet()) {
      call.wrongType();
    } else if (key != null) {
      popNamed(call.reply(), key, count, max);
    } else if (timeoutMillis == NEVER_BLOCKS) {
      call.reply().nilArray();
    } else {
      MultiplePop.await(call, index + 1, where, timeoutMillis);
    }
  }

  private static void popNamed(ReplyWriter reply, Key key, long limit, boolean max) {
    long count = Math.min(limit, key.sortedSet().count());
    reply.array(2);
    reply.bulk(key.nameAddress(), key.nameLength());
    reply.array(count);
    pop(reply, key, count, max, true);
  }
}
