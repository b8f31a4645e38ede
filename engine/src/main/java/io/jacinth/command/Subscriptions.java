package io.jacinth.command;

/** What one client has subscribed to; used by its I/O thread, but for the numbers. */
public interface Subscriptions {
  int channels();

  int patterns();

  int shardChannels();

  /** Ends them all, silently. */
  void end();
}
