package io.jacinth.command.key;

import static io.jacinth.command.Flag.DENYOOM;
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
import io.jacinth.protocol.Errors;
import io.jacinth.value.Kind;

/** Commands on single keys, whatever their values are. */
public final class KeyCommands {
  private KeyCommands() {}

  /** Registers all commands of this package. */
  public static void register(CommandTable table) {
    table.documentedBeside(KeyCommands.class);
    SortCommands.register(table);
    table.add(
        Command.named("del", KeyCommands::del)
            .arity(-2)
            .flags(WRITE)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, -1, 1, "RM DELETE")));
    table.add(
        Command.named("unlink", KeyCommands::del)
            .arity(-2)
            .flags(WRITE | FAST)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, -1, 1, "RM DELETE")));
    table.add(
        Command.named("exists", KeyCommands::exists)
            .arity(-2)
            .flags(READONLY | FAST)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, -1, 1, "RO")));
    table.add(
        Command.named("type", KeyCommands::type)
            .arity(2)
            .flags(READONLY | FAST)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, 0, 1, "RO")));
    table.add(
        Command.named("touch", KeyCommands::touch)
            .arity(-2)
            .flags(READONLY | FAST)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, -1, 1, "RO")));
    table.add(
        Command.named("rename", KeyCommands::rename)
            .arity(3)
            .flags(WRITE)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS DELETE"), KeySpec.range(2, 0, 1, "OW UPDATE")));
    table.add(
        Command.named("renamenx", KeyCommands::renamenx)
            .arity(3)
            .flags(WRITE | FAST)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS DELETE"), KeySpec.range(2, 0, 1, "OW INSERT")));
    table.add(
        Command.named("copy", KeyCommands::copy)
            .arity(-3)
            .flags(WRITE | DENYOOM)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS"), KeySpec.range(2, 0, 1, "OW UPDATE")));
    table.add(
        Command.named("move", KeyCommands::move)
            .arity(3)
            .flags(WRITE | FAST)
            .categories(Category.KEYSPACE)
            .keys(KeySpec.range(1, 0, 1, "RW ACCESS UPDATE")));
    ExpireCommands.register(table);
    DatabaseCommands.register(table);
    ScanCommands.register(table);
    ObjectCommands.register(table);
    MemoryCommands.register(table);
    WaitCommands.register(table);
  }

  private static void del(Call call) {
    long deleted = 0;
    for (int i = 1; i < call.count(); i++) {
      Key key = call.key(i);
      if (key.find()) {
        key.delete();
        key.changed(Event.DEL);
        deleted++;
      }
    }
    call.reply().integer(deleted);
  }

  private static void exists(Call call) {
    long found = 0;
    for (int i = 1; i < call.count(); i++) {
      if (call.key(i).peek()) {
        found++;
      }
    }
    call.reply().integer(found);
  }

  private static void type(Call call) {
    Key key = call.key(1);
    call.reply().status(key.peek() ? Kind.typeName(key.kind()) : "none");
  }

  private static void touch(Call call) {
    long found = 0;
    for (int i = 1; i < call.count(); i++) {
      Key key = call.key(i);
      if (key.peek()) {
        // this is what the command is for, so it does it for a client with NO-TOUCH as well
        key.use();
        found++;
      }
    }
    call.reply().integer(found);
  }

  private static void rename(Call call) {
    if (rename(call, true)) {
      call.reply().ok();
    }
  }

  private static void renamenx(Call call) {
    if (rename(call, false)) {
      call.reply().integer(1);
    }
  }

  /**
   * Renames a key.
   *
   * @param replace whether a key of the new name is replaced; if not, the reply is then 0
   * @return false when there has been a reply
   */
  private static boolean rename(Call call, boolean replace) {
    Key source = call.key(1);
    if (!source.locate()) {
      call.reply().error(Errors.NO_SUCH_KEY);
      return false;
    }
    Key destination = call.secondKey(2);
    boolean same = source.hasNameOf(destination);
    if (destination.locate() && !replace) {
      call.reply().integer(0);
      return false;
    }
    if (!same) {
      destination.takeOver(source);
      source.changed(Event.RENAME_FROM, 0);
      destination.changed(Event.RENAME_TO);
    }
    return true;
  }

  private static void copy(Call call) {
    int database = call.session().database();
    boolean replace = false;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "replace")) {
        replace = true;
      } else if (call.is(i, "db") && i + 1 < call.count()) {
        if (!requireDatabase(call, ++i)) {
          return;
        }
        database = (int) call.number();
      } else {
        call.syntaxError();
        return;
      }
    }
    Key source = call.key(1);
    Key destination = call.secondKey(2, database);
    if (database == source.database() && source.hasNameOf(destination)) {
      call.reply().error(Errors.SAME_OBJECT);
    } else if (!source.read() || (destination.locate() && !replace)) {
      call.reply().integer(0);
    } else {
      destination.copyOf(source);
      destination.changed(Event.COPY_TO);
      call.reply().integer(1);
    }
  }

  private static void move(Call call) {
    if (!requireDatabase(call, 2)) {
      return;
    }
    int database = (int) call.number();
    Key source = call.key(1);
    if (database == source.database()) {
      call.reply().error(Errors.SAME_OBJECT);
      return;
    }
    Key destination = call.secondKey(1, database);
    if (!source.locate() || destination.locate()) {
      call.reply().integer(0);
      return;
    }
    destination.takeOver(source);
    source.changed(Event.MOVE_FROM, 0);
    destination.changed(Event.MOVE_TO);
    call.reply().integer(1);
  }

  private static boolean requireDatabase(Call call, int index) {
    if (!call.requireInt(index)) {
      return false;
    }
    if (call.number() < 0 || call.number() >= call.keyspace().databases()) {
      call.reply().error(Errors.OUT_OF_RANGE_DB);
      return false;
    }
    return true;
  }
}
