package io.jacinth.memory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The memory that one instance has from the operating system: pages for its slabs, and blocks too
 * large for a page. Thread-safe; everything is given back by {@link #close()}.
 *
 * <p>Pages are cut from chunks: 64 small pages of 64 KiB or 4 medium pages of 1 MiB. A page is
 * taken from the fullest chunk that has one, so that others can empty; a chunk that is wholly free
 * goes back to the system, apart from one of each sort. In chunks that stay, the contents of free
 * pages are discarded when there are more of them than {@link #maxIdleBytes}.
 *
 * <p>Whoever frees does not wait for that: {@link #giveBackSome} does it bit by bit, for a thread
 * that has nothing else to do. A call of the system takes 0.1 to 2 ms (virtual machines), nearly as
 * long for a page as for a chunk, most of whose pages are free by then.
 *
 * <p>Large blocks have a mapping each, which begins with a header:
 *
 * <pre>
 *   0                8                16               24       28         64
 *   | next           | previous       | size of mapping | tag   | system   | block ...
 * </pre>
 *
 * <p>When they are freed, some are kept for the next ones ({@link SpareMappings}), until they are
 * idle; what is given back goes in slices.
 *
 * <p>The first memory of a process comes from {@link SystemMemory.Heap}, in small chunks, while
 * {@link SystemMemory.Mapped} is prepared by a thread of its own.
 *
 * <p>No huge pages are asked for: with {@code madvise(MADV_HUGEPAGE)} random reads of 250 MB became
 * 0 to 8 % faster (Xeon, virtual), but loading it took twice as long, as page faults that zero 2
 * MiB did, and three times as many of them took more than 0.1 ms.
 */
public final class PageSource implements AutoCloseable {
  static final int PAGE_SHIFT = 16;
  static final int PAGE_BYTES = 1 << PAGE_SHIFT;
  static final int MEDIUM_PAGE_SHIFT = 20;
  static final int MEDIUM_PAGE_BYTES = 1 << MEDIUM_PAGE_SHIFT;

  private static final int CHUNK_BYTES = 4 << 20;

  /** Chunks that are resident from the start are smaller. */
  private static final int HEAP_CHUNK_BYTES = 1 << 20;

  private static final int MAX_CHUNK_PAGES = CHUNK_BYTES / PAGE_BYTES;

  /** Idle pages may keep this much whatever the size of the instance. */
  private static final long MIN_IDLE_BYTES = 2 << 20;

  /** ...or this part of it: 1/32. */
  private static final int IDLE_SHIFT = 5;

  private static final long SYSTEM_PAGE_BYTES = 4096;

  private static final int LARGE_NEXT = 0;
  private static final int LARGE_PREVIOUS = 8;
  private static final int LARGE_SIZE = 16;
  private static final int LARGE_TAG = 24;
  private static final int LARGE_SYSTEM = 28;
  private static final int LARGE_HEADER_BYTES = 64;

  /** A bit that no address of a page has. */
  private static final long COLD = 1;

  private static final int SYSTEM_HEAP = 0;
  private static final int SYSTEM_MAPPED = 1;

  /** A kept mapping that nobody takes is given back after one to two times as long. */
  private static final long IDLE_MILLIS = 1000;

  /**
   * While more idle pages than this, above those that may stay, wait, whoever frees discards some.
   */
  private static final long MAX_IDLE_BACKLOG_BYTES = 64 << 20;

  /** How many chunks one search for idle pages looks at. */
  private static final int CHUNKS_PER_SEARCH = 64;

  /** Checked mode: so many freed ranges are kept away from the system, to find late accesses. */
  private static final int QUARANTINED_RANGES = 64;

  private static final long QUARANTINED_HEAP_BYTES = 16 << 20;

  /** An aligned range that pages are cut from. Guarded by the page source. */
  private static final class Chunk {
    final int index;
    final long address;
    final int pageShift;
    final int pageCount;
    final SystemMemory system;

    /** A bit for each page that nobody has. */
    long free;

    /** A bit for each page that may be resident: handed out once and not discarded since. */
    long resident;

    /** Neighbours in the list of chunks with as many free pages. */
    Chunk next;

    Chunk previous;

    Chunk(int index, long address, int pageShift, int pageCount, SystemMemory system) {
      this.index = index;
      this.address = address;
      this.pageShift = pageShift;
      this.pageCount = pageCount;
      this.system = system;
      free = allPages();
      resident = system.isLazy() ? 0 : free;
    }

    /** A bit for each page. */
    long allPages() {
      return -1L >>> (Long.SIZE - pageCount);
    }

    int freeCount() {
      return Long.bitCount(free);
    }

    long sizeBytes() {
      return (long) pageCount << pageShift;
    }
  }

  /** Chunks of one page size, listed by how many free pages they have. */
  private static final class ChunkLists {
    final int pageShift;
    final Chunk[] heads = new Chunk[MAX_CHUNK_PAGES + 1];

    /** Bit {@code n - 1}: whether there is a chunk with n free pages. */
    long occupied;

    ChunkLists(int pageShift) {
      this.pageShift = pageShift;
    }

    /** The chunk with the fewest free pages; null if all are full. */
    Chunk fullest() {
      return occupied == 0 ? null : heads[Long.numberOfTrailingZeros(occupied) + 1];
    }

    void link(Chunk chunk) {
      int count = chunk.freeCount();
      if (count == 0) {
        return;
      }
      chunk.previous = null;
      chunk.next = heads[count];
      if (chunk.next != null) {
        chunk.next.previous = chunk;
      }
      heads[count] = chunk;
      occupied |= 1L << (count - 1);
    }

    void unlink(Chunk chunk) {
      int count = chunk.freeCount();
      if (count == 0) {
        return;
      }
      if (chunk.previous == null) {
        heads[count] = chunk.next;
        if (chunk.next == null) {
          occupied &= ~(1L << (count - 1));
        }
      } else {
        chunk.previous.next = chunk.next;
      }
      if (chunk.next != null) {
        chunk.next.previous = chunk.previous;
      }
      chunk.next = null;
      chunk.previous = null;
    }
  }

  private final SystemMemory.Heap heap = new SystemMemory.Heap();

  /** The only system to use, for tests; null for the best there is. */
  private final SystemMemory fixedSystem;

  private final ChunkLists smallChunks = new ChunkLists(PAGE_SHIFT);
  private final ChunkLists mediumChunks = new ChunkLists(MEDIUM_PAGE_SHIFT);
  private Chunk[] chunks = new Chunk[16];
  private int chunkCount;

  /** Whether there was a first chunk. */
  private boolean started;

  /** Bytes of free pages that may be resident and could be discarded. */
  private long idleBytes;

  /** Where the last search for idle pages ended, in {@link #chunks}. */
  private int searchEnd;

  private boolean closed;

  /** By number; replaced as a whole. */
  private volatile Slab[] slabs = new Slab[0];

  private final AtomicLong committedBytes = new AtomicLong();
  private final AtomicLongArray largeBytes = new AtomicLongArray(Tag.COUNT);

  private final Object largeLock = new Object();

  /** First mapping in the list of all large blocks. Guarded by {@link #largeLock}. */
  private long firstLarge;

  /**
   * Kept mappings of freed large blocks; they count as committed. Guarded by {@link #largeLock}.
   */
  private final SpareMappings spares = new SpareMappings();

  /** When the current round of {@link #spares} began. Guarded by {@link #largeLock}. */
  private long roundStartMillis;

  /** Chunks and large blocks that nobody has any more. */
  private final Retirement retirement = new Retirement(committedBytes, this::release);

  /** Checked mode only. Guarded by itself. */
  private final ArrayDeque<FreedRange> quarantine = new ArrayDeque<>();

  private long quarantinedHeapBytes;

  private final Readers readers = new Readers();

  public PageSource() {
    this(null);
  }

  PageSource(SystemMemory fixedSystem) {
    this.fixedSystem = fixedSystem;
  }

  /** The threads that look at blocks, small and medium ones, which others may free. */
  public Readers readers() {
    return readers;
  }

  /** Bytes of memory that may be resident: pages and large blocks in use, and idle pages. */
  public long committedBytes() {
    return committedBytes.get();
  }

  /** Bytes of all blocks in use, those of slabs and large ones; never above what is committed. */
  public long usedBytes() {
    long used = largeBytes();
    for (Slab slab : slabs) {
      if (slab != null) {
        used += slab.usedBytes();
      }
    }
    return used;
  }

  /** Bytes of large blocks, as {@link Slab#usableBytes} counts them. */
  public long largeBytes(Tag tag) {
    return largeBytes.get(tag.number);
  }

  public long largeBytes() {
    long sum = 0;
    for (int i = 0; i < Tag.COUNT; i++) {
      sum += largeBytes.get(i);
    }
    return sum;
  }

  /** Where the first memory comes from: what is at hand. */
  private SystemMemory systemAtStart() {
    if (fixedSystem != null) {
      return fixedSystem;
    }
    SystemMemory mapped = SystemMemory.Mapped.instanceIfReady();
    return mapped == null ? heap : mapped;
  }

  /** Where more memory comes from. */
  private SystemMemory system() {
    if (fixedSystem == null) {
      SystemMemory.Mapped.prepare();
    }
    return systemAtStart();
  }

  // Slabs.

  synchronized void register(Slab slab, int id) {
    Slab[] copy = Arrays.copyOf(slabs, Math.max(slabs.length, id + 1));
    if (closed || copy[id] != null) {
      throw new IllegalStateException(closed ? "closed" : "there is a slab " + id);
    }
    copy[id] = slab;
    slabs = copy;
  }

  synchronized void unregister(int id) {
    Slab[] copy = slabs.clone();
    copy[id] = null;
    slabs = copy;
  }

  /** The slab with this number; null if there is none. */
  Slab slab(int id) {
    Slab[] all = slabs;
    return id >= 0 && id < all.length ? all[id] : null;
  }

  // Pages.

  /**
   * Takes a small page.
   *
   * @param whole whether all of it will be used soon
   */
  long takePage(boolean whole) {
    long taken = take(smallChunks);
    if ((taken & COLD) == 0) {
      return taken;
    }
    long page = taken - COLD;
    if (whole) {
      system().populate(page, PAGE_BYTES);
    }
    return page;
  }

  long takeMediumPage() {
    return take(mediumChunks) & ~COLD;
  }

  /** The address of a page, plus {@link #COLD} if it is not resident yet. */
  private synchronized long take(ChunkLists lists) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Chunk chunk = lists.fullest();
    if (chunk == null) {
      chunk = addChunk(lists);
    }
    lists.unlink(chunk);
    // A resident page first: it costs nothing.
    long warm = chunk.free & chunk.resident;
    long pageBit = Long.lowestOneBit(warm == 0 ? chunk.free : warm);
    long pageBytes = 1L << chunk.pageShift;
    if (warm == 0) {
      committedBytes.addAndGet(pageBytes);
    } else if (chunk.system.isLazy()) {
      idleBytes -= pageBytes;
    }
    chunk.free &= ~pageBit;
    chunk.resident |= pageBit;
    lists.link(chunk);
    long page = chunk.address + ((long) Long.numberOfTrailingZeros(pageBit) << chunk.pageShift);
    Raw.putInt(page + PageLayout.CHUNK, chunk.index);
    return warm == 0 ? page + COLD : page;
  }

  private Chunk addChunk(ChunkLists lists) {
    SystemMemory system = started ? system() : systemAtStart();
    started = true;
    int sizeBytes = system.isLazy() ? CHUNK_BYTES : HEAP_CHUNK_BYTES;
    long alignmentBytes = system.isLazy() ? CHUNK_BYTES : 1L << lists.pageShift;
    long address = system.takeUndefined(sizeBytes, alignmentBytes);
    int index = freeChunkIndex();
    Chunk chunk = new Chunk(index, address, lists.pageShift, sizeBytes >> lists.pageShift, system);
    chunks[index] = chunk;
    chunkCount++;
    if (!system.isLazy()) {
      committedBytes.addAndGet(sizeBytes);
    }
    if (Memory.CHECKED) {
      Shadow.unused(address, sizeBytes);
    }
    lists.link(chunk);
    return chunk;
  }

  private int freeChunkIndex() {
    if (chunkCount == chunks.length) {
      chunks = Arrays.copyOf(chunks, 2 * chunkCount);
      return chunkCount;
    }
    int index = 0;
    while (chunks[index] != null) {
      index++;
    }
    return index;
  }

  /** Takes back a page, of either size. */
  void giveBack(long page) {
    if (freePage(page)) {
      discardSomeIdle();
    }
  }

  /** Returns whether there are far too many idle pages. */
  private synchronized boolean freePage(long page) {
    Chunk chunk = chunks[Raw.getInt(page + PageLayout.CHUNK)];
    long pageBytes = 1L << chunk.pageShift;
    long pageBit = 1L << ((page - chunk.address) >> chunk.pageShift);
    if (page < chunk.address
        || page >= chunk.address + chunk.sizeBytes()
        || (chunk.free & pageBit) != 0) {
      throw new IllegalStateException("not a page in use: 0x" + Long.toHexString(page));
    }
    if (chunk.system.isLazy()) {
      idleBytes += pageBytes;
    }
    addFree(chunk, pageBit);
    return idleBytes > maxIdleBytes() + MAX_IDLE_BACKLOG_BYTES;
  }

  private ChunkLists listsOf(Chunk chunk) {
    return chunk.pageShift == PAGE_SHIFT ? smallChunks : mediumChunks;
  }

  private void addFree(Chunk chunk, long pageBits) {
    ChunkLists lists = listsOf(chunk);
    lists.unlink(chunk);
    chunk.free |= pageBits;
    if (chunk.freeCount() == chunk.pageCount && lists.heads[chunk.pageCount] != null) {
      removeChunk(chunk);
    } else {
      lists.link(chunk);
    }
  }

  private long maxIdleBytes() {
    return Math.max(MIN_IDLE_BYTES, committedBytes.get() >> IDLE_SHIFT);
  }

  /**
   * Discards a run of idle pages if there are too many; nobody can take them meanwhile.
   *
   * @return whether there may be still too many
   */
  private boolean discardSomeIdle() {
    Chunk chunk;
    long run;
    synchronized (this) {
      if (idleBytes <= maxIdleBytes()) {
        return false;
      }
      chunk = findIdle();
      if (chunk == null) {
        return true;
      }
      run = firstRun(chunk.free & chunk.resident);
      ChunkLists lists = listsOf(chunk);
      lists.unlink(chunk);
      chunk.free &= ~run;
      lists.link(chunk);
      idleBytes -= runBytes(chunk, run);
    }
    discard(chunk, run);
    synchronized (this) {
      chunk.resident &= ~run;
      committedBytes.addAndGet(-runBytes(chunk, run));
      addFree(chunk, run);
      return idleBytes > maxIdleBytes();
    }
  }

  /** A chunk with idle pages; null if this search has found none. */
  private Chunk findIdle() {
    for (int i = Math.min(chunks.length, CHUNKS_PER_SEARCH); i > 0; i--) {
      searchEnd = (searchEnd + 1) % chunks.length;
      Chunk chunk = chunks[searchEnd];
      if (chunk != null && chunk.system.isLazy() && (chunk.free & chunk.resident) != 0) {
        return chunk;
      }
    }
    return null;
  }

  /** The lowest bits that are set side by side. */
  static long firstRun(long bits) {
    long lowest = bits & -bits;
    return bits & ~(bits + lowest);
  }

  private static long runBytes(Chunk chunk, long run) {
    return (long) Long.bitCount(run) << chunk.pageShift;
  }

  private static void discard(Chunk chunk, long run) {
    long first = (long) Long.numberOfTrailingZeros(run) << chunk.pageShift;
    chunk.system.discard(chunk.address + first, runBytes(chunk, run));
  }

  /** Gives back an unlinked chunk whose pages are all free. */
  private void removeChunk(Chunk chunk) {
    chunks[chunk.index] = null;
    chunkCount--;
    long residentBytes = runBytes(chunk, chunk.resident);
    if (chunk.system.isLazy()) {
      idleBytes -= residentBytes;
      retirement.add(FreedRange.of(chunk.system, chunk.address, chunk.sizeBytes()), residentBytes);
    } else {
      committedBytes.addAndGet(-residentBytes);
      release(FreedRange.of(chunk.system, chunk.address, chunk.sizeBytes()));
    }
  }

  /**
   * Retires all memory that no slab has, for {@link #giveBackSome}, and discards what of it stays.
   */
  public synchronized void trim() {
    synchronized (largeLock) {
      while (spares.count() > 0) {
        retireOldestSpare();
      }
    }
    for (Chunk chunk : chunks.clone()) {
      if (chunk == null || chunk.free == 0) {
        continue;
      }
      if (chunk.freeCount() == chunk.pageCount) {
        listsOf(chunk).unlink(chunk);
        removeChunk(chunk);
      } else if (chunk.system.isLazy()) {
        long run;
        for (long idle = chunk.free & chunk.resident; idle != 0; idle &= ~run) {
          run = firstRun(idle);
          discard(chunk, run);
          chunk.resident &= ~run;
          idleBytes -= runBytes(chunk, run);
          committedBytes.addAndGet(-runBytes(chunk, run));
        }
      }
    }
  }

  /**
   * Walks all chunks and large blocks and throws an {@link AssertionError} if an invariant does not
   * hold. Only while no other thread uses this source.
   */
  synchronized void validate() {
    int found = 0;
    long idle = 0;
    long committed = 0;
    for (int i = 0; i < chunks.length; i++) {
      Chunk chunk = chunks[i];
      if (chunk != null) {
        found++;
        require(chunk.index == i, "index of a chunk");
        require((~chunk.free & ~chunk.resident & chunk.allPages()) == 0, "used, not resident");
        require(((chunk.free | chunk.resident) & ~chunk.allPages()) == 0, "no such page");
        require(isListed(chunk) == (chunk.free != 0), "listed");
        committed += (long) Long.bitCount(chunk.resident) << chunk.pageShift;
        if (chunk.system.isLazy()) {
          idle += (long) Long.bitCount(chunk.free & chunk.resident) << chunk.pageShift;
        }
      }
    }
    require(found == chunkCount, "count of chunks");
    require(idle == idleBytes, "idle bytes");
    validateLists(smallChunks);
    validateLists(mediumChunks);
    synchronized (largeLock) {
      long previous = 0;
      for (long mapping = firstLarge; mapping != 0; ) {
        require(Raw.getLong(mapping + LARGE_PREVIOUS) == previous, "previous large block");
        committed += Raw.getLong(mapping + LARGE_SIZE);
        previous = mapping;
        mapping = Raw.getLong(mapping + LARGE_NEXT);
      }
      committed += spares.validate();
    }
    committed += retirement.validate();
    require(committed == committedBytes(), "committed bytes");
  }

  private boolean isListed(Chunk chunk) {
    Chunk listed = listsOf(chunk).heads[chunk.freeCount()];
    while (listed != null && listed != chunk) {
      listed = listed.next;
    }
    return listed != null;
  }

  private static void validateLists(ChunkLists lists) {
    require(lists.heads[0] == null, "list of full chunks");
    for (int count = 1; count <= MAX_CHUNK_PAGES; count++) {
      boolean occupied = (lists.occupied >>> (count - 1) & 1) != 0;
      require(occupied == (lists.heads[count] != null), "occupied list");
      Chunk previous = null;
      for (Chunk chunk = lists.heads[count]; chunk != null; chunk = chunk.next) {
        require(chunk.previous == previous, "previous chunk");
        require(chunk.freeCount() == count, "list of a chunk");
        previous = chunk;
      }
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("page source: " + what);
    }
  }

  // Large blocks.

  /** How many bytes a large block has for a request. */
  static long usableLargeBytes(long sizeBytes) {
    return mappingBytes(sizeBytes) - LARGE_HEADER_BYTES;
  }

  private static long mappingBytes(long sizeBytes) {
    return (sizeBytes + LARGE_HEADER_BYTES + SYSTEM_PAGE_BYTES - 1) & -SYSTEM_PAGE_BYTES;
  }

  /** Allocates a block with a mapping of its own, aligned to 64 bytes, with any contents. */
  public long allocateLarge(long sizeBytes, Tag tag) {
    long mappingBytes = mappingBytes(sizeBytes);
    long spare = takeSpare(mappingBytes);
    long mapping = spare == 0 ? map(mappingBytes) : spare;
    Raw.putLong(mapping + LARGE_SIZE, mappingBytes);
    Raw.putInt(mapping + LARGE_TAG, tag.number);
    linkLarge(mapping);
    long usableBytes = mappingBytes - LARGE_HEADER_BYTES;
    largeBytes.addAndGet(tag.number, usableBytes);
    if (Memory.CHECKED) {
      Shadow.allocated(mapping + LARGE_HEADER_BYTES, usableBytes, tag, spare != 0);
    }
    return mapping + LARGE_HEADER_BYTES;
  }

  private long map(long mappingBytes) {
    SystemMemory system = system();
    long mapping = system.take(mappingBytes, LARGE_HEADER_BYTES);
    Raw.putInt(mapping + LARGE_SYSTEM, system == heap ? SYSTEM_HEAP : SYSTEM_MAPPED);
    committedBytes.addAndGet(mappingBytes);
    if (Memory.CHECKED) {
      Shadow.unused(mapping, mappingBytes);
    }
    return mapping;
  }

  /** A kept mapping that now has this size; 0 if there is none that is worth it. */
  private long takeSpare(long mappingBytes) {
    long spare;
    long spareBytes;
    synchronized (largeLock) {
      int index = spares.nearest(mappingBytes);
      if (index < 0) {
        return 0;
      }
      spare = spares.address(index);
      spareBytes = spares.sizeBytes(index);
      if (Memory.CHECKED && spareBytes != mappingBytes) {
        // What is said of a block's bytes does not move with them.
        return 0;
      }
      spares.remove(index);
    }
    if (spareBytes == mappingBytes) {
      return spare;
    }
    long resized;
    try {
      resized = largeSystem(spare).resize(spare, spareBytes, mappingBytes);
    } catch (OutOfMemoryError e) {
      resized = 0;
    }
    if (resized == 0) {
      giveBackSpare(spare, spareBytes);
    } else {
      committedBytes.addAndGet(mappingBytes - spareBytes);
    }
    return resized;
  }

  public void freeLarge(long address, long sizeBytes, Tag tag) {
    long mapping = address - LARGE_HEADER_BYTES;
    if (Memory.CHECKED) {
      Shadow.checkBlock(address, usableLargeBytes(sizeBytes), tag);
    }
    checkLarge(mapping, sizeBytes, tag);
    long mappingBytes = Raw.getLong(mapping + LARGE_SIZE);
    long usableBytes = mappingBytes - LARGE_HEADER_BYTES;
    SystemMemory system = largeSystem(mapping);
    unlinkLarge(mapping);
    largeBytes.addAndGet(tag.number, -usableBytes);
    // A larger one would be given back in more than one slice: too much to keep.
    boolean kept = system.isLazy() && mappingBytes <= Retirement.SLICE_BYTES;
    if (Memory.CHECKED) {
      if (kept) {
        Shadow.freed(address, usableBytes, tag);
      } else {
        Shadow.vanished(address, usableBytes, tag);
      }
    }
    if (kept) {
      keep(mapping, mappingBytes);
    } else if (system.isLazy()) {
      retirement.add(FreedRange.ofLarge(system, mapping, mappingBytes), mappingBytes);
    } else {
      committedBytes.addAndGet(-mappingBytes);
      release(FreedRange.ofLarge(system, mapping, mappingBytes));
    }
  }

  private void keep(long mapping, long mappingBytes) {
    while (true) {
      long oldest;
      long oldestBytes;
      synchronized (largeLock) {
        if (spares.hasRoom(mappingBytes)) {
          spares.add(mapping, mappingBytes);
          return;
        }
        oldest = spares.address(0);
        oldestBytes = spares.sizeBytes(0);
        spares.remove(0);
      }
      giveBackSpare(oldest, oldestBytes);
    }
  }

  /** Bytes of freed large blocks that are kept for the next ones. */
  long spareBytes() {
    synchronized (largeLock) {
      return spares.totalBytes();
    }
  }

  private void giveBackSpare(long spare, long spareBytes) {
    committedBytes.addAndGet(-spareBytes);
    release(FreedRange.ofLarge(largeSystem(spare), spare, spareBytes));
  }

  /**
   * Lets go of the kept mappings that nobody has taken for a while: {@link #giveBackSome} will give
   * them back. To be called every now and then.
   */
  public void retireIdle(long nowMillis) {
    synchronized (largeLock) {
      if (Math.abs(nowMillis - roundStartMillis) >= IDLE_MILLIS) {
        roundStartMillis = nowMillis;
        spares.nextRound();
      }
      while (spares.hasIdle()) {
        retireOldestSpare();
      }
    }
  }

  /** Holding {@link #largeLock}. */
  private void retireOldestSpare() {
    long spare = spares.address(0);
    long spareBytes = spares.sizeBytes(0);
    spares.remove(0);
    retirement.add(FreedRange.ofLarge(largeSystem(spare), spare, spareBytes), spareBytes);
  }

  /**
   * Gives some memory that nobody has back to the operating system: 4 MiB at most, in some 0.2 ms.
   * To be called until there is no more, every now and then.
   *
   * @return whether there is more to give back
   */
  public boolean giveBackSome() {
    readers.giveBackKnown();
    return retirement.giveBackSlice() ? hasMoreToGiveBack() : discardSomeIdle();
  }

  private boolean hasMoreToGiveBack() {
    if (!retirement.isEmpty()) {
      return true;
    }
    synchronized (this) {
      return idleBytes > maxIdleBytes();
    }
  }

  /**
   * Grows or shrinks a large block, which may move; without a copy where the system can.
   *
   * @return its address from now on
   */
  public long reallocateLarge(long address, long oldSizeBytes, long newSizeBytes, Tag tag) {
    long mapping = address - LARGE_HEADER_BYTES;
    long oldMappingBytes = mappingBytes(oldSizeBytes);
    long newMappingBytes = mappingBytes(newSizeBytes);
    if (Memory.CHECKED) {
      // By a copy always, so that whoever still uses the old address is found.
      Shadow.checkBlock(address, usableLargeBytes(oldSizeBytes), tag);
    } else {
      checkLarge(mapping, oldSizeBytes, tag);
      if (oldMappingBytes == newMappingBytes) {
        return address;
      }
      unlinkLarge(mapping);
      long moved;
      try {
        moved = largeSystem(mapping).resize(mapping, oldMappingBytes, newMappingBytes);
      } catch (OutOfMemoryError e) {
        linkLarge(mapping);
        throw e;
      }
      if (moved != 0) {
        Raw.putLong(moved + LARGE_SIZE, newMappingBytes);
        linkLarge(moved);
        long grownBytes = newMappingBytes - oldMappingBytes;
        largeBytes.addAndGet(tag.number, grownBytes);
        committedBytes.addAndGet(grownBytes);
        return moved + LARGE_HEADER_BYTES;
      }
      linkLarge(mapping);
    }
    long copy = allocateLarge(newSizeBytes, tag);
    Memory.copy(address, copy, Math.min(oldSizeBytes, newSizeBytes));
    freeLarge(address, oldSizeBytes, tag);
    return copy;
  }

  private SystemMemory largeSystem(long mapping) {
    if (fixedSystem != null) {
      return fixedSystem;
    }
    return Raw.getInt(mapping + LARGE_SYSTEM) == SYSTEM_HEAP
        ? heap
        : SystemMemory.Mapped.instanceOrNull();
  }

  private static void checkLarge(long mapping, long sizeBytes, Tag tag) {
    if (Raw.getLong(mapping + LARGE_SIZE) != mappingBytes(sizeBytes)
        || Raw.getInt(mapping + LARGE_TAG) != tag.number) {
      throw new IllegalStateException(
          "not a large block of "
              + sizeBytes
              + " bytes of "
              + tag
              + ": 0x"
              + Long.toHexString(mapping + LARGE_HEADER_BYTES));
    }
  }

  private void linkLarge(long mapping) {
    synchronized (largeLock) {
      Raw.putLong(mapping + LARGE_PREVIOUS, 0);
      Raw.putLong(mapping + LARGE_NEXT, firstLarge);
      if (firstLarge != 0) {
        Raw.putLong(firstLarge + LARGE_PREVIOUS, mapping);
      }
      firstLarge = mapping;
    }
  }

  private void unlinkLarge(long mapping) {
    synchronized (largeLock) {
      long next = Raw.getLong(mapping + LARGE_NEXT);
      long previous = Raw.getLong(mapping + LARGE_PREVIOUS);
      if (previous == 0) {
        firstLarge = next;
      } else {
        Raw.putLong(previous + LARGE_NEXT, next);
      }
      if (next != 0) {
        Raw.putLong(next + LARGE_PREVIOUS, previous);
      }
    }
  }

  // The end of a range.

  private void release(FreedRange range) {
    if (!Memory.CHECKED) {
      readers.giveBack(range);
      return;
    }
    range.discard();
    synchronized (quarantine) {
      quarantine.add(range);
      quarantinedHeapBytes += range.system().isLazy() ? 0 : range.sizeBytes();
      while (quarantine.size() > QUARANTINED_RANGES
          || quarantinedHeapBytes > QUARANTINED_HEAP_BYTES) {
        endQuarantine();
      }
    }
  }

  private void endQuarantine() {
    FreedRange range = quarantine.remove();
    quarantinedHeapBytes -= range.system().isLazy() ? 0 : range.sizeBytes();
    Shadow.forget(range.address(), range.sizeBytes());
    readers.giveBack(range);
  }

  /**
   * Closes all slabs and gives everything back.
   *
   * @throws AssertionError in checked mode, after that, if a block was not freed
   */
  @Override
  public void close() {
    StringBuilder leaks = new StringBuilder();
    for (Slab slab : slabs) {
      if (slab != null) {
        try {
          slab.close();
        } catch (AssertionError leak) {
          leaks.append(leak.getMessage()).append('\n');
        }
      }
    }
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      for (Chunk chunk : chunks) {
        if (chunk != null) {
          removeChunk(chunk);
        }
      }
    }
    while (firstLarge != 0) {
      long address = firstLarge + LARGE_HEADER_BYTES;
      long usableBytes = Raw.getLong(firstLarge + LARGE_SIZE) - LARGE_HEADER_BYTES;
      Tag tag = Tag.of(Raw.getInt(firstLarge + LARGE_TAG));
      leaks.append("large block of ").append(usableBytes).append(" bytes of ").append(tag);
      leaks.append('\n');
      freeLarge(address, usableBytes, tag);
    }
    synchronized (largeLock) {
      while (spares.count() > 0) {
        retireOldestSpare();
      }
    }
    while (retirement.giveBackSlice()) {
      // until nothing is left
    }
    synchronized (quarantine) {
      while (!quarantine.isEmpty()) {
        endQuarantine();
      }
    }
    readers.giveBackKnown();
    SystemMemory.Mapped.awaitPreparation();
    if (Memory.CHECKED && !leaks.isEmpty()) {
      throw new AssertionError("not freed:\n" + leaks);
    }
  }
}
