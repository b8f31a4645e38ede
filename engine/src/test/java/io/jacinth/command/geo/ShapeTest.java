package io.jacinth.command.geo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** A circle contains what is not further from its center than its radius. */
final class ShapeTest {
  @Property(tries = 20_000)
  void containsWhatItsDistanceSays(
      @ForAll @DoubleRange(min = -180, max = 180) double longitude,
      @ForAll @DoubleRange(min = -85, max = 85) double latitude,
      @ForAll @DoubleRange(min = -8, max = 8) double east,
      @ForAll @DoubleRange(min = -5, max = 5) double north,
      @ForAll @IntRange(min = -1000, max = 1000) int trillionths) {
    double placeLatitude = Math.clamp(latitude + north, -85, 85);
    double nearly = trillionths * 1e-12;
    double meters = Distance.meters(longitude, latitude, longitude + east, placeLatitude);
    for (double radius :
        new double[] {meters, meters * (1 + nearly), meters * (1 + 1e6 * nearly)}) {
      Shape shape = new Shape();
      shape.center(longitude, latitude);
      shape.circle(radius, 1);
      shape.prepare();
      assertEquals(
          shape.distanceMeters(longitude + east, placeLatitude) != Shape.OUTSIDE,
          shape.contains(longitude + east, placeLatitude));
    }
  }

  @Property
  void farAway(
      @ForAll @DoubleRange(min = -180, max = 180) double longitude,
      @ForAll @DoubleRange(min = -85, max = 85) double latitude,
      @ForAll @DoubleRange(min = 0, max = 3e7) double radius) {
    Shape shape = new Shape();
    shape.center(13.5, 52.5);
    shape.circle(radius, 1);
    shape.prepare();
    assertEquals(
        shape.distanceMeters(longitude, latitude) != Shape.OUTSIDE,
        shape.contains(longitude, latitude));
  }
}
