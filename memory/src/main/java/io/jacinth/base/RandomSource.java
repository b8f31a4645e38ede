package io.jacinth.base;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;

/**
 * Fast random numbers for one owner at a time: xoshiro256++ (David Blackman and Sebastiano Vigna,
 * "Scrambled Linear Pseudorandom Number Generators", 2021), seeded through SplitMix64.
 *
 * <p>Good for choosing (eviction samples, RANDOMKEY, jitter), not for secrets. The same seed gives
 * the same numbers, so a failing random test is repeated by its seed. Not thread-safe: each shard
 * and each thread has its own.
 */
public final class RandomSource {
  private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;
  private static final double DOUBLE_UNIT = 0x1p-53;

  private long state0;
  private long state1;
  private long state2;
  private long state3;

  public RandomSource(long seed) {
    // not all four can be zero: only one input of splitMix gives zero
    state0 = splitMix(seed);
    state1 = splitMix(seed + GOLDEN_GAMMA);
    state2 = splitMix(seed - GOLDEN_GAMMA);
    state3 = splitMix(~seed);
  }

  /** A source whose numbers nobody can foresee from outside: seeded by the operating system. */
  public static RandomSource seededBySystem() {
    return new RandomSource(systemSeed());
  }

  /**
   * 64 bits from the operating system's source of randomness. Read straight from it where it is a
   * file: SecureRandom takes longer to come up than many a server may take to start.
   */
  public static long systemSeed() {
    try (InputStream source = new FileInputStream("/dev/urandom")) {
      byte[] bytes = source.readNBytes(Long.BYTES);
      if (bytes.length == Long.BYTES) {
        long seed = 0;
        for (byte each : bytes) {
          seed = seed << Byte.SIZE | Byte.toUnsignedInt(each);
        }
        return seed;
      }
    } catch (IOException e) {
      // Windows has none.
    }
    return new SecureRandom().nextLong();
  }

  private static long splitMix(long value) {
    long mixed = (value ^ value >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
    return mixed ^ mixed >>> 31;
  }

  /** A source of its own for another owner, seeded from this one. */
  public RandomSource fork() {
    return new RandomSource(nextLong());
  }

  /** 64 random bits. */
  public long nextLong() {
    long result = Long.rotateLeft(state0 + state3, 23) + state0;
    long shifted = state1 << 17;
    state2 ^= state0;
    state3 ^= state1;
    state1 ^= state2;
    state0 ^= state3;
    state2 ^= shifted;
    state3 = Long.rotateLeft(state3, 45);
    return result;
  }

  /**
   * A number from 0 to {@code bound - 1}; the bound is positive. The bias is below {@code bound /
   * 2^64}.
   */
  public long nextLong(long bound) {
    return Math.unsignedMultiplyHigh(nextLong(), bound);
  }

  /** A number from 0 to {@code bound - 1}; the bound is positive. */
  public int nextInt(int bound) {
    return (int) nextLong(bound);
  }

  /** A number from 0 up to but not including 1. */
  public double nextDouble() {
    return (nextLong() >>> 11) * DOUBLE_UNIT;
  }
}
