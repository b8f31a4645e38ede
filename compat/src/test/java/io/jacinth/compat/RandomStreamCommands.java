package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands of streams, as Redis 8.0.6 has them, with IDs that no clock is in. */
final class RandomStreamCommands extends RandomCommands {
  /** About the last ID, so that others are near it. */
  private int last = 1;

  RandomStreamCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(30)) {
      case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> xadd();
      case 9 -> words("XLEN", key());
      case 10, 11 -> command(words("XRANGE", key(), bound(), bound()), List.of(count()));
      case 12, 13 -> command(words("XREVRANGE", key(), bound(), bound()), List.of(count()));
      case 14 -> words("XDEL", key(), id(), id(), id());
      case 15 -> words("XTRIM", key(), "MAXLEN", oneOf("~", "="), small());
      case 16 -> words("XTRIM", key(), "MINID", oneOf("~", "="), id());
      case 17 -> read();
      case 18 -> words("XGROUP", "CREATE", key(), group(), oneOf("0", "$", id()));
      case 19 ->
          words("XGROUP", oneOf("CREATECONSUMER", "DELCONSUMER"), key(), group(), consumer());
      case 20, 21, 22 -> readGroup();
      case 23 -> words("XACK", key(), group(), id(), id(), id());
      case 24 -> words("XCLAIM", key(), group(), consumer(), "0", id(), id());
      case 25 -> words("XAUTOCLAIM", key(), group(), consumer(), "0", id(), "COUNT", "2");
      case 26 -> words("XPENDING", key(), group());
      case 27 -> words("XINFO", oneOf("STREAM", "GROUPS"), key());
      case 28 -> words("COPY", key(), key());
      default -> oneIn(4) ? words("DEL", key()) : words("XSETID", key(), id());
    };
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(words("XRANGE", key, "-", "+"), words("XINFO", "GROUPS", key));
  }

  private String small() {
    return Integer.toString(random.nextInt(20));
  }

  private String id() {
    String millis = Integer.toString(random.nextInt(last + 2));
    return oneIn(3) ? millis : millis + "-" + random.nextInt(3);
  }

  private String bound() {
    return oneIn(4) ? oneOf("-", "+") : (oneIn(4) ? "(" : "") + id();
  }

  private String group() {
    return "g" + random.nextInt(2);
  }

  private String consumer() {
    return "c" + random.nextInt(3);
  }

  private List<String> count() {
    return oneIn(2) ? words() : words(option("COUNT"), Integer.toString(random.nextInt(6) - 1));
  }

  private List<String> xadd() {
    List<String> words = new ArrayList<>(words("XADD", key()));
    if (oneIn(6)) {
      words.addAll(words(option("MAXLEN"), oneOf("~", "="), small()));
    }
    last += random.nextInt(2);
    words.add(last + oneOf("-*", "-1", ""));
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.addAll(words(oneOf("f", "g", "f" + i), oneIn(2) ? small() : value()));
    }
    return words;
  }

  private List<String> read() {
    return words("XREAD", "COUNT", small(), "STREAMS", key(), key(), id(), oneOf("$", "+", id()));
  }

  private List<String> readGroup() {
    return words(
        "XREADGROUP",
        "GROUP",
        group(),
        consumer(),
        "COUNT",
        oneOf("1", "3", "100"),
        "STREAMS",
        key(),
        oneOf(">", ">", id()));
  }
}
