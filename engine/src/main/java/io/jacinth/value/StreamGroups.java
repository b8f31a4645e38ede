package io.jacinth.value;

import static io.jacinth.value.StreamLayout.*;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * The consumer groups of a stream: each knows what it has been given last, its consumers, and what
 * they have not acknowledged.
 *
 * <p>A group and a consumer are named by their address, which remains while they exist. What is
 * pending stands in two trees: in the group's with consumer, time and count, and in the consumer's
 * only with its ID. There is one cursor for each: of groups, of the pending entries of a group, of
 * consumers, and of the pending entries of a consumer; they do not disturb each other.
 */
public final class StreamGroups {
  /** In place of how many entries a group has read: nobody knows. */
  public static final long UNKNOWN = -1;

  /** In place of a time: never. */
  public static final long NEVER = -1;

  private final Holder holder;

  /** The pending entry of a group, 0 if there is none. */
  private long pending;

  /** The pending entry of a consumer, 0 if there is none. */
  private long own;

  StreamGroups(Holder holder) {
    this.holder = holder;
  }

  private long header() {
    return Memory.getLong(holder.payload());
  }

  // ---- groups ----

  /** How many there are. */
  public long count() {
    long tree = Memory.getLong(header() + GROUPS);
    return tree == 0 ? 0 : holder.home().groupNames().count(tree);
  }

  /** The first group, or 0. */
  public long first() {
    long tree = Memory.getLong(header() + GROUPS);
    return tree == 0 ? 0 : NameTree.blockOf(holder.home().groupNames().first(tree));
  }

  /** The group after the one of the cursor, or 0. */
  public long next() {
    return NameTree.blockOf(holder.home().groupNames().next());
  }

  /** The group of a name, or 0. */
  public long find(long name, int length) {
    long tree = Memory.getLong(header() + GROUPS);
    return tree == 0 ? 0 : holder.home().groupNames().find(tree, name, length);
  }

  /** Makes a group of a name that there is none of. */
  public long create(long name, int length, StreamId lastId, long entriesRead) {
    holder.beginChange();
    Home home = holder.home();
    NameTree names = home.groupNames();
    long header = header();
    long tree = Memory.getLong(header + GROUPS);
    if (tree == 0) {
      tree = names.create();
      Memory.putLong(header + GROUPS, tree);
    }
    long created = newBlock(GROUP_NAME, name, length);
    lastId.write(created + GROUP_LAST_ID);
    Memory.putLong(created + GROUP_ENTRIES_READ, entriesRead);
    Memory.putLong(created + GROUP_PENDING, home.pending().create());
    Memory.putLong(created + GROUP_CONSUMERS, home.consumerNames().create());
    names.find(tree, name, length);
    names.insert(created);
    return created;
  }

  private long newBlock(int nameOffset, long name, int length) {
    long created = holder.slab().allocate((long) nameOffset + length, Tag.VALUE);
    Memory.putLong(created + NAME_LENGTH, length);
    Memory.copy(name, created + nameOffset, length);
    return created;
  }

  /** Removes a group with all it has. */
  public void destroy(long group) {
    holder.beginChange();
    Home home = holder.home();
    NameTree names = home.groupNames();
    long header = header();
    names.find(Memory.getLong(header + GROUPS), group + GROUP_NAME, nameLength(group));
    names.remove();
    freeGroup(home, group);
  }

  public static long groupName(long group) {
    return group + GROUP_NAME;
  }

  public static long consumerName(long consumer) {
    return consumer + CONSUMER_NAME;
  }

  /** Length of a group's or consumer's name. */
  public static int nameLength(long block) {
    return Memory.getInt(block + NAME_LENGTH);
  }

  /** Reads the ID that the group was given last. */
  public StreamId lastId(long group, StreamId target) {
    return target.read(group + GROUP_LAST_ID);
  }

  public void setLastId(long group, StreamId id) {
    holder.beginChange();
    id.write(group + GROUP_LAST_ID);
  }

  /** How many entries the group has read, or {@link #UNKNOWN}. */
  public long entriesRead(long group) {
    return Memory.getLong(group + GROUP_ENTRIES_READ);
  }

  public void setEntriesRead(long group, long count) {
    holder.beginChange();
    Memory.putLong(group + GROUP_ENTRIES_READ, count);
  }

  // ---- consumers ----

  public long consumerCount(long group) {
    return holder.home().consumerNames().count(Memory.getLong(group + GROUP_CONSUMERS));
  }

  /** The first consumer, or 0. */
  public long firstConsumer(long group) {
    return NameTree.blockOf(
        holder.home().consumerNames().first(Memory.getLong(group + GROUP_CONSUMERS)));
  }

