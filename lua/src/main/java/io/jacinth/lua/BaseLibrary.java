package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

/** The functions that are global in every Lua: from {@code assert} to {@code xpcall}. */
@SuppressWarnings("ReferenceEquality") // the same value is the same object, but for strings
public final class BaseLibrary {
  private static final LuaString PROTECTED = LuaString.name("__metatable");
  private static final LuaString TO_STRING = LuaString.name("__tostring");
  private static final int MIN_BASE = 2;
  private static final int MAX_BASE = 36;

  private BaseLibrary() {}

  /** Adds the functions to the global variables. */
  public static void install(Lua lua) {
    Table globals = lua.globals();
    globals.put("_G", globals);
    globals.put("_VERSION", LuaString.of("Lua 5.1"));
    addValues(lua, globals);
    addTables(lua, globals);
    addErrors(lua, globals);
    addLoading(lua, globals);
    addMemory(lua, globals);
  }

  private static void addValues(Lua lua, Table globals) {
    lua.add(
        globals,
        new NativeFunction("type") {
          @Override
          protected void call(Arguments call) {
            call.checkAny(1);
            call.returnReference(LuaType.name(call.reference(1)));
          }
        });
    lua.add(
        globals,
        new NativeFunction("tostring") {
          @Override
          protected void call(Arguments call) {
            call.checkAny(1);
            pushText(call);
            call.returnPushed(1);
          }
        });
    lua.add(
        globals,
        new NativeFunction("tonumber") {
          @Override
          protected void call(Arguments call) {
            toNumber(call);
          }
        });
    lua.add(
        globals,
        new NativeFunction("select") {
          @Override
          protected void call(Arguments call) {
            select(call);
          }
        });
    lua.add(
        globals,
        new NativeFunction("rawequal") {
          @Override
          protected void call(Arguments call) {
            call.checkAny(1);
            call.checkAny(2);
            call.returnBoolean(
                LuaType.rawEquals(
                    call.reference(1), call.number(1), call.reference(2), call.number(2)));
          }
        });
  }

  /** Pushes the first argument as text. */
  private static void pushText(Arguments call) {
    Object value = call.reference(1);
    Table metatable = call.lua().metatable(value);
    Object handler = metatable == null ? null : metatable.get(TO_STRING);
    if (handler != null) {
      call.pushReference(handler);
      call.pushCopy(1);
      call.invoke(1, 1);
    } else if (value instanceof LuaString) {
      call.pushReference(value);
    } else if (value == NUMBER) {
      call.pushReference(Coercion.toString(call.lua(), call.number(1)));
    } else {
      call.pushReference(LuaString.of(textOf(value)));
    }
  }

  private static String textOf(Object value) {
    if (value == null || value instanceof Boolean) {
      return value == null ? "nil" : value.toString();
    }
    return LuaType.nameOf(value) + ": " + (value == Userdata.NULL ? "(nil)" : address(value));
  }

  /** Something that looks like an address: the same for the same object. */
  private static String address(Object value) {
    return String.format("0x%012x", 0x5500_0000_0000L + 16L * System.identityHashCode(value));
  }

  private static void toNumber(Arguments call) {
    int base = call.optionalInt(2, 10);
    if (base == 10) {
      call.checkAny(1);
      Object value = call.reference(1);
      double number = value == NUMBER ? call.number(1) : Coercion.toNumber(value);
      if (value == NUMBER || !NumberText.isNoNumber(number)) {
        call.returnNumber(number);
      } else {
        call.returnReference(null);
      }
      return;
    }
    byte[] text = call.checkString(1).bytes();
    if (base < MIN_BASE || base > MAX_BASE) {
      throw call.argumentError(2, "base out of range");
    }
    double number = NumberText.parse(text, 0, text.length, base);
    if (NumberText.isNoNumber(number)) {
      call.returnReference(null);
    } else {
      call.returnNumber(number);
    }
  }

  private static void select(Arguments call) {
    int count = call.count();
    if (call.reference(1) instanceof LuaString text && text.length() > 0 && text.byteAt(0) == '#') {
      call.returnNumber(count - 1);
      return;
    }
    int index = call.checkInt(1);
    if (index < 0) {
      index += count;
    } else if (index > count) {
      index = count;
    }
    if (index < 1) {
      throw call.argumentError(1, "index out of range");
    }
    call.returnValues(index + 1, count - index);
  }

