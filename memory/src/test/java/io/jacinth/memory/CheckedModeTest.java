package io.jacinth.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each sort of misuse is found, and named. */
class CheckedModeTest {
  private static final Tag TAG = Tag.ENTRY;

  private PageSource source;
  private Slab slab;
  private Slab other;

  @BeforeEach
  void open() {
    assumeTrue(Memory.CHECKED, "not in checked mode");
    source = new PageSource();
    slab = new Slab(source, 0);
    other = new Slab(source, 1);
  }

  @AfterEach
  void close() {
    if (source != null) {
      source.close();
    }
  }

  private static void assertMisuse(String message, Executable misuse) {
    AssertionError error = assertThrows(AssertionError.class, misuse);
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  /** Small, medium, large. */
  @ParameterizedTest
  @ValueSource(ints = {16, 56, 4096, 5000, 131_072, 200_000})
  void useAfterFree(int sizeBytes) {
    long block = slab.allocate(sizeBytes, TAG);
    Memory.putLong(block, 1);
    slab.free(block, sizeBytes, TAG);
    String freed = "a freed block of " + Slab.usableBytes(sizeBytes) + " bytes of ENTRY";
    List<LongConsumer> accesses =
        List.of(
            Memory::getByte,
            Memory::getShort,
            Memory::getInt,
            Memory::getLong,
            Memory::getDouble,
            Memory::getIntAcquire,
            Memory::getLongVolatile,
            a -> Memory.putByte(a, 1),
            a -> Memory.putShort(a, 1),
            a -> Memory.putInt(a, 1),
            a -> Memory.putLong(a, 1),
            a -> Memory.putDouble(a, 1),
            a -> Memory.putIntRelease(a, 1),
            a -> Memory.putLongVolatile(a, 1),
            a -> Memory.compareAndSetInt(a, 1, 1),
            a -> Memory.compareAndSetLong(a, 1, 1),
            a -> Memory.getAndAddInt(a, 1),
            a -> Memory.getAndAddLong(a, 1),
            a -> Memory.fill(a, 3, 0),
            a -> Memory.bytes(a, 3),
            a -> Memory.write(new byte[3], 0, 3, a),
            a -> Memory.buffer(a, 3),
            a -> Memory.equal(a, a, 3),
            a -> Memory.compare(a, 3, a, 3),
            a -> Memory.copy(a, a, 3));
    for (LongConsumer access : accesses) {
      assertMisuse(freed, () -> access.accept(block));
      assertMisuse(freed, () -> access.accept(block + sizeBytes - 8));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 56, 4096, 5000, 131_072, 200_000})
  void accessBeyondTheEnd(int sizeBytes) {
    long block = slab.allocate(sizeBytes, TAG);
    long end = block + Slab.usableBytes(sizeBytes);
    Memory.putLong(end - 8, 1);
    assertMisuse("out of bounds", () -> Memory.putLong(end - 7, 1));
    assertMisuse("out of bounds", () -> Memory.bytes(block, (int) (end - block) + 1));
    assertMisuse("out of bounds", () -> Memory.copy(block, block + 1, end - block));
    Memory.fill(block, end - block, 7);
    slab.free(block, sizeBytes, TAG);
  }

  @Test
  void accessFromOneBlockIntoTheNext() {
    long first = slab.allocate(64, TAG);
    long second = slab.allocate(64, TAG);
    assertEquals(64, second - first);
    assertMisuse("out of bounds", () -> Memory.getLong(first + 60));
    assertMisuse("out of bounds", () -> Memory.equal(first, second, 65));
    Memory.copy(first, second, 64);
    slab.free(first, 64, TAG);
    slab.free(second, 64, TAG);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 5000, 200_000})
  void accessBeforeTheStart(int sizeBytes) {
    long block = slab.allocate(sizeBytes, TAG);
    assertMisuse("memory of no block", () -> Memory.getByte(block - 1));
    assertMisuse("memory of no block", () -> Memory.getLong(block - 4));
    slab.free(block, sizeBytes, TAG);
  }

  @Test
  void accessToMemoryThatNobodyGot() {
    long block = slab.allocate(64, TAG);
    assertMisuse("behind one of 64 bytes of ENTRY", () -> Memory.getInt(block + 128));
    slab.free(block, 64, TAG);
  }

