package io.jacinth.server;

import io.jacinth.command.Worker;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Has the I/O threads do their housekeeping, ten times a second. If each had a timer for that,
 * io_uring would set it before every wait for requests and clear it after: 3 to 5 % of a small
 * request.
 */
final class Heartbeat {
  private final List<IoThread> threads;
  private final Thread thread;
  private volatile boolean closed;

  Heartbeat(List<IoThread> threads, String name) {
    this.threads = List.copyOf(threads);
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed) {
      threads.forEach(IoThread::beat);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Worker.MAX_TICK_MILLIS));
    }
  }

  /** Nothing of it is left when this returns. */
  void end() throws InterruptedException {
    closed = true;
    LockSupport.unpark(thread);
    thread.join();
  }
}
