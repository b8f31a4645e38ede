package io.jacinth.command;

import io.jacinth.base.Clock;
import io.jacinth.command.key.KeyCommands;
import io.jacinth.command.string.StringCommands;
import io.jacinth.config.SettingException;
import io.jacinth.config.Settings;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Tag;
import io.jacinth.transaction.TransactionCommands;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
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
 * Transactions of INCR and EXPIRE from the bytes of MULTI to those of EXEC's reply, without a
 * socket, in pipelines of four; beside them the two commands without a transaction. The time is
 * that of one transaction, or of the two commands.
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
      "--sun-misc-unsafe-memory-access=allow",
      "-XX:+UseSerialGC",
      "-XX:+UseCompactObjectHeaders"
    })
@State(Scope.Thread)
public class TransactionBenchmark {
  private static final int DEPTH = 4;
  private static final int KEYS = 100_000;
  private static final int PIPELINES = 4096;

  /** How many I/O threads the engine expects: with 1 it does not lock. */
  @Param({"1", "2"})
  public int ioThreads;

  /** Whether a client watches a key. */
  @Param("false")
  public boolean watched;

  private Engine engine;
  private Worker worker;
  private Session session;
  private RequestBenchmark.Sink sink;
  private Requests transactions;
  private Requests commands;
  private int at;

  /** Pipelines of requests, one after the other; none is longer than the first. */
  private static final class Requests {
    private final long[] addresses = new long[PIPELINES];
    private final int[] lengths = new int[PIPELINES];
    private long memory;
    private long sizeBytes;
  }

  @Setup(Level.Trial)
  public void open() throws SettingException {
    CommandTable table = new CommandTable();
    StringCommands.register(table);
    KeyCommands.register(table);
    TransactionCommands.register(table);
    Settings settings = new Settings();
    settings.load(List.of("io-threads", Integer.toString(ioThreads)));
    engine = new Engine(table, settings, Clock.SYSTEM, Log.SILENT);
    for (int i = 0; i < ioThreads; i++) {
      engine.newWorker();
    }
    worker = engine.workers().getFirst();
    sink = new RequestBenchmark.Sink(worker.slab());
    session = worker.open(sink);
    transactions = requests(true);
    commands = requests(false);
    for (int i = 0; i < PIPELINES; i++) {
      send(commands, i);
    }
    if (watched) {
      byte[] watch = RequestBenchmark.Client.request("WATCH", "watched");
      long address = worker.slab().allocate(watch.length, Tag.SCRATCH);
      Memory.write(watch, 0, watch.length, address);
      worker.open(sink).receive(address, watch.length);
      worker.slab().free(address, watch.length, Tag.SCRATCH);
    }
  }

  private Requests requests(boolean inTransactions) {
    Requests requests = new Requests();
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < PIPELINES; i++) {
      int from = all.length();
      for (int j = 0; j < DEPTH; j++) {
        String key = String.format("n:%012d", ThreadLocalRandom.current().nextInt(KEYS));
        if (inTransactions) {
          all.append(text("MULTI"));
        }
        all.append(text("INCR", key)).append(text("EXPIRE", key, "100"));
        if (inTransactions) {
          all.append(text("EXEC"));
        }
      }
      requests.addresses[i] = from;
      requests.lengths[i] = all.length() - from;
    }
    requests.sizeBytes = all.length();
    requests.memory = worker.slab().allocate(requests.sizeBytes, Tag.SCRATCH);
    for (int i = 0; i < all.length(); i++) {
      Memory.putByte(requests.memory + i, all.charAt(i));
    }
    for (int i = 0; i < PIPELINES; i++) {
      requests.addresses[i] += requests.memory;
    }
    return requests;
  }

  private static String text(String... words) {
    StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return text.toString();
  }

  @TearDown(Level.Trial)
  public void close() {
    session.closed();
    sink.free();
    worker.slab().free(transactions.memory, transactions.sizeBytes, Tag.SCRATCH);
    worker.slab().free(commands.memory, commands.sizeBytes, Tag.SCRATCH);
    engine.close();
  }

  private void send(Requests requests, int i) {
    session.receive(requests.addresses[i], requests.lengths[i]);
  }

  /** Four transactions in a pipeline. */
  @Benchmark
  @OperationsPerInvocation(DEPTH)
  public void transaction() {
    at = (at + 1) % PIPELINES;
    send(transactions, at);
  }

  /** The same commands without them. */
  @Benchmark
  @OperationsPerInvocation(DEPTH)
  public void commandsAlone() {
    at = (at + 1) % PIPELINES;
    send(commands, at);
  }
}
