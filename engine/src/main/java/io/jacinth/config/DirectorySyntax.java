package io.jacinth.config;

import io.jacinth.base.QuotedText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/**
 * The working directory: {@code dir}.
 *
 * <p>A Java process cannot change the operating system's idea of where it is, and several instances
 * in one process could not agree on it: so each instance has its own, and relative names are
 * resolved against it.
 */
final class DirectorySyntax implements Syntax<Path> {
  @Override
  public Path parse(List<String> words, Path current, boolean again) throws SettingException {
    try {
      Path directory = FileNames.path(current, words.getFirst()).toRealPath();
      if (words.getFirst().isEmpty()) {
        throw new SettingException("No such file or directory");
      }
      if (!Files.isDirectory(directory)) {
        throw new NotDirectoryException(directory.toString());
      }
      if (!Files.isExecutable(directory)) {
        throw new AccessDeniedException(directory.toString());
      }
      return directory;
    } catch (IOException e) {
      throw new SettingException(FileNames.reason(e));
    }
  }

  @Override
  public String format(Path value) {
    return FileNames.name(value);
  }

  @Override
  public String formatForFile(Path value) {
    return QuotedText.quote(format(value));
  }
}
