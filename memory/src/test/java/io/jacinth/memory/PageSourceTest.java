package io.jacinth.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PageSourceTest {
  private static final Tag TAG = Tag.VALUE;
  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @EnumSource
  void pagesAreAlignedApartAndUsedAgain(BackEnd backEnd) {
    try (PageSource source = backEnd.open()) {
      Random random = new Random(11);
      Set<Long> granules = new HashSet<>();
      List<Long> small = new ArrayList<>();
      List<Long> medium = new ArrayList<>();
      long peakBytes = 0;
      for (int i = 0; i < 20_000; i++) {
        boolean isMedium = random.nextInt(8) == 0;
        List<Long> pages = isMedium ? medium : small;
        int pageBytes = isMedium ? PageSource.MEDIUM_PAGE_BYTES : PageSource.PAGE_BYTES;
        // Up to 300 small and 37 medium pages, in three waves.
        boolean grow = random.nextInt(100) < (i / 3000 % 2 == 0 ? 55 : 45);
        if (grow && pages.size() < 300 * PageSource.PAGE_BYTES / pageBytes * 2) {
          long page = isMedium ? source.takeMediumPage() : source.takePage(false);
          assertEquals(0, page % pageBytes);
          for (long a = page; a < page + pageBytes; a += PageSource.PAGE_BYTES) {
            assertTrue(granules.add(a), "page handed out twice");
          }
          Raw.putLong(page + pageBytes - 8, page);
          pages.add(page);
        } else if (!pages.isEmpty()) {
          long page = pages.remove(random.nextInt(pages.size()));
          assertEquals(page, Raw.getLong(page + pageBytes - 8));
          for (long a = page; a < page + pageBytes; a += PageSource.PAGE_BYTES) {
            granules.remove(a);
          }
          source.giveBack(page);
        }
        long usedBytes = (long) granules.size() * PageSource.PAGE_BYTES;
        assertTrue(source.committedBytes() >= usedBytes);
        peakBytes = Math.max(peakBytes, usedBytes);
        if (i % 100 == 0) {
          source.validate();
        }
      }
      small.forEach(source::giveBack);
      medium.forEach(source::giveBack);
      source.validate();
      giveBack(source);
      // One chunk of each sort may stay.
      assertTrue(source.committedBytes() <= 8 * MIB, source.committedBytes() + " bytes");
      assertTrue(peakBytes > 8 * MIB);
      purge(source);
    }
  }

  @ParameterizedTest
  @EnumSource
  void freedMemoryGoesBack(BackEnd backEnd) {
    try (PageSource source = backEnd.open();
        Slab slab = new Slab(source, 0)) {
      List<Long> blocks = new ArrayList<>();
      for (int i = 0; i < 400_000; i++) {
        blocks.add(slab.allocate(100, TAG));
      }
      long peakBytes = source.committedBytes();
      assertTrue(peakBytes > 39 * MIB);
      blocks.forEach(block -> slab.free(block, 100, TAG));
      giveBack(source);
      assertTrue(source.committedBytes() < peakBytes / 8, source.committedBytes() + " bytes");
      slab.trim();
      purge(source);
    }
  }

  /** Every other page is in use, so no chunk is free, but half of the memory is not resident. */
  @Test
  void idlePagesInUsedChunksAreDiscarded() {
    try (PageSource source = BackEnd.MAPPED.open()) {
      List<Long> pages = new ArrayList<>();
      for (int i = 0; i < 64 * 64; i++) {
        long page = source.takePage(false);
        Raw.putLong(page + 1000, i);
        pages.add(page);
      }
      long fullBytes = source.committedBytes();
      assertEquals(64L * 64 * PageSource.PAGE_BYTES, fullBytes);
      for (int i = 0; i < pages.size(); i += 2) {
        source.giveBack(pages.get(i));
      }
      giveBack(source);
      long halfBytes = source.committedBytes();
      assertTrue(halfBytes <= fullBytes / 2 + fullBytes / 16, halfBytes + " bytes");
      source.validate();
      source.trim();
      source.validate();
      assertEquals(fullBytes / 2, source.committedBytes());
      for (int i = 1; i < pages.size(); i += 2) {
        assertEquals(i, Raw.getLong(pages.get(i) + 1000));
        source.giveBack(pages.get(i));
      }
    }
  }

  /** Who frees pages does not wait until the system has them back, unless there are very many. */
  @Test
  void freedPagesAreGivenBackLater() {
    try (PageSource source = BackEnd.MAPPED.open()) {
      List<Long> pages = new ArrayList<>();
      for (int i = 0; i < 200 * MIB / PageSource.PAGE_BYTES; i++) {
        pages.add(source.takePage(false));
      }
      long fullBytes = source.committedBytes();
      // Every 4th page stays, so that no chunk goes.
      for (int i = 0; i < pages.size(); i++) {
        if (i % 4 != 0) {
          source.giveBack(pages.get(i));
        }
        if (i == pages.size() / 4) {
          assertEquals(fullBytes, source.committedBytes());
        }
      }
      source.validate();
      long backlogBytes = source.committedBytes() - fullBytes / 4;
      assertTrue(backlogBytes > 64 * MIB, backlogBytes + " bytes");
      assertTrue(backlogBytes < 72 * MIB, backlogBytes + " bytes");
      // In runs of three pages, never more at once.
      long committedBytes = source.committedBytes();
      while (source.giveBackSome()) {
        source.validate();
        long givenBackBytes = committedBytes - source.committedBytes();
        assertTrue(givenBackBytes <= 3 * PageSource.PAGE_BYTES, givenBackBytes + " bytes");
        committedBytes = source.committedBytes();
      }
      assertTrue(source.committedBytes() < fullBytes / 4 + 3 * MIB);
      for (int i = 0; i < pages.size(); i += 4) {
        source.giveBack(pages.get(i));
      }
      purge(source);
    }
  }

  @Test
  void theFirstRunOfBits() {
    assertEquals(0, PageSource.firstRun(0));
    assertEquals(0b11, PageSource.firstRun(0b1011));
    assertEquals(0b1110, PageSource.firstRun(0b1010_1110));
    assertEquals(3L << 62, PageSource.firstRun(3L << 62));
    assertEquals(-1, PageSource.firstRun(-1));
  }

  /** Pages that are being discarded can be taken by nobody; others can, meanwhile. */
  @Test
  void threadsTakePagesWhileOthersAreGivenBack() throws InterruptedException {
    try (PageSource source = BackEnd.MAPPED.open()) {
      AtomicBoolean done = new AtomicBoolean();
      Thread giving =
          new Thread(
              () -> {
                while (!done.get()) {
                  source.giveBackSome();
                }
              });
      giving.start();
      Random random = new Random(23);
      List<Long> pages = new ArrayList<>();
      for (int i = 0; i < 60_000; i++) {
        boolean grow = random.nextInt(100) < (i / 3000 % 2 == 0 ? 60 : 40);
        if (grow) {
          long page = source.takePage(false);
          Raw.putLong(page + 1000, page);
          Raw.putLong(page + PageSource.PAGE_BYTES - 8, ~page);
          pages.add(page);
        } else if (!pages.isEmpty()) {
          long page = pages.remove(random.nextInt(pages.size()));
          assertEquals(page, Raw.getLong(page + 1000));
          assertEquals(~page, Raw.getLong(page + PageSource.PAGE_BYTES - 8));
          source.giveBack(page);
        }
      }
      done.set(true);
      giving.join();
      source.validate();
      pages.forEach(source::giveBack);
      purge(source);
    }
  }

  @ParameterizedTest
  @EnumSource
  void largeBlocksHaveMappingsOfTheirOwn(BackEnd backEnd) {
    try (PageSource source = backEnd.open()) {
      Random random = new Random(5);
      record Large(long address, int sizeBytes) {}
      List<Large> blocks = new ArrayList<>();
      long bytes = 0;
      for (int i = 0; i < 300; i++) {
        if (blocks.size() < 20 || random.nextInt(2) == 0) {
          int size = Slab.MAX_MEDIUM + 1 + random.nextInt(300_000);
          long address = source.allocateLarge(size, TAG);
          assertEquals(0, address % 64);
          Memory.fill(address, size, size);
          blocks.add(new Large(address, size));
          bytes += Slab.usableBytes(size);
        } else {
          Large block = blocks.remove(random.nextInt(blocks.size()));
          for (int offset = 0; offset < block.sizeBytes; offset += 1000) {
            assertEquals((byte) block.sizeBytes, Memory.getByte(block.address + offset));
          }
          source.freeLarge(block.address, block.sizeBytes, TAG);
          bytes -= Slab.usableBytes(block.sizeBytes);
        }
        source.validate();
        assertEquals(bytes, source.largeBytes(TAG));
        assertEquals(bytes, source.largeBytes());
        assertEquals(bytes + 64L * blocks.size() + source.spareBytes(), source.committedBytes());
      }
      for (Large block : blocks) {
        source.freeLarge(block.address, block.sizeBytes, TAG);
      }
      assertEquals(source.spareBytes(), source.committedBytes());
      purge(source);
    }
  }

  /** As housekeeping does. */
  private static void giveBack(PageSource source) {
    while (source.giveBackSome()) {
      source.validate();
    }
  }

  /** Gives back everything that is not in use, as MEMORY PURGE does. */
  private static void purge(PageSource source) {
    source.trim();
    giveBack(source);
    source.validate();
    assertEquals(0, source.committedBytes());
  }

  @Test
  void aFreedLargeBlockIsUsedAgain() {
    try (PageSource source = BackEnd.MAPPED.open()) {
      int size = 1_000_000;
      long first = source.allocateLarge(size, TAG);
      long second = source.allocateLarge(size, TAG);
      Memory.fill(first, size, 1);
      long committed = source.committedBytes();
      for (int i = 0; i < 10; i++) {
        source.freeLarge(first, size, TAG);
        assertEquals(committed, source.committedBytes());
        assertEquals(committed / 2, source.spareBytes());
        assertEquals(Slab.usableBytes(size), source.largeBytes());
        source.validate();
        assertEquals(first, source.allocateLarge(size, Tag.INPUT));
        Memory.fill(first, size, 2);
        assertEquals(0, source.spareBytes());
        assertEquals(Slab.usableBytes(size), source.largeBytes(Tag.INPUT));
        source.freeLarge(first, size, Tag.INPUT);
        assertEquals(first, source.allocateLarge(size, TAG));
      }
      source.freeLarge(first, size, TAG);
      source.freeLarge(second, size, TAG);
      assertEquals(committed, source.spareBytes());
      purge(source);
    }
  }

  /** ...also for a block that is somewhat larger or smaller. */
  @Test
  void aFreedLargeBlockIsResized() {
    try (PageSource source = BackEnd.MAPPED.open()) {
      int[] sizes = {1_000_000, 1_300_000, 900_000, 650_000, 450_000, 310_000, 220_000};
      long committed = 0;
      for (int size : sizes) {
        long block = source.allocateLarge(size, TAG);
        Memory.fill(block, size, 1);
        source.validate();
        if (!Memory.CHECKED) {
          committed = Slab.usableBytes(size) + 64;
          assertEquals(committed, source.committedBytes(), size + " bytes");
        }
        source.freeLarge(block, size, TAG);
        source.validate();
      }
      // much larger: the spare one stays
      long block = source.allocateLarge(3_000_000, TAG);
      Memory.fill(block, 3_000_000, 1);
      assertTrue(source.spareBytes() >= committed);
      source.freeLarge(block, 3_000_000, TAG);
      purge(source);
    }
  }

  @Test
  void onlySoManyFreedLargeBlocksAreKept() {
    try (PageSource source = BackEnd.MAPPED.open()) {
      for (int size : new int[] {140_000, 3_000_000}) {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
          blocks.add(source.allocateLarge(size, TAG));
        }
        for (long block : blocks) {
          source.freeLarge(block, size, TAG);
          source.validate();
        }
        assertEquals(source.spareBytes(), source.committedBytes());
        assertTrue(source.spareBytes() <= SpareMappings.MAX_BYTES);
        assertTrue(source.spareBytes() > SpareMappings.MAX_BYTES - size);
      }
      purge(source);
    }
  }

  @Test
  void idleFreedLargeBlocksAreGivenBack() {
    try (PageSource source = BackEnd.MAPPED.open()) {
      int size = 1_000_000;
      long busy = source.allocateLarge(size, TAG);
      long idle = source.allocateLarge(size, TAG);
      source.freeLarge(idle, size, TAG);
      source.freeLarge(busy, size, TAG);
      long mappingBytes = Slab.usableBytes(size) + 64;
      long nowMillis = 1_700_000_000_000L;
      for (int turn = 0; turn < 50; turn++) {
        assertEquals(busy, source.allocateLarge(size, TAG));
        source.freeLarge(busy, size, TAG);
        source.retireIdle(nowMillis);
        assertEquals((turn < 10 ? 2 : 1) * mappingBytes, source.spareBytes(), "turn " + turn);
        source.validate();
        nowMillis += 100;
      }
      source.giveBackSome();
      assertEquals(mappingBytes, source.committedBytes());
      source.retireIdle(nowMillis + 1000);
      source.retireIdle(nowMillis + 2000);
      source.giveBackSome();
      source.validate();
      assertEquals(0, source.committedBytes());
    }
  }

  @ParameterizedTest
  @EnumSource
  void hugeBlocksAreGivenBackInSlices(BackEnd backEnd) {
    try (PageSource source = backEnd.open()) {
      int size = 30 << 20;
      long first = source.allocateLarge(size, TAG);
      long second = source.allocateLarge(size, TAG);
      Memory.fill(first, size, 1);
      source.freeLarge(first, size, TAG);
      source.freeLarge(second, size, TAG);
      assertEquals(0, source.largeBytes());
      long committed = source.committedBytes();
      int slices = 0;
      boolean more = committed > 0;
      while (more) {
        source.validate();
        more = source.giveBackSome();
        assertTrue(committed - source.committedBytes() <= 4 << 20);
        committed = source.committedBytes();
        slices++;
      }
      assertEquals(0, committed);
      assertTrue(slices == 0 || slices == 2 * 8, slices + " slices");
      // what is not given back when the source is closed is given back then
      source.freeLarge(source.allocateLarge(size, TAG), size, TAG);
    }
  }

  @ParameterizedTest
  @EnumSource
  void largeBlocksKeepTheirContentsWhenTheyGrow(BackEnd backEnd) {
    try (PageSource source = backEnd.open()) {
      int size = 200_000;
      long neighbour = source.allocateLarge(size, TAG);
      long block = source.allocateLarge(size, TAG);
      long other = source.allocateLarge(size, TAG);
      Memory.putLong(block + size - 8, 77);
      Memory.putLong(block, 78);
      for (int i = 0; i < 6; i++) {
        block = source.reallocateLarge(block, size, size * 2L, TAG);
        assertEquals(77, Memory.getLong(block + size - 8));
        assertEquals(78, Memory.getLong(block));
        size *= 2;
        Memory.putLong(block + size - 8, 77);
        source.validate();
        assertEquals(
            2 * Slab.usableBytes(200_000) + Slab.usableBytes(size), source.largeBytes(TAG));
      }
      block = source.reallocateLarge(block, size, 150_000, TAG);
      assertEquals(78, Memory.getLong(block));
      source.freeLarge(neighbour, 200_000, TAG);
      source.freeLarge(other, 200_000, TAG);
      source.freeLarge(block, 150_000, TAG);
      purge(source);
    }
  }

  @Test
  void aLargeBlockIsFreedWithItsSizeAndTag() {
    try (PageSource source = new PageSource()) {
      long block = source.allocateLarge(200_000, TAG);
      assertThrows(Throwable.class, () -> source.freeLarge(block, 300_000, TAG));
      assertThrows(Throwable.class, () -> source.freeLarge(block, 200_000, Tag.INPUT));
      assertThrows(Throwable.class, () -> source.reallocateLarge(block, 1, 300_000, TAG));
      source.freeLarge(block, 200_000, TAG);
    }
  }

  /** Whatever a closed instance still had is gone, in either mode. */
  @ParameterizedTest
  @EnumSource
  void closeGivesEverythingBack(BackEnd backEnd) {
    PageSource source = backEnd.open();
    Slab slab = new Slab(source, 0);
    for (int i = 0; i < 10_000; i++) {
      assertNotEquals(0, slab.allocate(i % 5000 + 1, TAG));
    }
    source.allocateLarge(1_000_000, TAG);
    if (Memory.CHECKED) {
      assertThrows(AssertionError.class, source::close);
    } else {
      source.close();
    }
    assertEquals(0, source.committedBytes());
    assertEquals(0, source.largeBytes());
    assertEquals(0, slab.pageBytes());
    source.close();
    assertThrows(IllegalStateException.class, () -> new Slab(source, 1));
    assertThrows(IllegalStateException.class, () -> source.takePage(false));
  }
}
