package io.jacinth.command.string;

import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.READONLY;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Key;
import io.jacinth.value.StringValue;

/** Commands that read strings. */
public final class StringCommands {
  private StringCommands() {}

  /** Adds all commands of strings. */
  public static void register(CommandTable table) {
    table.documentedBeside(StringCommands.class);
    table.add(
        Command.named("get", StringCommands::get)
            .unlocked(StringCommands::getUnlocked)
            .arity(2)
            .flags(READONLY | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
    table.add(
        Command.named("mget", StringCommands::mget)
            .arity(-2)
            .flags(READONLY | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, -1, 1, "RO ACCESS")));
    table.add(
        Command.named("strlen", StringCommands::strlen)
            .arity(2)
            .flags(READONLY | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RO")));
    table.add(range("getrange", StringCommands::getrange));
    table.add(range("substr", StringCommands::getrange));
    table.add(
        Command.named("digest", StringCommands::digest)
            .arity(2)
            .flags(READONLY | FAST)
            .categories(Category.STRING)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS")));
    SetCommands.register(table);
    EditCommands.register(table);
    CounterCommands.register(table);
    LifetimeCommands.register(table);
    IncrexCommand.register(table);
    LcsCommand.register(table);
  }

  private static Command range(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(4)
        .flags(READONLY)
        .categories(Category.STRING)
        .keys(KeySpec.range(1, 0, 1, "RO ACCESS"));
  }

  private static void get(Call call) {
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().nil();
    } else if (!key.isString()) {
      call.wrongType();
    } else {
      call.replyString(key);
    }
  }

  private static boolean getUnlocked(Call call) {
    long text = call.worker().scratch(StringValue.MAX_EMBEDDED_BYTES);
    int length = call.key(1).look(text);
    if (length == Key.NOT_SEEN) {
      return false;
    }
    call.reply().bulk(text, length);
    return true;
  }

  private static void mget(Call call) {
    int count = call.count();
    call.reply().array(count - 1);
    for (int i = 1; i < count; i++) {
      Key key = call.key(i);
      if (key.read() && key.isString()) {
        call.replyString(key);
      } else {
        call.reply().nil();
      }
    }
  }

  private static void strlen(Call call) {
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().integer(0);
    } else if (!key.isString()) {
      call.wrongType();
    } else {
      call.reply().integer(key.stringLength());
    }
  }

  private static void getrange(Call call) {
    if (!call.requireLong(2)) {
      return;
    }
    long start = call.number();
    if (!call.requireLong(3)) {
      return;
    }
    long end = call.number();
    Key key = call.key(1);
    if (!key.read()) {
      replyRange(call, 0, 0, 0);
    } else if (!key.isString()) {
      call.wrongType();
    } else if (start < 0 && end < 0 && start > end) {
      replyRange(call, 0, 0, 0);
    } else {
      int lengthBytes = key.stringLength();
      long from = start < 0 ? Math.max(0, start + lengthBytes) : start;
      long last = end < 0 ? Math.max(0, end + lengthBytes) : end;
      replyRange(call, call.stringText(key), from, Math.min(last, lengthBytes - 1L) + 1);
    }
  }

  private static void replyRange(Call call, long text, long from, long to) {
    call.reply().bulk(text + Math.min(from, to), Math.max(0, to - from));
  }

  private static void digest(Call call) {
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().nil();
    } else if (!key.isString()) {
      call.wrongType();
    } else {
      long digest = Comparison.digest(call, key);
      long text = call.worker().scratch(Comparison.DIGEST_LENGTH);
      Comparison.writeDigest(text, digest);
      call.reply().bulk(text, Comparison.DIGEST_LENGTH);
    }
  }
}
