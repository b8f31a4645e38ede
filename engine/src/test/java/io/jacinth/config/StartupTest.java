package io.jacinth.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StartupTest {
  @TempDir private Path directory;
  private Settings settings;

  @BeforeEach
  void newSettings() {
    settings = new Settings(directory);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  private void start(String... arguments) throws StartupException {
    Startup.of(List.of(arguments)).load(settings, InputStream.nullInputStream());
  }

  private void assertFails(String message, String... arguments) {
    StartupException failure = assertThrows(StartupException.class, () -> start(arguments));
    assertEquals(message, failure.getMessage());
  }

  private static String fatal(int line, String text, String reason) {
    return "\n"
        + "*** FATAL CONFIG FILE ERROR (Redis 8.0.6) ***\n"
        + "Reading the configuration file, at line "
        + line
        + "\n>>> '"
        + text
        + "'\n"
        + reason;
  }

  @Test
  void nothing() throws StartupException {
    start();
    assertEquals("6379", settings.port.text());
    assertNull(settings.file());
  }

  @Test
  void aFile() throws Exception {
    write(
        "a.conf",
        """
        # a comment
          PORT   7000\r
        \t
        requirepass "foo \\x41\\n'"
        maxmemory 1gb
        save 60 1000
        save 5 5
        client-output-buffer-limit normal 1mb 0 0
        client-output-buffer-limit pubsub 1 2 3
        bind 127.0.0.1 ::1
        timeout 3
        timeout 4
        """);
    start("a.conf");
    assertEquals(7000, settings.port.asLong());
    assertEquals("foo A\n'", settings.requirepass.value());
    assertEquals(1 << 30, settings.maxmemory.asLong());
    assertEquals("60 1000 5 5", settings.named("save").text());
    assertEquals(List.of("127.0.0.1", "::1"), settings.bind.value());
    assertEquals(1 << 20, settings.clientOutputBufferLimit.value().normal().hardBytes());
    assertEquals(3, settings.clientOutputBufferLimit.value().pubsub().softSeconds());
    assertEquals(4, settings.timeout.asLong());
    assertEquals(directory.resolve("a.conf"), settings.file());
  }

  @Test
  void faultsNameTheirLine() throws Exception {
    write("a.conf", "port 0\n\n  foo bar  baz \n");
    assertFails(fatal(3, "foo bar  baz", "Bad directive or wrong number of arguments"), "a.conf");
    write("a.conf", "port 0\nport \"1\n");
    assertFails(fatal(2, "port \"1", "Unbalanced quotes in configuration line"), "a.conf");
    write("a.conf", "port 0\nmaxmemory\n");
    assertFails(fatal(2, "maxmemory", "wrong number of arguments"), "a.conf");
    write("a.conf", "unixsocketperm 778");
    assertFails(
        fatal(1, "unixsocketperm 778", "argument couldn't be parsed as an octal number"), "a.conf");
    write("a.conf", "unixsocketperm 1777");
    assertFails(
        fatal(1, "unixsocketperm 1777", "argument must be between 0 and 777 inclusive"), "a.conf");
    write("a.conf", "dbfilename a/b");
    assertFails(
        fatal(1, "dbfilename a/b", "dbfilename can't be a path, just a filename"), "a.conf");
    write("a.conf", "dir missing");
    assertFails(fatal(1, "dir missing", "No such file or directory"), "a.conf");
    write("a.conf", "cluster-enabled yes\nreplicaof localhost 1");
    assertFails(
        "\n*** FATAL CONFIG FILE ERROR (Redis 8.0.6) ***\n"
            + "replicaof directive not allowed in cluster mode",
        "a.conf");
  }

  @Test
  void aFileThatIsMissing() throws Exception {
    assertFails(
        "Fatal error, can't open config file '"
            + directory.resolve("a.conf")
            + "': No such file or directory",
        "a.conf");
    write("a.conf", "include b.conf");
    assertFails(
        "Fatal error, can't open config file 'b.conf': No such file or directory", "a.conf");
  }

  @Test
  void includes() throws Exception {
    Files.createDirectory(directory.resolve("sub"));
    write("a.conf", "port 1\ninclude b.conf\ninclude sub/*.conf\ninclude none*.conf\ntimeout 1\n");
    write("b.conf", "port 2\ntimeout 2\n");
    write("sub/2.conf", "port 22\ndir sub\ninclude 3.inc\n");
    write("sub/1.conf", "port 11\nhz 11");
    write("sub/3.inc", "tcp-backlog 33");
    start("a.conf");
    assertEquals(22, settings.port.asLong());
    assertEquals(1, settings.timeout.asLong());
    assertEquals("11", settings.named("hz").text());
    assertEquals(33, settings.tcpBacklog.asLong());
    write("b.conf", "port 2\n\nport x\n");
    newSettings();
    assertFails(fatal(3, "port x", "argument couldn't be parsed into an integer"), "a.conf");
  }

  @Test
  void aFileThatIncludesItself() throws Exception {
    write("a.conf", "port 1\ninclude a.conf\n");
    assertFails(fatal(2, "include a.conf", "Too many files include each other"), "a.conf");
  }

  @Test
  void options() throws Exception {
    write("a.conf", "port 1\nsave 5 5\n");
    start("a.conf", "--port", "2", "--save", "60", "1000", "--bind", "127.0.0.1", "::1");
    assertEquals(2, settings.port.asLong());
    assertEquals("5 5 60 1000", settings.named("save").text());
    assertEquals(List.of("127.0.0.1", "::1"), settings.bind.value());
    newSettings();
    start("--save", "--port 3", "--requirepass", "--x", "--logfile", "", "--hz", "20", "--save");
    assertEquals("", settings.named("save").text());
    assertEquals(3, settings.port.asLong());
    assertEquals("--x", settings.requirepass.value());
    assertEquals("20", settings.named("hz").text());
    newSettings();
    start("--requirepass", "gr\u00fcn");
    assertEquals("gr\u00c3\u00bcn", settings.requirepass.value());
  }

  @Test
  void optionsAreLinesAfterTheFile() throws Exception {
    assertFails(
        fatal(2, "port \"abc\"", "argument couldn't be parsed into an integer"), "--port", "abc");
    assertFails(
        fatal(3, "appendonly \"xx\"", "argument must be 'yes' or 'no'"),
        "--port",
        "0",
        "--appendonly",
        "xx");
    assertFails(fatal(2, "port", "wrong number of arguments"), "--port");
    assertFails(
        fatal(
            2,
            "shutdown-on-sigint",
            "argument(s) must be one of the following: default, save, nosave, now, force"),
        "--shutdown-on-sigint");
    assertFails(fatal(2, "port 0 7", "wrong number of arguments"), "--port 0 7");
    assertFails(fatal(2, "port \"0\" \"-x\"", "wrong number of arguments"), "--port", "0", "-x");
    assertFails(
        fatal(2, "foo \"bar\"", "Bad directive or wrong number of arguments"), "--foo", "bar");
    write("a.conf", "port 1\n");
    assertFails(
        fatal(3, "hz \"x\"", "argument couldn't be parsed into an integer"), "a.conf", "--hz", "x");
  }

  @Test
  void standardInput() throws Exception {
    write("a.conf", "port 1\n");
    InputStream input =
        new ByteArrayInputStream("timeout 5\nport 2\n".getBytes(StandardCharsets.UTF_8));
    Startup.of(List.of("a.conf", "--hz", "20", "-")).load(settings, input);
    assertEquals(2, settings.port.asLong());
    assertEquals(5, settings.timeout.asLong());
    assertEquals("20", settings.named("hz").text());
    newSettings();
    input = new ByteArrayInputStream("hz zz".getBytes(StandardCharsets.UTF_8));
    Startup startup = Startup.of(List.of("-", "--port", "0"));
    InputStream wrong = input;
    StartupException failure =
        assertThrows(StartupException.class, () -> startup.load(settings, wrong));
    assertEquals(
        fatal(1, "hz zz", "argument couldn't be parsed into an integer"), failure.getMessage());
  }
}
