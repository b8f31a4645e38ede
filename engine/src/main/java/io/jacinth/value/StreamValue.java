package io.jacinth.value;

import static io.jacinth.value.StreamLayout.*;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.Arguments;
import io.jacinth.structure.PackedList;

/**
 * A stream: entries of fields and values in the order of their {@link StreamId}s, of which new ones
 * are always the greatest.
 *
 * <p>Entries stand in blocks, as {@link StreamLayout} draws them, and the blocks in an {@link
 * IdTree}. One that is deleted is only marked, until all of its block are. The last block is known
 * without the tree: appending touches nothing but it and the header.
 *
 * <p>A flyweight over its holder. It knows one entry, which the methods that seek come to; a change
 * of the stream makes it forget that one, and so may another stream of the same home if the entry
 * is not in the last block.
 */
public final class StreamValue {
  /** So many blocks, each of about a hundred entries, are freed at a time. */
  private static final int BLOCKS_PER_SLICE = 2;

  static final int PAYLOAD_BYTES = Long.BYTES;

  /** A block is never larger than this and one entry. */
  private static final long MAX_BLOCK_BYTES = 1 << 30;

  /** A block is expected to become this part larger than the one before, if at all. */
  private static final int GROWTH_SHIFT = 7;

  /** How many IDs a command can work with. */
  private static final int IDS = 4;

  private final Holder holder;
  private final Limits limits;
  private final StreamId[] ids = new StreamId[IDS];
  private final StreamId least = new StreamId();
  private final StreamGroups groups;
  private final StreamProducers producers;

  // The entry: its block, where it begins in it, and what its head says.
  private long block;
  private long entry;
  private long millis;
  private long sequence;
  private int flags;
  private int fieldCount;

  /** Fields that have not been read. */
  private int remaining;

  /** The next field; if the entry has the master's, it is there. */
  private long field;

  /** The item behind those that have been read. */
  private long item;

  /** Whether the cursor of the tree of blocks is on the block. */
  private boolean isInTree;

  public StreamValue(Holder holder, Limits limits) {
    this.holder = holder;
    this.limits = limits;
    groups = new StreamGroups(holder);
    producers = new StreamProducers(holder, limits);
    for (int i = 0; i < IDS; i++) {
      ids[i] = new StreamId();
    }
  }

  /** One of some IDs for a command to work with; what was left in it. */
  public StreamId id(int index) {
    return ids[index];
  }

  private long header() {
    return Memory.getLong(holder.payload());
  }

  private IdTree blocks() {
    return holder.home().streamBlocks();
  }

  private static void add(long address, long delta) {
    Memory.putLong(address, Memory.getLong(address) + delta);
  }

  private static void addInt(long address, int delta) {
    Memory.putInt(address, Memory.getInt(address) + delta);
  }

  // ---- the stream as a whole ----

  public boolean exists() {
    return holder.exists();
  }

  /** How many entries there are; 0 if it does not exist. */
  public long length() {
    return holder.exists() ? Memory.getLong(header() + LENGTH) : 0;
  }

  /** Reads the greatest ID that an entry ever had. */
  public StreamId lastId(StreamId target) {
    return target.read(header() + LAST_ID);
  }

  /** Reads the greatest ID that was deleted by name. */
  public StreamId maxDeletedId(StreamId target) {
    return target.read(header() + MAX_DELETED_ID);
  }

  /** How many entries were ever added. */
  public long entriesAdded() {
    return Memory.getLong(header() + ENTRIES_ADDED);
  }

  public void setLastId(StreamId id) {
    holder.beginChange();
    keepHeader();
    id.write(header() + LAST_ID);
  }

  public void setMaxDeletedId(StreamId id) {
    holder.beginChange();
    keepHeader();
    id.write(header() + MAX_DELETED_ID);
  }

  public void setEntriesAdded(long count) {
    holder.beginChange();
    keepHeader();
    Memory.putLong(header() + ENTRIES_ADDED, count);
  }

  /** The consumer groups of the stream, which exists. */
  public StreamGroups groups() {
    return groups;
  }

  /** What the stream, which exists, remembers of its producers. */
  public StreamProducers producers() {
    return producers;
  }

  /** How many blocks there are. */
  public long blockCount() {
    return blocks().count(Memory.getLong(header() + TREE));
  }

