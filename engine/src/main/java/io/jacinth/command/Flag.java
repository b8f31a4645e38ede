package io.jacinth.command;

/** Properties of a command as COMMAND INFO shows them; a set of them is a bit mask. */
public final class Flag {
  public static final long WRITE = 1L << 0;
  public static final long READONLY = 1L << 1;
  public static final long DENYOOM = 1L << 2;
  public static final long MODULE = 1L << 3;
  public static final long ADMIN = 1L << 4;
  public static final long PUBSUB = 1L << 5;
  public static final long NOSCRIPT = 1L << 6;
  public static final long BLOCKING = 1L << 7;
  public static final long LOADING = 1L << 8;
  public static final long STALE = 1L << 9;
  public static final long SKIP_MONITOR = 1L << 10;
  public static final long SKIP_SLOWLOG = 1L << 11;
  public static final long ASKING = 1L << 12;
  public static final long FAST = 1L << 13;
  public static final long NO_AUTH = 1L << 14;
  public static final long NO_MANDATORY_KEYS = 1L << 16;
  public static final long NO_ASYNC_LOADING = 1L << 17;
  public static final long NO_MULTI = 1L << 18;
  public static final long MOVABLEKEYS = 1L << 19;
  public static final long ALLOW_BUSY = 1L << 20;

  /** Replicas may have to hear of it though it does not write; COMMAND does not show that. */
  public static final long MAY_REPLICATE = 1L << 56;

  /** Executes other commands, which may lock shards: it may have locked all of them before. */
  public static final long EXECUTES_OTHERS = 1L << 57;

  /** Inside MULTI it is executed at once; all others are queued. */
  public static final long NOT_QUEUED = 1L << 59;

  /** Executes what the client has queued: also needs what the queued commands need. */
  public static final long EXECUTES_QUEUE = 1L << 58;

  /**
   * May be called over RESP2 by a client that has subscriptions; such a command also lets the
   * messages go first that were published before it.
   */
  public static final long SUBSCRIBER = 1L << 60;

  /**
   * Takes about as little time as a fast command, so that it is measured together with others;
   * follows from {@link #FAST}.
   */
  public static final long BRIEF = 1L << 61;

  /** Locks all shards though it names no key. */
  public static final long ALL_SHARDS = 1L << 62;

  /** In the order of the bits, as COMMAND INFO names them; null for one that is not in use. */
  private static final String[] NAMES = {
    "write",
    "readonly",
    "denyoom",
    "module",
    "admin",
    "pubsub",
    "noscript",
    "blocking",
    "loading",
    "stale",
    "skip_monitor",
    "skip_slowlog",
    "asking",
    "fast",
    "no_auth",
    null,
    "no_mandatory_keys",
    "no_async_loading",
    "no_multi",
    "movablekeys",
    "allow_busy"
  };

  private Flag() {}

  /** The name of the flag with this bit number, null for one that COMMAND does not show. */
  public static String name(int bit) {
    return bit < NAMES.length ? NAMES[bit] : null;
  }
}
