package io.jacinth.pubsub;

import io.jacinth.command.Session;
import java.util.Arrays;

/**
 * The subscribers that a topic has on one I/O thread, which alone uses it. In no order: the last
 * one takes the place of one that leaves.
 */
final class SubscriberList {
  private static final int MIN_CAPACITY = 2;

  private Subscription[] subscriptions = new Subscription[MIN_CAPACITY];
  private int count;

  int count() {
    return count;
  }

  Session session(int index) {
    return subscriptions[index].session;
  }

  void add(Subscription subscription) {
    if (count == subscriptions.length) {
      subscriptions = Arrays.copyOf(subscriptions, 2 * count);
    }
    subscription.index = count;
    subscriptions[count++] = subscription;
  }

  void remove(Subscription subscription) {
    Subscription last = subscriptions[--count];
    subscriptions[subscription.index] = last;
    last.index = subscription.index;
    subscriptions[count] = null;
    if (count < subscriptions.length / 4 && subscriptions.length > MIN_CAPACITY) {
      subscriptions = Arrays.copyOf(subscriptions, subscriptions.length / 2);
    }
  }
}
