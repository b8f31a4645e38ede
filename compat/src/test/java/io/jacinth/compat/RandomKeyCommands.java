package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random commands on keys, as Redis 8.0.6 has them.
 *
 * <p>Only times of the calendar are set, so that both servers know the same; and no key is left to
 * expire by itself, so that both count the same.
 */
final class RandomKeyCommands extends RandomCommands {
  private static final String[] DATABASES = {"0", "1", "2", "15", "16", "-1", "x"};

  RandomKeyCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(20)) {
      case 0, 1, 2 -> words("SET", key(), value());
      case 3 -> words("SET", key(), value(), "PXAT", ahead(1000));
      case 4 -> words("APPEND", key(), value());
      case 5 -> words("SETBIT", key(), oneOf("3", "9000"), "1");
      case 6 -> keys(oneOf("DEL", "UNLINK"));
      case 7 -> keys(oneOf("EXISTS", "TOUCH"));
      case 8, 9 -> words(oneOf("RENAME", "RENAMENX"), key(), key());
      case 10, 11 ->
          command(
              words("COPY", key(), key()),
              List.of(
                  maybe(3, "REPLACE"), oneIn(4) ? words(option("DB"), oneOf(DATABASES)) : words()));
      case 12 -> words("MOVE", key(), oneOf(DATABASES));
      case 13 -> words("PERSIST", key());
      case 14 -> condition(words("EXPIREAT", key(), oneIn(4) ? integer() : ahead(1)));
      case 15 -> condition(words("PEXPIREAT", key(), oneIn(4) ? integer() : ahead(1000)));
      case 16 ->
          condition(
              words(
                  oneOf("EXPIRE", "PEXPIRE"),
                  key(),
                  oneOf("0", "-1", "x", "-9223372036854775808", "9223372036854775807")));
      case 17 -> words(oneOf("EXPIRETIME", "PEXPIRETIME"), key());
      case 18 -> words(oneOf("TYPE", "GET", "STRLEN"), key());
      default -> rare();
    };
  }

  private List<String> rare() {
    return switch (random.nextInt(6)) {
      case 0 -> words("DBSIZE");
      case 1 -> words("KEYS", key());
      case 2 -> words("OBJECT", oneOf("ENCODING", "encoding"), key());
      case 3 -> words("SWAPDB", oneOf(DATABASES), oneOf(DATABASES));
      case 4 ->
          oneIn(20)
              ? command(words(oneOf("FLUSHDB", "FLUSHALL")), List.of(mode()))
              : words("DBSIZE");
      default -> words(oneOf("EXPIRETIME", "PEXPIRETIME"), "missing");
    };
  }

  private List<String> mode() {
    return oneIn(2) ? words() : words(option(oneOf("SYNC", "ASYNC", "x")));
  }

  private List<String> keys(String name) {
    List<String> words = new ArrayList<>(words(name));
    for (int i = random.nextInt(4); i >= 0; i--) {
      words.add(oneIn(5) ? "missing" : key());
    }
    return words;
  }

  private List<String> condition(List<String> head) {
    return command(
        head, List.of(maybe(4, oneOf("NX", "XX", "GT", "LT")), maybe(12, oneOf("GT", "NX"))));
  }

  /** A time hours ahead, one of few so that they are often equal. */
  private String ahead(int unitsPerSecond) {
    long hours = System.currentTimeMillis() / 3_600_000 + 10 + random.nextInt(5);
    return Long.toString(hours * 3600 * unitsPerSecond);
  }
}
