package io.jacinth.command.geo;

/** What is searched: a circle, or a box with sides to the north, east, south and west. */
final class Shape {
  /** What {@link #distanceMeters} returns for places outside. */
  static final double OUTSIDE = -1;

  /** Half the length of the equator on Web Mercator's map. */
  private static final double MAX_RANGE_METERS = 20037726.37;

  // Towards the poles cells are narrower: fewer steps.
  private static final double FAR_NORTH = 66;
  private static final double VERY_FAR_NORTH = 80;

  /** Far more than the roundings of a haversine, relative to it. */
  private static final double HAVERSINE_MARGIN = 1e-9;

  private double longitude;
  private double latitude;
  private boolean box;

  /** In units, as the others. */
  private double radius;

  private double width;
  private double height;
  private double metersPerUnit = 1;

  // Of the circle and its center, for contains.
  private double longitudeRadians;
  private double latitudeRadians;
  private double latitudeCosine;
  private double maxHaversine;

  void center(double longitude, double latitude) {
    this.longitude = longitude;
    this.latitude = latitude;
  }

  void circle(double radius, double metersPerUnit) {
    this.radius = radius;
    this.metersPerUnit = metersPerUnit;
    box = false;
  }

  void box(double width, double height, double metersPerUnit) {
    this.width = width;
    this.height = height;
    this.metersPerUnit = metersPerUnit;
    box = true;
  }

  double longitude() {
    return longitude;
  }

  double latitude() {
    return latitude;
  }

  double metersPerUnit() {
    return metersPerUnit;
  }

  /** How far a place is from the center; {@link #OUTSIDE} if it is not in the shape. */
  double distanceMeters(double placeLongitude, double placeLatitude) {
    if (box) {
      if (Distance.meters(placeLatitude, latitude) > height * metersPerUnit / 2
          || Distance.meters(placeLongitude, placeLatitude, longitude, placeLatitude)
              > width * metersPerUnit / 2) {
        return OUTSIDE;
      }
      return Distance.meters(longitude, latitude, placeLongitude, placeLatitude);
    }
    double meters = Distance.meters(longitude, latitude, placeLongitude, placeLatitude);
    return meters > radius * metersPerUnit ? OUTSIDE : meters;
  }

  /** Prepares {@link #contains}: what is the same for all places. */
  void prepare() {
    longitudeRadians = Distance.radians(longitude);
    latitudeRadians = Distance.radians(latitude);
    latitudeCosine = Math.cos(latitudeRadians);
    maxHaversine = Distance.haversine(radius * metersPerUnit);
  }

  /**
   * Whether a place is in the shape: what {@link #distanceMeters} says, in a third of the time. For
   * a circle the distance is compared by its haversine; only where the roundings could decide it is
   * calculated.
   */
  boolean contains(double placeLongitude, double placeLatitude) {
    if (!box) {
      double v = Math.sin((Distance.radians(placeLongitude) - longitudeRadians) / 2);
      double haversine =
          Distance.haversine(v, latitudeRadians, latitudeCosine, Distance.radians(placeLatitude));
      double margin = maxHaversine * HAVERSINE_MARGIN;
      if (haversine < maxHaversine - margin) {
        return true;
      }
      if (haversine > maxHaversine + margin) {
        return false;
      }
    }
    return distanceMeters(placeLongitude, placeLatitude) != OUTSIDE;
  }

  // ---- what is around it ----

  private double halfHeightMeters() {
    return metersPerUnit * (box ? height / 2 : radius);
  }

  private double halfWidthMeters() {
    return metersPerUnit * (box ? width / 2 : radius);
  }

  double south() {
    return latitude - heightDegrees();
  }

  double north() {
    return latitude + heightDegrees();
  }

  double west() {
    return longitude - widthDegrees();
  }

  double east() {
    return longitude + widthDegrees();
  }

  private double heightDegrees() {
    return Distance.degrees(halfHeightMeters() / Distance.EARTH_RADIUS_METERS);
  }

  /** At that end of the shape which is nearer to a pole. */
  private double widthDegrees() {
    double end = latitude < 0 ? latitude - heightDegrees() : latitude + heightDegrees();
    return Distance.degrees(
        halfWidthMeters() / Distance.EARTH_RADIUS_METERS / Math.cos(Distance.radians(end)));
  }

  /** With how many steps a cell and its eight neighbours cover the shape, probably. */
  int steps() {
    double meters = box ? Math.sqrt(width / 2 * (width / 2) + height / 2 * (height / 2)) : radius;
    meters *= metersPerUnit;
    if (meters == 0) {
      return GeoHash.MAX_STEPS;
    }
    int steps = -1;
    for (; meters < MAX_RANGE_METERS; meters *= 2) {
      steps++;
    }
    double north = Math.abs(latitude);
    steps -= north > VERY_FAR_NORTH ? 2 : north > FAR_NORTH ? 1 : 0;
    return Math.clamp(steps, 1, GeoHash.MAX_STEPS);
  }
}
