package io.jacinth.command.server;

import io.jacinth.command.Call;
import io.jacinth.command.Command;
import io.jacinth.command.Engine;
import io.jacinth.command.Samples;
import io.jacinth.command.ScriptFigures;
import io.jacinth.command.Session;
import io.jacinth.command.Statistics;
import io.jacinth.command.Version;
import io.jacinth.command.Worker;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.Keyspace.Counter;
import io.jacinth.metrics.LatencyHistogram;
import io.jacinth.metrics.ProcessFigures;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * INFO: the figures of a running store, in sections.
 *
 * <p>Names and order are Redis's, so that what reads them finds them. A field of something that
 * this store does not have says so: 0, or what holds where the thing is switched off.
 */
final class InfoCommand {
  private static final long MILLIS_PER_DAY = 86_400_000;
  private static final int LRU_CLOCK_MASK = 0xff_ffff;

  /** Turns of housekeeping per second. */
  private static final int TURNS_PER_SECOND = 10;

  /** In the order of the reply. */
  private enum Section {
    SERVER,
    CLIENTS,
    MEMORY,
    PERSISTENCE,
    THREADS,
    STATS,
    REPLICATION,
    CPU,
    MODULES,
    COMMANDSTATS,
    ERRORSTATS,
    LATENCYSTATS,
    CLUSTER,
    KEYSPACE,
    DEBUG;

    /** Those that are not shown unless they are asked for. */
    static final Set<Section> DETAILS = EnumSet.of(COMMANDSTATS, LATENCYSTATS);

    /** All but what is shown to those only who ask for it by its name. */
    static final Set<Section> ALL = EnumSet.range(SERVER, KEYSPACE);

    static final Set<Section> DEFAULT = EnumSet.copyOf(ALL);

    static {
      DEFAULT.removeAll(DETAILS);
    }

    String title() {
      return this == CPU ? "CPU" : name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
  }

  private final Call call;
  private final Engine engine;
  private final StringBuilder text = new StringBuilder();

  private InfoCommand(Call call) {
    this.call = call;
    engine = call.engine();
  }

  static void info(Call call) {
    Set<Section> sections = EnumSet.noneOf(Section.class);
    if (call.count() == 1) {
      sections.addAll(Section.DEFAULT);
    }
    for (int i = 1; i < call.count(); i++) {
      sections.addAll(named(call.text(i)));
    }
    InfoCommand info = new InfoCommand(call);
    sections.forEach(info::append);
    call.reply().verbatim("txt", info.text.toString());
  }

