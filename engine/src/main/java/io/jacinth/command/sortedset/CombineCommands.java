package io.jacinth.command.sortedset;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.MOVABLEKEYS;
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

/**
 * Commands that make one sorted set of several, of which some may be sets: all their members have
 * the score 1.
 */
final class CombineCommands {
  private enum Operation {
    UNION,
    INTERSECTION,
    DIFFERENCE,
    /** The number of members of the intersection. */
    COUNT
  }

  private enum Aggregate {
    SUM,
    MIN,
    MAX,
    /** The sum of the weights. */
    COUNT;

    double of(double a, double b) {
      return switch (this) {
        case SUM, COUNT -> {
          double sum = a + b;
          yield Double.isNaN(sum) ? 0 : sum; // of opposite infinities
        }
        // Not Math.min and max: negative zero is not less than zero here.
        case MIN -> b < a ? b : a;
        case MAX -> b > a ? b : a;
      };
    }
  }

  private CombineCommands() {}

  static void register(CommandTable table) {
    table.add(reading("zunion", call -> combine(call, Operation.UNION, null)));
    table.add(reading("zinter", call -> combine(call, Operation.INTERSECTION, null)));
    table.add(reading("zdiff", call -> combine(call, Operation.DIFFERENCE, null)));
    table.add(reading("zintercard", call -> combine(call, Operation.COUNT, null)));
    table.add(storing("zunionstore", Operation.UNION, Event.ZUNIONSTORE));
    table.add(storing("zinterstore", Operation.INTERSECTION, Event.ZINTERSTORE));
    table.add(storing("zdiffstore", Operation.DIFFERENCE, Event.ZDIFFSTORE));
  }

  private static Command reading(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-3)
        .flags(READONLY | MOVABLEKEYS)
        .categories(Category.SORTEDSET)
        .keys(KeySpec.keynum(1, 1, 1, "RO ACCESS"));
  }

  private static Command storing(String name, Operation operation, Event event) {
    return Command.named(name, call -> combine(call, operation, event))
        .arity(-4)
        .flags(WRITE | DENYOOM | MOVABLEKEYS)
        .categories(Category.SORTEDSET)
        .keys(KeySpec.range(1, 0, 1, "OW UPDATE"), KeySpec.keynum(2, 1, 1, "RO ACCESS"));
  }

  /**
   * Reads the arguments, replies with an error or does the work.
   *
   * @param event of a result that is stored; null if it is replied
   */
  private static void combine(Call call, Operation operation, Event event) {
    int countIndex = event == null ? 1 : 2;
    if (!call.requireLong(countIndex)) {
      return;
    }
    long keys = call.number();
    if (keys < 1) {
      call.reply()
          .error("ERR at least 1 input key is needed for '" + call.command().name() + "' command");
      return;
    }
    if (keys > call.count() - countIndex - 1) {
      call.syntaxError();
      return;
    }
    Inputs inputs = new Inputs(call, countIndex + 1, (int) keys);
    if (!inputs.measure()) {
      return;
    }
    Aggregate aggregate = Aggregate.SUM;
    boolean withScores = false;
    long limit = 0;
    int i = countIndex + 1 + (int) keys;
    while (i < call.count()) {
      int rest = call.count() - i - 1;
      boolean scored = operation == Operation.UNION || operation == Operation.INTERSECTION;
      if (scored && rest >= keys && call.is(i, "weights")) {
        if (!inputs.readWeights(i + 1)) {
          return;
        }
        i += 1 + (int) keys;
      } else if (scored && rest >= 1 && call.is(i, "aggregate")) {
        aggregate = aggregate(call, i + 1);
        if (aggregate == null) {
          call.syntaxError();
          return;
        }
        i += 2;
      } else if (event == null && operation != Operation.COUNT && call.is(i, "withscores")) {
        withScores = true;
        i++;
      } else if (operation == Operation.COUNT && rest >= 1 && call.is(i, "limit")) {
        if (!call.parseLong(i + 1) || call.number() < 0) {
          call.reply().error("ERR LIMIT can't be negative");
          return;
        }
        limit = call.number();
        i += 2;
      } else {
        call.syntaxError();
        return;
      }
    }
    if (operation == Operation.COUNT) {
      inputs.sort();
      call.reply().integer(inputs.countCommon(limit == 0 ? Long.MAX_VALUE : limit));
      return;
    }
    try (SortedSetDraft draft =
        new SortedSetDraft(call.worker().slab(), call.worker().random().nextLong())) {
      run(operation, inputs, aggregate, draft);
      if (event == null) {
        reply(call.reply(), draft, withScores);
      } else {
        Stores.store(call, draft, event);
      }
    }
  }

  private static Aggregate aggregate(Call call, int index) {
    return call.is(index, "sum")
        ? Aggregate.SUM
        : call.is(index, "min")
            ? Aggregate.MIN
            : call.is(index, "max")
                ? Aggregate.MAX
                : call.is(index, "count") ? Aggregate.COUNT : null;
  }

  private static void run(
      Operation operation, Inputs inputs, Aggregate aggregate, SortedSetDraft draft) {
    inputs.scored(aggregate != Aggregate.COUNT);
    switch (operation) {
      case UNION -> {
        inputs.sort();
        unite(inputs, aggregate, draft);
      }
      case INTERSECTION -> {
        inputs.sort();
        intersect(inputs, aggregate, draft);
      }
      default -> subtract(inputs, draft);
    }
  }

  private static void unite(Inputs inputs, Aggregate aggregate, SortedSetDraft draft) {
    for (int i = 0; i < inputs.count(); i++) {
      for (boolean more = inputs.first(i); more; more = inputs.next()) {
        double weighted = inputs.weightedScore(i, inputs.score());
        double score = Double.isNaN(weighted) ? 0 : weighted;
        long member = inputs.memberAddress();
        int length = inputs.memberLength();
        double other = draft.score(member, length);
        draft.put(member, length, Double.isNaN(other) ? score : aggregate.of(other, score));
      }
    }
    draft.sort();
  }

  private static void intersect(Inputs inputs, Aggregate aggregate, SortedSetDraft draft) {
    for (boolean more = inputs.first(0); more; more = inputs.next()) {
      double weighted = inputs.weightedScore(0, inputs.score());
      double score = Double.isNaN(weighted) ? 0 : weighted;
      boolean common = true;
      for (int i = 1; i < inputs.count() && common; i++) {
        double other = inputs.scoreIn(i);
        common = !Double.isNaN(other);
        score = aggregate.of(score, inputs.weightedScore(i, other));
      }
      if (common) {
        draft.add(inputs.memberAddress(), inputs.memberLength(), score);
      }
    }
  }

  private static void subtract(Inputs inputs, SortedSetDraft draft) {
    for (boolean more = inputs.first(0); more; more = inputs.next()) {
      boolean alone = true;
      for (int i = 1; i < inputs.count() && alone; i++) {
        alone = Double.isNaN(inputs.scoreIn(i));
      }
      if (alone) {
        draft.add(inputs.memberAddress(), inputs.memberLength(), inputs.score());
      }
    }
  }

  private static void reply(ReplyWriter reply, SortedSetDraft draft, boolean withScores) {
    if (withScores) {
      SortedSetCommands.replyPairs(reply, draft.count());
    } else {
      reply.array(draft.count());
    }
    for (boolean more = draft.first(); more; more = draft.next()) {
      if (withScores && reply.isResp3()) {
        reply.array(2);
      }
      reply.bulk(draft.memberAddress(), draft.memberLength());
      if (withScores) {
        reply.number(draft.score());
      }
    }
  }
}
