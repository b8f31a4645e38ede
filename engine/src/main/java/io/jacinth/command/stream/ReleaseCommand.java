package io.jacinth.command.stream;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.value.StreamGroups;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/** XNACK: pending entries are taken from their consumers and wait for whoever claims them first. */
final class ReleaseCommand {
  private static final long NOT_GIVEN = -1;

  /** What becomes of the number of deliveries. */
  private enum Mode {
    /** It was none. */
    SILENT,
    /** It was one, which failed. */
    FAIL,
    /** There shall be no other. */
    FATAL;

    /** What a word says, null if it is none of these. */
    static Mode of(Call call, int index) {
      if (call.is(index, "silent")) {
        return SILENT;
      }
      if (call.is(index, "fail")) {
        return FAIL;
      }
      return call.is(index, "fatal") ? FATAL : null;
    }

    long deliveries(long before) {
      return switch (this) {
        case SILENT -> Math.max(0, before - 1);
        case FAIL -> before;
        case FATAL -> Long.MAX_VALUE;
      };
    }
  }

  private ReleaseCommand() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("xnack", ReleaseCommand::xnack)
            .arity(-7)
            .flags(WRITE | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
  }

  private static void xnack(Call call) {
    Mode mode = Mode.of(call, 3);
    if (mode == null) {
      call.reply().error("ERR mode must be SILENT, FAIL, or FATAL");
      return;
    }
    int first = 0;
    int end = 0;
    long deliveries = NOT_GIVEN;
    boolean force = false;
    for (int i = 4; i < call.count(); i++) {
      boolean more = i + 1 < call.count();
      if (call.is(i, "force")) {
        force = true;
      } else if (more && call.is(i, "retrycount")) {
        i++;
        if (!call.requireLong(i)) {
          return;
        }
        deliveries = call.number();
        if (deliveries < 0) {
          call.reply().error("ERR Invalid RETRYCOUNT value, must be >= 0");
          return;
        }
      } else if (more && first == 0 && call.is(i, "ids")) {
        if (!call.parseLong(i + 1) || call.number() <= 0) {
          call.reply().error("ERR numids must be a positive integer");
          return;
        }
        first = i + 2;
        if (call.number() > call.count() - first) {
          call.reply().error("ERR number of IDs doesn't match numids");
          return;
        }
        end = first + (int) call.number();
        i = end - 1;
      } else {
        call.reply().error("ERR Unrecognized XNACK option '" + call.text(i) + "'");
        return;
      }
    }
    if (first == 0) {
      call.reply().error("ERR syntax error, expected IDS keyword");
      return;
    }
    StreamValue stream = StreamCommands.locate(call, 1);
    if (stream == null) {
      return;
    }
    long group = Groups.find(call, stream, 2);
    if (group == 0) {
      Groups.noSuchGroup(call, 1, 2);
      return;
    }
    StreamId id = stream.id(0);
    for (int i = first; i < end; i++) {
      if (!StreamCommands.requireStrictId(call, i, id)) {
        return;
      }
    }
    long released = 0;
    for (int i = first; i < end; i++) {
      id.parse(call.address(i), call.length(i), 0, false);
      released += release(stream, group, id, mode, deliveries, force) ? 1 : 0;
    }
    if (released > 0) {
      call.key().changedForWaiters(released);
    }
    call.reply().integer(released);
  }

  /** Releases an entry; returns whether it is pending with nobody now. */
  private static boolean release(
      StreamValue stream, long group, StreamId id, Mode mode, long deliveries, boolean force) {
    StreamGroups groups = stream.groups();
    boolean isPending = groups.findPending(group, id.millis(), id.sequence());
    if (!isPending && !(force && stream.find(id))) {
      return false;
    }
    long count =
        deliveries == NOT_GIVEN
            ? mode.deliveries(isPending ? groups.deliveryCount() : 0)
            : deliveries;
    if (isPending) {
      groups.release(group, count);
    } else {
      groups.addReleased(group, id.millis(), id.sequence(), count);
    }
    return true;
  }
}
