package io.jacinth.command.geo;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.MOVABLEKEYS;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.command.sortedset.SortedSetCommands;
import io.jacinth.command.sortedset.Stores;
import io.jacinth.keyspace.Event;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SortedSetDraft;
import io.jacinth.value.SortedSetValue;

/** Commands that find the places in a circle or a box: GEOSEARCH and its older forms. */
final class GeoSearchCommands {
  private enum Form {
    /** GEORADIUS key longitude latitude radius unit. */
    COORDINATES(6, true),
    COORDINATES_READING(6, false),
    /** GEORADIUSBYMEMBER key member radius unit. */
    MEMBER(5, true),
    MEMBER_READING(5, false),
    SEARCH(2, false),
    SEARCH_STORING(3, false);

    /** Where options begin. */
    final int options;

    /** Whether options may name a key to store to. */
    final boolean storing;

    Form(int options, boolean storing) {
      this.options = options;
      this.storing = storing;
    }

    boolean isSearch() {
      return this == SEARCH || this == SEARCH_STORING;
    }

    boolean byMember() {
      return this == MEMBER || this == MEMBER_READING;
    }
  }

  private final Call call;
  private final Form form;
  private final Shape shape = new Shape();
  private SortedSetValue set;
  private boolean withDistance;
  private boolean withHash;
  private boolean withCoordinates;
  private boolean fromMember;
  private boolean fromCoordinates;
  private boolean byRadius;
  private boolean byBox;
  private boolean ascending;
  private boolean descending;
  private boolean any;

  /** At most so many results; 0: all. */
  private long count;

  /** The argument that is the key to store to, 0 if there is none. */
  private int storeIndex;

  private boolean storesDistance;

  private GeoSearchCommands(Call call, Form form) {
    this.call = call;
    this.form = form;
  }

  static void register(CommandTable table) {
    table.add(reading("geosearch", call -> run(call, Form.SEARCH), -7));
    table.add(reading("georadius_ro", call -> run(call, Form.COORDINATES_READING), -6));
    table.add(reading("georadiusbymember_ro", call -> run(call, Form.MEMBER_READING), -5));
    table.add(storing("georadius", Form.COORDINATES, -6));
    table.add(storing("georadiusbymember", Form.MEMBER, -5));
    table.add(
        Command.named("geosearchstore", call -> run(call, Form.SEARCH_STORING))
            .arity(-8)
            .flags(WRITE | DENYOOM)
            .categories(Category.GEO)
            .keys(KeySpec.range(1, 0, 1, "OW UPDATE"), KeySpec.range(2, 0, 1, "RO ACCESS")));
  }

