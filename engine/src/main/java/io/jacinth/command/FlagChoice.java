package io.jacinth.command;

import io.jacinth.protocol.Arguments;

/**
 * What {@link Flag}s apply to a call, for a command that executes what declares flags of its own: a
 * script may say that it does not write.
 */
@FunctionalInterface
public interface FlagChoice {
  /**
   * The flags of a call; its shards are not locked.
   *
   * @param flags those of the command
   */
  long flags(Worker worker, Arguments words, long flags);
}
