package io.jacinth.command.stream;

import io.jacinth.base.Hash;
import io.jacinth.base.Xxh3;
import io.jacinth.command.Call;
import io.jacinth.command.Worker;
import io.jacinth.memory.Memory;
import io.jacinth.value.StreamId;
import io.jacinth.value.StreamValue;

/**
 * A message that XADD adds for a producer, unless the stream remembers it.
 *
 * <p>Who does not name the message has it named by 16 bytes, the sum of two hashes of each pair of
 * field and value, so that the order of pairs does not matter. These bytes go into files, so they
 * must not change. One for each thread, see {@link Worker#kept}.
 */
final class Production {
  private static final int NAME_BYTES = 2 * Long.BYTES;

  /** Half a turn: a pair is not the same with field and value exchanged. */
  private static final int TURN_BITS = Long.SIZE / 2;

  private Call call;
  private long producer;
  private int producerLength;
  private int named;

  // The name, if it is made of the contents.
  private long one;
  private long other;

  private Production() {}

  /**
   * @param first of the words that are fields and values
   */
  static Production of(Call call, TrimOptions options, int first) {
    return call.worker().kept(Production.class, Production::new).reset(call, options, first);
  }

  private Production reset(Call call, TrimOptions options, int first) {
    this.call = call;
    one = other = 0;
    producer = call.address(options.producer());
    producerLength = call.length(options.producer());
    named = options.message();
    for (int i = first; named == 0 && i < call.count(); i += 2) {
      long field = Xxh3.of(call.address(i), call.length(i));
      long value = Xxh3.of(call.address(i + 1), call.length(i + 1));
      one += Hash.mix(field ^ Long.rotateLeft(value, TURN_BITS));
      other += Hash.mix(Hash.mix(field) + value);
    }
    return this;
  }

  private long message() {
    if (named != 0) {
      return call.address(named);
    }
    long name = call.worker().scratch(NAME_BYTES);
    Memory.putLong(name, one);
    Memory.putLong(name + Long.BYTES, other);
    return name;
  }

  private int messageLength() {
    return named == 0 ? NAME_BYTES : call.length(named);
  }

  /** Whether it has been added before; if so, {@code id} becomes that entry's. */
  boolean isDuplicate(StreamValue stream, StreamId id) {
    return stream
        .producers()
        .find(producer, producerLength, message(), messageLength(), call.nowMillis(), id);
  }

  /** Remembers that it was added with this ID. */
  void remember(StreamValue stream, StreamId id) {
    stream
        .producers()
        .add(producer, producerLength, message(), messageLength(), call.nowMillis(), id);
  }
}
