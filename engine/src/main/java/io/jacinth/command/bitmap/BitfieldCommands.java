package io.jacinth.command.bitmap;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.Arguments;
import io.jacinth.value.Bitmap;

/**
 * BITFIELD and BITFIELD_RO: integers of any width from 1 to 64 bits in a string.
 *
 * <p>The operations are read twice: first to find errors and the last bit that is written, then to
 * be executed. So nothing has to be kept of them.
 */
final class BitfieldCommands {
  private static final int GET = 1;
  private static final int SET = 2;
  private static final int INCRBY = 3;
  private static final int OVERFLOW = 4;

  /** What happens to a number that its field cannot hold. */
  private static final int WRAP = 1;

  private static final int SAT = 2;
  private static final int FAIL = 3;

  /** Words of an operation: GET type offset, SET type offset value, OVERFLOW mode. */
  private static final int GET_WORDS = 3;

  private static final int SET_WORDS = 4;
  private static final int OVERFLOW_WORDS = 2;

  private static final int MAX_SIGNED_BITS = 64;
  private static final int MAX_UNSIGNED_BITS = 63;

  private BitfieldCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("bitfield", BitfieldCommands::bitfield)
            .arity(-2)
            .flags(WRITE | DENYOOM)
            .categories(Category.BITMAP)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE VARIABLE_FLAGS"))
            .keyUse(BitfieldCommands::useOfKey));
    table.add(
        Command.named("bitfield_ro", BitfieldCommands::bitfieldRo)
            .arity(-2)
            .flags(READONLY | FAST)
            .categories(Category.BITMAP)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
  }

  /** The key is only read as long as nothing but GET and OVERFLOW is asked for. */
  private static String useOfKey(Arguments arguments) {
    int i = 2;
    while (i < arguments.count()) {
      if (arguments.is(i, "get")) {
        i += GET_WORDS;
      } else if (arguments.is(i, "overflow")) {
        i += OVERFLOW_WORDS;
      } else {
        break;
      }
    }
    return i == arguments.count() ? "RO ACCESS" : "RW ACCESS UPDATE";
  }

  private static void bitfield(Call call) {
    execute(call, false);
  }

  private static void bitfieldRo(Call call) {
    execute(call, true);
  }

  private static void execute(Call call, boolean readOnly) {
    int replies = 0;
    long firstBit = Long.MAX_VALUE;
    long writtenBits = 0;
    for (int i = 2; i < call.count(); ) {
      int operation = operation(call, i);
      int words = words(operation);
      if (operation == 0 || words > call.count() - i) {
        call.syntaxError();
        return;
      }
      if (!isValid(call, i, operation)) {
        return;
      }
      if (operation != OVERFLOW) {
        replies++;
      }
      if (operation == SET || operation == INCRBY) {
        firstBit = Math.min(firstBit, offset(call, i));
        writtenBits = Math.max(writtenBits, offset(call, i) + bits(call, i));
      }
      i += words;
    }
    if (writtenBits > 0 && readOnly) {
      call.reply().error("ERR BITFIELD_RO only supports the GET subcommand");
      return;
    }
    Key key = call.key(1);
    boolean exists = writtenBits > 0 ? key.locate() : key.read();
    if (exists && !key.isString()) {
      call.wrongType();
    } else if (writtenBits > 0) {
      write(call, key, replies, (int) (firstBit >>> 3), (int) ((writtenBits + 7) >>> 3));
    } else {
      int lengthBytes = exists ? key.stringLength() : 0;
      long bytes = exists ? call.stringText(key) : 0;
      call.reply().array(replies);
      run(call, bytes, lengthBytes, false);
    }
  }

  private static void write(Call call, Key key, int replies, int firstByte, int minLengthBytes) {
    boolean grows = !key.exists() || key.stringLength() < minLengthBytes;
    long bytes = key.edit(minLengthBytes, firstByte, minLengthBytes - firstByte);
    call.reply().array(replies);
    int changes = run(call, bytes, key.stringLength(), grows);
    if (grows || changes > 0) {
      key.changed(Event.SETBIT, changes);
    }
  }

  /** Executes the operations, which are valid; returns how many changes that were. */
  private static int run(Call call, long bytes, int lengthBytes, boolean grows) {
    int changes = 0;
    int mode = WRAP;
    for (int i = 2; i < call.count(); ) {
      int operation = operation(call, i);
      if (operation == OVERFLOW) {
        mode = mode(call, i + 1);
      } else {
        long offset = offset(call, i);
        int bits = bits(call, i);
        boolean signed = isSigned(call, i);
        long before = extend(Bitmap.get(bytes, lengthBytes, offset, bits), bits, signed);
        if (operation == GET) {
          call.reply().integer(before);
        } else {
          call.parseLong(i + 3);
          changes +=
              change(call, operation == SET, mode, bytes, offset, bits, signed, before, grows);
        }
      }
      i += words(operation);
    }
    return changes;
  }

  /**
   * Sets or increments a field by {@link Call#number} and replies.
   *
   * @param grows whether the string is longer than before: then any value is new
   * @return 1 if that is a change, else 0
   */
  private static int change(
      Call call,
      boolean set,
      int mode,
      long bytes,
      long offset,
      int bits,
      boolean signed,
      long before,
      boolean grows) {
    long number = call.number();
    long result = set ? number : before + number;
    int beyond = set ? beyond(number, bits, signed) : beyond(before, number, bits, signed);
    if (beyond != 0 && mode == FAIL) {
      call.reply().nil();
      return 0;
    }
    if (beyond != 0 && mode == SAT) {
      result = beyond > 0 ? max(bits, signed) : min(bits, signed);
    }
    long after = extend(result, bits, signed);
    Bitmap.set(bytes, offset, bits, after);
    call.reply().integer(set ? before : after);
    return grows || after != before ? 1 : 0;
  }

  // ---- numbers ----

  private static long max(int bits, boolean signed) {
    return signed ? (1L << (bits - 1)) - 1 : -1L >>> (Long.SIZE - bits);
  }

  private static long min(int bits, boolean signed) {
    return signed ? -1L << (bits - 1) : 0;
  }

  /** The number in the low bits, those above filled up. */
  private static long extend(long value, int bits, boolean signed) {
    int unused = Long.SIZE - bits;
    return signed ? value << unused >> unused : value << unused >>> unused;
  }

  /**
   * Whether a number that is set does not fit the field: 1 when it is too large, -1 when it is too
   * small. For an unsigned field a negative number means a very large one. One so small that its
   * distance from the field's largest number is beyond 64 bits counts as too large, as in Redis.
   */
  private static int beyond(long number, int bits, boolean signed) {
    if (!signed && number < 0) {
      return 1;
    }
    if (bits < Long.SIZE && max(bits, signed) - number < 0) {
      return 1;
    }
    return number < min(bits, signed) ? -1 : 0;
  }

  /** The same for a sum. */
  private static int beyond(long before, long increment, int bits, boolean signed) {
    long sum = before + increment;
    if (((before ^ sum) & (increment ^ sum)) < 0) {
      return increment > 0 ? 1 : -1;
    }
    return sum > max(bits, signed) ? 1 : sum < min(bits, signed) ? -1 : 0;
  }

  // ---- reading the operations ----

  private static int operation(Call call, int index) {
    return switch (call.length(index)) {
      case 3 -> call.is(index, "get") ? GET : call.is(index, "set") ? SET : 0;
      case 6 -> call.is(index, "incrby") ? INCRBY : 0;
      case 8 -> call.is(index, "overflow") ? OVERFLOW : 0;
      default -> 0;
    };
  }

  private static int words(int operation) {
    return operation == GET ? GET_WORDS : operation == OVERFLOW ? OVERFLOW_WORDS : SET_WORDS;
  }

  /** Whether the words of an operation are right; replies with an error when they are not. */
  private static boolean isValid(Call call, int index, int operation) {
    if (operation == OVERFLOW) {
      if (mode(call, index + 1) != 0) {
        return true;
      }
      call.reply().error("ERR Invalid OVERFLOW type specified");
      return false;
    }
    if (bits(call, index) == 0) {
      call.reply()
          .error(
              "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not"
                  + " supported but i64 is.");
      return false;
    }
    if (offset(call, index) < 0) {
      call.reply().error(BitmapCommands.OFFSET_OUT_OF_RANGE);
      return false;
    }
    return operation == GET || call.requireLong(index + 3);
  }

  /** How an OVERFLOW wants numbers to be treated, 0 if it is a wrong word. */
  private static int mode(Call call, int index) {
    return call.is(index, "wrap")
        ? WRAP
        : call.is(index, "sat") ? SAT : call.is(index, "fail") ? FAIL : 0;
  }

  /** The type, for example {@code i16} or {@code u8}, of the operation at {@code index}. */
  private static boolean isSigned(Call call, int index) {
    return call.length(index + 1) > 0 && Memory.getByte(call.address(index + 1)) == 'i';
  }

  /** The width that the type of an operation says, 0 if it is no type. */
  private static int bits(Call call, int index) {
    long address = call.address(index + 1);
    int length = call.length(index + 1);
    boolean signed = isSigned(call, index);
    if (length < 2 || (!signed && Memory.getByte(address) != 'u')) {
      return 0;
    }
    int maxBits = signed ? MAX_SIGNED_BITS : MAX_UNSIGNED_BITS;
    boolean valid =
        call.parseLong(address + 1, length - 1) && call.number() >= 1 && call.number() <= maxBits;
    return valid ? (int) call.number() : 0;
  }

  /**
   * The offset of an operation: in bits, or with {@code #} in fields of its type; -1 if it is none.
   */
  private static long offset(Call call, int index) {
    int bits = bits(call, index);
    long address = call.address(index + 2);
    int length = call.length(index + 2);
    boolean inFields = length > 0 && Memory.getByte(address) == '#';
    boolean isNumber =
        inFields ? call.parseLong(address + 1, length - 1) : call.parseLong(address, length);
    if (!isNumber || call.number() < 0) {
      return -1;
    }
    long offset = call.number();
    if (inFields) {
      if (offset > Long.MAX_VALUE / bits) {
        return -1;
      }
      offset *= bits;
    }
    return BitmapCommands.isOffset(call, offset) ? offset : -1;
  }
}
