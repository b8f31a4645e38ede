package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands of bitmaps, as Redis 8.0.6 has them. */
final class RandomBitmapCommands extends RandomCommands {
  RandomBitmapCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(14)) {
      case 0 -> words("SET", key(), value());
      case 1, 2, 3 -> words("SETBIT", key(), offset(), oneIn(20) ? integer() : oneOf("0", "1"));
      case 4 -> words("GETBIT", key(), offset());
      case 5 -> words("BITCOUNT", key());
      case 6 -> command(words("BITCOUNT", key(), position(), position()), List.of(unit()));
      case 7 -> words("BITPOS", key(), oneOf("0", "1"));
      case 8 -> words("BITPOS", key(), oneOf("0", "1"), position());
      case 9 ->
          command(
              words("BITPOS", key(), oneOf("0", "1", "2"), position(), position()),
              List.of(unit()));
      case 10, 11 -> bitop();
      default -> bitfield();
    };
  }

  /** A range without an end is no error with us. */
  @Override
  protected boolean differs(List<String> words) {
    return words.getFirst().equals("BITCOUNT") && words.size() == 3;
  }

  private List<String> unit() {
    return oneIn(3) ? words() : words(option(oneOf("BIT", "BYTE")));
  }

  private String offset() {
    return oneIn(20) ? integer() : Integer.toString(random.nextInt(oneOf(64, 512, 9000)));
  }

  private List<String> bitop() {
    String operation = option(oneOf("AND", "OR", "XOR", "NOT"));
    List<String> words = new ArrayList<>(words("BITOP", operation, key(), key()));
    int more = operation.equalsIgnoreCase("NOT") && !oneIn(10) ? 0 : random.nextInt(5);
    for (int i = 0; i < more; i++) {
      words.add(oneIn(6) ? "missing" : key());
    }
    return words;
  }

  private List<String> bitfield() {
    List<String> words = new ArrayList<>();
    words.add(oneIn(8) ? "BITFIELD_RO" : "BITFIELD");
    words.add(key());
    for (int i = random.nextInt(5); i >= 0; i--) {
      switch (random.nextInt(5)) {
        case 0 -> words.addAll(words(option("GET"), type(), fieldOffset()));
        case 1 -> words.addAll(words(option("SET"), type(), fieldOffset(), integer()));
        case 2, 3 -> words.addAll(words(option("INCRBY"), type(), fieldOffset(), integer()));
        default -> words.addAll(words(option("OVERFLOW"), option(oneOf("WRAP", "SAT", "FAIL"))));
      }
    }
    return words;
  }

  private String type() {
    return oneIn(30)
        ? oneOf("u64", "i65", "u0", "x8", "u", "")
        : oneIn(2) ? "i" + (1 + random.nextInt(64)) : "u" + (1 + random.nextInt(63));
  }

  private String fieldOffset() {
    return oneIn(30)
        ? oneOf("-1", "#-1", "#", "x", "4294967296", "#9223372036854775807")
        : (oneIn(3) ? "#" : "") + random.nextInt(100);
  }
}
