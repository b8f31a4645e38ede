package io.jacinth.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every Java source is as the formatter would write it: {@code bin/format} makes it so. */
final class FormatTest {
  private static final ToolProvider FORMATTER =
      ToolProvider.findFirst("google-java-format").orElseThrow();

  @Test
  void everySourceIsFormatted() throws IOException {
    List<Path> sources = Repository.javaSources();
    assertFalse(sources.isEmpty());
    StringWriter unformatted = new StringWriter();
    int result = check(sources, unformatted);
    assertEquals(0, result, () -> "Not formatted (run bin/format):\n" + unformatted);
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
    PrintWriter writer = new PrintWriter(report);
    int result = FORMATTER.run(writer, writer, arguments.toArray(String[]::new));
    writer.flush();
    return result;
  }
}