  private static Command reading(String name, Handler handler, int arity) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(READONLY)
        .categories(Category.GEO)
        .keys(KeySpec.range(1, 0, 1, "RO ACCESS"));
  }

  private static Command storing(String name, Form form, int arity) {
    return Command.named(name, call -> run(call, form))
        .arity(arity)
        .flags(WRITE | DENYOOM | MOVABLEKEYS)
        .categories(Category.GEO)
        .keys(
            KeySpec.range(1, 0, 1, "RO ACCESS"),
            KeySpec.keyword(form.options, "STORE", "OW UPDATE"),
            KeySpec.keyword(form.options, "STOREDIST", "OW UPDATE"));
  }

  private static void run(Call call, Form form) {
    new GeoSearchCommands(call, form).run();
  }

  private void run() {
    int keyIndex = form == Form.SEARCH_STORING ? 2 : 1;
    set = SortedSetCommands.read(call, keyIndex);
    if (set == null || !readPlace() || !readOptions() || !check()) {
      return;
    }
    if (!set.exists()) {
      if (storeIndex == 0) {
        call.reply().array(0);
      } else {
        store(null, 0);
      }
      return;
    }
    // The nearest are meant, if not all are wanted and nothing is said.
    boolean sorts = ascending || descending || (count > 0 && !any);
    boolean measures = sorts || withDistance || storesDistance;
    Places places = new Places(set, shape, any ? count : Long.MAX_VALUE, measures);
    places.find();
    if (sorts) {
      places.sort(descending);
    }
    int wanted = count == 0 ? places.count() : (int) Math.min(count, places.count());
    if (storeIndex != 0) {
      store(places, wanted);
    } else {
      reply(places, wanted);
    }
  }

  // ---- arguments ----

  private boolean readPlace() {
    if (form.isSearch()) {
      return true;
    }
    if (form.byMember()) {
      return !set.exists() || (centerAt(2) && readCircle(3));
    }
    return centerOf(2) && readCircle(4);
  }

  /** The center is a member. */
  private boolean centerAt(int index) {
    if (!SortedSetCommands.find(call, set, index)) {
      call.reply().error("ERR could not decode requested zset member");
      return false;
    }
    double score = set.score();
    shape.center(GeoHash.longitude(score), GeoHash.latitude(score));
    return true;
  }

  private boolean centerOf(int index) {
    if (!GeoCommands.requireCoordinates(call, index)) {
      return false;
    }
    shape.center(GeoCommands.parseDouble(call, index), GeoCommands.parseDouble(call, index + 1));
    return true;
  }

  private boolean readCircle(int index) {
    double radius = GeoCommands.parseDouble(call, index);
    if (Double.isNaN(radius)) {
      call.reply().error("ERR need numeric radius");
      return false;
    }
    if (radius < 0) {
      call.reply().error("ERR radius cannot be negative");
      return false;
    }
    double metersPerUnit = GeoCommands.unit(call, index + 1);
    shape.circle(radius, metersPerUnit);
    return metersPerUnit != 0;
  }

  private boolean readBox(int index) {
    double width = GeoCommands.parseDouble(call, index);
    if (Double.isNaN(width)) {
      call.reply().error("ERR need numeric width");
      return false;
    }
    double height = GeoCommands.parseDouble(call, index + 1);
    if (Double.isNaN(height)) {
      call.reply().error("ERR need numeric height");
      return false;
    }
    if (width < 0 || height < 0) {
      call.reply().error("ERR height or width cannot be negative");
      return false;
    }
    double metersPerUnit = GeoCommands.unit(call, index + 2);
    shape.box(width, height, metersPerUnit);
    return metersPerUnit != 0;
  }

  private boolean readOptions() {
    if (form == Form.SEARCH_STORING) {
      storeIndex = 1;
    }
    int i = form.options;
    while (i < call.count()) {
      int words = readOption(i, call.count() - i - 1);
      if (words == 0) {
        return false;
      }
      i += words;
    }
    return true;
  }

  /**
   * Reads an option.
   *
   * @param rest how many words come after it
   * @return how many words it has; 0 after an error
   */
  private int readOption(int i, int rest) {
    if (call.is(i, "withdist")) {
      withDistance = true;
    } else if (call.is(i, "withhash")) {
      withHash = true;
    } else if (call.is(i, "withcoord")) {
      withCoordinates = true;
    } else if (call.is(i, "any")) {
      any = true;
    } else if (call.is(i, "asc")) {
      ascending = true;
      descending = false;
    } else if (call.is(i, "desc")) {
      ascending = false;
      descending = true;
    } else if (rest >= 1 && call.is(i, "count")) {
      return readCount(i + 1) ? 2 : 0;
    } else if (form == Form.SEARCH_STORING && call.is(i, "storedist")) {
      storesDistance = true;
    } else if (rest >= 1 && form.storing && (call.is(i, "store") || call.is(i, "storedist"))) {
      return readStore(i) ? 2 : 0;
    } else {
      return form.isSearch() ? readShape(i, rest) : failed();
    }
    return 1;
  }

  private int failed() {
    call.syntaxError();
    return 0;
  }

  private int readShape(int i, int rest) {
    if (rest >= 1 && !fromCoordinates && call.is(i, "frommember")) {
      fromMember = true;
      return !set.exists() || centerAt(i + 1) ? 2 : 0;
    }
    if (rest >= 2 && !fromMember && call.is(i, "fromlonlat")) {
      fromCoordinates = true;
      return centerOf(i + 1) ? 3 : 0;
    }
    if (rest >= 2 && !byBox && call.is(i, "byradius")) {
      byRadius = true;
      return readCircle(i + 1) ? 3 : 0;
    }
    if (rest >= 3 && !byRadius && call.is(i, "bybox")) {
      byBox = true;
      return readBox(i + 1) ? 4 : 0;
    }
    return failed();
  }

  private boolean readCount(int index) {
    if (!call.requireLong(index)) {
      return false;
    }
    count = call.number();
    if (count <= 0) {
      call.reply().error("ERR COUNT must be > 0");
      return false;
    }
    return true;
  }

  /** Each of the two words may come once: only then its key is locked. */
  private boolean readStore(int i) {
    for (int other = form.options; other < i; other++) {
      if (call.is(other, call.is(i, "store") ? "store" : "storedist")) {
        call.syntaxError();
        return false;
      }
    }
    storesDistance = call.is(i, "storedist");
    storeIndex = i + 1;
    return true;
  }

  private boolean check() {
    String error = null;
    if (storeIndex != 0 && (withDistance || withHash || withCoordinates)) {
      error =
          (form == Form.SEARCH_STORING ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS")
              + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options";
    } else if (form.isSearch() && !fromMember && !fromCoordinates) {
      error = "exactly one of FROMMEMBER or FROMLONLAT can be specified for " + call.text(0);
    } else if (form.isSearch() && !byRadius && !byBox) {
      error = "exactly one of BYRADIUS and BYBOX can be specified for " + call.text(0);
    } else if (any && count == 0) {
      error = "the ANY argument requires COUNT argument";
    }
    if (error == null) {
      return true;
    }
    call.reply().error("ERR " + error);
    return false;
  }

  // ---- results ----

  private void reply(Places places, int wanted) {
    ReplyWriter reply = call.reply();
    int details = (withDistance ? 1 : 0) + (withHash ? 1 : 0) + (withCoordinates ? 1 : 0);
    reply.array(wanted);
    for (int i = 0; i < wanted; i++) {
      if (details > 0) {
        reply.array(1 + details);
      }
      places.comeTo(i);
      SortedSetCommands.replyMember(reply, set);
      if (withDistance) {
        GeoCommands.replyDistance(call, places.distanceMeters(i) / shape.metersPerUnit());
      }
      if (withHash) {
        reply.integer((long) set.score());
      }
      if (withCoordinates) {
        GeoCommands.replyCoordinates(call, set.score());
      }
    }
  }

  private void store(Places places, int wanted) {
    try (SortedSetDraft draft =
        new SortedSetDraft(call.worker().slab(), call.worker().random().nextLong())) {
      for (int i = 0; i < wanted; i++) {
        places.comeTo(i);
        if (storesDistance) {
          draft.add(set, places.distanceMeters(i) / shape.metersPerUnit());
        } else {
          draft.add(set);
        }
      }
      Event event = form.isSearch() ? Event.GEOSEARCHSTORE : Event.GEORADIUSSTORE;
      Stores.store(call, storeIndex, draft, event, draft.count());
    }
  }
}
