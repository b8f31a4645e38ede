package io.jacinth.command.stream;

import io.jacinth.command.Call;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.StreamGroups;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/** What commands of consumer groups share. */
final class Groups {
  private Groups() {}

  /**
   * The group that an argument names, of a stream that was looked up and is of the right type.
   *
   * @return 0 if there is no such stream or group
   */
  static long find(Call call, StreamValue stream, int index) {
    return stream.exists() ? stream.groups().find(call.address(index), call.length(index)) : 0;
  }

  /** Replies that there is no such stream or group. */
  static void noSuchGroup(Call call, int keyIndex, int groupIndex) {
    call.reply()
        .error(
            "NOGROUP No such key '"
                + call.text(keyIndex)
                + "' or consumer group '"
                + call.text(groupIndex)
                + "'");
  }

  /** The consumer that an argument names, which is made if there is none; it is seen now. */
  static long consumer(Call call, Key key, long group, int index) {
    StreamGroups groups = key.stream().groups();
    long name = call.address(index);
    int length = call.length(index);
    long consumer = groups.findConsumer(group, name, length);
    if (consumer == 0) {
      consumer = groups.createConsumer(group, name, length, call.nowMillis());
      key.changed(Event.XGROUP_CREATECONSUMER);
    }
    groups.setSeen(consumer, call.nowMillis());
    return consumer;
  }

  /** A number of deliveries and one more; there is a greatest one, which XNACK sets. */
  static long oneMore(long deliveries) {
    return deliveries == Long.MAX_VALUE ? deliveries : deliveries + 1;
  }

  /** Tells a group that it has been given the stream's entry. */
  static void advance(StreamValue stream, long group) {
    StreamGroups groups = stream.groups();
    StreamId last = groups.lastId(group, stream.id(2));
    if (last.compareWith(stream.millis(), stream.sequence()) >= 0) {
      return;
    }
    long read = groups.entriesRead(group);
    StreamId scratch = stream.id(3);
    if (read != StreamGroups.UNKNOWN
        && stream.compareFirst(last, true) <= 0
        && !hasTombstones(stream, last, scratch, true)) {
      read++;
    } else {
      last.set(stream.millis(), stream.sequence());
      read = distanceFromFirst(stream, last, scratch, true);
    }
    groups.setEntriesRead(group, read);
    groups.setLastId(group, last.set(stream.millis(), stream.sequence()));
  }

  /** Whether an entry after an ID was deleted by name, and has not been forgotten. */
  private static boolean hasTombstones(
      StreamValue stream, StreamId from, StreamId scratch, boolean isHere) {
    if (stream.length() == 0 || stream.maxDeletedId(scratch).isMin()) {
      return false;
    }
    if (from.compareWith(scratch) > 0) {
      return false;
    }
    return stream.compareFirst(scratch, isHere) <= 0;
  }

  /**
   * How many entries were ever added up to an ID, as far as that can be known.
   *
   * @return {@link StreamGroups#UNKNOWN} if it cannot
   */
  private static long distanceFromFirst(
      StreamValue stream, StreamId id, StreamId scratch, boolean isHere) {
    long added = stream.entriesAdded();
    if (added == 0) {
      return 0;
    }
    long length = stream.length();
    int toLast = id.compareWith(stream.lastId(scratch));
    if (length == 0 && toLast < 1) {
      return added;
    }
    stream.maxDeletedId(scratch);
    if (!id.isMin() && id.compareWith(scratch) < 0) {
      return StreamGroups.UNKNOWN;
    }
    if (toLast == 0) {
      return added;
    }
    if (toLast > 0) {
      return StreamGroups.UNKNOWN;
    }
    if (scratch.isMin() || stream.compareFirst(scratch, isHere) > 0) {
      int toFirst = -stream.compareFirst(id, isHere);
      if (toFirst < 0) {
        return added - length;
      }
      if (toFirst == 0) {
        return added - length + 1;
      }
    }
    return StreamGroups.UNKNOWN;
  }

  /** Writes how many entries the group has read, and how many it has not, as far as is known. */
  static void replyProgress(Call call, StreamValue stream, long group) {
    ReplyWriter reply = call.reply();
    StreamGroups groups = stream.groups();
    long read = groups.entriesRead(group);
    reply.bulk("entries-read");
    if (read == StreamGroups.UNKNOWN) {
      reply.nil();
    } else {
      reply.integer(read);
    }
    reply.bulk("lag");
    StreamId last = groups.lastId(group, stream.id(2));
    StreamId scratch = stream.id(3);
    long added = stream.entriesAdded();
    if (added == 0 || stream.length() == 0) {
      reply.integer(0);
    } else if (stream.compareFirst(last, false) > 0
        && stream.compareFirst(stream.maxDeletedId(scratch), false) > 0) {
      reply.integer(stream.length());
    } else if (read != StreamGroups.UNKNOWN && !hasTombstones(stream, last, scratch, false)) {
      reply.integer(added - read);
    } else {
      long distance = distanceFromFirst(stream, last, scratch, false);
      if (distance == StreamGroups.UNKNOWN) {
        reply.nil();
      } else {
        reply.integer(added - distance);
      }
    }
  }

  /** Writes a word and an ID. */
  static void replyId(Call call, String name, StreamId id) {
    call.reply().bulk(name);
    StreamCommands.replyId(call, id);
  }

  /** Writes a word and an integer. */
  static void replyInteger(Call call, String name, long value) {
    call.reply().bulk(name);
    call.reply().integer(value);
  }

  /** Writes the name of a group. */
  static void replyGroupName(Call call, long group) {
    call.reply().bulk(StreamGroups.groupName(group), StreamGroups.nameLength(group));
  }

  /** Writes the name of a consumer, which nobody has not. */
  static void replyConsumerName(Call call, long consumer) {
    if (consumer == StreamGroups.NOBODY) {
      call.reply().bulk("");
      return;
    }
    call.reply().bulk(StreamGroups.consumerName(consumer), StreamGroups.nameLength(consumer));
  }
}
