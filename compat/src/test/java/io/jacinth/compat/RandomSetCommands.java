package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands of sets, as Redis 8.0.6 has them, but for those that choose at random. */
final class RandomSetCommands extends RandomCommands {
  /** More members than a packed set has. */
  private static final int MANY = 140;

  /** More members than a set of integers has. */
  private static final int VERY_MANY = 520;

  RandomSetCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(40)) {
      case 0, 1, 2, 3, 4, 5, 6 -> members("SADD", 1 + random.nextInt(5));
      case 7 -> members("SADD", oneIn(20) ? VERY_MANY : MANY);
      case 8 -> integers(1 + random.nextInt(4));
      case 9 -> integers(oneIn(10) ? VERY_MANY : MANY);
      case 10, 11, 12, 13 -> members("SREM", 1 + random.nextInt(4));
      case 14 -> members("SREM", MANY);
      case 15, 16 -> words("SISMEMBER", key(), member());
      case 17 -> members("SMISMEMBER", 1 + random.nextInt(4));
      case 18 -> words("SMEMBERS", key());
      case 19 -> words("SCARD", key());
      case 20 -> words("SPOP", key(), oneOf("0", "100000", "x", "-1"));
      case 21 -> words("SRANDMEMBER", key(), oneOf("0", "100000", "x", "-9223372036854775808"));
      case 22, 23, 24 -> words("SMOVE", key(), key(), member());
      case 25, 26, 27 -> keys(words(oneOf("SINTER", "SUNION", "SDIFF")));
      case 28, 29, 30, 31 -> keys(words(oneOf("SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"), key()));
      case 32, 33 -> sintercard();
      case 34, 35 -> sscan();
      case 36 -> words("DEL", key());
      case 37 -> oneIn(8) ? words("SET", key(), "x") : words("SCARD", key());
      case 38 -> zunion();
      default -> words(oneOf("RENAME", "COPY"), key(), key());
    };
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(words("SMEMBERS", key), words("SCARD", key));
  }

  /** What is chosen at random cannot be compared. */
  @Override
  protected boolean differs(List<String> words) {
    return switch (words.getFirst()) {
      case "SPOP", "SRANDMEMBER" ->
          words.size() < 3
              || !List.of("0", "100000", "x", "", "9223372036854775807").contains(words.get(2));
      case "SSCAN" ->
          words.size() < 3
              || !List.of("0", "x", "").contains(words.get(2))
              || (words.stream().anyMatch("COUNT"::equalsIgnoreCase) && !words.contains("100000"));
      default -> false;
    };
  }

  private String member() {
    return switch (random.nextInt(8)) {
      case 0, 1, 2, 3 -> Integer.toString(random.nextInt(60) - 30);
      case 4 -> oneIn(10) ? value() : integer();
      default -> text(1 + random.nextInt(3));
    };
  }

  private List<String> members(String name, int count) {
    List<String> words = new ArrayList<>(words(name, key()));
    boolean many = count >= MANY;
    for (int i = 0; i < count; i++) {
      words.add(many ? text(1 + random.nextInt(6)) : member());
    }
    return words;
  }

  private List<String> integers(int count) {
    List<String> words = new ArrayList<>(words("SADD", key()));
    int shift = oneOf(0, 0, 0, 16, 40);
    for (int i = 0; i < count; i++) {
      words.add(Long.toString((random.nextInt(2 * count + 30) - 15L) << shift));
    }
    return words;
  }

  private List<String> keys(List<String> head) {
    List<String> words = new ArrayList<>(head);
    for (int i = random.nextInt(4); i >= 0; i--) {
      words.add(key());
    }
    return words;
  }

  private List<String> sintercard() {
    int count = 1 + random.nextInt(3);
    List<String> words = new ArrayList<>(words("SINTERCARD", Integer.toString(count)));
    for (int i = 0; i < count; i++) {
      words.add(key());
    }
    if (oneIn(2)) {
      words.addAll(words(option("LIMIT"), oneIn(6) ? integer() : oneOf("0", "1", "5")));
    }
    return words;
  }

  private List<String> sscan() {
    return command(
        words("SSCAN", key(), "0"),
        List.of(
            words(option("COUNT"), "100000"),
            oneIn(2) ? words(option("MATCH"), oneOf("a*", "1*", "*", "[ab]?")) : words(),
            maybe(30, "NOVALUES")));
  }

  private List<String> zunion() {
    return command(
        words(oneOf("ZUNION", "ZINTER"), "2", key(), key()), List.of(maybe(2, "WITHSCORES")));
  }
}
