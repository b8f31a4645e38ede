package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands of strings that Valkey 9.1.2 has and Redis 8.0.6 has not. */
final class RandomValkeyStringCommands extends RandomCommands {
  RandomValkeyStringCommands(Random random) {
    super(random);
  }

  /** Few values, so that they are often equal. */
  private String fewValues() {
    return oneIn(20) ? value() : oneOf("1", "2", "12", "abc", "abd", "", "a".repeat(50));
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(8)) {
      case 0, 1 ->
          command(
              words("SET", key(), fewValues()),
              List.of(
                  words(option("IFEQ"), fewValues()),
                  expiry(),
                  maybe(3, "GET"),
                  maybe(8, "KEEPTTL"),
                  maybe(20, oneOf("NX", "XX"))));
      case 2 -> words("SET", key(), fewValues());
      case 3 -> words("APPEND", key(), oneOf("2", "c", ""));
      case 4, 5 -> msetex();
      case 6 -> words("DELIFEQ", key(), fewValues());
      default -> words("GET", key());
    };
  }

  private List<String> msetex() {
    int count = 1 + random.nextInt(4);
    String said = oneIn(20) ? integer() : Integer.toString(count);
    List<String> words = new ArrayList<>(words("MSETEX", said));
    for (int i = 0; i < count; i++) {
      words.add(key());
      words.add(fewValues());
    }
    return command(words, List.of(expiry(), maybe(3, oneOf("NX", "XX")), maybe(8, "KEEPTTL")));
  }
}