  /** The consumer after the one of the cursor, or 0. */
  public long nextConsumer() {
    return NameTree.blockOf(holder.home().consumerNames().next());
  }

  /** The consumer of a name, or 0. */
  public long findConsumer(long group, long name, int length) {
    return holder
        .home()
        .consumerNames()
        .find(Memory.getLong(group + GROUP_CONSUMERS), name, length);
  }

  /** Makes a consumer of a name that there is none of. */
  public long createConsumer(long group, long name, int length, long nowMillis) {
    holder.beginChange();
    Home home = holder.home();
    long created = newBlock(CONSUMER_NAME, name, length);
    Memory.putLong(created + CONSUMER_SEEN, nowMillis);
    Memory.putLong(created + CONSUMER_ACTIVE, NEVER);
    Memory.putLong(created + CONSUMER_PENDING, home.ownPending().create());
    NameTree names = home.consumerNames();
    names.find(Memory.getLong(group + GROUP_CONSUMERS), name, length);
    names.insert(created);
    return created;
  }

  /**
   * Removes a consumer; what it had is no longer pending.
   *
   * @return how many entries that were
   */
  public long removeConsumer(long group, long consumer) {
    holder.beginChange();
    Home home = holder.home();
    IdTree ownTrees = home.ownPending();
    long ownTree = Memory.getLong(consumer + CONSUMER_PENDING);
    long count = ownTrees.count(ownTree);
    long groupTree = Memory.getLong(group + GROUP_PENDING);
    for (long each = ownTrees.first(ownTree); each != 0; each = ownTrees.next()) {
      home.pending().probe(IdTree.millis(each), IdTree.sequence(each)).seekLower(groupTree);
      home.pending().remove();
    }
    NameTree names = home.consumerNames();
    names.find(
        Memory.getLong(group + GROUP_CONSUMERS), consumerName(consumer), nameLength(consumer));
    names.remove();
    freeConsumer(home, consumer);
    return count;
  }

  /** When the consumer asked for something last. */
  public static long seenMillis(long consumer) {
    return Memory.getLong(consumer + CONSUMER_SEEN);
  }

  /** When the consumer was given something last, or {@link #NEVER}. */
  public static long activeMillis(long consumer) {
    return Memory.getLong(consumer + CONSUMER_ACTIVE);
  }

  public void setSeen(long consumer, long nowMillis) {
    holder.beginChange();
    Memory.putLong(consumer + CONSUMER_SEEN, nowMillis);
  }

  public void setActive(long consumer, long nowMillis) {
    holder.beginChange();
    Memory.putLong(consumer + CONSUMER_ACTIVE, nowMillis);
  }

  // ---- what is pending in a group ----

  public long pendingCount(long group) {
    return holder.home().pending().count(Memory.getLong(group + GROUP_PENDING));
  }

  /** Comes to a group's pending entry; returns whether there is one. */
  public boolean findPending(long group, long millis, long sequence) {
    return seekPending(group, millis, sequence)
        && pendingMillis() == millis
        && pendingSequence() == sequence;
  }

  /** Comes to a group's first pending entry from an ID on; returns whether there is one. */
  public boolean seekPending(long group, long millis, long sequence) {
    PendingTree trees = holder.home().pending();
    pending = trees.probe(millis, sequence).seekLower(Memory.getLong(group + GROUP_PENDING));
    return pending != 0;
  }

  /** Comes to a group's last pending entry; returns whether there is one. */
  public boolean lastPending(long group) {
    pending = holder.home().pending().last(Memory.getLong(group + GROUP_PENDING));
    return pending != 0;
  }

  /** Comes to the group's next pending entry; returns whether there is one. */
  public boolean nextPending() {
    pending = holder.home().pending().next();
    return pending != 0;
  }

  public long pendingMillis() {
    return Memory.getLong(pending);
  }

  public long pendingSequence() {
    return Memory.getLong(pending + SEQUENCE);
  }

  /** Whose the pending entry is. */
  public long pendingConsumer() {
    return PendingTree.consumer(pending);
  }

  /** When the pending entry was delivered last. */
  public long deliveryMillis() {
    return PendingTree.time(pending);
  }

  /** How often the pending entry was delivered. */
  public long deliveryCount() {
    return PendingTree.deliveries(pending);
  }

