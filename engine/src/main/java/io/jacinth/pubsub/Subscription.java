package io.jacinth.pubsub;

import io.jacinth.command.Session;

/** That a client wants to have the messages of a topic. */
final class Subscription {
  final Session session;
  final Topic topic;

  /** Where it stands in the {@link SubscriberList}. */
  int index;

  Subscription(Session session, Topic topic) {
    this.session = session;
    this.topic = topic;
  }
}
