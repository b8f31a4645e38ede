package io.jacinth.command;

import io.jacinth.base.Clock;
import io.jacinth.base.Latin1;
import io.jacinth.base.RandomSource;
import io.jacinth.config.OutputBufferLimits;
import io.jacinth.config.Setting;
import io.jacinth.config.Settings;
import io.jacinth.keyspace.Eviction;
import io.jacinth.keyspace.EvictionPolicy;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.memory.PageSource;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * One running store: its keyspace, commands, clients and what holds for all of them. Knows no
 * sockets and starts no threads.
 *
 * <p>Nothing is global: any number of engines can live in one JVM. {@link #close} gives all memory
 * back.
 */
public final class Engine implements AutoCloseable {
  /** Length of {@link #runId} and {@link #replicationId}, hexadecimal digits. */
  public static final int ID_LENGTH = 40;

  /** One thread has several too, as housekeeping goes by the shard. */
  private static final int SHARDS_OF_ONE_THREAD = 16;

  private final PageSource pages;
  private final Keyspace keyspace;
  private final Eviction eviction;
  private final CommandTable commands;
  private final Settings settings;
  private final String runId;
  private final String replicationId;
  private final Samples samples = new Samples(this);
  private final Statistics noStatistics;
  private final ClientRegistry clients = new ClientRegistry();
  private final OutputLimits outputLimits = new OutputLimits();
  private final List<Worker> workers = new CopyOnWriteArrayList<>();
  private final Clock clock;
  private final Log log;
  private final int workerCount;
  private final long startedAtMillis;
  private final AtomicLong outputLimitDisconnections = new AtomicLong();
  private final AtomicLong queryLimitDisconnections = new AtomicLong();
  private final AtomicLong deniedAuthentications = new AtomicLong();

  private volatile Broker broker = Broker.NONE;
  private ScriptFigures scripts = ScriptFigures.NONE;
  private volatile Lifecycle lifecycle = () -> {};
  private volatile Consumer<Throwable> failures = e -> {};
  private volatile Host host = Host.NONE;
  private volatile long startupBytes;

  /** Counts CONFIG RESETSTAT: what a thread counted before the last one is void. */
  private volatile int statisticsRound;

  /** Settings that are looked at for every request or connection. */
  private volatile String password;

  private volatile long maxQueryBytes;
  private volatile long maxBulkBytes;
  private volatile long maxClients;
  private volatile boolean protectedMode;
  private volatile long idleTimeoutMillis;
  private volatile boolean activeExpireEnabled = true;
  private volatile boolean housekeepingPaused;
  private volatile boolean permitsScripts;
  private volatile boolean lazyUserFlush;

  /** CLIENT PAUSE: until when, and whether only for commands that write. */
  private volatile long pauseEndMillis;

  private volatile boolean pausesAll;

  private volatile String busyError;
  private volatile String lastBusyError;

  /** How many clients are blocked. */
  private final AtomicInteger blocked = new AtomicInteger();

  /**
   * @param commands all commands, which must not be added to any more
   * @param settings what holds from the start on; the store follows their changes
   */
  public Engine(CommandTable commands, Settings settings, Clock clock, Log log) {
    this.commands = commands;
    this.settings = settings;
    this.clock = clock;
    this.log = log;
    workerCount = settings.ioThreads.asInt();
    startedAtMillis = clock.millis();
    pages = new PageSource();
    boolean locks = workerCount > 1;
    keyspace =
        new Keyspace(
            pages,
            shardBits(),
            settings.databases.asInt(),
            RandomSource.systemSeed(),
            locks,
            clock);
    eviction = new Eviction(keyspace);
    noStatistics = new Statistics(commands.all().size());
    runId = randomId();
    replicationId = randomId();
    followSettings();
    commands.started(this);
  }

  /** Random hexadecimal digits, as many as {@link #ID_LENGTH}. */
  private static String randomId() {
    StringBuilder digits = new StringBuilder();
    while (digits.length() < ID_LENGTH) {
      digits.append(HexFormat.of().toHexDigits(RandomSource.systemSeed()));
    }
    return digits.substring(0, ID_LENGTH);
  }

  /**
   * As many shards as the settings say, a power of two. For threads that run at the same time as
   * many as there can be: of 16 each one locks most when it looks ahead, and they meet. Where they
   * take turns on one core the tables of fewer shards stay nearer.
   */
  private int shardBits() {
    int shards = settings.shards.asInt();
    if (shards == 0) {
      int atOnce = Math.min(workerCount, Runtime.getRuntime().availableProcessors());
      shards = atOnce > 1 ? Keyspace.MAX_SHARDS : SHARDS_OF_ONE_THREAD;
    }
    return Integer.SIZE - Integer.numberOfLeadingZeros(shards - 1);
  }

  /**
   * Lets the settings that the store looks at itself have their effect, now and when they change.
   */
  private void followSettings() {
    follow(() -> password = settings.requirepass.value(), settings.requirepass);
    follow(() -> maxClients = settings.maxclients.asLong(), settings.maxclients);
    follow(() -> protectedMode = settings.protectedMode.isOn(), settings.protectedMode);
    follow(() -> idleTimeoutMillis = settings.timeout.asLong() * 1000, settings.timeout);
    follow(
        () -> maxQueryBytes = settings.clientQueryBufferLimit.asLong(),
        settings.clientQueryBufferLimit);
    follow(() -> maxBulkBytes(settings.protoMaxBulkLen.asLong()), settings.protoMaxBulkLen);
    follow(
        () -> {
          OutputBufferLimits limits = settings.clientOutputBufferLimit.value();
          outputLimits.set(limits.normal(), limits.pubsub());
        },
        settings.clientOutputBufferLimit);
    follow(
        () -> keyspace.limits().list(settings.listMaxListpackSize.asInt()),
        settings.listMaxListpackSize);
    follow(
        () ->
            keyspace
                .limits()
                .set(
                    settings.setMaxIntsetEntries.asLong(),
                    settings.setMaxListpackEntries.asLong(),
                    settings.setMaxListpackValue.asLong()),
        settings.setMaxIntsetEntries,
        settings.setMaxListpackEntries,
        settings.setMaxListpackValue);
    follow(
        () ->
            keyspace
                .limits()
                .hash(
                    settings.hashMaxListpackEntries.asLong(),
                    settings.hashMaxListpackValue.asLong()),
        settings.hashMaxListpackEntries,
        settings.hashMaxListpackValue);
    follow(
        () ->
            keyspace
                .limits()
                .sortedSet(
                    settings.zsetMaxListpackEntries.asLong(),
                    settings.zsetMaxListpackValue.asLong()),
        settings.zsetMaxListpackEntries,
        settings.zsetMaxListpackValue);
    follow(
        () ->
            keyspace
                .limits()
                .streamNode(
                    settings.streamNodeMaxBytes.asLong(), settings.streamNodeMaxEntries.asLong()),
        settings.streamNodeMaxBytes,
        settings.streamNodeMaxEntries);
    follow(
        () ->
            keyspace
                .limits()
                .streamMessages(
                    settings.streamIdmpDuration.asInt(), settings.streamIdmpMaxsize.asInt()),
        settings.streamIdmpDuration,
        settings.streamIdmpMaxsize);
    follow(() -> eviction.maxBytes(settings.maxmemory.asLong()), settings.maxmemory);
    follow(
        () -> eviction.policy(EvictionPolicy.of(settings.maxmemoryPolicy.value())),
        settings.maxmemoryPolicy);
    follow(() -> eviction.samples(settings.maxmemorySamples.asInt()), settings.maxmemorySamples);
    follow(
        () -> eviction.tenacity(settings.maxmemoryEvictionTenacity.asInt()),
        settings.maxmemoryEvictionTenacity);
    follow(
        () ->
            keyspace
                .accessClock()
                .frequency(settings.lfuLogFactor.asInt(), settings.lfuDecayTime.asInt()),
        settings.lfuLogFactor,
        settings.lfuDecayTime);
    follow(
        () -> lazyUserFlush = settings.lazyfreeLazyUserFlush.isOn(),
        settings.lazyfreeLazyUserFlush);
    follow(this::trackLatency, settings.latencyTracking);
  }

  private void trackLatency() {
    for (Worker worker : workers) {
      worker.statistics().tracksLatency(settings.latencyTracking.isOn());
    }
  }

  /** Does something now and whenever one of these settings changes. */
  public void follow(Runnable effect, Setting<?>... settings) {
    effect.run();
    this.settings.onChange(effect::run, settings);
  }

  /** The worker of one more I/O thread; all are made before the first client is served. */
  public Worker newWorker() {
    Worker worker = new Worker(this, workers.size());
    worker.statistics().tracksLatency(settings.latencyTracking.isOn());
    workers.add(worker);
    if (workers.size() == workerCount) {
      startupBytes = usedBytes();
    }
    return worker;
  }

  public List<Worker> workers() {
    return workers;
  }

  /** How many I/O threads there are going to be. */
  public int workerCount() {
    return workerCount;
  }

  public PageSource pages() {
    return pages;
  }

  public Keyspace keyspace() {
    return keyspace;
  }

  public Eviction eviction() {
    return eviction;
  }

  public CommandTable commands() {
    return commands;
  }

  public ClientRegistry clients() {
    return clients;
  }

  public OutputLimits outputLimits() {
    return outputLimits;
  }

  public Settings settings() {
    return settings;
  }

  public Clock clock() {
    return clock;
  }

  public Log log() {
    return log;
  }

  public long startedAtMillis() {
    return startedAtMillis;
  }

  public Broker broker() {
    return broker;
  }

  /** Tells who passes messages. */
  public void broker(Broker broker) {
    this.broker = broker;
  }

  public ScriptFigures scripts() {
    return scripts;
  }

  /** Tells who knows the scripts. */
  public void scripts(ScriptFigures scripts) {
    this.scripts = scripts;
  }

  public Lifecycle lifecycle() {
    return lifecycle;
  }

  public void lifecycle(Lifecycle lifecycle) {
    this.lifecycle = lifecycle;
  }

  public Host host() {
    return host;
  }

  /** Tells what is around. */
  public void host(Host host) {
    this.host = host;
  }

  /** Different for every start. */
  public String runId() {
    return runId;
  }

  /** Names the history of changes that replicas follow. */
  public String replicationId() {
    return replicationId;
  }

  // ---- statistics ----

  public Samples samples() {
    return samples;
  }

  /** What a thread has counted since the last CONFIG RESETSTAT. */
  public Statistics statistics(Worker worker) {
    return worker.statistics().round() == statisticsRound ? worker.statistics() : noStatistics;
  }

  int statisticsRound() {
    return statisticsRound;
  }

  /** A figure of all threads together. */
  public long total(ToLongFunction<Statistics> figure) {
    long total = 0;
    for (Worker worker : workers) {
      total += figure.applyAsLong(statistics(worker));
    }
    return total;
  }

  /** CONFIG RESETSTAT, by the thread of this worker; others begin anew with their next batch. */
  public synchronized void resetStatistics(Worker caller) {
    int round = statisticsRound + 1;
    statisticsRound = round;
    caller.statistics().reset(round);
    samples.reset();
    clients.resetCounters();
    scripts.resetCounters();
    outputLimitDisconnections.set(0);
    queryLimitDisconnections.set(0);
    deniedAuthentications.set(0);
    keyspace.lock(keyspace.allShards());
    try {
      keyspace.resetCounters();
    } finally {
      keyspace.unlock(keyspace.allShards());
    }
  }

  /** Who is told of defects: tests fail on them. */
  public void failures(Consumer<Throwable> failures) {
    this.failures = failures;
  }

  void failure(Throwable e) {
    failures.accept(e);
  }

  // ---- clients ----

  /** Why a connection is refused: its error reply without the dash; null when it is welcome. */
  String refusal(Connection connection) {
    if (clients.count() >= maxClients) {
      return "ERR max number of clients reached";
    }
    if (protectedMode && !requiresPassword() && !isLocal(connection)) {
      return "DENIED Jacinth is running in protected mode because protected mode is enabled and no"
          + " password is set for the default user. In this mode connections are only"
          + " accepted from the loopback interface. To connect from other hosts set a"
          + " password ('requirepass'), or turn protected mode off ('CONFIG SET"
          + " protected-mode no' from the loopback interface, or '--protected-mode no' at"
          + " the start) if the server cannot be reached by strangers.";
    }
    return null;
  }

  static boolean isLocal(Connection connection) {
    return connection.isUnixSocket()
        || !(connection.remoteAddress() instanceof InetSocketAddress address)
        || address.getAddress().isLoopbackAddress();
  }

  public boolean requiresPassword() {
    return !password.isEmpty();
  }

  /**
   * Whether a password opens the store; any does when none is required. Takes the same time for
   * all.
   */
  public boolean acceptsPassword(String given) {
    String required = password;
    return required.isEmpty() || MessageDigest.isEqual(Latin1.bytes(required), Latin1.bytes(given));
  }

  public void countDeniedAuthentication() {
    deniedAuthentications.incrementAndGet();
  }

  public long deniedAuthentications() {
    return deniedAuthentications.get();
  }

  public long maxClients() {
    return maxClients;
  }

  public long maxQueryBytes() {
    return maxQueryBytes;
  }

  public long maxBulkBytes() {
    return maxBulkBytes;
  }

  /** {@code proto-max-bulk-len}; holds for connected clients from their next request on. */
  public void maxBulkBytes(long maxBulkBytes) {
    this.maxBulkBytes = maxBulkBytes;
    for (Session session : clients.sessions()) {
      session.connection().execute(session::updateLimits);
    }
  }

  void countOutputLimitDisconnection() {
    outputLimitDisconnections.incrementAndGet();
  }

  public long outputLimitDisconnections() {
    return outputLimitDisconnections.get();
  }

  void countQueryLimitDisconnection() {
    queryLimitDisconnections.incrementAndGet();
  }

  public long queryLimitDisconnections() {
    return queryLimitDisconnections.get();
  }

  /** Looks after the clients of one thread: time-outs and soft limits. */
  void checkClients(Worker worker, long nowMillis) {
    long timeout = idleTimeoutMillis;
    for (Session session : clients.sessions()) {
      if (session.worker() != worker) {
        continue;
      }
      if (timeout != 0
          && nowMillis - session.lastActiveMillis() > timeout
          && !session.isPaused()
          && !session.isSubscriber()) {
        log.verbose("Closing idle client");
        session.kill();
      } else {
        outputLimits.check(session, 0, nowMillis);
      }
    }
  }

  // ---- pausing ----

  /**
   * Lets commands wait until a time: all, or those that may write. A pause that is going on becomes
   * neither shorter nor weaker.
   */
  public synchronized void pause(long endMillis, boolean all) {
    pausesAll = all || (pauseEndMillis != 0 && pausesAll);
    pauseEndMillis = Math.max(endMillis, pauseEndMillis);
    keyspace.removesExpired(false);
  }

  public void unpause() {
    pauseEndMillis = 0;
    keyspace.removesExpired(true);
    for (Worker worker : workers) {
      worker.wake();
    }
  }

  public boolean isPaused(long nowMillis) {
    long end = pauseEndMillis;
    if (end == 0) {
      return false;
    }
    if (nowMillis < end) {
      return true;
    }
    pauseEndMillis = 0;
    keyspace.removesExpired(true);
    return false;
  }

  public long pauseEndMillis() {
    return pauseEndMillis;
  }

  public boolean pausesAll() {
    return pausesAll;
  }

  /**
   * Lets everybody know that a script runs for so long that others get an error.
   *
   * @param error null when it has ended
   */
  public void busy(String error) {
    if (error != null) {
      lastBusyError = error;
    }
    busyError = error;
    keyspace.busy(error != null);
  }

  /** What those get that waited for what a script has locked. */
  String lastBusyError() {
    return lastBusyError;
  }

  /** What others get while a script runs for too long; null if none does. */
  String busyError() {
    return busyError;
  }

  /** Whether it depends on a command's flags if it is executed now. */
  boolean looksAtFlags() {
    return pauseEndMillis != 0 || limitsMemory();
  }

  /** Whether a command of these flags has to wait for the end of CLIENT PAUSE. */
  boolean mustWait(long flags, long nowMillis) {
    return pauseEndMillis != 0
        && isPaused(nowMillis)
        && (pausesAll || (flags & (Flag.WRITE | Flag.MAY_REPLICATE)) != 0);
  }

  // ---- memory ----

  boolean limitsMemory() {
    return eviction.maxBytes() != 0;
  }

  /** Memory in use: keys and values with their structures, clients' buffers. */
  public long usedBytes() {
    return pages.usedBytes();
  }

  /** Memory of all threads, without large blocks: input, output, scratch. */
  public long clientBytes() {
    long bytes = 0;
    for (Worker worker : workers) {
      bytes += worker.slab().usedBytes();
    }
    return bytes;
  }

  /** Memory that an empty store takes. */
  public long startupBytes() {
    return startupBytes;
  }

  /** Memory that is neither keys nor values: tables, timers, clients. */
  public long overheadBytes() {
    keyspace.lock(keyspace.allShards());
    try {
      return keyspace.overheadBytes() + clientBytes();
    } finally {
      keyspace.unlock(keyspace.allShards());
    }
  }

  public boolean isActiveExpireEnabled() {
    return activeExpireEnabled;
  }

  boolean isHousekeepingPaused() {
    return housekeepingPaused;
  }

  /** DEBUG PAUSE-CRON. */
  public void housekeepingPaused(boolean paused) {
    housekeepingPaused = paused;
  }

  /** Whether scripts may call commands that scripts must not call. */
  public boolean permitsScripts() {
    return permitsScripts;
  }

  /** DEBUG SET-DISABLE-DENY-SCRIPTS. */
  public void permitsScripts(boolean permits) {
    permitsScripts = permits;
  }

  /** DEBUG SET-ACTIVE-EXPIRE. */
  public void activeExpireEnabled(boolean enabled) {
    activeExpireEnabled = enabled;
  }

  /**
   * {@code lazyfree-lazy-user-flush}: whether FLUSHALL and FLUSHDB without an argument leave it to
   * later turns to free memory.
   */
  public boolean lazyUserFlush() {
    return lazyUserFlush;
  }

  /** Gives everything back; no client is connected and no thread uses it any more. */
  @Override
  public void close() {
    for (Worker worker : workers) {
      worker.deliverMail();
    }
    for (Worker worker : workers) {
      worker.close();
    }
    keyspace.close();
    pages.close();
  }

  void countBlocked(int delta) {
    blocked.addAndGet(delta);
  }

  /** How many clients wait for keys. */
  public int blockedClients() {
    return blocked.get();
  }

  /** Whether somebody may wait for a key of a shard whose lock is held. */
  boolean hasBlocked() {
    return blocked.getPlain() != 0;
  }
}