  private static Set<Section> named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "all", "everything" -> Section.ALL;
      case "default" -> Section.DEFAULT;
      default ->
          Arrays.stream(Section.values())
              .filter(section -> section.name().equalsIgnoreCase(name))
              .collect(Collectors.toSet());
    };
  }

  private void append(Section section) {
    text.append(text.isEmpty() ? "# " : "\r\n# ").append(section.title()).append("\r\n");
    switch (section) {
      case SERVER -> server();
      case CLIENTS -> clients();
      case MEMORY -> memory();
      case PERSISTENCE -> persistence();
      case THREADS -> threads();
      case STATS -> stats();
      case REPLICATION -> replication();
      case CPU -> cpu();
      case MODULES -> {}
      case COMMANDSTATS -> commandStats();
      case ERRORSTATS -> errorStats();
      case LATENCYSTATS -> latencyStats();
      case CLUSTER -> field("cluster_enabled", 0);
      case KEYSPACE -> keyspace();
      case DEBUG -> debug();
    }
  }

  // ---- lines ----

  private void field(String name, String value) {
    text.append(name).append(':').append(value).append("\r\n");
  }

  private void field(String name, long value) {
    text.append(name).append(':').append(value).append("\r\n");
  }

  /** With so many decimals. */
  private void field(String name, double value, int decimals) {
    field(name, String.format(Locale.ROOT, "%." + decimals + "f", value));
  }

  private void percent(String name, long part, long whole) {
    field(name, String.format(Locale.ROOT, "%.2f%%", whole == 0 ? 0 : part * 100.0 / whole));
  }

  private void ratio(String name, long a, long b) {
    field(name, b == 0 ? 0 : (double) a / b, 2);
  }

  private void zeros(String... names) {
    for (String name : names) {
      field(name, 0);
    }
  }

  /** The number of bytes, and the same for human readers. */
  private void bytes(String name, long bytes) {
    field(name, bytes);
    field(name + "_human", human(bytes));
  }

  /** For example {@code 1.50M}. */
  static String human(long bytes) {
    if (bytes < 1024) {
      return bytes + "B";
    }
    String units = "KMGTPE";
    double value = bytes / 1024.0;
    int unit = 0;
    while (value >= 1024) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.2f%c", value, units.charAt(unit));
  }

  // ---- sections ----

  private void server() {
    long uptimeMillis = call.nowMillis() - engine.startedAtMillis();
    field("redis_version", Version.REDIS);
    field("redis_git_sha1", "00000000");
    field("redis_git_dirty", 0);
    field("redis_build_id", Integer.toHexString(Version.JACINTH.hashCode()));
    field("redis_mode", "standalone");
    field("server_name", "jacinth");
    field("jacinth_version", Version.JACINTH);
    field("java_version", System.getProperty("java.version"));
    field("java_vm", System.getProperty("java.vm.name"));
    field("os", operatingSystem());
    field("arch_bits", 64);
    field("monotonic_clock", "System.nanoTime");
    field("multiplexing_api", engine.host().multiplexing());
    field("atomicvar_api", "java.lang.invoke.VarHandle");
    field("gcc_version", "0.0.0");
    field("process_id", ProcessHandle.current().pid());
    field("process_supervised", "no");
    field("run_id", engine.runId());
    field("tcp_port", engine.host().tcpPort());
    field("server_time_usec", engine.clock().millis() * 1000);
    field("uptime_in_seconds", uptimeMillis / 1000);
    field("uptime_in_days", uptimeMillis / MILLIS_PER_DAY);
    field("hz", TURNS_PER_SECOND);
    field("configured_hz", engine.settings().named("hz").text());
    field("lru_clock", call.nowMillis() / 1000 & LRU_CLOCK_MASK);
    field("executable", ProcessHandle.current().info().command().orElse(""));
    field(
        "config_file", engine.settings().file() == null ? "" : engine.settings().file().toString());
    field("io_threads_active", engine.workers().size() > 1 ? 1 : 0);
    int number = 0;
    for (String listener : engine.host().listeners()) {
      field("listener" + number++, listener);
    }
  }

  private static String operatingSystem() {
    String architecture = System.getProperty("os.arch");
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " "
        + (architecture.equals("amd64") ? "x86_64" : architecture);
  }

  private void clients() {
    Samples samples = engine.samples();
    int paused = 0;
    for (Session session : engine.clients().sessions()) {
      paused += session.isPaused() ? 1 : 0;
    }
    field("connected_clients", engine.clients().count());
    field("cluster_connections", 0);
    field("maxclients", engine.maxClients());
    field("client_recent_max_input_buffer", samples.maxInputBytes());
    field("client_recent_max_output_buffer", samples.maxOutputBytes());
    field("blocked_clients", paused + engine.blockedClients());
    field("tracking_clients", 0);
    field("pubsub_clients", engine.broker().subscribers());
    field("watching_clients", engine.clients().watching());
    zeros("clients_in_timeout_table");
    field("total_watched_keys", engine.keyspace().watchedKeys());
    field("total_blocking_keys", engine.keyspace().awaitedKeys());
    field("total_blocking_keys_on_nokey", engine.keyspace().awaitedRemovals());
  }

  private void memory() {
    Keyspace keys = engine.keyspace();
    long used = engine.usedBytes();
    long peak = engine.samples().peakBytes();
    long resident = ProcessFigures.residentBytes();
    long overhead = engine.overheadBytes();
    long startup = engine.startupBytes();
    long committed = engine.pages().committedBytes();
    long clientBytes = 0;
    for (Session session : engine.clients().sessions()) {
      clientBytes += session.memoryBytes();
    }
    bytes("used_memory", used);
    bytes("used_memory_rss", resident);
    bytes("used_memory_peak", peak);
    percent("used_memory_peak_perc", used, peak);
    field("used_memory_overhead", overhead);
    field("used_memory_startup", startup);
    field("used_memory_dataset", used - overhead);
    percent("used_memory_dataset_perc", used - overhead, used - startup);
    field("allocator_allocated", used);
    field("allocator_active", committed);
    field("allocator_resident", committed);
    field("allocator_muzzy", 0);
    bytes("total_system_memory", ProcessFigures.totalMemoryBytes());
    scripts();
    bytes("maxmemory", engine.eviction().maxBytes());
    field("maxmemory_policy", engine.eviction().policy().configName());
    ratio("allocator_frag_ratio", committed, used);
    field("allocator_frag_bytes", committed - used);
    ratio("allocator_rss_ratio", committed, committed);
    field("allocator_rss_bytes", 0);
    ratio("rss_overhead_ratio", resident, committed);
    field("rss_overhead_bytes", resident - committed);
    ratio("mem_fragmentation_ratio", resident, used);
    field("mem_fragmentation_bytes", resident - used);
    zeros(
        "mem_not_counted_for_evict",
        "mem_replication_backlog",
        "mem_total_replication_buffers",
        "mem_replica_full_sync_buffer",
        "mem_clients_slaves");
    field("mem_clients_normal", clientBytes);
    zeros("mem_cluster_links", "mem_aof_buffer");
    field("mem_allocator", "jacinth-slab");
    zeros("mem_overhead_db_hashtable_rehashing", "active_defrag_running");
    field("lazyfree_pending_objects", keys.garbageRecords());
    field("lazyfreed_objects", keys.sum(Counter.LAZY_FREED));
    javaHeap();
  }

  private void scripts() {
    ScriptFigures scripts = engine.scripts();
    long values = scripts.scriptValueBytes();
    field("used_memory_lua", values);
    field("used_memory_vm_eval", values);
    field("used_memory_lua_human", human(values));
    field("used_memory_scripts_eval", scripts.scriptBytes());
    field("number_of_cached_scripts", scripts.scripts());
    field("number_of_functions", scripts.functions());
    field("number_of_libraries", scripts.libraries());
    field("used_memory_vm_functions", scripts.functionValueBytes());
    bytes("used_memory_vm_total", values + scripts.functionValueBytes());
    field("used_memory_functions", scripts.libraryBytes());
    bytes("used_memory_scripts", scripts.scriptBytes() + scripts.libraryBytes());
  }

  private void debug() {
    long longestNanos = 0;
    long mostCommands = 0;
    for (Worker worker : engine.workers()) {
      Statistics statistics = engine.statistics(worker);
      longestNanos = Math.max(longestNanos, statistics.longestBatchNanos());
      mostCommands = Math.max(mostCommands, statistics.largestBatch());
    }
    zeros("eventloop_duration_aof_sum");
    field("eventloop_duration_cron_sum", engine.total(Statistics::housekeepingNanos) / 1000);
    field("eventloop_duration_max", longestNanos / 1000);
    field("eventloop_cmd_per_cycle_max", mostCommands);
  }

  private void javaHeap() {
    MemoryUsage heap = ProcessFigures.heap();
    bytes("jvm_heap_used", heap.getUsed());
    field("jvm_heap_committed", heap.getCommitted());
    field("jvm_heap_max", heap.getMax());
    field("jvm_gc_count", ProcessFigures.collections());
    field("jvm_gc_time_ms", ProcessFigures.collectionMillis());
  }

  private void persistence() {
    zeros(
        "loading", "async_loading", "current_cow_peak", "current_cow_size", "current_cow_size_age");
    field("current_fork_perc", 0, 2);
    zeros("current_save_keys_processed", "current_save_keys_total");
    field("rdb_changes_since_last_save", engine.keyspace().sum(Counter.DIRTY));
    field("rdb_bgsave_in_progress", 0);
    field("rdb_last_save_time", engine.startedAtMillis() / 1000);
    field("rdb_last_bgsave_status", "ok");
    field("rdb_last_bgsave_time_sec", -1);
    field("rdb_current_bgsave_time_sec", -1);
    zeros(
        "rdb_saves",
        "rdb_last_cow_size",
        "rdb_last_load_keys_expired",
        "rdb_last_load_keys_loaded",
        "aof_enabled",
        "aof_rewrite_in_progress",
        "aof_rewrite_scheduled");
    field("aof_last_rewrite_time_sec", -1);
    field("aof_current_rewrite_time_sec", -1);
    field("aof_last_bgrewrite_status", "ok");
    zeros("aof_rewrites", "aof_rewrites_consecutive_failures");
    field("aof_last_write_status", "ok");
    zeros("aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size");
  }

  private void threads() {
    for (Worker worker : engine.workers()) {
      int clients = 0;
      for (Session session : engine.clients().sessions()) {
        clients += session.worker() == worker ? 1 : 0;
      }
      Statistics statistics = engine.statistics(worker);
      field(
          "io_thread_" + worker.number(),
          "clients=" + clients + ",reads=" + statistics.reads() + ",writes=" + statistics.writes());
    }
  }

  private void stats() {
    Keyspace keys = engine.keyspace();
    Samples samples = engine.samples();
    long reads = engine.total(Statistics::reads);
    long writes = engine.total(Statistics::writes);
    boolean threaded = engine.workers().size() > 1;
    field("total_connections_received", engine.clients().accepted());
    field("total_commands_processed", engine.total(Statistics::commands));
    field("instantaneous_ops_per_sec", Math.round(samples.commandsPerSecond()));
    field("total_net_input_bytes", engine.total(Statistics::readBytes));
    field("total_net_output_bytes", engine.total(Statistics::writtenBytes));
    zeros("total_net_repl_input_bytes", "total_net_repl_output_bytes");
    field("instantaneous_input_kbps", samples.readBytesPerSecond() / 1024, 2);
    field("instantaneous_output_kbps", samples.writtenBytesPerSecond() / 1024, 2);
    field("instantaneous_input_repl_kbps", 0, 2);
    field("instantaneous_output_repl_kbps", 0, 2);
    field("rejected_connections", engine.clients().rejected());
    zeros("sync_full", "sync_partial_ok", "sync_partial_err");
    field("expired_subkeys", keys.sum(Counter.EXPIRED_MEMBERS));
    field("expired_fields", keys.sum(Counter.EXPIRED_MEMBERS)); // Valkey's name
    field("expired_keys", keys.sum(Counter.EXPIRED));
    field("expired_stale_perc", 100 * keys.staleShare(), 2);
    field("expired_time_cap_reached_count", keys.sum(Counter.EXPIRE_CUT_SHORT));
    field("expire_cycle_cpu_milliseconds", keys.sum(Counter.EXPIRE_CYCLE_NANOS) / 1_000_000);
    field("evicted_keys", keys.sum(Counter.EVICTED));
    zeros("evicted_clients");
    field("evicted_scripts", engine.scripts().evictedScripts());
    field("total_eviction_exceeded_time", samples.exceededMillis());
    field("current_eviction_exceeded_time", samples.currentlyExceededMillis());
    field("keyspace_hits", keys.sum(Counter.HITS));
    field("keyspace_misses", keys.sum(Counter.MISSES));
    field("pubsub_channels", engine.broker().channels());
    field("pubsub_patterns", engine.broker().patterns());
    field("pubsubshard_channels", engine.broker().shardChannels());
    zeros(
        "latest_fork_usec",
        "total_forks",
        "migrate_cached_sockets",
        "slave_expires_tracked_keys",
        "active_defrag_hits",
        "active_defrag_misses",
        "active_defrag_key_hits",
        "active_defrag_key_misses",
        "total_active_defrag_time",
        "current_active_defrag_time",
        "tracking_total_keys",
        "tracking_total_items",
        "tracking_total_prefixes",
        "unexpected_error_replies");
    field("total_error_replies", engine.total(Statistics::errorReplies));
    field("dump_payload_sanitizations", 0);
    field("total_reads_processed", reads);
    field("total_writes_processed", writes);
    field("io_threaded_reads_processed", threaded ? reads : 0);
    field("io_threaded_writes_processed", threaded ? writes : 0);
    field("client_query_buffer_limit_disconnections", engine.queryLimitDisconnections());
    field("client_output_buffer_limit_disconnections", engine.outputLimitDisconnections());
    zeros("reply_buffer_shrinks", "reply_buffer_expands");
    field("eventloop_cycles", engine.total(Statistics::batches));
    field("eventloop_duration_sum", engine.total(Statistics::batchNanos) / 1000);
    field("eventloop_duration_cmd_sum", engine.total(Statistics::commandNanos) / 1000);
    field("instantaneous_eventloop_cycles_per_sec", Math.round(samples.batchesPerSecond()));
    field("instantaneous_eventloop_duration_usec", Math.round(samples.batchMicros()));
    field("acl_access_denied_auth", engine.deniedAuthentications());
    zeros("acl_access_denied_cmd", "acl_access_denied_key", "acl_access_denied_channel");
  }

  private void replication() {
    field("role", "master");
    field("connected_slaves", 0);
    field("master_failover_state", "no-failover");
    field("master_replid", engine.replicationId());
    field("master_replid2", "0".repeat(Engine.ID_LENGTH));
    field("master_repl_offset", 0);
    field("second_repl_offset", -1);
    field("repl_backlog_active", 0);
    field("repl_backlog_size", engine.settings().named("repl-backlog-size").text());
    zeros("repl_backlog_first_byte_offset", "repl_backlog_histlen");
  }

  private void cpu() {
    ProcessFigures.Cpu process = ProcessFigures.processCpu();
    ProcessFigures.Cpu thread = ProcessFigures.threadCpu();
    field("used_cpu_sys", process.system(), 6);
    field("used_cpu_user", process.user(), 6);
    field("used_cpu_sys_children", process.childSystem(), 6);
    field("used_cpu_user_children", process.childUser(), 6);
    field("used_cpu_sys_main_thread", thread.system(), 6);
    field("used_cpu_user_main_thread", thread.user(), 6);
  }

  private void commandStats() {
    List<Statistics> all = statistics();
    for (Command command : engine.commands().all()) {
      int number = command.number();
      long calls = 0;
      long nanos = 0;
      long rejected = 0;
      long failed = 0;
      for (Statistics each : all) {
        calls += each.calls(number);
        nanos += each.nanos(number);
        rejected += each.rejected(number);
        failed += each.failed(number);
      }
      if (calls + rejected > 0) {
        field(
            "cmdstat_" + command.fullName(),
            "calls="
                + calls
                + ",usec="
                + nanos / 1000
                + ",usec_per_call="
                + String.format(Locale.ROOT, "%.2f", calls == 0 ? 0 : nanos / 1000.0 / calls)
                + ",rejected_calls="
                + rejected
                + ",failed_calls="
                + failed);
      }
    }
  }

  private void errorStats() {
    Map<String, Long> errors = new TreeMap<>();
    for (Statistics each : statistics()) {
      each.errors().forEach((name, count) -> errors.merge(name, count, Long::sum));
    }
    errors.forEach((name, count) -> field("errorstat_" + name, "count=" + count));
  }

  private void latencyStats() {
    if (!engine.settings().latencyTracking.isOn()) {
      return;
    }
    List<Double> percentiles = engine.settings().latencyTrackingInfoPercentiles.value();
    for (Command command : engine.commands().all()) {
      LatencyHistogram latency = new LatencyHistogram();
      for (Statistics each : statistics()) {
        LatencyHistogram one = each.latency(command.number());
        if (one != null) {
          latency.add(one);
        }
      }
      if (latency.count() > 0) {
        List<String> values = new ArrayList<>();
        for (double percent : percentiles) {
          double micros = latency.percentileNanos(percent) / 1000.0;
          values.add("p" + percentText(percent) + "=" + String.format(Locale.ROOT, "%.3f", micros));
        }
        field("latency_percentiles_usec_" + command.fullName(), String.join(",", values));
      }
    }
  }

  /** Without a fraction that says nothing: 99, 99.9. */
  private static String percentText(double percent) {
    return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
  }

  private List<Statistics> statistics() {
    List<Statistics> all = new ArrayList<>();
    for (Worker worker : engine.workers()) {
      all.add(engine.statistics(worker));
    }
    return all;
  }

  private void keyspace() {
    Keyspace keys = engine.keyspace();
    keys.lock(keys.allShards());
    try {
      for (int database = 0; database < keys.databases(); database++) {
        long count = keys.count(database);
        if (count > 0) {
          field(
              "db" + database,
              "keys="
                  + count
                  + ",expires="
                  + keys.countExpiring(database)
                  + ",avg_ttl="
                  + keys.meanTimeToLiveMillis(database, call.nowMillis())
                  + ",subexpiry="
                  + keys.countWithExpiringMembers(database)
                  // Valkey's name
                  + ",keys_with_volatile_items="
                  + keys.countWithExpiringMembers(database));
        }
      }
    } finally {
      keys.unlock(keys.allShards());
    }
  }
}
