package io.jacinth.compat;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/**
 * Something a test needs that Maven Central does not have.
 *
 * <p>Where it is missing the test is skipped and says so in one line; in continuous integration,
 * which installs all of it, its absence is a failure.
 */
final class Requirement {
  private static final boolean MUST_EXIST = "true".equals(System.getenv("CI"));

  private Requirement() {}

  static void check(boolean present, String whatIsMissing) {
    if (present) {
      return;
    }
    if (MUST_EXIST) {
      fail(whatIsMissing);
    }
    System.out.println("Skipped: " + whatIsMissing);
    abort(whatIsMissing);
  }
}
