package io.jacinth.command.stream;

import static io.jacinth.command.Flag.BLOCKING;
import static io.jacinth.command.Flag.MOVABLEKEYS;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.command.TimeoutReply;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.StreamGroups;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;
import java.util.concurrent.TimeUnit;

/** XREAD and XREADGROUP. */
final class ReadCommands {
  /** For an entry that may be claimed later than in so much time nobody waits. */
  private static final long MAX_WAIT_MILLIS = TimeUnit.DAYS.toMillis(365);

  private ReadCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("xread", ReadCommands::xread)
            .arity(-4)
            .flags(READONLY | BLOCKING | MOVABLEKEYS)
            .categories(Category.STREAM)
            .keys(new KeySpec(1, "STREAMS", KeySpec.Find.RANGE, -1, 1, 2, "RO ACCESS")));
    table.add(
        Command.named("xreadgroup", ReadCommands::xreadgroup)
            .arity(-7)
            .flags(WRITE | BLOCKING | MOVABLEKEYS)
            .categories(Category.STREAM)
            .keys(new KeySpec(4, "STREAMS", KeySpec.Find.RANGE, -1, 1, 2, "RO ACCESS")));
  }

  private static void xread(Call call) {
    read(call, false);
  }

  private static void xreadgroup(Call call) {
    read(call, true);
  }

  private static void read(Call call, boolean inGroup) {
    ReadOptions options = ReadOptions.of(call, inGroup);
    if (!options.parse(call)) {
      return;
    }
    int first = options.firstKey();
    for (int i = first; i < first + options.keyCount(); i++) {
      if (!requireId(call, options, i)) {
        return;
      }
    }
    ReadPlan plan = ReadPlan.of(call, options);
    if (plan.streams() > 0) {
      if (plan.hasOtherType()) {
        call.wrongType();
      } else {
        reply(call, options, plan);
      }
    } else {
      seeConsumers(call, options);
      if (!options.blocks() || !call.mayBlock()) {
        call.reply().nilArray();
      } else {
        block(call, options);
      }
    }
    plan.free();
  }

  private static void reply(Call call, ReadOptions options, ReadPlan plan) {
    ReplyWriter reply = call.reply();
    if (reply.isResp3()) {
      reply.map(plan.streams());
    } else {
      reply.array(plan.streams());
    }
    for (int i = 0; i < plan.planned(); i++) {
      int index = options.firstKey() + i;
      Key key = call.key(index);
      key.find();
      if (plan.has(i)) {
        if (!reply.isResp3()) {
          reply.array(2);
        }
        reply.bulk(call.address(index), call.length(index));
        if (options.isInGroup()) {
          replyToConsumer(call, options, plan, i);
        } else {
          replyEntries(call, key.stream(), plan, i);
        }
      } else if (options.isInGroup()) {
        Groups.consumer(call, key, group(call, options, key), options.groupIndex() + 1);
      }
    }
  }

  private static void replyEntries(Call call, StreamValue stream, ReadPlan plan, int number) {
    StreamId from = plan.behind(number, stream.id(0));
    from.increment();
    long count = plan.entries(number);
    call.reply().array(count);
    stream.seekFrom(from);
    for (long i = 0; i < count; i++) {
      StreamCommands.replyEntry(call, stream);
      stream.next();
    }
  }

  /** A group's consumer that asked is seen, and made, although there is nothing for it. */
  private static void seeConsumers(Call call, ReadOptions options) {
    int first = options.firstKey();
    for (int i = first; options.isInGroup() && i < first + options.keyCount(); i++) {
      Key key = call.key(i);
      key.find();
      Groups.consumer(call, key, group(call, options, key), options.groupIndex() + 1);
    }
  }

  private static long group(Call call, ReadOptions options, Key key) {
    return Groups.find(call, key.stream(), options.groupIndex());
  }

  private static void block(Call call, ReadOptions options) {
    int first = options.firstKey();
    int count = options.keyCount();
    long texts = call.worker().scratch((long) count * StreamId.MAX_TEXT_BYTES);
    for (int i = 0; i < count; i++) {
      call.awaits(first + i);
      if (call.is(first + count + i, "$")) {
        // What is the last one now, not when the command is executed again.
        Key key = call.key(first + i);
        StreamId last = key.stream().id(0).setMin();
        if (key.find() && key.isStream()) {
          key.stream().lastId(last);
        }
        long text = texts + (long) i * StreamId.MAX_TEXT_BYTES;
        call.replaceWord(first + count + i, text, last.writeText(text));
      }
    }
    if (options.isInGroup()) {
      call.awaitsRemoval();
    }
    if (options.claims()) {
      awaitTime(call, options);
    }
    call.block(options.timeoutMillis(), TimeoutReply.NIL_ARRAY);
  }

  /** In time, too, there may be something to claim. */
  private static void awaitTime(Call call, ReadOptions options) {
    long earliest = Long.MAX_VALUE;
    for (int i = 0; i < options.keyCount(); i++) {
      Key key = call.key(options.firstKey() + i);
      key.find();
      StreamGroups groups = key.stream().groups();
      if (groups.firstByTime(group(call, options, key))) {
        long millis = groups.millisUntilIdle(options.minIdleMillis(), call.nowMillis());
        earliest = Math.min(earliest, Math.max(1, millis));
      }
    }
    if (earliest <= MAX_WAIT_MILLIS) {
      call.awaitsTime(earliest);
    }
  }

  /**
   * Checks a stream, the group in it, and the ID behind which it is read.
   *
   * @return false after an error was replied
   */
  private static boolean requireId(Call call, ReadOptions options, int index) {
    int idIndex = index + options.keyCount();
    Key key = call.key(index);
    key.read();
    boolean isOther = key.exists() && !key.isStream();
    if (isOther && (options.isInGroup() || !call.isWoken())) {
      call.wrongType();
      return false;
    }
    if (options.isInGroup() && group(call, options, key) == 0) {
      call.reply()
          .error(
              "NOGROUP No such key '"
                  + call.text(index)
                  + "' or consumer group '"
                  + call.text(options.groupIndex())
                  + "' in XREADGROUP with GROUP option");
      return false;
    }
    boolean isLast = call.is(idIndex, "$");
    if (isLast || call.is(idIndex, "+")) {
      if (options.isInGroup()) {
        meaningless(call, isLast ? "$" : "+");
      }
      return !options.isInGroup();
    }
    if (call.is(idIndex, ">")) {
      if (!options.isInGroup()) {
        call.reply()
            .error(
                "ERR The > ID can be specified only when calling XREADGROUP using the GROUP"
                    + " <group> <consumer> option.");
      }
      return options.isInGroup();
    }
    return StreamCommands.requireStrictId(call, idIndex, key.stream().id(0));
  }

  private static void meaningless(Call call, String id) {
    call.reply()
        .error(
            "ERR The "
                + id
                + " ID is meaningless in the context of XREADGROUP: you want to read the history of"
                + " this consumer by specifying a proper ID, or use the > ID to get new messages."
                + " The "
                + id
                + " ID would just return an empty result set.");
  }

  /** Writes what a consumer gets of a stream: new entries, or what is pending with it. */
  private static void replyToConsumer(Call call, ReadOptions options, ReadPlan plan, int number) {
    Key key = call.key();
    long group = group(call, options, key);
    long consumer = Groups.consumer(call, key, group, options.groupIndex() + 1);
    if (plan.isNew(number)) {
      call.reply().array(plan.claimed(number) + plan.entries(number));
      if (plan.claimed(number) > 0) {
        claim(call, group, consumer, plan.claimed(number));
      }
      if (plan.entries(number) > 0) {
        deliver(call, options, plan, number, group, consumer);
      }
      key.changedSilently(1);
    } else {
      replyHistory(call, plan, number, group, consumer);
    }
  }

  /** Gives a consumer what has been pending longest. */
  private static void claim(Call call, long group, long consumer, long count) {
    StreamValue stream = call.key().stream();
    StreamGroups groups = stream.groups();
    StreamId id = stream.id(1);
    Slab slab = call.worker().slab();
    // Giving an entry away changes its place in the order of time.
    long ids = slab.allocate(count * StreamId.BYTES, Tag.SCRATCH);
    groups.firstByTime(group);
    for (long i = 0; i < count; i++) {
      id.set(groups.timedMillis(), groups.timedSequence()).write(ids + i * StreamId.BYTES);
      groups.nextByTime();
    }
    long nowMillis = call.nowMillis();
    for (long i = 0; i < count; i++) {
      stream.find(id.read(ids + i * StreamId.BYTES));
      groups.findPending(group, id.millis(), id.sequence());
      long deliveries = groups.deliveryCount();
      StreamCommands.replyDelivered(
          call, stream, Math.max(0, nowMillis - groups.deliveryMillis()), deliveries);
      groups.deliver(group, consumer, nowMillis, Groups.oneMore(deliveries));
    }
    groups.setActive(consumer, nowMillis);
    slab.free(ids, count * StreamId.BYTES, Tag.SCRATCH);
  }

  private static void deliver(
      Call call, ReadOptions options, ReadPlan plan, int number, long group, long consumer) {
    StreamValue stream = call.key().stream();
    StreamGroups groups = stream.groups();
    StreamId start = plan.behind(number, stream.id(0));
    start.increment();
    long count = plan.entries(number);
    stream.seekFrom(start);
    for (long i = 0; i < count; i++) {
      Groups.advance(stream, group);
      if (options.claims()) {
        StreamCommands.replyDelivered(call, stream, 0, 0);
      } else {
        StreamCommands.replyEntry(call, stream);
      }
      if (!options.isWithoutPending()) {
        if (groups.findPending(group, stream.millis(), stream.sequence())) {
          groups.deliver(group, consumer, call.nowMillis(), 1);
        } else {
          groups.addPending(
              group, consumer, stream.millis(), stream.sequence(), call.nowMillis(), 1);
        }
        groups.setActive(consumer, call.nowMillis());
      }
      stream.next();
    }
  }

  private static void replyHistory(
      Call call, ReadPlan plan, int number, long group, long consumer) {
    StreamValue stream = call.key().stream();
    StreamGroups groups = stream.groups();
    StreamId start = plan.behind(number, stream.id(0));
    StreamId id = stream.id(1);
    long count = 0;
    boolean more = start.increment() && groups.seekOwn(consumer, start.millis(), start.sequence());
    for (; more && count < plan.entries(number); more = groups.nextOwn()) {
      count++;
    }
    call.reply().array(count);
    if (count == 0) {
      return;
    }
    groups.seekOwn(consumer, start.millis(), start.sequence());
    for (long i = 0; i < count; i++) {
      id.set(groups.ownMillis(), groups.ownSequence());
      if (stream.find(id)) {
        StreamCommands.replyEntry(call, stream);
        groups.findPending(group, id.millis(), id.sequence());
        groups.deliver(group, consumer, call.nowMillis(), Groups.oneMore(groups.deliveryCount()));
      } else {
        call.reply().array(2);
        StreamCommands.replyId(call, id);
        call.reply().nilArray();
      }
      groups.nextOwn();
    }
  }
}
