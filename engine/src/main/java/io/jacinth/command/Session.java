package io.jacinth.command;

import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.ShardsBusyException;
import io.jacinth.keyspace.Watches;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.RequestReader;
import io.jacinth.protocol.SharedBytes;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * One client: its connection's state and its input.
 *
 * <p>All methods are called on its I/O thread, but for those that only read a field, which other
 * threads use for CLIENT LIST and INFO and which may be a moment behind: what every command writes
 * is therefore not volatile.
 */
public final class Session {
  /**
   * A client whose replies pile up to this size is not read from until they are sent: it feels
   * back-pressure, and its backlog stays bounded although {@code client-output-buffer-limit normal}
   * is 0 by default.
   */
  static final long MAX_BACKLOG_BYTES = 16L << 20;

  /**
   * From this length on messages are sent from where they are and not copied for each receiver.
   * Those in front of them then leave their buffer unfilled, so the shorter ones are not.
   */
  private static final int MIN_SHARED_BYTES = 16 << 10;

  /** What CLIENT REPLY has set. */
  public enum ReplyMode {
    ON,
    OFF,
    /** The next command's reply is not sent. */
    SKIP
  }

  private final Worker worker;
  private final Connection connection;
  private final RequestReader reader;
  private final long id;
  private final long createdAtMillis;

  private long lastActiveMillis;
  private int database;
  private boolean resp3;
  private boolean authenticated;
  private volatile boolean noEvict;
  private boolean noTouch;
  private volatile String name = "";
  private volatile String libraryName = "";
  private volatile String libraryVersion = "";
  private Command lastCommand;
  private ReplyMode replyMode = ReplyMode.ON;

  /** Bytes and commands since it connected. */
  private long inputBytes;

  private long outputBytes;
  private long commands;

  /** Input that waits and its memory, as of the end of the last batch. */
  private long heldBytes;

  private long inputMemoryBytes;

  /** Input waits: for the end of CLIENT PAUSE, or for room for its replies. */
  private volatile boolean paused;

  /** The command that waits for keys; null if none does. Others only look whether there is one. */
  private volatile BlockedCall blocked;

  /** Null before the first one. */
  private volatile Subscriptions subscriptions;

  /** Null before the first one. */
  private FieldSets fieldSets;

  /** Has got messages that are to be flushed. */
  private boolean hasUnsent;

  /** Its requests are being executed. */
  private boolean running;

  /** What has come meanwhile. */
  private final ByteArrayOutputStream late = new ByteArrayOutputStream(0);

  private boolean hasLate;

  private Runnable resumption;

  /** What MULTI has begun; null before the first one. */
  private Transaction transaction;

  private final Watches watches;

  private boolean waitsForRoom;
  private volatile boolean closing;

  /** {@link #closing} without a reply. */
  private volatile boolean cutOff;

  private boolean closed;

  /** When the backlog went over the soft limit, 0 when it is not. */
  private long overSoftLimitSinceMillis;

  Session(Worker worker, Connection connection, long id, long nowMillis) {
    this.worker = worker;
    this.connection = connection;
    this.id = id;
    createdAtMillis = lastActiveMillis = nowMillis;
    reader = new RequestReader(worker.slab(), worker.arguments());
    watches = new Watches(worker.engine().keyspace());
    authenticated = !worker.engine().requiresPassword();
    updateLimits();
  }

  // ---- the transport's side ----

  /**
   * Bytes have arrived; their memory is used during the call only. Executes every whole request and
   * keeps the rest.
   */
  public void receive(long address, int lengthBytes) {
    if (closing) {
      return;
    }
    if (running) {
      late.writeBytes(Memory.bytes(address, lengthBytes));
      hasLate = true;
      return;
    }
    inputBytes += lengthBytes;
    int wantedBytes = reader.directBytes();
    if (wantedBytes > 0) {
      // What completes a big word counts before it is executed, whether it is placed or shown.
      checkHeldBytes(Math.min(lengthBytes, wantedBytes));
      if (closing) {
        return;
      }
    }
    reader.show(address, lengthBytes);
    worker.statistics().countRead(lengthBytes);
    run();
  }

