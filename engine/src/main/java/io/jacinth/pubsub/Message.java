package io.jacinth.pubsub;

import io.jacinth.base.Decimal;
import io.jacinth.command.Mail;
import io.jacinth.command.Worker;
import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.protocol.SharedBytes;

/**
 * What somebody has published, on its way to the subscribers of one I/O thread. The bytes are
 * shared by all threads:
 *
 * <pre>
 *   SharedBytes:  $&lt;length&gt;\r\n &lt;channel&gt; \r\n $&lt;length&gt;\r\n &lt;payload&gt; \r\n
 * </pre>
 *
 * <p>What stands before them in the protocol depends on how the receiver has subscribed, so that
 * the {@link Topic} has it ready; RESP2 and RESP3 differ there in one byte only.
 */
final class Message extends Mail {
  /** {@code $}, CR, LF, and CR, LF behind the string. */
  private static final int BULK_SIGNS = 5;

  private final Topic[] topics;
  private final SharedBytes bytes;

  /**
   * @param topics who is to get it, in this order
   */
  Message(Topic[] topics, SharedBytes bytes) {
    this.topics = topics;
    this.bytes = bytes;
  }

  /** Encodes a message for so many threads. */
  static SharedBytes encode(
      Slab slab, long channel, int channelLength, long payload, int payloadLength, int threads) {
    int lengthBytes = bulkBytes(channelLength) + bulkBytes(payloadLength);
    SharedBytes bytes = new SharedBytes(slab, lengthBytes, threads);
    long at = writeBulk(bytes.address(), channel, channelLength);
    writeBulk(at, payload, payloadLength);
    return bytes;
  }

  private static int bulkBytes(int length) {
    return BULK_SIGNS + Decimal.length(length) + length;
  }

  private static long writeBulk(long target, long source, int length) {
    Memory.putByte(target, '$');
    long at = target + 1;
    at += Decimal.writeLong(at, length);
    at = writeLineEnd(at);
    Memory.copy(source, at, length);
    return writeLineEnd(at + length);
  }

  private static long writeLineEnd(long at) {
    Memory.putByte(at, '\r');
    Memory.putByte(at + 1, '\n');
    return at + 2;
  }

  @Override
  protected void deliver(Worker worker) {
    for (Topic topic : topics) {
      topic.deliver(worker, bytes);
    }
    bytes.release(worker.slab());
  }
}
