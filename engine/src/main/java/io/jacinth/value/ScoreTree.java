package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.BPlusTree;
import io.jacinth.structure.EntryVisitor;
import io.jacinth.structure.HashTable;
import io.jacinth.structure.Record;

/**
 * The trees of large sorted sets: members by score, those with equal scores by their bytes.
 *
 * <pre>
 *   entry    0          8
 *            | score: 8 | ref of the member's record: 4 |
 *
 *   record   | head without access clock; the member is its key | score: 8 |
 * </pre>
 *
 * <p>The score is in both: a search by score reads no record, and a look-up by member no tree.
 */
final class ScoreTree extends BPlusTree implements EntryVisitor {
  private static final int SCORE = 0;
  private static final int REF = 8;
  private static final int ENTRY_BYTES = 12;

  static final int SCORE_BYTES = 8;

  /** By what entries are compared with the probe. */
  private enum Order {
    /** By score and member: an entry's own place. */
    ENTRY,
    SCORE,
    /** By member alone, where all scores are equal. */
    MEMBER
  }

  private final Slab slab;

  // The probe.
  private Order order = Order.ENTRY;
  private double score;
  private long member;
  private int memberLength;
  private int ref;

  // What is done with entries that are taken out.
  private HashTable members;
  private long table;
  private Home home;
  private long removedBytes;

  ScoreTree(Slab slab) {
    super(slab, ENTRY_BYTES, UNIT_WEIGHT, true);
    this.slab = slab;
  }

  // ---- the probe ----

  /** What is sought is the entry of a record with its score, or is to be inserted. */
  ScoreTree probeEntry(int ref, long record) {
    this.ref = ref;
    score = score(record);
    member = Record.keyAddress(record);
    memberLength = Record.keyLength(record);
    order = Order.ENTRY;
    return this;
  }

  /** What is sought has a score. */
  ScoreTree probeScore(double score) {
    this.score = score;
    order = Order.SCORE;
    return this;
  }

  /** What is sought has a place among members, where all scores are equal. */
  ScoreTree probeMember(long member, int memberLength) {
    this.member = member;
    this.memberLength = memberLength;
    order = Order.MEMBER;
    return this;
  }

  @Override
  protected int compare(long entry) {
    if (order != Order.MEMBER) {
      double other = Memory.getDouble(entry + SCORE);
      if (score < other) {
        return -1;
      }
      if (score > other) {
        return 1;
      }
      if (order == Order.SCORE) {
        return 0;
      }
    }
    int otherRef = ref(entry);
    if (otherRef == ref && order == Order.ENTRY) {
      return 0;
    }
    long record = slab.address(otherRef);
    return Memory.compare(
        member, memberLength, Record.keyAddress(record), Record.keyLength(record));
  }

  @Override
  protected void write(long entry) {
    Memory.putDouble(entry + SCORE, score);
    Memory.putInt(entry + REF, ref);
  }

  @Override
  protected void read(long entry) {
    int entryRef = ref(entry);
    probeEntry(entryRef, slab.address(entryRef));
    score = Memory.getDouble(entry + SCORE);
  }

  // ---- entries and records ----

  static int ref(long entry) {
    return Memory.getInt(entry + REF);
  }

  long record(long entry) {
    return slab.address(ref(entry));
  }

  /** Allocates the record of a member. */
  int createRecord(long member, int memberLength, double score) {
    int newRef = slab.allocateRef(recordBytes(memberLength), Tag.VALUE);
    long record = slab.address(newRef);
    Record.writeHead(record, 0, member, memberLength);
    setScore(record, score);
    return newRef;
  }

  static double score(long record) {
    return Memory.getDouble(Record.payloadAddress(record));
  }

  static void setScore(long record, double score) {
    Memory.putDouble(Record.payloadAddress(record), score);
  }

  private static int recordBytes(int memberLength) {
    return Record.headBytes(0, memberLength) + SCORE_BYTES;
  }

  /** Bytes of memory that a member's record takes. */
  static long usableRecordBytes(int memberLength) {
    return Slab.usableBytes(recordBytes(memberLength));
  }

  void freeRecord(int ref, long record) {
    slab.freeRef(ref, recordBytes(Record.keyLength(record)), Tag.VALUE);
  }

  // ---- a change of a score ----

  /**
   * Moves the entry that the cursor is on, which is the record's, to where a new score belongs; the
   * record gets it too.
   */
  void rescore(long tree, int ref, long record, double newScore) {
    if (staysBetweenNeighbours(newScore)) {
      setScore(record, newScore);
      probeEntry(ref, record).replace();
    } else {
      remove();
      setScore(record, newScore);
      probeEntry(ref, record).seekLower(tree);
      insert();
    }
  }

  /** Leaves the cursor where it is. Equal scores would need the members compared. */
  private boolean staysBetweenNeighbours(double newScore) {
    long before = previous();
    if (before != 0) {
      boolean above = newScore > Memory.getDouble(before + SCORE);
      next();
      if (!above) {
        return false;
      }
    }
    long after = next();
    boolean below = after == 0 || newScore < Memory.getDouble(after + SCORE);
    previous();
    return below;
  }

  // ---- removal of many ----

  /**
   * Removes members from the cursor on, with their records, from tree and table.
   *
   * @return how many bytes their records had
   */
  long removeMembers(Home home, long table, long count) {
    this.home = home;
    this.members = home.members();
    this.table = table;
    removedBytes = 0;
    remove(count, this);
    return removedBytes;
  }

  /** Frees records of a tree that is no longer used, see {@link #drain}. */
  boolean drainMembers(long tree, int minimumMembers) {
    table = 0;
    return drain(tree, this, minimumMembers);
  }

  @Override
  public void accept(long entry) {
    int entryRef = ref(entry);
    long record = slab.address(entryRef);
    if (table != 0) {
      long member = Record.keyAddress(record);
      int memberLength = Record.keyLength(record);
      members.remove(table, home.hash(member, memberLength), entryRef);
      removedBytes += usableRecordBytes(memberLength);
    }
    freeRecord(entryRef, record);
  }
}
