package io.jacinth.keyspace;

/** Who waits for a change of keys: a blocked client. */
public interface Waiter {
  /** Whether it also wants to know when a key is gone. */
  boolean awaitsRemoval();
}
