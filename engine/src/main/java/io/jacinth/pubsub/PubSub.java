package io.jacinth.pubsub;

import io.jacinth.command.Broker;
import io.jacinth.command.Engine;
import io.jacinth.command.Mail;
import io.jacinth.command.Worker;
import io.jacinth.config.NumberSetting;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.ShardLocks;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.protocol.SharedBytes;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who has subscribed to what in one store, and the way of a message from its publisher to its
 * receivers.
 *
 * <p>Channels are divided into parts by the hash of their names, each with a lock, under which a
 * publisher finds the receivers, counts them and puts the message into the mailbox of each I/O
 * thread that has some. So all subscribers of a channel get its messages in the same order, and
 * those of one publisher in the order in which they were published. The locks are the innermost:
 * whoever holds one takes no other but those of further parts, and waits for nothing.
 *
 * <p>Patterns stand in one index for all channels: looking there takes the lock of any part,
 * changing it takes all.
 *
 * <p>Who subscribes or unsubscribes is counted in or out under the lock and takes, still under it,
 * what is in its thread's mailbox: that was published before and is delivered to those who were
 * subscribers then.
 */
final class PubSub implements Broker {
  /** Parts, a power of two. */
  private static final int PARTS = 16;

  private static final int PART_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(PARTS);

  /** Channels, and what is needed to find their receivers; guarded by the lock of their part. */
  private static final class Part {
    final TopicTable channels = new TopicTable();
    final TopicTable shardChannels = new TopicTable();

    /** The receivers of the message that is being published. */
    final TopicList receivers = new TopicList();
  }

  private final Part[] parts = new Part[PARTS];
  private final ShardLocks locks = new ShardLocks(PARTS);

  /** For changing, all parts are locked; for reading, one of them. */
  private final TopicTable patterns = new TopicTable();

  private final PatternIndex patternIndex = new PatternIndex();

  /** Of all kinds; so that publishing costs nothing while there are none. */
  private final AtomicInteger topics = new AtomicInteger();

  private final AtomicInteger subscribers = new AtomicInteger();

  private Keyspace keyspace;
  private List<Worker> workers;
  private int threads;
  private boolean isConcurrent;

