package io.jacinth.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ranges of memory straight from the operating system, and back to it. Thread-safe.
 *
 * <p>Two sorts. {@link Mapped} calls {@code mmap} and its family: only touched pages are resident,
 * and they can be given back one by one. But calling C takes the JVM 45 ms to prepare (20 ms with
 * an AOT cache; JDK 25, measured cold), too much for the start of a server, and a system may have
 * no {@code mmap}. {@link Heap} asks the JVM: it works everywhere and at once, but what is touched
 * there, and what has to be zero is, stays resident until the whole range is given back.
 */
abstract sealed class SystemMemory {
  /** Whether memory that was never written, or was discarded, takes no room. */
  abstract boolean isLazy();

  /**
   * Takes a range of which each byte is 0.
   *
   * @throws OutOfMemoryError if the system has none
   */
  abstract long take(long sizeBytes, long alignmentBytes);

  /** Takes a range of undefined content: it is not touched if that can be avoided. */
  long takeUndefined(long sizeBytes, long alignmentBytes) {
    return take(sizeBytes, alignmentBytes);
  }

  /** Gives back a whole range that one of these methods returned. */
  abstract void giveBack(long address, long sizeBytes);

  /**
   * Drops the contents of some OS pages, which stay usable; does nothing if not {@link #isLazy}.
   */
  abstract void discard(long address, long sizeBytes);

  /**
   * Makes memory that will be used soon resident, all in one call: a fault for each OS page as it
   * is touched takes twice as long and more (virtual machines). Does nothing where that is not
   * known.
   */
  abstract void populate(long address, long sizeBytes);

  /** Grows or shrinks a range, perhaps to another address; 0 if that cannot be done. */
  abstract long resize(long address, long oldSizeBytes, long newSizeBytes);

  private static OutOfMemoryError exhausted(long sizeBytes) {
    return new OutOfMemoryError("the operating system refuses " + sizeBytes + " bytes");
  }

  /**
   * Ranges that the JVM allocates, by {@code Unsafe} where there is {@link Raw#hasHeap it}, else an
   * {@link Arena} each, whose classes take a start some milliseconds to link.
   */
  static final class Heap extends SystemMemory {
    private final ConcurrentHashMap<Long, Arena> arenas = new ConcurrentHashMap<>();

    /** Where the blocks begin that the ranges are parts of, for their alignment. */
    private final ConcurrentHashMap<Long, Long> blocks = new ConcurrentHashMap<>();

    @Override
    boolean isLazy() {
      return false;
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // giveBack() does.
    long take(long sizeBytes, long alignmentBytes) {
      if (Raw.hasHeap()) {
        long range = takeUndefined(sizeBytes, alignmentBytes);
        Raw.fill(range, sizeBytes, (byte) 0);
        return range;
      }
      Arena arena = Arena.ofShared();
      try {
        long address = arena.allocate(sizeBytes, alignmentBytes).address();
        arenas.put(address, arena);
        return address;
      } catch (OutOfMemoryError e) {
        arena.close();
        throw e;
      }
    }

    @Override
    long takeUndefined(long sizeBytes, long alignmentBytes) {
      if (!Raw.hasHeap()) {
        return take(sizeBytes, alignmentBytes);
      }
      long block = Raw.allocate(sizeBytes + alignmentBytes);
      long range = (block + alignmentBytes - 1) & -alignmentBytes;
      blocks.put(range, block);
      return range;
    }

    @Override
    void giveBack(long address, long sizeBytes) {
      Long block = blocks.remove(address);
      if (block != null) {
        Raw.free(block);
      } else {
        arenas.remove(address).close();
      }
    }

    @Override
    void discard(long address, long sizeBytes) {}

    @Override
    void populate(long address, long sizeBytes) {}

    @Override
    long resize(long address, long oldSizeBytes, long newSizeBytes) {
      return 0;
    }
  }

  /** Ranges of {@code mmap}: Linux and macOS. */
  static final class Mapped extends SystemMemory {
    private static final boolean LINUX =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = LINUX ? 0x22 : 0x1002;
    private static final long MAP_FAILED = -1;
    private static final int MREMAP_MAYMOVE = 1;

    /** A page, however large the system makes them. */
    private static final long REHEARSED_BYTES = 64 << 10;

    /** Linux: MADV_DONTNEED, pages are gone at once. macOS: MADV_FREE, gone when needed. */
    private static final int MADV_DISCARD = LINUX ? 4 : 5;

    /** Linux since 5.14. */
    private static final int MADV_POPULATE_WRITE = 23;

    /**
     * For how long a preparation waits, as the start of a server, which needs the core itself, and
     * its first replies come first...
     */
    private static final int PREPARATION_DELAY_MILLIS = 100;

    /** ...unless this memory is asked for so often: then data comes in. */
    private static final int PATIENCE = 4;

    /** Counts down to the end of that delay. */
    private static final CountDownLatch DEMAND = new CountDownLatch(PATIENCE);

    /** Prepares the instance, or has done so; null before. */
    private static volatile Thread preparation;

    private static volatile Mapped ready;

    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle madvise;
    private final MethodHandle mremap;

