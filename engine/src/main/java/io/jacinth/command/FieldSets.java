package io.jacinth.command;

import io.jacinth.memory.Memory;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import io.jacinth.protocol.Arguments;
import java.util.Arrays;

/**
 * The names of fields that a client has sent ahead with HIMPORT PREPARE, so that it need not repeat
 * them for each hash.
 *
 * <p>A field set is a block of raw memory:
 *
 * <pre>
 *   | bytes of the block: 8 | number of fields: 4 | text: its name | text: a field | text: a field ...
 *   text:  | length: 4 | bytes |
 * </pre>
 *
 * <p>Only the client's own thread uses it; others read how much memory it takes and may be a moment
 * behind.
 */
public final class FieldSets {
  private static final int BLOCK_BYTES = 0;
  private static final int FIELDS = 8;
  private static final int TEXTS = 12;
  private static final int TEXT_LENGTH_BYTES = 4;

  private final Slab slab;
  private long[] sets = new long[4];
  private int count;
  private long memoryBytes;

  FieldSets(Slab slab) {
    this.slab = slab;
  }

  /** Memory of all; any thread. */
  long memoryBytes() {
    return memoryBytes;
  }

  /** The field set of this name, 0 if there is none. */
  public long find(long name, int length) {
    int index = indexOf(name, length);
    return index < 0 ? 0 : sets[index];
  }

  private int indexOf(long name, int length) {
    for (int i = 0; i < count; i++) {
      long own = sets[i] + TEXTS;
      if (textLength(own) == length && Memory.equal(textAddress(own), name, length)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Makes a field set, in place of one of the same name.
   *
   * @param nameIndex of the argument with its name, which those with the fields follow
   */
  public void put(Arguments arguments, int nameIndex) {
    long bytes = TEXTS;
    for (int i = nameIndex; i < arguments.count(); i++) {
      bytes += TEXT_LENGTH_BYTES + arguments.length(i);
    }
    long set = slab.allocate(bytes, Tag.ARGUMENT);
    Memory.putLong(set + BLOCK_BYTES, bytes);
    Memory.putInt(set + FIELDS, arguments.count() - nameIndex - 1);
    long at = set + TEXTS;
    for (int i = nameIndex; i < arguments.count(); i++) {
      int length = arguments.length(i);
      Memory.putInt(at, length);
      Memory.copy(arguments.address(i), textAddress(at), length);
      at = nextText(at);
    }
    remove(arguments.address(nameIndex), arguments.length(nameIndex));
    if (count == sets.length) {
      sets = Arrays.copyOf(sets, 2 * count);
    }
    sets[count++] = set;
    memoryBytes += Slab.usableBytes(bytes);
  }

  /** Forgets a field set; returns whether there was one of this name. */
  public boolean remove(long name, int length) {
    int index = indexOf(name, length);
    if (index < 0) {
      return false;
    }
    free(sets[index]);
    sets[index] = sets[--count];
    return true;
  }

  /** Forgets all; returns how many there were. */
  public int clear() {
    int removed = count;
    while (count > 0) {
      free(sets[--count]);
    }
    return removed;
  }

  private void free(long set) {
    long bytes = Memory.getLong(set + BLOCK_BYTES);
    slab.free(set, bytes, Tag.ARGUMENT);
    memoryBytes -= Slab.usableBytes(bytes);
  }

  // ---- one field set ----

  public static int fields(long set) {
    return Memory.getInt(set + FIELDS);
  }

  /** The text of the first field. */
  public static long firstField(long set) {
    return nextText(set + TEXTS);
  }

  public static long nextText(long text) {
    return textAddress(text) + textLength(text);
  }

  public static long textAddress(long text) {
    return text + TEXT_LENGTH_BYTES;
  }

  public static int textLength(long text) {
    return Memory.getInt(text);
  }
}
