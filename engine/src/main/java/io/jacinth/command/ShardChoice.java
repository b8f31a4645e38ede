package io.jacinth.command;

import io.jacinth.keyspace.Keyspace;
import io.jacinth.protocol.Arguments;

/**
 * Which shards a call needs, for a command whose key specifications do not say it: a script may
 * touch other keys than it declares.
 */
@FunctionalInterface
public interface ShardChoice {
  /** The set of shards to lock before the command is executed. */
  long shards(Keyspace keyspace, Arguments words);
}
