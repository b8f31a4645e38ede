package io.jacinth.server;

import io.jacinth.command.Engine;
import io.jacinth.command.Log;
import io.jacinth.command.Worker;
import io.jacinth.command.WorkerThread;
import io.jacinth.memory.Tag;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thread that serves its share of the connections, with the buffers they read into and write
 * from. It executes what it reads: nothing is handed to another thread.
 */
final class IoThread implements WorkerThread {
  /** How long connections may take to end, once they are told to. */
  private static final int CLOSE_TIMEOUT_MILLIS = 5_000;

  /** Input that one read can take, if reads are one at a time. */
  private static final int SHARED_INPUT_BYTES = 64 << 10;

  /** Free buffers that are not wanted for as long are given back. */
  private static final long SHRINKING_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Worker worker;
  private final Log log;
  private final Loop loop;
  private final BufferPool output;
  private final BufferPool inputs;

  /** What all connections read into if reads are one at a time; else null. */
  private final NetworkBuffer sharedInput;

  /** Set before the first task runs. */
  private Thread thread;

  /** The newest connection; the others follow as each one's {@code next}. */
  private ClientChannel first;

  private long shrunkNanos = System.nanoTime();

  private final Runnable tick = this::tick;

  /** Housekeeping wants to go on before the next heartbeat. */
  private boolean ticksSoon;

  private final Runnable tickUnlessSoon = this::tickUnlessSoon;

  /** Not null: all connections shall end. Used by this thread only. */
  private CountDownLatch ended;

  /** Connections that were given to this thread and are not gone. */
  final AtomicInteger connections = new AtomicInteger();

  IoThread(String name, Transport transport, Engine engine) {
    log = engine.log();
    worker = engine.newWorker();
    output = new BufferPool(worker.slab(), Tag.OUTPUT);
    inputs = new BufferPool(worker.slab(), Tag.INPUT);
    sharedInput =
        transport.readsOneAtATime()
            ? NetworkBuffer.shared(
                worker.slab().allocate(SHARED_INPUT_BYTES, Tag.INPUT), SHARED_INPUT_BYTES)
            : null;
    ThreadFactory threads =
        task -> {
          thread = new FastThreadLocalThread(task, name);
          thread.setDaemon(true);
          return thread;
        };
    loop = new Loop(threads, transport.ioHandlers(inputs));
    worker.thread(this);
  }

  /** Has the thread do its housekeeping; called by {@link Heartbeat}. */
  void beat() {
    execute(tickUnlessSoon);
  }

  Worker worker() {
    return worker;
  }

  /**
   * Netty's loop, which can also take a turn in the middle of a task: while a script runs. That
   * must not happen while the transport works on what the kernel has told, so scripts run right
   * after.
   */
  private final class Loop extends SingleThreadIoEventLoop {
    /** For how long tasks are run in one turn. */
    private static final long TASKS_NANOS = 1_000_000;

    /** A task that has the transport not wait. */
    private static final Runnable NOTHING =
        new Runnable() {
          @Override
          public void run() {}
        };

    /** What waits for the transport to be done. */
    private final ArrayDeque<Runnable> afterIo = new ArrayDeque<>();

    private boolean inIo;

    Loop(ThreadFactory threads, IoHandlerFactory handlers) {
      super(null, threads, handlers);
    }

    @Override
    protected int runIo() {
      inIo = true;
      int handled = super.runIo();
      inIo = false;
      runAfterIo();
      return handled;
    }

    private void runAfterIo() {
      Runnable task;
      while ((task = afterIo.poll()) != null) {
        try {
          task.run();
        } catch (RuntimeException | Error e) {
          failed("A task", e);
        }
      }
    }

    boolean defer(Runnable task) {
      if (inIo) {
        afterIo.add(task);
      }
      return inIo;
    }

    void afterTask(Runnable task) {
      afterIo.add(task);
      execute(NOTHING);
    }

