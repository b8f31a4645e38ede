package io.jacinth.lua;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs a file of Lua, as the command {@code lua} does: for trying things out. */
final class RunScript {
  private RunScript() {}

  public static void main(String[] arguments) throws IOException {
    Lua lua = Scripts.newState(1L << 30);
    TestFunctions.install(lua);
    byte[] source =
        arguments[0].equals("-e")
            ? arguments[1].getBytes(StandardCharsets.UTF_8)
            : Files.readAllBytes(Path.of(arguments[0]));
    int times = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1;
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      try {
        Arguments host = lua.host();
        host.pushReference(lua.load(source, LuaString.of("@" + arguments[0])));
        LuaError error = host.tryInvoke(0, 0, null);
        if (error != null) {
          System.out.println("error: " + error.getMessage());
        }
      } catch (LuaError error) {
        System.out.println("error: " + error.getMessage());
      }
      lua.clear();
      if (times > 1) {
        System.err.println((System.nanoTime() - start) / 1000 + " us");
      }
    }
  }
}
