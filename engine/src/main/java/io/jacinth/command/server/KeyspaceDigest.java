package io.jacinth.command.server;

import io.jacinth.base.Decimal;
import io.jacinth.keyspace.Key;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.Shard;
import io.jacinth.keyspace.Tally;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.PackedList;
import io.jacinth.structure.Record;
import io.jacinth.value.HashValue;
import io.jacinth.value.Kind;
import io.jacinth.value.ListValue;
import io.jacinth.value.SetValue;
import io.jacinth.value.SortedSetValue;
import io.jacinth.value.StreamValue;
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

  private static final byte[] FIELD_EXPIRY_MARK = "!!hexpire!!".getBytes(StandardCharsets.US_ASCII);

  // Redis's numbers of types.
  private static final int STRING_TYPE = 0;
  private static final int LIST_TYPE = 1;
  private static final int SET_TYPE = 2;
  private static final int SORTED_SET_TYPE = 3;
  private static final int STREAM_TYPE = 6;
  private static final int HASH_TYPE = 4;

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
  static String ofAll(Keyspace keyspace, Tally tally, long nowMillis) {
    KeyspaceDigest all = new KeyspaceDigest();
    Key key = new Key(keyspace, tally);
    for (int database = 0; database < keyspace.databases(); database++) {
      if (keyspace.count(database) > 0) {
        all.mix(number(database));
        for (int i = 0; i < keyspace.shardCount(); i++) {
          all.addKeys(key, keyspace.shard(i), database, nowMillis);
        }
      }
    }
    return all.text();
  }

  private void addKeys(Key key, Shard shard, int database, long nowMillis) {
    long cursor = 0;
    do {
      cursor =
          shard.scan(
              database,
              cursor,
              ref -> {
                if (!Shard.isExpired(shard.address(ref), nowMillis)) {
                  key.comeTo(shard, database, ref, nowMillis);
                  addKey(key);
                }
              },
              1);
    } while (cursor != 0);
  }

  private void addKey(Key key) {
    KeyspaceDigest digestOfKey = new KeyspaceDigest();
    digestOfKey.mix(Memory.bytes(key.nameAddress(), key.nameLength()));
    digestOfKey.mixValue(key);
    add(digestOfKey.digest);
  }

  /** Of the value of a key that has been looked up. */
  static String ofValue(Key key) {
    KeyspaceDigest value = new KeyspaceDigest();
    if (key.exists()) {
      value.mixValue(key);
    }
    return value.text();
  }

  private void mixValue(Key key) {
    if (key.isList()) {
      mix(number(LIST_TYPE));
      mixElements(key.list());
    } else if (key.isHash()) {
      mix(number(HASH_TYPE));
      addFields(key.hashValue());
    } else if (key.isSortedSet()) {
      mix(number(SORTED_SET_TYPE));
      addMembers(key.sortedSet(), key.slab());
    } else if (key.isSet()) {
      mix(number(SET_TYPE));
      addMembers(key.set());
    } else if (key.isStream()) {
      mix(number(STREAM_TYPE));
      mixEntries(key.stream());
    } else {
      mix(number(STRING_TYPE));
      mix(string(key.kind(), key.payload()));
    }
    if (Record.hasExpiry(key.record())) {
      add(EXPIRY_MARK);
    }
  }

  /** Elements are mixed in their order. */
  private void mixElements(ListValue list) {
    list.seek(0);
    do {
      for (long entry = list.runBegin(); entry < list.runEnd(); entry = PackedList.next(entry)) {
        mix(
            PackedList.isInteger(entry)
                ? Long.toString(PackedList.integer(entry)).getBytes(StandardCharsets.US_ASCII)
                : Memory.bytes(PackedList.address(entry), PackedList.length(entry)));
      }
    } while (list.nextRun());
  }

  private void addMembers(SetValue set) {
    for (boolean more = set.first(); more; more = set.next()) {
      add(
          set.isInteger()
              ? Long.toString(set.integer()).getBytes(StandardCharsets.US_ASCII)
              : Memory.bytes(set.memberAddress(), set.memberLength()));
    }
  }

  /** A field and its value are mixed. */
  private void addFields(HashValue hash) {
    for (boolean more = hash.first(); more; more = hash.next()) {
      KeyspaceDigest element = new KeyspaceDigest();
      element.mix(
          hash.isIntegerField()
              ? Long.toString(hash.integerField()).getBytes(StandardCharsets.US_ASCII)
              : Memory.bytes(hash.fieldAddress(), hash.fieldLength()));
      element.mix(
          hash.isIntegerValue()
              ? Long.toString(hash.integerValue()).getBytes(StandardCharsets.US_ASCII)
              : Memory.bytes(hash.valueAddress(), hash.valueLength()));
      if (hash.expireAtMillis() != HashValue.NEVER) {
        element.add(FIELD_EXPIRY_MARK);
      }
      add(element.digest);
    }
  }

  /** A member and its score are mixed. */
  private void addMembers(SortedSetValue set, Slab slab) {
    long text = slab.allocate(Decimal.MAX_DOUBLE_LENGTH, Tag.SCRATCH);
    for (boolean more = set.seek(0); more; more = set.next()) {
      KeyspaceDigest element = new KeyspaceDigest();
      element.mix(
          set.isInteger()
              ? Long.toString(set.integer()).getBytes(StandardCharsets.US_ASCII)
              : Memory.bytes(set.memberAddress(), set.memberLength()));
      element.mix(Memory.bytes(text, Decimal.writeShortest(text, set.score())));
      add(element.digest);
    }
    slab.free(text, Decimal.MAX_DOUBLE_LENGTH, Tag.SCRATCH);
  }

  /** IDs, fields and values have an order. */
  private void mixEntries(StreamValue stream) {
    for (boolean more = stream.seekFrom(stream.id(0).setMin()); more; more = stream.next()) {
      String id =
          Long.toUnsignedString(stream.millis()) + "." + Long.toUnsignedString(stream.sequence());
      mix(id.getBytes(StandardCharsets.US_ASCII));
      for (int i = stream.fieldCount(); i > 0; i--) {
        mix(item(stream.field()));
        mix(item(stream.value()));
        stream.nextField();
      }
    }
  }

  private static byte[] item(long entry) {
    return PackedList.isInteger(entry)
        ? Long.toString(PackedList.integer(entry)).getBytes(StandardCharsets.US_ASCII)
        : Memory.bytes(PackedList.address(entry), PackedList.length(entry));
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