  private static void addTables(Lua lua, Table globals) {
    NativeFunction next =
        new NativeFunction("next") {
          @Override
          protected void call(Arguments call) {
            Table table = call.checkTable(1);
            if (call.count() < 2) {
              call.pushNil();
            }
            int key = call.base + 1;
            int to = call.base + call.top();
            LuaThread thread = call.thread;
            if (call.lua().next(table, thread.references, thread.numbers, key, to)) {
              call.top += 2;
              call.returnPushed(2);
            } else {
              call.returnReference(null);
            }
          }
        };
    lua.next = next;
    lua.add(globals, next);
    lua.add(
        globals,
        new NativeFunction("pairs") {
          @Override
          protected void call(Arguments call) {
            call.checkTable(1);
            call.pushReference(call.lua().next);
            call.pushCopy(1);
            call.pushNil();
            call.returnPushed(3);
          }
        });
    NativeFunction step =
        new NativeFunction("ipairs step") {
          @Override
          protected void call(Arguments call) {
            int index = call.checkInt(2) + 1;
            Table table = call.checkTable(1);
            int slot = table.find(index);
            Object value = table.reference(slot);
            if (value != null) {
              call.pushNumber(index);
              call.push(value, table.number(slot));
              call.returnPushed(2);
            }
          }
        };
    lua.add(
        globals,
        new NativeFunction("ipairs") {
          @Override
          protected void call(Arguments call) {
            call.checkTable(1);
            call.pushReference(step);
            call.pushCopy(1);
            call.pushNumber(0);
            call.returnPushed(3);
          }
        });
    lua.add(
        globals,
        new NativeFunction("rawget") {
          @Override
          protected void call(Arguments call) {
            Table table = call.checkTable(1);
            call.checkAny(2);
            int slot = table.find(call.reference(2), call.number(2));
            call.push(table.reference(slot), table.number(slot));
            call.returnPushed(1);
          }
        });
    lua.add(
        globals,
        new NativeFunction("rawset") {
          @Override
          protected void call(Arguments call) {
            Table table = call.checkTable(1);
            call.checkAny(2);
            call.checkAny(3);
            table.put(call.reference(2), call.number(2), call.reference(3), call.number(3));
            call.returnValues(1, 1);
          }
        });
    lua.add(
        globals,
        new NativeFunction("unpack") {
          @Override
          protected void call(Arguments call) {
            unpack(call);
          }
        });
    lua.add(
        globals,
        new NativeFunction("getmetatable") {
          @Override
          protected void call(Arguments call) {
            call.checkAny(1);
            Table metatable = call.lua().metatable(call.reference(1));
            int slot = metatable == null ? Table.ABSENT : metatable.find(PROTECTED);
            if (metatable != null && metatable.reference(slot) != null) {
              call.push(metatable.reference(slot), metatable.number(slot));
            } else {
              call.pushReference(metatable);
            }
            call.returnPushed(1);
          }
        });
    lua.add(
        globals,
        new NativeFunction("setmetatable") {
          @Override
          protected void call(Arguments call) {
            Table table = call.checkTable(1);
            if (call.count() < 2 || !(call.isNilOrNone(2) || call.reference(2) instanceof Table)) {
              throw call.argumentError(2, "nil or table expected");
            }
            if (table.metatable != null && table.metatable.get(PROTECTED) != null) {
              throw call.error("cannot change a protected metatable");
            }
            table.checkWritable();
            table.metatable = (Table) call.reference(2);
            call.returnValues(1, 1);
          }
        });
  }

  private static void unpack(Arguments call) {
    Table table = call.checkTable(1);
    int first = call.optionalInt(2, 1);
    int last = call.isNilOrNone(3) ? table.length() : call.checkInt(3);
    if (first > last) {
      return;
    }
    long count = (long) last - first + 1;
    if (count > Integer.MAX_VALUE || !call.hasRoomFor((int) count)) {
      throw call.error("too many results to unpack");
    }
    for (int i = 0; i < count; i++) {
      int slot = table.find(first + i);
      call.push(table.reference(slot), table.number(slot));
    }
    call.returnPushed((int) count);
  }

