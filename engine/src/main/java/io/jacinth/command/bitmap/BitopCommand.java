package io.jacinth.command.bitmap;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.base.Decimal;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Tag;
import io.jacinth.value.Bitmap;
import io.jacinth.value.StringValue;

/**
 * BITOP: combines the bits of strings into a new one, as long as the longest of them; the others
 * count as if zeros followed.
 *
 * <p>The result is made piece by piece, each small enough to stay in the processor's cache while
 * one source after the other is applied to it. Where the sources are is noted in scratch memory:
 *
 * <pre>
 *   scratch  | source 0 | source 1 | ... | a piece for ONE |
 *   source   | address: 8 | length: 8 | the text of an integer: 24 |
 * </pre>
 */
final class BitopCommand {
  private static final int FIRST_SOURCE = 3;

  private static final int ADDRESS = 0;
  private static final int LENGTH = 8;
  private static final int TEXT = 16;
  private static final int SOURCE_BYTES = 40;

  private static final int PIECE_BYTES = 4096;

  static {
    if (TEXT + Decimal.MAX_LONG_LENGTH > SOURCE_BYTES) {
      throw new AssertionError();
    }
  }

  private enum Operation {
    AND("and", 1),
    OR("or", 1),
    XOR("xor", 1),
    NOT("not", 1),
    /** The first source without all others. */
    DIFF("diff", 2),
    /** All others without the first source. */
    DIFF1("diff1", 2),
    /** What the first source has in common with any other. */
    ANDOR("andor", 2),
    /** What exactly one source has. */
    ONE("one", 1);

    private static final Operation[] ALL = values();

    final String word;
    final int minSources;

    Operation(String word, int minSources) {
      this.word = word;
      this.minSources = minSources;
    }
  }