    /** One turn without waiting. */
    void takeTurn() {
      execute(NOTHING); // as there is a task, the transport does not wait
      inIo = true;
      var _ = super.runIo();
      inIo = false;
      var _ = runAllTasks(TASKS_NANOS);
    }
  }

  @Override
  public boolean defer(Runnable task) {
    return loop.defer(task);
  }

  @Override
  public boolean serveOthers() {
    loop.takeTurn();
    return ended == null && !loop.isShuttingDown();
  }

  /** Runs a task when no script runs. */
  void afterScript(Runnable task) {
    loop.afterTask(task);
  }

  EventLoop loop() {
    return loop;
  }

  @Override
  public boolean isCurrent() {
    return loop.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      // It ends, and its connections with it.
    }
  }

  void register(Channel channel) {
    loop.register(channel)
        .addListener(
            registration -> {
              if (!registration.isSuccess()) {
                connections.decrementAndGet();
                channel.unsafe().closeForcibly();
              }
            });
  }

  private void tickUnlessSoon() {
    if (!ticksSoon) {
      tick();
    }
  }

  private void tick() {
    long delayMillis = Worker.MAX_TICK_MILLIS;
    try {
      delayMillis = worker.tick();
      shrinkPools(System.nanoTime());
    } catch (RuntimeException | Error e) {
      failed("Housekeeping", e);
    }
    ticksSoon = delayMillis < Worker.MAX_TICK_MILLIS;
    if (ticksSoon) {
      var _ = loop.schedule(tick, delayMillis, TimeUnit.MILLISECONDS);
    }
  }

  private void shrinkPools(long nowNanos) {
    if (nowNanos - shrunkNanos > SHRINKING_INTERVAL_NANOS) {
      shrunkNanos = nowNanos;
      output.shrink();
      inputs.shrink();
    }
  }

  /**
   * Waits until the loop has been to the kernel once more: only then what was closed is closed, as
   * io_uring's and NIO's channels leave it to their loop. Called by another thread.
   */
  void awaitNextTurn() {
    loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).syncUninterruptibly();
  }

  /** Tells the operator of a defect. */
  void failed(String what, Throwable cause) {
    StringWriter trace = new StringWriter();
    cause.printStackTrace(new PrintWriter(trace));
    log.warning(what + " failed: " + trace);
  }

  NetworkBuffer inputBuffer() {
    return sharedInput == null ? inputs.take() : sharedInput.renew();
  }

  NetworkBuffer outputBuffer(int minBytes) {
    return output.take(minBytes);
  }

  void add(ClientChannel client) {
    client.next = first;
    if (first != null) {
      first.previous = client;
    }
    first = client;
    if (ended != null) {
      client.close();
    }
  }

  void remove(ClientChannel client) {
    if (client.previous == null) {
      first = client.next;
    } else {
      client.previous.next = client.next;
    }
    if (client.next != null) {
      client.next.previous = client.previous;
    }
    client.previous = null;
    client.next = null;
    connections.decrementAndGet();
    if (first == null && ended != null) {
      ended.countDown();
    }
  }

  /** Ends all connections. */
  CountDownLatch closeConnections() {
    CountDownLatch latch = new CountDownLatch(1);
    loop.execute(
        () -> {
          ended = latch;
          for (ClientChannel client = first; client != null; ) {
            ClientChannel following = client.next;
            client.close();
            client = following;
          }
          if (first == null) {
            latch.countDown();
          }
        });
    return latch;
  }

  /** Lets the thread end; nothing of it is left when this returns. Called by another thread. */
  void close(CountDownLatch connectionsEnded) throws InterruptedException {
    if (!connectionsEnded.await(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
      log.warning("Connections of " + thread.getName() + " do not end");
    }
    var _ = loop.shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    thread.join();
    while (first != null) {
      first.end();
    }
    if (sharedInput != null) {
      worker.slab().free(sharedInput.address(), SHARED_INPUT_BYTES, Tag.INPUT);
    }
    inputs.close();
    output.close();
  }
}
