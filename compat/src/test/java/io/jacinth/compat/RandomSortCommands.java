package io.jacinth.compat;

import java.util.List;
import java.util.Random;

/**
 * SORT and SORT_RO of lists, sets and sorted sets, by and of strings. The sorted set is no key
 * whose encoding is compared: with Redis, SORT makes it a skiplist.
 */
final class RandomSortCommands extends RandomCommands {
  RandomSortCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(13)) {
      case 0 -> words("RPUSH", "key:" + random.nextInt(3), element(), element(), element());
      case 1 -> words("SADD", "key:" + (3 + random.nextInt(2)), element(), element());
      case 2 -> words("ZADD", "scored", "1", element(), "2", element());
      case 3, 4 -> words("SET", "w" + random.nextInt(20), oneIn(20) ? "x" : number());
      case 5 -> oneIn(4) ? words("DEL", key()) : words("DEL", "w" + random.nextInt(20));
      case 6 -> words("HSET", "h" + random.nextInt(20), oneOf("f", "7"), number());
      default -> sort();
    };
  }

  private String element() {
    return oneIn(60) ? text(2) : Integer.toString(random.nextInt(20));
  }

  private List<String> sort() {
    boolean storing = oneIn(3);
    return command(
        words(storing ? "SORT" : oneOf("SORT", "SORT_RO"), oneIn(5) ? "scored" : key()),
        List.of(
            maybe(3, "ALPHA"),
            oneIn(2) ? words(option(oneOf("ASC", "DESC"))) : words(),
            oneIn(3) ? words(option("LIMIT"), integer(), integer()) : words(),
            oneIn(3) ? words(option("BY"), oneOf("w*", "w*", "h*->f", "h*->7", "w*->f")) : words(),
            oneIn(3) ? words(option("GET"), oneOf("#", "w*", "*", "none")) : words(),
            oneIn(3) ? words(option("GET"), oneOf("#", "w*", "h*->f", "h*->", "h*->7")) : words(),
            storing ? words(option("STORE"), "key:7") : words()));
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(words("LRANGE", key, "0", "-1"));
  }

  /** Elements that are equal by what they are sorted by may come in any order. */
  @Override
  protected boolean differs(List<String> words) {
    return words.stream().anyMatch("ALPHA"::equalsIgnoreCase)
        && words.stream().anyMatch("BY"::equalsIgnoreCase);
  }
}
