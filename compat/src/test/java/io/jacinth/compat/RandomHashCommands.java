package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands of hashes, as Redis 8.0.6 has them, but for those that choose at random. */
final class RandomHashCommands extends RandomCommands {
  /** More fields than a packed hash has. */
  private static final int MANY = 520;

  RandomHashCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(56)) {
      case 0, 1, 2, 3, 4, 5, 6 -> pairs(oneOf("HSET", "HMSET"), 1 + random.nextInt(4));
      case 7 -> pairs("HSET", oneIn(10) ? MANY : 20);
      case 8 -> fields(oneOf("HSET", "HMSET"), 1 + random.nextInt(4));
      case 9, 10, 11 -> words("HSETNX", key(), field(), fieldValue());
      case 12, 13, 14 -> words("HGET", key(), field());
      case 15, 16 -> fields("HMGET", 1 + random.nextInt(4));
      case 17, 18 -> words(oneOf("HGETALL", "HKEYS", "HVALS"), key());
      case 19 -> words("HLEN", key());
      case 20 -> words("HSTRLEN", key(), field());
      case 21 -> words("HEXISTS", key(), field());
      case 22, 23, 24, 25 -> fields("HDEL", 1 + random.nextInt(3));
      case 26 -> fields("HDEL", MANY);
      case 27, 28, 29 -> words("HINCRBY", key(), field(), integer());
      case 30, 31 -> words("HINCRBYFLOAT", key(), field(), oneOf("1.5", "-3", "1e10", "x", "inf"));
      case 32 -> words("HRANDFIELD", key(), oneOf("0", "x", "-9223372036854775808"));
      case 33, 34 -> hgetdel();
      case 35, 36 -> hscan();
      case 37 -> words("DEL", key());
      case 38 -> oneIn(8) ? words("SET", key(), "x") : words("HLEN", key());
      case 39 -> words(oneOf("RENAME", "COPY"), key(), key());
      case 40, 41, 42, 43 -> hexpire();
      case 44, 45 ->
          counted(words(oneOf("HTTL", "HPTTL", "HEXPIRETIME", "HPEXPIRETIME"), key()), 3);
      case 46, 47 -> counted(words("HPERSIST", key()), 3);
      case 48, 49, 50 -> hgetex();
      default -> hsetex();
    };
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(words("HGETALL", key), words("HLEN", key));
  }

  /** What is chosen at random cannot be compared. */
  @Override
  protected boolean differs(List<String> words) {
    return switch (words.getFirst()) {
      case "HRANDFIELD" ->
          words.size() < 3 || !List.of("0", "x", "", "-9223372036854775808").contains(words.get(2));
      case "HSCAN" ->
          words.size() < 3
              || !List.of("0", "x", "").contains(words.get(2))
              || (words.stream().anyMatch("COUNT"::equalsIgnoreCase) && !words.contains("100000"));
      // Redis 8.0.6 has no such conditions
      case "HSETEX" ->
          words.stream()
              .anyMatch(word -> word.equalsIgnoreCase("NX") || word.equalsIgnoreCase("XX"));
      default -> false;
    };
  }

  private String field() {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> Integer.toString(random.nextInt(30) - 10);
      case 3 -> oneIn(10) ? value() : integer();
      default -> text(1 + random.nextInt(2));
    };
  }

  private String fieldValue() {
    return oneIn(12) ? value() : oneIn(2) ? integer() : text(random.nextInt(20));
  }

  private List<String> pairs(String name, int count) {
    List<String> words = new ArrayList<>(words(name, key()));
    for (int i = 0; i < count; i++) {
      words.add(count == MANY ? text(1 + random.nextInt(6)) : field());
      words.add(fieldValue());
    }
    return words;
  }

  private List<String> fields(String name, int count) {
    List<String> words = new ArrayList<>(words(name, key()));
    for (int i = 0; i < count; i++) {
      words.add(field());
    }
    return words;
  }

  private List<String> hgetdel() {
    int count = 1 + random.nextInt(3);
    List<String> words =
        new ArrayList<>(
            words("HGETDEL", key(), option("FIELDS"), Integer.toString(oneIn(10) ? 2 : count)));
    for (int i = 0; i < count; i++) {
      words.add(field());
    }
    return words;
  }

  private List<String> hexpire() {
    return counted(
        command(
            oneIn(6)
                ? words(oneOf("HEXPIRE", "HPEXPIRE"), key(), lifetime())
                : words(oneOf("HEXPIREAT", "HPEXPIREAT"), key(), time()),
            List.of(maybe(3, oneOf("NX", "XX", "GT", "LT", "nx")))),
        4);
  }

  /** Some are over, the others come long after the test. */
  private String time() {
    return oneOf("1", "5000000000", "5000000001", "60000000000", "x", "-1", "70368744177664");
  }

  /** Others would end at different times on two servers. */
  private String lifetime() {
    return oneOf("0", "-1", "9223372036854775807");
  }

  private List<String> expiry(String last) {
    return switch (random.nextInt(6)) {
      case 0 -> words(oneOf("EX", "PX"), lifetime());
      case 1, 2, 3 -> words(oneOf("EXAT", "pxat"), time());
      case 4 -> words(option(last));
      default -> words();
    };
  }

  private List<String> hgetex() {
    List<String> words = new ArrayList<>(words("HGETEX", key()));
    words.addAll(expiry("PERSIST"));
    return counted(words, 3);
  }

  private List<String> hsetex() {
    List<String> words = new ArrayList<>(words("HSETEX", key()));
    words.addAll(maybe(3, oneOf("FNX", "FXX", "fxx")));
    words.addAll(expiry("KEEPTTL"));
    int count = 1 + random.nextInt(3);
    words.addAll(words(option("FIELDS"), Integer.toString(oneIn(20) ? 2 : count)));
    for (int i = 0; i < count; i++) {
      words.add(field());
      words.add(fieldValue());
    }
    return words;
  }

  /** Adds how many fields and which. */
  private List<String> counted(List<String> begin, int most) {
    List<String> words = new ArrayList<>(begin);
    int count = 1 + random.nextInt(most);
    words.add(oneIn(40) ? "x" : option("FIELDS"));
    words.add(oneIn(20) ? oneOf("0", "2", "x") : Integer.toString(count));
    for (int i = 0; i < count; i++) {
      words.add(field());
    }
    return words;
  }

  private List<String> hscan() {
    return command(
        words("HSCAN", key(), "0"),
        List.of(
            words(option("COUNT"), "100000"),
            oneIn(2) ? words(option("MATCH"), oneOf("a*", "1*", "*", "[ab]?")) : words(),
            maybe(3, option("NOVALUES"))));
  }
}
