package io.jacinth.keyspace;

import io.jacinth.structure.Record;

/**
 * The 24 bits in which a record remembers its use: what eviction chooses by.
 *
 * <p>For least recently used or modified they are the time in seconds, modulo 2^24 (194 days). For
 * least frequently used the upper 16 bits are the time of the last decay in minutes and the lower 8
 * a logarithmic counter that grows with ever smaller probability ("Morris counter").
 *
 * <pre>
 * recency    | seconds: 24                   |
 * frequency  | minutes: 16 | counter: 8      |
 * </pre>
 */
public final class AccessClock {
  private static final int MASK = 0xff_ffff;
  private static final int COUNTER_BITS = 8;
  private static final int MAX_COUNTER = 255;
  private static final int MINUTES_MASK = 0xffff;

  /** A new key starts here, so that it is not the first to be evicted. */
  private static final int INITIAL_COUNTER = 5;

  /** What reads and writes record. */
  public enum Mode {
    /** Time of the last read or write. */
    USED,
    /** Time of the last write. */
    MODIFIED,
    /** Frequency of reads and writes. */
    FREQUENCY
  }

  private volatile Mode mode = Mode.USED;
  private volatile int logFactor = 10;
  private volatile int decayMinutes = 1;

  public Mode mode() {
    return mode;
  }

  public void mode(Mode mode) {
    this.mode = mode;
  }

  /** {@code lfu-log-factor} and {@code lfu-decay-time}. */
  public void frequency(int logFactor, int decayMinutes) {
    this.logFactor = logFactor;
    this.decayMinutes = decayMinutes;
  }

  /** The clock of a new key. */
  int initial(long nowMillis) {
    return mode == Mode.FREQUENCY
        ? minutes(nowMillis) << COUNTER_BITS | INITIAL_COUNTER
        : seconds(nowMillis);
  }

  /** Notes a read. */
  void read(long record, long nowMillis, long random) {
    if (mode != Mode.MODIFIED) {
      use(record, nowMillis, random);
    }
  }

  /** Notes a write. */
  void written(long record, long nowMillis) {
    if (mode == Mode.MODIFIED) {
      Record.setAccessClock(record, seconds(nowMillis));
    }
  }

  /** Whether a read would be noted only in that nothing changes. */
  boolean isNoted(int clock, long nowMillis) {
    return mode == Mode.MODIFIED || (mode == Mode.USED && clock == seconds(nowMillis));
  }

  private void use(long record, long nowMillis, long random) {
    int clock = Record.accessClock(record);
    int now;
    if (mode == Mode.FREQUENCY) {
      now = minutes(nowMillis) << COUNTER_BITS | increment(decayed(clock, nowMillis), random);
    } else {
      now = seconds(nowMillis);
    }
    if (now != clock) {
      Record.setAccessClock(record, now);
    }
  }

  /** OBJECT IDLETIME in seconds. */
  public long idleSeconds(long record, long nowMillis) {
    return Integer.toUnsignedLong((seconds(nowMillis) - Record.accessClock(record)) & MASK);
  }

  /** OBJECT FREQ. */
  public int frequency(long record, long nowMillis) {
    return decayed(Record.accessClock(record), nowMillis);
  }

  /** Sets the idle time, as RESTORE and DEBUG do. */
  public void idleSeconds(long record, long idleSeconds, long nowMillis) {
    Record.setAccessClock(record, (int) (seconds(nowMillis) - idleSeconds) & MASK);
  }

  /**
   * The larger, the sooner a record is evicted; as time passes, that of a record which is not used
   * does not fall.
   */
  long evictionRank(long record, long nowMillis) {
    int clock = Record.accessClock(record);
    if (mode == Mode.FREQUENCY) {
      // of equal ones rather that which has not been used for longer
      int idleMinutes = (minutes(nowMillis) - (clock >>> COUNTER_BITS)) & MINUTES_MASK;
      return (MAX_COUNTER - decayed(clock, nowMillis)) * (MINUTES_MASK + 1L) + idleMinutes;
    }
    int idleSeconds = (seconds(nowMillis) - clock) & MASK;
    return idleSeconds - nowMillis / 1000;
  }

  private int decayed(int clock, long nowMillis) {
    int counter = clock & MAX_COUNTER;
    int perMinutes = decayMinutes;
    if (perMinutes == 0) {
      return counter;
    }
    int elapsedMinutes = (minutes(nowMillis) - (clock >>> COUNTER_BITS)) & MINUTES_MASK;
    return Math.max(0, counter - elapsedMinutes / perMinutes);
  }

  private int increment(int counter, long random) {
    if (counter == MAX_COUNTER) {
      return counter;
    }
    double aboveInitial = Math.max(0, counter - INITIAL_COUNTER);
    double probability = 1.0 / (aboveInitial * logFactor + 1);
    return (random >>> 11) * 0x1p-53 < probability ? counter + 1 : counter;
  }

  private static int seconds(long nowMillis) {
    return (int) (nowMillis / 1000) & MASK;
  }

  private static int minutes(long nowMillis) {
    return (int) (nowMillis / 60_000) & MINUTES_MASK;
  }
}
