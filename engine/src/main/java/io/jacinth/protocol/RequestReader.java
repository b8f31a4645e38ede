package io.jacinth.protocol;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.util.Arrays;

/**
 * One client's unexecuted input.
 *
 * <p>Requests are parsed where the transport put them. Only what is left of an unfinished one is
 * copied, into this reader's own buffer, and of the bytes that follow only as many are added as
 * that request needs; a client that sends whole requests never has a buffer. A word of at least
 * {@link #BIG_WORD_BYTES} that is not there in one piece gets a block of its own size, and the
 * transport may place its bytes there directly ({@link #directAddress}): the value of a SET is then
 * received where it will stay.
 */
public final class RequestReader implements AutoCloseable {
  public static final int COMPLETE = RequestParser.COMPLETE;
  public static final int INCOMPLETE = RequestParser.INCOMPLETE;
  public static final int ERROR = RequestParser.ERROR;

  /** From this length on a word that did not arrive whole is received into its own block. */
  public static final int BIG_WORD_BYTES = 32 << 10;

  private static final int LINE_END_BYTES = 2;

  /** What a block of {@link #takeBlock} has behind the word. */
  public static final int BLOCK_SPARE_BYTES = LINE_END_BYTES;

  private static final int MIN_BUFFER_BYTES = 1 << 10;

  private final Slab slab;
  private final Arguments shared;
  private final RequestParser parser;

  /** Words of a request that outlives its batch, else null. */
  private Arguments own;

  /** What the transport has shown and has not been parsed: {@code [source, sourceEnd)}. */
  private long source;

  private long sourceEnd;

  /** Words of the last request, unless they are {@link #own}. */
  private Arguments current;

  /** The requests of the look-ahead that have not been given out. */
  private Lookahead lookahead;

  private int aheadNext;
  private int aheadCount;

  /** Where the last request began, in the transport's memory. */
  private long requestStart;

  /** Whether the words of a request that is to be executed later are kept. */
  private boolean held;

  /**
   * Copied bytes {@code [buffer, bufferEnd)} of capacity {@link #bufferBytes}; 0 when there is
   * none.
   */
  private long buffer;

  private long bufferEnd;
  private long bufferBytes;

  /**
   * The block of the big word being received, with room for its line end, and how much has arrived;
   * 0 when there is none.
   */
  private long block;

  private int blockWordBytes;
  private int blockReceivedBytes;

  /** Complete big words of the current request: block addresses and word lengths. */
  private long[] wordBlocks = NO_BLOCKS;

  private int[] wordBlockBytes;
  private int wordBlockCount;
  private static final long[] NO_BLOCKS = {};

  /**
   * @param slab where buffers come from; of the thread that serves this client
   * @param shared words of the request being executed, shared by the clients of that thread
   */
  public RequestReader(Slab slab, Arguments shared) {
    this.slab = slab;
    this.shared = shared;
    this.current = shared;
    this.parser = new RequestParser(shared);
  }

  /** The words of the request, after {@link #COMPLETE}. */
  public Arguments arguments() {
    return own != null ? own : current;
  }

  /** What was wrong, after {@link #ERROR}. */
  public String error() {
    return parser.error();
  }

  /** What a client may send: changes with authentication and {@code proto-max-bulk-len}. */
  public void limits(boolean authenticated, long maxBulkBytes) {
    parser.limits(authenticated, maxBulkBytes);
  }

  /**
   * Shows bytes that the transport received; they are parsed by {@link #next} and kept by {@link
   * #keep}.
   */
  public void show(long address, int lengthBytes) {
    source = address;
    sourceEnd = address + lengthBytes;
    aheadCount = aheadNext = 0;
  }

  /**
   * Parses the next requests, as many as are there and find room; {@link #next} gives them one by
   * one. Nothing else follows from it: what is not given out is parsed again later. Does nothing
   * while there are such requests, or unfinished ones.
   *
   * @return how many were parsed
   */
  public int readAhead(Lookahead into) {
    if (aheadNext < aheadCount || held || buffer != 0 || block != 0 || own != null) {
      return 0;
    }
    int count = 0;
    long at = source;
    // inline commands are resolved in place and cannot be parsed again
    while (count < Lookahead.MAX_REQUESTS && at < sourceEnd && Memory.getByte(at) == '*') {
      parser.arguments(into.words[count]);
      parser.position = at;
      if (parser.parse(sourceEnd) != COMPLETE) {
        parser.reset();
        break;
      }
      at = parser.position;
      into.ends[count++] = at;
    }
    parser.arguments(shared);
    lookahead = into;
    aheadNext = 0;
    aheadCount = count;
    return count;
  }

  /** Bytes held for requests that have not been executed. */
  public long heldBytes() {
    long held = bufferEnd - buffer + blockReceivedBytes;
    for (int i = 0; i < wordBlockCount; i++) {
      held += wordBlockBytes[i];
    }
    return held;
  }

