package io.jacinth.memory;

import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The sizes that blocks have, by number.
 *
 * <p>Small classes: every multiple of 8 from 16 to 256, so that the many small records waste no
 * more than 7 bytes each; then 8 steps per doubling up to 4096, which wastes at most an eighth.
 * Medium classes: the same 8 steps per doubling up to 128 KiB. All multiples of 64 up to 1024, of
 * 128 up to 2048 and of 256 up to 4096 are classes.
 */
final class SizeClass {
  static final int MIN_BYTES = 16;

  /** Steps of 8 bytes end here. */
  private static final int MAX_LINEAR_BYTES = 256;

  static final int MAX_SMALL_BYTES = 4096;
  static final int MAX_MEDIUM_BYTES = 128 << 10;
  private static final int STEP_BYTES = 8;
  private static final int STEPS_SHIFT = 3;

  /** From here on to the end of the small classes there are also sizes that fill a page. */
  private static final int MIN_FITTED_BYTES = MAX_SMALL_BYTES / 2;

  /** What a small page has for its blocks. */
  private static final int SMALL_PAGE_ROOM = PageSource.PAGE_BYTES - PageLayout.HEADER_BYTES;

  /** How many small classes there are; the medium classes follow. */
  static final int SMALL_COUNT;

  static final int COUNT;

  /** Bytes per block. */
  private static final int[] SIZE_BYTES;

  /** Blocks per page. */
  private static final int[] CAPACITY;

  /** Class by small size in units of 8 bytes, rounded up. */
  private static final byte[] SMALL = new byte[MAX_SMALL_BYTES / STEP_BYTES + 1];

  static {
    int[] sizes = sizes();
    SIZE_BYTES = sizes;
    COUNT = sizes.length;
    CAPACITY = new int[COUNT];
    int small = 0;
    for (int i = 0; i < COUNT; i++) {
      boolean isSmall = sizes[i] <= MAX_SMALL_BYTES;
      CAPACITY[i] =
          isSmall
              ? SMALL_PAGE_ROOM / sizes[i]
              : (PageSource.MEDIUM_PAGE_BYTES - PageLayout.HEADER_BYTES) / sizes[i];
      small += isSmall ? 1 : 0;
    }
    SMALL_COUNT = small;
    int sizeClass = 0;
    for (int i = 0; i < SMALL.length; i++) {
      if (i * STEP_BYTES > SIZE_BYTES[sizeClass]) {
        sizeClass++;
      }
      SMALL[i] = (byte) sizeClass;
    }
  }

  private SizeClass() {}

  /** All sizes, in ascending order. */
  private static int[] sizes() {
    NavigableSet<Integer> sizes = new TreeSet<>();
    int step = STEP_BYTES;
    for (int size = MIN_BYTES; size <= MAX_MEDIUM_BYTES; size += step) {
      sizes.add(size);
      if (size >= MAX_LINEAR_BYTES && Integer.bitCount(size) == 1) {
        step = size >> STEPS_SHIFT;
      }
    }
    for (int blocks = SMALL_PAGE_ROOM / MIN_FITTED_BYTES;
        blocks > SMALL_PAGE_ROOM / MAX_SMALL_BYTES;
        blocks--) {
      sizes.add(SMALL_PAGE_ROOM / blocks & -STEP_BYTES);
    }
    int[] ascending = new int[sizes.size()];
    int count = 0;
    for (int size : sizes) {
      ascending[count] = size;
      count++;
    }
    return ascending;
  }

  /** The smallest class that holds this many bytes, at most {@link #MAX_MEDIUM_BYTES}. */
  static int of(long sizeBytes) {
    if (sizeBytes <= MAX_SMALL_BYTES) {
      return SMALL[(int) ((sizeBytes + (STEP_BYTES - 1)) / STEP_BYTES)];
    }
    // The highest set bit of the last byte's offset says the doubling, the next three the step.
    int last = (int) sizeBytes - 1;
    int shift = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(last);
    int doubling = shift - Integer.numberOfTrailingZeros(MAX_SMALL_BYTES);
    int step = (last >>> (shift - STEPS_SHIFT)) & ((1 << STEPS_SHIFT) - 1);
    return SMALL_COUNT + (doubling << STEPS_SHIFT) + step;
  }

  static int sizeBytes(int sizeClass) {
    return SIZE_BYTES[sizeClass];
  }

  static int capacity(int sizeClass) {
    return CAPACITY[sizeClass];
  }

  static boolean isSmall(int sizeClass) {
    return sizeClass < SMALL_COUNT;
  }
}
