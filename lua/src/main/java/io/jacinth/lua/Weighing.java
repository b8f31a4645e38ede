package io.jacinth.lua;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A walk over all that scripts can still reach, to know what it weighs, as a collector of garbage
 * walks; it also clears the entries of weak tables whose keys or values nothing else refers to.
 *
 * <p>What counts is found from the global variables, the registers of the running threads and the
 * metatables. What only Java code holds is not found.
 */
final class Weighing {
  private static final LuaString MODE = Metamethod.MODE.key;

  /** Objects and entries of tables between two looks at the stop flag. */
  private static final int POLL_INTERVAL = 4096;

  /** Walks are numbered; an object remembers the last walk that has seen it. */
  private static int walks;

  private final Lua lua;
  private final int walk;
  private Object[] pending = new Object[64];
  private int pendingCount;
  private int steps;
  private long bytes;
  private final List<Table> weakTables = new ArrayList<>();

  Weighing(Lua lua) {
    this.lua = lua;
    walk = nextWalk();
  }

  private static synchronized int nextWalk() {
    walks++;
    if (walks == 0) {
      walks++; // what was never seen has this
    }
    return walks;
  }

  /** Walks from some roots; what is reachable weighs so many bytes. */
  long weigh(Object... roots) {
    for (Object root : roots) {
      see(root);
    }
    while (pendingCount > 0) {
      Object object = pending[--pendingCount];
      pending[pendingCount] = null;
      expand(object);
      pollSometimes();
    }
    for (Table table : weakTables) {
      clearDead(table);
    }
    return bytes;
  }

  private void see(Object object) {
    if (object instanceof LuaString string) {
      if (string.mark(walk)) {
        bytes += LuaString.OVERHEAD_BYTES + string.length();
      }
    } else if (isNew(object)) {
      if (pendingCount == pending.length) {
        pending = Arrays.copyOf(pending, 2 * pendingCount);
      }
      pending[pendingCount++] = object;
    }
  }

  private boolean isNew(Object object) {
    return switch (object) {
      case Table table -> table.mark(walk);
      case Function function -> function.mark(walk);
      case LuaThread thread -> thread.mark(walk);
      case Userdata userdata -> userdata.mark(walk);
      case null, default -> false;
    };
  }

  private void pollSometimes() {
    if (++steps % POLL_INTERVAL == 0) {
      lua.poll();
    }
  }

  private void expand(Object object) {
    switch (object) {
      case Table table -> expandTable(table);
      case Closure closure -> {
        bytes += Closure.BYTES;
        see(closure.environment);
        expandPrototype(closure.prototype);
        for (Upvalue upvalue : closure.upvalues) {
          expandUpvalue(upvalue);
        }
      }
      case NativeFunction function -> {
        see(function.environment);
        see(function.referent());
      }
      case LuaThread thread -> expandThread(thread);
      case Userdata userdata -> {
        bytes += Userdata.BYTES;
        see(userdata.metatable);
      }
      default -> {
        // refers to nothing
      }
    }
  }

  private void expandUpvalue(Upvalue upvalue) {
    if (upvalue != null && upvalue.mark != walk) {
      upvalue.mark = walk;
      bytes += Upvalue.BYTES;
      if (upvalue.thread == null) {
        see(upvalue.reference);
      } else {
        see(upvalue.thread.references[upvalue.register]);
      }
    }
  }

  private void expandPrototype(Prototype prototype) {
    if (prototype.mark != walk) {
      prototype.mark = walk;
      bytes += prototype.sizeBytes();
    }
  }

  private void expandThread(LuaThread thread) {
    bytes += thread.sizeBytes();
    see(thread.resumer);
    see(thread.globals);
    int end = Math.min(thread.usedEnd(), thread.references.length);
    for (int i = 0; i < end; i++) {
      see(thread.references[i]);
    }
  }

  private void expandTable(Table table) {
    bytes += table.sizeBytes();
    see(table.metatable);
    String mode = mode(table);
    boolean weakKeys = mode.indexOf('k') >= 0;
    boolean weakValues = mode.indexOf('v') >= 0;
    if (weakKeys || weakValues) {
      weakTables.add(table);
    }
    for (int slot = table.next(Table.ABSENT); slot != Table.ABSENT; slot = table.next(slot)) {
      Object key = table.keyReference(slot);
      Object value = table.reference(slot);
      if (!weakKeys || key instanceof LuaString) {
        see(key);
      }
      if (!weakValues || value instanceof LuaString) {
        see(value);
      }
      pollSometimes();
    }
  }

  private static String mode(Table table) {
    Table metatable = table.metatable;
    Object mode = metatable == null ? null : metatable.get(MODE);
    return mode instanceof LuaString text ? text.toString() : "";
  }

  private void clearDead(Table table) {
    for (int slot = table.next(Table.ABSENT); slot != Table.ABSENT; slot = table.next(slot)) {
      if (isDead(table.keyReference(slot)) || isDead(table.reference(slot))) {
        table.clearSlot(slot);
      }
    }
  }

  /** Whether an object has not been seen; strings are values and never die in a table. */
  private boolean isDead(Object object) {
    return switch (object) {
      case Table table -> !table.isMarked(walk);
      case Function function -> !function.isMarked(walk);
      case LuaThread thread -> !thread.isMarked(walk);
      case Userdata userdata -> !userdata.isMarked(walk);
      case null, default -> false;
    };
  }
}
