package io.jacinth.structure;

import static io.jacinth.structure.RecordLayout.NEXT;
import static io.jacinth.structure.RecordLayout.PREVIOUS;
import static io.jacinth.structure.TimerWheelLayout.*;

import io.jacinth.base.Hash;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;

/**
 * A hierarchical timer wheel: the records with an expiry time, in lists by time.
 *
 * <p>An instance works on all wheels of one slab; a wheel is named by the address of its block. The
 * lists are linked through the records, so the wheel takes no memory of its own per record; a level
 * that has never been used takes none. The bytes are drawn in {@link TimerWheelLayout}.
 *
 * <p>Slots of level 0 are 64 ms wide, those of each further level 32 times as wide: 2 s, 66 s, 35
 * minutes, 19 hours. Each level has 64 slots and covers the 64 slot widths from now on. A record is
 * in the lowest level that covers its time, or in the last slot of the highest one if none does
 * (over 49 days), and when the time approaches, the records of its slot move to lower levels (see
 * Varghese and Lauck, Hashed and hierarchical timing wheels, 1987).
 *
 * <p>A level covers two slots of the level above, the current one and the next one. So a slot's
 * records can begin to move down when the slot before it begins, and have a whole slot width to do
 * so in slices, however many they are, before the first of them expires.
 *
 * <p>Nothing breaks when the clock jumps: what a slot has is always decided by the record's own
 * time. After a jump back the wheel goes on from there, and may meet records long before their
 * time: they are put where they belong. After a jump forward it goes from one occupied slot to the
 * next.
 *
 * <p>A record's time and links are those of its head, unless a subclass knows others: so a record
 * can be in two wheels.
 */
public class TimerWheel {
  private static final int SLOT_MILLIS_SHIFT = 6;

  /** Slots per slot of the level above, as a power of two: half of a level. */
  private static final int LEVEL_SHIFT = SLOTS_SHIFT - 1;

  private static final int TOP = LEVELS - 1;

  /** Of its budget, this part is for records that are to move down ahead of time. */
  private static final int AHEAD_SHIFT = 2;

  /** How many records of a slot are compared to find the nearest. */
  private static final int MAX_COMPARED = 4;

  private final Slab slab;

  public TimerWheel(Slab slab) {
    this.slab = slab;
  }

  /** Makes an empty wheel and returns its name: the address of its block. */
  public long create(long nowMillis) {
    int self = slab.allocateRef(WHEEL_BYTES, Tag.EXPIRY);
    long wheel = slab.address(self);
    Memory.fill(wheel, WHEEL_BYTES, 0);
    Memory.putInt(wheel + SELF, self);
    Memory.putLong(wheel + TIME, nowMillis >> SLOT_MILLIS_SHIFT);
    return wheel;
  }

  /** A level comes into use. */
  private void createLevel(long wheel, int level) {
    int ref = slab.allocateRef(LEVEL_BYTES, Tag.EXPIRY);
    Memory.putInt(wheel + LEVEL_REFS + (long) level * LEVEL_REF_BYTES, ref);
    for (int i = 0; i < SLOTS; i++) {
      int slot = slot(level, i);
      setNext(wheel, slot, slot);
      setPrevious(wheel, slot, slot);
    }
  }

  /** The ref of a level's block, 0 if it has not been used. */
  private static int levelRef(long wheel, int level) {
    return Memory.getInt(wheel + LEVEL_REFS + (long) level * LEVEL_REF_BYTES);
  }

  /** Frees the wheel; its records are not touched. */
  public void destroy(long wheel) {
    for (int level = 0; level < LEVELS; level++) {
      if (levelRef(wheel, level) != 0) {
        slab.freeRef(levelRef(wheel, level), LEVEL_BYTES, Tag.EXPIRY);
      }
    }
    slab.freeRef(Memory.getInt(wheel + SELF), WHEEL_BYTES, Tag.EXPIRY);
  }

  /** How many records are in the wheel. */
  public long count(long wheel) {
    return Memory.getLong(wheel + COUNT);
  }

  /** All bytes of the wheel, without its records. */
  public long sizeBytes(long wheel) {
    long bytes = Slab.usableBytes(WHEEL_BYTES);
    for (int level = 0; level < LEVELS; level++) {
      bytes += levelRef(wheel, level) == 0 ? 0 : Slab.usableBytes(LEVEL_BYTES);
    }
    return bytes;
  }

  // What a record has for a wheel.

  /** When a record's time comes. */
  protected long expireAtMillis(long record) {
    return Record.expireAtMillis(record);
  }

  /** Where a record's links are, 8 bytes. */
  protected long linksAddress(long record) {
    return Record.linksAddress(record);
  }

