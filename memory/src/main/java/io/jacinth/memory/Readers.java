package io.jacinth.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that look at blocks which others may free meanwhile. What such a thread reads may be
 * nonsense, so it asks afterwards whether it was; but the addresses must stay readable until it has
 * looked. So what is freed goes back to the system only when each reader has been seen outside
 * since (epoch-based reclamation: Fraser, Practical lock-freedom, 2004).
 */
public final class Readers {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final long OUTSIDE = 0;

  private final AtomicLong epoch = new AtomicLong(OUTSIDE + 1);
  private final List<Reader> readers = new CopyOnWriteArrayList<>();

  /** What is not resident any more and will be unmapped. Guarded by itself. */
  private final ArrayDeque<Known> known = new ArrayDeque<>();

  /** A range that readers may still know. */
  private record Known(FreedRange range, long epoch) {}

  Readers() {}

  /** One thread that looks. Belongs to it, but for what {@link Readers} reads. */
  public final class Reader implements AutoCloseable {
    /** The longs of a cache line, on either side of what others seldom read. */
    private static final int LINE = 8;

    private final long[] slot = new long[LINE + 1 + LINE];

    private Reader() {}

    /** From now on it may look at what it finds; if it is inside already, what it found is past. */
    public void enter() {
      SLOT.setOpaque(slot, LINE, epoch.get());
      // Who unmaps sees the slot before anything is read: plain reads might pass a volatile store.
      VarHandle.fullFence();
    }

    public void leave() {
      SLOT.setRelease(slot, LINE, OUTSIDE);
    }

    public boolean isInside() {
      return slot[LINE] != OUTSIDE;
    }

    private boolean mayKnow(long retiredEpoch) {
      long entered = (long) SLOT.getVolatile(slot, LINE);
      return entered != OUTSIDE && entered < retiredEpoch;
    }

    /** It looks no more, ever. */
    @Override
    public void close() {
      leave();
      readers.remove(this);
    }
  }

  public Reader add() {
    Reader reader = new Reader();
    readers.add(reader);
    return reader;
  }

  /** Has a range unmapped, as soon as no reader can know it. */
  void giveBack(FreedRange range) {
    if (!range.isLookedAt()) {
      range.unmap();
      return;
    }
    long epoch = retire();
    giveBackKnown();
    if (havePassed(epoch)) {
      range.unmap();
      return;
    }
    range.discard();
    synchronized (known) {
      known.add(new Known(range, epoch));
    }
  }

  /** Gives back what readers knew and know no longer. */
  void giveBackKnown() {
    synchronized (known) {
      while (!known.isEmpty() && havePassed(known.peek().epoch)) {
        known.remove().range.unmap();
      }
    }
  }

  /** How many ranges wait for readers. */
  int knownRanges() {
    synchronized (known) {
      return known.size();
    }
  }

  /** Something has been freed before this call; gives the epoch in which it cannot be found. */
  long retire() {
    return epoch.incrementAndGet();
  }

  /** Whether no reader is inside that entered before an epoch given by {@link #retire}. */
  boolean havePassed(long retiredEpoch) {
    for (Reader reader : readers) {
      if (reader.mayKnow(retiredEpoch)) {
        return false;
      }
    }
    return true;
  }
}
