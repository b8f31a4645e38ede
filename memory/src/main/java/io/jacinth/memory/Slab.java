package io.jacinth.memory;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An allocator of blocks by size class, with one owner at a time: the shard whose lock is held.
 *
 * <p>A page holds blocks of one size. Each class has a current page, from which blocks are taken
 * until it is full: freed ones first, then never used ones, so that the rest of a new page is not
 * resident. Then the fullest of the partly used pages becomes the current one, so that the emptiest
 * can become empty and go back to the {@link PageSource}. Partly used pages are listed in four
 * bands of fullness; a page changes its band when a free makes it fall below the band's limit,
 * which is the only test that a free makes.
 *
 * <p>A block up to {@link #MAX_SMALL} has a 32-bit name, its ref:
 *
 * <pre>
 *   | 19 bits: place in the page table | 13 bits: offset in the page / 8 |
 *
 *   The block at offset 0x1c0 of the page with index 5: 5 &lt;&lt; 13 | 0x1c0 / 8 = 0xa038
 * </pre>
 *
 * <p>Larger blocks can have a ref too: it names an entry of the page table that holds the block's
 * own address, with offset 0. Entry 0 is not used, so that ref 0 is none.
 *
 * <p>Blocks of other slabs of the instance may be freed here: they are pushed on the owner's list
 * of remote frees (a Treiber stack of which the owner takes all at once, so that it knows no ABA
 * problem), and the owner frees them when it next looks for a page. Until then they count as used.
 */
public final class Slab implements AutoCloseable {
  /** The largest block in a page of 64 KiB. */
  public static final int MAX_SMALL = SizeClass.MAX_SMALL_BYTES;

  /** The largest block in a page of 1 MiB; larger ones have a mapping of their own. */
  public static final int MAX_MEDIUM = SizeClass.MAX_MEDIUM_BYTES;

  private static final int OFFSET_UNIT_SHIFT = 3;
  private static final int OFFSET_BITS = PageSource.PAGE_SHIFT - OFFSET_UNIT_SHIFT;
  private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;
  private static final int MAX_ENTRIES = 1 << (Integer.SIZE - OFFSET_BITS);

  /** The longs of a cache line, on either side of what one thread writes often. */
  private static final int FIRST_TAG = 8;

  /**
   * A slab with so many pages fills the next one soon, or its rest does not matter: then all of it
   * is made resident at once.
   */
  private static final long LARGE_SLAB_BYTES = 4 << 20;

  private static final int BANDS = 4;

  /** Which part of a page may be free without its being looked for: 1/64. */
  private static final int UNLISTED_SHIFT = 6;

  /** How many remote frees one search for a page does. */
  private static final int REMOTE_FREES_PER_TURN = 256;

  // A block in the list of remote frees: | next address: 8 | size << 8 and tag: 8 |
  private static final int REMOTE_NEXT = 0;
  private static final int REMOTE_SIZE = 8;
  private static final int REMOTE_TAG_BITS = 8;

  // What an entry of the page table is.
  private static final byte UNUSED = 0;
  private static final byte SMALL_PAGE = 1;
  private static final byte MEDIUM_PAGE = 2;
  private static final byte BLOCK = 3;

  private final PageSource source;
  private final int id;

  /** Addresses of pages and of blocks with an entry; in unused entries the next unused one. */
  private long[] entries = new long[16];

  private byte[] entryKinds = new byte[16];
  private int entryCount = 1;

  /** First unused entry below {@link #entryCount}; 0 if none. */
  private int unusedEntry;

  /** By class: the page that blocks are taken from, never full; 0 if none. */
  private final long[] current = new long[SizeClass.COUNT];

  /** By class and band: first of the other partly used pages; 0 if none. */
  private final long[] partial = new long[SizeClass.COUNT * BANDS];

  /** A small page without blocks, kept for the next class that needs one; 0 if none. */
  private long sparePage;

  private long pageBytes;

  /**
   * By tag, from {@link #FIRST_TAG} on. Written by the owner alone; what else shares its cache
   * lines is not written by anyone.
   */
  private final long[] usedBytes = new long[FIRST_TAG + Tag.COUNT + FIRST_TAG];

  /** Address of the block that was freed last by another slab; 0 if none. */
  private final AtomicLong remoteFrees = new AtomicLong();

  /** Bytes of remote frees that are not done yet. Written by all slabs. */
  private final AtomicLong remoteBytes = new AtomicLong();

  /** Remote frees that are taken from the list and not done yet. */
  private long pendingFrees;

  private boolean closed;

  public Slab(PageSource source, int id) {
    this.source = source;
    this.id = id;
    source.register(this, id);
  }

  // Blocks by address.

  /** Allocates a block with any contents. */
  public long allocate(long sizeBytes, Tag tag) {
    if (sizeBytes > MAX_MEDIUM) {
      return source.allocateLarge(sizeBytes, tag);
    }
    int sizeClass = SizeClass.of(sizeBytes);
    long page = current[sizeClass];
    if (page == 0) {
      page = findPage(sizeClass);
    }
    int blockBytes = SizeClass.sizeBytes(sizeClass);
    int free = Raw.getInt(page + PageLayout.FREE);
    long address;
    if (free != 0) {
      address = page + ((long) free << OFFSET_UNIT_SHIFT);
      Raw.putInt(page + PageLayout.FREE, Raw.getInt(address));
    } else {
      int bump = Raw.getInt(page + PageLayout.BUMP);
      address = page + bump;
      Raw.putInt(page + PageLayout.BUMP, bump + blockBytes);
    }
    int live = Raw.getInt(page + PageLayout.LIVE) + 1;
    Raw.putInt(page + PageLayout.LIVE, live);
    if (live == SizeClass.capacity(sizeClass)) {
      current[sizeClass] = 0;
      Raw.putInt(page + PageLayout.LOW, lowOfFull(sizeClass));
    }
    usedBytes[FIRST_TAG + tag.number] += blockBytes;
    if (Memory.CHECKED) {
      Shadow.allocated(address, blockBytes, tag, free != 0);
    }
    return address;
  }

  /** Frees a block of any slab of the instance. */
  public void free(long address, long sizeBytes, Tag tag) {
    if (sizeBytes > MAX_MEDIUM) {
      source.freeLarge(address, sizeBytes, tag);
      return;
    }
    int sizeClass = SizeClass.of(sizeBytes);
    int blockBytes = SizeClass.sizeBytes(sizeClass);
    if (Memory.CHECKED) {
      Shadow.freed(address, blockBytes, tag);
    }
    long page = pageOf(address, sizeClass);
    if (Raw.getLong(page + PageLayout.IDENTITY) != PageLayout.identity(id, sizeClass)) {
      freeElsewhere(address, page, sizeClass, tag);
      return;
    }
    usedBytes[FIRST_TAG + tag.number] -= blockBytes;
    release(page, address, sizeClass);
  }

  private static long pageOf(long address, int sizeClass) {
    return address & -pageBytesOf(sizeClass);
  }

  private static long pageBytesOf(int sizeClass) {
    return SizeClass.isSmall(sizeClass) ? PageSource.PAGE_BYTES : PageSource.MEDIUM_PAGE_BYTES;
  }

  private void release(long page, long address, int sizeClass) {
    Raw.putInt(address, Raw.getInt(page + PageLayout.FREE));
    Raw.putInt(page + PageLayout.FREE, (int) (address - page) >>> OFFSET_UNIT_SHIFT);
    int live = Raw.getInt(page + PageLayout.LIVE) - 1;
    Raw.putInt(page + PageLayout.LIVE, live);
    if (live < Raw.getInt(page + PageLayout.LOW)) {
      sink(page, sizeClass, live);
    }
  }

  /**
   * Grows or shrinks a block of any slab of the instance, which may move; what was in it stays.
   *
   * @return its address from now on
   */
  public long reallocate(long address, long oldSizeBytes, long newSizeBytes, Tag tag) {
    if (usableBytes(oldSizeBytes) == usableBytes(newSizeBytes)) {
      return address;
    }
    if (oldSizeBytes > MAX_MEDIUM && newSizeBytes > MAX_MEDIUM) {
      return source.reallocateLarge(address, oldSizeBytes, newSizeBytes, tag);
    }
    long copy = allocate(newSizeBytes, tag);
    Memory.copy(address, copy, Math.min(oldSizeBytes, newSizeBytes));
    free(address, oldSizeBytes, tag);
    return copy;
  }

  /** How many bytes the block has that a request gets. */
  public static long usableBytes(long sizeBytes) {
    return sizeBytes > MAX_MEDIUM
        ? PageSource.usableLargeBytes(sizeBytes)
        : SizeClass.sizeBytes(SizeClass.of(sizeBytes));
  }

  // Blocks by ref.

  /** Allocates a block and names it; only this slab frees it, with {@link #freeRef}. */
  public int allocateRef(long sizeBytes, Tag tag) {
    if (sizeBytes <= MAX_SMALL) {
      return refOf(allocate(sizeBytes, tag));
    }
    int entry = takeEntry();
    long address;
    try {
      address = allocate(sizeBytes, tag);
    } catch (OutOfMemoryError e) {
      giveBackEntry(entry);
      throw e;
    }
    entries[entry] = address;
    entryKinds[entry] = BLOCK;
    return entry << OFFSET_BITS;
  }

  /** Whether a ref is that of a small block, which shares a page with others of its size. */
  public static boolean isSmall(int ref) {
    return (ref & OFFSET_MASK) != 0;
  }

  /** How many bytes there are from a small block's address to the end of its page. */
  public static long roomInPage(long address) {
    return PageSource.PAGE_BYTES - (address & (PageSource.PAGE_BYTES - 1));
  }

  /** Where a block is; 0 for ref 0. */
  public long address(int ref) {
    if (Memory.CHECKED && !Shadow.isLooking()) {
      checkRef(ref);
    }
    return entries[ref >>> OFFSET_BITS] + ((long) (ref & OFFSET_MASK) << OFFSET_UNIT_SHIFT);
  }

  private void checkRef(int ref) {
    int entry = ref >>> OFFSET_BITS;
    if (ref != 0
        && (entry >= entryCount
            || entryKinds[entry] == UNUSED
            || entryKinds[entry] == MEDIUM_PAGE
            || (entryKinds[entry] == BLOCK) != ((ref & OFFSET_MASK) == 0))) {
      throw new AssertionError("ref 0x" + Integer.toHexString(ref) + " names no block");
    }
  }

  public void freeRef(int ref, long sizeBytes, Tag tag) {
    free(address(ref), sizeBytes, tag);
    if (sizeBytes > MAX_SMALL) {
      giveBackEntry(ref >>> OFFSET_BITS);
    }
  }

  /** The name of a small block of this slab. */
  public int refOf(long address) {
    long page = address & -PageSource.PAGE_BYTES;
    return Raw.getInt(page + PageLayout.INDEX) << OFFSET_BITS
        | (int) (address - page) >>> OFFSET_UNIT_SHIFT;
  }

  /** Whether a small block is in a page of this slab. */
  public boolean owns(long address) {
    return Raw.getInt((address & -PageSource.PAGE_BYTES) + PageLayout.OWNER) == id;
  }

  private int takeEntry() {
    int entry = unusedEntry;
    if (entry != 0) {
      unusedEntry = (int) entries[entry];
      return entry;
    }
    if (entryCount == MAX_ENTRIES) {
      throw new OutOfMemoryError("a slab has " + MAX_ENTRIES + " pages at most");
    }
    if (entryCount == entries.length) {
      entries = Arrays.copyOf(entries, 2 * entryCount);
      entryKinds = Arrays.copyOf(entryKinds, 2 * entryCount);
    }
    return entryCount++;
  }

  private void giveBackEntry(int entry) {
    entries[entry] = unusedEntry;
    entryKinds[entry] = UNUSED;
    unusedEntry = entry;
  }

  // Pages.

  /** Makes a page that is not full the current one of its class. */
  private long findPage(int sizeClass) {
    finishRemoteFrees(REMOTE_FREES_PER_TURN);
    for (int band = BANDS - 1; band >= 0; band--) {
      long page = partial[sizeClass * BANDS + band];
      if (page != 0) {
        unlink(page, sizeClass, band);
        return makeCurrent(page, sizeClass);
      }
    }
    return makeCurrent(addPage(sizeClass), sizeClass);
  }

  private long makeCurrent(long page, int sizeClass) {
    Raw.putInt(page + PageLayout.LOW, 1);
    current[sizeClass] = page;
    return page;
  }

  private long addPage(int sizeClass) {
    long page;
    if (SizeClass.isSmall(sizeClass) && sparePage != 0) {
      page = sparePage;
      sparePage = 0;
    } else {
      page = takePage(SizeClass.isSmall(sizeClass));
    }
    if (Memory.CHECKED) {
      // Only now, so that until then a late use is seen to be one of a freed block.
      Shadow.unused(page, pageBytesOf(sizeClass));
    }
    Raw.putInt(page + PageLayout.CLASS, sizeClass);
    Raw.putInt(page + PageLayout.OWNER, id);
    Raw.putInt(page + PageLayout.LIVE, 0);
    Raw.putInt(page + PageLayout.FREE, 0);
    Raw.putInt(page + PageLayout.BUMP, PageLayout.HEADER_BYTES);
    return page;
  }

  private long takePage(boolean small) {
    int entry = takeEntry();
    long page;
    try {
      page = small ? source.takePage(pageBytes >= LARGE_SLAB_BYTES) : source.takeMediumPage();
    } catch (OutOfMemoryError e) {
      giveBackEntry(entry);
      throw e;
    }
    entries[entry] = page;
    entryKinds[entry] = small ? SMALL_PAGE : MEDIUM_PAGE;
    Raw.putInt(page + PageLayout.INDEX, entry);
    pageBytes += small ? PageSource.PAGE_BYTES : PageSource.MEDIUM_PAGE_BYTES;
    return page;
  }

  private void giveBackPage(long page) {
    int entry = Raw.getInt(page + PageLayout.INDEX);
    pageBytes -=
        entryKinds[entry] == SMALL_PAGE ? PageSource.PAGE_BYTES : PageSource.MEDIUM_PAGE_BYTES;
    giveBackEntry(entry);
    source.giveBack(page);
  }

  /** Puts a page, which has fewer blocks than its band allows, where it belongs. */
  private void sink(long page, int sizeClass, int live) {
    int low = Raw.getInt(page + PageLayout.LOW);
    if (page == current[sizeClass]) {
      current[sizeClass] = 0;
    } else if (low != lowOfFull(sizeClass)) {
      unlink(page, sizeClass, bandOf(low, sizeClass));
    }
    if (live > 0) {
      link(page, sizeClass, bandOf(live, sizeClass));
    } else if (SizeClass.isSmall(sizeClass) && sparePage == 0) {
      sparePage = page;
    } else {
      giveBackPage(page);
    }
  }

  private static int bandOf(int live, int sizeClass) {
    return live * BANDS / SizeClass.capacity(sizeClass);
  }

  /** The fewest blocks that a page in this band has. */
  private static int lowOf(int band, int sizeClass) {
    return Math.max(1, (band * SizeClass.capacity(sizeClass) + BANDS - 1) / BANDS);
  }

  /**
   * The fewest blocks that a page has which was full and is not listed yet. While almost all pages
   * are full, a free then is no more than a free: to list its page would touch three others.
   */
  private static int lowOfFull(int sizeClass) {
    int capacity = SizeClass.capacity(sizeClass);
    return capacity - (capacity >> UNLISTED_SHIFT);
  }

  private void link(long page, int sizeClass, int band) {
    int list = sizeClass * BANDS + band;
    long next = partial[list];
    Raw.putInt(page + PageLayout.LOW, lowOf(band, sizeClass));
    Raw.putLong(page + PageLayout.PREVIOUS, 0);
    Raw.putLong(page + PageLayout.NEXT, next);
    if (next != 0) {
      Raw.putLong(next + PageLayout.PREVIOUS, page);
    }
    partial[list] = page;
  }

  private void unlink(long page, int sizeClass, int band) {
    long next = Raw.getLong(page + PageLayout.NEXT);
    long previous = Raw.getLong(page + PageLayout.PREVIOUS);
    if (next != 0) {
      Raw.putLong(next + PageLayout.PREVIOUS, previous);
    }
    if (previous != 0) {
      Raw.putLong(previous + PageLayout.NEXT, next);
    } else {
      partial[sizeClass * BANDS + band] = next;
    }
  }

  // Remote frees.

  private void freeElsewhere(long address, long page, int sizeClass, Tag tag) {
    int pageClass = Raw.getInt(page + PageLayout.CLASS);
    Slab owner = source.slab(Raw.getInt(page + PageLayout.OWNER));
    if (pageClass != sizeClass || owner == null || owner == this) {
      throw new IllegalStateException(
          "not a block of "
              + SizeClass.sizeBytes(sizeClass)
              + " bytes of this instance: 0x"
              + Long.toHexString(address));
    }
    Raw.putLong(
        address + REMOTE_SIZE,
        (long) SizeClass.sizeBytes(sizeClass) << REMOTE_TAG_BITS | tag.number);
    long first;
    owner.remoteBytes.addAndGet(SizeClass.sizeBytes(sizeClass));
    do {
      first = owner.remoteFrees.get();
      Raw.putLong(address + REMOTE_NEXT, first);
    } while (!owner.remoteFrees.compareAndSet(first, address));
  }

  /** Finishes the frees of this slab's blocks that other slabs began. */
  public void drainRemoteFrees() {
    while (pendingFrees != 0 || remoteFrees.get() != 0) {
      finishRemoteFrees(Integer.MAX_VALUE);
    }
  }

  private void finishRemoteFrees(int limit) {
    if (pendingFrees == 0) {
      if (remoteFrees.get() == 0) {
        return;
      }
      pendingFrees = remoteFrees.getAndSet(0);
    }
    long finishedBytes = 0;
    for (int i = 0; i < limit && pendingFrees != 0; i++) {
      long address = pendingFrees;
      pendingFrees = Raw.getLong(address + REMOTE_NEXT);
      long sizeAndTag = Raw.getLong(address + REMOTE_SIZE);
      int blockBytes = (int) (sizeAndTag >>> REMOTE_TAG_BITS);
      int sizeClass = SizeClass.of(blockBytes);
      usedBytes[FIRST_TAG + ((int) sizeAndTag & ((1 << REMOTE_TAG_BITS) - 1))] -= blockBytes;
      finishedBytes += blockBytes;
      release(pageOf(address, sizeClass), address, sizeClass);
    }
    remoteBytes.addAndGet(-finishedBytes);
  }

  // Figures, which other threads may read too: then they are a moment old.

  /**
   * Bytes of blocks in use, as {@link #usableBytes} counts them, without large ones. What another
   * slab has begun to free is free.
   */
  public long usedBytes() {
    return heldBytes() - remoteBytes.get();
  }

  /** Bytes of blocks that are not free for this slab. */
  private long heldBytes() {
    long sum = 0;
    for (int i = 0; i < Tag.COUNT; i++) {
      sum += usedBytes[FIRST_TAG + i];
    }
    return sum;
  }

  public long usedBytes(Tag tag) {
    return usedBytes[FIRST_TAG + tag.number];
  }

  /** Bytes of all pages. */
  public long pageBytes() {
    return pageBytes;
  }

  // The whole.

  /** Gives empty pages back. */
  public void trim() {
    drainRemoteFrees();
    if (sparePage != 0) {
      long page = sparePage;
      sparePage = 0;
      giveBackPage(page);
    }
  }

  /** Walks all pages and throws an {@link AssertionError} if an invariant does not hold. */
  public void validate() {
    long blockBytes = 0;
    long bytesOfPages = 0;
    int unusedEntries = 0;
    int listedPages = 0;
    for (int entry = 1; entry < entryCount; entry++) {
      switch (entryKinds[entry]) {
        case UNUSED -> unusedEntries++;
        case BLOCK -> {}
        default -> {
          long page = entries[entry];
          boolean small = entryKinds[entry] == SMALL_PAGE;
          bytesOfPages += small ? PageSource.PAGE_BYTES : PageSource.MEDIUM_PAGE_BYTES;
          require(Raw.getInt(page + PageLayout.INDEX) == entry, page, "index");
          if (page != sparePage) {
            blockBytes += validatePage(page, small);
            listedPages += isListed(page) ? 1 : 0;
          }
        }
      }
    }
    require(bytesOfPages == pageBytes, 0, "page bytes");
    require(blockBytes == heldBytes(), 0, "used bytes");
    for (int entry = unusedEntry; entry != 0; entry = (int) entries[entry]) {
      require(entryKinds[entry] == UNUSED, 0, "unused entry");
      unusedEntries--;
    }
    require(unusedEntries == 0, 0, "list of unused entries");
    for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
      listedPages -= validateLists(sizeClass);
    }
    require(listedPages == 0, 0, "pages that are not in their list");
  }

  private boolean isListed(long page) {
    int sizeClass = Raw.getInt(page + PageLayout.CLASS);
    return page != current[sizeClass] && Raw.getInt(page + PageLayout.LOW) != lowOfFull(sizeClass);
  }

  /** The bytes of the page's blocks. */
  private long validatePage(long page, boolean small) {
    int sizeClass = Raw.getInt(page + PageLayout.CLASS);
    int capacity = SizeClass.capacity(sizeClass);
    int blockBytes = SizeClass.sizeBytes(sizeClass);
    require(Raw.getInt(page + PageLayout.OWNER) == id, page, "owner");
    require(SizeClass.isSmall(sizeClass) == small, page, "class");
    int bump = Raw.getInt(page + PageLayout.BUMP);
    int used = (bump - PageLayout.HEADER_BYTES) / blockBytes;
    require(used <= capacity, page, "bump");
    require(bump == PageLayout.HEADER_BYTES + used * blockBytes, page, "bump");
    int live = Raw.getInt(page + PageLayout.LIVE);
    require(live > 0 && live <= capacity, page, "live");
    int free = 0;
    for (int block = Raw.getInt(page + PageLayout.FREE); block != 0; free++) {
      int offset = block << OFFSET_UNIT_SHIFT;
      require(offset >= PageLayout.HEADER_BYTES && offset < bump, page, "free block");
      require((offset - PageLayout.HEADER_BYTES) % blockBytes == 0, page, "free block");
      require(free < used - live, page, "more free blocks than expected");
      block = Raw.getInt(page + offset);
    }
    require(free == used - live, page, "fewer free blocks than expected");
    int low = Raw.getInt(page + PageLayout.LOW);
    if (page == current[sizeClass]) {
      require(live < capacity, page, "full current page");
      require(low == 1, page, "low");
    } else if (low == lowOfFull(sizeClass)) {
      require(live >= low, page, "live in an unlisted page");
    } else {
      require(low == lowOf(bandOf(live, sizeClass), sizeClass), page, "low");
    }
    return (long) live * blockBytes;
  }

  /** How many pages are in the lists of a class. */
  private int validateLists(int sizeClass) {
    int count = 0;
    for (int band = 0; band < BANDS; band++) {
      long previous = 0;
      for (long page = partial[sizeClass * BANDS + band]; page != 0; ) {
        require(Raw.getLong(page + PageLayout.PREVIOUS) == previous, page, "previous");
        require(Raw.getInt(page + PageLayout.CLASS) == sizeClass, page, "class of list");
        int live = Raw.getInt(page + PageLayout.LIVE);
        require(bandOf(live, sizeClass) == band, page, "band of list");
        require(isListed(page), page, "in a list");
        count++;
        previous = page;
        page = Raw.getLong(page + PageLayout.NEXT);
      }
    }
    return count;
  }

  private void require(boolean holds, long page, String what) {
    if (!holds) {
      throw new AssertionError("slab " + id + ", page 0x" + Long.toHexString(page) + ": " + what);
    }
  }

  /**
   * Gives all pages back, with whatever is in them.
   *
   * @throws AssertionError in checked mode, after that, if a block was not freed
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    drainRemoteFrees();
    String leaks = Memory.CHECKED ? leaks() : "";
    source.unregister(id);
    for (int entry = 1; entry < entryCount; entry++) {
      if (entryKinds[entry] == SMALL_PAGE || entryKinds[entry] == MEDIUM_PAGE) {
        source.giveBack(entries[entry]);
      }
    }
    pageBytes = 0;
    if (!leaks.isEmpty()) {
      throw new AssertionError(leaks);
    }
  }

  /** Says what was not freed, by tag; empty if everything was. */
  private String leaks() {
    if (heldBytes() == 0) {
      return "";
    }
    StringBuilder report = new StringBuilder("slab " + id + ":");
    for (int i = 0; i < Tag.COUNT; i++) {
      long bytes = usedBytes(Tag.of(i));
      if (bytes != 0) {
        report.append(' ').append(bytes).append(" bytes of ").append(Tag.of(i));
      }
    }
    for (int entry = 1; entry < entryCount; entry++) {
      if (entryKinds[entry] == SMALL_PAGE) {
        report.append(Shadow.liveBlocks(entries[entry], PageSource.PAGE_BYTES));
      } else if (entryKinds[entry] == MEDIUM_PAGE) {
        report.append(Shadow.liveBlocks(entries[entry], PageSource.MEDIUM_PAGE_BYTES));
      }
    }
    return report.toString();
  }
}
