package io.jacinth.value;

import static io.jacinth.value.StreamLayout.*;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * What a stream remembers of those who add to it, so that what one sends again, because it does not
 * know whether it has arrived, is not added again.
 *
 * <p>A producer's messages have names, and to each the stream remembers the entry's ID: for some
 * time, and not more than so many of one producer. As all of them are remembered equally long,
 * those to be forgotten are the first. A producer that adds one forgets its own; one other producer
 * is looked at as well, so that nothing is kept of those that come no more.
 */
public final class StreamProducers {
  /** How many messages of another producer are forgotten at once. */
  private static final int MAX_FORGOTTEN = 16;

  private static final long MILLIS_PER_SECOND = 1_000;

  private final Holder holder;
  private final Limits limits;

  /** The message that was found. */
  private long message;

  StreamProducers(Holder holder, Limits limits) {
    this.holder = holder;
    this.limits = limits;
  }

  private long header() {
    return Memory.getLong(holder.payload());
  }

  private long production() {
    return Memory.getLong(header() + PRODUCTION);
  }

  private static void add(long address, long delta) {
    Memory.putLong(address, Memory.getLong(address) + delta);
  }

  /** Whether the stream, which exists, has ever had to do with producers. */
  public boolean isUsed() {
    return production() != 0;
  }

  /** How many seconds a message is remembered. */
  public int seconds() {
    return isUsed() ? Memory.getInt(production() + SECONDS) : limits.streamMessageSeconds();
  }

  /** How many messages of a producer are remembered at most. */
  public int maximum() {
    return isUsed() ? Memory.getInt(production() + MAXIMUM) : limits.streamMessages();
  }

  /** Sets for how long and how many messages are remembered; if that is new, all are forgotten. */
  public void configure(int seconds, int maximum) {
    holder.beginChange();
    keep();
    long production = use();
    if (seconds != seconds() || maximum != maximum()) {
      Home home = holder.home();
      while (!forgetAll(home, production, Integer.MAX_VALUE)) {}
      Memory.putInt(production + SECONDS, seconds);
      Memory.putInt(production + MAXIMUM, maximum);
    }
  }

  private long use() {
    long production = production();
    if (production == 0) {
      production = holder.slab().allocate(PRODUCTION_BYTES, Tag.VALUE);
      Memory.fill(production, PRODUCTION_BYTES, 0);
      Memory.putInt(production + SECONDS, limits.streamMessageSeconds());
      Memory.putInt(production + MAXIMUM, limits.streamMessages());
      Memory.putLong(production + PRODUCERS, holder.home().producerNames().create());
      Memory.putLong(header() + PRODUCTION, production);
    }
    return production;
  }

  /**
   * Looks for a message, which is a duplicate then.
   *
   * @param target gets the ID of its entry
   * @return whether it is remembered
   */
  public boolean find(
      long producerName,
      int producerLength,
      long messageName,
      int messageLength,
      long nowMillis,
      StreamId target) {
    if (!isUsed()) {
      return false;
    }
    long producer = findProducer(producerName, producerLength);
    if (producer == 0) {
      return false;
    }
    holder.beginChange();
    keep();
    forget(producer, nowMillis, Integer.MAX_VALUE);
    message =
        holder
            .home()
            .messageNames()
            .find(Memory.getLong(producer + PRODUCER_MESSAGES), messageName, messageLength);
    if (message == 0) {
      return false;
    }
    target.read(message + MESSAGE_ID);
    add(production() + DUPLICATES, 1);
    return true;
  }

  private long findProducer(long name, int length) {
    return holder
        .home()
        .producerNames()
        .find(Memory.getLong(production() + PRODUCERS), name, length);
  }

  /** Remembers a message that {@link #find} has not found, and the ID of its entry. */
  public void add(
      long producerName,
      int producerLength,
      long messageName,
      int messageLength,
      long nowMillis,
      StreamId id) {
    holder.beginChange();
    keep();
    long production = use();
    long producer = findProducer(producerName, producerLength);
    if (producer == 0) {
      producer = addProducer(production, producerName, producerLength);
    } else if (count(producer) >= Memory.getInt(production + MAXIMUM)) {
      forgetFirst(holder.home(), production, producer);
    }
    addMessage(production, producer, messageName, messageLength, nowMillis, id);
    add(production + ADDED, 1);
    lookAtNext(production, nowMillis);
  }

