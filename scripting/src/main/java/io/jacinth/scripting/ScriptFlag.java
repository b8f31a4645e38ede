package io.jacinth.scripting;

import io.jacinth.command.Flag;

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

  /**
   * The flags of a command that runs what declares flags: what these say goes before what holds for
   * the command in general.
   *
   * @param flags of the command
   */
  static long commandFlags(int declared, long flags) {
    boolean writes = !NO_WRITES.isIn(declared);
    long result = flags & ~(Flag.STALE | Flag.DENYOOM | Flag.WRITE | Flag.MAY_REPLICATE);
    if (writes) {
      result |= Flag.WRITE;
    }
    if (writes && !ALLOW_OOM.isIn(declared)) {
      result |= Flag.DENYOOM;
    }
    if (ALLOW_STALE.isIn(declared)) {
      result |= Flag.STALE;
    }
    return result;
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
