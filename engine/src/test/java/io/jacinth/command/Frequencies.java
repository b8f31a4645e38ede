package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How often each of some things has come when all should come equally often. */
public final class Frequencies {
  /** So many standard deviations beyond the mean there is something once in three million times. */
  private static final double MAX_DEVIATIONS = 5;

  private final Map<String, Integer> counts = new TreeMap<>();
  private long total;

  /** One more has come. */
  public void count(String thing) {
    counts.merge(thing, 1, Integer::sum);
    total++;
  }

  /** Those of a reply of the form {@code [a, b]} have come. */
  public void countAll(String reply) {
    elements(reply).forEach(this::count);
  }

  /** The same, which must be so many different ones. */
  public void countDifferent(String reply, int number) {
    assertEquals(number, Set.copyOf(elements(reply)).size(), reply);
    countAll(reply);
  }

  private static List<String> elements(String reply) {
    return List.of(reply.substring(1, reply.length() - 1).split(", ", -1));
  }

  /**
   * Checks that there are so many things and that they have come evenly: a chi-square test, its
   * bound by the approximation of Wilson and Hilferty (1931).
   */
  public void expectEven(int things) {
    assertEquals(things, counts.size(), counts::toString);
    double expected = (double) total / things;
    double chiSquare = 0;
    for (int count : counts.values()) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    int freedom = things - 1;
    double spread = 2.0 / (9 * freedom);
    double bound = freedom * Math.pow(1 - spread + MAX_DEVIATIONS * Math.sqrt(spread), 3);
    assertTrue(chiSquare < bound, chiSquare + " is not below " + bound + ": " + counts);
  }
}
