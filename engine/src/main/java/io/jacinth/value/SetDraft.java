package io.jacinth.value;

import io.jacinth.base.Decimal;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * A set that a command puts together before it replies with it or stores it: outside the keyspace,
 * so that the result may take the place of what it is made of.
 *
 * <p>Its payload is a block of its own. It grows as any other set does, so that the encoding of
 * what is stored is the one that Redis comes to.
 */
public final class SetDraft implements Holder, AutoCloseable {
  private static final int NONE = -1;

  private final Slab slab;
  private final Home home;
  private final SetValue set;

  /** Room for the text of a member that is an integer. */
  private final long text;

  private int kind = NONE;
  private long payload;
  private int payloadBytes;

  /**
   * @param slab of the thread
   * @param seed of the hash of members
   */
  public SetDraft(Slab slab, long seed, Limits limits) {
    this.slab = slab;
    home = new Home(0, slab, seed);
    set = new SetValue(this, limits);
    text = slab.allocate(Decimal.MAX_LONG_LENGTH, Tag.SCRATCH);
  }

  /** Begins with an empty set of integers. */
  public void startIntegers() {
    set.createIntegers();
  }

  /** Begins with an empty packed set. */
  public void startPacked() {
    set.createPacked();
  }

  /** Begins with an empty set that remains a table. */
  public void startTable() {
    set.createTable();
  }

  /** The set, once it has been begun. */
  public SetValue set() {
    return set;
  }

  /** Adds the member that another set has come to. */
  public void add(SetValue other) {
    set.add(other.text(text), other.memberLength());
  }

  /** Removes the member that another set has come to, if it is there. */
  public void remove(SetValue other) {
    if (set.find(other.text(text), other.memberLength())) {
      set.remove();
    }
  }

  /** Makes it a set of integers, which all its members are, if these are few enough. */
  public void becomeIntegers() {
    set.becomeIntegers();
  }

  // ---- the holder ----

  @Override
  public boolean exists() {
    return kind != NONE;
  }

  @Override
  public int kind() {
    return kind;
  }

  @Override
  public long payload() {
    return payload;
  }

  @Override
  public void beginChange() {}

  @Override
  public long create(int kind, int payloadBytes) {
    this.kind = kind;
    this.payloadBytes = payloadBytes;
    payload = slab.allocate(payloadBytes, Tag.SCRATCH);
    return payload;
  }

  @Override
  public long reshape(int kind, int payloadBytes) {
    long old = payload;
    int oldBytes = this.payloadBytes;
    if (Slab.usableBytes(oldBytes) == Slab.usableBytes(payloadBytes)) {
      this.kind = kind;
      this.payloadBytes = payloadBytes;
      return payload;
    }
    create(kind, payloadBytes);
    Memory.copy(old, payload, Math.min(oldBytes, payloadBytes));
    slab.free(old, oldBytes, Tag.SCRATCH);
    return payload;
  }

  /** Before any time: a draft has no members that expire. */
  @Override
  public long nowMillis() {
    return 0;
  }

  @Override
  public void expireMembersAt(long millis) {
    throw new IllegalStateException("a draft does not last");
  }

  @Override
  public Slab slab() {
    return slab;
  }

  @Override
  public Home home() {
    return home;
  }

  @Override
  public void close() {
    if (exists()) {
      Value.free(home, kind, payload, Integer.MAX_VALUE);
      slab.free(payload, payloadBytes, Tag.SCRATCH);
    }
    slab.free(text, Decimal.MAX_LONG_LENGTH, Tag.SCRATCH);
  }
}
