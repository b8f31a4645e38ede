package io.jacinth.protocol;

import io.jacinth.memory.Memory;
import java.util.Arrays;

/**
 * The words of one request, each a slice of raw memory: the command's name is word 0.
 *
 * <p>The slices point into the bytes as they were received; they are valid until the request has
 * been executed. A word that was too big to arrive in one read stands in a block of its own (see
 * {@link RequestReader}), which a command may keep.
 */
public final class Arguments {
  private static final int INITIAL_CAPACITY = 16;

  private long[] addresses = new long[INITIAL_CAPACITY];
  private int[] lengths = new int[INITIAL_CAPACITY];
  private int count;

  /** Hash of word 1, if it was worth computing ahead of the execution. */
  private long hash;

  private boolean hashed;

  /** What was found out ahead of the execution about the key that is word 1, in a database. */
  private long hint;

  private int hintDatabase;

  /** Number of words. */
  public int count() {
    return count;
  }

  public long address(int index) {
    return addresses[index];
  }

  /** Length in bytes. */
  public int length(int index) {
    return lengths[index];
  }

  /** Whether a word is this one, given in lower case, in any case. */
  public boolean is(int index, String word) {
    int length = lengths[index];
    if (length != word.length()) {
      return false;
    }
    long address = addresses[index];
    for (int i = 0; i < length; i++) {
      int c = Memory.getByte(address + i);
      if (c >= 'A' && c <= 'Z') {
        c += 'a' - 'A';
      }
      if (c != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Forgets all words; what a large request had needed is given back. */
  public void clear() {
    count = 0;
    hashed = false;
    if (addresses.length > 1024) {
      addresses = new long[INITIAL_CAPACITY];
      lengths = new int[INITIAL_CAPACITY];
    }
  }

  /** Keeps the hash of word 1 until {@link #clear}. */
  public void hash(long hash) {
    this.hash = hash;
    hashed = true;
    hint = 0;
  }

  /** Keeps what the keyspace's look-ahead has found of word 1 in a database. */
  public void hint(long hint, int database) {
    this.hint = hint;
    hintDatabase = database;
  }

  /** What {@link #hint(long, int)} was told, if it was of this database and word 1 is hashed. */
  public long hint(int database) {
    return hashed && database == hintDatabase ? hint : 0;
  }

  public boolean isHashed() {
    return hashed;
  }

  /** The hash of word 1, if {@link #isHashed}. */
  public long hash() {
    return hash;
  }

  public void add(long address, int length) {
    int index = count;
    if (index == addresses.length) {
      addresses = Arrays.copyOf(addresses, index * 2);
      lengths = Arrays.copyOf(lengths, index * 2);
    }
    addresses[index] = address;
    lengths[index] = length;
    count = index + 1;
  }

  /** Puts other bytes in the place of a word. */
  public void set(int index, long address, int length) {
    addresses[index] = address;
    lengths[index] = length;
  }

  /** Bytes of all words. */
  public long sizeBytes() {
    long sizeBytes = 0;
    for (int i = 0; i < count; i++) {
      sizeBytes += lengths[i];
    }
    return sizeBytes;
  }

  /** Makes these words a copy of others, one after the other at {@code target}. */
  public void copyWords(Arguments other, long target) {
    clear();
    long at = target;
    for (int i = 0; i < other.count; i++) {
      Memory.copy(other.addresses[i], at, other.lengths[i]);
      add(at, other.lengths[i]);
      at += other.lengths[i];
    }
  }

  /** Adapts the words to a move of the memory {@code [from, to)} by {@code deltaBytes}. */
  void move(long from, long to, long deltaBytes) {
    for (int i = 0; i < count; i++) {
      if (addresses[i] >= from && addresses[i] <= to) {
        addresses[i] += deltaBytes;
      }
    }
  }

  /** Takes over the words of another request. */
  void copyFrom(Arguments other) {
    addresses = Arrays.copyOf(other.addresses, Math.max(INITIAL_CAPACITY, other.count));
    lengths = Arrays.copyOf(other.lengths, addresses.length);
    count = other.count;
  }
}
