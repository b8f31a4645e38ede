package io.jacinth.command.stream;

import io.jacinth.command.Call;
import io.jacinth.value.StreamGroups;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/** What becomes of consumer groups that still know an entry which is to be removed. */
enum References {
  /** It stays pending in groups, though it is gone. */
  KEEP,
  /** It is no longer pending in any group. */
  DELETE,
  /** It is removed only if all groups have been given it and have acknowledged it. */
  ACKNOWLEDGED;

  /** The entry was not removed, because of its references. */
  static final int REFERENCED = 2;

  /** The entry was removed. */
  static final int REMOVED = 1;

  /** There is no such entry. */
  static final int NO_ENTRY = -1;

  /** What a word says, null if it is none of these. */
  static References of(Call call, int index) {
    if (call.is(index, "keepref")) {
      return KEEP;
    }
    if (call.is(index, "delref")) {
      return DELETE;
    }
    return call.is(index, "acked") ? ACKNOWLEDGED : null;
  }

  /** Removes an entry that someone named; returns one of the codes above. */
  int remove(StreamValue stream, StreamId id, StreamId scratch) {
    StreamGroups groups = stream.groups();
    if (!stream.find(id)) {
      return NO_ENTRY;
    }
    if (this == ACKNOWLEDGED && groups.isReferenced(id, scratch)) {
      return REFERENCED;
    }
    stream.remove();
    if (this == DELETE) {
      groups.removeReferences(id);
    }
    return REMOVED;
  }

  /**
   * Removes the first entries one by one, for what {@link StreamValue#trim} does not know.
   *
   * @param minId null if the length counts
   * @param limit how many entries at most, 0 if there is none
   * @return how many were removed
   */
  long trim(
      StreamValue stream,
      long maxLength,
      StreamId minId,
      long limit,
      StreamId id,
      StreamId scratch) {
    long removed = 0;
    boolean more = stream.seekFrom(id.setMin());
    while (more && (limit == 0 || removed < limit)) {
      id.set(stream.millis(), stream.sequence());
      if (minId == null ? stream.length() <= maxLength : id.compareWith(minId) >= 0) {
        break;
      }
      if (this == ACKNOWLEDGED && stream.groups().isUnread(id, scratch)) {
        // So are all that follow.
        break;
      }
      if (this == ACKNOWLEDGED && stream.groups().isReferenced(id, scratch)) {
        more = stream.next();
      } else {
        stream.removeFirst();
        stream.groups().removeReferences(id);
        removed++;
        more = id.increment() && stream.seekFrom(id);
      }
    }
    return removed;
  }
}
