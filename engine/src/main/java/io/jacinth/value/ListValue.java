package io.jacinth.value;

import static io.jacinth.value.ListLayout.ALLOCATED;
import static io.jacinth.value.ListLayout.BYTES;
import static io.jacinth.value.ListLayout.CHUNK_BYTES;
import static io.jacinth.value.ListLayout.COUNT;
import static io.jacinth.value.ListLayout.ENTRIES;
import static io.jacinth.value.ListLayout.HEAD;
import static io.jacinth.value.ListLayout.TAIL;
import static io.jacinth.value.ListLayout.TREE;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.structure.PackedList;

/**
 * A list: entries of a {@link PackedList} in one {@link Packed} run while it is short, in chunks
 * when it is longer.
 *
 * <p>Both ends of a list are where most of its life happens, so the first and the last chunk are
 * known by address and pushing or popping there touches nothing else. The chunks between them are
 * in a {@link ListTree}, by which an element is found, and changed, in the logarithm of their
 * number; it learns of a chunk when that ceases to be the first or the last. Neighbours know each
 * other, so that reading on needs no tree. A chunk is far smaller than Redis's node, and how many
 * elements it holds is no setting: what {@code list-max-listpack-size} decides is when a list is
 * short.
 *
 * <p>A flyweight over a {@link Holder}. It has one cursor, set by {@link #seek} and moved from run
 * to run; every change ends its validity, except where a method says otherwise. What is not there
 * is not asked for: the caller knows {@link #count}. A list does not stay empty; who takes the last
 * element out deletes the key.
 */
public final class ListValue {
  static final int PAYLOAD_BYTES = ListLayout.PAYLOAD_BYTES;

  /** {@code list-max-listpack-size} from -1 to -5 stands for 4 KiB to 64 KiB. */
  private static final int MIN_LIMIT_BYTES = 4 << 10;

  private static final int MAX_LIMIT_CODE = 5;

  /** Where a setting of 0 or more limits the elements, their bytes are limited to this. */
  private static final int COUNTED_LIMIT_BYTES = 8 << 10;

  /** What a listpack has besides its entries: sizes of it count towards limits. */
  private static final int LISTPACK_FRAME_BYTES = 7;

  /** A chunk that is put away with this part of it unused goes to a smaller block. */
  private static final int SPARE_SHIFT = 3;

  /**
   * An element larger than this part of a chunk splits it where it is put, others in the middle.
   */
  private static final int LARGE_SHIFT = 2;

  private final Holder holder;
  private final Limits limits;
  private final Packed packed;

  // The cursor: a run of entries.

  /** Its chunk, 0 in a list that is one run. */
  private long chunk;

  /** The index of the run's first entry. */
  private long base;

  private long runBegin;
  private long runEnd;

  public ListValue(Holder holder, Limits limits) {
    this.holder = holder;
    this.limits = limits;
    packed = new Packed(holder);
  }

  private boolean isPacked() {
    return holder.kind() == Kind.LIST_PACKED;
  }

  // ---- reading ----

  /** How many elements it has. */
  public long count() {
    return isPacked() ? packed.count() : Memory.getLong(holder.payload() + COUNT);
  }

  /** The first element's entry. */
  public long first() {
    return isPacked() ? packed.begin() : ListChunk.begin(head(holder.payload()));
  }

  /** The last element's entry. */
  public long last() {
    return PackedList.previous(isPacked() ? packed.end() : ListChunk.end(tail(holder.payload())));
  }

  /**
   * Sets the cursor to the run that an element is in.
   *
   * @param index from 0 on, of an element there is
   * @return the element's entry
   */
  public long seek(long index) {
    if (isPacked()) {
      cursor(0, 0, packed.begin(), packed.end());
      return PackedList.seek(runBegin, runEnd, packed.count(), index);
    }
    long payload = holder.payload();
    long count = Memory.getLong(payload + COUNT);
    long head = head(payload);
    int headCount = ListChunk.count(head);
    if (index < headCount) {
      cursor(head, 0);
    } else {
      long tail = tail(payload);
      long tailBase = count - ListChunk.count(tail);
      if (index >= tailBase) {
        cursor(tail, tailBase);
      } else {
        ListTree chunks = chunks();
        long entry = chunks.seekRank(Memory.getLong(payload + TREE), index - headCount);
        cursor(ListTree.chunk(entry), index - chunks.offset());
      }
    }
    return PackedList.seek(runBegin, runEnd, ListChunk.count(chunk), index - base);
  }

  private void cursor(long chunk, long base) {
    cursor(chunk, base, ListChunk.begin(chunk), ListChunk.end(chunk));
  }

  private void cursor(long chunk, long base, long begin, long end) {
    this.chunk = chunk;
    this.base = base;
    runBegin = begin;
    runEnd = end;
  }

  /** The first entry of the cursor's run. */
  public long runBegin() {
    return runBegin;
  }

  /** Where the cursor's run ends. */
  public long runEnd() {
    return runEnd;
  }

  /** Moves the cursor on by one run; returns whether there is one. */
  public boolean nextRun() {
    long next = chunk == 0 ? 0 : ListChunk.next(chunk);
    if (next == 0) {
      return false;
    }
    cursor(next, base + ListChunk.count(chunk));
    return true;
  }

  /** Moves the cursor back by one run; returns whether there is one. */
  public boolean previousRun() {
    long previous = chunk == 0 ? 0 : ListChunk.previous(chunk);
    if (previous == 0) {
      return false;
    }
    cursor(previous, base - ListChunk.count(previous));
    return true;
  }

  // ---- encodings ----

