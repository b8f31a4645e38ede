package io.jacinth.command;

import io.jacinth.base.Clock;
import io.jacinth.keyspace.ChangeListener;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * An engine with several workers, each on a thread of its own with one client; closing it checks
 * its structures and that nothing has leaked.
 */
public final class ConcurrentEngine implements AutoCloseable {
  private static final long MAX_SECONDS = 120;

  /** What one thread does. */
  @FunctionalInterface
  public interface Task {
    void run(TestClient client, int thread) throws Exception;
  }

  private final Engine engine;
  private final List<Worker> workers = new ArrayList<>();
  private final List<ExecutorService> threads = new ArrayList<>();
  private final List<TestClient> clients = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  public ConcurrentEngine(int threadCount) {
    this(TestEngine.commands(), threadCount);
  }

  /** With other commands. */
  ConcurrentEngine(CommandTable commands, int threadCount) {
    engine = new Engine(commands, TestEngine.threads(threadCount), Clock.SYSTEM, Log.SILENT);
    engine.failures(failures::add);
    for (int i = 0; i < threadCount; i++) {
      Worker worker = engine.newWorker();
      workers.add(worker);
      threads.add(Executors.newSingleThreadExecutor());
      clients.add(new TestClient(worker));
    }
  }

  /** Makes commands stop now and then in the middle of a change, so that others come between. */
  public ConcurrentEngine hesitating() {
    engine.keyspace().lock(engine.keyspace().allShards());
    engine.keyspace().listener(new Hesitation());
    engine.keyspace().unlock(engine.keyspace().allShards());
    return this;
  }

  private static final class Hesitation implements ChangeListener {
    private static void hesitate() {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      if (random.nextInt(8) == 0) {
        LockSupport.parkNanos(random.nextInt(20_000));
      }
    }

    @Override
    public void beforeChange(
        Shard shard, int database, long hash, long keyAddress, int keyLength, long record) {
      hesitate();
    }

    @Override
    public void changed(
        Shard shard, int database, long hash, long keyAddress, int keyLength, Event event) {
      hesitate();
    }

    @Override
    public void beforeFlush(int database) {
      hesitate();
    }

    @Override
    public void swapped(int first, int second) {
      hesitate();
    }
  }

  public Engine engine() {
    return engine;
  }

  public int threadCount() {
    return threads.size();
  }

  /** Housekeeping of one thread, on this thread. */
  public void tick(int thread) {
    workers.get(thread).tick();
  }

  /** Runs a task on all threads, which begin at the same time, and waits until all have ended. */
  public void run(Task task) {
    CyclicBarrier start = new CyclicBarrier(threadCount());
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < threadCount(); i++) {
      int thread = i;
      running.add(
          threads
              .get(i)
              .submit(
                  () -> {
                    start.await();
                    task.run(clients.get(thread), thread);
                    return null;
                  }));
    }
    Throwable first = null;
    for (Future<?> each : running) {
      try {
        each.get(MAX_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        first = first == null ? e.getCause() : first;
      } catch (TimeoutException | InterruptedException e) {
        throw new AssertionError("threads hang", e);
      }
    }
    if (first != null) {
      throw new AssertionError("a thread failed", first);
    }
  }

  @Override
  public void close() {
    threads.forEach(ExecutorService::shutdown);
    for (Throwable failure : failures) {
      throw new AssertionError("a command failed", failure);
    }
    engine.keyspace().validate();
    clients.forEach(TestClient::close);
    engine.close();
  }
}
