package io.jacinth.command;

import io.jacinth.config.SettingException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;

/**
 * How many times as much two threads do as one, with locks: the requests of {@link
 * RequestBenchmark}, measured in CPU time, as what else the machine does would hide it. The threads
 * run one alone and both at once, in turns; a round in which one had to share its core is left out.
 *
 * <pre>bin/benchmark io.jacinth.command.TwoThreads [rounds]</pre>
 */
final class TwoThreads {
  private static final int PIPELINES = 60_000;
  private static final int WARM_UPS = 6;

  /** Of its time, what a thread with a core of its own computes at least. */
  private static final double OWN_CORE = 0.9;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final RequestBenchmark.Store store = new RequestBenchmark.Store();
  private final RequestBenchmark.Client[] clients = {
    new RequestBenchmark.Client(), new RequestBenchmark.Client()
  };
  private final RequestBenchmark requests = new RequestBenchmark();
  private boolean shared;

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length == 0 ? 9 : Integer.parseInt(arguments[0]);
    new TwoThreads().run(rounds);
  }

  private void run(int rounds) throws Exception {
    open();
    measure("GET", requests::get, rounds);
    measure("SET", requests::set, rounds);
    for (RequestBenchmark.Client client : clients) {
      client.close();
    }
    store.close();
  }

  private void open() throws SettingException {
    store.ioThreads = clients.length;
    store.open();
    for (RequestBenchmark.Client client : clients) {
      client.open(store);
    }
  }

  private void measure(String name, Consumer<RequestBenchmark.Client> pipeline, int rounds)
      throws Exception {
    for (int i = 0; i < WARM_UPS; i++) {
      var _ = nanosPerRequest(pipeline, 1 + i % 2);
    }
    double[] ratios = new double[rounds];
    double[] alone = new double[rounds];
    double[] beside = new double[rounds];
    int count = 0;
    for (int i = 0; i < rounds; i++) {
      shared = false;
      double one = nanosPerRequest(pipeline, 1);
      double two = nanosPerRequest(pipeline, 2);
      if (!shared) {
        alone[count] = one;
        beside[count] = two;
        ratios[count++] = 2 * one / two;
      }
    }
    System.out.printf(
        "%s: one thread %.0f ns, one of two %.0f ns, two do %.2f times as much (%.2f to %.2f, %d of"
            + " %d rounds)%n",
        name,
        median(alone, count),
        median(beside, count),
        median(ratios, count),
        ratios[0],
        ratios[Math.max(0, count - 1)],
        count,
        rounds);
  }

  /** Sorts the first values. */
  private static double median(double[] values, int count) {
    Arrays.sort(values, 0, count);
    return values[count / 2];
  }

  /** CPU time of a request, the mean of the threads. */
  private double nanosPerRequest(Consumer<RequestBenchmark.Client> pipeline, int threads)
      throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    long[] nanos = new long[threads];
    long[] wallNanos = new long[threads];
    Thread[] running = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      int number = i;
      running[i] =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                long wall = System.nanoTime();
                long cpu = THREADS.getCurrentThreadCpuTime();
                for (int j = 0; j < PIPELINES; j++) {
                  pipeline.accept(clients[number]);
                }
                nanos[number] = THREADS.getCurrentThreadCpuTime() - cpu;
                wallNanos[number] = System.nanoTime() - wall;
              });
      running[i].start();
    }
    for (Thread thread : running) {
      thread.join();
    }
    for (int i = 0; i < threads; i++) {
      shared |= nanos[i] < OWN_CORE * wallNanos[i];
    }
    return Arrays.stream(nanos).average().orElseThrow()
        / ((double) PIPELINES * RequestBenchmark.DEPTH);
  }
}
