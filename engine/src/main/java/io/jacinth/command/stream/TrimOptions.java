package io.jacinth.command.stream;

import io.jacinth.command.Call;
import io.jacinth.command.Worker;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/**
 * What XADD and XTRIM are told before the ID: how much of the stream's beginning they remove, and
 * of XADD who adds.
 *
 * <p>One for each thread, see {@link Worker#kept}.
 */
final class TrimOptions {
  /** So many whole blocks go at once, if nothing else is said. */
  private static final long MAX_BLOCKS = 100;

  private static final long LIMIT_WITHOUT_BLOCK_LIMIT = 10_000;
  private static final long MAX_LIMIT = 1_000_000;

  /** Which option was given. */
  private enum Strategy {
    NONE,
    MAX_LENGTH,
    MIN_ID
  }

  private Strategy strategy;
  private boolean approximately;
  private long maxLength;
  private long limit;
  private boolean limitGiven;
  private References references;

  /** Where the ID of XADD stands. */
  private int idIndex;

  private boolean makesNoStream;

  /** Where the option of a producer stands, 0 if there is none; its name is the next word. */
  private int producerIndex;

  /** Whether the message is named by what is in it, not by the word behind the producer. */
  private boolean namesByContents;

  private TrimOptions() {}

  /** Those of a call, none of which has been read. */
  static TrimOptions of(Call call) {
    return call.worker().kept(TrimOptions.class, TrimOptions::new).reset();
  }

  private TrimOptions reset() {
    strategy = Strategy.NONE;
    references = References.KEEP;
    approximately = limitGiven = makesNoStream = namesByContents = false;
    maxLength = limit = 0;
    idIndex = producerIndex = 0;
    return this;
  }

  /**
   * Reads options from a word on, up to the ID of XADD.
   *
   * @param isAdd whether there is one
   * @param minId where the least ID that remains goes
   * @return false after an error was replied
   */
  boolean parse(Call call, int first, boolean isAdd, StreamId minId) {
    int count = call.count();
    int i = first;
    for (; i < count; i++) {
      boolean more = i + 1 < count;
      References given = References.of(call, i);
      if (isAdd && call.is(i, "*")) {
        break;
      } else if (given != null) {
        references = given;
      } else if (more && call.is(i, "maxlen")) {
        i = parseStrategy(call, i, Strategy.MAX_LENGTH, minId);
      } else if (more && call.is(i, "minid")) {
        i = parseStrategy(call, i, Strategy.MIN_ID, minId);
      } else if (more && call.is(i, "limit")) {
        i++;
        if (!call.requireLong(i)) {
          return false;
        }
        limit = call.number();
        if (limit < 0) {
          call.reply().error("ERR The LIMIT argument must be >= 0.");
          return false;
        }
        limitGiven = true;
      } else if (isAdd && call.is(i, "nomkstream")) {
        makesNoStream = true;
      } else if (isAdd && more && call.is(i, "idmpauto")) {
        if (!parseProducer(call, i, true)) {
          return false;
        }
        i++;
      } else if (isAdd && i + 2 < count && call.is(i, "idmp")) {
        if (!parseProducer(call, i, false)) {
          return false;
        }
        i += 2;
      } else if (isAdd) {
        break;
      } else {
        call.syntaxError();
        return false;
      }
      if (i < 0) {
        return false;
      }
    }
    idIndex = i;
    return true;
  }

  private boolean parseProducer(Call call, int index, boolean byContents) {
    String option = byContents ? "IDMPAUTO" : "IDMP";
    if (producerIndex != 0) {
      call.reply().error("ERR IDMP/IDMPAUTO specified multiple times");
    } else if (call.length(index + 1) == 0) {
      call.reply().error("ERR " + option + " requires a non-empty producer ID");
    } else if (!byContents && call.length(index + 2) == 0) {
      call.reply().error("ERR " + option + " requires a non-empty idempotent ID");
    } else {
      producerIndex = index;
      namesByContents = byContents;
      return true;
    }
    return false;
  }

  /** Returns the last word that was read, -1 after an error was replied. */
  private int parseStrategy(Call call, int index, Strategy given, StreamId minId) {
    if (strategy != Strategy.NONE) {
      call.reply()
          .error("ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
      return -1;
    }
    int at = index + 1;
    approximately = false;
    if (at + 1 < call.count()) {
      if (call.is(at, "~")) {
        approximately = true;
        at++;
      } else if (call.is(at, "=")) {
        at++;
      }
    }
    if (given == Strategy.MIN_ID) {
      if (!StreamCommands.requireStrictId(call, at, minId)) {
        return -1;
      }
    } else {
      if (!call.requireLong(at)) {
        return -1;
      }
      maxLength = call.number();
      if (maxLength < 0) {
        call.reply().error("ERR The MAXLEN argument must be >= 0.");
        return -1;
      }
    }
    strategy = given;
    return at;
  }

  /**
   * Checks the options that {@link #parse} has read, and what the limit is where none was given.
   *
   * @return false after an error was replied
   */
  boolean complete(Call call, boolean isAdd) {
    if (limit > 0 && strategy == Strategy.NONE) {
      call.reply()
          .error("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
      return false;
    }
    if (!isAdd && strategy == Strategy.NONE) {
      call.reply().error("ERR syntax error, XTRIM must be called with a trimming strategy");
      return false;
    }
    if (limitGiven) {
      if (!approximately) {
        call.reply().error("ERR syntax error, LIMIT cannot be used without the special ~ option");
        return false;
      }
    } else if (approximately) {
      long blockLimit = call.keyspace().limits().streamNodeEntries();
      limit =
          blockLimit == 0
              ? LIMIT_WITHOUT_BLOCK_LIMIT
              : Math.min(blockLimit, MAX_LIMIT / MAX_BLOCKS) * MAX_BLOCKS;
    }
    return true;
  }

  /** The word that is the ID of XADD, or should be. */
  int idIndex() {
    return idIndex;
  }

  /** Whether XADD does nothing if there is no stream. */
  boolean makesNoStream() {
    return makesNoStream;
  }

  /** Whether a producer adds. */
  boolean hasProducer() {
    return producerIndex != 0;
  }

  /** The word that names the producer. */
  int producer() {
    return producerIndex + 1;
  }

  /** The word that names the message; 0 if what is in it does. */
  int message() {
    return namesByContents ? 0 : producerIndex + 2;
  }

  boolean isGiven() {
    return strategy != Strategy.NONE;
  }

  /** Removes what is to go; returns how many entries. */
  long trim(StreamValue stream, StreamId minId) {
    StreamId before = strategy == Strategy.MIN_ID ? minId : null;
    return references == References.KEEP
        ? stream.trim(maxLength, before, approximately, limit)
        : references.trim(stream, maxLength, before, limit, stream.id(2), stream.id(3));
  }
}
