package io.jacinth.command;

import io.jacinth.protocol.Arguments;

/**
 * Whether a call needs all shards, for a command whose key specifications do not say it: a script
 * may touch other keys than it declares.
 */
@FunctionalInterface
public interface ShardChoice {
  /**
   * Whether all shards are to be locked before the command is executed; else those of its keys.
   *
   * @param worker the calling thread's
   */
  boolean needsAll(Worker worker, Arguments words);
}
