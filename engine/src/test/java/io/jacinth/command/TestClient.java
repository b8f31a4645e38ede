package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.SharedBytes;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * A client without a socket: sends bytes to a session in this thread and reads what it replies.
 * Tests read like transcripts:
 *
 * <pre>
 * client.expect("SET k 1", "OK");
 * client.expect("INCR k", 2);
 * client.expect("MGET k missing", "[2, nil]");
 * </pre>
 */
public final class TestClient implements Connection, AutoCloseable {
  private static final int CHUNK_BYTES = 512;

  private final Slab slab;
  private final Session session;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<Timer> timers = new ArrayList<>();
  private long chunk;
  private int chunkBytes;
  private long gathered;
  private int gatheredBytes;
  private boolean closed;
  private boolean reading = true;
  private boolean clogged;
  private boolean draining;

  public TestClient(Worker worker) {
    slab = worker.slab();
    session = worker.open(this);
  }

  public Session session() {
    return session;
  }

  /** Bytes of a request as an array of bulk strings; one character is one byte. */
  public static byte[] request(String... words) {
    StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return request.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sends bytes as one read of the transport. */
  public void send(byte[] bytes) {
    int from = 0;
    while (from < bytes.length) {
      int direct = session.directBytes();
      if (direct > 0) {
        int count = Math.min(direct, bytes.length - from);
        Memory.write(bytes, from, count, session.directAddress());
        from += count;
        session.receivedDirect(count);
        continue;
      }
      show(bytes, from);
      from = bytes.length;
    }
    runTasks();
  }

  /** Sends bytes as one read of a transport that does not ask for their place. */
  public void sendShown(byte[] bytes) {
    show(bytes, 0);
    runTasks();
  }

  private void show(byte[] bytes, int from) {
    int count = bytes.length - from;
    long address = slab.allocate(count, Tag.SCRATCH);
    Memory.write(bytes, from, count, address);
    session.receive(address, count);
    Memory.fill(address, count, 0x5a);
    slab.free(address, count, Tag.SCRATCH);
  }

  /** What is to be done at a time of the engine's clock. */
  private record Timer(long atMillis, FutureTask<Void> task) {}

  /** Does what others have asked of this client's thread, and what is due. */
  public void runTasks() {
    Runnable task;
    while ((task = tasks.poll()) != null) {
      task.run();
    }
    long nowMillis = session.worker().clock().millis();
    for (Timer timer : List.copyOf(timers)) {
      if (timer.atMillis <= nowMillis) {
        timers.remove(timer);
        timer.task.run();
      }
    }
  }

  /** What has been received since the last call, in the notation of {@link ReplyText}. */
  public String receive() {
    runTasks();
    return ReplyText.of(received());
  }

  /** Raw bytes received since the last call, as text of one character per byte. */
  public String received() {
    takeGathered();
    String text = output.toString(StandardCharsets.ISO_8859_1);
    output.reset();
    return text;
  }

  /** Sends a request and gives its raw reply. */
  public String raw(String... words) {
    send(request(words));
    return received();
  }

  /** Sends a request and gives its reply in the notation of {@link ReplyText}. */
  public String call(String... words) {
    return ReplyText.of(raw(words));
  }

  /**
   * Sends a line, split at single spaces, and compares the reply in the notation of {@link
   * ReplyText}.
   */
  public void expect(String line, Object reply) {
    assertEquals(reply.toString(), call(line.split(" ")), line);
  }

  /** Lets output pile up, as when the peer does not read. */
  public void clog(boolean clogged) {
    this.clogged = clogged;
    if (!clogged) {
      session.writable();
    }
  }

  public boolean isClosed() {
    return closed;
  }

  public boolean isReading() {
    return reading;
  }

  @Override
  public long chunk(int usedBytes, int minBytes) {
    take(usedBytes);
    chunkBytes = Math.max(CHUNK_BYTES, minBytes);
    chunk = slab.allocate(chunkBytes, Tag.OUTPUT);
    return chunk;
  }

  @Override
  public int chunkBytes() {
    return chunkBytes;
  }

  @Override
  public void flush(int usedBytes) {
    take(usedBytes);
  }

  private void take(int usedBytes) {
    takeGathered();
    if (chunk != 0) {
      output.writeBytes(Memory.bytes(chunk, usedBytes));
      slab.free(chunk, chunkBytes, Tag.OUTPUT);
      chunk = 0;
    }
  }

  @Override
  public void write(long address, int lengthBytes) {
    output.writeBytes(Memory.bytes(address, lengthBytes));
  }

  @Override
  public long gather(int lengthBytes) {
    if (chunk != 0) {
      throw new IllegalStateException("in the middle of a batch of replies");
    }
    takeGathered();
    gatheredBytes = lengthBytes;
    gathered = slab.allocate(lengthBytes, Tag.OUTPUT);
    return gathered;
  }

  @Override
  public void write(SharedBytes bytes) {
    takeGathered();
    output.writeBytes(bytes.toByteArray());
  }

  private void takeGathered() {
    if (gathered != 0) {
      output.writeBytes(Memory.bytes(gathered, gatheredBytes));
      slab.free(gathered, gatheredBytes, Tag.OUTPUT);
      gathered = 0;
    }
  }

  @Override
  public long pendingOutputBytes() {
    takeGathered();
    return clogged ? output.size() : 0;
  }

  @Override
  public long outputMemoryBytes() {
    return pendingOutputBytes();
  }

  @Override
  public void close() {
    takeGathered();
    if (!closed) {
      closed = true;
      if (session != null && !draining) {
        draining = true;
        session.closed();
      }
    }
  }

  @Override
  public void closeAfterFlush() {
    close();
  }

  @Override
  public void reading(boolean enabled) {
    reading = enabled;
  }

  @Override
  public boolean inThread() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Future<?> schedule(Runnable task, long delayMillis) {
    FutureTask<Void> future = new FutureTask<>(task, null);
    timers.add(new Timer(session.worker().clock().millis() + delayMillis, future));
    return future;
  }

  @Override
  public SocketAddress remoteAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
  }

  @Override
  public SocketAddress localAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 6379);
  }

  @Override
  public boolean isUnixSocket() {
    return false;
  }

  @Override
  public int fileDescriptor() {
    return 7;
  }
}
