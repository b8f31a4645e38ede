package io.jacinth.command.geo;

/** Distances on a globe, by the haversine formula (Sinnott, Virtues of the Haversine, 1984). */
final class Distance {
  /** The earth's quadratic mean radius. */
  static final double EARTH_RADIUS_METERS = 6372797.560856;

  private static final double RADIANS_PER_DEGREE = Math.PI / 180;

  private Distance() {}

  static double radians(double degrees) {
    return degrees * RADIANS_PER_DEGREE;
  }

  static double degrees(double radians) {
    return radians / RADIANS_PER_DEGREE;
  }

  /** Between two latitudes, in meters. */
  static double meters(double latitude1, double latitude2) {
    return EARTH_RADIUS_METERS * Math.abs(radians(latitude2) - radians(latitude1));
  }

  /** Between two places, in meters. */
  static double meters(double longitude1, double latitude1, double longitude2, double latitude2) {
    double v = Math.sin((radians(longitude2) - radians(longitude1)) / 2);
    if (v == 0) {
      return meters(latitude1, latitude2);
    }
    double radians1 = radians(latitude1);
    double radians2 = radians(latitude2);
    double u = Math.sin((radians2 - radians1) / 2);
    double a = u * u + Math.cos(radians1) * Math.cos(radians2) * v * v;
    return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(a));
  }
}
