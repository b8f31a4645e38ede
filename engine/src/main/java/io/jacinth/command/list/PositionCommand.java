package io.jacinth.command.list;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Errors;
import io.jacinth.structure.PackedList;
import io.jacinth.value.ListValue;

/** LPOS: where in a list an element stands. */
final class PositionCommand {
  private PositionCommand() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("lpos", PositionCommand::lpos)
            .arity(-3)
            .flags(READONLY)
            .categories(Category.LIST)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
  }

  private static void lpos(Call call) {
    long rank = 1;
    long count = -1; // none given
    long maxLength = 0;
    for (int i = 3; i < call.count(); i += 2) {
      boolean valued = i + 1 < call.count();
      if (valued && call.is(i, "rank")) {
        if (!requireRank(call, i + 1)) {
          return;
        }
        rank = call.number();
      } else if (valued && call.is(i, "count")) {
        if (!requireNotNegative(call, i + 1, "ERR COUNT can't be negative")) {
          return;
        }
        count = call.number();
      } else if (valued && call.is(i, "maxlen")) {
        if (!requireNotNegative(call, i + 1, "ERR MAXLEN can't be negative")) {
          return;
        }
        maxLength = call.number();
      } else {
        call.syntaxError();
        return;
      }
    }
    Key key = call.key(1);
    key.read();
    if (ListCommands.requireList(call, key)) {
      search(call, key, rank, count, maxLength);
    }
  }

  private static boolean requireRank(Call call, int index) {
    if (!call.requireLong(index)) {
      return false;
    }
    if (call.number() == Long.MIN_VALUE) {
      call.reply().error(Errors.outOfRange(-Long.MAX_VALUE, Long.MAX_VALUE));
      return false;
    }
    if (call.number() == 0) {
      call.reply()
          .error(
              "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... "
                  + "or use negative to start from the end of the list");
      return false;
    }
    return true;
  }

  private static boolean requireNotNegative(Call call, int index, String error) {
    if (call.parseLong(index) && call.number() >= 0) {
      return true;
    }
    call.reply().error(error);
    return false;
  }

  private static void search(Call call, Key key, long rank, long count, long maxLength) {
    ListValue list = key.list();
    long size = key.exists() ? list.count() : 0;
    long compared = maxLength == 0 ? size : Math.min(maxLength, size);
    if (count < 0) {
      if (visit(call, list, compared, rank, 1, true) == 0) {
        call.reply().nil();
      }
      return;
    }
    long most = count == 0 ? Long.MAX_VALUE : count;
    // An array begins with its length, so there is one search to count and one to write.
    call.reply().array(visit(call, list, compared, rank, most, false));
    visit(call, list, compared, rank, most, true);
  }

  /**
   * Finds matches, and writes their indexes.
   *
   * @param compared how many elements are looked at
   * @param rank of the first match that counts, negative from the last element on
   * @return how many matches there are, no more than {@code most}
   */
  private static long visit(
      Call call, ListValue list, long compared, long rank, long most, boolean writes) {
    if (compared == 0) {
      return 0;
    }
    boolean backwards = rank < 0;
    long skipped = Math.abs(rank) - 1;
    long found = 0;
    long size = list.count();
    long at = backwards ? PackedList.next(list.seek(size - 1)) : list.seek(0);
    for (long i = 0; i < compared && found < most; i++) {
      if (backwards) {
        if (at == list.runBegin()) {
          list.previousRun();
          at = list.runEnd();
        }
        at = PackedList.previous(at);
      } else if (at == list.runEnd()) {
        list.nextRun();
        at = list.runBegin();
      }
      if (PackedList.equals(at, call.address(2), call.length(2)) && --skipped < 0) {
        found++;
        if (writes) {
          call.reply().integer(backwards ? size - 1 - i : i);
        }
      }
      if (!backwards) {
        at = PackedList.next(at);
      }
    }
    return found;
  }
}
