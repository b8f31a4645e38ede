package io.jacinth.command.sortedset;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.base.RandomSource;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.command.RandomElements;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SortedSetValue;

/** ZRANDMEMBER: members chosen at random. */
final class RandomMemberCommand {
  private RandomMemberCommand() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("zrandmember", RandomMemberCommand::zrandmember)
            .arity(-2)
            .flags(READONLY)
            .categories(Category.SORTEDSET)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
  }

  private static void zrandmember(Call call) {
    boolean several = call.count() > 2;
    if (several && !RandomElements.requireCount(call, "withscores")) {
      return;
    }
    long wanted = call.number();
    SortedSetValue set = SortedSetCommands.read(call, 1);
    if (set == null) {
      return;
    }
    if (several) {
      new RandomMembers(call.reply(), set, call.count() > 3).reply(call, wanted);
    } else if (set.exists()) {
      set.seek(call.worker().random().nextLong(set.count()));
      SortedSetCommands.replyMember(call.reply(), set);
    } else {
      call.reply().nil();
    }
  }

  /** All are shown from the last one on, as in Redis. */
  private static final class RandomMembers extends RandomElements {
    private final ReplyWriter reply;
    private final SortedSetValue set;
    private final boolean withScores;

    RandomMembers(ReplyWriter reply, SortedSetValue set, boolean withScores) {
      this.reply = reply;
      this.set = set;
      this.withScores = withScores;
    }

    @Override
    protected long count() {
      return set.count();
    }

    @Override
    protected boolean isLarge() {
      return set.isTree();
    }

    @Override
    protected void choose(RandomSource random) {
      set.seek(random.nextLong(set.count()));
    }

    @Override
    protected long element() {
      return set.element();
    }

    @Override
    protected boolean first() {
      return set.seek(set.count() - 1);
    }

    @Override
    protected boolean next() {
      return set.previous();
    }

    @Override
    protected void replyHead(long members) {
      if (withScores) {
        SortedSetCommands.replyPairs(reply, members);
      } else {
        reply.array(members);
      }
    }

    @Override
    protected void reply() {
      if (withScores) {
        SortedSetCommands.replyPair(reply, set);
      } else {
        SortedSetCommands.replyMember(reply, set);
      }
    }
  }
}
