package io.jacinth.command.sortedset;

import io.jacinth.base.Decimal;
import io.jacinth.command.Call;
import io.jacinth.keyspace.Key;
import io.jacinth.value.SetValue;
import io.jacinth.value.SortedSetValue;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The sorted sets and sets that a command combines, each with its weight, in the order in which
 * they are combined.
 *
 * <p>One of them at a time is gone through, by {@link #first} and {@link #next}; meanwhile {@link
 * #scoreIn} looks for its member in the others.
 */
final class Inputs {
  /** What members of sets have. */
  private static final double SCORE_IN_SET = 1;

  private record Input(int index, double weight, long count) {}

  private final Call call;
  private final int firstIndex;
  private final Input[] inputs;
  private final long text;
  private boolean scored = true;

  /** The sorted set that is gone through; null if it is a set. */
  private SortedSetValue set;

  private SetValue plainSet;

  Inputs(Call call, int firstIndex, int count) {
    this.call = call;
    this.firstIndex = firstIndex;
    inputs = new Input[count];
    text = call.worker().scratch(Decimal.MAX_LONG_LENGTH);
  }

  /**
   * Looks how large they are.
   *
   * @return false after an error, if one is of another type
   */
  boolean measure() {
    for (int i = 0; i < inputs.length; i++) {
      Key key = call.key(firstIndex + i);
      long count = 0;
      if (key.read()) {
        if (!key.isSortedSet() && !key.isSet()) {
          call.wrongType();
          return false;
        }
        count = key.isSet() ? key.set().count() : key.sortedSet().count();
      }
      inputs[i] = new Input(firstIndex + i, 1, count);
    }
    return true;
  }

  /**
   * Reads the weights from an argument on.
   *
   * @return false after an error
   */
  boolean readWeights(int index) {
    for (int i = 0; i < inputs.length; i++) {
      double weight = call.parseDouble(call.address(index + i), call.length(index + i));
      if (Double.isNaN(weight)) {
        call.reply().error("ERR weight value is not a float");
        return false;
      }
      inputs[i] = new Input(inputs[i].index, weight, inputs[i].count);
    }
    return true;
  }

  /** Whether members have their own scores, else 1. */
  void scored(boolean scored) {
    this.scored = scored;
  }

  /** The smallest comes first from now on. */
  void sort() {
    Arrays.sort(inputs, Comparator.comparingLong(Input::count));
  }

  int count() {
    return inputs.length;
  }

  double weightedScore(int i, double score) {
    return inputs[i].weight * score;
  }

  // ---- the one that is gone through ----

  /** Comes to the first member of an input, if it has one. */
  boolean first(int i) {
    Key key = call.key(inputs[i].index);
    if (!key.find()) {
      return false;
    }
    if (key.isSet()) {
      set = null;
      plainSet = key.set();
      return plainSet.first();
    }
    set = key.sortedSet();
    return set.seek(0);
  }

  /** Comes to the next member, if there is one. */
  boolean next() {
    return set == null ? plainSet.next() : set.next();
  }

  double score() {
    return scored && set != null ? set.score() : SCORE_IN_SET;
  }

  /** Where the member's text is. */
  long memberAddress() {
    if (set == null) {
      return plainSet.text(text);
    }
    if (set.isInteger()) {
      set.copyMember(text);
      return text;
    }
    return set.memberAddress();
  }

  int memberLength() {
    return set == null ? plainSet.memberLength() : set.memberLength();
  }

  /** The score of the same member in another input, NaN if it is not there. */
  double scoreIn(int i) {
    Key key = call.secondKey(inputs[i].index);
    if (!key.find()) {
      return Double.NaN;
    }
    if (key.isSet()) {
      return key.set().find(memberAddress(), memberLength()) ? SCORE_IN_SET : Double.NaN;
    }
    SortedSetValue other = key.sortedSet();
    if (!other.find(memberAddress(), memberLength())) {
      return Double.NaN;
    }
    return scored ? other.score() : SCORE_IN_SET;
  }

  /**
   * How many members are in all inputs, of which the first one is gone through; at most a limit.
   */
  long countCommon(long limit) {
    long count = 0;
    for (boolean more = first(0); more && count < limit; more = next()) {
      boolean common = true;
      for (int i = 1; i < inputs.length && common; i++) {
        common = !Double.isNaN(scoreIn(i));
      }
      if (common) {
        count++;
      }
    }
    return count;
  }
}
