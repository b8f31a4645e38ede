package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands of strings, as Redis 8.0.6 has them. */
final class RandomStringCommands extends RandomCommands {
  RandomStringCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(26)) {
      case 0, 1, 2 -> words("SET", key(), value());
      case 3, 4 ->
          command(
              words("SET", key(), value()),
              List.of(expiry(), maybe(3, oneOf("NX", "XX")), maybe(3, "GET"), maybe(8, "KEEPTTL")));
      case 5 -> words("SETNX", key(), value());
      case 6 -> words(oneOf("SETEX", "PSETEX"), key(), oneOf("100000000", "0", "x"), value());
      case 7 -> words("GETSET", key(), value());
      case 8 -> words("GETDEL", key());
      case 9 -> command(words("GETEX", key()), List.of(expiry(), maybe(4, "PERSIST")));
      case 10 -> pairs("MSET");
      case 11 -> pairs("MSETNX");
      case 12 -> many("MGET");
      case 13, 14 -> words("APPEND", key(), value());
      case 15 -> words("STRLEN", key());
      case 16 -> words(oneOf("GETRANGE", "SUBSTR"), key(), position(), position());
      case 17, 18 ->
          words(
              "SETRANGE",
              key(),
              oneIn(10) ? integer() : Integer.toString(random.nextInt(1100)),
              value());
      case 19 -> words(oneOf("INCR", "DECR"), key());
      case 20 -> words(oneOf("INCRBY", "DECRBY"), key(), integer());
      case 21, 22 -> words("INCRBYFLOAT", key(), number());
      case 23 ->
          command(
              words("LCS", key(), key()),
              List.of(
                  maybe(3, "LEN"),
                  maybe(2, "IDX"),
                  oneIn(4) ? words("MINMATCHLEN", oneOf("0", "2", "4", "-1", "x")) : words(),
                  maybe(3, "WITHMATCHLEN")));
      case 24 -> words("SET", key(), text(random.nextInt(30)));
      default -> words("GET", key());
    };
  }

  private List<String> pairs(String name) {
    List<String> words = new ArrayList<>(words(name));
    for (int i = random.nextInt(4); i >= 0; i--) {
      words.add(key());
      words.add(value());
    }
    return words;
  }

  private List<String> many(String name) {
    List<String> words = new ArrayList<>(words(name));
    for (int i = random.nextInt(8); i >= 0; i--) {
      words.add(key());
    }
    return words;
  }
}
