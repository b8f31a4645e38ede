package io.jacinth.value;

/**
 * Up to where collections, or parts of them, are one packed run: settings, which may change at any
 * time.
 */
public final class Limits {
  /** More 64-bit integers would be too long for a run. */
  private static final long MAX_SET_INTEGERS = 1 << 27;

  private volatile int listSize = -2;
  private volatile int listRunBytes = ListLayout.MAX_RUN_BYTES;
  private volatile long setIntegers = 512;
  private volatile long setEntries = 128;
  private volatile long setMemberBytes = 64;
  private volatile long hashEntries = 512;
  private volatile long hashValueBytes = 64;
  private volatile long sortedSetEntries = 128;
  private volatile long sortedSetMemberBytes = 64;
  private volatile long streamNodeBytes = 4096;
  private volatile long streamNodeEntries = 100;
  private volatile int streamMessageSeconds = 100;
  private volatile int streamMessages = 100;

  public void hash(long entries, long valueBytes) {
    hashEntries = entries;
    hashValueBytes = valueBytes;
  }

  /** Fields of a hash. */
  long hashEntries() {
    return hashEntries;
  }

  /** The longest field or value of a hash. */
  long hashValueBytes() {
    return hashValueBytes;
  }

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

  /**
   * From how many bytes on an element of a long list has a chunk to itself; chunks of several are
   * no longer. For tests, which get many chunks, and elements that are too large for one, of few
   * bytes.
   *
   * @param bytes more than a chunk can hold, or 0: as many as it can
   */
  public void listElement(long bytes) {
    listRunBytes =
        bytes == 0 ? ListLayout.MAX_RUN_BYTES : (int) Math.min(bytes, ListLayout.MAX_RUN_BYTES);
  }

  /** The longest run of entries in a chunk for several. */
  int listRunBytes() {
    return listRunBytes;
  }

  public void set(long integers, long entries, long memberBytes) {
    // As many integers a run has bytes for, whatever is set.
    setIntegers = Math.min(integers, MAX_SET_INTEGERS);
    setEntries = entries;
    setMemberBytes = memberBytes;
  }

  /** Members of a set of integers. */
  long setIntegers() {
    return setIntegers;
  }

  /** Members of a packed set. */
  long setEntries() {
    return setEntries;
  }

  /** The longest member of a packed set. */
  long setMemberBytes() {
    return setMemberBytes;
  }

  /** Members of a sorted set. */
  long sortedSetEntries() {
    return sortedSetEntries;
  }

  /** The longest member of a sorted set. */
  long sortedSetMemberBytes() {
    return sortedSetMemberBytes;
  }

  public void streamNode(long bytes, long entries) {
    streamNodeBytes = bytes;
    streamNodeEntries = entries;
  }

  /** Bytes of a stream's block; 0 if there is no such limit. */
  long streamNodeBytes() {
    return streamNodeBytes;
  }

  /** Entries of a stream's block; 0 if there is no such limit. */
  public long streamNodeEntries() {
    return streamNodeEntries;
  }

  /** What new streams remember of the messages of their producers. */
  public void streamMessages(int seconds, int messages) {
    streamMessageSeconds = seconds;
    streamMessages = messages;
  }

  /** For how long. */
  int streamMessageSeconds() {
    return streamMessageSeconds;
  }

  /** How many of one producer. */
  int streamMessages() {
    return streamMessages;
  }
}
