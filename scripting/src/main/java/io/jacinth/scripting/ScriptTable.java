package io.jacinth.scripting;

import io.jacinth.lua.Closure;
import java.util.Arrays;

/**
 * The scripts that one thread has used, each with its function in that thread's Lua: an open hash
 * table by the hash of a body or the beginning of a name.
 */
final class ScriptTable {
  private static final int SLOTS = 2048;
  private static final int MAX_COUNT = SLOTS / 2;

  /** A script of this thread. */
  record Entry(Script script, Closure function) {}

  private final long[] keys = new long[SLOTS];
  private final Entry[] entries = new Entry[SLOTS];
  private int count;

  /** The entry of a key; null if there is none. What it says is to be compared. */
  Entry get(long key) {
    for (int slot = slot(key); entries[slot] != null; slot = (slot + 1) & (SLOTS - 1)) {
      if (keys[slot] == key) {
        return entries[slot];
      }
    }
    return null;
  }

  void put(long key, Entry entry) {
    if (count == MAX_COUNT) {
      clear();
    }
    int slot = slot(key);
    while (entries[slot] != null && keys[slot] != key) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (entries[slot] == null) {
      count++;
    }
    keys[slot] = key;
    entries[slot] = entry;
  }

  void clear() {
    Arrays.fill(entries, null);
    count = 0;
  }

  private static int slot(long key) {
    return (int) ((key * 0x9E37_79B9_7F4A_7C15L) >>> 53);
  }
}
