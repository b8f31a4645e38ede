package io.jacinth.keyspace;

import io.jacinth.memory.Memory;
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
public final class Foresight {
  /** Keys at a time; more would not stay near. */
  public static final int MAX_KEYS = 64;

  private static final int LINE_BYTES = 64;

  /** Small records stand in pages of this size and are at least so far from the end. */
  private static final int PAGE_MASK = (64 << 10) - 1;

  private final Keyspace keyspace;
  private final long[] hashes = new long[MAX_KEYS];
  private final long[] places = new long[MAX_KEYS];
  private final long[] hints = new long[MAX_KEYS];
  private int count;

  /** What was read: not private, so that it must be read. */
  long sum;

  public Foresight(Keyspace keyspace) {
    this.keyspace = keyspace;
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

  /**
   * Reads what the look-ups will read.
   *
   * @param shards those that the thread has locked; keys of others are left out
   */
  public void read(int database, long shards) {
    int keys = count;
    long read = 0;
    for (int i = 0; i < keys; i++) {
      int shard = keyspace.shardNumber(hashes[i]);
      long place =
          (shards >>> shard & 1) == 0 ? 0 : keyspace.shard(shard).place(database, hashes[i]);
      places[i] = place;
      if (place != 0) {
        read += Memory.getLong(HashTable.bucketOf(place));
      }
    }
    for (int i = 0; i < keys; i++) {
      hints[i] = keyspace.shardOf(hashes[i]).hint(places[i]);
    }
    for (int i = 0; i < keys; i++) {
      if (hints[i] != 0) {
        long record = keyspace.shardOf(hashes[i]).address((int) hints[i]);
        read += Memory.getLong(record);
        // most records reach into the next line; behind a short one another stands in its page
        if (!Memory.CHECKED && (record & PAGE_MASK) < PAGE_MASK - 2 * LINE_BYTES) {
          read += Memory.getLong(record + LINE_BYTES - Long.BYTES);
        }
      }
    }
    sum += read;
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
