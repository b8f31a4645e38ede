package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.embedded.Jacinth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * COMMAND says of every command here what Redis says of it, and of those that Redis 8.0.6 lacks
 * what Valkey says.
 *
 * <p>Texts for people are our own, so of these only the facts are compared: versions, and words of
 * syntax. What is newer than the peer is left out of the comparison.
 */
final class CommandTableTest {
  private static final String PEER_VERSION = "8.0.6";

  /** Commands that neither peer has. */
  private static final Set<String> NEWER =
      Set.of(
          "digest",
          "delex",
          "increx",
          "lmovem",
          "blmovem",
          "sunioncard",
          "sdiffcard",
          "sexpire",
          "spexpire",
          "sexpireat",
          "spexpireat",
          "sttl",
          "spttl",
          "sexpiretime",
          "spexpiretime",
          "spersist",
          "saddex",
          "himport",
          "xdelex",
          "xackdel",
          "xcfgset",
          "xnack");

  /** Valkey has them later than Redis, by its own count of versions. */
  private static final Set<String> OTHER_VERSION = Set.of("msetex");

  private static final Pattern CODE = Pattern.compile("`([^`]*)`");
  private static final Pattern PLAIN_COMPLEXITY = Pattern.compile("O\\([^)]*\\)");

  private static Jacinth jacinth;
  private static Peer redis;
  private static Peer valkey;
  private static RespConnection ours;
  private static RespConnection theirs;
  private static RespConnection valkeys;

