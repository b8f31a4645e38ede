package io.jacinth.lua.library;

import static io.jacinth.lua.LuaType.NUMBER;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.Table;
import java.util.Locale;

/** The functions of {@code cmsgpack}: those of lua-cmsgpack 0.4. */
public final class MessagePackLibrary {
  /** In the order in which they are made known, which {@code pairs} shows. */
  private enum Operation {
    PACK,
    UNPACK,
    UNPACK_ONE,
    UNPACK_LIMIT
  }

  private static final int MAX_STACK = 8000;

  private MessagePackLibrary() {}

  /** Makes the library known. */
  public static void install(Lua lua) {
    Table table = new Table(lua);
    MessagePacker packer = new MessagePacker(lua);
    MessageUnpacker unpacker = new MessageUnpacker(lua);
    for (Operation operation : Operation.values()) {
      String name = operation.name().toLowerCase(Locale.ROOT);
      table.put(name, new MessagePackFunction(packer, unpacker, operation, name));
    }
    table.put("_NAME", LuaString.of("cmsgpack"));
    table.put("_VERSION", LuaString.of("lua-cmsgpack 0.4.0"));
    table.put("_COPYRIGHT", LuaString.of("Copyright (C) 2012, Salvatore Sanfilippo"));
    table.put("_DESCRIPTION", LuaString.of("MessagePack C implementation for Lua"));
    lua.globals().put("cmsgpack", table);
  }

  private static final class MessagePackFunction extends NativeFunction {
    private final MessagePacker packer;
    private final MessageUnpacker unpacker;
    private final Operation operation;

    MessagePackFunction(
        MessagePacker packer, MessageUnpacker unpacker, Operation operation, String name) {
      super(name);
      this.packer = packer;
      this.unpacker = unpacker;
      this.operation = operation;
    }

    @Override
    protected void call(Arguments call) {
      switch (operation) {
        case PACK -> pack(call);
        case UNPACK -> unpack(call, 0, 0);
        case UNPACK_ONE -> unpack(call, 1, call.optionalInteger(2, 0));
        case UNPACK_LIMIT -> {
          long limit = call.checkInteger(2);
          unpack(call, limit, call.optionalInteger(3, 0));
        }
      }
    }

    private void pack(Arguments call) {
      if (call.count() == 0) {
        throw call.argumentError(0, "MessagePack pack needs input.");
      } else if (2 * call.count() > MAX_STACK) {
        throw call.argumentError(0, "Too many arguments for MessagePack pack.");
      }
      call.returnReference(packer.pack(call));
    }

    private void unpack(Arguments call, long limit, long offset) {
      LuaString message = call.checkString(1);
      if (offset < 0 || limit < 0) {
        throw call.error(
            "Invalid request to unpack with offset of "
                + (int) offset
                + " and limit of "
                + message.length()
                + ".");
      } else if (offset > message.length()) {
        throw call.error(
            "Start offset "
                + (int) offset
                + " greater than input length "
                + message.length()
                + ".");
      }
      boolean all = limit == 0 && offset == 0;
      // The place of the offset that is returned first.
      int first = call.top() + 1;
      if (!all) {
        call.pushNil();
      }
      int end = unpacker.unpack(call, message, (int) offset, all ? Integer.MAX_VALUE : limit);
      if (!all) {
        call.set(first, NUMBER, end == message.length() ? -1 : end);
      }
      call.returnPushed(call.top() - first + 1);
    }
  }
}
