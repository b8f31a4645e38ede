package io.jacinth.value;

import io.jacinth.base.Decimal;
import io.jacinth.base.ExtendedFloat;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.HashTable;
import io.jacinth.structure.PackedList;
import io.jacinth.structure.Record;

/**
 * A sorted set: members, each with a score, in the order of the scores; those with equal scores in
 * the order of their bytes.
 *
 * <p>Small ones are a {@link Packed} run: member, score, member, score and so on, in order; a score
 * is an integer, or the text that Redis prints. Larger ones have a hash table of records by member,
 * and a {@link ScoreTree} of them:
 *
 * <pre>
 *   payload   0         1                   9                  17
 *             | home: 1 | header of table:8 | header of tree:8 | bytes of all records: 8 |
 * </pre>
 *
 * <p>A flyweight over its holder. It knows one element, which {@link #find} and the methods of the
 * cursor come to; a change of the set makes it forget that one, and another set's cursor in the
 * same home may do so too.
 */
public final class SortedSetValue {
  private static final int TABLE = Value.HOME_BYTES;
  private static final int TREE = TABLE + Long.BYTES;
  private static final int RECORD_BYTES = TREE + Long.BYTES;
  static final int PAYLOAD_BYTES = RECORD_BYTES + Long.BYTES;

  /** A member and its score. */
  private static final int STRIDE = 2;

  /** Room for the text of a score, or of a member that is an integer. */
  private static final int TEXT_BYTES = 32;

  /** Doubles up to here are tried for being integers, as Redis does. */
  private static final double MAX_INTEGRAL_SCORE = 0x1p62;

  private final Holder holder;
  private final Limits limits;
  private final Packed packed;
  private final ExtendedFloat register = new ExtendedFloat();
  private final byte[] digits = new byte[Decimal.MAX_LONG_LENGTH];

  /** The element: its entry in the run, or its record; 0 if there is none. */
  private long element;

  /** The element's ref, if it is a record that {@link #find} has found. */
  private int ref;

  private boolean inRun;

  /** The tree whose cursor is on the element, if it is a record. */
  private ScoreTree trees;

  public SortedSetValue(Holder holder, Limits limits) {
    this.holder = holder;
    this.limits = limits;
    packed = new Packed(holder);
  }

  private boolean isPacked() {
    return holder.kind() == Kind.SORTED_SET_PACKED;
  }

  private long table() {
    return Memory.getLong(holder.payload() + TABLE);
  }

  private long tree() {
    return Memory.getLong(holder.payload() + TREE);
  }

  public boolean exists() {
    return holder.exists();
  }

  /** Whether it is not packed. */
  public boolean isTree() {
    return holder.kind() == Kind.SORTED_SET_TREE;
  }

  /** How many members it has; 0 if it does not exist. */
  public long count() {
    if (!holder.exists()) {
      return 0;
    }
    return isPacked() ? packed.count() : holder.home().members().count(table());
  }

  // ---- the element ----

  /** Comes to a member; returns whether it is there. */
  public boolean find(long member, int length) {
    inRun = isPacked();
    if (inRun) {
      element = PackedList.find(packed.begin(), packed.end(), member, length, STRIDE);
      return element != 0;
    }
    Home home = holder.home();
    ref = home.members().find(table(), home.hash(member, length), member, length);
    if (ref == 0) {
      element = 0;
      return false;
    }
    element = home.slab().address(ref);
    return true;
  }

  /** Comes to the element of a rank; returns whether there is one. */
  public boolean seek(long rank) {
    inRun = isPacked();
    if (inRun) {
      long entries = (long) packed.count() * STRIDE;
      element = PackedList.seek(packed.begin(), packed.end(), entries, rank * STRIDE);
    } else {
      trees = holder.home().scores();
      record(trees.seekRank(tree(), rank));
    }
    return element != 0;
  }

