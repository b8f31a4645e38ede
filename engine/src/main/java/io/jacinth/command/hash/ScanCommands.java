package io.jacinth.command.hash;

import io.jacinth.base.Decimal;
import io.jacinth.base.GlobPattern;
import io.jacinth.command.Call;
import io.jacinth.command.CommandTable;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.HashValue;

/** HSCAN: goes through a hash in steps, in the order of its table. */
final class ScanCommands {
  private static final int DEFAULT_COUNT = 10;

  /** A small hash is shown as a whole. */
  private static final long LAST_CURSOR = 0;

  private ScanCommands() {}

  static void register(CommandTable table) {
    table.add(HashCommands.reading("hscan", ScanCommands::hscan, -3, 0, "RO ACCESS"));
  }

  private static void hscan(Call call) {
    if (!call.parseCursor(2)) {
      call.reply().error("ERR invalid cursor");
      return;
    }
    long cursor = call.number();
    HashValue hash = HashCommands.read(call);
    if (hash == null) {
      return;
    }
    if (!hash.exists()) {
      replyHead(call.reply(), LAST_CURSOR, 0);
      return;
    }
    int pattern = 0;
    int count = DEFAULT_COUNT;
    boolean withValues = true;
    for (int i = 3; i < call.count(); i++) {
      boolean hasValue = i + 1 < call.count();
      if (hasValue && call.is(i, "count")) {
        if (!call.requireLong(i + 1)) {
          return;
        }
        if (call.number() < 1) {
          call.syntaxError();
          return;
        }
        count = (int) Math.min(call.number(), Integer.MAX_VALUE);
        i++;
      } else if (hasValue && call.is(i, "match")) {
        pattern = call.is(i + 1, "*") ? 0 : i + 1; // it would not match an empty field
        i++;
      } else if (call.is(i, "novalues")) {
        withValues = false;
      } else {
        call.syntaxError();
        return;
      }
    }
    long next = hash.isTable() ? hash.scan(cursor, count) : LAST_CURSOR;
    // how many match is known at the end only
    long matching = show(call, hash, pattern, false, withValues);
    replyHead(call.reply(), next, withValues ? 2 * matching : matching);
    show(call, hash, pattern, true, withValues);
  }

  private static void replyHead(ReplyWriter reply, long cursor, long elements) {
    reply.array(2);
    reply.bulk(Long.toUnsignedString(cursor));
    reply.array(elements);
  }

  /** Goes through what was found; gives how many fields match. */
  private static long show(
      Call call, HashValue hash, int pattern, boolean replies, boolean withValues) {
    boolean table = hash.isTable();
    long room = call.worker().scratch(Decimal.MAX_LONG_LENGTH);
    long matching = 0;
    if (table) {
      hash.rewindScanned();
    }
    for (boolean more = table ? hash.nextScanned() : hash.first();
        more;
        more = table ? hash.nextScanned() : hash.next()) {
      if (matches(call, hash, pattern, room)) {
        matching++;
        if (replies) {
          HashCommands.replyField(call.reply(), hash);
          if (withValues) {
            HashCommands.replyValue(call.reply(), hash);
          }
        }
      }
    }
    return matching;
  }

  private static boolean matches(Call call, HashValue hash, int pattern, long room) {
    if (pattern == 0) {
      return true;
    }
    long field = room;
    if (hash.isIntegerField()) {
      Decimal.writeLong(room, hash.integerField());
    } else {
      field = hash.fieldAddress();
    }
    return GlobPattern.matches(
        call.address(pattern), call.length(pattern), field, hash.fieldLength());
  }
}
