package io.jacinth.compat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Makes random commands of one family, right ones mostly and wrong ones now and then, that touch a
 * few keys only, so that these get into many states.
 *
 * <p>A family says what its commands look like in {@link #command}; the words come from here. Time
 * is given in such a way that no key expires while the test runs: long ahead, or past.
 */
abstract class RandomCommands {
  private static final int KEYS = 8;

  /** One word in so many is replaced by one that does not belong there. */
  private static final int WORDS_PER_MISTAKE = 60;

  /** Commands that reply with a list in whatever order. */
  private static final Set<String> UNORDERED =
      Set.of(
          "HGETALL",
          "HKEYS",
          "HVALS",
          "HSCAN",
          "SMEMBERS",
          "SINTER",
          "SUNION",
          "SDIFF",
          "SSCAN",
          "SPOP",
          "SRANDMEMBER");

  /** Commands that reply with times that pass. */
  private static final Set<String> TIMES_LEFT = Set.of("HTTL", "HPTTL");

  private static final String[] INTEGERS = {
    "0",
    "1",
    "-1",
    "2",
    "10",
    "-7",
    "44",
    "255",
    "256",
    "65536",
    "-2147483648",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775806",
    "9223372036854775808",
    "01",
    "+1",
    " 1",
    "1 ",
    "-0",
    "-",
    "1.0",
    "1e2",
    "0x10",
    ""
  };

  private static final String[] NUMBERS = {
    "0",
    "1.5",
    "-1.5",
    "0.1",
    "3",
    "1e3",
    "-2.25e-2",
    "123456789.123456789",
    "1e17",
    "1e-17",
    ".5",
    "5.",
    "inf",
    "-inf",
    "nan",
    "1e400",
    "0x1p3",
    "1.0.0",
    "x",
    "3.0",
    "17179869184"
  };

  /** Around the borders of encodings: 44, 960 and 32768. */
  private static final int[] LENGTHS = {
    0, 1, 2, 7, 8, 9, 20, 43, 44, 45, 63, 64, 65, 200, 957, 958, 959, 960, 961, 1023, 1024, 1025,
    2000, 5000
  };

  private static final int[] BIG_LENGTHS = {32_767, 32_768, 40_000, 131_070, 131_071, 200_000};

  protected final Random random;

  RandomCommands(Random random) {
    this.random = random;
  }

  /** All keys that the commands use. */
  static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      keys.add("key:" + i);
    }
    return keys;
  }

  /** A random command of the family. */
  protected abstract List<String> command();

  /** What is asked now and then about a key, to compare what it holds. */
  protected List<List<String>> questions(String key) {
    return List.of(words("GET", key));
  }

  /** Whether two servers that do the same count the same number of changes. */
  protected boolean countsChanges() {
    return true;
  }

  /** Whether we differ from the peer here, on purpose (docs/differences.md). */
  protected boolean differs(List<String> words) {
    return false;
  }

  /** A reply in such a form that two of them are equal if they differ in a free order alone. */
  static Object comparable(String[] words, Object reply) {
    if (TIMES_LEFT.contains(words[0])) {
      return rounded(reply);
    }
    if (words[0].equals("XPENDING") || words[0].equals("XINFO")) {
      return RandomStreamCommands.withoutTimes(words, reply);
    }
    return UNORDERED.contains(words[0]) ? sorted(reply) : reply;
  }

  /** What is left of a long time is less a moment later. */
  private static Object rounded(Object reply) {
    if (reply instanceof List<?> elements) {
      return elements.stream().map(RandomCommands::rounded).toList();
    }
    return reply instanceof Long time && time > 0 ? "a long time" : reply;
  }

  private static Object sorted(Object reply) {
    if (!(reply instanceof List<?> elements)) {
      return reply;
    }
    return elements.stream()
        .map(RandomCommands::sorted)
        .sorted(Comparator.comparing(String::valueOf))
        .toList();
  }

  /** The next command to send. */
  final String[] next() {
    while (true) {
      List<String> words = withMistakes();
      if (!dependsOnTime(words) && !differs(words)) {
        return words.toArray(String[]::new);
      }
    }
  }

  /**
   * Whether it matters how fast a server is: a key would expire while the test runs, or an entry of
   * a stream has to have been idle for so long.
   */
  private static boolean dependsOnTime(List<String> words) {
    for (int i = 0; i + 1 < words.size(); i++) {
      int time =
          switch (words.get(i).toUpperCase(Locale.ROOT)) {
            case "EX", "PX", "IDLE" -> i + 1;
            case "XCLAIM", "XAUTOCLAIM" -> i + 4;
            case "EXPIRE", "PEXPIRE", "SETEX", "PSETEX" -> i + 2;
            default -> 0;
          };
      if (time > 0 && time < words.size() && words.get(time).matches("[1-9][0-9]{0,5}")) {
        return true;
      }
    }
    return false;
  }

  private List<String> withMistakes() {
    List<String> words = new ArrayList<>(command());
    for (int i = 1; i < words.size(); i++) {
      if (random.nextInt(WORDS_PER_MISTAKE) == 0) {
        words.set(i, oneOf("x", "", "-1", integer(), "NX", "GET", "EX"));
      }
    }
    if (random.nextInt(WORDS_PER_MISTAKE) == 0) {
      words.add(oneOf("x", "1", "NX"));
    }
    if (words.size() > 1 && random.nextInt(WORDS_PER_MISTAKE) == 0) {
      words.removeLast();
    }
    return words;
  }

  // ---- words ----

  @SafeVarargs
  protected final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  protected final boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** The words of one command; an option in any case. */
  protected final List<String> words(String... words) {
    return List.of(words);
  }

  protected final String key() {
    return "key:" + random.nextInt(KEYS);
  }

  protected final String option(String word) {
    return oneIn(2) ? word : word.toLowerCase(Locale.ROOT);
  }

  protected final String integer() {
    return oneIn(2) ? Integer.toString(random.nextInt(201) - 100) : oneOf(INTEGERS);
  }

  protected final String number() {
    return switch (random.nextInt(4)) {
      case 0 -> oneOf(NUMBERS);
      case 1 -> integer();
      case 2 -> Double.toString(random.nextGaussian());
      default -> random.nextInt(2000) - 1000 + "." + random.nextInt(100);
    };
  }

  /** A position in a string, from either end, or somewhere beyond. */
  protected final String position() {
    return oneIn(20) ? integer() : Integer.toString(random.nextInt(140) - 70);
  }

  /** A string to store. */
  protected final String value() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> integer();
      case 2 -> number();
      case 3 -> oneOf("a", "abc", "hello", "foobar");
      case 4 -> text(random.nextInt(60));
      case 5 -> bytes(random.nextInt(40));
      case 6 -> bytes(LENGTHS[random.nextInt(LENGTHS.length)]);
      default -> oneIn(30) ? bytes(BIG_LENGTHS[random.nextInt(BIG_LENGTHS.length)]) : text(3);
    };
  }

  /** Letters of a small alphabet. */
  protected final String text(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(4)));
    }
    return text.toString();
  }

  /** Any bytes; sometimes runs of zeros or ones, as bitmaps have them. */
  protected final String bytes(int length) {
    if (oneIn(3)) {
      StringBuilder runs = new StringBuilder(length);
      while (runs.length() < length) {
        runs.repeat(oneOf(0, 255, 1, 128), 1 + random.nextInt(length));
      }
      runs.setLength(length);
      return runs.toString();
    }
    StringBuilder bytes = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      bytes.append((char) random.nextInt(256));
    }
    return bytes.toString();
  }

  /** Words of an option that sets a time, or of none. */
  protected final List<String> expiry() {
    long nowSeconds = System.currentTimeMillis() / 1000;
    long aheadSeconds = 10_000L + random.nextInt(10_000);
    return switch (random.nextInt(12)) {
      case 0 -> words(option("EX"), Long.toString(aheadSeconds));
      case 1 -> words(option("PX"), Long.toString(aheadSeconds * 1000));
      case 2 -> words(option("EXAT"), Long.toString(nowSeconds + aheadSeconds));
      case 3 -> words(option("PXAT"), Long.toString((nowSeconds + aheadSeconds) * 1000));
      case 4 -> words(option(oneOf("EXAT", "PXAT")), Integer.toString(1 + random.nextInt(1000)));
      case 5 -> words(option(oneOf("EX", "PX", "EXAT", "PXAT")), oneOf("0", "-1", "x", MAX));
      default -> words();
    };
  }

  private static final String MAX = "9223372036854775807";

  /** The head, then the options in any order. */
  protected final List<String> command(List<String> head, List<List<String>> options) {
    List<String> words = new ArrayList<>(head);
    List<List<String>> shuffled = new ArrayList<>(options);
    Collections.shuffle(shuffled, random);
    shuffled.forEach(words::addAll);
    return words;
  }

  protected final List<String> maybe(int times, String word) {
    return oneIn(times) ? words(option(word)) : words();
  }
}