  /** From an element that {@link #seek} came to, goes to the next one, if there is one. */
  public boolean next() {
    if (inRun) {
      element = PackedList.skip(element, STRIDE);
      if (element == packed.end()) {
        element = 0;
      }
    } else {
      record(trees.next());
    }
    return element != 0;
  }

  /** From an element that {@link #seek} came to, goes to the previous one, if there is one. */
  public boolean previous() {
    if (inRun) {
      element = element == packed.begin() ? 0 : PackedList.previous(PackedList.previous(element));
    } else {
      record(trees.previous());
    }
    return element != 0;
  }

  /** Comes to the first element with a score or a higher one; returns whether there is one. */
  public boolean seekScore(double score) {
    inRun = isPacked();
    if (inRun) {
      return seek(rankOfScore(score, false));
    }
    trees = holder.home().scores();
    trees.probeScore(score);
    record(trees.seekLower(tree()));
    return element != 0;
  }

  /** Names the element, for {@link #comeTo} while the set does not change. */
  public long element() {
    return element;
  }

  /** Comes to an element again, after {@link #element}, to read it. */
  public void comeTo(long element) {
    inRun = isPacked();
    this.element = element;
  }

  private void record(long entry) {
    element = entry == 0 ? 0 : trees.record(entry);
  }

  /** The element's score. */
  public double score() {
    return inRun ? packedScore(PackedList.next(element)) : ScoreTree.score(element);
  }

  private double packedScore(long entry) {
    return PackedList.isInteger(entry)
        ? (double) PackedList.integer(entry)
        : Decimal.parseDouble(PackedList.address(entry), PackedList.length(entry), register);
  }

  /** Whether the element's member is kept as an integer; else its bytes are in memory. */
  public boolean isInteger() {
    return inRun && PackedList.isInteger(element);
  }

  /** The member that {@linkplain #isInteger is an integer}. */
  public long integer() {
    return PackedList.integer(element);
  }

  /** Where the member's bytes are, if it {@linkplain #isInteger is no integer}. */
  public long memberAddress() {
    return inRun ? PackedList.address(element) : Record.keyAddress(element);
  }

  /** Length of the member's text. */
  public int memberLength() {
    return inRun ? PackedList.length(element) : Record.keyLength(element);
  }

  /** Copies the member's text to where there is room for {@link #memberLength} bytes. */
  public void copyMember(long target) {
    if (isInteger()) {
      Decimal.writeLong(target, integer());
    } else {
      Memory.copy(memberAddress(), target, memberLength());
    }
  }

  /** How many elements come before this one, which {@link #find} came to. */
  public long rank() {
    if (inRun) {
      long rank = 0;
      for (long entry = packed.begin(); entry < element; entry = PackedList.skip(entry, STRIDE)) {
        rank++;
      }
      return rank;
    }
    ScoreTree scores = holder.home().scores();
    scores.probeEntry(ref, element).seekLower(tree());
    return scores.rank();
  }

  // ---- ranges, as ranks ----

  /**
   * How many elements come before a score.
   *
   * @param after whether elements with this very score count too
   */
  public long rankOfScore(double score, boolean after) {
    if (!isPacked()) {
      ScoreTree scores = holder.home().scores();
      scores.probeScore(score);
      return rankOfProbe(scores, after);
    }
    long rank = 0;
    long end = packed.end();
    long entry = packed.begin();
    while (entry < end) {
      long scoreEntry = PackedList.next(entry);
      double each = packedScore(scoreEntry);
      if (after ? each > score : each >= score) {
        break;
      }
      rank++;
      entry = PackedList.next(scoreEntry);
    }
    return rank;
  }

  /**
   * How many elements come before a member, where all scores are equal.
   *
   * @param after whether this very member counts too
   */
  public long rankOfMember(long member, int length, boolean after) {
    if (!isPacked()) {
      ScoreTree scores = holder.home().scores();
      scores.probeMember(member, length);
      return rankOfProbe(scores, after);
    }
    long rank = 0;
    long end = packed.end();
    for (long entry = packed.begin(); entry < end; entry = PackedList.skip(entry, STRIDE)) {
      int comparison = compare(entry, member, length);
      if (after ? comparison > 0 : comparison >= 0) {
        break;
      }
      rank++;
    }
    return rank;
  }

