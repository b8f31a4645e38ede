package io.jacinth.value;

/** Up to where collections are one packed run: settings, which may change at any time. */
public final class Limits {
  private volatile long sortedSetEntries = 128;
  private volatile long sortedSetMemberBytes = 64;

  public void sortedSet(long entries, long memberBytes) {
    sortedSetEntries = entries;
    sortedSetMemberBytes = memberBytes;
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
