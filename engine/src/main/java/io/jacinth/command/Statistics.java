package io.jacinth.command;

import io.jacinth.metrics.LatencyHistogram;
import io.jacinth.protocol.ReplyWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one I/O thread counts, per command and in all.
 *
 * <p>Times are exact for commands that may take long. Brief ones are measured together and share
 * the time between two looks at the clock equally.
 *
 * <p>Written by its thread; others read and may see a moment late.
 */
public final class Statistics {
  /**
   * So many kinds of errors are told apart. Their names come from clients and scripts, which must
   * not be able to fill the memory.
   */
  static final int MAX_ERROR_KINDS = 128;

  /** Brief commands measured together at the most. */
  private static final int MAX_UNMEASURED = 64;

  private final long[] calls;
  private final long[] nanos;
  private final long[] rejected;
  private final long[] failed;
  private final LatencyHistogram[] latencies;
  private final ConcurrentHashMap<String, Long> errors = new ConcurrentHashMap<>();
  private volatile boolean tracksLatency = true;
  private volatile int round;

  /** The numbers of commands executed since the last measurement. */
  private final int[] unmeasured = new int[MAX_UNMEASURED];

  private int unmeasuredCount;

  private long commands;
  private long commandNanos;
  private long errorReplies;
  private long reads;
  private long readBytes;
  private long writes;
  private long writtenBytes;
  private long batches;
  private long batchNanos;
  private long longestBatchNanos;
  private long largestBatch;

  /** {@link #commands} at the end of the last batch. */
  private long commandsBefore;

  private long housekeepingNanos;

  Statistics(int commandCount) {
    calls = new long[commandCount];
    nanos = new long[commandCount];
    rejected = new long[commandCount];
    failed = new long[commandCount];
    latencies = new LatencyHistogram[commandCount];
  }

  /** Whether commands wait for their share of the time. */
  boolean hasUnmeasured() {
    return unmeasuredCount > 0;
  }

  /**
   * Counts a command.
   *
   * @return whether time is to be measured now
   */
  boolean executed(Command command, boolean brief, ReplyWriter reply) {
    int number = command.number();
    calls[number]++;
    commands++;
    if (reply.hasErrors()) {
      failed(number, reply);
    }
    unmeasured[unmeasuredCount++] = number;
    return !brief || unmeasuredCount == MAX_UNMEASURED;
  }

  /** As Redis counts: once for all new errors, and once for each that was counted before. */
  private void failed(int number, ReplyWriter reply) {
    failed[number] += reply.takeCountedErrors();
    reply.earlierErrors().forEach(this::countError);
    if (reply.takeErrors() > 0) {
      failed[number]++;
      countError(reply.lastError());
    }
  }

  /**
   * Counts a command that has waited for keys.
   *
   * @param error what it replied, null if that was no error
   */
  void unblocked(Command command, long durationNanos, String error) {
    int number = command.number();
    calls[number]++;
    commands++;
    if (error != null) {
      failed[number]++;
      countError(error);
    }
    commandNanos += durationNanos;
    measured(number, durationNanos, 1);
  }

  /** Attributes time to the commands executed since the last call. */
  void measured(long durationNanos) {
    int count = unmeasuredCount;
    if (count == 0) {
      return;
    }
    unmeasuredCount = 0;
    commandNanos += durationNanos;
    long share = durationNanos / count;
    for (int i = 0; i < count; ) {
      // a pipeline is mostly of one command
      int number = unmeasured[i];
      int first = i;
      do {
        i++;
      } while (i < count && unmeasured[i] == number);
      measured(number, share, i - first);
    }
  }

  private void measured(int number, long durationNanos, int times) {
    nanos[number] += durationNanos * times;
    if (tracksLatency) {
      latencyOf(number).record(durationNanos, times);
    }
  }

  private LatencyHistogram latencyOf(int number) {
    LatencyHistogram latency = latencies[number];
    if (latency == null) {
      latency = new LatencyHistogram();
      latencies[number] = latency;
    }
    return latency;
  }

  /**
   * Counts a command that is not executed.
   *
   * @param command null if there is none of the name
   */
  void rejected(Command command, String error) {
    if (command != null) {
      rejected[command.number()]++;
    }
    countError(error);
  }

  private void countError(String error) {
    errorReplies++;
    int space = error.indexOf(' ');
    String kind = space < 0 ? error : error.substring(0, space);
    if (errors.size() < MAX_ERROR_KINDS || errors.containsKey(kind)) {
      errors.merge(kind, 1L, Long::sum);
    }
  }

  void countRead(int bytes) {
    reads++;
    readBytes += bytes;
  }

  /** A client's batch is done. */
  void countBatch(long durationNanos, long writtenBytes) {
    batches++;
    batchNanos += durationNanos;
    longestBatchNanos = Math.max(longestBatchNanos, durationNanos);
    largestBatch = Math.max(largestBatch, commands - commandsBefore);
    commandsBefore = commands;
    if (writtenBytes > 0) {
      writes++;
      this.writtenBytes += writtenBytes;
    }
  }

  /** A message has been queued for a client that did not ask for it now. */
  void countMessage(int bytes) {
    writtenBytes += bytes;
  }

  /** {@code latency-tracking}: whether durations of single commands are kept. */
  void tracksLatency(boolean tracks) {
    tracksLatency = tracks;
  }

  public long calls(int command) {
    return calls[command];
  }

  public long nanos(int command) {
    return nanos[command];
  }

  public long rejected(int command) {
    return rejected[command];
  }

  public long failed(int command) {
    return failed[command];
  }

  /** Durations of a command; null when there are none. */
  public LatencyHistogram latency(int command) {
    return latencies[command];
  }

  /** What is due besides commands has taken so long. */
  void countHousekeeping(long durationNanos) {
    housekeepingNanos += durationNanos;
  }

  public long housekeepingNanos() {
    return housekeepingNanos;
  }

  /** How long the batch has taken that has taken longest. */
  public long longestBatchNanos() {
    return longestBatchNanos;
  }

  /** The most commands executed in one batch. */
  public long largestBatch() {
    return largestBatch;
  }

  /** Commands executed. */
  public long commands() {
    return commands;
  }

  /** Time in which commands were executed. */
  public long commandNanos() {
    return commandNanos;
  }

  public long errorReplies() {
    return errorReplies;
  }

  /** Reads of the transport. */
  public long reads() {
    return reads;
  }

  public long readBytes() {
    return readBytes;
  }

  /** Batches of replies sent. */
  public long writes() {
    return writes;
  }

  public long writtenBytes() {
    return writtenBytes;
  }

  /** Batches of requests, each of what one read brought. */
  public long batches() {
    return batches;
  }

  public long batchNanos() {
    return batchNanos;
  }

  /** Errors by their first word. */
  public Map<String, Long> errors() {
    return errors;
  }

  /** Which {@link Engine#resetStatistics} these figures began with. */
  int round() {
    return round;
  }

  /** Begins anew; on the thread that counts. */
  void reset(int round) {
    Arrays.fill(calls, 0);
    Arrays.fill(nanos, 0);
    Arrays.fill(rejected, 0);
    Arrays.fill(failed, 0);
    Arrays.fill(latencies, null);
    errors.clear();
    commands = 0;
    commandNanos = 0;
    errorReplies = 0;
    reads = 0;
    readBytes = 0;
    writes = 0;
    writtenBytes = 0;
    batches = 0;
    batchNanos = 0;
    longestBatchNanos = 0;
    largestBatch = 0;
    commandsBefore = 0;
    housekeepingNanos = 0;
    this.round = round;
  }
}
