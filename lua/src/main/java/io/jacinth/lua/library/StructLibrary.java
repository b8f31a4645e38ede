package io.jacinth.lua.library;

import static io.jacinth.lua.LuaType.NUMBER;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.LuaError;
import io.jacinth.lua.LuaString;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.NumberFormat;
import io.jacinth.lua.NumberText;
import io.jacinth.lua.Table;
import java.util.Locale;

/**
 * The functions of {@code struct}: values as the bytes of C's structures, and back, on a machine of
 * 64 bits, little endian.
 */
public final class StructLibrary {
  /** In the order in which they are made known, which {@code pairs} shows. */
  private enum Operation {
    PACK,
    UNPACK,
    SIZE
  }

  private static final int MAX_INTEGER_BYTES = 32;

  /** What ! without a number means. */
  private static final int MAX_ALIGNMENT = 8;

  private static final int OPTIONS_PER_POLL = 1 << 12;

  private StructLibrary() {}

  /** Makes the library known. */
  public static void install(Lua lua) {
    Operation[] operations = Operation.values();
    Table table = Library.table(lua, "struct", operations.length);
    Output output = new Output(lua);
    for (Operation operation : operations) {
      String name = operation.name().toLowerCase(Locale.ROOT);
      table.put(name, new StructFunction(operation, name, output));
    }
  }

  private static final class StructFunction extends NativeFunction {
    private final Operation operation;
    private final Output output;

    StructFunction(Operation operation, String name, Output output) {
      super(name);
      this.operation = operation;
      this.output = output;
    }

    @Override
    protected void call(Arguments call) {
      switch (operation) {
        case PACK -> {
          try {
            pack(call, output);
          } finally {
            output.clear();
          }
        }
        case UNPACK -> unpack(call);
        case SIZE -> size(call);
      }
    }
  }

  /** A format, read option by option. */
  private static final class Format {
    private final Arguments call;
    private final byte[] text;
    private int at;
    private int options;
    private boolean bigEndian;
    private int alignment = 1;

    /** The option read last, and how many bytes it takes. */
    int option;

    int size;

    Format(Arguments call) {
      this.call = call;
      text = call.checkString(1).bytes();
    }

    /** Reads the next option; false at the end, which a byte 0 is, too. */
    boolean next() {
      if (at == text.length || text[at] == 0) {
        return false;
      }
      if ((++options & OPTIONS_PER_POLL - 1) == 0) {
        call.poll();
      }
      option = text[at++] & 0xff;
      size =
          switch (option) {
            case 'b', 'B', 'x' -> Byte.BYTES;
            case 'h', 'H' -> Short.BYTES;
            case 'l', 'L', 'T' -> Long.BYTES;
            case 'f' -> Float.BYTES;
            case 'd' -> Double.BYTES;
            case 'c' -> integer(1);
            case 'i', 'I' -> integerSize();
            default -> 0;
          };
      return true;
    }

    private int integerSize() {
      int bytes = integer(Integer.BYTES);
      if (bytes > MAX_INTEGER_BYTES) {
        throw call.error(
            "integral size " + bytes + " is larger than limit of " + MAX_INTEGER_BYTES);
      }
      return bytes;
    }

    private int integer(int absent) {
      if (!isDigit()) {
        return absent;
      }
      long value = 0;
      while (isDigit()) {
        value = 10 * value + text[at++] - '0';
        if (value > Integer.MAX_VALUE) {
          throw call.error("integral size overflow");
        }
      }
      return (int) value;
    }

    private boolean isDigit() {
      return at < text.length && text[at] >= '0' && text[at] <= '9';
    }

    /** How many bytes come before the option so that it is aligned. */
    int padding(long position) {
      if (size == 0 || option == 'c') {
        return 0;
      }
      int unit = Math.min(size, alignment);
      return (unit - ((int) position & (unit - 1))) & (unit - 1);
    }

    /** An option that is none of those with values. */
    void control() {
      switch (option) {
        case ' ' -> {}
        case '>' -> bigEndian = true;
        case '<' -> bigEndian = false;
        case '!' -> {
          int bytes = integer(MAX_ALIGNMENT);
          if (Integer.bitCount(bytes) != 1) {
            throw call.error("alignment " + bytes + " is not a power of 2");
          }
          alignment = bytes;
        }
        default -> throw call.argumentError(1, "invalid format option '" + (char) option + "'");
      }
    }

    boolean isAlphanumeric() {
      int letter = option | ' ';
      return (letter >= 'a' && letter <= 'z') || (option >= '0' && option <= '9');
    }
  }

  private static void pack(Arguments call, Output output) {
    Format format = new Format(call);
    // As in the C library the first missing argument is nil.
    call.pushNil();
    int argument = 2;
    long position = 0;
    while (format.next()) {
      int padding = format.padding(position);
      output.writeFilled(0, padding);
      switch (format.option) {
        case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' ->
            writeInteger(
                output, integer(call.checkNumber(argument++)), format.size, format.bigEndian);
        case 'x' -> output.write(0);
        case 'f' -> {
          double number = call.checkNumber(argument++);
          writeInteger(output, floatBits(number), Float.BYTES, format.bigEndian);
        }
        case 'd' -> {
          long bits = bits(call.checkNumber(argument++));
          writeInteger(output, bits, Double.BYTES, format.bigEndian);
        }
        case 'c', 's' -> {
          LuaString string = call.checkString(argument++);
          int size = format.size == 0 ? string.length() : format.size;
          if (string.length() < size) {
            throw call.argumentError(argument, "string too short");
          }
          output.write(string.bytes(), 0, size);
          if (format.option == 's') {
            output.write(0);
            size++;
          }
          format.size = size;
        }
        default -> format.control();
      }
      position += padding + format.size;
    }
    call.returnReference(output.toLuaString());
  }