  /** Makes a list without elements, where there is no value; it is to get some at once. */
  public void create() {
    packed.create(Kind.LIST_PACKED, 0);
  }

  /**
   * Goes over to chunks if the list is too long for one run with what it is about to get.
   *
   * @param textBytes how much text that is
   */
  public void reserve(long textBytes, int elements) {
    if (isPacked()
        && exceeds(packed.sizeBytes() + textBytes, packed.count() + elements, limits.listSize())) {
      holder.beginChange();
      divide();
    }
  }

  private static boolean exceeds(long runBytes, int count, int maxListpackSize) {
    return runBytes + LISTPACK_FRAME_BYTES > limitBytes(maxListpackSize)
        || (maxListpackSize >= 0 && count > Math.max(maxListpackSize, 1));
  }

  private static int limitBytes(int maxListpackSize) {
    return maxListpackSize >= 0
        ? COUNTED_LIMIT_BYTES
        : MIN_LIMIT_BYTES << (Math.min(-(long) maxListpackSize, MAX_LIMIT_CODE) - 1);
  }

  /**
   * After elements have gone: goes back to one run if the list has become half as long as would be
   * too long.
   */
  public void shrink() {
    if (!isPacked() && isShort(limits.listSize())) {
      gather();
    }
  }

  private boolean isShort(int maxListpackSize) {
    long payload = holder.payload();
    long listpackBytes = Memory.getLong(payload + BYTES) + LISTPACK_FRAME_BYTES;
    return maxListpackSize >= 0
        ? Memory.getLong(payload + COUNT) <= Math.max(maxListpackSize, 1) / 2
            && listpackBytes <= COUNTED_LIMIT_BYTES
        : listpackBytes <= limitBytes(maxListpackSize) / 2;
  }

  /** From one run to chunks. */
  private void divide() {
    long begin = packed.begin();
    long end = packed.end();
    int count = packed.count();
    int maxRunBytes = limits.listRunBytes();
    Slab slab = holder.slab();
    long head = 0;
    long tail = 0;
    long allocated = 0;
    long tree = 0;
    ListTree chunks = chunks();
    long from = begin;
    do {
      long to = from;
      int entries = 0;
      while (to < end) {
        long next = PackedList.next(to);
        if (next - from > maxRunBytes && entries > 0) {
          break;
        }
        to = next;
        entries++;
      }
      long made = ListChunk.create(slab, (int) Math.max(to - from, maxRunBytes), false);
      Memory.copy(from, made + ENTRIES, to - from);
      ListChunk.end(made, made + ENTRIES + (to - from));
      ListChunk.addCount(made, entries);
      allocated += Slab.usableBytes(ListChunk.capacity(made));
      ListChunk.link(tail, made);
      if (tail != head) {
        tree = tree == 0 ? chunks.create() : tree;
        chunks.end(tree);
        chunks.insert(tail);
      }
      head = head == 0 ? made : head;
      tail = made;
      from = to;
    } while (from < end);
    packed.release();
    long payload = holder.reshape(Kind.LIST_CHUNKED, PAYLOAD_BYTES);
    Memory.putLong(payload + COUNT, count);
    Memory.putLong(payload + BYTES, end - begin);
    Memory.putLong(payload + ALLOCATED, allocated);
    Memory.putLong(payload + HEAD, head);
    Memory.putLong(payload + TAIL, tail);
    Memory.putLong(payload + TREE, tree);
  }

  /** From chunks to one run. */
  private void gather() {
    holder.beginChange();
    long payload = holder.payload();
    int count = (int) Memory.getLong(payload + COUNT);
    int bytes = (int) Memory.getLong(payload + BYTES);
    long head = head(payload);
    long tree = Memory.getLong(payload + TREE);
    packed.become(Kind.LIST_PACKED);
    long at = packed.open(packed.begin(), bytes);
    packed.count(count);
    Slab slab = holder.slab();
    for (long from = head; from != 0; ) {
      long next = ListChunk.next(from);
      int runBytes = ListChunk.runBytes(from);
      Memory.copy(ListChunk.begin(from), at, runBytes);
      at += runBytes;
      ListChunk.free(slab, from);
      from = next;
    }
    if (tree != 0) {
      chunks().destroy(tree);
    }
  }

  // ---- the ends ----

  /** Inserts a text before the first element. */
  public void pushFirst(long address, int length) {
    int bytes = PackedList.sizeBytes(address, length);
    PackedList.write(openFirst(bytes), address, length);
  }

  /** Inserts a text behind the last element. */
  public void pushLast(long address, int length) {
    int bytes = PackedList.sizeBytes(address, length);
    PackedList.write(openLast(bytes), address, length);
  }

  /** Inserts a copy of an entry, which stands outside of this list, before the first element. */
  public void pushFirstEntry(long entry) {
    int bytes = PackedList.sizeBytes(entry);
    Memory.copy(entry, openFirst(bytes), bytes);
  }

  /** Inserts a copy of an entry, which stands outside of this list, behind the last element. */
  public void pushLastEntry(long entry) {
    int bytes = PackedList.sizeBytes(entry);
    Memory.copy(entry, openLast(bytes), bytes);
  }

  /** Makes room for an entry before the first one, and counts it. */
  private long openFirst(int bytes) {
    holder.beginChange();
    if (isPacked()) {
      long gap = packed.open(packed.begin(), bytes);
      packed.count(packed.count() + 1);
      return gap;
    }
    keepInserted(0);
    long payload = holder.payload();
    long head = head(payload);
    if (ListChunk.roomBefore(head) < bytes) {
      head = makeRoomFirst(payload, bytes);
    }
    long begin = ListChunk.begin(head) - bytes;
    ListChunk.begin(head, begin);
    ListChunk.addCount(head, 1);
    addToTotals(payload, 1, bytes);
    return begin;
  }

