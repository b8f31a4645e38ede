package io.jacinth.protocol;

import io.jacinth.base.QuotedText;
import io.jacinth.memory.Memory;

/**
 * Cuts received bytes into requests: arrays of bulk strings, or inline commands (RESP
 * specification, "Sending commands to a Redis server").
 *
 * <p>A resumable machine over memory {@code [position, limit)}: an unfinished request leaves its
 * state here, and parsing goes on where it stopped when there are more bytes. It never reads past
 * {@code limit} and copies nothing; an inline command's quotes and escapes are resolved in place,
 * where they only get shorter.
 */
final class RequestParser {
  static final int COMPLETE = 1;
  static final int INCOMPLETE = 0;
  static final int ERROR = -1;

  /** Longest inline command and longest length line, in bytes. */
  static final int MAX_LINE_BYTES = 64 << 10;

  /**
   * More words or longer ones than these are refused from clients that still have to authenticate.
   */
  private static final int MAX_WORDS_UNAUTHENTICATED = 10;

  private static final int MAX_BULK_BYTES_UNAUTHENTICATED = 16384;

  /** Less is searched again. */
  private static final int MIN_SEARCHED_BYTES = 64;

  private static final int NONE = -1;
  private static final long INVALID = Long.MIN_VALUE;

  /** Next byte to look at. */
  long position;

  /**
   * Bytes from {@link #position} on that do not hold the end of the line being read: they are not
   * searched again, however slowly the line comes. 0 for a few: the quick way through short lines
   * does not look here.
   */
  private long searchedBytes;

  /** Words of the request that have not been read; {@link #NONE} between requests. */
  private int remaining = NONE;

  /** Bytes of the word whose length line has been read; {@link #NONE} before that line. */
  private int bulkLength = NONE;

  private final QuotedText.Splitter inlineWords = new QuotedText.Splitter();
  private Arguments arguments;
  private boolean authenticated;
  private long maxBulkBytes;
  private String error;

  RequestParser(Arguments arguments) {
    this.arguments = arguments;
  }

  void arguments(Arguments arguments) {
    this.arguments = arguments;
  }

  void limits(boolean authenticated, long maxBulkBytes) {
    this.authenticated = authenticated;
    this.maxBulkBytes = maxBulkBytes;
  }

  /** Forgets an unfinished request. */
  void reset() {
    remaining = NONE;
    bulkLength = NONE;
    searchedBytes = 0;
  }

  /** What was wrong, after {@link #ERROR}. */
  String error() {
    return error;
  }

  /** Whether a request has been begun. */
  boolean isInside() {
    return remaining != NONE;
  }

  /**
   * Bytes of the bulk string being read including its line end, or -1 when a line is being read.
   */
  long bulkBytesWanted() {
    return bulkLength == NONE ? NONE : bulkLength + 2L;
  }

  /** The word being read stands elsewhere and is complete: goes on behind it. */
  void bulkDone(long address) {
    arguments.add(address, bulkLength);
    bulkLength = NONE;
    remaining--;
  }

  /**
   * Reads on to the end of the current request.
   *
   * @return {@link #COMPLETE} when the arguments hold a request (of no word at all for an empty
   *     line or array), {@link #INCOMPLETE} when bytes are missing, {@link #ERROR} when the client
   *     does not speak the protocol
   */
  int parse(long limit) {
    if (remaining == NONE) {
      if (position >= limit) {
        return INCOMPLETE;
      }
      if (Memory.getByte(position) != '*') {
        return parseInline(limit);
      }
      // the common case: '*', one digit, and all of it is there
      int digit =
          position + 4 <= limit && Memory.getByte(position + 2) == '\r'
              ? Memory.getByte(position + 1) - '0'
              : 0;
      if (digit > 0 && digit <= 9) {
        arguments.clear();
        position += 4;
        remaining = digit;
      } else {
        int state = parseCount(limit);
        if (state != COMPLETE || remaining == NONE) {
          return state;
        }
      }
    }
    while (remaining > 0) {
      if (bulkLength == NONE) {
        long at = position;
        // the common case: '$', one or two digits, and all of it is there
        if (at + 5 <= limit && Memory.getByte(at) == '$') {
          int first = Memory.getByte(at + 1) - '0';
          int second = Memory.getByte(at + 2);
          if (second == '\r' && first >= 0 && first <= 9) {
            bulkLength = first;
            position = at + 4;
          } else if (Memory.getByte(at + 3) == '\r'
              && first >= 1
              && first <= 9
              && second >= '0'
              && second <= '9') {
            bulkLength = first * 10 + second - '0';
            position = at + 5;
          }
        }
        if (bulkLength == NONE) {
          int state = parseBulkLength(limit);
          if (state != COMPLETE) {
            return state;
          }
        } else if (bulkLength > maxBulkBytes) {
          return fail("invalid bulk length");
        }
      }
      if (limit - position < bulkLength + 2L) {
        return INCOMPLETE;
      }
      arguments.add(position, bulkLength);
      position += bulkLength + 2L;
      bulkLength = NONE;
      remaining--;
    }
    remaining = NONE;
    return COMPLETE;
  }

