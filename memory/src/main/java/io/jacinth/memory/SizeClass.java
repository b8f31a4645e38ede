package io.jacinth.memory;

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

  /** How many small classes there are; the medium classes follow. */
  static final int SMALL_COUNT = classCount(MAX_SMALL_BYTES);

  static final int COUNT = classCount(MAX_MEDIUM_BYTES);

  /** Bytes per block. */
  private static final int[] SIZE_BYTES = new int[COUNT];

  /** Blocks per page. */
  private static final int[] CAPACITY = new int[COUNT];

  /** Class by small size in units of 8 bytes, rounded up. */
  private static final byte[] SMALL = new byte[MAX_SMALL_BYTES / STEP_BYTES + 1];

  static {
    int count = 0;
    int step = STEP_BYTES;
    for (int size = MIN_BYTES; size <= MAX_MEDIUM_BYTES; size += step) {
      SIZE_BYTES[count] = size;
      int pageBytes =
          size <= MAX_SMALL_BYTES ? PageSource.PAGE_BYTES : PageSource.MEDIUM_PAGE_BYTES;
      CAPACITY[count] = (pageBytes - PageLayout.HEADER_BYTES) / size;
      count++;
      if (size >= MAX_LINEAR_BYTES && Integer.bitCount(size) == 1) {
        step = size >> STEPS_SHIFT;
      }
    }
    int sizeClass = 0;
    for (int i = 0; i < SMALL.length; i++) {
      if (i * STEP_BYTES > SIZE_BYTES[sizeClass]) {
        sizeClass++;
      }
      SMALL[i] = (byte) sizeClass;
    }
  }

  private SizeClass() {}

  private static int classCount(int maxBytes) {
    int linear = (MAX_LINEAR_BYTES - MIN_BYTES) / STEP_BYTES + 1;
    int doublings = Integer.numberOfTrailingZeros(maxBytes / MAX_LINEAR_BYTES);
    return linear + (doublings << STEPS_SHIFT);
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
