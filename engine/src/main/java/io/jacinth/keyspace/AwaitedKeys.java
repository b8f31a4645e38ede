package io.jacinth.keyspace;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys of one shard that blocked clients wait for, each with its waiters in order of arrival,
 * and those of them that have been changed since.
 *
 * <p>A key is known by its hash: if two had the same one, their waiters would be woken for nothing
 * and wait on. Guarded by the shard's lock. On the Java heap: there are no more than blocked
 * clients ask for.
 */
public final class AwaitedKeys {
  private record Name(int database, long hash) {}

  /** One such key. */
  public static final class AwaitedKey {
    private final Name name;
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private boolean ready;

    /** When it was changed, in the order of all keys'. */
    private long readyNumber;

    /** How many of the waiters also wait for its removal. */
    private int removalWaiters;

    private AwaitedKey(Name name) {
      this.name = name;
    }

    public int database() {
      return name.database;
    }

    public long hash() {
      return name.hash;
    }

    /** Who waits, in order of arrival. */
    public Set<Waiter> waiters() {
      return waiters;
    }
  }

  private final Map<Name, AwaitedKey> keys = new HashMap<>();
  private final ArrayDeque<AwaitedKey> ready = new ArrayDeque<>();
  private final AtomicLong readyNumbers;
  private int removals;

  /**
   * @param readyNumbers of all shards, so that keys of several ones are taken as they were changed
   */
  AwaitedKeys(AtomicLong readyNumbers) {
    this.readyNumbers = readyNumbers;
  }

  /** Puts a waiter at the end of a key's queue, unless it is in there. */
  public void add(int database, long hash, Waiter waiter) {
    AwaitedKey key = keys.computeIfAbsent(new Name(database, hash), AwaitedKey::new);
    if (key.waiters.add(waiter) && waiter.awaitsRemoval()) {
      key.removalWaiters++;
      removals += key.removalWaiters == 1 ? 1 : 0;
    }
  }

  /** Takes a waiter out of a key's queue. */
  public void remove(int database, long hash, Waiter waiter) {
    Name name = new Name(database, hash);
    AwaitedKey key = keys.get(name);
    if (key == null || !key.waiters.remove(waiter)) {
      return;
    }
    if (waiter.awaitsRemoval()) {
      key.removalWaiters--;
      removals -= key.removalWaiters == 0 ? 1 : 0;
    }
    if (key.waiters.isEmpty()) {
      keys.remove(name);
    }
  }

  /** How many keys somebody waits for. */
  int count() {
    return keys.size();
  }

  /** How many keys somebody waits for who also wants to know when they are gone. */
  int removals() {
    return removals;
  }

  /** A key has been changed. */
  void changed(int database, long hash) {
    if (!keys.isEmpty()) {
      AwaitedKey key = keys.get(new Name(database, hash));
      if (key != null) {
        ready(key);
      }
    }
  }

  /** All keys of a database may have been changed. */
  void allChanged(int database) {
    for (AwaitedKey key : keys.values()) {
      if (key.database() == database) {
        ready(key);
      }
    }
  }

  private void ready(AwaitedKey key) {
    if (!key.ready) {
      key.ready = true;
      key.readyNumber = readyNumbers.incrementAndGet();
      ready.add(key);
    }
  }

  /** The number of the key that {@link #takeReady} would take; the greatest there is for none. */
  public long firstReady() {
    AwaitedKey key = ready.peek();
    return key == null ? Long.MAX_VALUE : key.readyNumber;
  }

  /** The first key that has been changed; null if there is none any more. */
  public AwaitedKey takeReady() {
    AwaitedKey key = ready.poll();
    if (key != null) {
      key.ready = false;
    }
    return key;
  }
}
