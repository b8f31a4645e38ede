package io.jacinth.command.sortedset;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SortedSetValue;

/** Commands that read single members of sorted sets, or count them. */
public final class SortedSetCommands {
  private SortedSetCommands() {}

  /** Adds all commands of sorted sets. */
  public static void register(CommandTable table) {
    table.documentedBeside(SortedSetCommands.class);
    table.add(fast("zscore", SortedSetCommands::zscore, 3, "RO ACCESS"));
    table.add(fast("zmscore", SortedSetCommands::zmscore, -3, "RO ACCESS"));
    table.add(fast("zcard", SortedSetCommands::zcard, 2, "RO"));
    table.add(fast("zcount", SortedSetCommands::zcount, 4, "RO ACCESS"));
    table.add(fast("zlexcount", SortedSetCommands::zlexcount, 4, "RO ACCESS"));
    table.add(fast("zrank", SortedSetCommands::zrank, -3, "RO ACCESS"));
    table.add(fast("zrevrank", SortedSetCommands::zrevrank, -3, "RO ACCESS"));
    AddCommands.register(table);
    RangeCommands.register(table);
    RemoveCommands.register(table);
    PopCommands.register(table);
    RandomMemberCommand.register(table);
    CombineCommands.register(table);
    ScanCommands.register(table);
  }

  private static Command fast(String name, Handler handler, int arity, String keyFlags) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(READONLY | FAST)
        .categories(Category.SORTEDSET)
        .keys(KeySpec.range(1, 0, 1, keyFlags));
  }

  // ---- what all share ----

  /**
   * The sorted set of a key, to be read; if there is none it has no members.
   *
   * @return null after an error was replied
   */
  public static SortedSetValue read(Call call, int index) {
    Key key = call.key(index);
    key.read();
    return checked(call, key);
  }

  /**
   * The sorted set of a key that has been looked up; if there is none it has no members.
   *
   * @return null after an error was replied
   */
  public static SortedSetValue checked(Call call, Key key) {
    if (key.exists() && !key.isSortedSet()) {
      call.wrongType();
      return null;
    }
    return key.sortedSet();
  }

  /** Writes the member of a set's element. */
  public static void replyMember(ReplyWriter reply, SortedSetValue set) {
    if (set.isInteger()) {
      reply.bulkInteger(set.integer());
    } else {
      reply.bulk(set.memberAddress(), set.memberLength());
    }
  }

  /** Announces pairs of member and score; those of RESP2 are not arrays of their own. */
  static void replyPairs(ReplyWriter reply, long count) {
    reply.array(reply.isResp3() ? count : 2 * count);
  }

  /** Writes a set's element as a pair, after {@link #replyPairs}. */
  static void replyPair(ReplyWriter reply, SortedSetValue set) {
    if (reply.isResp3()) {
      reply.array(2);
    }
    replyMember(reply, set);
    reply.number(set.score());
  }

  // ---- commands ----

  /** Whether the member that an argument names is in a set that may not exist; comes to it. */
  public static boolean find(Call call, SortedSetValue set, int index) {
    return set.exists() && set.find(call.address(index), call.length(index));
  }

  private static void zscore(Call call) {
    SortedSetValue set = read(call, 1);
    if (set == null) {
      return;
    }
    if (find(call, set, 2)) {
      call.reply().number(set.score());
    } else {
      call.reply().nil();
    }
  }

  private static void zmscore(Call call) {
    SortedSetValue set = read(call, 1);
    if (set == null) {
      return;
    }
    int count = call.count();
    call.reply().array(count - 2);
    for (int i = 2; i < count; i++) {
      if (find(call, set, i)) {
        call.reply().number(set.score());
      } else {
        call.reply().nil();
      }
    }
  }

  private static void zcard(Call call) {
    SortedSetValue set = read(call, 1);
    if (set != null) {
      call.reply().integer(set.count());
    }
  }

  private static void zcount(Call call) {
    if (!Bounds.require(call, Bounds.SCORE, 2, 3)) {
      return;
    }
    count(call, Bounds.SCORE);
  }

  private static void zlexcount(Call call) {
    if (!Bounds.require(call, Bounds.LEX, 2, 3)) {
      return;
    }
    count(call, Bounds.LEX);
  }

  private static void count(Call call, int by) {
    SortedSetValue set = read(call, 1);
    if (set == null) {
      return;
    }
    if (!set.exists()) {
      call.reply().integer(0);
      return;
    }
    long from = Bounds.from(call, set, by, 2);
    long to = Bounds.to(call, set, by, 3);
    call.reply().integer(Math.max(0, to - from));
  }

  private static void zrank(Call call) {
    rank(call, false);
  }

  private static void zrevrank(Call call) {
    rank(call, true);
  }

  private static void rank(Call call, boolean reverse) {
    boolean withScore = call.count() > 3;
    if (call.count() > 4) {
      call.reply().error(Errors.wrongArity(call.command().name()));
      return;
    }
    if (withScore && !call.is(3, "withscore")) {
      call.syntaxError();
      return;
    }
    SortedSetValue set = read(call, 1);
    if (set == null) {
      return;
    }
    ReplyWriter reply = call.reply();
    if (!find(call, set, 2)) {
      if (withScore) {
        reply.nilArray();
      } else {
        reply.nil();
      }
      return;
    }
    long rank = reverse ? set.count() - 1 - set.rank() : set.rank();
    if (withScore) {
      reply.array(2);
      reply.integer(rank);
      reply.number(set.score());
    } else {
      reply.integer(rank);
    }
  }
}
