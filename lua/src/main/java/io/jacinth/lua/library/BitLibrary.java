package io.jacinth.lua.library;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.Table;
import java.util.Locale;

/** The functions of {@code bit}, on 32 bits: those of Lua BitOp. */
public final class BitLibrary {
  /** In the order in which they are made known, which {@code pairs} shows. */
  private enum Operation {
    TOBIT,
    BNOT,
    BAND,
    BOR,
    BXOR,
    LSHIFT,
    RSHIFT,
    ARSHIFT,
    ROL,
    ROR,
    BSWAP,
    TOHEX
  }

  /** A number plus this has its low 32 bits as low bits of the double. */
  private static final double ALIGNMENT = 0x1p52 + 0x1p51;

  private static final int HEXADECIMAL_DIGITS = 8;

  private BitLibrary() {}

  /** Makes the library known. */
  public static void install(Lua lua) {
    Operation[] operations = Operation.values();
    Table table = Library.table(lua, "bit", operations.length);
    for (Operation operation : operations) {
      String name = operation.name().toLowerCase(Locale.ROOT);
      table.put(name, new BitFunction(operation, name));
    }
  }

  private static final class BitFunction extends NativeFunction {
    private final Operation operation;

    BitFunction(Operation operation, String name) {
      super(name);
      this.operation = operation;
    }

    @Override
    protected void call(Arguments call) {
      int bits = bits(call, 1);
      switch (operation) {
        case TOBIT -> call.returnNumber(bits);
        case BNOT -> call.returnNumber(~bits);
        case BSWAP -> call.returnNumber(Integer.reverseBytes(bits));
        case TOHEX -> hexadecimal(call, bits);
        case BAND, BOR, BXOR -> call.returnNumber(combined(call, operation, bits));
        default -> call.returnNumber(shifted(operation, bits, bits(call, 2)));
      }
    }
  }

  /** A number's low 32 bits, rounded to an integer, half to even. */
  private static int bits(Arguments call, int index) {
    double number = call.checkNumber(index);
    return Double.isNaN(number) ? 0 : (int) Double.doubleToRawLongBits(number + ALIGNMENT);
  }

  private static int combined(Arguments call, Operation operation, int first) {
    int result = first;
    // The C library goes from the last argument to the second, and errors show it.
    for (int i = call.count(); i > 1; i--) {
      int more = bits(call, i);
      switch (operation) {
        case BAND -> result &= more;
        case BOR -> result |= more;
        default -> result ^= more;
      }
    }
    return result;
  }

  private static int shifted(Operation operation, int bits, int count) {
    return switch (operation) {
      case LSHIFT -> bits << count;
      case RSHIFT -> bits >>> count;
      case ARSHIFT -> bits >> count;
      case ROL -> Integer.rotateLeft(bits, count);
      default -> Integer.rotateRight(bits, count);
    };
  }

  private static void hexadecimal(Arguments call, int bits) {
    int digits = call.isNone(2) ? HEXADECIMAL_DIGITS : bits(call, 2);
    boolean upper = digits < 0;
    digits = digits < 0 ? -digits : digits;
    if (digits < 0 || digits > HEXADECIMAL_DIGITS) {
      digits = HEXADECIMAL_DIGITS;
    }
    String alphabet = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    byte[] text = new byte[digits];
    for (int i = digits - 1; i >= 0; i--) {
      text[i] = (byte) alphabet.charAt(bits & 0xf);
      bits >>>= 4;
    }
    call.charge(Output.STRING_OVERHEAD_BYTES + text.length);
    call.returnReference(LuaString.of(text));
  }
}