  /**
   * How many nodes Redis's radix tree would have, whose keys are the first IDs of the blocks, big
   * endian: one for each key's end, for each fork, and for each run of bytes before one of these.
   */
  public long radixNodeCount() {
    long tree = Memory.getLong(header() + TREE);
    IdTree trees = blocks();
    long entry = trees.first(tree);
    if (entry == 0) {
      return 1;
    }
    // A bit for each depth at which the last key has forks; a run ends at each of them.
    int forks = 0;
    long nodes = 0;
    long lastMillis = IdTree.millis(entry);
    long lastSequence = IdTree.sequence(entry);
    for (entry = trees.next(); entry != 0; entry = trees.next()) {
      int common = commonBytes(lastMillis, lastSequence, entry);
      nodes += nodesBelow(forks, common);
      forks = (forks & ((1 << common) - 1)) | 1 << common;
      lastMillis = IdTree.millis(entry);
      lastSequence = IdTree.sequence(entry);
    }
    return nodes + nodesBelow(forks, -1);
  }

  private static int commonBytes(long millis, long sequence, long entry) {
    long difference = millis ^ IdTree.millis(entry);
    return difference != 0
        ? Long.numberOfLeadingZeros(difference) / Byte.SIZE
        : Long.BYTES + Long.numberOfLeadingZeros(sequence ^ IdTree.sequence(entry)) / Byte.SIZE;
  }

  /** Nodes of the last key that are its own alone, below the depth of its fork with the next. */
  private static long nodesBelow(int forks, int depth) {
    long nodes = 0;
    int below = ID_BYTES;
    for (int at = ID_BYTES - 1; at > depth; at--) {
      if ((forks >> at & 1) != 0) {
        nodes += nodesBetween(at, below);
        below = at;
      }
    }
    return nodes + nodesBetween(depth, below);
  }

  /** A fork or an end, with the run of bytes that leads to it, if there is one. */
  private static int nodesBetween(int fork, int below) {
    return below > fork + 1 ? 2 : 1;
  }

  /** Makes an empty stream where there is no value. */
  public void create() {
    Slab slab = holder.slab();
    long tree = blocks().create();
    long header = slab.allocate(HEADER_BYTES, Tag.VALUE);
    Memory.fill(header, HEADER_BYTES, 0);
    Memory.putLong(header + TREE, tree);
    Memory.putLong(holder.create(Kind.STREAM, PAYLOAD_BYTES), header);
  }

  /** Makes a copy of another stream where there is no value. */
  public void copyOf(StreamValue other) {
    create();
    long to = header();
    long from = other.header();
    Slab slab = holder.slab();
    long tree = Memory.getLong(to + TREE);
    long otherTree = Memory.getLong(from + TREE);
    Memory.copy(from + LENGTH, to + LENGTH, LAST_BLOCK - LENGTH);
    IdTree trees = blocks();
    IdTree otherTrees = other.blocks();
    long count = otherTrees.count(otherTree);
    long copy = 0;
    for (long rank = 0; rank < count; rank++) {
      // Both may have the same home, and with it the same cursor.
      long source = IdTree.wordOf(otherTrees.seekRank(otherTree, rank));
      int capacity = Memory.getInt(source + CAPACITY);
      copy = slab.allocate(capacity, Tag.VALUE);
      Memory.copy(source, copy, Memory.getInt(source + USED));
      add(to + BLOCK_BYTES, Slab.usableBytes(capacity));
      trees.end(tree);
      trees
          .probe(Memory.getLong(copy + FIRST_ID), Memory.getLong(copy + FIRST_ID + SEQUENCE))
          .word(copy)
          .insert();
    }
    Memory.putLong(to + LAST_BLOCK, copy);
    groups.copyOf(other.groups);
    producers.copyOf(other.producers);
  }

  // ---- appending ----

  /** Whether fields and values, given as words, are more than an entry may have. */
  public static boolean isTooLarge(Arguments words, int first) {
    return textBytes(words, first) > MAX_BLOCK_BYTES;
  }

  private static long textBytes(Arguments words, int first) {
    long bytes = 0;
    for (int i = first; i < words.count(); i++) {
      bytes += words.length(i);
    }
    return bytes;
  }

