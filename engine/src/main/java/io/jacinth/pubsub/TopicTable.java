package io.jacinth.pubsub;

import io.jacinth.base.Latin1;
import java.util.function.Consumer;

/**
 * Topics by name: a hash table that is looked up with a name in raw memory, so that publishing
 * makes no object of it.
 */
final class TopicTable {
  private static final int MIN_SLOTS = 8;

  private Topic[] slots = new Topic[MIN_SLOTS];
  private int count;

  int count() {
    return count;
  }

  /** The lower bits, as the lock follows from the upper ones. */
  private int slot(long hash) {
    return (int) hash & slots.length - 1;
  }

  /** The topic of this name, null if nobody has subscribed to it. */
  Topic find(long hash, long name, int nameLength) {
    for (Topic topic = slots[slot(hash)]; topic != null; topic = topic.next) {
      if (topic.hash == hash && Latin1.equal(topic.name, name, nameLength)) {
        return topic;
      }
    }
    return null;
  }

  /** Adds a topic whose name is not there. */
  void add(Topic topic) {
    if (count == slots.length) {
      resize(2 * count);
    }
    count++;
    insert(topic);
  }

  void remove(Topic topic) {
    int slot = slot(topic.hash);
    if (slots[slot] == topic) {
      slots[slot] = topic.next;
    } else {
      Topic before = slots[slot];
      while (before.next != topic) {
        before = before.next;
      }
      before.next = topic.next;
    }
    count--;
    if (count < slots.length / 4 && slots.length > MIN_SLOTS) {
      resize(slots.length / 2);
    }
  }

  private void insert(Topic topic) {
    int slot = slot(topic.hash);
    topic.next = slots[slot];
    slots[slot] = topic;
  }

  private void resize(int slotCount) {
    Topic[] old = slots;
    slots = new Topic[slotCount];
    for (Topic first : old) {
      Topic topic = first;
      while (topic != null) {
        Topic following = topic.next;
        insert(topic);
        topic = following;
      }
    }
  }

  void forEach(Consumer<Topic> visitor) {
    for (Topic first : slots) {
      for (Topic topic = first; topic != null; topic = topic.next) {
        visitor.accept(topic);
      }
    }
  }
}
