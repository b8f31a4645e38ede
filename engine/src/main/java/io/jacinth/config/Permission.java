package io.jacinth.config;

/** Who may do something dangerous: the values of {@code enable-debug-command} and its like. */
public enum Permission {
  NO,
  YES,
  /** Only who is connected from this computer. */
  LOCAL;

  /** Whether a client may. */
  public boolean allows(boolean localClient) {
    return this == YES || (this == LOCAL && localClient);
  }
}