  /**
   * Adds an entry.
   *
   * @param id greater than all before
   * @param words of which those from {@code first} on are fields and values in turn
   */
  public void append(StreamId id, Arguments words, int first) {
    holder.beginChange();
    keepHeader();
    long header = header();
    int fields = (words.count() - first) / 2;
    long target = Memory.getLong(header + LAST_BLOCK);
    if (target != 0) {
      keepBlock(target);
    }
    boolean same;
    if (target == 0 || isFull(target, textBytes(words, first))) {
      target = addBlock(header, id, words, first, fields);
      same = true;
    } else {
      same = hasFields(target, words, first, fields);
    }
    long millisDifference = id.millis() - Memory.getLong(target + FIRST_ID);
    long sequenceDifference = id.sequence() - Memory.getLong(target + FIRST_ID + SEQUENCE);
    int bytes =
        PackedList.sizeBytesOfInteger(SAME_FIELDS)
            + PackedList.sizeBytesOfInteger(millisDifference)
            + PackedList.sizeBytesOfInteger(sequenceDifference)
            + (same ? 0 : PackedList.sizeBytesOfInteger(fields))
            + itemBytes(words, same ? first + 1 : first, same ? 2 : 1);
    int items = HEAD_ITEMS + (same ? fields : 1 + 2 * fields);
    bytes += PackedList.sizeBytesOfInteger(items);
    target = ensureRoom(header, target, bytes);
    int used = Memory.getInt(target + USED);
    long at = target + used;
    at += PackedList.writeInteger(at, same ? SAME_FIELDS : 0);
    at += PackedList.writeInteger(at, millisDifference);
    at += PackedList.writeInteger(at, sequenceDifference);
    if (!same) {
      at += PackedList.writeInteger(at, fields);
    }
    at = writeItems(at, words, same ? first + 1 : first, same ? 2 : 1);
    PackedList.writeInteger(at, items);
    Memory.putInt(target + USED, used + bytes);
    addInt(target + LIVE, 1);
    add(header + LENGTH, 1);
    add(header + ENTRIES_ADDED, 1);
    id.write(header + LAST_ID);
  }

  private static int itemBytes(Arguments words, int first, int step) {
    int bytes = 0;
    for (int i = first; i < words.count(); i += step) {
      bytes += PackedList.sizeBytes(words.address(i), words.length(i));
    }
    return bytes;
  }

  private static long writeItems(long target, Arguments words, int first, int step) {
    long at = target;
    for (int i = first; i < words.count(); i += step) {
      at += PackedList.write(at, words.address(i), words.length(i));
    }
    return at;
  }

  /** Whether the block's master has these fields. */
  private static boolean hasFields(long block, Arguments words, int first, int fields) {
    long master = block + MASTER;
    if (PackedList.integer(master) != fields) {
      return false;
    }
    long each = PackedList.next(master);
    for (int i = first; i < words.count(); i += 2) {
      if (!PackedList.equals(each, words.address(i), words.length(i))) {
        return false;
      }
      each = PackedList.next(each);
    }
    return true;
  }

  /** Whether Redis would begin another block: it counts the bytes of its listpack. */
  private boolean isFull(long block, long textBytes) {
    int live = Memory.getInt(block + LIVE);
    int deleted = Memory.getInt(block + DELETED);
    long listpackBytes =
        (long) LISTPACK_FRAME_BYTES
            + PackedList.sizeBytesOfInteger(live)
            + PackedList.sizeBytesOfInteger(deleted)
            + Memory.getInt(block + USED)
            - MASTER;
    long maxBytes = limits.streamNodeBytes();
    if (maxBytes == 0 || maxBytes > MAX_BLOCK_BYTES) {
      maxBytes = MAX_BLOCK_BYTES;
    }
    long maxEntries = limits.streamNodeEntries();
    return listpackBytes + textBytes >= maxBytes
        || (maxEntries > 0 && (long) live + deleted >= maxEntries);
  }

  /** Puts an empty block behind the last one, which is to be as large as that one, or small. */
  private long addBlock(long header, StreamId id, Arguments words, int first, int fields) {
    int needed =
        MASTER
            + PackedList.sizeBytesOfInteger(fields)
            + itemBytes(words, first, 2)
            + PackedList.sizeBytesOfInteger(0);
    long last = Memory.getLong(header + LAST_BLOCK);
    long expected = needed;
    if (last != 0) {
      int lastUsed = Memory.getInt(last + USED);
      expected = Math.max(expected, lastUsed + (lastUsed >> GROWTH_SHIFT));
      resizeLast(header, last, lastUsed);
    }
    int capacity = (int) Slab.usableBytes(expected);
    long created = holder.slab().allocate(capacity, Tag.VALUE);
    Memory.putInt(created + CAPACITY, capacity);
    Memory.putInt(created + LIVE, 0);
    Memory.putInt(created + DELETED, 0);
    id.write(created + FIRST_ID);
    long at = created + MASTER;
    at += PackedList.writeInteger(at, fields);
    at = writeItems(at, words, first, 2);
    at += PackedList.writeInteger(at, 0);
    Memory.putInt(created + USED, (int) (at - created));
    Memory.putInt(created + ENTRIES_FROM, (int) (at - created));
    IdTree trees = blocks();
    trees.end(Memory.getLong(header + TREE));
    trees.probe(id).word(created).insert();
    add(header + BLOCK_BYTES, capacity);
    Memory.putLong(header + LAST_BLOCK, created);
    keepAbsent(created);
    return created;
  }