  private long rankOfProbe(ScoreTree scores, boolean after) {
    long tree = tree();
    if (after) {
      scores.seekUpper(tree);
    } else {
      scores.seekLower(tree);
    }
    return scores.rank();
  }

  /** Compares an entry's text with another one, byte by byte. */
  private int compare(long entry, long text, int length) {
    if (!PackedList.isInteger(entry)) {
      return Memory.compare(PackedList.address(entry), PackedList.length(entry), text, length);
    }
    int count = writeDigits(PackedList.integer(entry));
    int common = Math.min(count, length);
    for (int i = 0; i < common; i++) {
      int difference = digits[i] - Memory.getUnsignedByte(text + i);
      if (difference != 0) {
        return difference;
      }
    }
    return count - length;
  }

  /** Writes the decimal form of an integer to {@link #digits}. */
  private int writeDigits(long value) {
    int count = Decimal.length(value);
    // A negative rest keeps the smallest long from overflowing.
    long rest = value < 0 ? value : -value;
    for (int i = count - 1; i >= 0; i--) {
      digits[i] = (byte) ('0' - rest % 10);
      rest /= 10;
    }
    if (value < 0) {
      digits[0] = '-';
    }
    return count;
  }

  // ---- changes ----

  /**
   * Makes an empty sorted set where there is no value.
   *
   * @param expectedCount so many elements will soon be in it
   * @param expectedMemberBytes and so long is a member
   */
  public void create(long expectedCount, long expectedMemberBytes) {
    if (expectedCount <= limits.sortedSetEntries()
        && expectedMemberBytes <= limits.sortedSetMemberBytes()) {
      packed.create(Kind.SORTED_SET_PACKED, 0);
      return;
    }
    createTree();
  }

  private void createTree() {
    Home home = holder.home();
    long table = home.members().create();
    long tree = home.scores().create();
    writeTree(holder.create(Kind.SORTED_SET_TREE, PAYLOAD_BYTES), home, table, tree, 0);
  }

  /** Makes a copy of a {@linkplain #isTree tree} where there is no value. */
  public void copyTree(SortedSetValue other) {
    createTree();
    // Both may have the same home, and with it the same cursor.
    for (long rank = 0; other.seek(rank); rank++) {
      add(other.memberAddress(), other.memberLength(), other.score());
    }
  }

  /** Prepares an existing sorted set for so many members, of which some may be there already. */
  public void expect(long count) {
    if (count > limits.sortedSetEntries() && isPacked()) {
      holder.beginChange();
      becomeTree();
    }
  }

  private static void writeTree(long payload, Home home, long table, long tree, long recordBytes) {
    Memory.putByte(payload, home.number());
    Memory.putLong(payload + TABLE, table);
    Memory.putLong(payload + TREE, tree);
    Memory.putLong(payload + RECORD_BYTES, recordBytes);
  }

  private void addRecordBytes(long delta) {
    long address = holder.payload() + RECORD_BYTES;
    Memory.putLong(address, Memory.getLong(address) + delta);
  }

  /** Adds a member that is not there. */
  public void add(long member, int length, double score) {
    holder.beginChange();
    if (isPacked()) {
      if (packed.count() < limits.sortedSetEntries() && length <= limits.sortedSetMemberBytes()) {
        addToRun(member, length, score);
        return;
      }
      becomeTree();
    }
    Home home = holder.home();
    Undo undo = holder.undo();
    if (undo != null && undo.find(Undo.SCORED, member, length) == 0) {
      undo.know(Undo.SCORED, 0, member, length, 0, 0);
    }
    addToTree(home, table(), tree(), member, length, score);
    addRecordBytes(ScoreTree.usableRecordBytes(length));
  }

