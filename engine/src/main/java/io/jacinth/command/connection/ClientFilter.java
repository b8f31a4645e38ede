package io.jacinth.command.connection;

import io.jacinth.command.Call;
import io.jacinth.command.Session;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which clients CLIENT LIST and CLIENT KILL mean: those that all given conditions hold for.
 *
 * <p>A condition is an option and its value. Of the same option given twice the last one counts,
 * but ids add up. With {@code NOT-} before it an option means the other clients.
 */
final class ClientFilter {
  private static final Set<String> TYPES =
      Set.of("normal", "master", "primary", "replica", "slave", "pubsub");

  /** The options that have no opposite. */
  private static final Set<String> UNOPPOSED = Set.of("skipme", "maxage", "idle");

  private static final String NOT = "not-";

  /** All letters that a client's flags can have, here or in Valkey. */
  private static final String FLAGS = "AbBcdeEiIMNOPrRStTuUx";

  /** All letters that say what a client is capable of. No client has said that it is. */
  private static final String CAPABILITIES = "r";

  /** What must hold for a client. */
  @FunctionalInterface
  private interface Condition {
    boolean holds(Session session);
  }

  private final Call call;

  /** Whether it is for CLIENT LIST, which takes any number for an id. */
  private final boolean lists;

  /** By option. */
  private final Map<String, Condition> conditions = new LinkedHashMap<>();

  /** Of ID and of NOT-ID. */
  private final Map<String, Set<Long>> ids = new LinkedHashMap<>();

  private boolean sparesCaller;

  private ClientFilter(Call call, boolean lists) {
    this.call = call;
    this.lists = lists;
    sparesCaller = !lists;
  }

  /** What follows CLIENT LIST; null after an error reply. */
  static ClientFilter ofList(Call call) {
    ClientFilter filter = new ClientFilter(call, true);
    return filter.parse() ? filter : null;
  }

  /** What follows CLIENT KILL; null after an error reply. */
  static ClientFilter ofKill(Call call) {
    ClientFilter filter = new ClientFilter(call, false);
    if (call.count() == 3) {
      filter.sparesCaller = false;
      String address = call.text(2);
      filter.conditions.put("addr", session -> session.address().equals(address));
      return filter;
    }
    return filter.parse() ? filter : null;
  }