  private long ensureRoom(long header, long last, int bytes) {
    long needed = (long) Memory.getInt(last + USED) + bytes;
    int capacity = Memory.getInt(last + CAPACITY);
    if (needed <= capacity) {
      return last;
    }
    long grown = Math.max(needed, capacity + (long) (capacity >> 1));
    return resizeLast(header, last, Math.min(grown, Math.max(needed, Integer.MAX_VALUE - 1L)));
  }

  /** Gives the last block another size; it moves. */
  private long resizeLast(long header, long last, long newBytes) {
    int oldCapacity = Memory.getInt(last + CAPACITY);
    int newCapacity = Math.toIntExact(Slab.usableBytes(newBytes));
    if (newCapacity == oldCapacity) {
      return last;
    }
    long moved = holder.slab().allocate(newCapacity, Tag.VALUE);
    Memory.copy(last, moved, Memory.getInt(last + USED));
    holder.slab().free(last, oldCapacity, Tag.VALUE);
    Memory.putInt(moved + CAPACITY, newCapacity);
    add(header + BLOCK_BYTES, newCapacity - oldCapacity);
    IdTree trees = blocks();
    trees.last(Memory.getLong(header + TREE));
    trees
        .probe(Memory.getLong(moved + FIRST_ID), Memory.getLong(moved + FIRST_ID + SEQUENCE))
        .word(moved)
        .replace();
    Memory.putLong(header + LAST_BLOCK, moved);
    return moved;
  }

  // ---- seeking ----

  /** Comes to the first entry with this ID or a greater one; returns whether there is one. */
  public boolean seekFrom(StreamId from) {
    if (!openBlockOf(from) && !openFirst()) {
      return false;
    }
    toFirst();
    while (true) {
      if (entry == end()) {
        if (!nextBlock()) {
          return false;
        }
      } else if (isDeleted() || from.compareWith(millis, sequence) > 0) {
        skip();
      } else {
        return true;
      }
    }
  }

  /** Comes to the last entry with this ID or a less one; returns whether there is one. */
  public boolean seekTo(StreamId to) {
    if (!openBlockOf(to)) {
      return false;
    }
    entry = end();
    return back(to);
  }

  /** Comes to the entry with this ID; returns whether there is one. */
  public boolean find(StreamId id) {
    return seekFrom(id) && id.compareWith(millis, sequence) == 0;
  }

  /** Goes to the next entry; returns whether there is one. */
  public boolean next() {
    skip();
    while (true) {
      if (entry == end()) {
        if (!nextBlock()) {
          return false;
        }
      } else if (isDeleted()) {
        skip();
      } else {
        return true;
      }
    }
  }

  /** Goes to the previous entry; returns whether there is one. */
  public boolean previous() {
    return back(null);
  }

  /** Goes back to an entry that is not deleted and not greater than an ID, if one is given. */
  private boolean back(StreamId to) {
    while (true) {
      if (entry == begin()) {
        if (!previousBlock()) {
          return false;
        }
        entry = end();
        continue;
      }
      long items = PackedList.previous(entry);
      entry = items;
      for (long i = PackedList.integer(items); i > 0; i--) {
        entry = PackedList.previous(entry);
      }
      decode();
      if (!isDeleted() && (to == null || to.compareWith(millis, sequence) >= 0)) {
        return true;
      }
    }
  }

  private long begin() {
    return block + Memory.getInt(block + ENTRIES_FROM);
  }

  private long end() {
    return block + Memory.getInt(block + USED);
  }

  private void toFirst() {
    entry = begin();
    if (entry < end()) {
      decode();
    }
  }

  /** Opens the block that an ID is in, or would be; returns false if it would be the first. */
  private boolean openBlockOf(StreamId id) {
    long header = header();
    long last = Memory.getLong(header + LAST_BLOCK);
    if (last == 0) {
      return false;
    }
    if (id.compareWith(Memory.getLong(last + FIRST_ID), Memory.getLong(last + FIRST_ID + SEQUENCE))
        >= 0) {
      block = last;
      isInTree = false;
      return true;
    }
    IdTree trees = blocks();
    trees.probe(id).seekUpper(Memory.getLong(header + TREE));
    isInTree = true;
    long before = trees.previous();
    if (before == 0) {
      return false;
    }
    block = IdTree.wordOf(before);
    return true;
  }

  private boolean openFirst() {
    long first = blocks().first(Memory.getLong(header() + TREE));
    isInTree = true;
    if (first == 0) {
      return false;
    }
    block = IdTree.wordOf(first);
    return true;
  }

