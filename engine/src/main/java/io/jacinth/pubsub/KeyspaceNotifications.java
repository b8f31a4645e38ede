package io.jacinth.pubsub;

import io.jacinth.base.Decimal;
import io.jacinth.base.Latin1;
import io.jacinth.config.KeyspaceEvents;
import io.jacinth.keyspace.ChangeListener;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.Shard;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * Publishes what happens to keys, as {@code notify-keyspace-events} says ("Redis keyspace
 * notifications"):
 *
 * <pre>
 *   __keyspace@&lt;db&gt;__:&lt;key&gt;     &lt;event&gt;
 *   __keyevent@&lt;db&gt;__:&lt;event&gt;   &lt;key&gt;
 * </pre>
 *
 * <p>It listens to the keyspace only while some are wanted. As it is called with the shard locked,
 * the events of a key come in the order in which they happened.
 */
final class KeyspaceNotifications implements ChangeListener {
  private static final String KEYSPACE = "__keyspace@";
  private static final String KEYEVENT = "__keyevent@";
  private static final String BEHIND_DATABASE = "__:";

  /** What a channel's name has besides the key or the event. */
  private static final int MAX_FRAME_BYTES =
      KEYSPACE.length() + Decimal.MAX_LONG_LENGTH + BEHIND_DATABASE.length();

  private static final int MAX_EVENT_BYTES = 64;

  private final PubSub pubSub;

  /** Bits of {@link KeyspaceEvents}. */
  private volatile int wanted;

  KeyspaceNotifications(PubSub pubSub) {
    this.pubSub = pubSub;
  }

  /** Publishes these kinds of events from now on. */
  void publish(Keyspace keyspace, int wanted) {
    this.wanted = wanted;
    if (wanted != 0) {
      keyspace.listener(this);
    } else if (keyspace.listener() == this) {
      keyspace.listener(null);
    }
  }

  @Override
  public void beforeChange(
      Shard shard, int database, long hash, long keyAddress, int keyLength, long record) {}

  @Override
  public void changed(
      Shard shard, int database, long hash, long keyAddress, int keyLength, Event event) {
    int wanted = this.wanted;
    if ((wanted & event.classBit()) == 0 || !pubSub.hasTopics()) {
      return;
    }
    Slab slab = shard.slab();
    long bytes = MAX_FRAME_BYTES + MAX_EVENT_BYTES + (long) keyLength;
    long name = slab.allocate(bytes, Tag.SCRATCH);
    long eventName = name + MAX_FRAME_BYTES + keyLength;
    int eventLength = Latin1.write(eventName, event.eventName());
    if ((wanted & KeyspaceEvents.KEYSPACE) != 0) {
      long end = channel(name, KEYSPACE, database);
      Memory.copy(keyAddress, end, keyLength);
      publish(slab, name, end + keyLength, eventName, eventLength);
    }
    if ((wanted & KeyspaceEvents.KEYEVENT) != 0) {
      long end = channel(name, KEYEVENT, database);
      // the two may overlap if the key is short
      end += Latin1.write(end, event.eventName());
      publish(slab, name, end, keyAddress, keyLength);
    }
    slab.free(name, bytes, Tag.SCRATCH);
  }

  /** Writes the beginning of a channel's name and gives its end. */
  private static long channel(long name, String kind, int database) {
    long end = name + Latin1.write(name, kind);
    end += Decimal.writeLong(end, database);
    return end + Latin1.write(end, BEHIND_DATABASE);
  }

  private void publish(Slab slab, long channel, long channelEnd, long payload, int payloadLength) {
    pubSub.publish(
        Topic.Kind.CHANNEL, slab, channel, (int) (channelEnd - channel), payload, payloadLength);
  }

  @Override
  public void beforeFlush(int database) {}

  @Override
  public void swapped(int first, int second) {}
}