  private static void addToTree(
      Home home, long table, long tree, long member, int length, double score) {
    ScoreTree scores = home.scores();
    int ref = scores.createRecord(member, length, score);
    home.members().insert(table, home.hash(member, length), ref);
    scores.probeEntry(ref, home.slab().address(ref)).seekLower(tree);
    scores.insert();
  }

  private void addToRun(long member, int length, double score) {
    long entry = placeInRun(member, length, score);
    int memberBytes = PackedList.sizeBytes(member, length);
    if (isIntegral(score)) {
      long integer = (long) score;
      int bytes = memberBytes + PackedList.sizeBytesOfInteger(integer);
      long gap = packed.open(entry, bytes);
      PackedList.write(gap, member, length);
      PackedList.writeInteger(gap + memberBytes, integer);
    } else {
      Slab slab = holder.slab();
      long text = slab.allocate(TEXT_BYTES, Tag.SCRATCH);
      int textLength = Decimal.writeDouble(text, score);
      long gap = packed.open(entry, memberBytes + PackedList.sizeBytes(text, textLength));
      PackedList.write(gap, member, length);
      PackedList.write(gap + memberBytes, text, textLength);
      slab.free(text, TEXT_BYTES, Tag.SCRATCH);
    }
    packed.count(packed.count() + 1);
  }

  /** Before which entry a member belongs. Many come in ascending order: the end is tried first. */
  private long placeInRun(long member, int length, double score) {
    long end = packed.end();
    long entry = packed.begin();
    if (entry < end) {
      long lastScore = PackedList.previous(end);
      if (!isBefore(member, length, score, PackedList.previous(lastScore), lastScore)) {
        return end;
      }
    }
    while (entry < end) {
      long scoreEntry = PackedList.next(entry);
      if (isBefore(member, length, score, entry, scoreEntry)) {
        break;
      }
      entry = PackedList.next(scoreEntry);
    }
    return entry;
  }

  private boolean isBefore(long member, int length, double score, long entry, long scoreEntry) {
    double other = packedScore(scoreEntry);
    return score < other || (score == other && compare(entry, member, length) > 0);
  }

  /** Negative zero is one: in a run it becomes 0, as with Redis. */
  private static boolean isIntegral(double score) {
    return Math.abs(score) <= MAX_INTEGRAL_SCORE && score == (long) score;
  }

  /**
   * Changes the score of the member that {@link #find} came to.
   *
   * @param member where the member's bytes stand, outside the set
   */
  public void rescore(long member, int length, double score) {
    holder.beginChange();
    if (isPacked()) {
      removeFromRun(element, 1);
      addToRun(member, length, score);
      return;
    }
    keep(element);
    ScoreTree scores = holder.home().scores();
    long tree = tree();
    scores.probeEntry(ref, element).seekLower(tree);
    scores.rescore(tree, ref, element, score);
  }

  /** Removes the member that {@link #find} came to. */
  public void remove() {
    holder.beginChange();
    if (isPacked()) {
      removeFromRun(element, 1);
      return;
    }
    keep(element);
    Home home = holder.home();
    ScoreTree scores = home.scores();
    scores.probeEntry(ref, element).seekLower(tree());
    addRecordBytes(-scores.removeMembers(home, table(), 1));
  }

  /** Removes the elements of ranks from one on. */
  public void remove(long rank, long count) {
    holder.beginChange();
    if (isPacked()) {
      removeFromRun(PackedList.skip(packed.begin(), rank * STRIDE), (int) count);
      return;
    }
    Home home = holder.home();
    ScoreTree scores = home.scores();
    long entry = holder.undo() == null ? 0 : scores.seekRank(tree(), rank);
    for (long i = 0; i < count && entry != 0; i++) {
      keep(scores.record(entry));
      entry = scores.next();
    }
    scores.seekRank(tree(), rank);
    addRecordBytes(-scores.removeMembers(home, table(), count));
  }

