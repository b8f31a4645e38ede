package io.jacinth.command;

import io.jacinth.protocol.ReplyWriter;

/** What a blocked client is told when it has waited long enough. */
public enum TimeoutReply {
  /** No array of elements. */
  NIL_ARRAY {
    @Override
    void write(ReplyWriter reply) {
      reply.nilArray();
    }
  },
  /** No element. */
  NIL {
    @Override
    void write(ReplyWriter reply) {
      reply.nil();
    }
  };

  abstract void write(ReplyWriter reply);
}
