package io.jacinth.lua.library;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.Table;
import java.util.Arrays;

/**
 * MessagePack as values. Tables that are not complete stand on the call's stack, followed by the
 * key of the entry that is being read, so that nesting costs none of Java's; how deep it may be is
 * what that stack holds, as in the C library.
 */
final class MessageUnpacker {
  private static final int VALUES_PER_POLL = 1 << 12;
  private static final int MIN_DEPTH = 8;

  private static final String TOO_MANY =
      "too many return values at once; use unpack_one or unpack_limit instead.";

  // What a table waits for
  private static final int ELEMENT = 0;
  private static final int KEY = 1;
  private static final int VALUE = 2;

  private static final int NIL = 0xc0;
  private static final int FALSE = 0xc2;
  private static final int TRUE = 0xc3;
  private static final int FLOAT = 0xca;
  private static final int DOUBLE = 0xcb;
  private static final int UNSIGNED_8 = 0xcc;
  private static final int UNSIGNED_64 = 0xcf;
  private static final int SIGNED_8 = 0xd0;
  private static final int SIGNED_64 = 0xd3;
  private static final int RAW_8 = 0xd9;
  private static final int RAW_32 = 0xdb;
  private static final int ARRAY_16 = 0xdc;
  private static final int ARRAY_32 = 0xdd;
  private static final int MAP_16 = 0xde;
  private static final int MAP_32 = 0xdf;
  private static final int MIN_FIXED_MAP = 0x80;
  private static final int MIN_FIXED_ARRAY = 0x90;
  private static final int MIN_FIXED_RAW = 0xa0;
  private static final int MIN_FIXED_NEGATIVE = 0xe0;
  private static final int MAX_FIXED_COUNT = 0xf;
  private static final int MAX_FIXED_RAW = 0x1f;

  private final Lua lua;
  private Arguments call;
  private byte[] message;
  private int at;
  private int values;

  /** For each table that is being read: what it waits for, and how many entries are missing. */
  private int[] waiting = new int[MIN_DEPTH];

  private long[] missing = new long[MIN_DEPTH];

  /** The index of an array's last element. */
  private int[] indices = new int[MIN_DEPTH];

  private int depth;

  MessageUnpacker(Lua lua) {
    this.lua = lua;
  }

  /** Pushes values until the message ends or there are enough; returns the place behind them. */
  int unpack(Arguments call, LuaString string, int from, long limit) {
    this.call = call;
    message = string.bytes();
    at = from;
    depth = 0;
    try {
      for (long i = 0; i < limit && at < message.length; i++) {
        read();
        while (depth > 0) {
          advance();
        }
      }
      return at;
    } finally {
      message = null;
      this.call = null;
    }
  }

  /** Reads the next part of the innermost table, or completes the table. */
  private void advance() {
    int level = depth - 1;
    if (missing[level] == 0) {
      depth = level;
      if (level > 0) {
        complete(level - 1);
      }
      return;
    }
    if (waiting[level] == ELEMENT) {
      // The C library pushes the index first.
      call.pushNumber(++indices[level]);
    }
    read();
    if (depth == level + 1) {
      complete(level);
    }
  }

  /** The value on top of the stack belongs to a table. */
  private void complete(int level) {
    int top = call.top();
    switch (waiting[level]) {
      case ELEMENT -> {
        Table table = (Table) call.reference(top - 2);
        table.put(indices[level], call.reference(top), call.number(top));
        call.pop(2);
        missing[level]--;
      }
      case KEY -> waiting[level] = VALUE;
      default -> {
        Table table = (Table) call.reference(top - 2);
        table.put(
            call.reference(top - 1), call.number(top - 1), call.reference(top), call.number(top));
        call.pop(2);
        waiting[level] = KEY;
        missing[level]--;
      }
    }
  }

  private void begin(int state, long count) {
    if (depth == missing.length) {
      lua.charge(4L * depth * Long.BYTES);
      waiting = Arrays.copyOf(waiting, 2 * depth);
      missing = Arrays.copyOf(missing, 2 * depth);
      indices = Arrays.copyOf(indices, 2 * depth);
    }
    call.pushReference(new Table(lua));
    waiting[depth] = state;
    missing[depth] = count;
    indices[depth] = 0;
    depth++;
    if (state == ELEMENT) {
      Library.reserve(call, 1, "in function mp_decode_to_lua_array");
    }
  }

  /** Pushes a value, or an empty table that waits for its entries. */
  private void read() {
    if ((++values & VALUES_PER_POLL - 1) == 0) {
      lua.poll();
    }
    need(1);
    Library.reserve(call, 1, TOO_MANY);
    int code = message[at] & 0xff;
    if (code < MIN_FIXED_MAP || code >= MIN_FIXED_NEGATIVE) {
      call.pushNumber((byte) code);
      at++;
    } else if (code < MIN_FIXED_ARRAY) {
      at++;
      begin(KEY, code & MAX_FIXED_COUNT);
    } else if (code < MIN_FIXED_RAW) {
      at++;
      begin(ELEMENT, code & MAX_FIXED_COUNT);
    } else if (code < NIL) {
      at++;
      pushString(code & MAX_FIXED_RAW);
    } else {
      readCoded(code);
    }
  }

  private void readCoded(int code) {
    switch (code) {
      case NIL -> constant(null);
      case FALSE -> constant(false);
      case TRUE -> constant(true);
      case FLOAT -> call.pushNumber(StructLibrary.fromBits((int) number(Float.BYTES)));
      case DOUBLE -> call.pushNumber(StructLibrary.fromBits(number(Double.BYTES)));
      case RAW_8, RAW_8 + 1, RAW_32 -> pushString(number(1 << (code - RAW_8)));
      case ARRAY_16 -> begin(ELEMENT, number(Short.BYTES));
      case ARRAY_32 -> begin(ELEMENT, number(Integer.BYTES));
      case MAP_16 -> begin(KEY, number(Short.BYTES));
      case MAP_32 -> begin(KEY, number(Integer.BYTES));
      default -> {
        if (code >= UNSIGNED_8 && code <= UNSIGNED_64) {
          // The greatest ones become negative, as in the C library.
          call.pushNumber((double) number(1 << (code - UNSIGNED_8)));
        } else if (code >= SIGNED_8 && code <= SIGNED_64) {
          int size = 1 << (code - SIGNED_8);
          int unused = Long.SIZE - size * Byte.SIZE;
          call.pushNumber((double) (number(size) << unused >> unused));
        } else {
          throw call.error("Bad data format in input.");
        }
      }
    }
  }

  private void constant(Object value) {
    call.pushReference(value);
    at++;
  }

  /** The number of some bytes behind a code, without sign. */
  private long number(int size) {
    need(1L + size);
    long value = 0;
    for (int i = at + 1; i <= at + size; i++) {
      value = value << Byte.SIZE | (message[i] & 0xff);
    }
    at += 1 + size;
    return value;
  }

  private void pushString(long length) {
    need(length);
    call.pushReference(Output.string(lua, message, at, at + (int) length));
    at += (int) length;
  }

  private void need(long bytes) {
    if (message.length - at < bytes) {
      throw call.error("Missing bytes in input.");
    }
  }
}