  private boolean nextBlock() {
    if (block == Memory.getLong(header() + LAST_BLOCK)) {
      return false;
    }
    IdTree trees = blocks();
    placeInTree(trees);
    block = IdTree.wordOf(trees.next());
    toFirst();
    return true;
  }

  private void placeInTree(IdTree trees) {
    if (!isInTree) {
      trees
          .probe(Memory.getLong(block + FIRST_ID), Memory.getLong(block + FIRST_ID + SEQUENCE))
          .find(Memory.getLong(header() + TREE));
      isInTree = true;
    }
  }

  private boolean previousBlock() {
    IdTree trees = blocks();
    placeInTree(trees);
    long before = trees.previous();
    if (before == 0) {
      return false;
    }
    block = IdTree.wordOf(before);
    return true;
  }

  // ---- the entry ----

  private void decode() {
    flags = (int) PackedList.integer(entry);
    long at = PackedList.next(entry);
    millis = Memory.getLong(block + FIRST_ID) + PackedList.integer(at);
    at = PackedList.next(at);
    sequence = Memory.getLong(block + FIRST_ID + SEQUENCE) + PackedList.integer(at);
    at = PackedList.next(at);
    if (hasSameFields()) {
      long master = block + MASTER;
      fieldCount = (int) PackedList.integer(master);
      field = PackedList.next(master);
      item = at;
    } else {
      fieldCount = (int) PackedList.integer(at);
      item = PackedList.next(at);
      field = item;
    }
    remaining = fieldCount;
  }

  private boolean isDeleted() {
    return (flags & IS_DELETED) != 0;
  }

  private boolean hasSameFields() {
    return (flags & SAME_FIELDS) != 0;
  }

  /** From an entry to what is behind it. */
  private void skip() {
    long items = PackedList.skip(item, hasSameFields() ? remaining : 2L * remaining);
    entry = PackedList.next(items);
    if (entry < end()) {
      decode();
    }
  }

  public long millis() {
    return millis;
  }

  public long sequence() {
    return sequence;
  }

  /** Writes the text of the entry's ID, at most {@link StreamId#MAX_TEXT_BYTES}. */
  public int writeId(long address) {
    return StreamId.writeText(address, millis, sequence);
  }

  /** How many fields the entry has. */
  public int fieldCount() {
    return fieldCount;
  }

  /** The next field that has not been read, as an entry of {@link PackedList}. */
  public long field() {
    return field;
  }

  /** The value of that field, as an entry of {@link PackedList}. */
  public long value() {
    return hasSameFields() ? item : PackedList.next(item);
  }

  /** Goes to the next field, which there may not be. */
  public void nextField() {
    remaining--;
    if (hasSameFields()) {
      field = PackedList.next(field);
      item = PackedList.next(item);
    } else {
      item = PackedList.next(PackedList.next(item));
      field = item;
    }
  }

  // ---- counting ----

  /** How many entries there are from one ID to another, not more than a limit. */
  public long count(StreamId from, StreamId to, long limit) {
    long count = 0;
    if (from.compareWith(to) > 0 || !seekFrom(from)) {
      return 0;
    }
    while (count < limit) {
      if (to.compareWith(millis, sequence) < 0) {
        return count;
      }
      count++;
      skip();
      while (entry < end() && isDeleted()) {
        skip();
      }
      while (entry == end()) {
        if (!nextBlock()) {
          return count;
        }
        count += countWholeBlocks(to, limit - count);
        while (entry < end() && isDeleted()) {
          skip();
        }
      }
    }
    return count;
  }

  /** The same, but the limit counts from the last one on. */
  public long countBack(StreamId from, StreamId to, long limit) {
    if (limit >= length()) {
      return count(from, to, limit);
    }
    long count = 0;
    boolean more = from.compareWith(to) <= 0 && seekTo(to);
    while (more && count < limit && from.compareWith(millis, sequence) <= 0) {
      count++;
      more = previous();
    }
    return count;
  }

  /** Skips blocks, from the beginning of this one on, whose entries are all up to an ID. */
  private long countWholeBlocks(StreamId to, long limit) {
    long count = 0;
    long last = Memory.getLong(header() + LAST_BLOCK);
    IdTree trees = blocks();
    while (block != last) {
      placeInTree(trees);
      int live = Memory.getInt(block + LIVE);
      long following = trees.next();
      if (count + live > limit
          || to.compareWith(IdTree.millis(following), IdTree.sequence(following)) < 0) {
        trees.previous();
        break;
      }
      count += live;
      block = IdTree.wordOf(following);
    }
    toFirst();
    return count;
  }

  /** Reads the ID of the first entry; the least one if there is none. */
  public StreamId firstEntryId(StreamId target) {
    return seekFrom(target.setMin()) ? target.set(millis, sequence) : target.setMin();
  }

