package io.jacinth.command;

import io.jacinth.base.Clock;
import io.jacinth.base.Latin1;
import io.jacinth.base.RandomSource;
import io.jacinth.keyspace.Eviction.Room;
import io.jacinth.keyspace.Evictor;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.ShardsBusyException;
import io.jacinth.keyspace.Tally;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.MutedSink;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.protocol.SharedBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One I/O thread's part in executing commands: what it reads, locks, runs and writes with, and what
 * it counts.
 *
 * <p>A command runs to completion on the thread that read it. Only that thread uses a worker, but
 * for the counters, which others read and may see a moment late.
 */
public final class Worker implements AutoCloseable {
  /** The words of an unknown command that its error repeats, in bytes. */
  private static final int MAX_ECHOED_BYTES = 128;

  /** Requests of more words are not brief. */
  private static final int MAX_BRIEF_WORDS = 24;

  /** How long the two clocks are taken to run alike: the wall clock may be set. */
  private static final long CLOCK_BASE_NANOS = 50_000_000;

  /**
   * For the client, for nobody, for clients that are woken; the first two of {@link ServingDesk}.
   */
  private static final int REPLY_WRITERS = 5;

  /** How long it can do without {@link #tick}. */
  public static final long MAX_TICK_MILLIS = Housekeeping.INTERVAL_MILLIS;

  /** How often housekeeping looks whether it may go on after a busy script. */
  private static final long SERVING_INTERVAL_MILLIS = 10;

  private static final long NANOS_PER_MICRO = 1_000;

  private static final long MICROS_PER_MILLI = 1_000;

  private final Engine engine;
  private final int number;
  private final Keyspace keyspace;
  private final Tally tally;
  private final CommandTable table;
  private final Clock clock;
  private final Slab slab;
  private final Arguments arguments = new Arguments();
  private final long replyScratch;
  private ReplyWriter reply;
  private MutedSink mutedSink;
  private ReplyWriter mutedReply;
  private Call call;
  private Call mutedCall;

  /** What others are served with while a script keeps this thread; null until one does. */
  private ServingDesk desk;

  /** Others are served in the middle of a command. */
  private boolean serving;

  /** See {@link #kept}. */
  private final Map<Class<?>, Object> kept = new HashMap<>();

  private final Blocking blocking;
  private final KeyLocker locker;
  private final Statistics statistics;
  private final Housekeeping housekeeping;
  private final RandomSource random = RandomSource.seededBySystem();
  private final Evictor evictor;

  /** What could not be done while a script was busy. */
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();

  /** Those whose input waits for the end of CLIENT PAUSE. */
  private final ArrayDeque<Session> waiting = new ArrayDeque<>();

  /** Memory for one value at a time, of {@link #scratch}. */
  private long scratch;

  private long scratchBytes;

  /**
   * The same moment on both clocks, from which {@link #nowMillis} reckons; in microseconds, or the
   * time would lag by up to a millisecond and a client see more of a TTL than it had asked for.
   */
  private long baseMicros;

  private long baseNanos;

  /** Up to here commands have been measured. */
  private long measuredNanos;

  private long nowMillis;

  /** When the batch began. */
  private long batchNanos;

  /** What TIME says inside the command that is executed; 0 as long as nobody has asked. */
  private long frozenMicros;

  private Session current;

  /** The shards that the command being executed has locked. */
  private long lockedShards;

  /** Whether memory was over its limit, and stayed so, before the command being executed. */
  private boolean outOfMemory;

  /** The request that was not executed will be resumed by the thread. */
  private boolean deferredRequest;

  /** While a command is executed that is not one of subscribers. */
  private boolean defersMessages;

  /** Messages to the current client that have to wait for the end of its reply. */
  private final ByteArrayOutputStream deferred = new ByteArrayOutputStream();

  /** Whether there are any: to ask {@link #deferred} takes a lock, which each command would pay. */
  private boolean hasDeferred;

  private final Mailbox mailbox = new Mailbox();
  private final Runnable delivery = this::deliverAndSend;
  private WorkerThread thread = WorkerThread.ONLY;

