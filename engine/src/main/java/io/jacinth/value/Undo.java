package io.jacinth.value;

import io.jacinth.memory.Memory;

/**
 * Takes down what parts of a large value were before a script changed them, so that it can be
 * undone without a copy of the whole value.
 *
 * <p>A part is a field, a member, a place in a list and so on. What it was is written to an entry,
 * and these are undone from the last one to the first. Of parts that have a name only the first
 * change is taken down: then they are known.
 *
 * <pre>
 *   entry    0       16     24              28              32
 *            | log's | word | name bytes: 4 | data bytes: 4 | name | data |
 * </pre>
 */
public interface Undo {
  /** A field of a hash: its record, which belongs to the log then, 0 if it was not there. */
  int FIELD = 16;

  /** A member of a set: its expiry as data, nothing if it was not there. */
  int MEMBER = 17;

  /** A member of a sorted set: its score as data, nothing if it was not there. */
  int SCORED = 18;

  /** How many elements have been added before the first element of a list, and behind the last. */
  int ENDS = 19;

  /** An element of a list was inserted at an index, counted from the first that was not added. */
  int INSERTED = 20;

  /** Elements of a list were removed from an index on. */
  int REMOVED = 21;

  /** An element of a list was replaced. */
  int REPLACED = 22;

  /** Length and capacity of a string. */
  int EXTENT = 23;

  /** Bytes of a string, by their page's number. */
  int PAGE = 24;

  /** Numbers in the header of a stream. */
  int HEADER = 25;

  /** The head of a stream's block, by its first ID; nothing if it was not there. */
  int BLOCK = 26;

  /** An entry in a stream's block was marked as deleted. */
  int MARKED = 27;

  /** A stream's block was removed, which belongs to the log then. */
  int BLOCK_REMOVED = 28;

  int GROUP_CREATED = 29;

  /** A group was removed, which belongs to the log then. */
  int GROUP_REMOVED = 30;

  /** Numbers of a group. */
  int GROUP = 31;

  int CONSUMER_CREATED = 32;

  /** A consumer was removed, which belongs to the log then. */
  int CONSUMER_REMOVED = 33;

  /** Times of a consumer. */
  int CONSUMER = 34;

  /** What was pending with whom; nothing if it was not. */
  int PENDING = 35;

  /** What was remembered of a stream's producers: a copy. */
  int PRODUCERS = 36;

  /** Where the parts of an entry are. */
  int WORD_OFFSET = 16;

  int NAME_LENGTH_OFFSET = 24;
  int DATA_LENGTH_OFFSET = 28;
  int NAME_OFFSET = 32;

  /** The entry of a part that is known, else 0. */
  long find(int part, long name, int length);

  /** The same of a part that has a number for a name. */
  long find(int part, long number);

  /**
   * Takes down what a part is; it is known from now on.
   *
   * @param data where it stands, 0 if the caller will write it to the entry
   * @return the entry, 0 if the log has come to its end
   */
  long know(int part, long word, long name, int nameLength, long data, int dataLength);

  /** The same of a part that has a number for a name, which the word is. */
  long know(int part, long number, long data, int dataLength);

  /**
   * Takes down a change of a part that has no name.
   *
   * @param other a second word, in place of the name
   */
  long add(int part, long word, long other, long data, int dataLength);

  /** Memory to make up a name in: 32 bytes. */
  long scratch();

  /** What is about to be done cannot be undone, so the script cannot be either. */
  void giveUp();

  static long word(long entry) {
    return Memory.getLong(entry + WORD_OFFSET);
  }

  static long name(long entry) {
    return entry + NAME_OFFSET;
  }

  static int nameLength(long entry) {
    return Memory.getInt(entry + NAME_LENGTH_OFFSET);
  }

  static long data(long entry) {
    return entry + NAME_OFFSET + nameLength(entry);
  }

  static int dataLength(long entry) {
    return Memory.getInt(entry + DATA_LENGTH_OFFSET);
  }
}
