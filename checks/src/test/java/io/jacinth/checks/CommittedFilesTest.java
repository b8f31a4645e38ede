package io.jacinth.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No file names the machine it was written on, or the host of a package registry. */
final class CommittedFilesTest {
  @Test
  void noFileNamesThisMachine() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : Repository.files()) {
      if (text(file).contains(Repository.ROOT.toString())) {
        found.add(Repository.name(file));
      }
    }
    assertEquals(List.of(), found, "files that name this repository's directory");
  }

  @Test
  void noLockFileNamesARegistry() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : Repository.files()) {
      if (file.endsWith("package-lock.json") && text(file).contains("\"resolved\"")) {
        found.add(Repository.name(file));
      }
    }
    assertEquals(List.of(), found, "lock files that name where packages were downloaded from");
  }

  /** Any bytes are a string of Latin 1, so this holds for binary files too. */
  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
