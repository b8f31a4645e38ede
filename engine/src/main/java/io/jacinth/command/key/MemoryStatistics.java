package io.jacinth.command.key;

import io.jacinth.command.Call;
import io.jacinth.command.Engine;
import io.jacinth.command.Session;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.metrics.ProcessFigures;
import io.jacinth.protocol.ReplyWriter;
import java.util.ArrayList;
import java.util.List;

/** What MEMORY STATS reports and MEMORY DOCTOR judges: one look at the memory in use. */
final class MemoryStatistics {
  /** With less there is nothing to judge. */
  private static final long MIN_JUDGED_BYTES = 5 << 20;

  private static final double MAX_PEAK_RATIO = 1.5;
  private static final double MAX_FRAGMENTATION = 1.4;
  private static final double MAX_RESIDENT_RATIO = 1.5;

  /** Outside of what is allocated: the Java heap and the JVM itself. */
  private static final long MIN_JUDGED_EXTRA_BYTES = 512L << 20;

  private static final long MAX_CLIENT_BYTES = 200 << 10;

  /** Fields of the reply besides those of the databases. */
  private static final int FIELDS = 33;

  /** One database: its number, bytes of tables and of timers. */
  private record Database(int number, long tableBytes, long timerBytes) {}

  private final long used;
  private final long peak;
  private final long startup;
  private final long committed;
  private final long resident;
  private final List<Database> databases = new ArrayList<>();
  private long keys;
  private long structureBytes;
  private long clientBytes;
  private int clients;

  private MemoryStatistics(Engine engine) {
    Keyspace keyspace = engine.keyspace();
    used = engine.usedBytes();
    peak = Math.max(engine.samples().peakBytes(), used);
    startup = engine.startupBytes();
    committed = engine.pages().committedBytes();
    resident = ProcessFigures.residentBytes();
    keyspace.lock(keyspace.allShards());
    try {
      for (int number = 0; number < keyspace.databases(); number++) {
        long count = keyspace.count(number);
        if (count > 0) {
          long tableBytes = keyspace.tableBytes(number);
          long timerBytes = keyspace.timerBytes(number);
          databases.add(new Database(number, tableBytes, timerBytes));
          structureBytes += tableBytes + timerBytes;
          keys += count;
        }
      }
    } finally {
      keyspace.unlock(keyspace.allShards());
    }
    for (Session session : engine.clients().sessions()) {
      clientBytes += session.memoryBytes();
      clients++;
    }
  }

  private static double ratio(long bytes, long ofBytes) {
    return ofBytes == 0 ? 0 : (double) bytes / ofBytes;
  }

  static void stats(Call call) {
    new MemoryStatistics(call.engine()).write(call.reply());
  }

  private void write(ReplyWriter reply) {
    long overhead = startup + clientBytes + structureBytes;
    long dataset = Math.max(0, used - overhead);
    long net = Math.max(0, used - startup);
    reply.map(FIELDS + databases.size());
    field(reply, "peak.allocated", peak);
    field(reply, "total.allocated", used);
    field(reply, "startup.allocated", startup);
    field(reply, "replication.backlog", 0);
    field(reply, "replica.fullsync.buffer", 0);
    field(reply, "clients.slaves", 0);
    field(reply, "clients.normal", clientBytes);
    field(reply, "cluster.links", 0);
    field(reply, "aof.buffer", 0);
    field(reply, "lua.caches", 0);
    field(reply, "functions.caches", 0);
    field(reply, "script.VMs", 0);
    for (Database each : databases) {
      reply.bulk("db." + each.number);
      reply.map(2);
      field(reply, "overhead.hashtable.main", each.tableBytes);
      field(reply, "overhead.hashtable.expires", each.timerBytes);
    }
    field(reply, "overhead.db.hashtable.lut", structureBytes);
    field(reply, "overhead.db.hashtable.rehashing", 0);
    field(reply, "overhead.total", overhead);
    field(reply, "db.dict.rehashing.count", 0);
    field(reply, "keys.count", keys);
    field(reply, "keys.bytes-per-key", keys == 0 ? 0 : net / keys);
    field(reply, "dataset.bytes", dataset);
    field(reply, "dataset.percentage", 100 * ratio(dataset, net));
    field(reply, "peak.percentage", 100 * ratio(used, peak));
    field(reply, "allocator.allocated", used);
    field(reply, "allocator.active", committed);
    field(reply, "allocator.resident", committed);
    field(reply, "allocator.muzzy", 0);
    field(reply, "allocator-fragmentation.ratio", ratio(committed, used));
    field(reply, "allocator-fragmentation.bytes", committed - used);
    field(reply, "allocator-rss.ratio", ratio(committed, committed));
    field(reply, "allocator-rss.bytes", 0);
    field(reply, "rss-overhead.ratio", ratio(resident, committed));
    field(reply, "rss-overhead.bytes", resident - committed);
    field(reply, "fragmentation", ratio(resident, used));
    field(reply, "fragmentation.bytes", resident - used);
  }

  private static void field(ReplyWriter reply, String name, long value) {
    reply.bulk(name);
    reply.integer(value);
  }

  private static void field(ReplyWriter reply, String name, double value) {
    reply.bulk(name);
    reply.number(value);
  }

  static void doctor(Call call) {
    call.reply().verbatim("txt", new MemoryStatistics(call.engine()).judgement());
  }

  private String judgement() {
    if (used < MIN_JUDGED_BYTES) {
      return "There is hardly anything in memory yet, so there is nothing to judge.\n";
    }
    StringBuilder text = new StringBuilder();
    if (ratio(peak, used) > MAX_PEAK_RATIO) {
      text.append(" * Peak: at its most ")
          .append(peak)
          .append(" bytes were in use, now they are ")
          .append(used)
          .append(". Pages that keep a few of the blocks of that time cannot be given back.\n");
    }
    if (ratio(committed, used) > MAX_FRAGMENTATION) {
      text.append(" * Fragmentation: ")
          .append(committed)
          .append(" bytes of pages hold ")
          .append(used)
          .append(" bytes. MEMORY PURGE gives back those that are empty; the others fill again as")
          .append(" keys are added.\n");
    }
    if (resident - committed > MIN_JUDGED_EXTRA_BYTES
        && ratio(resident, committed) > MAX_RESIDENT_RATIO) {
      text.append(" * Process: it takes ")
          .append(resident - committed)
          .append(" bytes besides the data, most of them the Java heap. -Xmx bounds it.\n");
    }
    if (clients > 0 && clientBytes / clients > MAX_CLIENT_BYTES) {
      text.append(" * Clients: the buffers of one take ")
          .append(clientBytes / clients)
          .append(" bytes on average. CLIENT LIST shows which are large: some may send requests")
          .append(" faster than they read replies.\n");
    }
    return text.isEmpty()
        ? "Memory is used as it should be.\n"
        : "This could be better in the use of memory:\n\n" + text;
  }
}
