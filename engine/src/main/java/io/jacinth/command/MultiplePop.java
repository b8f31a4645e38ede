package io.jacinth.command;

/**
 * What LMPOP, ZMPOP and the commands that wait for a list or sorted set have in common: several
 * keys, how many elements to take from the first one that has any, and the wait.
 */
public final class MultiplePop {
  private MultiplePop() {}

  /**
   * The argument behind keys whose number stands before them.
   *
   * @param index where the number stands
   * @return 0 after an error
   */
  public static int endOfKeys(Call call, int index) {
    if (!call.parseLong(index) || call.number() < 1) {
      call.reply().error("ERR numkeys should be greater than 0");
      return 0;
    }
    if (call.number() >= call.count() - index - 1) {
      call.syntaxError();
      return 0;
    }
    return index + 1 + (int) call.number();
  }

  /**
   * How many elements to take: the last arguments, {@code COUNT count}, or 1 where they are
   * missing.
   *
   * @param index where COUNT may stand
   * @return 0 after an error
   */
  public static long count(Call call, int index) {
    if (call.count() == index) {
      return 1;
    }
    if (call.count() < index + 2 || !call.is(index, "count")) {
      call.syntaxError();
      return 0;
    }
    if (!call.parseLong(index + 1) || call.number() < 1) {
      call.reply().error("ERR count should be greater than 0");
      return 0;
    }
    if (call.count() > index + 2) {
      call.syntaxError();
      return 0;
    }
    return call.number();
  }

  /** Waits for any of the keys among some arguments, or replies at once if it must not wait. */
  public static void await(Call call, int firstKey, int endOfKeys, long timeoutMillis) {
    if (!call.mayBlock()) {
      call.reply().nilArray();
      return;
    }
    for (int i = firstKey; i < endOfKeys; i++) {
      call.awaits(i);
    }
    call.block(timeoutMillis, TimeoutReply.NIL_ARRAY);
  }
}
