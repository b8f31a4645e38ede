package io.jacinth.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SizeClassTest {
  @Test
  void aSizeGetsTheSmallestClassThatHoldsIt() {
    for (int size = 0; size <= Slab.MAX_MEDIUM; size++) {
      int sizeClass = SizeClass.of(size);
      assertTrue(SizeClass.sizeBytes(sizeClass) >= size, "size " + size);
      assertTrue(sizeClass == 0 || SizeClass.sizeBytes(sizeClass - 1) < size, "size " + size);
      assertEquals(size <= Slab.MAX_SMALL, SizeClass.isSmall(sizeClass), "size " + size);
    }
    assertEquals(SizeClass.COUNT - 1, SizeClass.of(Slab.MAX_MEDIUM));
  }

  @Test
  void littleIsWasted() {
    for (int size = 16; size <= 256; size++) {
      assertTrue(Slab.usableBytes(size) - size < 8, "size " + size);
    }
    for (int size = 257; size <= Slab.MAX_MEDIUM; size++) {
      assertTrue((Slab.usableBytes(size) - size) * 8 < size, "size " + size);
    }
  }

  /** The hash table's segments: so many buckets of 64 bytes, 8 steps per doubling. */
  @Test
  void segmentsOfWholeBucketsFitExactly() {
    int step = 1;
    for (int buckets = 1; buckets <= 64; buckets += step) {
      assertEquals(64L * buckets, Slab.usableBytes(64L * buckets));
      if (buckets >= 16 && Integer.bitCount(buckets) == 1) {
        step = buckets / 8;
      }
    }
  }

  /** Blocks between 2048 and 4096 bytes leave no room in a page that one more would fit. */
  @Test
  void largeSmallBlocksFillPages() {
    int roomBytes = PageSource.PAGE_BYTES - PageLayout.HEADER_BYTES;
    for (int size = 2049; size <= Slab.MAX_SMALL; size++) {
      assertEquals(
          roomBytes / (size + 7 & -8), SizeClass.capacity(SizeClass.of(size)), "size " + size);
    }
  }

  @Test
  void allSizesAreWholeGranules() {
    for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
      int size = SizeClass.sizeBytes(sizeClass);
      assertEquals(0, size % 8);
      int pageBytes =
          SizeClass.isSmall(sizeClass) ? PageSource.PAGE_BYTES : PageSource.MEDIUM_PAGE_BYTES;
      int usedBytes = PageLayout.HEADER_BYTES + SizeClass.capacity(sizeClass) * size;
      assertTrue(usedBytes <= pageBytes && usedBytes + size > pageBytes, "size " + size);
    }
  }
}
