package io.jacinth.keyspace;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Readers;
import io.jacinth.memory.Slab;
import io.jacinth.structure.HashTable;

/**
 * Keys that will be looked up soon, whose buckets and records are brought near all together.
 *
 * <p>Most of the time of a look-up is waiting for memory, twice: for the bucket, then for the
 * record. A processor waits for many reads at once if they do not depend on each other and stand
 * close together in the program; so first all buckets are read, then it is found out where the
 * records are, then all records are read.
 *
 * <p>Belongs to one thread.
 */
public final class Foresight implements AutoCloseable {
  /** Keys at a time; more would not stay near. */
  public static final int MAX_KEYS = 64;

  private static final int LINE_BYTES = 64;

  private final Keyspace keyspace;

  /** For looking without locks; null if there is one thread. */
  private final Readers.Reader reader;

  private final ShardGlance glance;
  private final long[] hashes = new long[MAX_KEYS];
  private final long[] places = new long[MAX_KEYS];
  private final long[] hints = new long[MAX_KEYS];

  /** By key: the version of its shard's lock, when it is not held. */
  private final long[] versions = new long[MAX_KEYS];

  /** By key: the address of its record; 0 if there is none. */
  private final long[] records = new long[MAX_KEYS];

  private int count;

  /** What was read: not private, so that it must be read. */
  long sum;

  public Foresight(Keyspace keyspace) {
    this.keyspace = keyspace;
    reader = keyspace.isConcurrent() ? keyspace.pages().readers().add() : null;
    glance = keyspace.newGlance();
  }

  public void clear() {
    count = 0;
  }

  /**
   * Adds a key by its hash, as long as there is room. One that is named several times in a row is
   * looked for once.
   *
   * @return its index, for {@link #hint}
   */
  public int add(long hash) {
    if (count > 0 && hashes[count - 1] == hash) {
      return count - 1;
    }
    if (count == MAX_KEYS) {
      return MAX_KEYS;
    }
    hashes[count] = hash;
    return count++;
  }

  /** Reads what the look-ups will read, of shards that the thread has locked. */
  public void read(int database) {
    for (int i = 0; i < count; i++) {
      places[i] = keyspace.shardOf(hashes[i]).place(database, hashes[i]);
    }
    readBuckets();
    for (int i = 0; i < count; i++) {
      Shard shard = keyspace.shardOf(hashes[i]);
      hints[i] = shard.hint(places[i]);
      records[i] = hints[i] == 0 ? 0 : shard.address((int) hints[i]);
    }
    readRecords();
  }

  /**
   * Reads what the look-ups will read, without a lock if there are several threads: a lock is a
   * line that all of them write. What another thread is changing is left out.
   */
  public void look(int database) {
    if (reader == null) {
      read(database);
      return;
    }
    reader.enter();
    Memory.beginLooking();
    try {
      lookAtAll(database);
    } finally {
      Memory.endLooking();
    }
  }

  private void lookAtAll(int database) {
    for (int i = 0; i < count; i++) {
      int shard = keyspace.shardNumber(hashes[i]);
      places[i] =
          glance.begin(shard) ? keyspace.shard(shard).place(database, hashes[i], glance) : 0;
      versions[i] = glance.version();
    }
    readBuckets();
    for (int i = 0; i < count; i++) {
      hints[i] = 0;
      records[i] = 0;
      int shard = keyspace.shardNumber(hashes[i]);
      if (places[i] != 0 && glance.again(shard, versions[i])) {
        lookAt(i, keyspace.shard(shard), database);
      }
    }
    readRecords();
  }

  private void lookAt(int key, Shard shard, int database) {
    long hint = shard.hint(places[key], database, hashes[key], glance);
    int ref = (int) hint;
    // large records may be moved by the system
    if (!Slab.isSmall(ref) || !glance.holds()) {
      return;
    }
    long record = shard.address(ref);
    if (glance.holds()) {
      hints[key] = hint;
      records[key] = record;
    }
  }

  private void readBuckets() {
    long read = 0;
    for (int i = 0; i < count; i++) {
      if (places[i] != 0) {
        read += Memory.getLong(HashTable.bucketOf(places[i]));
      }
    }
    sum += read;
  }

  private void readRecords() {
    long read = 0;
    for (int i = 0; i < count; i++) {
      long record = records[i];
      if (record != 0) {
        read += Memory.getLong(record);
        // most records reach into the next line; behind a short one another stands in its page
        if (!Memory.CHECKED && Slab.roomInPage(record) > 2 * LINE_BYTES) {
          read += Memory.getLong(record + LINE_BYTES - Long.BYTES);
        }
      }
    }
    sum += read;
  }

  /** Whether what {@link #look} has found may still be looked at without a lock. */
  public boolean isLooking() {
    return reader != null && reader.isInside();
  }

  /** What has been found is not looked at any more but with locks. */
  public void endLook() {
    if (reader != null) {
      reader.leave();
    }
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
  }

  /**
   * Where the record of a key probably is, for {@link Key#bind}; 0 for no idea. It may be used for
   * the same database, however many changes come between: the look-up, which holds the shard's
   * lock, leaves out a hint of an earlier {@link HashTable#generation}, as its record may be gone.
   *
   * @param index of the key, as {@link #add} gave it
   */
  public long hint(int index) {
    return index < count ? hints[index] : 0;
  }
}
