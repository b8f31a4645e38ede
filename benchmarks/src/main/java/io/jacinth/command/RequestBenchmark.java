package io.jacinth.command;

import io.jacinth.base.Clock;
import io.jacinth.command.string.StringCommands;
import io.jacinth.config.SettingException;
import io.jacinth.config.Settings;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.SharedBytes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
 * SET and GET from the bytes of a request to the bytes of its reply, without a socket: parser,
 * dispatcher, keyspace, reply. In pipelines of 16, on 100 000 keys of 16 bytes with values of 32.
 *
 * <p>Allocation budget, shown by {@code -prof gc}: 0 bytes per operation.
 */
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
public class RequestBenchmark {
  static final int DEPTH = 16;
  private static final int KEYS = 100_000;
  private static final int PIPELINES = 4096;

  /** A store for as many threads as {@code -t} says. */
  @State(Scope.Benchmark)
  public static class Store {
    /** How many I/O threads the engine expects: with 1 it does not lock. */
    @Param({"1", "2"})
    public int ioThreads;

    /** 0: as many as the engine chooses. */
    @Param("0")
    public int shards;

    Engine engine;
    private final AtomicInteger next = new AtomicInteger();

    @Setup(Level.Trial)
    public void open() throws SettingException {
      CommandTable table = new CommandTable();
      StringCommands.register(table);
      Settings settings = new Settings();
      settings.load(List.of("io-threads", Integer.toString(ioThreads)));
      settings.load(List.of("shards", Integer.toString(shards)));
      engine = new Engine(table, settings, Clock.SYSTEM, Log.SILENT);
      for (int i = 0; i < ioThreads; i++) {
        engine.newWorker();
      }
    }

    Worker worker() {
      return engine.workers().get(next.getAndIncrement() % ioThreads);
    }

    @TearDown(Level.Trial)
    public void close() {
      engine.close();
    }
  }

  /** One client on a thread of its own. */
  @State(Scope.Thread)
  public static class Client {
    private Worker worker;
    private Session session;
    private Sink sink;
    private long sets;
    private long gets;
    private int setBytes;
    private int getBytes;
    private int at;

    @Setup(Level.Trial)
    public void open(Store store) {
      worker = store.worker();
      sink = new Sink(worker.slab());
      session = worker.open(sink);
      String value = "x".repeat(32);
      for (int i = 0; i < KEYS; i++) {
        String key = key(i);
        byte[] request = request("SET", key, value);
        long address = worker.slab().allocate(request.length, Tag.SCRATCH);
        Memory.write(request, 0, request.length, address);
        session.receive(address, request.length);
        worker.slab().free(address, request.length, Tag.SCRATCH);
      }
      setBytes = request("SET", key(0), value).length * DEPTH;
      getBytes = request("GET", key(0)).length * DEPTH;
      sets = worker.slab().allocate((long) setBytes * PIPELINES, Tag.SCRATCH);
      gets = worker.slab().allocate((long) getBytes * PIPELINES, Tag.SCRATCH);
      ThreadLocalRandom random = ThreadLocalRandom.current();
      long set = sets;
      long get = gets;
      for (int i = 0; i < PIPELINES * DEPTH; i++) {
        String key = key(random.nextInt(KEYS));
        set += write(request("SET", key, value), set);
        get += write(request("GET", key), get);
      }
    }

    @TearDown(Level.Trial)
    public void close() {
      session.closed();
      sink.free();
      worker.slab().free(sets, (long) setBytes * PIPELINES, Tag.SCRATCH);
      worker.slab().free(gets, (long) getBytes * PIPELINES, Tag.SCRATCH);
    }

    private int next() {
      at = (at + 1) % PIPELINES;
      return at;
    }

    private static String key(int i) {
      return String.format("key:%012d", i);
    }

    private static int write(byte[] request, long address) {
      Memory.write(request, 0, request.length, address);
      return request.length;
    }

    static byte[] request(String... words) {
      StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
      for (String word : words) {
        text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
      }
      return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** A pipeline of 16 SETs. */
  @Benchmark
  @OperationsPerInvocation(DEPTH)
  public void set(Client client) {
    client.session.receive(client.sets + (long) client.next() * client.setBytes, client.setBytes);
  }

  /** A pipeline of 16 GETs. */
  @Benchmark
  @OperationsPerInvocation(DEPTH)
  public void get(Client client) {
    client.session.receive(client.gets + (long) client.next() * client.getBytes, client.getBytes);
  }

  /** Output that is forgotten. */
  static final class Sink implements Connection {
    private static final int CHUNK_BYTES = 16 << 10;
    private final Slab slab;
    private final long chunk;

    Sink(Slab slab) {
      this.slab = slab;
      chunk = slab.allocate(CHUNK_BYTES, Tag.OUTPUT);
    }

    void free() {
      slab.free(chunk, CHUNK_BYTES, Tag.OUTPUT);
    }

    @Override
    public long chunk(int usedBytes, int minBytes) {
      return chunk;
    }

    @Override
    public int chunkBytes() {
      return CHUNK_BYTES;
    }

    @Override
    public void flush(int usedBytes) {}

    @Override
    public void write(long address, int lengthBytes) {}

    @Override
    public long gather(int lengthBytes) {
      return chunk;
    }

    @Override
    public void write(SharedBytes bytes) {}

    @Override
    public long pendingOutputBytes() {
      return 0;
    }

    @Override
    public long outputMemoryBytes() {
      return 0;
    }

    @Override
    public void close() {}

    @Override
    public void closeAfterFlush() {}

    @Override
    public void reading(boolean enabled) {}

    @Override
    public boolean inThread() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Future<?> schedule(Runnable task, long delayMillis) {
      throw new IllegalStateException("no command of the benchmark blocks");
    }

    @Override
    public SocketAddress remoteAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public SocketAddress localAddress() {
      return remoteAddress();
    }

    @Override
    public boolean isUnixSocket() {
      return false;
    }

    @Override
    public int fileDescriptor() {
      return -1;
    }
  }
}
