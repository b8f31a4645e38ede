package io.jacinth.command.stream;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.structure.PackedList;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/** Commands of streams: XLEN, XDEL, and what all of them share. */
public final class StreamCommands {
  static final String INVALID_ID = "ERR Invalid stream ID specified as stream command argument";

  private StreamCommands() {}

  /** Adds all commands of streams. */
  public static void register(CommandTable table) {
    table.documentedBeside(StreamCommands.class);
    table.add(
        Command.named("xlen", StreamCommands::xlen)
            .arity(2)
            .flags(READONLY | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RO")));
    table.add(
        Command.named("xdel", StreamCommands::xdel)
            .arity(-3)
            .flags(WRITE | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW DELETE")));
    table.add(
        Command.named("xdelex", StreamCommands::xdelex)
            .arity(-5)
            .flags(WRITE | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW DELETE")));
    table.add(
        Command.named("xackdel", StreamCommands::xackdel)
            .arity(-6)
            .flags(WRITE | FAST)
            .categories(Category.STREAM)
            .keys(KeySpec.range(1, 0, 1, "RW DELETE")));
    AddCommands.register(table);
    RangeCommands.register(table);
    ReadCommands.register(table);
    GroupCommands.register(table);
    ClaimCommands.register(table);
    ReleaseCommand.register(table);
    InfoCommands.register(table);
  }

  // ---- what all share ----

  /**
   * The stream of a key, to be read; there may be none.
   *
   * @return null after an error was replied
   */
  static StreamValue read(Call call, int index) {
    Key key = call.key(index);
    key.read();
    return checked(call, key);
  }

  /**
   * The stream of a key, to be changed; there may be none.
   *
   * @return null after an error was replied
   */
  static StreamValue locate(Call call, int index) {
    Key key = call.key(index);
    key.locate();
    return checked(call, key);
  }

  /** The stream of a key that has been looked up, null after an error was replied. */
  static StreamValue checked(Call call, Key key) {
    if (key.exists() && !key.isStream()) {
      call.wrongType();
      return null;
    }
    return key.stream();
  }

  /**
   * Reads an ID, of which {@code -} and {@code +} are the least and the greatest; replies with an
   * error if it is none.
   *
   * @return whether it is one
   */
  static boolean requireId(Call call, int index, StreamId id, long missingSequence) {
    int length = call.length(index);
    long address = call.address(index);
    if (call.is(index, "-")) {
      id.setMin();
      return true;
    }
    if (call.is(index, "+")) {
      id.setMax();
      return true;
    }
    return id.parse(address, length, missingSequence, false) || invalidId(call);
  }

  /** The same, but {@code -} and {@code +} are none. */
  static boolean requireStrictId(Call call, int index, StreamId id) {
    return id.parse(call.address(index), call.length(index), 0, false) || invalidId(call);
  }

  static boolean invalidId(Call call) {
    call.reply().error(INVALID_ID);
    return false;
  }

  /** Writes an ID. */
  static void replyId(Call call, StreamId id) {
    long text = call.worker().scratch(StreamId.MAX_TEXT_BYTES);
    call.reply().bulk(text, id.writeText(text));
  }

  /** Writes the stream's entry: its ID, its fields and values. */
  static void replyEntry(Call call, StreamValue stream) {
    call.reply().array(2);
    replyContents(call, stream);
  }

  /** Writes the stream's entry and how it was delivered before. */
  static void replyDelivered(Call call, StreamValue stream, long idleMillis, long deliveries) {
    call.reply().array(4);
    replyContents(call, stream);
    call.reply().integer(idleMillis);
    call.reply().integer(deliveries);
  }

  private static void replyContents(Call call, StreamValue stream) {
    ReplyWriter reply = call.reply();
    long text = call.worker().scratch(StreamId.MAX_TEXT_BYTES);
    reply.bulk(text, stream.writeId(text));
    int fields = stream.fieldCount();
    reply.array(2L * fields);
    for (int i = 0; i < fields; i++) {
      replyItem(reply, stream.field());
      replyItem(reply, stream.value());
      stream.nextField();
    }
  }

  /** How many bytes {@link #replyEntry} writes. */
  static long replyBytes(Call call, StreamValue stream) {
    long text = call.worker().scratch(StreamId.MAX_TEXT_BYTES);
    int fields = stream.fieldCount();
    long bytes =
        ReplyWriter.headerBytes(2)
            + ReplyWriter.bulkBytes(stream.writeId(text))
            + ReplyWriter.headerBytes(2L * fields);
    for (int i = 0; i < fields; i++) {
      bytes +=
          ReplyWriter.bulkBytes(PackedList.length(stream.field()))
              + ReplyWriter.bulkBytes(PackedList.length(stream.value()));
      stream.nextField();
    }
    return bytes;
  }

  private static void replyItem(ReplyWriter reply, long item) {
    if (PackedList.isInteger(item)) {
      reply.bulkInteger(PackedList.integer(item));
    } else {
      reply.bulk(PackedList.address(item), PackedList.length(item));
    }
  }

  // ---- commands ----

  private static void xlen(Call call) {
    StreamValue stream = read(call, 1);
    if (stream != null) {
      call.reply().integer(stream.length());
    }
  }

  private static void xdel(Call call) {
    StreamValue stream = locate(call, 1);
    if (stream == null) {
      return;
    }
    if (!stream.exists()) {
      call.reply().integer(0);
      return;
    }
    StreamId id = stream.id(0);
    for (int i = 2; i < call.count(); i++) {
      if (!requireStrictId(call, i, id)) {
        return;
      }
    }
    int removed = 0;
    for (int i = 2; i < call.count(); i++) {
      id.parse(call.address(i), call.length(i), 0, false);
      if (stream.find(id)) {
        stream.remove();
        removed++;
      }
    }
    if (removed > 0) {
      call.key().changed(Event.XDEL, removed);
    }
    call.reply().integer(removed);
  }

  private static void xdelex(Call call) {
    remove(call, 2, 0);
  }

  private static void xackdel(Call call) {
    remove(call, 3, 2);
  }

  /**
   * Removes entries and replies with a code for each.
   *
   * @param groupIndex the group in which they are acknowledged, too, 0 if there is none
   */
  private static void remove(Call call, int optionIndex, int groupIndex) {
    References given = null;
    int first = 0;
    int end = 0;
    for (int i = optionIndex; i < call.count(); i++) {
      References references = References.of(call, i);
      if (references != null && given == null) {
        given = references;
      } else if (first == 0 && i + 1 < call.count() && call.is(i, "ids")) {
        if (!call.parseLong(i + 1) || call.number() <= 0) {
          call.reply().error("ERR Number of IDs must be a positive integer");
          return;
        }
        first = i + 2;
        if (call.number() > call.count() - first) {
          call.reply().error("ERR The `numids` parameter must match the number of arguments");
          return;
        }
        end = first + (int) call.number();
        i = end - 1;
      } else {
        call.syntaxError();
        return;
      }
    }
    if (first == 0) {
      call.syntaxError();
      return;
    }
    References references = given == null ? References.KEEP : given;
    StreamValue stream = locate(call, 1);
    if (stream == null) {
      return;
    }
    StreamId id = stream.id(0);
    for (int i = first; i < end; i++) {
      if (!requireStrictId(call, i, id)) {
        return;
      }
    }
    long group = groupIndex == 0 ? 0 : Groups.find(call, stream, groupIndex);
    boolean isThere = stream.exists() && (groupIndex == 0 || group != 0);
    long acknowledged = 0;
    long removed = 0;
    call.reply().array(end - first);
    for (int i = first; i < end; i++) {
      id.parse(call.address(i), call.length(i), 0, false);
      int code = References.NO_ENTRY;
      if (isThere && acknowledge(stream, group, id)) {
        code = references.remove(stream, id, stream.id(1));
        removed += code == References.REMOVED ? 1 : 0;
        if (group != 0) {
          acknowledged++;
          // What was gone before is acknowledged now, and that is all that could be done.
          code = code == References.NO_ENTRY ? References.REMOVED : code;
        }
      }
      call.reply().integer(code);
    }
    if (removed > 0) {
      call.key().changed(Event.XDEL, removed);
    } else if (acknowledged > 0) {
      call.key().changedSilently(acknowledged);
    }
  }

  /** Takes an entry away from what is pending in a group; returns false if it is not pending. */
  private static boolean acknowledge(StreamValue stream, long group, StreamId id) {
    if (group == 0) {
      return true;
    }
    boolean isPending = stream.groups().findPending(group, id.millis(), id.sequence());
    if (isPending) {
      stream.groups().removePending(group);
    }
    return isPending;
  }
}
