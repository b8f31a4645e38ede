package io.jacinth.command;

/**
 * {@code client-output-buffer-limit} of normal clients: how much may wait to be sent to a client
 * before it is cut off.
 */
public final class OutputLimits {
  private volatile long hardBytes;
  private volatile long softBytes;
  private volatile long softMillis;

  /** 0 for no limit. */
  public void set(long hardBytes, long softBytes, long softSeconds) {
    this.hardBytes = hardBytes;
    this.softBytes = softBytes;
    this.softMillis = softSeconds * 1000;
  }

  /**
   * Cuts a client off whose backlog is over the hard limit, or has been over the soft one for too
   * long.
   */
  void check(Session session, long nowMillis) {
    if (hardBytes == 0 && softBytes == 0) {
      return;
    }
    long backlog = session.connection().outputMemoryBytes();
    boolean over = hardBytes != 0 && backlog >= hardBytes;
    if (softBytes != 0 && backlog >= softBytes) {
      long since = session.overSoftLimitSinceMillis();
      if (since == 0) {
        session.overSoftLimitSinceMillis(nowMillis);
      } else if (nowMillis - since > softMillis) {
        over = true;
      }
    } else {
      session.overSoftLimitSinceMillis(0);
    }
    if (over) {
      session
          .worker()
          .engine()
          .log()
          .warning(
              "Client " + session.describe() + " closed for overcoming of output buffer limits.");
      session.worker().engine().countOutputLimitDisconnection();
      session.kill();
    }
  }
}