  private boolean parse() {
    int next = 2;
    while (next < call.count()) {
      if (next + 1 == call.count()) {
        return unknown(next);
      }
      next = parse(next);
      if (next < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whatever is no option: where ids are listed it is taken for one of them. */
  private boolean unknown(int index) {
    if (lists && call.is(2, "id") && index > 2) {
      call.reply().error("ERR Invalid client ID");
    } else {
      call.syntaxError();
    }
    return false;
  }

  /**
   * Reads an option with its value.
   *
   * @return the index of what follows; negative after an error reply
   */
  private int parse(int index) {
    String option = call.text(index).toLowerCase(Locale.ROOT);
    boolean opposite = option.startsWith(NOT);
    String name = opposite ? option.substring(NOT.length()) : option;
    if (opposite && UNOPPOSED.contains(name)) {
      call.syntaxError();
      return -1;
    }
    int value = index + 1;
    if (name.equals("id")) {
      return parseIds(option, opposite, value);
    }
    if (name.equals("skipme")) {
      sparesCaller = call.is(value, "yes");
      if (!sparesCaller && !call.is(value, "no")) {
        call.syntaxError();
        return -1;
      }
      return value + 1;
    }
    Condition condition = condition(name, opposite, index);
    if (condition == null) {
      return -1;
    }
    conditions.put(option, opposite ? session -> !condition.holds(session) : condition);
    return value + 1;
  }

  private int parseIds(String option, boolean opposite, int first) {
    Set<Long> named = ids.computeIfAbsent(option, each -> new HashSet<>());
    int next = first;
    for (; next < call.count() && call.parseLong(next); next++) {
      if (!lists && call.number() <= 0) {
        call.reply().error("ERR client-id should be greater than 0");
        return -1;
      }
      named.add(call.number());
    }
    if (next == first && opposite) {
      call.syntaxError();
      return -1;
    }
    if (next == first) {
      call.reply()
          .error(lists ? "ERR Invalid client ID" : "ERR client-id should be greater than 0");
      return -1;
    }
    conditions.put(option, session -> named.contains(session.id()) != opposite);
    return next;
  }

  /** What an option and its value ask for; null after an error reply. */
  private Condition condition(String name, boolean opposite, int index) {
    int value = index + 1;
    String text = call.text(value);
    return switch (name) {
      case "type" -> ofType(text);
      case "user" -> ofUser(text);
      case "addr" -> session -> session.address().equals(text);
      case "laddr" -> session -> session.localAddress().equals(text);
      case "ip" -> session -> host(session.address()).equals(text);
      case "name" -> session -> isNamed(session.name(), text);
      case "lib-name" -> session -> isNamed(session.libraryName(), text);
      case "lib-ver" -> session -> isNamed(session.libraryVersion(), text);
      case "flags" ->
          requireLetters("flags", opposite, FLAGS, text)
              ? session -> containsAll(session.flags(), text)
              : null;
      case "capa" ->
          requireLetters("capa", opposite, CAPABILITIES, text) ? session -> text.isEmpty() : null;
      case "db" -> ofDatabase(value);
      case "maxage" -> requireSeconds("maxage", value) ? olderThan(call.number()) : null;
      case "idle" -> requireSeconds("idle", value) ? idleFor(call.number()) : null;
      default -> {
        var _ = unknown(index);
        yield null;
      }
    };
  }

  private Condition ofType(String text) {
    String type = text.toLowerCase(Locale.ROOT);
    if (!TYPES.contains(type)) {
      call.reply().error("ERR Unknown client type '" + text + "'");
      return null;
    }
    return switch (type) {
      case "normal" -> session -> !session.isSubscriber();
      case "pubsub" -> Session::isSubscriber;
      default -> session -> false;
    };
  }

  private Condition ofUser(String text) {
    if (!text.equals("default")) {
      call.reply().error("ERR No such user '" + text + "'");
      return null;
    }
    return session -> true;
  }

  private Condition ofDatabase(int value) {
    if (!call.parseInt(value)) {
      call.reply().error("ERR DB is not an integer or out of range");
      return null;
    }
    long database = call.number();
    int count = call.keyspace().databases();
    if (database < 0 || database >= count) {
      call.reply().error("ERR DB number should be between 0 and " + (count - 1));
      return null;
    }
    return session -> session.database() == database;
  }

  private Condition olderThan(long seconds) {
    long nowMillis = call.nowMillis();
    return session -> (nowMillis - session.createdAtMillis()) / 1000 >= seconds;
  }

  private Condition idleFor(long seconds) {
    long nowMillis = call.nowMillis();
    return session -> session.idleSeconds(nowMillis) >= seconds;
  }

  private boolean requireSeconds(String name, int value) {
    if (!call.parseLong(value)) {
      call.reply().error("ERR " + name + " is not an integer or out of range");
      return false;
    }
    if (call.number() <= 0) {
      call.reply().error("ERR " + name + " should be greater than 0");
      return false;
    }
    return true;
  }

  private boolean requireLetters(String name, boolean opposite, String known, String letters) {
    if (containsAll(known, letters)) {
      return true;
    }
    String where = opposite ? "the NOT-" + name.toUpperCase(Locale.ROOT) : "the provided";
    call.reply().error("ERR Unknown " + name + " found in " + where + " filter: " + letters);
    return false;
  }

  private static boolean containsAll(String letters, String wanted) {
    return wanted.chars().allMatch(letter -> letters.indexOf(letter) >= 0);
  }

  /** Who has no name has not the empty one either. */
  private static boolean isNamed(String name, String wanted) {
    return !name.isEmpty() && name.equals(wanted);
  }

  /** The host of an address as clients show it: {@code 127.0.0.1:50000}, {@code [::1]:50000}. */
  private static String host(String address) {
    String host = address.substring(0, address.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The clients that are meant, the oldest first. */
  List<Session> select() {
    List<Session> selected = new ArrayList<>();
    for (Session session : call.engine().clients().sessions()) {
      if (!session.isCutOff() && !(sparesCaller && session == call.session()) && matches(session)) {
        selected.add(session);
      }
    }
    return selected;
  }

  private boolean matches(Session session) {
    for (Condition condition : conditions.values()) {
      if (!condition.holds(session)) {
        return false;
      }
    }
    return true;
  }
}