  /** Clients that have got messages which are not flushed. */
  private final ArrayDeque<Session> unsent = new ArrayDeque<>();

  private final NestedCall queuedCall;
  private final Arguments queuedWords = new Arguments();

  Worker(Engine engine, int number) {
    this.engine = engine;
    this.number = number;
    keyspace = engine.keyspace();
    tally = keyspace.newTally();
    table = engine.commands();
    clock = engine.clock();
    slab = new Slab(keyspace.pages(), keyspace.shardCount() + number);
    replyScratch = slab.allocate(REPLY_WRITERS * ReplyWriter.SCRATCH_BYTES, Tag.OUTPUT);
    reply = new ReplyWriter(replyScratch);
    mutedSink = new MutedSink(slab);
    mutedReply = new ReplyWriter(replyScratch + ReplyWriter.SCRATCH_BYTES);
    call = new Call(this, keyspace, reply);
    mutedCall = new Call(this, keyspace, mutedReply);
    blocking = new Blocking(this, keyspace, replyScratch + 2 * ReplyWriter.SCRATCH_BYTES);
    queuedCall = NestedCall.ofTransaction(this);
    locker = new KeyLocker(this, keyspace);
    statistics = new Statistics(table.all().size());
    evictor = new Evictor(keyspace, random);
    housekeeping = new Housekeeping(this);
  }

  // ---- the transport's side ----

  /**
   * A client has connected.
   *
   * @return its session; null when it was turned away and its connection is closed
   */
  public Session open(Connection connection) {
    String refusal = engine.refusal(connection);
    if (refusal != null) {
      engine.clients().reject();
      byte[] bytes = ("-" + refusal + "\r\n").getBytes(StandardCharsets.UTF_8);
      long address = scratch(bytes.length);
      Memory.write(bytes, 0, bytes.length, address);
      connection.write(address, bytes.length);
      connection.flush(0);
      connection.closeAfterFlush();
      return null;
    }
    Session session = new Session(this, connection, engine.clients().newId(), clock.millis());
    engine.clients().add(session);
    return session;
  }

  /**
   * Does what is due besides commands, in bounded time.
   *
   * @return in how many milliseconds it wants to be called again, {@link #MAX_TICK_MILLIS} at most
   */
  public long tick() {
    if (serving) {
      return SERVING_INTERVAL_MILLIS;
    }
    long beginNanos = clock.nanos();
    runLater();
    long delayMillis = housekeeping.run();
    deliverAndSend();
    beginRound();
    statistics.countHousekeeping(clock.nanos() - beginNanos);
    return delayMillis;
  }

  void remove(Session session) {
    waiting.remove(session);
    engine.clients().remove(session);
  }

  // ---- mail ----

  /** Says what thread it belongs to; before it serves. */
  public void thread(WorkerThread thread) {
    this.thread = thread;
  }

  /**
   * Has something delivered to clients of this thread; any thread. What is posted by a command of
   * this thread is delivered when that has been executed.
   */
  public void post(Mail mail) {
    if (mailbox.put(mail) && !thread.isCurrent()) {
      thread.execute(delivery);
    }
  }

  /**
   * Takes what has been posted so far, for {@link #deliver}; its thread.
   *
   * @return null if nothing has
   */
  public Mail takeMail() {
    return mailbox.isEmpty() ? null : mailbox.take();
  }

  /** Delivers what has been taken. */
  public void deliver(Mail first) {
    Mail mail = first;
    while (mail != null) {
      Mail following = mail.next;
      mail.deliver(this);
      mail = following;
    }
  }

  /** Delivers what has been posted so far; its thread. */
  void deliverMail() {
    if (!serving && !mailbox.isEmpty()) {
      deliver(mailbox.take());
    }
  }

  private void deliverAndSend() {
    if (serving) {
      return;
    }
    if (!mailbox.isEmpty()) {
      readClock();
      deliverMail();
    }
    sendMessages();
  }

