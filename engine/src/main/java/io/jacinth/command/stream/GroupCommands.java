package io.jacinth.command.stream;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.Help;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.StreamGroups;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/** XGROUP, XACK and XPENDING. */
final class GroupCommands {
  /** In place of how long an entry that was released is idle. */
  private static final long NEVER_DELIVERED = -1;

  private GroupCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("xgroup", null)
            .arity(-2)
            .with(
                subcommand("create", GroupCommands::create, -5, WRITE | DENYOOM, "RW INSERT"),
                subcommand("setid", GroupCommands::setId, -5, WRITE, "RW UPDATE"),
                subcommand("destroy", GroupCommands::destroy, 4, WRITE, "RW DELETE"),
                subcommand(
                    "createconsumer",
                    GroupCommands::createConsumer,
                    5,
                    WRITE | DENYOOM,
                    "RW INSERT"),
                subcommand("delconsumer", GroupCommands::removeConsumer, 5, WRITE, "RW DELETE"),
                Help.subcommand().categories(Category.STREAM)));
    table.add(
        Command.named("xack", GroupCommands::xack)
            .arity(-4)
            .flags(WRITE | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
    table.add(
        Command.named("xpending", GroupCommands::xpending)
            .arity(-3)
            .flags(READONLY)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
  }

  private static Command subcommand(
      String name, Handler handler, int arity, long flags, String keyFlags) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(flags)
        .categories(Category.STREAM)
        .keys(KeySpec.range(2, 0, 1, keyFlags));
  }

  // ---- XGROUP ----

  private static void create(Call call) {
    boolean makes = false;
    long entriesRead = StreamGroups.UNKNOWN;
    for (int i = 5; i < call.count(); i++) {
      if (call.is(i, "mkstream")) {
        makes = true;
      } else if (i + 1 < call.count() && call.is(i, "entriesread")) {
        i++;
        if (!requireEntriesRead(call, i)) {
          return;
        }
        entriesRead = call.number();
      } else {
        call.subcommandSyntaxError();
        return;
      }
    }
    StreamValue stream = StreamCommands.locate(call, 2);
    if (stream == null || (!makes && !requireKey(call, stream))) {
      return;
    }
    StreamId id = stream.id(0);
    if (call.is(4, "$")) {
      readLastId(stream, id);
    } else if (!StreamCommands.requireStrictId(call, 4, id)) {
      return;
    }
    if (!stream.exists()) {
      stream.create();
    } else if (Groups.find(call, stream, 3) != 0) {
      call.reply().error("BUSYGROUP Consumer Group name already exists");
      return;
    }
    stream.groups().create(call.address(3), call.length(3), id, entriesRead);
    call.key().changed(Event.XGROUP_CREATE);
    call.reply().ok();
  }

  private static boolean requireEntriesRead(Call call, int index) {
    if (!call.requireLong(index)) {
      return false;
    }
    if (call.number() < 0 && call.number() != StreamGroups.UNKNOWN) {
      call.reply().error("ERR value for ENTRIESREAD must be positive or -1");
      return false;
    }
    return true;
  }

  private static boolean requireKey(Call call, StreamValue stream) {
    if (!stream.exists()) {
      call.reply()
          .error(
              "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may"
                  + " want to use the MKSTREAM option to create an empty stream automatically.");
      return false;
    }
    return true;
  }

  /** Reads the stream's last ID, for which {@code $} stands as argument 4. */
  private static void readLastId(StreamValue stream, StreamId id) {
    if (stream.exists()) {
      stream.lastId(id);
    } else {
      id.setMin();
    }
  }

  /** The group of argument 3 in the stream of argument 2; 0 after an error was replied. */
  private static long requireGroup(Call call) {
    StreamValue stream = StreamCommands.locate(call, 2);
    if (stream == null || !requireKey(call, stream)) {
      return 0;
    }
    long group = Groups.find(call, stream, 3);
    if (group == 0) {
      noSuchGroup(call);
    }
    return group;
  }

  /** Replies that the stream of argument 2 has no group of argument 3. */
  static void noSuchGroup(Call call) {
    call.reply()
        .error(
            "NOGROUP No such consumer group '"
                + call.text(3)
                + "' for key name '"
                + call.text(2)
                + "'");
  }

  private static void setId(Call call) {
    long entriesRead = StreamGroups.UNKNOWN;
    for (int i = 5; i < call.count(); i += 2) {
      if (i + 1 >= call.count() || !call.is(i, "entriesread")) {
        call.subcommandSyntaxError();
        return;
      }
      if (!requireEntriesRead(call, i + 1)) {
        return;
      }
      entriesRead = call.number();
    }
    long group = requireGroup(call);
    if (group == 0) {
      return;
    }
    StreamValue stream = call.key().stream();
    StreamId id = stream.id(0);
    if (call.is(4, "$")) {
      readLastId(stream, id);
    } else if (!StreamCommands.requireId(call, 4, id, 0)) {
      return;
    }
    stream.groups().setLastId(group, id);
    stream.groups().setEntriesRead(group, entriesRead);
    // Who waits with the group is not woken, though there may be something to read.
    call.key().changedSilently(1);
    call.key().changedToo(Event.XGROUP_SETID);
    call.reply().ok();
  }

  private static void destroy(Call call) {
    StreamValue stream = StreamCommands.locate(call, 2);
    if (stream == null || !requireKey(call, stream)) {
      return;
    }
    long group = Groups.find(call, stream, 3);
    if (group != 0) {
      stream.groups().destroy(group);
      call.key().changed(Event.XGROUP_DESTROY);
    }
    call.reply().integer(group == 0 ? 0 : 1);
  }

  private static void createConsumer(Call call) {
    long group = requireGroup(call);
    if (group == 0) {
      return;
    }
    StreamGroups groups = call.key().stream().groups();
    boolean isNew = groups.findConsumer(group, call.address(4), call.length(4)) == 0;
    if (isNew) {
      groups.createConsumer(group, call.address(4), call.length(4), call.nowMillis());
      call.key().changed(Event.XGROUP_CREATECONSUMER);
    }
    call.reply().integer(isNew ? 1 : 0);
  }

  private static void removeConsumer(Call call) {
    long group = requireGroup(call);
    if (group == 0) {
      return;
    }
    StreamGroups groups = call.key().stream().groups();
    long consumer = groups.findConsumer(group, call.address(4), call.length(4));
    long pending = 0;
    if (consumer != 0) {
      pending = groups.removeConsumer(group, consumer);
      call.key().changed(Event.XGROUP_DELCONSUMER);
    }
    call.reply().integer(pending);
  }

  // ---- XACK ----

  private static void xack(Call call) {
    StreamValue stream = StreamCommands.read(call, 1);
    if (stream == null) {
      return;
    }
    long group = Groups.find(call, stream, 2);
    if (group == 0) {
      call.reply().integer(0);
      return;
    }
    StreamId id = stream.id(0);
    for (int i = 3; i < call.count(); i++) {
      if (!StreamCommands.requireStrictId(call, i, id)) {
        return;
      }
    }
    StreamGroups groups = stream.groups();
    int acknowledged = 0;
    for (int i = 3; i < call.count(); i++) {
      id.parse(call.address(i), call.length(i), 0, false);
      if (groups.findPending(group, id.millis(), id.sequence())) {
        groups.removePending(group);
        acknowledged++;
      }
    }
    if (acknowledged > 0) {
      call.key().changedSilently(acknowledged);
    }
    call.reply().integer(acknowledged);
  }

  // ---- XPENDING ----

  private static void xpending(Call call) {
    int count = call.count();
    if (count != 3 && (count < 6 || count > 9)) {
      call.syntaxError();
      return;
    }
    StreamValue stream = call.key(1).stream();
    StreamId start = stream.id(0);
    StreamId end = stream.id(1);
    long minIdleMillis = 0;
    long limit = 0;
    int first = 3;
    if (count >= 6) {
      if (call.is(3, "idle")) {
        if (!call.requireLong(4)) {
          return;
        }
        minIdleMillis = call.number();
        if (count < 8) {
          call.syntaxError();
          return;
        }
        first += 2;
      }
      if (!call.requireLong(first + 2)) {
        return;
      }
      limit = Math.max(0, call.number());
      if (!RangeCommands.requireStart(call, first, start)
          || !RangeCommands.requireEnd(call, first + 1, end)) {
        return;
      }
    }
    if (StreamCommands.read(call, 1) == null) {
      return;
    }
    long group = Groups.find(call, stream, 2);
    if (group == 0) {
      Groups.noSuchGroup(call, 1, 2);
    } else if (count == 3) {
      replySummary(call, stream.groups(), group);
    } else {
      replyPending(call, stream, group, first + 3 < count ? first + 3 : 0, minIdleMillis, limit);
    }
  }

  private static void replySummary(Call call, StreamGroups groups, long group) {
    ReplyWriter reply = call.reply();
    long pending = groups.pendingCount(group);
    reply.array(4);
    reply.integer(pending);
    if (pending == 0) {
      reply.nil();
      reply.nil();
      reply.nilArray();
      return;
    }
    StreamId id = call.key().stream().id(0);
    groups.seekPending(group, 0, 0);
    StreamCommands.replyId(call, id.set(groups.pendingMillis(), groups.pendingSequence()));
    groups.lastPending(group);
    StreamCommands.replyId(call, id.set(groups.pendingMillis(), groups.pendingSequence()));
    int consumers = 0;
    for (long each = groups.firstConsumer(group); each != 0; each = groups.nextConsumer()) {
      consumers += groups.ownCount(each) > 0 ? 1 : 0;
    }
    reply.array(consumers);
    for (long each = groups.firstConsumer(group); each != 0; each = groups.nextConsumer()) {
      if (groups.ownCount(each) > 0) {
        reply.array(2);
        Groups.replyConsumerName(call, each);
        reply.bulkInteger(groups.ownCount(each));
      }
    }
  }

  /** First counts, as that stands before the elements. */
  private static void replyPending(
      Call call,
      StreamValue stream,
      long group,
      int consumerIndex,
      long minIdleMillis,
      long limit) {
    StreamGroups groups = stream.groups();
    long consumer = 0;
    if (consumerIndex != 0) {
      consumer =
          groups.findConsumer(group, call.address(consumerIndex), call.length(consumerIndex));
      if (consumer == 0) {
        call.reply().array(0);
        return;
      }
    }
    call.reply().array(visitPending(call, stream, group, consumer, minIdleMillis, limit, false));
    visitPending(call, stream, group, consumer, minIdleMillis, limit, true);
  }

  private static long visitPending(
      Call call,
      StreamValue stream,
      long group,
      long consumer,
      long minIdleMillis,
      long limit,
      boolean writes) {
    StreamGroups groups = stream.groups();
    StreamId start = stream.id(0);
    StreamId end = stream.id(1);
    long count = 0;
    boolean more =
        consumer == 0
            ? groups.seekPending(group, start.millis(), start.sequence())
            : groups.seekOwn(consumer, start.millis(), start.sequence());
    while (more && count < limit) {
      if (consumer != 0) {
        groups.findPending(group, groups.ownMillis(), groups.ownSequence());
      }
      if (end.compareWith(groups.pendingMillis(), groups.pendingSequence()) < 0) {
        break;
      }
      if (groups.isIdle(minIdleMillis, call.nowMillis())) {
        count++;
        if (writes) {
          long idleMillis = call.nowMillis() - groups.deliveryMillis();
          call.reply().array(4);
          StreamId id = stream.id(2).set(groups.pendingMillis(), groups.pendingSequence());
          StreamCommands.replyId(call, id);
          Groups.replyConsumerName(call, groups.pendingConsumer());
          call.reply().integer(groups.isReleased() ? NEVER_DELIVERED : Math.max(0, idleMillis));
          call.reply().integer(groups.deliveryCount());
        }
      }
      more = consumer == 0 ? groups.nextPending() : groups.nextOwn();
    }
    return count;
  }
}
