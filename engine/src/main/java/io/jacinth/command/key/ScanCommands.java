package io.jacinth.command.key;

import static io.jacinth.command.Flag.ALL_SHARDS;
import static io.jacinth.command.Flag.READONLY;

import io.jacinth.base.GlobPattern;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.Shard;
import io.jacinth.structure.HashTable;
import io.jacinth.structure.Record;

/** Commands that go through the keys of a database. */
final class ScanCommands {
  private static final int DEFAULT_COUNT = 10;

  private ScanCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("keys", ScanCommands::keys)
            .arity(2)
            .flags(READONLY | ALL_SHARDS)
            .categories(Category.KEYSPACE | Category.DANGEROUS));
    table.add(
        Command.named("scan", ScanCommands::scan)
            .arity(-2)
            .flags(READONLY)
            .categories(Category.KEYSPACE));
    table.add(
        Command.named("randomkey", ScanCommands::randomkey)
            .arity(1)
            .flags(READONLY | ALL_SHARDS)
            .categories(Category.KEYSPACE));
  }

  private static void keys(Call call) {
    try (KeyList list = new KeyList(call.worker().slab())) {
      matching(list, call, 1);
      Keyspace keyspace = call.keyspace();
      for (int number = 0; number < keyspace.shardCount(); number++) {
        list.addFrom(
            keyspace.shard(number),
            call.session().database(),
            0,
            Integer.MAX_VALUE,
            call.nowMillis(),
            false);
      }
      list.writeTo(call.reply());
    }
  }

  private static void matching(KeyList list, Call call, int index) {
    if (!GlobPattern.isEverything(call.address(index), call.length(index))) {
      list.matching(call.address(index), call.length(index));
    }
  }

  /**
   * The cursor is a shard's number and, in the low {@link HashTable#CURSOR_BITS} bits, a place in
   * its table. Shards keep their numbers and keys their shards, so what holds for the scan of a
   * table holds for all. One that no server has given out leads to some other place or to the end.
   */
  private static void scan(Call call) {
    if (!call.parseCursor(1)) {
      call.reply().error("ERR invalid cursor");
      return;
    }
    long cursor = call.number();
    try (KeyList list = new KeyList(call.worker().slab())) {
      int count = options(call, list);
      if (count > 0) {
        long next = scan(call, cursor, list, count);
        call.reply().array(2);
        call.reply().bulkInteger(next);
        list.writeTo(call.reply());
      }
    }
  }

  /**
   * Reads the options of SCAN.
   *
   * @return how many keys to look at, 0 after an error
   */
  private static int options(Call call, KeyList list) {
    int count = DEFAULT_COUNT;
    for (int i = 2; i < call.count(); i += 2) {
      boolean hasValue = i + 1 < call.count();
      if (hasValue && call.is(i, "count")) {
        if (!call.requireLong(i + 1)) {
          return 0;
        }
        if (call.number() < 1) {
          call.syntaxError();
          return 0;
        }
        count = (int) Math.min(call.number(), Integer.MAX_VALUE);
      } else if (hasValue && call.is(i, "match")) {
        matching(list, call, i + 1);
      } else if (hasValue && call.is(i, "type")) {
        list.ofType(call.text(i + 1));
      } else if (call.is(i, "novalues")) {
        call.reply().error("ERR NOVALUES option can only be used in HSCAN");
        return 0;
      } else {
        call.syntaxError();
        return 0;
      }
    }
    return count;
  }

  /** Looks at {@code count} keys or a few more from a cursor on, one shard after the other. */
  private static long scan(Call call, long cursor, KeyList list, int count) {
    Keyspace keyspace = call.keyspace();
    int shards = keyspace.shardCount();
    long place = cursor & ((1L << HashTable.CURSOR_BITS) - 1);
    long number = cursor >>> HashTable.CURSOR_BITS;
    while (number < shards && list.seen() < count) {
      Shard shard = keyspace.shard((int) number);
      keyspace.lock(1L << number);
      try {
        place =
            list.addFrom(
                shard,
                call.session().database(),
                place,
                count - list.seen(),
                call.nowMillis(),
                true);
      } finally {
        keyspace.unlock(1L << number);
      }
      if (place == 0) {
        number++;
      }
    }
    return number < shards ? number << HashTable.CURSOR_BITS | place : 0;
  }

  private static void randomkey(Call call) {
    long record =
        call.keyspace()
            .randomRecord(call.session().database(), call.worker().random(), call.nowMillis());
    if (record == 0) {
      call.reply().nil();
    } else {
      call.reply().bulk(Record.keyAddress(record), Record.keyLength(record));
    }
  }
}
