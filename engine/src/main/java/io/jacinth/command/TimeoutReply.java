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
  },
  /** The number of replicas that have got the changes. */
  NOWHERE {
    @Override
    void write(ReplyWriter reply) {
      reply.integer(0);
    }
  },
  /** The numbers of files here and at replicas that have the changes. */
  IN_NO_FILE {
    @Override
    void write(ReplyWriter reply) {
      reply.array(2);
      reply.integer(0);
      reply.integer(0);
    }
  };

  abstract void write(ReplyWriter reply);
}
