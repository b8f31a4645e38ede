package io.jacinth.protocol;

/** Error replies that several commands share, with Redis's words. */
public final class Errors {
  public static final String SYNTAX = "ERR syntax error";
  public static final String WRONG_TYPE =
      "WRONGTYPE Operation against a key holding the wrong kind of value";
  public static final String NOT_INTEGER = "ERR value is not an integer or out of range";
  public static final String NOT_FLOAT = "ERR value is not a valid float";
  public static final String NO_SUCH_KEY = "ERR no such key";
  public static final String OUT_OF_RANGE_DB = "ERR DB index is out of range";
  public static final String SAME_OBJECT = "ERR source and destination objects are the same";
  public static final String OUT_OF_MEMORY =
      "OOM command not allowed when used memory > 'maxmemory'.";
  public static final String NO_AUTH = "NOAUTH Authentication required.";
  public static final String STRING_TOO_LONG =
      "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

  public static final String NOT_IN_TRANSACTION = "ERR Command not allowed inside a transaction";

  private Errors() {}

  public static String wrongArity(String command) {
    return "ERR wrong number of arguments for '" + command + "' command";
  }

  /** Why a transaction was not executed: another error without its code. */
  public static String aborted(String error) {
    return "EXECABORT Transaction discarded because of: "
        + (error.startsWith("ERR ") ? error.substring("ERR ".length()) : error);
  }

  public static String outOfRange(long min, long max) {
    return "ERR value is out of range, value must between " + min + " and " + max;
  }

  public static String invalidExpire(String command) {
    return "ERR invalid expire time in '" + command + "' command";
  }

  /** A client of RESP2 that has subscriptions may do nothing else. */
  public static String onlySubscriberCommands(String command) {
    return "ERR Can't execute '"
        + command
        + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this"
        + " context";
  }
}
