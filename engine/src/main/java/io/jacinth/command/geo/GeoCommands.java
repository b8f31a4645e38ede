package io.jacinth.command.geo;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.base.Decimal;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.command.sortedset.AddCommands;
import io.jacinth.command.sortedset.SortedSetCommands;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.Errors;
import io.jacinth.value.SortedSetValue;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Commands that add places, and show them. */
public final class GeoCommands {
  private static final double METERS_PER_FOOT = 0.3048;
  private static final double METERS_PER_MILE = 1609.34;

  /** Decimals of a distance that is shown, and what makes it an integer. */
  private static final int DISTANCE_DECIMALS = 4;

  private static final int DISTANCE_SCALE = 10_000;

  /** Room for one number. */
  private static final int TEXT_BYTES = 64;

  private GeoCommands() {}

  /** Adds all commands of geographic indexes. */
  public static void register(CommandTable table) {
    table.documentedBeside(GeoCommands.class);
    table.add(
        Command.named("geoadd", GeoCommands::geoadd)
            .arity(-5)
            .flags(WRITE | DENYOOM)
            .categories(Category.GEO)
            .keys(KeySpec.range(1, 0, 1, "RW UPDATE")));
    table.add(read("geodist", GeoCommands::geodist, -4));
    table.add(read("geohash", GeoCommands::geohash, -2));
    table.add(read("geopos", GeoCommands::geopos, -2));
    GeoSearchCommands.register(table);
  }

  private static Command read(String name, Handler handler, int arity) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(READONLY)
        .categories(Category.GEO)
        .keys(KeySpec.range(1, 0, 1, "RO ACCESS"));
  }

  // ---- arguments ----

  static double parseDouble(Call call, int index) {
    return call.parseDouble(call.address(index), call.length(index));
  }

  /**
   * Replies with an error if two arguments are not a longitude and a latitude.
   *
   * @return false after an error
   */
  static boolean requireCoordinates(Call call, int index) {
    double longitude = parseDouble(call, index);
    double latitude = parseDouble(call, index + 1);
    if (Double.isNaN(longitude) || Double.isNaN(latitude)) {
      call.reply().error(Errors.NOT_FLOAT);
      return false;
    }
    if (!GeoHash.isValid(longitude, latitude)) {
      call.reply()
          .error(
              "ERR invalid longitude,latitude pair "
                  + sixDecimals(longitude)
                  + ","
                  + sixDecimals(latitude));
      return false;
    }
    return true;
  }

  private static String sixDecimals(double number) {
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    String text = new BigDecimal(number).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
    boolean negativeZero = Double.doubleToRawLongBits(number) < 0 && !text.startsWith("-");
    return negativeZero ? "-" + text : text;
  }

  /** Meters per unit that an argument names, 0 after an error. */
  static double unit(Call call, int index) {
    if (call.is(index, "m")) {
      return 1;
    } else if (call.is(index, "km")) {
      return 1000;
    } else if (call.is(index, "ft")) {
      return METERS_PER_FOOT;
    } else if (call.is(index, "mi")) {
      return METERS_PER_MILE;
    }
    call.reply().error("ERR unsupported unit provided. please use M, KM, FT, MI");
    return 0;
  }

  // ---- replies ----

  /** A distance with four decimals. */
  static void replyDistance(Call call, double distance) {
    long scaled = (long) Math.rint(distance * DISTANCE_SCALE);
    long text = call.worker().scratch(TEXT_BYTES);
    long at = text + Decimal.writeLong(text, scaled / DISTANCE_SCALE);
    Memory.putByte(at, '.');
    Decimal.writeDigits(at + 1, scaled % DISTANCE_SCALE, DISTANCE_DECIMALS);
    call.reply().bulk(text, at + 1 + DISTANCE_DECIMALS - text);
  }

  /** The coordinates of a score as an array of two. */
  static void replyCoordinates(Call call, double score) {
    call.reply().array(2);
    call.reply().number(GeoHash.longitude(score));
    call.reply().number(GeoHash.latitude(score));
  }

  // ---- commands ----

  private static void geoadd(Call call) {
    int options = 0;
    int first = 2;
    for (int option; first < call.count() && (option = option(call, first)) != 0; first++) {
      options |= option;
    }
    int words = call.count() - first;
    boolean contradictory = (options & AddCommands.NX) != 0 && (options & AddCommands.XX) != 0;
    if (words % 3 != 0 || contradictory) {
      call.syntaxError();
      return;
    }
    int places = words / 3;
    if (places == 0) {
      call.syntaxError();
      return;
    }
    long scores = call.worker().scratch((long) places * Double.BYTES);
    for (int i = 0; i < places; i++) {
      int index = first + 3 * i;
      if (!requireCoordinates(call, index)) {
        return;
      }
      long score = GeoHash.encode(parseDouble(call, index), parseDouble(call, index + 1));
      Memory.putDouble(scores + (long) i * Double.BYTES, (double) score);
    }
    AddCommands.add(call, options, places, scores, first + 2, 3);
  }

  private static int option(Call call, int index) {
    return call.is(index, "nx")
        ? AddCommands.NX
        : call.is(index, "xx") ? AddCommands.XX : call.is(index, "ch") ? AddCommands.CH : 0;
  }

  private static void geodist(Call call) {
    double metersPerUnit = 1;
    if (call.count() == 5) {
      metersPerUnit = unit(call, 4);
      if (metersPerUnit == 0) {
        return;
      }
    } else if (call.count() > 5) {
      call.syntaxError();
      return;
    }
    SortedSetValue set = SortedSetCommands.read(call, 1);
    if (set == null) {
      return;
    }
    if (!SortedSetCommands.find(call, set, 2)) {
      call.reply().nil();
      return;
    }
    double score1 = set.score();
    if (!SortedSetCommands.find(call, set, 3)) {
      call.reply().nil();
      return;
    }
    double score2 = set.score();
    double meters =
        Distance.meters(
            GeoHash.longitude(score1),
            GeoHash.latitude(score1),
            GeoHash.longitude(score2),
            GeoHash.latitude(score2));
    replyDistance(call, meters / metersPerUnit);
  }

  private static void geohash(Call call) {
    SortedSetValue set = SortedSetCommands.read(call, 1);
    if (set == null) {
      return;
    }
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      if (SortedSetCommands.find(call, set, i)) {
        call.reply().bulk(GeoHash.text(set.score()));
      } else {
        call.reply().nil();
      }
    }
  }

  private static void geopos(Call call) {
    SortedSetValue set = SortedSetCommands.read(call, 1);
    if (set == null) {
      return;
    }
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      if (SortedSetCommands.find(call, set, i)) {
        replyCoordinates(call, set.score());
      } else {
        call.reply().nilArray();
      }
    }
  }
}
