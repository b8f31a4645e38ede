package io.jacinth.memory;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Where the memory of a test comes from. */
enum BackEnd {
  /** As in production. */
  BEST,
  /** {@code mmap} from the first byte. */
  MAPPED,
  /** The JVM alone. */
  HEAP;

  PageSource open() {
    return switch (this) {
      case BEST -> new PageSource();
      case MAPPED -> new PageSource(mapped());
      case HEAP -> new PageSource(new SystemMemory.Heap());
    };
  }

  static SystemMemory mapped() {
    SystemMemory mapped = SystemMemory.Mapped.instanceOrNull();
    assumeTrue(mapped != null, "there is no mmap here");
    return mapped;
  }
}
