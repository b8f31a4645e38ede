package io.jacinth.protocol;

import io.jacinth.base.Decimal;
import io.jacinth.base.Latin1;
import io.jacinth.memory.Memory;
import io.jacinth.structure.PackedList;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes replies in RESP2 or RESP3 straight into output memory (RESP specification, "RESP protocol
 * description").
 *
 * <p>One per I/O thread, pointed at a client's {@link ReplySink} for each batch. Types that RESP2
 * does not have are written as Redis writes them there: a map or set as an array, a double as a
 * bulk string, null as the null bulk string.
 *
 * <p>Text given as a {@code String} is bytes, one per character ({@link Latin1}).
 */
public final class ReplyWriter {
  /** Longest header: type, 20 digits, line end. */
  private static final int MAX_LINE_BYTES = 24;

  /**
   * A long string is written in pieces of at most this size, so that output memory comes in chunks.
   */
  private static final int MAX_PIECE_BYTES = 64 << 10;

  /** What {@link #ReplyWriter} wants to have. */
  public static final int SCRATCH_BYTES = 64;

  /** The headers of bulk strings up to this length are ready. */
  private static final int MAX_SHORT_BYTES = 99;

  /** The headers of short bulk strings, as the longs that put them into memory. */
  private static final long[] SHORT_HEADERS = new long[MAX_SHORT_BYTES + 1];

  static {
    for (int i = 0; i < SHORT_HEADERS.length; i++) {
      SHORT_HEADERS[i] = littleEndianLong("$" + i + "\r\n");
    }
  }

  private static final int CRLF = littleEndian("\r\n");
  private static final int PLUS_OK = littleEndian("+OK\r");
  private static final long PLUS_QUEUED = littleEndianLong("+QUEUED\r");
  private static final int PLUS_PON = littleEndian("+PON");
  private static final int NIL_BULK = littleEndian("$-1\r");
  private static final int NIL_ARRAY = littleEndian("*-1\r");

  /** Room for one number. */
  private final long scratch;

  private ReplySink sink;
  private long start;
  private long position;
  private long limit;
  private boolean resp3;

  /** Errors written since the last {@link #takeErrors}. */
  private int errors;

  /** Errors that had been counted before they were written, since {@link #takeCountedErrors}. */
  private int countedErrors;

  private String lastError;

  /** Those of {@link #errors} that came before {@link #lastError}: few replies have several. */
  private final List<String> earlierErrors = new ArrayList<>(0);

  private boolean handedOver;

  /** Bytes handed over since the last {@link #takeWritten}. */
  private long writtenBytes;

  /**
   * @param scratch the address of {@link #SCRATCH_BYTES} that live as long as this writer
   */
  public ReplyWriter(long scratch) {
    this.scratch = scratch;
  }

  /** Points at a client. The last one must have been flushed. */
  public void open(ReplySink sink, boolean resp3) {
    this.sink = sink;
    this.resp3 = resp3;
    start = position = limit = 0;
  }

  /** Hands everything written over to the sink. */
  public void flush() {
    writtenBytes += position - start;
    sink.flush((int) (position - start));
    start = position = limit = 0;
  }

  public boolean isResp3() {
    return resp3;
  }

  public void resp3(boolean resp3) {
    this.resp3 = resp3;
  }

  /**
   * Whether output has been handed over since the last call, so that the client's backlog has
   * grown.
   */
  public boolean takeHandedOver() {
    boolean taken = handedOver;
    handedOver = false;
    return taken;
  }

  /** Whether an error was written since the last {@link #takeErrors}. */
  public boolean hasErrors() {
    return (errors | countedErrors) != 0;
  }

  /** Bytes handed over since the last call. */
  public long takeWritten() {
    long taken = writtenBytes;
    writtenBytes = 0;
    return taken;
  }

  /** Bytes written since the last {@link #takeWritten}, handed over or not. */
  public long bytes() {
    return writtenBytes + heldBytes();
  }

  /** Bytes written that have not been handed over. */
  public long heldBytes() {
    return position - start;
  }

  /** Number of errors written since the last call. */
  public int takeErrors() {
    int taken = errors;
    errors = 0;
    if (taken > 1) {
      earlierErrors.clear();
    }
    return taken;
  }

  /** Number of errors written by {@link #countedError} since the last call. */
  public int takeCountedErrors() {
    int taken = countedErrors;
    countedErrors = 0;
    return taken;
  }

  /** The errors that {@link #takeErrors} will count, but for the last one. */
  public List<String> earlierErrors() {
    return earlierErrors;
  }

  /** The last error written, without the leading dash. */
  public String lastError() {
    return lastError;
  }

  public void ok() {
    long at = ensure(MAX_LINE_BYTES);
    Memory.putInt(at, PLUS_OK);
    Memory.putByte(at + 4, '\n');
    position = at + 5;
  }

  /** A request waits for EXEC. */
  public void queued() {
    long at = ensure(MAX_LINE_BYTES);
    Memory.putLong(at, PLUS_QUEUED);
    Memory.putByte(at + Long.BYTES, '\n');
    position = at + Long.BYTES + 1;
  }

  /** The reply of PING. */
  public void pong() {
    long at = ensure(MAX_LINE_BYTES);
    Memory.putInt(at, PLUS_PON);
    Memory.putByte(at + 4, 'G');
    Memory.putShort(at + 5, CRLF);
    position = at + 7;
  }

  /** A simple string, without CR or LF in it. */
  public void status(String text) {
    line('+', text);
  }

  /**
   * An error: its code, a space, what is wrong. Line ends in it become spaces.
   *
   * @param text without the leading dash, for example {@code ERR syntax error}
   */
  public void error(String text) {
    if (errors++ > 0) {
      earlierErrors.add(lastError);
    }
    lastError = text;
    errorLine(text);
  }

  /** An error that was counted where it happened, in a command that this one has called. */
  public void countedError(String text) {
    countedErrors++;
    errorLine(text);
  }

  private void errorLine(String text) {
    line(
        '-',
        text.indexOf('\r') < 0 && text.indexOf('\n') < 0
            ? text
            : text.replace('\r', ' ').replace('\n', ' '));
  }

  public void integer(long value) {
    header(':', value);
  }

  public void bulk(long address, long lengthBytes) {
    if (lengthBytes <= MAX_SHORT_BYTES
        && limit - position >= 2 * MAX_LINE_BYTES + MAX_SHORT_BYTES) {
      // Header and text at once: most strings are short.
      long at = position;
      Memory.putLong(at, SHORT_HEADERS[(int) lengthBytes]);
      at += lengthBytes < 10 ? 4 : 5; // type, digits, CR, LF
      Memory.copy(address, at, lengthBytes);
      at += lengthBytes;
      Memory.putShort(at, CRLF);
      position = at + 2;
      return;
    }
    header('$', lengthBytes);
    if (lengthBytes + 2 <= limit - position) {
      long at = position;
      Memory.copy(address, at, lengthBytes);
      at += lengthBytes;
      Memory.putShort(at, CRLF);
      position = at + 2;
    } else {
      raw(address, lengthBytes);
      lineEnd();
    }
  }

  /** A bulk string of an entry of a {@link PackedList}. */
  public void entry(long entry) {
    if (PackedList.isInteger(entry)) {
      bulkInteger(PackedList.integer(entry));
    } else {
      bulk(PackedList.address(entry), PackedList.length(entry));
    }
  }

  public void bulk(byte[] bytes) {
    header('$', bytes.length);
    raw(bytes);
    lineEnd();
  }

  /** A bulk string of text, one byte per character. */
  public void bulk(String text) {
    bulk(Latin1.bytes(text));
  }

  /** A bulk string of the decimal digits of a number. */
  public void bulkInteger(long value) {
    long at = ensure(2 * MAX_LINE_BYTES);
    int length = Decimal.length(value);
    Memory.putLong(at, SHORT_HEADERS[length]);
    at += length < 10 ? 4 : 5; // type, digits, CR, LF
    at += Decimal.writeLong(at, value);
    Memory.putShort(at, CRLF);
    position = at + 2;
  }

  /** Text for a human reader: a verbatim string in RESP3. */
  public void verbatim(String format, String text) {
    if (!resp3) {
      bulk(text);
      return;
    }
    byte[] bytes = Latin1.bytes(format + ":" + text);
    header('=', bytes.length);
    raw(bytes);
    lineEnd();
  }

  /** Nothing: the null of RESP3, the null bulk string of RESP2. */
  public void nil() {
    nil(NIL_BULK);
  }

  /** Nothing in place of an array: the null of RESP3, the null array of RESP2. */
  public void nilArray() {
    nil(NIL_ARRAY);
  }

  private void nil(int resp2) {
    long at = ensure(MAX_LINE_BYTES);
    if (resp3) {
      Memory.putByte(at, '_');
      Memory.putShort(at + 1, CRLF);
      position = at + 3;
    } else {
      Memory.putInt(at, resp2);
      Memory.putByte(at + 4, '\n');
      position = at + 5;
    }
  }

  /** Announces {@code count} elements. */
  public void array(long count) {
    header('*', count);
  }

  /** Announces {@code count} pairs of key and value. */
  public void map(long count) {
    if (resp3) {
      header('%', count);
    } else {
      header('*', count * 2);
    }
  }

  /** Announces {@code count} different elements. */
  public void set(long count) {
    header(resp3 ? '~' : '*', count);
  }

  /** Announces {@code count} pairs that stand before the reply proper; RESP3 only. */
  public void attribute(long count) {
    header('|', count);
  }

  /** Announces {@code count} elements that answer no request. */
  public void push(long count) {
    header(resp3 ? '>' : '*', count);
  }

  public void bool(boolean value) {
    if (resp3) {
      line('#', value ? "t" : "f");
    } else {
      integer(value ? 1 : 0);
    }
  }

  /** A double in its shortest exact decimal form. */
  public void number(double value) {
    if (!Decimal.isWrittenAsLong(value)) {
      number(scratch, Decimal.writeDouble(scratch, value));
    } else if (resp3) {
      header(',', (long) value);
    } else {
      bulkInteger((long) value);
    }
  }

  /** A number with decimals, given by its text. */
  public void number(long address, int lengthBytes) {
    if (!resp3) {
      bulk(address, lengthBytes);
      return;
    }
    long at = ensure(MAX_LINE_BYTES + lengthBytes);
    Memory.putByte(at, ',');
    Memory.copy(address, at + 1, lengthBytes);
    Memory.putShort(at + 1 + lengthBytes, CRLF);
    position = at + lengthBytes + 3;
  }

  /** An integer of any size, given by its digits. */
  public void bigNumber(String digits) {
    if (resp3) {
      line('(', digits);
    } else {
      bulk(digits);
    }
  }

  /** Bytes as they are, of a reply that was made elsewhere. */
  public void raw(long address, long lengthBytes) {
    while (lengthBytes > 0) {
      if (position == limit) {
        ensure((int) Math.min(lengthBytes, MAX_PIECE_BYTES));
      }
      long piece = Math.min(lengthBytes, limit - position);
      Memory.copy(address, position, piece);
      position += piece;
      address += piece;
      lengthBytes -= piece;
    }
  }

  public void raw(byte[] bytes) {
    int from = 0;
    while (from < bytes.length) {
      if (position == limit) {
        ensure(Math.min(bytes.length - from, MAX_PIECE_BYTES));
      }
      int piece = (int) Math.min(bytes.length - from, limit - position);
      Memory.write(bytes, from, piece, position);
      position += piece;
      from += piece;
    }
  }

  /** How many bytes a number, or the count of an array, takes. */
  public static int headerBytes(long value) {
    return 1 + Decimal.length(value) + 2; // type, digits, CR, LF
  }

  /** How many bytes a bulk string takes. */
  public static long bulkBytes(long lengthBytes) {
    return headerBytes(lengthBytes) + lengthBytes + 2;
  }

  private void lineEnd() {
    long at = ensure(2);
    Memory.putShort(at, CRLF);
    position = at + 2;
  }

  private void line(char type, String text) {
    long at = ensure(MAX_LINE_BYTES);
    Memory.putByte(at, type);
    position = at + 1;
    raw(Latin1.bytes(text));
    lineEnd();
  }

  private void header(char type, long value) {
    long at = ensure(MAX_LINE_BYTES);
    Memory.putByte(at, type);
    if (value >= 0 && value < 10) {
      // digit, CR, LF
      Memory.putByte(at + 1, (int) ('0' + value));
      Memory.putShort(at + 2, CRLF);
      position = at + 4;
      return;
    }
    int digits = Decimal.writeLong(at + 1, value);
    Memory.putShort(at + 1 + digits, CRLF);
    position = at + digits + 3;
  }

  /** Room for {@code bytes} at the returned address. */
  private long ensure(int bytes) {
    long at = position;
    return limit - at >= bytes ? at : nextChunk(bytes);
  }

  private long nextChunk(int bytes) {
    handedOver = true;
    writtenBytes += position - start;
    start = sink.chunk((int) (position - start), bytes);
    position = start;
    limit = start + sink.chunkBytes();
    return start;
  }

  /** The long that puts up to 8 bytes into memory. */
  private static long littleEndianLong(String bytes) {
    long value = 0;
    for (int i = bytes.length() - 1; i >= 0; i--) {
      value = value << Byte.SIZE | bytes.charAt(i);
    }
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? value : Long.reverseBytes(value);
  }

  private static int littleEndian(String bytes) {
    int value = 0;
    for (int i = bytes.length() - 1; i >= 0; i--) {
      value = value << 8 | bytes.charAt(i);
    }
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        ? value
        : Integer.reverseBytes(value) >>> (32 - 8 * bytes.length());
  }
}
