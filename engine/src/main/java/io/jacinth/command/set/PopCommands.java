package io.jacinth.command.set;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.base.RandomSource;
import io.jacinth.command.Call;
import io.jacinth.command.CommandTable;
import io.jacinth.command.RandomElements;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SetValue;

/** SPOP and SRANDMEMBER: members chosen at random, with equal chances. */
final class PopCommands {
  private PopCommands() {}

  static void register(CommandTable table) {
    table.add(SetCommands.command("spop", PopCommands::spop, -2, WRITE | FAST, "RW ACCESS DELETE"));
    table.add(
        SetCommands.command("srandmember", PopCommands::srandmember, -2, READONLY, "RO ACCESS"));
  }

  private static void spop(Call call) {
    if (call.count() == 2) {
      popOne(call);
    } else if (call.count() == 3) {
      popSome(call);
    } else {
      call.syntaxError();
    }
  }

  private static void popOne(Call call) {
    Key key = call.key(1);
    key.locate();
    SetValue set = SetCommands.checked(call, key);
    if (set == null) {
      return;
    }
    if (set.count() == 0) {
      call.reply().nil();
      return;
    }
    set.choose(call.worker().random());
    SetCommands.replyMember(call.reply(), set);
    set.remove();
    key.changed(Event.SPOP);
    SetCommands.removeIfEmpty(key);
  }

  private static void popSome(Call call) {
    if (!call.parseLong(2) || call.number() < 0) {
      call.reply().error("ERR value is out of range, must be positive");
      return;
    }
    long count = call.number();
    Key key = call.key(1);
    key.locate();
    SetValue set = SetCommands.checked(call, key);
    if (set == null) {
      return;
    }
    ReplyWriter reply = call.reply();
    long size = set.count();
    long popped = Math.min(count, size);
    reply.set(popped);
    if (popped == 0) {
      return;
    }
    if (popped == size) {
      SetCommands.replyMembers(reply, set);
      key.delete();
      key.changed(Event.SPOP, popped);
      key.changedToo(Event.DEL);
      return;
    }
    RandomSource random = call.worker().random();
    for (long i = 0; i < popped; i++) {
      set.choose(random);
      SetCommands.replyMember(reply, set);
      set.remove();
    }
    key.changed(Event.SPOP, popped);
  }

  private static void srandmember(Call call) {
    if (call.count() == 2) {
      SetValue set = SetCommands.read(call, 1);
      if (set != null && set.count() > 0) {
        set.choose(call.worker().random());
        SetCommands.replyMember(call.reply(), set);
      } else if (set != null) {
        call.reply().nil();
      }
      return;
    }
    if (!RandomElements.requireCount(call, RandomElements.NO_OPTION)) {
      return;
    }
    long wanted = call.number();
    SetValue set = SetCommands.read(call, 1);
    if (set != null) {
      new RandomMembers(call.reply(), set).reply(call, wanted);
    }
  }

  private static final class RandomMembers extends RandomElements {
    private final ReplyWriter reply;
    private final SetValue set;

    RandomMembers(ReplyWriter reply, SetValue set) {
      this.reply = reply;
      this.set = set;
    }

    @Override
    protected long count() {
      return set.count();
    }

    @Override
    protected boolean isLarge() {
      return set.isTable();
    }

    @Override
    protected void choose(RandomSource random) {
      set.choose(random);
    }

    @Override
    protected long element() {
      return set.element();
    }

    @Override
    protected boolean first() {
      return set.first();
    }

    @Override
    protected boolean next() {
      return set.next();
    }

    @Override
    protected void replyHead(long members) {
      reply.array(members);
    }

    @Override
    protected void reply() {
      SetCommands.replyMember(reply, set);
    }
  }
}
