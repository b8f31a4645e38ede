package io.jacinth.command.geo;

import io.jacinth.value.SortedSetValue;
import java.util.Arrays;

/** Places of a sorted set that a search has found, in the order in which they were found. */
final class Places {
  /** From a cell to it and its neighbours, in the order in which Redis looks at them. */
  private static final int[] ROWS = {0, 1, -1, 0, 0, 1, 1, -1, -1};

  private static final int[] COLUMNS = {0, 0, 0, 1, -1, 1, -1, 1, -1};

  /** Up to this number insertion sorts best. */
  private static final int SMALL = 8;

  private final SortedSetValue set;
  private final Shape shape;
  private final long limit;
  private final boolean measures;
  private int count;
  private long[] elements = new long[16];
  private double[] distances = new double[16];

  /**
   * @param limit so many are enough
   * @param measures whether {@link #distanceMeters} will be asked for, or {@link #sort}
   */
  Places(SortedSetValue set, Shape shape, long limit, boolean measures) {
    this.set = set;
    this.shape = shape;
    this.limit = limit;
    this.measures = measures;
    shape.prepare();
  }

  int count() {
    return count;
  }

  /** The set comes to a place. */
  void comeTo(int i) {
    set.comeTo(elements[i]);
  }

  double distanceMeters(int i) {
    return distances[i];
  }

  // ---- finding ----

  /** Looks into the cells that the shape touches. */
  void find() {
    int steps = shape.steps();
    if (steps > 1 && !isCovered(steps)) {
      steps--;
    }
    long row = GeoHash.row(shape.latitude(), steps);
    long column = GeoHash.column(shape.longitude(), steps);
    long mask = (1L << steps) - 1;
    long lastCell = -1;
    for (int i = 0; i < ROWS.length && count < limit; i++) {
      if (steps < 2 || isNeeded(row, column, steps, ROWS[i], COLUMNS[i])) {
        long cell = GeoHash.cell(move(row, ROWS[i], mask), move(column, COLUMNS[i], mask));
        // With few cells neighbours on both sides are the same; as Redis, only one is remembered.
        if (cell != lastCell) {
          findIn(cell, 2 * (GeoHash.MAX_STEPS - steps));
        }
        lastCell = i == 0 ? -1 : cell;
      }
    }
  }

  /** The world is round, but its last row or column may be one too far, and stays so. */
  private static long move(long line, int distance, long mask) {
    return distance == 0 ? line : line + distance & mask;
  }

  /** Whether the shape does not reach beyond the neighbours of the cell that its center is in. */
  private boolean isCovered(int steps) {
    long row = GeoHash.row(shape.latitude(), steps);
    long column = GeoHash.column(shape.longitude(), steps);
    long mask = (1L << steps) - 1;
    return GeoHash.latitude((row + 1 & mask) + 1, steps) >= shape.north()
        && GeoHash.latitude(row - 1 & mask, steps) <= shape.south()
        && GeoHash.longitude((column + 1 & mask) + 1, steps) >= shape.east()
        && GeoHash.longitude(column - 1 & mask, steps) <= shape.west();
  }

  /** Whether the shape reaches a neighbour of the cell that its center is in. */
  private boolean isNeeded(long row, long column, int steps, int rows, int columns) {
    return !(rows < 0 && GeoHash.latitude(row, steps) < shape.south())
        && !(rows > 0 && GeoHash.latitude(row + 1, steps) > shape.north())
        && !(columns < 0 && GeoHash.longitude(column, steps) < shape.west())
        && !(columns > 0 && GeoHash.longitude(column + 1, steps) > shape.east());
  }

  private void findIn(long cell, int missingBits) {
    double end = (double) ((cell + 1) << missingBits);
    boolean more = set.seekScore((double) (cell << missingBits));
    while (more && count < limit) {
      double score = set.score();
      if (score >= end) {
        return;
      }
      double longitude = GeoHash.longitude(score);
      double latitude = GeoHash.latitude(score);
      if (measures) {
        double distance = shape.distanceMeters(longitude, latitude);
        if (distance != Shape.OUTSIDE) {
          add(set.element(), distance);
        }
      } else if (shape.contains(longitude, latitude)) {
        add(set.element(), 0);
      }
      more = set.next();
    }
  }

  private void add(long element, double distance) {
    if (count == elements.length) {
      elements = Arrays.copyOf(elements, 2 * count);
      distances = Arrays.copyOf(distances, 2 * count);
    }
    elements[count] = element;
    distances[count] = distance;
    count++;
  }

  // ---- sorting ----

  /** Puts them in the order of their distances; equal ones stay as they are. */
  void sort(boolean descending) {
    sort(0, count, descending, new long[count], new double[count]);
  }

  private void sort(int from, int to, boolean descending, long[] elementScratch, double[] scratch) {
    if (to - from <= SMALL) {
      insertionSort(from, to, descending);
      return;
    }
    int middle = (from + to) >>> 1;
    sort(from, middle, descending, elementScratch, scratch);
    sort(middle, to, descending, elementScratch, scratch);
    System.arraycopy(elements, from, elementScratch, from, to - from);
    System.arraycopy(distances, from, scratch, from, to - from);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takesRight =
          left == middle || (right < to && isBefore(scratch[right], scratch[left], descending));
      int taken = takesRight ? right++ : left++;
      elements[i] = elementScratch[taken];
      distances[i] = scratch[taken];
    }
  }

  private void insertionSort(int from, int to, boolean descending) {
    for (int i = from + 1; i < to; i++) {
      long element = elements[i];
      double distance = distances[i];
      int at = i;
      for (; at > from && isBefore(distance, distances[at - 1], descending); at--) {
        elements[at] = elements[at - 1];
        distances[at] = distances[at - 1];
      }
      elements[at] = element;
      distances[at] = distance;
    }
  }

  private static boolean isBefore(double a, double b, boolean descending) {
    return descending ? a > b : a < b;
  }
}
