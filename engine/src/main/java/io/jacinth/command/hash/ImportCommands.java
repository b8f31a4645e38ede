package io.jacinth.command.hash;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.FieldSets;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.value.HashValue;
import java.util.HashSet;
import java.util.Set;

/** HIMPORT: makes hashes that have the same fields, whose names the client sends only once. */
final class ImportCommands {
  private static final int NAME = 2;
  private static final int FIRST_FIELD = 3;
  private static final int SET_KEY = 2;
  private static final int SET_NAME = 3;
  private static final int FIRST_VALUE = 4;

  private ImportCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("himport", null)
            .arity(-2)
            .with(
                Command.named("prepare", ImportCommands::prepare)
                    .arity(-4)
                    .flags(DENYOOM)
                    .categories(Category.HASH),
                Command.named("set", ImportCommands::set)
                    .arity(-5)
                    .flags(WRITE | DENYOOM)
                    .categories(Category.HASH)
                    .keys(KeySpec.range(SET_KEY, 0, 1, "OW UPDATE")),
                Command.named("discard", ImportCommands::discard)
                    .arity(3)
                    .categories(Category.HASH),
                Command.named("discardall", ImportCommands::discardall)
                    .arity(2)
                    .categories(Category.HASH)));
  }

  private static void prepare(Call call) {
    Set<String> names = new HashSet<>();
    for (int i = FIRST_FIELD; i < call.count(); i++) {
      if (!names.add(call.text(i))) {
        call.reply().error("ERR duplicate field name in fieldset");
        return;
      }
    }
    call.session().fieldSets().put(call.arguments(), NAME);
    call.reply().ok();
  }

  private static void set(Call call) {
    long fieldSet = call.session().fieldSets().find(call.address(SET_NAME), call.length(SET_NAME));
    if (fieldSet == 0) {
      call.reply().error("ERR no such fieldset");
      return;
    }
    if (FieldSets.fields(fieldSet) != call.count() - FIRST_VALUE) {
      call.reply().error("ERR value count does not match fieldset field count");
      return;
    }
    Key key = call.key(SET_KEY);
    if (key.locate()) {
      key.delete();
    }
    make(call, key.hashValue(), fieldSet);
    key.changed(Event.HSET, FieldSets.fields(fieldSet));
    call.reply().ok();
  }

  private static void make(Call call, HashValue hash, long fieldSet) {
    int longest = 0;
    long runBytes = 0;
    long field = FieldSets.firstField(fieldSet);
    for (int i = FIRST_VALUE; i < call.count(); i++) {
      int length = FieldSets.textLength(field);
      longest = Math.max(longest, Math.max(length, call.length(i)));
      runBytes +=
          HashValue.entryBytes(
              FieldSets.textAddress(field), length, call.address(i), call.length(i));
      field = FieldSets.nextText(field);
    }
    boolean packed = hash.create(FieldSets.fields(fieldSet), longest, runBytes);
    field = FieldSets.firstField(fieldSet);
    for (int i = FIRST_VALUE; i < call.count(); i++) {
      long name = FieldSets.textAddress(field);
      int length = FieldSets.textLength(field);
      if (packed) {
        hash.fill(name, length, call.address(i), call.length(i));
      } else {
        hash.put(name, length, call.address(i), call.length(i), false);
      }
      field = FieldSets.nextText(field);
    }
    if (packed) {
      hash.endFill();
    }
  }

  private static void discard(Call call) {
    boolean removed = call.session().fieldSets().remove(call.address(NAME), call.length(NAME));
    call.reply().integer(removed ? 1 : 0);
  }

  private static void discardall(Call call) {
    call.reply().integer(call.session().fieldSets().clear());
  }
}
