package io.jacinth.command;

import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** All connected clients, by their ids; used by all threads. */
public final class ClientRegistry {
  private final ConcurrentSkipListMap<Long, Session> sessions = new ConcurrentSkipListMap<>();
  private final AtomicLong nextId = new AtomicLong(1);
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong rejected = new AtomicLong();

  long newId() {
    return nextId.getAndIncrement();
  }

  void add(Session session) {
    sessions.put(session.id(), session);
    count.incrementAndGet();
    accepted.incrementAndGet();
  }

  void remove(Session session) {
    if (sessions.remove(session.id()) != null) {
      count.decrementAndGet();
    }
  }

  void reject() {
    rejected.incrementAndGet();
  }

  /** Those connected now, the oldest first. */
  public Collection<Session> sessions() {
    return sessions.values();
  }

  public Session find(long id) {
    return sessions.get(id);
  }

  public int count() {
    return count.get();
  }

  /** How many watch keys. */
  public int watching() {
    int watching = 0;
    for (Session session : sessions.values()) {
      if (session.isWatching()) {
        watching++;
      }
    }
    return watching;
  }

  /** Connections accepted since the start or CONFIG RESETSTAT. */
  public long accepted() {
    return accepted.get();
  }

  /** Connections refused because of {@code maxclients}. */
  public long rejected() {
    return rejected.get();
  }

  public void resetCounters() {
    accepted.set(0);
    rejected.set(0);
  }
}
