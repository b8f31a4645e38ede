package io.jacinth.command.key;

import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.Help;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.AccessClock;
import io.jacinth.keyspace.Key;
import io.jacinth.value.Kind;

/** OBJECT: how a key's value is kept. */
final class ObjectCommands {
  private static final String SWITCHING =
      " Please note that when switching between policies at runtime LRU and LFU data will take some"
          + " time to adjust.";

  /** What Redis replies for an object that all keys share which have this value. */
  private static final int SHARED_REFERENCES = Integer.MAX_VALUE;

  /** Integers from 0 up to this one are such objects in Redis. */
  private static final int SHARED_INTEGERS = 10_000;

  private ObjectCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("object", null)
            .arity(-2)
            .with(
                subcommand("encoding", ObjectCommands::encoding),
                subcommand("freq", ObjectCommands::freq),
                subcommand("idletime", ObjectCommands::idletime),
                subcommand("refcount", ObjectCommands::refcount),
                Help.subcommand().categories(Category.KEYSPACE)));
  }

  private static Command subcommand(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(3)
        .flags(READONLY)
        .categories(Category.KEYSPACE)
        .keys(KeySpec.range(2, 0, 1, "RO"));
  }

  /** The key, looked up without counting as a use; null, after a reply, if it does not exist. */
  private static Key find(Call call) {
    Key key = call.key(2);
    if (key.inspect()) {
      return key;
    }
    call.reply().nil();
    return null;
  }

  private static void encoding(Call call) {
    Key key = find(call);
    if (key != null) {
      call.reply().bulk(Kind.encodingName(key.kind(), key.payload()));
    }
  }

  private static void freq(Call call) {
    Key key = find(call);
    if (key == null) {
      return;
    }
    AccessClock clock = call.keyspace().accessClock();
    if (clock.mode() == AccessClock.Mode.FREQUENCY) {
      call.reply().integer(clock.frequency(key.record(), call.nowMillis()));
    } else {
      call.reply()
          .error(
              "ERR An LFU maxmemory policy is not selected, access frequency not tracked."
                  + SWITCHING);
    }
  }

  private static void idletime(Call call) {
    Key key = find(call);
    if (key == null) {
      return;
    }
    AccessClock clock = call.keyspace().accessClock();
    if (clock.mode() == AccessClock.Mode.FREQUENCY) {
      call.reply()
          .error("ERR An LFU maxmemory policy is selected, idle time not tracked." + SWITCHING);
    } else {
      call.reply().integer(clock.idleSeconds(key.record(), call.nowMillis()));
    }
  }

  /** Nothing is shared here; the reply is what a client of Redis would see. */
  private static void refcount(Call call) {
    Key key = find(call);
    if (key != null) {
      boolean shared =
          key.isInteger()
              && key.integer() >= 0
              && key.integer() < SHARED_INTEGERS
              && !call.engine().eviction().countsSharedValues();
      call.reply().integer(shared ? SHARED_REFERENCES : 1);
    }
  }
}
