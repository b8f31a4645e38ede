package io.jacinth.value;

/**
 * The bytes of a list in chunks: its payload in the record, and the chunks.
 *
 * <pre>
 *   payload  0       8       16          24     32     40
 *            | count | bytes | allocated | head | tail | tree |
 *
 *   chunk    0      8          16         20       24         28
 *            | next | previous | begin: 4 | end: 4 | count: 4 | capacity: 4 |
 *            | ...  | entry | entry | ... | ... |
 *                   ^ begin              ^ end  ^ capacity
 * </pre>
 *
 * <p>'Head' and 'tail' are the addresses of the first and the last chunk, which are the same one in
 * a short list; 'tree' is that of the tree of all chunks between them, 0 as long as there was none.
 * 'Count' and 'bytes' are of all entries, 'allocated' is the size of all chunks. In a chunk
 * 'begin', 'end' and 'capacity' are offsets from its address; the entries of a {@link
 * io.jacinth.structure.PackedList} stand anywhere behind its head.
 *
 * <p>A chunk takes a block of {@link #CHUNK_BYTES}, of which 17 fill a page but for 192 bytes; with
 * 32-byte strings it holds 112 of them and no byte is left. A larger element has a chunk to itself.
 */
final class ListLayout {
  // Payload.
  static final int COUNT = 0;
  static final int BYTES = 8;
  static final int ALLOCATED = 16;
  static final int HEAD = 24;
  static final int TAIL = 32;
  static final int TREE = 40;
  static final int PAYLOAD_BYTES = 48;

  // Chunk.
  static final int NEXT = 0;
  static final int PREVIOUS = 8;
  static final int BEGIN = 16;
  static final int END = 20;
  static final int CHUNK_COUNT = 24;
  static final int CAPACITY = 28;
  static final int ENTRIES = 32;

  static final int CHUNK_BYTES = 3840;

  /** The longest run of entries in a chunk of usual size. */
  static final int MAX_RUN_BYTES = CHUNK_BYTES - ENTRIES;

  private ListLayout() {}
}