  /** Makes room for an entry behind the last one, and counts it. */
  private long openLast(int bytes) {
    holder.beginChange();
    if (isPacked()) {
      long gap = packed.open(packed.end(), bytes);
      packed.count(packed.count() + 1);
      return gap;
    }
    keepInserted(count());
    long payload = holder.payload();
    long tail = tail(payload);
    if (ListChunk.roomBehind(tail) < bytes) {
      tail = makeRoomLast(payload, bytes);
    }
    long end = ListChunk.end(tail);
    ListChunk.end(tail, end + bytes);
    ListChunk.addCount(tail, 1);
    addToTotals(payload, 1, bytes);
    return end;
  }

  private static void addToTotals(long payload, long elements, long bytes) {
    Memory.putLong(payload + COUNT, Memory.getLong(payload + COUNT) + elements);
    Memory.putLong(payload + BYTES, Memory.getLong(payload + BYTES) + bytes);
  }

  /** Returns the first chunk, which has room before its entries then. */
  private long makeRoomFirst(long payload, int bytes) {
    long head = head(payload);
    int room = ListChunk.room(head);
    if (isWorthSliding(room, bytes)) {
      ListChunk.slide(head, head == tail(payload) ? Math.max(bytes, room / 2) : room);
      return head;
    }
    if (ListChunk.count(head) == 0) {
      return replaceEmpty(payload, head, bytes, true);
    }
    if (head != tail(payload)) {
      head = trim(payload, head);
    }
    long made = newChunk(payload, bytes, true);
    insertBehind(payload, 0, 0, made);
    return made;
  }

  /** Returns the last chunk, which has room behind its entries then. */
  private long makeRoomLast(long payload, int bytes) {
    long tail = tail(payload);
    int room = ListChunk.room(tail);
    if (isWorthSliding(room, bytes)) {
      ListChunk.slide(tail, head(payload) == tail ? Math.min(room - bytes, room / 2) : 0);
      return tail;
    }
    if (ListChunk.count(tail) == 0) {
      return replaceEmpty(payload, tail, bytes, false);
    }
    if (tail != head(payload)) {
      tail = trim(payload, tail);
    }
    long made = newChunk(payload, bytes, false);
    insertBehind(payload, tail, 0, made);
    return made;
  }

  /** The only chunk of a list that is about to get its first element, a large one. */
  private long replaceEmpty(long payload, long chunk, int bytes, boolean growsDown) {
    freeChunk(payload, chunk);
    long made = newChunk(payload, bytes, growsDown);
    Memory.putLong(payload + HEAD, made);
    Memory.putLong(payload + TAIL, made);
    return made;
  }

  /** A slide costs as much as many pushes, so it must make room for some. */
  private static boolean isWorthSliding(int room, int bytes) {
    return room >= Math.max(bytes, CHUNK_BYTES >> LARGE_SHIFT);
  }

  private long newChunk(long payload, int runBytes, boolean growsDown) {
    long made =
        ListChunk.create(holder.slab(), Math.max(runBytes, limits.listRunBytes()), growsDown);
    addAllocated(payload, Slab.usableBytes(ListChunk.capacity(made)));
    return made;
  }

  private static void addAllocated(long payload, long bytes) {
    Memory.putLong(payload + ALLOCATED, Memory.getLong(payload + ALLOCATED) + bytes);
  }

  private void freeChunk(long payload, long chunk) {
    addAllocated(payload, -Slab.usableBytes(ListChunk.capacity(chunk)));
    ListChunk.free(holder.slab(), chunk);
  }

  /** Gives an end's chunk that will be an inner one a smaller block, if that is worth while. */
  private long trim(long payload, long chunk) {
    if (ListChunk.room(chunk) <= ListChunk.capacity(chunk) >> SPARE_SHIFT) {
      return chunk;
    }
    long trimmed = ListChunk.copy(holder.slab(), chunk);
    addAllocated(payload, Slab.usableBytes(ListChunk.capacity(trimmed)));
    ListChunk.link(ListChunk.previous(chunk), trimmed);
    ListChunk.link(trimmed, ListChunk.next(chunk));
    if (head(payload) == chunk) {
      Memory.putLong(payload + HEAD, trimmed);
    } else {
      Memory.putLong(payload + TAIL, trimmed);
    }
    freeChunk(payload, chunk);
    return trimmed;
  }

  /** Takes the first element out. */
  public void removeFirst() {
    holder.beginChange();
    if (isPacked()) {
      long begin = packed.begin();
      packed.close(begin, PackedList.sizeBytes(begin));
      packed.count(packed.count() - 1);
      return;
    }
    long payload = holder.payload();
    long head = head(payload);
    long begin = ListChunk.begin(head);
    int bytes = PackedList.sizeBytes(begin);
    keepRemoved(0, 1, begin, begin + bytes, count());
    ListChunk.begin(head, begin + bytes);
    ListChunk.addCount(head, -1);
    addToTotals(payload, -1, -bytes);
    if (ListChunk.count(head) == 0) {
      removeChunk(payload, head, 0);
    }
  }

