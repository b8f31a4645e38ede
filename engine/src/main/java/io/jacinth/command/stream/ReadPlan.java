package io.jacinth.command.stream;

import io.jacinth.command.Call;
import io.jacinth.command.Worker;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.StreamGroups;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/**
 * What XREAD or XREADGROUP is going to reply of each of its streams, as a reply begins with how
 * much there is in it.
 *
 * <pre>
 *   stream    0         8         16                32
 *             | claimed | entries | read behind: ID |
 * </pre>
 *
 * <p>'Claimed' entries come first; -1 stands for a stream of which nothing is replied. Making the
 * plan changes nothing, except that of what might be claimed the IDs of entries that are gone are
 * forgotten. One for each thread, see {@link Worker#kept}.
 */
final class ReadPlan {
  private static final int CLAIMED = 0;
  private static final int ENTRIES = 8;
  private static final int BEHIND = 16;
  private static final int STREAM_BYTES = 32;

  private static final long NOTHING = -1;

  /** Redis takes it for {@code >}. */
  private static final String GREATEST_ID = "18446744073709551615-18446744073709551615";

  private Call call;
  private ReadOptions options;
  private Slab slab;
  private long memory;

  /** How many streams were looked at: those after them come too late for the limits. */
  private int planned;

  /** How many streams there is something of. */
  private int streams;

  private long entries;
  private long bytes;
  private boolean hasOtherType;

  private ReadPlan() {}

  /** Makes the plan of a call; it has to be {@link #free}d. */
  static ReadPlan of(Call call, ReadOptions options) {
    return call.worker().kept(ReadPlan.class, ReadPlan::new).make(call, options);
  }

  private ReadPlan make(Call call, ReadOptions options) {
    this.call = call;
    this.options = options;
    planned = streams = 0;
    entries = bytes = 0;
    hasOtherType = false;
    slab = call.worker().slab();
    memory = slab.allocate((long) STREAM_BYTES * options.keyCount(), Tag.SCRATCH);
    while (planned < options.keyCount() && !isFull()) {
      plan(planned);
      planned++;
    }
    return this;
  }

  void free() {
    slab.free(memory, (long) STREAM_BYTES * options.keyCount(), Tag.SCRATCH);
  }

  int planned() {
    return planned;
  }

  int streams() {
    return streams;
  }

  /** Whether a key has become something else while its stream was awaited. */
  boolean hasOtherType() {
    return hasOtherType;
  }

  /** Whether there is something of a stream. */
  boolean has(int stream) {
    return Memory.getLong(at(stream) + CLAIMED) != NOTHING;
  }

  /** How many entries are claimed. */
  long claimed(int stream) {
    return Memory.getLong(at(stream) + CLAIMED);
  }

  /** How many others there are: new ones, or those that are pending with the consumer. */
  long entries(int stream) {
    return Memory.getLong(at(stream) + ENTRIES);
  }

  /** Reads the ID behind which those others are. */
  StreamId behind(int stream, StreamId target) {
    return target.read(at(stream) + BEHIND);
  }

  private long at(int stream) {
    return memory + (long) STREAM_BYTES * stream;
  }

  private int keyIndex(int stream) {
    return options.firstKey() + stream;
  }

  /**
   * Whether the group's new entries of a stream are asked for; nothing is behind the greatest ID.
   */
  boolean isNew(int stream) {
    int index = keyIndex(stream) + options.keyCount();
    return options.isInGroup() && (call.is(index, ">") || call.is(index, GREATEST_ID));
  }

  private boolean isFull() {
    return entries >= options.totalLimit() || (entries > 0 && bytes >= options.maxBytes());
  }

  private void plan(int number) {
    Memory.putLong(at(number) + CLAIMED, NOTHING);
    Key key = call.key(keyIndex(number));
    if (!key.read()) {
      return;
    }
    if (!key.isStream()) {
      hasOtherType = true;
      return;
    }
    StreamValue stream = key.stream();
    long limit = Math.min(options.limit(), options.totalLimit() - entries);
    long claimed = 0;
    long others;
    boolean isHistory = options.isInGroup() && !isNew(number);
    if (isHistory) {
      readId(number, stream.id(0)).write(at(number) + BEHIND);
      others = options.limitsTotal() ? countHistory(stream, stream.id(0), limit) : limit;
    } else {
      long group = options.isInGroup() ? Groups.find(call, stream, options.groupIndex()) : 0;
      if (options.claims() && same(number) < 0) {
        claimed = countClaimable(stream, group, limit);
      }
      findBegin(stream, number, group).write(at(number) + BEHIND);
      others = countBehind(stream, stream.id(0), limit - claimed);
      if (claimed + others == 0) {
        return;
      }
    }
    Memory.putLong(at(number) + CLAIMED, claimed);
    Memory.putLong(at(number) + ENTRIES, others);
    streams++;
    if (options.limitsTotal()) {
      entries += claimed + others;
    }
  }

