package io.jacinth.lua;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A string of Lua: bytes that never change.
 *
 * <p>Its hash is the one that PUC Lua 5.1 uses, since the order of {@code pairs} follows from it.
 */
public final class LuaString implements Comparable<LuaString> {
  public static final LuaString EMPTY = new LuaString(new byte[0]);

  /** What a string weighs beside its bytes: two objects. */
  static final int OVERHEAD_BYTES = 40;

  /** Beyond this length only every second byte counts for the hash, beyond twice it every third. */
  private static final int HASHED_STRIDE = 32;

  private final byte[] bytes;
  private int hash;
  private int mark;

  private LuaString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A string of these bytes, which belong to it from now on. */
  public static LuaString of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new LuaString(bytes);
  }

  /** A string of a copy of some bytes. */
  public static LuaString copyOf(byte[] bytes, int from, int to) {
    return from == to ? EMPTY : new LuaString(Arrays.copyOfRange(bytes, from, to));
  }

  /** A string of the low bytes of characters. */
  public static LuaString of(String text) {
    return of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Names that the Java code knows: strings of scripts that equal one are this very object. */
  private static final Map<LuaString, LuaString> NAMES = new ConcurrentHashMap<>();

  /** A string for a name in the code, the same object each time. Names are kept for ever. */
  public static LuaString name(String text) {
    LuaString fresh = of(text);
    LuaString known = NAMES.putIfAbsent(fresh, fresh);
    return known != null ? known : fresh;
  }

  /** The string for the same name if the code knows it, else the one given. */
  static LuaString known(LuaString fresh) {
    return NAMES.getOrDefault(fresh, fresh);
  }

  public int length() {
    return bytes.length;
  }

  /** A byte, 0 to 255. */
  public int byteAt(int index) {
    return bytes[index] & 0xff;
  }

  /** The bytes themselves, for reading only. */
  public byte[] bytes() {
    return bytes;
  }

  /** Notes that the marking walk of this number has seen the string; false if it had already. */
  boolean mark(int walk) {
    if (mark == walk) {
      return false;
    }
    mark = walk;
    return true;
  }

  @Override
  public int hashCode() {
    int known = hash;
    return known != 0 ? known : computeHash();
  }

  private int computeHash() {
    int length = bytes.length;
    int step = length / HASHED_STRIDE + 1;
    int result = length;
    for (int end = length; end >= step; end -= step) {
      result ^= (result << 5) + (result >>> 2) + (bytes[end - 1] & 0xff);
    }
    hash = result;
    return result;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof LuaString string
            && hashCode() == string.hashCode()
            && Arrays.equals(bytes, string.bytes));
  }

  /** The order of {@code <}: by unsigned bytes. */
  @Override
  public int compareTo(LuaString other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  /** The bytes as characters of ISO 8859-1. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** The same up to the first zero byte, where C ends a string. */
  String toCString() {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
  }
}
