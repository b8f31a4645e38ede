package io.jacinth.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
  private final Settings settings = new Settings();

  private String set(String... namesAndValues) {
    return settings.set(List.of(namesAndValues), true);
  }

  private String text(String name) {
    return settings.get(List.of(name)).get(name);
  }

  @Test
  void typedAccess() {
    assertNull(set("maxmemory", "100mb", "protected-mode", "NO", "bind", "127.0.0.1 ::1"));
    assertEquals(100 << 20, settings.maxmemory.asLong());
    assertFalse(settings.protectedMode.isOn());
    assertEquals(List.of("127.0.0.1", "::1"), settings.bind.value());
    assertEquals("noeviction", settings.maxmemoryPolicy.value());
    assertEquals(6379, settings.port.asInt());
    assertFalse(settings.port.inertReason() != null);
  }

  @Test
  void instancesAreIndependent() {
    Settings other = new Settings();
    assertNull(set("timeout", "7"));
    assertEquals(0, other.timeout.asLong());
  }

  @Test
  void namesAreUniqueAndInLowerCase() {
    Set<String> names = new HashSet<>();
    for (Setting<?> setting : settings.all()) {
      List<String> all = new ArrayList<>(setting.aliases());
      all.add(setting.name());
      for (String name : all) {
        assertTrue(names.add(name), name);
        assertTrue(name.matches("[a-z0-9_-]+"), name);
        assertSame(setting, settings.named(name));
      }
    }
    assertSame(settings.maxmemory, settings.named("MaxMemory"));
    assertNull(settings.named("no-such-setting"));
  }

  /** What CONFIG GET shows can be said again, and is then no change. */
  @Test
  void everyTextIsReadBack() throws SettingException {
    for (Setting<?> setting : settings.all()) {
      String text = setting.text();
      if (!text.isEmpty() && !setting.name().equals("replicaof")) {
        settings.load(List.of(setting.name(), text));
        assertEquals(text, setting.text(), setting.name());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1,1",
    "1b,1",
    "1k,1000",
    "1KB,1024",
    "1m,1000000",
    "1mb,1048576",
    "2g,2000000000",
    "2Gb,2147483648",
    "'',0",
    "01,1",
    "99999999999999999999,18446744073709551615",
    "20000000000gb,3028092406290448384"
  })
  void memory(String said, String text) {
    assertNull(set("maxmemory", said));
    assertEquals(text, text("maxmemory"));
    assertTrue(settings.maxmemory.asLong() >= 0);
  }

  @Test
  void perCentOfMemory() {
    assertNull(set("maxmemory-clients", "5%"));
    assertEquals("5%", text("maxmemory-clients"));
    NumberSetting clients = (NumberSetting) settings.named("maxmemory-clients");
    assertEquals(50, clients.bytesOf(1_000));
    assertNull(set("maxmemory-clients", "1kb"));
    assertEquals(1_024, clients.bytesOf(1_000));
  }

  /** The reasons behind "CONFIG SET failed", as Redis 8.0.6 has them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "maxmemory|-1|argument must be a memory value",
        "maxmemory|1.5gb|argument must be a memory value",
        "maxmemory|1 |argument must be a memory value",
        "maxmemory-clients|101%|percentage argument must be less or equal to 100",
        "maxmemory-clients|x|argument must be a memory or percent value",
        "maxmemory-samples|0|argument must be between 1 and 64 inclusive",
        "maxmemory-samples|05|argument couldn't be parsed into an integer",
        "maxclients|0|argument must be between 1 and 4294967295 inclusive",
        "client-query-buffer-limit|1|argument must be between 1048576 and 9223372036854775807"
            + " inclusive",
        "appendonly|maybe|argument must be 'yes' or 'no'",
        "appendfsync|x|argument(s) must be one of the following: everysec, always, no",
        "save|60|Invalid save parameters",
        "save|0 1|Invalid save parameters",
        "save|60  1|Invalid save parameters",
        "client-output-buffer-limit|normal 5|Wrong number of arguments in buffer limit"
            + " configuration.",
        "client-output-buffer-limit|master 0 0 0|Invalid client class specified in buffer limit"
            + " configuration.",
        "client-output-buffer-limit|normal 0 0 -1|Error in hard, soft or soft_seconds setting in"
            + " buffer limit configuration.",
        "notify-keyspace-events|Q|Invalid event class character. Use 'Ag$lshzxeKEtmdnoc'.",
        "oom-score-adj-values|1 2|wrong number of arguments",
        "oom-score-adj-values|-2001 2 3|Invalid oom-score-adj-values, elements must be between"
            + " -2000 and 2000.",
        "shutdown-on-sigterm|save nosave|shutdown options SAVE and NOSAVE can't be used"
            + " simultaneously",
        "shutdown-on-sigterm|later|argument(s) must be one of the following: default, save, nosave,"
            + " now, force",
        "latency-tracking-info-percentiles|x|Invalid latency-tracking-info-percentiles parameters",
        "latency-tracking-info-percentiles|101|latency-tracking-info-percentiles parameters should"
            + " sit between [0.0,100.0]",
        "databases|5|can't set immutable config",
        "tls-port|6380|Unable to update TLS configuration. Check server logs.",
        "proc-title-template|{foo}|template format is invalid or contains unknown variables"
      },
      ignoreLeadingAndTrailingWhitespace = false)
  void refusals(String name, String value, String reason) {
    String before = text(name);
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason,
        set(name, value));
    assertEquals(before, text(name));
  }

  @Test
  void namesThatAreWrong() {
    assertEquals("ERR syntax error", set("maxmemory", "1", "timeout"));
    assertEquals(
        "ERR Unknown option or number of arguments for CONFIG SET - 'foo'",
        set("maxmemory", "1", "foo", "2"));
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument 'maxmemory') - duplicate parameter",
        set("maxmemory", "1", "maxmemory", "2"));
    assertEquals(0, settings.maxmemory.asLong());
  }

  @Test
  void aliasesSetTheSame() {
    assertNull(set("hash-max-listpack-entries", "5", "hash-max-ziplist-entries", "6"));
    assertEquals("6", text("hash-max-listpack-entries"));
    assertEquals("6", text("hash-max-ziplist-entries"));
  }

  @Test
  void protectedSettings(@TempDir Path directory) throws SettingException {
    String refused =
        "ERR CONFIG SET failed (possibly related to argument 'dir') - can't set protected config";
    List<String> change = List.of("dir", directory.toString());
    assertEquals(refused, settings.set(change, true));
    settings.load(List.of("enable-protected-configs", "local"));
    assertEquals(refused, settings.set(change, false));
    assertNull(settings.set(change, true));
    assertEquals(directory.resolve("x"), settings.resolve("x"));
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument 'dir') - No such file or directory",
        set("dir", "missing"));
  }

  @Test
  void allOrNothing() {
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument 'appendfsync') - argument(s) must be"
            + " one of the following: everysec, always, no",
        set("maxmemory", "5", "timeout", "9", "appendfsync", "x"));
    assertEquals(0, settings.maxmemory.asLong());
    assertEquals(0, settings.timeout.asLong());
  }

  @Test
  void whoListensIsToldOnceAndOnlyOfChanges() {
    List<String> told = new ArrayList<>();
    settings.onChange(
        () -> told.add(settings.maxmemory.text() + " " + settings.maxmemoryPolicy.text()),
        settings.maxmemory,
        settings.maxmemoryPolicy);
    assertNull(set("maxmemory", "5", "maxmemory-policy", "allkeys-lru"));
    assertNull(set("maxmemory", "5"));
    assertNull(set("timeout", "5"));
    assertEquals(List.of("5 allkeys-lru"), told);
  }

  /** The change before took effect already, and is put back with the rest. */
  @Test
  void aChangeThatCannotTakeEffectIsTakenBack() {
    List<Long> timeouts = new ArrayList<>();
    settings.onChange(() -> timeouts.add(settings.timeout.asLong()), settings.timeout);
    settings.onChange(
        () -> {
          if (settings.port.asLong() == 1) {
            throw new SettingException("Unable to listen on this port. Check server logs.");
          }
        },
        settings.port);
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this"
            + " port. Check server logs.",
        set("timeout", "5", "port", "1"));
    assertEquals(List.of(5L, 0L), timeouts);
    assertEquals(6379, settings.port.asLong());
  }

  @Test
  void configGet() {
    assertEquals(Map.of("port", "6379"), settings.get(List.of("PORT", "foo")));
    assertEquals(Map.of(), settings.get(List.of("foo")));
    assertEquals(
        Set.of("maxmemory-policy", "maxmemory-samples", "timeout"),
        settings.get(List.of("MaxMemory-[ps]*", "timeout")).keySet());
    assertTrue(settings.get(List.of("*")).containsKey("slaveof"));
    assertFalse(settings.get(List.of("*")).containsKey("watchdog-period"));
    assertEquals(Map.of("watchdog-period", "0"), settings.get(List.of("watchdog-period")));
  }

  @ParameterizedTest
  @CsvSource({
    "KEA,AKE",
    "KEg$lshzxetd,AKE",
    "KEAmn,AKEm",
    "An,A",
    "Knx,xnK",
    "nm,nm",
    "KEAoc,AKE",
    "Kco,ocK",
    "'',''",
    "m,m"
  })
  void keyspaceEvents(String said, String shown) {
    assertNull(set("notify-keyspace-events", said));
    assertEquals(shown, text("notify-keyspace-events"));
  }

  @Test
  void formats() {
    assertNull(set("save", "060 01 5 6", "oom-score-adj-values", "-5 2 1"));
    assertEquals("60 1 5 6", text("save"));
    assertEquals("-5 2 1", text("oom-score-adj-values"));
    assertNull(set("save", "", "shutdown-on-sigterm", "force NOW"));
    assertEquals("", text("save"));
    assertEquals("now force", text("shutdown-on-sigterm"));
    assertNull(set("client-output-buffer-limit", "pubsub 1mb 2mb 3 Replica 5 6 7"));
    assertEquals(
        "normal 0 0 0 slave 5 6 7 pubsub 1048576 2097152 3", text("client-output-buffer-limit"));
    assertNull(set("latency-tracking-info-percentiles", "50.123456789 100 0x10"));
    assertEquals("50.123457 100 16", text("latency-tracking-info-percentiles"));
    assertNull(set("hz", "777"));
    assertEquals("500", text("hz"));
  }

  @Test
  void linesOfTheStart() throws SettingException {
    settings.load(List.of("save", "60", "1000"));
    settings.load(List.of("SAVE", "5 5"));
    assertEquals("60 1000 5 5", text("save"));
    settings.load(List.of("save", ""));
    assertEquals("", text("save"));
    List<List<String>> renamed = new ArrayList<>();
    settings.onDirective("rename-command", renamed::add);
    settings.load(List.of("rename-command", "GET", ""));
    assertEquals(List.of(List.of("GET", "")), renamed);
    assertLoadFails("Bad directive or wrong number of arguments", "user", "a");
    assertLoadFails("Bad directive or wrong number of arguments", "foo", "bar");
    assertLoadFails("wrong number of arguments", "port", "1", "2");
    assertLoadFails("wrong number of arguments", "port");
    assertLoadFails("wrong number of arguments", "replicaof", "localhost");
    assertLoadFails("Invalid master port", "replicaof", "localhost", "x");
    settings.load(List.of("slaveof", "localhost", "1"));
    assertEquals("localhost 1", text("replicaof"));
    settings.load(List.of("replicaof", "no", "one"));
    assertEquals("", text("slaveof"));
    settings.load(List.of("list-max-ziplist-entries", "5"));
  }

  private void assertLoadFails(String message, String... line) {
    SettingException failure =
        assertThrows(SettingException.class, () -> settings.load(List.of(line)));
    assertEquals(message, failure.getMessage());
  }

  @Test
  void secretsAreMarked() {
    assertTrue(settings.requirepass.isSensitive());
    assertNotNull(settings.named("masterauth"));
    assertTrue(settings.named("masterauth").isSensitive());
    assertFalse(settings.port.isSensitive());
  }
}
