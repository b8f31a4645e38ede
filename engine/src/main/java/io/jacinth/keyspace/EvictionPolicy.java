package io.jacinth.keyspace;

import java.util.Locale;

/** {@code maxmemory-policy}: which keys go when memory is full. */
public enum EvictionPolicy {
  VOLATILE_LRU(true, AccessClock.Mode.USED),
  VOLATILE_LFU(true, AccessClock.Mode.FREQUENCY),
  VOLATILE_LRM(true, AccessClock.Mode.MODIFIED),
  VOLATILE_RANDOM(true, AccessClock.Mode.USED),
  VOLATILE_TTL(true, AccessClock.Mode.USED),
  ALLKEYS_LRU(false, AccessClock.Mode.USED),
  ALLKEYS_LFU(false, AccessClock.Mode.FREQUENCY),
  ALLKEYS_LRM(false, AccessClock.Mode.MODIFIED),
  ALLKEYS_RANDOM(false, AccessClock.Mode.USED),
  NOEVICTION(false, AccessClock.Mode.USED);

  private final boolean onlyExpiring;
  private final AccessClock.Mode clockMode;

  EvictionPolicy(boolean onlyExpiring, AccessClock.Mode clockMode) {
    this.onlyExpiring = onlyExpiring;
    this.clockMode = clockMode;
  }

  /** The policy with this name in configuration. */
  public static EvictionPolicy of(String configName) {
    return valueOf(configName.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Whether only keys that expire are evicted. */
  public boolean onlyExpiring() {
    return onlyExpiring;
  }

  /** Whether any key is as good as another. */
  public boolean isByChance() {
    return this == VOLATILE_RANDOM || this == ALLKEYS_RANDOM;
  }

  /** What records must remember for it. */
  public AccessClock.Mode clockMode() {
    return clockMode;
  }

  /** The name in configuration, for example {@code allkeys-lru}. */
  public String configName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
