package io.jacinth.command;

import io.jacinth.metrics.Rate;

/**
 * What has to be looked at again and again to be known: rates, peaks, how long something lasts.
 *
 * <p>The first I/O thread samples, ten times a second; others read and may see a moment late.
 */
public final class Samples {
  private static final long INTERVAL_NANOS = 90_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** The latest figures of clients' buffers, one per second. */
  private static final int CLIENT_SECONDS = 8;

  private final Engine engine;
  private final Rate commands = new Rate();
  private final Rate readBytes = new Rate();
  private final Rate writtenBytes = new Rate();
  private final Rate batches = new Rate();
  private final Rate batchNanos = new Rate();
  private final long[] inputBytes = new long[CLIENT_SECONDS];
  private final long[] outputBytes = new long[CLIENT_SECONDS];
  private int clientSlot;
  private long sampledNanos;
  private volatile long peakBytes;

  /** Since when memory has been above {@code maxmemory}; 0 when it is not. */
  private long exceededSinceNanos;

  private long exceededMillis;

  Samples(Engine engine) {
    this.engine = engine;
  }

  /** Called often, by the first thread's housekeeping. */
  void run(long nanos, long nowMillis) {
    if (nanos - sampledNanos < INTERVAL_NANOS && sampledNanos != 0) {
      return;
    }
    sampledNanos = nanos;
    commands.sample(nanos, engine.total(Statistics::commands));
    readBytes.sample(nanos, engine.total(Statistics::readBytes));
    writtenBytes.sample(nanos, engine.total(Statistics::writtenBytes));
    batches.sample(nanos, engine.total(Statistics::batches));
    batchNanos.sample(nanos, engine.total(Statistics::batchNanos));
    long usedBytes = engine.usedBytes();
    notePeak(usedBytes);
    noteExceeded(nanos, usedBytes);
    noteClients(nowMillis);
  }

  private void notePeak(long usedBytes) {
    if (usedBytes > peakBytes) {
      peakBytes = usedBytes;
    }
  }

  private void noteExceeded(long nanos, long usedBytes) {
    boolean exceeded = engine.limitsMemory() && usedBytes > engine.eviction().maxBytes();
    if (exceeded && exceededSinceNanos == 0) {
      exceededSinceNanos = nanos;
    } else if (!exceeded && exceededSinceNanos != 0) {
      exceededMillis += (nanos - exceededSinceNanos) / NANOS_PER_MILLI;
      exceededSinceNanos = 0;
    }
  }

  private void noteClients(long nowMillis) {
    int slot = (int) (nowMillis / 1000 % CLIENT_SECONDS);
    if (slot != clientSlot) {
      clientSlot = slot;
      inputBytes[slot] = 0;
      outputBytes[slot] = 0;
    }
    for (Session session : engine.clients().sessions()) {
      inputBytes[slot] = Math.max(inputBytes[slot], session.inputMemoryBytes());
      outputBytes[slot] = Math.max(outputBytes[slot], session.connection().outputMemoryBytes());
    }
  }

  public double commandsPerSecond() {
    return commands.perSecond();
  }

  public double readBytesPerSecond() {
    return readBytes.perSecond();
  }

  public double writtenBytesPerSecond() {
    return writtenBytes.perSecond();
  }

  public double batchesPerSecond() {
    return batches.perSecond();
  }

  /** Mean duration of a batch of requests. */
  public double batchMicros() {
    double perSecond = batches.perSecond();
    return perSecond == 0 ? 0 : batchNanos.perSecond() / perSecond / 1000;
  }

  /** The most memory ever in use. */
  public long peakBytes() {
    notePeak(engine.usedBytes());
    return peakBytes;
  }

  /** CONFIG RESETSTAT. */
  void reset() {
    exceededMillis = 0;
  }

  /** For how long memory has been above {@code maxmemory} in all. */
  public long exceededMillis() {
    return exceededMillis + currentlyExceededMillis();
  }

  /** For how long it has been above it now. */
  public long currentlyExceededMillis() {
    long since = exceededSinceNanos;
    return since == 0 ? 0 : (engine.clock().nanos() - since) / NANOS_PER_MILLI;
  }

  /** The largest input buffer of a client in the last seconds. */
  public long maxInputBytes() {
    return max(inputBytes);
  }

  /** The largest backlog of replies of a client in the last seconds. */
  public long maxOutputBytes() {
    return max(outputBytes);
  }

  private static long max(long[] values) {
    long max = 0;
    for (long value : values) {
      max = Math.max(max, value);
    }
    return max;
  }
}
