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

  /** Radians, 600 km: up to here few terms of the series are enough. */
  private static final double MAX_SMALL_ANGLE = 0.1;

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
  private double latitudeSine;
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
    latitudeSine = Math.sin(latitudeRadians);
    maxHaversine = Distance.haversine(radius * metersPerUnit);
  }

  /**
   * Whether a place is in the shape: what {@link #distanceMeters} says, in a third of the time. For
   * a circle the distance is compared by its haversine; only where the roundings could decide it is
   * calculated.
   */
  boolean contains(double placeLongitude, double placeLatitude) {
    if (!box) {
      double haversine =
          haversine(Distance.radians(placeLongitude), Distance.radians(placeLatitude));
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

  /** Of the angle between the center and a place; near the center without trigonometry. */
  private double haversine(double placeLongitude, double placeLatitude) {
    double east = placeLongitude - longitudeRadians;
    double north = placeLatitude - latitudeRadians;
    if (Math.abs(east) > MAX_SMALL_ANGLE || Math.abs(north) > MAX_SMALL_ANGLE) {
      return Distance.haversine(Math.sin(east / 2), latitudeRadians, latitudeCosine, placeLatitude);
    }
    double u = smallSine(north / 2);
    double v = smallSine(east / 2);
    double placeCosine = latitudeCosine * smallCosine(north) - latitudeSine * smallSine(north);
    return u * u + latitudeCosine * placeCosine * v * v;
  }

  /** The beginning of the sine's series: the rest is below 1e-14 of it. */
  private static double smallSine(double x) {
    double square = x * x;
    return x * (1 - square * (1 / 6.0 - square * (1 / 120.0 - square * (1 / 5040.0))));
  }

  /** The beginning of the cosine's series. */
  private static double smallCosine(double x) {
    double square = x * x;
    return 1 - square * (0.5 - square * (1 / 24.0 - square * (1 / 720.0)));
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