  void hasUnsent(Session session) {
    unsent.add(session);
  }

  private void sendMessages() {
    Session session;
    while ((session = unsent.poll()) != null) {
      session.sendMessages();
    }
  }

  /** Queues a message to the client whose command is being executed. */
  void messageToCurrent(byte[] head, SharedBytes rest) {
    byte[] start = head;
    if (current.isResp3()) {
      start = head.clone();
      start[0] = '>';
    }
    if (defersMessages) {
      deferred.writeBytes(start);
      deferred.writeBytes(rest.toByteArray());
      hasDeferred = true;
    } else {
      reply.raw(start);
      reply.raw(rest.address(), rest.lengthBytes());
    }
  }

  private void writeDeferred() {
    if (hasDeferred) {
      hasDeferred = false;
      reply.raw(deferred.toByteArray());
      deferred.reset();
    }
  }

  void countMessage(int bytes) {
    statistics.countMessage(bytes);
  }

  // ---- execution ----

  /** A client's batch begins; gives the time. */
  long begin(Session session) {
    if (!serving && !mailbox.isEmpty()) {
      readClock();
      deliverMail();
    }
    current = session;
    readClock();
    batchNanos = measuredNanos;
    beginRound();
    reply.open(session.connection(), session.isResp3());
    return nowMillis;
  }

  /** After CONFIG RESETSTAT: begins to count anew. */
  private void beginRound() {
    if (statistics.round() != engine.statisticsRound()) {
      statistics.reset(engine.statisticsRound());
    }
  }

  /**
   * Counts a command that has waited for keys and that this thread has ended.
   *
   * @param error what it replied, null if that was no error
   */
  void countUnblocked(Command command, long durationNanos, String error) {
    beginRound();
    statistics.unblocked(command, durationNanos, error);
  }

  /** Sends what has been replied; gives how many bytes that were. */
  long end() {
    locker.endLook();
    measure();
    reply.flush();
    current = null;
    long written = reply.takeWritten();
    statistics.countBatch(measuredNanos - batchNanos, written);
    if (!serving && !unsent.isEmpty()) {
      sendMessages();
    }
    return written;
  }

  /** Parses more of a pipeline and brings near what its requests will need. */
  void readAhead(Session session) {
    if (!serving) {
      locker.readAhead(session);
    }
  }

  /**
   * Executes one request.
   *
   * @return false when it has to wait; nothing has happened then
   */
  boolean execute(Session session, Arguments words) {
    Command command = table.find(words.address(0), words.length(0));
    if (command == null) {
      reject(session, null, unknownCommand(words));
      return true;
    }
    if (command.isContainer() && words.count() > 1) {
      Command sub = command.subcommand(words.address(1), words.length(1));
      if (sub == null) {
        reject(session, command, unknownSubcommand(command, words));
        return true;
      }
      command = sub;
    }
    if (!command.acceptsCount(words.count())
        || (command.isContainer() && command.handler() == null)) {
      reject(session, command, Errors.wrongArity(command.fullName()));
      return true;
    }
    if (session.mustAuthenticate() && !command.is(Flag.NO_AUTH)) {
      reject(session, command, Errors.NO_AUTH);
      return true;
    }
    long flags = command.flags();
    boolean queued = false;
    if (session.isInTransaction()) {
      if (command.is(Flag.NO_MULTI)) {
        reject(session, command, Errors.NOT_IN_TRANSACTION);
        return true;
      }
      queued = !command.is(Flag.NOT_QUEUED);
      if (command.is(Flag.EXECUTES_QUEUE)) {
        flags |= session.transaction().flags();
      }
    }
    if (command.flagChoice() != null && (queued || engine.looksAtFlags())) {
      flags = command.flagChoice().flags(this, words, flags);
    }
    long nowMillis = nowMillis();
    if (engine.mustWait(flags, nowMillis)) {
      return false;
    }
    String busy = engine.busyError();
    if (busy != null && !command.is(Flag.ALLOW_BUSY)) {
      reject(session, command, busy);
      return true;
    }
    if (engine.limitsMemory() && busy == null) {
      outOfMemory = makeRoom(nowMillis, batchNanos) == Room.NONE;
      if (outOfMemory && (flags & Flag.DENYOOM) != 0) {
        reject(session, command, Errors.OUT_OF_MEMORY);
        return true;
      }
    } else {
      outOfMemory = false;
    }
    if (session.isSubscriber() && !session.isResp3() && !command.is(Flag.SUBSCRIBER)) {
      reject(session, command, Errors.onlySubscriberCommands(command.fullName()));
      return true;
    }
    if (queued) {
      queue(session, command, words, flags);
      return true;
    }
    if (mayTakeLong(session, command) && thread.defer(session.resumption())) {
      deferredRequest = true;
      return false;
    }
    run(session, command, words, nowMillis);
    return true;
  }

