package io.jacinth.command.geo;

/**
 * Coordinates as one integer, whose order keeps near places together (Morton, 1966; geohash.org).
 *
 * <p>The world is cut into 2^s by 2^s cells, s being the number of steps. A cell's number has the
 * bits of its row, counted from the south, at the even places and those of its column, counted from
 * the west, at the odd ones:
 *
 * <pre>
 *   3 steps, row 5 = 101, column 3 = 011:    bits 0 1  1 0  1 1 = 0x1b
 *                                                 column, row, column, row ...
 * </pre>
 *
 * <p>With 26 steps it has 52 bits, as many as a double holds, and is a score in a sorted set. Rows
 * end at the latitude where Web Mercator's square map does.
 */
final class GeoHash {
  static final int MAX_STEPS = 26;
  static final double MAX_LONGITUDE = 180;
  static final double MAX_LATITUDE = 85.05112878;

  private static final double POLE_LATITUDE = 90;
  private static final long ROW_BITS = 0x5555_5555_5555_5555L;
  private static final long COLUMN_BITS = ~ROW_BITS;

  private static final String ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";
  private static final int BITS_PER_LETTER = 5;
  private static final int LETTERS = 11;

  private GeoHash() {}

  static boolean isValid(double longitude, double latitude) {
    return Math.abs(longitude) <= MAX_LONGITUDE && Math.abs(latitude) <= MAX_LATITUDE;
  }

  /** The score of a place. */
  static long encode(double longitude, double latitude) {
    return cell(row(latitude, MAX_LATITUDE, MAX_STEPS), column(longitude, MAX_STEPS));
  }

  static long cell(long row, long column) {
    return Long.expand(row, ROW_BITS) | Long.expand(column, COLUMN_BITS);
  }

  static long row(double latitude, int steps) {
    return row(latitude, MAX_LATITUDE, steps);
  }

  private static long row(double latitude, double maxLatitude, int steps) {
    return (long) ((latitude + maxLatitude) / (2 * maxLatitude) * (1L << steps));
  }

  static long column(double longitude, int steps) {
    return (long) ((longitude + MAX_LONGITUDE) / (2 * MAX_LONGITUDE) * (1L << steps));
  }

  /** Where a row begins in the south; the next one begins where it ends. */
  static double latitude(long row, int steps) {
    return -MAX_LATITUDE + row * 1.0 / (1L << steps) * (2 * MAX_LATITUDE);
  }

  /** Where a column begins in the west. */
  static double longitude(long column, int steps) {
    return -MAX_LONGITUDE + column * 1.0 / (1L << steps) * (2 * MAX_LONGITUDE);
  }

  /** The longitude in the middle of a score's cell. */
  static double longitude(double score) {
    long column = Long.compress((long) score, COLUMN_BITS);
    double middle = (longitude(column, MAX_STEPS) + longitude(column + 1, MAX_STEPS)) / 2;
    return Math.clamp(middle, -MAX_LONGITUDE, MAX_LONGITUDE);
  }

  /** The latitude in the middle of a score's cell. */
  static double latitude(double score) {
    long row = Long.compress((long) score, ROW_BITS);
    double middle = (latitude(row, MAX_STEPS) + latitude(row + 1, MAX_STEPS)) / 2;
    return Math.clamp(middle, -MAX_LATITUDE, MAX_LATITUDE);
  }

  /**
   * The geohash of a place as text. Its rows go from pole to pole, and of its 55 bits the last ones
   * are not known: zero.
   */
  static String text(double score) {
    long hash =
        cell(row(latitude(score), POLE_LATITUDE, MAX_STEPS), column(longitude(score), MAX_STEPS));
    StringBuilder text = new StringBuilder(LETTERS);
    for (int shift = 2 * MAX_STEPS - BITS_PER_LETTER; shift >= 0; shift -= BITS_PER_LETTER) {
      text.append(ALPHABET.charAt((int) (hash >>> shift) & (1 << BITS_PER_LETTER) - 1));
    }
    return text.append(ALPHABET.charAt(0)).toString();
  }
}
