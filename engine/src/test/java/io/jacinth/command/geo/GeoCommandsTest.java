package io.jacinth.command.geo;

import io.jacinth.command.CommandsTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transcripts of the commands of geographic indexes, in both encodings. */
class GeoCommandsTest extends CommandsTest {
  /** How sorted sets are kept. */
  enum Encoding {
    LISTPACK("128"),
    SKIPLIST("0");

    final String maxListpackEntries;

    Encoding(String maxListpackEntries) {
      this.maxListpackEntries = maxListpackEntries;
    }
  }

  private void begin(Encoding encoding) {
    begin("zset-max-listpack-entries", encoding.maxListpackEntries);
  }

  @ParameterizedTest
  @EnumSource
  void addsPlaces(Encoding encoding) {
    begin(encoding);
    expect(
        "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
        "2",
        "Sicily zadd");
    expect("GEOADD Sicily NX 1 1 Palermo 2 2 Rome", "1", "Sicily zadd");
    client.expect("GEOADD Sicily XX CH 13.361389 38.115557 Palermo 3 3 Paris", "0");
    expect("GEOADD Sicily CH 3 3 Rome", "1", "Sicily zadd");
    client.expect("ZSCORE Sicily Catania", "3479447370796909");
    client.expect("GEOADD Sicily NX XX 1 1 a", "-ERR syntax error");
    client.expect("GEOADD Sicily 1 1", "-ERR wrong number of arguments for 'geoadd' command");
    client.expect("GEOADD Sicily 1 1 a 2", "-ERR syntax error");
    client.expect(
        "GEOADD Sicily 181 1 a", "-ERR invalid longitude,latitude pair 181.000000,1.000000");
    client.expect(
        "GEOADD Sicily 1 86 a", "-ERR invalid longitude,latitude pair 1.000000,86.000000");
    client.expect(
        "GEOADD Sicily 1e30 -inf a",
        "-ERR invalid longitude,latitude pair 1000000000000000019884624838656.000000,-inf");
    client.expect("GEOADD Sicily x 1 a", "-ERR value is not a valid float");
    client.expect("GEOADD Sicily GT 1 1 a", "-ERR syntax error");
    client.expect("GEOADD Sicily CH NX XX 1", "-ERR syntax error");
    expect("GEOADD edge 180 85.05112878 ne -180 -85.05112878 sw", "2", "edge zadd");
    client.expect(
        "GEOPOS edge ne sw", "[[180, 85.05112878], [-179.99999731779099, -85.05112751263943]]");
    client.expect("GEOHASH edge ne sw", "[bp05b5048p0, 00bh0hbj200]");
    expect("SET s x", "OK", "s set");
    client.expect(
        "GEOADD s 1 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @ParameterizedTest
  @EnumSource
  void showsPlaces(Encoding encoding) {
    begin(encoding);
    expect(
        "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
        "2",
        "Sicily zadd");
    client.expect(
        "GEOPOS Sicily Palermo Rome Catania",
        "[[13.361389338970184, 38.1155563954963], nil, [15.087267458438873, 37.50266842333162]]");
    client.expect("GEOPOS Sicily", "[]");
    client.expect("GEOPOS missing a", "[nil]");
    client.expect("GEOHASH Sicily Palermo Rome Catania", "[sqc8b49rny0, nil, sqdtr74hyu0]");
    client.expect("GEOHASH Sicily", "[]");
    client.expect("GEOHASH missing a", "[nil]");
    client.expect("GEODIST Sicily Palermo Catania", "166274.1516");
    client.expect("GEODIST Sicily Palermo Catania km", "166.2742");
    client.expect("GEODIST Sicily Palermo Catania MI", "103.3182");
    client.expect("GEODIST Sicily Palermo Catania ft", "545518.8700");
    client.expect("GEODIST Sicily Palermo Palermo", "0.0000");
    client.expect(
        "GEODIST Sicily Palermo Catania yd",
        "-ERR unsupported unit provided. please use M, KM, FT, MI");
    client.expect("GEODIST Sicily Palermo Catania km x", "-ERR syntax error");
    client.expect("GEODIST Sicily Palermo Rome", "nil");
    client.expect("GEODIST missing Palermo Rome", "nil");
    expect("SET s x", "OK", "s set");
    client.expect(
        "GEOPOS s a", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    client.expect(
        "GEOHASH s a", "-WRONGTYPE Operation against a key holding the wrong kind of value");
    client.expect(
        "GEODIST s a b", "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @ParameterizedTest
  @EnumSource
  void showsPlacesInResp3(Encoding encoding) {
    begin(encoding);
    client.call("HELLO", "3");

    expect(
        "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
        "2",
        "Sicily zadd");
    client.expect("GEOPOS Sicily Palermo Rome", "[[13.361389338970184, 38.1155563954963], nil]");
    client.expect("GEODIST Sicily Palermo Catania", "166274.1516");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHCOORD WITHDIST WITHHASH",
        "[[Catania, 56.4413, 3479447370796909, [15.087267458438873, 37.50266842333162]], [Palermo,"
            + " 190.4424, 3479099956230698, [13.361389338970184, 38.1155563954963]]]");
  }

  @ParameterizedTest
  @EnumSource
  void searches(Encoding encoding) {
    begin(encoding);
    expect(
        "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
        "2",
        "Sicily zadd");
    expect("GEOADD Sicily 12.758489 38.788135 edge1 17.241510 38.788135 edge2", "2", "Sicily zadd");
    client.expect("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC", "[Catania, Palermo]");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km ASC WITHCOORD WITHDIST",
        "[[Catania, 56.4413, [15.087267458438873, 37.50266842333162]], [Palermo, 190.4424,"
            + " [13.361389338970184, 38.1155563954963]], [edge2, 279.7403, [17.241510450839996,"
            + " 38.78813451624225]], [edge1, 279.7405, [12.75848776102066, 38.78813451624225]]]");
    client.expect(
        "GEOSEARCH Sicily FROMMEMBER Palermo BYRADIUS 200 km DESC WITHDIST WITHHASH",
        "[[Catania, 166.2742, 3479447370796909], [edge1, 91.4007, 3479273021651468], [Palermo,"
            + " 0.0000, 3479099956230698]]");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km COUNT 3", "[Catania, Palermo, edge2]");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km COUNT 2 DESC", "[edge1, edge2]");
    client.expect("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 400 400 km COUNT 1 ANY", "[Palermo]");
    client.expect("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 0 m", "[]");
    client.expect("GEOSEARCH Sicily FROMMEMBER Palermo BYRADIUS 0 m", "[Palermo]");
    client.expect("GEOSEARCH missing FROMMEMBER Palermo BYRADIUS 1 m", "[]");
    client.expect("GEOSEARCH missing FROMLONLAT 1 1 BYRADIUS x m", "-ERR need numeric radius");
    client.expect(
        "GEOSEARCH Sicily FROMMEMBER Rome BYRADIUS 1 m",
        "-ERR could not decode requested zset member");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS -1 km", "-ERR radius cannot be negative");
    client.expect("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS x km", "-ERR need numeric radius");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 1 yd",
        "-ERR unsupported unit provided. please use M, KM, FT, MI");
    client.expect("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX x 1 km", "-ERR need numeric width");
    client.expect("GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX 1 x km", "-ERR need numeric height");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYBOX -1 1 km",
        "-ERR height or width cannot be negative");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 1 km COUNT 0", "-ERR COUNT must be > 0");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 1 km COUNT x",
        "-ERR value is not an integer or out of range");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 1 km ANY",
        "-ERR the ANY argument requires COUNT argument");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 1 km BYBOX 1 1 km", "-ERR syntax error");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 FROMMEMBER Palermo BYRADIUS 1 km", "-ERR syntax error");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 37 ASC ASC ASC",
        "-ERR exactly one of BYRADIUS and BYBOX can be specified for GEOSEARCH");
    client.expect(
        "geosearch Sicily BYRADIUS 1 km ASC DESC ASC",
        "-ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for geosearch");
    client.expect("GEOSEARCH Sicily FROMLONLAT 15 37 BYRADIUS 1 km STOREDIST", "-ERR syntax error");
    client.expect(
        "GEOSEARCH Sicily FROMLONLAT 15 370 BYRADIUS 1 km",
        "-ERR invalid longitude,latitude pair 15.000000,370.000000");
    expect("SET s x", "OK", "s set");
    client.expect(
        "GEOSEARCH s FROMLONLAT 15 37 BYRADIUS 1 km",
        "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @ParameterizedTest
  @EnumSource
  void storesWhatItFinds(Encoding encoding) {
    begin(encoding);
    expect(
        "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
        "2",
        "Sicily zadd");
    expect("GEOSEARCHSTORE t Sicily FROMLONLAT 15 37 BYRADIUS 200 km ASC", "2", "t geosearchstore");
    client.expect(
        "ZRANGE t 0 -1 WITHSCORES", "[Palermo, 3479099956230698, Catania, 3479447370796909]");
    expect(
        "GEOSEARCHSTORE t Sicily FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST COUNT 1",
        "1",
        "t geosearchstore");
    client.expect("ZRANGE t 0 -1 WITHSCORES", "[Catania, 56.4412578701582]");
    client.expect(
        "GEOSEARCHSTORE t Sicily FROMLONLAT 15 37 BYRADIUS 200 km WITHDIST",
        "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
    expect("GEOSEARCHSTORE t Sicily FROMLONLAT 100 37 BYRADIUS 200 km", "0", "t del");
    client.expect("EXISTS t", "0");
    client.expect("GEOSEARCHSTORE t missing FROMLONLAT 100 37 BYRADIUS 200 km", "0");
    expect("SET t x", "OK", "t set");
    expect("GEOSEARCHSTORE t missing FROMLONLAT 100 37 BYRADIUS 200 km", "0", "t del");
    expect(
        "GEOSEARCHSTORE Sicily Sicily FROMMEMBER Palermo BYRADIUS 1 km",
        "1",
        "Sicily geosearchstore");
    client.expect("ZCARD Sicily", "1");
  }

  @ParameterizedTest
  @EnumSource
  void searchesInOlderForms(Encoding encoding) {
    begin(encoding);
    expect(
        "GEOADD Sicily 13.361389 38.115556 Palermo 15.087269 37.502669 Catania",
        "2",
        "Sicily zadd");
    client.expect(
        "GEORADIUS Sicily 15 37 200 km WITHDIST WITHCOORD ASC",
        "[[Catania, 56.4413, [15.087267458438873, 37.50266842333162]], [Palermo, 190.4424,"
            + " [13.361389338970184, 38.1155563954963]]]");
    client.expect(
        "GEORADIUS_RO Sicily 15 37 200 km WITHHASH COUNT 1", "[[Catania, 3479447370796909]]");
    client.expect("GEORADIUSBYMEMBER Sicily Palermo 200 km DESC", "[Catania, Palermo]");
    client.expect("GEORADIUSBYMEMBER_RO Sicily Palermo 200 mi ASC", "[Palermo, Catania]");
    expect("GEORADIUS Sicily 15 37 200 km STORE t", "2", "t georadiusstore");
    client.expect(
        "ZRANGE t 0 -1 WITHSCORES", "[Palermo, 3479099956230698, Catania, 3479447370796909]");
    expect("GEORADIUSBYMEMBER Sicily Palermo 200 km STOREDIST t", "2", "t georadiusstore");
    client.expect("ZRANGE t 0 -1 WITHSCORES", "[Palermo, 0, Catania, 166.27415156960032]");
    client.expect(
        "GEORADIUS Sicily 15 37 200 km STORE t WITHDIST",
        "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD"
            + " options");
    expect("GEORADIUS Sicily 15 37 1 km STORE t", "0", "t del");
    client.expect("EXISTS t", "0");
    client.expect("GEORADIUS_RO Sicily 15 37 200 km STORE t", "-ERR syntax error");
    client.expect("GEORADIUSBYMEMBER_RO Sicily Palermo 200 km STOREDIST t", "-ERR syntax error");
    client.expect("GEORADIUS Sicily 15 37 200 km STORE", "-ERR syntax error");
    client.expect("GEORADIUS Sicily 15 37 -1 km", "-ERR radius cannot be negative");
    client.expect("GEORADIUS Sicily 15 37 x km", "-ERR need numeric radius");
    client.expect("GEORADIUS Sicily 15 x 1 km", "-ERR value is not a valid float");
    client.expect(
        "GEORADIUSBYMEMBER Sicily Rome 1 km", "-ERR could not decode requested zset member");
    client.expect("GEORADIUSBYMEMBER missing Rome x km", "[]");
    client.expect("GEORADIUS missing 15 37 x km", "-ERR need numeric radius");
    client.expect("GEORADIUS missing 15 37 1 km", "[]");
    client.expect("GEORADIUS Sicily 15 37 1 km FROMMEMBER x", "-ERR syntax error");
  }
}