  /** Takes the last element out. */
  public void removeLast() {
    holder.beginChange();
    if (isPacked()) {
      long last = PackedList.previous(packed.end());
      packed.close(last, PackedList.sizeBytes(last));
      packed.count(packed.count() - 1);
      return;
    }
    long payload = holder.payload();
    long tail = tail(payload);
    long end = ListChunk.end(tail);
    long last = PackedList.previous(end);
    keepRemoved(count() - 1, 1, last, end, count());
    ListChunk.end(tail, last);
    ListChunk.addCount(tail, -1);
    addToTotals(payload, -1, last - end);
    if (ListChunk.count(tail) == 0) {
      removeChunk(payload, tail, 0);
    }
  }

  /** Takes so many elements out, from the first one on, but not all. */
  public void removeFirst(long elements) {
    if (elements == 0) {
      return;
    }
    holder.beginChange();
    if (isPacked()) {
      long begin = packed.begin();
      long kept = PackedList.seek(begin, packed.end(), packed.count(), elements);
      packed.close(begin, (int) (kept - begin));
      packed.count((int) (packed.count() - elements));
      return;
    }
    long payload = holder.payload();
    long remaining = elements;
    long head = head(payload);
    for (int count = ListChunk.count(head); count <= remaining; count = ListChunk.count(head)) {
      keepRemoved(0, count, ListChunk.begin(head), ListChunk.end(head), count());
      addToTotals(payload, -count, -ListChunk.runBytes(head));
      ListChunk.addCount(head, -count);
      removeChunk(payload, head, 0);
      remaining -= count;
      head = head(payload);
    }
    long begin = ListChunk.begin(head);
    long kept = PackedList.seek(begin, ListChunk.end(head), ListChunk.count(head), remaining);
    keepRemoved(0, (int) remaining, begin, kept, count());
    ListChunk.begin(head, kept);
    ListChunk.addCount(head, (int) -remaining);
    addToTotals(payload, -remaining, begin - kept);
  }

  /** Takes so many elements out, up to the last one, but not all. */
  public void removeLast(long elements) {
    if (elements == 0) {
      return;
    }
    holder.beginChange();
    if (isPacked()) {
      long end = packed.end();
      long gone = PackedList.seek(packed.begin(), end, packed.count(), -elements);
      packed.close(gone, (int) (end - gone));
      packed.count((int) (packed.count() - elements));
      return;
    }
    long payload = holder.payload();
    long remaining = elements;
    long tail = tail(payload);
    for (int count = ListChunk.count(tail); count <= remaining; count = ListChunk.count(tail)) {
      keepRemoved(count() - count, count, ListChunk.begin(tail), ListChunk.end(tail), count());
      addToTotals(payload, -count, -ListChunk.runBytes(tail));
      ListChunk.addCount(tail, -count);
      removeChunk(payload, tail, 0);
      remaining -= count;
      tail = tail(payload);
    }
    if (remaining > 0) {
      long end = ListChunk.end(tail);
      long gone = PackedList.seek(ListChunk.begin(tail), end, ListChunk.count(tail), -remaining);
      keepRemoved(count() - remaining, (int) remaining, gone, end, count());
      ListChunk.end(tail, gone);
      ListChunk.addCount(tail, (int) -remaining);
      addToTotals(payload, -remaining, gone - end);
    }
  }

  // ---- anywhere ----

  /** Inserts a text before an entry of the cursor's run, or at its end. */
  public void insert(long at, long address, int length) {
    holder.beginChange();
    int bytes = PackedList.sizeBytes(address, length);
    if (isPacked()) {
      PackedList.write(packed.open(at, bytes), address, length);
      packed.count(packed.count() + 1);
    } else {
      keepInserted(indexOf(at));
      PackedList.write(openInside(at, bytes), address, length);
    }
  }

  /** Puts a text in the place of an entry of the cursor's run. */
  public void replace(long entry, long address, int length) {
    holder.beginChange();
    keepReplaced(entry);
    PackedList.write(resize(entry, PackedList.sizeBytes(address, length)), address, length);
  }

  /** Puts a copy of an entry, which stands outside of this list, in the place of another. */
  public void replace(long entry, long copied) {
    holder.beginChange();
    keepReplaced(entry);
    int bytes = PackedList.sizeBytes(copied);
    Memory.copy(copied, resize(entry, bytes), bytes);
  }

  private long resize(long entry, int newBytes) {
    int oldBytes = PackedList.sizeBytes(entry);
    return isPacked()
        ? packed.resize(entry, oldBytes, newBytes)
        : resizeInside(entry, oldBytes, newBytes);
  }

  private long resizeInside(long entry, int oldBytes, int newBytes) {
    if (newBytes == oldBytes) {
      return entry;
    }
    long payload = holder.payload();
    if (ListChunk.count(chunk) == 1) {
      return resizeOnly(payload, oldBytes, newBytes);
    }
    long behind = ListChunk.close(chunk, entry, oldBytes);
    addToTotals(payload, 0, -oldBytes);
    long gap = ListChunk.open(chunk, behind, newBytes);
    if (gap != 0) {
      addToTotals(payload, 0, newBytes);
      return gap;
    }
    ListChunk.addCount(chunk, -1);
    addToTotals(payload, -1, 0);
    weigh(payload, chunk, base);
    runBegin = ListChunk.begin(chunk);
    runEnd = ListChunk.end(chunk);
    return openInside(behind, newBytes);
  }

  /** Gives the only entry of a chunk another size. */
  private long resizeOnly(long payload, int oldBytes, int newBytes) {
    addToTotals(payload, 0, newBytes - oldBytes);
    long resized = chunk;
    if (ListChunk.isLarge(chunk) || newBytes > ListChunk.capacity(chunk) - ENTRIES) {
      resized = newChunk(payload, newBytes, false);
      ListChunk.addCount(resized, 1);
      putInPlace(payload, chunk, resized);
      freeChunk(payload, chunk);
    }
    long begin = resized + ENTRIES;
    ListChunk.begin(resized, begin);
    ListChunk.end(resized, begin + newBytes);
    return begin;
  }

