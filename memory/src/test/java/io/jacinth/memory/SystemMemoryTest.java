package io.jacinth.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SystemMemoryTest {
  private static final int MIB = 1 << 20;

  static Stream<SystemMemory> systems() {
    return Stream.of(new SystemMemory.Heap(), SystemMemory.Mapped.instanceOrNull())
        .filter(system -> system != null);
  }

  @ParameterizedTest
  @MethodSource("systems")
  void rangesAreAlignedZeroAndApart(SystemMemory system) {
    long[] ranges = new long[20];
    for (int i = 0; i < ranges.length; i++) {
      long alignment = i % 2 == 0 ? 4 * MIB : 64 << 10;
      ranges[i] = system.take(MIB, alignment);
      assertEquals(0, ranges[i] % alignment);
      for (long a = ranges[i]; a < ranges[i] + MIB; a += 8) {
        assertEquals(0, Raw.getLong(a));
      }
      Raw.fill(ranges[i], MIB, (byte) (i + 1));
    }
    for (int i = 0; i < ranges.length; i++) {
      long word = (i + 1) * 0x0101_0101_0101_0101L;
      for (long a = ranges[i]; a < ranges[i] + MIB; a += 8) {
        assertEquals(word, Raw.getLong(a));
      }
      system.giveBack(ranges[i], MIB);
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void rangesOfUndefinedContentAreAlignedAndApart(SystemMemory system) {
    long first = system.takeUndefined(MIB, 64 << 10);
    long second = system.takeUndefined(MIB, MIB);
    assertEquals(0, first % (64 << 10));
    assertEquals(0, second % MIB);
    Raw.fill(first, MIB, (byte) 1);
    Raw.fill(second, MIB, (byte) 2);
    for (long offset = 0; offset < MIB; offset += 8) {
      assertEquals(0x0101_0101_0101_0101L, Raw.getLong(first + offset));
      assertEquals(0x0202_0202_0202_0202L, Raw.getLong(second + offset));
    }
    system.giveBack(first, MIB);
    system.giveBack(second, MIB);
  }

  @ParameterizedTest
  @MethodSource("systems")
  void moreThanThereIsIsRefused(SystemMemory system) {
    assertThrows(OutOfMemoryError.class, () -> system.take(1L << 46, 4096));
  }

  @Test
  void onlyTouchedPagesAreResident() throws IOException {
    SystemMemory mapped = BackEnd.mapped();
    Path statm = Path.of("/proc/self/statm");
    assumeTrue(Files.exists(statm));
    int size = 256 * MIB;
    long before = residentBytes(statm);
    long range = mapped.take(size, 4 * MIB);
    assertTrue(residentBytes(statm) - before < size / 4);
    Raw.fill(range, size, (byte) 1);
    assertTrue(residentBytes(statm) - before > size / 4 * 3L);
    mapped.discard(range, size / 2);
    assertTrue(residentBytes(statm) - before < size / 4 * 3L);
    assertEquals(0, Raw.getLong(range));
    assertEquals(0x0101_0101_0101_0101L, Raw.getLong(range + size / 2));
    mapped.giveBack(range, size);
    assertTrue(residentBytes(statm) - before < size / 4);
  }

  /** Where the kernel knows it, from 5.14 on, and has so much; it changes nothing else anywhere. */
  @ParameterizedTest
  @MethodSource("systems")
  void populatedPagesKeepTheirContents(SystemMemory system) throws IOException {
    int size = 64 * MIB;
    long range = system.take(size, 4 * MIB);
    Raw.putLong(range + 8, 17);
    Path statm = Path.of("/proc/self/statm");
    boolean populates = system.isLazy() && Files.exists(statm) && isLinux5Point14();
    long before = populates ? residentBytes(statm) : 0;
    system.populate(range, size);
    assertTrue(!populates || residentBytes(statm) - before > size / 4 * 3L);
    assertEquals(17, Raw.getLong(range + 8));
    assertEquals(0, Raw.getLong(range + size - 8));
    system.giveBack(range, size);
  }

  private static boolean isLinux5Point14() {
    Matcher version =
        Pattern.compile("(\\d+)\\.(\\d+).*").matcher(System.getProperty("os.version"));
    return System.getProperty("os.name").equals("Linux")
        && version.matches()
        && Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2)) >= 5014;
  }

  private static long residentBytes(Path statm) throws IOException {
    try (Scanner fields = new Scanner(Files.readString(statm))) {
      fields.nextLong(); // size of the address space
      return fields.nextLong() * 4096;
    }
  }

  @Test
  void aRangeGrowsAndShrinks() {
    SystemMemory mapped = BackEnd.mapped();
    long range = mapped.take(MIB, 4096);
    Raw.putLong(range, 42);
    Raw.putLong(range + MIB - 8, 43);
    long grown = mapped.resize(range, MIB, 64 * MIB);
    assumeTrue(grown != 0, "only on Linux");
    assertEquals(42, Raw.getLong(grown));
    assertEquals(43, Raw.getLong(grown + MIB - 8));
    assertEquals(0, Raw.getLong(grown + MIB));
    Raw.putLong(grown + 64 * MIB - 8, 44);
    long shrunk = mapped.resize(grown, 64 * MIB, 4096);
    assertEquals(42, Raw.getLong(shrunk));
    mapped.giveBack(shrunk, 4096);
  }

  @Test
  void theHeapResizesNothing() {
    SystemMemory heap = new SystemMemory.Heap();
    long range = heap.take(MIB, 64);
    assertEquals(0, heap.resize(range, MIB, 2 * MIB));
    heap.giveBack(range, MIB);
  }

  @Test
  void preparationEnds() {
    assumeTrue(SystemMemory.Mapped.instanceOrNull() != null);
    SystemMemory.Mapped.prepare();
    SystemMemory.Mapped.awaitPreparation();
    assertEquals(SystemMemory.Mapped.instanceOrNull(), SystemMemory.Mapped.instanceIfReady());
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("jacinth-memory")));
  }
}