  /** Adds a pending entry, which the group does not have; comes to it. */
  public void addPending(
      long group, long consumer, long millis, long sequence, long deliveryMillis, long count) {
    holder.beginChange();
    PendingTree trees = holder.home().pending();
    trees.probe(millis, sequence).seekLower(Memory.getLong(group + GROUP_PENDING));
    pending = trees.with(consumer, deliveryMillis, count).insert();
    addOwn(consumer, millis, sequence);
  }

  private void addOwn(long consumer, long millis, long sequence) {
    IdTree trees = holder.home().ownPending();
    trees.probe(millis, sequence).seekLower(Memory.getLong(consumer + CONSUMER_PENDING));
    trees.insert();
  }

  private void removeOwn(long consumer, long millis, long sequence) {
    IdTree trees = holder.home().ownPending();
    trees.probe(millis, sequence).find(Memory.getLong(consumer + CONSUMER_PENDING));
    trees.remove();
  }

  /** Gives the pending entry to a consumer, perhaps another one. */
  public void deliver(long consumer, long deliveryMillis, long count) {
    holder.beginChange();
    long old = pendingConsumer();
    long millis = pendingMillis();
    long sequence = pendingSequence();
    if (old != consumer) {
      removeOwn(old, millis, sequence);
      addOwn(consumer, millis, sequence);
    }
    holder.home().pending().probe(millis, sequence).with(consumer, deliveryMillis, count).replace();
  }

  /** Takes the pending entry away; comes to the next one, and returns whether there is one. */
  public boolean removePending() {
    holder.beginChange();
    removeOwn(pendingConsumer(), pendingMillis(), pendingSequence());
    pending = holder.home().pending().remove();
    return pending != 0;
  }

  /** Whether an entry is pending in any group, or still to be read by one. */
  public boolean isReferenced(StreamId id, StreamId scratch) {
    for (long each = first(); each != 0; each = next()) {
      if (lastId(each, scratch).compareWith(id) < 0
          || findPending(each, id.millis(), id.sequence())) {
        return true;
      }
    }
    return false;
  }

  /** Takes an entry away from all that it is pending with. */
  public void removeReferences(StreamId id) {
    for (long each = first(); each != 0; each = next()) {
      if (findPending(each, id.millis(), id.sequence())) {
        removePending();
      }
    }
  }

  // ---- what is pending with a consumer ----

  public long ownCount(long consumer) {
    return holder.home().ownPending().count(Memory.getLong(consumer + CONSUMER_PENDING));
  }

  /** Comes to a consumer's first pending entry from an ID on; returns whether there is one. */
  public boolean seekOwn(long consumer, long millis, long sequence) {
    own =
        holder
            .home()
            .ownPending()
            .probe(millis, sequence)
            .seekLower(Memory.getLong(consumer + CONSUMER_PENDING));
    return own != 0;
  }

  /** Comes to the consumer's next pending entry; returns whether there is one. */
  public boolean nextOwn() {
    own = holder.home().ownPending().next();
    return own != 0;
  }

  public long ownMillis() {
    return IdTree.millis(own);
  }

  public long ownSequence() {
    return IdTree.sequence(own);
  }

  // ---- all of them ----

  /** Copies the groups of another stream to this one, which has none. */
  void copyOf(StreamGroups other) {
    long count = other.count();
    StreamId id = new StreamId();
    for (long rank = 0; rank < count; rank++) {
      long source = other.at(rank);
      long copy =
          create(
              groupName(source),
              nameLength(source),
              other.lastId(source, id),
              other.entriesRead(source));
      copyConsumers(other, source, copy);
      copyPending(other, source, copy);
    }
  }

  private long at(long rank) {
    return NameTree.blockOf(
        holder.home().groupNames().seekRank(Memory.getLong(header() + GROUPS), rank));
  }

  private void copyConsumers(StreamGroups other, long source, long copy) {
    NameTree names = other.holder.home().consumerNames();
    long tree = Memory.getLong(source + GROUP_CONSUMERS);
    for (long rank = 0; rank < names.count(tree); rank++) {
      // Both may have the same home, and with it the same cursor.
      long from = NameTree.blockOf(names.seekRank(tree, rank));
      long to = createConsumer(copy, consumerName(from), nameLength(from), seenMillis(from));
      setActive(to, activeMillis(from));
    }
  }

  private void copyPending(StreamGroups other, long source, long copy) {
    PendingTree trees = other.holder.home().pending();
    long tree = Memory.getLong(source + GROUP_PENDING);
    for (long rank = 0; rank < trees.count(tree); rank++) {
      long each = trees.seekRank(tree, rank);
      long from = PendingTree.consumer(each);
      long millis = Memory.getLong(each);
      long sequence = Memory.getLong(each + SEQUENCE);
      long deliveryMillis = PendingTree.time(each);
      long deliveries = PendingTree.deliveries(each);
      long to = findConsumer(copy, consumerName(from), nameLength(from));
      addPending(copy, to, millis, sequence, deliveryMillis, deliveries);
    }
  }

