package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jacinth.base.Latin1;
import io.jacinth.base.RandomSource;
import io.jacinth.config.Setting;
import io.jacinth.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.SafeEncoder;

/** The settings are Redis's: their names, defaults, texts, and what is said to a wrong value. */
final class SettingsPeerTest {
  /**
   * Settings whose default, or whose text after a start, is another one than Redis's; each with the
   * reason.
   */
  private static final Map<String, String> OTHER_DEFAULTS =
      Map.of(
          "port", "the peer's is a free one",
          "bind", "the peer is bound to the loopback interface",
          "dir", "the peer has a directory of its own",
          "save", "the peer is started without",
          "enable-debug-command", "the peer is started with",
          "io-threads", "as many as there are cores");

  /** What Redis does not have: shown when it is named, not among all. */
  private static final Set<String> OURS =
      Set.of("shards", "io-transport", "stream-idmp-duration", "stream-idmp-maxsize");

  /**
   * Settings that are not changed at the peer: where it listens and who may ask; what this build of
   * it has not, or has and we do not; and what would end it.
   */
  private static final Set<String> NOT_CHANGED =
      Set.of(
          "port",
          "bind",
          "requirepass",
          "tls-port",
          "tls-cluster",
          "tls-replication",
          "activedefrag",
          "maxmemory-policy",
          "maxclients",
          "watchdog-period");

  private static final List<String> VALUES =
      List.of(
          "",
          "0",
          "1",
          "-1",
          "2",
          "5",
          "64",
          "65",
          "100",
          "777",
          "65536",
          "2147483648",
          "01",
          " 1",
          "1 ",
          "+1",
          "1.5",
          "0x10",
          "1e3",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "18446744073709551615",
          "99999999999999999999",
          "1k",
          "1kb",
          "2MB",
          "1gb",
          "1tb",
          "1b",
          "kb",
          "1 kb",
          "5%",
          "101%",
          "-5%",
          "%",
          "5%%",
          "yes",
          "NO",
          "maybe",
          "abc",
          "a b",
          "a b c",
          "1 2",
          "1 2 3",
          "1  2",
          "60 1000",
          "60 1000 5 5",
          "0 1",
          "-1 1",
          "normal 0 0 0",
          "NORMAL 1kb 2k 3",
          "slave 1 2 3 replica 4 5 6",
          "pubsub 1 2",
          "foo 1 2 3",
          "normal 1 2 -3",
          "normal 1 2 3x",
          "KEA",
          "KEg$x",
          "Knm",
          "Q",
          "default",
          "nosave force",
          "save nosave",
          "now NOW",
          "50 99",
          "100.1",
          "0.123456789",
          "a.b-c",
          "a/b",
          "a_b",
          "{title}",
          "{title} {foo}",
          "debug",
          "everysec",
          "ALWAYS",
          "local",
          "local0",
          "hostname",
          "{title} {port}",
          "a\"b\n");

  @Test
  void namesAndDefaults() {
    try (Peer peer = Peer.redis();
        Jedis client = new Jedis("127.0.0.1", peer.port())) {
      Map<String, String> theirs = new TreeMap<>(client.configGet("*"));
      Map<String, String> ours = new TreeMap<>(new Settings().get(List.of("*")));
      assertEquals(Set.of(), difference(ours.keySet(), theirs.keySet()));
      assertEquals(OURS, new Settings().get(List.copyOf(OURS)).keySet());
      assertEquals(Set.of(), difference(theirs.keySet(), ours.keySet()));
      Set<String> otherDefaults = new TreeSet<>();
      theirs.forEach(
          (name, text) -> {
            if (!text.equals(ours.get(name))) {
              otherDefaults.add(name);
            }
          });
      // one core is as many threads as Redis has
      otherDefaults.add("io-threads");
      assertEquals(new TreeSet<>(OTHER_DEFAULTS.keySet()), otherDefaults);
    }
  }

  private static Set<String> difference(Set<String> some, Set<String> others) {
    Set<String> left = new TreeSet<>(some);
    left.removeAll(others);
    return left;
  }

