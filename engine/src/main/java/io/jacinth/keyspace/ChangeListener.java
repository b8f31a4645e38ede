package io.jacinth.keyspace;

/**
 * Sees every change of the keyspace: what snapshots, WATCH, client-side caching and notifications
 * are built on.
 *
 * <p>Called by the thread that changes the key, which holds the shard's lock: it must be quick and
 * must not touch the keyspace.
 */
public interface ChangeListener {
  /**
   * A key is about to be changed, replaced, removed or created: its old state can be read for the
   * last time.
   *
   * @param record the address of its record, 0 when the key does not exist
   */
  void beforeChange(
      Shard shard, int database, long hash, long keyAddress, int keyLength, long record);

  /** A key has been changed. */
  void changed(Shard shard, int database, long hash, long keyAddress, int keyLength, Event event);

  /**
   * All keys of a database are about to go; {@code database} is {@link Keyspace#ALL_DATABASES} when
   * it is all of all.
   */
  void beforeFlush(int database);

  /** Two databases have changed places. */
  void swapped(int first, int second);
}
