package io.jacinth.scripting;

/** What a script or function says of itself in its shebang or registration; a set is a bit mask. */
enum ScriptFlag {
  NO_WRITES(1, "no-writes"),
  ALLOW_OOM(1 << 1, "allow-oom"),
  ALLOW_STALE(1 << 2, "allow-stale"),
  NO_CLUSTER(1 << 3, "no-cluster"),
  ALLOW_CROSS_SLOT_KEYS(1 << 4, "allow-cross-slot-keys");

  private final int bit;
  private final String flagName;

  ScriptFlag(int bit, String flagName) {
    this.bit = bit;
    this.flagName = flagName;
  }

  String flagName() {
    return flagName;
  }

  int bit() {
    return bit;
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
