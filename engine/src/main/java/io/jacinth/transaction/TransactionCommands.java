package io.jacinth.transaction;

import static io.jacinth.command.Flag.ALLOW_BUSY;
import static io.jacinth.command.Flag.BRIEF;
import static io.jacinth.command.Flag.EXECUTES_OTHERS;
import static io.jacinth.command.Flag.EXECUTES_QUEUE;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.LOADING;
import static io.jacinth.command.Flag.NOSCRIPT;
import static io.jacinth.command.Flag.NOT_QUEUED;
import static io.jacinth.command.Flag.SKIP_SLOWLOG;
import static io.jacinth.command.Flag.STALE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.command.Session;
import io.jacinth.command.Transaction;
import io.jacinth.keyspace.Watches;

/**
 * Transactions: requests that are queued after MULTI and executed by EXEC as one, unless a key that
 * the client watches has been changed.
 *
 * <p>EXEC locks the shards of all keys of its queue at once, and those of the watched keys, so a
 * transaction is as indivisible as a command.
 */
public final class TransactionCommands {
  private static final long ALWAYS = NOSCRIPT | LOADING | STALE | FAST | ALLOW_BUSY;

  private TransactionCommands() {}

  public static void register(CommandTable table) {
    table.documentedBeside(TransactionCommands.class);
    table.add(
        Command.named("multi", TransactionCommands::multi)
            .arity(1)
            .flags(ALWAYS | NOT_QUEUED)
            .categories(Category.TRANSACTION));
    table.add(
        Command.named("exec", TransactionCommands::exec)
            .arity(1)
            .flags(
                NOSCRIPT
                    | LOADING
                    | STALE
                    | SKIP_SLOWLOG
                    | NOT_QUEUED
                    | EXECUTES_QUEUE
                    | EXECUTES_OTHERS
                    | BRIEF)
            .categories(Category.TRANSACTION));
    table.add(
        Command.named("discard", TransactionCommands::discard)
            .arity(1)
            .flags(ALWAYS | NOT_QUEUED)
            .categories(Category.TRANSACTION));
    table.add(
        Command.named("watch", TransactionCommands::watch)
            .arity(-2)
            .flags(ALWAYS | NOT_QUEUED)
            .categories(Category.TRANSACTION)
            .keys(KeySpec.range(1, -1, 1, "RO")));
    table.add(
        Command.named("unwatch", TransactionCommands::unwatch)
            .arity(1)
            .flags(ALWAYS)
            .categories(Category.TRANSACTION));
  }

  private static void multi(Call call) {
    Transaction transaction = call.session().transaction();
    if (transaction.isOpen()) {
      call.reply().error("ERR MULTI calls can not be nested");
    } else {
      transaction.begin();
      call.reply().ok();
    }
  }

  private static void exec(Call call) {
    Session session = call.session();
    if (!session.isInTransaction()) {
      call.reply().error("ERR EXEC without MULTI");
      return;
    }
    Watches watches = session.watches();
    boolean broken = watches.isBroken(call.nowMillis());
    watches.clear();
    Transaction transaction = session.transaction();
    if (transaction.hasFailed()) {
      call.reply().error("EXECABORT Transaction discarded because of previous errors.");
    } else if (broken) {
      call.reply().nilArray();
    } else {
      call.worker().executeQueue(call);
    }
    transaction.end();
  }

  private static void discard(Call call) {
    if (!call.session().isInTransaction()) {
      call.reply().error("ERR DISCARD without MULTI");
      return;
    }
    call.session().leaveTransaction();
    call.reply().ok();
  }

  private static void watch(Call call) {
    Session session = call.session();
    if (session.isInTransaction()) {
      call.reply().error("ERR WATCH inside MULTI is not allowed");
      return;
    }
    Watches watches = session.watches();
    for (int i = 1; i < call.count() && !watches.isBroken(); i++) {
      watches.add(session.database(), call.hash(i), call.nowMillis());
    }
    call.reply().ok();
  }

  private static void unwatch(Call call) {
    call.session().unwatch();
    call.reply().ok();
  }
}
