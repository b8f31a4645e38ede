package io.jacinth.scripting;

import io.jacinth.base.Latin1;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.Table;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.ReplyWriter;

/** Writes what a script returns as a reply ("Lua to RESP conversion"). */
final class ValueWriter {
  /**
   * How deep tables are written: as deep as Lua's stack in C lets Redis, which may hold 8000 values
   * and has some already. A level of an array takes one, one of a map or set three.
   */
  private static final int MAX_VALUES = 7995;

  private static final int ARRAY_VALUES = 1;
  private static final int MAP_VALUES = 3;

  private static final LuaString DOUBLE = LuaString.of("double");
  private static final LuaString MAP = LuaString.of("map");
  private static final LuaString SET = LuaString.of("set");
  private static final LuaString BIG_NUMBER = LuaString.of("big_number");
  private static final LuaString VERBATIM = LuaString.of("verbatim_string");
  private static final LuaString FORMAT = LuaString.of("format");
  private static final LuaString STRING = LuaString.of("string");
  private static final int FORMAT_LETTERS = 3;

  private final Slab slab;
  private final ReplyWriter reply;
  private final boolean resp3;

  /** The table that is being written; null outside of any. */
  private Level level;

  /** What the levels take of {@link #MAX_VALUES}. */
  private int values;

  /** A table whose elements are being written. */
  private static final class Level {
    final Level outer;
    final Table table;
    final Kind kind;

    /** How many elements of an array are written, or the slot of a map or set. */
    int position;

    /** Of a map: the key at the position is written, its value is not. */
    boolean keyWritten;

    Level(Level outer, Table table, Kind kind) {
      this.outer = outer;
      this.table = table;
      this.kind = kind;
      position = kind == Kind.ARRAY ? 0 : Table.ABSENT;
    }
  }

  private enum Kind {
    ARRAY(ARRAY_VALUES),
    MAP(MAP_VALUES),
    SET(MAP_VALUES);

    final int values;

    Kind(int values) {
      this.values = values;
    }
  }

  /**
   * @param slab for copies of strings
   * @param resp3 whether the script has asked for types of RESP3
   */
  ValueWriter(Slab slab, ReplyWriter reply, boolean resp3) {
    this.slab = slab;
    this.reply = reply;
    this.resp3 = resp3;
  }

  void write(Object reference, double number) {
    begin(reference, number);
    while (level != null) {
      step();
    }
  }

  /** Writes the next element of the innermost table, or leaves it. */
  private void step() {
    Level at = level;
    Table table = at.table;
    if (at.kind == Kind.ARRAY) {
      int slot = table.find(at.position + 1);
      if (table.reference(slot) == null) {
        leave();
      } else {
        at.position++;
        begin(table.reference(slot), table.number(slot));
      }
    } else if (at.keyWritten) {
      at.keyWritten = false;
      begin(table.reference(at.position), table.number(at.position));
    } else {
      at.position = table.next(at.position);
      if (at.position == Table.ABSENT) {
        leave();
      } else {
        at.keyWritten = at.kind == Kind.MAP;
        begin(table.keyReference(at.position), table.keyNumber(at.position));
      }
    }
  }

  private void enter(Table table, Kind kind) {
    values += kind.values;
    level = new Level(level, table, kind);
  }

  private void leave() {
    values -= level.kind.values;
    level = level.outer;
  }

  /** Writes a value, of a table its head; its elements follow. */
  private void begin(Object reference, double number) {
    if (values >= MAX_VALUES) {
      reply.error("ERR reached lua stack limit");
    } else if (reference instanceof LuaString string) {
      bulk(string);
    } else if (reference == LuaType.NUMBER) {
      reply.integer(integer(number));
    } else if (reference instanceof Boolean truth) {
      bool(truth);
    } else if (reference instanceof Table table) {
      table(table);
    } else {
      reply.nil();
    }
  }

  /** A number cut to an integer as C does on most processors. */
  static long integer(double number) {
    return Double.isNaN(number) || Math.abs(number) >= 0x1p63 ? Long.MIN_VALUE : (long) number;
  }

  private void bool(boolean truth) {
    if (resp3) {
      reply.bool(truth);
    } else if (truth) {
      reply.integer(1);
    } else {
      reply.nil();
    }
  }

  private void bulk(LuaString string) {
    int length = string.length();
    long copy = slab.allocate(Math.max(1, length), Tag.SCRATCH);
    Memory.write(string.bytes(), 0, length, copy);
    reply.bulk(copy, length);
    slab.free(copy, Math.max(1, length), Tag.SCRATCH);
  }

  private void table(Table table) {
    if (table.get(ReplyReader.ERR) instanceof LuaString error) {
      if (ReplyReader.isCounted(table)) {
        reply.countedError(withoutDash(error.toString()));
      } else {
        reply.error(withoutDash(error.toString()));
      }
    } else if (table.get(ReplyReader.OK) instanceof LuaString status) {
      reply.status(singleLine(status.toString()));
    } else if (table.get(DOUBLE) == LuaType.NUMBER) {
      reply.number(table.number(table.find(DOUBLE)));
    } else if (table.get(MAP) instanceof Table map) {
      reply.map(count(map));
      enter(map, Kind.MAP);
    } else if (table.get(SET) instanceof Table set) {
      reply.set(count(set));
      enter(set, Kind.SET);
    } else if (table.get(BIG_NUMBER) instanceof LuaString digits) {
      reply.bigNumber(singleLine(digits.toString()));
    } else if (!(table.get(VERBATIM) instanceof Table verbatim) || !verbatim(verbatim)) {
      reply.array(length(table));
      enter(table, Kind.ARRAY);
    }
  }

  private static String withoutDash(String error) {
    return error.startsWith("-") ? error.substring(1) : error;
  }

  private static String singleLine(String text) {
    return text.replace('\r', ' ').replace('\n', ' ');
  }

  private boolean verbatim(Table verbatim) {
    if (!(verbatim.get(STRING) instanceof LuaString string)
        || !(verbatim.get(FORMAT) instanceof LuaString format)) {
      return false;
    }
    String letters = format.toString();
    letters = (letters + "   ").substring(0, FORMAT_LETTERS);
    reply.verbatim(letters, Latin1.string(string.bytes()));
    return true;
  }

  private static int count(Table table) {
    int count = 0;
    for (int slot = table.next(Table.ABSENT); slot != Table.ABSENT; slot = table.next(slot)) {
      count++;
    }
    return count;
  }

  /** How many elements there are before the first nil. */
  private static int length(Table table) {
    int length = 0;
    while (table.get(length + 1) != null) {
      length++;
    }
    return length;
  }
}
