package io.jacinth.command;

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
  /** Brief commands measured together at the most. */
  private static final int MAX_UNMEASURED = 64;

  private final long[] calls;
  private final long[] nanos;
  private final long[] rejected;
  private final long[] failed;
  private long commands;
  private long connections;
  private final ConcurrentHashMap<String, Long> errors = new ConcurrentHashMap<>();

  /** The numbers of commands executed since the last measurement. */
  private final int[] unmeasured = new int[MAX_UNMEASURED];

  private int unmeasuredCount;

  Statistics(int commandCount) {
    calls = new long[commandCount];
    nanos = new long[commandCount];
    rejected = new long[commandCount];
    failed = new long[commandCount];
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
      reply.takeErrors();
      failed[number]++;
      count(reply.lastError());
    }
    unmeasured[unmeasuredCount++] = number;
    return !brief || unmeasuredCount == MAX_UNMEASURED;
  }

  /** Attributes time to the commands executed since the last call. */
  void measured(long durationNanos) {
    int count = unmeasuredCount;
    if (count == 0) {
      return;
    }
    unmeasuredCount = 0;
    long share = durationNanos / count;
    for (int i = 0; i < count; i++) {
      nanos[unmeasured[i]] += share;
    }
  }

  void rejected(Command command, ReplyWriter reply, String error) {
    reply.takeErrors();
    if (command != null) {
      rejected[command.number()]++;
    }
    count(error);
  }

  void connected() {
    connections++;
  }

  private void count(String error) {
    int space = error.indexOf(' ');
    errors.merge(space < 0 ? error : error.substring(0, space), 1L, Long::sum);
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

  /** Commands executed. */
  public long commands() {
    return commands;
  }

  /** Connections opened. */
  public long connections() {
    return connections;
  }

  /** Errors by their first word. */
  public Map<String, Long> errors() {
    return errors;
  }

  /** CONFIG RESETSTAT. */
  public void reset() {
    Arrays.fill(calls, 0);
    Arrays.fill(nanos, 0);
    Arrays.fill(rejected, 0);
    Arrays.fill(failed, 0);
    commands = 0;
    connections = 0;
    errors.clear();
  }
}