  // Links. A list is a ring of records and its slot, which has a number like a ref.

  /** What stands for a slot in the place of a ref. */
  private static int slot(int level, int slot) {
    return FIRST_SLOT + level * SLOTS + slot;
  }

  private long links(long wheel, int ref) {
    if (Integer.compareUnsigned(ref, LAST_SLOT) > 0) {
      return linksAddress(slab.address(ref));
    }
    int number = ref - FIRST_SLOT;
    return slab.address(levelRef(wheel, number >> SLOTS_SHIFT))
        + (long) (number & SLOTS - 1) * SLOT_BYTES;
  }

  private int next(long wheel, int ref) {
    return Memory.getInt(links(wheel, ref) + NEXT);
  }

  private void setNext(long wheel, int ref, int next) {
    Memory.putInt(links(wheel, ref) + NEXT, next);
  }

  private int previous(long wheel, int ref) {
    return Memory.getInt(links(wheel, ref) + PREVIOUS);
  }

  private void setPrevious(long wheel, int ref, int previous) {
    Memory.putInt(links(wheel, ref) + PREVIOUS, previous);
  }

  private static long occupied(long wheel, int level) {
    return Memory.getLong(wheel + OCCUPIED + (long) level * OCCUPIED_BYTES);
  }

  private static void setOccupied(long wheel, int level, long occupied) {
    Memory.putLong(wheel + OCCUPIED + (long) level * OCCUPIED_BYTES, occupied);
  }

  // Changes.

  /** Adds a record with an expiry time that is in no wheel. */
  public void add(long wheel, int ref) {
    link(wheel, ref);
    Memory.putLong(wheel + COUNT, count(wheel) + 1);
  }

  /** Removes a record. */
  public void remove(long wheel, int ref) {
    unlink(wheel, ref);
    Memory.putLong(wheel + COUNT, count(wheel) - 1);
  }

  /** Makes the copy of a record, links included, take its place in the wheel. */
  public void moved(long wheel, int oldRef, int newRef) {
    long links = links(wheel, newRef);
    int next = Memory.getInt(links + NEXT);
    int previous = Memory.getInt(links + PREVIOUS);
    if (next(wheel, previous) != oldRef) {
      throw new IllegalStateException("not in the wheel: ref " + oldRef);
    }
    setNext(wheel, previous, newRef);
    setPrevious(wheel, next, newRef);
  }

  private void link(long wheel, int ref) {
    long record = slab.address(ref);
    long time = Memory.getLong(wheel + TIME);
    long slotTime = Math.max(time, expireAtMillis(record) >> SLOT_MILLIS_SHIFT);
    int level = 0;
    while (level < TOP && slotTime - time >= SLOTS) {
      level++;
      slotTime >>= LEVEL_SHIFT;
      time >>= LEVEL_SHIFT;
    }
    int i = (int) Math.min(slotTime, time + SLOTS - 1) & SLOTS - 1;
    if (levelRef(wheel, level) == 0) {
      createLevel(wheel, level);
    }
    setOccupied(wheel, level, occupied(wheel, level) | 1L << i);
    int slot = slot(level, i);
    long slotLinks = links(wheel, slot);
    int last = Memory.getInt(slotLinks + PREVIOUS);
    long links = linksAddress(record);
    Memory.putInt(links + NEXT, slot);
    Memory.putInt(links + PREVIOUS, last);
    setNext(wheel, last, ref);
    Memory.putInt(slotLinks + PREVIOUS, ref);
  }

  private void unlink(long wheel, int ref) {
    long links = linksAddress(slab.address(ref));
    int next = Memory.getInt(links + NEXT);
    int previous = Memory.getInt(links + PREVIOUS);
    setNext(wheel, previous, next);
    setPrevious(wheel, next, previous);
    if (next == previous) {
      // Only a slot can be both: the list is empty now.
      int number = next - FIRST_SLOT;
      int level = number >> SLOTS_SHIFT;
      setOccupied(wheel, level, occupied(wheel, level) & ~(1L << number));
    }
  }

  // Time, in slots of level 0 unless a level is named.

  /** The number of the slot of a level that a time is in. */
  private static long slotTime(int level, long time) {
    return time >> (level * LEVEL_SHIFT);
  }

