package io.jacinth.lua;

/**
 * The text of a chunk, given piece by piece as far as it is read: what follows an error is not
 * asked for.
 */
@FunctionalInterface
interface SourcePieces {
  byte[] END = {};

  /** The next piece, or {@link #END} if there is none. */
  byte[] next();
}