  private StreamId readId(int number, StreamId target) {
    int index = keyIndex(number) + options.keyCount();
    target.parse(call.address(index), call.length(index), 0, false);
    return target;
  }

  /** Finds the ID behind which a stream is read, into its first one. */
  private StreamId findBegin(StreamValue stream, int number, long group) {
    StreamId behind = stream.id(0);
    int index = keyIndex(number) + options.keyCount();
    if (group != 0) {
      int before = same(number);
      return before < 0 ? stream.groups().lastId(group, behind) : lastOf(stream, before);
    }
    if (call.is(index, "+")) {
      stream.lastEntryId(behind).decrement();
      return behind;
    }
    return call.is(index, "$") ? stream.lastId(behind) : readId(number, behind);
  }

  /**
   * The stream before this one that is the same and whose new entries are asked for, too; or -1.
   */
  private int same(int number) {
    int index = keyIndex(number);
    for (int i = number - 1; options.isInGroup() && i >= 0; i--) {
      if (has(i)
          && isNew(i)
          && Memory.compare(
                  call.address(keyIndex(i)),
                  call.length(keyIndex(i)),
                  call.address(index),
                  call.length(index))
              == 0) {
        return i;
      }
    }
    return -1;
  }

  /** The ID of the last new entry that is planned of a stream, into its first one. */
  private StreamId lastOf(StreamValue stream, int number) {
    StreamId last = behind(number, stream.id(0));
    long count = entries(number);
    if (count > 0 && last.increment()) {
      stream.seekFrom(last);
      for (long i = 1; i < count; i++) {
        stream.next();
      }
      last.set(stream.millis(), stream.sequence());
    }
    return last;
  }

  private long countBehind(StreamValue stream, StreamId behind, long limit) {
    StreamId last = stream.id(1);
    if (limit == 0
        || stream.length() == 0
        || stream.lastEntryId(last).compareWith(behind) <= 0
        || !behind.increment()) {
      return 0;
    }
    if (!options.limitsBytes()) {
      // There is one: counting to it would be half of the work.
      return limit == 1 ? 1 : stream.count(behind, last, limit);
    }
    long count = 0;
    beginStream();
    boolean more = stream.seekFrom(behind);
    while (more && count < limit && !isFullWith(count)) {
      count++;
      bytes += StreamCommands.replyBytes(call, stream);
      more = stream.next();
    }
    return count;
  }

  private boolean isFullWith(long count) {
    return entries + count > 0 && bytes >= options.maxBytes();
  }

  private void beginStream() {
    int index = keyIndex(planned);
    bytes += ReplyWriter.headerBytes(2) + ReplyWriter.bulkBytes(call.length(index));
  }

  /** Counts what is pending with the consumer, if there is one. */
  private long countHistory(StreamValue stream, StreamId behind, long limit) {
    StreamGroups groups = stream.groups();
    long group = Groups.find(call, stream, options.groupIndex());
    int index = options.groupIndex() + 1;
    long consumer = groups.findConsumer(group, call.address(index), call.length(index));
    StreamId id = stream.id(1);
    beginStream();
    if (consumer == 0 || !behind.increment()) {
      return 0;
    }
    long count = 0;
    boolean more = groups.seekOwn(consumer, behind.millis(), behind.sequence());
    while (more && count < limit && !isFullWith(count)) {
      count++;
      id.set(groups.ownMillis(), groups.ownSequence());
      if (options.limitsBytes() && stream.find(id)) {
        bytes += StreamCommands.replyBytes(call, stream);
      }
      more = groups.nextOwn();
    }
    return count;
  }

  /** Counts entries that have been pending for long enough; forgets those that are gone. */
  private long countClaimable(StreamValue stream, long group, long limit) {
    StreamGroups groups = stream.groups();
    StreamId id = stream.id(1);
    long count = 0;
    long gone = 0;
    boolean more = groups.firstByTime(group);
    while (more
        && count < limit
        && !isFullWith(count)
        && groups.millisUntilIdle(options.minIdleMillis(), call.nowMillis()) == 0) {
      id.set(groups.timedMillis(), groups.timedSequence());
      if (!stream.find(id)) {
        more = groups.removeTimed(group);
        gone++;
        continue;
      }
      count++;
      if (options.limitsBytes()) {
        bytes += StreamCommands.replyBytes(call, stream);
      }
      more = groups.nextByTime();
    }
    if (gone > 0) {
      call.key().changedSilently(gone);
    }
    return count;
  }
}