  /**
   * Goes on to a time and visits the records that expired before it; those of the last 64 ms may be
   * left for the next call. The visitor removes each from the wheel; it may add it again, even with
   * a time that has come, and will meet it again then.
   *
   * @param budget how many records at most are visited or moved in this call
   * @return how many were; if that is the budget, there may be more to do
   */
  public int advance(long wheel, long nowMillis, int budget, RefVisitor visitor) {
    long target = nowMillis >> SLOT_MILLIS_SHIFT;
    if (target < Memory.getLong(wheel + TIME)) {
      Memory.putLong(wheel + TIME, target);
    }
    int left = budget - moveDownAhead(wheel, budget >> AHEAD_SHIFT);
    boolean done = false;
    while (left > 0 && !done) {
      long time = Memory.getLong(wheel + TIME);
      int level = highestOccupied(wheel, time);
      if (level > 0) {
        left -= moveDown(wheel, level, slotTime(level, time), left);
      } else if (time == target) {
        done = true;
      } else if (level == 0) {
        left -= expire(wheel, time, nowMillis, left, visitor);
      } else {
        Memory.putLong(wheel + TIME, Math.min(target, nextOccupied(wheel, time)));
      }
    }
    left -= moveDownAhead(wheel, left);
    return budget - left;
  }

  /** The highest level whose current slot has records; -1 if there is none. */
  private static int highestOccupied(long wheel, long time) {
    int level = TOP;
    while (level >= 0 && !isOccupied(wheel, level, slotTime(level, time))) {
      level--;
    }
    return level;
  }

  private static boolean isOccupied(long wheel, int level, long slotTime) {
    return (occupied(wheel, level) >>> slotTime & 1) != 0;
  }

  /** The time at which the next slot of any level begins that has records. */
  private static long nextOccupied(long wheel, long time) {
    long next = Long.MAX_VALUE;
    for (int level = 0; level < LEVELS; level++) {
      if (occupied(wheel, level) != 0) {
        next = Math.min(next, nextOccupied(wheel, level, time) << (level * LEVEL_SHIFT));
      }
    }
    return next;
  }

  /** The number of the next slot of a level that has records, which there are. */
  private static long nextOccupied(long wheel, int level, long time) {
    long current = slotTime(level, time);
    return current
        + Long.numberOfTrailingZeros(Long.rotateRight(occupied(wheel, level), (int) current));
  }

  /** Visits the records of a slot that is over. */
  private int expire(long wheel, long slotTime, long nowMillis, int limit, RefVisitor visitor) {
    int slot = slot(0, (int) slotTime & SLOTS - 1);
    int handled = 0;
    int ref = next(wheel, slot);
    while (ref != slot && handled < limit) {
      if (expireAtMillis(slab.address(ref)) > nowMillis) {
        // Met early because the clock was set back.
        unlink(wheel, ref);
        link(wheel, ref);
      } else {
        visitor.accept(ref);
      }
      handled++;
      ref = next(wheel, slot);
    }
    return handled;
  }

  /** Moves the records of a slot to where they belong now: to a lower level, mostly. */
  private int moveDown(long wheel, int level, long slotTime, int limit) {
    if (!isOccupied(wheel, level, slotTime)) {
      return 0;
    }
    int slot = slot(level, (int) slotTime & SLOTS - 1);
    int handled = 0;
    int ref = next(wheel, slot);
    while (ref != slot && handled < limit) {
      unlink(wheel, ref);
      link(wheel, ref);
      handled++;
      ref = next(wheel, slot);
    }
    return handled;
  }

  /** Moves down records of the slots after the current ones, which the levels below cover. */
  private int moveDownAhead(long wheel, int limit) {
    long time = Memory.getLong(wheel + TIME);
    int handled = 0;
    for (int level = TOP; level > 0 && handled < limit; level--) {
      handled += moveDown(wheel, level, slotTime(level, time) + 1, limit - handled);
    }
    return handled;
  }

  // Looking.

  /**
   * The time until which {@link #advance} has nothing to do, a lower bound of the first expiry;
   * {@link Long#MAX_VALUE} if the wheel is empty.
   */
  public long nextMillis(long wheel) {
    long time = Memory.getLong(wheel + TIME);
    long next = Long.MAX_VALUE;
    for (int level = 0; level < LEVELS; level++) {
      if (occupied(wheel, level) != 0) {
        // A slot of level 0 is due when it is over, another one when the slot before it begins.
        long due = nextOccupied(wheel, level, time) + (level == 0 ? 1 : -1);
        next = Math.min(next, due << (level * LEVEL_SHIFT) << SLOT_MILLIS_SHIFT);
      }
    }
    return next;
  }

