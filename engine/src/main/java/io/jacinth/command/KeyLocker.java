package io.jacinth.command;

import io.jacinth.keyspace.Foresight;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.Lookahead;

/**
 * Finds the keys of a thread's requests: of those to come, to bring their records near, and of the
 * one that is executed, to lock their shards.
 */
final class KeyLocker implements KeySpec.Visitor, AutoCloseable {
  private final Worker worker;
  private final Keyspace keyspace;
  private final Foresight foresight;
  private final Lookahead lookahead = new Lookahead();

  /** Requests of the last look ahead, and how many have taken locks since. */
  private int aheadCount;

  private int lockedCount;

  /** The indexes in {@link #foresight} of keys, in the order of requests or of a command's keys. */
  private final int[] foreseen = new int[Foresight.MAX_KEYS];

  /** Where the keys of a command stand whose records are brought near. */
  private final int[] indexes = new int[Foresight.MAX_KEYS];

  private int keys;
  private Call target;
  private Arguments words;
  private long mask;

  KeyLocker(Worker worker, Keyspace keyspace) {
    this.worker = worker;
    this.keyspace = keyspace;
    foresight = new Foresight(keyspace);
  }

  @Override
  public void close() {
    foresight.close();
  }

  // ---- looking ahead ----

  /**
   * Parses more of a pipeline and brings the records near that it will probably need: most of the
   * time of a GET is waiting for memory, and so the waits overlap. With several threads also their
   * shards' locks are brought near, if most of the last requests took theirs.
   */
  void readAhead(Session session) {
    int count = session.reader().readAhead(lookahead);
    if (count < 2) {
      return;
    }
    foresight.clear();
    long shards = 0;
    for (int i = 0; i < count; i++) {
      Arguments request = lookahead.words(i);
      if (request.count() > 1) {
        long hash = keyspace.hash(request.address(1), request.length(1));
        request.hash(hash);
        foreseen[i] = foresight.add(hash);
        shards |= 1L << keyspace.shardNumber(hash);
      }
    }
    if (lockedCount > aheadCount / 2) {
      keyspace.fetchLocks(shards);
    }
    lockedCount = 0;
    aheadCount = count;
    int database = session.database();
    foresight.look(database);
    for (int i = 0; i < count; i++) {
      Arguments request = lookahead.words(i);
      if (request.count() > 1) {
        request.hint(foresight.hint(foreseen[i]), database);
      }
    }
  }

  /** Whether what was seen ahead may be looked at without locks. */
  boolean isLooking() {
    return foresight.isLooking();
  }

  /** The batch ends: what was seen ahead is looked at no more. */
  void endLook() {
    foresight.endLook();
  }

  /**
   * Gives a call what it needs to look at its only key, word 1.
   *
   * @return false if that has not been seen ahead
   */
  boolean prepareLook(Call call, Arguments words) {
    long hint = words.hint(call.session().database());
    if (hint == 0) {
      return false;
    }
    call.hash(1, words.hash());
    call.hint(1, hint);
    return true;
  }

  // ---- locking ----

  /**
   * Takes the locks of a call's keys, or of those that it needs besides.
   *
   * @return the set of the shards
   * @throws io.jacinth.keyspace.ShardsBusyException if one is not to be had
   */
  long lock(Call call, Command command, Arguments words) {
    lockedCount++;
    this.words = words;
    int onlyKey = command.onlyKey();
    if (onlyKey != 0) {
      long hash = hashOf(onlyKey);
      call.hash(onlyKey, hash);
      if (onlyKey == 1) {
        call.hint(1, words.hint(call.session().database()));
      }
      mask = 1L << keyspace.shardNumber(hash);
    } else if (needsAll(command, words)) {
      mask = keyspace.allShards();
    } else if (command.is(Flag.EXECUTES_QUEUE)) {
      mask = call.session().shardsOfTransaction();
    } else {
      mask = 0;
      keys = 0;
      target = call;
      foresight.clear();
      for (KeySpec spec : command.keySpecArray()) {
        spec.visit(words, this);
      }
      keyspace.lock(mask);
      if (keys > 1) {
        foresee();
      }
      return mask;
    }
    keyspace.lock(mask);
    return mask;
  }

  private boolean needsAll(Command command, Arguments words) {
    ShardChoice choice = command.shardChoice();
    return command.is(Flag.ALL_SHARDS) || (choice != null && choice.needsAll(worker, words));
  }

  /** The shards that a command inside another one needs. */
  long shardsOfNested(Call call, Command command, Arguments words) {
    return command.needsAllShards() || needsAll(command, words)
        ? keyspace.allShards()
        : shardsOf(call, command, words);
  }

  /** Like {@link #lock}, but locks nothing and brings nothing near. */
  long shardsOf(Call call, Command command, Arguments words) {
    this.words = words;
    int onlyKey = command.onlyKey();
    if (onlyKey != 0) {
      long hash = hashOf(onlyKey);
      if (onlyKey == 1 && !words.isHashed()) {
        words.hash(hash);
      }
      call.hash(onlyKey, hash);
      if (onlyKey == 1) {
        call.hint(1, words.hint(call.session().database()));
      }
      return 1L << keyspace.shardNumber(hash);
    }
    target = call;
    mask = 0;
    keys = 0;
    for (KeySpec spec : command.keySpecArray()) {
      spec.visit(words, this);
    }
    return mask;
  }

  private long hashOf(int key) {
    return key == 1 && words.isHashed()
        ? words.hash()
        : keyspace.hash(words.address(key), words.length(key));
  }

  @Override
  public void key(int index) {
    long hash = hashOf(index);
    target.hash(index, hash);
    mask |= 1L << keyspace.shardNumber(hash);
    int foreseenIndex = foresight.add(hash);
    if (keys < Foresight.MAX_KEYS) {
      foreseen[keys] = foreseenIndex;
      indexes[keys++] = index;
    }
  }

  /** Brings the records near; the locks are held. */
  private void foresee() {
    foresight.read(target.session().database());
    for (int i = 0; i < keys; i++) {
      target.hint(indexes[i], foresight.hint(foreseen[i]));
    }
  }
}
