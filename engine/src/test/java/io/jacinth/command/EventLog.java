package io.jacinth.command;

import io.jacinth.base.Latin1;
import io.jacinth.keyspace.ChangeListener;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Shard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes down what happens to keys, for example {@code "k set, k expire"}, and checks that nothing
 * is changed unannounced.
 */
public final class EventLog implements ChangeListener {
  private final List<String> events = new ArrayList<>();
  private final Set<String> announced = new HashSet<>();
  private boolean complete;

  /** Listens to an engine from now on. */
  public static EventLog of(TestEngine engine) {
    EventLog log = new EventLog();
    engine.engine().keyspace().listener(log);
    return log;
  }

  /** Also writes down misses and new keys. */
  public EventLog complete() {
    complete = true;
    return this;
  }

  /** What has happened since the last call, without misses and new keys. */
  public String take() {
    String text = String.join(", ", events);
    events.clear();
    announced.clear();
    return text;
  }

  @Override
  public void beforeChange(
      Shard shard, int database, long hash, long keyAddress, int keyLength, long record) {
    announced.add(Latin1.string(keyAddress, keyLength));
  }

  @Override
  public void changed(
      Shard shard, int database, long hash, long keyAddress, int keyLength, Event event) {
    String key = Latin1.string(keyAddress, keyLength);
    if (event != Event.MISS && !announced.contains(key)) {
      throw new AssertionError(key + " " + event.eventName() + " has not been announced");
    }
    if (event == Event.OVERWRITTEN || event == Event.TYPE_CHANGED) {
      return; // of later versions, see KeyspaceNotificationsTest
    }
    if (complete || (event != Event.NEW && event != Event.MISS)) {
      events.add(key + " " + event.eventName());
    }
  }

  @Override
  public void beforeFlush(int database) {
    events.add("flush " + database);
  }

  @Override
  public void swapped(int first, int second) {
    events.add("swap " + first + " " + second);
  }
}
