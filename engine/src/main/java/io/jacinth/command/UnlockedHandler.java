package io.jacinth.command;

/**
 * What a command does without the lock of its only key's shard: it looks at the key and sees
 * afterwards whether another thread changed it meanwhile.
 */
@FunctionalInterface
public interface UnlockedHandler {
  /**
   * Executes the command, if nobody comes between.
   *
   * @return false when the command has to be executed with the lock; then nothing has happened and
   *     nothing has been replied
   */
  boolean execute(Call call);
}