  /** Like {@link #heldBytes}, with what the transport has shown of the request being executed. */
  public long pendingBytes() {
    boolean inPlace = buffer == 0 && block == 0 && own == null;
    return heldBytes() + sourceEnd - (inPlace ? requestStart : source);
  }

  /** Length of all words of the request being executed. */
  public long argumentBytes() {
    long bytes = 0;
    for (int i = 0; i < arguments().count(); i++) {
      bytes += arguments().length(i);
    }
    return bytes;
  }

  /** Memory taken by buffers. */
  public long memoryBytes() {
    long bytes = bufferBytes;
    if (block != 0) {
      bytes += blockWordBytes + LINE_END_BYTES;
    }
    for (int i = 0; i < wordBlockCount; i++) {
      bytes += wordBlockBytes[i] + LINE_END_BYTES;
    }
    return bytes;
  }

  /** Where the transport may place the next bytes, {@link #directBytes} at most. */
  public long directAddress() {
    return block + blockReceivedBytes;
  }

  /** How many bytes are wanted at {@link #directAddress}; 0: none. */
  public int directBytes() {
    return block == 0 ? 0 : blockWordBytes + LINE_END_BYTES - blockReceivedBytes;
  }

  /** The transport placed {@code lengthBytes} at {@link #directAddress}. */
  public void placed(int lengthBytes) {
    blockReceivedBytes += lengthBytes;
  }

  /**
   * Reads the next request.
   *
   * @return {@link #COMPLETE}: the arguments hold it until {@link #done}; {@link #INCOMPLETE}: all
   *     shown bytes are taken in and more are needed; {@link #ERROR}: the client does not speak the
   *     protocol and must be closed
   */
  public int next() {
    if (held) {
      held = false;
      return COMPLETE;
    }
    requestStart = source;
    if (aheadNext < aheadCount) {
      current = lookahead.words[aheadNext];
      source = lookahead.ends[aheadNext++];
      return COMPLETE;
    }
    current = shared;
    if (buffer == 0 && block == 0 && own == null) {
      parser.position = source;
      int state = parser.parse(sourceEnd);
      if (state == COMPLETE) {
        source = parser.position;
        return COMPLETE;
      }
      if (state == ERROR || source == sourceEnd) {
        return state;
      }
      detach();
    }
    return nextBuffered();
  }

  /** The request has been executed: what it held is freed. */
  public void done() {
    if (own != null || wordBlockCount > 0) {
      freeWordBlocks();
      own = null;
      parser.arguments(shared);
    }
    if (buffer != 0 && parser.position == bufferEnd) {
      freeBuffer();
    }
  }

  /** The request that {@link #next} gave cannot be executed now: the next call gives it again. */
  public void hold() {
    held = true;
    aheadCount = aheadNext = 0;
    if (own == null) {
      keepWords(current);
      if (buffer == 0) {
        long end = source;
        source = requestStart;
        append(end - requestStart);
        own.move(requestStart, end, buffer - requestStart);
        parser.position = bufferEnd;
      }
    }
  }

  /**
   * The block of word {@code index} of the current request passes to the caller, who frees it: it
   * was allocated with {@link Tag#VALUE}, with {@link #BLOCK_SPARE_BYTES} more than the word has.
   *
   * @return its address; 0 when the word has none, or one that is too large for the word alone
   */
  public long takeBlock(int index) {
    Arguments words = arguments();
    long address = words.address(index);
    for (int i = 0; i < wordBlockCount; i++) {
      if (wordBlocks[i] == address && tag(wordBlockBytes[i]) == Tag.VALUE) {
        wordBlockCount--;
        wordBlocks[i] = wordBlocks[wordBlockCount];
        wordBlockBytes[i] = wordBlockBytes[wordBlockCount];
        return address;
      }
    }
    return 0;
  }

  /** Copies what was shown and not parsed: the transport's memory goes away while requests wait. */
  public void keep() {
    aheadCount = aheadNext = 0;
    if (source < sourceEnd) {
      append(sourceEnd - source);
    }
    requestStart = 0;
    source = 0;
    sourceEnd = 0;
  }

  @Override
  public void close() {
    freeWordBlocks();
    if (block != 0) {
      slab.free(block, blockWordBytes + (long) LINE_END_BYTES, tag(blockWordBytes));
      block = 0;
      blockReceivedBytes = 0;
    }
    freeBuffer();
    source = sourceEnd = 0;
    own = null;
  }

  /**
   * The request that begins in the transport's memory is unfinished: it and its words move to this
   * reader.
   */
  private void detach() {
    long from = source;
    long to = sourceEnd;
    long at = parser.position;
    if (parser.isInside()) {
      keepWords(shared);
    }
    parser.position = from;
    append(to - from);
    long delta = buffer - from;
    if (own != null) {
      own.move(from, to, delta);
    }
    parser.position = at + delta;
  }

