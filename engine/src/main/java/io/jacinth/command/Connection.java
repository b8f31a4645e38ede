package io.jacinth.command;

import io.jacinth.protocol.ReplySink;
import io.jacinth.protocol.SharedBytes;
import java.net.SocketAddress;
import java.util.concurrent.Future;

/**
 * The transport of one client as the store sees it; used on the client's I/O thread unless said
 * otherwise.
 */
public interface Connection extends ReplySink {
  /** What fits into {@link #gather}. */
  int MAX_GATHERED_BYTES = 1 << 10;

  /**
   * Copies bytes and queues them behind what has been handed over: for what answers no request.
   * Sent by the next flush.
   */
  void write(long address, int lengthBytes);

  /**
   * Room for bytes that answer no request, behind all that has been handed over and written; the
   * caller fills it before it does anything else with the connection. Sent by the next flush.
   *
   * @param lengthBytes at most {@link #MAX_GATHERED_BYTES}
   */
  long gather(int lengthBytes);

  /** Queues bytes without a copy: they are retained until they have been sent. */
  void write(SharedBytes bytes);

  /** Bytes that are queued and not yet taken by the kernel; any thread. */
  long pendingOutputBytes();

  /** Memory that {@link #pendingOutputBytes} takes; any thread. */
  long outputMemoryBytes();

  /** Closes at once; queued output is dropped. */
  void close();

  /** Closes when everything queued has been sent; nothing more is read. */
  void closeAfterFlush();

  /** Stops or resumes reading, so that the client feels back-pressure. */
  void reading(boolean enabled);

  /** Whether the caller is the client's I/O thread; any thread. */
  boolean inThread();

  /** Runs on the client's I/O thread; any thread. */
  void execute(Runnable task);

  /** Runs on the client's I/O thread, from where it is called, after a time. */
  Future<?> schedule(Runnable task, long delayMillis);

  SocketAddress remoteAddress();

  SocketAddress localAddress();

  boolean isUnixSocket();

  /** The socket's file descriptor, -1 where it is not known. */
  int fileDescriptor();
}
