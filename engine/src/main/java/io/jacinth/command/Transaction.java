package io.jacinth.command;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.Arguments;

/**
 * What a client has begun with MULTI: the requests that EXEC will execute, and what they will need.
 *
 * <p>A request is copied once, into raw memory. Requests stand one after the other in chunks, none
 * across two:
 *
 * <pre>
 *   chunk:    | next chunk: 8 | bytes of this chunk: 8 | end of its requests: 8 | requests ... | unused |
 *   request:  | number of its command: 4 | words: 4 | bytes of the request: 8
 *             | hash of word 1: 8 | hint: 8 | database of the hint: 4 | hashed: 4
 *             | length of each word: 4 ... | bytes of all words ... | up to a multiple of 8 |
 * </pre>
 *
 * The hash and hint are those of {@link Arguments}. Only the client's own thread uses it; others
 * read counters and may be a moment behind.
 */
public final class Transaction {
  private static final int NEXT = 0;
  private static final int CHUNK_BYTES = 8;
  private static final int CHUNK_END = 16;
  private static final int CHUNK_HEAD_BYTES = 24;

  private static final int COMMAND = 0;
  private static final int WORDS = 4;
  private static final int REQUEST_BYTES = 8;
  private static final int HASH = 16;
  private static final int HINT = 24;
  private static final int HINT_DATABASE = 32;
  private static final int HASHED = 36;
  private static final int LENGTHS = 40;

  /** Enough for about ten short requests. */
  private static final int MIN_CHUNK_BYTES = 1 << 10;

  private static final int MAX_CHUNK_BYTES = 64 << 10;

  private final Slab slab;
  private boolean open;
  private boolean failed;
  private int count;

  /** What the queued commands' flags have together. */
  private long flags;

  /** The shards of the queued commands' keys. */
  private long shards;

  /** Bytes of all words, and 8 for each, as Redis reckons. */
  private long argumentBytes;

  private long memoryBytes;
  private long firstChunk;
  private long lastChunk;

  /** Where the next request will stand. */
  private long end;

  /** What {@link #next} has reached. */
  private long chunk;

  private long at;
  private int left;

  Transaction(Slab slab) {
    this.slab = slab;
  }

  public void begin() {
    open = true;
  }

  /** Whether requests are queued; any thread. */
  public boolean isOpen() {
    return open;
  }

  /** A request cannot be queued: EXEC will execute none. */
  void fail() {
    failed = true;
  }

  /** Whether a request could not be queued. */
  public boolean hasFailed() {
    return failed;
  }

  /** Number of queued requests; any thread. */
  public int count() {
    return count;
  }

  long flags() {
    return flags;
  }

  long shards() {
    return shards;
  }

  /** Bytes of all queued words, and 8 for each; any thread. */
  long argumentBytes() {
    return argumentBytes;
  }

  /** Memory of the queue; any thread. */
  long memoryBytes() {
    return memoryBytes;
  }

  /**
   * Queues a request.
   *
   * @param shards of its keys
   * @param database that the words' hint is of
   * @param flags of this call
   */
  void add(Command command, Arguments words, long shards, int database, long flags) {
    int wordCount = words.count();
    long wordBytes = words.sizeBytes();
    long textOffset = LENGTHS + (long) wordCount * Integer.BYTES;
    long requestBytes = (textOffset + wordBytes + Long.BYTES - 1) & -Long.BYTES;
    long request = allocate(requestBytes);
    Memory.putInt(request + COMMAND, command.number());
    Memory.putInt(request + WORDS, wordCount);
    Memory.putLong(request + REQUEST_BYTES, requestBytes);
    Memory.putLong(request + HASH, words.hash());
    Memory.putLong(request + HINT, words.hint(database));
    Memory.putInt(request + HINT_DATABASE, database);
    Memory.putInt(request + HASHED, words.isHashed() ? 1 : 0);
    long text = request + textOffset;
    for (int i = 0; i < wordCount; i++) {
      int length = words.length(i);
      Memory.putInt(request + LENGTHS + (long) i * Integer.BYTES, length);
      Memory.copy(words.address(i), text, length);
      text += length;
    }
    count++;
    this.flags |= flags;
    this.shards |= shards;
    argumentBytes += wordBytes + (long) wordCount * Long.BYTES;
  }

  private long allocate(long requestBytes) {
    if (lastChunk == 0
        || end + requestBytes > lastChunk + Memory.getLong(lastChunk + CHUNK_BYTES)) {
      addChunk(requestBytes);
    }
    long request = end;
    end += requestBytes;
    return request;
  }

  private void addChunk(long requestBytes) {
    long wanted = Math.clamp(memoryBytes, MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
    long bytes = Slab.usableBytes(Math.max(wanted, CHUNK_HEAD_BYTES + requestBytes));
    long added = slab.allocate(bytes, Tag.ARGUMENT);
    Memory.putLong(added + NEXT, 0);
    Memory.putLong(added + CHUNK_BYTES, bytes);
    if (lastChunk == 0) {
      firstChunk = added;
    } else {
      Memory.putLong(lastChunk + NEXT, added);
      Memory.putLong(lastChunk + CHUNK_END, end);
    }
    lastChunk = added;
    end = added + CHUNK_HEAD_BYTES;
    memoryBytes += bytes;
  }

  /** Goes to before the first request. */
  void rewind() {
    chunk = firstChunk;
    at = firstChunk + CHUNK_HEAD_BYTES;
    left = count;
  }

  /**
   * Goes to the next request.
   *
   * @param into becomes its words, where they stand
   * @return the number of its command; -1 when there is none
   */
  int next(Arguments into) {
    if (left == 0) {
      return -1;
    }
    left--;
    if (chunk != lastChunk && at == Memory.getLong(chunk + CHUNK_END)) {
      chunk = Memory.getLong(chunk + NEXT);
      at = chunk + CHUNK_HEAD_BYTES;
    }
    long request = at;
    int wordCount = Memory.getInt(request + WORDS);
    long text = request + LENGTHS + (long) wordCount * Integer.BYTES;
    into.clear();
    for (int i = 0; i < wordCount; i++) {
      int length = Memory.getInt(request + LENGTHS + (long) i * Integer.BYTES);
      into.add(text, length);
      text += length;
    }
    if (Memory.getInt(request + HASHED) != 0) {
      into.hash(Memory.getLong(request + HASH));
      into.hint(Memory.getLong(request + HINT), Memory.getInt(request + HINT_DATABASE));
    }
    at += Memory.getLong(request + REQUEST_BYTES);
    return Memory.getInt(request + COMMAND);
  }

  /** Forgets all requests; from now on they are executed at once. */
  public void end() {
    if (!open) {
      return;
    }
    open = false;
    failed = false;
    count = 0;
    flags = 0;
    shards = 0;
    argumentBytes = 0;
    long each = firstChunk;
    while (each != 0) {
      long next = Memory.getLong(each + NEXT);
      slab.free(each, Memory.getLong(each + CHUNK_BYTES), Tag.ARGUMENT);
      each = next;
    }
    firstChunk = 0;
    lastChunk = 0;
    end = 0;
    memoryBytes = 0;
  }
}
