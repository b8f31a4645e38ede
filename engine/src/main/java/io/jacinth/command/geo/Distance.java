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
    double haversine = haversine(v, radians1, Math.cos(radians1), radians(latitude2));
    return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(haversine));
  }

  /**
   * The haversine of the angle between two places, which grows with their distance.
   *
   * @param v sine of half the difference of their longitudes
   * @param cosine1 cosine of the first latitude, which is in radians, as the second one
   */
  static double haversine(double v, double radians1, double cosine1, double radians2) {
    double u = Math.sin((radians2 - radians1) / 2);
    return u * u + cosine1 * Math.cos(radians2) * v * v;
  }

  /**
   * The haversine of the angle that a distance makes; 1 or more if it goes around half the globe.
   */
  static double haversine(double meters) {
    double half = meters / EARTH_RADIUS_METERS / 2;
    double sine = Math.sin(half);
    return half < Math.PI / 2 ? sine * sine : 2;
  }
}
