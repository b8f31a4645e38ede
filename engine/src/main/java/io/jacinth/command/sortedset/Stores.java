package io.jacinth.command.sortedset;

import io.jacinth.command.Call;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.value.SortedSetDraft;

/** The end of all commands that make a sorted set of what they have found. */
public final class Stores {
  private Stores() {}

  /** Makes argument 1 a sorted set of what the draft holds, and replies how many these are. */
  public static void store(Call call, SortedSetDraft draft, Event event) {
    store(call, 1, draft, event, 1);
  }

  /** The same for another argument, and as so many changes. */
  public static void store(
      Call call, int keyIndex, SortedSetDraft draft, Event event, long changes) {
    Key key = call.key(keyIndex);
    boolean existed = key.locate();
    long count = draft.count();
    if (existed) {
      key.delete();
    }
    if (count > 0) {
      draft.writeTo(key.sortedSet());
      key.changed(event, changes);
    } else if (existed) {
      key.changed(Event.DEL);
    }
    call.reply().integer(count);
  }
}
