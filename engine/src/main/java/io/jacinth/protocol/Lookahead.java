package io.jacinth.protocol;

/**
 * Requests that are parsed and not yet executed: those of one pipeline of one client at a time.
 *
 * <p>Shared by the clients of an I/O thread; see {@link RequestReader#readAhead}.
 */
public final class Lookahead {
  /** So many records come near at once as a core has reads under way. */
  public static final int MAX_REQUESTS = 16;

  final Arguments[] words = new Arguments[MAX_REQUESTS];

  /** Where each request ends in the transport's memory. */
  final long[] ends = new long[MAX_REQUESTS];

  public Lookahead() {
    for (int i = 0; i < MAX_REQUESTS; i++) {
      words[i] = new Arguments();
    }
  }

  /** The words of the request that is to be executed in this place. */
  public Arguments words(int index) {
    return words[index];
  }
}