  /** Puts a chunk with as many entries in the place of the cursor's. */
  private void putInPlace(long payload, long old, long fresh) {
    ListChunk.link(ListChunk.previous(old), fresh);
    ListChunk.link(fresh, ListChunk.next(old));
    boolean inner = true;
    if (head(payload) == old) {
      Memory.putLong(payload + HEAD, fresh);
      inner = false;
    }
    if (tail(payload) == old) {
      Memory.putLong(payload + TAIL, fresh);
      inner = false;
    }
    if (inner) {
      seekInTree(payload, base).replace(fresh);
    }
  }

  /** Makes room for an entry in the cursor's chunk, or beside it, and counts it. */
  private long openInside(long at, int bytes) {
    long payload = holder.payload();
    long gap = openIn(payload, chunk, base, at, bytes);
    if (gap != 0) {
      return gap;
    }
    if (at == runBegin) {
      return openBetween(payload, bytes, ListChunk.previous(chunk), chunk, base);
    }
    if (at == runEnd) {
      long next = base + ListChunk.count(chunk);
      return openBetween(payload, bytes, chunk, ListChunk.next(chunk), next);
    }
    return openInside(split(payload, at, bytes), bytes);
  }

  private long openIn(long payload, long chunk, long base, long at, int bytes) {
    long gap = ListChunk.open(chunk, at, bytes);
    if (gap != 0) {
      ListChunk.addCount(chunk, 1);
      weigh(payload, chunk, base);
      addToTotals(payload, 1, bytes);
    }
    return gap;
  }

  /**
   * Makes room for an entry between two neighbours, one of which may be missing, the cursor's among
   * them being full.
   *
   * @param index of the second one's first entry
   */
  private long openBetween(long payload, int bytes, long left, long right, long index) {
    long leftBase = left == 0 ? 0 : index - ListChunk.count(left);
    long gap = 0;
    if (left != 0 && left != chunk) {
      gap = openIn(payload, left, leftBase, ListChunk.end(left), bytes);
    } else if (right != 0 && right != chunk) {
      gap = openIn(payload, right, index, ListChunk.begin(right), bytes);
    }
    if (gap != 0) {
      return gap;
    }
    long made = newChunk(payload, bytes, left == 0);
    gap = ListChunk.open(made, ListChunk.begin(made), bytes);
    ListChunk.addCount(made, 1);
    insertBehind(payload, left, leftBase, made);
    addToTotals(payload, 1, bytes);
    return gap;
  }

  /**
   * Divides the cursor's chunk, which has more than one entry, into two.
   *
   * @param at an entry but the first, where there is to be room for so many bytes
   * @return where it is now, in the cursor's chunk
   */
  private long split(long payload, long at, int bytes) {
    long left = chunk;
    long from = at;
    int entries;
    if (bytes > CHUNK_BYTES >> LARGE_SHIFT) {
      entries = count(from, runEnd);
    } else {
      long middle = runBegin + ListChunk.runBytes(left) / 2;
      from = PackedList.next(runBegin);
      entries = ListChunk.count(left) - 1;
      while (from < middle && entries > 1) {
        from = PackedList.next(from);
        entries--;
      }
    }
    long runBytes = runEnd - from;
    long right = newChunk(payload, (int) runBytes, false);
    Memory.copy(from, ListChunk.begin(right), runBytes);
    ListChunk.end(right, ListChunk.begin(right) + runBytes);
    ListChunk.addCount(right, entries);
    ListChunk.end(left, from);
    ListChunk.addCount(left, -entries);
    weigh(payload, left, base);
    insertBehind(payload, left, base, right);
    if (at <= from) {
      cursor(left, base);
      return at;
    }
    cursor(right, base + ListChunk.count(left));
    return runBegin + (at - from);
  }

  private static int count(long from, long to) {
    int count = 0;
    for (long entry = from; entry < to; entry = PackedList.next(entry)) {
      count++;
    }
    return count;
  }

  /**
   * Takes out elements that read as a text.
   *
   * @param limit how many at most, from the first one on, or from the last one on if negative; 0
   *     for all
   * @return how many it were; the list may be empty then
   */
  public long remove(long address, int length, long limit) {
    long most = limit == 0 ? Long.MAX_VALUE : Math.abs(limit);
    if (isPacked()) {
      cursor(0, 0, packed.begin(), packed.end());
      return removeFromPacked(address, length, most, limit < 0);
    }
    long payload = holder.payload();
    long removed = 0;
    boolean backwards = limit < 0;
    if (backwards) {
      long tail = tail(payload);
      cursor(tail, count() - ListChunk.count(tail));
    } else {
      cursor(head(payload), 0);
    }
    boolean more = true;
    while (more && removed < most) {
      long from = firstToRemove(address, length, most - removed, backwards);
      if (from != 0) {
        removed += removeFromChunk(payload, from, address, length, most - removed, backwards);
      }
      // An empty or sparse chunk goes when the cursor has left it.
      long left = chunk;
      long leftBase = base;
      more = backwards ? previousRun() : nextRun();
      if (from != 0) {
        tidy(payload, left, leftBase, backwards);
      }
    }
    return removed;
  }