  /** Bytes of all groups of a stream. */
  static long sizeBytes(Home home, long header) {
    long tree = Memory.getLong(header + GROUPS);
    if (tree == 0) {
      return 0;
    }
    long bytes = home.groupNames().sizeBytes(tree);
    for (long each = home.groupNames().first(tree); each != 0; each = home.groupNames().next()) {
      long group = NameTree.blockOf(each);
      long consumers = Memory.getLong(group + GROUP_CONSUMERS);
      bytes +=
          Slab.usableBytes((long) GROUP_NAME + nameLength(group))
              + home.pending().sizeBytes(Memory.getLong(group + GROUP_PENDING))
              + home.consumerNames().sizeBytes(consumers);
      for (long entry = home.consumerNames().first(consumers);
          entry != 0;
          entry = home.consumerNames().next()) {
        long consumer = NameTree.blockOf(entry);
        bytes +=
            Slab.usableBytes((long) CONSUMER_NAME + nameLength(consumer))
                + home.ownPending().sizeBytes(Memory.getLong(consumer + CONSUMER_PENDING));
      }
    }
    return bytes;
  }

  private static void freeGroup(Home home, long group) {
    while (!freeSlice(home, group, Integer.MAX_VALUE)) {}
  }

  private static void freeConsumer(Home home, long consumer) {
    home.ownPending().destroy(Memory.getLong(consumer + CONSUMER_PENDING));
    home.slab().free(consumer, (long) CONSUMER_NAME + nameLength(consumer), Tag.VALUE);
  }

  /** Frees a group that is no longer used, in slices; returns whether all is freed. */
  private static boolean freeSlice(Home home, long group, int budget) {
    long pendingTree = Memory.getLong(group + GROUP_PENDING);
    if (pendingTree != 0) {
      if (home.pending().drain(pendingTree, null, budget)) {
        Memory.putLong(group + GROUP_PENDING, 0);
      }
      return false;
    }
    NameTree names = home.consumerNames();
    long consumers = Memory.getLong(group + GROUP_CONSUMERS);
    long entry = names.last(consumers);
    if (entry == 0) {
      names.destroy(consumers);
      home.slab().free(group, (long) GROUP_NAME + nameLength(group), Tag.VALUE);
      return true;
    }
    long consumer = NameTree.blockOf(entry);
    long ownTree = Memory.getLong(consumer + CONSUMER_PENDING);
    if (home.ownPending().drain(ownTree, null, budget)) {
      names.remove();
      home.slab().free(consumer, (long) CONSUMER_NAME + nameLength(consumer), Tag.VALUE);
    }
    return false;
  }

  /** Frees the groups of a stream that is no longer used, in slices. */
  static boolean free(Home home, long header, int budget) {
    long tree = Memory.getLong(header + GROUPS);
    if (tree == 0) {
      return true;
    }
    long entry = home.groupNames().last(tree);
    if (entry == 0) {
      home.groupNames().destroy(tree);
      Memory.putLong(header + GROUPS, 0);
    } else if (freeSlice(home, NameTree.blockOf(entry), budget)) {
      home.groupNames().last(tree);
      home.groupNames().remove();
    }
    return false;
  }

  void validate() {
    Home home = holder.home();
    long header = header();
    long tree = Memory.getLong(header + GROUPS);
    if (tree == 0) {
      return;
    }
    home.groupNames().validate(tree);
    for (long each = first(); each != 0; each = next()) {
      long pendingTree = Memory.getLong(each + GROUP_PENDING);
      home.pending().validate(pendingTree);
      home.consumerNames().validate(Memory.getLong(each + GROUP_CONSUMERS));
      long sum = 0;
      for (long consumer = firstConsumer(each); consumer != 0; consumer = nextConsumer()) {
        home.ownPending().validate(Memory.getLong(consumer + CONSUMER_PENDING));
        sum += ownCount(consumer);
        for (boolean more = seekOwn(consumer, 0, 0); more; more = nextOwn()) {
          if (!findPending(each, ownMillis(), ownSequence()) || pendingConsumer() != consumer) {
            throw new AssertionError("pending entry of consumer " + consumer);
          }
        }
      }
      if (sum != pendingCount(each)) {
        throw new AssertionError("pending entries of group " + each + ": " + sum);
      }
    }
  }
}
