package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random transactions, and commands that come between: what one of several clients sends next. */
final class RandomTransactions extends RandomCommands {
  private final List<RandomCommands> families;
  private RandomCommands family;

  RandomTransactions(Random random) {
    super(random);
    families =
        List.of(
            new RandomStringCommands(random),
            new RandomBitmapCommands(random),
            new RandomKeyCommands(random),
            new RandomListCommands(random));
  }

  @Override
  protected List<String> command() {
    family = this;
    return switch (random.nextInt(40)) {
      case 0, 1, 2, 3 -> words("MULTI");
      case 4, 5, 6, 7 -> words("EXEC");
      case 8, 9, 10, 11 -> watch();
      case 12 -> words(oneOf("UNWATCH", "DISCARD", "DISCARD"));
      case 13 -> oneIn(3) ? words("RESET") : words("SELECT", oneOf("0", "1"));
      case 14 ->
          oneIn(3) ? words(oneOf("FLUSHDB", "FLUSHALL")) : words("SWAPDB", "0", oneOf("1", "2"));
      case 15 -> oneIn(4) ? words("NOSUCH", key()) : words("SET", key());
      case 16 -> words("BLPOP", key(), key(), "0.001");
      default -> {
        family = families.get(random.nextInt(families.size()));
        yield family.command();
      }
    };
  }

  private List<String> watch() {
    List<String> words = new ArrayList<>(words("WATCH"));
    for (int i = random.nextInt(3); i >= 0; i--) {
      words.add(key());
    }
    return words;
  }

  /**
   * The two servers' clocks differ; a key that was set to have expired long ago counts until
   * somebody comes across it; and nobody waits for a minute or for ever.
   */
  @Override
  protected boolean differs(List<String> words) {
    String name = words.getFirst();
    return (family != this && family.differs(words))
        || name.equals("DBSIZE")
        || (name.equals("BLPOP") && mayWaitLong(words.getLast()))
        || name.equals("PSETEX")
        || name.endsWith("EXPIRETIME")
        || name.endsWith("TTL");
  }

  /** Whether it is a number, but not a negative one or the shortest. */
  private static boolean mayWaitLong(String timeout) {
    return timeout.matches("[0-9+.].*|-0.*|inf") && !timeout.equals("0.001");
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(words("GET", key), words("LRANGE", key, "0", "-1"));
  }
}
