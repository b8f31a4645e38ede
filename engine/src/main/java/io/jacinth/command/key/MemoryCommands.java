package io.jacinth.command.key;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Help;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Key;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/** MEMORY: what takes how much of it. */
final class MemoryCommands {
  private MemoryCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("memory", null)
            .arity(-2)
            .with(
                Command.named("usage", MemoryCommands::usage)
                    .arity(-3)
                    .flags(READONLY)
                    .keys(KeySpec.range(2, 0, 1, "RO")),
                Command.named("stats", MemoryStatistics::stats).arity(2),
                Command.named("doctor", MemoryStatistics::doctor).arity(2),
                Command.named("purge", MemoryCommands::purge).arity(2),
                Command.named("malloc-stats", MemoryCommands::mallocStats).arity(2),
                Help.subcommand()));
  }

  private static void usage(Call call) {
    for (int i = 3; i < call.count(); i += 2) {
      if (!call.is(i, "samples") || i + 1 == call.count()) {
        call.syntaxError();
        return;
      }
      if (!call.requireLong(i + 1)) {
        return;
      }
      if (call.number() < 0) {
        call.syntaxError();
        return;
      }
    }
    Key key = call.key(2);
    if (key.find()) {
      call.reply().integer(key.sizeBytes());
    } else {
      call.reply().nil();
    }
  }

  private static void purge(Call call) {
    Keyspace keyspace = call.keyspace();
    for (int number = 0; number < keyspace.shardCount(); number++) {
      keyspace.lock(1L << number);
      try {
        keyspace.shard(number).slab().trim();
      } finally {
        keyspace.unlock(1L << number);
      }
    }
    call.worker().slab().trim();
    keyspace.pages().trim();
    while (keyspace.pages().giveBackSome()) {
      // slice by slice, so that others come between
    }
    call.reply().ok();
  }

  private static void mallocStats(Call call) {
    Keyspace keyspace = call.keyspace();
    StringBuilder text = new StringBuilder();
    line(text, "committed", keyspace.pages().committedBytes(), keyspace.pages().usedBytes());
    for (Tag tag : Tag.values()) {
      long used = keyspace.pages().largeBytes(tag);
      for (int number = 0; number < keyspace.shardCount(); number++) {
        used += keyspace.shard(number).slab().usedBytes(tag);
      }
      text.append("shards ").append(tag).append(": ").append(used).append(" bytes\n");
    }
    for (int number = 0; number < keyspace.shardCount(); number++) {
      Slab slab = keyspace.shard(number).slab();
      line(text, "shard " + number, slab.pageBytes(), slab.usedBytes());
    }
    Slab own = call.worker().slab();
    line(text, "thread " + call.worker().number(), own.pageBytes(), own.usedBytes());
    call.reply().verbatim("txt", text.toString());
  }

  private static void line(StringBuilder text, String what, long pageBytes, long usedBytes) {
    text.append(what)
        .append(": ")
        .append(pageBytes)
        .append(" bytes of pages, ")
        .append(usedBytes)
        .append(" in use\n");
  }
}