  /** Where the transport should place the next bytes, if {@link #directBytes} is not 0. */
  public long directAddress() {
    return reader.directAddress();
  }

  /** How many bytes are wanted at {@link #directAddress}. */
  public int directBytes() {
    return closing || running ? 0 : reader.directBytes();
  }

  /** The transport placed bytes at {@link #directAddress}. */
  public void receivedDirect(int lengthBytes) {
    if (closing) {
      return;
    }
    inputBytes += lengthBytes;
    reader.placed(lengthBytes);
    worker.statistics().countRead(lengthBytes);
    checkHeldBytes();
    if (closing) {
      return;
    }
    if (reader.directBytes() == 0) {
      run();
    } else {
      lastActiveMillis = worker.clock().millis();
      noteInput();
    }
  }

  /** Queued output has been sent. */
  public void writable() {
    if (waitsForRoom && !closing && connection.pendingOutputBytes() < MAX_BACKLOG_BYTES / 2) {
      waitsForRoom = false;
      connection.reading(true);
      run();
    }
  }

  /** The connection is gone. */
  public void closed() {
    if (!closed) {
      closed = closing = true;
      endSubscriptions();
      endWaits();
      forgetFieldSets();
      worker.remove(this);
      reader.close();
    }
  }

  /** What needs locks of its end. */
  private void endWaits() {
    try {
      BlockedCall waiting = blocked;
      if (waiting != null && Blocking.cancel(worker.engine().keyspace(), waiting)) {
        leaveBlocked();
      }
      leaveTransaction();
    } catch (ShardsBusyException e) {
      worker.afterCommand(this::endWaits);
    }
  }

  /**
   * Whether its requests are being executed: others can be served in the middle of a script, but
   * what comes from this client, even its end, has to wait.
   */
  public boolean isRunning() {
    return running;
  }

  // ---- execution ----

  /** Goes on with the request that was not executed. */
  Runnable resumption() {
    if (resumption == null) {
      resumption = this::resume;
    }
    return resumption;
  }

  /** Executes what has been received, also in the meantime. */
  private void run() {
    running = true;
    runReceived();
    running = false;
    if (hasLate) {
      receiveLate();
    }
  }

  private void receiveLate() {
    byte[] bytes = late.toByteArray();
    late.reset();
    hasLate = false;
    long address = worker.slab().allocate(bytes.length, Tag.INPUT);
    Memory.write(bytes, 0, bytes.length, address);
    receive(address, bytes.length);
    worker.slab().free(address, bytes.length, Tag.INPUT);
  }

  private void runReceived() {
    lastActiveMillis = worker.begin(this);
    while (!closing && !paused && !waitsForRoom && blocked == null) {
      worker.readAhead(this);
      int state = reader.next();
      if (state == RequestReader.INCOMPLETE) {
        checkHeldBytes();
        break;
      }
      if (state == RequestReader.ERROR) {
        worker.protocolError(this, reader.error());
        break;
      }
      Arguments arguments = reader.arguments();
      if (arguments.count() > 0) {
        if (!worker.execute(this, arguments)) {
          reader.hold();
          paused = true;
          worker.wait(this);
          break;
        }
        worker.deliverMail();
        worker.checkBacklog(this);
      }
      reader.done();
    }
    if (!closing) {
      reader.keep();
      checkHeldBytes();
      noteInput();
    }
    outputBytes += worker.end();
    if (closing && !closed) {
      reader.close();
      connection.closeAfterFlush();
    }
  }

  /** The reason to wait is over. */
  void resume() {
    if (paused) {
      paused = false;
      if (!closing) {
        run();
      }
    }
  }