  /**
   * Compares the ID of the first entry, or the least one if there is none, with another one.
   *
   * @param isHere whether the stream is at an entry, at which it stays
   */
  public int compareFirst(StreamId id, boolean isHere) {
    long oldBlock = block;
    long oldEntry = entry;
    int comparison =
        seekFrom(least.setMin()) ? -id.compareWith(millis, sequence) : least.compareWith(id);
    isInTree = false;
    block = oldBlock;
    entry = oldEntry;
    if (isHere) {
      decode();
    }
    return comparison;
  }

  /** Reads the ID of the last entry; the least one if there is none. */
  public StreamId lastEntryId(StreamId target) {
    return length() > 0 && seekTo(target.setMax()) ? target.set(millis, sequence) : target.setMin();
  }

  // ---- removal ----

  /** Removes the entry, because someone named it. */
  public void remove() {
    holder.beginChange();
    keepHeader();
    long header = header();
    if (StreamId.compare(
            millis,
            sequence,
            Memory.getLong(header + MAX_DELETED_ID),
            Memory.getLong(header + MAX_DELETED_ID + SEQUENCE))
        > 0) {
      Memory.putLong(header + MAX_DELETED_ID, millis);
      Memory.putLong(header + MAX_DELETED_ID + SEQUENCE, sequence);
    }
    removeFirst();
  }

  /** Removes the entry, because it is one of the first. */
  public void removeFirst() {
    holder.beginChange();
    keepHeader();
    long header = header();
    mark(header);
    if (Memory.getInt(block + LIVE) == 0) {
      IdTree trees = blocks();
      trees
          .probe(Memory.getLong(block + FIRST_ID), Memory.getLong(block + FIRST_ID + SEQUENCE))
          .find(Memory.getLong(header + TREE));
      removeBlock(header, block);
    }
  }

  /** Marks the entry as deleted. */
  private void mark(long header) {
    keepEntry();
    PackedList.writeInteger(entry, flags | IS_DELETED);
    flags |= IS_DELETED;
    addInt(block + LIVE, -1);
    addInt(block + DELETED, 1);
    add(header + LENGTH, -1);
  }

  /** Removes a block, which the tree's cursor is on. */
  private void removeBlock(long header, long removed) {
    IdTree trees = blocks();
    int capacity = Memory.getInt(removed + CAPACITY);
    trees.remove();
    add(header + LENGTH, -Memory.getInt(removed + LIVE));
    add(header + BLOCK_BYTES, -Slab.usableBytes(capacity));
    freeOrKeep(removed, capacity);
    if (removed == Memory.getLong(header + LAST_BLOCK)) {
      long last = trees.last(Memory.getLong(header + TREE));
      Memory.putLong(header + LAST_BLOCK, last == 0 ? 0 : IdTree.wordOf(last));
    }
  }

  /**
   * Removes the first entries, as many as are more than {@code maxLength} or have IDs less than
   * {@code minId}.
   *
   * @param minId null if the length counts
   * @param approximately whether only whole blocks go
   * @param limit how many entries at most, 0 if there is none
   * @return how many were removed
   */
  public long trim(long maxLength, StreamId minId, boolean approximately, long limit) {
    long removed = 0;
    long header = header();
    long tree = Memory.getLong(header + TREE);
    while (minId != null || Memory.getLong(header + LENGTH) > maxLength) {
      if (!openFirst()) {
        return removed;
      }
      int live = Memory.getInt(block + LIVE);
      if (limit > 0 && removed + live > limit) {
        return removed;
      }
      boolean whole =
          minId == null
              ? Memory.getLong(header + LENGTH) - live >= maxLength
              : isBlockBefore(minId);
      if (!whole) {
        return approximately ? removed : removed + trimBlock(header, maxLength, minId);
      }
      holder.beginChange();
      keepHeader();
      blocks().first(tree);
      removeBlock(header, block);
      removed += live;
    }
    return removed;
  }

  /** Whether all entries of the block, even those that are deleted, are less than an ID. */
  private boolean isBlockBefore(StreamId id) {
    entry = end();
    long items = PackedList.previous(entry);
    entry = items;
    for (long i = PackedList.integer(items); i > 0; i--) {
      entry = PackedList.previous(entry);
    }
    decode();
    return id.compareWith(millis, sequence) > 0;
  }

  private long trimBlock(long header, long maxLength, StreamId minId) {
    long removed = 0;
    toFirst();
    while (entry < end()) {
      if (minId == null
          ? Memory.getLong(header + LENGTH) <= maxLength
          : minId.compareWith(millis, sequence) <= 0) {
        break;
      }
      if (!isDeleted()) {
        holder.beginChange();
        keepHeader();
        mark(header);
        removed++;
      }
      skip();
    }
    return removed;
  }

