package io.jacinth.lua.library;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.Table;
import io.jacinth.lua.Userdata;
import java.util.Locale;

/** The functions of {@code cjson}: those of Lua CJSON 2.1. */
public final class JsonLibrary {
  /** In the order in which they are made known, which {@code pairs} shows. */
  private enum Operation {
    ENCODE,
    DECODE,
    ENCODE_SPARSE_ARRAY,
    ENCODE_MAX_DEPTH,
    DECODE_MAX_DEPTH,
    ENCODE_NUMBER_PRECISION,
    ENCODE_KEEP_BUFFER,
    ENCODE_INVALID_NUMBERS,
    DECODE_INVALID_NUMBERS,
    NEW
  }

  private JsonLibrary() {}

  /** Makes the library known. */
  public static void install(Lua lua) {
    lua.globals().put("cjson", table(lua));
  }

  private static Table table(Lua lua) {
    Table table = new Table(lua);
    JsonOptions options = new JsonOptions();
    JsonEncoder encoder = new JsonEncoder(lua, options);
    JsonDecoder decoder = new JsonDecoder(lua, options);
    for (Operation operation : Operation.values()) {
      String name = operation.name().toLowerCase(Locale.ROOT);
      table.put(name, new JsonFunction(options, encoder, decoder, operation, name));
    }
    table.put("null", Userdata.NULL);
    table.put("_NAME", LuaString.of("cjson"));
    table.put("_VERSION", LuaString.of("2.1.0"));
    return table;
  }

  private static final class JsonFunction extends NativeFunction {
    private final JsonOptions options;
    private final JsonEncoder encoder;
    private final JsonDecoder decoder;
    private final Operation operation;

    JsonFunction(
        JsonOptions options,
        JsonEncoder encoder,
        JsonDecoder decoder,
        Operation operation,
        String name) {
      super(name);
      this.options = options;
      this.encoder = encoder;
      this.decoder = decoder;
      this.operation = operation;
    }

    @Override
    protected void call(Arguments call) {
      switch (operation) {
        case ENCODE -> {
          checkOne(call);
          call.returnReference(encoder.encode(call, call.reference(1), call.number(1)));
        }
        case DECODE -> {
          checkOne(call);
          decoder.decode(call, call.checkString(1));
          call.returnPushed(1);
        }
        case ENCODE_SPARSE_ARRAY -> {
          checkAtMost(call, 3);
          options.sparseConvert = truth(call, 1, options.sparseConvert);
          options.sparseRatio = integer(call, 2, options.sparseRatio, 0, Integer.MAX_VALUE);
          options.sparseSafe = integer(call, 3, options.sparseSafe, 0, Integer.MAX_VALUE);
          call.pushReference(options.sparseConvert);
          call.pushNumber(options.sparseRatio);
          call.pushNumber(options.sparseSafe);
          call.returnPushed(3);
        }
        case ENCODE_MAX_DEPTH -> {
          checkAtMost(call, 1);
          options.encodeMaxDepth = integer(call, 1, options.encodeMaxDepth, 1, Integer.MAX_VALUE);
          call.returnNumber(options.encodeMaxDepth);
        }
        case DECODE_MAX_DEPTH -> {
          checkAtMost(call, 1);
          options.decodeMaxDepth = integer(call, 1, options.decodeMaxDepth, 1, Integer.MAX_VALUE);
          call.returnNumber(options.decodeMaxDepth);
        }
        case ENCODE_NUMBER_PRECISION -> {
          checkAtMost(call, 1);
          options.precision = integer(call, 1, options.precision, 1, JsonOptions.MAX_PRECISION);
          call.returnNumber(options.precision);
        }
        case ENCODE_KEEP_BUFFER -> {
          checkAtMost(call, 1);
          options.keepBuffer = truth(call, 1, options.keepBuffer);
          call.returnBoolean(options.keepBuffer);
        }
        case ENCODE_INVALID_NUMBERS -> {
          checkAtMost(call, 1);
          encodeInvalidNumbers(call);
        }
        case DECODE_INVALID_NUMBERS -> {
          checkAtMost(call, 1);
          options.decodeInvalidNumbers = truth(call, 1, options.decodeInvalidNumbers);
          call.returnBoolean(options.decodeInvalidNumbers);
        }
        case NEW -> call.returnReference(table(call.lua()));
      }
    }

    private void encodeInvalidNumbers(Arguments call) {
      if (call.reference(1) instanceof Boolean truth) {
        options.encodeInvalidNumbers = truth ? JsonOptions.ON : JsonOptions.OFF;
      } else if (!call.isNilOrNone(1)) {
        options.encodeInvalidNumbers = call.checkOption(1, null, "off", "on", "null");
      }
      if (options.encodeInvalidNumbers == JsonOptions.NULL) {
        call.returnReference(LuaString.of("null"));
      } else {
        call.returnBoolean(options.encodeInvalidNumbers == JsonOptions.ON);
      }
    }
  }

  private static void checkOne(Arguments call) {
    if (call.count() != 1) {
      throw call.argumentError(1, "expected 1 argument");
    }
  }

  private static void checkAtMost(Arguments call, int count) {
    if (call.count() > count) {
      throw call.argumentError(count + 1, "found too many arguments");
    }
  }

  private static boolean truth(Arguments call, int index, boolean present) {
    if (call.isNilOrNone(index)) {
      return present;
    } else if (call.reference(index) instanceof Boolean truth) {
      return truth;
    }
    return call.checkOption(index, null, "off", "on") == 1;
  }

  private static int integer(Arguments call, int index, int present, int min, int max) {
    if (call.isNilOrNone(index)) {
      return present;
    }
    int value = call.checkInt(index);
    if (value < min || value > max) {
      throw call.argumentError(1, "expected integer between " + min + " and " + max);
    }
    return value;
  }
}