  /** Whether others may have to be served in the middle of a command: it may run a script. */
  private static boolean mayTakeLong(Session session, Command command) {
    return command.is(Flag.EXECUTES_OTHERS)
        && (!command.is(Flag.EXECUTES_QUEUE)
            || (session.isInTransaction()
                && (session.transaction().flags() & Flag.EXECUTES_OTHERS) != 0));
  }

  /**
   * Keeps a request for EXEC, unless that will execute none.
   *
   * @param flags of this call
   */
  private void queue(Session session, Command command, Arguments words, long flags) {
    session.executing(command);
    Transaction transaction = session.transaction();
    if (!transaction.hasFailed() && !session.watches().isBroken()) {
      transaction.add(
          command, words, locker.shardsOfNested(call, command, words), session.database(), flags);
    }
    (isMuted(session) ? mutedReply : reply).queued();
  }

  /** Executes what a client has queued; all shards that it needs are locked. */
  public void executeQueue(Call outer) {
    Session session = outer.session();
    Transaction transaction = session.transaction();
    ReplyWriter target = outer.reply();
    target.array(transaction.count());
    transaction.rewind();
    int number;
    while ((number = transaction.next(queuedWords)) >= 0) {
      Session.ReplyMode mode = session.replyMode();
      var _ =
          queuedCall.execute(
              session, table.all().get(number), queuedWords, outer.nowMillis(), target);
      if (session.replyMode() != mode) {
        // CLIENT REPLY OFF and ON hold at once, SKIP for the next request
        target = session.replyMode() == Session.ReplyMode.OFF ? muted(session) : reply;
      }
    }
  }

  /** Whether memory was over its limit, and stayed so, before the command being executed. */
  public boolean isOutOfMemory() {
    return outOfMemory;
  }

  // ---- serving others in the middle of a script ----

  /** With what requests are answered while the thread's own things are in use. */
  private final class ServingDesk {
    final MutedSink sink = new MutedSink(slab);
    final ReplyWriter writer = new ReplyWriter(replyScratch + 3 * ReplyWriter.SCRATCH_BYTES);
    final ReplyWriter mutedWriter = new ReplyWriter(replyScratch + 4 * ReplyWriter.SCRATCH_BYTES);
    final Call calls = new Call(Worker.this, keyspace, writer);
    final Call mutedCalls = new Call(Worker.this, keyspace, mutedWriter);
  }

  /**
   * Lets this thread serve other clients for a moment while a script keeps it: they are told that
   * it is busy, but for the few commands that are allowed then.
   *
   * @return false if the thread is to end
   */
  public boolean serveOthers() {
    if (serving) {
      return true;
    }
    if (desk == null) {
      desk = new ServingDesk();
    }
    Session session = current;
    ReplyWriter writer = reply;
    ReplyWriter mutedWriter = mutedReply;
    MutedSink sink = mutedSink;
    Call calls = call;
    Call mutedCalls = mutedCall;
    long locked = lockedShards;
    long began = batchNanos;
    boolean noMemory = outOfMemory;
    boolean defers = defersMessages;
    serving = true;
    reply = desk.writer;
    mutedReply = desk.mutedWriter;
    mutedSink = desk.sink;
    call = desk.calls;
    mutedCall = desk.mutedCalls;
    try {
      return thread.serveOthers();
    } finally {
      serving = false;
      current = session;
      reply = writer;
      mutedReply = mutedWriter;
      mutedSink = sink;
      call = calls;
      mutedCall = mutedCalls;
      lockedShards = locked;
      batchNanos = began;
      outOfMemory = noMemory;
      defersMessages = defers;
    }
  }

