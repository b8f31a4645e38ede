package io.jacinth.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of settings that have been damaged: each is read or refused with a message, and what was
 * read can be written again.
 *
 * <p>{@code -Djacinth.fuzz.files=1000000} lets it run longer, {@code -Djacinth.fuzz.seed} repeats a
 * failure.
 */
final class ConfigFuzzTest {
  private static final long FILES = Long.getLong("jacinth.fuzz.files", 5_000);
  private static final long SEED = Long.getLong("jacinth.fuzz.seed", System.nanoTime());

  private static final List<String> VALUES =
      List.of(
          "yes",
          "no",
          "0",
          "-1",
          "1gb",
          "60 1000",
          "\"\"",
          "\"a \\x41 b\"",
          "'it''s'",
          "\"open",
          "normal 0 0 0",
          "127.0.0.1 ::1 -::*",
          "1e3",
          "99999999999999999999",
          "allkeys-lru",
          "\\",
          "Ex$",
          "a b c d",
          "\u0000",
          "\u00ff");

  private final Random random = new Random(SEED);

  @Test
  void damagedFiles(@TempDir Path directory) throws IOException {
    List<String> names = new ArrayList<>(new Settings().all().stream().map(Setting::name).toList());
    names.addAll(List.of("include", "rename-command", "user", "loadmodule", "", "#", "foo"));
    Path file = directory.resolve("redis.conf");
    int read = 0;
    for (long i = 0; i < FILES; i++) {
      StringBuilder text = new StringBuilder();
      for (int lines = random.nextInt(4); lines > 0; lines--) {
        text.append(names.get(random.nextInt(names.size())))
            .append(random.nextInt(10) == 0 ? "\t \t" : " ")
            .append(VALUES.get(random.nextInt(VALUES.size())))
            .append(random.nextInt(10) == 0 ? "\r\n" : "\n");
      }
      for (int damages = random.nextInt(3); damages > 0 && !text.isEmpty(); damages--) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
      }
      Files.write(file, text.toString().getBytes(StandardCharsets.ISO_8859_1));
      try {
        Settings settings = new Settings(directory);
        Startup.of(List.of("redis.conf")).load(settings, InputStream.nullInputStream());
        read++;
        for (String name : names) {
          var _ = settings.get(List.of(name));
        }
      } catch (StartupException e) {
        assertTrue(!e.getMessage().isEmpty());
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + SEED + ", file " + i + ":\n" + text, e);
      }
    }
    assertTrue(read > FILES / 100, read + " of " + FILES + " were read");
  }
}
