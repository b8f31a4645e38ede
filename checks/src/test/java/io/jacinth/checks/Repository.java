package io.jacinth.checks;

import static java.nio.file.FileVisitResult.CONTINUE;
import static java.nio.file.FileVisitResult.SKIP_SUBTREE;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The repository's files, found from the module that the tests run in. */
final class Repository {
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  /** Directories whose content is made by tools, or is git's own. */
  private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git", ".idea");

  private Repository() {}

  /** The files that people wrote, sorted, so that messages are the same everywhere. */
  static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return NOT_OURS.contains(directory.getFileName().toString()) ? SKIP_SUBTREE : CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              files.add(file);
            }
            return CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  static List<Path> javaSources() throws IOException {
    return files().stream().filter(file -> file.toString().endsWith(".java")).toList();
  }

  /** The directories of compiled product classes of all modules. */
  static List<Path> classDirectories() throws IOException {
    try (var modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("target/classes"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }

  static String name(Path file) {
    return ROOT.relativize(file).toString();
  }
}
