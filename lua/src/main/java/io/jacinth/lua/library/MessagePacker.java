package io.jacinth.lua.library;

import static io.jacinth.lua.LuaType.NUMBER;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.Table;

/** Values as MessagePack. What it cannot show is nil; so are tables nested too deeply. */
final class MessagePacker {
  /** Tables within tables beyond this are nil. */
  private static final int MAX_DEPTH = 16;

  private static final int ENTRIES_PER_POLL = 1 << 12;

  private static final int NIL = 0xc0;
  private static final int FALSE = 0xc2;
  private static final int TRUE = 0xc3;
  private static final int FLOAT = 0xca;
  private static final int DOUBLE = 0xcb;
  private static final int UNSIGNED = 0xcc;
  private static final int SIGNED = 0xd0;
  private static final int RAW_8 = 0xd9;
  private static final int RAW_16 = 0xda;
  private static final int RAW_32 = 0xdb;
  private static final int ARRAY_16 = 0xdc;
  private static final int MAP_16 = 0xde;
  private static final int FIXED_MAP = 0x80;
  private static final int FIXED_ARRAY = 0x90;
  private static final int FIXED_RAW = 0xa0;

  private static final int MAX_FIXED_RAW = 31;
  private static final int MAX_FIXED_COUNT = 15;
  private static final int MIN_FIXED_INTEGER = -32;
  private static final int MAX_BYTE = 0xff;
  private static final int MAX_SHORT = 0xffff;

  private final Output output;
  private int entries;

  MessagePacker(Lua lua) {
    output = new Output(lua);
  }

  /** All arguments, one behind the other. */
  LuaString pack(Arguments call) {
    try {
      for (int i = 1; i <= call.count(); i++) {
        write(call, call.reference(i), call.number(i), 0);
      }
      return output.toLuaString();
    } finally {
      output.clear();
    }
  }

  private void write(Arguments call, Object reference, double number, int depth) {
    if ((++entries & ENTRIES_PER_POLL - 1) == 0) {
      call.poll();
    }
    if (reference instanceof LuaString string) {
      writeString(string);
    } else if (reference == NUMBER) {
      writeNumber(number);
    } else if (reference instanceof Table table && depth < MAX_DEPTH) {
      writeTable(call, table, depth);
    } else if (reference instanceof Boolean truth) {
      output.write(truth ? TRUE : FALSE);
    } else {
      output.write(NIL);
    }
  }

  private void writeTable(Arguments call, Table table, int depth) {
    int count = 0;
    int max = 0;
    boolean array = true;
    for (int slot = table.next(Table.ABSENT); slot != Table.ABSENT; slot = table.next(slot)) {
      count++;
      if (array) {
        int key = table.keyReference(slot) == NUMBER ? (int) table.keyNumber(slot) : 0;
        array = key > 0 && key == table.keyNumber(slot);
        max = Math.max(max, key);
      }
      if ((++entries & ENTRIES_PER_POLL - 1) == 0) {
        call.poll();
      }
    }
    if (array && max == count) {
      writeCount(count, FIXED_ARRAY, ARRAY_16);
      for (int i = 1; i <= count; i++) {
        int slot = table.find(i);
        write(call, table.reference(slot), table.number(slot), depth + 1);
      }
      return;
    }
    writeCount(count, FIXED_MAP, MAP_16);
    for (int slot = table.next(Table.ABSENT); slot != Table.ABSENT; slot = table.next(slot)) {
      write(call, table.keyReference(slot), table.keyNumber(slot), depth + 1);
      write(call, table.reference(slot), table.number(slot), depth + 1);
    }
  }

  private void writeCount(int count, int fixed, int code16) {
    if (count <= MAX_FIXED_COUNT) {
      output.write(fixed | count);
    } else if (count <= MAX_SHORT) {
      write(code16, count, Short.BYTES);
    } else {
      write(code16 + 1, count, Integer.BYTES);
    }
  }

  private void writeString(LuaString string) {
    int length = string.length();
    if (length <= MAX_FIXED_RAW) {
      output.write(FIXED_RAW | length);
    } else if (length <= MAX_BYTE) {
      write(RAW_8, length, Byte.BYTES);
    } else if (length <= MAX_SHORT) {
      write(RAW_16, length, Short.BYTES);
    } else {
      write(RAW_32, length, Integer.BYTES);
    }
    output.write(string);
  }

  private void writeNumber(double number) {
    long integer = (long) number;
    if (integer == number && number < 0x1p63) {
      writeInteger(integer);
      return;
    }
    float rounded = (float) number;
    if (rounded == number) {
      write(FLOAT, Float.floatToRawIntBits(rounded), Float.BYTES);
    } else {
      write(DOUBLE, StructLibrary.bits(number), Double.BYTES);
    }
  }

  private void writeInteger(long integer) {
    if (integer >= MIN_FIXED_INTEGER && integer <= Byte.MAX_VALUE) {
      output.write((byte) integer);
    } else if (integer >= 0) {
      if (integer <= MAX_BYTE) {
        write(UNSIGNED, integer, Byte.BYTES);
      } else if (integer <= MAX_SHORT) {
        write(UNSIGNED + 1, integer, Short.BYTES);
      } else if (integer >>> Integer.SIZE == 0) {
        write(UNSIGNED + 2, integer, Integer.BYTES);
      } else {
        write(UNSIGNED + 3, integer, Long.BYTES);
      }
    } else if (integer >= Byte.MIN_VALUE) {
      write(SIGNED, integer, Byte.BYTES);
    } else if (integer >= Short.MIN_VALUE) {
      write(SIGNED + 1, integer, Short.BYTES);
    } else if (integer >= Integer.MIN_VALUE) {
      write(SIGNED + 2, integer, Integer.BYTES);
    } else {
      write(SIGNED + 3, integer, Long.BYTES);
    }
  }

  /** A code, and a number of some bytes, the highest first. */
  private void write(int code, long value, int size) {
    output.reserve(1L + size);
    output.bytes[output.length++] = (byte) code;
    for (int shift = (size - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      output.bytes[output.length++] = (byte) (value >>> shift);
    }
  }
}
