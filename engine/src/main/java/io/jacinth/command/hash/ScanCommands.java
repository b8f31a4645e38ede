package io.jacinth.command.hash;

import io.jacinth.base.Decimal;
import io.jacinth.command.Call;
import io.jacinth.command.CommandTable;
import io.jacinth.command.ScanOptions;
import io.jacinth.value.HashValue;

/** HSCAN: goes through a hash in steps, in the order of its table. */
final class ScanCommands {
  private ScanCommands() {}

  static void register(CommandTable table) {
    table.add(HashCommands.reading("hscan", ScanCommands::hscan, -3, 0, "RO ACCESS"));
  }

  private static void hscan(Call call) {
    if (!call.requireCursor(2)) {
      return;
    }
    long cursor = call.number();
    HashValue hash = HashCommands.read(call);
    if (hash == null) {
      return;
    }
    if (!hash.exists()) {
      ScanOptions.replyHead(call.reply(), ScanOptions.LAST_CURSOR, 0);
      return;
    }
    ScanOptions options = ScanOptions.ofElements(call, "novalues");
    if (options == null) {
      return;
    }
    // A small hash is shown as a whole.
    long next = hash.isTable() ? hash.scan(cursor, options.count()) : ScanOptions.LAST_CURSOR;
    // how many match is known at the end only
    long matching = show(call, hash, options, false);
    ScanOptions.replyHead(call.reply(), next, options.isBrief() ? matching : 2 * matching);
    show(call, hash, options, true);
  }

  /** Goes through what was found; gives how many fields match. */
  private static long show(Call call, HashValue hash, ScanOptions options, boolean replies) {
    boolean table = hash.isTable();
    long room = call.worker().scratch(Decimal.MAX_LONG_LENGTH);
    long matching = 0;
    if (table) {
      hash.rewindScanned();
    }
    for (boolean more = table ? hash.nextScanned() : hash.first();
        more;
        more = table ? hash.nextScanned() : hash.next()) {
      if (matches(hash, options, room)) {
        matching++;
        if (replies) {
          HashCommands.replyField(call.reply(), hash);
          if (!options.isBrief()) {
            HashCommands.replyValue(call.reply(), hash);
          }
        }
      }
    }
    return matching;
  }

  private static boolean matches(HashValue hash, ScanOptions options, long room) {
    if (options.pattern() == 0) {
      return true;
    }
    long field = room;
    if (hash.isIntegerField()) {
      Decimal.writeLong(room, hash.integerField());
    } else {
      field = hash.fieldAddress();
    }
    return options.matches(field, hash.fieldLength());
  }
}
