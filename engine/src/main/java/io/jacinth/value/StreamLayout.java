package io.jacinth.value;

/**
 * The bytes of a stream: its header, which the payload has the address of, its blocks of entries,
 * and its consumer groups.
 *
 * <pre>
 *   header    0                8              16        32               48
 *             | tree of blocks | live entries | last ID | max deleted ID | entries added |
 *             56            64               72            80         88
 *             | last block  | bytes of blocks | tree of groups | producers |
 *
 *   ID        0              8
 *             | milliseconds | sequence number |
 *
 *   block     0             4         8                 12         16         32
 *             | capacity: 4 | used: 4 | live entries: 4 | deleted: 4 | first ID | entries from: 4 |
 *             36
 *             | master entry | entry | entry | ...
 * </pre>
 *
 * <p>Numbers without a size have 8 bytes. 'Capacity' and 'used' count from the block's beginning,
 * and so does 'entries from'. What follows the block's head is one run of {@link
 * io.jacinth.structure.PackedList} items, the same ones in the same order as in Redis's streams
 * behind the two counts that stand in this head:
 *
 * <pre>
 *   master    | number of fields | field | ... | 0 |
 *   entry     | flags | milliseconds | sequence number | [fields and values] | number of items |
 * </pre>
 *
 * <p>The two parts of an entry's ID are differences to those of the block's first ID. An entry with
 * {@link #SAME_FIELDS} has those of the master, and only values: one for each field. Others have
 * the number of fields, then fields and values in turn. The number of items, which counts the
 * entry's items before it, leads backwards.
 *
 * <pre>
 *   group     0                8                 24             32              40
 *             | name length: 4 | last delivered  | entries read | pending | consumers | name
 *   consumer  0                8           16            24        32
 *             | name length: 4 | seen time | active time | pending | name
 * </pre>
 *
 * <p>'Pending' and 'consumers' are trees, see {@link PendingTree}, {@link IdTree} and {@link
 * NameTree}. All are made when they are needed first; until then, and for what is not known, such a
 * number is 0 or, where 0 means something, -1.
 */
final class StreamLayout {
  // Header.
  static final int TREE = 0;
  static final int LENGTH = 8;
  static final int LAST_ID = 16;
  static final int MAX_DELETED_ID = 32;
  static final int ENTRIES_ADDED = 48;
  static final int LAST_BLOCK = 56;
  static final int BLOCK_BYTES = 64;
  static final int GROUPS = 72;
  static final int PRODUCERS = 80;
  static final int HEADER_BYTES = 88;

  // ID.
  static final int SEQUENCE = 8;
  static final int ID_BYTES = 16;

  // Block.
  static final int CAPACITY = 0;
  static final int USED = 4;
  static final int LIVE = 8;
  static final int DELETED = 12;
  static final int FIRST_ID = 16;
  static final int ENTRIES_FROM = 32;
  static final int MASTER = 36;

  // Flags of an entry.
  static final int IS_DELETED = 1;
  static final int SAME_FIELDS = 2;

  /** Items of an entry beside fields and values: flags, the ID's two parts. */
  static final int HEAD_ITEMS = 3;

  /** What Redis's listpacks have around their items: a head of 6 bytes and an end mark. */
  static final int LISTPACK_FRAME_BYTES = 7;

  // Group and consumer.
  static final int NAME_LENGTH = 0;

  static final int GROUP_LAST_ID = 8;
  static final int GROUP_ENTRIES_READ = 24;
  static final int GROUP_PENDING = 32;
  static final int GROUP_CONSUMERS = 40;
  static final int GROUP_NAME = 48;

  static final int CONSUMER_SEEN = 8;
  static final int CONSUMER_ACTIVE = 16;
  static final int CONSUMER_PENDING = 24;
  static final int CONSUMER_NAME = 32;

  private StreamLayout() {}
}