  /** Takes down what a member's score is, in case that a change is undone. */
  private void keep(long record) {
    Undo undo = holder.undo();
    if (undo != null) {
      long member = Record.keyAddress(record);
      int length = Record.keyLength(record);
      if (undo.find(Undo.SCORED, member, length) == 0) {
        undo.know(
            Undo.SCORED, 0, member, length, Record.payloadAddress(record), ScoreTree.SCORE_BYTES);
      }
    }
  }

  /** Makes a member of a {@linkplain #isTree tree} what it was. */
  public void undo(long entry) {
    long member = Undo.name(entry);
    int length = Undo.nameLength(entry);
    boolean wasPresent = Undo.dataLength(entry) != 0;
    double score = wasPresent ? Memory.getDouble(Undo.data(entry)) : 0;
    boolean present = find(member, length);
    if (wasPresent && present) {
      rescore(member, length, score);
    } else if (wasPresent) {
      add(member, length, score);
    } else if (present) {
      remove();
    }
  }

  private void removeFromRun(long entry, int count) {
    int bytes = (int) (PackedList.skip(entry, (long) count * STRIDE) - entry);
    packed.close(entry, bytes);
    packed.count(packed.count() - count);
  }

  private void becomeTree() {
    Home home = holder.home();
    long table = home.members().create();
    long tree = home.scores().create();
    long recordBytes = 0;
    Slab slab = holder.slab();
    long text = slab.allocate(TEXT_BYTES, Tag.SCRATCH);
    long end = packed.end();
    long entry = packed.begin();
    while (entry < end) {
      int length = PackedList.length(entry);
      long member = PackedList.isInteger(entry) ? text : PackedList.address(entry);
      if (member == text) {
        PackedList.copyText(entry, text);
      }
      long scoreEntry = PackedList.next(entry);
      addToTree(home, table, tree, member, length, packedScore(scoreEntry));
      recordBytes += ScoreTree.usableRecordBytes(length);
      entry = PackedList.next(scoreEntry);
    }
    slab.free(text, TEXT_BYTES, Tag.SCRATCH);
    packed.release();
    long payload = holder.reshape(Kind.SORTED_SET_TREE, PAYLOAD_BYTES);
    writeTree(payload, home, table, tree, recordBytes);
  }

  // ---- going through a tree's members in steps ----

  /** Takes each member that {@link #scan} comes to. */
  public interface Visitor {
    /** The member is the set's element. */
    void accept(SortedSetValue set);
  }

  /**
   * Goes through a part of the members of a {@linkplain #isTree tree}, in the order of their
   * hashes, see {@link HashTable#scan}.
   *
   * @return the cursor of the next part, 0 if there is none
   */
  public long scan(long cursor, int minimumMembers, Visitor visitor) {
    return holder
        .home()
        .members()
        .scan(
            table(),
            cursor,
            visited -> {
              inRun = false;
              ref = visited;
              element = holder.home().slab().address(visited);
              visitor.accept(this);
            },
            minimumMembers);
  }

  // ---- by payload ----

  /** Bytes outside the record. */
  static long outsideBytes(Home home, long payload) {
    return home.members().sizeBytes(Memory.getLong(payload + TABLE))
        + home.scores().sizeBytes(Memory.getLong(payload + TREE))
        + Memory.getLong(payload + RECORD_BYTES);
  }

  /** Frees what is outside the record in slices, first the tree with all records. */
  static boolean free(Home home, long payload, int budget) {
    long tree = Memory.getLong(payload + TREE);
    if (tree != 0) {
      if (home.scores().drainMembers(tree, budget)) {
        Memory.putLong(payload + TREE, 0);
      }
      return false;
    }
    return home.members().drain(Memory.getLong(payload + TABLE), null, budget);
  }

  /** Checks everything that must hold and throws an {@link AssertionError} if it does not. */
  public void validate() {
    if (isPacked()) {
      PackedList.validate(packed.begin(), packed.end(), (long) packed.count() * STRIDE);
      return;
    }
    Home home = holder.home();
    home.members().validate(table());
    home.scores().validate(tree());
  }
}
