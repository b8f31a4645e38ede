package io.jacinth.command.key;

import static io.jacinth.command.Flag.ALL_SHARDS;
import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.MOVABLEKEYS;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.base.Decimal;
import io.jacinth.base.Latin1;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.structure.PackedList;
import io.jacinth.value.HashValue;
import io.jacinth.value.ListValue;
import io.jacinth.value.SetValue;
import io.jacinth.value.SortedSetValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * SORT and SORT_RO: the elements of a list, set or sorted set in another order, or what keys that
 * they name hold. As those keys are not declared, all shards are locked.
 *
 * <p>Text is one character per byte.
 */
final class SortCommands {
  private static final long CATEGORIES =
      Category.SET | Category.SORTEDSET | Category.LIST | Category.DANGEROUS;

  private record Element(String text, String by, double score) {}

  private final Call call;
  private boolean descending;
  private boolean alphabetic;
  private boolean sorted = true;
  private String by;
  private int storeIndex;
  private long offset;
  private long limit = -1;
  private final List<String> gets = new ArrayList<>();

  private SortCommands(Call call) {
    this.call = call;
  }

  static void register(CommandTable table) {
    table.add(
        Command.named("sort", call -> new SortCommands(call).run(true))
            .arity(-2)
            .flags(WRITE | DENYOOM | MOVABLEKEYS | ALL_SHARDS)
            .categories(CATEGORIES)
            .keys(
                KeySpec.range(1, 0, 1, "RO ACCESS"),
                lookedUp(),
                KeySpec.unknown("OW UPDATE", SortCommands::visitStore)));
    table.add(
        Command.named("sort_ro", call -> new SortCommands(call).run(false))
            .arity(-2)
            .flags(READONLY | MOVABLEKEYS | ALL_SHARDS)
            .categories(CATEGORIES)
            .keys(KeySpec.range(1, 0, 1, "RO ACCESS"), lookedUp()));
  }

  /** The keys of BY and GET, whose names depend on the elements. */
  private static KeySpec lookedUp() {
    return KeySpec.unknown("RO ACCESS", (_, _) -> {});
  }

  /** The key of the last STORE. */
  private static void visitStore(Arguments words, KeySpec.Visitor visitor) {
    int store = 0;
    for (int i = 2; i + 1 < words.count(); i++) {
      if (words.is(i, "limit")) {
        i += 2;
      } else if (words.is(i, "by") || words.is(i, "get")) {
        i++;
      } else if (words.is(i, "store")) {
        i++;
        store = i;
      }
    }
    if (store > 0) {
      visitor.key(store);
    }
  }

  // ---- arguments ----

  /** Returns false after an error. */
  private boolean readOptions(boolean mayStore) {
    int i = 2;
    while (i < call.count()) {
      int rest = call.count() - i - 1;
      if (call.is(i, "asc")) {
        descending = false;
        i++;
      } else if (call.is(i, "desc")) {
        descending = true;
        i++;
      } else if (call.is(i, "alpha")) {
        alphabetic = true;
        i++;
      } else if (rest >= 2 && call.is(i, "limit")) {
        if (!call.requireLong(i + 1)) {
          return false;
        }
        offset = call.number();
        if (!call.requireLong(i + 2)) {
          return false;
        }
        limit = call.number();
        i += 3;
      } else if (mayStore && rest >= 1 && call.is(i, "store")) {
        storeIndex = i + 1;
        i += 2;
      } else if (rest >= 1 && call.is(i, "by")) {
        by = call.text(i + 1);
        sorted = by.indexOf('*') >= 0;
        i += 2;
      } else if (rest >= 1 && call.is(i, "get")) {
        gets.add(call.text(i + 1));
        i += 2;
      } else {
        call.syntaxError();
        return false;
      }
    }
    return true;
  }

  /** A key in the session's database, looked for. */
  private Key key(long address, int length) {
    Key key = new Key(call.keyspace(), call.worker().tally());
    key.bind(
        call.session().database(),
        call.keyspace().hash(address, length),
        address,
        length,
        call.nowMillis(),
        !call.session().isNoTouch(),
        0);
    return key;
  }

  // ---- the work ----

  private void run(boolean mayStore) {
    if (!readOptions(mayStore)) {
      return;
    }
    Key key = key(call.address(1), call.length(1));
    List<String> texts = new ArrayList<>();
    if (key.read()) {
      if (key.isList()) {
        addElements(key.list(), texts);
      } else if (key.isSet()) {
        addMembers(key.set(), texts);
        if (!sorted && (storeIndex > 0 || call.isOfScript())) {
          // What is stored, or a script does, must not depend on the order of a table.
          sorted = true;
          alphabetic = true;
          by = null;
        }
      } else if (key.isSortedSet()) {
        addMembers(key.sortedSet(), texts);
      } else {
        call.wrongType();
        return;
      }
      if (!sorted && descending && !key.isSet()) {
        Collections.reverse(texts);
      }
    }
    if (sorted) {
      texts = sort(texts);
      if (texts == null) {
        call.reply().error("ERR One or more scores can't be converted into double");
        return;
      }
    }
    long from = Math.min(Math.max(offset, 0), texts.size());
    long to =
        limit < 0 ? texts.size() : Math.min(from + Math.min(limit, texts.size()), texts.size());
    List<String> results = results(texts.subList((int) from, (int) to));
    if (storeIndex > 0) {
      store(results);
    } else {
      reply(results);
    }
  }

