package io.jacinth.command;

import io.jacinth.config.OutputBufferLimits.Limit;

/**
 * {@code client-output-buffer-limit}: how much may wait to be sent to a client before it is cut
 * off; one limit for normal clients, one for those that have subscriptions.
 */
public final class OutputLimits {
  private static final long MAX_CHOSEN_BYTES = 256L << 20;

  private static final Limit NONE = new Limit(0, 0, 0);

  private volatile Limit normal = NONE;
  private volatile Limit pubsub = NONE;

  void set(Limit normal, Limit pubsub) {
    this.normal = normal;
    this.pubsub = pubsub;
  }

  /**
   * How long a reply to a normal client may become whose length is for the client to choose: no
   * limit that is set may mean all memory there is.
   */
  long replyBytes() {
    long hardBytes = normal.hardBytes();
    return hardBytes == 0 ? MAX_CHOSEN_BYTES : Math.min(hardBytes, MAX_CHOSEN_BYTES);
  }

  /** Tells of a client that is cut off. */
  static void cutOff(Session session) {
    Engine engine = session.worker().engine();
    engine
        .log()
        .warning(
            "Client " + session.describe() + " closed for overcoming of output buffer limits.");
    engine.countOutputLimitDisconnection();
  }

  /**
   * Cuts a client off whose backlog is over the hard limit, or has been over the soft one for too
   * long.
   *
   * @param heldBytes what is written and not yet the connection's
   */
  void check(Session session, long heldBytes, long nowMillis) {
    Limit limit = session.isSubscriber() ? pubsub : normal;
    long hardBytes = limit.hardBytes();
    long softBytes = limit.softBytes();
    if (hardBytes == 0 && softBytes == 0) {
      return;
    }
    long backlog = session.connection().outputMemoryBytes();
    if (backlog > 0) {
      backlog += heldBytes; // what fits in one buffer is no backlog
    }
    boolean over = hardBytes != 0 && backlog >= hardBytes;
    if (softBytes != 0 && backlog >= softBytes) {
      long since = session.overSoftLimitSinceMillis();
      if (since == 0) {
        session.overSoftLimitSinceMillis(nowMillis);
      } else if (nowMillis - since > limit.softSeconds() * 1000) {
        over = true;
      }
    } else {
      session.overSoftLimitSinceMillis(0);
    }
    if (over) {
      cutOff(session);
      session.kill();
    }
  }
}
