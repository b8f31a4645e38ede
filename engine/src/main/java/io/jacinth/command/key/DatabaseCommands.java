package io.jacinth.command.key;

import static io.jacinth.command.Flag.ALL_SHARDS;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.protocol.Errors;

/** Commands on databases as a whole. */
final class DatabaseCommands {
  private DatabaseCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("dbsize", DatabaseCommands::dbsize)
            .arity(1)
            .flags(READONLY | FAST | ALL_SHARDS)
            .categories(Category.KEYSPACE));
    table.add(
        Command.named("flushdb", DatabaseCommands::flushdb)
            .arity(-1)
            .flags(WRITE | ALL_SHARDS)
            .categories(Category.KEYSPACE | Category.DANGEROUS));
    table.add(
        Command.named("flushall", DatabaseCommands::flushall)
            .arity(-1)
            .flags(WRITE | ALL_SHARDS)
            .categories(Category.KEYSPACE | Category.DANGEROUS));
    table.add(
        Command.named("swapdb", DatabaseCommands::swapdb)
            .arity(3)
            .flags(WRITE | FAST | ALL_SHARDS)
            .categories(Category.KEYSPACE | Category.DANGEROUS));
  }

  private static void dbsize(Call call) {
    call.reply().integer(call.keyspace().count(call.session().database()));
  }

  private static void flushdb(Call call) {
    flush(call, call.session().database());
  }

  private static void flushall(Call call) {
    flush(call, Keyspace.ALL_DATABASES);
  }

  private static void flush(Call call, int database) {
    boolean wait = !call.engine().lazyUserFlush();
    if (call.count() == 2 && call.is(1, "sync")) {
      wait = true;
    } else if (call.count() == 2 && call.is(1, "async")) {
      wait = false;
    } else if (call.count() > 1) {
      call.syntaxError();
      return;
    }
    call.keyspace().flush(database, wait, call.worker().tally());
    call.reply().ok();
  }

  private static void swapdb(Call call) {
    if (!call.parseInt(1)) {
      call.reply().error("ERR invalid first DB index");
      return;
    }
    int first = (int) call.number();
    if (!call.parseInt(2)) {
      call.reply().error("ERR invalid second DB index");
      return;
    }
    int second = (int) call.number();
    int databases = call.keyspace().databases();
    if (first < 0 || first >= databases || second < 0 || second >= databases) {
      call.reply().error(Errors.OUT_OF_RANGE_DB);
      return;
    }
    call.keyspace().swap(first, second, call.worker().tally());
    call.reply().ok();
  }
}
