package io.jacinth.command;

import io.jacinth.keyspace.AwaitedKeys;
import io.jacinth.keyspace.AwaitedKeys.AwaitedKey;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.keyspace.Shard;
import io.jacinth.keyspace.ShardsBusyException;
import io.jacinth.keyspace.Waiter;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.HeldSink;
import io.jacinth.protocol.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;

/**
 * One thread's part in waking blocked clients.
 *
 * <p>After each command, while its locks are held, the clients that wait for a key that it has
 * changed have their commands executed again here, in order of arrival: so nobody comes between the
 * change and who has waited for it. A command that needs more locks gets them by trying, which
 * cannot lead to a deadlock; when one of them is taken, it is executed right after the locks have
 * been given back, with all of its own. Replies are sent by the clients' own threads.
 */
final class Blocking {
  private static final String UNBLOCKED = "UNBLOCKED client unblocked via CLIENT UNBLOCK";

  private final Worker worker;
  private final Keyspace keyspace;
  private final HeldSink sink;
  private final ReplyWriter reply;
  private final Call call;

  /** Clients whose locks could not be had. */
  private final ArrayDeque<BlockedCall> postponed = new ArrayDeque<>();

  /**
   * @param replyScratch as {@link ReplyWriter#ReplyWriter} wants it
   */
  Blocking(Worker worker, Keyspace keyspace, long replyScratch) {
    this.worker = worker;
    this.keyspace = keyspace;
    sink = new HeldSink(worker.slab());
    reply = new ReplyWriter(replyScratch);
    call = new Call(worker, keyspace, reply);
  }

  /** Puts a client into the queues of its keys; all its shards are locked. */
  static void enqueue(Keyspace keyspace, BlockedCall blocked) {
    Arguments words = blocked.words();
    for (int key : blocked.keys()) {
      shard(keyspace, words, key)
          .await()
          .add(blocked.database(), hash(keyspace, words, key), blocked);
    }
  }

  private static void dequeue(Keyspace keyspace, BlockedCall blocked) {
    Arguments words = blocked.words();
    for (int key : blocked.keys()) {
      shard(keyspace, words, key)
          .await()
          .remove(blocked.database(), hash(keyspace, words, key), blocked);
    }
  }

  private static Shard shard(Keyspace keyspace, Arguments words, int key) {
    return keyspace.shardOf(hash(keyspace, words, key));
  }

  private static long hash(Keyspace keyspace, Arguments words, int key) {
    return keyspace.hash(words.address(key), words.length(key));
  }

  private static long awaitedShards(Keyspace keyspace, BlockedCall blocked) {
    Arguments words = blocked.words();
    long mask = 0;
    for (int key : blocked.keys()) {
      mask |= 1L << shard(keyspace, words, key).number();
    }
    return mask;
  }

  /**
   * Ends a claimed call without executing it again; no lock is held.
   *
   * @return false if it had ended before
   */
  static boolean cancel(Keyspace keyspace, BlockedCall blocked) {
    if (!blocked.claimOrEnded()) {
      return false;
    }
    long mask = awaitedShards(keyspace, blocked);
    try {
      keyspace.lock(mask);
    } catch (ShardsBusyException e) {
      blocked.release();
      throw e;
    }
    try {
      dequeue(keyspace, blocked);
    } finally {
      keyspace.unlock(mask);
    }
    blocked.end();
    return true;
  }

  /**
   * Executes the commands that wait for keys which have been changed.
   *
   * @param locked the shards that are locked
   * @return the shards that are locked now
   */
  long wake(long locked) {
    long held = locked;
    AwaitedKey key;
    while ((key = takeReady(held)) != null) {
      held = wakeWaiters(key, held);
    }
    return held;
  }

  /** Takes the key of the locked shards that was changed first; null if there is none any more. */
  private AwaitedKey takeReady(long locked) {
    AwaitedKeys first = null;
    long firstReady = Long.MAX_VALUE;
    for (long rest = locked; rest != 0; rest &= rest - 1) {
      AwaitedKeys awaited = keyspace.shard(Long.numberOfTrailingZeros(rest)).awaited();
      if (awaited != null && awaited.firstReady() < firstReady) {
        firstReady = awaited.firstReady();
        first = awaited;
      }
    }
    return first == null ? null : first.takeReady();
  }

