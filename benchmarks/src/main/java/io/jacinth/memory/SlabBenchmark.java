package io.jacinth.memory;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Blocks of 56 bytes, the size of a small record: allocated and freed at once, and replaced at
 * random among 100 000.
 *
 * <p>Allocation budget, shown by {@code -prof gc}: 0 bytes per operation.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--enable-native-access=ALL-UNNAMED",
      "-XX:+UseSerialGC",
      "-XX:+UseCompactObjectHeaders"
    })
@State(Scope.Benchmark)
public class SlabBenchmark {
  private static final int SIZE_BYTES = 56;
  private static final int BLOCKS = 100_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private final int[] refs = new int[BLOCKS];
  private PageSource source;
  private Slab slab;

  @Setup
  public void open() {
    source = new PageSource();
    slab = new Slab(source, 0);
    for (int i = 0; i < BLOCKS; i++) {
      refs[i] = slab.allocateRef(SIZE_BYTES, Tag.ENTRY);
    }
  }

  @TearDown
  public void close() {
    source.close();
  }

  @Benchmark
  public long allocateAndFree() {
    long block = slab.allocate(SIZE_BYTES, Tag.ENTRY);
    Memory.putLong(block, 1);
    slab.free(block, SIZE_BYTES, Tag.ENTRY);
    return block;
  }

  @Benchmark
  public int replaceAtRandom() {
    int i = random.nextInt(BLOCKS);
    slab.freeRef(refs[i], SIZE_BYTES, Tag.ENTRY);
    int ref = slab.allocateRef(SIZE_BYTES, Tag.ENTRY);
    Memory.putLong(slab.address(ref), i);
    refs[i] = ref;
    return ref;
  }

  /** What remains of {@link #replaceAtRandom} without the slab's work. */
  @Benchmark
  public long readAtRandom() {
    return Memory.getLong(slab.address(refs[random.nextInt(BLOCKS)]));
  }

  @Benchmark
  public long allocateAndFreeLarge() {
    long block = slab.allocate(200_000, Tag.VALUE);
    Memory.putLong(block, 1);
    slab.free(block, 200_000, Tag.VALUE);
    return block;
  }
}
