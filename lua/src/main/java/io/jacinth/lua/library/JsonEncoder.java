package io.jacinth.lua.library;

import static io.jacinth.lua.LuaType.NUMBER;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.NumberFormat;
import io.jacinth.lua.Table;
import io.jacinth.lua.Userdata;
import java.util.Arrays;

/**
 * Values as JSON. Tables that are being written wait on a stack here, so that nesting costs none of
 * Java's.
 */
final class JsonEncoder {
  private static final int VALUES_PER_POLL = 1 << 12;

  /** The place of a table's array part that is being written is counted, else its slot. */
  private static final int OBJECT = -1;

  /** What the C library finds on Lua's stack beside the tables: its argument. */
  private static final int FIRST_SLOT = 1;

  /** Its check for room asks for so many. */
  private static final int SLOTS_AHEAD = 3;

  private static final int MAX_SLOTS = 8000;
  private static final int MIN_DEPTH = 8;

  /** A bit for each byte that is escaped. */
  private static final long[] ESCAPED = new long[ByteSet.WORDS];

  /** The letter behind the backslash; 0 for those written by number. */
  private static final byte[] ESCAPES = new byte[128];

  private static final byte[] HEXADECIMAL = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  /** No escape is longer. */
  private static final int MAX_ESCAPE_BYTES = 6;

  static {
    String escaped = "\"\\/\b\t\n\f\r";
    String letters = "\"\\/btnfr";
    for (int c = 0; c < ' '; c++) {
      ByteSet.add(ESCAPED, 0, c);
    }
    ByteSet.add(ESCAPED, 0, 127);
    for (int i = 0; i < escaped.length(); i++) {
      ByteSet.add(ESCAPED, 0, escaped.charAt(i));
      ESCAPES[escaped.charAt(i)] = (byte) letters.charAt(i);
    }
  }

  private final JsonOptions options;
  private final Output output;

  /** The tables that are being written, the outermost first. */
  private Table[] tables = new Table[MIN_DEPTH];

  /** The length of each if it is an array, or {@link #OBJECT}. */
  private int[] lengths = new int[MIN_DEPTH];

  /** Which place or slot is being written. */
  private int[] places = new int[MIN_DEPTH];

  private int depth;

  /** What the C library would have on Lua's stack. */
  private int slots;

  private int values;

  JsonEncoder(Lua lua, JsonOptions options) {
    this.options = options;
    output = new Output(lua);
  }

  LuaString encode(Arguments call, Object reference, double number) {
    try {
      slots = FIRST_SLOT;
      write(call, reference, number);
      while (depth > 0) {
        if (++values % VALUES_PER_POLL == 0) {
          call.poll();
        }
        int level = depth - 1;
        Table table = tables[level];
        if (lengths[level] == OBJECT) {
          writeEntry(call, table, level);
        } else {
          writeElement(call, table, level);
        }
      }
      return output.toLuaString();
    } finally {
      output.clear();
      Arrays.fill(tables, 0, depth, null);
      depth = 0;
    }
  }

  private void writeElement(Arguments call, Table table, int level) {
    int place = ++places[level];
    if (place > lengths[level]) {
      output.write(']');
      leave(level, 1);
      return;
    }
    if (place > 1) {
      output.write(',');
    }
    int slot = table.find(place);
    write(call, table.reference(slot), table.number(slot));
  }

  private void writeEntry(Arguments call, Table table, int level) {
    int before = places[level];
    int slot = table.next(before);
    if (slot == Table.ABSENT) {
      output.write('}');
      leave(level, 2);
      return;
    }
    places[level] = slot;
    if (before != Table.ABSENT) {
      output.write(',');
    }
    Object key = table.keyReference(slot);
    if (key instanceof LuaString string) {
      writeString(string);
    } else if (key == NUMBER) {
      output.write('"');
      writeNumber(call, table.keyNumber(slot));
      output.write('"');
    } else {
      throw failure(call, key, "table key must be a number or string");
    }
    output.write(':');
    write(call, table.reference(slot), table.number(slot));
  }

