package io.jacinth.pubsub;

import java.util.Arrays;

/** Topics, used again and again. */
final class TopicList {
  private Topic[] topics = new Topic[4];
  private int count;

  int count() {
    return count;
  }

  Topic get(int index) {
    return topics[index];
  }

  void clear() {
    Arrays.fill(topics, 0, count, null);
    count = 0;
  }

  void add(Topic topic) {
    if (count == topics.length) {
      topics = Arrays.copyOf(topics, 2 * count);
    }
    topics[count++] = topic;
  }

  Topic[] toArray() {
    return Arrays.copyOf(topics, count);
  }
}
