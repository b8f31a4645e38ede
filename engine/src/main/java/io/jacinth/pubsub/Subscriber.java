package io.jacinth.pubsub;

import io.jacinth.command.Session;
import io.jacinth.command.Subscriptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A client with what it has subscribed to; used by its I/O thread, but for the numbers. */
final class Subscriber implements Subscriptions {
  private final PubSub pubSub;
  private final Session session;
  private final Map<Topic, Subscription> channels = new LinkedHashMap<>();
  private final Map<Topic, Subscription> patterns = new LinkedHashMap<>();
  private final Map<Topic, Subscription> shardChannels = new LinkedHashMap<>();

  private Subscriber(PubSub pubSub, Session session) {
    this.pubSub = pubSub;
    this.session = session;
  }

  /** What a client has subscribed to, nothing before the first time. */
  static Subscriber of(PubSub pubSub, Session session) {
    if (session.subscriptions() == null) {
      session.subscriptions(new Subscriber(pubSub, session));
    }
    return (Subscriber) session.subscriptions();
  }

  private Map<Topic, Subscription> all(Topic.Kind kind) {
    return switch (kind) {
      case CHANNEL -> channels;
      case PATTERN -> patterns;
      case SHARD_CHANNEL -> shardChannels;
    };
  }

  /** Subscribes to a topic, unless it has. */
  void subscribe(Topic.Kind kind, long name, int nameLength) {
    Topic known = pubSub.find(kind, name, nameLength);
    if (known != null && all(kind).containsKey(known)) {
      return;
    }
    Topic topic = pubSub.enter(kind, name, nameLength, session.worker());
    Subscription subscription = new Subscription(session, topic);
    topic.subscribers(session.worker()).add(subscription);
    if (total() == 0) {
      pubSub.countSubscriber(1);
    }
    all(kind).put(topic, subscription);
  }

  /** Ends the subscription to a topic, if there is one. */
  void unsubscribe(Topic.Kind kind, long name, int nameLength) {
    Topic topic = pubSub.find(kind, name, nameLength);
    Subscription subscription = topic == null ? null : all(kind).get(topic);
    if (subscription != null) {
      unsubscribe(subscription);
    }
  }

  void unsubscribe(Subscription subscription) {
    Topic topic = subscription.topic;
    session.worker().deliver(pubSub.leave(topic, session.worker()));
    topic.subscribers(session.worker()).remove(subscription);
    all(topic.kind).remove(topic);
    if (total() == 0) {
      pubSub.countSubscriber(-1);
    }
  }

  /** All of one kind, in the order in which they were made. */
  List<Subscription> list(Topic.Kind kind) {
    return new ArrayList<>(all(kind).values());
  }

  /** What the client is told that it has, after a change to one kind: shards count alone. */
  int count(Topic.Kind kind) {
    return kind == Topic.Kind.SHARD_CHANNEL ? shardChannels() : channels() + patterns();
  }

  private int total() {
    return channels() + patterns() + shardChannels();
  }

  @Override
  public int channels() {
    return channels.size();
  }

  @Override
  public int patterns() {
    return patterns.size();
  }

  @Override
  public int shardChannels() {
    return shardChannels.size();
  }

  @Override
  public void end() {
    for (Topic.Kind kind : Topic.Kind.values()) {
      list(kind).forEach(this::unsubscribe);
    }
  }
}