  private long wakeWaiters(AwaitedKey key, long locked) {
    long held = locked;
    // those that are woken leave the queue on the way
    for (Waiter waiter : new ArrayList<>(key.waiters())) {
      BlockedCall blocked = (BlockedCall) waiter;
      boolean exists = keyspace.shardOf(key.hash()).has(key.database(), key.hash());
      if ((!exists && !blocked.awaitsRemoval()) || !blocked.claim()) {
        continue;
      }
      long missing = worker.shardsOf(call, blocked) & ~held;
      if (!keyspace.tryLockAll(missing)) {
        blocked.release();
        postponed.add(blocked);
        continue;
      }
      held |= missing;
      execute(blocked);
    }
    return held;
  }

  /** Executes those whose locks could not be had before; no lock is held. */
  void wakePostponed() {
    BlockedCall blocked;
    while ((blocked = postponed.poll()) != null) {
      if (blocked.claim()) {
        executeLocked(blocked);
      }
    }
  }

  private void executeLocked(BlockedCall blocked) {
    long mask = worker.shardsOf(call, blocked);
    try {
      keyspace.lock(mask);
    } catch (ShardsBusyException e) {
      blocked.release();
      worker.afterCommand(() -> wakeInTime(blocked));
      return;
    }
    try {
      execute(blocked);
      mask = wake(mask);
    } finally {
      keyspace.unlock(mask);
    }
  }

  /** The time has come that a blocked client waits for, or may have; its own thread. */
  void wakeInTime(BlockedCall blocked) {
    if (blocked.claimOrEnded()) {
      worker.readClock();
      executeLocked(blocked);
      wakePostponed();
    }
  }

  boolean hasPostponed() {
    return !postponed.isEmpty();
  }

  /** Executes a claimed call again; its shards are locked. */
  private void execute(BlockedCall blocked) {
    Session session = blocked.session();
    reply.open(sink, session.isResp3());
    call.begin(session, blocked.command(), blocked.words(), worker.nowMillis());
    call.wake();
    long beginNanos = worker.clock().nanos();
    worker.executeHandler(session, call, blocked.command());
    long durationNanos = worker.clock().nanos() - beginNanos;
    reply.flush();
    String error = reply.takeErrors() == 0 ? null : reply.lastError();
    byte[] bytes = sink.take();
    if (call.isBlockedAgain()) {
      blocked.release();
      return;
    }
    dequeue(keyspace, blocked);
    blocked.end();
    worker.countUnblocked(blocked.command(), durationNanos, error);
    send(blocked, bytes);
  }

  private static void send(BlockedCall blocked, byte[] bytes) {
    Session session = blocked.session();
    session.connection().execute(() -> session.unblock(bytes));
  }

  /** The time of a blocked client is over; its own thread. */
  void timeOut(BlockedCall blocked) {
    if (cancel(keyspace, blocked)) {
      worker.countUnblocked(blocked.command(), 0, null);
      replyTimeout(blocked);
    }
  }

  /**
   * CLIENT UNBLOCK.
   *
   * @param worker the calling thread's, which is any
   * @return false if it had ended before
   */
  static boolean unblock(Worker worker, BlockedCall blocked, boolean withError) {
    if (!cancel(worker.engine().keyspace(), blocked)) {
      return false;
    }
    worker.countUnblocked(blocked.command(), 0, withError ? UNBLOCKED : null);
    if (withError) {
      send(blocked, ("-" + UNBLOCKED + "\r\n").getBytes(StandardCharsets.US_ASCII));
    } else {
      Blocking its = blocked.session().worker().blocking();
      blocked.session().connection().execute(() -> its.replyTimeout(blocked));
    }
    return true;
  }

  private void replyTimeout(BlockedCall blocked) {
    reply.open(sink, blocked.session().isResp3());
    blocked.timeoutReply().write(reply);
    reply.flush();
    blocked.session().unblock(sink.take());
  }

  void close() {
    sink.close();
  }
}
