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
 * only with its ID. As soon as somebody asks for what has been pending longest, the group has a
 * third one, by time. An entry that was released is pending with the group alone until a consumer
 * claims it. There is one cursor for each: of groups, of the pending entries of a group by ID and
 * by time, of consumers, and of the pending entries of a consumer; they do not disturb each other.
 */
public final class StreamGroups {
  /** In place of how many entries a group has read: nobody knows. */
  public static final long UNKNOWN = -1;

  /** In place of a time: never. */
  public static final long NEVER = -1;

  /** In place of a consumer: the entry was released, nobody has it. */
  public static final long NOBODY = 0;

  private final Holder holder;

  /** The pending entry of a group, 0 if there is none. */
  private long pending;

  /** The pending entry of a consumer, 0 if there is none. */
  private long own;

  /** The pending entry of a group in the order of time, 0 if there is none. */
  private long timed;

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
    Memory.putLong(created + GROUP_TIMES, 0);
    Memory.putLong(created + GROUP_RELEASED, 0);
    Memory.putLong(created + GROUP_RELEASES, 0);
    names.find(tree, name, length);
    names.insert(created);
    keep(Undo.GROUP_CREATED, created, 0);
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
    if (!keep(Undo.GROUP_REMOVED, group, 0)) {
      freeGroup(home, group);
    }
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
    keepNumbers(group);
    id.write(group + GROUP_LAST_ID);
  }

  /** How many entries the group has read, or {@link #UNKNOWN}. */
  public long entriesRead(long group) {
    return Memory.getLong(group + GROUP_ENTRIES_READ);
  }

  public void setEntriesRead(long group, long count) {
    holder.beginChange();
    keepNumbers(group);
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
    keep(Undo.CONSUMER_CREATED, created, group);
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
      PendingTree trees = home.pending();
      long millis = IdTree.millis(each);
      long sequence = IdTree.sequence(each);
      keepPending(group, millis, sequence);
      removeTime(
          group,
          PendingTree.time(trees.probe(millis, sequence).seekLower(groupTree)),
          millis,
          sequence);
      trees.remove();
    }
    NameTree names = home.consumerNames();
    names.find(
        Memory.getLong(group + GROUP_CONSUMERS), consumerName(consumer), nameLength(consumer));
    names.remove();
    if (holder.undo() != null) {
      ownTrees.destroy(ownTree);
      Memory.putLong(consumer + CONSUMER_PENDING, ownTrees.create());
    }
    if (!keep(Undo.CONSUMER_REMOVED, consumer, group)) {
      freeConsumer(home, consumer);
    }
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
    keepTimes(consumer);
    Memory.putLong(consumer + CONSUMER_SEEN, nowMillis);
  }

  public void setActive(long consumer, long nowMillis) {
    holder.beginChange();
    keepTimes(consumer);
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

  /** Whose the pending entry is, perhaps {@link #NOBODY}'s. */
  public long pendingConsumer() {
    return PendingTree.consumer(pending);
  }

  /** Whether the pending entry was released and nobody has claimed it since. */
  public boolean isReleased() {
    return pendingConsumer() == NOBODY;
  }

  /** When the pending entry was delivered last; 0 if it was released. */
  public long deliveryMillis() {
    return isReleased() ? 0 : PendingTree.time(pending);
  }

  /** How often the pending entry was delivered. */
  public long deliveryCount() {
    return PendingTree.deliveries(pending);
  }

  /** Whether the pending entry was delivered so long ago that it may be claimed. */
  public boolean isIdle(long minIdleMillis, long nowMillis) {
    return minIdleMillis == 0
        || isReleased()
        || nowMillis - PendingTree.time(pending) >= minIdleMillis;
  }

  /** How many pending entries nobody has. */
  public long releasedCount(long group) {
    return Memory.getLong(group + GROUP_RELEASED);
  }

  /** Adds a pending entry, which the group does not have; comes to it. */
  public void addPending(
      long group, long consumer, long millis, long sequence, long deliveryMillis, long count) {
    holder.beginChange();
    keepPending(group, millis, sequence);
    PendingTree trees = holder.home().pending();
    trees.probe(millis, sequence).seekLower(Memory.getLong(group + GROUP_PENDING));
    pending = trees.with(consumer, deliveryMillis, count).insert();
    addTime(group, deliveryMillis, millis, sequence);
    addOwn(group, consumer, millis, sequence);
  }

  /** Adds an entry that is pending with nobody; the same otherwise. */
  public void addReleased(long group, long millis, long sequence, long count) {
    holder.beginChange();
    keepNumbers(group);
    addPending(group, NOBODY, millis, sequence, nextRelease(group), count);
  }

  private static long nextRelease(long group) {
    long releases = Memory.getLong(group + GROUP_RELEASES);
    Memory.putLong(group + GROUP_RELEASES, releases + 1);
    return PendingTree.FIRST_RELEASE + releases;
  }

  private void addOwn(long group, long consumer, long millis, long sequence) {
    if (consumer == NOBODY) {
      Memory.putLong(group + GROUP_RELEASED, releasedCount(group) + 1);
    } else {
      IdTree trees = holder.home().ownPending();
      trees.probe(millis, sequence).seekLower(Memory.getLong(consumer + CONSUMER_PENDING));
      trees.insert();
    }
  }

  private void removeOwn(long group, long consumer, long millis, long sequence) {
    if (consumer == NOBODY) {
      Memory.putLong(group + GROUP_RELEASED, releasedCount(group) - 1);
    } else {
      IdTree trees = holder.home().ownPending();
      trees.probe(millis, sequence).find(Memory.getLong(consumer + CONSUMER_PENDING));
      trees.remove();
    }
  }

  /** Gives the pending entry to a consumer, perhaps another one. */
  public void deliver(long group, long consumer, long deliveryMillis, long count) {
    holder.beginChange();
    long old = pendingConsumer();
    long oldMillis = PendingTree.time(pending);
    long millis = pendingMillis();
    long sequence = pendingSequence();
    keepPending(group, millis, sequence);
    if (old != consumer) {
      removeOwn(group, old, millis, sequence);
      addOwn(group, consumer, millis, sequence);
    }
    if (oldMillis != deliveryMillis) {
      removeTime(group, oldMillis, millis, sequence);
      addTime(group, deliveryMillis, millis, sequence);
    }
    holder.home().pending().probe(millis, sequence).with(consumer, deliveryMillis, count).replace();
  }

  /** Takes the pending entry from who has it; it is the last then of those that nobody has. */
  public void release(long group, long count) {
    holder.beginChange();
    keepNumbers(group);
    deliver(group, NOBODY, nextRelease(group), count);
  }

  /** Takes the pending entry away; comes to the next one, and returns whether there is one. */
  public boolean removePending(long group) {
    holder.beginChange();
    long millis = pendingMillis();
    long sequence = pendingSequence();
    keepPending(group, millis, sequence);
    removeTime(group, PendingTree.time(pending), millis, sequence);
    removeOwn(group, pendingConsumer(), millis, sequence);
    pending = holder.home().pending().remove();
    return pending != 0;
  }

  /** Whether an entry is still to be read by any group. */
  public boolean isUnread(StreamId id, StreamId scratch) {
    for (long each = first(); each != 0; each = next()) {
      if (lastId(each, scratch).compareWith(id) < 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether an entry is pending in any group, or still to be read by one. */
  public boolean isReferenced(StreamId id, StreamId scratch) {
    if (isUnread(id, scratch)) {
      return true;
    }
    for (long each = first(); each != 0; each = next()) {
      if (findPending(each, id.millis(), id.sequence())) {
        return true;
      }
    }
    return false;
  }

  /** Takes an entry away from all that it is pending with. */
  public void removeReferences(StreamId id) {
    for (long each = first(); each != 0; each = next()) {
      if (findPending(each, id.millis(), id.sequence())) {
        removePending(each);
      }
    }
  }

  // ---- what is pending in a group, in the order of time ----

  private void addTime(long group, long time, long millis, long sequence) {
    long tree = Memory.getLong(group + GROUP_TIMES);
    if (tree != 0) {
      TimeTree trees = holder.home().pendingByTime();
      trees.probe(time, millis, sequence).seekLower(tree);
      trees.insert();
    }
  }

  private void removeTime(long group, long time, long millis, long sequence) {
    long tree = Memory.getLong(group + GROUP_TIMES);
    if (tree != 0) {
      TimeTree trees = holder.home().pendingByTime();
      trees.probe(time, millis, sequence).seekLower(tree);
      trees.remove();
    }
  }

  /** The tree by time, which is made when it is asked for first. */
  private long times(long group) {
    long tree = Memory.getLong(group + GROUP_TIMES);
    if (tree == 0) {
      Home home = holder.home();
      PendingTree trees = home.pending();
      tree = home.pendingByTime().create();
      Memory.putLong(group + GROUP_TIMES, tree);
      long pendingTree = Memory.getLong(group + GROUP_PENDING);
      for (long each = trees.first(pendingTree); each != 0; each = trees.next()) {
        addTime(
            group, PendingTree.time(each), Memory.getLong(each), Memory.getLong(each + SEQUENCE));
      }
    }
    return tree;
  }

  /**
   * Comes to the group's entry that has been pending longest; those that nobody has come first, in
   * the order in which they were released. Returns whether there is one.
   */
  public boolean firstByTime(long group) {
    timed = holder.home().pendingByTime().first(times(group));
    return timed != 0;
  }

  /** Comes to the next entry in the order of time; returns whether there is one. */
  public boolean nextByTime() {
    timed = holder.home().pendingByTime().next();
    return timed != 0;
  }

  /** Takes the entry away; comes to the next one in the order of time. */
  public boolean removeTimed(long group) {
    holder.beginChange();
    long millis = timedMillis();
    long sequence = timedSequence();
    keepPending(group, millis, sequence);
    PendingTree trees = holder.home().pending();
    pending = trees.probe(millis, sequence).seekLower(Memory.getLong(group + GROUP_PENDING));
    removeOwn(group, pendingConsumer(), millis, sequence);
    trees.remove();
    timed = holder.home().pendingByTime().remove();
    return timed != 0;
  }

  public long timedMillis() {
    return TimeTree.millis(timed);
  }

  public long timedSequence() {
    return TimeTree.sequence(timed);
  }

  /** In how many milliseconds the entry may be claimed; 0 if it may be now. */
  public long millisUntilIdle(long minIdleMillis, long nowMillis) {
    long time = TimeTree.time(timed);
    // Before all times is what was released.
    return time < 0 ? 0 : Math.max(0, minIdleMillis - Math.max(0, nowMillis - time));
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

  // ---- what is undone of a script ----

  // Groups and consumers are named by their addresses, so in a stream of which parts are taken down
  // none is freed before the script has ended.

  /** Takes down that a group or consumer was made or removed; returns whether somebody does. */
  private boolean keep(int part, long block, long group) {
    Undo undo = holder.undo();
    return undo != null && addOrOwn(undo, part, block, group);
  }

  private static boolean addOrOwn(Undo undo, int part, long block, long group) {
    undo.add(part, block, group, 0, 0);
    return true; // even if the log has just ended: then it has freed the block
  }

  private void keepNumbers(long group) {
    Undo undo = holder.undo();
    if (undo != null && undo.find(Undo.GROUP, group) == 0) {
      undo.know(Undo.GROUP, group, group + GROUP_LAST_ID, GROUP_NAME - GROUP_LAST_ID);
    }
  }

  private void keepTimes(long consumer) {
    Undo undo = holder.undo();
    if (undo != null && undo.find(Undo.CONSUMER, consumer) == 0) {
      undo.know(
          Undo.CONSUMER, consumer, consumer + CONSUMER_SEEN, CONSUMER_PENDING - CONSUMER_SEEN);
    }
  }

  private static final int PENDING_GROUP = 0;
  private static final int PENDING_MILLIS = 8;
  private static final int PENDING_SEQUENCE = 16;
  private static final int PENDING_NAME_BYTES = 24;

  /** Before an entry becomes pending, is given to somebody else, or is no longer pending. */
  private void keepPending(long group, long millis, long sequence) {
    Undo undo = holder.undo();
    if (undo == null) {
      return;
    }
    long name = undo.scratch();
    Memory.putLong(name + PENDING_GROUP, group);
    Memory.putLong(name + PENDING_MILLIS, millis);
    Memory.putLong(name + PENDING_SEQUENCE, sequence);
    if (undo.find(Undo.PENDING, name, PENDING_NAME_BYTES) == 0) {
      PendingTree trees = holder.home().pending();
      long found = trees.find(Memory.getLong(group + GROUP_PENDING), millis, sequence);
      undo.know(
          Undo.PENDING,
          0,
          name,
          PENDING_NAME_BYTES,
          found,
          found == 0 ? 0 : PendingTree.ENTRY_BYTES);
    }
  }

  /** Makes a part of the groups what it was. */
  void undo(int part, long entry) {
    Home home = holder.home();
    long block = Undo.word(entry);
    switch (part) {
      case Undo.GROUP_CREATED -> destroy(block);
      case Undo.GROUP_REMOVED -> {
        NameTree names = home.groupNames();
        names.find(Memory.getLong(header() + GROUPS), groupName(block), nameLength(block));
        names.insert(block);
      }
      case Undo.GROUP -> {
        long numbers = Undo.data(entry) - GROUP_LAST_ID;
        Memory.copy(numbers + GROUP_LAST_ID, block + GROUP_LAST_ID, GROUP_PENDING - GROUP_LAST_ID);
        Memory.putLong(block + GROUP_RELEASES, Memory.getLong(numbers + GROUP_RELEASES));
      }
      case Undo.CONSUMER_CREATED -> removeConsumer(Memory.getLong(Undo.name(entry)), block);
      case Undo.CONSUMER_REMOVED -> {
        NameTree names = home.consumerNames();
        long tree = Memory.getLong(Memory.getLong(Undo.name(entry)) + GROUP_CONSUMERS);
        names.find(tree, consumerName(block), nameLength(block));
        names.insert(block);
      }
      case Undo.CONSUMER ->
          Memory.copy(Undo.data(entry), block + CONSUMER_SEEN, Undo.dataLength(entry));
      default -> undoPending(entry);
    }
  }

  private void undoPending(long entry) {
    long name = Undo.name(entry);
    long group = Memory.getLong(name + PENDING_GROUP);
    long millis = Memory.getLong(name + PENDING_MILLIS);
    long sequence = Memory.getLong(name + PENDING_SEQUENCE);
    if (findPending(group, millis, sequence)) {
      removePending(group);
    }
    if (Undo.dataLength(entry) != 0) {
      long was = Undo.data(entry);
      addPending(
          group,
          PendingTree.consumer(was),
          millis,
          sequence,
          PendingTree.time(was),
          PendingTree.deliveries(was));
    }
  }

  /** Frees what an entry of the log has of a group. */
  static void release(int part, Home home, long entry) {
    switch (part) {
      case Undo.GROUP_REMOVED -> freeGroup(home, Undo.word(entry));
      case Undo.CONSUMER_REMOVED -> freeConsumer(home, Undo.word(entry));
      default -> {}
    }
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
      Memory.putLong(copy + GROUP_RELEASES, Memory.getLong(source + GROUP_RELEASES));
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
      long to = from == NOBODY ? NOBODY : findConsumer(copy, consumerName(from), nameLength(from));
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
              + sizeBytesOfTimes(home, group)
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

  private static long sizeBytesOfTimes(Home home, long group) {
    long tree = Memory.getLong(group + GROUP_TIMES);
    return tree == 0 ? 0 : home.pendingByTime().sizeBytes(tree);
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
    long times = Memory.getLong(group + GROUP_TIMES);
    if (times != 0) {
      if (home.pendingByTime().drain(times, null, budget)) {
        Memory.putLong(group + GROUP_TIMES, 0);
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
      return true;
    }
    if (freeSlice(home, NameTree.blockOf(entry), budget)) {
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
      if (sum + releasedCount(each) != pendingCount(each)) {
        throw new AssertionError("pending entries of group " + each + ": " + sum);
      }
      validateTimes(each);
    }
  }

  private void validateTimes(long group) {
    long tree = Memory.getLong(group + GROUP_TIMES);
    if (tree == 0) {
      return;
    }
    TimeTree times = holder.home().pendingByTime();
    times.validate(tree);
    if (times.count(tree) != pendingCount(group)) {
      throw new AssertionError("entries by time of group " + group + ": " + times.count(tree));
    }
    for (boolean more = firstByTime(group); more; more = nextByTime()) {
      if (!findPending(group, timedMillis(), timedSequence())
          || PendingTree.time(pending) != TimeTree.time(timed)) {
        throw new AssertionError("entry by time of group " + group);
      }
    }
  }
}
