package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Random commands of geographic indexes, as Redis 8.0.6 has them. */
final class RandomGeoCommands extends RandomCommands {
  private static final String[] UNITS = {"m", "km", "ft", "mi", "KM"};

  RandomGeoCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> geoadd();
      case 4 -> command(words("GEODIST", key(), member(), member()), List.of(unitOrNone()));
      case 5 -> words("GEOHASH", key(), member(), member());
      case 6 -> words("GEOPOS", key(), member(), member(), member());
      case 7, 8, 9, 10 -> geosearch();
      case 11 -> geosearchstore();
      case 12 -> georadius();
      case 13 -> georadiusbymember();
      case 14 -> words("ZREM", key(), member());
      default -> oneIn(4) ? words("DEL", key()) : words("ZCARD", key());
    };
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(words("ZRANGE", key, "0", "-1", "WITHSCORES"));
  }

  /** A key that is stored to twice is an error with us. */
  @Override
  protected boolean differs(List<String> words) {
    return words.stream().filter("STORE"::equalsIgnoreCase).count() > 1
        || words.stream().filter("STOREDIST"::equalsIgnoreCase).count() > 1;
  }

  private String member() {
    return oneIn(8) ? Integer.toString(random.nextInt(9)) : text(1 + random.nextInt(3));
  }

  private String longitude() {
    return oneIn(60)
        ? oneOf("180", "-180", "181", "0", "x", "inf", "-180.5")
        : coordinate(oneIn(3) ? 180 : 2);
  }

  private String latitude() {
    return oneIn(60)
        ? oneOf("85.05112878", "-85.05112878", "86", "0", "x", "-91")
        : coordinate(oneIn(3) ? 85 : 2);
  }

  private String coordinate(double most) {
    return String.format(Locale.ROOT, "%.9f", (random.nextDouble() * 2 - 1) * most);
  }

  private String length() {
    return oneIn(40)
        ? oneOf("0", "-1", "x", "inf", "1e9")
        : String.format(Locale.ROOT, "%.3f", Math.exp(random.nextDouble() * 17));
  }

  private String unit() {
    return oneIn(60) ? "yd" : oneOf(UNITS);
  }

  private List<String> unitOrNone() {
    return oneIn(2) ? words() : words(unit());
  }

  private List<String> geoadd() {
    List<String> words =
        new ArrayList<>(
            command(
                words("GEOADD", key()),
                List.of(oneIn(6) ? words(option(oneOf("NX", "XX"))) : words(), maybe(6, "CH"))));
    for (int i = oneIn(20) ? 140 : random.nextInt(12); i >= 0; i--) {
      words.addAll(words(longitude(), latitude(), member()));
    }
    return words;
  }

  private List<String> from() {
    return oneIn(2)
        ? words(option("FROMMEMBER"), member())
        : words(option("FROMLONLAT"), longitude(), latitude());
  }

  private List<String> by() {
    return oneIn(2)
        ? words(option("BYRADIUS"), length(), unit())
        : words(option("BYBOX"), length(), length(), unit());
  }

  private List<String> order() {
    return oneIn(3) ? words() : words(option(oneOf("ASC", "DESC")));
  }

  private List<String> count() {
    if (oneIn(2)) {
      return words();
    }
    List<String> words =
        new ArrayList<>(
            words(
                option("COUNT"), oneIn(20) ? integer() : Integer.toString(1 + random.nextInt(9))));
    words.addAll(maybe(3, "ANY"));
    return words;
  }

  private List<String> geosearch() {
    return command(
        words("GEOSEARCH", key()),
        List.of(
            from(),
            by(),
            order(),
            count(),
            maybe(3, "WITHCOORD"),
            maybe(3, "WITHDIST"),
            maybe(3, "WITHHASH")));
  }

  private List<String> geosearchstore() {
    return command(
        words("GEOSEARCHSTORE", "stored", key()),
        List.of(from(), by(), order(), count(), maybe(3, "STOREDIST"), maybe(20, "WITHDIST")));
  }

  private List<List<String>> radiusOptions(boolean storing) {
    return List.of(
        order(),
        count(),
        maybe(4, "WITHCOORD"),
        maybe(4, "WITHDIST"),
        maybe(4, "WITHHASH"),
        storing && oneIn(4) ? words(option(oneOf("STORE", "STOREDIST")), "stored") : words());
  }

  private List<String> georadius() {
    boolean storing = oneIn(2);
    return command(
        words(
            storing ? "GEORADIUS" : "GEORADIUS_RO",
            key(),
            longitude(),
            latitude(),
            length(),
            unit()),
        radiusOptions(storing));
  }

  private List<String> georadiusbymember() {
    boolean storing = oneIn(2);
    return command(
        words(
            storing ? "GEORADIUSBYMEMBER" : "GEORADIUSBYMEMBER_RO",
            key(),
            member(),
            length(),
            unit()),
        radiusOptions(storing));
  }
}
