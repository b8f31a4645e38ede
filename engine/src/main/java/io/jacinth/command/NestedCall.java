package io.jacinth.command;

import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.ReplyWriter;

/**
 * Executes commands inside another one: those of a transaction, those that a script calls.
 *
 * <p>One for each depth of nesting, used again for every command. The outer command has locked all
 * shards that they touch. They see its time, cannot block, and are counted as commands of their
 * own.
 */
public final class NestedCall {
  private final Worker worker;
  private final Call call;

  public NestedCall(Worker worker) {
    this.worker = worker;
    call = new Call(worker, worker.engine().keyspace(), worker.reply());
    call.nested();
  }

  /**
   * Executes a command whose number of words is right.
   *
   * @return false if it needs a shard that is not locked: then nothing has happened
   */
  public boolean execute(
      Session session, Command command, Arguments words, long nowMillis, ReplyWriter reply) {
    call.reply(reply);
    call.begin(session, command, words, nowMillis);
    return worker.executeNested(call);
  }
}
