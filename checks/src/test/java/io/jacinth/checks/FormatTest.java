package io.jacinth.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every Java source is as the formatter would write it: {@code bin/format} makes it so.
 *
 * <p>Formatting all takes long, so what was found right once is remembered by its digest, in the
 * build directory.
 */
final class FormatTest {
  /** Digests of the formatter's version with a source that it would not change, a line each. */
  private static final Path FORMATTED = Path.of("target", "formatted.txt");

  private static final ToolProvider FORMATTER =
      ToolProvider.findFirst("google-java-format").orElseThrow();

  @Test
  void everySourceIsFormatted() throws IOException {
    List<Path> sources = Repository.javaSources();
    assertFalse(sources.isEmpty());
    Set<String> known =
        Files.exists(FORMATTED) ? Set.copyOf(Files.readAllLines(FORMATTED)) : Set.of();
    StringWriter version = new StringWriter();
    run(version, List.of("--version"));
    Set<String> digests = new TreeSet<>();
    List<Path> unknown = new ArrayList<>();
    for (Path source : sources) {
      String digest = digest(version.toString(), source);
      digests.add(digest);
      if (!known.contains(digest)) {
        unknown.add(source);
      }
    }
    if (!unknown.isEmpty()) {
      StringWriter unformatted = new StringWriter();
      int result = check(unknown, unformatted);
      assertEquals(0, result, () -> "Not formatted (run bin/format):\n" + unformatted);
    }
    Files.write(FORMATTED, digests);
  }

  private static String digest(String version, Path source) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(version.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(source)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every Java has it
    }
  }

  @Test
  void anUnformattedSourceIsFound(@TempDir Path directory) throws IOException {
    Path source = directory.resolve("Sample.java");
    Files.writeString(source, "class  Sample { int _unformatted ;}\n");
    assertNotEquals(0, check(List.of(source), new StringWriter()));
  }

  private static int check(List<Path> sources, StringWriter report) {
    List<String> arguments = new ArrayList<>(List.of("--dry-run", "--set-exit-if-changed"));
    sources.forEach(source -> arguments.add(source.toString()));
    return run(report, arguments);
  }

  private static int run(StringWriter report, List<String> arguments) {
    PrintWriter writer = new PrintWriter(report);
    int result = FORMATTER.run(writer, writer, arguments.toArray(String[]::new));
    writer.flush();
    return result;
  }
}
