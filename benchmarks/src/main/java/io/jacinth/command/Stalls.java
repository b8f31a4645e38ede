package io.jacinth.command;

import io.jacinth.base.Clock;
import io.jacinth.command.hash.HashCommands;
import io.jacinth.command.key.KeyCommands;
import io.jacinth.command.list.ListCommands;
import io.jacinth.command.server.ServerCommands;
import io.jacinth.command.set.SetCommands;
import io.jacinth.command.sortedset.SortedSetCommands;
import io.jacinth.command.stream.StreamCommands;
import io.jacinth.command.string.StringCommands;
import io.jacinth.config.SettingException;
import io.jacinth.config.Settings;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Tag;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long an I/O thread is kept by one command, or by one slice of housekeeping, while there are
 * collections of a million members: so long others wait at most. Without sockets, on one thread and
 * by its CPU time, with the kernel's share, so that neither a client's own waits are in the figures
 * nor what else the machine does.
 *
 * <pre>
 * bin/benchmark io.jacinth.command.Stalls [members [rounds]]
 * </pre>
 *
 * <p>First each single-element command, every member of the collection being added by one. Then the
 * collection is removed, while GETs of another client go on (SETs of new keys, for eviction) and
 * housekeeping has its turn whenever it asks for one: of the removing call itself, of the turns and
 * of the other client's calls the longest one counts. All is done several times, as code that is
 * not compiled yet takes longer: of a round the longest is shown, of the rounds the best and the
 * worst.
 */
public final class Stalls {
  private static final int SINGLE_COMMANDS = 200_000;
  private static final int FIRST_TURNS = 3;
  private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Name; how to add member number %1$d; commands on one element. */
  private static final String[][] TYPES = {
    {"list", "RPUSH big element:%1$012d", "LINDEX big %1$d", "LPUSH big x", "LSET big %1$d y"},
    {
      "hash",
      "HSET big field:%1$012d value:%1$012d",
      "HGET big field:%1$012d",
      "HSET big new:%1$d v",
      "HDEL big new:%1$d"
    },
    {
      "set",
      "SADD big member:%1$012d",
      "SISMEMBER big member:%1$012d",
      "SADD big new:%1$d",
      "SREM big new:%1$d"
    },
    {
      "zset",
      "ZADD big %1$d member:%1$012d",
      "ZRANK big member:%1$012d",
      "ZADD big %1$d new:%1$d",
      "ZREM big new:%1$d"
    },
    {
      "stream",
      "XADD big * temperature %1$012d",
      "XADD big * temperature %1$d",
      "XLEN big",
      "XREVRANGE big + - COUNT 1"
    },
  };

  private static final int SHARDS = 16;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Engine engine;
  private final Worker worker;
  private final RequestBenchmark.Sink sink;
  private final Session session;
  private final Session other;
  private final int members;
  private int newKeys;

  private Stalls(int members) throws SettingException {
    this.members = members;
    CommandTable table = new CommandTable();
    StringCommands.register(table);
    ListCommands.register(table);
    HashCommands.register(table);
    SetCommands.register(table);
    SortedSetCommands.register(table);
    StreamCommands.register(table);
    KeyCommands.register(table);
    ServerCommands.register(table);
    Settings settings = new Settings();
    settings.load(List.of("io-threads", "1"));
    settings.load(List.of("shards", Integer.toString(SHARDS)));
    settings.load(List.of("maxmemory-policy", "allkeys-lru"));
    engine = new Engine(table, settings, Clock.SYSTEM, Log.SILENT);
    worker = engine.newWorker();
    sink = new RequestBenchmark.Sink(worker.slab());
    session = worker.open(sink);
    other = worker.open(sink);
  }

  /** The durations of calls. */
  private static final class Durations {
    private long[] nanos = new long[1 << 10];
    private int count;

    void add(long duration) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = duration;
    }

