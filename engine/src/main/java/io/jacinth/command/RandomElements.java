package io.jacinth.command;

import io.jacinth.base.RandomSource;
import io.jacinth.protocol.Errors;

/**
 * What SRANDMEMBER, HRANDFIELD and ZRANDMEMBER do with a count: they reply with elements of a
 * collection that are chosen at random, different ones or, with a negative count, any.
 *
 * <p>A family says how its collection is gone through, and how an element is written.
 */
public abstract class RandomElements {
  /** No option may follow the count. */
  public static final String NO_OPTION = "";

  /**
   * When less than one element in so many is asked for, elements are drawn until enough different
   * ones have come; else all are gone through.
   */
  private static final long DRAWN_PART = 3;

  /** How many elements there are. */
  protected abstract long count();

  /** Whether {@link #choose} is quick, however many elements there are. */
  protected abstract boolean isLarge();

  /** Comes to any element, all with the same chance. */
  protected abstract void choose(RandomSource random);

  /** Names the element, not by 0. */
  protected abstract long element();

  /** Comes to the first element. */
  protected abstract boolean first();

  /** Comes to the next element, if there is one. */
  protected abstract boolean next();

  /** Announces so many elements. */
  protected abstract void replyHead(long elements);

  /** Writes the element. */
  protected abstract void reply();

  /**
   * Reads the count, which is the second argument, and an option behind it that makes the reply
   * twice as long; {@link Call#number} has the count.
   *
   * @return false after an error
   */
  public static boolean requireCount(Call call, String option) {
    boolean withOption = call.count() > 3;
    if (withOption && option.equals(NO_OPTION)) {
      call.syntaxError();
      return false;
    }
    if (!call.requireLong(2)) {
      return false;
    }
    long count = call.number();
    if (count == Long.MIN_VALUE) {
      call.reply().error(Errors.outOfRange(-Long.MAX_VALUE, Long.MAX_VALUE));
      return false;
    }
    if (withOption && (call.count() > 4 || !call.is(3, option))) {
      call.syntaxError();
      return false;
    }
    if (withOption && Math.abs(count) > Long.MAX_VALUE / 2) {
      call.reply().error("ERR value is out of range");
      return false;
    }
    return true;
  }

  /**
   * Replies with so many elements.
   *
   * @param wanted negative if one may come several times
   */
  public final void reply(Call call, long wanted) {
    RandomSource random = call.worker().random();
    long count = count();
    if (count == 0 || wanted == 0) {
      replyHead(0);
    } else if (wanted < 0) {
      replyAny(call, random, -wanted);
    } else if (isLarge() && wanted < count / DRAWN_PART) {
      replyDrawn(random, (int) wanted);
    } else {
      replySelected(random, count, Math.min(wanted, count));
    }
  }

  /** The only reply that may be far longer than what is kept: it is not made to any length. */
  private void replyAny(Call call, RandomSource random, long wanted) {
    replyHead(wanted);
    long begin = call.reply().bytes();
    for (long i = 0; i < wanted; i++) {
      if (call.cutsOffAfter(begin)) {
        return;
      }
      choose(random);
      reply();
    }
  }

  private void replyDrawn(RandomSource random, int wanted) {
    replyHead(wanted);
    long[] drawn = new long[Integer.highestOneBit(wanted) << 2];
    for (int found = 0; found < wanted; ) {
      choose(random);
      if (isNew(drawn, element())) {
        reply();
        found++;
      }
    }
  }

  /** Puts a number into an open hash table; returns whether it was not there. */
  private static boolean isNew(long[] slots, long number) {
    int slot = (int) ((number * 0x9E37_79B9_7F4A_7C15L) >>> 32) & slots.length - 1;
    while (slots[slot] != 0) {
      if (slots[slot] == number) {
        return false;
      }
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = number;
    return true;
  }

  /** Takes each element with the chance that remains (Knuth, volume 2, algorithm 3.4.2 S). */
  private void replySelected(RandomSource random, long count, long wanted) {
    replyHead(wanted);
    long left = count;
    long missing = wanted;
    for (boolean more = first(); more && missing > 0; more = next()) {
      if (random.nextLong(left) < missing) {
        reply();
        missing--;
      }
      left--;
    }
  }
}
