package io.jacinth.structure;

import static io.jacinth.structure.HashTableLayout.STRAYS_FAR;

/**
 * The steps from a home bucket to where its strays may be: records that found it full.
 *
 * <p>Step 0 is the home itself. In a small segment steps 1 to 15 go to the buckets after it;
 * otherwise to those at distances 1, 3, 6, 10 and so on, so that a row of full buckets does not
 * attract still more records. Later steps, which a few records in a million need, go through the
 * whole segment; all share one bit of the home's strays.
 */
final class Steps {
  private Steps() {}

  /** The bucket that a step goes to; after the last bucket comes the first. */
  static int bucket(int home, int step, int buckets) {
    int distance;
    if (step >= STRAYS_FAR) {
      distance = step - STRAYS_FAR + 1;
    } else if (buckets <= STRAYS_FAR) {
      distance = step;
    } else {
      distance = step * (step + 1) / 2 % buckets;
    }
    int bucket = home + distance;
    return bucket < buckets ? bucket : bucket - buckets;
  }

  /** The step after the last one. */
  static int end(int buckets) {
    return STRAYS_FAR + buckets - 1;
  }

  /** The next step at which a home with these strays may have one; {@code end} if there is none. */
  static int next(int strays, int step, int end) {
    if (step >= STRAYS_FAR) {
      return step + 1;
    }
    int rest = strays >>> step;
    return rest == 0 ? end : step + 1 + Integer.numberOfTrailingZeros(rest);
  }

  /** The bit in a home's strays for a step. */
  static int strayBit(int step) {
    return 1 << (Math.min(step, STRAYS_FAR) - 1);
  }

  /** The first step that goes to a bucket: the only one at which a record there is found. */
  static int first(int home, int bucket, int buckets) {
    int step = 0;
    while (bucket(home, step, buckets) != bucket) {
      step++;
    }
    return step;
  }
}
