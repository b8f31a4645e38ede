package io.jacinth.base;

import io.jacinth.memory.LittleEndian;
import io.jacinth.memory.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * XXH3, 64 bits wide, seed 0: what DIGEST replies and IFDEQ compares.
 *
 * <p>Written from the XXH3 specification (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), whose
 * names are used. The digest of a value is seen by clients and has to be the same everywhere; for
 * hashing keys there is {@code Hash}, which is seeded.
 */
public final class Xxh3 {
  private static final int PRIME32_1 = 0x9E3779B1;
  private static final int PRIME32_2 = 0x85EBCA77;
  private static final int PRIME32_3 = 0xC2B2AE3D;
  private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME64_3 = 0x165667B19E3779F9L;
  private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME64_5 = 0x27D4EB2F165667C5L;
  private static final long PRIME_MX1 = 0x165667919E3779F9L;
  private static final long PRIME_MX2 = 0x9FB21C651E98DF25L;

  /** The specification's default secret. */
  private static final byte[] SECRET =
      HexFormat.of()
          .parseHex(
              "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                  + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                  + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
                  + "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
                  + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
                  + "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

  private static final int STRIPE_BYTES = 64;

  /** The secret moves on by so many bytes from stripe to stripe. */
  private static final int SECRET_STEP_BYTES = 8;

  private static final int SCRAMBLE_SECRET = SECRET.length - STRIPE_BYTES;
  private static final int LAST_STRIPE_SECRET = SECRET.length - STRIPE_BYTES - 7;
  private static final int MERGE_SECRET = 11;
  private static final int STRIPES_PER_BLOCK = SCRAMBLE_SECRET / SECRET_STEP_BYTES;
  private static final int BLOCK_BYTES = STRIPES_PER_BLOCK * STRIPE_BYTES;

  private static final int MAX_SHORT_BYTES = 16;
  private static final int MAX_MEDIUM_BYTES = 128;
  private static final int MAX_LARGE_BYTES = 240;

  /**
   * The shortest secret that the specification allows; the tail of a text of 129 to 240 bytes
   * counts from its end.
   */
  private static final int MIN_SECRET_BYTES = 136;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Xxh3() {}

  public static long of(long address, long length) {
    if (length <= MAX_SHORT_BYTES) {
      return ofShort(address, (int) length);
    }
    if (length <= MAX_MEDIUM_BYTES) {
      return ofMedium(address, (int) length);
    }
    return length <= MAX_LARGE_BYTES ? ofLarge(address, (int) length) : ofHuge(address, length);
  }

  private static long secret(int offset) {
    return (long) LONGS.get(SECRET, offset);
  }

  private static long intAt(long address) {
    return Integer.toUnsignedLong(LittleEndian.getInt(address));
  }

  /** The two halves of the 128-bit product, one on the other. */
  private static long fold(long a, long b) {
    return a * b ^ Math.unsignedMultiplyHigh(a, b);
  }

  private static long avalanche(long hash) {
    long mixed = (hash ^ hash >>> 37) * PRIME_MX1;
    return mixed ^ mixed >>> 32;
  }

  /** The final mix of the older XXH64, which the shortest texts get. */
  private static long avalancheOfXxh64(long hash) {
    long mixed = (hash ^ hash >>> 33) * PRIME64_2;
    mixed = (mixed ^ mixed >>> 29) * PRIME64_3;
    return mixed ^ mixed >>> 32;
  }

  private static long ofShort(long address, int length) {
    if (length > 8) {
      long low = LittleEndian.getLong(address) ^ secret(24) ^ secret(32);
      long high = LittleEndian.getLong(address + length - 8) ^ secret(40) ^ secret(48);
      return avalanche(length + Long.reverseBytes(low) + high + fold(low, high));
    }
    if (length >= 4) {
      long combined = intAt(address + length - 4) + (intAt(address) << 32);
      long hash = combined ^ secret(8) ^ secret(16);
      hash ^= Long.rotateLeft(hash, 49) ^ Long.rotateLeft(hash, 24);
      hash *= PRIME_MX2;
      hash ^= (hash >>> 35) + length;
      hash *= PRIME_MX2;
      return hash ^ hash >>> 28;
    }
    if (length > 0) {
      long first = Memory.getUnsignedByte(address);
      long middle = Memory.getUnsignedByte(address + (length >>> 1));
      long last = Memory.getUnsignedByte(address + length - 1);
      long combined = first << 16 | middle << 24 | last | (long) length << 8;
      long firstSecret = secret(0);
      return avalancheOfXxh64(combined ^ ((firstSecret ^ firstSecret >>> 32) & 0xFFFF_FFFFL));
    }
    return avalancheOfXxh64(secret(56) ^ secret(64));
  }

  private static long mix(long address, int secretOffset) {
    return fold(
        LittleEndian.getLong(address) ^ secret(secretOffset),
        LittleEndian.getLong(address + 8) ^ secret(secretOffset + 8));
  }

  /** 17 to 128 bytes: pairs of 16 bytes from both ends towards the middle. */
  private static long ofMedium(long address, int length) {
    long hash = length * PRIME64_1;
    for (int pair = (length - 1) / 32; pair >= 0; pair--) {
      hash += mix(address + 16L * pair, 32 * pair);
      hash += mix(address + length - 16L * (pair + 1), 32 * pair + 16);
    }
    return avalanche(hash);
  }

  /** 129 to 240 bytes. */
  private static long ofLarge(long address, int length) {
    long hash = length * PRIME64_1;
    for (int i = 0; i < 8; i++) {
      hash += mix(address + 16L * i, 16 * i);
    }
    hash = avalanche(hash);
    for (int i = 8; i < length / 16; i++) {
      hash += mix(address + 16L * i, 16 * (i - 8) + 3);
    }
    hash += mix(address + length - 16, MIN_SECRET_BYTES - 17);
    return avalanche(hash);
  }

  /** More than 240 bytes: eight accumulators, one per word of a stripe. */
  private static long ofHuge(long address, long length) {
    long a0 = Integer.toUnsignedLong(PRIME32_3);
    long a1 = PRIME64_1;
    long a2 = PRIME64_2;
    long a3 = PRIME64_3;
    long a4 = PRIME64_4;
    long a5 = Integer.toUnsignedLong(PRIME32_2);
    long a6 = PRIME64_5;
    long a7 = Integer.toUnsignedLong(PRIME32_1);

    long last = address + length - STRIPE_BYTES;
    long lastBlock = address + (length - 1) / BLOCK_BYTES * BLOCK_BYTES;
    long stripesEnd = address + (length - 1) / STRIPE_BYTES * STRIPE_BYTES;
    long block = address;
    long at = address;
    while (true) {
      boolean isLastStripe = at == stripesEnd;
      int offset =
          isLastStripe ? LAST_STRIPE_SECRET : (int) (at - block) / STRIPE_BYTES * SECRET_STEP_BYTES;
      long stripe = isLastStripe ? last : at;
      long d0 = LittleEndian.getLong(stripe);
      long d1 = LittleEndian.getLong(stripe + 8);
      long d2 = LittleEndian.getLong(stripe + 16);
      long d3 = LittleEndian.getLong(stripe + 24);
      long d4 = LittleEndian.getLong(stripe + 32);
      long d5 = LittleEndian.getLong(stripe + 40);
      long d6 = LittleEndian.getLong(stripe + 48);
      long d7 = LittleEndian.getLong(stripe + 56);
      // the data itself goes into the neighbour, so that a factor of zero loses nothing
      a0 += d1 + halvesProduct(d0 ^ secret(offset));
      a1 += d0 + halvesProduct(d1 ^ secret(offset + 8));
      a2 += d3 + halvesProduct(d2 ^ secret(offset + 16));
      a3 += d2 + halvesProduct(d3 ^ secret(offset + 24));
      a4 += d5 + halvesProduct(d4 ^ secret(offset + 32));
      a5 += d4 + halvesProduct(d5 ^ secret(offset + 40));
      a6 += d7 + halvesProduct(d6 ^ secret(offset + 48));
      a7 += d6 + halvesProduct(d7 ^ secret(offset + 56));
      if (isLastStripe) {
        break;
      }
      at += STRIPE_BYTES;
      if (at - block == BLOCK_BYTES && block < lastBlock) {
        block = at;
        a0 = scramble(a0, 0);
        a1 = scramble(a1, 8);
        a2 = scramble(a2, 16);
        a3 = scramble(a3, 24);
        a4 = scramble(a4, 32);
        a5 = scramble(a5, 40);
        a6 = scramble(a6, 48);
        a7 = scramble(a7, 56);
      }
    }
    long hash = length * PRIME64_1;
    hash += fold(a0 ^ secret(MERGE_SECRET), a1 ^ secret(MERGE_SECRET + 8));
    hash += fold(a2 ^ secret(MERGE_SECRET + 16), a3 ^ secret(MERGE_SECRET + 24));
    hash += fold(a4 ^ secret(MERGE_SECRET + 32), a5 ^ secret(MERGE_SECRET + 40));
    hash += fold(a6 ^ secret(MERGE_SECRET + 48), a7 ^ secret(MERGE_SECRET + 56));
    return avalanche(hash);
  }

  private static long halvesProduct(long word) {
    return (word & 0xFFFF_FFFFL) * (word >>> 32);
  }

  private static long scramble(long accumulator, int offset) {
    return (accumulator ^ accumulator >>> 47 ^ secret(SCRAMBLE_SECRET + offset))
        * Integer.toUnsignedLong(PRIME32_1);
  }
}
