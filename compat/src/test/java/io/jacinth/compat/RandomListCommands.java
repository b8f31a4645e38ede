package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands of lists, as Redis 8.0.6 has them, but for those that wait. */
final class RandomListCommands extends RandomCommands {
  private static final int LONG_PUSH = 120;

  RandomListCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(40)) {
      case 0, 1, 2, 3, 4, 5 -> push(oneOf("LPUSH", "RPUSH"), 1 + random.nextInt(4));
      case 6, 7 -> push(oneOf("LPUSH", "RPUSH"), random.nextInt(LONG_PUSH));
      case 8 -> push(oneOf("LPUSHX", "RPUSHX"), 1 + random.nextInt(3));
      case 9, 10, 11 -> words(oneOf("LPOP", "RPOP"), key());
      case 12, 13 -> words(oneOf("LPOP", "RPOP"), key(), oneIn(5) ? integer() : small());
      case 14 -> lmpop();
      case 15 -> words("LLEN", key());
      case 16, 17, 18, 19 -> words("LRANGE", key(), index(), index());
      case 20, 21, 22 -> words("LINDEX", key(), index());
      case 23, 24, 25 -> words("LSET", key(), index(), element());
      case 26, 27, 28 ->
          words("LINSERT", key(), option(oneOf("BEFORE", "AFTER")), element(), element());
      case 29, 30 ->
          words("LREM", key(), oneIn(5) ? integer() : oneOf("0", "1", "-1", "-3"), element());
      case 31 -> words("LTRIM", key(), index(), index());
      case 32, 33 -> lpos();
      case 34, 35 -> words("LMOVE", key(), key(), end(), end());
      case 36 -> words("RPOPLPUSH", key(), key());
      case 37 -> words("DEL", key());
      case 38 -> oneIn(5) ? words("SET", key(), "x") : words("LLEN", key());
      default -> words(oneOf("RENAME", "COPY"), key(), key());
    };
  }

  /** LSET of Redis takes the low 32 bits of an index. */
  @Override
  protected boolean differs(List<String> words) {
    return words.getFirst().equals("LSET")
        && words.size() == 4
        && words.get(2).matches("-?[0-9]{10,}");
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(words("LRANGE", key, "0", "-1"));
  }

  private List<String> push(String name, int count) {
    List<String> words = new ArrayList<>(words(name, key()));
    for (int i = 0; i < count; i++) {
      words.add(element());
    }
    return words;
  }

  private List<String> lmpop() {
    int count = random.nextInt(4);
    List<String> words = new ArrayList<>(words("LMPOP", Integer.toString(count)));
    for (int i = 0; i < count; i++) {
      words.add(key());
    }
    words.add(end());
    if (oneIn(2)) {
      words.addAll(words(option("COUNT"), oneIn(5) ? integer() : small()));
    }
    return words;
  }

  private List<String> lpos() {
    return command(
        words("LPOS", key(), element()),
        List.of(
            oneIn(2) ? words(option("RANK"), oneOf("1", "-1", "2", "-2", "5", integer())) : words(),
            oneIn(2) ? words(option("COUNT"), oneOf("0", "1", "3", integer())) : words(),
            oneIn(3) ? words(option("MAXLEN"), oneOf("0", "1", "10", integer())) : words()));
  }

  private String end() {
    return option(oneOf("LEFT", "RIGHT"));
  }

  private String small() {
    return Integer.toString(random.nextInt(30));
  }

  private String index() {
    return oneIn(20) ? integer() : Integer.toString(random.nextInt(300) - 150);
  }

  /** Few different ones, mostly, so that they are found. */
  private String element() {
    return switch (random.nextInt(8)) {
      case 0 -> value();
      case 1, 2 -> Integer.toString(random.nextInt(10));
      default ->
          oneOf("a", "b", "element", "another element", "-1", "1000", "an element of a list");
    };
  }
}
