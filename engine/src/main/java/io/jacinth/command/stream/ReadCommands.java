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
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.StreamGroups;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/** XREAD and XREADGROUP. */
final class ReadCommands {
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
    ReadOptions options = new ReadOptions(inGroup);
    if (!options.parse(call)) {
      return;
    }
    int first = options.firstKey();
    int count = options.keyCount();
    int ready = 0;
    for (int i = first; i < first + count; i++) {
      if (!requireId(call, options, i)) {
        return;
      }
    }
    for (int i = first; i < first + count; i++) {
      Key key = call.key(i);
      key.find();
      ready += isReady(call, options, i) ? 1 : 0;
    }
    ReplyWriter reply = call.reply();
    if (ready == 0) {
      seeConsumers(call, options);
      if (!options.blocks() || !call.mayBlock()) {
        reply.nilArray();
      } else {
        block(call, options);
      }
      return;
    }
    if (reply.isResp3()) {
      reply.map(ready);
    } else {
      reply.array(ready);
    }
    for (int i = first; i < first + count; i++) {
      Key key = call.key(i);
      key.find();
      if (isReady(call, options, i)) {
        if (!reply.isResp3()) {
          reply.array(2);
        }
        reply.bulk(call.address(i), call.length(i));
        if (inGroup) {
          replyToConsumer(call, options, key, i);
        } else {
          StreamValue stream = key.stream();
          stream.id(0).increment();
          RangeCommands.reply(call, stream, stream.id(0), stream.id(1).setMax(), options.limit());
        }
      } else if (inGroup) {
        Groups.consumer(call, key, group(call, options, key), options.groupIndex() + 1);
      }
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
    call.block(options.timeoutMillis(), TimeoutReply.NIL_ARRAY);
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

  /**
   * Whether there is something to reply of the key that was looked up; the ID behind which it comes
   * is in the stream's first one then.
   */
  private static boolean isReady(Call call, ReadOptions options, int index) {
    Key key = call.key();
    StreamValue stream = key.stream();
    if (!key.exists() || !key.isStream()) {
      return false;
    }
    int idIndex = index + options.keyCount();
    StreamId after = stream.id(0);
    if (options.isInGroup()) {
      if (!call.is(idIndex, ">")) {
        after.parse(call.address(idIndex), call.length(idIndex), 0, false);
        return true;
      }
      stream.groups().lastId(group(call, options, key), after);
    } else if (call.is(idIndex, "+")) {
      stream.lastEntryId(after).decrement();
      return stream.length() > 0;
    } else if (call.is(idIndex, "$")) {
      stream.lastId(after);
    } else {
      after.parse(call.address(idIndex), call.length(idIndex), 0, false);
    }
    return stream.length() > 0 && stream.lastEntryId(stream.id(1)).compareWith(after) > 0;
  }

  /** Writes what a consumer gets of a stream: new entries, or what is pending with it. */
  private static void replyToConsumer(Call call, ReadOptions options, Key key, int index) {
    StreamValue stream = key.stream();
    long group = group(call, options, key);
    long consumer = Groups.consumer(call, key, group, options.groupIndex() + 1);
    StreamId start = stream.id(0);
    boolean isMax = !start.increment();
    if (call.is(index + options.keyCount(), ">")) {
      deliver(call, options, key, group, consumer);
    } else if (isMax) {
      call.reply().array(0);
    } else {
      replyHistory(call, options, key, group, consumer);
    }
    key.changedSilently(1);
  }

  private static void deliver(Call call, ReadOptions options, Key key, long group, long consumer) {
    StreamValue stream = key.stream();
    StreamGroups groups = stream.groups();
    StreamId start = stream.id(0);
    long count = stream.count(start, stream.id(1).setMax(), options.limit());
    call.reply().array(count);
    stream.seekFrom(start);
    for (long i = 0; i < count; i++) {
      Groups.advance(stream, group);
      StreamCommands.replyEntry(call, stream);
      if (!options.isWithoutPending()) {
        if (groups.findPending(group, stream.millis(), stream.sequence())) {
          groups.deliver(consumer, call.nowMillis(), 1);
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
      Call call, ReadOptions options, Key key, long group, long consumer) {
    StreamValue stream = key.stream();
    StreamGroups groups = stream.groups();
    StreamId start = stream.id(0);
    StreamId id = stream.id(1);
    long count = 0;
    boolean more = groups.seekOwn(consumer, start.millis(), start.sequence());
    for (; more && count < options.limit(); more = groups.nextOwn()) {
      count++;
    }
    call.reply().array(count);
    groups.seekOwn(consumer, start.millis(), start.sequence());
    for (long i = 0; i < count; i++) {
      id.set(groups.ownMillis(), groups.ownSequence());
      if (stream.find(id)) {
        StreamCommands.replyEntry(call, stream);
        groups.findPending(group, id.millis(), id.sequence());
        groups.deliver(consumer, call.nowMillis(), groups.deliveryCount() + 1);
      } else {
        call.reply().array(2);
        StreamCommands.replyId(call, id);
        call.reply().nilArray();
      }
      groups.nextOwn();
    }
  }
}
