package io.jacinth.keyspace;

import io.jacinth.memory.Slab;
import io.jacinth.structure.Record;
import io.jacinth.structure.TimerWheel;
import io.jacinth.value.Kind;
import io.jacinth.value.MemberExpiry;

/**
 * The timer wheels of keys with values of which fields or members expire: linked in the payload.
 */
final class MemberWheel extends TimerWheel {
  MemberWheel(Slab slab) {
    super(slab);
  }

  /** Where the payload of a record has what the wheel needs; 0 if nothing of it expires. */
  static long head(long record) {
    return MemberExpiry.head(Record.kind(record), Record.payloadAddress(record));
  }

  /** Whether a record is in a wheel. */
  static boolean isLinked(long record) {
    if (Kind.isString(Record.kind(record))) {
      return false;
    }
    long head = head(record);
    return head != 0 && MemberExpiry.millis(head) != MemberExpiry.NEVER;
  }

  @Override
  protected long expireAtMillis(long record) {
    return MemberExpiry.millis(head(record));
  }

  @Override
  protected long linksAddress(long record) {
    return MemberExpiry.links(head(record));
  }
}
