package io.jacinth.command.key;

import static io.jacinth.command.Flag.ALL_SHARDS;
import static io.jacinth.command.Flag.READONLY;

import io.jacinth.base.GlobPattern;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.ScanOptions;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.Shard;
import io.jacinth.structure.HashTable;
import io.jacinth.structure.Record;

/** Commands that go through the keys of a database. */
final class ScanCommands {
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
      if (!GlobPattern.isEverything(call.address(1), call.length(1))) {
        list.matching(call.address(1), call.length(1));
      }
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

  /**
   * The cursor is a shard's number and, in the low {@link HashTable#CURSOR_BITS} bits, a place in
   * its table. Shards keep their numbers and keys their shards, so what holds for the scan of a
   * table holds for all. One that no server has given out leads to some other place or to the end.
   */
  private static void scan(Call call) {
    if (!call.requireCursor(1)) {
      return;
    }
    long cursor = call.number();
    ScanOptions options = ScanOptions.ofKeys(call);
    if (options == null) {
      return;
    }
    try (KeyList list = new KeyList(call.worker().slab())) {
      if (options.pattern() != 0) {
        list.matching(call.address(options.pattern()), call.length(options.pattern()));
      }
      if (options.type() != 0) {
        list.ofType(call.text(options.type()));
      }
      long next = scan(call, cursor, list, options.count());
      call.reply().array(2);
      call.reply().bulkInteger(next);
      list.writeTo(call.reply());
    }
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
