package io.jacinth.standalone;

import io.jacinth.command.Log;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.TimeZone;

/**
 * The log in Redis's format, {@code pid:role day month year time level text}, on standard output or
 * in a file.
 *
 * <p>The file is opened for each line: it can be moved away or deleted at any time.
 */
final class ServerLog implements Log {
  private static final String LEVELS = ".-*#";
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };

  private final PrintStream output;
  private final long pid = findPid();

  /**
   * Not a ZoneId: that looks through all jars for more rules of zones, for a fifth of the start.
   */
  private final TimeZone zone = TimeZone.getDefault();

  private volatile Level least = Level.NOTICE;
  private volatile Path file;
  private volatile char role = 'C';

  ServerLog(PrintStream output) {
    this.output = output;
  }

  private static long findPid() {
    try {
      return Long.parseLong(new File("/proc/self").getCanonicalFile().getName());
    } catch (IOException | NumberFormatException e) {
      // Not Linux. Slower, as it prepares to wait for other processes.
      return ProcessHandle.current().pid();
    }
  }

  /** The number of this process. */
  long pid() {
    return pid;
  }

  /** {@code loglevel}; null for nothing at all. */
  void level(Level least) {
    this.least = least;
  }

  /** {@code logfile}; null for standard output. */
  void file(Path file) {
    this.file = file;
  }

  /** Whether lines can be added to the file. */
  boolean opens(Path file) {
    try {
      append(file, "");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(
        file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Configuration is read: from now on a master speaks. */
  void master() {
    role = 'M';
  }

  @Override
  public void log(Level level, String text) {
    Level least = this.least;
    if (least == null || level.compareTo(least) < 0) {
      return;
    }
    String line = line(level, text, now());
    Path file = this.file;
    if (file == null) {
      synchronized (output) {
        output.print(line);
        output.flush();
      }
      return;
    }
    try {
      append(file, line);
    } catch (IOException e) {
      // There is nobody to tell it to.
    }
  }

  LocalDateTime now() {
    long millis = System.currentTimeMillis();
    long local = millis + zone.getOffset(millis);
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(local, 1000), Math.floorMod(local, 1000) * 1_000_000, ZoneOffset.UTC);
  }

  /** Formatted by hand: a formatter of java.time takes longer to make than the server to start. */
  String line(Level level, String text, LocalDateTime time) {
    StringBuilder line = new StringBuilder(text.length() + 48);
    line.append(pid).append(':').append(role).append(' ');
    digits(line, time.getDayOfMonth(), 2).append(' ');
    line.append(MONTHS[time.getMonthValue() - 1]).append(' ').append(time.getYear()).append(' ');
    digits(line, time.getHour(), 2).append(':');
    digits(line, time.getMinute(), 2).append(':');
    digits(line, time.getSecond(), 2).append('.');
    digits(line, time.getNano() / 1_000_000, 3).append(' ');
    line.append(LEVELS.charAt(level.compareTo(Level.DEBUG))).append(' ');
    return line.append(text).append('\n').toString();
  }

  private static StringBuilder digits(StringBuilder line, int value, int count) {
    String digits = Integer.toString(value);
    return line.repeat('0', count - digits.length()).append(digits);
  }
}
