package io.jacinth.scripting;

/** What a script or function says of itself in its shebang or registration; a set is a bit mask. */
enum ScriptFlag {
  NO_WRITES("no-writes"),
  ALLOW_OOM("allow-oom"),
  ALLOW_STALE("allow-stale"),
  NO_CLUSTER("no-cluster"),
  ALLOW_CROSS_SLOT_KEYS("allow-cross-slot-keys");

  private final String flagName;

  ScriptFlag(String flagName) {
    this.flagName = flagName;
  }

  String flagName() {
    return flagName;
  }

  int bit() {
    return 1 << ordinal();
  }

  boolean isIn(int flags) {
    return (flags & bit()) != 0;
  }

  /** The flag of this name; null if there is none. */
  static ScriptFlag of(String name) {
    for (ScriptFlag flag : values()) {
      if (flag.flagName.equals(name)) {
        return flag;
      }
    }
    return null;
  }
}
