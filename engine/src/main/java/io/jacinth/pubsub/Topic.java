package io.jacinth.pubsub;

import io.jacinth.base.Latin1;
import io.jacinth.command.Worker;
import io.jacinth.protocol.SharedBytes;

/**
 * A channel, a pattern of channels or a shard channel that somebody has subscribed to.
 *
 * <p>Of each I/O thread there is the list of its subscribers, which that thread alone uses, and how
 * many they are in the eyes of publishers, guarded by the lock of the topic: so the lists are not
 * locked while messages are delivered.
 */
final class Topic {
  /** What can be subscribed to. */
  enum Kind {
    CHANNEL("subscribe", "unsubscribe", "message"),
    PATTERN("psubscribe", "punsubscribe", "pmessage"),
    SHARD_CHANNEL("ssubscribe", "sunsubscribe", "smessage");

    final String subscribed;
    final String unsubscribed;
    final String message;

    Kind(String subscribed, String unsubscribed, String message) {
      this.subscribed = subscribed;
      this.unsubscribed = unsubscribed;
      this.message = message;
    }
  }

  private static final byte[] CHANNEL_HEAD = Latin1.bytes("*3\r\n$7\r\nmessage\r\n");
  private static final byte[] SHARD_CHANNEL_HEAD = Latin1.bytes("*3\r\n$8\r\nsmessage\r\n");

  final Kind kind;
  final byte[] name;
  final long hash;

  /** What a message begins with, up to the channel, as in RESP2. */
  private final byte[] head;

  /** Subscribers by I/O thread, as publishers count them. */
  private final int[] counts;

  private int total;

  /** By I/O thread, null as long as it has had none. */
  private final SubscriberList[] lists;

  /** The next one in the same slot of its table. */
  Topic next;

  Topic(Kind kind, byte[] name, long hash, int threads) {
    this.kind = kind;
    this.name = name;
    this.hash = hash;
    counts = new int[threads];
    lists = new SubscriberList[threads];
    head =
        switch (kind) {
          case CHANNEL -> CHANNEL_HEAD;
          case SHARD_CHANNEL -> SHARD_CHANNEL_HEAD;
          case PATTERN ->
              Latin1.bytes(
                  "*4\r\n$8\r\npmessage\r\n$"
                      + name.length
                      + "\r\n"
                      + Latin1.string(name)
                      + "\r\n");
        };
  }

  // ---- guarded by its lock ----

  int total() {
    return total;
  }

  boolean isWantedBy(int thread) {
    return counts[thread] > 0;
  }

  void count(int thread, int delta) {
    counts[thread] += delta;
    total += delta;
  }

  // ---- of one I/O thread ----

  /** The subscribers of the caller's thread. */
  SubscriberList subscribers(Worker worker) {
    SubscriberList list = lists[worker.number()];
    if (list == null) {
      list = lists[worker.number()] = new SubscriberList();
    }
    return list;
  }

  /** Sends a message to the subscribers of the caller's thread. */
  void deliver(Worker worker, SharedBytes rest) {
    SubscriberList list = lists[worker.number()];
    if (list == null) {
      return;
    }
    // From the end, as one that is cut off on the way may leave the list.
    for (int i = list.count() - 1; i >= 0; i--) {
      list.session(i).message(head, rest);
    }
  }
}