  /** Runs a task when no command is being executed. */
  void afterCommand(Runnable task) {
    later.add(task);
  }

  /** Tries again what could not be done while a script was busy. */
  private void runLater() {
    for (int i = later.size(); i > 0; i--) {
      later.poll().run();
    }
  }

  /**
   * Executes a command inside another one.
   *
   * @return false if it needs a shard that is not locked: then nothing has happened
   */
  boolean executeNested(Call nested) {
    Command command = nested.command();
    Arguments words = nested.arguments();
    boolean brief = command.isBrief() && words.count() <= MAX_BRIEF_WORDS;
    if (!brief) {
      measure();
    }
    if ((locker.shardsOf(nested, command, words) & ~lockedShards) != 0) {
      return false;
    }
    executeHandler(nested.session(), nested, command);
    if (statistics.executed(command, brief, nested.reply())) {
      measure();
    }
    return true;
  }

  private void run(Session session, Command command, Arguments words, long nowMillis) {
    boolean brief = command.isBrief() && words.count() <= MAX_BRIEF_WORDS;
    if (!brief && statistics.hasUnmeasured()) {
      measure();
    }
    Call active = isMuted(session) ? mutedCall : call;
    session.executing(command);
    active.begin(session, command, words, nowMillis);
    frozenMicros = 0;
    defersMessages = !command.is(Flag.SUBSCRIBER);
    if (!runUnlocked(active, command, words) && !runLocked(session, active, command, words)) {
      defersMessages = false;
      reject(session, command, engine.lastBusyError());
      return;
    }
    if (blocking.hasPostponed()) {
      blocking.wakePostponed();
    }
    defersMessages = false;
    writeDeferred();
    // what waits for keys counts when it has ended
    if (session.isBlocked() || statistics.executed(command, brief, active.reply())) {
      measure();
    }
  }

  /** Executes a command that finds its key without its shard's lock; else returns false. */
  private boolean runUnlocked(Call active, Command command, Arguments words) {
    return locker.isLooking()
        && command.unlockedHandler() != null
        && locker.prepareLook(active, words)
        && command.unlockedHandler().execute(active);
  }

  /** Executes a command whose shards are free or become so; else returns false. */
  private boolean runLocked(Session session, Call active, Command command, Arguments words) {
    long locked;
    try {
      locked = locker.lock(active, command, words);
    } catch (ShardsBusyException e) {
      return false;
    }
    lockedShards = locked;
    boolean alone = command.is(Flag.EXECUTES_OTHERS) && locked == keyspace.allShards();
    if (alone) {
      keyspace.beginAlone();
    }
    try {
      executeHandler(session, active, command);
      if (alone) {
        keyspace.endAlone();
      }
      if (engine.hasBlocked()) {
        locked = blocking.wake(locked);
      }
    } finally {
      keyspace.unlock(locked);
    }
    return true;
  }

  /** Executes a command whose shards are locked. */
  void executeHandler(Session session, Call active, Command command) {
    try {
      command.handler().execute(active);
    } catch (ShardsBusyException e) {
      active.reply().error(engine.lastBusyError());
    } catch (RuntimeException | Error e) {
      failed(session, active, command, e);
    }
  }

  /**
   * Executes what waits for keys that were changed without a command; gives the locks then held.
   */
  long wakeBlocked(long locked) {
    return engine.hasBlocked() ? blocking.wake(locked) : locked;
  }

  /** The shards of a blocked call's keys; prepares a call for them. */
  long shardsOf(Call call, BlockedCall blocked) {
    return locker.shardsOf(call, blocked.command(), blocked.words());
  }