  // ---- what is undone of a script ----

  // What entries of the log have of the header and of a block.
  private static final int KEPT_FROM = LENGTH;
  private static final int KEPT_HEADER_BYTES = LAST_BLOCK - LENGTH;
  private static final int KEPT_BLOCK_BYTES = FIRST_ID;

  private void keepHeader() {
    Undo undo = holder.undo();
    if (undo != null && undo.find(Undo.HEADER, 0) == 0) {
      undo.know(Undo.HEADER, 0, header() + KEPT_FROM, KEPT_HEADER_BYTES);
    }
  }

  /** Before a block gets more entries or other numbers: these are enough to take that back. */
  private void keepBlock(long kept) {
    Undo undo = holder.undo();
    if (undo != null && undo.find(Undo.BLOCK, kept + FIRST_ID, ID_BYTES) == 0) {
      undo.know(Undo.BLOCK, 0, kept + FIRST_ID, ID_BYTES, kept, KEPT_BLOCK_BYTES);
    }
  }

  /** After a block has been added. */
  private void keepAbsent(long added) {
    Undo undo = holder.undo();
    if (undo != null && undo.find(Undo.BLOCK, added + FIRST_ID, ID_BYTES) == 0) {
      undo.know(Undo.BLOCK, 0, added + FIRST_ID, ID_BYTES, 0, 0);
    }
  }

  /** Before the entry is marked as deleted. */
  private void keepEntry() {
    keepBlock(block);
    Undo undo = holder.undo();
    if (undo != null) {
      undo.add(Undo.MARKED, 0, entry - block, block + FIRST_ID, ID_BYTES);
    }
  }

  private void freeOrKeep(long removed, int capacity) {
    Undo undo = holder.undo();
    if (undo == null) {
      holder.slab().free(removed, capacity, Tag.VALUE);
      return;
    }
    keepBlock(removed);
    if (holder.undo() != null) {
      undo.add(Undo.BLOCK_REMOVED, removed, 0, 0, 0);
    } else {
      holder.slab().free(removed, capacity, Tag.VALUE);
    }
  }

  /** Makes a part of the stream what it was. */
  public void undo(int part, long entryOfLog) {
    long header = header();
    switch (part) {
      case Undo.HEADER -> Memory.copy(Undo.data(entryOfLog), header + KEPT_FROM, KEPT_HEADER_BYTES);
      case Undo.BLOCK -> undoBlock(header, entryOfLog);
      case Undo.BLOCK_REMOVED -> {
        long removed = Undo.word(entryOfLog);
        takeOut(header, removed + FIRST_ID);
        putIn(header, removed);
      }
      case Undo.MARKED -> {
        long marked = findBlock(header, Undo.data(entryOfLog));
        if (marked != 0) {
          long at = marked + Memory.getLong(Undo.name(entryOfLog));
          PackedList.writeInteger(at, PackedList.integer(at) & ~IS_DELETED);
        }
      }
      case Undo.PRODUCERS -> producers.undo(entryOfLog);
      default -> groups.undo(part, entryOfLog);
    }
  }

  /** The block with a first ID, or 0; the cursor of the tree is on it, or where it belongs. */
  private long findBlock(long header, long id) {
    IdTree trees = blocks();
    trees.probe(Memory.getLong(id), Memory.getLong(id + SEQUENCE));
    long found = trees.seekLower(Memory.getLong(header + TREE));
    return found != 0
            && IdTree.millis(found) == Memory.getLong(id)
            && IdTree.sequence(found) == Memory.getLong(id + SEQUENCE)
        ? IdTree.wordOf(found)
        : 0;
  }

  /** Removes the block with a first ID, if there is one; the length is as it was in the end. */
  private void takeOut(long header, long id) {
    long found = findBlock(header, id);
    if (found != 0) {
      removeBlock(header, found);
    }
  }

  private void putIn(long header, long added) {
    findBlock(header, added + FIRST_ID);
    IdTree trees = blocks();
    trees
        .probe(Memory.getLong(added + FIRST_ID), Memory.getLong(added + FIRST_ID + SEQUENCE))
        .word(added)
        .insert();
    add(header + BLOCK_BYTES, Slab.usableBytes(Memory.getInt(added + CAPACITY)));
    Memory.putLong(header + LAST_BLOCK, IdTree.wordOf(trees.last(Memory.getLong(header + TREE))));
  }