  private BitopCommand() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("bitop", BitopCommand::bitop)
            .arity(-4)
            .flags(WRITE | DENYOOM)
            .categories(Category.BITMAP)
            .keys(
                KeySpec.range(2, 0, 1, "OW UPDATE"),
                KeySpec.range(FIRST_SOURCE, -1, 1, "RO ACCESS")));
  }

  private static Operation operation(Call call) {
    for (Operation each : Operation.ALL) {
      if (call.is(1, each.word)) {
        return each;
      }
    }
    return null;
  }

  private static void bitop(Call call) {
    Operation operation = operation(call);
    if (operation == null) {
      call.syntaxError();
      return;
    }
    int sources = call.count() - FIRST_SOURCE;
    if (operation == Operation.NOT && sources != 1) {
      call.reply().error("ERR BITOP NOT must be called with a single source key.");
      return;
    }
    if (sources < operation.minSources) {
      call.reply()
          .error("ERR BITOP " + operation + " must be called with at least two source keys.");
      return;
    }
    long table = call.worker().scratch((long) sources * SOURCE_BYTES + PIECE_BYTES);
    int lengthBytes = 0;
    for (int i = 0; i < sources; i++) {
      Key source = call.key(FIRST_SOURCE + i);
      if (source.read() && !source.isString()) {
        call.wrongType();
        return;
      }
      lengthBytes = Math.max(lengthBytes, note(source, table + (long) i * SOURCE_BYTES));
    }
    Key target = call.key(2);
    target.locate();
    if (lengthBytes > 0) {
      combine(target, operation, table, sources, lengthBytes);
      target.changed(Event.SET);
    } else if (target.exists()) {
      target.delete();
      target.changed(Event.DEL);
    }
    call.reply().integer(lengthBytes);
  }

  /** Notes where a source stands and returns its length. */
  private static int note(Key source, long entry) {
    int lengthBytes = source.exists() ? source.stringLength() : 0;
    long address = entry + TEXT;
    if (lengthBytes > 0) {
      if (source.isInteger()) {
        source.copyString(address);
      } else {
        address = source.stringBytes();
      }
    }
    Memory.putLong(entry + ADDRESS, address);
    Memory.putLong(entry + LENGTH, lengthBytes);
    return lengthBytes;
  }

  /** The target may be a source as well: the result is complete before it is set. */
  private static void combine(
      Key target, Operation operation, long table, int sources, int lengthBytes) {
    long block = target.shard().slab().allocate(lengthBytes, Tag.VALUE);
    for (int from = 0; from < lengthBytes; from += PIECE_BYTES) {
      int pieceBytes = Math.min(PIECE_BYTES, lengthBytes - from);
      combinePiece(block + from, operation, table, sources, from, pieceBytes);
    }
    if (lengthBytes > StringValue.MAX_EMBEDDED_BYTES) {
      target.setBlock(block, lengthBytes, lengthBytes, Key.NEVER);
    } else {
      target.setRaw(block, lengthBytes, Key.NEVER);
      target.shard().slab().free(block, lengthBytes, Tag.VALUE);
    }
  }

  private static void combinePiece(
      long piece, Operation operation, long table, int sources, int from, int pieceBytes) {
    int start = operation == Operation.DIFF1 || operation == Operation.ANDOR ? 1 : 0;
    load(piece, table, start, from, pieceBytes);
    if (operation == Operation.ONE) {
      keepSingles(piece, table, sources, from, pieceBytes);
      return;
    }
    for (int i = start + 1; i < sources; i++) {
      apply(operation, piece, table, i, from, pieceBytes);
    }
    switch (operation) {
      case NOT -> Bitmap.not(piece, pieceBytes);
      case DIFF1 ->
          Bitmap.andNot(piece, address(table, 0, from), available(table, 0, from, pieceBytes));
      case ANDOR -> intersect(piece, table, 0, from, pieceBytes);
      default -> {}
    }
  }

  private static void apply(
      Operation operation, long piece, long table, int source, int from, int pieceBytes) {
    long address = address(table, source, from);
    int available = available(table, source, from, pieceBytes);
    switch (operation) {
      case AND -> intersect(piece, table, source, from, pieceBytes);
      case XOR -> Bitmap.xor(piece, address, available);
      case DIFF -> Bitmap.andNot(piece, address, available);
      default -> Bitmap.or(piece, address, available);
    }
  }

  /** The one operation that has to know which bits are missing: what is beyond the source's end. */
  private static void intersect(long piece, long table, int source, int from, int pieceBytes) {
    int available = available(table, source, from, pieceBytes);
    Bitmap.and(piece, address(table, source, from), available);
    Memory.fill(piece + available, pieceBytes - available, 0);
  }

  /** Keeps the bits that one source has alone; the piece holds the first one. */
  private static void keepSingles(long piece, long table, int sources, int from, int pieceBytes) {
    long shared = table + (long) sources * SOURCE_BYTES;
    Memory.fill(shared, pieceBytes, 0);
    for (int i = 1; i < sources; i++) {
      long address = address(table, i, from);
      int available = available(table, i, from, pieceBytes);
      Bitmap.orBoth(shared, piece, address, available);
      Bitmap.or(piece, address, available);
    }
    Bitmap.andNot(piece, shared, pieceBytes);
  }

  /** Sets the piece to that of a source, followed by zeros. */
  private static void load(long piece, long table, int source, int from, int pieceBytes) {
    int available = available(table, source, from, pieceBytes);
    Memory.copy(address(table, source, from), piece, available);
    Memory.fill(piece + available, pieceBytes - available, 0);
  }

  private static long address(long table, int source, int from) {
    return Memory.getLong(table + (long) source * SOURCE_BYTES + ADDRESS) + from;
  }

  /** How many bytes of the piece a source has. */
  private static int available(long table, int source, int from, int pieceBytes) {
    long rest = Memory.getLong(table + (long) source * SOURCE_BYTES + LENGTH) - from;
    return Math.clamp(rest, 0, pieceBytes);
  }
}