  private static void addElements(ListValue list, List<String> texts) {
    list.seek(0);
    do {
      for (long entry = list.runBegin(); entry < list.runEnd(); entry = PackedList.next(entry)) {
        texts.add(
            PackedList.isInteger(entry)
                ? Long.toString(PackedList.integer(entry))
                : Latin1.string(PackedList.address(entry), PackedList.length(entry)));
      }
    } while (list.nextRun());
  }

  private static void addMembers(SetValue set, List<String> texts) {
    for (boolean more = set.first(); more; more = set.next()) {
      texts.add(
          set.isInteger()
              ? Long.toString(set.integer())
              : Latin1.string(set.memberAddress(), set.memberLength()));
    }
  }

  private static void addMembers(SortedSetValue set, List<String> texts) {
    for (boolean more = set.seek(0); more; more = set.next()) {
      texts.add(
          set.isInteger()
              ? Long.toString(set.integer())
              : Latin1.string(set.memberAddress(), set.memberLength()));
    }
  }

  /** In order; null if something is no number that should be one. */
  private List<String> sort(List<String> texts) {
    List<Element> elements = new ArrayList<>();
    for (String text : texts) {
      String weight = by == null ? text : named(by, text);
      double score = alphabetic || weight == null ? 0 : score(weight);
      if (Double.isNaN(score)) {
        return null;
      }
      elements.add(new Element(text, weight, score));
    }
    Comparator<Element> order =
        alphabetic
            ? Comparator.comparing(Element::by, Comparator.nullsFirst(Comparator.naturalOrder()))
            : Comparator.<Element>comparingDouble(each -> each.score == 0 ? 0 : each.score)
                .thenComparing(Element::text);
    elements.sort(descending ? order.reversed() : order);
    return new ArrayList<>(elements.stream().map(Element::text).toList());
  }

  /** Decimal, of any magnitude; nothing is 0, what is no number is NaN. */
  private double score(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    if (text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
      return Double.parseDouble(text);
    }
    if (text.indexOf('x') >= 0 || text.indexOf('X') >= 0) {
      return Double.NaN; // hexadecimal
    }
    long room = call.worker().scratch(text.length());
    return call.parseDouble(room, Latin1.write(room, text));
  }

  /** The value of a hash's field; null if there is none. */
  private static String fieldOf(Key key, long field, int length) {
    if (!key.read() || !key.isHash() || !key.hashValue().find(field, length)) {
      return null;
    }
    HashValue hash = key.hashValue();
    return hash.isIntegerValue()
        ? Long.toString(hash.integerValue())
        : Latin1.string(hash.valueAddress(), hash.valueLength());
  }

  /**
   * What the key that a pattern makes of an element holds, or a field of the hash there; null if
   * there is no such string.
   */
  private String named(String pattern, String element) {
    if (pattern.equals("#")) {
      return element;
    }
    int star = pattern.indexOf('*');
    if (star < 0) {
      return null;
    }
    int arrow = pattern.indexOf("->", star + 1);
    boolean ofHash = arrow >= 0 && arrow + 2 < pattern.length();
    String field = ofHash ? pattern.substring(arrow + 2) : "";
    String suffix = pattern.substring(star + 1, ofHash ? arrow : pattern.length());
    String name = pattern.substring(0, star) + element + suffix;
    long room = call.worker().scratch(name.length() + field.length() + Decimal.MAX_LONG_LENGTH);
    Key key = key(room, Latin1.write(room, name));
    if (ofHash) {
      long fieldRoom = room + name.length();
      return fieldOf(key, fieldRoom, Latin1.write(fieldRoom, field));
    }
    if (!key.read() || !key.isString()) {
      return null;
    }
    return key.isInteger()
        ? Long.toString(key.integer())
        : Latin1.string(key.stringBytes(), key.stringLength());
  }

  private List<String> results(List<String> texts) {
    if (gets.isEmpty()) {
      return texts;
    }
    List<String> results = new ArrayList<>();
    for (String text : texts) {
      for (String get : gets) {
        results.add(named(get, text));
      }
    }
    return results;
  }

  private void reply(List<String> results) {
    ReplyWriter reply = call.reply();
    reply.array(results.size());
    for (String result : results) {
      if (result == null) {
        reply.nil();
      } else {
        reply.bulk(result);
      }
    }
  }

  private void store(List<String> results) {
    Key key = key(call.address(storeIndex), call.length(storeIndex));
    boolean existed = key.locate();
    if (existed) {
      key.delete();
    }
    if (!results.isEmpty()) {
      ListValue list = key.list();
      list.create();
      for (String result : results) {
        String text = result == null ? "" : result;
        long room = call.worker().scratch(Math.max(1, text.length()));
        list.pushLast(room, Latin1.write(room, text));
      }
      key.changed(Event.SORTSTORE, results.size());
    } else if (existed) {
      key.changed(Event.DEL);
    }
    call.reply().integer(results.size());
  }
}
