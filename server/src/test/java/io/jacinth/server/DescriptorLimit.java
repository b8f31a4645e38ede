package io.jacinth.server;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Lets this process have only a few more file descriptors, on Linux, until it is closed. */
final class DescriptorLimit implements AutoCloseable {
  static final boolean SUPPORTED = System.getProperty("os.name").equals("Linux");

  private static final int RLIMIT_NOFILE = 7;

  private final long before;

  DescriptorLimit(int free) throws IOException {
    before = limit(0);
    Set<Long> open = new HashSet<>();
    try (var paths = Files.list(Path.of("/proc/self/fd"))) {
      paths.forEach(path -> open.add(Long.parseLong(path.getFileName().toString())));
    }
    long limit = 0;
    for (int found = 0; found < free; limit++) {
      found += open.contains(limit) ? 0 : 1;
    }
    limit(limit);
  }

  /** Sets the soft limit, unless it is 0, and returns it; it comes before the hard one. */
  private static long limit(long softLimit) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limits = arena.allocate(JAVA_LONG, 2);
      int result = (int) function("getrlimit").invokeExact(RLIMIT_NOFILE, limits);
      if (softLimit != 0) {
        limits.set(JAVA_LONG, 0, softLimit);
        result |= (int) function("setrlimit").invokeExact(RLIMIT_NOFILE, limits);
      }
      if (result != 0) {
        throw new IllegalStateException("the limit cannot be set");
      }
      return limits.get(JAVA_LONG, 0);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted") // Java itself has no way to set a limit.
  private static MethodHandle function(String name) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  }

  @Override
  public void close() {
    limit(before);
  }
}
