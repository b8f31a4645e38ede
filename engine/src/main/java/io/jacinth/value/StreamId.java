package io.jacinth.value;

import io.jacinth.base.Decimal;
import io.jacinth.memory.Memory;

/**
 * The ID of a stream's entry: milliseconds since the epoch and a sequence number within them, both
 * unsigned.
 *
 * <p>Can be changed, so that a command needs no new one.
 */
public final class StreamId {
  /** The longest text: two numbers and a dash. */
  public static final int MAX_TEXT_BYTES = 2 * Decimal.MAX_LONG_LENGTH + 1;

  private static final long MAX_LEADING = Long.divideUnsigned(-1L, 10);
  private static final int MAX_LAST_DIGIT = (int) Long.remainderUnsigned(-1L, 10);

  /** Bytes of an ID in memory. */
  public static final int BYTES = StreamLayout.ID_BYTES;

  private long millis;
  private long sequence;

  /** Whether the text that was read last said {@code *} in place of the sequence number. */
  private boolean anySequence;

  public long millis() {
    return millis;
  }

  public long sequence() {
    return sequence;
  }

  public StreamId set(long newMillis, long newSequence) {
    millis = newMillis;
    sequence = newSequence;
    return this;
  }

  public StreamId set(StreamId other) {
    return set(other.millis, other.sequence);
  }

  /** Becomes the least one there is. */
  public StreamId setMin() {
    return set(0, 0);
  }

  /** Becomes the greatest one there is. */
  public StreamId setMax() {
    return set(-1, -1);
  }

  /** Becomes what {@link #write} has written. */
  public StreamId read(long address) {
    return set(Memory.getLong(address), Memory.getLong(address + StreamLayout.SEQUENCE));
  }

  /** Writes the ID to {@link #BYTES} of memory. */
  public void write(long address) {
    Memory.putLong(address, millis);
    Memory.putLong(address + StreamLayout.SEQUENCE, sequence);
  }

  public boolean isMin() {
    return (millis | sequence) == 0;
  }

  public int compareWith(StreamId other) {
    return compareWith(other.millis, other.sequence);
  }

  public int compareWith(long otherMillis, long otherSequence) {
    return compare(millis, sequence, otherMillis, otherSequence);
  }

  static int compare(long millis, long sequence, long otherMillis, long otherSequence) {
    int difference = Long.compareUnsigned(millis, otherMillis);
    return difference != 0 ? difference : Long.compareUnsigned(sequence, otherSequence);
  }

  /** Goes to the next ID; returns false, and stays, if this is the greatest. */
  public boolean increment() {
    if (sequence != -1) {
      sequence++;
      return true;
    }
    if (millis == -1) {
      return false;
    }
    millis++;
    sequence = 0;
    return true;
  }

  /** Goes to the previous ID; returns false, and stays, if this is the least. */
  public boolean decrement() {
    if (sequence != 0) {
      sequence--;
      return true;
    }
    if (millis == 0) {
      return false;
    }
    millis--;
    sequence = -1;
    return true;
  }

  /** Whether the sequence number was left to the stream: {@code 123-*}. */
  public boolean isAnySequence() {
    return anySequence;
  }

  /**
   * Reads {@code milliseconds-sequence} or {@code milliseconds} alone.
   *
   * @param missingSequence the sequence number that a text without one has
   * @param mayBeAny whether {@code *} may stand for the sequence number
   * @return false if it is none
   */
  public boolean parse(long address, int length, long missingSequence, boolean mayBeAny) {
    anySequence = false;
    int dash = 0;
    while (dash < length && Memory.getByte(address + dash) != '-') {
      dash++;
    }
    if (!parseNumber(address, dash)) {
      return false;
    }
    millis = sequence;
    if (dash == length) {
      sequence = missingSequence;
      return true;
    }
    long from = address + dash + 1;
    int rest = length - dash - 1;
    if (mayBeAny && rest == 1 && Memory.getByte(from) == '*') {
      anySequence = true;
      sequence = 0;
      return true;
    }
    return parseNumber(from, rest);
  }

  /** Reads an unsigned number as C's strtoull does; the sequence number has it. */
  private boolean parseNumber(long address, int length) {
    long at = address;
    long end = address + length;
    while (at < end && isSpace(Memory.getByte(at))) {
      at++;
    }
    if (at < end && Memory.getByte(at) == '+') {
      at++;
    }
    if (at == end) {
      return false;
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = Memory.getByte(at) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      int comparison = Long.compareUnsigned(value, MAX_LEADING);
      if (comparison > 0 || (comparison == 0 && digit > MAX_LAST_DIGIT)) {
        return false;
      }
      value = value * 10 + digit;
    }
    sequence = value;
    return true;
  }

  private static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** Writes the ID's text, at most {@link #MAX_TEXT_BYTES}; returns its length. */
  public int writeText(long address) {
    return writeText(address, millis, sequence);
  }

  static int writeText(long address, long millis, long sequence) {
    int length = Decimal.writeUnsigned(address, millis);
    Memory.putByte(address + length, '-');
    length++;
    return length + Decimal.writeUnsigned(address + length, sequence);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }
}
