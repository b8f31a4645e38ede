package io.jacinth.scripting;

import io.jacinth.base.Decimal;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.Table;
import io.jacinth.memory.Memory;

/**
 * Makes values of Lua from a command's reply ("Conversion between RESP and Lua data types").
 *
 * <p>A value is its reference, which a method returns, and its {@link #number} if it is one.
 */
final class ReplyReader {
  static final LuaString OK = LuaString.of("ok");
  static final LuaString ERR = LuaString.of("err");

  /** In a table of an error: it has been counted. */
  static final LuaString IGNORE = LuaString.of("ignore_error_stats_update");

  private static final LuaString DOUBLE = LuaString.of("double");
  private static final LuaString MAP = LuaString.of("map");
  private static final LuaString SET = LuaString.of("set");
  private static final LuaString BIG_NUMBER = LuaString.of("big_number");
  private static final LuaString VERBATIM = LuaString.of("verbatim_string");
  private static final LuaString FORMAT = LuaString.of("format");
  private static final LuaString STRING = LuaString.of("string");

  /** Of a verbatim string: three letters and a colon. */
  private static final int FORMAT_BYTES = 4;

  /** What a string weighs beside its bytes. */
  private static final int STRING_BYTES = 40;

  private final Lua lua;
  private long at;
  private boolean error;

  /** The value, if it is a number. */
  private double number;

  ReplyReader(Lua lua) {
    this.lua = lua;
  }

  double number() {
    return number;
  }

  /** Whether the error of a table has been counted. */
  static boolean isCounted(Table error) {
    return Boolean.TRUE.equals(error.get(IGNORE));
  }

  /** Whether the last reply was an error. */
  boolean isError() {
    return error;
  }

  /** Reads the reply that stands at an address. */
  Object read(long address) {
    at = address;
    int type = Memory.getByte(at);
    error = type == '-';
    return value();
  }

  private Object value() {
    int type = Memory.getByte(at++);
    return switch (type) {
      case ':' -> {
        number = line();
        yield LuaType.NUMBER;
      }
      case '$' -> {
        long length = line();
        yield length < 0 ? false : bytes(length);
      }
      case '+' -> table(OK, text());
      case '-' -> {
        Table table = table(ERR, text());
        table.put(IGNORE, true, 0);
        yield table;
      }
      case '*', '>' -> {
        long count = line();
        yield count < 0 ? false : array((int) count);
      }
      case '%' -> map((int) line());
      case '~' -> set((int) line());
      case '_' -> {
        at += 2;
        yield null;
      }
      case '#' -> {
        boolean truth = Memory.getByte(at) == 't';
        at += 3;
        yield truth;
      }
      case ',' -> {
        double value = doubleOf(text().toString());
        Table table = new Table(lua, 0, 1);
        table.put(DOUBLE, LuaType.NUMBER, value);
        yield table;
      }
      case '(' -> table(BIG_NUMBER, text());
      case '=' -> verbatim((int) line());
      case '|' -> {
        skipPairs((int) line());
        yield value();
      }
      default -> throw new IllegalStateException("reply type " + type);
    };
  }

  private static double doubleOf(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }

  private Table table(LuaString name, LuaString text) {
    Table table = new Table(lua, 0, 1);
    table.put(name, text, 0);
    return table;
  }

  private Table array(int count) {
    Table table = new Table(lua, count, 0);
    for (int i = 1; i <= count; i++) {
      Object reference = value();
      if (reference != null) {
        table.put(i, reference, number);
      }
    }
    return table;
  }

  private Table map(int count) {
    Table entries = new Table(lua, 0, count);
    for (int i = 0; i < count; i++) {
      Object key = value();
      double keyNumber = number;
      Object reference = value();
      if (key != null) {
        entries.put(key, keyNumber, reference, number);
      }
    }
    Table table = new Table(lua, 0, 1);
    table.put(MAP, entries, 0);
    return table;
  }

  private Table set(int count) {
    Table members = new Table(lua, 0, count);
    for (int i = 0; i < count; i++) {
      Object key = value();
      if (key != null) {
        members.put(key, number, true, 0);
      }
    }
    Table table = new Table(lua, 0, 1);
    table.put(SET, members, 0);
    return table;
  }

  private Table verbatim(int length) {
    Table parts = new Table(lua, 0, 2);
    parts.put(FORMAT, string(at, FORMAT_BYTES - 1), 0);
    parts.put(STRING, string(at + FORMAT_BYTES, length - FORMAT_BYTES), 0);
    at += length + 2L;
    Table table = new Table(lua, 0, 1);
    table.put(VERBATIM, parts, 0);
    return table;
  }

  private void skipPairs(int count) {
    for (int i = 0; i < 2 * count; i++) {
      var _ = value();
    }
  }

  /** The number of a header line. */
  private long line() {
    long begin = at;
    long c = Memory.getByte(at);
    if (Memory.getByte(at + 1) == '\r') {
      at += 3;
      return c - '0';
    }
    while (Memory.getByte(at) != '\r') {
      at++;
    }
    long value = Decimal.parseLong(begin, (int) (at - begin));
    at += 2;
    return value;
  }

  private LuaString text() {
    long begin = at;
    while (Memory.getByte(at) != '\r') {
      at++;
    }
    LuaString text = string(begin, at - begin);
    at += 2;
    return text;
  }

  private LuaString bytes(long length) {
    LuaString string = string(at, length);
    at += length + 2;
    return string;
  }

  private LuaString string(long address, long length) {
    lua.charge(STRING_BYTES + length);
    return LuaString.of(Memory.bytes(address, (int) length));
  }
}
