package io.jacinth.command.server;

import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.Shard;
import io.jacinth.memory.Memory;
import io.jacinth.structure.Record;
import io.jacinth.value.Kind;
import io.jacinth.value.StringValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A fingerprint of what databases hold, the same as Redis's: equal contents, equal digest, wherever
 * and in whatever order they came about.
 *
 * <p>Things that have an order are mixed, {@code d = SHA1(d xor SHA1(thing))}; those without one
 * are added, {@code d = d xor SHA1(thing)}. A value is its type mixed with its contents, and with a
 * mark added if it expires; a key is its name mixed with its value's digest; all keys of all
 * databases are added.
 */
final class KeyspaceDigest {
  private static final int SIZE_BYTES = 20;
  private static final byte[] EXPIRY_MARK = "!!expire!!".getBytes(StandardCharsets.US_ASCII);

  /** Redis's number of the type "string". */
  private static final int STRING_TYPE = 0;

  private final MessageDigest sha1;
  private final byte[] digest = new byte[SIZE_BYTES];

  private KeyspaceDigest() {
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of all databases; all shards are locked. */
  static String ofAll(Keyspace keyspace, long nowMillis) {
    KeyspaceDigest all = new KeyspaceDigest();
    for (int database = 0; database < keyspace.databases(); database++) {
      if (keyspace.count(database) > 0) {
        all.mix(number(database));
        for (int i = 0; i < keyspace.shardCount(); i++) {
          all.addKeys(keyspace.shard(i), database, nowMillis);
        }
      }
    }
    return all.text();
  }

  private void addKeys(Shard shard, int database, long nowMillis) {
    long cursor = 0;
    do {
      cursor = shard.scan(database, cursor, ref -> addLive(shard.address(ref), nowMillis), 1);
    } while (cursor != 0);
  }

  private void addLive(long record, long nowMillis) {
    if (!Shard.isExpired(record, nowMillis)) {
      addKey(record);
    }
  }

  private void addKey(long record) {
    KeyspaceDigest key = new KeyspaceDigest();
    key.mix(Memory.bytes(Record.keyAddress(record), Record.keyLength(record)));
    key.mixValue(record);
    add(key.digest);
  }

  /** Of one value; of none if the address of its record is 0. */
  static String ofValue(long record) {
    KeyspaceDigest value = new KeyspaceDigest();
    if (record != 0) {
      value.mixValue(record);
    }
    return value.text();
  }

  private void mixValue(long record) {
    mix(number(STRING_TYPE));
    mix(string(Record.kind(record), Record.payloadAddress(record)));
    if (Record.hasExpiry(record)) {
      add(EXPIRY_MARK);
    }
  }

  private static byte[] string(int kind, long payload) {
    if (kind == Kind.STRING_INTEGER) {
      return Long.toString(StringValue.integer(payload)).getBytes(StandardCharsets.US_ASCII);
    }
    return Memory.bytes(StringValue.bytes(kind, payload), StringValue.length(kind, payload));
  }

  /** As four bytes, the highest first. */
  private static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private void add(byte[] thing) {
    byte[] hash = sha1.digest(thing);
    for (int i = 0; i < SIZE_BYTES; i++) {
      digest[i] ^= hash[i];
    }
  }

  private void mix(byte[] thing) {
    add(thing);
    System.arraycopy(sha1.digest(digest), 0, digest, 0, SIZE_BYTES);
  }

  private String text() {
    return HexFormat.of().formatHex(digest);
  }
}
