package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.structure.BPlusTree;

/**
 * Trees in the order of the IDs of a stream that their entries begin with.
 *
 * <pre>
 *   entry    0    16
 *            | ID | one more word, if there is one |
 * </pre>
 *
 * <p>The blocks of a stream are such a tree, by first ID, their addresses being the word; and a
 * consumer's pending entries are one, without a word.
 */
class IdTree extends BPlusTree {
  static final int WORD = StreamLayout.ID_BYTES;
  static final int ENTRY_BYTES = StreamLayout.ID_BYTES;
  static final int ENTRY_BYTES_WITH_WORD = ENTRY_BYTES + Long.BYTES;

  private final boolean hasWord;

  // The probe.
  private long millis;
  private long sequence;
  private long word;

  IdTree(Slab slab, int entryBytes) {
    super(slab, entryBytes, UNIT_WEIGHT, true);
    hasWord = entryBytes == ENTRY_BYTES_WITH_WORD;
  }

  /** What is sought has this ID, or is to be inserted. */
  final IdTree probe(long millis, long sequence) {
    this.millis = millis;
    this.sequence = sequence;
    return this;
  }

  final IdTree probe(StreamId id) {
    return probe(id.millis(), id.sequence());
  }

  /** The word of the entry that is to be inserted. */
  final IdTree word(long word) {
    this.word = word;
    return this;
  }

  static long millis(long entry) {
    return Memory.getLong(entry);
  }

  static long sequence(long entry) {
    return Memory.getLong(entry + StreamLayout.SEQUENCE);
  }

  static long wordOf(long entry) {
    return Memory.getLong(entry + WORD);
  }

  /** Goes to the entry with the probe's ID; returns its address, or 0 if there is none. */
  final long find(long tree) {
    long entry = seekLower(tree);
    return entry != 0 && compare(entry) == 0 ? entry : 0;
  }

  @Override
  protected final int compare(long entry) {
    return StreamId.compare(millis, sequence, millis(entry), sequence(entry));
  }

  @Override
  protected void write(long entry) {
    Memory.putLong(entry, millis);
    Memory.putLong(entry + StreamLayout.SEQUENCE, sequence);
    if (hasWord) {
      Memory.putLong(entry + WORD, word);
    }
  }

  @Override
  protected void read(long entry) {
    probe(millis(entry), sequence(entry));
    if (hasWord) {
      word = wordOf(entry);
    }
  }
}
