package io.jacinth.lua.library;

import static io.jacinth.lua.LuaType.NUMBER;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Function;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.LuaType;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.Table;
import java.util.Locale;

/** The functions of {@code table}. They ask no metamethods, but for those of comparison. */
public final class TableLibrary {
  /** In the order in which PUC Lua makes them known, which {@code pairs} shows. */
  private enum Operation {
    CONCAT,
    FOREACH,
    FOREACHI,
    GETN,
    MAXN,
    INSERT,
    REMOVE,
    SETN,
    SORT
  }

  /** So many entries are visited between two looks at the stop flag. */
  private static final int ENTRIES_PER_POLL = 1 << 12;

  private TableLibrary() {}

  /** Makes the library known. */
  public static void install(Lua lua) {
    Operation[] operations = Operation.values();
    Table table = Library.table(lua, "table", operations.length);
    Output output = new Output(lua);
    for (Operation operation : operations) {
      String name = operation.name().toLowerCase(Locale.ROOT);
      table.put(name, new TableFunction(operation, name, output));
    }
  }

  private static final class TableFunction extends NativeFunction {
    private final Operation operation;
    private final Output output;

    TableFunction(Operation operation, String name, Output output) {
      super(name);
      this.operation = operation;
      this.output = output;
    }

    @Override
    protected void call(Arguments call) {
      switch (operation) {
        case CONCAT -> {
          try {
            concatenate(call, output);
          } finally {
            output.clear();
          }
        }
        case FOREACH -> forEach(call);
        case FOREACHI -> forEachIndex(call);
        case GETN -> call.returnNumber(call.checkTable(1).length());
        case MAXN -> call.returnNumber(greatestKey(call));
        case INSERT -> insert(call);
        case REMOVE -> remove(call);
        case SETN -> {
          call.checkTable(1);
          throw call.error("'setn' is obsolete");
        }
        case SORT -> sort(call);
      }
    }
  }

  private static void concatenate(Arguments call, Output output) {
    LuaString separator = call.optionalString(2, LuaString.EMPTY);
    Table table = call.checkTable(1);
    int first = call.optionalInt(3, 1);
    int last = call.isNilOrNone(4) ? table.length() : call.checkInt(4);
    for (long i = first; i <= last; i++) {
      int slot = table.find((int) i);
      Object value = table.reference(slot);
      if (value instanceof LuaString string) {
        output.write(string);
      } else if (value == NUMBER) {
        output.writeNumber(table.number(slot));
      } else {
        throw call.error(
            "invalid value ("
                + LuaType.nameOf(value)
                + ") at index "
                + i
                + " in table for 'concat'");
      }
      if (i < last && separator.length() > 0) {
        output.write(separator);
      }
      if ((i & ENTRIES_PER_POLL - 1) == 0) {
        call.poll();
      }
    }
    call.returnReference(output.toLuaString());
  }

  private static void forEach(Arguments call) {
    Table table = call.checkTable(1);
    Function function = call.checkFunction(2);
    int slot = table.next(Table.ABSENT);
    while (slot != Table.ABSENT) {
      Object key = table.keyReference(slot);
      double keyNumber = table.keyNumber(slot);
      call.pushReference(function);
      call.push(key, keyNumber);
      call.push(table.reference(slot), table.number(slot));
      if (endedBy(call)) {
        return;
      }
      // The function may have changed the table.
      slot = table.find(key, keyNumber);
      if (slot == Table.ABSENT) {
        throw call.error("invalid key to 'next'");
      }
      slot = table.next(slot);
    }
  }

  private static void forEachIndex(Arguments call) {
    Table table = call.checkTable(1);
    Function function = call.checkFunction(2);
    int length = table.length();
    for (int i = 1; i <= length; i++) {
      int slot = table.find(i);
      call.pushReference(function);
      call.pushNumber(i);
      call.push(table.reference(slot), table.number(slot));
      if (endedBy(call)) {
        return;
      }
    }
  }

  /** Calls a visitor; its result ends the visit unless it is nil. */
  private static boolean endedBy(Arguments call) {
    call.invoke(2, 1);
    if (call.reference(call.top()) == null) {
      call.pop(1);
      return false;
    }
    call.returnPushed(1);
    return true;
  }

  private static double greatestKey(Arguments call) {
    Table table = call.checkTable(1);
    double greatest = 0;
    int visited = 0;
    for (int slot = table.next(Table.ABSENT); slot != Table.ABSENT; slot = table.next(slot)) {
      if (table.keyReference(slot) == NUMBER && table.keyNumber(slot) > greatest) {
        greatest = table.keyNumber(slot);
      }
      if ((++visited & ENTRIES_PER_POLL - 1) == 0) {
        call.poll();
      }
    }
    return greatest;
  }

