package io.jacinth.command.string;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Memory;

/** Commands that change strings in part. */
final class EditCommands {
  private EditCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("append", EditCommands::append)
            .arity(3)
            .flags(WRITE | DENYOOM | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RW INSERT")));
    table.add(
        Command.named("setrange", EditCommands::setrange)
            .arity(4)
            .flags(WRITE | DENYOOM)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
  }

  private static void append(Call call) {
    Key key = call.key(1);
    if (!key.locate()) {
      SetCommands.put(call, key, 2, Key.NEVER);
    } else if (!key.isString()) {
      call.wrongType();
      return;
    } else {
      int oldLength = key.stringLength();
      int addedLength = call.length(2);
      if (!call.requireStringLength((long) oldLength + addedLength)) {
        return;
      }
      long bytes = key.edit(oldLength + addedLength, oldLength, addedLength);
      Memory.copy(call.address(2), bytes + oldLength, addedLength);
    }
    key.changed(Event.APPEND);
    call.reply().integer(key.stringLength());
  }

  private static void setrange(Call call) {
    if (!call.requireLong(2)) {
      return;
    }
    long offset = call.number();
    if (offset < 0) {
      call.reply().error("ERR offset is out of range");
      return;
    }
    Key key = call.key(1);
    if (key.locate() && !key.isString()) {
      call.wrongType();
      return;
    }
    int lengthBytes = call.length(3);
    if (lengthBytes == 0) {
      call.reply().integer(key.exists() ? key.stringLength() : 0);
      return;
    }
    // an offset near 2^63 must not overflow
    if (!call.requireStringLength(Math.max(offset, offset + lengthBytes))) {
      return;
    }
    long bytes = key.edit((int) offset + lengthBytes, (int) offset, lengthBytes);
    Memory.copy(call.address(3), bytes + offset, lengthBytes);
    key.changed(Event.SETRANGE);
    call.reply().integer(key.stringLength());
  }
}
