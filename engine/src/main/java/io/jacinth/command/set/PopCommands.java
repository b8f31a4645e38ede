package io.jacinth.command.set;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.base.RandomSource;
import io.jacinth.command.Call;
import io.jacinth.command.CommandTable;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SetValue;
import java.util.Arrays;

/** SPOP and SRANDMEMBER: members chosen at random, with equal chances. */
final class PopCommands {
  /**
   * When less than one member in so many is asked for, members are drawn until enough different
   * ones have come; else all are gone through.
   */
  private static final long DRAWN_PART = 3;

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
    if (call.count() > 3) {
      call.syntaxError();
      return;
    }
    if (!call.requireLong(2)) {
      return;
    }
    long count = call.number();
    if (count == Long.MIN_VALUE) {
      call.reply().error(Errors.outOfRange(-Long.MAX_VALUE, Long.MAX_VALUE));
      return;
    }
    SetValue set = SetCommands.read(call, 1);
    if (set != null) {
      replyRandom(call, set, count);
    }
  }

  private static void replyRandom(Call call, SetValue set, long count) {
    ReplyWriter reply = call.reply();
    RandomSource random = call.worker().random();
    long size = set.count();
    if (size == 0 || count == 0) {
      reply.array(0);
    } else if (count < 0) {
      reply.array(-count);
      for (long i = count; i < 0; i++) {
        set.choose(random);
        SetCommands.replyMember(reply, set);
      }
    } else if (count >= size) {
      reply.array(size);
      SetCommands.replyMembers(reply, set);
    } else {
      reply.array(count);
      long[] elements =
          set.isTable() && count < size / DRAWN_PART
              ? drawn(set, random, (int) count)
              : shuffled(set, random, (int) count);
      for (int i = 0; i < count; i++) {
        set.comeTo(elements[i]);
        SetCommands.replyMember(reply, set);
      }
    }
  }

  /** Draws members until so many different ones have come. */
  private static long[] drawn(SetValue set, RandomSource random, int count) {
    long[] elements = new long[count];
    long[] slots = new long[Integer.highestOneBit(count) << 2];
    int found = 0;
    while (found < count) {
      set.choose(random);
      if (isNew(slots, set.element())) {
        elements[found++] = set.element();
      }
    }
    return elements;
  }

  /** Puts a number into an open hash table; returns whether it was not there. */
  private static boolean isNew(long[] slots, long element) {
    int slot = (int) ((element * 0x9E37_79B9_7F4A_7C15L) >>> 32) & slots.length - 1;
    while (slots[slot] != 0) {
      if (slots[slot] == element) {
        return false;
      }
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = element;
    return true;
  }

  /** All members, of which the first {@code count} are in random order: Fisher and Yates. */
  private static long[] shuffled(SetValue set, RandomSource random, int count) {
    long[] elements = new long[count];
    int all = 0;
    for (boolean more = set.first(); more; more = set.next()) {
      if (all == elements.length) {
        elements = Arrays.copyOf(elements, 2 * all);
      }
      elements[all++] = set.element();
    }
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(all - i);
      long element = elements[i];
      elements[i] = elements[other];
      elements[other] = element;
    }
    return elements;
  }
}
