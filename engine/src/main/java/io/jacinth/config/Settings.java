package io.jacinth.config;

import io.jacinth.base.GlobPattern;
import io.jacinth.base.Latin1;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * All settings of one instance: every directive of Redis 8's redis.conf, and a few more.
 *
 * <p>Code that needs a setting reads its field, for example {@code settings.maxmemory.asLong()}:
 * one volatile read. Code that has to do something when a setting changes says so once, with {@link
 * #onChange}.
 *
 * <p>Values change only under this object's lock, several at once as if they were one: {@link #set}
 * validates all, takes all, lets them take effect, and puts all back if one cannot.
 *
 * <p>Texts are Latin 1: each character is a byte of the file or of the client.
 */
public final class Settings {
  private static final int MAX_IO_THREADS = 128;
  private static final long MAX_UNSIGNED_INT = 0xFFFF_FFFFL;
  private static final long MIN_BACKLOG_BYTES = 16 << 10;

  private static final String NO_TLS_YET = "Unable to update TLS configuration. Check server logs.";

  private static final Syntax<Long> NO_TLS_PORT =
      new NumberSyntax(NumberSyntax.Form.INTEGER, 0, 65_535) {
        @Override
        public Long parse(List<String> words, Long current, boolean again) throws SettingException {
          if (super.parse(words, current, again) != 0) {
            throw new SettingException(NO_TLS_YET);
          }
          return 0L;
        }
      };

  private static final Syntax<Boolean> NO_TLS =
      new BooleanSetting.YesNo() {
        @Override
        public Boolean parse(List<String> words, Boolean current, boolean again)
            throws SettingException {
          if (super.parse(words, current, again)) {
            throw new SettingException(NO_TLS_YET);
          }
          return false;
        }
      };

  private final List<Setting<?>> declared = new ArrayList<>();

  /** By each of their names, in the order of declaration. */
  private final Map<String, Setting<?>> byName = new LinkedHashMap<>();

  private final Map<String, Directive> directives = new HashMap<>();

  /** The file that the settings were read from and are rewritten to, or null. */
  private Path file;

  // ---- network

  public final Setting<List<String>> bind =
      setting("bind", new WordsSyntax.Addresses(), List.of("*", "-::*"));

  public final NumberSetting port = integer("port", 6379, 0, 65_535);

  public final BooleanSetting protectedMode = yesNo("protected-mode", true);

  public final NumberSetting tcpBacklog = integer("tcp-backlog", 511, 0, Integer.MAX_VALUE).fixed();

  public final Setting<String> unixsocket = text("unixsocket", "").fixed();

  public final NumberSetting unixsocketperm =
      number("unixsocketperm", NumberSyntax.Form.OCTAL, 0, 0, 0777).fixed();

  public final NumberSetting timeout = integer("timeout", 0, 0, Integer.MAX_VALUE);

  public final NumberSetting tcpKeepalive = integer("tcp-keepalive", 300, 0, Integer.MAX_VALUE);

  public final NumberSetting maxclients = integer("maxclients", 10_000, 1, MAX_UNSIGNED_INT);

  public final NumberSetting listMaxListpackSize =
      integer("list-max-listpack-size", -2, Integer.MIN_VALUE, Integer.MAX_VALUE)
          .also("list-max-ziplist-size");

  public final NumberSetting hashMaxListpackEntries =
      integer("hash-max-listpack-entries", 512, 0, Long.MAX_VALUE).also("hash-max-ziplist-entries");

  public final NumberSetting hashMaxListpackValue =
      memory("hash-max-listpack-value", 64, 0).also("hash-max-ziplist-value");

  public final NumberSetting zsetMaxListpackEntries =
      integer("zset-max-listpack-entries", 128, 0, Long.MAX_VALUE).also("zset-max-ziplist-entries");

  public final NumberSetting zsetMaxListpackValue =
      memory("zset-max-listpack-value", 64, 0).also("zset-max-ziplist-value");

  public final NumberSetting hllSparseMaxBytes = memory("hll-sparse-max-bytes", 3000, 0);

  public final NumberSetting setMaxIntsetEntries =
      integer("set-max-intset-entries", 512, 0, Long.MAX_VALUE);

  public final NumberSetting setMaxListpackEntries =
      integer("set-max-listpack-entries", 128, 0, Long.MAX_VALUE);

  public final NumberSetting setMaxListpackValue =
      integer("set-max-listpack-value", 64, 0, Long.MAX_VALUE);

  public final NumberSetting streamNodeMaxBytes = memory("stream-node-max-bytes", 4096, 0);

  public final NumberSetting streamNodeMaxEntries =
      integer("stream-node-max-entries", 100, 0, Long.MAX_VALUE);

  public final NumberSetting streamIdmpDuration =
      integer("stream-idmp-duration", 100, 1, 86_400).hidden();

  public final NumberSetting streamIdmpMaxsize =
      integer("stream-idmp-maxsize", 100, 1, 10_000).hidden();

  public final NumberSetting protoMaxBulkLen = memory("proto-max-bulk-len", 512 << 20, 1 << 20);

  public final NumberSetting clientQueryBufferLimit =
      memory("client-query-buffer-limit", 1 << 30, 1 << 20);

  public final Setting<OutputBufferLimits> clientOutputBufferLimit =
      setting("client-output-buffer-limit", OutputBufferLimits.SYNTAX, OutputBufferLimits.DEFAULT);

  public final NumberSetting ioThreads =
      integer(
              "io-threads",
              Math.min(Runtime.getRuntime().availableProcessors(), MAX_IO_THREADS),
              1,
              MAX_IO_THREADS)
          .fixed();

  /**
   * How the operating system is asked for what happens at sockets; {@code auto} is the best there
   * is.
   */
  public final Setting<String> ioTransport =
      choice("io-transport", "auto", "auto", "io_uring", "epoll", "kqueue", "nio").fixed().hidden();

  /** How many parts, each with a lock, the keys are in; 0 leaves it to the number of threads. */
  public final NumberSetting shards = integer("shards", 0, 0, 64).fixed().hidden();

  {
    number("maxmemory-clients", NumberSyntax.Form.MEMORY_OR_PERCENT, 0, 0, 0)
        .inert(Inert.CLIENT_EVICTION);
    integer("max-new-connections-per-cycle", 10, 1, 1000).inert(Inert.EVENT_LOOP);
    integer("max-new-tls-connections-per-cycle", 1, 1, 1000).inert(Inert.TLS);
    text("bind-source-addr", "").inert(Inert.REPLICATION);
    integer("socket-mark-id", 0, 0, MAX_UNSIGNED_INT).fixed().inert(Inert.SOCKET_MARK);
  }

  // ---- databases and memory

  public final NumberSetting databases = integer("databases", 16, 1, Integer.MAX_VALUE).fixed();

  public final NumberSetting maxmemory =
      number("maxmemory", NumberSyntax.Form.UNSIGNED_MEMORY, 0, 0, 0);

  public final Setting<String> maxmemoryPolicy =
      choice(
          "maxmemory-policy",
          "noeviction",
          "volatile-lru",
          "volatile-lfu",
          "volatile-lrm",
          "volatile-random",
          "volatile-ttl",
          "allkeys-lru",
          "allkeys-lfu",
          "allkeys-lrm",
          "allkeys-random",
          "noeviction");

  public final NumberSetting maxmemorySamples = integer("maxmemory-samples", 5, 1, 64);

  public final NumberSetting maxmemoryEvictionTenacity =
      integer("maxmemory-eviction-tenacity", 10, 0, 100);

  public final NumberSetting lfuLogFactor = integer("lfu-log-factor", 10, 0, Integer.MAX_VALUE);

  public final NumberSetting lfuDecayTime = integer("lfu-decay-time", 1, 0, Integer.MAX_VALUE);

  public final BooleanSetting lazyfreeLazyUserFlush = yesNo("lazyfree-lazy-user-flush", false);

  public final NumberSetting activeExpireEffort =
      integer("active-expire-effort", 1, 1, 10).inert(Inert.EXPIRY);

  {
    yesNo("lazyfree-lazy-eviction", false).inert(Inert.LAZY_FREEING);
    yesNo("lazyfree-lazy-expire", false).inert(Inert.LAZY_FREEING);
    yesNo("lazyfree-lazy-server-del", false).inert(Inert.LAZY_FREEING);
    yesNo("lazyfree-lazy-user-del", false).inert(Inert.LAZY_FREEING);
    yesNo("activerehashing", true).inert(Inert.NO_CYCLE);
    integer("hz", 10, 0, Integer.MAX_VALUE).broughtBetween(1, 500).inert(Inert.NO_CYCLE);
    yesNo("dynamic-hz", true).inert(Inert.NO_CYCLE);
    yesNo("activedefrag", false).inert(Inert.DEFRAGMENTATION);
    memory("active-defrag-ignore-bytes", 100 << 20, 1).inert(Inert.DEFRAGMENTATION);
    integer("active-defrag-threshold-lower", 10, 0, 1000).inert(Inert.DEFRAGMENTATION);
    integer("active-defrag-threshold-upper", 100, 0, 1000).inert(Inert.DEFRAGMENTATION);
    integer("active-defrag-cycle-min", 1, 1, 99).inert(Inert.DEFRAGMENTATION);
    integer("active-defrag-cycle-max", 25, 1, 99).inert(Inert.DEFRAGMENTATION);
    integer("active-defrag-max-scan-fields", 1000, 1, Long.MAX_VALUE).inert(Inert.DEFRAGMENTATION);
    yesNo("jemalloc-bg-thread", true).inert(Inert.ALLOCATOR);
    yesNo("disable-thp", true).fixed().inert(Inert.ALLOCATOR);
  }

  // ---- security

  public final Setting<String> requirepass = text("requirepass", "").sensitive();

  public final Setting<Permission> enableProtectedConfigs =
      setting("enable-protected-configs", ChoiceSyntax.of(Permission.class), Permission.NO).fixed();

  public final Setting<Permission> enableDebugCommand =
      setting("enable-debug-command", ChoiceSyntax.of(Permission.class), Permission.NO).fixed();

  {
    setting("enable-module-command", ChoiceSyntax.of(Permission.class), Permission.NO)
        .fixed()
        .inert(Inert.MODULES);
    text("aclfile", "").fixed().inert(Inert.ACL);
    choice("acl-pubsub-default", "resetchannels", "allchannels", "resetchannels").inert(Inert.ACL);
    integer("acllog-max-len", 128, 0, Long.MAX_VALUE).inert(Inert.ACL);
  }

  // ---- the process and its log

  public final Setting<Path> directory =
      setting("dir", new DirectorySyntax(), Path.of("")).guarded();

  public final Setting<String> loglevel =
      choice("loglevel", "notice", "debug", "verbose", "notice", "warning", "nothing");

  public final Setting<String> logfile = setting("logfile", TextSyntax.EMPTY_IS_A_TEXT, "").fixed();

  public final BooleanSetting hideUserDataFromLog =
      yesNo("hide-user-data-from-log", false).inert(Inert.USER_DATA);

  public final Setting<String> pidfile = text("pidfile", "").fixed();

  public final Setting<Set<ShutdownOptions>> shutdownOnSigint =
      setting("shutdown-on-sigint", ShutdownOptions.SYNTAX, Set.of());

  public final Setting<Set<ShutdownOptions>> shutdownOnSigterm =
      setting("shutdown-on-sigterm", ShutdownOptions.SYNTAX, Set.of());

  {
    yesNo("daemonize", false).fixed().inert(Inert.PROCESS);
    choice("supervised", "no", "upstart", "systemd", "auto", "no").fixed().inert(Inert.PROCESS);
    yesNo("set-proc-title", true).fixed().inert(Inert.PROCESS);
    setting(
            "proc-title-template",
            new CheckedText(CheckedText::processTitle),
            "{title} {listen-addr} {server-mode}")
        .inert(Inert.PROCESS);
    yesNo("always-show-logo", false).fixed().inert(Inert.PROCESS);
    yesNo("syslog-enabled", false).fixed().inert(Inert.SYSLOG);
    text("syslog-ident", "redis").fixed().inert(Inert.SYSLOG);
    choice(
            "syslog-facility",
            "local0",
            "user",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7")
        .fixed()
        .inert(Inert.SYSLOG);
    yesNo("crash-log-enabled", true).inert(Inert.CRASHES);
    yesNo("crash-memcheck-enabled", true).inert(Inert.CRASHES);
    yesNo("use-exit-on-panic", false).hidden().inert(Inert.CRASHES);
    integer("watchdog-period", 0, 0, Integer.MAX_VALUE).hidden().inert(Inert.CRASHES);
    yesNo("enable-debug-assert", false).fixed().hidden().inert(Inert.CRASHES);
    setting("ignore-warnings", TextSyntax.EMPTY_IS_A_TEXT, "").inert(Inert.PROCESS);
    choice("oom-score-adj", "no", "no", "yes", "relative", "absolute").inert(Inert.KILL_SCORE);
    setting("oom-score-adj-values", new WordsSyntax.KillScores(), List.of("0", "200", "800"))
        .inert(Inert.KILL_SCORE);
    text("server-cpulist", "").also("server_cpulist").fixed().inert(Inert.CPU_LIST);
    text("bio-cpulist", "").also("bio_cpulist").fixed().inert(Inert.CPU_LIST);
    text("aof-rewrite-cpulist", "").also("aof_rewrite_cpulist").fixed().inert(Inert.CPU_LIST);
    text("bgsave-cpulist", "").also("bgsave_cpulist").fixed().inert(Inert.CPU_LIST);
    integer("shutdown-timeout", 10, 0, Integer.MAX_VALUE).inert(Inert.REPLICATION);
    setting("locale-collate", new CheckedText(CheckedText::locale), "").inert(Inert.COLLATION);
  }

  // ---- watching

  public final NumberSetting notifyKeyspaceEvents =
      declare(new NumberSetting("notify-keyspace-events", KeyspaceEvents.SYNTAX, 0));

  public final NumberSetting slowlogLogSlowerThan =
      integer("slowlog-log-slower-than", 10_000, -1, Long.MAX_VALUE).inert(Inert.OBSERVATION);

  public final NumberSetting slowlogMaxLen =
      integer("slowlog-max-len", 128, 0, Long.MAX_VALUE).inert(Inert.OBSERVATION);

  public final NumberSetting latencyMonitorThreshold =
      integer("latency-monitor-threshold", 0, 0, Long.MAX_VALUE).inert(Inert.OBSERVATION);

  public final BooleanSetting latencyTracking = yesNo("latency-tracking", true);

  public final Setting<List<Double>> latencyTrackingInfoPercentiles =
      setting("latency-tracking-info-percentiles", new Percentiles(), List.of(50.0, 99.0, 99.9));

  {
    integer("tracking-table-max-keys", 1_000_000, 0, Long.MAX_VALUE).inert(Inert.TRACKING);
  }

  // ---- types

  /** For how many milliseconds a script may run before others are told that it does. */
  public final NumberSetting busyReplyThreshold =
      integer("busy-reply-threshold", 5000, 0, Long.MAX_VALUE).also("lua-time-limit");

  /**
   * How much memory the log may take by which a script that is killed is undone; 0: none is, so one
   * that has written cannot be killed.
   */
  public final NumberSetting scriptUndoMemory =
      memory("script-undo-memory", 256L << 20, 0).hidden();

  {
    integer("list-compress-depth", 0, 0, Integer.MAX_VALUE).inert(Inert.LIST_COMPRESSION);
  }

  /** Whether scripts have functions that Lua has given up. */
  public final BooleanSetting luaEnableDeprecatedApi =
      yesNo("lua-enable-deprecated-api", false).fixed().hidden();

  // ---- snapshots and the append-only file

  {
    setting(
            "save",
            SavePoint.SYNTAX,
            List.of(new SavePoint(3600, 1), new SavePoint(300, 100), new SavePoint(60, 10_000)))
        .inert(Inert.PERSISTENCE, List.of());
    setting("dbfilename", CheckedText.fileName("dbfilename", "filename"), "dump.rdb")
        .guarded()
        .inert(Inert.PERSISTENCE);
    yesNo("rdbcompression", true).inert(Inert.PERSISTENCE);
    yesNo("rdbchecksum", true).fixed().inert(Inert.PERSISTENCE);
    yesNo("rdb-del-sync-files", false).inert(Inert.REPLICATION);
    yesNo("rdb-save-incremental-fsync", true).inert(Inert.PERSISTENCE);
    integer("rdb-key-save-delay", 0, Integer.MIN_VALUE, Integer.MAX_VALUE)
        .hidden()
        .inert(Inert.PERSISTENCE);
    integer("key-load-delay", 0, Integer.MIN_VALUE, Integer.MAX_VALUE)
        .hidden()
        .inert(Inert.PERSISTENCE);
    integer("loading-process-events-interval-bytes", 512 << 10, 1024, Integer.MAX_VALUE)
        .hidden()
        .inert(Inert.PERSISTENCE);
    yesNo("stop-writes-on-bgsave-error", true).inert(Inert.PERSISTENCE);
    choice("sanitize-dump-payload", "no", "no", "yes", "clients").inert(Inert.PERSISTENCE);
    yesNo("appendonly", false).inert(Inert.PERSISTENCE);
    setting("appendfilename", CheckedText.fileName("appendfilename", "filename"), "appendonly.aof")
        .fixed()
        .inert(Inert.PERSISTENCE);
    setting("appenddirname", CheckedText.fileName("appenddirname", "dirname"), "appendonlydir")
        .fixed()
        .inert(Inert.PERSISTENCE);
    choice("appendfsync", "everysec", "everysec", "always", "no").inert(Inert.PERSISTENCE);
    yesNo("no-appendfsync-on-rewrite", false).inert(Inert.PERSISTENCE);
    integer("auto-aof-rewrite-percentage", 100, 0, Integer.MAX_VALUE).inert(Inert.PERSISTENCE);
    memory("auto-aof-rewrite-min-size", 64 << 20, 0).inert(Inert.PERSISTENCE);
    yesNo("aof-load-truncated", true).inert(Inert.PERSISTENCE);
    yesNo("aof-use-rdb-preamble", true).inert(Inert.PERSISTENCE);
    yesNo("aof-timestamp-enabled", false).inert(Inert.PERSISTENCE);
    yesNo("aof-rewrite-incremental-fsync", true).inert(Inert.PERSISTENCE);
    yesNo("aof-disable-auto-gc", false).hidden().inert(Inert.PERSISTENCE);
  }

  // ---- replication

  {
    setting("replicaof", new WordsSyntax.Master(), List.of())
        .also("slaveof")
        .fixed()
        .inert(Inert.REPLICATION);
    text("masterauth", "").sensitive().inert(Inert.REPLICATION);
    text("masteruser", "").sensitive().inert(Inert.REPLICATION);
    yesNo("replica-serve-stale-data", true).also("slave-serve-stale-data").inert(Inert.REPLICATION);
    yesNo("replica-read-only", true).also("slave-read-only").inert(Inert.REPLICATION);
    yesNo("replica-lazy-flush", false).also("slave-lazy-flush").inert(Inert.REPLICATION);
    yesNo("replica-ignore-maxmemory", true).also("slave-ignore-maxmemory").inert(Inert.REPLICATION);
    yesNo("replica-ignore-disk-write-errors", false).inert(Inert.REPLICATION);
    yesNo("replica-announced", true).inert(Inert.REPLICATION);
    text("replica-announce-ip", "").also("slave-announce-ip").inert(Inert.REPLICATION);
    integer("replica-announce-port", 0, 0, 65_535)
        .also("slave-announce-port")
        .inert(Inert.REPLICATION);
    integer("replica-priority", 100, 0, Integer.MAX_VALUE)
        .also("slave-priority")
        .inert(Inert.REPLICATION);
    memory("replica-full-sync-buffer-limit", 0, 0).inert(Inert.REPLICATION);
    integer("min-replicas-to-write", 0, 0, Integer.MAX_VALUE)
        .also("min-slaves-to-write")
        .inert(Inert.REPLICATION);
    integer("min-replicas-max-lag", 10, 0, Integer.MAX_VALUE)
        .also("min-slaves-max-lag")
        .inert(Inert.REPLICATION);
    integer("repl-ping-replica-period", 10, 1, Integer.MAX_VALUE)
        .also("repl-ping-slave-period")
        .inert(Inert.REPLICATION);
    integer("repl-timeout", 60, 1, Integer.MAX_VALUE).inert(Inert.REPLICATION);
    yesNo("repl-disable-tcp-nodelay", false).inert(Inert.REPLICATION);
    memory("repl-backlog-size", 1 << 20, 1)
        .broughtBetween(MIN_BACKLOG_BYTES, Long.MAX_VALUE)
        .inert(Inert.REPLICATION);
    integer("repl-backlog-ttl", 3600, 0, Long.MAX_VALUE).inert(Inert.REPLICATION);
    yesNo("repl-diskless-sync", true).inert(Inert.REPLICATION);
    integer("repl-diskless-sync-delay", 5, 0, Integer.MAX_VALUE).inert(Inert.REPLICATION);
    integer("repl-diskless-sync-max-replicas", 0, 0, Integer.MAX_VALUE).inert(Inert.REPLICATION);
    choice("repl-diskless-load", "disabled", "disabled", "on-empty-db", "swapdb")
        .inert(Inert.REPLICATION);
    yesNo("repl-rdb-channel", true).hidden().inert(Inert.REPLICATION);
    choice("propagation-error-behavior", "ignore", "ignore", "panic", "panic-on-replicas")
        .inert(Inert.REPLICATION);
  }

  // ---- cluster

  {
    yesNo("cluster-enabled", false).fixed().inert(Inert.CLUSTER);
    text("cluster-config-file", "nodes.conf").fixed().inert(Inert.CLUSTER);
    integer("cluster-port", 0, 0, 65_535).fixed().inert(Inert.CLUSTER);
    integer("cluster-node-timeout", 15_000, 0, Long.MAX_VALUE).inert(Inert.CLUSTER);
    integer("cluster-ping-interval", 0, 0, Long.MAX_VALUE).hidden().inert(Inert.CLUSTER);
    yesNo("cluster-require-full-coverage", true).inert(Inert.CLUSTER);
    yesNo("cluster-allow-reads-when-down", false).inert(Inert.CLUSTER);
    yesNo("cluster-allow-pubsubshard-when-down", true).inert(Inert.CLUSTER);
    yesNo("cluster-allow-replica-migration", true).inert(Inert.CLUSTER);
    integer("cluster-migration-barrier", 1, 0, Integer.MAX_VALUE).inert(Inert.CLUSTER);
    integer("cluster-replica-validity-factor", 10, 0, Integer.MAX_VALUE)
        .also("cluster-slave-validity-factor")
        .inert(Inert.CLUSTER);
    yesNo("cluster-replica-no-failover", false)
        .also("cluster-slave-no-failover")
        .inert(Inert.CLUSTER);
    text("cluster-announce-ip", "").inert(Inert.CLUSTER);
    integer("cluster-announce-port", 0, 0, 65_535).inert(Inert.CLUSTER);
    integer("cluster-announce-tls-port", 0, 0, 65_535).inert(Inert.CLUSTER);
    integer("cluster-announce-bus-port", 0, 0, 65_535).inert(Inert.CLUSTER);
    setting("cluster-announce-hostname", new CheckedText(CheckedText::hostName), "")
        .inert(Inert.CLUSTER);
    setting("cluster-announce-human-nodename", new CheckedText(CheckedText::nodeName), "")
        .inert(Inert.CLUSTER);
    choice("cluster-preferred-endpoint-type", "ip", "ip", "hostname", "unknown-endpoint")
        .inert(Inert.CLUSTER);
    number("cluster-link-sendbuf-limit", NumberSyntax.Form.UNSIGNED_MEMORY, 0, 0, 0)
        .inert(Inert.CLUSTER);
    integer("cluster-compatibility-sample-ratio", 0, 0, 100).inert(Inert.CLUSTER);
  }

  // ---- TLS

  {
    declare(new NumberSetting("tls-port", NO_TLS_PORT, 0)).inert(Inert.TLS);
    setting("tls-cluster", NO_TLS, false).inert(Inert.TLS);
    setting("tls-replication", NO_TLS, false).inert(Inert.TLS);
    choice("tls-auth-clients", "yes", "no", "yes", "optional").inert(Inert.TLS);
    text("tls-cert-file", "").inert(Inert.TLS);
    text("tls-key-file", "").inert(Inert.TLS);
    text("tls-key-file-pass", "").sensitive().inert(Inert.TLS);
    text("tls-client-cert-file", "").inert(Inert.TLS);
    text("tls-client-key-file", "").inert(Inert.TLS);
    text("tls-client-key-file-pass", "").sensitive().inert(Inert.TLS);
    text("tls-dh-params-file", "").inert(Inert.TLS);
    text("tls-ca-cert-file", "").inert(Inert.TLS);
    text("tls-ca-cert-dir", "").inert(Inert.TLS);
    text("tls-protocols", "").inert(Inert.TLS);
    text("tls-ciphers", "").inert(Inert.TLS);
    text("tls-ciphersuites", "").inert(Inert.TLS);
    yesNo("tls-prefer-server-ciphers", false).inert(Inert.TLS);
    yesNo("tls-session-caching", true).inert(Inert.TLS);
    integer("tls-session-cache-size", 20_480, 0, Integer.MAX_VALUE).inert(Inert.TLS);
    integer("tls-session-cache-timeout", 300, 0, Integer.MAX_VALUE).inert(Inert.TLS);
  }

  // ---- end of the table

  /** A line of redis.conf that is no setting, for example {@code rename-command}. */
  @FunctionalInterface
  public interface Directive {
    /** Takes the words after the name; throws if they are wrong. */
    void accept(List<String> words) throws SettingException;
  }

  /** The settings of a process that was started where this one was. */
  public Settings() {
    this(Path.of(""));
  }

  /**
   * All defaults.
   *
   * @param workingDirectory where relative file names start until {@code dir} is said
   */
  public Settings(Path workingDirectory) {
    directory.assign(workingDirectory.toAbsolutePath().normalize());
    for (Setting<?> setting : declared) {
      byName.put(setting.name(), setting);
      setting.aliases().forEach(alias -> byName.put(alias, setting));
    }
  }

  /**
   * Defaults but for some.
   *
   * @param namesAndValues in turn, as the words of redis.conf
   * @throws IllegalArgumentException if a value is none
   */
  public static Settings of(String... namesAndValues) {
    Settings settings = new Settings();
    try {
      for (int i = 0; i < namesAndValues.length; i += 2) {
        settings.load(List.of(namesAndValues[i], namesAndValues[i + 1]));
      }
    } catch (SettingException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return settings;
  }

  /** The setting of a name, in any case, or null. */
  public Setting<?> named(String name) {
    return byName.get(name.toLowerCase(Locale.ROOT));
  }

  /** Every setting once, in the order of declaration. */
  public List<Setting<?>> all() {
    return Collections.unmodifiableList(declared);
  }

  /** A file name as settings have it, as a path. */
  public Path resolve(String fileName) {
    return FileNames.path(directory.value(), fileName);
  }

  /** The file that the settings were read from, or null. */
  public Path file() {
    return file;
  }

  void file(Path path) {
    file = path;
  }

  // ---- start

  /**
   * Lets somebody else take the lines of redis.conf that begin with a name; said before the file is
   * read. Without it {@code rename-command} and {@code user} are refused.
   */
  public void onDirective(String name, Directive directive) {
    directives.put(name, directive);
  }

  /**
   * Takes the words of one line of redis.conf. Nothing is told of the change: who wants to know
   * reads the settings after the start.
   */
  public synchronized void load(List<String> line) throws SettingException {
    String name = line.getFirst().toLowerCase(Locale.ROOT);
    List<String> words = line.subList(1, line.size());
    Setting<?> setting = byName.get(name);
    if (setting != null) {
      boolean many = setting.syntax().manyWords();
      if (words.size() != 1 && !many) {
        throw new SettingException("wrong number of arguments");
      }
      setting.load(many && words.size() == 1 ? wordsIn(words.getFirst()) : words);
    } else if (directives.containsKey(name) && !words.isEmpty()) {
      directives.get(name).accept(words);
    } else if (!Startup.OBSOLETE.contains(name) || words.size() != 1) {
      throw new SettingException("Bad directive or wrong number of arguments");
    }
  }

  /** The words of a value that was given as one, for example {@code save "60 1000"}. */
  private static List<String> wordsIn(String value) {
    return value.isEmpty() ? List.of() : List.of(value.split(" ", -1));
  }

  /**
   * Whatever contradicts itself in the settings as a whole, as Redis says it; null if nothing does.
   */
  String contradiction() {
    boolean cluster = named("cluster-enabled").text().equals("yes");
    return cluster && !named("replicaof").text().isEmpty()
        ? "replicaof directive not allowed in cluster mode"
        : null;
  }

  // ---- CONFIG GET

  /**
   * Names and values as CONFIG GET replies them. A name without wildcards finds a hidden setting
   * too; nothing is found twice.
   */
  public Map<String, String> get(List<String> patterns) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String pattern : patterns) {
      if (!FileNames.isPattern(pattern)) {
        String name = pattern.toLowerCase(Locale.ROOT);
        Setting<?> setting = byName.get(name);
        if (setting != null) {
          found.put(name, setting.text());
        }
        continue;
      }
      byte[] bytes = Latin1.bytes(pattern);
      byName.forEach(
          (name, setting) -> {
            if (!setting.isHidden() && GlobPattern.matches(bytes, Latin1.bytes(name), true)) {
              found.put(name, setting.text());
            }
          });
    }
    return found;
  }

  // ---- CONFIG SET

  /**
   * Lets something be done whenever one of these settings has changed while running; once, however
   * many changed together. It is not called for what the start said.
   */
  public synchronized void onChange(Setting.Applier applier, Setting<?>... settings) {
    for (Setting<?> setting : settings) {
      setting.appliers().add(applier);
    }
  }

  /**
   * Changes several settings at once, or none.
   *
   * @param namesAndValues as CONFIG SET has them
   * @param localClient whether who asks is connected from this computer
   * @return null, or the error reply
   */
  public synchronized String set(List<String> namesAndValues, boolean localClient) {
    if (namesAndValues.size() % 2 != 0) {
      return "ERR syntax error";
    }
    String fault = findFault(namesAndValues, localClient);
    if (fault != null) {
      return fault;
    }
    List<Runnable> restorers = new ArrayList<>();
    Map<Setting.Applier, String> appliers = new LinkedHashMap<>();
    String name = "";
    try {
      for (int i = 0; i < namesAndValues.size(); i += 2) {
        name = namesAndValues.get(i).toLowerCase(Locale.ROOT);
        Setting<?> setting = byName.get(name);
        restorers.add(setting.restorer());
        String value = namesAndValues.get(i + 1);
        List<String> words = setting.syntax().manyWords() ? wordsIn(value) : List.of(value);
        if (setting.change(words)) {
          for (Setting.Applier applier : setting.appliers()) {
            appliers.putIfAbsent(applier, name);
          }
        }
      }
      for (Map.Entry<Setting.Applier, String> applier : appliers.entrySet()) {
        name = applier.getValue();
        applier.getKey().apply();
      }
      return null;
    } catch (SettingException e) {
      restorers.reversed().forEach(Runnable::run);
      appliers.keySet().forEach(Settings::applyAgain);
      return failure(name, e.getMessage());
    }
  }

  /** What is wrong with the names, whatever the values. */
  private String findFault(List<String> namesAndValues, boolean localClient) {
    Set<String> seenNames = new HashSet<>();
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      String name = namesAndValues.get(i);
      Setting<?> setting = named(name);
      if (setting == null) {
        return "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'";
      }
      if (setting.isFixed()) {
        return failure(name, "can't set immutable config");
      }
      if (setting.isGuarded() && !enableProtectedConfigs.value().allows(localClient)) {
        return failure(name, "can't set protected config");
      }
      if (!seenNames.add(name.toLowerCase(Locale.ROOT))) {
        return failure(name, "duplicate parameter");
      }
    }
    return null;
  }

  private static String failure(String name, String reason) {
    return "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason;
  }

  /** What took effect with the old values before takes effect with them again. */
  private static void applyAgain(Setting.Applier applier) {
    try {
      applier.apply();
    } catch (SettingException e) {
      throw new IllegalStateException("a setting cannot be put back", e);
    }
  }

  // ---- CONFIG REWRITE

  /**
   * Writes the settings back to the file that they came from, keeping its comments, its order and
   * its includes.
   *
   * @param otherLines the present lines of directives that are no settings, by their names; those
   *     left out stay as they are in the file
   * @return null, or the error reply
   */
  public synchronized String rewrite(Map<String, List<String>> otherLines) {
    return rewrite(otherLines, false);
  }

  /** The same, and every setting is written, though it has its default. */
  public synchronized String rewriteAll(Map<String, List<String>> otherLines) {
    return rewrite(otherLines, true);
  }

  private String rewrite(Map<String, List<String>> otherLines, boolean all) {
    if (file == null) {
      return "ERR The server is running without a config file";
    }
    try {
      ConfigRewrite.rewrite(this, otherLines, all);
      return null;
    } catch (IOException e) {
      return "ERR Rewriting config file: " + FileNames.reason(e);
    }
  }

  // ---- declaration

  private <S extends Setting<?>> S declare(S setting) {
    declared.add(setting);
    return setting;
  }

  private <T> Setting<T> setting(String name, Syntax<T> syntax, T defaultValue) {
    return declare(new Setting<>(name, syntax, defaultValue));
  }

  private BooleanSetting yesNo(String name, boolean defaultValue) {
    return declare(new BooleanSetting(name, defaultValue));
  }

  private NumberSetting number(
      String name, NumberSyntax.Form form, long defaultValue, long min, long max) {
    return declare(new NumberSetting(name, new NumberSyntax(form, min, max), defaultValue));
  }

  private NumberSetting integer(String name, long defaultValue, long min, long max) {
    return number(name, NumberSyntax.Form.INTEGER, defaultValue, min, max);
  }

  private NumberSetting memory(String name, long defaultBytes, long minBytes) {
    return number(name, NumberSyntax.Form.MEMORY, defaultBytes, minBytes, Long.MAX_VALUE);
  }

  private Setting<String> text(String name, String defaultValue) {
    return setting(name, TextSyntax.EMPTY_IS_NONE, defaultValue);
  }

  private Setting<String> choice(String name, String defaultValue, String... words) {
    return setting(name, ChoiceSyntax.of(words), defaultValue);
  }
}