  private long addProducer(long production, long name, int length) {
    Home home = holder.home();
    long created = newBlock(PRODUCER_NAME, name, length);
    Memory.putLong(created + PRODUCER_MESSAGES, home.messageNames().create());
    Memory.putLong(created + PRODUCER_FIRST, 0);
    Memory.putLong(created + PRODUCER_LAST, 0);
    NameTree names = home.producerNames();
    names.find(Memory.getLong(production + PRODUCERS), name, length);
    names.insert(created);
    return created;
  }

  private long newBlock(int nameOffset, long name, int length) {
    long created = holder.slab().allocate((long) nameOffset + length, Tag.VALUE);
    Memory.putLong(created + NAME_LENGTH, length);
    Memory.copy(name, created + nameOffset, length);
    return created;
  }

  private void addMessage(
      long production, long producer, long name, int length, long atMillis, StreamId id) {
    long created = newBlock(MESSAGE_NAME, name, length);
    Memory.putLong(created + MESSAGE_NEXT, 0);
    Memory.putLong(created + MESSAGE_TIME, atMillis);
    id.write(created + MESSAGE_ID);
    NameTree names = holder.home().messageNames();
    names.find(Memory.getLong(producer + PRODUCER_MESSAGES), name, length);
    names.insert(created);
    long last = Memory.getLong(producer + PRODUCER_LAST);
    Memory.putLong(last == 0 ? producer + PRODUCER_FIRST : last + MESSAGE_NEXT, created);
    Memory.putLong(producer + PRODUCER_LAST, created);
    add(production + MESSAGES, 1);
  }

  private long count(long producer) {
    return count(holder.home(), producer);
  }

  private static long count(Home home, long producer) {
    return home.messageNames().count(Memory.getLong(producer + PRODUCER_MESSAGES));
  }

  // ---- forgetting ----

  private boolean isOver(long message, long nowMillis) {
    return nowMillis - Memory.getLong(message + MESSAGE_TIME) >= seconds() * MILLIS_PER_SECOND;
  }

  /** Forgets a producer's messages whose time is over, but not more than a limit. */
  private void forget(long producer, long nowMillis, int limit) {
    long production = production();
    long first = Memory.getLong(producer + PRODUCER_FIRST);
    for (int i = 0; i < limit && first != 0 && isOver(first, nowMillis); i++) {
      first = forgetFirst(holder.home(), production, producer);
    }
  }

  /** Forgets a producer's first message; returns the next one, or 0. */
  private static long forgetFirst(Home home, long production, long producer) {
    long first = Memory.getLong(producer + PRODUCER_FIRST);
    long next = Memory.getLong(first + MESSAGE_NEXT);
    int length = NameTree.nameLength(first);
    NameTree names = home.messageNames();
    names.find(Memory.getLong(producer + PRODUCER_MESSAGES), first + MESSAGE_NAME, length);
    names.remove();
    Memory.putLong(producer + PRODUCER_FIRST, next);
    if (next == 0) {
      Memory.putLong(producer + PRODUCER_LAST, 0);
    }
    add(production + MESSAGES, -1);
    home.slab().free(first, (long) MESSAGE_NAME + length, Tag.VALUE);
    return next;
  }

  /** Looks at another producer each time: whether something of it is to be forgotten. */
  private void lookAtNext(long production, long nowMillis) {
    NameTree names = holder.home().producerNames();
    long tree = Memory.getLong(production + PRODUCERS);
    long rank = Memory.getLong(production + LOOKED_AT);
    if (rank >= names.count(tree)) {
      rank = 0;
    }
    long producer = NameTree.blockOf(names.seekRank(tree, rank));
    forget(producer, nowMillis, MAX_FORGOTTEN);
    if (count(producer) == 0) {
      names.seekRank(tree, rank);
      removeProducer(holder.home(), producer);
    } else {
      rank++;
    }
    Memory.putLong(production + LOOKED_AT, rank);
  }