  private static void insert(Arguments call) {
    Table table = call.checkTable(1);
    int end = table.length() + 1;
    int position = end;
    switch (call.count()) {
      case 2 -> {}
      case 3 -> {
        position = call.checkInt(2);
        end = Math.max(end, position);
        for (int i = end; i > position; i--) {
          move(call, table, i - 1, i);
        }
      }
      default -> throw call.error("wrong number of arguments to 'insert'");
    }
    int value = call.count();
    table.put(position, call.reference(value), call.number(value));
  }

  private static void remove(Arguments call) {
    Table table = call.checkTable(1);
    int end = table.length();
    int position = call.optionalInt(2, end);
    if (position < 1 || position > end) {
      call.returnNothing();
      return;
    }
    int slot = table.find(position);
    call.push(table.reference(slot), table.number(slot));
    call.returnPushed(1);
    for (int i = position; i < end; i++) {
      move(call, table, i + 1, i);
    }
    table.put(end, null, 0);
  }

  private static void move(Arguments call, Table table, int from, int to) {
    int slot = table.find(from);
    table.put(to, table.reference(slot), table.number(slot));
    if ((to & ENTRIES_PER_POLL - 1) == 0) {
      call.poll();
    }
  }

  private static void sort(Arguments call) {
    Table table = call.checkTable(1);
    boolean ordered = !call.isNilOrNone(2);
    if (ordered) {
      call.checkFunction(2);
    }
    new Sorting(call, table, ordered).sort(1, table.length());
  }

  /**
   * Quicksort as PUC Lua has it: the median of first, middle and last as pivot, which waits at the
   * last place but one. Order functions see which values are compared when, and what is in the
   * table meanwhile, so each comparison and each exchange is where PUC Lua does it.
   */
  private static final class Sorting {
    private final Arguments call;
    private final Table table;
    private final boolean ordered;

    Sorting(Arguments call, Table table, boolean ordered) {
      this.call = call;
      this.table = table;
      this.ordered = ordered;
    }

    void sort(int first, int last) {
      int low = first;
      int high = last;
      while (low < high) {
        call.poll();
        exchangeIfLess(high, low);
        if (high - low == 1) {
          return;
        }
        int middle = (int) (((long) low + high) / 2);
        if (!exchangeIfLess(middle, low)) {
          exchangeIfLess(high, middle);
        }
        if (high - low == 2) {
          return;
        }
        int pivot = partition(low, middle, high);
        // The longer side goes on here, so that nesting stays low.
        if (pivot - low < high - pivot) {
          sort(low, pivot - 1);
          low = pivot + 1;
        } else {
          sort(pivot + 1, high);
          high = pivot - 1;
        }
      }
    }

    /** Brings what is less than the middle value before it; returns where that is then. */
    private int partition(int low, int middle, int high) {
      load(middle);
      int pivot = call.top();
      load(high - 1);
      store(high - 1, pivot);
      store(middle, pivot + 1);
      call.pop(1);
      int left = low;
      int right = high - 1;
      while (true) {
        load(++left);
        while (less(pivot + 1, pivot)) {
          call.pop(1);
          checkOrder(left <= high);
          load(++left);
        }
        load(--right);
        while (less(pivot, pivot + 2)) {
          call.pop(1);
          checkOrder(right >= low);
          load(--right);
        }
        if (right < left) {
          call.pop(3);
          break;
        }
        store(left, pivot + 2);
        store(right, pivot + 1);
        call.pop(2);
      }
      load(high - 1);
      load(left);
      store(high - 1, call.top());
      store(left, call.top() - 1);
      call.pop(2);
      return left;
    }

    private void checkOrder(boolean inBounds) {
      if (!inBounds) {
        throw call.error("invalid order function for sorting");
      }
    }

    private boolean exchangeIfLess(int i, int j) {
      load(i);
      load(j);
      int second = call.top();
      boolean less = less(second - 1, second);
      if (less) {
        store(i, second);
        store(j, second - 1);
      }
      call.pop(2);
      return less;
    }

    private void load(int i) {
      int slot = table.find(i);
      call.push(table.reference(slot), table.number(slot));
    }

    private void store(int i, int index) {
      table.put(i, call.reference(index), call.number(index));
    }

    private boolean less(int index, int other) {
      if (!ordered) {
        return call.isLess(index, other);
      }
      call.pushCopy(2);
      call.pushCopy(index);
      call.pushCopy(other);
      call.invoke(2, 1);
      boolean less = LuaType.isTrue(call.reference(call.top()));
      call.pop(1);
      return less;
    }
  }
}
