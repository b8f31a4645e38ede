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
import io.jacinth.protocol.Errors;
import io.jacinth.value.Bitmap;

/** Commands of bitmaps: strings taken as bits. */
public final class BitmapCommands {
  static final String OFFSET_OUT_OF_RANGE = "ERR bit offset is not an integer or out of range";

  private BitmapCommands() {}

  /** Adds all commands of bitmaps. */
  public static void register(CommandTable table) {
    table.documentedBeside(BitmapCommands.class);
    table.add(
        Command.named("setbit", BitmapCommands::setbit)
            .arity(4)
            .flags(WRITE | DENYOOM)
            .categories(Category.BITMAP)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE")));
    table.add(
        Command.named("getbit", BitmapCommands::getbit)
            .arity(3)
            .flags(READONLY | FAST)
            .categories(Category.BITMAP)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
    table.add(
        Command.named("bitcount", BitmapCommands::bitcount)
            .arity(-2)
            .flags(READONLY)
            .categories(Category.BITMAP)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
    table.add(
        Command.named("bitpos", BitmapCommands::bitpos)
            .arity(-3)
            .flags(READONLY)
            .categories(Category.BITMAP)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
    BitopCommand.register(table);
    BitfieldCommands.register(table);
  }

  // ---- single bits ----

  /**
   * Reads an argument as the offset of a bit, {@link Call#number}.
   *
   * @return false after an error was replied
   */
  private static boolean requireOffset(Call call, int index) {
    if (call.parseLong(index) && isOffset(call, call.number())) {
      return true;
    }
    call.reply().error(OFFSET_OUT_OF_RANGE);
    return false;
  }

  /** Whether a bit may have this offset. */
  static boolean isOffset(Call call, long offset) {
    return offset >= 0 && offset >>> 3 < call.maxStringBytes();
  }

  private static void setbit(Call call) {
    if (!requireOffset(call, 2)) {
      return;
    }
    long offset = call.number();
    if (!call.parseLong(3) || (call.number() & ~1L) != 0) {
      call.reply().error("ERR bit is not an integer or out of range");
      return;
    }
    long bit = call.number();
    Key key = call.key(1);
    if (key.locate() && !key.isString()) {
      call.wrongType();
      return;
    }
    int lengthBytes = (int) (offset >>> 3) + 1;
    boolean grows = !key.exists() || key.stringLength() < lengthBytes;
    long bytes = key.edit(lengthBytes, lengthBytes - 1, 1);
    long before = Bitmap.get(bytes, lengthBytes, offset, 1);
    if (grows || before != bit) {
      Bitmap.set(bytes, offset, 1, bit);
      key.changed(Event.SETBIT);
    }
    call.reply().integer(before);
  }

  private static void getbit(Call call) {
    if (!requireOffset(call, 2)) {
      return;
    }
    long offset = call.number();
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().integer(0);
    } else if (!key.isString()) {
      call.wrongType();
    } else {
      call.reply().integer(Bitmap.get(call.stringText(key), key.stringLength(), offset, 1));
    }
  }

  // ---- ranges ----

  private static void bitcount(Call call) {
    int count = call.count();
    if (count > 5) {
      call.syntaxError();
      return;
    }
    long start = 0;
    long end = -1;
    boolean inBits = false;
    if (count > 2) {
      if (!call.requireLong(2)) {
        return;
      }
      start = call.number();
    }
    if (count > 3) {
      if (!call.requireLong(3)) {
        return;
      }
      end = call.number();
    }
    if (count > 4) {
      inBits = call.is(4, "bit");
      if (!inBits && !call.is(4, "byte")) {
        call.syntaxError();
        return;
      }
    }
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().integer(0);
    } else if (!key.isString()) {
      call.wrongType();
    } else if (start < 0 && end < 0 && start > end) {
      call.reply().integer(0);
    } else {
      int lengthBytes = key.stringLength();
      long from = firstBit(start, lengthBytes, inBits);
      long to = endBit(end, lengthBytes, inBits);
      call.reply().integer(Bitmap.count(call.stringText(key), from, to));
    }
  }

  /** The first bit of a range that begins at {@code start}, from the end when negative. */
  private static long firstBit(long start, int lengthBytes, boolean inBits) {
    long units = inBits ? lengthBytes * 8L : lengthBytes;
    long first = start < 0 ? Math.max(0, start + units) : Math.min(start, units);
    return inBits ? first : first * 8;
  }

  /** The bit behind the range whose last unit is {@code end}, from the end when negative. */
  private static long endBit(long end, int lengthBytes, boolean inBits) {
    long units = inBits ? lengthBytes * 8L : lengthBytes;
    long last = end < 0 ? Math.max(0, end + units) : end;
    long behind = Math.min(last, units - 1) + 1;
    return inBits ? behind : behind * 8;
  }

  private static void bitpos(Call call) {
    if (!call.requireLong(2)) {
      return;
    }
    int bit = (int) call.number();
    if ((call.number() & ~1L) != 0) {
      call.reply().error("ERR The bit argument must be 1 or 0.");
      return;
    }
    int count = call.count();
    if (count > 6) {
      call.reply().error(Errors.SYNTAX);
      return;
    }
    long start = 0;
    long end = -1;
    boolean inBits = false;
    if (count > 3) {
      if (!call.requireLong(3)) {
        return;
      }
      start = call.number();
    }
    if (count > 5) {
      inBits = call.is(5, "bit");
      if (!inBits && !call.is(5, "byte")) {
        call.syntaxError();
        return;
      }
    }
    if (count > 4) {
      if (!call.requireLong(4)) {
        return;
      }
      end = call.number();
    }
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().integer(bit == 0 ? 0 : -1);
      return;
    }
    if (!key.isString()) {
      call.wrongType();
      return;
    }
    int lengthBytes = key.stringLength();
    long from = firstBit(start, lengthBytes, inBits);
    long to = endBit(end, lengthBytes, inBits);
    long found = Bitmap.find(call.stringText(key), from, to, bit);
    if (found < 0 && bit == 0 && count <= 4 && from < to) {
      // without an end the string counts as if zeros followed it
      found = to;
    }
    call.reply().integer(found);
  }
}
