package io.jacinth.compat;

import java.util.List;
import java.util.Random;

/** Random commands of all families on the same keys: each meets values of every type. */
final class RandomMixedCommands extends RandomCommands {
  private final List<RandomCommands> families;
  private RandomCommands family;

  RandomMixedCommands(Random random) {
    super(random);
    families =
        List.of(
            new RandomStringCommands(random),
            new RandomBitmapCommands(random),
            new RandomKeyCommands(random),
            new RandomListCommands(random),
            new RandomHashCommands(random),
            new RandomSetCommands(random),
            new RandomSortedSetCommands(random),
            new RandomStreamCommands(random),
            new RandomGeoCommands(random));
  }

  @Override
  protected List<String> command() {
    family = families.get(random.nextInt(families.size()));
    return family.command();
  }

  /**
   * By alphabet only members with equal scores can be asked for, and here no key has these; most
   * scores here are no places; a key that was set to have expired long ago counts until somebody
   * comes across it; and encodings are asked for later, where it is known which may differ.
   */
  @Override
  protected boolean differs(List<String> words) {
    String name = words.getFirst();
    return family.differs(words)
        || name.contains("LEX")
        || has(words, "BYLEX")
        || (name.startsWith("GEO") && !name.equals("GEOADD"))
        || name.equals("PSETEX")
        || name.equals("DBSIZE")
        || name.equals("OBJECT");
  }

  /** FLUSHALL counts the keys that have expired, too, if nobody has come across them. */
  @Override
  protected boolean countsChanges() {
    return false;
  }

  private static boolean has(List<String> words, String option) {
    return words.stream().anyMatch(option::equalsIgnoreCase);
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(
        words("GET", key),
        words("LRANGE", key, "0", "-1"),
        words("HGETALL", key),
        words("SMEMBERS", key),
        words("ZRANGE", key, "0", "-1", "WITHSCORES"));
  }
}