  PubSub() {
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new Part();
    }
  }

  /** Begins to serve a store. */
  void start(Engine engine) {
    keyspace = engine.keyspace();
    workers = engine.workers();
    threads = engine.workerCount();
    isConcurrent = keyspace.isConcurrent();
    engine.broker(this);
    KeyspaceNotifications notifications = new KeyspaceNotifications(this);
    NumberSetting setting = engine.settings().notifyKeyspaceEvents;
    engine.follow(() -> notifications.publish(keyspace, setting.asInt()), setting);
  }

  // ---- locks ----

  private static int part(long hash) {
    return (int) (hash >>> PART_SHIFT);
  }

  private void lock(int part) {
    if (isConcurrent) {
      locks.lock(part);
    }
  }

  private void unlock(int part) {
    if (isConcurrent) {
      locks.unlock(part);
    }
  }

  private void lock(Topic.Kind kind, long hash) {
    if (kind != Topic.Kind.PATTERN) {
      lock(part(hash));
      return;
    }
    for (int i = 0; i < PARTS; i++) {
      lock(i);
    }
  }

  private void unlock(Topic.Kind kind, long hash) {
    if (kind != Topic.Kind.PATTERN) {
      unlock(part(hash));
      return;
    }
    for (int i = 0; i < PARTS; i++) {
      unlock(i);
    }
  }

  // ---- publishing ----

  /** Whether anybody has subscribed to anything. */
  boolean hasTopics() {
    return topics.get() != 0;
  }

  /**
   * Publishes a message.
   *
   * @param kind of the channel
   * @param slab of the caller
   * @return how many receivers it has
   */
  int publish(
      Topic.Kind kind,
      Slab slab,
      long channel,
      int channelLength,
      long payload,
      int payloadLength) {
    if (!hasTopics()) {
      return 0;
    }
    long hash = keyspace.hash(channel, channelLength);
    Part part = parts[part(hash)];
    lock(part(hash));
    try {
      TopicList receivers = part.receivers;
      if (kind == Topic.Kind.CHANNEL) {
        add(part.channels.find(hash, channel, channelLength), receivers);
        if (patterns.count() > 0) {
          patternIndex.match(channel, channelLength, receivers);
        }
      } else {
        add(part.shardChannels.find(hash, channel, channelLength), receivers);
      }
      if (receivers.count() == 0) {
        return 0;
      }
      post(receivers, slab, channel, channelLength, payload, payloadLength);
      int count = 0;
      for (int i = 0; i < receivers.count(); i++) {
        count += receivers.get(i).total();
      }
      receivers.clear();
      return count;
    } finally {
      unlock(part(hash));
    }
  }

  private static void add(Topic topic, TopicList receivers) {
    if (topic != null) {
      receivers.add(topic);
    }
  }

  private void post(
      TopicList receivers,
      Slab slab,
      long channel,
      int channelLength,
      long payload,
      int payloadLength) {
    int wanting = 0;
    for (int thread = 0; thread < threads; thread++) {
      wanting += isWanted(receivers, thread) ? 1 : 0;
    }
    SharedBytes bytes =
        Message.encode(slab, channel, channelLength, payload, payloadLength, wanting);
    Topic[] topics = receivers.toArray();
    for (int thread = 0; thread < threads; thread++) {
      if (isWanted(receivers, thread)) {
        workers.get(thread).post(new Message(topics, bytes));
      }
    }
  }

  private static boolean isWanted(TopicList receivers, int thread) {
    for (int i = 0; i < receivers.count(); i++) {
      if (receivers.get(i).isWantedBy(thread)) {
        return true;
      }
    }
    return false;
  }

  // ---- subscribing ----

  private TopicTable table(Topic.Kind kind, long hash) {
    return switch (kind) {
      case CHANNEL -> parts[part(hash)].channels;
      case SHARD_CHANNEL -> parts[part(hash)].shardChannels;
      case PATTERN -> patterns;
    };
  }

  /** The topic of this name, null if nobody has subscribed to it. */
  Topic find(Topic.Kind kind, long name, int nameLength) {
    long hash = keyspace.hash(name, nameLength);
    lock(part(hash));
    try {
      return table(kind, hash).find(hash, name, nameLength);
    } finally {
      unlock(part(hash));
    }
  }

  /**
   * Counts one more subscriber of the caller's thread, who will be in its list when this returns.
   */
  Topic enter(Topic.Kind kind, long name, int nameLength, Worker worker) {
    long hash = keyspace.hash(name, nameLength);
    Topic topic;
    Mail earlier;
    lock(kind, hash);
    try {
      TopicTable table = table(kind, hash);
      topic = table.find(hash, name, nameLength);
      if (topic == null) {
        topic = new Topic(kind, Memory.bytes(name, nameLength), hash, threads);
        table.add(topic);
        if (kind == Topic.Kind.PATTERN) {
          patternIndex.add(topic);
        }
        topics.incrementAndGet();
      }
      topic.count(worker.number(), 1);
      earlier = worker.takeMail();
    } finally {
      unlock(kind, hash);
    }
    worker.deliver(earlier);
    return topic;
  }

  /**
   * Counts one subscriber of the caller's thread less, whom the caller takes out of the list after
   * this.
   *
   * @return what was published before and may be for this subscriber
   */
  Mail leave(Topic topic, Worker worker) {
    lock(topic.kind, topic.hash);
    try {
      topic.count(worker.number(), -1);
      if (topic.total() == 0) {
        table(topic.kind, topic.hash).remove(topic);
        if (topic.kind == Topic.Kind.PATTERN) {
          patternIndex.remove(topic);
        }
        topics.decrementAndGet();
      }
      return worker.takeMail();
    } finally {
      unlock(topic.kind, topic.hash);
    }
  }

  void countSubscriber(int delta) {
    subscribers.addAndGet(delta);
  }

  // ---- looking ----

  /** How many have subscribed to a channel, without patterns. */
  int receivers(Topic.Kind kind, long name, int nameLength) {
    long hash = keyspace.hash(name, nameLength);
    lock(part(hash));
    try {
      Topic topic = table(kind, hash).find(hash, name, nameLength);
      return topic == null ? 0 : topic.total();
    } finally {
      unlock(part(hash));
    }
  }

  /** Adds the names of all channels of a kind. */
  void names(Topic.Kind kind, List<byte[]> names) {
    for (int i = 0; i < PARTS; i++) {
      lock(i);
      try {
        TopicTable table = kind == Topic.Kind.CHANNEL ? parts[i].channels : parts[i].shardChannels;
        table.forEach(topic -> names.add(topic.name));
      } finally {
        unlock(i);
      }
    }
  }

  @Override
  public int channels() {
    int count = 0;
    for (Part part : parts) {
      count += part.channels.count();
    }
    return count;
  }

  @Override
  public int patterns() {
    return patterns.count();
  }

  @Override
  public int shardChannels() {
    int count = 0;
    for (Part part : parts) {
      count += part.shardChannels.count();
    }
    return count;
  }

  @Override
  public int subscribers() {
    return subscribers.get();
  }
}
