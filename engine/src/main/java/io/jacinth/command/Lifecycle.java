package io.jacinth.command;

/** Ends the server that a store is part of; implemented where the parts are wired together. */
public interface Lifecycle {
  /** Begins to shut down, soon and in another thread. */
  void shutdown();
}