  /** Reads how many words follow into {@link #remaining}, which stays {@link #NONE} for none. */
  private int parseCount(long limit) {
    long lineEnd = lineEnd(limit);
    if (lineEnd == 0 || lineEnd - position >= MAX_LINE_BYTES) {
      return tooLong(limit, "too big mbulk count string");
    }
    long count = length(position + 1, lineEnd);
    if (count == INVALID || count > Integer.MAX_VALUE) {
      return fail("invalid multibulk length");
    }
    if (count > MAX_WORDS_UNAUTHENTICATED && !authenticated) {
      return fail("unauthenticated multibulk length");
    }
    arguments.clear();
    position = lineEnd + 2;
    if (count > 0) {
      remaining = (int) count;
    }
    return COMPLETE;
  }

  private int parseBulkLength(long limit) {
    if (position >= limit) {
      return INCOMPLETE;
    }
    long lineEnd = lineEnd(limit);
    if (lineEnd == 0 || lineEnd - position >= MAX_LINE_BYTES) {
      return tooLong(limit, "too big bulk count string");
    }
    int mark = Memory.getUnsignedByte(position);
    if (mark != '$') {
      return fail("expected '$', got '" + (char) mark + "'");
    }
    long length = length(position + 1, lineEnd);
    if (length == INVALID
        || length < 0
        || length > maxBulkBytes
        || length > Integer.MAX_VALUE - 2) {
      return fail("invalid bulk length");
    }
    if (length > MAX_BULK_BYTES_UNAUTHENTICATED && !authenticated) {
      return fail("unauthenticated bulk length");
    }
    bulkLength = (int) length;
    position = lineEnd + 2;
    return COMPLETE;
  }

  private int parseInline(long limit) {
    long end = position + searchedBytes;
    while (end < limit && Memory.getByte(end) != '\n') {
      end++;
    }
    searched(end < limit ? 0 : end - position);
    if (end == limit || end - position > MAX_LINE_BYTES) {
      return tooLong(limit, "too big inline request");
    }
    long next = end + 1;
    if (end > position && Memory.getByte(end - 1) == '\r') {
      end--;
    }
    arguments.clear();
    // the words are written over the line that they are taken from
    inlineWords.reset(position, (int) (end - position));
    long word = position;
    int length;
    while ((length = inlineWords.next(word)) >= 0) {
      arguments.add(word, length);
      word += length;
    }
    if (length == QuotedText.UNBALANCED) {
      return fail("unbalanced quotes in request");
    }
    position = next;
    return COMPLETE;
  }

  /**
   * A line that has not ended yet, or that was too long when it did: in whatever pieces it came.
   */
  private int tooLong(long limit, String message) {
    return limit - position > MAX_LINE_BYTES ? fail(message) : INCOMPLETE;
  }

  private int fail(String message) {
    error = message;
    return ERROR;
  }

  /**
   * The address of the CR that ends the line from {@link #position} on, 0 when it or the byte
   * behind it has not arrived.
   */
  private long lineEnd(long limit) {
    long at = position + searchedBytes;
    while (at < limit - 1) {
      if (Memory.getByte(at) == '\r') {
        searched(0);
        return at;
      }
      at++;
    }
    searched(at - position);
    return 0;
  }

  private void searched(long bytes) {
    searchedBytes = bytes < MIN_SEARCHED_BYTES ? 0 : bytes;
  }

  /**
   * The number written in {@code [from, to)}, strictly: no plus sign, leading zero or space; else
   * {@link #INVALID}.
   */
  private static long length(long from, long to) {
    boolean negative = from < to && Memory.getByte(from) == '-';
    long at = negative ? from + 1 : from;
    if (at >= to || to - at > 18) {
      return INVALID;
    }
    if (Memory.getByte(at) == '0') {
      return to - at == 1 && !negative ? 0 : INVALID;
    }
    long value = 0;
    for (; at < to; at++) {
      int digit = Memory.getByte(at) - '0';
      if (digit < 0 || digit > 9) {
        return INVALID;
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }
}
