package io.jacinth.config;

import io.jacinth.base.GlobPattern;
import io.jacinth.base.Latin1;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * File names as settings have them: bytes, relative to the working directory, perhaps with
 * wildcards.
 */
final class FileNames {
  private FileNames() {}

  /** The path of a name whose characters are bytes of UTF-8. */
  static Path path(Path directory, String name) {
    return directory.resolve(new String(Latin1.bytes(name), StandardCharsets.UTF_8));
  }

  /** The name of a path as bytes. */
  static String name(Path path) {
    return Latin1.string(path.toString().getBytes(StandardCharsets.UTF_8));
  }

  static boolean isPattern(String name) {
    return name.contains("*") || name.contains("?") || name.contains("[");
  }

  /** The files that a name with wildcards matches, in the order of their names. */
  static List<Path> matching(Path directory, String pattern) throws IOException {
    Path whole = path(directory, pattern).normalize();
    List<Path> found = List.of(whole.getRoot());
    for (Path part : whole) {
      found = isPattern(part.toString()) ? matching(found, part.toString()) : existing(found, part);
    }
    return found;
  }

  private static List<Path> matching(List<Path> directories, String pattern) throws IOException {
    TreeSet<Path> found = new TreeSet<>();
    byte[] bytes = pattern.getBytes(StandardCharsets.UTF_8);
    for (Path directory : directories) {
      if (!Files.isDirectory(directory)) {
        continue;
      }
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
        for (Path entry : entries) {
          String name = entry.getFileName().toString();
          // as in a shell, a wildcard does not stand for the dot that hides a file
          boolean hidden = name.startsWith(".") && !pattern.startsWith(".");
          if (!hidden && GlobPattern.matches(bytes, name.getBytes(StandardCharsets.UTF_8), false)) {
            found.add(entry);
          }
        }
      }
    }
    return new ArrayList<>(found);
  }

  private static List<Path> existing(List<Path> directories, Path part) {
    return directories.stream()
        .map(directory -> directory.resolve(part))
        .filter(Files::exists)
        .toList();
  }

  /** What C's {@code strerror} says to a failure. */
  static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> "No such file or directory";
      case AccessDeniedException e -> "Permission denied";
      case NotDirectoryException e -> "Not a directory";
      default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
    };
  }
}