  /** A command begins to wait for keys. */
  void block(BlockedCall call, long timeoutMillis) {
    blocked = call;
    commands--; // counts when it has ended
    worker.engine().countBlocked(1);
    if (timeoutMillis > 0) {
      call.timer(connection.schedule(() -> timeOut(call), timeoutMillis));
    }
  }

  /** The command that waits for keys is executed again after some time; any thread. */
  void wakeAfter(long millis) {
    BlockedCall call = blocked;
    connection.execute(
        () -> {
          if (blocked == call) {
            call.waker(connection.schedule(() -> worker.blocking().wakeInTime(call), millis));
          }
        });
  }

  private void timeOut(BlockedCall call) {
    try {
      worker.blocking().timeOut(call);
    } catch (ShardsBusyException e) {
      worker.afterCommand(() -> timeOut(call));
    }
  }

  /** The command that waited has ended; its reply is sent and the next ones are executed. */
  void unblock(byte[] reply) {
    boolean muted = blocked.isMuted();
    commands++;
    leaveBlocked();
    if (closed) {
      return;
    }
    if (!muted) {
      push(reply);
      outputBytes += reply.length;
    }
    if (!closing) {
      run();
    }
  }

  private void leaveBlocked() {
    blocked.free();
    blocked = null;
    worker.engine().countBlocked(-1);
  }

  /** The command that waits for keys; null if none does. Any thread. */
  BlockedCall blocked() {
    return blocked;
  }

  /** Whether a command waits for keys; any thread. */
  public boolean isBlocked() {
    return blocked != null;
  }

  /**
   * Ends the waiting of a command.
   *
   * @param caller the calling thread's, which is any
   * @param withError whether it fails, or ends as after its timeout
   * @return false when none waits
   */
  public boolean unblock(Worker caller, boolean withError) {
    BlockedCall waiting = blocked;
    return waiting != null && Blocking.unblock(caller, waiting, withError);
  }

  // ---- transactions ----

  /** What MULTI has begun. */
  public Transaction transaction() {
    if (transaction == null) {
      transaction = new Transaction(worker.slab());
    }
    return transaction;
  }

  /** Whether requests are queued, after MULTI. */
  public boolean isInTransaction() {
    return transaction != null && transaction.isOpen();
  }

  /** The keys that it watches. */
  public Watches watches() {
    return watches;
  }

  /** Whether EXEC depends on keys that it watches; any thread. */
  boolean isWatching() {
    return watches.count() > 0 && !watches.isBroken();
  }

  /** The shards that EXEC locks. */
  long shardsOfTransaction() {
    return watches.shards() | (transaction == null ? 0 : transaction.shards());
  }

  /** Forgets what is queued and watched; no shard is locked. */
  public void leaveTransaction() {
    if (transaction != null) {
      transaction.end();
    }
    unwatch();
  }

  /** Watches nothing any more; no shard is locked. */
  public void unwatch() {
    long shards = watches.shards();
    if (shards != 0) {
      Keyspace keyspace = worker.engine().keyspace();
      keyspace.lock(shards);
      try {
        watches.clear();
      } finally {
        keyspace.unlock(shards);
      }
    }
  }

  /** Bytes of queued requests. */
  private long queuedBytes() {
    return transaction == null ? 0 : transaction.argumentBytes();
  }

  private long queueMemoryBytes() {
    return transaction == null ? 0 : transaction.memoryBytes();
  }

  private void checkHeldBytes() {
    checkHeldBytes(0);
  }

  /**
   * Closes the client if it makes the server hold too much.
   *
   * @param moreBytes what is held in a moment, too
   */
  private void checkHeldBytes(int moreBytes) {
    if (reader.heldBytes() + moreBytes + queuedBytes() > worker.engine().maxQueryBytes()) {
      worker
          .engine()
          .log()
          .warning("Closing client that reached max query buffer length: " + describe());
      worker.engine().countQueryLimitDisconnection();
      closing = true;
      connection.close();
    }
  }

