package io.jacinth.command.stream;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.Help;
import io.jacinth.command.KeySpec;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.StreamGroups;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamProducers;
import io.jacinth.value.StreamValue;

/** XINFO: what a stream, its groups and their consumers are like. */
final class InfoCommands {
  private static final long DEFAULT_COUNT = 10;

  private InfoCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("xinfo", null)
            .arity(-2)
            .with(
                subcommand("stream", InfoCommands::stream, -3),
                subcommand("groups", InfoCommands::groups, 3),
                subcommand("consumers", InfoCommands::consumers, 4),
                Help.subcommand().categories(Category.STREAM)));
  }

  private static Command subcommand(String name, Handler handler, int arity) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(READONLY)
        .categories(Category.STREAM)
        .keys(KeySpec.range(2, 0, 1, "RO ACCESS"));
  }

  /** The stream of argument 2, null after an error was replied. */
  private static StreamValue require(Call call) {
    StreamValue stream = StreamCommands.read(call, 2);
    if (stream != null && !stream.exists()) {
      call.reply().error(Errors.NO_SUCH_KEY);
      return null;
    }
    return stream;
  }

  // ---- XINFO STREAM ----

  private static void stream(Call call) {
    StreamValue stream = require(call);
    if (stream == null) {
      return;
    }
    int words = call.count();
    if (words == 3) {
      replyBrief(call, stream);
      return;
    }
    if (!call.is(3, "full") || words == 5 || words > 6 || (words == 6 && !call.is(4, "count"))) {
      call.subcommandSyntaxError();
      return;
    }
    long count = DEFAULT_COUNT;
    if (words == 6) {
      if (!call.requireLong(5)) {
        return;
      }
      count = call.number() < 0 ? DEFAULT_COUNT : call.number();
    }
    replyFull(call, stream, count == 0 ? Long.MAX_VALUE : count);
  }

  private static void replyHead(Call call, StreamValue stream) {
    StreamId id = stream.id(0);
    Groups.replyInteger(call, "length", stream.length());
    Groups.replyInteger(call, "radix-tree-keys", stream.blockCount());
    Groups.replyInteger(call, "radix-tree-nodes", stream.radixNodeCount());
    Groups.replyId(call, "last-generated-id", stream.lastId(id));
    Groups.replyId(call, "max-deleted-entry-id", stream.maxDeletedId(id));
    Groups.replyInteger(call, "entries-added", stream.entriesAdded());
    Groups.replyId(call, "recorded-first-entry-id", stream.firstEntryId(id));
    if (stream.producers().isUsed()) {
      replyProduction(call, stream.producers());
    }
  }

  /** How many fields of {@link #replyProduction} there are. */
  private static int productionFields(StreamValue stream) {
    return stream.producers().isUsed() ? 6 : 0;
  }

  private static void replyProduction(Call call, StreamProducers producers) {
    long nowMillis = call.nowMillis();
    Groups.replyInteger(call, "idmp-duration", producers.seconds());
    Groups.replyInteger(call, "idmp-maxsize", producers.maximum());
    Groups.replyInteger(call, "pids-tracked", producers.producerCount(nowMillis));
    Groups.replyInteger(call, "iids-tracked", producers.messageCount(nowMillis));
    Groups.replyInteger(call, "iids-added", producers.added());
    Groups.replyInteger(call, "iids-duplicates", producers.duplicates());
  }

  private static void replyBrief(Call call, StreamValue stream) {
    ReplyWriter reply = call.reply();
    reply.map(10 + productionFields(stream));
    replyHead(call, stream);
    Groups.replyInteger(call, "groups", stream.groups().count());
    reply.bulk("first-entry");
    replyEntry(call, stream, stream.seekFrom(stream.id(0).setMin()));
    reply.bulk("last-entry");
    replyEntry(call, stream, stream.seekTo(stream.id(0).setMax()));
  }

  private static void replyEntry(Call call, StreamValue stream, boolean isThere) {
    if (isThere) {
      StreamCommands.replyEntry(call, stream);
    } else {
      call.reply().nil();
    }
  }

  private static void replyFull(Call call, StreamValue stream, long limit) {
    ReplyWriter reply = call.reply();
    reply.map(9 + productionFields(stream));
    replyHead(call, stream);
    reply.bulk("entries");
    RangeCommands.reply(call, stream, stream.id(0).setMin(), stream.id(1).setMax(), limit);
    reply.bulk("groups");
    StreamGroups groups = stream.groups();
    reply.array(groups.count());
    for (long group = groups.first(); group != 0; group = groups.next()) {
      replyGroup(call, stream, group, limit);
    }
  }

  private static void replyGroup(Call call, StreamValue stream, long group, long limit) {
    ReplyWriter reply = call.reply();
    StreamGroups groups = stream.groups();
    long released = groups.releasedCount(group);
    reply.map(released > 0 ? 8 : 7);
    reply.bulk("name");
    Groups.replyGroupName(call, group);
    Groups.replyId(call, "last-delivered-id", groups.lastId(group, stream.id(0)));
    Groups.replyProgress(call, stream, group);
    Groups.replyInteger(call, "pel-count", groups.pendingCount(group));
    if (released > 0) {
      Groups.replyInteger(call, "nacked-count", released);
    }
    reply.bulk("pending");
    long count = Math.min(limit, groups.pendingCount(group));
    reply.array(count);
    groups.seekPending(group, 0, 0);
    for (long i = 0; i < count; i++) {
      reply.array(4);
      replyPendingId(call, stream);
      Groups.replyConsumerName(call, groups.pendingConsumer());
      reply.integer(groups.deliveryMillis());
      reply.integer(groups.deliveryCount());
      groups.nextPending();
    }
    reply.bulk("consumers");
    reply.array(groups.consumerCount(group));
    for (long each = groups.firstConsumer(group); each != 0; each = groups.nextConsumer()) {
      replyConsumer(call, stream, group, each, limit);
    }
  }

  private static void replyPendingId(Call call, StreamValue stream) {
    StreamGroups groups = stream.groups();
    StreamCommands.replyId(
        call, stream.id(0).set(groups.pendingMillis(), groups.pendingSequence()));
  }

  private static void replyConsumer(
      Call call, StreamValue stream, long group, long consumer, long limit) {
    ReplyWriter reply = call.reply();
    StreamGroups groups = stream.groups();
    reply.map(5);
    reply.bulk("name");
    Groups.replyConsumerName(call, consumer);
    Groups.replyInteger(call, "seen-time", StreamGroups.seenMillis(consumer));
    Groups.replyInteger(call, "active-time", StreamGroups.activeMillis(consumer));
    Groups.replyInteger(call, "pel-count", groups.ownCount(consumer));
    reply.bulk("pending");
    long count = Math.min(limit, groups.ownCount(consumer));
    reply.array(count);
    groups.seekOwn(consumer, 0, 0);
    for (long i = 0; i < count; i++) {
      groups.findPending(group, groups.ownMillis(), groups.ownSequence());
      reply.array(3);
      replyPendingId(call, stream);
      reply.integer(groups.deliveryMillis());
      reply.integer(groups.deliveryCount());
      groups.nextOwn();
    }
  }

  // ---- XINFO GROUPS ----

  private static void groups(Call call) {
    StreamValue stream = require(call);
    if (stream == null) {
      return;
    }
    StreamGroups groups = stream.groups();
    call.reply().array(groups.count());
    for (long group = groups.first(); group != 0; group = groups.next()) {
      call.reply().map(6);
      call.reply().bulk("name");
      Groups.replyGroupName(call, group);
      Groups.replyInteger(call, "consumers", groups.consumerCount(group));
      Groups.replyInteger(call, "pending", groups.pendingCount(group));
      Groups.replyId(call, "last-delivered-id", groups.lastId(group, stream.id(0)));
      Groups.replyProgress(call, stream, group);
    }
  }

  // ---- XINFO CONSUMERS ----

  private static void consumers(Call call) {
    StreamValue stream = require(call);
    if (stream == null) {
      return;
    }
    long group = Groups.find(call, stream, 3);
    if (group == 0) {
      GroupCommands.noSuchGroup(call);
      return;
    }
    StreamGroups groups = stream.groups();
    long nowMillis = call.nowMillis();
    call.reply().array(groups.consumerCount(group));
    for (long each = groups.firstConsumer(group); each != 0; each = groups.nextConsumer()) {
      long active = StreamGroups.activeMillis(each);
      call.reply().map(4);
      call.reply().bulk("name");
      Groups.replyConsumerName(call, each);
      Groups.replyInteger(call, "pending", groups.ownCount(each));
      Groups.replyInteger(call, "idle", Math.max(0, nowMillis - StreamGroups.seenMillis(each)));
      Groups.replyInteger(
          call,
          "inactive",
          active == StreamGroups.NEVER ? StreamGroups.NEVER : Math.max(0, nowMillis - active));
    }
  }
}
