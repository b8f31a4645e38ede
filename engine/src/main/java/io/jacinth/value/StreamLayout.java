package io.jacinth.value;

/**
 * The bytes of a stream: its header, which the payload has the address of, its blocks of entries,
 * its consumer groups, and what it remembers of its producers.
 *
 * <pre>
 *   header    0                8              16        32               48
 *             | tree of blocks | live entries | last ID | max deleted ID | entries added |
 *             56            64               72            80         88
 *             | last block  | bytes of blocks | tree of groups | production |
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
 *   group     0                8                24             32        40
 *             | name length: 4 | last delivered | entries read | pending | consumers |
 *             48        56         64         72
 *             | by time | released | releases | name
 *   consumer  0                8           16            24        32
 *             | name length: 4 | seen time | active time | pending | name
 * </pre>
 *
 * <p>'Pending', 'consumers' and 'by time' are trees, see {@link PendingTree}, {@link IdTree},
 * {@link NameTree} and {@link TimeTree}; 'released' is how many of the pending entries no consumer
 * has, 'releases' how often one came to that. All are made when they are needed first; until then,
 * and for what is not known, such a number is 0 or, where 0 means something, -1.
 *
 * <pre>
 *   production  0             4            8           16           24        32         40      48
 *               | seconds: 4 | maximum: 4 | producers | messages | added | duplicates | looked at |
 *   producer    0                8          16      24     32
 *               | name length: 4 | messages | first | last | name
 *   message     0                8      16     24   40
 *               | name length: 4 | next | time | ID | name
 * </pre>
 *
 * <p>A producer gives each of its messages a name, and one that comes again with the same name is
 * not added again. 'Producers' is a tree of producers, 'messages' that of one's messages by name,
 * and how many all of them have; 'first', 'next' and 'last' lead through these in the order in
 * which they came. Names are forgotten after so many seconds, or when a producer has more than the
 * maximum. 'Looked at' is the rank of the producer whose messages are looked at next.
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
  static final int PRODUCTION = 80;
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

  /** Where all that is in a {@link NameTree} has the length of its name. */
  static final int NAME_LENGTH = 0;

  // Group and consumer.

  static final int GROUP_LAST_ID = 8;
  static final int GROUP_ENTRIES_READ = 24;
  static final int GROUP_PENDING = 32;
  static final int GROUP_CONSUMERS = 40;
  static final int GROUP_TIMES = 48;
  static final int GROUP_RELEASED = 56;
  static final int GROUP_RELEASES = 64;
  static final int GROUP_NAME = 72;

  static final int CONSUMER_SEEN = 8;
  static final int CONSUMER_ACTIVE = 16;
  static final int CONSUMER_PENDING = 24;
  static final int CONSUMER_NAME = 32;

  // Production.
  static final int SECONDS = 0;
  static final int MAXIMUM = 4;
  static final int PRODUCERS = 8;
  static final int MESSAGES = 16;
  static final int ADDED = 24;
  static final int DUPLICATES = 32;
  static final int LOOKED_AT = 40;
  static final int PRODUCTION_BYTES = 48;

  // Producer.
  static final int PRODUCER_MESSAGES = 8;
  static final int PRODUCER_FIRST = 16;
  static final int PRODUCER_LAST = 24;
  static final int PRODUCER_NAME = 32;

  // Message.
  static final int MESSAGE_NEXT = 8;
  static final int MESSAGE_TIME = 16;
  static final int MESSAGE_ID = 24;
  static final int MESSAGE_NAME = 40;

  private StreamLayout() {}
}
