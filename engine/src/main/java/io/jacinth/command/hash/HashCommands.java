package io.jacinth.command.hash;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.HashValue;

/** Commands that read hashes. */
public final class HashCommands {
  private HashCommands() {}

  /** Adds all commands of hashes. */
  public static void register(CommandTable table) {
    table.documentedBeside(HashCommands.class);
    table.add(reading("hget", HashCommands::hget, 3, FAST, "RO ACCESS"));
    table.add(reading("hmget", HashCommands::hmget, -3, FAST, "RO ACCESS"));
    table.add(reading("hgetall", HashCommands::hgetall, 2, 0, "RO ACCESS"));
    table.add(reading("hkeys", HashCommands::hkeys, 2, 0, "RO ACCESS"));
    table.add(reading("hvals", HashCommands::hvals, 2, 0, "RO ACCESS"));
    table.add(reading("hlen", HashCommands::hlen, 2, FAST, "RO"));
    table.add(reading("hstrlen", HashCommands::hstrlen, 3, FAST, "RO"));
    table.add(reading("hexists", HashCommands::hexists, 3, FAST, "RO"));
    ChangeCommands.register(table);
    FieldLifetimeCommands.register(table);
    ImportCommands.register(table);
    RandomFieldCommand.register(table);
    ScanCommands.register(table);
  }

  static Command reading(String name, Handler handler, int arity, long flags, String keyFlags) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(READONLY | flags)
        .categories(Category.HASH)
        .keys(KeySpec.range(1, 0, 1, keyFlags));
  }

  /** The hash of a key, to be read; null after an error was replied. */
  static HashValue read(Call call) {
    Key key = call.key(1);
    key.read();
    return checked(call, key);
  }

  /** The hash of a key that has been looked up; null after an error was replied. */
  static HashValue checked(Call call, Key key) {
    if (key.exists() && !key.isHash()) {
      call.wrongType();
      return null;
    }
    return key.hashValue();
  }

  /**
   * Comes to the field that an argument names; returns whether it is there. One that has expired is
   * removed on the way, with the key if it was the last one.
   */
  static boolean find(Call call, Key key, int index) {
    HashValue hash = key.hashValue();
    if (!hash.exists()) {
      return false;
    }
    if (hash.find(call.address(index), call.length(index))) {
      return true;
    }
    if (hash.hasFoundExpired()) {
      key.removeExpiredField();
    }
    return false;
  }

  /** Writes the field that a hash has come to. */
  static void replyField(ReplyWriter reply, HashValue hash) {
    if (hash.isIntegerField()) {
      reply.bulkInteger(hash.integerField());
    } else {
      reply.bulk(hash.fieldAddress(), hash.fieldLength());
    }
  }

  /** Writes the value of the field that a hash has come to. */
  static void replyValue(ReplyWriter reply, HashValue hash) {
    if (hash.isIntegerValue()) {
      reply.bulkInteger(hash.integerValue());
    } else {
      reply.bulk(hash.valueAddress(), hash.valueLength());
    }
  }

  private static void replyValueOf(Call call, int index) {
    Key key = call.key();
    if (find(call, key, index)) {
      replyValue(call.reply(), key.hashValue());
    } else {
      call.reply().nil();
    }
  }

  private static void hget(Call call) {
    HashValue hash = read(call);
    if (hash != null) {
      replyValueOf(call, 2);
    }
  }

  private static void hmget(Call call) {
    HashValue hash = read(call);
    if (hash == null) {
      return;
    }
    int count = call.count();
    call.reply().array(count - 2);
    for (int i = 2; i < count; i++) {
      replyValueOf(call, i);
    }
  }

  private static void hgetall(Call call) {
    HashValue hash = read(call);
    if (hash == null) {
      return;
    }
    ReplyWriter reply = call.reply();
    reply.map(hash.countLive());
    if (hash.exists()) {
      for (boolean more = hash.first(); more; more = hash.next()) {
        replyField(reply, hash);
        replyValue(reply, hash);
      }
    }
  }

  private static void hkeys(Call call) {
    HashValue hash = read(call);
    if (hash == null) {
      return;
    }
    ReplyWriter reply = call.reply();
    reply.array(hash.countLive());
    if (hash.exists()) {
      for (boolean more = hash.first(); more; more = hash.next()) {
        replyField(reply, hash);
      }
    }
  }

  private static void hvals(Call call) {
    HashValue hash = read(call);
    if (hash == null) {
      return;
    }
    ReplyWriter reply = call.reply();
    reply.array(hash.countLive());
    if (hash.exists()) {
      for (boolean more = hash.first(); more; more = hash.next()) {
        replyValue(reply, hash);
      }
    }
  }

  private static void hlen(Call call) {
    HashValue hash = read(call);
    if (hash != null) {
      call.reply().integer(hash.count());
    }
  }

  private static void hstrlen(Call call) {
    HashValue hash = read(call);
    if (hash != null) {
      call.reply().integer(find(call, call.key(), 2) ? hash.valueLength() : 0);
    }
  }

  private static void hexists(Call call) {
    HashValue hash = read(call);
    if (hash != null) {
      call.reply().integer(find(call, call.key(), 2) ? 1 : 0);
    }
  }
}