  /** Removes a producer without messages, which the cursor is on. */
  private static void removeProducer(Home home, long producer) {
    home.producerNames().remove();
    home.messageNames().destroy(Memory.getLong(producer + PRODUCER_MESSAGES));
    home.slab().free(producer, (long) PRODUCER_NAME + NameTree.nameLength(producer), Tag.VALUE);
  }

  /** Forgets all messages, as many as a budget says; returns whether there are no more. */
  private static boolean forgetAll(Home home, long production, int budget) {
    NameTree names = home.producerNames();
    long tree = Memory.getLong(production + PRODUCERS);
    long producer = NameTree.blockOf(names.last(tree));
    if (producer == 0) {
      return true;
    }
    for (int i = 0; i < budget && count(home, producer) > 0; i++) {
      forgetFirst(home, production, producer);
    }
    if (count(home, producer) == 0) {
      names.last(tree);
      removeProducer(home, producer);
    }
    return false;
  }

  // ---- what there is ----

  /** How many messages were ever added. */
  public long added() {
    return isUsed() ? Memory.getLong(production() + ADDED) : 0;
  }

  /** How many messages were not added, because they had been. */
  public long duplicates() {
    return isUsed() ? Memory.getLong(production() + DUPLICATES) : 0;
  }

  /** How many producers have messages that are remembered. */
  public long producerCount(long nowMillis) {
    return isUsed() ? countRemembered(nowMillis, false) : 0;
  }

  /** How many messages are remembered. */
  public long messageCount(long nowMillis) {
    return isUsed() ? countRemembered(nowMillis, true) : 0;
  }

  /** Counts without those whose time is over, though they are still there. */
  private long countRemembered(long nowMillis, boolean messages) {
    NameTree names = holder.home().producerNames();
    long count = 0;
    for (long entry = names.first(Memory.getLong(production() + PRODUCERS));
        entry != 0;
        entry = names.next()) {
      long producer = NameTree.blockOf(entry);
      long remembered = count(producer);
      for (long each = Memory.getLong(producer + PRODUCER_FIRST);
          each != 0 && isOver(each, nowMillis);
          each = Memory.getLong(each + MESSAGE_NEXT)) {
        remembered--;
      }
      count += messages ? remembered : remembered == 0 ? 0 : 1;
    }
    return count;
  }

  // ---- what is undone of a script ----

  /** More messages are not copied because a script may be undone. */
  private static final long MAX_KEPT_MESSAGES = 10_000;

  /** Before what is remembered changes: keeps a copy of all of it. */
  private void keep() {
    Undo undo = holder.undo();
    if (undo == null || undo.find(Undo.PRODUCERS, 0) != 0) {
      return;
    }
    long production = production();
    if (production != 0 && Memory.getLong(production + MESSAGES) > MAX_KEPT_MESSAGES) {
      undo.giveUp();
      undo = holder.undo();
    }
    if (undo != null) {
      long entry = undo.know(Undo.PRODUCERS, 0, 0, Long.BYTES);
      if (entry != 0) {
        Memory.putLong(Undo.data(entry), 0);
        if (production != 0) {
          Memory.putLong(header() + PRODUCTION, 0);
          long copy = use();
          Memory.putLong(header() + PRODUCTION, production);
          copy(holder.home(), production, copy);
          Memory.putLong(Undo.data(entry), copy);
        }
      }
    }
  }

  /** Remembers what was remembered. */
  void undo(long entry) {
    while (!free(holder.home(), header(), Integer.MAX_VALUE)) {}
    Memory.putLong(header() + PRODUCTION, Memory.getLong(Undo.data(entry)));
  }

  /** Frees the copy that an entry of the log has. */
  static void release(Home home, long entry) {
    long production = Memory.getLong(Undo.data(entry));
    if (production != 0) {
      while (!forgetAll(home, production, Integer.MAX_VALUE)) {}
      freeProduction(home, production);
    }
  }

  // ---- all of them ----

  /** Copies what another stream remembers to this one, which remembers nothing. */
  void copyOf(StreamProducers other) {
    if (!other.isUsed()) {
      return;
    }
    copy(other.holder.home(), other.production(), use());
  }

