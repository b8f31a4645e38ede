package io.jacinth.command.list;

import static io.jacinth.command.Flag.BLOCKING;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.MOVABLEKEYS;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.command.MultiplePop;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.ListValue;

/** Commands that take elements from the ends of lists. */
final class PopCommands {
  private PopCommands() {}

  static void register(CommandTable table) {
    table.add(command("lpop", PopCommands::lpop));
    table.add(command("rpop", PopCommands::rpop));
    table.add(
        Command.named("lmpop", PopCommands::lmpop)
            .arity(-4)
            .flags(WRITE | MOVABLEKEYS)
            .categories(Category.LIST)
            .keys(KeySpec.keynum(1, 1, 1, "RW ACCESS DELETE")));
    table.add(blocking("blpop", PopCommands::blpop));
    table.add(blocking("brpop", PopCommands::brpop));
    table.add(
        Command.named("blmpop", PopCommands::blmpop)
            .arity(-5)
            .flags(WRITE | BLOCKING | MOVABLEKEYS)
            .categories(Category.LIST)
            .keys(KeySpec.keynum(2, 1, 1, "RW ACCESS DELETE")));
  }

  private static Command blocking(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-3)
        .flags(WRITE | BLOCKING)
        .categories(Category.LIST)
        .keys(KeySpec.range(1, -2, 1, "RW ACCESS DELETE"));
  }

  private static Command command(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-2)
        .flags(WRITE | FAST)
        .categories(Category.LIST)
        .keys(KeySpec.range(1, 0, 1, "RW ACCESS DELETE"));
  }

  private static void lpop(Call call) {
    pop(call, true);
  }

  private static void rpop(Call call) {
    pop(call, false);
  }

  private static void pop(Call call, boolean first) {
    if (call.count() > 2) {
      popCounted(call, first);
      return;
    }
    Key key = call.key(1);
    if (!key.locate()) {
      call.reply().nil();
    } else if (ListCommands.requireList(call, key)) {
      ListValue list = key.list();
      call.reply().entry(first ? list.first() : list.last());
      ListCommands.take(key, list, 1, first);
    }
  }

  private static void popCounted(Call call, boolean first) {
    if (call.count() > 3) {
      call.reply().error(Errors.wrongArity(call.command().name()));
      return;
    }
    if (!call.parseLong(2) || call.number() < 0) {
      call.reply().error("ERR value is out of range, must be positive");
      return;
    }
    long limit = call.number();
    Key key = call.key(1);
    if (!key.locate()) {
      call.reply().nilArray();
    } else if (ListCommands.requireList(call, key)) {
      pop(call.reply(), key, limit, first);
    }
  }

  /** Writes and takes elements, at most so many. */
  private static void pop(ReplyWriter reply, Key key, long limit, boolean first) {
    ListValue list = key.list();
    long size = list.count();
    long count = Math.min(limit, size);
    reply.array(count);
    if (count == 0) {
      return;
    }
    if (first) {
      ListCommands.reply(reply, list, 0, count);
    } else {
      ListCommands.replyBackwards(reply, list, size - 1, count);
    }
    ListCommands.take(key, list, count, first);
  }

  private static void blpop(Call call) {
    popOrWait(call, true);
  }

  private static void brpop(Call call) {
    popOrWait(call, false);
  }

  private static void popOrWait(Call call, boolean first) {
    int endOfKeys = call.count() - 1;
    if (!call.requireTimeoutSeconds(endOfKeys)) {
      return;
    }
    long timeoutMillis = call.number();
    for (int i = 1; i < endOfKeys; i++) {
      Key key = call.key(i);
      if (ListCommands.locateToTake(call, key)) {
        if (ListCommands.requireList(call, key)) {
          ReplyWriter reply = call.reply();
          ListValue list = key.list();
          reply.array(2);
          reply.bulk(key.nameAddress(), key.nameLength());
          reply.entry(first ? list.first() : list.last());
          ListCommands.take(key, list, 1, first);
        }
        return;
      }
    }
    MultiplePop.await(call, 1, endOfKeys, timeoutMillis);
  }

  private static void lmpop(Call call) {
    popFromSeveral(call, 1, false);
  }

  private static void blmpop(Call call) {
    popFromSeveral(call, 2, true);
  }

  /**
   * Takes elements from the first list there is.
   *
   * @param index where the number of keys stands
   * @param waits whether to wait for one; the timeout stands before the number of keys then
   */
  private static void popFromSeveral(Call call, int index, boolean waits) {
    int where = MultiplePop.endOfKeys(call, index);
    if (where == 0) {
      return;
    }
    boolean first = call.is(where, "left");
    if (!first && !call.is(where, "right")) {
      call.syntaxError();
      return;
    }
    long count = MultiplePop.count(call, where + 1);
    if (count == 0) {
      return;
    }
    if (waits && !call.requireTimeoutSeconds(1)) {
      return;
    }
    long timeoutMillis = call.number();
    for (int i = index + 1; i < where; i++) {
      Key key = call.key(i);
      if (ListCommands.locateToTake(call, key)) {
        if (ListCommands.requireList(call, key)) {
          call.reply().array(2);
          call.reply().bulk(key.nameAddress(), key.nameLength());
          pop(call.reply(), key, count, first);
        }
        return;
      }
    }
    if (waits) {
      MultiplePop.await(call, index + 1, where, timeoutMillis);
    } else {
      call.reply().nilArray();
    }
  }
}