  /**
   * The entry of the cursor's run from which on {@link #compact} has to work, 0 if there is none.
   */
  private long firstToRemove(long address, int length, long most, boolean backwards) {
    if (!backwards) {
      return PackedList.find(runBegin, runEnd, address, length, 1);
    }
    long found = 0;
    long remaining = most;
    for (long entry = runEnd; entry > runBegin && remaining > 0; ) {
      entry = PackedList.previous(entry);
      if (PackedList.equals(entry, address, length)) {
        found = entry;
        remaining--;
      }
    }
    return found;
  }

  private int removeFromPacked(long address, int length, long most, boolean backwards) {
    long from = firstToRemove(address, length, most, backwards);
    if (from == 0) {
      return 0;
    }
    holder.beginChange();
    int removed = compact(from, address, length, backwards ? Long.MAX_VALUE : most);
    packed.close(compacted, (int) (runEnd - compacted));
    packed.count(packed.count() - removed);
    return removed;
  }

  private int removeFromChunk(
      long payload, long from, long address, int length, long most, boolean backwards) {
    holder.beginChange();
    keepMatches(from, address, length, backwards ? Long.MAX_VALUE : most);
    int removed = compact(from, address, length, backwards ? Long.MAX_VALUE : most);
    ListChunk.end(chunk, compacted);
    ListChunk.addCount(chunk, -removed);
    addToTotals(payload, -removed, compacted - runEnd);
    return removed;
  }

  /** Where the entries end that {@link #compact} left. */
  private long compacted;

  /** Moves the entries that stay to the run's begin; returns how many others there are. */
  private int compact(long from, long address, int length, long most) {
    int removed = 0;
    long to = from;
    long kept = from;
    for (long match = from; match != 0 && removed < most; ) {
      Memory.copy(kept, to, match - kept);
      to += match - kept;
      kept = PackedList.next(match);
      removed++;
      match = PackedList.find(kept, runEnd, address, length, 1);
    }
    Memory.copy(kept, to, runEnd - kept);
    compacted = to + (runEnd - kept);
    return removed;
  }

  /** After a chunk has lost entries: removes an empty one, tells the tree of another. */
  private void tidy(long payload, long chunk, long base, boolean backwards) {
    if (ListChunk.count(chunk) == 0) {
      removeChunk(payload, chunk, base);
      return;
    }
    weigh(payload, chunk, base);
    long previous = ListChunk.previous(chunk);
    if (backwards) {
      join(payload, chunk, base);
    } else if (previous != 0) {
      join(payload, previous, base - ListChunk.count(previous));
    }
  }

  /** Makes one chunk of two neighbours if it leaves room. */
  private void join(long payload, long left, long leftBase) {
    long right = ListChunk.next(left);
    if (right == 0 || !mayJoin(left, right)) {
      return;
    }
    int count = ListChunk.count(right);
    int runBytes = ListChunk.runBytes(right);
    unlink(payload, right, leftBase + ListChunk.count(left));
    ListChunk.slide(left, 0);
    long end = ListChunk.end(left);
    Memory.copy(ListChunk.begin(right), end, runBytes);
    ListChunk.end(left, end + runBytes);
    ListChunk.addCount(left, count);
    weigh(payload, left, leftBase);
    freeChunk(payload, right);
  }

  private static boolean mayJoin(long left, long right) {
    int runBytes = ListChunk.runBytes(left) + ListChunk.runBytes(right);
    return runBytes <= CHUNK_BYTES / 2 && runBytes <= ListChunk.capacity(left) - ENTRIES;
  }

  // ---- chunks ----

  private static long head(long payload) {
    return Memory.getLong(payload + HEAD);
  }

  private static long tail(long payload) {
    return Memory.getLong(payload + TAIL);
  }

  private ListTree chunks() {
    return holder.home().chunks();
  }

  /** The tree of inner chunks, made now if there was none. */
  private long tree(long payload) {
    long tree = Memory.getLong(payload + TREE);
    if (tree == 0) {
      tree = chunks().create();
      Memory.putLong(payload + TREE, tree);
    }
    return tree;
  }

  /** The tree with its cursor at the inner chunk that begins at an index. */
  private ListTree seekInTree(long payload, long index) {
    ListTree chunks = chunks();
    chunks.seekRank(Memory.getLong(payload + TREE), index - ListChunk.count(head(payload)));
    return chunks;
  }

  /** Tells the tree how many elements a chunk has, if it is an inner one. */
  private void weigh(long payload, long chunk, long base) {
    if (chunk != head(payload) && chunk != tail(payload)) {
      seekInTree(payload, base).setWeight(ListChunk.count(chunk));
    }
  }

  /**
   * Puts a chunk behind another one, or before all.
   *
   * @param left 0 for none
   * @param leftBase index of its first element; does not matter at the ends of the list
   * @param made not empty if it becomes an inner chunk
   */
  private void insertBehind(long payload, long left, long leftBase, long made) {
    long head = head(payload);
    long tail = tail(payload);
    ListTree chunks = chunks();
    if (left == 0) {
      ListChunk.link(made, head);
      Memory.putLong(payload + HEAD, made);
      if (head != tail) {
        chunks.first(tree(payload));
        chunks.insert(head);
      }
      return;
    }
    ListChunk.link(made, ListChunk.next(left));
    ListChunk.link(left, made);
    if (left == tail) {
      Memory.putLong(payload + TAIL, made);
      if (left != head) {
        chunks.end(tree(payload));
        chunks.insert(left);
      }
    } else if (left == head) {
      chunks.first(tree(payload));
      chunks.insert(made);
    } else {
      seekInTree(payload, leftBase).next();
      chunks.insert(made);
    }
  }

  /** Removes an empty chunk, unless it is the only one. */
  private void removeChunk(long payload, long chunk, long base) {
    if (head(payload) != tail(payload)) {
      unlink(payload, chunk, base);
      freeChunk(payload, chunk);
    }
  }