    /** In microseconds. */
    double quantile(double share) {
      Arrays.sort(nanos, 0, count);
      return count == 0 ? 0 : nanos[(int) ((count - 1) * share)] / 1e3;
    }
  }

  private static long cpuNanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  private long call(Session caller, String line) {
    byte[] request = RequestBenchmark.Client.request(line.split(" "));
    long address = worker.slab().allocate(request.length, Tag.SCRATCH);
    Memory.write(request, 0, request.length, address);
    long start = cpuNanos();
    caller.receive(address, request.length);
    long nanos = cpuNanos() - start;
    worker.slab().free(address, request.length, Tag.SCRATCH);
    return nanos;
  }

  private Durations fill(String[] type) {
    Durations durations = new Durations();
    for (int i = 0; i < members; i++) {
      durations.add(call(session, String.format(type[1], i)));
    }
    return durations;
  }

  private Durations single(String[] type) {
    Durations durations = new Durations();
    for (int i = 0; i < SINGLE_COMMANDS; i++) {
      String command = type[2 + i % (type.length - 2)];
      durations.add(call(session, String.format(command, i * 7919L % members)));
    }
    return durations;
  }

  /** What the removal takes itself, the longest turn, and the longest call of others, in us. */
  private double[] remove(String removal) {
    Durations turns = new Durations();
    Durations others = new Durations();
    boolean evicts = removal.startsWith("CONFIG");
    double own = call(session, removal) / 1e3;
    long end = System.nanoTime() + WATCH_NANOS;
    long turnAt = 0;
    while (System.nanoTime() < end) {
      others.add(call(other, evicts ? "SET new:" + newKeys++ + " value" : "GET key"));
      long now = System.nanoTime();
      if (now >= turnAt) {
        long start = cpuNanos();
        long pauseMillis = worker.tick();
        turns.add(cpuNanos() - start);
        turnAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
      }
    }
    return new double[] {own, turns.quantile(1), others.quantile(1)};
  }

  private String removal(String how) {
    return switch (how) {
      case "UNLINK", "DEL" -> how + " big";
      case "expiry" -> "PEXPIRE big 20";
      case "eviction" ->
          "CONFIG SET maxmemory " + (engine.keyspace().pages().usedBytes() + (64 << 10));
      case "RENAME" -> "RENAME big other:" + newKeys++;
      case "SET" -> "SET big x";
      default -> "EXISTS big";
    };
  }

  private void measure(String[] type, int rounds) {
    System.out.println(type[0]);
    Durations added = null;
    Durations commands = null;
    for (String how :
        new String[] {"UNLINK", "DEL", "SET", "expiry", "eviction", "RENAME", "nothing"}) {
      double[] best = null;
      double[] worst = null;
      for (int round = 0; round < rounds; round++) {
        Durations filling = fill(type);
        added = shorter(added, filling);
        if (how.equals("UNLINK")) {
          commands = shorter(commands, single(type));
        }
        double[] longest = remove(removal(how));
        best = best == null ? longest.clone() : best;
        worst = worst == null ? longest.clone() : worst;
        for (int i = 0; i < longest.length; i++) {
          best[i] = Math.min(best[i], longest[i]);
          worst[i] = Math.max(worst[i], longest[i]);
        }
        clear();
      }
      System.out.printf(
          "  %-9s call %7.0f to %7.0f, turn %7.0f to %7.0f, others %7.0f to %7.0f us%n",
          how, best[0], worst[0], best[1], worst[1], best[2], worst[2]);
    }
    print("adding", added);
    print("commands", commands);
  }

  private static Durations shorter(Durations first, Durations second) {
    return first == null || second.quantile(1) < first.quantile(1) ? second : first;
  }

  private static void print(String what, Durations durations) {
    System.out.printf(
        "  %-9s p50 %6.2f, p99 %6.2f, p99.9 %6.2f, p99.99 %6.1f, longest %6.0f us%n",
        what,
        durations.quantile(0.5),
        durations.quantile(0.99),
        durations.quantile(0.999),
        durations.quantile(0.9999),
        durations.quantile(1));
  }

  private void clear() {
    call(session, "CONFIG SET maxmemory 0");
    call(session, "FLUSHALL SYNC");
    if (engine.keyspace().count(0) != 0) {
      throw new IllegalStateException("keys are left");
    }
    call(session, "SET key value");
  }

  /** The first turns of a process load classes; a server has had them before anyone connects. */
  private void settle() {
    for (int i = 0; i < FIRST_TURNS; i++) {
      worker.tick();
    }
  }

  private void close() {
    session.closed();
    other.closed();
    sink.free();
    engine.close();
  }

  public static void main(String[] arguments) throws SettingException {
    int members = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    String only = arguments.length > 2 ? arguments[2] : "";
    Stalls stalls = new Stalls(members);
    stalls.clear();
    stalls.settle();
    for (String[] type : TYPES) {
      if (only.isEmpty() || only.equals(type[0])) {
        stalls.measure(type, rounds);
      }
    }
    stalls.close();
  }
}