  private static void addErrors(Lua lua, Table globals) {
    lua.add(
        globals,
        new NativeFunction("assert") {
          @Override
          protected void call(Arguments call) {
            call.checkAny(1);
            if (!LuaType.isTrue(call.reference(1))) {
              throw call.error(
                  call.optionalString(2, LuaString.of("assertion failed!")).toCString());
            }
            call.returnValues(1, call.count());
          }
        });
    lua.add(
        globals,
        new NativeFunction("error") {
          @Override
          protected void call(Arguments call) {
            int level = call.optionalInt(2, 1);
            Object value = call.reference(1);
            boolean isText = value instanceof LuaString || value == NUMBER;
            if (isText && level > 0) {
              throw new LuaError(call.where(level) + call.checkString(1));
            }
            throw new LuaError(value, value == NUMBER ? call.number(1) : 0);
          }
        });
    lua.add(
        globals,
        new NativeFunction("pcall") {
          @Override
          protected void call(Arguments call) {
            call.checkAny(1);
            finish(call, call.tryInvoke(call.count() - 1, Arguments.ALL, null));
          }
        });
    lua.add(
        globals,
        new NativeFunction("xpcall") {
          @Override
          protected void call(Arguments call) {
            call.checkAny(2);
            Object handler = call.reference(2);
            call.pushCopy(1);
            LuaError error =
                call.tryInvoke(
                    0, Arguments.ALL, handler instanceof Function function ? function : NO_HANDLER);
            if (error == null) {
              call.returnTrueAnd(call.count());
            } else {
              finish(call, error);
            }
          }
        });
  }

  /** In place of a handler that is no function. */
  private static final NativeFunction NO_HANDLER =
      new NativeFunction("no handler") {
        @Override
        protected void call(Arguments call) {
          throw Lua.handlerError();
        }
      };

  /** Returns true and all values, or false and the error. */
  private static void finish(Arguments call, LuaError error) {
    if (error == null) {
      call.returnTrueAnd(0);
    } else {
      call.pushReference(false);
      call.push(error.reference(), error.number());
      call.returnPushed(2);
    }
  }

  private static void addLoading(Lua lua, Table globals) {
    lua.add(
        globals,
        new NativeFunction("loadstring") {
          @Override
          protected void call(Arguments call) {
            LuaString source = call.checkString(1);
            load(call, new Lua.WholeSource(source.bytes()), call.optionalString(2, source));
          }
        });
    lua.add(
        globals,
        new NativeFunction("load") {
          @Override
          protected void call(Arguments call) {
            call.checkFunction(1);
            LuaString name = call.optionalString(2, LuaString.of("=(load)"));
            load(call, () -> nextPiece(call), name);
          }
        });
  }

  /**
   * What the reader function that {@code load} was given returns next. Its errors are caught, but,
   * as in Lua, not before the handler has seen them that is there for the call of {@code load}.
   */
  private static byte[] nextPiece(Arguments call) {
    Function handler = call.thread.handler;
    call.pushCopy(1);
    LuaError error = call.tryInvoke(0, 1, handler);
    if (error != null) {
      throw error;
    }
    int result = call.top();
    if (call.isNilOrNone(result)) {
      call.pop(1);
      return SourcePieces.END;
    }
    if (!isText(call.reference(result))) {
      error = call.error("reader function must return a string");
      throw handler == null ? error : call.lua().handle(call.thread, handler, error);
    }
    byte[] piece = call.checkString(result).bytes();
    call.pop(1);
    return piece;
  }

  private static boolean isText(Object value) {
    return value instanceof LuaString || value == NUMBER;
  }

  /** Returns a chunk as a function, or nil and what is wrong with it. */
  private static void load(Arguments call, SourcePieces pieces, LuaString name) {
    try {
      Lua lua = call.lua();
      call.pushReference(lua.closure(Parser.parse(lua, pieces, name), call.thread.globals));
      call.returnPushed(1);
    } catch (LuaError error) {
      call.pushNil();
      call.push(error.reference(), error.number());
      call.returnPushed(2);
    }
  }

  private static final double KILOBYTE = 1024;

  private static void addMemory(Lua lua, Table globals) {
    lua.add(
        globals,
        new NativeFunction("collectgarbage") {
          @Override
          protected void call(Arguments call) {
            int option =
                call.checkOption(
                    1,
                    "collect",
                    "stop",
                    "restart",
                    "collect",
                    "count",
                    "step",
                    "setpause",
                    "setstepmul");
            call.optionalInt(2, 0);
            switch (option) {
              case 2 -> {
                call.lua().collect();
                call.returnNumber(0);
              }
              case 3 -> call.returnNumber(call.lua().usedBytes() / KILOBYTE);
              case 4 -> {
                call.lua().collect();
                call.returnBoolean(true);
              }
              case 5, 6 -> call.returnNumber(200);
              default -> call.returnNumber(0);
            }
          }
        });
    lua.add(
        globals,
        new NativeFunction("gcinfo") {
          @Override
          protected void call(Arguments call) {
            call.returnNumber(Math.floor(call.lua().usedBytes() / KILOBYTE));
          }
        });
  }
}
