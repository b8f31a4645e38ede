package io.jacinth.value;

import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * A holder whose payload is a block of its own, of exactly the size that was asked for; closing it
 * fails if the value has left anything.
 */
final class BlockHolder implements Holder, AutoCloseable {
  private static final int NONE = -1;

  private final PageSource pages = new PageSource();
  private final Slab slab = new Slab(pages, 0);
  private final Home home = new Home(0, slab, 0x0123_4567_89ab_cdefL);
  private final Limits limits = new Limits();
  private int kind = NONE;
  private long payload;
  private int payloadBytes;
  private long nowMillis;

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
  public long nowMillis() {
    return nowMillis;
  }

  void setNowMillis(long millis) {
    nowMillis = millis;
  }

  @Override
  public void expireMembersAt(long millis) {
    MemberExpiry.setMillis(MemberExpiry.head(kind, payload), millis);
  }

  @Override
  public long create(int kind, int payloadBytes) {
    this.kind = kind;
    this.payloadBytes = payloadBytes;
    payload = slab.allocate(Math.max(1, payloadBytes), Tag.ENTRY);
    return payload;
  }

  @Override
  public long reshape(int kind, int payloadBytes) {
    long old = payload;
    int oldBytes = this.payloadBytes;
    create(kind, payloadBytes);
    Memory.copy(old, payload, Math.min(oldBytes, payloadBytes));
    slab.free(old, Math.max(1, oldBytes), Tag.ENTRY);
    return payload;
  }

  Limits limits() {
    return limits;
  }

  /** All bytes outside the payload. */
  long outsideBytes() {
    return slab.usedBytes() - slab.usedBytes(Tag.ENTRY);
  }

  /** Ends the value's life, a slice at a time. */
  void delete(int budget) {
    boolean done = false;
    while (!done) {
      done = Value.free(home, kind, payload, budget);
    }
    slab.free(payload, Math.max(1, payloadBytes), Tag.ENTRY);
    kind = NONE;
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
      delete(100);
    }
    slab.validate();
    slab.close();
    pages.close();
  }
}
