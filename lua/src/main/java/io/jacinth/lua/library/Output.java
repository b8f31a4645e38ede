package io.jacinth.lua.library;

import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.NumberFormat;
import java.util.Arrays;

/**
 * Bytes that grow at their end into a string. Room is charged to the state before it is allocated,
 * and kept for the next string unless it has become large.
 */
final class Output {
  private static final int MIN_BYTES = 256;

  /** More than this is not kept. */
  private static final int MAX_KEPT_BYTES = 1 << 16;

  /** No array is longer. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  /** What a string weighs beside its bytes. */
  static final int STRING_OVERHEAD_BYTES = 40;

  /** The strings of one byte, which many scripts make again and again. */
  private static final LuaString[] SINGLES = new LuaString[256];

  static {
    for (int i = 0; i < SINGLES.length; i++) {
      SINGLES[i] = LuaString.of(new byte[] {(byte) i});
    }
  }

  private final Lua lua;

  /** What is written, and room behind it: {@link #length} and these are for those who write. */
  byte[] bytes = new byte[MIN_BYTES];

  int length;

  Output(Lua lua) {
    this.lua = lua;
  }

  /** Begins a new string; what was large is given back. */
  void clear() {
    length = 0;
    if (bytes.length > MAX_KEPT_BYTES) {
      bytes = new byte[MIN_BYTES];
    }
  }

  /** Makes room for more bytes. */
  void reserve(long more) {
    if (more > bytes.length - length) {
      grow(more);
    }
  }

  private void grow(long more) {
    long needed = length + more;
    if (needed > MAX_BYTES) {
      throw new LuaError("not enough memory");
    }
    long capacity = Math.min(Math.max(2L * bytes.length, needed), MAX_BYTES);
    lua.charge(capacity);
    bytes = Arrays.copyOf(bytes, (int) capacity);
  }

  void write(int b) {
    if (length == bytes.length) {
      grow(1);
    }
    bytes[length++] = (byte) b;
  }

  void write(byte[] source, int from, int to) {
    reserve(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  void write(LuaString string) {
    write(string.bytes(), 0, string.length());
  }

  void writeAscii(String text) {
    reserve(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  void writeFilled(int b, int count) {
    reserve(count);
    Arrays.fill(bytes, length, length + count, (byte) b);
    length += count;
  }

  /** A number as {@code tostring} shows it. */
  void writeNumber(double number) {
    reserve(NumberFormat.MAX_LENGTH);
    length = NumberFormat.write(number, bytes, length);
  }

  /** What was written, as a string. */
  LuaString toLuaString() {
    return string(lua, bytes, 0, length);
  }

  /** A string of a copy of some bytes, charged. */
  static LuaString string(Lua lua, byte[] bytes, int from, int to) {
    if (to - from == 1) {
      return SINGLES[bytes[from] & 0xff];
    }
    lua.charge(STRING_OVERHEAD_BYTES + to - from);
    return LuaString.copyOf(bytes, from, to);
  }
}
