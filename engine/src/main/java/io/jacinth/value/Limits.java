package io.jacinth.value;

/** Up to where collections are one packed run: settings, which may change at any time. */
public final class Limits {
  private volatile int listSize = -2;
  private volatile long sortedSetEntries = 128;
  private volatile long sortedSetMemberBytes = 64;

  public void sortedSet(long entries, long memberBytes) {
    sortedSetEntries = entries;
    sortedSetMemberBytes = memberBytes;
  }

  /**
   * The setting {@code list-max-listpack-size}: how many elements, or if negative a code of how
   * many bytes.
   */
  public void list(int size) {
    listSize = size;
  }

  int listSize() {
    return listSize;
  }

  /** Members of a sorted set. */
  long sortedSetEntries() {
    return sortedSetEntries;
  }

  /** The longest member of a sorted set. */
  long sortedSetMemberBytes() {
    return sortedSetMemberBytes;
  }
}
