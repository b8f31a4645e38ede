package io.jacinth.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jacinth.command.TestClient;
import io.jacinth.command.TestEngine;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against the table of lengths written down as a matrix. */
class LongestCommonSubsequenceTest {
  private static final long SEED = 7;

  private final TestEngine engine = new TestEngine();
  private final TestClient client = engine.connect();

  @AfterEach
  void close() {
    engine.close();
  }

  private static int[][] table(String a, String b) {
    int[][] lengths = new int[a.length() + 1][b.length() + 1];
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        lengths[i][j] =
            a.charAt(i - 1) == b.charAt(j - 1)
                ? lengths[i - 1][j - 1] + 1
                : Math.max(lengths[i - 1][j], lengths[i][j - 1]);
      }
    }
    return lengths;
  }

  /** To the left, unless going up is better. */
  private static String walk(String a, String b) {
    int[][] lengths = table(a, b);
    StringBuilder reversed = new StringBuilder();
    int i = a.length();
    int j = b.length();
    while (i > 0 && j > 0) {
      if (a.charAt(i - 1) == b.charAt(j - 1)) {
        reversed.append(a.charAt(i - 1));
        i--;
        j--;
      } else if (lengths[i - 1][j] > lengths[i][j - 1]) {
        i--;
      } else {
        j--;
      }
    }
    return reversed.reverse().toString();
  }

  @Test
  void findsWhatTheWholeTableSays() {
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      String a = text(random, random.nextInt(round % 10 == 0 ? 300 : 70), 2 + round % 5);
      String b = text(random, random.nextInt(round % 10 == 0 ? 300 : 140), 2 + round % 5);
      client.call("MSET", "a", a, "b", b);
      String expected = walk(a, b);
      String what = "seed " + SEED + ": " + a + ", " + b;
      assertEquals(expected, client.call("LCS", "a", "b"), what);
      assertEquals(Integer.toString(expected.length()), client.call("LCS", "a", "b", "LEN"), what);
      assertEquals(expected, joined(client.call("LCS", "a", "b", "IDX"), a), what);
    }
  }

  private static String text(Random random, int length, int letters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(letters)));
    }
    return text.toString();
  }

  /** The pieces of {@code a} that the reply of LCS IDX names, from the first to the last. */
  private static String joined(String reply, String a) {
    assertTrue(reply.startsWith("[matches, ["), reply);
    StringBuilder joined = new StringBuilder();
    Matcher match =
        Pattern.compile("\\[\\[(\\d+), (\\d+)\\], \\[(\\d+), (\\d+)\\]\\]").matcher(reply);
    while (match.find()) {
      joined.insert(
          0, a.substring(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)) + 1));
    }
    return joined.toString();
  }
}
