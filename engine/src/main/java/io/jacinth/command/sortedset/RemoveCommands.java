package io.jacinth.command.sortedset;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.value.SortedSetValue;

/** Commands that remove members, named or by range. */
final class RemoveCommands {
  private RemoveCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("zrem", RemoveCommands::zrem)
            .arity(-3)
            .flags(WRITE | FAST)
            .categories(Category.SORTEDSET)
            .keys(KeySpec.range(1, 0, 1, "RW DELETE")));
    table.add(range("zremrangebyrank", Bounds.RANK, Event.ZREMRANGEBYRANK));
    table.add(range("zremrangebyscore", Bounds.SCORE, Event.ZREMRANGEBYSCORE));
    table.add(range("zremrangebylex", Bounds.LEX, Event.ZREMRANGEBYLEX));
  }

  private static Command range(String name, int by, Event event) {
    return Command.named(name, call -> removeRange(call, by, event))
        .arity(4)
        .flags(WRITE)
        .categories(Category.SORTEDSET)
        .keys(KeySpec.range(1, 0, 1, "RW DELETE"));
  }

  private static void zrem(Call call) {
    Key key = call.key(1);
    key.locate();
    SortedSetValue set = SortedSetCommands.checked(call, key);
    if (set == null) {
      return;
    }
    int removed = 0;
    if (key.exists()) {
      for (int i = 2; i < call.count() && set.count() > 0; i++) {
        if (set.find(call.address(i), call.length(i))) {
          set.remove();
          removed++;
        }
      }
      finish(key, set, removed, Event.ZREM);
    }
    call.reply().integer(removed);
  }

  /** Tells of members that have been removed, and removes a key that is left without any. */
  static void finish(Key key, SortedSetValue set, long removed, Event event) {
    if (removed == 0) {
      return;
    }
    boolean empty = set.count() == 0;
    if (empty) {
      key.delete();
    }
    key.changed(event, removed);
    if (empty) {
      key.changedToo(Event.DEL);
    }
  }

  private static void removeRange(Call call, int by, Event event) {
    if (!Bounds.require(call, by, 2, 3)) {
      return;
    }
    Key key = call.key(1);
    key.locate();
    SortedSetValue set = SortedSetCommands.checked(call, key);
    if (set == null) {
      return;
    }
    long removed = 0;
    if (key.exists()) {
      long from;
      long to;
      if (by == Bounds.RANK) {
        from = RangeCommands.firstRank(call, 2, set.count());
        to = RangeCommands.rankAfter(call, 3, set.count());
      } else {
        from = Bounds.from(call, set, by, 2);
        to = Bounds.to(call, set, by, 3);
      }
      removed = Math.max(0, to - from);
      if (removed > 0) {
        set.remove(from, removed);
        finish(key, set, removed, event);
      }
    }
    call.reply().integer(removed);
  }
}
