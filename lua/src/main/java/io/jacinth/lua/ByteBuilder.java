package io.jacinth.lua;

import java.util.Arrays;

/** Bytes that grow, paid for by a state before they are allocated. */
public final class ByteBuilder {
  private static final int FIRST_CAPACITY = 64;

  /** No array can be longer. */
  private static final int MAX_CAPACITY = Integer.MAX_VALUE - 64;

  private final Lua lua;
  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int length;

  public ByteBuilder(Lua lua) {
    this.lua = lua;
  }

  public int length() {
    return length;
  }

  public void append(int single) {
    reserve(1);
    bytes[length++] = (byte) single;
  }

  public void append(byte[] more) {
    append(more, 0, more.length);
  }

  public void append(byte[] more, int from, int to) {
    reserve(to - from);
    System.arraycopy(more, from, bytes, length, to - from);
    length += to - from;
  }

  public void append(LuaString more) {
    append(more.bytes());
  }

  /** Makes room for some more bytes. */
  public void reserve(int count) {
    long needed = (long) length + count;
    if (needed > bytes.length) {
      if (needed > MAX_CAPACITY) {
        throw new LuaError("not enough memory", true);
      }
      int capacity = (int) Math.min(MAX_CAPACITY, Math.max(needed, 2L * bytes.length));
      lua.charge(capacity);
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    lua.charge(length);
    return Arrays.copyOf(bytes, length);
  }

  /** A string of the bytes. */
  public LuaString toLuaString() {
    lua.charge(LuaString.OVERHEAD_BYTES + length);
    return LuaString.copyOf(bytes, 0, length);
  }
}
