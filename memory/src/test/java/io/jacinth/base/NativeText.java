package io.jacinth.base;

import io.jacinth.memory.Memory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Two pieces of raw memory for a test: one for what goes in, one for what comes out. */
final class NativeText implements AutoCloseable {
  private static final long SIZE_BYTES = 16 << 10;

  private final Arena arena = Arena.ofConfined();
  final long input = arena.allocate(SIZE_BYTES).address();
  final long output = arena.allocate(SIZE_BYTES).address();

  /** Puts a text into the input and returns its length. */
  int put(String text) {
    byte[] bytes = Latin1.bytes(text);
    Memory.write(bytes, 0, bytes.length, input);
    return bytes.length;
  }

  String output(int length) {
    return Latin1.string(output, length);
  }

  /** The lines of a resource of this package that are not comments. */
  static List<String> lines(String resource) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                NativeText.class.getResourceAsStream(resource), StandardCharsets.ISO_8859_1))) {
      return reader.lines().filter(line -> !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