    @SuppressWarnings("restricted") // There is no other way to call mmap.
    private Mapped() {
      Linker linker = Linker.nativeLinker();
      SymbolLookup library = linker.defaultLookup();
      MemoryLayout size = ValueLayout.JAVA_LONG;
      MemoryLayout flags = ValueLayout.JAVA_INT;
      mmap =
          linker.downcallHandle(
              library.findOrThrow("mmap"),
              FunctionDescriptor.of(size, size, size, flags, flags, flags, size));
      munmap =
          linker.downcallHandle(
              library.findOrThrow("munmap"), FunctionDescriptor.of(flags, size, size));
      madvise =
          linker.downcallHandle(
              library.findOrThrow("madvise"), FunctionDescriptor.of(flags, size, size, flags));
      mremap =
          LINUX
              ? linker.downcallHandle(
                  library.findOrThrow("mremap"),
                  FunctionDescriptor.of(size, size, size, size, flags),
                  Linker.Option.firstVariadicArg(4))
              : null;
    }

    /** The process's one, or null where there is no {@code mmap}. Slow the first time. */
    static Mapped instanceOrNull() {
      return Holder.INSTANCE;
    }

    /** The process's one if it is prepared. */
    static Mapped instanceIfReady() {
      return ready;
    }

    /** Has the process's one prepared, soon, without waiting for it. */
    static void prepare() {
      DEMAND.countDown();
      if (preparation == null) {
        startPreparation();
      }
    }

    private static synchronized void startPreparation() {
      if (preparation == null) {
        Thread thread = new Thread(Mapped::prepareSoon, "jacinth-memory-preparation");
        thread.setDaemon(true);
        thread.start();
        preparation = thread;
      }
    }

    private static void prepareSoon() {
      try {
        var _ = DEMAND.await(PREPARATION_DELAY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        // Then now.
      }
      ready = instanceOrNull();
    }

    /** Waits for the thread of {@link #prepare}, so that nothing stays when an instance is gone. */
    static void awaitPreparation() {
      Thread thread = preparation;
      while (thread != null && DEMAND.getCount() > 0) {
        DEMAND.countDown();
      }
      boolean interrupted = false;
      while (thread != null && thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private static final class Holder {
      static final Mapped INSTANCE = create();

      private Holder() {}

      private static Mapped create() {
        if (System.getProperty("os.name").startsWith("Windows")
            || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
          return null;
        }
        try {
          Mapped mapped = new Mapped();
          mapped.rehearse();
          return mapped;
        } catch (RuntimeException | LinkageError unavailable) {
          // No linker for this platform, no permission, or another C library: the JVM's will do.
          return null;
        }
      }
    }

    /**
     * Makes every call once: the JVM links a call where it is made for the first time, in 2.5 ms,
     * which are this thread's so, and not those of who frees the first memory.
     */
    private void rehearse() {
      try {
        long mapping = map(2 * REHEARSED_BYTES);
        discard(mapping, REHEARSED_BYTES);
        long kept = resize(mapping, 2 * REHEARSED_BYTES, REHEARSED_BYTES);
        if (kept == 0) {
          unmap(mapping, 2 * REHEARSED_BYTES);
        } else {
          unmap(kept, REHEARSED_BYTES);
        }
      } catch (OutOfMemoryError refused) {
        // Those hear of it who want memory.
      }
    }

    @Override
    boolean isLazy() {
      return true;
    }

    @Override
    long take(long sizeBytes, long alignmentBytes) {
      // Most often the system continues where it was, so that a range fits without trimming.
      long address = map(sizeBytes);
      if ((address & (alignmentBytes - 1)) == 0) {
        return address;
      }
      unmap(address, sizeBytes);
      long mapped = map(sizeBytes + alignmentBytes);
      long aligned = (mapped + alignmentBytes - 1) & -alignmentBytes;
      if (aligned > mapped) {
        unmap(mapped, aligned - mapped);
      }
      unmap(aligned + sizeBytes, mapped + alignmentBytes - aligned);
      return aligned;
    }

    @Override
    void giveBack(long address, long sizeBytes) {
      unmap(address, sizeBytes);
    }

    private long map(long sizeBytes) {
      long address;
      try {
        address =
            (long) mmap.invokeExact(0L, sizeBytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      } catch (Throwable e) {
        throw new LinkageError("mmap", e);
      }
      if (address == MAP_FAILED) {
        throw exhausted(sizeBytes);
      }
      return address;
    }

    private void unmap(long address, long sizeBytes) {
      if (sizeBytes == 0) {
        return;
      }
      int result;
      try {
        result = (int) munmap.invokeExact(address, sizeBytes);
      } catch (Throwable e) {
        throw new LinkageError("munmap", e);
      }
      if (result != 0) {
        // The system has no room for one more hole between mappings: give back the memory alone.
        discard(address, sizeBytes);
      }
    }

    @Override
    void discard(long address, long sizeBytes) {
      advise(address, sizeBytes, MADV_DISCARD);
    }

    @Override
    void populate(long address, long sizeBytes) {
      if (LINUX) {
        advise(address, sizeBytes, MADV_POPULATE_WRITE);
      }
    }

    private void advise(long address, long sizeBytes, int advice) {
      try {
        // Advice that the system does not take is no error.
        int ignored = (int) madvise.invokeExact(address, sizeBytes, advice);
      } catch (Throwable e) {
        throw new LinkageError("madvise", e);
      }
    }

    @Override
    long resize(long address, long oldSizeBytes, long newSizeBytes) {
      if (!LINUX) {
        return 0;
      }
      long moved;
      try {
        moved = (long) mremap.invokeExact(address, oldSizeBytes, newSizeBytes, MREMAP_MAYMOVE);
      } catch (Throwable e) {
        throw new LinkageError("mremap", e);
      }
      if (moved == MAP_FAILED) {
        throw exhausted(newSizeBytes);
      }
      return moved;
    }
  }
}