  /** A number cut to 64 bits, with or without sign, as it comes. */
  private static long integer(double number) {
    return number < 0 ? StringLibrary.toLong(number) : StringLibrary.toUnsigned(number);
  }

  /** The bits of a double, as C has those of not-a-number. */
  static long bits(double number) {
    if (!Double.isNaN(number)) {
      return Double.doubleToRawLongBits(number);
    }
    long positive = Double.doubleToRawLongBits(NumberFormat.POSITIVE_NAN);
    return Double.doubleToRawLongBits(number) == positive
        ? 0x7ff8_0000_0000_0000L
        : 0xfff8_0000_0000_0000L;
  }

  /** The double of some bits; of not-a-number only the sign is kept. */
  static double fromBits(long bits) {
    double number = Double.longBitsToDouble(bits);
    if (Double.isNaN(number)) {
      return bits < 0 ? NumberFormat.NEGATIVE_NAN : NumberFormat.POSITIVE_NAN;
    }
    return number;
  }

  /** The same for the four bytes of a float. */
  static int floatBits(double number) {
    return Double.isNaN(number)
        ? ((int) (bits(number) >>> Integer.SIZE) & 0xffc0_0000) | 0x7fc0_0000
        : Float.floatToRawIntBits((float) number);
  }

  static double fromBits(int bits) {
    float number = Float.intBitsToFloat(bits);
    if (Float.isNaN(number)) {
      return bits < 0 ? NumberFormat.NEGATIVE_NAN : NumberFormat.POSITIVE_NAN;
    }
    return number;
  }

  private static void writeInteger(Output output, long value, int size, boolean bigEndian) {
    output.reserve(size);
    byte[] bytes = output.bytes;
    int start = output.length;
    long rest = value;
    for (int i = 0; i < size; i++) {
      bytes[bigEndian ? start + size - 1 - i : start + i] = (byte) rest;
      rest >>>= Byte.SIZE;
    }
    output.length = start + size;
  }

  private static void unpack(Arguments call) {
    Format format = new Format(call);
    LuaString string = call.checkString(2);
    byte[] data = string.bytes();
    long position = call.optionalInteger(3, 1);
    if (position == 0) {
      throw call.argumentError(3, "offset must be 1 or greater");
    }
    position--;
    int results = 0;
    while (format.next()) {
      position += format.padding(position);
      checkLength(call, position, format.size, data.length);
      Library.reserve(call, 2, "too many results");
      int at = (int) position;
      long size = format.size;
      switch (format.option) {
        case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' -> {
          call.pushNumber(readInteger(data, at, format));
          results++;
        }
        case 'x' -> {}
        case 'f' -> {
          int bits = (int) readBits(data, at, Float.BYTES, format.bigEndian);
          call.pushNumber(fromBits(bits));
          results++;
        }
        case 'd' -> {
          call.pushNumber(fromBits(readBits(data, at, Double.BYTES, format.bigEndian)));
          results++;
        }
        case 'c' -> {
          if (size == 0) {
            size = previousSize(call, results);
            results--;
            checkLength(call, position, size, data.length);
          }
          call.pushReference(Output.string(call.lua(), data, at, at + (int) size));
          results++;
        }
        case 's' -> {
          int end = at;
          while (end < data.length && data[end] != 0) {
            end++;
          }
          if (end == data.length) {
            throw call.error("unfinished string in data");
          }
          call.pushReference(Output.string(call.lua(), data, at, end));
          results++;
          size = end + 1L - at;
        }
        default -> format.control();
      }
      position += size;
    }
    call.pushNumber((double) (position + 1));
    call.returnPushed(results + 1);
  }

  private static void checkLength(Arguments call, long position, long size, int length) {
    if (size < 0 || size > length || position < 0 || position > length - size) {
      throw call.argumentError(2, "data string too short");
    }
  }

  /** Takes the last result as a length. */
  private static long previousSize(Arguments call, int results) {
    int top = call.top();
    Object reference = call.reference(top);
    double number = call.number(top);
    if (results > 0 && reference instanceof LuaString string) {
      number = NumberText.parse(string.bytes(), 0, string.length());
    }
    if (results == 0
        || (reference != NUMBER && !(reference instanceof LuaString))
        || NumberText.isNoNumber(number)) {
      throw call.error("format 'c0' needs a previous size");
    }
    call.pop(1);
    return StringLibrary.toUnsigned(number);
  }

  private static long readBits(byte[] data, int at, int size, boolean bigEndian) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << Byte.SIZE | (data[bigEndian ? at + i : at + size - 1 - i] & 0xff);
    }
    return value;
  }

  private static double readInteger(byte[] data, int at, Format format) {
    long value = readBits(data, at, format.size, format.bigEndian);
    if (format.option < 'a') {
      return NumberText.unsigned(value);
    }
    // C's shifts take their distance modulo 64, and so do Java's.
    long sign = -1L << (format.size * Byte.SIZE - 1);
    return (value & sign) != 0 ? value | sign : value;
  }

  private static void size(Arguments call) {
    Format format = new Format(call);
    long position = 0;
    while (format.next()) {
      position += format.padding(position);
      if (format.option == 's') {
        throw noFixedSize(call, "s");
      } else if (format.option == 'c' && format.size == 0) {
        throw noFixedSize(call, "c0");
      }
      if (!format.isAlphanumeric()) {
        format.control();
      }
      position += format.size;
    }
    call.returnNumber((double) position);
  }

  private static LuaError noFixedSize(Arguments call, String option) {
    return call.argumentError(1, "option '" + option + "' has no fixed size");
  }
}
