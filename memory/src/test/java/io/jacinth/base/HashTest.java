package io.jacinth.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashTest {
  private static final int MAX_BYTES = 4096;
  private static final long SEED = 0x9e37_79b9_7f4a_7c15L;

  private final PageSource pages = new PageSource();
  private final Slab slab = new Slab(pages, 0);
  private long key;

  @BeforeEach
  void allocate() {
    key = slab.allocate(MAX_BYTES, Tag.SCRATCH);
  }

  @AfterEach
  void free() {
    slab.free(key, MAX_BYTES, Tag.SCRATCH);
    slab.close();
    pages.close();
  }

  private long hash(long seed, byte[] bytes) {
    Memory.write(bytes, 0, bytes.length, key);
    return Hash.hash(seed, key, bytes.length);
  }

  private static byte[] text(String format, int number) {
    return String.format(Locale.ROOT, format, number).getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 49, 96, 97, 145, 1000})
  void readsExactlyTheBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    long expected = hash(SEED, bytes);
    // At the end of a block: in checked mode a byte more would be an error. At all alignments.
    for (int block = 16; block <= MAX_BYTES; block *= 2) {
      if (block >= length) {
        long address = slab.allocate(block, Tag.SCRATCH);
        Memory.fill(address, block, 0xa5);
        Memory.write(bytes, 0, length, address + block - length);
        assertEquals(expected, Hash.hash(SEED, address + block - length, length));
        slab.free(address, block, Tag.SCRATCH);
      }
    }
  }

  /** Each bit of the key and of the seed changes each bit of the hash in half of the cases. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 11, 16, 17, 24, 32, 40, 48, 64, 100})
  void everyBitDependsOnEveryBit(int length) {
    Random random = new Random(length);
    int rounds = 600;
    int keyBits = length * Byte.SIZE;
    int[][] flips = new int[keyBits + Long.SIZE][Long.SIZE];
    byte[] bytes = new byte[length];
    for (int round = 0; round < rounds; round++) {
      random.nextBytes(bytes);
      long seed = random.nextLong();
      long before = hash(seed, bytes);
      for (int bit = 0; bit < flips.length; bit++) {
        long change;
        if (bit < keyBits) {
          bytes[bit / 8] ^= (byte) (1 << bit % 8);
          change = before ^ hash(seed, bytes);
          bytes[bit / 8] ^= (byte) (1 << bit % 8);
        } else {
          change = before ^ hash(seed ^ 1L << (bit - keyBits), bytes);
        }
        for (int i = 0; i < Long.SIZE; i++) {
          flips[bit][i] += (int) (change >>> i & 1);
        }
      }
    }
    // 600 fair draws: mean 300, standard deviation 12.2; six of them are 74.
    for (int bit = 0; bit < flips.length; bit++) {
      for (int i = 0; i < Long.SIZE; i++) {
        int in = bit;
        int out = i;
        int count = flips[bit][i];
        assertTrue(
            count > 220 && count < 380,
            () -> "bit " + in + " of " + length + " bytes changes bit " + out + " " + count);
      }
    }
  }

  /** Keys as programs make them fill all ranges of all bits evenly. */
  @Test
  void numberedKeysAreSpreadEvenly() {
    checkSpread(i -> text("key:%012d", i));
    checkSpread(i -> text("%d", i));
    checkSpread(i -> text("user:%d:profile:settings", i));
    checkSpread(i -> text("session:{%08x}:0000000000000000000000000000000000000000000", i));
    checkSpread(i -> new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i});
    checkSpread(
        i -> {
          byte[] bytes = new byte[8];
          bytes[i & 7] = (byte) (i >> 3);
          bytes[(i & 7) + 1 & 7] = (byte) (i >> 11);
          return bytes;
        });
  }

  private void checkSpread(IntFunction<byte[]> keys) {
    int count = 1 << 16;
    Set<Long> hashes = new HashSet<>();
    Set<String> different = new HashSet<>();
    int[][] cells = new int[Long.SIZE / 8][256];
    int[] high = new int[1 << 12];
    int[] low = new int[1 << 12];
    for (int i = 0; i < count; i++) {
      byte[] bytes = keys.apply(i);
      if (different.add(Arrays.toString(bytes))) {
        long hash = hash(SEED, bytes);
        assertTrue(hashes.add(hash), "64 bits collide");
        for (int part = 0; part < cells.length; part++) {
          cells[part][(int) (hash >>> (part * 8)) & 0xff]++;
        }
        high[(int) (hash >>> 52)]++;
        low[(int) hash & 0xfff]++;
      }
    }
    for (int[] part : cells) {
      checkChiSquare(part, different.size());
    }
    checkChiSquare(high, different.size());
    checkChiSquare(low, different.size());
  }

  private static void checkChiSquare(int[] cells, int count) {
    double expected = (double) count / cells.length;
    double sum = 0;
    for (int cell : cells) {
      sum += (cell - expected) * (cell - expected) / expected;
    }
    // About normal with this mean and deviation: five deviations.
    double mean = cells.length - 1;
    double limit = 5 * Math.sqrt(2 * mean);
    double difference = sum - mean;
    assertTrue(Math.abs(difference) < limit, () -> "chi-square differs by " + difference);
  }

  @Test
  void lengthCounts() {
    Set<Long> hashes = new HashSet<>();
    for (int length = 0; length <= MAX_BYTES; length++) {
      assertTrue(hashes.add(hash(SEED, new byte[length])));
    }
  }

  /** No word of a key makes a product zero for all seeds, so that the rest does not count. */
  @Test
  void noConstantHidesTheRestOfTheKey() {
    Random random = new Random(1);
    for (long constant :
        new long[] {
          0,
          -1,
          0xbb67ae8584caa73bL,
          0x3c6ef372fe94f82bL,
          0xa54ff53a5f1d36f1L,
          0x510e527fade682d1L,
          0x9b05688c2b3e6c1fL
        }) {
      for (int words = 2; words <= 14; words++) {
        for (int place = 0; place < words; place++) {
          Set<Long> hashes = new HashSet<>();
          for (int round = 0; round < 20; round++) {
            for (int word = 0; word < words; word++) {
              long value = word == place ? constant : random.nextLong();
              Memory.putLong(key + 8L * word, value);
            }
            assertTrue(hashes.add(Hash.hash(SEED, key, 8 * words)));
          }
        }
      }
    }
  }

  @Test
  void mixIsSpreadEvenly() {
    int[] cells = new int[1 << 10];
    int[] lowCells = new int[1 << 10];
    for (int i = 0; i < 1 << 16; i++) {
      cells[(int) (Hash.mix(i) >>> 54)]++;
      lowCells[(int) Hash.mix(i) & 0x3ff]++;
    }
    checkChiSquare(cells, 1 << 16);
    checkChiSquare(lowCells, 1 << 16);
    assertNotEquals(Hash.mix(0), Hash.mix(1));
  }
}
