package io.jacinth.command.string;

import io.jacinth.base.Xxh3;
import io.jacinth.command.Call;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Memory;

/**
 * Conditions on the string that a key holds: equal to a value, or to the digest of one.
 *
 * <p>A digest is the 64-bit XXH3 of the string, as 16 hexadecimal digits.
 */
final class Comparison {
  static final int DIGEST_LENGTH = 16;

  private static final int BITS_PER_DIGIT = 4;

  private Comparison() {}

  /** Whether the conditions among the options allow to set the key, which holds a string if any. */
  static boolean allows(Call call, Key key, long options) {
    if (!StringOptions.has(options, StringOptions.CONDITIONS)) {
      return true;
    }
    if (!key.exists()) {
      return StringOptions.has(
          options, StringOptions.NX | StringOptions.IFNE | StringOptions.IFDNE);
    }
    if (StringOptions.has(options, StringOptions.NX | StringOptions.XX)) {
      return StringOptions.has(options, StringOptions.XX);
    }
    return holds(call, key, options);
  }

  /** Whether the comparison among the options holds for an existing string. */
  static boolean holds(Call call, Key key, long options) {
    int index = StringOptions.conditionIndex(options);
    boolean equal =
        StringOptions.has(options, StringOptions.IFEQ | StringOptions.IFNE)
            ? equals(call, key, index)
            : digest(call, key) == parseDigest(call.address(index));
    return equal == StringOptions.has(options, StringOptions.IFEQ | StringOptions.IFDEQ);
  }

  /** Whether the key's string is the argument. */
  static boolean equals(Call call, Key key, int index) {
    int lengthBytes = call.length(index);
    if (key.stringLength() != lengthBytes) {
      return false;
    }
    return Memory.equal(call.stringText(key), call.address(index), lengthBytes);
  }

  static long digest(Call call, Key key) {
    return Xxh3.of(call.stringText(key), key.stringLength());
  }

  /** Writes a digest as text of {@link #DIGEST_LENGTH}. */
  static void writeDigest(long target, long digest) {
    for (int i = 0; i < DIGEST_LENGTH; i++) {
      int shift = (DIGEST_LENGTH - 1 - i) * BITS_PER_DIGIT;
      Memory.putByte(target + i, Character.forDigit((int) (digest >>> shift & 0xf), 16));
    }
  }

  /** Replies with an error when the options compare digests and theirs is none. */
  static boolean requireDigest(Call call, long options) {
    int index = StringOptions.conditionIndex(options);
    if (!StringOptions.has(options, StringOptions.IFDEQ | StringOptions.IFDNE)
        || isDigest(call.address(index), call.length(index))) {
      return true;
    }
    call.reply().error("ERR must be exactly 16 hexadecimal characters");
    return false;
  }

  private static boolean isDigest(long address, int length) {
    if (length != DIGEST_LENGTH) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (digit(address + i) < 0) {
        return false;
      }
    }
    return true;
  }

  private static long parseDigest(long address) {
    long digest = 0;
    for (int i = 0; i < DIGEST_LENGTH; i++) {
      digest = digest << BITS_PER_DIGIT | digit(address + i);
    }
    return digest;
  }

  private static int digit(long address) {
    return Character.digit((char) Memory.getUnsignedByte(address), 16);
  }
}
