package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands of sorted sets, as Redis 8.0.6 has them, but for those that choose at random. */
final class RandomSortedSetCommands extends RandomCommands {
  /** Members that all have the same score: only these are asked for by alphabet. */
  private static final String LEXICAL = "key:7";

  RandomSortedSetCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(40)) {
      case 0, 1, 2, 3, 4, 5, 6 -> zadd();
      case 7 -> words("ZINCRBY", scored(), score(), member());
      case 8 -> words("ZSCORE", any(), member());
      case 9 -> words("ZMSCORE", any(), member(), member(), member());
      case 10, 11 -> words(oneOf("ZRANK", "ZREVRANK"), any(), member());
      case 12 -> words(oneOf("ZRANK", "ZREVRANK"), any(), member(), option("WITHSCORE"));
      case 13 -> words("ZCARD", any());
      case 14 -> words("ZCOUNT", any(), bound(), bound());
      case 15 -> words("ZLEXCOUNT", LEXICAL, lexBound(), lexBound());
      case 16, 17, 18 -> zrange(words("ZRANGE", any(), rank(), rank()));
      case 19 -> words(oneOf("ZRANGE", "ZREVRANGE"), any(), rank(), rank());
      case 20, 21 ->
          command(
              words(oneOf("ZRANGEBYSCORE", "ZREVRANGEBYSCORE"), any(), bound(), bound()),
              List.of(maybe(2, "WITHSCORES"), limit()));
      case 22 ->
          command(
              words(oneOf("ZRANGEBYLEX", "ZREVRANGEBYLEX"), LEXICAL, lexBound(), lexBound()),
              List.of(limit()));
      case 23 -> zrange(words("ZRANGESTORE", scored(), any(), rank(), rank()));
      case 24, 25 -> words("ZREM", any(), member(), member(), member());
      case 26 -> words("ZREMRANGEBYRANK", any(), rank(), rank());
      case 27 -> words("ZREMRANGEBYSCORE", any(), bound(), bound());
      case 28 -> words("ZREMRANGEBYLEX", LEXICAL, lexBound(), lexBound());
      case 29 -> words(oneOf("ZPOPMIN", "ZPOPMAX"), any());
      case 30 -> words(oneOf("ZPOPMIN", "ZPOPMAX"), any(), oneIn(5) ? integer() : "3");
      case 31 -> zmpop();
      case 32, 33, 34, 35 -> combine();
      case 36 -> words("ZRANDMEMBER", any(), oneOf("0", "1000", "x"));
      case 37 -> words("DEL", key());
      case 38 -> oneIn(4) ? words("SET", key(), "x") : words("ZCARD", any());
      default -> oneIn(2) ? words("RENAME", scored(), scored()) : words("COPY", any(), scored());
    };
  }

  @Override
  protected List<List<String>> questions(String key) {
    return List.of(words("ZRANGE", key, "0", "-1", "WITHSCORES"));
  }

  /**
   * What is chosen at random, and members by alphabet with different scores, cannot be compared.
   */
  @Override
  protected boolean differs(List<String> words) {
    String name = words.getFirst();
    int key = name.equals("ZRANGESTORE") ? 2 : 1;
    if (words.size() > key
        && !words.get(key).equals(LEXICAL)
        && (name.contains("LEX") || words.stream().anyMatch("BYLEX"::equalsIgnoreCase))) {
      return true;
    }
    return switch (name) {
      case "ZRANDMEMBER" -> words.size() < 3 || !List.of("0", "1000", "x").contains(words.get(2));
      case "ZADD" -> {
        boolean zeros = true;
        for (int i = 2; i < words.size(); i += 2) {
          zeros &= words.get(i).equals("0");
        }
        yield words.get(1).equals(LEXICAL) && !zeros;
      }
      default -> false;
    };
  }

  private String any() {
    return key();
  }

  /** A key whose members may have any scores. */
  private String scored() {
    return "key:" + random.nextInt(7);
  }

  private String score() {
    return oneIn(3) ? number() : Integer.toString(random.nextInt(20) - 10);
  }

  private String member() {
    return switch (random.nextInt(6)) {
      case 0 -> Integer.toString(random.nextInt(50) - 25);
      case 1 -> oneIn(20) ? value() : text(random.nextInt(3));
      default -> text(1 + random.nextInt(4));
    };
  }

  private String bound() {
    return oneIn(10) ? oneOf("-inf", "+inf", "inf") : (oneIn(3) ? "(" : "") + score();
  }

  private String lexBound() {
    return oneIn(4) ? oneOf("-", "+") : oneOf("[", "(") + member();
  }

  private String rank() {
    return oneIn(30) ? integer() : Integer.toString(random.nextInt(60) - 30);
  }

  private List<String> limit() {
    return oneIn(2)
        ? words()
        : words(
            option("LIMIT"),
            Integer.toString(random.nextInt(14) - 4),
            Integer.toString(random.nextInt(12) - 1));
  }

  private List<String> zadd() {
    if (oneIn(5)) {
      List<String> words = new ArrayList<>(words("ZADD", LEXICAL));
      for (int i = random.nextInt(20); i >= 0; i--) {
        words.addAll(words("0", member()));
      }
      return words;
    }
    List<String> words =
        new ArrayList<>(
            command(
                words("ZADD", scored()),
                List.of(
                    oneIn(4) ? words(option(oneOf("NX", "XX"))) : words(),
                    oneIn(5) ? words(option(oneOf("GT", "LT"))) : words(),
                    maybe(4, "CH"),
                    maybe(8, "INCR"))));
    boolean one = words.stream().anyMatch("INCR"::equalsIgnoreCase);
    int pairs = one ? 1 : oneIn(30) ? 130 : 1 + random.nextInt(6);
    for (int i = 0; i < pairs; i++) {
      words.addAll(words(score(), member()));
    }
    return words;
  }

  private List<String> zrange(List<String> head) {
    List<String> words = new ArrayList<>(head);
    List<String> by = words();
    List<String> limit = oneIn(12) ? limit() : words();
    int min = head.size() - 2;
    if (oneIn(3)) {
      by = words(option("BYSCORE"));
      words.set(min, bound());
      words.set(min + 1, bound());
      limit = limit();
    } else if (oneIn(3)) {
      by = words(option("BYLEX"));
      words.set(min - 1, LEXICAL);
      words.set(min, lexBound());
      words.set(min + 1, lexBound());
      limit = limit();
    }
    return command(words, List.of(by, limit, maybe(3, "REV"), maybe(3, "WITHSCORES")));
  }

  private List<String> zmpop() {
    int keys = 1 + random.nextInt(3);
    List<String> words = new ArrayList<>(words("ZMPOP", Integer.toString(keys)));
    for (int i = 0; i < keys; i++) {
      words.add(any());
    }
    words.add(option(oneOf("MIN", "MAX")));
    if (oneIn(2)) {
      words.addAll(words(option("COUNT"), oneIn(8) ? integer() : "2"));
    }
    return words;
  }

  private List<String> combine() {
    int keys = 1 + random.nextInt(4);
    String name = oneOf("ZUNION", "ZINTER", "ZDIFF", "ZINTERCARD");
    boolean store = !name.equals("ZINTERCARD") && oneIn(2);
    List<String> words = new ArrayList<>();
    words.add(store ? name + "STORE" : name);
    if (store) {
      words.add(scored());
    }
    words.add(Integer.toString(keys));
    for (int i = 0; i < keys; i++) {
      words.add(any());
    }
    List<List<String>> options = new ArrayList<>();
    if (name.equals("ZUNION") || name.equals("ZINTER")) {
      if (oneIn(2)) {
        List<String> weights = new ArrayList<>(words(option("WEIGHTS")));
        for (int i = 0; i < keys; i++) {
          weights.add(score());
        }
        options.add(weights);
      }
      options.add(
          oneIn(2) ? words() : words(option("AGGREGATE"), option(oneOf("SUM", "MIN", "MAX"))));
    }
    if (!store && !name.equals("ZINTERCARD")) {
      options.add(maybe(2, "WITHSCORES"));
    } else if (name.equals("ZINTERCARD")) {
      options.add(oneIn(2) ? words() : words(option("LIMIT"), oneOf("0", "1", "5", "-1")));
    }
    return command(words, options);
  }
}
