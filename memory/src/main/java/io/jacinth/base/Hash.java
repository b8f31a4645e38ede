package io.jacinth.base;

import io.jacinth.memory.Memory;

/**
 * The keyed 64-bit hash of table keys.
 *
 * <p>All 64 bits are used: the highest ones choose the shard, the next ones the segment of a table,
 * the next 16 are the tag in its bucket; so each bit of the result must depend on each bit of the
 * key. The construction folds the 128-bit product of two words into 64 bits (high half XOR low
 * half), as the wyhash family does, which mixes 16 bytes of a key with one multiplication.
 *
 * <p>The seed is secret, so that nobody can choose keys that collide. Therefore both factors of
 * each product are covered by a key derived from the seed: were one covered by a public constant, a
 * client could make that factor zero, and with it the product, whatever the seed is.
 */
public final class Hash {
  // Odd, about half of the bits set, no pattern: fractional parts of square roots of primes.
  private static final long KEY_2 = 0xbb67ae8584caa73bL;
  private static final long KEY_3 = 0x3c6ef372fe94f82bL;
  private static final long KEY_4 = 0xa54ff53a5f1d36f1L;
  private static final long LENGTH = 0x510e527fade682d1L;
  private static final long FINISH = 0x9b05688c2b3e6c1fL;

  private static final int WORD_BYTES = Long.BYTES;
  private static final int ROUND_BYTES = 2 * WORD_BYTES;

  /** Above this size the rounds have 48 bytes. */
  private static final int WIDE_BYTES = 3 * ROUND_BYTES;

  private Hash() {}

  /** The hash of {@code length} bytes at an address. */
  public static long hash(long seed, long address, int length) {
    long key1 = seed;
    long key2 = Long.rotateLeft(seed, 32) * KEY_2;
    long a;
    long b;
    if (length <= ROUND_BYTES) {
      if (length >= WORD_BYTES) {
        a = Memory.getLong(address);
        b = Memory.getLong(address + length - WORD_BYTES);
      } else if (length >= Integer.BYTES) {
        a = Memory.getUnsignedInt(address);
        b = Memory.getUnsignedInt(address + length - Integer.BYTES);
      } else if (length > 0) {
        // All bytes of one, two or three.
        long first = Memory.getUnsignedByte(address);
        a = first << Byte.SIZE | Memory.getUnsignedByte(address + (length >> 1));
        b = Memory.getUnsignedByte(address + length - 1);
      } else {
        a = 0;
        b = 0;
      }
    } else {
      // The last 16 bytes are finished below; they may overlap those of the last round.
      long last = address + length - ROUND_BYTES;
      long from = address + wideBytes(length);
      long state = length <= WIDE_BYTES ? key1 : wide(key1, key2, address, from);
      for (; from < last; from += ROUND_BYTES) {
        state =
            fold(Memory.getLong(from) ^ key2, Memory.getLong(from + WORD_BYTES) ^ state ^ KEY_3);
      }
      key1 ^= state;
      a = Memory.getLong(last);
      b = Memory.getLong(last + WORD_BYTES);
    }
    // Two products: the first mixes the key's words, the second spreads that over all bits.
    long x = a ^ key1;
    long y = b ^ key2;
    long low = x * y;
    long high = Math.unsignedMultiplyHigh(x, y);
    return fold(low ^ key2 ^ length * LENGTH, high ^ seed ^ FINISH);
  }

  /** The bytes in rounds of 48 that leave at least one byte. */
  private static long wideBytes(int length) {
    return (length - 1L) / WIDE_BYTES * WIDE_BYTES;
  }

  /** Three chains of products side by side, so that one need not wait for another. */
  private static long wide(long key1, long key2, long address, long end) {
    long state1 = key1;
    long state2 = key1;
    long state3 = key1;
    for (long at = address; at < end; at += WIDE_BYTES) {
      state1 = fold(Memory.getLong(at) ^ key2, Memory.getLong(at + 8) ^ state1);
      state2 = fold(Memory.getLong(at + 16) ^ key2 ^ KEY_3, Memory.getLong(at + 24) ^ state2);
      state3 = fold(Memory.getLong(at + 32) ^ key2 ^ KEY_4, Memory.getLong(at + 40) ^ state3);
    }
    return state1 ^ Long.rotateLeft(state2, 23) ^ Long.rotateLeft(state3, 46);
  }

  /** Mixes a word that is not a key, for example to draw several random numbers from one. */
  public static long mix(long word) {
    return fold(fold(word ^ KEY_2, KEY_3), KEY_4);
  }

  private static long fold(long x, long y) {
    return x * y ^ Math.unsignedMultiplyHigh(x, y);
  }
}
