package io.jacinth.command.hash;

import io.jacinth.base.RandomSource;
import io.jacinth.command.Call;
import io.jacinth.command.CommandTable;
import io.jacinth.command.RandomElements;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.HashValue;
import io.jacinth.value.Value;

/** HRANDFIELD: fields chosen at random. */
final class RandomFieldCommand {
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
    if (!RandomElements.requireCount(call, "withvalues")) {
      return;
    }
    long wanted = call.number();
    HashValue hash = read(call);
    if (hash != null) {
      new RandomFields(call.reply(), hash, call.count() > 3).reply(call, wanted);
    }
  }

  private static final class RandomFields extends RandomElements {
    private final ReplyWriter reply;
    private final HashValue hash;
    private final boolean withValues;

    RandomFields(ReplyWriter reply, HashValue hash, boolean withValues) {
      this.reply = reply;
      this.hash = hash;
      this.withValues = withValues;
    }

    @Override
    protected long count() {
      return hash.countLive();
    }

    @Override
    protected boolean isLarge() {
      return hash.isTable();
    }

    @Override
    protected void choose(RandomSource random) {
      hash.random(random);
    }

    @Override
    protected long element() {
      return hash.element();
    }

    @Override
    protected boolean first() {
      return hash.first();
    }

    @Override
    protected boolean next() {
      return hash.next();
    }

    @Override
    protected void replyHead(long fields) {
      reply.array(withValues && !reply.isResp3() ? 2 * fields : fields);
    }

    @Override
    protected void reply() {
      if (withValues && reply.isResp3()) {
        reply.array(2);
      }
      HashCommands.replyField(reply, hash);
      if (withValues) {
        HashCommands.replyValue(reply, hash);
      }
    }
  }
}