  boolean isMuted(Call call) {
    return call == mutedCall;
  }

  Blocking blocking() {
    return blocking;
  }

  /** Whether CLIENT REPLY keeps the reply of the next command back; if only of one, of this one. */
  private boolean isMuted(Session session) {
    Session.ReplyMode mode = session.replyMode();
    if (mode == Session.ReplyMode.ON) {
      return false;
    }
    if (mode == Session.ReplyMode.SKIP) {
      session.replyMode(Session.ReplyMode.ON);
    }
    muted(session);
    return true;
  }

  /** Where a client's replies go that it does not want. */
  private ReplyWriter muted(Session session) {
    mutedReply.open(mutedSink, session.isResp3());
    return mutedReply;
  }

  /**
   * Evicts until memory is under its limit.
   *
   * @return false when it is not
   */
  Room makeRoom(long nowMillis, long sinceNanos) {
    try {
      return engine.eviction().makeRoom(evictor, clock, nowMillis, sinceNanos);
    } catch (ShardsBusyException e) {
      return Room.ENOUGH; // a script is busy, so that only what allocates nothing will be executed
    }
  }

  /**
   * A defect: the client is told and cut off, as nobody knows how much of its reply is written; all
   * others go on.
   */
  private void failed(Session session, Call active, Command command, Throwable e) {
    engine.log().warning("Command " + command.fullName() + " failed: " + e);
    engine.failure(e);
    active.reply().error("ERR internal error");
    session.closeAfterReply();
  }

  /** Replies with an error in place of executing. */
  private void reject(Session session, Command command, String error) {
    ReplyWriter target = isMuted(session) ? mutedReply : reply;
    boolean executesQueue = command != null && command.is(Flag.EXECUTES_QUEUE);
    target.error(executesQueue ? Errors.aborted(error) : error);
    target.takeErrors();
    statistics.rejected(command, error);
    if (executesQueue) {
      session.leaveTransaction();
    } else if (session.isInTransaction()) {
      session.transaction().fail();
    }
  }

  void protocolError(Session session, String what) {
    engine.log().verbose("Protocol error (" + what + ") from client: " + session.describe());
    reject(session, null, "ERR Protocol error: " + what);
    session.closeAfterReply();
  }

  /** After each command: a client whose replies pile up waits, or is cut off. */
  void checkBacklog(Session session) {
    if (reply.takeHandedOver()) {
      engine.outputLimits().check(session, reply.heldBytes(), clock.millis());
      if (session.connection().pendingOutputBytes() > Session.MAX_BACKLOG_BYTES) {
        session.waitForRoom();
      }
    }
  }

  /** Lets a client wait until {@link #resumeWaiting}. */
  void wait(Session session) {
    if (deferredRequest) {
      deferredRequest = false;
      return;
    }
    session.connection().reading(false);
    waiting.add(session);
  }

  /** Goes on with the clients that waited, if they still must. */
  void resumeWaiting() {
    for (int i = waiting.size(); i > 0; i--) {
      Session session = waiting.poll();
      session.connection().reading(true);
      session.resume();
    }
  }

