package io.jacinth.value;

import io.jacinth.base.Hash;
import io.jacinth.memory.Slab;
import io.jacinth.structure.HashTable;

/**
 * What the large values that were made in one shard live in: its slab, and the structures that work
 * on that.
 *
 * <p>A value that refs are in (see {@link Kind#hasHome}) stays in its home for as long as it
 * exists, also when its key comes to another shard. Guarded by its shard's lock.
 */
public final class Home {
  private final int number;
  private final Slab slab;
  private final long seed;
  private final HashTable members;
  private final ScoreTree scores;
  private final ListTree chunks;
  private final IdTree streamBlocks;
  private final NameTree groupNames;
  private final NameTree consumerNames;
  private final PendingTree pending;
  private final IdTree ownPending;
  private final TimeTree pendingByTime;
  private final NameTree producerNames;
  private final NameTree messageNames;
  private final FieldRecords fields;
  private final ExpiryTree expiries;

  /**
   * @param number of the shard
   * @param seed of the hash of members; secret, so that nobody can make them collide
   */
  public Home(int number, Slab slab, long seed) {
    this.number = number;
    this.slab = slab;
    this.seed = seed;
    members = new HashTable(slab, seed, 0);
    scores = new ScoreTree(slab);
    chunks = new ListTree(slab);
    streamBlocks = new IdTree(slab, IdTree.ENTRY_BYTES_WITH_WORD);
    groupNames = new NameTree(slab, StreamLayout.GROUP_NAME);
    consumerNames = new NameTree(slab, StreamLayout.CONSUMER_NAME);
    pending = new PendingTree(slab);
    ownPending = new IdTree(slab, IdTree.ENTRY_BYTES);
    pendingByTime = new TimeTree(slab);
    producerNames = new NameTree(slab, StreamLayout.PRODUCER_NAME);
    messageNames = new NameTree(slab, StreamLayout.MESSAGE_NAME);
    fields = new FieldRecords(slab);
    expiries = new ExpiryTree(slab);
  }

  public int number() {
    return number;
  }

  public Slab slab() {
    return slab;
  }

  /** Works on the tables of members: their records' keys are the fields or members. */
  public HashTable members() {
    return members;
  }

  /** Works on the trees of sorted sets. */
  ScoreTree scores() {
    return scores;
  }

  /** Works on the trees of the chunks of lists. */
  ListTree chunks() {
    return chunks;
  }

  /** Works on the trees of streams' blocks. */
  IdTree streamBlocks() {
    return streamBlocks;
  }

  /** Works on the trees of streams' groups. */
  NameTree groupNames() {
    return groupNames;
  }

  /** Works on the trees of groups' consumers. */
  NameTree consumerNames() {
    return consumerNames;
  }

  /** Works on the trees of what is pending in a group. */
  PendingTree pending() {
    return pending;
  }

  /** Works on the trees of what is pending with a consumer. */
  IdTree ownPending() {
    return ownPending;
  }

  /** Works on the trees of what is pending in a group, in the order of time. */
  TimeTree pendingByTime() {
    return pendingByTime;
  }

  /** Works on the trees of streams' producers. */
  NameTree producerNames() {
    return producerNames;
  }

  /** Works on the trees of producers' messages. */
  NameTree messageNames() {
    return messageNames;
  }

  /** Works on the records of hashes' fields. */
  FieldRecords fields() {
    return fields;
  }

  /** Works on the trees of members that expire. */
  ExpiryTree expiries() {
    return expiries;
  }

  /** The hash of a field or member, for {@link #members}. */
  public long hash(long address, int lengthBytes) {
    return Hash.hash(seed, address, lengthBytes);
  }
}
