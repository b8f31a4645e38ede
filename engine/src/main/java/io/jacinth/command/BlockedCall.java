package io.jacinth.command;

import io.jacinth.keyspace.Waiter;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.Arguments;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A command that waits for keys, and with it its client: the words, the keys, and how it ends.
 *
 * <p>Whoever changes one of the keys executes it again on the spot, on the thread that it is on and
 * before anybody else can see the change, if the locks can be had (see {@link Blocking}). Three may
 * want to end it at the same time: a change, the time, and somebody else (CLIENT UNBLOCK, the end
 * of the connection). The {@link State} decides: only who has made it {@link State#CLAIMED} goes
 * on.
 */
final class BlockedCall implements Waiter {
  enum State {
    WAITING,
    /** Somebody tries to end it, which takes no longer than a command. */
    CLAIMED,
    ENDED
  }

  private final Session session;
  private final Command command;
  private final Arguments words = new Arguments();
  private final Slab slab;
  private final long memory;
  private final long memoryBytes;
  private final int database;
  private final boolean muted;
  private final int[] keys;
  private final TimeoutReply timeoutReply;
  private final boolean awaitsRemoval;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

  // Of its client's thread.
  private Future<?> timer;
  private Future<?> waker;

  /**
   * Copies the words.
   *
   * @param keys which of them are awaited
   */
  BlockedCall(
      Call call,
      int[] keys,
      int keyCount,
      boolean awaitsRemoval,
      TimeoutReply timeoutReply,
      boolean muted) {
    session = call.session();
    command = call.command();
    database = session.database();
    this.keys = Arrays.copyOf(keys, keyCount);
    this.awaitsRemoval = awaitsRemoval;
    this.timeoutReply = timeoutReply;
    this.muted = muted;
    slab = call.worker().slab();
    memoryBytes = Math.max(1, call.arguments().sizeBytes());
    memory = slab.allocate(memoryBytes, Tag.ARGUMENT);
    words.copyWords(call.arguments(), memory);
  }

  Session session() {
    return session;
  }

  Command command() {
    return command;
  }

  Arguments words() {
    return words;
  }

  int database() {
    return database;
  }

  /** Whether CLIENT REPLY keeps the reply back. */
  boolean isMuted() {
    return muted;
  }

  /** Which words are awaited keys. */
  int[] keys() {
    return keys;
  }

  TimeoutReply timeoutReply() {
    return timeoutReply;
  }

  @Override
  public boolean awaitsRemoval() {
    return awaitsRemoval;
  }

  boolean claim() {
    return state.compareAndSet(State.WAITING, State.CLAIMED);
  }

  /** Whoever has claimed it could not end it. */
  void release() {
    state.set(State.WAITING);
  }

  /** Whoever has claimed it has taken it out of all queues and sends the reply. */
  void end() {
    state.set(State.ENDED);
  }

  /**
   * Claims it, if need be after another has tried to end it.
   *
   * @return false if it has ended
   */
  boolean claimOrEnded() {
    while (!claim()) {
      if (state.get() == State.ENDED) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  void timer(Future<?> timer) {
    this.timer = timer;
  }

  /** What executes it again after some time, in place of what was to do so before. */
  void waker(Future<?> waker) {
    cancel(this.waker);
    this.waker = waker;
  }

  /** Frees the words; its client's thread. */
  void free() {
    cancel(timer);
    cancel(waker);
    slab.free(memory, memoryBytes, Tag.ARGUMENT);
  }

  private static void cancel(Future<?> task) {
    if (task != null) {
      task.cancel(false);
    }
  }
}