  private int nextBuffered() {
    while (true) {
      if (block != 0) {
        int wanted = (int) Math.min(directBytes(), sourceEnd - source);
        if (wanted > 0) {
          Memory.copy(source, directAddress(), wanted);
          source += wanted;
          blockReceivedBytes += wanted;
        }
        if (directBytes() > 0) {
          return INCOMPLETE;
        }
        keepWordBlock();
      }
      int state = parser.parse(bufferEnd);
      if (state != INCOMPLETE) {
        return state;
      }
      if (own == null && parser.isInside()) {
        keepWords(shared);
      }
      if (parser.bulkBytesWanted() >= BIG_WORD_BYTES) {
        receiveBlock();
        continue;
      }
      if (source == sourceEnd) {
        if (buffer != 0 && !parser.isInside() && parser.position == bufferEnd) {
          freeBuffer();
        }
        return INCOMPLETE;
      }
      if (!parser.isInside() && parser.position == bufferEnd) {
        // nothing copied is left: go on in the transport's memory
        freeBuffer();
        return next();
      }
      append(step());
    }
  }

  /**
   * How many of the shown bytes to add: what is missing of a word, or all up to the end of the
   * line.
   */
  private long step() {
    long available = sourceEnd - source;
    long wanted = parser.bulkBytesWanted();
    if (wanted >= 0) {
      return Math.min(available, wanted - (bufferEnd - parser.position));
    }
    for (long at = source; at < sourceEnd; at++) {
      if (Memory.getByte(at) == '\n') {
        return at + 1 - source;
      }
    }
    return available;
  }

  private void receiveBlock() {
    blockWordBytes = (int) (parser.bulkBytesWanted() - LINE_END_BYTES);
    block = slab.allocate(blockWordBytes + (long) LINE_END_BYTES, tag(blockWordBytes));
    int copied =
        (int) Math.min(bufferEnd - parser.position, blockWordBytes + (long) LINE_END_BYTES);
    if (copied > 0) {
      Memory.copy(parser.position, block, copied);
      bufferEnd -= copied; // or they would count twice as held
    }
    blockReceivedBytes = copied;
  }

  private void keepWordBlock() {
    if (wordBlockCount == wordBlocks.length) {
      int capacity = Math.max(2, wordBlockCount * 2);
      wordBlocks = Arrays.copyOf(wordBlocks, capacity);
      wordBlockBytes =
          wordBlockBytes == null ? new int[capacity] : Arrays.copyOf(wordBlockBytes, capacity);
    }
    wordBlocks[wordBlockCount] = block;
    wordBlockBytes[wordBlockCount++] = blockWordBytes;
    parser.bulkDone(block);
    block = 0;
    blockReceivedBytes = 0;
  }

  private void append(long lengthBytes) {
    if (bufferBytes - (bufferEnd - buffer) < lengthBytes) {
      grow(lengthBytes);
    }
    Memory.copy(source, bufferEnd, lengthBytes);
    bufferEnd += lengthBytes;
    source += lengthBytes;
  }

  /**
   * Makes room: parsed bytes that no word of the unfinished request points to are dropped, the rest
   * moves.
   */
  private void grow(long lengthBytes) {
    if (buffer == 0) {
      bufferBytes = Slab.usableBytes(Math.max(MIN_BUFFER_BYTES, lengthBytes));
      buffer = bufferEnd = slab.allocate(bufferBytes, Tag.INPUT);
      if (!parser.isInside() && own == null) {
        parser.position = buffer;
      }
      return;
    }
    long from = own == null && !parser.isInside() ? parser.position : buffer;
    long kept = bufferEnd - from;
    long capacity = Slab.usableBytes(Math.max(kept + lengthBytes, kept * 2));
    long target = slab.allocate(capacity, Tag.INPUT);
    Memory.copy(from, target, kept);
    if (own != null) {
      own.move(from, bufferEnd, target - from);
    }
    parser.position += target - from;
    slab.free(buffer, bufferBytes, Tag.INPUT);
    buffer = target;
    bufferEnd = target + kept;
    bufferBytes = capacity;
  }

  /**
   * A block can become a value ({@link #takeBlock}), and counts as one from the start, if the end
   * of the line behind the word takes no memory of its own.
   */
  private static Tag tag(int wordBytes) {
    long blockBytes = wordBytes + (long) LINE_END_BYTES;
    return blockBytes > Slab.MAX_MEDIUM
            || Slab.usableBytes(blockBytes) == Slab.usableBytes(wordBytes)
        ? Tag.VALUE
        : Tag.ARGUMENT;
  }

  private void keepWords(Arguments words) {
    own = new Arguments();
    own.copyFrom(words);
    parser.arguments(own);
  }

  private void freeBuffer() {
    if (buffer != 0) {
      slab.free(buffer, bufferBytes, Tag.INPUT);
      buffer = bufferEnd = bufferBytes = 0;
    }
  }

  private void freeWordBlocks() {
    for (int i = 0; i < wordBlockCount; i++) {
      slab.free(wordBlocks[i], wordBlockBytes[i] + (long) LINE_END_BYTES, tag(wordBlockBytes[i]));
    }
    wordBlockCount = 0;
  }
}
