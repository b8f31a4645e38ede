package io.jacinth.compat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random commands of streams, as Redis 8.0.6 has them, with IDs that no clock is in.
 *
 * <p>What is idle is so for a day and more, or has just been delivered: so it does not matter that
 * two servers do not execute a command in the same millisecond.
 */
final class RandomStreamCommands extends RandomCommands {
  private static final int DAY_MILLIS = 86_400_000;

  /** Numbers from here on are times. */
  private static final long MIN_TIME_MILLIS = 1_000_000_000_000L;

  /** About the last ID, so that others are near it. */
  private int last = 1;

  RandomStreamCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(44)) {
      case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 -> xadd();
      case 12 -> words("XLEN", key());
      case 13, 14 -> command(words("XRANGE", key(), bound(), bound()), List.of(count()));
      case 15, 16 -> command(words("XREVRANGE", key(), bound(), bound()), List.of(count()));
      case 17 -> words("XDEL", key(), id(), id(), id());
      case 18, 19 -> with(words("XTRIM", key()), trim());
      case 20, 21 -> read();
      case 22, 23 -> createGroup();
      case 24 -> command(words("XGROUP", "SETID", key(), group(), from()), List.of(entriesRead()));
      case 25, 26 ->
          words("XGROUP", oneOf("CREATECONSUMER", "DELCONSUMER"), key(), group(), consumer());
      case 27, 28, 29, 30 -> readGroup();
      case 31 -> words("XACK", key(), group(), id(), id(), id());
      case 32, 33 -> claim();
      case 34 -> autoclaim();
      case 35 -> words("XPENDING", key(), group());
      case 36, 37 -> pending();
      case 38 -> info();
      case 39 -> words(oneOf("COPY", "RENAME"), key(), key());
      case 40 -> setId();
      case 41 -> oneIn(4) ? words("SET", key(), "v") : words("DEL", key());
      case 42 -> words("XGROUP", "DESTROY", key(), group());
      default -> oneIn(10) ? limits() : words("XADD", key(), "NOMKSTREAM", id(), "a", small());
    };
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(
        words("XRANGE", key, "-", "+"),
        words("XINFO", "STREAM", key),
        words("XINFO", "STREAM", key, "FULL", "COUNT", "0"));
  }

  private static List<String> with(List<String> head, List<String> tail) {
    List<String> words = new ArrayList<>(head);
    words.addAll(tail);
    return words;
  }

  private String small() {
    return Integer.toString(random.nextInt(20));
  }

  private String id() {
    if (oneIn(100)) {
      return oneOf("18446744073709551615-18446744073709551615", "0-0", "5-", "-5", "5-*", "1-x");
    }
    // Most streams are shorter than that.
    int behind = oneIn(3) ? random.nextInt(last + 1) : Math.min(last, random.nextInt(40));
    int millis = last + 1 - behind;
    return oneIn(3) ? Integer.toString(millis) : millis + "-" + random.nextInt(3);
  }

  private String bound() {
    return oneIn(4) ? oneOf("-", "+") : (oneIn(4) ? "(" : "") + id();
  }

  /** Where a group begins. */
  private String from() {
    return oneOf("0", "$", id(), oneIn(10) ? "-" : id());
  }

  private String group() {
    return "g" + random.nextInt(2);
  }

  private String consumer() {
    return "c" + random.nextInt(3);
  }

  private List<String> count() {
    return oneIn(2) ? words() : words(option("COUNT"), Integer.toString(random.nextInt(6) - 1));
  }

  private List<String> trim() {
    List<String> words = new ArrayList<>();
    words.add(oneOf("MAXLEN", "MINID"));
    String operator = oneOf("", "=", "~");
    if (!operator.isEmpty()) {
      words.add(operator);
    }
    words.add(words.getFirst().equals("MAXLEN") ? small() : id());
    if (oneIn(operator.equals("~") ? 2 : 20)) {
      words.addAll(words(option("LIMIT"), oneOf("0", "1", small(), "-1")));
    }
    return words;
  }

  private List<String> xadd() {
    List<String> words = new ArrayList<>(words("XADD", key()));
    if (oneIn(20)) {
      words.add(option("NOMKSTREAM"));
    }
    if (oneIn(10)) {
      words.addAll(trim());
    }
    last += random.nextInt(2);
    words.add(last + oneOf("-*", "-1", ""));
    boolean same = oneIn(2);
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.addAll(words(same ? "f" + i : oneOf("f", "g"), oneIn(2) ? small() : value()));
    }
    return words;
  }

  private List<String> read() {
    List<String> words = new ArrayList<>(words("XREAD"));
    words.addAll(count());
    words.add(option("STREAMS"));
    int keys = 1 + random.nextInt(3);
    for (int i = 0; i < keys; i++) {
      words.add(key());
    }
    for (int i = 0; i < keys; i++) {
      words.add(oneOf("$", "+", id(), id(), "0", oneIn(20) ? ">" : "0"));
    }
    return words;
  }

  private List<String> createGroup() {
    return command(
        words("XGROUP", "CREATE", key(), group(), from()),
        List.of(maybe(3, "MKSTREAM"), entriesRead()));
  }

  private List<String> entriesRead() {
    return oneIn(4) ? words(option("ENTRIESREAD"), oneOf("-1", "0", small(), "-2")) : words();
  }

  private List<String> readGroup() {
    List<String> words =
        command(
            words("XREADGROUP"),
            List.of(words(option("GROUP"), group(), consumer()), count(), maybe(5, "NOACK")));
    words.add(option("STREAMS"));
    int keys = oneIn(4) ? 2 : 1;
    String first = key();
    words.add(first);
    for (int i = 1; i < keys; i++) {
      words.add(oneIn(2) ? first : key());
    }
    for (int i = 0; i < keys; i++) {
      words.add(oneOf(">", ">", id(), oneIn(20) ? "$" : "0"));
    }
    return words;
  }

  /** A time for which something is idle, or a word that is none. */
  private String idle() {
    return oneIn(20) ? oneOf("x", "-1") : oneOf("0", "0", Integer.toString(DAY_MILLIS));
  }

  private List<String> claim() {
    List<String> head =
        new ArrayList<>(words("XCLAIM", key(), group(), consumer(), idle(), id(), id()));
    String old = Long.toString(2L * DAY_MILLIS * (1 + random.nextInt(3)));
    return command(
        head,
        List.of(
            oneIn(3) ? words(option("IDLE"), oneOf(old, "0")) : words(),
            oneIn(5) ? words(option("TIME"), oneOf(old, "0", "-1")) : words(),
            oneIn(3) ? words(option("RETRYCOUNT"), small()) : words(),
            oneIn(5) ? words(option("LASTID"), id()) : words(),
            maybe(2, "FORCE"),
            maybe(3, "JUSTID")));
  }

  private List<String> autoclaim() {
    return command(
        words("XAUTOCLAIM", key(), group(), consumer(), idle(), oneIn(2) ? "0" : bound()),
        List.of(
            oneIn(2) ? words(option("COUNT"), oneOf("1", "2", small())) : words(),
            maybe(3, "JUSTID")));
  }

  private List<String> pending() {
    List<String> words = new ArrayList<>(words("XPENDING", key(), group()));
    if (oneIn(3)) {
      words.addAll(words(option("IDLE"), idle()));
    }
    words.addAll(words(bound(), bound(), oneOf("10", small(), "-1")));
    if (oneIn(3)) {
      words.add(consumer());
    }
    return words;
  }

  private List<String> info() {
    return switch (random.nextInt(4)) {
      case 0 -> words("XINFO", "GROUPS", key());
      case 1 -> words("XINFO", "CONSUMERS", key(), group());
      case 2 -> words("XINFO", "STREAM", key());
      default -> with(words("XINFO", "STREAM", key(), option("FULL")), count());
    };
  }

  private List<String> setId() {
    return command(
        words("XSETID", key(), id()),
        List.of(
            oneIn(3) ? words(option("ENTRIESADDED"), small()) : words(),
            oneIn(3) ? words(option("MAXDELETEDID"), id()) : words()));
  }

  /** How large the blocks are; Redis 8.0.6 crashes some time after the other limit was lowered. */
  private List<String> limits() {
    return words("CONFIG", "SET", "stream-node-max-entries", oneOf("0", "1", "3", "10", "100"));
  }

  /** What XPENDING and XINFO reply, without what depends on the time. */
  static Object withoutTimes(String[] words, Object reply) {
    if (words[0].equals("XPENDING") && words.length > 3 && reply instanceof List<?> entries) {
      return entries.stream().map(RandomStreamCommands::withoutIdleTime).toList();
    }
    return withoutTimes(reply);
  }

  /** An entry of XPENDING: ID, consumer, idle time, deliveries. */
  private static Object withoutIdleTime(Object entry) {
    List<Object> facts = new ArrayList<>((List<?>) entry);
    facts.set(2, "some time");
    return facts;
  }

  private static Object withoutTimes(Object reply) {
    if (reply instanceof List<?> elements) {
      List<Object> without = new ArrayList<>();
      Object before = null;
      for (Object element : elements) {
        without.add(isIdleTime(before, element) ? "some time" : withoutTimes(element));
        before = element;
      }
      return without;
    }
    if (reply instanceof Map<?, ?> map) {
      Map<Object, Object> without = new LinkedHashMap<>();
      map.forEach(
          (key, value) ->
              without.put(key, isIdleTime(key, value) ? "some time" : withoutTimes(value)));
      return without;
    }
    return reply instanceof Long number && number > MIN_TIME_MILLIS ? "a time" : reply;
  }

  private static boolean isIdleTime(Object name, Object value) {
    return ("idle".equals(name) || "inactive".equals(name))
        && value instanceof Long time
        && time >= 0;
  }
}
