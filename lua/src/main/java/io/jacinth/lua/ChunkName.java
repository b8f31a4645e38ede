package io.jacinth.lua;

/** The name of a chunk as texts of errors show it: cut so that it fits into a buffer of C. */
final class ChunkName {
  /** The sizes of the buffers, with the zero at the end of a string of C. */
  private static final int SYNTAX_ERROR_SIZE = 80;

  private static final int RUNTIME_ERROR_SIZE = 60;

  /** What is kept free of a buffer for what stands around the name of a file or a source text. */
  private static final int FILE_MARGIN = 8;

  private static final int TEXT_MARGIN = 17;

  private static final String DOTS = "...";

  private ChunkName() {}

  /** The name in errors of syntax. */
  static String inSyntaxErrors(LuaString chunkName) {
    return shown(chunkName.toCString(), SYNTAX_ERROR_SIZE);
  }

  /** The name in errors of running functions. */
  static String inErrors(LuaString chunkName) {
    return shown(chunkName.toCString(), RUNTIME_ERROR_SIZE);
  }

  private static String shown(String name, int size) {
    if (name.startsWith("=")) {
      return name.substring(1, Math.min(name.length(), size));
    } else if (name.startsWith("@")) {
      String file = name.substring(1);
      int most = size - FILE_MARGIN;
      return file.length() > most ? DOTS + file.substring(file.length() - most) : file;
    }
    String line = cut(cut(name, '\n'), '\r');
    int length = Math.min(line.length(), size - TEXT_MARGIN);
    String dots = length < name.length() ? DOTS : "";
    return "[string \"" + line.substring(0, length) + dots + "\"]";
  }

  private static String cut(String text, char end) {
    int length = text.indexOf(end);
    return length < 0 ? text : text.substring(0, length);
  }
}