  /** Every setting that can be changed is given every value. */
  @Test
  void eachSettingAndEachValue() {
    try (Peer peer = Peer.redis();
        Jedis client = new Jedis("127.0.0.1", peer.port())) {
      Settings settings = new Settings();
      List<String> differences = new ArrayList<>();
      int changes = 0;
      for (String name : changeable(client, settings)) {
        String before = client.configGet(name).get(name);
        for (String value : VALUES) {
          String theirs = set(client, List.of(name, value));
          String ours = settings.set(List.of(name, value), true);
          if (theirs == null) {
            changes++;
            theirs = client.configGet(name).get(name);
            set(client, List.of(name, before));
          }
          if (ours == null) {
            ours = settings.get(List.of(name)).get(name);
            settings.set(List.of(name, before), true);
          }
          if (!theirs.equals(ours)) {
            differences.add(
                name + " '" + value + "'\n  Redis:   " + theirs + "\n  Jacinth: " + ours);
          }
        }
      }
      assertEquals("", String.join("\n", differences));
      assertFalse(changes < 1000, changes + " values were taken");
    }
  }

  /**
   * Several settings at once, right and wrong ones mixed: the same error, and nothing changed by
   * it.
   */
  @Test
  void severalAtOnce() {
    long seed = Long.getLong("jacinth.settings.seed", 20_261_123);
    RandomSource random = new RandomSource(seed);
    try (Peer peer = Peer.redis("--enable-protected-configs", "no");
        Jedis client = new Jedis("127.0.0.1", peer.port())) {
      Settings settings = new Settings();
      List<String> names = new ArrayList<>(changeable(client, settings));
      // Redis finds a wrong locale only after all other values are found right
      names.remove("locale-collate");
      names.addAll(List.of("databases", "foo", "dbfilename", "MAXMEMORY", "Timeout"));
      Map<String, String> start = client.configGet("*");
      for (int i = 0; i < 1000; i++) {
        List<String> change = new ArrayList<>();
        for (int pairs = 1 + random.nextInt(4); pairs > 0; pairs--) {
          String name = names.get(random.nextInt(names.size()));
          boolean right = random.nextInt(3) > 0 && start.containsKey(name);
          change.add(name);
          change.add(right ? start.get(name) : VALUES.get(random.nextInt(VALUES.size())));
        }
        String repeat = change + ", seed " + seed;
        assertEquals(set(client, change), settings.set(change, true), repeat);
        if (i % 50 == 0) {
          Map<String, String> theirs = new TreeMap<>(client.configGet("*"));
          Map<String, String> ours = new TreeMap<>(settings.get(List.of("*")));
          theirs.keySet().removeAll(OTHER_DEFAULTS.keySet());
          ours.keySet().retainAll(theirs.keySet());
          assertEquals(theirs, ours, repeat);
        }
      }
    }
  }

  /** The names under which settings can be changed at both. */
  private static Set<String> changeable(Jedis client, Settings settings) {
    Set<String> names = new TreeSet<>();
    for (Setting<?> setting : settings.all()) {
      if (!setting.isFixed() && !setting.isGuarded() && !NOT_CHANGED.contains(setting.name())) {
        names.add(setting.name());
        names.addAll(setting.aliases());
      }
    }
    names.removeIf(name -> client.configGet(name).isEmpty());
    return names;
  }

  /** What CONFIG SET says, null for OK. */
  private static String set(Jedis client, List<String> namesAndValues) {
    byte[][] arguments = new byte[namesAndValues.size() + 1][];
    arguments[0] = SafeEncoder.encode("SET");
    for (int i = 0; i < namesAndValues.size(); i++) {
      arguments[i + 1] = Latin1.bytes(namesAndValues.get(i));
    }
    try {
      client.sendCommand(Protocol.Command.CONFIG, arguments);
      return null;
    } catch (JedisDataException e) {
      // the classes that Redis 8.2 adds
      return e.getMessage().replace("Use 'Ag$lshzxeKEtmdn'", "Use 'Ag$lshzxeKEtmdnoc'");
    }
  }
}
