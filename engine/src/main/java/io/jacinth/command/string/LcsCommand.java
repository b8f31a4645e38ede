package io.jacinth.command.string;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.base.Decimal;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;

/** LCS: the {@linkplain LongestCommonSubsequence longest common subsequence} of two strings. */
final class LcsCommand {
  private static final int LEN = 1;
  private static final int IDX = 1 << 1;
  private static final int WITHMATCHLEN = 1 << 2;

  /** Both strings may be integers, whose text needs a place. */
  private static final int TEXTS_BYTES = 2 * Decimal.MAX_LONG_LENGTH;

  /** Redis's table has this much per cell: what its limit counts. */
  private static final int CELL_BYTES = 4;

  private LcsCommand() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("lcs", LcsCommand::lcs)
            .arity(-3)
            .flags(READONLY)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 1, 1, "RO ACCESS")));
  }

  private static void lcs(Call call) {
    Key a = call.key(1);
    Key b = call.secondKey(2);
    boolean aIsString = !a.read() || a.isString();
    boolean bIsString = !b.read() || b.isString();
    if (!aIsString || !bIsString) {
      call.reply().error("ERR The specified keys must contain string values");
      return;
    }
    int options = 0;
    long minMatchLength = 0;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "idx")) {
        options |= IDX;
      } else if (call.is(i, "len")) {
        options |= LEN;
      } else if (call.is(i, "withmatchlen")) {
        options |= WITHMATCHLEN;
      } else if (call.is(i, "minmatchlen") && i + 1 < call.count()) {
        i++;
        if (!call.requireLong(i)) {
          return;
        }
        minMatchLength = call.number();
      } else {
        call.reply().error(Errors.SYNTAX);
        return;
      }
    }
    if ((options & IDX) != 0 && (options & LEN) != 0) {
      call.reply().error("ERR If you want both the length and indexes, please just use IDX.");
      return;
    }
    reply(call, a, b, options, minMatchLength);
  }

  private static void reply(Call call, Key a, Key b, int options, long minMatchLength) {
    int aLength = a.exists() ? a.stringLength() : 0;
    int bLength = b.exists() ? b.stringLength() : 0;
    double tableBytes = (aLength + 1.0) * (bLength + 1.0) * CELL_BYTES;
    if (tableBytes > call.engine().maxBulkBytes()) {
      call.reply()
          .error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
      return;
    }
    long scratch =
        call.worker()
            .scratch(TEXTS_BYTES + LongestCommonSubsequence.scratchBytes(aLength, bLength));
    LongestCommonSubsequence lcs =
        new LongestCommonSubsequence(
            text(a, scratch),
            aLength,
            text(b, scratch + Decimal.MAX_LONG_LENGTH),
            bLength,
            scratch + TEXTS_BYTES);
    int length = lcs.length();
    ReplyWriter reply = call.reply();
    if ((options & LEN) != 0) {
      reply.integer(length);
      return;
    }
    lcs.walk(length);
    if ((options & IDX) == 0) {
      reply.bulk(lcs.subsequence(), length);
      return;
    }
    reply.map(2);
    reply.bulk("matches");
    replyMatches(reply, lcs, minMatchLength, (options & WITHMATCHLEN) != 0);
    reply.bulk("len");
    reply.integer(length);
  }

  /** Where the text of a string stands; an integer's is written to {@code target}. */
  private static long text(Key key, long target) {
    if (!key.exists()) {
      return target;
    }
    if (key.isInteger()) {
      key.copyString(target);
      return target;
    }
    return key.stringBytes();
  }

  private static void replyMatches(
      ReplyWriter reply, LongestCommonSubsequence lcs, long minMatchLength, boolean withLength) {
    int count = 0;
    for (int i = 0; i < lcs.rangeCount(); i++) {
      count += lcs.rangeLength(i) >= minMatchLength ? 1 : 0;
    }
    reply.array(count);
    for (int i = 0; i < lcs.rangeCount(); i++) {
      if (lcs.rangeLength(i) >= minMatchLength) {
        reply.array(withLength ? 3 : 2);
        reply.array(2);
        reply.integer(lcs.aFrom(i));
        reply.integer(lcs.aTo(i));
        reply.array(2);
        reply.integer(lcs.bFrom(i));
        reply.integer(lcs.bTo(i));
        if (withLength) {
          reply.integer(lcs.rangeLength(i));
        }
      }
    }
  }
}