  @Test
  void nullAndNonsense() {
    assertMisuse("not an address", () -> Memory.getLong(0));
    assertMisuse("not an address", () -> Memory.getLong(100));
    assertMisuse("not an address", () -> Memory.getLong(-5));
    assertMisuse("not an address", () -> Memory.getLong(Long.MIN_VALUE >>> 1));
    long block = slab.allocate(64, TAG);
    assertMisuse("-1 bytes", () -> Memory.fill(block, -1, 0));
    slab.free(block, 64, TAG);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 56, 4096, 5000, 131_072, 200_000})
  void doubleFree(int sizeBytes) {
    long block = slab.allocate(sizeBytes, TAG);
    slab.free(block, sizeBytes, TAG);
    assertMisuse("double free", () -> slab.free(block, sizeBytes, TAG));
    assertMisuse("double free", () -> other.free(block, sizeBytes, TAG));
    slab.validate();
  }

  /** The owner has not heard of the first free when the second comes. */
  @Test
  void doubleFreeBySeveralSlabs() {
    long block = slab.allocate(100, TAG);
    other.free(block, 100, TAG);
    assertMisuse("double free", () -> slab.free(block, 100, TAG));
    assertMisuse("double free", () -> other.free(block, 100, TAG));
    assertMisuse("freed block", () -> Memory.getByte(block + 20));
    slab.drainRemoteFrees();
    assertMisuse("double free", () -> slab.free(block, 100, TAG));
    assertEquals(0, slab.usedBytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {56, 4096, 5000, 131_072, 200_000})
  void wrongSizeOrTagAtFree(int sizeBytes) {
    long block = slab.allocate(sizeBytes, TAG);
    assertMisuse("wrong size", () -> slab.free(block, sizeBytes * 2L, TAG));
    assertMisuse("wrong size", () -> slab.free(block, sizeBytes / 2 - 1, TAG));
    assertMisuse("wrong size", () -> other.free(block, sizeBytes / 2 - 1, TAG));
    assertMisuse("wrong tag", () -> slab.free(block, sizeBytes, Tag.VALUE));
    assertMisuse("not the start", () -> slab.free(block + 8, sizeBytes, TAG));
    slab.free(block, sizeBytes, TAG);
    slab.validate();
  }

  @Test
  void freeOfWhatIsNoBlock() {
    long block = slab.allocate(64, TAG);
    assertMisuse("memory of no block", () -> slab.free(block - 64, 64, TAG));
    assertMisuse("memory of no block", () -> slab.free(block + 64, 64, TAG));
    ByteBuffer buffer = ByteBuffer.allocateDirect(64);
    long foreign = MemorySegment.ofBuffer(buffer).address();
    assertMisuse("memory of no allocator", () -> slab.free(foreign, 64, TAG));
    slab.free(block, 64, TAG);
    assertEquals(0, buffer.position());
  }

  @Test
  void staleRefs() {
    int small = slab.allocateRef(64, TAG);
    int medium = slab.allocateRef(10_000, TAG);
    slab.freeRef(medium, 10_000, TAG);
    assertMisuse("names no block", () -> slab.address(medium));
    assertMisuse("names no block", () -> slab.address(small | 0x7000_0000));
    assertMisuse("names no block", () -> slab.address(small & ~0x1fff));
    slab.freeRef(small, 64, TAG);
    assertMisuse("double free", () -> slab.freeRef(small, 64, TAG));
  }

  /** Somebody wrote through a pointer that checked mode does not see. */
  @Test
  void writeAfterFreeOutsideOfMemory() {
    long first = slab.allocate(64, TAG);
    long second = slab.allocate(64, TAG);
    slab.free(second, 64, TAG);
    Raw.putByte(second + 40, (byte) 1);
    assertMisuse("written after free", () -> slab.allocate(64, TAG));
    slab.free(first, 64, TAG);
    // The failed allocation leaves a block that is counted and belongs to nobody.
    assertMisuse("64 bytes of ENTRY", slab::close);
  }

  @Test
  void memoryOfOthersPasses() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    long address = MemorySegment.ofBuffer(buffer).address();
    Memory.putLong(address + 3, 0x0102_0304_0506_0708L);
    assertEquals(0x0102_0304_0506_0708L, Memory.getLong(address + 3));
    Memory.fill(address, 100, 9);
    assertEquals(9, buffer.get(99));
  }

  /** From memory of others into ours. */
  @Test
  void accessThatRunsIntoAllocatorMemory() {
    try (PageSource heap = BackEnd.HEAP.open()) {
      long page = heap.takePage(false);
      Memory.bytes(page - 8, 8);
      assertMisuse("out of bounds", () -> Memory.bytes(page - 8, 9));
      assertMisuse("out of bounds", () -> Memory.getLong(page - 4));
      heap.giveBack(page);
    }
  }

  @Test
  void aCopyIntoAFreedBlockNamesIt() {
    long from = slab.allocate(64, TAG);
    long to = slab.allocate(64, Tag.VALUE);
    slab.free(to, 64, Tag.VALUE);
    assertMisuse("a freed block of 64 bytes of VALUE", () -> Memory.copy(from, to, 10));
    slab.free(from, 64, TAG);
  }

  @Test
  void leaksAreReportedByTag() {
    for (int i = 0; i < 30; i++) {
      slab.allocate(100, Tag.TABLE);
    }
    slab.allocate(9000, Tag.OUTPUT);
    source.allocateLarge(500_000, Tag.INPUT);
    AssertionError error = assertThrows(AssertionError.class, source::close);
    String message = error.getMessage();
    assertTrue(message.contains("slab 0: 3120 bytes of TABLE 9216 bytes of OUTPUT"), message);
    assertTrue(message.contains("a live block of 104 bytes of TABLE"), message);
    assertTrue(message.contains("and 20 more"), message);
    assertTrue(message.contains("a live block of 9216 bytes of OUTPUT"), message);
    assertTrue(message.contains("bytes of INPUT"), message);
    assertEquals(0, source.committedBytes());
    source = null;
  }

  /** When memory is given back, checked mode forgets it: it may become somebody else's. */
  @Test
  void closedMemoryIsForgotten() {
    long block = slab.allocate(64, TAG);
    slab.free(block, 64, TAG);
    assertMisuse("freed", () -> Shadow.check(block, 1));
    source.close();
    Shadow.check(block, 64);
    Shadow.check(block & -PageSource.PAGE_BYTES, PageSource.PAGE_BYTES);
  }
}
