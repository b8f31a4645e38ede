package io.jacinth.command.key;

import static io.jacinth.command.Flag.BLOCKING;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.TimeoutReply;
import io.jacinth.protocol.Errors;

/**
 * Commands that wait until changes have reached replicas or a disk. As long as there are neither,
 * nothing but the time ends the waiting.
 */
final class WaitCommands {
  private WaitCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("wait", WaitCommands::waitForReplicas)
            .arity(3)
            .flags(BLOCKING)
            .categories(Category.CONNECTION));
    table.add(
        Command.named("waitaof", WaitCommands::waitForFiles)
            .arity(4)
            .flags(BLOCKING)
            .categories(Category.CONNECTION));
  }

  private static void waitForReplicas(Call call) {
    if (!call.requireLong(1)) {
      return;
    }
    long replicas = call.number();
    if (!call.requireTimeoutMillis(2)) {
      return;
    }
    if (replicas <= 0 || !call.mayBlock()) {
      call.reply().integer(0);
    } else {
      call.block(call.number(), TimeoutReply.NOWHERE);
    }
  }

  private static void waitForFiles(Call call) {
    if (!call.requireLong(1)) {
      return;
    }
    long local = call.number();
    if (local < 0 || local > 1) {
      call.reply().error(Errors.outOfRange(0, 1));
      return;
    }
    if (!call.parseLong(2) || call.number() < 0) {
      call.reply().error("ERR value is out of range, must be positive");
      return;
    }
    long replicas = call.number();
    if (!call.requireTimeoutMillis(3)) {
      return;
    }
    if (local > 0) {
      call.reply()
          .error("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
    } else if (replicas == 0 || !call.mayBlock()) {
      call.reply().array(2);
      call.reply().integer(0);
      call.reply().integer(0);
    } else {
      call.block(call.number(), TimeoutReply.IN_NO_FILE);
    }
  }
}