  /**
   * Takes a chunk out of the list.
   *
   * @param base the index of its first element; does not matter at the ends of the list
   */
  private void unlink(long payload, long chunk, long base) {
    long previous = ListChunk.previous(chunk);
    long next = ListChunk.next(chunk);
    long head = head(payload);
    long tail = tail(payload);
    if (chunk == head) {
      Memory.putLong(payload + HEAD, next);
      if (next != tail) {
        removeFromTree(payload, true);
      }
    } else if (chunk == tail) {
      Memory.putLong(payload + TAIL, previous);
      if (previous != head) {
        removeFromTree(payload, false);
      }
    } else {
      seekInTree(payload, base).remove();
    }
    ListChunk.link(previous, next);
  }

  /** An inner chunk, the first or the last one, becomes one of the ends. */
  private void removeFromTree(long payload, boolean first) {
    ListTree chunks = chunks();
    long tree = Memory.getLong(payload + TREE);
    if (first) {
      chunks.first(tree);
    } else {
      chunks.last(tree);
    }
    chunks.remove();
  }

  // ---- what is undone of a script ----

  // What a script has added at the ends is only counted: whatever happens there, all of it goes.
  private static final int ADDED_FIRST = 0;
  private static final int ADDED_LAST = Long.BYTES;
  private static final int ENDS_BYTES = 2 * Long.BYTES;

  /** Where it stands how many elements have been added at the ends; 0 if nobody wants to know. */
  private static long ends(Undo undo) {
    if (undo == null) {
      return 0;
    }
    long entry = undo.find(Undo.ENDS, 0);
    if (entry == 0) {
      entry = undo.know(Undo.ENDS, 0, 0, ENDS_BYTES);
      if (entry == 0) {
        return 0;
      }
      Memory.fill(Undo.data(entry), ENDS_BYTES, 0);
    }
    return Undo.data(entry);
  }

  private static void add(long address, long delta) {
    Memory.putLong(address, Memory.getLong(address) + delta);
  }

  /** The index of an entry of the cursor's run, or of its end. */
  private long indexOf(long at) {
    return base + count(runBegin, at);
  }

  /** Before an element is inserted at an index of a list in chunks. */
  private void keepInserted(long index) {
    Undo undo = holder.undo();
    long ends = ends(undo);
    if (ends == 0) {
      return;
    }
    long addedFirst = Memory.getLong(ends + ADDED_FIRST);
    if (index <= addedFirst) {
      add(ends + ADDED_FIRST, 1);
    } else if (index >= count() - Memory.getLong(ends + ADDED_LAST)) {
      add(ends + ADDED_LAST, 1);
    } else {
      undo.add(Undo.INSERTED, index - addedFirst, ends, 0, 0);
    }
  }

  /**
   * Before elements of a list in chunks are removed.
   *
   * @param size how many there are
   */
  private void keepRemoved(long index, int count, long from, long to, long size) {
    Undo undo = holder.undo();
    long ends = ends(undo);
    if (ends == 0 || count == 0) {
      return;
    }
    long addedFirst = Memory.getLong(ends + ADDED_FIRST);
    long addedLast = Memory.getLong(ends + ADDED_LAST);
    int ofFirst = Math.clamp(addedFirst - index, 0, count);
    int ofLast = Math.clamp(index + count - (size - addedLast), 0, count - ofFirst);
    add(ends + ADDED_FIRST, -ofFirst);
    add(ends + ADDED_LAST, -ofLast);
    int kept = count - ofFirst - ofLast;
    if (kept > 0) {
      long begin = ofFirst == 0 ? from : PackedList.skip(from, ofFirst);
      long end = ofLast == 0 ? to : PackedList.skip(begin, kept);
      undo.add(Undo.REMOVED, index + ofFirst - addedFirst, ends, begin, (int) (end - begin));
    }
  }

  /** Before the elements of the cursor's run that read as a text are removed. */
  private void keepMatches(long from, long address, int length, long most) {
    if (holder.undo() == null) {
      return;
    }
    long index = indexOf(from);
    long size = count();
    long kept = 0;
    for (long entry = from; entry != runEnd && kept < most; ) {
      long next = PackedList.next(entry);
      if (PackedList.equals(entry, address, length)) {
        keepRemoved(index, 1, entry, next, size - kept);
        kept++;
      } else {
        index++;
      }
      entry = next;
    }
  }

  /** Before an entry of the cursor's run is replaced. */
  private void keepReplaced(long entry) {
    Undo undo = isPacked() ? null : holder.undo();
    long ends = ends(undo);
    if (ends == 0) {
      return;
    }
    long index = indexOf(entry);
    long addedFirst = Memory.getLong(ends + ADDED_FIRST);
    if (index >= addedFirst && index < count() - Memory.getLong(ends + ADDED_LAST)) {
      undo.add(Undo.REPLACED, index - addedFirst, ends, entry, PackedList.sizeBytes(entry));
    }
  }

  /**
   * Takes a change back. What was added at the ends goes last, as it is taken down first: until
   * then it stands before the elements that indexes count from.
   */
  public void undo(int part, long entry) {
    if (part == Undo.ENDS) {
      long ends = Undo.data(entry);
      removeFirst(Memory.getLong(ends + ADDED_FIRST));
      removeLast(Memory.getLong(ends + ADDED_LAST));
      return;
    }
    long ends = Memory.getLong(Undo.name(entry));
    long index = Undo.word(entry) + Memory.getLong(ends + ADDED_FIRST);
    switch (part) {
      case Undo.INSERTED -> removeAt(index);
      case Undo.REMOVED -> insertRun(index, Undo.data(entry), Undo.dataLength(entry));
      default -> replace(seek(index), Undo.data(entry));
    }
  }

