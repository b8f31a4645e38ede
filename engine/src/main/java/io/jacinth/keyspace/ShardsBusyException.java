package io.jacinth.keyspace;

/**
 * A lock cannot be had for a long time: a script that has it runs for so long that others are told
 * so. Nothing has been locked.
 */
public final class ShardsBusyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ShardsBusyException() {
    super("shards are busy", null, false, false);
  }
}