  /** Stops executing until its replies have been sent. */
  void waitForRoom() {
    waitsForRoom = true;
    connection.reading(false);
  }

  /** Closes after what has been replied is sent; nothing more is executed. */
  public void closeAfterReply() {
    closing = true;
  }

  /** Closes at once. On its own thread. */
  public void kill() {
    if (!closed) {
      cutOff = true;
      closing = true;
      connection.close();
    }
  }

  /** Counts a command that the client's script has called. */
  void countNested() {
    commands++;
  }

  /** Whether it is as good as gone; any thread. */
  public boolean isCutOff() {
    return cutOff;
  }

  /** Whether it executes nothing more; any thread. */
  public boolean isClosing() {
    return closing;
  }

  /** Closes soon, and executes nothing more that has not begun; any thread. */
  public void cutOff() {
    cutOff = true;
    closing = true;
    connection.execute(this::kill);
  }

  long takeBlock(int index) {
    return reader.takeBlock(index);
  }

  /** What it may send changes with authentication and configuration. */
  void updateLimits() {
    reader.limits(!mustAuthenticate(), worker.engine().maxBulkBytes());
  }

  long overSoftLimitSinceMillis() {
    return overSoftLimitSinceMillis;
  }

  void overSoftLimitSinceMillis(long sinceMillis) {
    overSoftLimitSinceMillis = sinceMillis;
  }

  /** A command begins. */
  void executing(Command command) {
    lastCommand = command;
    commands++;
  }

  private void noteInput() {
    heldBytes = reader.heldBytes();
    inputMemoryBytes = reader.memoryBytes();
  }

  /** What RESET does: all as after connecting, but for its id and library. */
  public void reset() {
    endSubscriptions();
    leaveTransaction();
    forgetFieldSets();
    database = 0;
    name = "";
    noEvict = false;
    noTouch = false;
    replyMode = ReplyMode.ON;
    resp3(false);
    authenticated(!worker.engine().requiresPassword());
  }

  // ---- state ----

  public long id() {
    return id;
  }

  public Worker worker() {
    return worker;
  }

  public Connection connection() {
    return connection;
  }

  public RequestReader reader() {
    return reader;
  }

  public long createdAtMillis() {
    return createdAtMillis;
  }

  public long lastActiveMillis() {
    return lastActiveMillis;
  }

  public int database() {
    return database;
  }

  public void database(int database) {
    this.database = database;
  }

  public boolean isResp3() {
    return resp3;
  }

  /** Also switches the reply that is being written. */
  public void resp3(boolean resp3) {
    this.resp3 = resp3;
    worker.reply().resp3(resp3);
  }

  /** Whether it must authenticate before it may do anything. */
  public boolean mustAuthenticate() {
    return !authenticated && worker.engine().requiresPassword();
  }

  public void authenticated(boolean authenticated) {
    this.authenticated = authenticated;
    updateLimits();
  }

  public boolean isNoEvict() {
    return noEvict;
  }

  public void noEvict(boolean noEvict) {
    this.noEvict = noEvict;
  }

  public boolean isNoTouch() {
    return noTouch;
  }

  public void noTouch(boolean noTouch) {
    this.noTouch = noTouch;
  }

  public String name() {
    return name;
  }

  public void name(String name) {
    this.name = name;
  }

  public String libraryName() {
    return libraryName;
  }

  public void libraryName(String libraryName) {
    this.libraryName = libraryName;
  }

  public String libraryVersion() {
    return libraryVersion;
  }

  public void libraryVersion(String libraryVersion) {
    this.libraryVersion = libraryVersion;
  }

  /** What it has subscribed to; null if it never has. Any thread. */
  public Subscriptions subscriptions() {
    return subscriptions;
  }

  public void subscriptions(Subscriptions subscriptions) {
    this.subscriptions = subscriptions;
  }

