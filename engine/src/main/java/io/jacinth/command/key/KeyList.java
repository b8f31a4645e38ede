package io.jacinth.command.key;

import io.jacinth.base.Decimal;
import io.jacinth.base.GlobPattern;
import io.jacinth.keyspace.Shard;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.structure.Record;
import io.jacinth.structure.RefVisitor;
import io.jacinth.value.Kind;
import java.util.Arrays;

/**
 * Names of keys that a command has found, as the elements of an array that is to be replied.
 *
 * <p>They are copied as bulk strings, in chunks of raw memory: how many there are is known only
 * after the last one, and by then the lock of the first one's shard may be free.
 */
final class KeyList implements RefVisitor, AutoCloseable {
  private static final int MIN_CHUNK_BYTES = 1 << 10;
  private static final int MAX_CHUNK_BYTES = 1 << 20;

  /** So many expired records are removed in one go; the others are left to their wheel. */
  private static final int MAX_EXPIRED = 1024;

  /** Of a bulk string besides its bytes: type, length, two line ends. */
  private static final int MAX_FRAME_BYTES = 1 + Decimal.MAX_LONG_LENGTH + 4;

  private final Slab slab;
  private long[] chunks = new long[4];
  private long[] chunkBytes = new long[4];
  private long[] usedBytes = new long[4];
  private int chunkCount;
  private long position;
  private long limit;

  /** Records of the shard that match but have expired, some at least. */
  private int[] expired = new int[8];

  private int expiredCount;
  private long nowMillis;

  private long count;
  private int seen;

  /** The shard whose records are visited. */
  private Shard shard;

  /** A key must match this, if it is not 0. */
  private long pattern;

  private int patternLength;

  /** The value must be of this type, if it is not null. */
  private String typeName;

  KeyList(Slab slab) {
    this.slab = slab;
  }

  /** Only keys that match a glob-style pattern will be added. */
  void matching(long pattern, int patternLength) {
    this.pattern = pattern;
    this.patternLength = patternLength;
  }

  /** Only keys with values of this type will be added; the case of letters does not matter. */
  void ofType(String typeName) {
    this.typeName = typeName;
  }

  /**
   * Adds live keys of a shard, see {@link Shard#scan}.
   *
   * @param removesExpired whether it also removes those which match but have expired
   */
  long addFrom(
      Shard shard,
      int database,
      long cursor,
      int minRecords,
      long nowMillis,
      boolean removesExpired) {
    this.shard = shard;
    this.nowMillis = nowMillis;
    long next = shard.scan(database, cursor, this, minRecords);
    // not before, as nothing may change during the scan
    for (int i = 0; i < expiredCount && removesExpired; i++) {
      shard.removeExpired(database, expired[i]);
    }
    expiredCount = 0;
    return next;
  }

  /** How many keys have been looked at. */
  int seen() {
    return seen;
  }

  @Override
  public void accept(int ref) {
    seen++;
    long record = shard.address(ref);
    long key = Record.keyAddress(record);
    int keyLength = Record.keyLength(record);
    if (pattern != 0 && !GlobPattern.matches(pattern, patternLength, key, keyLength)) {
      return;
    }
    if (Shard.isExpired(record, nowMillis)) {
      noteExpired(ref);
    } else if (typeName == null || Kind.typeName(Record.kind(record)).equalsIgnoreCase(typeName)) {
      add(key, keyLength);
    }
  }

  private void noteExpired(int ref) {
    if (expiredCount == expired.length && expiredCount < MAX_EXPIRED) {
      expired = Arrays.copyOf(expired, expiredCount * 2);
    }
    if (expiredCount < expired.length) {
      expired[expiredCount++] = ref;
    }
  }

  private void add(long key, int keyLength) {
    long neededBytes = (long) keyLength + MAX_FRAME_BYTES;
    if (limit - position < neededBytes) {
      startChunk(neededBytes);
    }
    long at = position;
    Memory.putByte(at++, '$');
    at += Decimal.writeLong(at, keyLength);
    at = putLineEnd(at);
    Memory.copy(key, at, keyLength);
    position = putLineEnd(at + keyLength);
    count++;
  }

  private static long putLineEnd(long at) {
    Memory.putByte(at, '\r');
    Memory.putByte(at + 1, '\n');
    return at + 2;
  }

  private void startChunk(long neededBytes) {
    if (chunkCount == chunks.length) {
      int length = chunkCount * 2;
      chunks = Arrays.copyOf(chunks, length);
      chunkBytes = Arrays.copyOf(chunkBytes, length);
      usedBytes = Arrays.copyOf(usedBytes, length);
    }
    finishChunk();
    long usual = chunkCount == 0 ? MIN_CHUNK_BYTES : 2 * chunkBytes[chunkCount - 1];
    long sizeBytes = Math.max(neededBytes, Math.min(usual, MAX_CHUNK_BYTES));
    position = slab.allocate(sizeBytes, Tag.SCRATCH);
    limit = position + sizeBytes;
    chunks[chunkCount] = position;
    chunkBytes[chunkCount] = sizeBytes;
    chunkCount++;
  }

  private void finishChunk() {
    if (chunkCount > 0) {
      usedBytes[chunkCount - 1] = position - chunks[chunkCount - 1];
    }
  }

  /** Writes the array of all names. */
  void writeTo(ReplyWriter reply) {
    finishChunk();
    reply.array(count);
    for (int i = 0; i < chunkCount; i++) {
      reply.raw(chunks[i], usedBytes[i]);
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < chunkCount; i++) {
      slab.free(chunks[i], chunkBytes[i], Tag.SCRATCH);
    }
    chunkCount = 0;
  }
}
