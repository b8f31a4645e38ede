package io.jacinth.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log's format is read by tools. */
class ServerLogTest {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ServerLog log = new ServerLog(new PrintStream(output, true, UTF_8));

  @Test
  void writesLinesAsRedisDoes() {
    long pid = ProcessHandle.current().pid();
    LocalDateTime time = LocalDateTime.of(2026, 1, 2, 3, 4, 5, 67_000_000);
    assertEquals(
        pid + ":C 02 Jan 2026 03:04:05.067 * text\n", log.line(Log.Level.NOTICE, "text", time));
    log.master();
    assertEquals(
        pid + ":M 02 Jan 2026 03:04:05.067 # text\n", log.line(Log.Level.WARNING, "text", time));
    assertTrue(log.line(Log.Level.DEBUG, "text", time).endsWith(" . text\n"));
    assertTrue(log.line(Log.Level.VERBOSE, "text", time).endsWith(" - text\n"));
  }

  @Test
  void tellsLocalTime() {
    LocalDateTime before = LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(MILLIS);
    LocalDateTime time = log.now();
    LocalDateTime after = LocalDateTime.now(ZoneId.systemDefault());
    assertFalse(time.isBefore(before), time + " is before " + before);
    assertFalse(time.isAfter(after), time + " is after " + after);
    assertEquals(ProcessHandle.current().pid(), log.pid());
  }

  @Test
  void leavesOutWhatIsLessImportant() {
    log.verbose("not this");
    log.notice("this");
    log.level(Log.Level.WARNING);
    log.notice("nor this");
    assertTrue(output.toString(UTF_8).matches("\\d+:C .* \\* this\n"), output.toString(UTF_8));
  }

  @Test
  void goesOnInANewFileWhenTheOldOneIsMovedAway(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("log");
    log.file(file);
    log.notice("one");
    Files.move(file, directory.resolve("old"));
    log.notice("two");
    assertTrue(Files.readString(file).endsWith(" * two\n"));
    assertEquals("", output.toString(UTF_8));
  }
}