  /** Goes on with the clients that waited; any thread. */
  void wake() {
    for (Session session : engine.clients().sessions()) {
      if (session.worker() == this && session.isPaused()) {
        session.connection().execute(this::resumeWaiting);
        return;
      }
    }
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  private String unknownCommand(Arguments words) {
    StringBuilder echoed = new StringBuilder();
    for (int i = 1; i < words.count() && echoed.length() < MAX_ECHOED_BYTES; i++) {
      String word = text(words, i, MAX_ECHOED_BYTES - echoed.length());
      echoed.append('\'').append(word).append("' ");
    }
    return "ERR unknown command '"
        + text(words, 0, MAX_ECHOED_BYTES)
        + "', with args beginning with: "
        + echoed;
  }

  private String unknownSubcommand(Command command, Arguments words) {
    return "ERR unknown subcommand '"
        + text(words, 1, MAX_ECHOED_BYTES)
        + "'. Try "
        + command.name().toUpperCase(Locale.ROOT)
        + " HELP.";
  }

  /** The beginning of a word, up to a zero byte. */
  private static String text(Arguments words, int index, int maxBytes) {
    String text = Latin1.string(words.address(index), Math.min(words.length(index), maxBytes));
    int end = text.indexOf(0);
    return end < 0 ? text : text.substring(0, end);
  }

  /** The time in milliseconds since the epoch, as of the last measurement. */
  public long nowMillis() {
    return nowMillis;
  }

  /**
   * The time in microseconds since the epoch, which stands still while a script or a transaction is
   * executed.
   *
   * @param call that asks
   */
  public long timeMicros(Call call) {
    if (!call.isNested()) {
      return clock.micros();
    }
    if (frozenMicros == 0) {
      frozenMicros = clock.micros();
    }
    return frozenMicros;
  }

  /** Measures the time, which {@link #nowMillis} gives. */
  void readClock() {
    long nanos = clock.nanos();
    if (nanos - baseNanos > CLOCK_BASE_NANOS || baseNanos == 0) {
      baseNanos = nanos;
      baseMicros = clock.micros();
    }
    measuredNanos = nanos;
    nowMillis = (baseMicros + (nanos - baseNanos) / NANOS_PER_MICRO) / MICROS_PER_MILLI;
  }

  /**
   * Attributes the time since the last measurement to the commands executed in it. Looking at the
   * clock takes a fifth of a GET, so brief commands are measured together, and the end of one that
   * is not brief is the beginning of the next.
   */
  private void measure() {
    long from = measuredNanos;
    readClock();
    statistics.measured(measuredNanos - from);
  }

  // ---- what commands use ----

  public Engine engine() {
    return engine;
  }

  public int number() {
    return number;
  }

  /** The thread's own memory: input, output, scratch. */
  public Slab slab() {
    return slab;
  }

  /** The thread's own random numbers, for choosing. */
  public RandomSource random() {
    return random;
  }

  Arguments arguments() {
    return arguments;
  }

  ReplyWriter reply() {
    return reply;
  }

  /** What this thread's commands did to the keyspace. */
  public Tally tally() {
    return tally;
  }

  public Statistics statistics() {
    return statistics;
  }

  Clock clock() {
    return clock;
  }

  /** The client whose command is being executed; null in between. */
  public Session current() {
    return current;
  }

  /**
   * An object that commands of one kind use again for every call, as making one for each would
   * leave garbage. Between two calls it is nobody's.
   *
   * @param maker makes it when it is asked for first
   */
  public <T> T kept(Class<T> type, Supplier<T> maker) {
    Object object = kept.get(type);
    if (object == null) {
      object = maker.get();
      kept.put(type, object);
    }
    return type.cast(object);
  }

  /**
   * Memory for an intermediate result.
   *
   * @return an address with {@code bytes} at least, valid until the next call
   */
  public long scratch(long bytes) {
    if (scratchBytes < bytes) {
      if (scratch != 0) {
        slab.free(scratch, scratchBytes, Tag.SCRATCH);
      }
      scratchBytes = Slab.usableBytes(bytes);
      scratch = slab.allocate(scratchBytes, Tag.SCRATCH);
    }
    return scratch;
  }

  /** Gives a large scratch block back. */
  void trimScratch() {
    if (scratchBytes > Slab.MAX_SMALL) {
      slab.free(scratch, scratchBytes, Tag.SCRATCH);
      scratch = scratchBytes = 0;
    }
  }

  @Override
  public void close() {
    if (scratch != 0) {
      slab.free(scratch, scratchBytes, Tag.SCRATCH);
      scratch = 0;
    }
    mutedSink.close();
    if (desk != null) {
      desk.sink.close();
    }
    blocking.close();
    locker.close();
    slab.free(replyScratch, REPLY_WRITERS * ReplyWriter.SCRATCH_BYTES, Tag.OUTPUT);
    slab.close();
  }
}
