package io.jacinth.protocol;

/**
 * Where replies are written: memory in chunks, each handed over when it is full or the batch is
 * done.
 */
public interface ReplySink {
  /**
   * Takes over the first {@code usedBytes} of the current chunk (0 when there is none) and gives a
   * new one.
   *
   * @return the address of at least {@code minBytes} writable bytes
   */
  long chunk(int usedBytes, int minBytes);

  /** Capacity of the chunk that {@link #chunk} returned last. */
  int chunkBytes();

  /** Takes over the first {@code usedBytes} of the current chunk; afterwards there is no chunk. */
  void flush(int usedBytes);
}
