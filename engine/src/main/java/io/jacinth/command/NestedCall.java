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

  private NestedCall(Worker worker, boolean ofScript) {
    this.worker = worker;
    call = new Call(worker, worker.engine().keyspace(), worker.reply());
    call.nested(ofScript);
  }

  static NestedCall ofTransaction(Worker worker) {
    return new NestedCall(worker, false);
  }

  public static NestedCall ofScript(Worker worker) {
    return new NestedCall(worker, true);
  }

  /**
   * Executes a command whose number of words is right.
   *
   * @return false if it needs a shard that is not locked: then nothing has happened
   */
  public boolean execute(
      Session session, Command command, Arguments words, long nowMillis, ReplyWriter reply) {
    if (call.isOfScript()) {
      session.countNested(); // what is queued was counted when it came
    }
    call.reply(reply);
    call.begin(session, command, words, nowMillis);
    return worker.executeNested(call);
  }

  /**
   * Counts a command that is not executed because of an error, which the caller gets.
   *
   * @param command null if there is none of the name
   */
  public void reject(Command command, String error) {
    worker.statistics().rejected(command, error);
  }
}