  private void removeAt(long index) {
    long entry = seek(index);
    int bytes = PackedList.sizeBytes(entry);
    if (isPacked()) {
      packed.close(entry, bytes);
      packed.count(packed.count() - 1);
      return;
    }
    long payload = holder.payload();
    ListChunk.close(chunk, entry, bytes);
    ListChunk.addCount(chunk, -1);
    addToTotals(payload, -1, -bytes);
    if (ListChunk.count(chunk) == 0) {
      removeChunk(payload, chunk, base);
    } else {
      weigh(payload, chunk, base);
    }
  }

  /** Inserts copies of entries that stand outside of this list. */
  private void insertRun(long index, long run, int runBytes) {
    reserve(runBytes, 1);
    long end = run + runBytes;
    if (index == 0) {
      for (long entry = end; entry != run; ) {
        entry = PackedList.previous(entry);
        pushFirstEntry(entry);
      }
      return;
    }
    long at = index;
    for (long entry = run; entry != end; entry = PackedList.next(entry)) {
      if (at == count()) {
        pushLastEntry(entry);
      } else {
        insertEntry(seek(at), entry);
      }
      at++;
    }
  }

  private void insertEntry(long at, long entry) {
    int bytes = PackedList.sizeBytes(entry);
    long gap;
    if (isPacked()) {
      gap = packed.open(at, bytes);
      packed.count(packed.count() + 1);
    } else {
      gap = openInside(at, bytes);
    }
    Memory.copy(entry, gap, bytes);
  }

  // ---- by payload ----

  /** Bytes outside the record. */
  static long outsideBytes(Home home, long payload) {
    long tree = Memory.getLong(payload + TREE);
    return Memory.getLong(payload + ALLOCATED) + (tree == 0 ? 0 : home.chunks().sizeBytes(tree));
  }

  /**
   * Frees chunks, then the tree.
   *
   * @param budget how many elements, about
   * @return whether all is freed; else the payload says what remains
   */
  static boolean free(Home home, long payload, int budget) {
    Slab slab = home.slab();
    int freed = 0;
    long head = head(payload);
    while (head != 0) {
      if (freed >= budget) {
        Memory.putLong(payload + HEAD, head);
        return false;
      }
      freed += Math.max(1, ListChunk.count(head));
      long next = ListChunk.next(head);
      ListChunk.free(slab, head);
      head = next;
    }
    Memory.putLong(payload + HEAD, 0);
    long tree = Memory.getLong(payload + TREE);
    return tree == 0 || home.chunks().drain(tree, null, budget);
  }

  /** Gives a list whose payload is a copy of another one's bytes chunks and a tree of its own. */
  public void copyChunks() {
    Home home = holder.home();
    long payload = holder.payload();
    ListTree chunks = home.chunks();
    long head = 0;
    long tail = 0;
    long tree = 0;
    long allocated = 0;
    for (long from = head(payload); from != 0; from = ListChunk.next(from)) {
      long made = ListChunk.copy(home.slab(), from);
      allocated += Slab.usableBytes(ListChunk.capacity(made));
      ListChunk.link(tail, made);
      if (tail != head) {
        tree = tree == 0 ? chunks.create() : tree;
        chunks.end(tree);
        chunks.insert(tail);
      }
      head = head == 0 ? made : head;
      tail = made;
    }
    Memory.putLong(payload + ALLOCATED, allocated);
    Memory.putLong(payload + HEAD, head);
    Memory.putLong(payload + TAIL, tail);
    Memory.putLong(payload + TREE, tree);
  }

  // ---- checking ----

  /**
   * Checks the whole list.
   *
   * @throws AssertionError if it is broken
   */
  public void validate() {
    if (isPacked()) {
      PackedList.validate(packed.begin(), packed.end(), packed.count());
      return;
    }
    long payload = holder.payload();
    ListTree chunks = chunks();
    long tree = Memory.getLong(payload + TREE);
    long inTree = tree == 0 ? 0 : chunks.first(tree);
    long count = 0;
    long bytes = 0;
    long allocated = 0;
    long previous = 0;
    for (long at = head(payload); at != 0; at = ListChunk.next(at)) {
      check(ListChunk.previous(at) == previous, "link");
      check(ListChunk.roomBefore(at) >= 0 && ListChunk.roomBehind(at) >= 0, "bounds");
      check(ListChunk.count(at) > 0 || head(payload) == tail(payload), "empty chunk");
      PackedList.validate(ListChunk.begin(at), ListChunk.end(at), ListChunk.count(at));
      if (previous != 0 && at != tail(payload)) {
        check(inTree != 0 && ListTree.chunk(inTree) == at, "chunk in tree");
        check(ListTree.chunkCount(inTree) == ListChunk.count(at), "count in tree");
        inTree = chunks.next();
      }
      count += ListChunk.count(at);
      bytes += ListChunk.runBytes(at);
      allocated += Slab.usableBytes(ListChunk.capacity(at));
      previous = at;
    }
    check(inTree == 0, "end of tree");
    check(previous == tail(payload), "tail");
    check(count == Memory.getLong(payload + COUNT), "count");
    check(bytes == Memory.getLong(payload + BYTES), "bytes");
    check(allocated == Memory.getLong(payload + ALLOCATED), "allocated");
    if (tree != 0) {
      chunks.validate(tree);
    }
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("list with broken " + what);
    }
  }
}
