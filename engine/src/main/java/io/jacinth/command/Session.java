package io.jacinth.command;

import io.jacinth.memory.Memory;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.RequestReader;
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

  /** What CLIENT REPLY has set. */
  public enum ReplyMode {
    ON,
    OFF,
    /** The next command's reply is not sent. */
    SKIP_NEXT,
    /** This command's is not. */
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

  private long commands;

  /** Input waits: for the end of CLIENT PAUSE, or for room for its replies. */
  private volatile boolean paused;

  private boolean waitsForRoom;
  private boolean closing;
  private boolean closed;

  /** When the backlog went over the soft limit, 0 when it is not. */
  private long overSoftLimitSinceMillis;

  Session(Worker worker, Connection connection, long id, long nowMillis) {
    this.worker = worker;
    this.connection = connection;
    this.id = id;
    createdAtMillis = lastActiveMillis = nowMillis;
    reader = new RequestReader(worker.slab(), worker.arguments());
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
    inputBytes += lengthBytes;
    reader.show(address, lengthBytes);
    run();
  }

  /** Where the transport should place the next bytes, if {@link #directBytes} is not 0. */
  public long directAddress() {
    return reader.directAddress();
  }

  /** How many bytes are wanted at {@link #directAddress}. */
  public int directBytes() {
    return closing ? 0 : reader.directBytes();
  }

  /** The transport placed bytes at {@link #directAddress}. */
  public void receivedDirect(int lengthBytes) {
    if (closing) {
      return;
    }
    inputBytes += lengthBytes;
    reader.placed(lengthBytes);
    if (reader.directBytes() == 0) {
      run();
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
      worker.remove(this);
      reader.close();
    }
  }

  // ---- execution ----

  /** Executes what has been received. */
  private void run() {
    worker.begin(this);
    while (!closing && !paused && !waitsForRoom) {
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
        worker.checkBacklog(this);
      }
      reader.done();
    }
    if (closed) {
      worker.abandon();
      return;
    }
    if (!closing) {
      reader.keep();
      checkHeldBytes();
    }
    worker.end();
    if (closing) {
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

  private void checkHeldBytes() {
    if (reader.heldBytes() > worker.engine().maxQueryBytes()) {
      worker
          .engine()
          .log()
          .warning("Closing client that reached max query buffer length: " + describe());
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
      closing = true;
      connection.close();
    }
  }

  boolean isClosing() {
    return closing;
  }

  long takeBlock(int index) {
    return reader.takeBlock(index);
  }

  /** What it may send changes with authentication and configuration. */
  void updateLimits() {
    reader.limits(authenticated, worker.engine().maxBulkBytes());
  }

  long overSoftLimitSinceMillis() {
    return overSoftLimitSinceMillis;
  }

  void overSoftLimitSinceMillis(long sinceMillis) {
    overSoftLimitSinceMillis = sinceMillis;
  }

  void executed(Command command, long nowMillis) {
    lastCommand = command;
    lastActiveMillis = nowMillis;
    commands++;
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

  public boolean isAuthenticated() {
    return authenticated;
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

  /** For log lines. */
  public String describe() {
    return "id="
        + id
        + " addr="
        + connection.remoteAddress()
        + " laddr="
        + connection.localAddress()
        + " name="
        + name;
  }

  /** Sends bytes that answer no request. On its own thread, outside a command. */
  public void push(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long address = worker.scratch(bytes.length);
    Memory.write(bytes, 0, bytes.length, address);
    connection.write(address, bytes.length);
    connection.flush(0);
  }
}
