package io.jacinth.command.stream;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.StreamGroups;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/** XCLAIM and XAUTOCLAIM: pending entries get another consumer. */
final class ClaimCommands {
  private static final long NOT_GIVEN = -1;

  // What becomes of an entry that XCLAIM names.
  private static final int LEFT = 0;
  private static final int CLAIMED = 1;

  /** It is no longer in the stream, and so no longer pending. */
  private static final int GONE = 2;

  /** So many entries XAUTOCLAIM looks at for each one that it may claim. */
  private static final int ATTEMPTS_FACTOR = 10;

  private static final long MAX_COUNT = Long.MAX_VALUE / StreamId.BYTES;
  private static final long DEFAULT_COUNT = 100;

  private ClaimCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("xclaim", ClaimCommands::xclaim)
            .arity(-6)
            .flags(WRITE | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
    table.add(
        Command.named("xautoclaim", ClaimCommands::xautoclaim)
            .arity(-6)
            .flags(WRITE | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW DELETE")));
  }

  /** The group that a command names, whose key has been looked up; 0 after an error. */
  private static long requireGroup(Call call) {
    StreamValue stream = StreamCommands.checked(call, call.key());
    if (stream == null) {
      return 0;
    }
    long group = Groups.find(call, stream, 2);
    if (group == 0) {
      Groups.noSuchGroup(call, 1, 2);
    }
    return group;
  }

  private static boolean requireMinIdle(Call call, String command) {
    if (!call.parseLong(4)) {
      call.reply().error("ERR Invalid min-idle-time argument for " + command);
      return false;
    }
    call.number(Math.max(0, call.number()));
    return true;
  }

  private static void xclaim(Call call) {
    call.key(1).read();
    long group = requireGroup(call);
    if (group == 0 || !requireMinIdle(call, "XCLAIM")) {
      return;
    }
    final long minIdleMillis = call.number();
    Key key = call.key();
    StreamValue stream = key.stream();
    StreamGroups groups = stream.groups();
    StreamId id = stream.id(0);
    StreamId lastId = stream.id(1).setMin();
    int end = 5;
    while (end < call.count() && id.parse(call.address(end), call.length(end), 0, false)) {
      end++;
    }
    boolean force = false;
    boolean justId = false;
    long deliveryMillis = NOT_GIVEN;
    long deliveryCount = NOT_GIVEN;
    for (int i = end; i < call.count(); i++) {
      boolean more = i + 1 < call.count();
      if (call.is(i, "force")) {
        force = true;
      } else if (call.is(i, "justid")) {
        justId = true;
      } else if (more && call.is(i, "idle")) {
        i++;
        if (!requireOption(call, i, "IDLE")) {
          return;
        }
        deliveryMillis = call.nowMillis() - call.number();
      } else if (more && call.is(i, "time")) {
        i++;
        if (!requireOption(call, i, "TIME")) {
          return;
        }
        deliveryMillis = call.number();
      } else if (more && call.is(i, "retrycount")) {
        i++;
        if (!requireOption(call, i, "RETRYCOUNT")) {
          return;
        }
        deliveryCount = call.number();
      } else if (more && call.is(i, "lastid")) {
        i++;
        if (!StreamCommands.requireStrictId(call, i, lastId)) {
          return;
        }
      } else {
        call.reply().error("ERR Unrecognized XCLAIM option '" + call.text(i) + "'");
        return;
      }
    }
    boolean advances = lastId.compareWith(groups.lastId(group, id)) > 0;
    if (advances) {
      groups.setLastId(group, lastId);
    }
    if (deliveryMillis < 0 || deliveryMillis > call.nowMillis()) {
      deliveryMillis = call.nowMillis();
    }
    long consumer = Groups.consumer(call, key, group, 3);
    // What is claimed has to be counted before it is written: a byte for each ID.
    Slab slab = call.worker().slab();
    int words = end - 5;
    long marks = slab.allocate(Math.max(1, words), Tag.SCRATCH);
    int claimed = 0;
    int gone = 0;
    for (int i = 0; i < words; i++) {
      id.parse(call.address(5 + i), call.length(5 + i), 0, false);
      int outcome =
          claim(
              call,
              group,
              consumer,
              id,
              force,
              minIdleMillis,
              deliveryMillis,
              deliveryCount,
              justId);
      Memory.putByte(marks + i, outcome);
      claimed += outcome == CLAIMED ? 1 : 0;
      gone += outcome == GONE ? 1 : 0;
    }
    call.reply().array(claimed);
    for (int i = 0; i < words; i++) {
      if (Memory.getByte(marks + i) == CLAIMED) {
        id.parse(call.address(5 + i), call.length(5 + i), 0, false);
        replyClaimed(call, stream, id, justId);
      }
    }
    slab.free(marks, Math.max(1, words), Tag.SCRATCH);
    // The last ID is told together with one of these, if there is one.
    int changes = claimed + gone;
    key.changedForWaiters(advances ? Math.max(1, changes) : changes);
  }

  private static boolean requireOption(Call call, int index, String option) {
    if (call.parseLong(index)) {
      return true;
    }
    call.reply().error("ERR Invalid " + option + " option argument for XCLAIM");
    return false;
  }

  private static void replyClaimed(Call call, StreamValue stream, StreamId id, boolean justId) {
    if (justId) {
      StreamCommands.replyId(call, id);
    } else if (stream.find(id)) {
      StreamCommands.replyEntry(call, stream);
    }
  }

  /** Claims one entry; returns what has become of it. */
  private static int claim(
      Call call,
      long group,
      long consumer,
      StreamId id,
      boolean force,
      long minIdleMillis,
      long deliveryMillis,
      long deliveryCount,
      boolean justId) {
    StreamValue stream = call.key().stream();
    StreamGroups groups = stream.groups();
    boolean isPending = groups.findPending(group, id.millis(), id.sequence());
    if (!stream.find(id)) {
      if (isPending) {
        groups.removePending(group);
      }
      return isPending ? GONE : LEFT;
    }
    if (isPending) {
      if (!groups.isIdle(minIdleMillis, call.nowMillis())) {
        return LEFT;
      }
    } else if (force) {
      groups.addPending(group, consumer, id.millis(), id.sequence(), deliveryMillis, 1);
    } else {
      return LEFT;
    }
    long deliveries = justId ? groups.deliveryCount() : Groups.oneMore(groups.deliveryCount());
    groups.deliver(
        group, consumer, deliveryMillis, deliveryCount >= 0 ? deliveryCount : deliveries);
    groups.setActive(consumer, call.nowMillis());
    return CLAIMED;
  }

  private static void xautoclaim(Call call) {
    Key key = call.key(1);
    key.read();
    if (!requireMinIdle(call, "XAUTOCLAIM")) {
      return;
    }
    final long minIdleMillis = call.number();
    StreamId start = key.stream().id(1);
    if (!RangeCommands.requireStart(call, 5, start)) {
      return;
    }
    long count = DEFAULT_COUNT;
    boolean justId = false;
    for (int i = 6; i < call.count(); i++) {
      if (i + 1 < call.count() && call.is(i, "count")) {
        i++;
        if (!call.parseLong(i) || call.number() < 1 || call.number() > MAX_COUNT) {
          call.reply().error("ERR COUNT must be > 0");
          return;
        }
        count = call.number();
      } else if (call.is(i, "justid")) {
        justId = true;
      } else {
        call.syntaxError();
        return;
      }
    }
    long group = requireGroup(call);
    if (group == 0) {
      return;
    }
    long consumer = Groups.consumer(call, key, group, 3);
    long most = Math.max(1, Math.min(count, key.stream().groups().pendingCount(group)));
    Slab slab = call.worker().slab();
    long ids = slab.allocate(most * StreamId.BYTES, Tag.SCRATCH);
    autoclaim(call, group, consumer, start, minIdleMillis, count, justId, ids, most);
    slab.free(ids, most * StreamId.BYTES, Tag.SCRATCH);
  }

  /**
   * @param ids room for IDs: those that are claimed go to its beginning, those of entries that are
   *     gone to its end
   */
  private static void autoclaim(
      Call call,
      long group,
      long consumer,
      StreamId start,
      long minIdleMillis,
      long count,
      boolean justId,
      long ids,
      long most) {
    StreamValue stream = call.key().stream();
    StreamGroups groups = stream.groups();
    StreamId id = stream.id(0);
    long attempts = count > MAX_COUNT / ATTEMPTS_FACTOR ? MAX_COUNT : count * ATTEMPTS_FACTOR;
    long claimed = 0;
    long gone = 0;
    boolean more = groups.seekPending(group, start.millis(), start.sequence());
    while (more && attempts > 0 && claimed + gone < count) {
      attempts--;
      id.set(groups.pendingMillis(), groups.pendingSequence());
      if (!stream.find(id)) {
        more = groups.removePending(group);
        gone++;
        id.write(ids + (most - gone) * StreamId.BYTES);
        continue;
      }
      if (groups.isIdle(minIdleMillis, call.nowMillis())) {
        long deliveries = groups.deliveryCount();
        groups.deliver(
            group, consumer, call.nowMillis(), justId ? deliveries : Groups.oneMore(deliveries));
        groups.setActive(consumer, call.nowMillis());
        id.write(ids + claimed * StreamId.BYTES);
        claimed++;
      }
      more = groups.nextPending();
    }
    ReplyWriter reply = call.reply();
    reply.array(3);
    if (more) {
      id.set(groups.pendingMillis(), groups.pendingSequence());
    } else {
      id.setMin();
    }
    StreamCommands.replyId(call, id);
    reply.array(claimed);
    for (long i = 0; i < claimed; i++) {
      replyClaimed(call, stream, id.read(ids + i * StreamId.BYTES), justId);
    }
    reply.array(gone);
    for (long i = 1; i <= gone; i++) {
      StreamCommands.replyId(call, id.read(ids + (most - i) * StreamId.BYTES));
    }
    call.key().changedSilently(claimed + gone);
  }
}