  /** Whether it has subscriptions; any thread. */
  public boolean isSubscriber() {
    Subscriptions all = subscriptions;
    return all != null && all.channels() + all.patterns() + all.shardChannels() > 0;
  }

  private void endSubscriptions() {
    if (subscriptions != null) {
      subscriptions.end();
    }
  }

  /** The last command executed, null before the first. */
  public Command lastCommand() {
    return lastCommand;
  }

  public ReplyMode replyMode() {
    return replyMode;
  }

  public void replyMode(ReplyMode replyMode) {
    this.replyMode = replyMode;
  }

  public long inputBytes() {
    return inputBytes;
  }

  /** Commands executed. */
  public long commands() {
    return commands;
  }

  public boolean isPaused() {
    return paused;
  }

  /** Bytes of requests that have been received and not executed to the end. */
  public long heldBytes() {
    return worker.current() == this ? reader.pendingBytes() : heldBytes;
  }

  /** Memory of its input. */
  public long inputMemoryBytes() {
    return inputMemoryBytes;
  }

  /** What HIMPORT has prepared; on its own thread. */
  public FieldSets fieldSets() {
    if (fieldSets == null) {
      fieldSets = new FieldSets(worker.slab());
    }
    return fieldSets;
  }

  /**
   * A script begins, or has ended: what it prepares ends with it, and it does not see what the
   * client has prepared.
   *
   * @param others field sets to have from now on, null for none yet
   * @return those that it had
   */
  public FieldSets exchangeFieldSets(FieldSets others) {
    FieldSets own = fieldSets;
    fieldSets = others;
    return own;
  }

  private void forgetFieldSets() {
    if (fieldSets != null) {
      fieldSets.clear();
    }
  }

  /** Memory of its input, of what it has prepared and of replies that it has not taken. */
  public long memoryBytes() {
    FieldSets sets = fieldSets;
    return inputMemoryBytes
        + queueMemoryBytes()
        + (sets == null ? 0 : sets.memoryBytes())
        + connection.outputMemoryBytes();
  }

  public long outputBytes() {
    return outputBytes;
  }

  /** Whether it is connected from this computer. */
  public boolean isLocal() {
    return Engine.isLocal(connection);
  }

  /** Where it connects from, for example {@code 127.0.0.1:50000}. */
  public String address() {
    return text(connection.remoteAddress());
  }

  /** Where it connected to. */
  public String localAddress() {
    return text(connection.localAddress());
  }

  private String text(SocketAddress address) {
    if (connection.isUnixSocket()) {
      return connection.localAddress() + ":0";
    }
    if (!(address instanceof InetSocketAddress internet)) {
      return "?:0";
    }
    String host = internet.getAddress().getHostAddress();
    int zone = host.indexOf('%');
    host = zone < 0 ? host : host.substring(0, zone);
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + internet.getPort();
  }

  /** For log lines, as CLIENT INFO shows it. */
  public String describe() {
    return describe(worker.engine().clock().millis());
  }

