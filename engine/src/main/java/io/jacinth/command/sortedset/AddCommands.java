package io.jacinth.command.sortedset;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.Errors;
import io.jacinth.value.SortedSetValue;

/** ZADD and ZINCRBY. */
public final class AddCommands {
  // Options of ZADD.
  public static final int NX = 1;
  public static final int XX = 1 << 1;
  private static final int GT = 1 << 2;
  private static final int LT = 1 << 3;
  public static final int CH = 1 << 4;
  private static final int INCR = 1 << 5;

  private static final String NOT_A_NUMBER = "ERR resulting score is not a number (NaN)";

  private AddCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("zadd", AddCommands::zadd)
            .arity(-4)
            .flags(WRITE | DENYOOM | FAST)
            .categories(Category.SORTEDSET)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
    table.add(
        Command.named("zincrby", AddCommands::zincrby)
            .arity(4)
            .flags(WRITE | DENYOOM | FAST)
            .categories(Category.SORTEDSET)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE")));
  }

  private static void zadd(Call call) {
    addWithOptions(call, 0);
  }

  /** It takes the options of ZADD, too, but then its three words are too few. */
  private static void zincrby(Call call) {
    addWithOptions(call, INCR);
  }

  private static void addWithOptions(Call call, int givenOptions) {
    int options = givenOptions;
    int first = 2;
    for (int option; first < call.count() && (option = option(call, first)) != 0; first++) {
      options |= option;
    }
    add(call, options, first);
  }

  private static int option(Call call, int index) {
    return switch (call.length(index)) {
      case 2 ->
          call.is(index, "nx")
              ? NX
              : call.is(index, "xx")
                  ? XX
                  : call.is(index, "gt")
                      ? GT
                      : call.is(index, "lt") ? LT : call.is(index, "ch") ? CH : 0;
      case 4 -> call.is(index, "incr") ? INCR : 0;
      default -> 0;
    };
  }

  /** Adds the pairs of score and member from argument {@code first} on. */
  private static void add(Call call, int options, int first) {
    int words = call.count() - first;
    if (words == 0 || (words & 1) != 0) {
      call.syntaxError();
      return;
    }
    if (!check(call, options, words / 2)) {
      return;
    }
    int pairs = words / 2;
    long scores = call.worker().scratch((long) pairs * Double.BYTES);
    for (int i = 0; i < pairs; i++) {
      int index = first + 2 * i;
      double score = call.parseDouble(call.address(index), call.length(index));
      if (Double.isNaN(score)) {
        call.reply().error(Errors.NOT_FLOAT);
        return;
      }
      Memory.putDouble(scores + (long) i * Double.BYTES, score);
    }
    add(call, options, pairs, scores, first + 1, 2);
  }

  /** Replies with an error if options exclude each other. */
  private static boolean check(Call call, int options, int pairs) {
    boolean nx = (options & NX) != 0;
    boolean gt = (options & GT) != 0;
    boolean lt = (options & LT) != 0;
    if (nx && (options & XX) != 0) {
      call.reply().error("ERR XX and NX options at the same time are not compatible");
      return false;
    }
    if ((nx && (gt || lt)) || (gt && lt)) {
      call.reply().error("ERR GT, LT, and/or NX options at the same time are not compatible");
      return false;
    }
    if ((options & INCR) != 0 && pairs > 1) {
      call.reply().error("ERR INCR option supports a single increment-element pair");
      return false;
    }
    return true;
  }

  /**
   * Adds members to the sorted set of argument 1 and replies.
   *
   * @param scores where the scores stand, one double after the other
   * @param first the argument that is the first member
   * @param stride from one member to the next
   */
  public static void add(Call call, int options, int pairs, long scores, int first, int stride) {
    Key key = call.key(1);
    key.locate();
    SortedSetValue set = SortedSetCommands.checked(call, key);
    if (set == null) {
      return;
    }
    if (!key.exists()) {
      if ((options & XX) != 0) {
        replyNothing(call, options);
        return;
      }
      set.create(pairs, call.length(first));
    } else {
      set.expect(pairs);
    }
    int added = 0;
    int updated = 0;
    boolean processed = false;
    boolean failed = false;
    double score = 0;
    for (int i = 0; i < pairs && !failed; i++) {
      score = Memory.getDouble(scores + (long) i * Double.BYTES);
      int index = first + stride * i;
      long member = call.address(index);
      int length = call.length(index);
      if (!set.find(member, length)) {
        if ((options & XX) == 0) {
          set.add(member, length, score);
          added++;
          processed = true;
        }
      } else if ((options & NX) == 0) {
        double old = set.score();
        score += (options & INCR) != 0 ? old : 0;
        if (Double.isNaN(score)) {
          failed = true;
        } else if (isAllowed(options, old, score)) {
          processed = true;
          if (score != old) {
            set.rescore(member, length, score);
            updated++;
          }
        }
      }
    }
    if (added + updated > 0) {
      key.changed((options & INCR) != 0 ? Event.ZINCR : Event.ZADD, added + updated);
    }
    if (failed) {
      call.reply().error(NOT_A_NUMBER);
    } else if ((options & INCR) == 0) {
      call.reply().integer((options & CH) != 0 ? added + updated : added);
    } else if (processed) {
      call.reply().number(score);
    } else {
      call.reply().nil();
    }
  }

  private static boolean isAllowed(int options, double old, double score) {
    return ((options & GT) == 0 || score > old) && ((options & LT) == 0 || score < old);
  }

  private static void replyNothing(Call call, int options) {
    if ((options & INCR) != 0) {
      call.reply().nil();
    } else {
      call.reply().integer(0);
    }
  }
}
