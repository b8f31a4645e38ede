package io.jacinth.command.hash;

import io.jacinth.base.RandomSource;
import io.jacinth.command.Call;
import io.jacinth.command.CommandTable;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.HashValue;
import io.jacinth.value.Value;
import java.util.HashSet;
import java.util.Set;

/** HRANDFIELD: fields chosen at random. */
final class RandomFieldCommand {
  /**
   * If fewer than this part of a large hash is wanted, fields are drawn until enough are different;
   * else all are gone through.
   */
  private static final int DRAWN_PART = 3;

  private RandomFieldCommand() {}

  static void register(CommandTable table) {
    table.add(
        HashCommands.reading("hrandfield", RandomFieldCommand::hrandfield, -2, 0, "RO ACCESS"));
  }

  private static void hrandfield(Call call) {
    if (call.count() > 2) {
      several(call);
      return;
    }
    HashValue hash = read(call);
    if (hash == null) {
      return;
    }
    if (hash.countLive() > 0) {
      hash.random(call.worker().random());
      HashCommands.replyField(call.reply(), hash);
    } else {
      call.reply().nil();
    }
  }

  /** Like {@link HashCommands#read}; what has expired is taken out first, if it is not too much. */
  private static HashValue read(Call call) {
    HashValue hash = HashCommands.read(call);
    if (hash != null && hash.exists()) {
      call.key().removeExpiredMembers(Value.SLICE);
    }
    return hash;
  }

  private static void several(Call call) {
    if (!call.requireLong(2)) {
      return;
    }
    long wanted = call.number();
    if (wanted == Long.MIN_VALUE) {
      call.reply().error(Errors.outOfRange(-Long.MAX_VALUE, Long.MAX_VALUE));
      return;
    }
    boolean withValues = call.count() == 4 && call.is(3, "withvalues");
    if (call.count() > 4 || (call.count() == 4 && !withValues)) {
      call.syntaxError();
      return;
    }
    if (withValues && Math.abs(wanted) > Long.MAX_VALUE / 2) {
      call.reply().error("ERR value is out of range");
      return;
    }
    HashValue hash = read(call);
    if (hash == null) {
      return;
    }
    long count = hash.countLive();
    if (count == 0 || wanted == 0) {
      call.reply().array(0);
      return;
    }
    RandomSource random = call.worker().random();
    if (wanted < 0) {
      replyHead(call.reply(), -wanted, withValues);
      for (long i = wanted; i < 0; i++) {
        hash.random(random);
        reply(call.reply(), hash, withValues);
      }
    } else if (hash.isTable() && wanted < count / DRAWN_PART) {
      replyDrawn(call.reply(), hash, wanted, withValues, random);
    } else {
      replySelected(call.reply(), hash, Math.min(wanted, count), withValues, random);
    }
  }

  private static void replyHead(ReplyWriter reply, long fields, boolean withValues) {
    reply.array(withValues && !reply.isResp3() ? 2 * fields : fields);
  }

  private static void reply(ReplyWriter reply, HashValue hash, boolean withValues) {
    if (withValues && reply.isResp3()) {
      reply.array(2);
    }
    HashCommands.replyField(reply, hash);
    if (withValues) {
      HashCommands.replyValue(reply, hash);
    }
  }

  private static void replyDrawn(
      ReplyWriter reply, HashValue hash, long wanted, boolean withValues, RandomSource random) {
    replyHead(reply, wanted, withValues);
    Set<Long> drawn = new HashSet<>();
    while (drawn.size() < wanted) {
      hash.random(random);
      if (drawn.add(hash.element())) {
        reply(reply, hash, withValues);
      }
    }
  }

  /** Takes each field with the chance that remains (Knuth, volume 2, algorithm 3.4.2 S). */
  private static void replySelected(
      ReplyWriter reply, HashValue hash, long wanted, boolean withValues, RandomSource random) {
    replyHead(reply, wanted, withValues);
    long left = hash.countLive();
    long missing = wanted;
    for (boolean more = hash.first(); more && missing > 0; more = hash.next()) {
      if (random.nextLong(left) < missing) {
        reply(reply, hash, withValues);
        missing--;
      }
      left--;
    }
  }
}