  @BeforeAll
  static void start() throws Exception {
    redis = Peer.redis();
    valkey = Peer.valkey();
    jacinth = Jacinth.builder().port(0).start();
    ours = new RespConnection(jacinth.port(), 3);
    theirs = new RespConnection(redis.port(), 3);
    valkeys = new RespConnection(valkey.port(), 3);
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable each : Arrays.asList(ours, theirs, valkeys, jacinth, redis, valkey)) {
      if (each != null) {
        try {
          each.close();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  @Test
  void info() {
    Map<String, Object> theirsByName = infoByName(theirs);
    Map<String, Object> valkeysByName = infoByName(valkeys);
    List<String> differences = new ArrayList<>();
    infoByName(ours)
        .forEach(
            (name, mine) -> {
              Object peers = theirsByName.getOrDefault(name, valkeysByName.get(name));
              if (peers == null) {
                expectNewer(name, differences);
              } else {
                compare(
                    name,
                    describe(mine, mine, null),
                    describe(peers, mine, valkeysByName.get(name)),
                    differences);
              }
            });
    assertEquals("", String.join("\n", differences));
  }

  @Test
  void docs() {
    Map<String, Object> theirsByName = strings(theirs.call("COMMAND", "DOCS"));
    Map<String, Object> valkeysByName = strings(valkeys.call("COMMAND", "DOCS"));
    List<String> differences = new ArrayList<>();
    strings(ours.call("COMMAND", "DOCS"))
        .forEach(
            (name, mine) -> {
              Object peers = theirsByName.getOrDefault(name, valkeysByName.get(name));
              if (peers == null) {
                expectNewer(name, differences);
                return;
              }
              Map<String, Object> my = document(mine, mine, null);
              Map<String, Object> their = document(peers, mine, valkeysByName.get(name));
              if (OTHER_VERSION.contains(name)) {
                my.remove("since");
                their.remove("since");
              }
              compare(name, my, their, differences);
            });
    assertEquals("", String.join("\n", differences));
  }

  @Test
  void asksForAbsentCommands() {
    for (String request :
        List.of(
            "COMMAND INFO nosuch",
            "COMMAND INFO get|foo client|nosuch",
            "COMMAND DOCS nosuch",
            "COMMAND LIST FILTERBY MODULE json",
            "COMMAND LIST FILTERBY ACLCAT nosuch",
            "COMMAND LIST FILTERBY ACLCAT @string",
            "COMMAND LIST FILTERBY PATTERN nosuch*",
            "COMMAND LIST FILTERBY",
            "COMMAND LIST FILTERBY MODULE",
            "COMMAND LIST FILTERBY x y",
            "COMMAND LIST x",
            "COMMAND GETKEYS",
            "COMMAND GETKEYS nosuch",
            "COMMAND GETKEYS get",
            "COMMAND GETKEYS get a b",
            "COMMAND GETKEYS command count",
            "COMMAND GETKEYS command nosuch",
            "COMMAND nosuch",
            "COMMAND COUNT x",
            "COMMAND HELP x")) {
      String[] words = request.split(" ");
      assertEquals(theirs.call(words), ours.call(words), request);
    }
  }

  @Test
  void findsKeys() {
    for (String request :
        List.of(
            "get k",
            "mget a b c",
            "mset a 1 b 2",
            "mset a 1 b",
            "set a b",
            "set a b GET",
            "set a b ex 10 get",
            "setex k 1 v",
            "del a b",
            "rename a b",
            "getdel k",
            "exists a a",
            "lcs a b",
            "object freq k",
            "object",
            "memory usage k",
            "bitop not a b",
            "bitop and d a b c",
            "bitfield k",
            "bitfield k get u8 0",
            "bitfield k GET u8 0 get u8 8",
            "bitfield k get u8",
            "bitfield k overflow fail get u8 0",
            "bitfield k set u8 0 1",
            "bitfield k get u8 0 incrby u8 0 1",
            "copy a b db 1")) {
      for (String command : List.of("getkeys", "getkeysandflags")) {
        String[] words = ("command " + command + " " + request).split(" ");
        assertEquals(theirs.call(words), ours.call(words), command + " " + request);
      }
    }
  }

  /** A set or map of RESP3 is an array in RESP2, with nothing else changed. */
  @Test
  void resp2() {
    try (RespConnection older = new RespConnection(jacinth.port(), 2)) {
      for (String request :
          List.of("COMMAND", "COMMAND INFO set", "COMMAND DOCS", "COMMAND GETKEYSANDFLAGS get k")) {
        String[] words = request.split(" ");
        assertEquals(flatten(ours.call(words)), older.call(words), request);
      }
      assertEquals(Arrays.asList((Object) null), older.call("COMMAND", "INFO", "nosuch"));
    }
  }

  @Test
  void countsAndLists() {
    List<?> names = (List<?>) ours.call("COMMAND", "LIST");
    Set<Object> ofInfo = new HashSet<>();
    for (Object each : (List<?>) ours.call("COMMAND")) {
      collectNames(each, ofInfo);
    }
    assertEquals(ofInfo, new HashSet<>(names));
    assertEquals((long) ((List<?>) ours.call("COMMAND")).size(), ours.call("COMMAND", "COUNT"));
    assertTrue(names.contains("get"));
    List<?> strings = (List<?>) ours.call("COMMAND", "LIST", "FILTERBY", "ACLCAT", "STRING");
    assertTrue(strings.contains("set") && !strings.contains("del"), strings::toString);
    List<?> matching = (List<?>) ours.call("COMMAND", "LIST", "FILTERBY", "PATTERN", "CoMMand|g*");
    assertEquals(Set.of("command|getkeys", "command|getkeysandflags"), new HashSet<>(matching));
  }

  private static void collectNames(Object info, Set<Object> names) {
    names.add(((List<?>) info).getFirst());
    if (((List<?>) info).getLast() instanceof List<?> subcommands) {
      subcommands.forEach(each -> collectNames(each, names));
    }
  }

  private static void expectNewer(String name, List<String> differences) {
    if (!NEWER.contains(name)) {
      differences.add(name + ": no peer has it");
    }
  }

  private static void compare(
      String name, Map<String, Object> mine, Map<String, Object> peers, List<String> differences) {
    Set<String> keys = new HashSet<>(mine.keySet());
    keys.addAll(peers.keySet());
    for (String key : keys) {
      Object a = mine.get(key);
      Object b = peers.get(key);
      if (a == null ? b != null : !a.equals(b)) {
        differences.add(name + " " + key + ":\n  ours   " + a + "\n  peer's " + b);
      }
    }
  }

  // ---- COMMAND INFO ----

  private static Map<String, Object> infoByName(RespConnection connection) {
    Map<String, Object> byName = new TreeMap<>();
    for (Object each : (List<?>) connection.call("COMMAND", "INFO")) {
      byName.put((String) ((List<?>) each).getFirst(), each);
    }
    return byName;
  }

  /**
   * One command's entry, with the sub-commands that {@code wanted} has.
   *
   * @param other has those that the entry lacks; may be null
   */
  private static Map<String, Object> describe(Object entry, Object wanted, Object other) {
    List<?> fields = (List<?>) entry;
    Map<String, Object> all = new TreeMap<>();
    all.put("arity", fields.get(1));
    all.put("flags", fields.get(2));
    all.put("range", fields.subList(3, 6));
    all.put("categories", fields.get(6));
    all.put("tips", fields.get(7));
    List<Object> specs = new ArrayList<>();
    for (Object spec : (Set<?>) fields.get(8)) {
      Map<String, Object> facts = strings(spec);
      facts.remove("notes");
      specs.add(facts);
    }
    all.put("specs", specs);
    if (((List<?>) wanted).get(9) instanceof List<?> subcommands) {
      Map<String, Object> theirsByName = new TreeMap<>();
      if (other != null) {
        ((List<?>) ((List<?>) other).get(9)).forEach(each -> theirsByName.put(name(each), each));
      }
      ((List<?>) fields.get(9)).forEach(each -> theirsByName.put(name(each), each));
      for (Object each : subcommands) {
        Object peers = theirsByName.get(name(each));
        if (peers == null) {
          all.put(name(each), "absent");
        } else {
          describe(peers, each, null)
              .forEach((key, value) -> all.put(name(each) + " " + key, value));
        }
      }
    } else {
      all.put("subcommands", ((List<?>) wanted).get(9));
    }
    return all;
  }

  private static String name(Object entry) {
    return (String) ((List<?>) entry).getFirst();
  }

  // ---- COMMAND DOCS ----

  /**
   * What is comparable of one command's documentation, with the sub-commands that {@code wanted}
   * has.
   *
   * @param other has those that the entry lacks; may be null
   */
  private static Map<String, Object> document(Object entry, Object wanted, Object other) {
    Map<String, Object> facts = strings(entry);
    assertTrue(!((String) facts.remove("summary")).isBlank());
    Map<String, Object> all = new TreeMap<>(facts);
    Object complexity = strings(wanted).get("complexity");
    Object comparable = all.remove("complexity");
    if (complexity != null && PLAIN_COMPLEXITY.matcher((String) complexity).matches()) {
      all.put("complexity", comparable);
    }
    if (all.get("history") instanceof Set<?> history) {
      List<Object> versions = new ArrayList<>();
      for (Object change : history) {
        Object version = ((List<?>) change).getFirst();
        if (!isNewer((String) version)) {
          versions.add(version);
        }
      }
      all.remove("history");
      if (!versions.isEmpty()) {
        all.put("history", versions);
      }
    }
    if (all.get("replaced_by") instanceof String replacement) {
      all.put("replaced_by", CODE.matcher(replacement).results().map(MatchResult::group).toList());
    }
    if (all.get("arguments") instanceof List<?> arguments) {
      all.put("arguments", known(arguments));
    }
    all.remove("subcommands");
    if (strings(wanted).get("subcommands") instanceof Map<?, ?> subcommands) {
      Map<String, Object> theirsByName = new TreeMap<>();
      if (other != null && strings(other).get("subcommands") instanceof Map<?, ?> others) {
        theirsByName.putAll(strings(others));
      }
      theirsByName.putAll(strings(facts.get("subcommands")));
      subcommands.forEach(
          (name, each) -> {
            Object peers = theirsByName.get(name);
            if (peers == null) {
              all.put(name.toString(), "absent");
            } else {
              document(peers, each, null).forEach((key, value) -> all.put(name + " " + key, value));
            }
          });
    }
    return all;
  }

  /** The arguments that are not newer than the peer. */
  private static List<Object> known(List<?> arguments) {
    List<Object> known = new ArrayList<>();
    for (Object argument : arguments) {
      Map<String, Object> facts = strings(argument);
      if (facts.get("since") instanceof String since && isNewer(since)) {
        continue;
      }
      facts.remove("summary");
      facts.computeIfPresent("arguments", (_, parts) -> known((List<?>) parts));
      known.add(facts);
    }
    return known;
  }

  private static boolean isNewer(String version) {
    return Arrays.compare(numbers(version), numbers(PEER_VERSION)) > 0;
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }

  // ---- replies ----

  private static Map<String, Object> strings(Object map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    ((Map<?, ?>) map).forEach((key, value) -> copy.put((String) key, value));
    return copy;
  }

  private static Object flatten(Object reply) {
    List<Object> flat = new ArrayList<>();
    switch (reply) {
      case Map<?, ?> map ->
          map.forEach(
              (key, value) -> {
                flat.add(key);
                flat.add(flatten(value));
              });
      case Iterable<?> elements -> elements.forEach(each -> flat.add(flatten(each)));
      default -> {
        return reply;
      }
    }
    return flat;
  }
}
