package io.jacinth.compat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random commands of HyperLogLogs, also on strings that are broken ones. */
final class RandomHyperLogLogCommands extends RandomCommands {
  RandomHyperLogLogCommands(Random random) {
    super(random);
  }

  @Override
  protected List<String> command() {
    return switch (random.nextInt(24)) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> pfadd(random.nextInt(6));
      case 8 -> pfadd(oneIn(6) ? 2000 : 100);
      case 9, 10, 11 -> words("PFCOUNT", key());
      case 12 -> keys("PFCOUNT");
      case 13 -> keys("PFMERGE");
      case 14 -> words("PFDEBUG", option("DECODE"), key());
      case 15 -> words("PFDEBUG", option(oneOf("ENCODING", "ENCODING", "GETREG")), key());
      case 16 -> words("PFDEBUG", oneIn(4) ? oneOf("TODENSE", "foo") : "ENCODING", key());
      case 17 -> words("SET", key(), broken());
      case 18 -> words("SETRANGE", key(), Integer.toString(random.nextInt(16)), bytes(1));
      case 19 -> words("DEL", key());
      case 20 -> words("COPY", key(), key());
      default -> words("GET", key());
    };
  }

  /** Redis replies twice to a wrong argument of PFDEBUG SIMD. */
  @Override
  protected boolean differs(List<String> words) {
    return words.size() > 1 && words.get(1).equalsIgnoreCase("SIMD");
  }

  private List<String> pfadd(int count) {
    List<String> words = new ArrayList<>(words("PFADD", key()));
    for (int i = 0; i < count; i++) {
      words.add(oneIn(30) ? bytes(random.nextInt(40)) : "e" + random.nextInt(3000));
    }
    return words;
  }

  private List<String> keys(String name) {
    List<String> words = new ArrayList<>(words(name));
    for (int i = random.nextInt(4); i >= 0; i--) {
      words.add(key());
    }
    return words;
  }

  /**
   * A head with registers that are not there, too many or too few. No run ends behind the last
   * byte: there Redis reads and keeps what its memory happens to hold.
   */
  private String broken() {
    String head = "HYLL" + (char) random.nextInt(3) + "\0\0\0" + "\0".repeat(7);
    return head
        + oneOf("\0", "\u0080")
        + oneOf("", "\u007f\u00ff", "\u007f\u00fe\0", bytes(9) + "\0\0");
  }
}
