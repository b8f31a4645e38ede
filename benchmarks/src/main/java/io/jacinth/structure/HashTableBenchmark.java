package io.jacinth.structure;

import io.jacinth.base.Hash;
import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Look-ups and changes in a table of records with 16-byte keys and 32-byte payloads, hashing
 * included, the keys in random order.
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
public class HashTableBenchmark {
  private static final long SEED = 0x0123_4567_89ab_cdefL;
  private static final int SKIP_BITS = 6;
  private static final int KEY_BYTES = 16;
  private static final int PAYLOAD_BYTES = 32;

  @Param({"100000", "1000000"})
  private int count;

  private final SplittableRandom random = new SplittableRandom(1);
  private PageSource source;
  private Slab slab;
  private HashTable tables;
  private long table;

  /** The keys that are in the table, then as many that are not. */
  private long keys;

  private long keysBytes;
  private int[] refs;

  @Setup
  public void open() {
    source = new PageSource();
    slab = new Slab(source, 0);
    tables = new HashTable(slab, SEED, SKIP_BITS);
    table = tables.create();
    keysBytes = 2L * count * KEY_BYTES;
    keys = slab.allocate(keysBytes, Tag.SCRATCH);
    refs = new int[count];
    for (int i = 0; i < 2 * count; i++) {
      byte[] key = String.format(Locale.ROOT, "key:%012d", i).getBytes(StandardCharsets.US_ASCII);
      Memory.write(key, 0, KEY_BYTES, key(i));
    }
    for (int i = 0; i < count; i++) {
      refs[i] = slab.allocateRef(Record.headBytes(0, KEY_BYTES) + PAYLOAD_BYTES, Tag.ENTRY);
      Record.writeHead(slab.address(refs[i]), 0, key(i), KEY_BYTES);
      tables.insert(table, hash(i), refs[i]);
    }
  }

  @TearDown
  public void close() {
    slab.free(keys, keysBytes, Tag.SCRATCH);
    source.close();
  }

  private long key(int i) {
    return keys + (long) i * KEY_BYTES;
  }

  private long hash(int i) {
    return Hash.hash(SEED, key(i), KEY_BYTES);
  }

  @Benchmark
  public long hash() {
    return hash(random.nextInt(count));
  }

  @Benchmark
  public int findPresent() {
    int i = random.nextInt(count);
    return tables.find(table, hash(i), key(i), KEY_BYTES);
  }

  @Benchmark
  public int findAbsent() {
    int i = count + random.nextInt(count);
    return tables.find(table, hash(i), key(i), KEY_BYTES);
  }

  @Benchmark
  public boolean removeAndInsert() {
    int i = random.nextInt(count);
    boolean removed = tables.remove(table, hash(i), refs[i]);
    tables.insert(table, hash(i), refs[i]);
    return removed;
  }
}