  private void undoBlock(long header, long entryOfLog) {
    if (Undo.dataLength(entryOfLog) == 0) {
      takeOut(header, Undo.name(entryOfLog));
      return;
    }
    long found = findBlock(header, Undo.name(entryOfLog));
    long head = Undo.data(entryOfLog);
    int capacity = Memory.getInt(head + CAPACITY);
    int oldCapacity = Memory.getInt(found + CAPACITY);
    if (capacity != oldCapacity) {
      long moved = holder.slab().allocate(capacity, Tag.VALUE);
      Memory.copy(found, moved, Memory.getInt(head + USED));
      blocks()
          .probe(Memory.getLong(moved + FIRST_ID), Memory.getLong(moved + FIRST_ID + SEQUENCE))
          .word(moved)
          .replace();
      holder.slab().free(found, oldCapacity, Tag.VALUE);
      add(header + BLOCK_BYTES, Slab.usableBytes(capacity) - Slab.usableBytes(oldCapacity));
      if (found == Memory.getLong(header + LAST_BLOCK)) {
        Memory.putLong(header + LAST_BLOCK, moved);
      }
      found = moved;
    }
    Memory.copy(head, found, KEPT_BLOCK_BYTES);
  }

  /** Frees what an entry of the log has of a stream. */
  static void release(int part, Home home, long entryOfLog) {
    switch (part) {
      case Undo.BLOCK_REMOVED -> {
        long removed = Undo.word(entryOfLog);
        home.slab().free(removed, Memory.getInt(removed + CAPACITY), Tag.VALUE);
      }
      case Undo.PRODUCERS -> StreamProducers.release(home, entryOfLog);
      default -> StreamGroups.release(part, home, entryOfLog);
    }
  }

  // ---- by payload ----

  /** Bytes outside the record. */
  static long outsideBytes(Home home, long payload) {
    long header = Memory.getLong(payload);
    return Slab.usableBytes(HEADER_BYTES)
        + home.streamBlocks().sizeBytes(Memory.getLong(header + TREE))
        + Memory.getLong(header + BLOCK_BYTES)
        + StreamGroups.sizeBytes(home, header)
        + StreamProducers.sizeBytes(home, header);
  }

  /** Frees what is outside the record in slices, the groups first. */
  static boolean free(Home home, long payload, int budget) {
    long header = Memory.getLong(payload);
    if (!StreamGroups.free(home, header, budget) || !StreamProducers.free(home, header, budget)) {
      return false;
    }
    Slab slab = home.slab();
    boolean done =
        home.streamBlocks()
            .drain(
                Memory.getLong(header + TREE),
                each -> {
                  long block = IdTree.wordOf(each);
                  slab.free(block, Memory.getInt(block + CAPACITY), Tag.VALUE);
                },
                BLOCKS_PER_SLICE);
    if (done) {
      slab.free(header, HEADER_BYTES, Tag.VALUE);
    }
    return done;
  }

  /** Checks everything that must hold and throws an {@link AssertionError} if it does not. */
  public void validate() {
    long header = header();
    long tree = Memory.getLong(header + TREE);
    IdTree trees = blocks();
    trees.validate(tree);
    long length = 0;
    long bytes = 0;
    long last = 0;
    for (long each = trees.first(tree); each != 0; each = trees.next()) {
      block = IdTree.wordOf(each);
      last = block;
      require(IdTree.millis(each) == Memory.getLong(block + FIRST_ID), "first ID", block);
      int live = validateBlock();
      require(live == Memory.getInt(block + LIVE), "live entries", live);
      length += live;
      bytes += Slab.usableBytes(Memory.getInt(block + CAPACITY));
    }
    require(length == Memory.getLong(header + LENGTH), "length", length);
    require(bytes == Memory.getLong(header + BLOCK_BYTES), "bytes of blocks", bytes);
    require(last == Memory.getLong(header + LAST_BLOCK), "last block", last);
    groups.validate();
    producers.validate();
  }

  /** Checks the block and returns how many entries are live. */
  private int validateBlock() {
    require(PackedList.isValid(block + MASTER, end()) > 0, "items of block", block);
    int live = 0;
    int deleted = 0;
    long beforeMillis = 0;
    long beforeSequence = 0;
    for (toFirst(); entry < end(); skip()) {
      require(
          StreamId.compare(beforeMillis, beforeSequence, millis, sequence) < 0, "order", millis);
      beforeMillis = millis;
      beforeSequence = sequence;
      if (isDeleted()) {
        deleted++;
      } else {
        live++;
      }
    }
    require(deleted == Memory.getInt(block + DELETED), "deleted entries", deleted);
    return live;
  }

  private static void require(boolean holds, String what, long value) {
    if (!holds) {
      throw new AssertionError("stream: " + what + " " + value);
    }
  }
}