  /** A record that is among the next to expire; 0 if the wheel is empty. */
  public int nearest(long wheel) {
    long time = Memory.getLong(wheel + TIME);
    int nearest = 0;
    long nearestMillis = 0;
    for (int level = 0; level < LEVELS; level++) {
      if (occupied(wheel, level) != 0) {
        int slot = slot(level, (int) nextOccupied(wheel, level, time) & SLOTS - 1);
        int ref = next(wheel, slot);
        for (int i = 0; i < MAX_COMPARED && ref != slot; i++) {
          long expireAtMillis = expireAtMillis(slab.address(ref));
          if (nearest == 0 || expireAtMillis < nearestMillis) {
            nearest = ref;
            nearestMillis = expireAtMillis;
          }
          ref = next(wheel, ref);
        }
      }
    }
    return nearest;
  }

  /**
   * Chooses some different records, from as many slots as possible, beginning with a random one.
   * Those that are chosen become the last of their slots, so that the next sample has others.
   *
   * @return how many were found: fewer than {@code count} only if the wheel has no more
   */
  public int sample(long wheel, long random, int[] refs, int count) {
    int slots = 0;
    for (int level = 0; level < LEVELS; level++) {
      slots += Long.bitCount(occupied(wheel, level));
    }
    if (slots == 0) {
      return 0;
    }
    int wanted = (int) Math.min(count, count(wheel));
    int first = (int) (((Hash.mix(random) >>> Integer.SIZE) * slots) >>> Integer.SIZE);
    int found = 0;
    for (int i = 0; found < wanted; i++) {
      int slotsLeft = slots - i % slots;
      int quota = (wanted - found + slotsLeft - 1) / slotsLeft;
      int slot = occupiedSlot(wheel, (first + i) % slots);
      found = take(wheel, slot, refs, found, found + quota);
    }
    return found;
  }

  /** The slot that has this number among all that have records. */
  private static int occupiedSlot(long wheel, int number) {
    int level = 0;
    int rest = number;
    while (rest >= Long.bitCount(occupied(wheel, level))) {
      rest -= Long.bitCount(occupied(wheel, level));
      level++;
    }
    long occupied = occupied(wheel, level);
    for (; rest > 0; rest--) {
      occupied &= occupied - 1;
    }
    return slot(level, Long.numberOfTrailingZeros(occupied));
  }

  /** Takes the first records of a slot that are not taken yet, and makes them its last ones. */
  private int take(long wheel, int slot, int[] refs, int found, int limit) {
    int taken = found;
    int last = slot;
    for (int ref = next(wheel, slot);
        taken < limit && ref != slot && !isAmong(refs, found, ref);
        ref = next(wheel, ref)) {
      refs[taken++] = ref;
      last = ref;
    }
    int next = next(wheel, last);
    if (last != slot && next != slot) {
      // The ring stays as it is, but the slot goes to another place in it.
      int oldNext = next(wheel, slot);
      int oldPrevious = previous(wheel, slot);
      setNext(wheel, oldPrevious, oldNext);
      setPrevious(wheel, oldNext, oldPrevious);
      setNext(wheel, last, slot);
      setPrevious(wheel, slot, last);
      setNext(wheel, slot, next);
      setPrevious(wheel, next, slot);
    }
    return taken;
  }

  private static boolean isAmong(int[] refs, int count, int ref) {
    for (int i = 0; i < count; i++) {
      if (refs[i] == ref) {
        return true;
      }
    }
    return false;
  }

  // Checking.

  /**
   * Checks everything that must hold and throws an {@link AssertionError} if something does not.
   */
  public void validate(long wheel) {
    long time = Memory.getLong(wheel + TIME);
    long count = 0;
    for (int level = 0; level < LEVELS; level++) {
      if (levelRef(wheel, level) == 0) {
        require(occupied(wheel, level) == 0, "occupied level", level);
        continue;
      }
      long current = slotTime(level, time);
      for (int i = 0; i < SLOTS; i++) {
        int slot = slot(level, i);
        int previous = slot;
        // When the wheel comes to this slot.
        long slotTime = current + (i - current & SLOTS - 1);
        for (int ref = next(wheel, slot); ref != slot; ref = next(wheel, ref)) {
          require(previous(wheel, ref) == previous, "previous", ref);
          long due = expireAtMillis(slab.address(ref)) >> SLOT_MILLIS_SHIFT;
          // Level 0 has what was added too late. After a clock was set back, that shows.
          require(level == 0 || slotTime <= Math.max(slotTime(level, due), current), "late", due);
          count++;
          previous = ref;
        }
        require(previous(wheel, slot) == previous, "last", slot);
        require(isOccupied(wheel, level, i) == (previous != slot), "occupied", slot);
      }
    }
    require(count == count(wheel), "count", count);
  }

  private static void require(boolean holds, String what, long value) {
    if (!holds) {
      throw new AssertionError("timer wheel: " + what + " " + value);
    }
  }
}
