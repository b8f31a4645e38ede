package io.jacinth.value;

import io.jacinth.base.Decimal;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.structure.Record;

/**
 * A sorted set that a command puts together before it replies with it or stores it: outside the
 * keyspace, so that the result may take the place of what it is made of.
 *
 * <p>Its records and its tree are those of a large sorted set. One that is made of members which
 * may come twice has a table too, and is put in order at the end by {@link #sort}.
 */
public final class SortedSetDraft implements AutoCloseable {
  private static final int NOTHING_FOUND = 0;

  private final Slab slab;
  private final Home home;
  private final ScoreTree scores;
  private final long tree;

  /** Room for the text of a member that is an integer. */
  private final long text;

  /** 0 until {@link #put} is called. */
  private long table;

  private long longestMemberBytes;
  private long entry;

  /**
   * @param slab of the thread
   * @param seed of the hash of members
   */
  public SortedSetDraft(Slab slab, long seed) {
    this.slab = slab;
    home = new Home(0, slab, seed);
    scores = home.scores();
    text = slab.allocate(Decimal.MAX_LONG_LENGTH, Tag.SCRATCH);
    tree = scores.create();
  }

  /** Adds the element that a sorted set has come to; it is not in the draft yet. */
  public void add(SortedSetValue set) {
    add(set, set.score());
  }

  /** Adds it with another score. */
  public void add(SortedSetValue set, double score) {
    int length = set.memberLength();
    long member = text;
    if (set.isInteger()) {
      set.copyMember(text);
    } else {
      member = set.memberAddress();
    }
    add(member, length, score);
  }

  /** Adds a member that is not in the draft yet. */
  public void add(long member, int length, double score) {
    insert(create(member, length, score));
  }

  private int create(long member, int length, double score) {
    longestMemberBytes = Math.max(longestMemberBytes, length);
    return scores.createRecord(member, length, score);
  }

  private void insert(int ref) {
    scores.probeEntry(ref, slab.address(ref)).seekLower(tree);
    scores.insert();
  }

  /**
   * The score that {@link #put} has given a member; NaN if it has not. Then {@link #sort} must be
   * called at the end.
   */
  public double score(long member, int length) {
    int ref = find(member, length);
    return ref == NOTHING_FOUND ? Double.NaN : ScoreTree.score(slab.address(ref));
  }

  private int find(long member, int length) {
    if (table == 0) {
      table = home.members().create();
    }
    return home.members().find(table, home.hash(member, length), member, length);
  }

  /** Adds a member or changes its score. */
  public void put(long member, int length, double score) {
    int ref = find(member, length);
    if (ref == NOTHING_FOUND) {
      int newRef = create(member, length, score);
      home.members().insert(table, home.hash(member, length), newRef);
    } else {
      ScoreTree.setScore(slab.address(ref), score);
    }
  }

  /** Puts in order what {@link #put} was called with. */
  public void sort() {
    if (table != 0) {
      home.members().scan(table, 0, this::insert, Integer.MAX_VALUE);
    }
  }

  /** How many elements are in order. */
  public long count() {
    return scores.count(tree);
  }

  // ---- the result ----

  /** Comes to the first element, if there is one. */
  public boolean first() {
    entry = scores.first(tree);
    return entry != 0;
  }

  /** Comes to the next element, if there is one. */
  public boolean next() {
    entry = scores.next();
    return entry != 0;
  }

  public long memberAddress() {
    return Record.keyAddress(scores.record(entry));
  }

  public int memberLength() {
    return Record.keyLength(scores.record(entry));
  }

  public double score() {
    return ScoreTree.score(scores.record(entry));
  }

  /** Makes a sorted set of it where there is no value. */
  public void writeTo(SortedSetValue set) {
    set.create(count(), longestMemberBytes);
    for (boolean more = first(); more; more = next()) {
      set.add(memberAddress(), memberLength(), score());
    }
  }

  @Override
  public void close() {
    slab.free(text, Decimal.MAX_LONG_LENGTH, Tag.SCRATCH);
    if (count() == 0 && table != 0) {
      sort();
    }
    scores.drainMembers(tree, Integer.MAX_VALUE);
    if (table != 0) {
      home.members().destroy(table);
    }
  }
}