  /** All about it in a line, as CLIENT INFO shows it. */
  public String describe(long nowMillis) {
    boolean executing = worker.current() == this;
    Command command = lastCommand;
    Subscriptions all = subscriptions;
    long held = heldBytes();
    return "id="
        + id
        + " addr="
        + address()
        + " laddr="
        + localAddress()
        + " fd="
        + connection.fileDescriptor()
        + " name="
        + name
        + " age="
        + Math.max(0, nowMillis - createdAtMillis) / 1000
        + " idle="
        + idleSeconds(nowMillis)
        + " flags="
        + flags()
        + " db="
        + database
        + " sub="
        + (all == null ? 0 : all.channels())
        + " psub="
        + (all == null ? 0 : all.patterns())
        + " ssub="
        + (all == null ? 0 : all.shardChannels())
        + " multi="
        + (isInTransaction() ? transaction.count() : -1)
        + " watch="
        + (isWatching() ? watches.count() : 0)
        + " qbuf="
        + held
        + " qbuf-free="
        + Math.max(0, inputMemoryBytes - held)
        + " argv-mem="
        + (executing ? reader.argumentBytes() : 0)
        + " multi-mem="
        + queuedBytes()
        + " rbs=0 rbp=0 obl="
        + connection.pendingOutputBytes()
        + " oll=0 omem="
        + connection.outputMemoryBytes()
        + " tot-mem="
        + memoryBytes()
        + " events="
        + (waitsForRoom || paused ? "" : "r")
        + (connection.pendingOutputBytes() > 0 ? "w" : "")
        + " cmd="
        + (command == null ? "NULL" : command.fullName())
        + " user=default redir=-1 resp="
        + (resp3 ? 3 : 2)
        + " lib-name="
        + libraryName
        + " lib-ver="
        + libraryVersion
        + " io-thread="
        + worker.number()
        + " tot-net-in="
        + inputBytes
        + " tot-net-out="
        + outputBytes
        + " tot-cmds="
        + commands;
  }

  /** For how long it has sent nothing. */
  public long idleSeconds(long nowMillis) {
    return Math.max(0, nowMillis - lastActiveMillis) / 1000;
  }

  /** A letter for each thing that is special about it, N if there is none. */
  public String flags() {
    String flags =
        (isInTransaction() ? "x" : "")
            + (isSubscriber() ? "P" : "")
            + (paused || blocked != null ? "b" : "")
            + (watches.isBroken() ? "d" : "")
            + (closing ? "c" : "")
            + (connection.isUnixSocket() ? "U" : "")
            + (noEvict ? "e" : "")
            + (noTouch ? "T" : "");
    return flags.isEmpty() ? "N" : flags;
  }

  /** Sends bytes that answer no request. On its own thread, outside a command. */
  public void push(String text) {
    push(text.getBytes(StandardCharsets.UTF_8));
  }

  private void push(byte[] bytes) {
    long address = worker.scratch(bytes.length);
    Memory.write(bytes, 0, bytes.length, address);
    connection.write(address, bytes.length);
    connection.flush(0);
  }

  /**
   * Queues a message, which answers no request, for {@link #sendMessages}. On its own thread; to
   * the client whose command is being executed it goes at once or behind the reply.
   *
   * @param head its beginning, as in RESP2
   * @param rest which others get as well
   */
  public void message(byte[] head, SharedBytes rest) {
    if (closing) {
      return;
    }
    int lengthBytes = head.length + rest.lengthBytes();
    if (worker.current() == this) {
      worker.messageToCurrent(head, rest);
      return;
    }
    outputBytes += lengthBytes;
    if (lengthBytes <= Connection.MAX_GATHERED_BYTES) {
      long at = connection.gather(lengthBytes);
      writeHead(head, at);
      Memory.copy(rest.address(), at + head.length, rest.lengthBytes());
    } else {
      long start = worker.scratch(head.length);
      writeHead(head, start);
      connection.write(start, head.length);
      if (rest.lengthBytes() < MIN_SHARED_BYTES) {
        connection.write(rest.address(), rest.lengthBytes());
      } else {
        connection.write(rest);
      }
    }
    worker.countMessage(lengthBytes);
    if (!hasUnsent) {
      hasUnsent = true;
      worker.hasUnsent(this);
    }
    worker.engine().outputLimits().check(this, 0, worker.nowMillis());
  }

  /** The protocols differ in the first byte. */
  private void writeHead(byte[] head, long at) {
    Memory.write(head, 0, head.length, at);
    if (resp3) {
      Memory.putByte(at, '>');
    }
  }

  /** Sends the messages that are queued. */
  void sendMessages() {
    hasUnsent = false;
    if (!closed && !closing) {
      connection.flush(0);
    }
  }
}