  private void copy(Home home, long from, long to) {
    Memory.putInt(to + SECONDS, Memory.getInt(from + SECONDS));
    Memory.putInt(to + MAXIMUM, Memory.getInt(from + MAXIMUM));
    Memory.putLong(to + ADDED, Memory.getLong(from + ADDED));
    Memory.putLong(to + DUPLICATES, Memory.getLong(from + DUPLICATES));
    Memory.putLong(to + LOOKED_AT, Memory.getLong(from + LOOKED_AT));
    NameTree names = home.producerNames();
    long tree = Memory.getLong(from + PRODUCERS);
    StreamId id = new StreamId();
    for (long rank = 0; rank < names.count(tree); rank++) {
      // Both may have the same home, and with it the same cursor.
      long source = NameTree.blockOf(names.seekRank(tree, rank));
      long copy = addProducer(to, source + PRODUCER_NAME, NameTree.nameLength(source));
      for (long each = Memory.getLong(source + PRODUCER_FIRST);
          each != 0;
          each = Memory.getLong(each + MESSAGE_NEXT)) {
        addMessage(
            to,
            copy,
            each + MESSAGE_NAME,
            NameTree.nameLength(each),
            Memory.getLong(each + MESSAGE_TIME),
            id.read(each + MESSAGE_ID));
      }
    }
  }

  /** Bytes of what a stream remembers. */
  static long sizeBytes(Home home, long header) {
    long production = Memory.getLong(header + PRODUCTION);
    if (production == 0) {
      return 0;
    }
    long tree = Memory.getLong(production + PRODUCERS);
    NameTree names = home.producerNames();
    long bytes = Slab.usableBytes(PRODUCTION_BYTES) + names.sizeBytes(tree);
    for (long entry = names.first(tree); entry != 0; entry = names.next()) {
      long producer = NameTree.blockOf(entry);
      bytes +=
          Slab.usableBytes((long) PRODUCER_NAME + NameTree.nameLength(producer))
              + home.messageNames().sizeBytes(Memory.getLong(producer + PRODUCER_MESSAGES));
      for (long each = Memory.getLong(producer + PRODUCER_FIRST);
          each != 0;
          each = Memory.getLong(each + MESSAGE_NEXT)) {
        bytes += Slab.usableBytes((long) MESSAGE_NAME + NameTree.nameLength(each));
      }
    }
    return bytes;
  }

  /** Frees what a stream that is no longer used remembers, in slices; returns whether it has. */
  static boolean free(Home home, long header, int budget) {
    long production = Memory.getLong(header + PRODUCTION);
    if (production == 0) {
      return true;
    }
    if (forgetAll(home, production, budget)) {
      freeProduction(home, production);
      Memory.putLong(header + PRODUCTION, 0);
    }
    return false;
  }

  private static void freeProduction(Home home, long production) {
    home.producerNames().destroy(Memory.getLong(production + PRODUCERS));
    home.slab().free(production, PRODUCTION_BYTES, Tag.VALUE);
  }

  void validate() {
    if (!isUsed()) {
      return;
    }
    Home home = holder.home();
    long production = production();
    long tree = Memory.getLong(production + PRODUCERS);
    home.producerNames().validate(tree);
    long sum = 0;
    for (long rank = 0; rank < home.producerNames().count(tree); rank++) {
      sum += validateProducer(NameTree.blockOf(home.producerNames().seekRank(tree, rank)));
    }
    require(sum == Memory.getLong(production + MESSAGES), "messages", sum);
  }

  private long validateProducer(long producer) {
    NameTree names = holder.home().messageNames();
    long tree = Memory.getLong(producer + PRODUCER_MESSAGES);
    names.validate(tree);
    long count = 0;
    long last = 0;
    for (long each = Memory.getLong(producer + PRODUCER_FIRST);
        each != 0;
        each = Memory.getLong(each + MESSAGE_NEXT)) {
      require(
          names.find(tree, each + MESSAGE_NAME, NameTree.nameLength(each)) == each, "name", each);
      last = each;
      count++;
    }
    require(last == Memory.getLong(producer + PRODUCER_LAST), "last message", last);
    require(count == names.count(tree), "messages of a producer", count);
    require(count <= maximum(), "maximum", count);
    return count;
  }

  private static void require(boolean holds, String what, long value) {
    if (!holds) {
      throw new AssertionError("producers of a stream: " + what + " " + value);
    }
  }
}
