package io.jacinth.command;

import io.jacinth.base.Clock;
import io.jacinth.command.RequestBenchmark.Client;
import io.jacinth.command.RequestBenchmark.Sink;
import io.jacinth.command.sortedset.SortedSetCommands;
import io.jacinth.config.SettingException;
import io.jacinth.config.Settings;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Tag;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Commands on sorted sets from the bytes of a request to the bytes of its reply, without a socket,
 * in pipelines of 16.
 *
 * <p>Allocation budget, shown by {@code -prof gc}: 0 bytes per operation.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--enable-native-access=ALL-UNNAMED",
      "-XX:+UseSerialGC",
      "-XX:+UseCompactObjectHeaders"
    })
public class SortedSetBenchmark {
  private static final int DEPTH = 16;
  private static final int PIPELINES = 1024;

  /** What is sent. */
  public enum Request {
    /** New scores of members that are there. */
    ZADD,
    /** A member that is new, and is removed again. */
    ZADD_ZREM,
    ZRANK,
    ZSCORE,
    /** Ten members at a random rank. */
    ZRANGE;

    private String[] words(Random random, int members, int i) {
      String member = member(random.nextInt(members));
      return switch (this) {
        case ZADD -> new String[] {"ZADD", "k", Double.toString(random.nextDouble()), member};
        case ZADD_ZREM ->
            i % 2 == 0
                ? new String[] {"ZADD", "k", Double.toString(random.nextDouble()), "new:" + i / 2}
                : new String[] {"ZREM", "k", "new:" + i / 2};
        case ZRANK -> new String[] {"ZRANK", "k", member};
        case ZSCORE -> new String[] {"ZSCORE", "k", member};
        case ZRANGE -> {
          int rank = random.nextInt(members);
          yield new String[] {"ZRANGE", "k", Integer.toString(rank), Integer.toString(rank + 9)};
        }
      };
    }
  }

  @Param public Request request;

  /** 100 are packed. */
  @Param({"100", "100000"})
  public int members;

  private Engine engine;
  private Worker worker;
  private Session session;
  private Sink sink;
  private final long[] pipelines = new long[PIPELINES];
  private final int[] pipelineBytes = new int[PIPELINES];
  private int at;

  @Setup(Level.Trial)
  public void open() throws SettingException {
    CommandTable table = new CommandTable();
    SortedSetCommands.register(table);
    Settings settings = new Settings();
    settings.load(List.of("io-threads", "1"));
    engine = new Engine(table, settings, Clock.SYSTEM, Log.SILENT);
    worker = engine.newWorker();
    sink = new Sink(worker.slab());
    session = worker.open(sink);
    Random random = new Random(1);
    for (int i = 0; i < members; i++) {
      byte[] bytes = Client.request("ZADD", "k", Double.toString(random.nextDouble()), member(i));
      long address = write(bytes);
      session.receive(address, bytes.length);
      worker.slab().free(address, bytes.length, Tag.SCRATCH);
    }
    for (int i = 0; i < PIPELINES; i++) {
      byte[][] requests = new byte[DEPTH][];
      int length = 0;
      for (int j = 0; j < DEPTH; j++) {
        requests[j] = Client.request(request.words(random, members, j));
        length += requests[j].length;
      }
      byte[] pipeline = new byte[length];
      int end = 0;
      for (byte[] each : requests) {
        System.arraycopy(each, 0, pipeline, end, each.length);
        end += each.length;
      }
      pipelines[i] = write(pipeline);
      pipelineBytes[i] = length;
    }
  }

  private static String member(int i) {
    return String.format("member:%012d", i);
  }

  private long write(byte[] bytes) {
    long address = worker.slab().allocate(bytes.length, Tag.SCRATCH);
    Memory.write(bytes, 0, bytes.length, address);
    return address;
  }

  @TearDown(Level.Trial)
  public void close() {
    for (int i = 0; i < PIPELINES; i++) {
      worker.slab().free(pipelines[i], pipelineBytes[i], Tag.SCRATCH);
    }
    session.closed();
    sink.free();
    engine.close();
  }

  /** A pipeline of 16 requests. */
  @Benchmark
  @OperationsPerInvocation(DEPTH)
  public void pipeline() {
    at = (at + 1) % PIPELINES;
    session.receive(pipelines[at], pipelineBytes[at]);
  }
}
