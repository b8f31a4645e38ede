package io.jacinth.structure;

import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Readers;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Records for tests, in a slab of their own; closing it fails if anything was not freed. */
final class Records implements AutoCloseable {
  private static final int MAX_KEY_BYTES = 64;
  private static final int MAX_RUBBISH = 500;

  private final PageSource pages = new PageSource();
  final Slab slab = new Slab(pages, 0);
  private final long key = slab.allocate(MAX_KEY_BYTES, Tag.SCRATCH);

  private final List<long[]> rubbish = new ArrayList<>();

  /** Writes the key with a number to {@link #keyAddress}; returns its length. */
  int key(int number) {
    byte[] bytes = ("key:" + number).getBytes(StandardCharsets.US_ASCII);
    Memory.write(bytes, 0, bytes.length, key);
    return bytes.length;
  }

  long keyAddress() {
    return key;
  }

  /** A record with a numbered key and nothing else. */
  int create(int number, int flags) {
    int keyLength = key(number);
    int ref = slab.allocateRef(Record.headBytes(flags, keyLength), Tag.ENTRY);
    Record.writeHead(slab.address(ref), flags, key, keyLength);
    return ref;
  }

  int createExpiring(int number, long expireAtMillis) {
    int ref = create(number, Record.EXPIRY);
    Record.setExpireAtMillis(slab.address(ref), expireAtMillis);
    return ref;
  }

  long expireAtMillis(int ref) {
    return Record.expireAtMillis(slab.address(ref));
  }

  /** The number in a record's key. */
  int number(int ref) {
    return number(slab.address(ref));
  }

  static int number(long record) {
    byte[] bytes = Memory.bytes(Record.keyAddress(record), Record.keyLength(record));
    return Integer.parseInt(new String(bytes, 4, bytes.length - 4, StandardCharsets.US_ASCII));
  }

  void free(int ref) {
    long record = slab.address(ref);
    int headBytes = Record.headBytes(Record.flags(record), Record.keyLength(record));
    slab.freeRef(ref, headBytes, Tag.ENTRY);
  }

  Readers readers() {
    return pages.readers();
  }

  /** Uses what is free for something else, of random bytes. */
  void allocateRubbish(Random random) {
    for (int i = 0; i < MAX_RUBBISH; i++) {
      int sizeBytes = 8 * (1 + random.nextInt(64));
      long block = slab.allocate(sizeBytes, Tag.SCRATCH);
      for (int at = 0; at < sizeBytes; at += Long.BYTES) {
        Memory.putLong(block + at, random.nextLong());
      }
      rubbish.add(new long[] {block, sizeBytes});
    }
  }

  void freeRubbish() {
    rubbish.forEach(block -> slab.free(block[0], block[1], Tag.SCRATCH));
    rubbish.clear();
  }

  @Override
  public void close() {
    slab.free(key, MAX_KEY_BYTES, Tag.SCRATCH);
    slab.validate();
    slab.close();
    pages.close();
  }
}
