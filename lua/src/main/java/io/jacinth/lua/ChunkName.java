package io.jacinth.lua;

/** The name of a chunk as texts of errors show it. */
final class ChunkName {
  /** No name is shown longer than this. */
  private static final int MAX_LENGTH = 59;

  private static final String DOTS = "...";
  private static final String BEFORE = "[string \"";
  private static final String AFTER = "\"]";

  private ChunkName() {}

  static String shown(LuaString chunkName) {
    String name = chunkName.toCString();
    if (name.startsWith("=")) {
      return name.substring(1, Math.min(name.length(), MAX_LENGTH + 1));
    } else if (name.startsWith("@")) {
      String file = name.substring(1);
      int most = MAX_LENGTH - DOTS.length() - 1;
      return file.length() > most ? DOTS + file.substring(file.length() - most) : file;
    }
    String line = cut(cut(name, '\n'), '\r');
    int most = MAX_LENGTH - BEFORE.length() - DOTS.length() - AFTER.length();
    if (line.length() > most) {
      return BEFORE + line.substring(0, most) + DOTS + AFTER;
    }
    return BEFORE + line + (line.length() < name.length() ? DOTS : "") + AFTER;
  }

  private static String cut(String text, char end) {
    int length = text.indexOf(end);
    return length < 0 ? text : text.substring(0, length);
  }
}