  private void leave(int level, int slotsOfEntry) {
    tables[level] = null;
    depth = level;
    slots -= slotsOfEntry;
  }

  private void write(Arguments call, Object reference, double number) {
    if (reference instanceof LuaString string) {
      writeString(string);
    } else if (reference == NUMBER) {
      writeNumber(call, number);
    } else if (reference instanceof Table table) {
      enter(call, table);
    } else if (reference instanceof Boolean truth) {
      output.writeAscii(truth ? "true" : "false");
    } else if (reference == null || reference == Userdata.NULL) {
      output.writeAscii("null");
    } else {
      throw failure(call, reference, "type not supported");
    }
  }

  private void enter(Arguments call, Table table) {
    if (depth >= options.encodeMaxDepth || slots + SLOTS_AHEAD > MAX_SLOTS) {
      throw call.error("Cannot serialise, excessive nesting (" + (depth + 1) + ")");
    }
    int length = arrayLength(call, table);
    if (depth == tables.length) {
      tables = Arrays.copyOf(tables, 2 * depth);
      lengths = Arrays.copyOf(lengths, 2 * depth);
      places = Arrays.copyOf(places, 2 * depth);
    }
    tables[depth] = table;
    if (length > 0) {
      lengths[depth] = length;
      places[depth] = 0;
      slots++;
      output.write('[');
    } else {
      lengths[depth] = OBJECT;
      places[depth] = Table.ABSENT;
      slots += 2;
      output.write('{');
    }
    depth++;
  }

  /** The greatest index of a table that has only indices, and enough of them; else -1. */
  private int arrayLength(Arguments call, Table table) {
    int max = 0;
    int items = 0;
    for (int slot = table.next(Table.ABSENT); slot != Table.ABSENT; slot = table.next(slot)) {
      double key = table.keyNumber(slot);
      if (table.keyReference(slot) != NUMBER || !(key >= 1) || Math.floor(key) != key) {
        return -1;
      }
      if (key > max) {
        // What does not fit becomes the least integer, as in C.
        max = key < 0x1p31 ? (int) key : Integer.MIN_VALUE;
      }
      if ((++items & VALUES_PER_POLL - 1) == 0) {
        call.poll();
      }
    }
    if (options.sparseRatio > 0 && max > items * options.sparseRatio && max > options.sparseSafe) {
      if (!options.sparseConvert) {
        throw failure(call, table, "excessively sparse array");
      }
      return -1;
    }
    return max;
  }

  private void writeNumber(Arguments call, double number) {
    if (!(Math.abs(number) <= Double.MAX_VALUE)) {
      if (options.encodeInvalidNumbers == JsonOptions.OFF) {
        throw failure(call, NUMBER, "must not be NaN or Inf");
      } else if (options.encodeInvalidNumbers == JsonOptions.NULL) {
        output.writeAscii("null");
        return;
      } else if (Double.isNaN(number)) {
        output.writeAscii("nan");
        return;
      }
    }
    output.reserve(NumberFormat.MAX_LENGTH);
    output.length = NumberFormat.write(number, options.precision, output.bytes, output.length);
  }

  private void writeString(LuaString string) {
    byte[] source = string.bytes();
    output.reserve(source.length + 2L);
    output.write('"');
    int from = 0;
    for (int at = 0; at < source.length; at++) {
      int c = source[at] & 0xff;
      if (ByteSet.contains(ESCAPED, 0, c)) {
        output.write(source, from, at);
        from = at + 1;
        writeEscaped(c);
      }
    }
    output.write(source, from, source.length);
    output.write('"');
  }

  private void writeEscaped(int c) {
    output.reserve(MAX_ESCAPE_BYTES);
    output.write('\\');
    if (ESCAPES[c] != 0) {
      output.write(ESCAPES[c]);
      return;
    }
    output.writeAscii("u00");
    output.write(HEXADECIMAL[c >>> 4]);
    output.write(HEXADECIMAL[c & 0xf]);
  }

  private static LuaError failure(Arguments call, Object reference, String reason) {
    return call.error("Cannot serialise " + LuaType.nameOf(reference) + ": " + reason);
  }
}
